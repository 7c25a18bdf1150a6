/** The picture of BERT: text to ids, ids to sums of vectors, attention to both sides, what pre-training asks, and the head on top. */
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
import { attentionAt, positionVector, segmentVector, summed, tokenVector } from "./bert-example.ts"
import { type BertSizes, bertParameters, readBert, TASKS } from "./bert-sizes.ts"
import { type Formatted, formatted, hiddenIn, pairOf } from "./bert-tokens.ts"

export function bertScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readBert(knobs)
  const text = formatted(knobs)
  const moment = Math.max(0, Math.min(text.tokens.length - 1, selection.moment))
  return {
    title: "BERT",
    description: `${text.tokens.length} tokens, ${text.tokens.length - text.real} of them padding, each the sum of a token's, a segment's and a position's vector, pass ${sizes.layers} blocks in which every token attends to all that are not padding. Tokens: ${text.tokens.slice(0, text.real).join(" ")}.`,
    content: column([
      frame(selection, "input", `Input: pieces and four rows of ids; position id ${moment}`, input(text, moment)),
      frame(selection, "encoder", `Encoder: ${grouped(sizes.layers)} blocks that see both sides`, encoder(text, sizes, moment)),
      frame(selection, "training", "Pre-training: hidden tokens, and does B follow A?", training(text, knobs)),
      frame(selection, "tuning", "Fine-tuning: what is new and what is kept", tuning(sizes)),
    ]),
    edges: EDGES,
    moments: { count: text.tokens.length, perRow: 1, names: "position" },
  }
}

const flows = (...ids: readonly string[]): readonly Edge[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to, kind: "flow" }))
const EDGES: readonly Edge[] = [
  ...flows("sum", "blocks", "vectors").map((edge) => ({ ...edge, direction: "down" as const })),
  ...flows("kept", "new"),
]

const SEGMENT_TONES: readonly Tone[] = ["first", "third"]
const cellWidth = ({ tokens }: Formatted): number => Math.max(30, Math.min(46, Math.floor(640 / tokens.length)))

function input(text: Formatted, moment: number): Part {
  const isPadding = (at: number): boolean => text.mask[at] === 0
  const line = (name: string, of: (at: number) => Partial<Cell> & { readonly text: string }): readonly Cell[] => [
    { text: name },
    ...text.tokens.map((_, at): Cell => ({ moment: at, isPadding: isPadding(at), isRead: at === moment, ...of(at) })),
  ]
  const tone = (at: number): Tone => SEGMENT_TONES[text.segments[at] ?? 0] as Tone
  const table: Grid = {
    kind: "grid",
    id: "ids",
    tone: "plain",
    label: "",
    side: 24,
    cellWidth: cellWidth(text),
    cells: [
      line("token", (at) => ({ text: text.tokens[at] ?? "", tone: tone(at), strength: isPadding(at) ? 0 : 0.3 })),
      line("id", (at) => ({ text: String(text.ids[at]) })),
      line("mask", (at) => ({ text: String(text.mask[at]) })),
      line("seg.", (at) => ({ text: String(text.segments[at]), tone: tone(at), strength: isPadding(at) ? 0 : 0.3 })),
      line("pos.", (at) => ({ text: String(at) })),
    ],
  }
  return column(
    [
      table,
      words("“##” continues a word; ids are those of a small vocabulary made for the examples", { isQuiet: true }),
      sums(text, moment),
    ],
    12,
  )
}

const signed = (value: number): string => value.toFixed(1).replace("-", "−")

function sums(text: Formatted, moment: number): Part {
  const vector = (id: string, tone: Tone, label: string, values: readonly number[]): Grid => ({
    kind: "grid",
    id,
    tone,
    label,
    side: 24,
    cellWidth: 34,
    cells: [values.map((value) => ({ text: signed(value), strength: Math.min(1, Math.abs(value) / 2) }))],
  })
  const [token, segment] = [text.tokens[moment] ?? "", text.segments[moment] ?? 0]
  return row(
    [
      vector("token-vector", "input", `token ${token}`, tokenVector(text.ids[moment] ?? 0)),
      sign("+"),
      vector("segment-vector", SEGMENT_TONES[segment] as Tone, `segment ${segment}`, segmentVector(segment)),
      sign("+"),
      vector("position-vector", "kernel", `position ${moment}`, positionVector(moment)),
      sign("="),
      vector("sum-vector", "output", "into block 1", summed(text, moment)),
    ],
    9,
  )
}

