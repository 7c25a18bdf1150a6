// How Python's constructs look in the tree.

import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { bare, covered, expression, only, read, statements } from "./bare.ts"
import { snippets } from "./snippets.ts"

const name = (text: string) => ({ kind: "name", name: text })
const number = (value: number | bigint, isFloat = false) => ({ kind: "number", value, isFloat })
const string = (value: string) => ({ kind: "string", value })

describe("literals", () => {
  test("numbers keep whether they are floats, and their exact size", () => {
    assert.deepEqual(expression("1_000"), number(1000))
    assert.deepEqual(expression("0xff"), number(255))
    assert.deepEqual(expression("1e3"), number(1000, true))
    assert.deepEqual(expression("1."), number(1, true))
    assert.deepEqual(expression("12345678901234567890"), number(12345678901234567890n))
    assert.deepEqual(expression("0xFFFFFFFFFFFFFFFF"), number(0xffffffffffffffffn))
    assert.deepEqual(expression("2j"), { ...number(2), isImaginary: true })
  })

  test("escapes are decoded, and adjacent strings joined", () => {
    assert.deepEqual(expression(String.raw`"a\n\x41\101" 'é\U0001F600' "\q"`), string("a\nAAé😀\\q"))
    assert.deepEqual(expression(String.raw`r"\d" "\\"`), string("\\d\\"))
    assert.deepEqual(expression(String.raw`b"\xff\u0041"`), { ...string("\xff\\u0041"), isBytes: true })
    assert.deepEqual(expression('"a\\\r\nb"'), string("ab"))
    assert.deepEqual(expression("'''a\r\nb'''"), string("a\nb"))
  })

  test("constants", () => {
    for (const value of ["None", "True", "False", "__debug__"]) assert.deepEqual(expression(value), { kind: "constant", value })
    assert.deepEqual(expression("..."), { kind: "constant", value: "Ellipsis" })
  })

  test("f-strings are templates with nested formats", () => {
    const width = { kind: "field", value: name("w") }
    const format = { kind: "template", parts: [">", width, ".2f"] }
    const field = { kind: "field", value: name("x"), conversion: "r", format }
    assert.deepEqual(expression('f"a{{{x!r:>{w}.2f}}}" "b"'), { kind: "template", parts: ["a{", field, "}b"] })
  })

  test("a self-documenting field shows its source, then its repr", () => {
    assert.deepEqual(expression("f'{x = }'"), { kind: "template", parts: ["x = ", { kind: "field", value: name("x"), conversion: "r" }] })
  })

  test("an f-string's fields have spans in the file", () => {
    const text = "f'{a}' f'{b.c(1)}'"
    const template = only(text)
    assert.equal(template.kind, "template")
    if (template.kind !== "template") return
    assert.deepEqual(
      template.parts.map((part) => (typeof part === "string" ? part : covered(text, part.value))),
      ["a", "b.c(1)"],
    )
  })
})

describe("operators", () => {
  test("a comparison chain is one node, a parenthesised comparison another", () => {
    const inner = { kind: "compare", operands: [name("c"), name("d")], operators: ["in"] }
    assert.deepEqual(expression("a < b <= (c in d)"), { kind: "compare", operands: [name("a"), name("b"), inner], operators: ["<", "<="] })
    assert.deepEqual(expression("a is not b not in c"), {
      kind: "compare",
      operands: [name("a"), name("b"), name("c")],
      operators: ["is not", "not in"],
    })
  })

  test("power binds before minus", () => {
    const power = { kind: "binary", operator: "**", left: name("a"), right: { kind: "unary", operator: "-", operand: name("b") } }
    assert.deepEqual(expression("-a ** -b"), { kind: "unary", operator: "-", operand: power })
  })

  test("parentheses are in no span but a tuple's", () => {
    const text = "((a + b)) * (c, d)"
    const product = only(text)
    assert.ok(product.kind === "binary")
    assert.deepEqual(
      [product, product.left, product.right].map((node) => covered(text, node)),
      [text, "a + b", "(c, d)"],
    )
  })
})

describe("displays and comprehensions", () => {
  test("a list of a generator is not a list comprehension", () => {
    const [list, generator] = [only("[x for x in y]"), only("[(x for x in y)]")]
    assert.deepEqual([list.kind, generator.kind], ["comprehension", "list"])
  })

  test("conditions belong to the loop before them", () => {
    const first = { kind: "clause", target: name("x"), iterable: name("y"), conditions: [name("a"), name("b")] }
    const second = { kind: "clause", target: name("z"), iterable: name("x"), conditions: [] }
    const clauses = [first, second]
    assert.deepEqual(expression("{z: 1 for x in y if a if b for z in x}"), {
      kind: "comprehension",
      result: "dictionary",
      key: name("z"),
      element: number(1),
      clauses,
    })
  })

  test("a subscript with commas or a star has a tuple", () => {
    const slice = { kind: "slice", upper: { kind: "unary", operator: "-", operand: number(1) } }
    assert.deepEqual(expression("x[:-1]"), { kind: "subscript", object: name("x"), index: slice })
    assert.deepEqual(expression("x[a,]"), { kind: "subscript", object: name("x"), index: { kind: "tuple", elements: [name("a")] } })
    assert.deepEqual(expression("x[*a]"), {
      kind: "subscript",
      object: name("x"),
      index: { kind: "tuple", elements: [{ kind: "starred", value: name("a") }] },
    })
  })
})

