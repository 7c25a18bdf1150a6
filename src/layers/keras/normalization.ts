/** Normalisation layers: the shape stays; what differs is which axes have learned scales and shifts. */
import { type Dim, dimText, divides } from "../../values/dim.ts"
import { type Shape, shapeText } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { keep } from "./activation.ts"
import type { Entry } from "./define.ts"
import { type Layer, layer, type WeightShape } from "./layer.ts"

const UNKNOWN_CHANNELS = V.unknown("the input's shape is not known")

/** The sizes along the layer's `axis` argument, which may name several. */
function axisSizes(layer: Layer, shape: Shape | undefined, fallback = -1): Dim[] | V.UnknownValue {
  if (!shape) return UNKNOWN_CHANNELS
  const axes = layer.integers("axis") ?? [fallback]
  const sizes = axes.map((axis) => shape.at(axis))
  if (!sizes.includes(undefined)) return sizes as Dim[]
  layer.problem(
    "axis-out-of-range",
    `normalises dimension ${axes.find((axis) => shape.at(axis) === undefined)} of a tensor with ${shape.length}: ${shapeText(shape)}`,
  )
  return V.unknown("the axis lies outside the input")
}

const when = (flag: boolean | undefined, sizes: Dim[] | V.UnknownValue): WeightShape => (flag === false ? false : sizes)

const BATCH = layer({
  name: "BatchNormalization",
  tfjs: "batchNormalization",
  signature:
    "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, synchronized=False, renorm=False, renorm_clipping=None, renorm_momentum=0.99, fused=None, virtual_batch_size=None",
  sentence: "Normalises each channel over the batch, then scales and shifts it.",
  formula: "4 · channels: gamma and beta are learned, moving mean and variance are not",
  fixed: ["moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev"],
  weights: (layer, [shape]) => {
    const sizes = axisSizes(layer, shape)
    const renormed = layer.flag("renorm") === true && sizes
    return {
      gamma: when(layer.flag("scale"), sizes),
      beta: when(layer.flag("center"), sizes),
      moving_mean: sizes,
      moving_variance: sizes,
      moving_stddev: renormed,
      renorm_mean: renormed,
      renorm_stddev: renormed,
    }
  },
  forward: (call) => keep(call),
})

const LAYER = layer({
  name: "LayerNormalization",
  tfjs: "layerNormalization",
  signature:
    "axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, rms_scaling=False",
  sentence: "Normalises each position over its features, then scales and shifts it.",
  formula: "2 · features",
  weights: (layer, [shape]) => {
    const sizes = axisSizes(layer, shape)
    const isScaleOnly = layer.flag("rms_scaling") === true
    return { gamma: isScaleOnly ? sizes : when(layer.flag("scale"), sizes), beta: isScaleOnly ? false : when(layer.flag("center"), sizes) }
  },
  forward: (call) => keep(call),
})

const RMS = layer({
  name: "RMSNormalization",
  signature: "axis=-1, epsilon=0.000001",
  sentence: "Divides each position by the root mean square of its features, then scales it.",
  formula: "features",
  weights: (layer, [shape]) => ({ scale: axisSizes(layer, shape) }),
  forward: (call) => keep(call),
})

const GROUP = layer({
  name: "GroupNormalization",
  signature:
    "groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None",
  sentence: "Normalises groups of channels within each example, then scales and shifts each channel.",
  formula: "2 · channels",
  weights: (layer, [shape]) => {
    const sizes = axisSizes(layer, shape)
    const [channels] = Array.isArray(sizes) ? (sizes as Dim[]) : []
    // −1 stands for as many groups as channels.
    const groups = layer.size("groups")
    if (channels !== undefined && groups !== -1 && divides(groups, channels) === false)
      layer.problem("group-divisibility", `has ${dimText(channels)} channels, which ${dimText(groups)} groups do not divide`)
    return { gamma: when(layer.flag("scale"), sizes), beta: when(layer.flag("center"), sizes) }
  },
  forward: (call) => keep(call),
})

const UNIT = layer({
  name: "UnitNormalization",
  signature: "axis=-1",
  sentence: "Scales vectors to length one.",
  forward: (call) => keep(call),
})

/** The preprocessing layer: mean, variance and a counter, none of them trained. */
const FEATURES = layer({
  name: "Normalization",
  signature: "axis=-1, mean=None, variance=None, invert=False",
  sentence: "Shifts and scales inputs to mean zero and variance one, as seen in the data.",
  formula: "2 · features + 1, none of them trained",
  fixed: ["mean", "variance", "count"],
  weights: (layer, [shape]) => {
    if (layer.has("mean")) return {}
    const axis = layer.read("axis")
    const sizes = axis && V.isNone(axis) ? [] : axisSizes(layer, shape)
    return { mean: sizes, variance: sizes, count: [] }
  },
  forward: (call) => keep(call),
})

export const normalizationEntries: readonly Entry[] = [...BATCH, ...LAYER, ...RMS, ...GROUP, ...UNIT, ...FEATURES]