function encoder(text: Formatted, { layers, heads, width, inner }: BertSizes, moment: number): Part {
  const side = Math.max(14, Math.min(22, Math.floor(300 / text.tokens.length)))
  const weights = text.tokens.map((_, position) => attentionAt(text, position))
  const heat: Grid = {
    kind: "grid",
    id: "heat",
    tone: "second",
    label: "one head: each row attends to the columns",
    side,
    cells: text.tokens.map((_, position) =>
      text.tokens.map((__, other): Cell => {
        const weight = weights[position]?.[other] ?? 0
        return {
          text: "",
          moment: position,
          strength: Math.min(1, 2 * weight),
          isPadding: text.mask[other] === 0,
          hint: `${position} to ${other}: ${weight.toFixed(2)}`,
        }
      }),
    ),
    window: { row: moment, column: 0, rows: 1, columns: text.tokens.length },
  }
  const own = weights[moment] ?? []
  const best = own.map((weight, other) => ({ weight, other })).toSorted((one, two) => two.weight - one.weight)
  const told = best
    .filter(({ weight }) => weight > 0)
    .slice(0, 4)
    .map(({ weight, other }) => ({
      label: `${text.tokens[other]} (${other})`,
      value: weight,
      text: weight.toFixed(2),
      tone: other > moment ? ("third" as const) : ("second" as const),
    }))
  const chain = column(
    [
      { kind: "box", id: "sum", tone: "output", label: "sum, then norm", detail: `${short(width)} numbers`, width: 150 },
      {
        kind: "box",
        id: "blocks",
        tone: "second",
        label: `${grouped(layers)} blocks`,
        detail: `${grouped(heads)} heads; ${short(width)} → ${short(inner)} → ${short(width)}`,
        width: 190,
      },
      { kind: "box", id: "vectors", tone: "first", label: "C, T₁, T₂, …", detail: "C stands at [CLS]", width: 150 },
    ],
    26,
  )
  const bars: Part = { kind: "bars", id: "most", label: `${text.tokens[moment]} at ${moment} attends most to`, width: 110, rows: told }
  const note = words(["no causal mask: later tokens count too;", "padding's weight is exactly 0"], { isQuiet: true, align: "start" })
  return row([chain, heat, column([bars, note], 16, "start")], 30)
}

function training(text: Formatted, knobs: Knobs): Part {
  const hidden = hiddenIn(text, knobs)
  const { follows } = pairOf(knobs)
  const at = new Map(hidden.map((each) => [each.position, each]))
  const shown = text.tokens.slice(0, text.real)
  const cells: Grid["cells"] = [
    [{ text: "token" }, ...shown.map((token): Cell => ({ text: token, tone: "input", strength: 0.15 }))],
    [
      { text: "input" },
      ...shown.map((token, position): Cell => {
        const changed = at.get(position)
        return changed
          ? { text: changed.shown, tone: "warning", strength: 0.4, hint: changed.how }
          : { text: token, tone: "input", strength: 0.15 }
      }),
    ],
    [{ text: "target" }, ...shown.map((_, position): Cell => ({ text: at.get(position)?.original ?? "", isMarked: at.has(position) }))],
  ]
  const grid: Grid = { kind: "grid", id: "masked", tone: "output", label: "", cells, side: 24, cellWidth: Math.max(40, cellWidth(text)) }
  const lines = hidden.map(({ position, original, how }) => `position ${position}, “${original}”: ${how}`)
  const next =
    follows === undefined
      ? "one sentence alone: no question about a second one"
      : follows
        ? "C must tell: B follows A (yes)"
        : "C must tell: B is a random sentence (no)"
  return column([grid, words([...lines, next], { align: "start" })], 12)
}

function tuning(sizes: BertSizes): Part {
  const { encoder: kept, head } = bertParameters(sizes)
  const title = TASKS.find(({ value }) => value === sizes.task)?.label ?? ""
  return row(
    [
      { kind: "box", id: "kept", tone: "second", label: "pre-trained encoder", detail: `${short(kept)} parameters`, width: 160 },
      { kind: "box", id: "new", tone: "output", label: "head", detail: `${short(head)} new parameters`, width: 150 },
      column(
        [words(title, { size: "small" }), words(`new: ${percent(head, head + kept)} of all`, { size: "small", isQuiet: true })],
        4,
        "start",
      ),
    ],
    34,
  )
}
