/** Plain convolutional networks: counted as torch and Keras count them, and found in models with all their sizes. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { parseKnob } from "../../src/concepts/knobs.ts"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import type { Knob, Knobs } from "../../src/concepts/subject.ts"
import type { Model } from "../../src/model/model.ts"
import { kerasModel, problemsOf, quantity, recognised, tfjsModel, torchModel } from "./reading.ts"

const ID = "basic-cnn"

const ALEXNET: Knobs = {
  image: 224,
  filters: [64, 192, 384, 256, 256],
  kernel_size: [11, 5, 3],
  stride: [4, 1],
  padding: [2, 2, 1],
  pool: [3, 3, 1, 1, 3],
  pool_stride: [2],
  final: 6,
  hidden: [4096, 4096],
  classes: 1000,
}
const VGG16: Knobs = {
  image: 224,
  filters: [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512],
  kernel_size: [3],
  padding: [1],
  pool: [1, 2, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2],
  final: 7,
  hidden: [4096, 4096],
  classes: 1000,
}

// Parameters and MACs as torch and fvcore count torchvision's models.
test("AlexNet and VGG-16 are counted as torchvision's", () => {
  assert.equal(quantity(ID, "parameters", ALEXNET), 61_100_840)
  assert.deepEqual(quantity(ID, "maps", ALEXNET), [256, 6, 6])
  assert.equal(quantity(ID, "parameters", VGG16), 138_357_544)
  assert.equal(quantity(ID, "macs", VGG16), 15_470_264_320)
  assert.deepEqual(quantity(ID, "sees", VGG16), [212, 212])
})

test("a network whose maps run out is refused in words", () => {
  assert.deepEqual(problemsOf(ID, { image: 12, kernel_size: [5], padding: [0] }), [
    "Convolution 2 has a window of 5, which is larger than the input's 4.",
  ])
})

test("lists of numbers are read as they are typed", () => {
  const filters = subjectOf(ID)?.knobs.find(({ name }) => name === "filters") as Knob
  assert.deepEqual(parseKnob(filters, "32, 32, 64"), [32, 32, 64])
  assert.deepEqual(parseKnob(filters, "8"), [8])
  assert.equal(parseKnob(filters, "8, a"), undefined)
})

/** The match's knobs make the network that the model has. */
function assertSame(model: Model, knobs: Knobs): void {
  const [match, ...others] = recognised(ID, model)
  assert.equal(others.length, 0)
  assert.deepEqual(match?.knobs, knobs)
  assert.equal(quantity(ID, "parameters", match?.knobs), model.parameters.total)
  // Keras' batch stays open, and with it the whole work.
  if (typeof model.macs === "number") assert.equal(quantity(ID, "macs", match?.knobs), model.macs)
}

const PLAIN = { pooling: "max", final: 0, normalisation: false, bias: true }

test("torch: pooling by function, flattened with view", () => {
  const model = torchModel(
    "self.a = nn.Conv2d(1, 6, 5, padding=2)\nself.b = nn.Conv2d(6, 16, 5)\nself.f = nn.Linear(400, 120)\nself.g = nn.Linear(120, 10)",
    "x = F.max_pool2d(F.relu(self.a(x)), 2)\nx = F.max_pool2d(F.relu(self.b(x)), 2)\nx = x.view(x.size(0), -1)\nreturn self.g(F.dropout(F.relu(self.f(x))))",
    "Net()(torch.zeros(1, 1, 28, 28))",
  )
  assertSame(model, {
    ...PLAIN,
    image: 28,
    channels: 1,
    filters: [6, 16],
    kernel_size: [5, 5],
    stride: [1, 1],
    padding: [2, 0],
    pool: [2, 2],
    pool_stride: [2, 2],
    hidden: [120],
    classes: 10,
  })
})

test("torch: batch normalisation, two convolutions before a pooling, averaged at the end", () => {
  const model = torchModel(
    "self.f = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 12, 3, stride=2, bias=False), nn.BatchNorm2d(12), nn.ReLU(), nn.AvgPool2d(3, 2))\nself.p = nn.AdaptiveAvgPool2d(1)\nself.c = nn.Linear(12, 5)",
    "return self.c(torch.flatten(self.p(self.f(x)), 1))",
    "Net()(torch.zeros(1, 3, 40, 30))",
  )
  assertSame(model, {
    image: [40, 30],
    channels: 3,
    filters: [8, 12],
    kernel_size: [3, 3],
    stride: [1, 2],
    padding: [1, 0],
    pool: [1, 3],
    pool_stride: [1, 2],
    pooling: "average",
    final: 1,
    hidden: [0],
    classes: 5,
    normalisation: true,
    bias: false,
  })
})

test("Keras and TensorFlow.js", () => {
  const knobs = {
    ...PLAIN,
    image: [64, 48],
    channels: 3,
    filters: [32, 64],
    kernel_size: [3, 3],
    stride: [1, 1],
    pool: [2, 2],
    pool_stride: [2, 2],
  }
  const keras = kerasModel(
    "layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(), layers.Conv2D(64, 3, padding='same', activation='relu'), layers.MaxPooling2D(2), layers.Flatten(), layers.Dropout(0.5), layers.Dense(10, activation='softmax')",
  )
  assertSame(keras, { ...knobs, padding: [0, 1], hidden: [0], classes: 10 })
  const tfjs = tfjsModel(
    "model.add(tf.layers.conv2d({ filters: 32, kernelSize: 3 }))\nmodel.add(tf.layers.maxPooling2d({ poolSize: 2 }))\nmodel.add(tf.layers.conv2d({ filters: 64, kernelSize: 3 }))\nmodel.add(tf.layers.maxPooling2d({ poolSize: 2 }))\nmodel.add(tf.layers.flatten())\nmodel.add(tf.layers.dense({ units: 7 }))",
  )
  assertSame(tfjs, { ...knobs, padding: [0, 0], hidden: [0], classes: 7 })
})

const CONVOLUTIONS =
  "self.a = nn.Conv2d(3, 8, 3, padding=1)\nself.b = nn.Conv2d(8, 8, 3, padding=1)\nself.p = nn.MaxPool2d(2)\nself.c = nn.Linear(8, 5)"

for (const [name, forward] of [
  ["a shortcut", "x = self.p(self.a(x))\nx = x + self.b(x)\nreturn self.c(self.p(x).mean((2, 3)))"],
  ["no pooling between and a mean at the end", "return self.c(self.b(self.a(x)).mean((2, 3)))"],
  ["no fully connected layer", "return self.b(self.p(self.a(x)))"],
  ["branches", "x = self.p(self.a(x))\nreturn self.c(torch.cat([self.b(x), self.b(x)], 2).mean((2, 3)))"],
  ["two results", "x = self.p(self.b(self.p(self.a(x))))\nreturn self.c(x.mean((2, 3))), x"],
] as const)
  test(`${name}: no plain network`, () => assert.deepEqual(recognised(ID, torchModel(CONVOLUTIONS, forward)), []))

test("weights of layers that are not drawn are counted as others; even kernels may keep the size", () => {
  const keras = kerasModel(
    "layers.Conv2D(8, 4, padding='same'), layers.PReLU(shared_axes=[1, 2]), layers.MaxPooling2D(2), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10)",
  )
  const [match] = recognised(ID, keras)
  assert.equal(match?.knobs["other"], 8)
  assert.deepEqual(match?.knobs["padding"], [1.5, 0])
  assert.equal(quantity(ID, "parameters", match?.knobs), keras.parameters.total)
})
