/** The picture of positions: one token's way to its vector, the table as a heat map, hands of a clock, and what two positions have in common. */
import { grouped, short } from "../knobs.ts"
import {
  type Cell,
  column,
  type Edge,
  frame,
  type Grid,
  type Part,
  row,
  type Scene,
  type Selection,
  sign,
  type Tone,
  words,
} from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { alike, encodingAt, handAt, learnedAt, pairsOf, type PositionSizes, readPositions, speedOf, turned } from "./positional-sizes.ts"

const TEXT = ["the", "dog", "saw", "the", "dog", "that", "saw", "the"] as const
const SHOWN_ROWS = 12
const SHOWN_PAIRS = 8

export function positionalScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readPositions(knobs)
  const moment = Math.max(0, Math.min(SHOWN_ROWS - 1, selection.moment))
  const { kind, vocabulary, width, length } = sizes
  const told = { sinusoidal: "sines and cosines are added", learned: "a learned row is added", rotary: "queries and keys are turned" }[kind]
  return {
    title: "Embeddings and positional encoding",
    description: `Each of ${vocabulary} tokens has a vector of ${width} numbers; for its position, one of ${length}, ${told}. Shown is position ${moment}.`,
    content: column([
      frame(selection, "way", `From token to vector: position ${moment}`, column([overview(sizes), arithmetic(sizes, moment)], 20)),
      frame(selection, "table", kind === "rotary" ? "Sines and cosines of the angles" : "Vectors of the positions", heat(sizes, moment)),
      frame(selection, "alike", "What two positions have in common", row([clocks(sizes, moment), likeness(sizes, moment)], 24, "start")),
    ]),
    edges: kind === "rotary" ? flows("ids", "tokens", "project", "turn", "score") : ADDED,
    moments: { count: SHOWN_ROWS, perRow: 1, names: "position" },
  }
}

const flows = (...ids: readonly string[]): readonly Edge[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to, kind: "flow" }))
const ADDED: readonly Edge[] = [
  ...flows("ids", "tokens", "plus", "sum"),
  { from: "positions", to: "plus", kind: "flow", direction: "up", tone: "kernel" },
]

const box = (id: string, tone: Tone, label: string, detail: string, width: number): Part => ({
  kind: "box",
  id,
  tone,
  label,
  detail,
  width,
})

function overview({ kind, vocabulary, width, length }: PositionSizes): Part {
  const start = [
    box("ids", "input", "token ids", `${short(length)} whole numbers`, 116),
    box("tokens", "first", "embedding", `a row of ${short(vocabulary)} × ${short(width)}`, 150),
  ]
  if (kind === "rotary")
    return row(
      [
        ...start,
        box("project", "second", "queries, keys", "in every layer", 104),
        box("turn", "kernel", "turn pairs", "by position × speed", 124),
        box("score", "output", "q · k", "", 60),
      ],
      24,
    )
  const table = kind === "learned" ? "a learned row" : "sines and cosines"
  const plus = column(
    [
      { kind: "node", id: "plus", tone: "plain", text: "+", radius: 12 },
      box("positions", "kernel", "position", `${table}: ${short(length)} × ${short(width)}`, 216),
    ],
    26,
  )
  return row([...start, plus, box("sum", "output", "into block 1", `${short(length)} × ${short(width)}`, 116)], 24)
}

const signed = (value: number): string => value.toFixed(2).replace("-", "−")

const vector = (id: string, tone: Tone, label: string, values: readonly number[]): Grid => ({
  kind: "grid",
  id,
  tone,
  label,
  side: 24,
  cellWidth: 42,
  cells: [values.map((value) => ({ text: signed(value), strength: Math.min(1, Math.abs(value)) }))],
})

/** Four numbers wide, so that all can be followed. */
const NARROW = 4
const tokenNumber = (word: string, at: number): number => learnedAt(200 + word.length * 7 + (word.codePointAt(0) ?? 0), at)

function arithmetic(sizes: PositionSizes, moment: number): Part {
  const small = { ...sizes, width: NARROW }
  const word = TEXT[moment % TEXT.length] ?? ""
  const token = [0, 1, 2, 3].map((at) => tokenNumber(word, at))
  const place = [0, 1, 2, 3].map((at) => encodingAt(moment, at, small))
  const speed = speedOf(1, small)
  const angle = moment * speed
  if (sizes.kind === "rotary") {
    const [first, second] = [0, 1].map((pair) => turned([token[2 * pair] ?? 0, token[2 * pair + 1] ?? 0], moment, pair, small))
    const [x, y] = first ?? [0, 0]
    return column(
      [
        row(
          [
            vector("query", "second", `query of “${word}”, 4 wide`, token),
            sign("→"),
            vector("turned", "kernel", `turned for ${moment}`, [x, y, ...(second ?? [])]),
          ],
          12,
        ),
        words(
          `first pair, by ${moment} · 1 radians: ${signed(token[0] ?? 0)} · cos ${moment} − (${signed(token[1] ?? 0)}) · sin ${moment} = ${signed(x)}`,
          { align: "start" },
        ),
      ],
      10,
    )
  }
  const sum = token.map((value, at) => value + (place[at] ?? 0))
  const line =
    sizes.kind === "learned"
      ? `row ${moment} of the second table; numbers as before training`
      : `sin(${moment}) = ${signed(place[0] ?? 0)}, cos(${moment}) = ${signed(place[1] ?? 0)}; then ${Number(speed.toPrecision(2))} times as fast: sin(${Number(angle.toPrecision(2))}) = ${signed(place[2] ?? 0)}`
  return column(
    [
      row(
        [
          vector("token", "first", `“${word}”, 4 wide`, token),
          sign("+"),
          vector("place", "kernel", `position ${moment}`, place),
          sign("="),
          vector("summed", "output", "sum", sum),
        ],
        9,
      ),
      words(line),
    ],
    10,
  )
}

