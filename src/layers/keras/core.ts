/** Dense, EinsumDense, Embedding and Lambda. */
import type { Arguments } from "../arguments.ts"
import { einsum, linear } from "../../operators/multiply.ts"
import type { Dim } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { activated } from "./activation.ts"
import type { Entry } from "./define.ts"
import { type Layer, layer, type WeightShape } from "./layer.ts"
import { demand, shapeOf } from "./tensors.ts"

const WEIGHT_OPTIONS =
  "kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None"

export const UNKNOWN_INPUT = V.unknown("the input's shape is not known")

/** A weight's shape by name; the call ends Unknown where it is not known. */
export function weightShape(layer: Layer, name: string): Shape {
  const weight = layer.value(name)
  return weight?.kind === "tensor" && weight.shape
    ? weight.shape
    : layer.unclear(weight?.kind === "unknown" ? weight.reason : `the weight ${name} was not built`)
}

const DENSE = layer({
  name: "Dense",
  tfjs: "dense",
  signature: `units, activation=None, use_bias=True, ${WEIGHT_OPTIONS}, lora_rank=None, quantization_config=None`,
  sentence: "Multiplies the last axis by a matrix of learned weights and adds a bias.",
  formula: "(features + 1) · units",
  weights: (layer, [shape]) => ({
    kernel: shape ? [shape.at(-1) ?? 1, layer.size("units")] : UNKNOWN_INPUT,
    bias: layer.flag("use_bias") !== false && [layer.size("units")],
  }),
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const [features = 1, units = 1] = weightShape(self, "kernel")
    // Any rank would do, so that a layer behind this one must not be told that it is wrong.
    const shape = shapeOf(call, input)
    if (shape.length < 2)
      return call.emit(
        [input],
        { shape: undefined, problems: [{ code: "rank-mismatch", message: `expects at least 2 dimensions, got ${shape.length}` }] },
        input.dtype,
      )
    return activated(call, self, call.emit([input], linear(shape, [units, features]), floating(input.dtype)))
  },
})

export const floating = (dtype: V.DataType | undefined): V.DataType | undefined =>
  dtype === undefined || /float/.test(dtype) ? dtype : "float32"

/** The output's sizes as `output_shape` gives them: None takes the input's. */
function einsumOutput(layer: Layer): V.Value[] {
  const value = layer.required("output_shape")
  return [...(layer.sequence(value) ?? [value])]
}

/** The kernel's and bias's shapes by the letters of the equation, as Keras analyses it. */
function einsumSizes(layer: Layer, shape: Shape): { kernel: Shape; bias: Shape | false } {
  const equation = (layer.text("equation") ?? "").replaceAll(" ", "")
  const match = /^(\.\.\.)?(\w+)(\.\.\.)?,(\w+)->(\.\.\.)?(\w+)(\.\.\.)?$/.exec(equation) ?? layer.unclear("the equation is not understood")
  const [, before, inputs = "", , weights = "", , outputs = ""] = match
  const sizes = new Map<string, Dim>()
  const offset = before ? shape.length - inputs.length : 0
  if (!before && !match[3] && inputs.length !== shape.length) mismatched(layer, inputs.length, shape.length)
  for (const [index, letter] of [...inputs].entries()) sizes.set(letter, shape[offset + index] ?? 1)
  const given = einsumOutput(layer)
  const letters = [...outputs].slice(-given.length)
  for (const [index, letter] of letters.entries()) {
    const value = given[given.length - letters.length + index]
    if (value && !V.isNone(value) && !sizes.has(letter)) sizes.set(letter, layer.interpreter.dim(value))
  }
  const bias = layer.text("bias_axes")
  const sizeOf = (letter: string): Dim => sizes.get(letter) ?? layer.unclear(`the size of ${letter} is not known`)
  return { kernel: [...weights].map(sizeOf), bias: bias === undefined ? false : biasShape(outputs, bias, sizeOf) }
}

function mismatched(layer: Layer, named: number, actual: number): never {
  layer.problem("einsum-mismatch", `names ${named} axes of an input with ${actual}`)
  return layer.unclear("the equation names another number of axes than the input has")
}

