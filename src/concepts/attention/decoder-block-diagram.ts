/** The picture of a decoder block: its parts and what comes from the encoder, both attentions row by row, and why training needs the mask. */
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
import { crossScore, crossWeights, DEPTH, nextWords, SOURCE, WANTED, WRITTEN } from "./decoder-example.ts"
import { decoderCosts, type DecoderSizes, readDecoder, totalOf } from "./decoder-sizes.ts"

export function decoderBlockScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readDecoder(knobs)
  const moment = Math.max(0, Math.min(WRITTEN.length - 1, selection.moment))
  const { width, heads, target, source, isNormFirst } = sizes
  return {
    title: "Decoder block",
    description: `${target} positions of ${width} numbers pass masked self-attention with ${heads} heads, cross-attention to ${source} positions of the encoder, and a feed-forward network, each with a shortcut and normalised ${isNormFirst ? "before" : "after"} it. In the example, after ${WRITTEN[moment]} the block looks at ${SOURCE[bestOf(moment)]}.`,
    content: column([
      frame(selection, "block", "One block, between what was written and what is read", block(sizes)),
      frame(selection, "writing", `Masked self-attention: ${WRITTEN[moment]}, position ${moment + 1}, sees what is written`, own(moment)),
      frame(selection, "reading", "Cross-attention: queries from here, keys and values from the encoder", cross(moment)),
      frame(selection, "costs", "Where parameters and multiply-accumulates are", costs(sizes)),
    ]),
    edges: edgesOf(isNormFirst),
    moments: { count: WRITTEN.length, perRow: 1, names: "position" },
  }
}

const bestOf = (position: number): number => {
  const weights = crossWeights(position)
  return weights.indexOf(Math.max(...weights))
}

const flows = (...ids: readonly string[]): readonly Edge[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to, kind: "flow" }))

/** The way through the block, in its order. */
const chainOf = (isNormFirst: boolean): readonly string[] =>
  ["self", "cross", "feed"].flatMap((part, at) => (isNormFirst ? [`norm${at}`, part, `plus${at}`] : [part, `plus${at}`, `norm${at}`]))

function edgesOf(isNormFirst: boolean): readonly Edge[] {
  const chain = chainOf(isNormFirst)
  const starts = isNormFirst ? ["in", "plus0", "plus1"] : ["in", "norm0", "norm1"]
  return [
    ...flows("in", ...chain),
    ...starts.map((from, at): Edge => ({ from, to: `plus${at}`, kind: "flow", direction: "over", tone: "input" })),
    { from: "memory", to: "cross", kind: "flow", direction: "up", tone: "third" },
  ]
}

function block({ width, heads, inner, target, source, isNormFirst }: DecoderSizes): Part {
  const box = (id: string, tone: Tone, label: string, detail: string, wide: number): Part => ({
    kind: "box",
    id,
    tone,
    label,
    ...(detail !== "" && { detail }),
    width: wide,
  })
  const parts: Readonly<Record<string, Part>> = {
    self: box("self", "second", "masked", `${grouped(heads)} heads`, 72),
    cross: box("cross", "third", "cross", `${grouped(heads)} heads`, 72),
    feed: box("feed", "output", "feed-forward", `${short(width)} → ${short(inner)}`, 108),
  }
  const drawn = chainOf(isNormFirst).map(
    (id): Part =>
      parts[id] ?? (id.startsWith("plus") ? { kind: "node", id, tone: "plain", text: "+", radius: 10 } : box(id, "plain", "norm", "", 44)),
  )
  const line = row([box("in", "input", "written", `${short(target)} × ${short(width)}`, 84), ...drawn], 15)
  const memory = box("memory", "third", "encoder's output", `keys and values: ${short(source)} × ${short(width)}`, 200)
  return column([words(" "), line, memory], 34)
}

