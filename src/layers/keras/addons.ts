/** Layers of TensorFlow Addons and of TensorFlow Similarity that models of their time use; those that Keras has taken over are Keras' own. */
import * as V from "../../values/value.ts"
import { linear } from "../../operators/multiply.ts"
import { activated, keep } from "./activation.ts"
import { buildLayer } from "./base.ts"
import { UNKNOWN_INPUT, weightShape } from "./core.ts"
import { type Entry, shapeValue } from "./define.ts"
import { type Layer, layer } from "./layer.ts"
import { normalizationEntries } from "./normalization.ts"
import { isLayer, stateOf } from "./state.ts"
import { shapeOf } from "./tensors.ts"
import { copyOf, wrapperEntries } from "./wrappers.ts"

/** The names of one class, under Addons only. */
const addon = (name: string, entries: readonly Entry[]): Entry[] =>
  entries.filter(([each]) => each === `keras.layers.${name}`).map(([, make]): Entry => [`tensorflow_addons.layers.${name}`, make])

/** With data_init, a copy of the layer that is never trained measures the first batch. */
function measuringCopy(layer: Layer): Record<string, V.Value> {
  const inner = layer.required("layer")
  if (!isLayer(inner)) return layer.unclear("what is wrapped is no layer")
  const wants = layer.flag("data_init")
  if (wants === undefined) return layer.unclear("whether data_init is set is not known")
  return wants ? { _naked_clone_layer: copyOf(layer, inner, { trainable: V.FALSE }) } : {}
}

const WEIGHT = layer({
  name: "WeightNormalization",
  signature: "layer, data_init=True",
  sentence: "Learns the length of the wrapped layer's kernel apart from its direction.",
  formula: "the layer's + its outputs + 1",
  fixed: ["initialized"],
  children: measuringCopy,
  weights: (layer, [shape]) => {
    const inner = layer.required("layer")
    if (!isLayer(inner)) return {}
    const copy = layer.self.attributes.get("_naked_clone_layer")
    for (const each of copy && isLayer(copy) ? [inner, copy] : [inner])
      buildLayer(layer.interpreter, each, [shapeValue(shape)], layer.place)
    const kernel = stateOf(inner).weights.find(({ name }) => name === "kernel")?.value
    const width = kernel?.kind === "tensor" ? kernel.shape?.at(-1) : undefined
    return { g: width === undefined ? V.unknown("the wrapped layer's kernel is not known") : [width], initialized: [] }
  },
  forward: (call, self) =>
    call.interpreter.call(self.required("layer"), { positional: [call.required("inputs")], keywords: new Map() }, call.place),
})

const INSTANCE = layer({
  name: "InstanceNormalization",
  signature:
    "groups=-1, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None",
  sentence: "Normalises each channel of each example, then scales and shifts it.",
  formula: "2 · channels",
  weights: (layer, [shape]) => {
    const channels = shape?.at(layer.integers("axis")?.[0] ?? -1)
    const sizes = channels === undefined ? V.unknown("the input's shape is not known") : [channels]
    return { gamma: layer.flag("scale") === false ? false : sizes, beta: layer.flag("center") === false ? false : sizes }
  },
  forward: (call) => keep(call),
})

/** TensorFlow Similarity: a dense layer whose results have length one. */
const METRIC_EMBEDDING = layer({
  name: "MetricEmbedding",
  signature:
    "units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None",
  sentence: "Multiplies the last axis by learned weights and scales the result to length one.",
  formula: "(features + 1) · units",
  weights: (layer, [shape]) => ({
    kernel: shape ? [shape.at(-1) ?? 1, layer.size("units")] : UNKNOWN_INPUT,
    bias: layer.flag("use_bias") !== false && [layer.size("units")],
  }),
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const [features = 1, units = 1] = weightShape(self, "kernel")
    return activated(call, self, call.emit([input], linear(shapeOf(call, input), [units, features]), "float32"))
  },
})

export const addonEntries: readonly Entry[] = [
  ...METRIC_EMBEDDING.map(([, make]): Entry => ["tensorflow_similarity.layers.MetricEmbedding", make]),
  ...addon("WeightNormalization", WEIGHT),
  ...addon("InstanceNormalization", INSTANCE),
  ...addon("GroupNormalization", normalizationEntries),
  ...addon("SpectralNormalization", wrapperEntries),
]
