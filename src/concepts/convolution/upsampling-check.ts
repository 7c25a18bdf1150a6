/** Enlarges a map for real: every number by hand, and the same by a transposed convolution with a tent for a kernel. */
import type { Backend, Measurement } from "../backend.ts"
import { affordable, channelsFirst, compared, sizeNote } from "../executed.ts"
import { sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { mixedAt, readUpsampling, upsampledShape } from "./upsampling.ts"

type Settings = ReturnType<typeof readUpsampling>
const MOST_CHANNELS = 32

export async function checkUpsampling(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const settings = readUpsampling(knobs)
  const count = Math.min(settings.channels, MOST_CHANNELS)
  // Far fewer steps than products are to be done at once: each number is worked out by hand too.
  const sides = affordable(
    backend,
    settings.image,
    8,
    (smaller) => 200 * upsampledShape(knobs, smaller, count).reduce((size, axis) => size * axis, 1),
  )
  const output = upsampledShape(knobs, sides, count)
  const picture = backend.tensors.randomUniform([1, ...sides, count], 0, 1, "float32", 9)
  const result = resized(backend, settings, picture, output)
  const [timing] = await backend.time(() => resized(backend, settings, picture, output))
  return {
    backend: backend.name,
    rows: [
      compared("Output shape", sizesText(output), channelsFirst(result)),
      await byHand(backend, settings, picture, result),
      ...(await asConvolution(backend, settings, picture, result)),
    ],
    timings: [{ what: settings.mode === "nearest" ? "Copies" : "Bilinear", macs: 0, ...(timing as Measurement) }],
    note: `${sizeNote(settings.image, sides).replace("; the weights are of full size", "")}${count < settings.channels ? ` ${count} of ${settings.channels} maps.` : ""}`,
  }
}

function resized({ tensors }: Backend, { mode, corners }: Settings, picture: Held, [, high = 1, wide = 1]: readonly number[]): Held {
  if (mode === "nearest") return tensors.image.resizeNearestNeighbor(picture, [high, wide], false, false)
  return tensors.image.resizeBilinear(picture, [high, wide], corners === "aligned", corners === "half-pixel")
}

async function byHand(backend: Backend, { mode, corners }: Settings, picture: Held, result: Held): Promise<CheckRow> {
  const [old, made] = [await backend.values(picture), await backend.values(result)]
  const [, high = 1, wide = 1, channels = 1] = picture.shape
  const [, tall = 1, broad = 1] = result.shape
  const [rows, columns] = [
    { from: high, to: tall, mode, corners },
    { from: wide, to: broad, mode, corners },
  ]
  const valueAt = (row: number, column: number): number => old[(row * wide + column) * channels] ?? Number.NaN
  let most = 0
  for (let row = 0; row < tall; row++)
    for (let column = 0; column < broad; column++) {
      const { value } = mixedAt(rows, columns, valueAt, row, column)
      most = Math.max(most, Math.abs(value - (made[(row * broad + column) * channels] ?? Number.NaN)))
    }
  return {
    what: "Largest difference of map 1 to a computation by hand",
    predicted: "0.000",
    measured: most.toFixed(3),
    agrees: most < 1e-3,
  }
}

/** Long, Shelhamer and Darrell's kernel: a tent whose shares add up to 1 wherever it is laid. */
function tent(factor: number): { readonly size: number; readonly at: (place: number) => number } {
  const size = 2 * factor - (factor % 2)
  return { size, at: (place) => Math.max(0, 1 - Math.abs(place - (size - 1) / 2) / factor) }
}

/** Near the edges the tent reaches beyond the map; there the two differ, and are not compared. */
async function asConvolution(backend: Backend, { mode, corners, scale }: Settings, picture: Held, result: Held): Promise<CheckRow[]> {
  const { tensors } = backend
  const [, high = 1, wide = 1] = picture.shape
  const isWhole = scale.every((factor) => Number.isInteger(factor) && factor <= 16)
  if (mode === "nearest" || corners !== "half-pixel" || !isWhole || high < 3 || wide < 3) return []
  const [down, across] = [tent(scale[0]), tent(scale[1])]
  const kernel = Float32Array.from(
    { length: down.size * across.size },
    (_, at) => down.at(Math.floor(at / across.size)) * across.at(at % across.size),
  )
  const full = [1, (high - 1) * scale[0] + down.size, (wide - 1) * scale[1] + across.size, 1]
  const map = tensors.slice(picture, [0, 0, 0, 0], [1, high, wide, 1])
  const spread = tensors.conv2dTranspose(map, backend.tensor(kernel, [down.size, across.size, 1, 1]), full, scale, "valid")
  const padding = scale.map((factor, axis) => Math.floor(((axis === 0 ? down.size : across.size) - factor) / 2))
  const [begin, size] = [scale, [(high - 2) * scale[0], (wide - 2) * scale[1]]]
  const ours = tensors.slice(result, [0, begin[0], begin[1], 0], [1, ...size, 1])
  const theirs = tensors.slice(spread, [0, begin[0] + (padding[0] ?? 0), begin[1] + (padding[1] ?? 0), 0], [1, ...size, 1])
  const most = await backend.number(tensors.max(tensors.abs(tensors.sub(ours, theirs))))
  const what = `Difference to a transposed convolution with a tent of ${sizesText([down.size, across.size])}, inside`
  return [{ what, predicted: "0.000", measured: most.toFixed(3), agrees: most < 1e-3 }]
}
