/** Pooling worked out by hand is what torch computes, and pooling layers open with their own arguments. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { gradientOf, type Kind, type Pooled, pooledAt, pooledAxis, spotsOf } from "../../src/concepts/convolution/pooling-example.ts"
import { kerasModel, knobsOf, problemsOf, quantity, recognised, tfjsModel, torchModel } from "./reading.ts"

const ID = "pooling-and-stride"

/** Five rows of six numbers: 7, 14, 21… modulo 13. */
function mapOf(kind: Kind, size: number, stride: number, padding: number, roundUp: boolean, countsPadding = true): Pooled {
  const axis = (length: number) => pooledAxis(length, length, { size, stride, padding, dilation: 1 }, roundUp)
  return { rows: axis(5), columns: axis(6), kind, countsPadding, valueAt: (row, column) => ((row * 6 + column + 1) * 7) % 13 }
}

const thousandths = (pooled: Pooled): number[] => spotsOf(pooled).map((spot) => Math.round(1000 * pooledAt(pooled, spot)))

// The numbers of this test were computed by torch 2.13 on the same map.
test("averages over padding, rounded up, are torch's", () => {
  const counted = [2444, 3444, 4111, 1500, 3778, 6778, 7778, 4500, 2111, 3667, 4333, 2333]
  assert.deepEqual(thousandths(mapOf("average", 3, 2, 1, true)), counted)
  const left = [5500, 5167, 6167, 4500, 5667, 6778, 7778, 9000, 4750, 5500, 6500, 7000]
  assert.deepEqual(thousandths(mapOf("average", 3, 2, 1, true, false)), left)
})

test("a partly filled last window counts when sizes are rounded up", () => {
  assert.deepEqual(
    thousandths(mapOf("max", 2, 2, 0, true)),
    [10, 11, 12, 10, 11, 12, 6, 7, 8].map((value) => 1000 * value),
  )
})

test("max pooling sends the gradient where torch sends it", () => {
  const rows = [
    [0, 0, 0, 0, 0, 0],
    [2, 0, 2, 0, 2, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 1, 0, 1, 0, 1],
    [0, 0, 0, 0, 0, 0],
  ]
  assert.deepEqual(gradientOf(mapOf("max", 3, 2, 1, false)), rows.flat())
})

test("sizes and costs: ResNet's pooling, and a strided convolution as torch counts it", () => {
  const stem = { channels: 64, image: 112, kernel_size: 3, stride: 2, padding: 1 }
  assert.deepEqual(quantity(ID, "output", stem), [64, 56, 56])
  assert.equal(quantity(ID, "parameters", stem), 0)
  assert.equal(quantity(ID, "parameters", { ...stem, kind: "convolution" }), 36_928)
  assert.deepEqual(quantity(ID, "output", { channels: 64, image: 111, kernel_size: 2, ceil_mode: true }), [64, 56, 56])
})

test("what cannot be is said", () => {
  assert.match(problemsOf(ID, { image: 2, kernel_size: 5, stride: 1 })[0] ?? "", /larger than the input/)
  assert.deepEqual(problemsOf(ID, { padding: 2 }), ["Pooling may be padded by at most half its window."])
})

const FEATURES = "self.c = nn.Conv2d(3, 8, 3, padding=1)\n"
const CALL = "Net()(torch.zeros(2, 3, 20, 30))"

test("torch: without a stride the window is the step", () => {
  const model = torchModel(`${FEATURES}self.p = nn.MaxPool2d(3, padding=1, ceil_mode=True)`, "return self.p(self.c(x))", CALL)
  const knobs = { kind: "max", channels: 8, image: [20, 30], kernel_size: 3, stride: 3, padding: 1, ceil_mode: true }
  assert.deepEqual(knobsOf(ID, model, "MaxPool2d"), { ...knobs, count_include_pad: true })
})

test("one dimension, and averages that leave padding out", () => {
  const model = torchModel("self.p = nn.AvgPool1d(4, 2, 1, count_include_pad=False)", "return self.p(x)", "Net()(torch.zeros(2, 3, 50))")
  const knobs = { kind: "average", channels: 3, image: [1, 50], kernel_size: [1, 4], stride: [1, 2], padding: [0, 1] }
  assert.deepEqual(knobsOf(ID, model, "AvgPool1d"), { ...knobs, ceil_mode: false, count_include_pad: false })
})

test("global and adaptive pooling to one number is a window as large as the map", () => {
  const torch = torchModel(`${FEATURES}self.p = nn.AdaptiveAvgPool2d((1, 1))`, "return self.p(self.c(x))", CALL)
  assert.deepEqual(knobsOf(ID, torch, "AdaptiveAvgPool2d")?.["kernel_size"], [20, 30])
  assert.deepEqual(quantity(ID, "output", { ...knobsOf(ID, torch, "AdaptiveAvgPool2d") }), [8, 1, 1])
  const keras = kerasModel("layers.GlobalAveragePooling2D()")
  assert.deepEqual(knobsOf(ID, keras, "GlobalAveragePooling2D")?.["kernel_size"], [64, 48])
  const grid = torchModel(`${FEATURES}self.p = nn.AdaptiveAvgPool2d(7)`, "return self.p(self.c(x))", CALL)
  assert.equal(knobsOf(ID, grid, "AdaptiveAvgPool2d"), undefined)
})

test("Keras and TensorFlow.js layers open with their arguments", () => {
  const keras = knobsOf(ID, kerasModel("layers.MaxPooling2D((2, 3), padding='same')"), "MaxPooling2D")
  const knobs = { kind: "max", channels: 3, image: [64, 48], kernel_size: [2, 3], stride: [2, 3], padding: "same" }
  assert.deepEqual(keras, { ...knobs, ceil_mode: false, count_include_pad: false })
  const [match] = recognised(ID, tfjsModel("model.add(tf.layers.averagePooling2d({ poolSize: 4, strides: 2 }))"))
  assert.equal(match?.label, "Average pooling · 4 × 4")
  assert.equal(match?.knobs["stride"], 2)
})

test("layers and functions that pool are recognised, others not", () => {
  const model = torchModel(`${FEATURES}self.p = nn.MaxPool2d(2)`, "return F.avg_pool2d(self.p(self.c(x)), 2)", CALL)
  assert.deepEqual(
    recognised(ID, model).map(({ label, layers }) => [label, layers]),
    [
      ["Max pooling · 2 × 2", ["p"]],
      ["Average pooling", []],
    ],
  )
  assert.deepEqual(recognised(ID, torchModel(FEATURES, "return self.c(x).mean((2, 3))", CALL)), [])
})
