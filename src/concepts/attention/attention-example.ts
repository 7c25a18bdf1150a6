/** One head on a sentence of five words, with queries and keys that are chosen, not learned: words ask for roles, and words have roles. */
import type { Reading, Scoring } from "./attention-sizes.ts"
import { softmax } from "./gpt-example.ts"

/** What each number of a query or key stands for. */
export const ROLES = ["doer", "deed", "thing", "link"] as const
export const DEPTH = ROLES.length

interface Word {
  readonly word: string
  readonly key: readonly number[]
  /** How much it asks for each role. */
  readonly query: readonly number[]
  readonly value: readonly number[]
}

const READ: readonly Word[] = [
  { word: "cats", key: [2, 0, 1, 0], query: [0, 2, 0, 0], value: [4, 0] },
  { word: "drink", key: [0, 2, 0, 0], query: [2, 0, 3, 0], value: [0, 2] },
  { word: "milk", key: [0, 0, 2, 0], query: [0, 2, 0, 0], value: [1, 4] },
  { word: "and", key: [0, 0, 0, 2], query: [0, 3, 0, 0], value: [0, 0] },
  { word: "purr", key: [0, 2, 0, 0], query: [4, 0, 0, 0], value: [2, 3] },
]

/** Another text, whose words look for theirs. */
const ASKING: readonly Word[] = [
  { word: "chats", key: [], query: [4, 0, 0, 0], value: [] },
  { word: "boivent", key: [], query: [0, 3, 0, 0], value: [] },
  { word: "lait", key: [], query: [0, 0, 4, 0], value: [] },
  { word: "et", key: [], query: [0, 0, 0, 4], value: [] },
]

export const wordsRead: readonly string[] = READ.map(({ word }) => word)
const asking = (reading: Reading): readonly Word[] => (reading === "cross" ? ASKING : READ)
export const wordsAsking = (reading: Reading): readonly string[] => asking(reading).map(({ word }) => word)

/** For the sum of query and key, a role that nobody asks for is pushed far down, where tanh is flat. */
const PUSHED = -3
/** The learned vector of the additive score. */
export const VOICE = 3

export const queryAt = (position: number, reading: Reading, scoring: Scoring): readonly number[] => {
  const plain = asking(reading)[position]?.query ?? []
  return scoring === "additive" ? plain.map((asked) => (asked > 0 ? 0 : PUSHED)) : plain
}
export const keyAt = (place: number): readonly number[] => READ[place]?.key ?? []
export const valueAt = (place: number): readonly number[] => READ[place]?.value ?? []

/** Undefined where it must not be seen. */
export function scoreAt(position: number, place: number, reading: Reading, scoring: Scoring): number | undefined {
  if (reading === "causal" && place > position) return undefined
  const [query, key] = [queryAt(position, reading, scoring), keyAt(place)]
  if (scoring === "additive") return query.reduce((sum, asked, at) => sum + VOICE * Math.tanh(asked + (key[at] ?? 0)), 0)
  const product = query.reduce((sum, asked, at) => sum + asked * (key[at] ?? 0), 0)
  return scoring === "dot" ? product : product / Math.sqrt(DEPTH)
}

export const scoresAt = (position: number, reading: Reading, scoring: Scoring): readonly (number | undefined)[] =>
  READ.map((_, place) => scoreAt(position, place, reading, scoring))

export const weightsAt = (position: number, reading: Reading, scoring: Scoring): readonly number[] =>
  softmax(scoresAt(position, reading, scoring).map((score) => score ?? Number.NEGATIVE_INFINITY))

/** Values, as much of each as its weight says. */
export function resultAt(position: number, reading: Reading, scoring: Scoring): readonly number[] {
  const weights = weightsAt(position, reading, scoring)
  return [0, 1].map((at) => weights.reduce((sum, weight, place) => sum + weight * (valueAt(place)[at] ?? 0), 0))
}
