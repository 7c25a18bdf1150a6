// Really runs the TensorFlow.js programs of `media/examples` and writes what they measure to `examples_tfjs.json`.
import { writeFileSync } from "node:fs"
import * as tf from "@tensorflow/tfjs"
import * as functional from "../../media/examples/functional_tfjs.ts"
import * as sequential from "../../media/examples/sequential_tfjs.js"
import { kernelMacs } from "./tfjs_macs.mjs"

// file, entry (evaluated in the file's own names), the same expression here, input
const JOBS = [
  ["sequential_tfjs.js", "model", () => sequential.model, [3, 28, 28, 1]],
  ["sequential_tfjs.js", "createModel()", () => sequential.createModel(), [64, 28, 28, 1]],
  ["functional_tfjs.ts", "detector", () => functional.detector, [2, 64, 64, 3]],
  [
    "functional_tfjs.ts",
    "buildDetector({ size: 90, channels: 1, classes: 5 })",
    () => functional.buildDetector({ size: 90, channels: 1, classes: 5 }),
    [1, 90, 90, 1],
  ],
]

const size = (weights) => weights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape), 0)
const flat = (value) => (Array.isArray(value) ? value.flatMap(flat) : [value])
const fact = ({ shape, dtype }) => ({ shape, dtype })

/** Wraps each layer's `call`, so that the kernels that ran inside it can be told apart. */
function trace(model) {
  const rows = new Map()
  const running = []
  const follow = (layer, path) => {
    const call = layer.call.bind(layer)
    layer.call = (inputs, settings) => {
      if (!rows.has(path))
        rows.set(path, { path, type: layer.getClassName(), parameters: layer.layers ? 0 : layer.countParams(), output: undefined, macs: 0 })
      const row = rows.get(path)
      const frame = { below: 0 }
      const before = kernelCount()
      running.push(frame)
      const result = call(inputs, settings)
      running.pop()
      row.output ??= flat(result)[0].shape
      const inside = kernelMacs(tf.engine().state.activeProfile.kernels.slice(before))
      row.macs += inside - frame.below
      if (running.length > 0) running.at(-1).below += inside
      return result
    }
    for (const child of layer.layers ?? []) follow(child, path === "" ? child.name : `${path}/${child.name}`)
  }
  follow(model, "")
  return rows
}

const kernelCount = () => tf.engine().state.activeProfile.kernels.length

async function measure([file, entry, build, shape]) {
  const model = build()
  const input = tf.ones(shape)
  const rows = trace(model)
  let outputs
  const { kernels } = await tf.profile(() => {
    outputs = flat(model.call(input, { training: false }))
    return outputs[0]
  })
  return {
    file,
    entry,
    class: model.getClassName(),
    parameters: { total: model.countParams(), trainable: size(model.trainableWeights) },
    inputs: [fact(input)],
    outputs: outputs.map(fact),
    macs: kernelMacs(kernels),
    layers: [...rows.values()],
  }
}

function text({ layers, ...head }) {
  const rows = layers.map((row) => `  ${JSON.stringify(row)}`).join(",\n")
  return `${JSON.stringify(head).slice(0, -1)},"layers":[\n${rows}]}`
}

await tf.setBackend("cpu")
const models = []
for (const job of JOBS) models.push(await measure(job))
writeFileSync(
  new URL("./examples_tfjs.json", import.meta.url),
  `{"source": "executed @tensorflow/tfjs ${tf.version.tfjs}", "models": [\n${models.map(text).join(",\n")}\n]}\n`,
)
console.log(`examples_tfjs.json: ${models.length} models`)
for (const { file, entry, parameters, macs } of models) console.log(`  ${file} ${entry}: ${parameters.total} parameters, ${macs} MACs`)
