/** The picture of attention: the layer, one head word by word with its arithmetic, what may be seen, and cost against length. */
import { grouped, percent, short } from "../knobs.ts"
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
import {
  keyAt,
  queryAt,
  resultAt,
  ROLES,
  scoreAt,
  scoresAt,
  valueAt,
  VOICE,
  weightsAt,
  wordsAsking,
  wordsRead,
} from "./attention-example.ts"
import { attentionKinds } from "./attention-kinds-diagram.ts"
import { attentionMacs, type AttentionSizes, ofLength, readAttention } from "./attention-sizes.ts"

export function attentionScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readAttention(knobs)
  const { reading, width, heads, queries, keys } = sizes
  const asking = wordsAsking(reading)
  const count = asking.length * wordsRead.length
  const moment = Math.max(0, Math.min(count - 1, selection.moment))
  const [position, place] = [Math.floor(moment / wordsRead.length), moment % wordsRead.length]
  const best = bestOf(sizes, position)
  return {
    title: "Attention",
    description: `${queries} positions of ${width} numbers ask ${keys} positions, in ${heads} heads. In the example “${asking[position]}” attends most to “${wordsRead[best]}”, with a weight of ${(weightsAt(position, reading, sizes.scoring)[best] ?? 0).toFixed(2)}.`,
    content: column([
      frame(selection, "layer", `The layer: ${grouped(heads)} heads side by side`, layer(sizes)),
      frame(selection, "head", `One head: “${asking[position]}” asks “${wordsRead[place]}”`, head(sizes, position, place)),
      frame(selection, "kinds", "What may be seen, and what it is for", attentionKinds(reading)),
      frame(selection, "cost", "Cost against length", cost(sizes)),
    ]),
    edges: EDGES(sizes),
    moments: { count, perRow: wordsRead.length, names: "score" },
  }
}

const bestOf = ({ reading, scoring }: AttentionSizes, position: number): number => {
  const weights = weightsAt(position, reading, scoring)
  return weights.indexOf(Math.max(...weights))
}

const EDGES = ({ reading, isProjected }: AttentionSizes): readonly Edge[] => {
  const source = reading === "cross" ? "read" : "asks"
  const flows: readonly (readonly [string, string, Tone?])[] = [
    ["asks", "query", "first"],
    [source, "key", "second"],
    [source, "value", "third"],
    ["query", "score", "first"],
    ["key", "score", "second"],
    ["score", "softmax"],
    ["softmax", "mix"],
    ["value", "mix", "third"],
    ["mix", isProjected ? "out" : "result"],
    ...(isProjected ? [["out", "result"] as const] : []),
  ]
  return flows.map(([from, to, tone]) => ({ from, to, kind: "flow", ...(tone && { tone }) }))
}

const box = (id: string, tone: Tone, label: string, detail: string, width: number): Part => ({
  kind: "box",
  id,
  tone,
  label,
  ...(detail !== "" && { detail }),
  width,
})

const SCORE_TEXTS = { scaled: "q · k ÷ √d", dot: "q · k", additive: "v · tanh(q + k)" } as const

function layer({ reading, scoring, width, heads, depth, queries, keys, isProjected }: AttentionSizes): Part {
  const inner = `${short(width)} → ${grouped(heads)} × ${short(depth)}`
  const projected = isProjected ? inner : "as it came"
  const asks = box("asks", "input", reading === "cross" ? "what asks" : "x", `${short(queries)} × ${short(width)}`, 92)
  const sources = reading === "cross" ? [asks, box("read", "input", "what is read", `${short(keys)} × ${short(width)}`, 92)] : [asks]
  const mask = reading === "causal" ? "mask, softmax" : "softmax"
  const asked = column([box("query", "first", "query", projected, 104), box("key", "second", "key", projected, 104)], 12)
  const scores = row(
    [
      box("score", "plain", SCORE_TEXTS[scoring], `${short(queries)} × ${short(keys)}`, 100),
      box("softmax", "kernel", mask, "rows sum to 1", 92),
    ],
    24,
  )
  const note = words(heads === 1 ? "one head" : `in each of ${grouped(heads)} heads`, { size: "small", isQuiet: true })
  const lanes = column(
    [row([asked, column([note, scores, words(" ")], 6)], 26), box("value", "third", "value", projected, 104)],
    12,
    "start",
  )
  const end = [
    ...(isProjected ? [box("out", "fourth", "join, project", `${short(heads * depth)} → ${short(width)}`, 96)] : []),
    box("result", "output", "out", `${short(queries)} × ${short(width)}`, 80),
  ]
  return row([column(sources, 18), lanes, box("mix", "third", "mixture", "of values", 70), ...end], 26)
}

