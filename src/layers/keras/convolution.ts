/** Convolution layers of one to three axes: ordinary, transposed, depthwise, separable. */
import { convolve, convolveTransposed, expectGroups } from "../../operators/convolve.ts"
import { expectRank, type Outcome } from "../../operators/outcome.ts"
import type { Layout, Window } from "../../operators/window.ts"
import { add, type Dim, floorDivide, maximum, multiply, subtract } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import type { Arguments } from "../arguments.ts"
import type * as V from "../../values/value.ts"
import { activated } from "./activation.ts"
import { floating, UNKNOWN_INPUT, weightShape } from "./core.ts"
import { type Entry, method } from "./define.ts"
import { channelsOf, imageShape, isChannelsFirst } from "./images.ts"
import { type Layer, layer, layerArguments, type WeightShape } from "./layer.ts"
import { shapeOf } from "./tensors.ts"

const MORE =
  "kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None"
const RANKS = [1, 2, 3] as const
const NAMES: Record<number, string> = { 1: "a sequence", 2: "an image", 3: "a volume" }

const each = (rank: number, size: number): string => (rank === 1 ? String(size) : `(${new Array(rank).fill(size).join(", ")})`)
const layoutOf = (layer: Layer): Layout => (isChannelsFirst(layer) ? "channels-first" : "channels-last")

/** One size for each axis. */
export function sizesFor(layer: Layer, name: string, rank: number): Dim[] {
  return layer.sizesFor(name, rank) ?? layer.unclear(`${name} needs ${rank} sizes`)
}

/** The padding rule, and how much a causal one adds in front. */
function paddingRule(layer: Layer, size: Dim, dilation: Dim): Window["padding"] {
  const rule = (layer.text("padding") ?? "valid").toLowerCase()
  if (rule === "causal") return [multiply(dilation, subtract(size, 1)), 0]
  return rule === "same" ? "same" : "valid"
}

export function windowsOf(layer: Layer, rank: number, sizes: readonly Dim[], strides: readonly Dim[]): Window[] {
  const dilations = layer.has("dilation_rate") ? sizesFor(layer, "dilation_rate", rank) : new Array<Dim>(rank).fill(1)
  return sizes.map((size, axis) => {
    const dilation = dilations[axis] ?? 1
    return { size, stride: strides[axis] ?? 1, dilation, padding: paddingRule(layer, size, dilation) }
  })
}

/** A kernel as Keras keeps it, [...sizes, channels, filters], in the operators' order. */
const kernelFirst = (kernel: Shape): Shape => [kernel.at(-1) ?? 1, kernel.at(-2) ?? 1, ...kernel.slice(0, -2)]

const inputChannels = (layer: Layer, shape: Shape): Dim => channelsOf(shape, isChannelsFirst(layer))
const bias = (layer: Layer, count: Dim): WeightShape => layer.flag("use_bias") !== false && [count]

/** Keras takes batches only. */
function ranked(input: Shape, rank: number, run: () => Outcome): { shape: Shape | undefined; macs: Dim; problems: Outcome["problems"] } {
  const problems = expectRank(input, rank + 2)
  return problems.length > 0 ? { shape: undefined, macs: 0, problems } : run()
}

function ordinary(rank: number): Entry[] {
  return layer({
    name: `Conv${rank}D`,
    aliases: [`Convolution${rank}D`],
    tfjs: `conv${rank}d`,
    signature: `filters, kernel_size, strides=${each(rank, 1)}, padding='valid', data_format=None, dilation_rate=${each(rank, 1)}, groups=1, activation=None, use_bias=True, ${MORE}`,
    sentence: `Slides learned kernels over ${NAMES[rank]}: each filter gives one channel of the output.`,
    formula: "(kernel_size · channels / groups + 1) · filters",
    weights: (layer, [shape]) => {
      const filters = layer.size("filters")
      if (!shape) return { kernel: UNKNOWN_INPUT, bias: bias(layer, filters) }
      const channels = inputChannels(layer, shape)
      return {
        kernel: [...sizesFor(layer, "kernel_size", rank), floorDivide(channels, layer.size("groups")), filters],
        bias: bias(layer, filters),
      }
    },
    more: [
      [
        "convolution_op",
        method("convolution_op", "inputs, kernel", (call, self) => slide(call, layerArguments(call.interpreter, self, call.place), rank)),
      ],
    ],
    forward: (call, self) => {
      const own = call.interpreter.findAttribute(self.self, "convolution_op")
      if (own?.kind !== "method" || own.function.kind !== "function")
        return activated(call, self, slide(call, self, rank, weightShape(self, "kernel")))
      // A class of the program's replaces the operation; bias and activation stay the layer's.
      const result = call.interpreter.call(
        own,
        { positional: [call.required("inputs"), self.required("kernel")], keywords: new Map() },
        call.place,
      )
      return activated(call, self, result)
    },
  })
}

