/** A kernel painted once for each number of a map: sizes by the operator that analyses code, and small maps worked out by hand. */
import { convolveTransposed } from "../../operators/convolve.ts"
import type { Window } from "../../operators/window.ts"
import { product, sum } from "../../values/dim.ts"
import { flagOf, numberOf, pairOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import { channels, exampleNumber, IMAGE_SIZE, KERNEL_SIZE, PADDING, STRIDE, windowsOf } from "./sliding.ts"

export const TRANSPOSED_KNOBS: readonly Knob[] = [
  channels("in_channels", "Channels in", 32, "Feature maps that come in.", { torch: "in_channels" }),
  channels("out_channels", "Filters", 16, "Feature maps that come out.", { torch: "out_channels", keras: "filters", tfjs: "filters" }),
  { ...KERNEL_SIZE, initial: 4, limit: 64, help: "Height and width of what each number paints." } as Knob,
  { ...STRIDE, initial: 2, help: "The step between painted kernels: so many times larger the map becomes." } as Knob,
  { ...PADDING, initial: 1, limit: 64, help: "Rows and columns cut off on each side, or the word same or valid." } as Knob,
  {
    kind: "number",
    name: "output_padding",
    label: "Output padding",
    initial: 0,
    minimum: 0,
    maximum: 3,
    limit: 64,
    help: "Rows and columns more at the end, where several sizes shrink to the same one.",
    arguments: { torch: "output_padding" },
  },
  {
    kind: "flag",
    name: "bias",
    label: "Bias",
    initial: true,
    help: "Adds one learned number to each feature map.",
    arguments: { torch: "bias", keras: "use_bias", tfjs: "useBias" },
  },
  { ...IMAGE_SIZE, initial: 8 } as Knob,
]

export const readTransposed = (knobs: Knobs) => ({
  inChannels: numberOf(knobs, "in_channels"),
  filters: numberOf(knobs, "out_channels"),
  size: pairOf(knobs, "kernel_size"),
  windows: windowsOf(knobs),
  more: numberOf(knobs, "output_padding"),
  hasBias: flagOf(knobs, "bias"),
  image: pairOf(knobs, "image"),
})

export function computedTransposed(knobs: Knobs, image = readTransposed(knobs).image) {
  const { inChannels, filters, size, windows, more, hasBias } = readTransposed(knobs)
  const kernel = [inChannels, filters, ...size]
  const { shape, macs, problems } = convolveTransposed([1, inChannels, ...image], kernel, windows, [more, more])
  return {
    output: shape.slice(1).map(Number),
    macs: Number(macs),
    problems,
    parameters: Number(sum([product(kernel), hasBias ? filters : 0])),
  }
}

/** One axis: kernels of a size, a stride apart; what is cut off before and after. */
export interface PaintedAxis {
  readonly from: number
  readonly size: number
  readonly stride: number
  readonly before: number
  readonly to: number
}

/** "same" cuts as the convolution of the result would pad: what is odd, after. */
export function paintedAxis(from: number, to: number, { size, stride, padding }: Window): PaintedAxis {
  const [wide, step] = [Number(size), Number(stride)]
  const before = padding === "same" ? Math.floor(Math.max(0, wide - step) / 2) : typeof padding === "number" ? padding : 0
  return { from, size: wide, stride: step, before, to }
}

export const pixelAt = (row: number, column: number): number => exampleNumber(1, 3, row, 71, column)
export const paintAt = (row: number, column: number): number => exampleNumber(-1, 2, 83, row, 3, column)

type At = (row: number, column: number) => number

/** Of a cell of the result, all that was painted on it by the first so many numbers of the map. */
export function paintedOn(
  rows: PaintedAxis,
  columns: PaintedAxis,
  row: number,
  column: number,
  count: number,
  value: At,
  weight: At,
): number {
  let total = 0
  for (let at = 0; at < Math.min(count, rows.from * columns.from); at++) {
    const [down, across] = [Math.floor(at / columns.from), at % columns.from]
    const [y, x] = [row + rows.before - down * rows.stride, column + columns.before - across * columns.stride]
    if (y >= 0 && y < rows.size && x >= 0 && x < columns.size) total += value(down, across) * weight(y, x)
  }
  return total
}

/** How often cells far from the edges are painted along one axis, at least and at most. */
export const coverage = (size: number, stride: number): readonly [number, number] => [Math.floor(size / stride), Math.ceil(size / stride)]
