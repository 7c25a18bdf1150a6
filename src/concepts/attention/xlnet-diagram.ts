/** The picture of XLNet: the order, what the next token sees, both masks as they are and sorted, and the two streams. */
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
import { isSeen, type Ordered, ordered, scoreOf, seenPairs, type Stream, weightsOf } from "./xlnet-order.ts"

export function xlnetScene(knobs: Knobs, selection: Selection): Scene {
  const text = ordered(knobs)
  const moment = Math.max(0, Math.min(text.words.length - 1, selection.moment))
  const place = text.order[moment] ?? 0
  const seen = text.order.slice(0, moment).map((at) => `${text.words[at]} (${at + 1})`)
  return {
    title: "XLNet",
    description: `${text.words.length} tokens stay where they are and are told in the order ${text.order.map((at) => at + 1).join(", ")}. Step ${moment + 1} tells ${text.words[place]} at position ${place + 1} from ${seen.length > 0 ? seen.join(", ") : "nothing but its position"}.`,
    content: column([
      frame(selection, "order", `The order: step ${moment + 1} of ${text.words.length}`, told(text, moment)),
      frame(selection, "weights", `What position ${place + 1} attends to`, attending(text, place)),
      frame(selection, "masks", "The masks, and the same sorted by the order", masks(text, place)),
      frame(selection, "streams", "Two streams through the same weights", streams()),
      frame(selection, "sides", "How much of both sides is seen", sides(text)),
    ]),
    edges: [...seenEdges(text, moment), ...STREAM_EDGES],
    moments: { count: text.words.length, perRow: 1, names: "step" },
  }
}

function told({ words: tokens, rank, order, targets }: Ordered, moment: number): Part {
  const place = order[moment] ?? 0
  const nodes = tokens.map((word, at): Part => {
    const step = rank[at] ?? 0
    const tone: Tone = step < moment ? "input" : step === moment ? "output" : "plain"
    return column(
      [
        {
          kind: "node",
          id: `word${at}`,
          tone,
          text: word,
          radius: 23,
          isFaint: step > moment,
          strength: step === moment ? 0.6 : step < moment ? 0.3 : 0,
        },
        words([`position ${at + 1}`, `step ${step + 1}${step >= tokens.length - targets ? ", told" : ""}`], {
          size: "small",
          isQuiet: true,
        }),
      ],
      6,
    )
  })
  const before = order.slice(0, moment).map((at) => `${tokens[at]} at ${at + 1}`)
  const line = `p( ${tokens[place]} at ${place + 1} | ${before.length > 0 ? before.join(", ") : "its position only"} )`
  const note = moment < tokens.length - targets ? "read only: its loss does not count" : "told: its loss counts"
  return column(
    [
      words(Array.from({ length: Math.ceil(tokens.length / 5) }, () => " ")),
      row(nodes, 26),
      words(line),
      words(note, { isQuiet: true, size: "small" }),
    ],
    10,
  )
}

const seenEdges = ({ order }: Ordered, moment: number): readonly Edge[] =>
  order.slice(0, moment).map((at) => ({ from: `word${at}`, to: `word${order[moment]}`, kind: "flow", direction: "over", tone: "input" }))

function attending(text: Ordered, place: number): Part {
  const weights = weightsOf(text, place)
  const seen = text.words.map((_, to) => isSeen(text, place, to, "query"))
  const line = (id: string, label: string, tone: Tone, cell: (to: number) => Cell): Grid => ({
    kind: "grid",
    id,
    label,
    tone,
    side: 25,
    cellWidth: 46,
    cells: [text.words.map((_, to) => cell(to))],
  })
  const header = line("words", "", "plain", (to) => ({ text: text.words[to] ?? "" }))
  const scores = line("scores", "score of the query with each content key", "second", (to) =>
    seen[to] ? { text: scoreOf(place, to).toFixed(1).replace("-", "−") } : { text: "−∞", isPadding: true },
  )
  const shares = line("shares", "softmax: its weights", "kernel", (to) => ({
    text: (weights[to] ?? 0).toFixed(2),
    strength: weights[to] ?? 0,
    isPadding: seen[to] !== true,
  }))
  const best = weights.indexOf(Math.max(...weights))
  const sum = text.words.reduce((total, _, to) => total + (seen[to] ? Math.exp(scoreOf(place, to)) : 0), 0)
  const arithmetic = seen.includes(true)
    ? `“${text.words[best]}”: e^${scoreOf(place, best).toFixed(1).replace("-", "−")} ÷ (sum over ${seen.filter(Boolean).length} seen) = ${Math.exp(scoreOf(place, best)).toFixed(2)} ÷ ${sum.toFixed(2)} = ${(weights[best] ?? 0).toFixed(2)}`
    : "The first of the order sees no token: only memory of the text before."
  return column([header, scores, shares, words(arithmetic)], 8)
}

