/** The order in which XLNet tells the tokens of a text, and the masks that follow from it. */
import { exampleNumber } from "../convolution/sliding.ts"
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { drawn } from "./bert-tokens.ts"
import { softmax } from "./gpt-example.ts"

const TEXT = ["the", "old", "cat", "sat", "on", "a", "red", "mat", "all", "day"] as const

export const ORDERS = [
  { value: "drawn", label: "Drawn by chance" },
  { value: "left", label: "Left to right, as GPT" },
  { value: "right", label: "Right to left" },
] as const

export type Stream = "query" | "content"

export interface Ordered {
  readonly words: readonly string[]
  /** Positions in the order in which they are told. */
  readonly order: readonly number[]
  /** When a position is told, from 0. */
  readonly rank: readonly number[]
  /** How many at the end of the order are told; the others are only read. */
  readonly targets: number
}

export function ordered(knobs: Knobs): Ordered {
  const words = TEXT.slice(0, numberOf(knobs, "tokens"))
  const seed = numberOf(knobs, "draw")
  const places = words.map((_, at) => at)
  const drawnOrder = places.toSorted((one, other) => drawn(seed, one) - drawn(seed, other))
  const order = knobs["order"] === "left" ? places : knobs["order"] === "right" ? places.toReversed() : drawnOrder
  return { words, order, rank: places.map((place) => order.indexOf(place)), targets: numberOf(knobs, "targets") }
}

/** A content vector knows its own token; a query vector must not. */
export const isSeen = ({ rank }: Pick<Ordered, "rank">, from: number, to: number, stream: Stream): boolean => {
  const [asking, asked] = [rank[from] ?? 0, rank[to] ?? 0]
  return stream === "content" ? asked <= asking : asked < asking
}

/** Example numbers for how well a position's query fits a token. */
export const scoreOf = (from: number, to: number): number => exampleNumber(-15, 20, 6, from, to) / 10

/** Of the query stream; empty where nothing has been told. */
export function weightsOf(text: Ordered, from: number): readonly number[] {
  const scores = text.words.map((_, to) => (isSeen(text, from, to, "query") ? scoreOf(from, to) : Number.NEGATIVE_INFINITY))
  return scores.some(Number.isFinite) ? softmax(scores) : scores.map(() => 0)
}

/** Pairs of a told token and one that it sees: on its left, and on its right. */
export function seenPairs(text: Ordered): { readonly left: number; readonly right: number } {
  const told = text.order.slice(text.words.length - text.targets)
  const pairs = told.flatMap((from) => text.words.flatMap((_, to) => (isSeen(text, from, to, "query") ? [to < from] : [])))
  const left = pairs.filter(Boolean).length
  return { left, right: pairs.length - left }
}