/** From the bias's first axis on, axes without bias have size 1. */
function biasShape(outputs: string, axes: string, sizeOf: (letter: string) => Dim): Shape {
  const first = Math.min(...[...axes].map((letter) => outputs.indexOf(letter)))
  return [...outputs].slice(first).map((letter) => (axes.includes(letter) ? sizeOf(letter) : 1))
}

const EINSUM_DENSE = layer({
  name: "EinsumDense",
  signature: `equation, output_shape, activation=None, bias_axes=None, ${WEIGHT_OPTIONS}, lora_rank=None`,
  sentence: "Multiplies by learned weights as an Einstein summation says.",
  weights: (layer, [shape]): Record<string, WeightShape> => (shape ? { ...einsumSizes(layer, shape) } : { kernel: UNKNOWN_INPUT }),
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const outcome = einsum(self.text("equation") ?? "", [shapeOf(call, input), weightShape(self, "kernel")])
    if (typeof outcome === "string")
      return call.emit([input], { shape: undefined, problems: [{ code: "einsum-mismatch", message: outcome }] }, input.dtype)
    return activated(call, self, call.emit([input], outcome, input.dtype))
  },
})

const EMBEDDING = layer({
  name: "Embedding",
  tfjs: "embedding",
  signature:
    "input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, weights=None, lora_rank=None, input_length=None",
  sentence: "Looks up a learned vector for each whole number.",
  formula: "input_dim · output_dim",
  weights: (layer) => ({ embeddings: [layer.size("input_dim"), layer.size("output_dim")] }),
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const shape = input.unknown ? shapeOf(call, input) : demand(call, input, ["N", "L"], "int32")
    return call.emit([input], { shape: [...shape, self.size("output_dim")] }, "float32")
  },
})

/** An embedding that also turns vectors back into scores of numbers, with the same weights or with others. */
const REVERSIBLE = layer({
  name: "ReversibleEmbedding",
  signature:
    "input_dim, output_dim, tie_weights=True, embeddings_initializer='uniform', embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, reverse_dtype=None, logit_soft_cap=None, weights=None, lora_rank=None",
  input: "inputs, reverse=False",
  sentence: "Looks up a learned vector for each whole number, and gives vectors a score for each number.",
  formula: "input_dim · output_dim, twice unless tied",
  weights: (layer) => ({
    embeddings: [layer.size("input_dim"), layer.size("output_dim")],
    reverse_embeddings: layer.flag("tie_weights") === false && [layer.size("output_dim"), layer.size("input_dim")],
  }),
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const isReverse = call.flag("reverse") ?? call.unclear("whether vectors are turned back is not known")
    if (isReverse) return call.emit([input], linear(shapeOf(call, input), [self.size("input_dim"), self.size("output_dim")]), input.dtype)
    const shape = input.unknown ? shapeOf(call, input) : demand(call, input, ["N", "L"], "int32")
    return call.emit([input], { shape: [...shape, self.size("output_dim")] }, "float32")
  },
})

/** Runs the function it was made with. */
const LAMBDA = layer({
  name: "Lambda",
  signature: "function, output_shape=None, mask=None, arguments=None",
  sentence: "Applies a function of the program.",
  forward: (call, self) => {
    const extra = self.value("arguments")
    const keywords = new Map<string, V.Value>()
    if (extra?.kind === "dictionary")
      for (const { key, value } of extra.entries.values()) if (key.kind === "string") keywords.set(key.value, value)
    const result = call.interpreter.call(self.required("function"), { positional: [call.required("inputs")], keywords }, call.place)
    return result.kind === "unknown" && self.has("output_shape") ? stated(call, self, result) : result
  },
})

/** The shape that `output_shape=` states, batch left out. */
function stated(call: Arguments, self: Layer, result: V.UnknownValue): V.Value {
  const input = call.value("inputs")
  const output = self.required("output_shape")
  if (input?.kind !== "tensor" || !input.shape || (output.kind !== "tuple" && output.kind !== "list")) return result
  return call.emit([input], { shape: [input.shape[0] ?? 1, ...self.sizesOf(output)] }, input.dtype)
}

export const coreEntries: readonly Entry[] = [...DENSE, ...EINSUM_DENSE, ...EMBEDDING, ...REVERSIBLE, ...LAMBDA]
