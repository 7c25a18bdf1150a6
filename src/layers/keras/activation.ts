/** Activation layers, and the `activation=` argument of other layers: the shape stays, and nothing is counted. */
import type { Arguments } from "../arguments.ts"
import { normaliseAxis } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { type Layer, layer } from "./layer.ts"
import { isLayer } from "./state.ts"

/** Applies what `activation=` says to a layer's result. Names and functions of the catalogue keep the shape; the user's own are called. */
export function activated(call: Arguments, layer: Layer, result: V.Value, name = "activation"): V.Value {
  const activation = layer.value(name)
  if (activation === undefined || activation.kind === "string" || activation.kind === "native" || activation.kind === "unknown")
    return result
  if (activation.kind !== "function" && activation.kind !== "method" && !isLayer(activation)) return result
  return call.interpreter.call(activation, { positional: [result], keywords: new Map() }, call.place)
}

/** The same shape and type, recorded under the layer's name. */
export function keep(call: Arguments, name = "inputs"): V.Value {
  const value = call.required(name)
  if (value.kind !== "tensor") return value
  return call.emit([value], { shape: value.shape }, value.dtype, value.shape === undefined ? { sameShapeAs: value } : {})
}

const simple = (name: string, tfjs: string | undefined, signature: string, sentence: string): Entry[] =>
  layer({ name, ...(tfjs !== undefined && { tfjs }), signature, sentence, forward: (call) => keep(call) })

/** PReLU learns a slope for each element; shared axes have one. */
const PRELU = layer({
  name: "PReLU",
  tfjs: "prelu",
  signature: "alpha_initializer='zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None",
  sentence: "Passes positive values and multiplies negative ones by learned slopes.",
  formula: "product of the input's axes after the batch, shared axes counting 1",
  weights: (layer, [shape]) => {
    const shared = layer.integers("shared_axes") ?? []
    return {
      alpha: shape ? shape.slice(1).map((dim, axis) => (shared.includes(axis + 1) ? 1 : dim)) : V.unknown("the input's shape is not known"),
    }
  },
  forward: (call) => keep(call),
})

export const activationEntries: readonly Entry[] = [
  ...layer({
    name: "Activation",
    tfjs: "activation",
    signature: "activation",
    sentence: "Applies an activation function to every element.",
    forward: (call, self) => activated(call, self, keep(call)),
  }),
  ...simple("ReLU", "reLU", "max_value=None, negative_slope=0.0, threshold=0.0", "Sets negative values to zero."),
  ...simple("LeakyReLU", "leakyReLU", "negative_slope=0.3", "Multiplies negative values by a small slope."),
  ...simple("ELU", "elu", "alpha=1.0", "Bends negative values towards −alpha."),
  ...simple("ThresholdedReLU", "thresholdedReLU", "theta=1.0", "Sets values below a threshold to zero."),
  ...layer({
    name: "Softmax",
    tfjs: "softmax",
    signature: "axis=-1",
    sentence: "Turns values along an axis into shares that sum to one.",
    forward: (call, self) => {
      const { shape } = call.tensor("inputs")
      const strange = shape && self.integers("axis")?.find((axis) => normaliseAxis(axis, shape.length) === undefined)
      if (strange !== undefined) call.problem("axis-out-of-range", `names dimension ${strange} of a tensor with ${shape?.length}`)
      return keep(call)
    },
  }),
  ...PRELU,
]
