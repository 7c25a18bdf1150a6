/** Layers that turn sound into spectrograms. */
import { add, type Dim, floorDivide, multiply, product } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import { positions, type Window } from "../../operators/window.ts"
import type { Arguments } from "../arguments.ts"
import type { Entry } from "./define.ts"
import { isChannelsFirst } from "./images.ts"
import { type Layer, layer } from "./layer.ts"
import { shapeOf } from "./tensors.ts"

/** Frames stand around every step, the ends reflected. */
const MEL = layer({
  name: "MelSpectrogram",
  signature:
    "fft_length=2048, sequence_stride=512, sequence_length=None, window='hann', sampling_rate=16000, num_mel_bins=128, min_freq=20.0, max_freq=None, power_to_db=True, top_db=80.0, mag_exp=2.0, min_power=1e-10, ref_power=1.0",
  sentence: "Turns sound into the strength of each mel band over time.",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const shape = shapeOf(call, input)
    const frames = add(floorDivide(shape.at(-1) ?? 1, self.size("sequence_stride")), 1)
    const bins = add(floorDivide(self.size("fft_length"), 2), 1)
    const lead = shape.slice(0, -1)
    const bands = self.size("num_mel_bins")
    return call.emit([input], { shape: [...lead, bands, frames], macs: product([...lead, frames, bins, bands]) }, "float32")
  },
})

const bins = (self: Layer): Dim => add(floorDivide(self.optionalSize("fft_length") ?? self.size("frame_length"), 2), 1)

function spectrogramShape(call: Arguments, self: Layer, shape: Shape): Shape {
  if (shape.length !== 3) return call.unclear("sound has a batch, a length and channels")
  const isFirst = isChannelsFirst(self)
  const [batch = 1] = shape
  const [length = 1, channels = 1] = isFirst ? [shape[2], shape[1]] : shape.slice(1)
  const frame = self.size("frame_length")
  const stride = self.optionalSize("frame_step") ?? floorDivide(frame, 2)
  const padding: Window["padding"] = self.text("padding") === "same" ? "same" : "valid"
  const frames = positions(length, { size: frame, stride, dilation: 1, padding })
  const width = self.text("mode") === "stft" ? multiply(bins(self), 2) : bins(self)
  if (self.flag("expand_dims") === true) return isFirst ? [batch, channels, frames, width] : [batch, frames, width, channels]
  return isFirst ? [batch, multiply(width, channels), frames] : [batch, frames, multiply(width, channels)]
}

/** Waves that are multiplied with each frame stand in the weights. */
const STFT = layer({
  name: "STFTSpectrogram",
  signature:
    "mode='log', frame_length=256, frame_step=None, fft_length=None, window='hann', periodic=False, scaling='density', padding='valid', expand_dims=False, data_format=None",
  sentence: "Turns sound into the strength of each frequency over time, by convolution with waves.",
  formula: "2 · frame_length · (fft_length / 2 + 1)",
  fixed: ["real_kernel", "imag_kernel"],
  weights: (layer) => {
    const shape = [layer.size("frame_length"), 1, bins(layer)]
    const mode = layer.text("mode")
    return { real_kernel: mode !== "imag" && shape, imag_kernel: mode !== "real" && shape }
  },
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const shape = spectrogramShape(call, self, shapeOf(call, input))
    const mode = self.text("mode")
    const kernels = mode === "real" || mode === "imag" || mode === "stft" ? 1 : 2
    return call.emit([input], { shape, macs: product([...shape, self.size("frame_length"), kernels]) }, input.dtype)
  },
})

export const spectrumEntries: readonly Entry[] = [...MEL, ...STFT]
