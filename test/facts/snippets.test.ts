// Snippets where they are put: what arrives there is filled in, and what each would cost is analysed, never guessed.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { snippetsAt } from "../../src/facts/snippets.ts"
import { analyzed, TORCH } from "./reading.ts"

const BUDGET = { fuel: 2_000_000, cancelled: () => false }
const example = (name: string) => readFileSync(new URL(`../../media/examples/${name}`, import.meta.url), "utf8")

/** What every snippet costs takes a second to find out; without a budget for it the rest is the same. */
const NO_COSTS = { fuel: 1, cancelled: () => true }

function at(text: string, mark: string, budget = NO_COSTS) {
  const found = snippetsAt(analyzed(text), text.indexOf(mark), budget)
  return { ...found, named: (title: string) => found.snippets.find((each) => each.title === title) }
}

const NET = `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 48, 3, padding=1)
        self.head = nn.Linear(48, 10)
        # made
    def forward(self, x):
        x = self.stem(x)
        # here
        x = x.mean((2, 3))
        # there
        return self.head(x)
net = Net()
net(torch.randn(2, 3, 32, 32))
`

test("a convolution is told the channels that arrive, and costs what torch would count", () => {
  const { incoming, named } = at(NET, "# here", BUDGET)
  assert.equal(incoming, "(2, 48, 32, 32)")
  const convolution = named("Convolution (PyTorch)")
  assert.match(convolution?.body ?? "", /nn\.Conv2d\(\$\{1:48\}, \$\{2:64\}/)
  // 48·64·9 weights, and a scale and a shift for each of 64 channels; 2·64·32·32 places, each a sum of 48·9 products.
  assert.match(convolution?.cost ?? "", /^27,776 parameters · .*\(2, 48, 32, 32\) → \(2, 64, 32, 32\)$/)
})

test("after a flat result a linear layer is told the features, and a convolution keeps its default", () => {
  const { incoming, named } = at(NET, "# there")
  assert.equal(incoming, "(2, 48)")
  assert.match(named("Deep network (PyTorch)")?.body ?? "", /nn\.Linear\(\$\{1:48\}/)
  assert.match(named("Convolution (PyTorch)")?.body ?? "", /nn\.Conv2d\(\$\{1:3\}/)
})

test("in a constructor the layer made last says what arrives", () => {
  assert.equal(at(NET, "# made").incoming, "(2, 10)")
  assert.equal(at(NET, "self.head = nn").incoming, "(2, 48, 32, 32)")
})

test("a file gets the snippets of the frameworks that it imports; one that imports none gets all of its language", () => {
  const frameworks = (text: string) => [...new Set(at(text, "x").snippets.map(({ title }) => /\((\w[\w.]*)\)$/.exec(title)?.[1]))].sort()
  assert.deepEqual(frameworks(NET), ["PyTorch"])
  assert.deepEqual(frameworks("import keras\nx = 1\n"), ["Keras"])
  assert.deepEqual(frameworks("x = 1\n"), ["Keras", "PyTorch"])
})

test("every snippet of torch that is filled analyses clean where it is put", () => {
  const { snippets } = at(NET, "# here")
  const layers = snippets.filter(({ body }) => body.startsWith("nn.") && body.includes(":48}"))
  assert.ok(layers.length >= 4, String(layers.length))
  for (const { title, body } of layers) {
    const code = body.replace(/\$\{\d+:([^}]*)\}/g, "$1").replace("$0", "")
    const text = NET.replace("return self.head(x)", "return x").replace(
      "        # here",
      `        x = ${code.replaceAll("\n", "\n        ")}(x)`,
    )
    const { problems } = analyzed(text)
    assert.deepEqual(
      problems.filter(({ code: rule }) => /mismatch|argument/.test(rule)).map(({ message }) => message),
      [],
      title,
    )
  }
})

test("without a shape the defaults stay, and the costs are those of the snippet", () => {
  const { incoming, named } = at("import torch\nfrom torch import nn\n# x\n", "# x", BUDGET)
  assert.equal(incoming, undefined)
  assert.match(named("Convolution (PyTorch)")?.body ?? "", /nn\.Conv2d\(\$\{1:3\}/)
  assert.match(named("Convolution (PyTorch)")?.cost ?? "", /^1,856 parameters/)
})

test("a budget that is used up leaves the costs out, not the snippets", () => {
  const text = example("lenet5.py")
  const { snippets } = snippetsAt(analyzed(text), text.length, { fuel: 1e6, cancelled: () => true })
  assert.ok(snippets.length > 20)
  assert.ok(snippets.every(({ cost }) => cost === ""))
})
