/** A sentence and its translation, with scores that are chosen, not learned: each position asks for the word it has to write next. */
import { softmax } from "./gpt-example.ts"

export const SOURCE = ["the", "red", "cat", "sleeps", "."] as const
/** What goes in is what must come out, one step later. */
export const WRITTEN = ["<start>", "le", "chat", "rouge", "dort"] as const
export const WANTED = ["le", "chat", "rouge", "dort", "<end>"] as const

/** Which word of the source each of the wanted ones translates. */
const ALIGNED = [0, 2, 1, 3, 4] as const
const QUERY = 7
const LOGIT = 5
/** Features of a key: one for each word of the source. */
export const DEPTH = SOURCE.length

const oneHot = (index: number, value: number): readonly number[] => SOURCE.map((_, at) => (at === index ? value : 0))

export const queryAt = (position: number): readonly number[] => oneHot(ALIGNED[position] ?? 0, QUERY)
export const keyAt = (place: number): readonly number[] => oneHot(place, 1)
/** The value of a source word speaks for its translation. */
export const valueAt = (place: number): readonly number[] => WANTED.map((_, at) => (ALIGNED[at] === place ? 1 : 0))

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)

export const crossScore = (position: number, place: number): number => dot(queryAt(position), keyAt(place)) / Math.sqrt(DEPTH)
export const crossWeights = (position: number): readonly number[] => softmax(SOURCE.map((_, place) => crossScore(position, place)))

/** What the next word may be, after attention to the source. */
export function nextWords(position: number): readonly number[] {
  const weights = crossWeights(position)
  const mixed = WANTED.map((_, word) => weights.reduce((sum, weight, place) => sum + weight * (valueAt(place)[word] ?? 0), 0))
  return softmax(mixed.map((value) => LOGIT * value))
}
export const LOGIT_SCALE = LOGIT
