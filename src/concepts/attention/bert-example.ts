/** Small vectors and one attention head for BERT's picture: numbers that look arbitrary and are always the same. */
import { exampleNumber } from "../convolution/sliding.ts"
import type { Formatted } from "./bert-tokens.ts"
import { softmax } from "./gpt-example.ts"

export const SIZE = 4

const vector = (...seed: readonly number[]): readonly number[] =>
  Array.from({ length: SIZE }, (_, at) => exampleNumber(-9, 9, ...seed, at) / 10)

export const tokenVector = (id: number): readonly number[] => vector(1, id)
export const segmentVector = (segment: number): readonly number[] => vector(2, segment)
export const positionVector = (position: number): readonly number[] => vector(3, position)

/** What goes into the first block, before its normalisation. */
export const summed = ({ ids, segments }: Formatted, position: number): readonly number[] => {
  const parts = [tokenVector(ids[position] ?? 0), segmentVector(segments[position] ?? 0), positionVector(position)]
  return Array.from({ length: SIZE }, (_, at) => parts.reduce((sum, part) => sum + (part[at] ?? 0), 0))
}

/** Projections of the one head that is drawn: example numbers too. */
const projected = (kind: number, of: readonly number[]): readonly number[] =>
  Array.from({ length: SIZE }, (_, to) => of.reduce((sum, value, from) => sum + value * (exampleNumber(-9, 9, kind, from, to) / 10), 0))
export const queryOf = (text: Formatted, position: number): readonly number[] => projected(4, summed(text, position))
export const keyOf = (text: Formatted, position: number): readonly number[] => projected(5, summed(text, position))

/** What a position attends to; padding gets nothing. */
export function attentionAt(text: Formatted, position: number): readonly number[] {
  const query = queryOf(text, position)
  const scores = text.ids.map((_, other) => {
    if (text.mask[other] === 0) return Number.NEGATIVE_INFINITY
    return keyOf(text, other).reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0) / Math.sqrt(SIZE)
  })
  return softmax(scores)
}
