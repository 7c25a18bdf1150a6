// Really builds and calls TensorFlow.js layers and writes `tfjs_layers.json`.
import { readFileSync, writeFileSync } from "node:fs"
import * as tf from "@tensorflow/tfjs"
import { countMacs } from "./tfjs_macs.mjs"

await tf.setBackend("cpu")

function linesOf(name) {
  const text = readFileSync(new URL(name, import.meta.url), "utf8")
  return text.split("\n").filter((line) => line.trim() && !line.startsWith("#"))
}

function parseInput(text) {
  const [sizes, dtype = "float32"] = text.split(":")
  return { shape: sizes.split(",").filter(Boolean).map(Number), dtype }
}

function build({ shape, dtype }) {
  return dtype === "int32"
    ? tf.range(0, tf.util.sizeFromShape(shape), 1, "int32").mod(tf.scalar(2, "int32")).reshape(shape)
    : tf.randomUniform(shape, 0, 1, dtype, 0)
}

const describeTensor = ({ shape, dtype }) => (dtype === "float32" ? { shape } : { shape, dtype })

function leaves(value) {
  if (value instanceof tf.Tensor) return [describeTensor(value)]
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value.map((item) => ({ value: item }))
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (value && typeof value === "object") return Object.values(value).flatMap(leaves)
  return [{ value }]
}

function structure(value) {
  if (value instanceof tf.Tensor) return "t"
  if (Array.isArray(value)) return `[${value.map(structure).join(", ")}]`
  if (value && typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${structure(item)}`)
      .join(", ")}}`
  return "v"
}

const describeResult = (result) => ({ outputs: leaves(result), ...(structure(result) === "t" ? {} : { structure: structure(result) }) })

// `dense_Dense17/kernel` counts all layers of the run; here it counts those of the case: `dense_Dense1/kernel`.
function caseNames(weights) {
  const seen = new Map()
  const renumber = (whole, className) => {
    const names = seen.get(className) ?? seen.set(className, []).get(className)
    if (!names.includes(whole)) names.push(whole)
    return `_${className}${names.indexOf(whole) + 1}`
  }
  return weights.map((weight) => weight.originalName.replace(/_([A-Z]\w*?)\d+(?=\/|$)/g, renumber))
}

// A layer's weights are named below the layer's own name; in a model the layers' names tell them apart.
function shapes(layer, weights) {
  const names = caseNames(weights).map((name) => (layer instanceof tf.Sequential ? name : name.split("/").slice(1).join("/") || name))
  return Object.fromEntries(names.map((name, index) => [name, weights[index].shape]))
}

function describeWeights(layer) {
  if (typeof layer?.countParams !== "function") return {}
  const total = layer.countParams()
  const trainable = layer.trainableWeights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape), 0)
  return {
    parameters: total,
    ...(trainable === total ? {} : { trainable }),
    ...(layer.trainableWeights.length ? { weights: shapes(layer, layer.trainableWeights) } : {}),
    ...(layer.nonTrainableWeights.length ? { frozen: shapes(layer, layer.nonTrainableWeights) } : {}),
  }
}

const describeError = (error) => `${error.constructor.name}: ${String(error.message).split("\n")[0].slice(0, 200)}`
const evaluate = (expression, names) => new Function(...Object.keys(names), `return ${expression}`)(...Object.values(names))

async function measureLayer(text) {
  const [built, inputs, call = "layer.apply(a)"] = text.split(" | ")
  const described = Object.fromEntries(inputs.split(";").map((input, index) => ["abcd"[index], parseInput(input)]))
  const row = {
    layer: built,
    inputs: Object.fromEntries(Object.entries(described).map(([name, input]) => [name, describeTensor(input)])),
    ...(call === "layer.apply(a)" ? {} : { call }),
  }
  tf.disposeVariables()
  let layer
  try {
    layer = evaluate(built, { tf })
  } catch (error) {
    return { ...row, fails: "constructor", error: describeError(error) }
  }
  try {
    const names = { tf, layer, ...Object.fromEntries(Object.entries(described).map(([name, input]) => [name, build(input)])) }
    // The first call makes the weights; the second is the one that is counted.
    evaluate(call, names)
    const { result, macs } = await countMacs(() => evaluate(call, names))
    return { ...row, ...describeResult(result), ...describeWeights(layer), macs }
  } catch (error) {
    return { ...row, fails: "call", error: describeError(error) }
  }
}

async function measureOperator(inputs, expression) {
  const all = Object.fromEntries(
    inputs
      .split(";")
      .map((part) => part.split("="))
      .map(([name, text]) => [name, parseInput(text)]),
  )
  const used = Object.entries(all).filter(([name]) => new RegExp(`(^|[^\\w.'])${name}\\b(?!')`).test(expression))
  const row = { expr: expression, inputs: Object.fromEntries(used.map(([name, input]) => [name, describeTensor(input)])) }
  try {
    const names = { tf, ...Object.fromEntries(used.map(([name, input]) => [name, build(input)])) }
    // Failing under the profiler would fail a second time, out of reach.
    evaluate(expression, names)
    const { result, macs } = await countMacs(() => evaluate(expression, names))
    return { ...row, ...describeResult(result), macs }
  } catch (error) {
    return { ...row, error: describeError(error) }
  }
}

const rows = []
for (const line of linesOf("./tfjs_layers.txt")) rows.push(await measureLayer(line))
let inputs = ""
for (const line of linesOf("./tfjs_functions.txt")) {
  if (line.startsWith("with ")) inputs = line.slice("with ".length)
  else rows.push(await measureOperator(inputs, line))
}
const body = rows.map((row) => JSON.stringify(row)).join(",\n")
writeFileSync(
  new URL("./tfjs_layers.json", import.meta.url),
  `{"source": "executed @tensorflow/tfjs ${tf.version.tfjs}", "mode": "inference", "cases": [\n${body}\n]}\n`,
)
console.log(`tfjs_layers.json: ${rows.length} cases, of these ${rows.filter((row) => row.error).length} fail`)
