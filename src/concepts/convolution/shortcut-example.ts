/** A shortcut in numbers: one layer that adds to two numbers, and one that appends to them, with the slope that goes back through the sum. */
import { column, type Part, row, sign, words } from "../scene.ts"
import { twoDigits, vector } from "../sequences/cell-parts.ts"

/** Small weights, as layers have at first. */
const WEIGHTS = [
  [0.6, -0.4],
  [0.3, 0.5],
] as const
const FIRST = [1, -0.5]

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, at) => sum + value * (right[at % right.length] ?? 0), 0)

const made = (values: readonly number[]): readonly number[] => WEIGHTS.map((weights) => Math.tanh(dot(values, weights)))

/** What goes into the layer, counted from 0. */
function addedUpTo(layer: number): readonly number[] {
  let values: readonly number[] = FIRST
  for (let at = 0; at < layer; at++) values = plus(values, made(values))
  return values
}

const plus = (left: readonly number[], right: readonly number[]): readonly number[] => left.map((value, at) => value + (right[at] ?? 0))

function appendedUpTo(layer: number): readonly number[] {
  let values: readonly number[] = FIRST
  for (let at = 0; at < layer; at++) values = [...values, Math.tanh(dot(values, WEIGHTS[0]))]
  return values
}

export function shortcutExample(layer: number): Part {
  const [before, joined] = [addedUpTo(layer), appendedUpTo(layer)]
  const added = made(before)
  const after = plus(before, added)
  const appended = appendedUpTo(layer + 1)
  const own = (WEIGHTS[0][0] ?? 0) * (1 - (added[0] ?? 0) ** 2)
  const residual = row(
    [
      vector("example-before", "x", before, "input"),
      sign("+"),
      vector("example-made", "F(x)", added, "kernel"),
      sign("="),
      vector("example-after", "goes on", after, "output", { isNow: true }),
    ],
    14,
  )
  const dense = row(
    [
      wide("example-joined", "all so far", joined, -1),
      sign("→"),
      wide("example-appended", "with F(x) appended", appended, appended.length - 1),
    ],
    14,
  )
  return column(
    [
      row([residual, dense], 48),
      words(
        `slope back through the sum: 1 + ${twoDigits(own)} = ${twoDigits(1 + own)}; without the shortcut only ${twoDigits(own)} would be left`,
        {
          isQuiet: true,
        },
      ),
    ],
    12,
  )
}

/** Side by side, the new one marked; of many the last ones. */
const MOST = 6
function wide(id: string, label: string, values: readonly number[], marked: number): Part {
  const from = Math.max(0, values.length - MOST)
  const cells = values
    .slice(from)
    .map((value, at) => ({ text: twoDigits(value), isMarked: from + at === marked, ...(from + at >= 2 && { tone: "second" as const }) }))
  return { kind: "grid", id, tone: "input", label, side: 24, cellWidth: 42, cells: [cells] }
}
