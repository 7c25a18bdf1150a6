/** Subjects of few examples and of masks: numbers by hand, and their patterns found in models. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { lengthOf, route, squash } from "../../src/concepts/few-examples/capsule-routing.ts"
import { initialKnobs, type Knobs, type Match, type Subject } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import type { Model } from "../../src/model/model.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const subject = (id: string): Subject => subjectOf(id) as Subject

function quantity(id: string, name: string, knobs: Knobs = {}): unknown {
  return subject(id)
    .numbers({ ...initialKnobs(subject(id)), ...knobs })
    .quantities.find((each) => each.name === name)?.value
}

function modelOf(code: string): Model {
  const file = sourceFile("file:///model", "python", code)
  const { models } = analyze(file, "/model", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) })
  return models.at(-1) as Model
}

const torchModel = (layers: string, forward: string, inputs = "x"): Model =>
  modelOf(
    `import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, ${inputs}):\n${forward.replace(/^/gm, "        ")}\n`,
  )

const recognised = (id: string, model: Model): readonly Match[] => subject(id).recognise(model)

// Counted by torch: Conv2d(1, 32, 3), Conv2d(32, 64, 3), Linear(64, 64); LSTM(50, 64), Linear(64, 64); both ways, Linear(128, 64).
for (const [encoder, expected] of [
  ["cnn", 22_976],
  ["lstm", 33_856],
  ["bilstm", 67_648],
] as const)
  test(`a Siamese ${encoder} has ${expected} parameters, once`, () =>
    assert.equal(quantity("siamese", "parameters", { encoder }), expected))

test("a capsule encoder whose embedding is not made of whole capsules is refused in words", () => {
  const knobs = { ...initialKnobs(subject("siamese")), encoder: "capsule", embedding: 20 }
  assert.match(subject("siamese").numbers(knobs).problems[0] ?? "", /multiple of 16/)
})

const ENCODER = "self.a = nn.Conv2d(1, 8, 3)\nself.b = nn.Linear(8, 4)\nself.other = nn.Linear(8, 4)"

test("one encoder on two inputs that are subtracted is Siamese", () => {
  const forward = "left = self.b(self.a(x).mean((2, 3)))\nright = self.b(self.a(y).mean((2, 3)))\nreturn torch.abs(left - right)"
  const [match, ...others] = recognised("siamese", torchModel(ENCODER, forward, "x, y"))
  assert.equal(others.length, 0)
  assert.deepEqual(match?.layers.toSorted(), ["a", "b"])
  assert.equal(match?.label, "Siamese · 116 parameters used twice")
})

test("both embeddings as outputs, for a loss to compare, are Siamese too", () => {
  const forward = "return self.b(self.a(x).mean((2, 3))), self.b(self.a(y).mean((2, 3)))"
  assert.equal(recognised("siamese", torchModel(ENCODER, forward, "x, y")).length, 1)
})

test("two encoders, or one applied twice in a row, are not Siamese", () => {
  const two = "return self.b(self.a(x).mean((2, 3))) - self.other(self.a(y).mean((2, 3)))"
  assert.deepEqual(recognised("siamese", torchModel(ENCODER, two, "x, y")), [])
  assert.deepEqual(recognised("siamese", torchModel("self.c = nn.Linear(8, 8)", "h = self.c(x)\nreturn self.c(h) - h")), [])
})

test("one head on several maps of one image is not Siamese", () => {
  const layers = "self.stem = nn.Conv2d(3, 8, 3, padding=1)\nself.head = nn.Conv2d(8, 4, 1)"
  const forward = "p = self.stem(x)\nq = F.max_pool2d(p, 2)\nreturn torch.cat([self.head(p).flatten(2), self.head(q).flatten(2)], 2)"
  assert.deepEqual(recognised("siamese", torchModel(layers, forward)), [])
})

test("squash keeps the direction and makes the length n² / (1 + n²)", () => {
  const squashed = squash([3, 4])
  assert(Math.abs(lengthOf(squashed) - 25 / 26) < 1e-12)
  assert(Math.abs((squashed[0] ?? 0) / (squashed[1] ?? 1) - 3 / 4) < 1e-12)
})

test("routing sends a capsule where the others agree with it", () => {
  const predictions = [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0.1],
      [0, -1],
    ],
    [
      [1, -0.1],
      [1, 0],
    ],
  ]
  const rounds = route(predictions, 5)
  assert.deepEqual(rounds[0]?.couplings[0], [0.5, 0.5])
  for (const couplings of rounds.at(-1)?.couplings ?? []) {
    assert(Math.abs(couplings.reduce((sum, share) => sum + share, 0) - 1) < 1e-12)
  }
  assert((rounds.at(-1)?.couplings[0]?.[0] ?? 0) > 0.7)
})

const ROUTING = `self.W = nn.Parameter(torch.randn(1, 32, 5, 8, 4))
self.score = nn.Linear(4, 4)`
const ROUTED = `u = torch.matmul(x.view(-1, 32, 1, 1, 4), self.W.transpose(3, 4)).squeeze(3)
b = torch.zeros(u.size(0), 32, 5, device=x.device)
for _ in range(3):
    c = F.softmax(b, dim=2)
    s = (c.unsqueeze(-1) * u).sum(1)
    n = s.norm(dim=-1, keepdim=True)
    v = s * n / (1 + n ** 2)
    b = b + (u * v.unsqueeze(1)).sum(-1)
return v`

test("routing by agreement is recognised, with its iterations", () => {
  const [match, ...others] = recognised("capsules", torchModel(ROUTING, ROUTED))
  assert.equal(others.length, 0)
  assert.deepEqual(match?.knobs, { iterations: 3 })
})

test("attention in layers, with residual sums between, is no routing", () => {
  const layers = "self.q = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])"
  const forward = "for q in self.q:\n    a = F.softmax(q(x) @ x.transpose(1, 2), dim=-1)\n    x = x + a @ x\nreturn x"
  assert.deepEqual(recognised("capsules", torchModel(layers, forward)), [])
})

test("queries compared with means of examples are few-shot learning, and no longer plain twins", () => {
  const forward =
    "prototypes = self.b(self.a(x).mean((2, 3))).view(5, -1, 4).mean(1)\nreturn torch.cdist(self.b(self.a(y).mean((2, 3))), prototypes)"
  const model = torchModel(ENCODER, forward, "x, y")
  assert.equal(recognised("few-shot", model).length, 1)
  assert.deepEqual(recognised("siamese", model), [])
})

test("an episode of 5 ways and 1 shot has five examples, and guessing is right once in five", () => {
  assert.equal(quantity("few-shot", "support", { ways: 5, shots: 1 }), 5)
  assert.equal(quantity("few-shot", "chance", { ways: 5, shots: 1 }), "20.0 %")
})

const STEM = "self.c = nn.Conv2d(3, 8, 3)\nself.f = nn.Linear(8, 5)\nself.g = nn.Linear(5, 2)"

test("mean pooling and one linear layer give activation maps; two layers, or pooled squares, do not", () => {
  const [match] = recognised(
    "activation-maps",
    torchModel(
      STEM,
      "x = F.adaptive_avg_pool2d(F.relu(self.c(x)), 1)\nreturn self.f(x.flatten(1))",
      "x: torch.Tensor = torch.zeros(1, 3, 16, 16)",
    ),
  )
  assert.deepEqual(match?.knobs, { channels: 8, map: 14 })
  assert.deepEqual(recognised("activation-maps", torchModel(STEM, "return self.g(self.f(self.c(x).mean((2, 3))))")), [])
  const flat = "x = F.adaptive_avg_pool2d(self.c(x), 2)\nreturn self.h(x.flatten(1))"
  assert.deepEqual(recognised("activation-maps", torchModel("self.c = nn.Conv2d(3, 8, 3)\nself.h = nn.Linear(32, 5)", flat)), [])
})

test("the mask head of the paper has 2,643,280 parameters and masks of 28 × 28", () => {
  assert.equal(quantity("mask-rcnn", "parameters"), 2_643_280)
  assert.deepEqual(quantity("mask-rcnn", "mask"), [80, 28, 28])
})

test("regions that are convolved and enlarged are Mask R-CNN; regions that are only classified are not", () => {
  const layers =
    "self.c = nn.Conv2d(3, 8, 3, padding=1)\nself.m = nn.Conv2d(8, 8, 3, padding=1)\nself.up = nn.ConvTranspose2d(8, 8, 2, 2)\nself.f = nn.Linear(8, 5)"
  const cut = "r = torch.ops.torchvision.roi_align(self.c(x), torch.zeros(4, 5), 1.0, 14, 14, 2, True)\n"
  const [match] = recognised("mask-rcnn", torchModel(layers, `${cut}return self.up(F.relu(self.m(r)))`))
  assert.equal(match?.label, "Mask R-CNN · masks of 28 × 28 in each region")
  assert.deepEqual(recognised("mask-rcnn", torchModel(layers, `${cut}return self.f(self.m(r).mean((2, 3)))`)), [])
})
