// TensorFlow.js: option objects, its names, its defaults, and classes of the program's own.
import assert from "node:assert/strict"
import { test } from "node:test"
import { model, outputs, paths, seen, total } from "./summaries.ts"

const HEAD = 'import * as tf from "@tensorflow/tfjs"\n'
const tfjs = (text: string, entry?: string) => model("typescript", HEAD + text, entry)

test("layers are named by class and number", () => {
  const found = tfjs(`
const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [8] }), tf.layers.dense({ units: 2 })] })
`)
  assert.deepEqual(paths(found), ["dense_Dense1", "dense_Dense2"])
  assert.equal(total(found), String(36 + 10))
})

test("a GRU has one bias here", () => {
  const found = tfjs("const model = tf.sequential()\nmodel.add(tf.layers.gru({ units: 20, inputShape: [5, 10] }))")
  assert.equal(total(found), "1860")
  assert.equal(outputs(found), "(N, 20)")
})

test("apply builds a graph, methods of tensors run in own layers", () => {
  const found = tfjs(`
class Doubled extends tf.layers.Layer {
  constructor(config) { super(config) }
  computeOutputShape(inputShape) { return inputShape }
  call(inputs) { return tf.tidy(() => tf.add(inputs[0] ?? inputs, inputs[0] ?? inputs)) }
}
const input = tf.input({ shape: [8] })
const hidden = tf.layers.dense({ units: 4, useBias: false }).apply(input)
const model = tf.model({ inputs: input, outputs: tf.layers.reshape({ targetShape: [2, 2] }).apply(hidden) })
`)
  assert.equal(total(found), "32")
  assert.equal(outputs(found), "(N, 2, 2)")
})

test("loops, spread and arrow functions build the model", () => {
  const found = tfjs(`
const widths = [16, 32]
const build = ({ classes = 3, ...rest }) => {
  const model = tf.sequential()
  widths.forEach((filters, i) => model.add(tf.layers.conv2d({ filters, kernelSize: 3, ...(i === 0 && { inputShape: rest.shape }) })))
  model.add(tf.layers.globalAveragePooling2d({}))
  model.add(tf.layers.dense({ units: classes }))
  return model
}
const model = build({ shape: [...Array(2).fill(28), 1] })
`)
  assert.equal(total(found), String(160 + 16 * 9 * 32 + 32 + 99))
})

test("a stack without input shape is refused, one of unknown shape is not", () => {
  assert.deepEqual(seen("typescript", `${HEAD}const model = tf.sequential()\nmodel.add(tf.layers.dense({ units: 4 }))`).problems, [
    "missing-input-shape",
  ])
  assert.deepEqual(
    seen(
      "typescript",
      `${HEAD}import { width } from "elsewhere"\nconst model = tf.sequential()\nmodel.add(tf.layers.dense({ units: 4, inputShape: [width] }))`,
    ).problems,
    [],
  )
})
