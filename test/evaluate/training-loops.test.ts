/** Training loops are left when rounds change nothing but numbers, also where a round marks tensors that it made itself. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { type Analysis, analyze } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { describe } from "../../src/values/text.ts"

// A penalty on gradients, as WGAN-GP has it: every round asks for the gradient of a tensor of its own.
const PENALTY = `import torch
from torch import nn
critic = nn.Sequential(nn.Linear(8, 16), nn.LeakyReLU(), nn.Linear(16, 1))
for epoch in range(200):
    for batch in range(900):
        mixed = torch.rand(4, 8).requires_grad_(True)
        slope = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)[0]
        penalty = (slope.norm(2, dim=1) - 1).pow(2).mean()
        penalty.backward()
after = nn.Linear(1, 2)(critic(torch.rand(4, 8)))
`

test("a loop whose rounds mark new tensors does not use up the fuel", () => {
  const file = sourceFile("/train.py", "python", PENALTY)
  // All 180,000 rounds would take hundreds of times as much.
  const analysis = analyze(file, "/train.py", memoryHost({}), { budget: { fuel: 60_000, cancelled: () => false } })
  assert.deepEqual(analysis.problems, [])
  assert.deepEqual(analysis.gaps, [])
})

/** What `explain` sees of the names at the end of a script that may take so much fuel. */
function namesAfter(text: string, fuel: number): { analysis: Analysis; textOf: (name: string) => string } {
  const file = sourceFile("/script.py", "python", text)
  const analysis = analyze(file, "/script.py", memoryHost({}), { budget: { fuel, cancelled: () => false } })
  const seen = [...analysis.observations].flatMap(([node, { value }]) => {
    const { kind, name } = node as { kind: string; name?: string }
    return kind === "name" && name ? [[name, describe(value)] as const] : []
  })
  return { analysis, textOf: (name) => new Map(seen).get(name) ?? "not seen" }
}

test("a list that each round gives one more array holds as many as the loop has rounds", () => {
  const { textOf, analysis } = namesAfter(
    `import numpy as np
images, labels = np.zeros((600, 28, 28)), np.zeros((600,))
bags, targets = [], []
for _ in range(4000):
    chosen = np.random.choice(600, 3, replace=False)
    target = 1 if 1 in labels[chosen] else 0
    bags.append(images[chosen])
    targets.append(np.array([target]))
count = len(bags)
print(count, len(targets))
stacked = np.swapaxes(bags, 0, 1)
print(stacked)
`,
    60_000,
  )
  assert.deepEqual(analysis.gaps, [])
  assert.match(textOf("stacked"), /3, 4000, 28, 28/)
  assert.match(textOf("count"), /4000/)
})

test("pairs that a round adds two by two are counted as well", () => {
  const { textOf } = namesAfter(
    `import numpy as np
images = np.zeros((600, 28, 28))
pairs, labels = [], []
for index in range(3000):
    pairs += [[images[index], images[index % 7]]]
    labels += [1]
    pairs += [[images[index], images[index % 7]]]
    labels += [0]
stacked, count = np.array(pairs), len(labels)
print(stacked, count)
`,
    60_000,
  )
  assert.match(textOf("stacked"), /6000, 2, 28, 28/)
  assert.match(textOf("count"), /6000/)
})

test("a list whose values differ from round to round is filled in full", () => {
  const { textOf } = namesAfter(
    `import numpy as np
images = np.zeros((600, 28, 28))
sizes = []
for index in range(40):
    view = images[index]
    sizes.append(index)
last = sizes[-1]
print(last)
`,
    600_000,
  )
  assert.match(textOf("last"), /39/)
})

test("a slow statement leaves time to those behind it, and what it was making is unknown", () => {
  const text = `import random
from torch import nn
words = []
def gather(limit):
    gathered = []
    for _ in range(limit):
        gathered.append(random.random())
        words.append(1)
    return gathered
gathered = gather(200000)
net = nn.Sequential(nn.Linear(4, 2))
wide = nn.Sequential(nn.Linear(len(words), 2))
taught = nn.Sequential(nn.Linear(len(gathered), 2))
print(net)
`
  const file = sourceFile("/script.py", "python", text)
  let asked = 0
  // A clock that is looked at as often as the program takes steps.
  const budget = { fuel: 1e8, cancelled: () => false, spent: () => Math.min(0.45, ++asked / 100) }
  const { models, gaps } = analyze(file, "/script.py", memoryHost({}), { budget })
  assert.equal(gaps.length, 1)
  const totals = new Map(models.map(({ name, parameters }) => [name, typeof parameters.total === "number" ? parameters.total : "unknown"]))
  assert.equal(totals.get("net"), 10)
  assert.equal(totals.get("wide"), "unknown")
  assert.equal(totals.get("taught"), "unknown")
})
