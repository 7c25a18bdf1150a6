/** Runs a transposed convolution: sums by hand, the convolution it is the transpose of, and how often cells are painted. */
import type { Backend, Measurement } from "../backend.ts"
import { affordable, channelsFirst, compared, comparedNumber, refusal, sizeNote, sizeOfAll } from "../executed.ts"
import { grouped, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { computedTransposed, coverage, paintedAxis, readTransposed } from "./transposing.ts"

type Settings = ReturnType<typeof readTransposed>

export async function checkTransposed(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const settings = readTransposed(knobs)
  const { inChannels, filters, size, image, hasBias } = settings
  const { parameters } = computedTransposed(knobs)
  const refused = refusal(parameters)
  if (refused) return { refused }
  const least = Math.max(4, ...settings.windows.map(({ padding }) => (typeof padding === "number" ? padding : 0)))
  const sides = affordable(backend, image, least, (smaller) => {
    const { macs, output } = computedTransposed(knobs, smaller)
    return 2 * macs + 20 * output.reduce((elements, axis) => elements * axis, 1)
  })
  const predicted = computedTransposed(knobs, sides)
  if (predicted.problems.length > 0 || predicted.macs > 20 * backend.macsPerRun)
    return { refused: "That many numbers take too long here. Choose a smaller kernel or fewer channels." }
  const { tensors } = backend
  const picture = tensors.randomNormal([1, ...sides, inChannels], 0, 1, "float32", 31)
  const kernel = tensors.randomNormal([...size, filters, inChannels], 0, 1 / Math.sqrt(inChannels * size[0] * size[1]), "float32", 32)
  const bias = hasBias ? [tensors.zeros([filters])] : []
  const result = transposed(backend, settings, picture, kernel, predicted.output)
  const [timing] = await backend.time(() => transposed(backend, settings, picture, kernel, predicted.output))
  return {
    backend: backend.name,
    rows: [
      compared("Output shape", sizesText(predicted.output), channelsFirst(result)),
      compared("Parameters", grouped(parameters), grouped(sizeOfAll([kernel, ...bias]))),
      await middleByHand(backend, settings, picture, kernel, result),
      await isTranspose(backend, settings, picture, kernel, result),
      ...(await timesPainted(backend, settings)),
    ],
    timings: [{ what: "Transposed convolution", macs: predicted.macs, ...(timing as Measurement) }],
    note: sizeNote(image, sides),
  }
}

/** All that is painted, then the edges cut as asked; output padding beyond what was painted is empty. */
function transposed(
  { tensors }: Backend,
  { size, windows }: Settings,
  picture: Held,
  kernel: Held,
  [filters = 1, high = 1, wide = 1]: readonly number[],
): Held {
  const [, rows = 1, columns = 1] = picture.shape
  const strides = [Number(windows[0].stride), Number(windows[1].stride)] as const
  const full = [(rows - 1) * strides[0] + size[0], (columns - 1) * strides[1] + size[1]] as const
  const spread = tensors.conv2dTranspose(picture, kernel, [1, ...full, filters], strides, "valid")
  const [top, left] = [paintedAxis(rows, high, windows[0]).before, paintedAxis(columns, wide, windows[1]).before]
  const missing = [Math.max(0, top + high - full[0]), Math.max(0, left + wide - full[1])] as const
  const padded = tensors.pad(spread, [
    [0, 0],
    [0, missing[0]],
    [0, missing[1]],
    [0, 0],
  ])
  return tensors.slice(padded, [0, top, left, 0], [1, high, wide, filters])
}

/** Everything that was painted on the middle cell of map 1. */
async function middleByHand(backend: Backend, { windows }: Settings, picture: Held, kernel: Held, result: Held): Promise<CheckRow> {
  const [values, weights, made] = [await backend.values(picture), await backend.values(kernel), await backend.values(result)]
  const [, rows = 1, columns = 1, inChannels = 1] = picture.shape
  const [tall = 1, broad = 1, filters = 1] = kernel.shape
  const [, high = 1, wide = 1] = result.shape
  const [down, across] = [paintedAxis(rows, high, windows[0]), paintedAxis(columns, wide, windows[1])]
  const [row, column] = [high >> 1, wide >> 1]
  let sum = 0
  for (let y = 0; y < tall; y++)
    for (let x = 0; x < broad; x++) {
      const [from, side] = [(row + down.before - y) / down.stride, (column + across.before - x) / across.stride]
      if (!Number.isInteger(from) || !Number.isInteger(side) || from < 0 || side < 0 || from >= rows || side >= columns) continue
      for (let channel = 0; channel < inChannels; channel++)
        sum +=
          (values[(from * columns + side) * inChannels + channel] ?? 0) * (weights[(y * broad + x) * filters * inChannels + channel] ?? 0)
    }
  return comparedNumber("Middle number of map 1, summed by hand", sum, made[(row * wide + column) * filters] ?? Number.NaN)
}

/** ⟨conv(a), b⟩ = ⟨a, convᵀ(b)⟩ for any a and b: what a transpose is. */
async function isTranspose(backend: Backend, { windows }: Settings, picture: Held, kernel: Held, result: Held): Promise<CheckRow> {
  const { tensors } = backend
  const [, rows = 1, columns = 1] = picture.shape
  const [tall = 1, broad = 1] = kernel.shape
  const [, high = 1, wide = 1] = result.shape
  const other = tensors.randomNormal(result.shape, 0, 1, "float32", 33)
  const side = (from: number, to: number, size: number, axis: 0 | 1): readonly [number, number] => {
    const { before, stride } = paintedAxis(from, to, windows[axis])
    return [before, Math.max(0, (from - 1) * stride + size - before - to)]
  }
  const strides = [Number(windows[0].stride), Number(windows[1].stride)] as const
  const forward = backend.conv2d(other, kernel, {
    strides,
    padding: [side(rows, high, tall, 0), side(columns, wide, broad, 1)],
    dilations: [1, 1],
  })
  const inner = (left: Held, right: Held): Promise<number> => backend.number(tensors.sum(tensors.mul(left, right)))
  const [one, two] = [await inner(other, result), await inner(forward, picture)]
  const size = Math.sqrt(result.size)
  return {
    what: "⟨a, transposed(b)⟩ and ⟨conv(a), b⟩, same kernel",
    predicted: one.toFixed(2),
    measured: two.toFixed(2),
    agrees: Math.abs(one - two) < 1e-3 * Math.max(size, Math.abs(one)),
  }
}

/** Numbers and weights of 1 count kernels; cells near the edges are left out. */
async function timesPainted(backend: Backend, { size, windows }: Settings): Promise<CheckRow[]> {
  const { tensors } = backend
  const strides = [Number(windows[0].stride), Number(windows[1].stride)] as const
  const counts = size.map((each, axis) => 2 * Math.ceil(each / (strides[axis as 0 | 1] ?? 1)) + 3)
  const full = size.map((each, axis) => ((counts[axis] ?? 1) - 1) * (strides[axis as 0 | 1] ?? 1) + each)
  if ((full[0] ?? 1) * (full[1] ?? 1) * size[0] * size[1] > 20_000_000) return []
  const spread = tensors.conv2dTranspose(tensors.ones([1, ...counts, 1]), tensors.ones([...size, 1, 1]), [1, ...full, 1], strides, "valid")
  const inside = tensors.slice(spread, [0, size[0], size[1], 0], [1, (full[0] ?? 1) - 2 * size[0], (full[1] ?? 1) - 2 * size[1], 1])
  const [least, most] = [await backend.number(tensors.min(inside)), await backend.number(tensors.max(inside))]
  const ends = [0, 1].map((end) => size.reduce((times, each, axis) => times * coverage(each, strides[axis as 0 | 1])[end as 0 | 1], 1))
  const text = (low: number, high: number): string => (low === high ? String(low) : `${low} to ${high}`)
  return [compared("Times an inner cell is painted", text(ends[0] ?? 0, ends[1] ?? 0), text(least, most))]
}
