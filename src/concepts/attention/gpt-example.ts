/**
 * One attention head whose weights are chosen, not learned, so that its work can be followed: it looks for what came after the same word before.
 * Heads like it are found in trained models ("induction heads", Olsson et al. 2022).
 */

export const TOKENS = ["the", "cat", "sat", ".", "the", "cat"] as const
export const VOCABULARY = ["the", "cat", "sat", "."] as const
/** How strongly equal words attract each other, and how decided the prediction is. */
const QUERY = 8
const LOGIT = 4
/** Features of a key. */
export const DEPTH = VOCABULARY.length

const wordOf = (position: number): number => (VOCABULARY as readonly string[]).indexOf(TOKENS[position] ?? "")
const oneHot = (index: number, value: number): readonly number[] => VOCABULARY.map((_, at) => (at === index ? value : 0))

/** A query says which word stands here; a key says which word stood before; a value says which word stands here. */
export const queryAt = (position: number): readonly number[] => oneHot(wordOf(position), QUERY)
export const keyAt = (position: number): readonly number[] => oneHot(position === 0 ? -1 : wordOf(position - 1), 1)
export const valueAt = (position: number): readonly number[] => oneHot(wordOf(position), 1)

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)

export function softmax(scores: readonly number[]): readonly number[] {
  const most = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - most))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** Undefined where the mask forbids it. */
export const scoresAt = (position: number, isCausal: boolean): readonly (number | undefined)[] =>
  TOKENS.map((_, other) => (isCausal && other > position ? undefined : dot(queryAt(position), keyAt(other)) / Math.sqrt(DEPTH)))

export const weightsAt = (position: number, isCausal: boolean): readonly number[] =>
  softmax(scoresAt(position, isCausal).map((score) => score ?? Number.NEGATIVE_INFINITY))

/** What the head gathered, and the next word's probabilities made of it. */
export function nextAt(position: number, isCausal: boolean): { readonly mixed: readonly number[]; readonly next: readonly number[] } {
  const weights = weightsAt(position, isCausal)
  const mixed = VOCABULARY.map((_, word) => weights.reduce((sum, weight, other) => sum + weight * (valueAt(other)[word] ?? 0), 0))
  return { mixed, next: softmax(mixed.map((value) => LOGIT * value)) }
}

export const LOGIT_SCALE = LOGIT
