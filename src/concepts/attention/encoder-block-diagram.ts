/** The picture of an encoder block: its parts in their order, one position's numbers on their way, both orders side by side, and what they cost. */
import { grouped, percent, short } from "../knobs.ts"
import { column, type Edge, frame, type Grid, type Part, row, type Scene, type Selection, sign, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { CAME, encoderCosts, type EncoderSizes, MADE, normal, readEncoder, sumOf } from "./encoder-sizes.ts"

export function encoderBlockScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readEncoder(knobs)
  const { width, heads, inner, length, isNormFirst } = sizes
  return {
    title: "Encoder block",
    description: `${length} positions of ${width} numbers pass self-attention with ${heads} heads and a feed-forward network of ${inner}, each with a shortcut and normalised ${isNormFirst ? "before" : "after"} it.`,
    content: column([
      frame(
        selection,
        "block",
        `One block, ${isNormFirst ? "pre-norm: normalised before each part" : "post-norm: normalised after each sum"}`,
        block(sizes),
      ),
      frame(selection, "position", "One position, four numbers wide, through one part", onePosition(isNormFirst)),
      frame(selection, "orders", "The two orders, three parts deep", orders(isNormFirst)),
      frame(selection, "costs", "Where parameters and multiply-accumulates are", costs(sizes)),
    ]),
    edges: [...around("", isNormFirst), ...orderEdges("post", false), ...orderEdges("pre", true)],
  }
}

const flows = (ids: readonly string[]): readonly Edge[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? "", to, kind: "flow" }))

const chainOf = (isNormFirst: boolean): readonly string[] =>
  ["self", "feed"].flatMap((part, at) => (isNormFirst ? [`norm${at}`, part, `plus${at}`] : [part, `plus${at}`, `norm${at}`]))

function around(prefix: string, isNormFirst: boolean): readonly Edge[] {
  const starts = isNormFirst ? ["in", "plus0"] : ["in", "norm0"]
  return [
    ...flows(["in", ...chainOf(isNormFirst), "out"].map((id) => prefix + id)),
    ...starts.map((from, at): Edge => ({ from: prefix + from, to: `${prefix}plus${at}`, kind: "flow", direction: "over", tone: "input" })),
  ]
}

const box = (id: string, tone: Tone, label: string, detail: string, width: number): Part => ({
  kind: "box",
  id,
  tone,
  label,
  ...(detail !== "" && { detail }),
  width,
})
const plus = (id: string): Part => ({ kind: "node", id, tone: "plain", text: "+", radius: 10 })

function block({ width, heads, inner, length, isNormFirst }: EncoderSizes): Part {
  const parts: Readonly<Record<string, Part>> = {
    self: box("self", "second", "self-attention", `${grouped(heads)} heads, both sides`, 126),
    feed: box("feed", "third", "feed-forward", [width, inner, width].map(short).join(" → "), 142),
  }
  const size = `${short(length)} × ${short(width)}`
  const drawn = chainOf(isNormFirst).map((id) => parts[id] ?? (id.startsWith("plus") ? plus(id) : box(id, "kernel", "norm", "", 50)))
  const note = words("positions meet in the attention only; the feed-forward network is the same at each of them", {
    isQuiet: true,
    size: "small",
  })
  return column([words(" "), row([box("in", "input", "in", size, 78), ...drawn, box("out", "output", "out", size, 78)], 20), note], 14)
}

const signed = (value: number): string => String(Number(value.toFixed(2))).replace("-", "−")
const vector = (id: string, tone: Tone, label: string, values: readonly number[]): Grid => ({
  kind: "grid",
  id,
  tone,
  label,
  side: 24,
  cellWidth: 40,
  cells: [values.map((value) => ({ text: signed(value), strength: Math.min(1, Math.abs(value) / 4) }))],
})