function grid(
  id: string,
  label: string,
  tone: Tone,
  header: readonly string[],
  moment: number,
  cellAt: (position: number, at: number) => Cell,
): Grid {
  const rows = WRITTEN.map((word, position): readonly Cell[] => [
    { text: word, moment: position, isMarked: position === moment },
    ...header.map((_, at): Cell => ({ ...cellAt(position, at), moment: position, isFaint: position > moment })),
  ])
  return {
    kind: "grid",
    id,
    label,
    tone,
    cells: [[{ text: "" }, ...header.map((text) => ({ text }))], ...rows],
    side: 25,
    cellWidth: 50,
    window: { row: moment + 1, column: 1, rows: 1, columns: header.length },
  }
}

/** Weights alike for all that is seen: which word matters for the next is the other attention's business here. */
function own(moment: number): Part {
  const table = grid("own", "weights, if all seen words count alike", "second", WRITTEN, moment, (position, at) =>
    at > position
      ? { text: "0", isPadding: true, hint: "later: must not be seen" }
      : { text: (1 / (position + 1)).toFixed(2), strength: 1 / (position + 1) },
  )
  const line = (name: string, of: readonly string[], tone: Tone): readonly Cell[] => [
    { text: name },
    ...of.map((text, at): Cell => ({ text, tone, strength: at === moment ? 0.7 : 0.15, moment: at })),
  ]
  const shifted: Grid = {
    kind: "grid",
    id: "shifted",
    label: "training: shifted by one, all positions at once",
    tone: "plain",
    side: 25,
    cellWidth: 50,
    cells: [line("in", WRITTEN, "input"), line("target", WANTED, "output")],
  }
  const notes = words(
    [
      "The true words go in, not the block's own guesses.",
      "Without the mask each position could read its target,",
      "which stands one place further in the input.",
    ],
    {
      align: "start",
      size: "small",
      isQuiet: true,
    },
  )
  return row([table, column([shifted, notes], 14, "start")], 26)
}

function cross(moment: number): Part {
  const table = grid("align", "weights", "third", SOURCE, moment, (position, at) => {
    const weight = crossWeights(position)[at] ?? 0
    return { text: weight.toFixed(2), strength: weight }
  })
  const next = nextWords(moment)
  const bars: Part = {
    kind: "bars",
    id: "next",
    label: `next word after “${WRITTEN[moment]}”`,
    width: 110,
    rows: WANTED.map((word, at) => ({
      label: word,
      value: next[at] ?? 0,
      text: (next[at] ?? 0).toFixed(2),
      tone: at === moment ? "output" : "plain",
    })),
  }
  const best = bestOf(moment)
  const score = crossScore(moment, best)
  const sum = SOURCE.reduce((total, _, at) => total + Math.exp(crossScore(moment, at)), 0)
  const lines = [
    `“${WRITTEN[moment]}” asks, “${SOURCE[best]}” answers: q · k ÷ √${DEPTH} = ${(score * Math.sqrt(DEPTH)).toFixed(0)} ÷ ${Math.sqrt(DEPTH).toFixed(2)} = ${score.toFixed(2)};`,
    `e^${score.toFixed(2)} ÷ (sum over ${SOURCE.length}) = ${Math.exp(score).toFixed(1)} ÷ ${sum.toFixed(1)} = ${(crossWeights(moment)[best] ?? 0).toFixed(2)}. No mask: the whole source is there from the start.`,
  ]
  return column([row([table, sign("→"), bars], 22), words(lines, { align: "start" })], 12)
}

function costs(sizes: DecoderSizes): Part {
  const all = decoderCosts(sizes)
  const tones = ["second", "third", "output", "plain"] as const
  const bars = (id: string, label: string, of: "parameters" | "macs"): Part => ({
    kind: "bars",
    id,
    label: `${label}: ${short(totalOf(all, of))}`,
    width: 110,
    rows: all
      .map((cost, at) => ({
        label: cost.name,
        value: cost[of],
        text: `${short(cost[of])} (${percent(cost[of], totalOf(all, of))})`,
        tone: tones[at] ?? ("plain" as const),
      }))
      .filter(({ value }) => value > 0),
  })
  return row([bars("parameters", "parameters", "parameters"), bars("macs", "MACs", "macs")], 24, "start")
}
