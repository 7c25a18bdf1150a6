/** Convolutional LSTM layers: an LSTM whose products are convolutions. */
import { convolve } from "../../operators/convolve.ts"
import { expectRank } from "../../operators/outcome.ts"
import type { Window } from "../../operators/window.ts"
import { add, type Dim, multiply } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { sizesFor, windowsOf } from "./convolution.ts"
import { floating, UNKNOWN_INPUT, weightShape } from "./core.ts"
import type { Entry } from "./define.ts"
import { channelsOf, isChannelsFirst } from "./images.ts"
import { type Layer, layer } from "./layer.ts"
import { shapeOf } from "./tensors.ts"

const each = (rank: number): string => (rank === 1 ? "1" : `(${new Array(rank).fill(1).join(", ")})`)

/** Both convolutions of a step: over the input, and over the state with the same size. */
function step(self: Layer, image: Shape, rank: number): { state: Shape; macs: Dim } {
  const layout = isChannelsFirst(self) ? "channels-first" : "channels-last"
  const flat = (kernel: Shape): Shape => [kernel.at(-1) ?? 1, kernel.at(-2) ?? 1, ...kernel.slice(0, -2)]
  const sizes = sizesFor(self, "kernel_size", rank)
  const input = convolve(image, flat(weightShape(self, "kernel")), windowsOf(self, rank, sizes, sizesFor(self, "strides", rank)), 1, layout)
  const filters = self.size("filters")
  const state =
    layout === "channels-first" ? [input.shape[0] ?? 1, filters, ...input.shape.slice(2)] : [...input.shape.slice(0, -1), filters]
  const same: Window[] = sizes.map((size) => ({ size, stride: 1, padding: "same", dilation: 1 }))
  const recurrent = convolve(state, flat(weightShape(self, "recurrent_kernel")), same, 1, layout)
  return { state, macs: add(input.macs, recurrent.macs) }
}

function convolutionalLstm(rank: number): Entry[] {
  return layer({
    name: `ConvLSTM${rank}D`,
    ...(rank === 2 && { tfjs: "convLstm2d" }),
    signature: `filters, kernel_size, strides=${each(rank)}, padding='valid', data_format=None, dilation_rate=${each(rank)}, activation='tanh', recurrent_activation='sigmoid', use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False`,
    input: "sequence, initial_state=None",
    sentence: "Reads a sequence of images; the gates are convolutions.",
    formula: "4 · (kernel_size · (channels + filters) + 1) · filters",
    weights: (layer, [shape]) => {
      const filters = layer.size("filters")
      const wide = multiply(4, filters)
      const sizes = sizesFor(layer, "kernel_size", rank)
      const channels = shape && channelsOf(isChannelsFirst(layer) ? shape.slice(1) : shape, isChannelsFirst(layer))
      return {
        kernel: channels === undefined ? UNKNOWN_INPUT : [...sizes, channels, wide],
        recurrent_kernel: [...sizes, filters, wide],
        bias: layer.flag("use_bias") !== false && [wide],
      }
    },
    forward: (call, self) => {
      const input = call.tensor("sequence")
      const shape = shapeOf(call, input)
      const problems = expectRank(shape, rank + 3)
      if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
      const [batch = 1, length = 1, ...rest] = shape
      const { state, macs } = step(self, [batch, ...rest], rank)
      const output = self.flag("return_sequences") === true ? [batch, length, ...state.slice(1)] : state
      const shapes = [output, ...(self.flag("return_state") === true ? [state, state] : [])]
      const tensors = call.emitAll([input], shapes, floating(input.dtype), { macs: multiply(length, macs) })
      return tensors.length === 1 ? (tensors[0] as V.Value) : V.tuple(tensors)
    },
  })
}

export const convolutionRecurrentEntries: readonly Entry[] = [1, 2, 3].flatMap(convolutionalLstm)
