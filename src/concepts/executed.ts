/** What the checks have in common: making work small enough to be run, and setting predictions beside measurements. */
import type { Backend } from "./backend.ts"
import type { Held } from "./tensors.ts"
import { grouped, sizesText } from "./knobs.ts"
import type { CheckRow } from "./subject.ts"

/** Elements of the weights together; each is four bytes. */
const MOST_WEIGHTS = 16_000_000

/** Why it is not run at all. */
export function refusal(weights: number): string | undefined {
  if (weights <= MOST_WEIGHTS) return undefined
  return `${grouped(weights)} weights would need ${grouped(Math.round((weights * 4) / 1e6))} MB here. Choose fewer channels to run the check.`
}

/** The image's sides, halved until what is to be run is small enough; `macs` tells what an image costs. */
export function affordable(
  { macsPerRun }: Backend,
  sides: readonly [number, number],
  least: number,
  macs: (sides: readonly [number, number]) => number,
): readonly [number, number] {
  let smaller = sides
  while (macs(smaller) > macsPerRun && Math.max(...smaller) > least)
    smaller = [
      Math.max(Math.min(least, smaller[0]), Math.floor(smaller[0] / 2)),
      Math.max(Math.min(least, smaller[1]), Math.floor(smaller[1] / 2)),
    ]
  return smaller
}

export function sizeNote(real: readonly [number, number], run: readonly [number, number]): string {
  const isSame = real[0] === run[0] && real[1] === run[1]
  return isSame
    ? `One random image of ${sizesText(real)}.`
    : `One random image of ${sizesText(run)} instead of ${sizesText(real)}, to be done in a second; the weights are of full size.`
}

/** Measured tensors are [batch, height, width, channels]; ours are [channels, height, width]. */
export function channelsFirst({ shape }: Held): string {
  const [, height = 0, width = 0, channels = 0] = shape
  return sizesText([channels, height, width])
}

export const compared = (what: string, predicted: string, measured: string): CheckRow => ({
  what,
  predicted,
  measured,
  agrees: predicted === measured,
})

export const sizeOfAll = (weights: readonly Held[]): number => weights.reduce((sum, { size }) => sum + size, 0)

/** One number computed by hand against the backend's. */
export function comparedNumber(what: string, predicted: number, measured: number): CheckRow {
  const agrees = Math.abs(predicted - measured) <= 1e-3 * Math.max(1, Math.abs(predicted))
  return { what, predicted: predicted.toFixed(4), measured: measured.toFixed(4), agrees }
}

/** The first output cell of the first filter, summed by hand in the window's own terms. */
export async function firstCellByHand(
  backend: Backend,
  image: Held,
  kernel: Held,
  before: readonly [number, number],
  dilations: readonly [number, number],
): Promise<number> {
  const [pixels, weights] = [await backend.values(image), await backend.values(kernel)]
  const [, height = 0, width = 0, channels = 0] = image.shape
  const [high = 0, wide = 0, depth = 0, filters = 0] = kernel.shape
  let sum = 0
  for (let down = 0; down < high; down++)
    for (let across = 0; across < wide; across++) {
      const [row, column] = [down * dilations[0] - before[0], across * dilations[1] - before[1]]
      if (row < 0 || column < 0 || row >= height || column >= width) continue
      for (let channel = 0; channel < depth; channel++)
        sum +=
          (pixels[(row * width + column) * channels + channel] ?? 0) * (weights[((down * wide + across) * depth + channel) * filters] ?? 0)
    }
  return sum
}
