/** Small Python programs, each around one construct that parsers get wrong; all are valid in Python 3.14. */

export const snippets: Record<string, string> = {
  "floats that end in a dot": "width = 2. if wide else 1.\nlayer = nn.Dropout(0., inplace=.5 > 0., scale=1.j)\nz = 1_0.5 ** 2.\n",
  "match with every kind of pattern":
    'match command:\n    case "go" | "run": a = 1\n    case [1, *rest] if rest: b = f(rest)\n    case {"k": v, **others}: c = v\n' +
    "    case Point(x=0, y=y) as p: d = p.x\n    case (1, 2) | None | -1 | 1+2j: pass\n    case shapes.Square.side: pass\n    case _: e = 0\n",
  "soft keywords as names":
    "match = 1\nmatch(x)\nmatch.group(0)\nmatch[0] = 2\ncase = 3\ntype = 4\ntype(x)\nprint(match, case)\nmatch, case = 1, 2\nmatch *a, b:\n    case _: pass\n",
  walrus: "if (n := len(a)) > 10: f(n)\ny = [z := 1, z**2]\nwhile chunk := g(): pass\nf(a := 3)\nx[(i := 0)]\nprint(x[j := 1])\n",
  "f-strings in f-strings":
    "x = f\"a{f\"b{f'{y!r:>{w}}'}\"}c {d['k']} {'\\n'.join(z)} {x=} {{}}\"\ny = f\"{x:{a}.{b}}\"\nz = rf'''{\n  f(1, # c\n  2)\n}'''\n",
  "f-strings beside strings": 'x = f\'{a!r:>10} {b["k"]} {c + 1:.2f} {{lit}}\'\ny = f\'{x}\' "lit" f"{y.z(1)}"\nt = f"{d:%Y-%m-%d}"\n',
  "template strings": "t = t\"hello {name!r:>{w}} {f(1)}\"\nu = rt'{x}'\n",
  "type parameters": "class A[T: int, *Ts, **P](Base[T]):\n    def f[U](self, x: U) -> T: ...\ndef g[T = int](x: T) -> T: return x\n",
  "type aliases": "type X = int | str\ntype L[T] = list[T]\ntype Y[**P] = Callable[P, int]\n",
  "decorators of any form": "@a.b(1).c\n@x[0]\n@(made := f)\n@lambda f: f\nclass C: pass\n@once\nasync def f(): pass\n",
  lambdas:
    "f = lambda x, y=1, *a, z, k=2, **kw: x + y\ng = lambda: (yield)\nh = lambda *, a: a\ni = lambda x, /, y: x\nj = lambda *args: args\n",
  stars:
    "a, *b = c\nprint(*a, *c, **b)\nx = [*a, *b]; y = {**a, 'k': 1, **b}; z = (*a,)\nfor x in *a, *b: pass\nr = *a, 1\nx[*idx] = 1\ny = x[1, *i, ::2]\n" +
    "def f(*args: *Ts): ...\n",
  "asynchronous comprehensions":
    "async def f():\n    x = [y async for y in g() if await h(y)]\n    async with a as b, c: pass\n    async for z in q(): await z\n    else: pass\n" +
    "    return {k: v async for k, v in z}\n",
  "positional-only parameters": "def f(a, b=1, /, c=2, *, d, e=3, **kw): pass\ndef g(a, /): pass\ndef h(*, a): pass\n",
  "exception groups": "try:\n    pass\nexcept* (A, B) as e:\n    f(e)\nexcept* C:\n    pass\nfinally:\n    g()\n",
  "except without parentheses": "try:\n    pass\nexcept A, B:\n    pass\n",
  "lines that continue": 'x = 1 + \\\n    2\nif a and \\\n   b:\n    y = f(1, \\\n  2)\nassert x, \\\n    "m"\n',
  tabs: "class A:\n\tdef f(self):\n\t\tif x:\n\t\t\treturn 1\n\t\treturn 2\n\tdef g(self): pass\n",
  "names beyond ASCII": '变量 = 1\nclass Ünï:\n    def μ(self, π=3.14): return self.变量 + π\n𝐱 = Ünï().μ(变量)\ns = "😀"; t = f(s)\n',
  "carriage returns":
    "class A:\r\n    def f(self, x):\r\n        y = g(x,\r\n              1)\r\n        return y\r\n\r\nz = h('''a\r\nb''')\r\n",
  "form feeds": "x = 1\n\f\ndef f():\n    return 1\n\fclass A: pass\n",
  "with in parentheses":
    "with (open(a) as b, open(c) as d,):\n    pass\nwith (a, b): pass\nwith (a): pass\nwith (made): pass\nwith a as (b, c), d as e[0]: pass\n",
  numbers: "a = 0x_ff + 0b1_0 + 0o17 + 1_000 + 1e1_0 + 1J + 0xFF.real\nb = 1..real\nc = 1if x else 2\n",
  strings: "a = r'\\d' if x else b'' rb'\\x'\nb = 'a' \"b\" '''c\n\"d\"''' u'e'\nc = 'a\\\nb'\nd = f(\"\\N{EM DASH} \\u1234\")\n",
  "small statements":
    "def f():\n    global a, b\n    del a, b[0], (c, d)\n    assert a, b\n    raise X from Y\n    yield from z\n    x = yield\n    x = yield 1, 2\n    return *a, b\n",
  annotations:
    'x: int\nx: int = 3\nself.y: "T" = 1\n(z): int = 2\na[0]: list[int] = []\ndef f(a: int = 1, *b: str, **c: X) -> Y | None: ...\n',
  "several statements on a line":
    "x = 1; y = 2;\nif x: y = 1; z = 2\nclass A: x = 1; y = 2\nfor i in x: pass\nelse: pass\nwhile 1: break\n",
  operators:
    "a @ b\na @= b\na //= b ** -c\nx = not a in b\ny = a not in b is not c\nz = -a ** -b\nw = a if b else c if d else e\nv = a < b <= c != d\nu = ~a ^ b | c & d << 1 >> 2\n",
  parentheses:
    "a = ((b + c)) * (d).e(f)\n((a)(b))[0] = (((c)))\nz = (((a, b)), ((c),))\n(yield_).x = ((p.q)) . r\nw = (a if b else c) + (not (d))\n",
  slices: "x[:, 0, ..., None]\nx[1:2:3, ::-1]\nx[a:=1, b]\nx[()]\nx[a][b](c)[d].e\nx[:-1]\n",
  generators:
    "f(x for x in y)\nf(a, (x for x in y if x if z for w in x))\nsum(i*i for i in range(3))\n{x: y for x, y in z}\n{x for x in y}\n[x for x, in y]\n",
  imports: "import a.b.c as d, e\nfrom . import x\nfrom .. import (a, b as c,)\nfrom ...m.n import *\nfrom .m import a\n",
  "comments against the indentation": "def f():\n    # c\n    x = 1\n# outdented\n    y = g(2)\n        # over-indented\n    return x\n",
  "keywords as attributes": "x.match = 1\nx.case(1)\nx.type\nx.print(1)\nf(match=1, case=2, type=3, _=4)\nprint = 1\nexec = 2\n",
  "many lines in parentheses": "x = (\n    a\n    .b(1)  # why\n    .c(\n        2,\n    )\n)\ny = [\n  1,\n # c\n  2\n]\n",
  "lambdas in displays": "d = {'a': lambda x: x, 'b': [lambda: 1]}\nx = d[lambda: 0]\nf(key=lambda x: (x, 1), *a)\n",
  "no newline at the end": "def f():\n    return g(1)",
  nothing: "",
  "a comment only": "# hello",
  docstrings: '"""a\\\nb"""\nr"""x\\d"""\ny = f(1)\n',
}