/** The convolution alone, with a kernel that the program may have changed. */
function slide(call: Arguments, self: Layer, rank: number, kernel: Shape = shapeOf(call, call.tensor("kernel"))): V.TensorValue {
  const input = call.tensor("inputs")
  const groups = self.size("groups")
  const shape = imageShape(call, self, input, rank, multiply(kernel.at(-2) ?? 1, groups))
  const windows = windowsOf(self, rank, kernel.slice(0, -2), sizesFor(self, "strides", rank))
  const outcome = ranked(shape, rank, () => {
    const found = convolve(shape, kernelFirst(kernel), windows, groups, layoutOf(self))
    const divided = expectGroups(inputChannels(self, shape), kernel.at(-1) ?? 1, groups)
    return divided.length > 0 ? { ...found, problems: divided } : found
  })
  return call.emit([input], outcome, floating(input.dtype))
}

/** What `output_padding=` adds; without it, "valid" reaches to the end of the last stride. */
function outputPadding(layer: Layer, rank: number, windows: readonly Window[]): { windows: Window[]; extra: Dim[] } {
  if (!layer.has("output_padding")) {
    const extra = windows.map(({ padding, stride, size }) => (padding === "same" ? 0 : maximum(subtract(stride, size), 0)))
    return { windows: [...windows], extra }
  }
  const stated = windows.map((window) => ({ ...window, padding: window.padding === "same" ? floorDivide(window.size, 2) : (0 as Dim) }))
  return { windows: stated, extra: sizesFor(layer, "output_padding", rank) }
}

/** Keras has another order in three dimensions. */
const BEHIND_PADDING: Readonly<Record<number, string>> = {
  1: "output_padding=None, data_format=None",
  2: "output_padding=None, data_format=None",
  3: "data_format=None, output_padding=None",
}

function transposed(rank: number): Entry[] {
  return layer({
    name: `Conv${rank}DTranspose`,
    aliases: [`Convolution${rank}DTranspose`, ...(rank === 2 ? ["Deconvolution2D"] : [])],
    ...(rank > 1 && { tfjs: `conv${rank}dTranspose` }),
    signature: `filters, kernel_size, strides=${each(rank, 1)}, padding='valid', ${BEHIND_PADDING[rank]}, dilation_rate=${each(rank, 1)}, activation=None, use_bias=True, ${MORE}`,
    sentence: `Paints a learned kernel for every element of ${NAMES[rank]}: the reverse of a strided convolution, often used to enlarge.`,
    formula: "(kernel_size · channels + 1) · filters",
    weights: (layer, [shape]) => {
      const filters = layer.size("filters")
      return {
        kernel: shape ? [...sizesFor(layer, "kernel_size", rank), filters, inputChannels(layer, shape)] : UNKNOWN_INPUT,
        bias: bias(layer, filters),
      }
    },
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const kernel = weightShape(self, "kernel")
      const shape = imageShape(call, self, input, rank, kernel.at(-1))
      const { windows, extra } = outputPadding(self, rank, windowsOf(self, rank, kernel.slice(0, -2), sizesFor(self, "strides", rank)))
      const outcome = ranked(shape, rank, () => convolveTransposed(shape, kernelFirst(kernel), windows, extra, 1, layoutOf(self)))
      return activated(call, self, call.emit([input], outcome, floating(input.dtype)))
    },
  })
}

