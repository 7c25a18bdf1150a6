/** Larger maps without weights: where each new number lies among the old ones, and what it is made of. */
import { interpolate } from "../../operators/resize.ts"
import { numberOf, pairOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import { channels, exampleNumber, IMAGE_SIZE } from "./sliding.ts"

export type Mode = "nearest" | "bilinear"
export type Corners = "half-pixel" | "aligned" | "asymmetric"

export const UPSAMPLING_KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "mode",
    label: "New numbers are",
    initial: "bilinear",
    help: "How a number between old ones is made.",
    choices: [
      { value: "nearest", label: "copies of the nearest" },
      { value: "bilinear", label: "bilinear: mixed from four" },
    ],
  },
  {
    kind: "choice",
    name: "corners",
    label: "Where they lie",
    initial: "half-pixel",
    help: "Which places of the old map the new numbers stand for.",
    choices: [
      { value: "half-pixel", label: "pixels are squares (PyTorch, Keras)" },
      { value: "aligned", label: "corners are aligned (align_corners)" },
      { value: "asymmetric", label: "counted from the first (TensorFlow.js layers)" },
    ],
  },
  {
    kind: "sizes",
    name: "scale",
    label: "Times larger",
    initial: 2,
    minimum: 1,
    maximum: 8,
    limit: 64,
    help: "How many new numbers there are for each old one, in height and width.",
    arguments: { torch: "scale_factor", keras: "size", tfjs: "size" },
  },
  channels("channels", "Channels", 16, "Feature maps; each is enlarged by itself."),
  { ...IMAGE_SIZE, initial: 16 } as Knob,
]

export const readUpsampling = (knobs: Knobs) => ({
  mode: knobs["mode"] as Mode,
  corners: knobs["corners"] as Corners,
  scale: pairOf(knobs, "scale"),
  channels: numberOf(knobs, "channels"),
  image: pairOf(knobs, "image"),
})

export function upsampledShape(
  knobs: Knobs,
  image = readUpsampling(knobs).image,
  count = readUpsampling(knobs).channels,
): readonly number[] {
  const { shape } = interpolate([1, count, ...image], { factors: readUpsampling(knobs).scale })
  return shape.slice(1).map(Number)
}

/** How one axis is enlarged. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly mode: Mode
  readonly corners: Corners
}

/** The old place that a new one stands for. */
export function placeOf({ from, to, corners }: Stretch, at: number): number {
  if (corners === "aligned") return to > 1 ? (at * (from - 1)) / (to - 1) : 0
  if (corners === "asymmetric") return (at * from) / to
  return ((at + 0.5) * from) / to - 0.5
}

export interface Neighbours {
  readonly first: number
  readonly second: number
  /** Of the second; the first has the rest. */
  readonly share: number
}

export function neighboursOf(stretch: Stretch, at: number): Neighbours {
  const { from, to, mode } = stretch
  if (mode === "nearest") {
    const nearest = Math.min(from - 1, Math.floor((at * from) / to))
    return { first: nearest, second: nearest, share: 0 }
  }
  // Beyond the middle of the outermost pixels there is nothing to mix with.
  const place = Math.min(from - 1, Math.max(0, placeOf(stretch, at)))
  const first = Math.floor(place)
  return { first, second: Math.min(from - 1, first + 1), share: place - first }
}

export interface Mixed {
  readonly rows: Neighbours
  readonly columns: Neighbours
  readonly value: number
}

export type Values = (row: number, column: number) => number

export function mixedAt(rows: Stretch, columns: Stretch, valueAt: Values, row: number, column: number): Mixed {
  const [down, across] = [neighboursOf(rows, row), neighboursOf(columns, column)]
  const line = (at: number): number => valueAt(at, across.first) * (1 - across.share) + valueAt(at, across.second) * across.share
  return { rows: down, columns: across, value: line(down.first) * (1 - down.share) + line(down.second) * down.share }
}

/** What the drawn map holds: whole numbers whose quarters are easy to follow. */
export const drawnPixel: Values = (row, column) => 4 * exampleNumber(0, 5, row, 61, column)

const MOST_DRAWN = 4

/** A part of the axis small enough to be drawn, enlarged by as much where that can be drawn too. */
export function drawnStretch(
  size: number,
  scale: number,
  { mode, corners }: { readonly mode: Mode; readonly corners: Corners },
): Stretch & { readonly isReal: boolean } {
  const from = Math.min(size, MOST_DRAWN)
  const factor = Math.min(scale, from <= 2 ? 6 : 4)
  return { from, to: Math.max(1, Math.floor(from * factor)), mode, corners, isReal: from === size && factor === scale }
}
