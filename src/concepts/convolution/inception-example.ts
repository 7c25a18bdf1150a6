/** What a 1×1 convolution does to one pixel, in numbers: many channels become few, before the large kernel reads them. */
import { grouped } from "../knobs.ts"
import { column, type Grid, type Part, row, sign, words } from "../scene.ts"

/** Drawn of the channels that come in, and of the filters. */
const PIXEL = [2, 0, 3, 1]
const WEIGHTS = [
  [1, -1, 0, 2],
  [-1, 2, 1, 0],
  [0, 1, -2, 1],
]

export const REDUCTION_MOMENTS = { count: WEIGHTS.length, perRow: 1, names: "1×1 filter" }

const text = (value: number): string => String(value).replace("-", "−")
const sumOf = (filter: number): number => PIXEL.reduce((sum, value, channel) => sum + value * (WEIGHTS[filter]?.[channel] ?? 0), 0)

const sums = WEIGHTS.map((_, filter) => sumOf(filter))

/** Sizes as the knobs have them. */
export interface Reduction {
  readonly channels: number
  readonly reduced: number
  readonly kernel: number
}

export function reductionExample({ channels, reduced, kernel }: Reduction, moment: number): Part {
  const now = Math.min(moment, WEIGHTS.length - 1)
  const products = PIXEL.map((value, channel) => `${text(WEIGHTS[now]?.[channel] ?? 0)}·${text(value)}`).join(" + ")
  const [window, name] = [kernel * kernel, `${kernel}×${kernel}`]
  return column(
    [
      row([weights(now), sign("·"), pixel(channels), sign("="), results(now, reduced)], 16),
      words(`filter ${now + 1}: ReLU(${products}) = ReLU(${text(sums[now] ?? 0)}) = ${Math.max(0, sums[now] ?? 0)}`),
      words(
        `So the ${grouped(channels)} numbers of each pixel become ${grouped(reduced)}: a ${name} filter then reads ${window} · ${grouped(reduced)} = ${grouped(window * reduced)} numbers instead of ${window} · ${grouped(channels)} = ${grouped(window * channels)}.`,
        { isQuiet: true, size: "small" },
      ),
    ],
    12,
  )
}

const weights = (now: number): Grid => ({
  kind: "grid",
  id: "reduction-weights",
  tone: "output",
  label: `${WEIGHTS.length} filters of 1×1`,
  side: 26,
  cells: WEIGHTS.map((line, filter) => line.map((value) => ({ text: text(value), isRead: filter === now }))),
})

const pixel = (channels: number): Grid => ({
  kind: "grid",
  id: "reduction-pixel",
  tone: "input",
  label: "one pixel",
  detail: `${PIXEL.length} of ${grouped(channels)} channels`,
  side: 26,
  cells: PIXEL.map((value) => [{ text: text(value) }]),
})

const results = (now: number, reduced: number): Grid => ({
  kind: "grid",
  id: "reduction-results",
  tone: "third",
  label: "the pixel, thinner",
  detail: `${WEIGHTS.length} of ${grouped(reduced)}`,
  side: 26,
  cells: sums.map((sum, filter) => [
    { text: filter > now ? "" : text(Math.max(0, sum)), isMarked: filter === now, isFaint: filter > now, moment: filter },
  ]),
})
