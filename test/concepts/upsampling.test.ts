/** Upsampling by hand is what torch computes, and upsampling layers open with their factors. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { type Corners, type Mode, mixedAt } from "../../src/concepts/convolution/upsampling.ts"
import { kerasModel, knobsOf, quantity, recognised, tfjsModel, torchModel } from "./reading.ts"

const ID = "bilinear-upsampling"
const MAP = [
  [0, 4, 8],
  [12, 2, 6],
]

function thousandths(mode: Mode, corners: Corners): number[] {
  const [rows, columns] = [
    { from: 2, to: 4, mode, corners },
    { from: 3, to: 6, mode, corners },
  ]
  return Array.from({ length: 24 }, (_, at) =>
    Math.round(1000 * mixedAt(rows, columns, (row, column) => MAP[row]?.[column] ?? Number.NaN, Math.floor(at / 6), at % 6).value),
  )
}

// Computed by torch 2.13's interpolate.
test("all ways of enlarging are torch's", () => {
  const squares = [
    0, 1000, 3000, 5000, 7000, 8000, 3000, 3125, 3375, 4500, 6500, 7500, 9000, 7375, 4125, 3500, 5500, 6500, 12000, 9500, 4500, 3000, 5000,
    6000,
  ]
  const aligned = [
    0, 1600, 3200, 4800, 6400, 8000, 4000, 3733, 3467, 4133, 5733, 7333, 8000, 5867, 3733, 3467, 5067, 6667, 12000, 8000, 4000, 2800, 4400,
    6000,
  ]
  const copies = [0, 0, 4, 4, 8, 8, 0, 0, 4, 4, 8, 8, 12, 12, 2, 2, 6, 6, 12, 12, 2, 2, 6, 6].map((value) => 1000 * value)
  assert.deepEqual(thousandths("bilinear", "half-pixel"), squares)
  assert.deepEqual(thousandths("bilinear", "aligned"), aligned)
  assert.deepEqual(thousandths("nearest", "half-pixel"), copies)
})

test("sizes, and the kernel of the transposed convolution that does the same", () => {
  assert.deepEqual(quantity(ID, "output", { image: [7, 5], scale: 1.5 }), [16, 10, 7])
  assert.deepEqual(quantity(ID, "kernel", { scale: [2, 3] }), [4, 5])
})

const CALL = "Net()(torch.zeros(2, 8, 20, 30))"

test("torch, Keras and TensorFlow.js layers open with their arguments", () => {
  const torch = torchModel("self.u = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)", "return self.u(x)", CALL)
  assert.deepEqual(knobsOf(ID, torch, "Upsample"), { mode: "bilinear", corners: "aligned", scale: 2, channels: 8, image: [20, 30] })
  const sized = torchModel("self.u = nn.Upsample(size=(30, 60))", "return self.u(x)", CALL)
  assert.deepEqual(knobsOf(ID, sized, "Upsample")?.["scale"], [1.5, 2])
  const keras = kerasModel("layers.UpSampling2D((2, 3), interpolation='bilinear')")
  assert.deepEqual(knobsOf(ID, keras, "UpSampling2D"), {
    mode: "bilinear",
    corners: "half-pixel",
    scale: [2, 3],
    channels: 3,
    image: [64, 48],
  })
  const [tfjs] = recognised(ID, tfjsModel("model.add(tf.layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }))"))
  assert.equal(tfjs?.knobs["corners"], "asymmetric")
  assert.equal(tfjs?.label, "Upsampling, bilinear · × 2")
})

test("bicubic upsampling is another subject", () => {
  const model = torchModel("self.u = nn.Upsample(scale_factor=2, mode='bicubic')", "return self.u(x)", CALL)
  assert.equal(knobsOf(ID, model, "Upsample"), undefined)
  assert.deepEqual(recognised(ID, model), [])
})
