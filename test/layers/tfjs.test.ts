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

test("classes of the program's own have methods, accessors and fields", () => {
  const found = tfjs(`
class Data {
  size = 3
  constructor() { this.features = 4 }
  get width() { return this.features * this.size }
  set width(value) { this.features = value }
  classes() { return this.features + 1 }
}
const data = new Data()
data.width = 5
const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [data.width], units: data.classes() })] })
`)
  assert.equal(total(found), String(15 * 6 + 6))
})

test("handlers and promises run, and models that functions keep to themselves are found", () => {
  const { models, problems } = seen(
    "javascript",
    `import * as tf from "@tensorflow/tfjs"
async function train(features) {
  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [features.shape[1]], units: 3 })] })
  await model.fit(features, features)
}
document.getElementById("train").addEventListener("click", async () => { await train(tf.zeros([120, 4])) })
fetch("data.json").then(async () => {
  const second = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 1 })] })
  second.compile({ loss: "meanSquaredError", optimizer: "sgd" })
})
`,
  )
  assert.deepEqual(
    models.map((each) => [each.name, total(each)]),
    [
      ["model", "15"],
      ["second", "3"],
    ],
  )
  assert.deepEqual(problems, [])
})
