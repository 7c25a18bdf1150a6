/** Parts of the pictures of recurrent cells: vectors with their numbers, products written out, and chains unrolled in time. */
import { column, type Edge, type Grid, type Part, row, sign, type Tone, words } from "../scene.ts"
import type { Affine, Vector } from "./small-cell.ts"

export const twoDigits = (value: number): string => (Math.abs(value) < 0.005 ? "0" : value.toFixed(2).replace("-", "−"))

const SIDE = 24
const WIDE = 46

/** `isKnown` is false before its moment; `isNow` marks what this moment computes. */
export interface Showing {
  readonly isKnown?: boolean
  readonly isNow?: boolean
  readonly detail?: string
}

/** Numbers one below the other. */
export function vector(
  id: string,
  label: string,
  values: Vector,
  tone: Tone,
  { isKnown = true, isNow = false, detail }: Showing = {},
): Grid {
  return {
    kind: "grid",
    id,
    tone,
    label,
    side: SIDE,
    cellWidth: WIDE,
    cells: values.map((value) => [{ text: isKnown ? twoDigits(value) : "·", isFaint: !isKnown, isMarked: isNow }]),
    ...(detail !== undefined && { detail }),
  }
}

/** Numbers side by side, some of another colour. */
export function wideVector(id: string, label: string, values: Vector, tones: readonly Tone[], detail?: string): Grid {
  return {
    kind: "grid",
    id,
    tone: "input",
    label,
    side: SIDE,
    cellWidth: WIDE,
    cells: [values.map((value, at) => ({ text: twoDigits(value), tone: tones[at] ?? "input" }))],
    ...(detail !== undefined && { detail }),
  }
}

const matrix = (id: string, label: string, rows: readonly Vector[], tone: Tone): Grid => ({
  kind: "grid",
  id,
  tone,
  label,
  side: SIDE,
  cellWidth: 38,
  cells: rows.map((cells) => cells.map((value) => ({ text: twoDigits(value).replace(/0$/, "") }))),
})

/** W · [x; h] + b = z → bend. */
export function affineLine(
  name: string,
  { weights, bias }: Affine,
  reading: Vector,
  sums: Vector,
  bend: string,
  result: { readonly label: string; readonly values: Vector; readonly tone: Tone },
): Part {
  return row(
    [
      matrix("line-weights", `W${name}`, weights, "kernel"),
      sign("·"),
      vector("line-reading", "[x; h]", reading, "input"),
      sign("+"),
      vector("line-bias", `b${name}`, bias, "kernel"),
      sign("="),
      vector("line-sums", "sum", sums, "plain"),
      words(`${bend} →`),
      vector("line-result", result.label, result.values, result.tone, { isNow: true }),
    ],
    10,
  )
}

/** a ⊙ b + c ⊙ d = e, with the signs between. */
export function elementwise(items: readonly (readonly [label: string, values: Vector, tone: Tone] | string)[]): Part {
  return row(
    items.map((item, at) =>
      typeof item === "string" ? sign(item) : vector(`term${at}`, item[0], item[1], item[2], { isNow: at === items.length - 1 }),
    ),
    10,
  )
}

export interface Chain {
  /** "LSTM" */
  readonly name: string
  readonly length: number
  readonly layers: number
  readonly directions: 1 | 2
  /** What runs along, such as "h, c". */
  readonly carried: string
  /** The step that is looked at. */
  readonly step: number
  readonly sizes: { readonly x: string; readonly h: string }
}

const MOST_STEPS = 4
const MOST_LAYERS = 3

export const shownSteps = (length: number): number => Math.min(length, MOST_STEPS)

/** The same cells at each step; what is left out is said. */
export function chain({ name, length, layers, directions, step, sizes }: Chain): Part {
  const drawn = Math.min(layers, MOST_LAYERS)
  const cells = (time: number): Part[] =>
    Array.from({ length: drawn }, (_, index) => drawn - 1 - index).flatMap((layer): Part[] => [
      ...(directions === 2 ? [cellBox(`back${layer}-${time}`, `${name} ←`, "second", time === step)] : []),
      cellBox(`cell${layer}-${time}`, directions === 2 ? `${name} →` : name, "kernel", time === step),
    ])
  const times = Array.from({ length: shownSteps(length) }, (_, time) =>
    column(
      [
        { kind: "node", id: `h${time}`, tone: "output", text: `h${subscript(time + 1)}`, radius: 15, strength: time === step ? 0.5 : 0.16 },
        ...cells(time),
        { kind: "node", id: `x${time}`, tone: "input", text: `x${subscript(time + 1)}`, radius: 15, strength: time === step ? 0.5 : 0.16 },
      ],
      26,
    ),
  )
  const more = length > times.length ? [words([`… ${length} steps`, "with the same", "weights"], { isQuiet: true, size: "small" })] : []
  const left = layers > drawn ? [words(`${layers - drawn} more layers between are not drawn`, { isQuiet: true, size: "small" })] : []
  return column([row([legend(sizes), ...times, ...more], 48), ...left], 10)
}

const cellBox = (id: string, label: string, tone: Tone, isNow: boolean): Part => ({
  kind: "box",
  id,
  tone: isNow ? "output" : tone,
  label,
  width: 74,
})

const legend = ({ x, h }: Chain["sizes"]): Part =>
  words([`h: ${h} numbers`, "goes up and on", "", `x: ${x} numbers`, "come in"], { isQuiet: true, size: "small", align: "start" })

const DIGITS = "₀₁₂₃₄₅₆₇₈₉"
export const subscript = (value: number): string => [...String(value)].map((digit) => DIGITS[Number(digit)] ?? digit).join("")

/** Up through the layers, on through time, and back for the other direction. */
export function chainEdges({ length, layers, directions, carried }: Chain): readonly Edge[] {
  const [steps, drawn] = [shownSteps(length), Math.min(layers, MOST_LAYERS)]
  const edges: Edge[] = []
  for (let time = 0; time < steps; time++) {
    const rows = [`x${time}`]
    for (let layer = 0; layer < drawn; layer++) {
      rows.push(`cell${layer}-${time}`, ...(directions === 2 ? [`back${layer}-${time}`] : []))
      if (time + 1 === steps) continue
      const label = layer === 0 && time === 0 ? { label: carried } : {}
      edges.push({ from: `cell${layer}-${time}`, to: `cell${layer}-${time + 1}`, kind: "flow", tone: "kernel", ...label })
      if (directions === 2)
        edges.push({ from: `back${layer}-${time + 1}`, to: `back${layer}-${time}`, kind: "flow", tone: "second", direction: "left" })
    }
    rows.push(`h${time}`)
    for (let at = 0; at + 1 < rows.length; at++)
      edges.push({ from: rows[at] as string, to: rows[at + 1] as string, kind: "flow", direction: "up" })
  }
  return edges
}
