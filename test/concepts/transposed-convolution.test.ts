/** Transposed convolutions have torch's sizes and counts, add up by hand to what torch computes, and open from code. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { paintedAxis, paintedOn } from "../../src/concepts/convolution/transposing.ts"
import { kerasModel, knobsOf, problemsOf, quantity, recognised, tfjsModel, torchModel } from "./reading.ts"

const ID = "transposed-convolution"

test("DCGAN's layers: sizes, parameters and MACs as torch counts them", () => {
  const knobs = { in_channels: 512, out_channels: 256, bias: false, image: 4 }
  assert.deepEqual(quantity(ID, "output", knobs), [256, 8, 8])
  assert.equal(quantity(ID, "parameters", knobs), 2_097_152)
  assert.equal(quantity(ID, "macs", knobs), 33_554_432)
  assert.deepEqual(quantity(ID, "output", { kernel_size: 3, output_padding: 1, image: 7 }), [16, 14, 14])
  assert.deepEqual(quantity(ID, "output", { padding: "same", stride: 3, image: 5 }), [16, 15, 15])
})

test("what is painted adds up to torch's numbers", () => {
  // torch 2.13: conv_transpose2d of [[1, 2], [3, 4]] with [[1, 2, 3], [4, 5, 6], [7, 8, 9]], stride 2, padding 1.
  const expected = [5, 14, 10, 14, 36, 24, 15, 34, 20]
  const windows = { size: 3, stride: 2, padding: 1, dilation: 1 }
  const axis = paintedAxis(2, 3, windows)
  const value = (row: number, column: number): number => 2 * row + column + 1
  const weight = (row: number, column: number): number => 3 * row + column + 1
  const made = Array.from({ length: 9 }, (_, at) => paintedOn(axis, axis, Math.floor(at / 3), at % 3, 4, value, weight))
  assert.deepEqual(made, expected)
})

test("kernels that are no multiple of the stride cover cells unevenly", () => {
  assert.equal(quantity(ID, "covered"), "4 times")
  assert.equal(quantity(ID, "covered", { kernel_size: 3 }), "1 to 4 times")
})

test("what cannot be is said", () => {
  assert.deepEqual(problemsOf(ID, { output_padding: 2 }), ["Output padding must be smaller than the stride."])
  assert.match(problemsOf(ID, { padding: 4 })[0] ?? "", /smaller than the kernel/)
})

const CALL = "Net()(torch.zeros(2, 8, 20, 30))"

test("torch, Keras and TensorFlow.js layers open with their arguments", () => {
  const torch = torchModel(
    "self.u = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1, bias=False)",
    "return self.u(x)",
    CALL,
  )
  const common = { in_channels: 8, out_channels: 4, kernel_size: 3, stride: 2, padding: 1, output_padding: 1, bias: false }
  assert.deepEqual(knobsOf(ID, torch, "ConvTranspose2d"), { ...common, image: [20, 30] })
  assert.equal(recognised(ID, torch)[0]?.label, "Transposed convolution · 3 × 3")
  const keras = kerasModel("layers.Conv2DTranspose(6, (4, 2), strides=2, padding='same')")
  const knobs = { in_channels: 3, out_channels: 6, kernel_size: [4, 2], stride: 2, padding: "same", bias: true, image: [64, 48] }
  assert.deepEqual(knobsOf(ID, keras, "Conv2DTranspose"), knobs)
  const [tfjs] = recognised(
    ID,
    tfjsModel("model.add(tf.layers.conv2dTranspose({ filters: 5, kernelSize: 4, strides: 2, padding: 'same' }))"),
  )
  assert.equal(tfjs?.knobs["out_channels"], 5)
})

test("groups and dilation are none of these knobs", () => {
  for (const more of ["groups=2", "dilation=2"]) {
    const model = torchModel(`self.u = nn.ConvTranspose2d(8, 4, 3, ${more})`, "return self.u(x)", CALL)
    assert.equal(knobsOf(ID, model, "ConvTranspose2d"), undefined)
  }
})
