/** Tables of tokens and positions: what they hold, and the numbers themselves: sines, rotations, and a table that stands for a learned one. */
import { numberOf } from "../knobs.ts"
import { exampleNumber } from "../convolution/sliding.ts"
import type { Knobs } from "../subject.ts"

export type PositionKind = "sinusoidal" | "learned" | "rotary"

export interface PositionSizes {
  readonly kind: PositionKind
  readonly vocabulary: number
  readonly width: number
  readonly length: number
  readonly base: number
}

export const readPositions = (knobs: Knobs): PositionSizes => ({
  kind: knobs["kind"] as PositionKind,
  vocabulary: numberOf(knobs, "num_embeddings"),
  width: numberOf(knobs, "embedding_dim"),
  length: numberOf(knobs, "length"),
  base: numberOf(knobs, "base"),
})

/** Turns by so much at each step, in radians: pair 0 fastest. */
export const speedOf = (pair: number, { width, base }: Pick<PositionSizes, "width" | "base">): number => base ** ((-2 * pair) / width)

export const pairsOf = ({ width }: Pick<PositionSizes, "width">): number => Math.floor(width / 2)

/** sin and cos of a pair at a position. */
export function handAt(position: number, pair: number, sizes: Pick<PositionSizes, "width" | "base">): readonly [number, number] {
  const angle = position * speedOf(pair, sizes)
  return [Math.sin(angle), Math.cos(angle)]
}

/** Small random numbers, as a table has before it is trained. */
export const learnedAt = (position: number, at: number): number => exampleNumber(-100, 100, position, at, 5, 11, 3, position) / 100

/** One number of a position's vector; rotations have none of their own, and their sines are shown. */
export function encodingAt(position: number, at: number, sizes: PositionSizes): number {
  if (sizes.kind === "learned") return learnedAt(position, at)
  return handAt(position, Math.floor(at / 2), sizes)[at % 2] ?? 0
}

/** A pair of numbers turned by its position's angle. */
export function turned(pair: readonly [number, number], position: number, at: number, sizes: PositionSizes): readonly [number, number] {
  const [sine, cosine] = handAt(position, at, sizes)
  return [pair[0] * cosine - pair[1] * sine, pair[0] * sine + pair[1] * cosine]
}

/** Dot product of what two positions have, divided by that of a position with itself. */
export function alike(one: number, other: number, sizes: PositionSizes): number {
  if (sizes.kind === "learned") {
    const dot = (left: number, right: number): number => sumOver(LEARNED_WIDTH, (at) => learnedAt(left, at) * learnedAt(right, at))
    return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other))
  }
  const pairs = pairsOf(sizes)
  // Enough of them to see the curve.
  const step = Math.max(1, Math.floor(pairs / MOST_PAIRS))
  const count = Math.floor((pairs - 1) / step) + 1
  return sumOver(count, (at) => Math.cos((one - other) * speedOf(at * step, sizes))) / count
}

const LEARNED_WIDTH = 64
const MOST_PAIRS = 256

const sumOver = (count: number, of: (at: number) => number): number =>
  Array.from({ length: count }, (_, at) => of(at)).reduce((sum, value) => sum + value, 0)

export const tokenWeights = ({ vocabulary, width }: PositionSizes): number => vocabulary * width
export const positionWeights = ({ kind, length, width }: PositionSizes): number => (kind === "learned" ? length * width : 0)
