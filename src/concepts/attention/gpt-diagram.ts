/** The picture of GPT: the stack, one masked head position by position, what is kept for the next token, and where the parameters are. */
import { flagOf, grouped, percent, short } from "../knobs.ts"
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
import { DEPTH, nextAt, scoresAt, TOKENS, VOCABULARY, weightsAt } from "./gpt-example.ts"
import { bytesText, cachedPerToken, type GptSizes, gptMacs, gptParameters, readGpt, WIDENED } from "./gpt-sizes.ts"

export function gptScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readGpt(knobs)
  const isCausal = flagOf(knobs, "causal")
  const moment = Math.max(0, Math.min(TOKENS.length - 1, selection.moment))
  const { layers, heads, width } = sizes
  return {
    title: "GPT",
    description: `Tokens become ${width} numbers each and pass ${layers} blocks of masked self-attention with ${heads} heads and a feed-forward network; a last layer gives a score to each of ${sizes.vocabulary} tokens. ${
      isCausal
        ? `In the example position ${moment + 1} attends to positions 1 to ${moment + 1}.`
        : "Without the mask positions of the example see the word they should predict."
    }`,
    content: column([
      frame(selection, "stack", `From tokens to the next token: ${grouped(layers)} blocks`, stack(sizes)),
      frame(
        selection,
        "mask",
        `One head${isCausal ? ", masked" : " without a mask"}: position ${moment + 1} of ${TOKENS.length}`,
        masked(moment, isCausal),
      ),
      frame(selection, "cache", "Writing on: keys and values are kept", cached(sizes, moment)),
      frame(selection, "parameters", "Where the parameters are", parameterStrip(sizes)),
    ]),
    edges: STACK_EDGES,
    moments: { count: TOKENS.length, perRow: 1, names: "position" },
  }
}

/** One after the other. */
const flows = (...ids: readonly string[]): readonly Edge[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to, kind: "flow" }))

const STACK_EDGES: readonly Edge[] = [
  ...flows("ids", "embedding", "blocks", "norm", "head"),
  ...flows("in", "norm1", "attention", "plus1", "norm2", "feed", "plus2", "out"),
  { from: "in", to: "plus1", kind: "flow", direction: "over", tone: "input" },
  { from: "plus1", to: "plus2", kind: "flow", direction: "over", tone: "input" },
]

const box = (id: string, tone: Tone, label: string, detail: string, width: number): Part => ({
  kind: "box",
  id,
  tone,
  label,
  ...(detail !== "" && { detail }),
  width,
})
const plus = (id: string): Part => ({ kind: "node", id, tone: "plain", text: "+", radius: 11 })

function stack({ layers, heads, width, vocabulary, context, isTied }: GptSizes): Part {
  const overview = row(
    [
      box("ids", "input", "tokens", `at most ${short(context)}`, 90),
      box("embedding", "kernel", "embeddings", `token + position: ${short(width)}`, 136),
      box("blocks", "second", `${grouped(layers)} blocks`, `${short(width)} numbers a position`, 140),
      box("norm", "plain", "norm", "", 54),
      box("head", "output", "next token", isTied ? `${short(vocabulary)} scores, tied` : `${short(vocabulary)} scores`, 120),
    ],
    26,
  )
  const block = row(
    [
      { kind: "node", id: "in", tone: "plain", text: "x", radius: 11 },
      box("norm1", "plain", "norm", "", 52),
      box("attention", "second", "masked attention", `${grouped(heads)} heads of ${grouped(Number((width / heads).toFixed(1)))}`, 126),
      plus("plus1"),
      box("norm2", "plain", "norm", "", 52),
      box("feed", "third", "feed-forward", [width, WIDENED * width, width].map(short).join(" → "), 150),
      plus("plus2"),
      { kind: "node", id: "out", tone: "plain", text: "x′", radius: 11 },
    ],
    24,
  )
  const line = words("a block: only its attention lets positions see each other", { isQuiet: true })
  return column([column([overview, line], 14), block], 32)
}

const LABELS: readonly Cell[] = [{ text: "" }, ...TOKENS.map((text) => ({ text }))]

function table(id: string, label: string, tone: Tone, moment: number, cellAt: (position: number, other: number) => Cell): Grid {
  const rows = TOKENS.map((word, position) => [
    { text: word, moment: position, isMarked: position === moment },
    ...TOKENS.map((_, other) => ({ ...cellAt(position, other), moment: position, isFaint: position > moment })),
  ])
  return {
    kind: "grid",
    id,
    tone,
    label,
    cells: [LABELS, ...rows],
    side: 25,
    cellWidth: 36,
    window: { row: moment + 1, column: 1, rows: 1, columns: TOKENS.length },
  }
}

