/** The picture of a transformer: both stacks and the way between them, writing word by word, and where parameters and work are. */
import { grouped, percent, short } from "../knobs.ts"
import { type Cell, column, type Edge, frame, type Grid, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { crossWeights, nextWords, SOURCE, WANTED, WRITTEN } from "./decoder-example.ts"
import { readTransformer, transformerCosts, type TransformerSizes } from "./transformer-sizes.ts"

export function transformerScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readTransformer(knobs)
  const moment = Math.max(0, Math.min(WRITTEN.length - 1, selection.moment))
  const { encoders, decoders, width } = sizes
  return {
    title: "Transformer",
    description: `${encoders} encoder blocks read ${sizes.source} tokens of ${width} numbers; ${decoders} decoder blocks write, looking at what is written and at the encoder's output. In the example “${WANTED[moment]}” is written after “${WRITTEN[moment]}”.`,
    content: column([
      frame(selection, "whole", "The whole: one side reads, the other writes", whole(sizes)),
      frame(selection, "writing", `Writing: step ${moment + 1} of ${WRITTEN.length}`, writing(moment)),
      frame(selection, "costs", "Where parameters and multiply-accumulates are", costs(sizes)),
    ]),
    edges: [
      ...flows("source", "read-table", "encoder", "memory"),
      ...flows("target", "write-table", "self", "cross", "feed", "head"),
      { from: "memory", to: "cross", kind: "flow", direction: "down", tone: "third" },
    ],
    moments: { count: WRITTEN.length, perRow: 1, names: "step" },
  }
}

const flows = (...ids: readonly string[]): readonly Edge[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to, kind: "flow" }))
const box = (id: string, tone: Tone, label: string, detail: string, width: number): Part => ({
  kind: "box",
  id,
  tone,
  label,
  detail,
  width,
})

function whole({ encoders, decoders, width, heads, inner, vocabulary, source, target }: TransformerSizes): Part {
  const reading = row(
    [
      box("source", "input", "source", `${short(source)} tokens`, 84),
      box("read-table", "kernel", "embed", "+ position", 84),
      box(
        "encoder",
        "second",
        `${grouped(encoders)} encoder blocks`,
        `self-attention, ${short(width)} → ${short(inner)} → ${short(width)}`,
        220,
      ),
      box("memory", "third", "keys, values", "for all decoder blocks", 144),
    ],
    26,
  )
  const decoder = row(
    [
      box("self", "second", "masked", `${grouped(heads)} heads`, 78),
      box("cross", "third", "cross", `${grouped(heads)} heads`, 78),
      box("feed", "fourth", "feed-forward", short(inner), 100),
    ],
    18,
  )
  const below = row(
    [
      box("target", "input", "so far", `${short(target)} tokens`, 84),
      box("write-table", "kernel", "embed", "+ position", 84),
      column([decoder, words(`${grouped(decoders)} decoder blocks of these three parts`, { size: "small", isQuiet: true })], 8),
      box("head", "output", "next token", `${short(vocabulary)} scores`, 100),
    ],
    26,
  )
  return column([reading, below], 48)
}

function writing(moment: number): Part {
  const weights = crossWeights(moment)
  const read: Grid = {
    kind: "grid",
    id: "read",
    tone: "third",
    label: "encoder: computed once; shaded by what this step reads",
    side: 25,
    cellWidth: 62,
    cells: [SOURCE.map((text, at): Cell => ({ text, strength: weights[at] ?? 0, hint: `weight ${(weights[at] ?? 0).toFixed(2)}` }))],
  }
  const line: Grid = {
    kind: "grid",
    id: "written",
    tone: "output",
    label: "decoder: each step's word goes in at the next",
    side: 25,
    cellWidth: 62,
    cells: [
      WRITTEN.map(
        (text, at): Cell => (at <= moment ? { text, tone: "input", strength: 0.35, moment: at } : { text: "", isFaint: true, moment: at }),
      ),
      WANTED.map(
        (text, at): Cell =>
          at <= moment
            ? { text, isMarked: at === moment, strength: at === moment ? 0.7 : 0.2, moment: at }
            : { text: "", isFaint: true, moment: at },
      ),
    ],
  }
  const next = nextWords(moment)
  const bars: Part = {
    kind: "bars",
    id: "next",
    label: `after “${WRITTEN[moment]}”`,
    width: 90,
    rows: WANTED.map((label, at) => ({
      label,
      value: next[at] ?? 0,
      text: (next[at] ?? 0).toFixed(2),
      tone: at === moment ? "output" : "plain",
    })),
  }
  return row([column([read, line], 16), bars], 26)
}

function costs(sizes: TransformerSizes): Part {
  const { parts, parameters, macs } = transformerCosts(sizes)
  const tones = ["kernel", "second", "third"] as const
  const bars = (id: string, label: string, of: "parameters" | "macs", total: number): Part => ({
    kind: "bars",
    id,
    label: `${label}: ${short(total)}`,
    width: 100,
    rows: parts.map((part, at) => ({
      label: part.name,
      value: part[of],
      text: `${short(part[of])} (${percent(part[of], total)})`,
      tone: tones[at] ?? "plain",
    })),
  })
  return row([bars("parameters", "parameters", "parameters", parameters), bars("macs", "MACs", "macs", macs)], 20, "start")
}
