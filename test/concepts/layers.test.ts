/** From code to knobs: layers and blocks are recognised, with their own arguments. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { layerFacts } from "../../src/concepts/layer-facts.ts"
import type { Knobs, Match, Subject } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import type { Model } from "../../src/model/model.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const TORCH = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"

function modelOf(code: string): Model {
  const file = sourceFile("file:///model.py", "python", code)
  const { models } = analyze(file, "/model.py", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) })
  return models.at(-1) as Model
}

const torchModel = (layers: string, forward: string): Model =>
  modelOf(
    `${TORCH}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, x):\n${forward.replace(/^/gm, "        ")}\n`,
  )

const kerasModel = (layers: string): Model =>
  modelOf(`import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((64, 48, 3)), ${layers}])\n`)

const recognised = (id: string, model: Model): readonly Match[] => (subjectOf(id) as Subject).recognise(model)

function knobsOf(id: string, model: Model): Knobs | undefined {
  const layer = model.layers.find(({ isLeaf, weights }) => isLeaf && weights.length > 0)
  return layer && (subjectOf(id) as Subject).fromLayer(layerFacts(layer, model))
}

test("a torch convolution opens with its arguments", () => {
  const model = torchModel("self.c = nn.Conv2d(3, 8, (3, 5), stride=2, padding=(1, 2), bias=False)", "return self.c(x)")
  assert.deepEqual(
    { ...knobsOf("convolution", model), image: 0 },
    { in_channels: 3, out_channels: 8, groups: 1, kernel_size: [3, 5], stride: 2, padding: [1, 2], dilation: 1, bias: false, image: 0 },
  )
})

test("one dimension is a picture one pixel high", () => {
  const { image, ...knobs } =
    knobsOf("convolution", torchModel("self.c = nn.Conv1d(4, 8, 5, stride=2, padding=2)", "return self.c(x)")) ?? {}
  assert.deepEqual(knobs, {
    in_channels: 4,
    out_channels: 8,
    groups: 1,
    kernel_size: [1, 5],
    stride: [1, 2],
    padding: [0, 2],
    dilation: [1, 1],
    bias: true,
  })
})

test("what the code does not say is left out", () => {
  const model = modelOf(
    `${TORCH}class Net(nn.Module):\n    def __init__(self, width, step):\n        super().__init__()\n        self.c = nn.Conv2d(3, width, 3, stride=step)\n    def forward(self, x):\n        return self.c(x)\n`,
  )
  const knobs = knobsOf("convolution", model) ?? {}
  assert.equal("out_channels" in knobs, false)
  assert.equal("stride" in knobs, false)
  assert.equal(knobs["kernel_size"], 3)
})

test("a Keras convolution opens with its arguments", () => {
  assert.deepEqual(knobsOf("convolution", kerasModel("layers.Conv2D(16, 3, strides=2, padding='same')")), {
    in_channels: 3,
    out_channels: 16,
    groups: 1,
    kernel_size: 3,
    stride: 2,
    padding: "same",
    dilation: 1,
    bias: true,
    image: [64, 48],
  })
})

test("transposed convolutions, linear layers and three dimensions are no subject yet", () => {
  for (const layer of ["nn.ConvTranspose2d(3, 8, 3)", "nn.Linear(3, 8)", "nn.Conv3d(3, 8, 3)"])
    assert.equal(knobsOf("convolution", torchModel(`self.c = ${layer}`, "return self.c(x)")), undefined)
})

test("a depthwise convolution and the pointwise one behind it are recognised through normalisation and activation", () => {
  const model = torchModel(
    "self.d = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)\nself.n = nn.BatchNorm2d(8)\nself.p = nn.Conv2d(8, 20, 1, bias=False)",
    "return self.p(F.relu(self.n(self.d(x))))",
  )
  const [match, ...others] = recognised("depthwise-separable", model)
  assert.equal(others.length, 0)
  assert.deepEqual(match?.layers, ["d", "p"])
  assert.equal(match?.knobs["out_channels"], 20)
  assert.match(match?.label ?? "", /16.1 % of a standard/)
})

test("grouped and plain convolutions before a 1×1 are not depthwise-separable", () => {
  for (const groups of [1, 4]) {
    const model = torchModel(
      `self.d = nn.Conv2d(8, 8, 3, padding=1, groups=${groups})\nself.p = nn.Conv2d(8, 20, 1)`,
      "return self.p(self.d(x))",
    )
    assert.deepEqual(recognised("depthwise-separable", model), [])
  }
})

test("a value that joins in between breaks the pair", () => {
  const model = torchModel(
    "self.d = nn.Conv2d(8, 8, 3, padding=1, groups=8)\nself.p = nn.Conv2d(8, 20, 1)",
    "return self.p(self.d(x) * torch.sigmoid(x))",
  )
  assert.deepEqual(recognised("depthwise-separable", model), [])
})

test("Keras' SeparableConv2D is both in one", () => {
  const [match] = recognised("depthwise-separable", kerasModel("layers.SeparableConv2D(8, 3, strides=2)"))
  assert.deepEqual(match?.knobs, {
    in_channels: 3,
    out_channels: 8,
    multiplier: 1,
    kernel_size: 3,
    stride: 2,
    padding: "valid",
    dilation: 1,
    bias: "pointwise",
    image: [64, 48],
  })
})

const BRANCHES = `self.a = nn.Conv2d(192, 64, 1)
self.b1 = nn.Conv2d(192, 96, 1)
self.b2 = nn.Conv2d(96, 128, 3, padding=1)
self.c1 = nn.Conv2d(192, 16, 1)
self.c2 = nn.Conv2d(16, 32, 5, padding=2)
self.d1 = nn.MaxPool2d(3, 1, 1)
self.d2 = nn.Conv2d(192, 32, 1)
self.stem = nn.Conv2d(3, 192, 3)`

test("parallel branches with 1×1 reductions that are concatenated are an Inception block", () => {
  const model = torchModel(
    BRANCHES,
    "x = F.relu(self.stem(x))\nreturn torch.cat([F.relu(self.a(x)), self.b2(F.relu(self.b1(x))), self.c2(self.c1(x)), self.d2(self.d1(x))], 1)",
  )
  const [match, ...others] = recognised("inception-block", model)
  assert.equal(others.length, 0)
  assert.deepEqual(match?.layers, ["a", "b1", "b2", "c1", "c2", "d1", "d2"])
  const { image, ...knobs } = match?.knobs ?? {}
  assert.deepEqual(knobs, {
    reduction: true,
    in_channels: 192,
    ones: 64,
    threes_reduce: 96,
    threes: 128,
    fives_reduce: 16,
    fives: 32,
    pool_proj: 32,
    large: "5",
    bias: true,
  })
  assert.match(match?.label ?? "", /1×1 saves 57.8 % MACs/)
})

test("branches over different inputs are none", () => {
  const model = torchModel(
    BRANCHES,
    "x = self.stem(x)\ny = F.relu(x) + 1\nreturn torch.cat([self.a(y), self.b2(self.b1(x)), self.c2(self.c1(x)), self.d2(self.d1(x))], 1)",
  )
  assert.deepEqual(recognised("inception-block", model), [])
})

test("a fire module, with its reduction before the branches, is none", () => {
  const model = torchModel(
    "self.s = nn.Conv2d(96, 16, 1)\nself.a = nn.Conv2d(16, 64, 1)\nself.b = nn.Conv2d(16, 64, 3, padding=1)",
    "x = self.s(x)\nreturn torch.cat([self.a(x), self.b(x)], 1)",
  )
  assert.deepEqual(recognised("inception-block", model), [])
})