function onePosition(isNormFirst: boolean): Part {
  const read = isNormFirst ? normal(CAME) : [...CAME]
  const sum = CAME.map((value, at) => value + (MADE[at] ?? 0))
  const mean = (isNormFirst ? CAME : sum).reduce((total, value) => total + value, 0) / CAME.length
  const of: readonly number[] = isNormFirst ? CAME : sum
  const spread = Math.sqrt(of.reduce((total, value) => total + (value - mean) ** 2, 0) / of.length)
  const came = vector("came", "input", "came in", CAME)
  const made = vector("made", "second", "the part made", MADE)
  const normalText = `mean ${signed(mean)}, spread ${signed(spread)}: (${signed(of[0] ?? 0)} − ${signed(mean)}) ÷ ${signed(spread)} = ${signed(normal(of)[0] ?? 0)}`
  const line = isNormFirst
    ? row([came, sign("→"), vector("read", "kernel", "normalised: the part reads this", read), sign("→"), made], 10)
    : row([came, sign("+"), made, sign("="), vector("sum", "plain", "sum", sum)], 10)
  const end = isNormFirst
    ? row(
        [
          vector("kept", "input", "came in, as it was", CAME),
          sign("+"),
          vector("again", "second", "the part made", MADE),
          sign("="),
          vector("result", "output", "goes on", sum),
        ],
        10,
      )
    : row([sign("→"), vector("result", "output", "normalised: goes on", normal(sum))], 10)
  return column([line, end, words(normalText)], 12)
}

const SHOWN_PARTS = 3

function orderEdges(prefix: string, isNormFirst: boolean): readonly Edge[] {
  const ids = Array.from({ length: SHOWN_PARTS }, (_, at) =>
    isNormFirst ? [`${prefix}n${at}`, `${prefix}p${at}`, `${prefix}s${at}`] : [`${prefix}p${at}`, `${prefix}s${at}`, `${prefix}n${at}`],
  )
  const starts = [`${prefix}start`, ...ids.map((each) => each.at(-1) ?? "")]
  return [
    ...flows([`${prefix}start`, ...ids.flat(), `${prefix}end`]),
    ...ids.map((_, at): Edge => ({ from: starts[at] ?? "", to: `${prefix}s${at}`, kind: "flow", direction: "over", tone: "input" })),
  ]
}

function orders(isNormFirst: boolean): Part {
  const line = (prefix: string, isPre: boolean): Part =>
    row(
      [
        { kind: "node", id: `${prefix}start`, tone: "input", text: "x", radius: 10 },
        ...Array.from({ length: SHOWN_PARTS }, (_, at) => {
          const norm = box(`${prefix}n${at}`, "kernel", "norm", "", 48)
          const part = box(`${prefix}p${at}`, "second", "part", "", 44)
          return isPre ? [norm, part, plus(`${prefix}s${at}`)] : [part, plus(`${prefix}s${at}`), norm]
        }).flat(),
        { kind: "node", id: `${prefix}end`, tone: "output", text: "x", radius: 10 },
      ],
      17,
    )
  const told = (isPre: boolean, text: string): Part => words(`${text}${isPre === isNormFirst ? " (chosen)" : ""}`, { size: "small" })
  return column(
    [
      told(false, "post-norm: every sum is normalised, so no way through is free"),
      words(" ", { size: "small" }),
      line("post", false),
      told(true, "pre-norm: the upper way leads through untouched; the sum grows"),
      words(" ", { size: "small" }),
      line("pre", true),
    ],
    8,
  )
}

function costs(sizes: EncoderSizes): Part {
  const all = encoderCosts(sizes)
  const tones = ["second", "warning", "third", "plain"] as const
  const bars = (id: string, label: string, of: "parameters" | "macs"): Part => ({
    kind: "bars",
    id,
    label: `${label}: ${short(sumOf(all, of))}`,
    width: 110,
    rows: all
      .map((cost, at) => ({
        label: cost.name,
        value: cost[of],
        text: `${short(cost[of])} (${percent(cost[of], sumOf(all, of))})`,
        tone: tones[at] ?? ("plain" as const),
      }))
      .filter(({ value }) => value > 0),
  })
  return row([bars("parameters", "parameters", "parameters"), bars("macs", "MACs", "macs")], 24, "start")
}