const numberText = (value: number): string => String(Number(value.toFixed(2))).replace("-", "−")

/** e^−6 would be 0.00. */
const powerText = (value: number): string => (value < 0.1 ? value.toPrecision(2) : value.toFixed(2))

/** Names before the numbers of each word; `marked` is the row that takes part. */
function vectors(
  id: string,
  label: string,
  tone: Tone,
  names: readonly string[],
  of: (at: number) => readonly number[],
  marked: number,
): Grid {
  return {
    kind: "grid",
    id,
    label,
    tone,
    side: 23,
    cellWidth: 46,
    cells: names.map((name, at) => [
      { text: name, isMarked: at === marked },
      ...of(at).map((value): Cell => ({ text: numberText(value), strength: Math.min(1, Math.abs(value) / 6), isRead: at === marked })),
    ]),
  }
}

function head(sizes: AttentionSizes, position: number, place: number): Part {
  const { reading, scoring } = sizes
  const asking = wordsAsking(reading)
  const queries = vectors(
    "queries",
    `queries: asks for ${ROLES.join(", ")}`,
    "first",
    asking,
    (at) => queryAt(at, reading, scoring),
    position,
  )
  const keys = vectors("keys", `keys: is ${ROLES.join(", ")}`, "second", wordsRead, keyAt, place)
  const values = vectors("values", "values", "third", wordsRead, valueAt, -1)
  const isDone = place === wordsRead.length - 1
  const result = vectors(
    "results",
    "result",
    "output",
    asking.slice(0, position + (isDone ? 1 : 0)),
    (at) => resultAt(at, reading, scoring),
    isDone ? position : -1,
  )
  const results: Part =
    position + (isDone ? 1 : 0) === 0 ? words(["result: when the", "first row is full"], { isQuiet: true, size: "small" }) : result
  const arithmetic = words(lines(sizes, position, place), { align: "start" })
  return column(
    [
      row([queries, keys], 30, "start"),
      row([scoreTable(sizes, position, place), sign("→"), weightTable(sizes, position, place)], 16),
      arithmetic,
      row([sign("×"), values, sign("="), results], 16),
    ],
    14,
  )
}

function table(
  id: string,
  label: string,
  tone: Tone,
  sizes: AttentionSizes,
  cellAt: (position: number, place: number) => Cell,
  window: Grid["window"],
): Grid {
  return {
    kind: "grid",
    id,
    label,
    tone,
    side: 24,
    cellWidth: 46,
    cells: [
      [{ text: "" }, ...wordsRead.map((text) => ({ text }))],
      ...wordsAsking(sizes.reading).map((text, at) => [
        { text },
        ...wordsRead.map((_, place) => ({ ...cellAt(at, place), moment: at * wordsRead.length + place })),
      ]),
    ],
    ...(window && { window }),
  }
}

function scoreTable(sizes: AttentionSizes, position: number, place: number): Grid {
  const { reading, scoring } = sizes
  const cellAt = (at: number, other: number): Cell => {
    const isLater = at > position || (at === position && other > place)
    const score = scoreAt(at, other, reading, scoring)
    if (score === undefined) return { text: "−∞", isPadding: true, hint: "later: must not be seen" }
    return isLater ? { text: "", isFaint: true } : { text: numberText(score), strength: Math.max(0, Math.min(1, score / 8)) }
  }
  return table("scores", `scores: ${SCORE_TEXTS[scoring]}`, "second", sizes, cellAt, {
    row: position + 1,
    column: place + 1,
    rows: 1,
    columns: 1,
  })
}