describe("functions and classes", () => {
  test("parameters know their form", () => {
    const [declaration] = read("def f(a, /, b=1, *rest, c, **others): pass\ndef g(*, d): pass").body
    assert.ok(declaration?.kind === "functionDeclaration")
    assert.deepEqual(
      declaration.function.parameters.map(({ form }) => form),
      ["positionalOnly", "ordinary", "rest", "keywordOnly", "keywordRest"],
    )
  })

  test("a function is a generator by its own yield, not by an inner one's", () => {
    const [outer] = read("def f():\n    def g(): yield 1\n    return (lambda: (yield))").body
    assert.ok(outer?.kind === "functionDeclaration")
    const inner = outer.function.body[0]
    assert.ok(inner?.kind === "functionDeclaration")
    assert.deepEqual([outer.function.isGenerator, inner.function.isGenerator], [false, true])
  })

  test("the declaration begins at the decorator, the function at async", () => {
    const text = "@once\nasync def f():\n    pass"
    const [declaration] = read(text).body
    assert.ok(declaration?.kind === "functionDeclaration")
    assert.equal(covered(text, declaration), text)
    assert.equal(covered(text, declaration.function), "async def f():\n    pass")
    assert.deepEqual(bare(declaration.function.decorators), [name("once")])
  })

  test("documentation loses its indentation", () => {
    const [declaration] = read('class A(B, metaclass=M):\n    """First.\n\n      more\n    end\n    """').body
    assert.ok(declaration?.kind === "classDeclaration")
    assert.equal(declaration.class.documentation, "First.\n\n  more\nend")
    assert.deepEqual(bare(declaration.class.bases), [
      { kind: "argument", value: name("B") },
      { kind: "argument", name: "metaclass", value: name("M") },
    ])
    assert.equal(read("'''Module.'''").documentation, "Module.")
  })
})

describe("statements", () => {
  test("chained assignment has its targets in order", () => {
    assert.deepEqual(statements("a = b.c = d"), [
      { kind: "assign", targets: [name("a"), { kind: "attribute", object: name("b"), name: "c" }], value: name("d") },
    ])
  })

  test("annotated and augmented assignment", () => {
    assert.deepEqual(statements("x: int\ny: 'T' = 1\nz //= 2"), [
      { kind: "annotatedAssign", target: name("x"), annotation: name("int") },
      { kind: "annotatedAssign", target: name("y"), annotation: string("T"), value: number(1) },
      { kind: "augmentedAssign", operator: "//", target: name("z"), value: number(2) },
    ])
  })

  test("elif is an if in the else", () => {
    const pass = { kind: "pass" }
    assert.deepEqual(statements("if a: pass\nelif b: pass\nelse: pass"), [
      { kind: "if", test: name("a"), body: [pass], otherwise: [{ kind: "if", test: name("b"), body: [pass], otherwise: [pass] }] },
    ])
  })

  test("imports", () => {
    assert.deepEqual(statements("import a.b as c, d\nfrom ..e import f as g\nfrom h import *"), [
      { kind: "import", modules: [{ name: "a.b", alias: "c" }, { name: "d" }] },
      { kind: "importFrom", module: "e", level: 2, names: [{ name: "f", alias: "g" }] },
      { kind: "importFrom", module: "h", level: 0, names: [{ name: "*" }] },
    ])
  })

  test("patterns", () => {
    const [match] = statements(
      'match x:\n    case [1, *rest] as whole: pass\n    case {"k": v, **others}: pass\n    case P(a, b=_): pass\n    case q.r | {}: pass\n',
    ) as [{ cases: { pattern: unknown }[] }]
    const value = (of: unknown) => ({ kind: "valuePattern", value: of })
    const capture = (of: string) => ({ kind: "capturePattern", name: of })
    const sequence = { kind: "sequencePattern", elements: [value(number(1)), { kind: "starPattern", name: "rest" }] }
    const side = { kind: "attribute", object: name("q"), name: "r" }
    assert.deepEqual(
      match.cases.map(({ pattern }) => pattern),
      [
        { ...capture("whole"), pattern: sequence },
        { kind: "mappingPattern", entries: [{ key: string("k"), value: capture("v") }], rest: "others" },
        {
          kind: "classPattern",
          class: name("P"),
          positional: [capture("a")],
          keywords: [{ name: "b", value: { kind: "capturePattern" } }],
        },
        { kind: "alternatives", patterns: [value(side), { kind: "mappingPattern", entries: [] }] },
      ],
    )
  })

  test("comments keep their text and say whether code stands before them", () => {
    const text = "x = 1  # one\n# two\ny = '# no'"
    assert.deepEqual(
      read(text).comments.map((comment) => [comment.text, covered(text, comment), comment.isTrailing]),
      [
        [" one", "# one", true],
        [" two", "# two", false],
      ],
    )
  })
})

for (const [title, source] of Object.entries(snippets)) {
  test(`no complaint about ${title}`, () => assert.deepEqual(read(source).problems, []))
}

test("a byte order mark is no problem", () => {
  const text = "\uFEFFimport os\nx = f(1)\n"
  const tree = read(text)
  assert.deepEqual(tree.problems, [])
  assert.deepEqual(
    tree.body.map((statement) => covered(text, statement)),
    ["import os", "x = f(1)"],
  )
})
