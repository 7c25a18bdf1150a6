/** How text becomes BERT's input: pieces of words by longest match, special tokens, four rows of ids, and tokens hidden for pre-training. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"

export const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const

/** A vocabulary made for the examples; published ones have some 30,000 pieces. "##" continues a word. */
const PIECES = [
  ".",
  "the",
  "cat",
  "it",
  "at",
  "sleep",
  "like",
  "nap",
  "say",
  "ship",
  "sail",
  "night",
  "##s",
  "##ping",
  "##p",
  "##ing",
] as const
export const VOCABULARY: readonly string[] = [...SPECIAL, ...PIECES]

export const idOf = (token: string): number => VOCABULARY.indexOf(token)

interface Pair {
  readonly value: string
  readonly label: string
  readonly first: string
  readonly second?: string
  /** Whether the second sentence followed the first where both were found. */
  readonly follows?: boolean
}

export const PAIRS: readonly Pair[] = [
  { value: "next", label: "The cat sleeps. | It likes napping.", first: "The cat sleeps.", second: "It likes napping.", follows: true },
  {
    value: "random",
    label: "The cat sleeps. | Ships sail at night.",
    first: "The cat sleeps.",
    second: "Ships sail at night.",
    follows: false,
  },
  {
    value: "unknown",
    label: "The cat says 喵. | It likes napping.",
    first: "The cat says 喵.",
    second: "It likes napping.",
    follows: true,
  },
  { value: "single", label: "The cat sleeps at night. (alone)", first: "The cat sleeps at night." },
]

export const pairOf = (knobs: Knobs): Pair => PAIRS.find(({ value }) => value === knobs["text"]) ?? (PAIRS[0] as Pair)

/** Words and signs, in lower case. */
const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[a-z]+|[^a-z\s]/g) ?? []

/** The longest piece that the rest of the word begins with, again and again; one part that is missing makes the whole word unknown. */
export function piecesOf(word: string): readonly string[] {
  const pieces: string[] = []
  for (let from = 0; from < word.length; ) {
    let to = word.length
    const piece = (): string => (from > 0 ? "##" : "") + word.slice(from, to)
    while (to > from && idOf(piece()) < 0) to--
    if (to === from) return ["[UNK]"]
    pieces.push(piece())
    from = to
  }
  return pieces
}

export interface Formatted {
  readonly tokens: readonly string[]
  readonly ids: readonly number[]
  readonly mask: readonly number[]
  readonly segments: readonly number[]
  /** Words that were cut into pieces, and pieces that did not fit. */
  readonly split: number
  readonly left: number
  readonly real: number
}

export function formatted(knobs: Knobs): Formatted {
  const length = numberOf(knobs, "length")
  const { first, second } = pairOf(knobs)
  const words = [wordsOf(first), wordsOf(second ?? "")]
  const [one = [], two = []] = words.map((each) => each.flatMap(piecesOf))
  const all = one.length + two.length
  const room = length - (second === undefined ? 2 : 3)
  const [a, b] = [[...one], [...two]]
  // The longer one loses its end, piece by piece.
  while (a.length + b.length > room) (b.length > a.length ? b : a).pop()
  const real = ["[CLS]", ...a, "[SEP]", ...(second === undefined ? [] : [...b, "[SEP]"])]
  const tokens = Array.from({ length }, (_, at) => real[at] ?? "[PAD]")
  return {
    tokens,
    ids: tokens.map(idOf),
    mask: tokens.map((token) => (token === "[PAD]" ? 0 : 1)),
    segments: tokens.map((_, at) => (at >= a.length + 2 && at < real.length ? 1 : 0)),
    split: words.flat().filter((word) => piecesOf(word).length > 1).length,
    left: all - a.length - b.length,
    real: real.length,
  }
}

/** In [0, 1), the same for the same numbers. */
export function drawn(seed: number, at: number): number {
  let state = Math.imul(seed * 7919 + at * 104_729 + 1, 2_654_435_761) >>> 0
  state = Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0
  return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
}

export type Hiding = "[MASK]" | "another token" | "left as it is"

/** Of the tokens that are to be told: 80 % are masked, 10 % replaced, 10 % stay. */
export const hidingOf = (chance: number): Hiding => (chance < 0.8 ? "[MASK]" : chance < 0.9 ? "another token" : "left as it is")

export interface Hidden {
  readonly position: number
  readonly original: string
  readonly shown: string
  readonly how: Hiding
}

/** Positions to be told, as the published code draws them: 15 % of the pieces, at least one. */
export function hiddenIn({ tokens }: Formatted, knobs: Knobs): readonly Hidden[] {
  const [share, seed] = [numberOf(knobs, "share"), numberOf(knobs, "draw")]
  const candidates = tokens.flatMap((token, at) => (["[CLS]", "[SEP]", "[PAD]"].includes(token) ? [] : [at]))
  const count = Math.max(1, Math.round((share / 100) * candidates.length))
  return candidates
    .toSorted((one, other) => drawn(seed, one) - drawn(seed, other))
    .slice(0, count)
    .toSorted((one, other) => one - other)
    .map((position) => {
      const original = tokens[position] ?? ""
      const how = hidingOf(drawn(seed + 100, position))
      const random = VOCABULARY[SPECIAL.length + Math.floor(drawn(seed + 200, position) * PIECES.length)] ?? original
      return { position, original, how, shown: how === "[MASK]" ? "[MASK]" : how === "another token" ? random : original }
    })
}