/** A row of weights is known when all its scores are. */
function weightTable(sizes: AttentionSizes, position: number, place: number): Grid {
  const { reading, scoring } = sizes
  const rowsDone = position + (place === wordsRead.length - 1 ? 1 : 0)
  const cellAt = (at: number, other: number): Cell => {
    const weight = weightsAt(at, reading, scoring)[other] ?? 0
    if (reading === "causal" && other > at) return { text: "0", isPadding: true }
    return at < rowsDone ? { text: weight.toFixed(2), strength: weight } : { text: "", isFaint: true }
  }
  const window = rowsDone > position ? { row: position + 1, column: 1, rows: 1, columns: wordsRead.length } : undefined
  return table("weights", "weights: softmax of each row", "kernel", sizes, cellAt, window)
}

/** The score of this cell, and its weight, in numbers. */
function lines(sizes: AttentionSizes, position: number, place: number): readonly string[] {
  const { reading, scoring } = sizes
  const score = scoreAt(position, place, reading, scoring)
  const [asking, read] = [wordsAsking(reading)[position], wordsRead[place]]
  if (score === undefined) return [`“${read}” comes after “${asking}”: its score is −∞,`, "e^−∞ = 0, so its weight is exactly 0."]
  const [query, key] = [queryAt(position, reading, scoring), keyAt(place)]
  const pairs = query.map((asked, at) => [numberText(asked), numberText(key[at] ?? 0)] as const)
  const sum = scoresAt(position, reading, scoring).reduce<number>((total, each) => total + (each === undefined ? 0 : Math.exp(each)), 0)
  const weight = weightsAt(position, reading, scoring)[place] ?? 0
  const product = pairs.map(([one, other]) => `${one} · ${other}`).join(" + ")
  const scored = {
    scaled: `(${product}) ÷ √4`,
    dot: product,
    additive: `${VOICE} · tanh(${pairs.map(([one, other]) => `${one} + ${other}`).join(`) + ${VOICE} · tanh(`)})`,
  }[scoring]
  return [
    `score of “${asking}” for “${read}”: ${scored} = ${numberText(score)}`,
    `weight: e^${numberText(score)} ÷ (sum of the row) = ${powerText(Math.exp(score))} ÷ ${powerText(sum)} = ${weight.toFixed(2)}`,
  ]
}

function cost(sizes: AttentionSizes): Part {
  const { width, queries, keys, heads, isProjected } = sizes
  const here = attentionMacs(sizes)
  const end = Math.max(16, 4 * width, Math.max(queries, keys))
  const points = (of: "projections" | "mixing"): readonly (readonly [number, number])[] =>
    Array.from({ length: 41 }, (_, at) => {
      const length = (end * at) / 40
      return [length, attentionMacs(ofLength(sizes, Math.round(length)))[of]] as const
    })
  const top = attentionMacs(ofLength(sizes, end))
  const plot: Part = {
    kind: "plot",
    id: "length",
    label: "MACs against length, self-attention",
    width: 300,
    height: 160,
    x: { label: "positions", from: 0, to: end, ticks: isProjected ? [0, 2 * width, end] : [0, end] },
    y: { label: "MACs", from: 0, to: Math.max(top.projections, top.mixing) },
    curves: [
      { tone: "first", name: "projections", points: points("projections") },
      { tone: "second", name: "scores and mixture", points: points("mixing") },
    ],
    dots: [{ x: queries, y: attentionMacs(ofLength(sizes, queries)).mixing, tone: "warning", hint: `${grouped(queries)} positions` }],
  }
  const bars: Part = {
    kind: "bars",
    id: "here",
    label: `here: ${short(here.total)} MACs`,
    width: 100,
    rows: [
      {
        label: "projections",
        value: here.projections,
        text: `${short(here.projections)} (${percent(here.projections, here.total)})`,
        tone: "first",
      },
      { label: "scores, mixture", value: here.mixing, text: `${short(here.mixing)} (${percent(here.mixing, here.total)})`, tone: "second" },
    ],
  }
  const held: Part = {
    kind: "bars",
    id: "held",
    label: "numbers held meanwhile",
    width: 100,
    rows: [
      { label: "in and out", value: (queries + keys) * width, text: short((queries + keys) * width), tone: "input" },
      { label: "weights", value: heads * queries * keys, text: short(heads * queries * keys), tone: "kernel" },
    ],
  }
  return row([plot, column([bars, held], 14, "start")], 30)
}
