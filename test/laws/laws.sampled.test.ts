// Laws: every prefix of every example analyses safely and within budget; facts survive JSON; hostile programs end.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { hoverAt } from "../../src/facts/hover.ts"
import { summaryOf } from "../../src/facts/summary.ts"
import { languageOf } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { sampled } from "../sampling.ts"

const EXAMPLES = new URL("../../media/examples/", import.meta.url)
const FUEL = 3_000_000

function analysed(path: string, text: string, seconds = 20) {
  const language = languageOf(path)
  assert.ok(language)
  const end = Date.now() + seconds * 1000
  return analyze(sourceFile(path, language, text), `/${path}`, memoryHost({}), {
    budget: { fuel: FUEL, cancelled: () => Date.now() > end },
  })
}

const sources = readdirSync(EXAMPLES).filter((name) => languageOf(name) && !name.endsWith(".ipynb"))

for (const name of sources) {
  const text = readFileSync(new URL(name, EXAMPLES), "utf8")

  test(`${name}: every prefix analyses`, () => {
    // Every line's end, and places inside lines in between: all prefixes of all files would take minutes.
    const step = Math.max(1, Math.floor(text.length / 24))
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index).filter((_, line) => line % 10 === 0)
    for (let end = 0; end < text.length; end += step) ends.push(end)
    for (const end of sampled(ends, 5)) analysed(name, text.slice(0, end))
  })

  test(`${name}: facts survive JSON and have no errors`, () => {
    const analysis = analysed(name, text)
    const facts = summaryOf(analysis)
    assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts)
    assert.deepEqual(
      facts.problems.filter(({ severity }) => severity !== "hint"),
      [],
    )
    for (let offset = 0; offset < text.length; offset += 97) {
      const hover = hoverAt(analysis, offset)
      if (hover) assert.deepEqual(JSON.parse(JSON.stringify(hover)), hover)
    }
  })
}

const HOSTILE: Record<string, string> = {
  "a loop without end": "while True:\n    x = 1\n",
  "a range of a billion billions": "t = 0\nfor i in range(10**18):\n    t += i\n",
  "a recursion without end": "def f(n):\n    return f(n + 1)\ny = f(0)\n",
  "mutual recursion": "def f(n): return g(n)\ndef g(n): return f(n)\nf(1)\n",
  "a text of a million millions": 'a = "a" * 10**12\nb = a + a\n',
  "a list of a hundred thousand millions": "a = [0] * 10**11\n",
  "powers of powers": "a = 10 ** 10 ** 10\nb = 2 ** 10**9\n",
  shifts: "a = 1 << 10**12\n",
  doubling: "a = [1]\nfor i in range(200):\n    a = a + a\n",
  "doubling text": "a = 'x'\nfor i in range(200):\n    a = a + a\n",
  "a class that inherits from itself": "class A(A): pass\nclass B(B): pass\n",
  "an object that holds itself":
    "a = []\na.append(a)\nb = {}\nb['b'] = b\nprint(a == a, str(a), a < a)\nimport copy\nc = copy.deepcopy(a)\n",
  "a generator without end": "def g():\n    while True:\n        yield 1\nx = list(g())\n",
  "getattr that asks itself": "class A:\n    def __getattr__(self, name):\n        return getattr(self, name + 'x')\nA().b\n",
  "a million small layers": "import torch.nn as nn\nm = nn.Sequential(*[nn.Linear(1, 1) for _ in range(10**6)])\n",
  "nested comprehensions": "a = [[[[i for i in range(1000)] for j in range(1000)] for k in range(1000)] for l in range(1000)]\n",
  "a module that contains itself":
    "import torch.nn as nn\nclass M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.me = self\n    def forward(self, x):\n        return self.me(x)\nm = M()\nimport torch\nm(torch.zeros(1))\n",
}

for (const [name, text] of Object.entries(HOSTILE))
  test(`bounded: ${name}`, () => {
    const start = Date.now()
    const analysis = analysed("hostile.py", `${text}\nimport torch.nn as nn\nlast = nn.Sequential(nn.Linear(2, 3))\n`, 0.3)
    assert.ok(Date.now() - start < 1_500, "the budget is a third of a second")
    assert.deepEqual(analysis.problems, [])
  })