/** Every channel for itself: a grouped convolution with as many groups as channels. */
function depthwiseOutcome(self: Layer, shape: Shape, kernel: Shape, windows: readonly Window[]): Outcome {
  const [channels, multiplier] = [kernel.at(-2) ?? 1, kernel.at(-1) ?? 1]
  return convolve(shape, [multiply(channels, multiplier), 1, ...kernel.slice(0, -2)], windows, channels, layoutOf(self))
}

function depthwise(rank: 1 | 2): Entry[] {
  return layer({
    name: `DepthwiseConv${rank}D`,
    ...(rank === 2 && { tfjs: "depthwiseConv2d" }),
    signature: `kernel_size, strides=${each(rank, 1)}, padding='valid', depth_multiplier=1, data_format=None, dilation_rate=${each(rank, 1)}, activation=None, use_bias=True, depthwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, bias_constraint=None`,
    sentence: `Slides a kernel of its own over each channel of ${NAMES[rank]}.`,
    formula: "(kernel_size + 1) · channels · depth_multiplier",
    weights: (layer, [shape]) => {
      if (!shape) return { kernel: UNKNOWN_INPUT }
      const channels = inputChannels(layer, shape)
      const multiplier = layer.size("depth_multiplier")
      return { kernel: [...sizesFor(layer, "kernel_size", rank), channels, multiplier], bias: bias(layer, multiply(channels, multiplier)) }
    },
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const kernel = weightShape(self, "kernel")
      const shape = imageShape(call, self, input, rank, kernel.at(-2))
      const windows = windowsOf(self, rank, kernel.slice(0, -2), sizesFor(self, "strides", rank))
      return activated(
        call,
        self,
        call.emit(
          [input],
          ranked(shape, rank, () => depthwiseOutcome(self, shape, kernel, windows)),
          floating(input.dtype),
        ),
      )
    },
  })
}

/** Depthwise, then a 1×1 convolution that mixes the channels. */
function separable(rank: 1 | 2): Entry[] {
  const ones = new Array<Dim>(rank).fill(1)
  const single: Window[] = ones.map(() => ({ size: 1, stride: 1, padding: 0, dilation: 1 }))
  return layer({
    name: `SeparableConv${rank}D`,
    aliases: [`SeparableConvolution${rank}D`],
    ...(rank === 2 && { tfjs: "separableConv2d" }),
    signature: `filters, kernel_size, strides=${each(rank, 1)}, padding='valid', data_format=None, dilation_rate=${each(rank, 1)}, depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform', pointwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None, pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None`,
    sentence: `Slides a kernel of its own over each channel of ${NAMES[rank]}, then mixes the channels at each position.`,
    formula: "kernel_size · channels · depth_multiplier + (channels · depth_multiplier + 1) · filters",
    weights: (layer, [shape]) => {
      const filters = layer.size("filters")
      if (!shape) return { depthwise_kernel: UNKNOWN_INPUT }
      const channels = inputChannels(layer, shape)
      const multiplier = layer.size("depth_multiplier")
      return {
        depthwise_kernel: [...sizesFor(layer, "kernel_size", rank), channels, multiplier],
        pointwise_kernel: [...ones, multiply(channels, multiplier), filters],
        bias: bias(layer, filters),
      }
    },
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const kernel = weightShape(self, "depthwise_kernel")
      const shape = imageShape(call, self, input, rank, kernel.at(-2))
      const windows = windowsOf(self, rank, kernel.slice(0, -2), sizesFor(self, "strides", rank))
      const outcome = ranked(shape, rank, () => {
        const first = depthwiseOutcome(self, shape, kernel, windows)
        const second = convolve(first.shape, kernelFirst(weightShape(self, "pointwise_kernel")), single, 1, layoutOf(self))
        return {
          shape: second.shape,
          macs: add(first.macs, second.macs),
          problems: first.problems.length > 0 ? first.problems : second.problems,
        }
      })
      return activated(call, self, call.emit([input], outcome, floating(input.dtype)))
    },
  })
}

export const convolutionEntries: readonly Entry[] = [
  ...RANKS.flatMap(ordinary),
  ...RANKS.flatMap(transposed),
  ...([1, 2] as const).flatMap(depthwise),
  ...([1, 2] as const).flatMap(separable),
]