function mask(text: Ordered, id: string, label: string, stream: Stream, places: readonly number[], marked: number): Grid {
  const line = (from: number): readonly Cell[] => [
    { text: String(from + 1), isMarked: from === marked },
    ...places.map((to): Cell => {
      const allowed = isSeen(text, from, to, stream)
      return {
        text: allowed ? "1" : "",
        strength: allowed ? 0.65 : 0,
        moment: text.rank[from] ?? 0,
        hint: `position ${from + 1} ${allowed ? "sees" : "does not see"} ${to + 1}`,
      }
    }),
  ]
  return {
    kind: "grid",
    id,
    label,
    tone: stream === "query" ? "kernel" : "second",
    side: Math.max(14, Math.min(22, Math.floor(170 / places.length))),
    cells: [[{ text: "" }, ...places.map((to) => ({ text: String(to + 1) }))], ...places.map(line)],
    window: { row: places.indexOf(marked) + 1, column: 1, rows: 1, columns: places.length },
  }
}

function masks(text: Ordered, place: number): Part {
  const plain = text.words.map((_, at) => at)
  return row(
    [
      mask(text, "query-mask", "query stream", "query", plain, place),
      mask(text, "content-mask", "content stream", "content", plain, place),
      sign("→"),
      mask(text, "sorted-query", "query, sorted", "query", text.order, place),
      mask(text, "sorted-content", "content, sorted", "content", text.order, place),
    ],
    16,
  )
}

const STREAM_EDGES: readonly Edge[] = [
  { from: "query0", to: "attention", kind: "flow", tone: "kernel" },
  { from: "content0", to: "attention", kind: "flow", tone: "second" },
  { from: "attention", to: "query1", kind: "flow", tone: "kernel" },
  { from: "attention", to: "content1", kind: "flow", tone: "second" },
  { from: "query1", to: "scores", kind: "flow", tone: "output" },
]

function streams(): Part {
  return row(
    [
      column(
        [
          { kind: "box", id: "query0", tone: "kernel", label: "g: query", detail: "one vector w: no token", width: 150 },
          { kind: "box", id: "content0", tone: "second", label: "h: content", detail: "the token's own vector", width: 150 },
        ],
        18,
      ),
      {
        kind: "box",
        id: "attention",
        tone: "plain",
        label: "the same layer for both",
        detail: "keys and values from h; relative positions",
        width: 230,
      },
      column(
        [
          { kind: "box", id: "query1", tone: "kernel", label: "g: query", detail: "knows what it saw", width: 130 },
          { kind: "box", id: "content1", tone: "second", label: "h: content", detail: "and its token", width: 130 },
        ],
        18,
      ),
      { kind: "box", id: "scores", tone: "output", label: "next token", detail: "from g only", width: 92 },
    ],
    30,
  )
}

function sides(text: Ordered): Part {
  const { left, right } = seenPairs(text)
  const inOrder = seenPairs({ ...text, order: text.words.map((_, at) => at), rank: text.words.map((_, at) => at) })
  return {
    kind: "bars",
    id: "sides",
    label: `tokens seen by the ${text.targets} told ones together`,
    width: 260,
    rows: [
      { label: "this order, on the left", value: left, text: String(left), tone: "first" },
      { label: "this order, on the right", value: right, text: String(right), tone: "third" },
      { label: "left to right, on the left", value: inOrder.left, text: String(inOrder.left), tone: "plain" },
      { label: "left to right, on the right", value: inOrder.right, text: String(inOrder.right), tone: "plain" },
    ],
  }
}