/** Pairs from the fastest to the slowest, evenly. */
const shownPairs = (sizes: PositionSizes): readonly number[] => {
  const pairs = Math.max(1, pairsOf(sizes))
  const count = Math.min(SHOWN_PAIRS, pairs)
  return Array.from({ length: count }, (_, at) => (count === 1 ? 0 : Math.round((at * (pairs - 1)) / (count - 1))))
}

function heat(sizes: PositionSizes, moment: number): Part {
  const pairs = shownPairs(sizes)
  const columns = sizes.width < 2 ? [0] : pairs.flatMap((pair) => [2 * pair, 2 * pair + 1])
  const rows = Array.from({ length: SHOWN_ROWS }, (_, position): readonly Cell[] => [
    { text: String(position), moment: position, isMarked: position === moment },
    ...columns.map((at): Cell => {
      const value = encodingAt(position, at, sizes)
      return { text: "", strength: (value + 1) / 2, moment: position, hint: `position ${position}, number ${at}: ${signed(value)}` }
    }),
  ])
  const grid: Grid = {
    kind: "grid",
    id: "heat",
    tone: "kernel",
    label: `${grouped(columns.length)} of ${grouped(sizes.width)} numbers, from −1 (pale) to 1`,
    side: 19,
    cellWidth: 31,
    cells: [[{ text: "" }, ...columns.map((at) => ({ text: String(at) }))], ...rows],
    window: { row: moment + 1, column: 1, rows: 1, columns: columns.length },
    detail:
      sizes.kind === "learned" ? "before training: no order to be seen" : "left: fast pairs, right: slow ones; sine and cosine in turns",
  }
  return grid
}

const CLOCK = 4
const TONES = ["first", "second", "third", "fourth"] as const

/** Where the first number and the second of a pair stand, at this position and a few before it. */
function clocks(sizes: PositionSizes, moment: number): Part {
  const small = { ...sizes, width: 2 * CLOCK, base: Math.min(sizes.base, 400) }
  const at = (pair: number, position: number): readonly [number, number] => {
    if (sizes.kind === "learned") return [learnedAt(position, 2 * pair), learnedAt(position, 2 * pair + 1)]
    const [sine, cosine] = handAt(position, pair, small)
    return [cosine, sine]
  }
  const ends = Array.from({ length: CLOCK }, (_, pair) => at(pair, moment))
  return {
    kind: "plot",
    id: "clocks",
    label: sizes.kind === "learned" ? `4 pairs of row ${moment}: anywhere` : `4 pairs at position ${moment}: hands of a clock`,
    width: 190,
    height: 190,
    x: { label: sizes.kind === "learned" ? "first" : "cosine", from: -1.1, to: 1.1, ticks: [-1, 0, 1] },
    y: { label: "", from: -1.1, to: 1.1, ticks: [-1, 0, 1] },
    curves: ends.map((end, pair) => ({
      tone: TONES[pair] ?? "plain",
      name: ["fast", "slower", "slow", "slowest"][pair] ?? "",
      points: [[0, 0], end],
    })),
    dots: ends.map(([x, y], pair) => ({ x, y, tone: TONES[pair] ?? "plain", radius: 4, hint: `pair ${pair}: ${signed(x)}, ${signed(y)}` })),
  }
}

const FAR = 40

function likeness(sizes: PositionSizes, moment: number): Part {
  const from = (start: number): readonly (readonly [number, number])[] =>
    Array.from({ length: FAR + 1 }, (_, distance) => [distance, alike(start, start + distance, sizes)] as const)
  const isLearned = sizes.kind === "learned"
  return {
    kind: "plot",
    id: "likeness",
    label: sizes.kind === "rotary" ? "q · k of equal vectors, turned" : "dot product of two positions",
    width: 290,
    height: 190,
    x: { label: "distance", from: 0, to: FAR, ticks: [0, 10, 20, 30, 40] },
    y: { label: "share of its own", from: -0.5, to: 1, ticks: [-0.5, 0, 0.5, 1] },
    curves: [
      { tone: "second", name: `from position ${moment}`, points: from(moment) },
      { tone: "first", name: `from ${moment + 50}${isLearned ? "" : ": the same curve"}`, points: from(moment + 50), isDashed: true },
    ],
  }
}