function masked(moment: number, isCausal: boolean): Part {
  const scores = table("scores", "q · k ÷ √d + mask", "second", moment, (position, other) => {
    const score = scoresAt(position, isCausal)[other]
    return score === undefined
      ? { text: "−∞", isPadding: true, hint: "later: must not be seen" }
      : { text: score.toFixed(1), strength: score / 8 }
  })
  const weights = table("weights", "attention weights", "kernel", moment, (position, other) => {
    const weight = weightsAt(position, isCausal)[other] ?? 0
    return { text: weight.toFixed(2), strength: weight, isPadding: isCausal && other > position }
  })
  const { next } = nextAt(moment, isCausal)
  const bars: Part = {
    kind: "bars",
    id: "next",
    label: `next word after “${TOKENS[moment]}”`,
    width: 110,
    rows: VOCABULARY.map((word, at) => ({
      label: word,
      value: next[at] ?? 0,
      text: (next[at] ?? 0).toFixed(2),
      tone: next[at] === Math.max(...next) ? "output" : "plain",
    })),
  }
  return column([row([scores, sign("→"), weights, bars], 22), words(arithmetic(moment, isCausal), { align: "start" })], 12)
}

/** The weight that counts most at this position, in numbers. */
function arithmetic(moment: number, isCausal: boolean): readonly string[] {
  const scores = scoresAt(moment, isCausal)
  const weights = weightsAt(moment, isCausal)
  const best = weights.indexOf(Math.max(...weights))
  const score = scores[best] ?? 0
  const seen = scores.filter((each) => each !== undefined)
  const sum = seen.reduce((total, each) => total + Math.exp(each), 0)
  const first = `“${TOKENS[moment]}”, position ${moment + 1}: q · k = ${(score * Math.sqrt(DEPTH)).toFixed(0)} at position ${best + 1}, ÷ √${DEPTH} = ${score.toFixed(1)}; e^${score.toFixed(1)} ÷ (sum over ${seen.length}) = ${Math.exp(score).toFixed(1)} ÷ ${sum.toFixed(1)} = ${(weights[best] ?? 0).toFixed(2)}`
  const cheats = !isCausal && best === moment + 1 && score > 0
  const found =
    score > 0 ? `It stood after “${TOKENS[moment]}”: “${TOKENS[best]}” is copied.` : "No such word stood before: the head is undecided."
  return [
    first,
    cheats ? `Without the mask it reads the answer, “${TOKENS[best]}”, from the next position: nothing is learned that way.` : found,
  ]
}

function cached(sizes: GptSizes, moment: number): Part {
  const { context, bytes } = sizes
  const cells = (name: string): readonly Cell[] => [
    { text: name },
    ...TOKENS.map(
      (word, at): Cell =>
        at < moment
          ? { text: word, tone: "input", strength: 0.35, hint: "kept" }
          : at === moment
            ? { text: word, tone: "output", isMarked: true, strength: 0.6, hint: "computed now" }
            : { text: "", isFaint: true },
    ),
  ]
  const grid: Grid = {
    kind: "grid",
    id: "kept",
    tone: "plain",
    label: `${moment} kept, 1 computed`,
    cells: [cells("keys"), cells("values")],
    side: 26,
    cellWidth: 52,
    detail: `in each block; ${bytesText(cachedPerToken(sizes) * bytes)} for a token in all`,
  }
  const bars: Part = {
    kind: "bars",
    id: "macs",
    label: `MACs of token ${grouped(context)}`,
    width: 150,
    rows: [
      { label: "keys and values kept", value: gptMacs(sizes, 1, context), text: short(gptMacs(sizes, 1, context)), tone: "output" },
      {
        label: "all computed again",
        value: gptMacs(sizes, context, context, 1),
        text: short(gptMacs(sizes, context, context, 1)),
        tone: "warning",
      },
    ],
  }
  const memory: Part = {
    kind: "bars",
    id: "memory",
    label: "memory at this precision",
    width: 110,
    rows: [
      {
        label: "cache",
        value: cachedPerToken(sizes) * context * bytes,
        text: bytesText(cachedPerToken(sizes) * context * bytes),
        tone: "input",
      },
      { label: "weights", value: gptParameters(sizes).total * bytes, text: bytesText(gptParameters(sizes).total * bytes), tone: "kernel" },
    ],
  }
  return row([grid, column([bars, memory], 14, "start")], 34)
}

function parameterStrip(sizes: GptSizes): Part {
  const { tokens, positions, attention, feedForward, norms, head, total } = gptParameters(sizes)
  const segments = [
    { size: tokens, tone: "input", name: "tokens" },
    { size: positions, tone: "first", name: "positions" },
    { size: attention, tone: "second", name: "attention" },
    { size: feedForward, tone: "third", name: "feed-forward" },
    { size: norms, tone: "plain", name: "norms" },
    { size: head, tone: "output", name: "head" },
  ] as const
  const shown = segments.filter(({ size }) => size > 0)
  return column(
    [
      {
        kind: "strip",
        id: "strip",
        width: 640,
        label: `${grouped(total)} parameters`,
        segments: shown.map(({ size, tone, name }) => ({ size, tone, text: size / total > 0.12 ? name : "" })),
      },
      words(shown.map(({ size, name }) => `${name} ${short(size)} (${percent(size, total)})`).join(" · "), { size: "small" }),
    ],
    8,
  )
}
