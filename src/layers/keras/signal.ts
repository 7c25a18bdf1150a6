/** Spectra of sound: short-time Fourier transforms and mel filters. */
import type { Arguments } from "../arguments.ts"
import { add, ceilDivide, type Dim, floorDivide, subtract } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions } from "./function.ts"
import { sameShape } from "./pointwise.ts"
import { shapeOf } from "./tensors.ts"

/** How many frames fit; padded, one begins at every step. */
function frameCount(call: Arguments, length: Dim, frame: Dim, step: number): Dim {
  const isPadded = call.flag("pad_end")
  if (isPadded === undefined) return call.unclear("whether the end is padded is not known")
  const count = isPadded ? ceilDivide(length, step) : add(floorDivide(subtract(length, frame), step), 1)
  return typeof count === "number" ? Math.max(count, 0) : count
}

/** Spectra have the length of the next power of two, where none is stated. */
function transformLength(call: Arguments, frame: number): number {
  if (!call.has("fft_length")) return 2 ** Math.ceil(Math.log2(frame))
  return call.number("fft_length") ?? call.unclear("the length of the transform is not known")
}

function shortTimeFourier(call: Arguments): V.Value {
  const signals = call.tensor("signals")
  const shape = shapeOf(call, signals)
  const [frame, step] = [call.number("frame_length"), call.number("frame_step")]
  if (frame === undefined || step === undefined || frame < 1 || step < 1) return call.unclear("the frames' sizes are not known")
  const frames = frameCount(call, shape.at(-1) ?? 1, frame, step)
  const bins = Math.floor(transformLength(call, frame) / 2) + 1
  // Complex numbers; what is taken of them is real, and the catalogue keeps types.
  return call.emit([signals], { shape: [...shape.slice(0, -1), frames, bins] }, undefined)
}

export const signalEntries: readonly Entry[] = [
  ...functions(
    "tensorflow.signal.stft",
    "signals, frame_length, frame_step, fft_length=None, window_fn=None, pad_end=False",
    shortTimeFourier,
  ),
  ...functions(
    "tensorflow.signal.linear_to_mel_weight_matrix",
    "num_mel_bins=20, num_spectrogram_bins=129, sample_rate=8000, lower_edge_hertz=125.0, upper_edge_hertz=3800.0",
    (call) => V.tensor(call.framework, [call.size("num_spectrogram_bins"), call.size("num_mel_bins")], "float32"),
  ),
  ...ofSound("dbscale freq_mask time_mask", (call) => sameShape(call, call.tensor("x"), "float32")),
  ...ofSound("melscale", (call) => {
    const input = call.tensor("x")
    return call.emit([input], { shape: [...shapeOf(call, input).slice(0, -1), call.size("mels")] }, "float32")
  }),
]

/** Functions of TensorFlow I/O. */
function ofSound(names: string, run: (call: Arguments) => V.Value): Entry[] {
  const all = names.split(" ").flatMap((name) => [`tensorflow_io.audio.${name}`, `tensorflow_io.experimental.audio.${name}`])
  return functions(all.join(" "), "x, rate=None, mels=None", run)
}
