/** Draws pooling: the maps, the arithmetic of one window, where gradients go back to, what a moved picture changes, and what it costs. */
import { grouped, short, sizesText } from "../knobs.ts"
import { type Cell, column, frame, type Grid, type Part, row, type Scene, type Selection, sign, type Volume, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import {
  averaged,
  covered,
  drawnPooledAxis,
  drawnValue,
  firstOf,
  gradientOf,
  kept,
  movedRight,
  type Pooled,
  pooledAt,
  pooledAxis,
  type Spot,
  weightAt,
} from "./pooling-example.ts"
import { computedPooling, readPooling } from "./pooling-numbers.ts"
import { signed } from "./sliding-example.ts"

const VERBS = { max: "largest of", average: "average of", convolution: "weighted sum of" } as const
const TITLES = { max: "Max pooling", average: "Average pooling", convolution: "Strided convolution" } as const

function exampleOf(knobs: Knobs): Pooled {
  const { image, windows, roundUp, kind, countsPadding } = readPooling(knobs)
  const [rows, columns] = [drawnPooledAxis(image[0], windows[0], roundUp), drawnPooledAxis(image[1], windows[1], roundUp)]
  return { rows, columns, kind, countsPadding, valueAt: drawnValue }
}

export function poolingScene(knobs: Knobs, selection: Selection): Scene {
  const example = exampleOf(knobs)
  const { kind, channels, image, size, windows } = readPooling(knobs)
  const { output } = computedPooling(knobs)
  const { rows, columns } = example
  const count = rows.count * columns.count
  const at = Math.min(selection.moment, count - 1)
  const spot = { row: Math.floor(at / columns.count), column: at % columns.count }
  const what = `${VERBS[kind]} ${sizesText(size)}`
  return {
    title: TITLES[kind],
    description: `${grouped(channels)} feature maps of ${sizesText(image)}. A window takes the ${what} numbers and steps by ${sizesText(windows.map(({ stride }) => stride))}: ${sizesText(output)} come out.`,
    content: column(
      [
        overview(knobs, example, spot),
        frame(selection, "cell", "How one output number is made", arithmetic(knobs, example, spot, at)),
        frame(selection, "gradient", "Where the gradient goes back to", gradients(example)),
        frame(selection, "moved", "What stays when the picture moves", moved(knobs, example)),
        frame(selection, "costs", "What it costs", costs(knobs), false),
      ],
      18,
    ),
    edges: [
      { from: "input.window", to: "step", kind: "cone" },
      { from: "step", to: "output.cell", kind: "cone", tone: "output" },
    ],
    moments: { count, perRow: columns.count, names: "output cell" },
  }
}

function overview(knobs: Knobs, { rows, columns }: Pooled, spot: Spot): Part {
  const { kind, channels, image, size, windows } = readPooling(knobs)
  const { output } = computedPooling(knobs)
  const unit = 110 / Math.max(rows.size, columns.size)
  const longest = Math.max(rows.count, columns.count)
  const front = Math.max(36, Math.min(110, unit * longest))
  const input: Volume = {
    kind: "volume",
    id: "input",
    tone: "input",
    label: "input",
    detail: sizesText([channels, ...image]),
    channels,
    rows: rows.size,
    columns: columns.size,
    width: Math.max(12, unit * columns.size),
    height: Math.max(12, unit * rows.size),
    padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
    window: { row: firstOf(rows, spot.row), column: firstOf(columns, spot.column), rows: rows.window, columns: columns.window },
  }
  const result: Volume = {
    kind: "volume",
    id: "output",
    tone: "output",
    label: "output",
    detail: sizesText(output),
    channels,
    rows: rows.count,
    columns: columns.count,
    width: Math.max(12, (front * columns.count) / longest),
    height: Math.max(12, (front * rows.count) / longest),
    cell: spot,
  }
  const strides = sizesText([...new Set(windows.map(({ stride }) => stride))])
  const step: Part = {
    kind: "box",
    id: "step",
    tone: "kernel",
    label: `${VERBS[kind]} ${sizesText(size)}`,
    detail: `stride ${strides} · ${kind === "convolution" ? "all maps together" : "each map by itself"}`,
  }
  return row([input, step, result], 60)
}

const sideFor = (count: number, width: number): number => Math.max(15, Math.min(26, Math.floor(width / count)))
const isRead = (cells: readonly (readonly { row: number; column: number }[])[], row: number, column: number): boolean =>
  cells.some((line) => line.some((cell) => cell.row === row && cell.column === column))

/** What padding holds: nothing a maximum would pick, zeros for sums. */
const paddingText = ({ kind }: Pooled): string => (kind === "max" ? "−∞" : "0")
const decimals = (value: number): string => signed(Number.isInteger(value) ? value : Number(value.toFixed(2)))
const text = (value: number): string => (Number.isFinite(value) ? decimals(value) : "−∞")

function mapGrid(example: Pooled, spot: Spot, label: string): Grid {
  const { rows, columns, valueAt } = example
  const cells = covered(example, spot)
  const largest = example.kind === "max" ? kept(cells) : undefined
  const [high, wide] = [rows.before + rows.size + rows.after, columns.before + columns.size + columns.after]
  const cell = (row: number, column: number): Cell => {
    const isPadding = row < 0 || column < 0 || row >= rows.size || column >= columns.size
    const isKept = largest?.row === row && largest.column === column
    return {
      text: isPadding ? paddingText(example) : String(valueAt(row, column)),
      ...(isPadding && { isPadding }),
      ...(isKept ? { isMarked: true, tone: "output" as const } : isRead(cells, row, column) && { isRead: true }),
    }
  }
  return {
    kind: "grid",
    id: "map",
    tone: "input",
    label,
    side: sideFor(Math.max(high, wide), 230),
    cells: Array.from({ length: high }, (_, row) =>
      Array.from({ length: wide }, (__, column) => cell(row - rows.before, column - columns.before)),
    ),
    window: { row: spot.row * rows.stride, column: spot.column * columns.stride, rows: rows.window, columns: columns.window },
  }
}

function resultGrid(example: Pooled, moment: number): Grid {
  const { rows, columns } = example
  const cell = (row: number, column: number): Cell => {
    const own = row * columns.count + column
    return {
      text: text(pooledAt(example, { row, column })),
      moment: own,
      hint: `output row ${row + 1}, column ${column + 1}`,
      ...(own === moment && { isMarked: true }),
      ...(own > moment && { isFaint: true }),
    }
  }
  const side = sideFor(Math.max(rows.count, columns.count), 150)
  const cells = Array.from({ length: rows.count }, (_, row) => Array.from({ length: columns.count }, (__, column) => cell(row, column)))
  return { kind: "grid", id: "result", tone: "output", label: "output map 1", side, cellWidth: Math.max(side, 32), cells }
}

function kernelGrid({ rows, columns }: Pooled): Grid {
  const cells = Array.from({ length: rows.window }, (_, row) =>
    Array.from({ length: columns.window }, (__, column) => ({ text: signed(weightAt(row, column)) })),
  )
  return { kind: "grid", id: "kernel", tone: "kernel", label: "weights", side: sideFor(Math.max(rows.window, columns.window), 120), cells }
}

/** Longer sums than this are not written out. */
const MOST_TERMS = 9

function equation(example: Pooled, spot: Spot): string {
  const cells = covered(example, spot)
  const all = cells.flatMap((line, down) => line.map(({ value }, across) => ({ value, weight: weightAt(down, across) })))
  const values = all.flatMap(({ value }) => (value === undefined ? [] : [String(value)]))
  const listed = values.length > MOST_TERMS ? [...values.slice(0, MOST_TERMS), "…"] : values
  const result = text(pooledAt(example, spot))
  if (example.kind === "max") return `max(${listed.join(", ")}) = ${result}`
  const { sum, divisor } = averaged(cells)
  if (example.kind === "average") return `(${listed.join(" + ")}) ÷ ${divisor} = ${sum} ÷ ${divisor} = ${result}`
  const terms = all.flatMap(({ value, weight }) => (value === undefined ? [] : [`${value}·${signed(weight)}`]))
  return `${[...terms.slice(0, MOST_TERMS), ...(terms.length > MOST_TERMS ? ["…"] : [])].join(" + ")} = ${result}`
}

function arithmetic(knobs: Knobs, example: Pooled, spot: Spot, moment: number): Part {
  const { image, kind, channels } = readPooling(knobs)
  const { rows, columns } = example
  const size = sizesText([rows.size, columns.size])
  const isReal = rows.isReal && columns.isReal
  const unread = Math.max(unreadOf(rows), unreadOf(columns))
  const ofMany = channels > 1 ? `, map 1 of ${grouped(channels)}` : ""
  const rest = unread > 0 ? ` The last ${unread === 1 ? "line is" : `${unread} lines are`} in no window.` : ""
  const others = kind === "convolution" && channels > 1 ? " Only map 1 is summed here." : ""
  return column(
    [
      row(
        [
          mapGrid(example, spot, `input${ofMany}`),
          ...(kind === "convolution" ? [sign("∗"), kernelGrid(example)] : []),
          sign("→"),
          resultGrid(example, moment),
        ],
        18,
      ),
      words(equation(example, spot), { size: "large" }),
      words(`Example numbers${isReal ? "" : `, on ${size} instead of ${sizesText(image)}`}.${rest}${others}`, {
        size: "small",
        isQuiet: true,
      }),
    ],
    14,
  )
}

/** Cells at the end that no window reaches. */
const unreadOf = ({ size, before, count, stride, window }: Pooled["rows"]): number =>
  Math.max(0, size + before - ((count - 1) * stride + window))

function gradients(example: Pooled): Part {
  const { rows, columns, kind } = example
  const given = gradientOf(example)
  const most = Math.max(...given.map(Math.abs), 1e-9)
  const cell = (row: number, column: number): Cell => {
    const value = given[row * columns.size + column] ?? 0
    return {
      text: value === 0 ? "0" : decimals(value),
      strength: (0.75 * Math.abs(value)) / most,
      ...(value < 0 && { tone: "warning" as const }),
      ...(value === 0 && { isFaint: true }),
      hint: `receives ${decimals(value)}`,
    }
  }
  const side = sideFor(Math.max(rows.size, columns.size), 230)
  const grid: Grid = {
    kind: "grid",
    id: "given",
    tone: "kernel",
    label: "gradient of the input",
    side,
    cellWidth: Math.max(side, kind === "average" ? 36 : 24),
    cells: Array.from({ length: rows.size }, (_, row) => Array.from({ length: columns.size }, (__, column) => cell(row, column))),
  }
  const reached = given.filter((value) => value !== 0).length
  const says = {
    max: ["Only the largest number of each window", "is given the output's gradient of 1."],
    average: ["All numbers under a window share", "the output's gradient of 1 evenly."],
    convolution: ["Every number is given the weights", "of the windows that cover it."],
  }[kind]
  return row([grid, words([...says, "", `${reached} of ${given.length} numbers learn here.`], { align: "start", isQuiet: true })], 26)
}

/** One line of a map, long enough to see windows move; large windows are drawn smaller. */
const LINE = 14
const MOST_WINDOW = 5

function moved(knobs: Knobs, example: Pooled): Part {
  const { size, windows, shift } = readPooling(knobs)
  const [wide, stride] = [Math.min(size[1], MOST_WINDOW), Math.min(Number(windows[1].stride), MOST_WINDOW)]
  const along = pooledAxis(LINE, LINE, { size: wide, stride, padding: 0, dilation: 1 }, false)
  const single = { size: 1, before: 0, after: 0, asked: 0, count: 1, window: 1, stride: 1, isReal: true }
  const still: Pooled = { ...example, rows: single, columns: along, valueAt: (_, column) => drawnValue(3, column) }
  const after = movedRight(still, shift)
  const results = (pooled: Pooled) => Array.from({ length: along.count }, (_, column) => pooledAt(pooled, { row: 0, column }))
  const [before, now] = [results(still), results(after)]
  const same = now.filter((value, at) => Math.abs(value - (before[at] ?? Number.NaN)) < 1e-9).length
  const line = (id: string, label: string, pooled: Pooled): Grid => ({
    kind: "grid",
    id,
    tone: "input",
    label,
    side: 24,
    cells: [
      Array.from({ length: LINE }, (_, at) => ({
        text: String(pooled.valueAt(0, at)),
        ...(pooled !== still && at < shift && { isFaint: true }),
      })),
    ],
  })
  const outcome = (id: string, label: string, values: readonly number[], expected: readonly (number | undefined)[]): Grid => ({
    kind: "grid",
    id,
    tone: "output",
    label,
    side: 24,
    cellWidth: 34,
    cells: [values.map((value, at) => resultCell(value, expected[at]))],
  })
  // A move by whole strides moves the results; what came in from the left is new.
  const expected = shift % stride === 0 ? [...new Array<undefined>(shift / stride).fill(undefined), ...before] : before
  const capped = wide < size[1] || stride < Number(windows[1].stride) ? ` (drawn with window ${wide} and stride ${stride})` : ""
  return column(
    [
      row([line("still", `one line of the picture${capped}`, still), sign("→"), outcome("still-result", "result", before, before)], 18),
      row([line("later", `moved by ${shift}`, after), sign("→"), outcome("later-result", "result", now, expected)], 18),
      words(movedText(shift, stride, same, along.count), { isQuiet: true }),
    ],
    12,
  )
}

/** Marked where it is not what was expected; faint where nothing was. */
function resultCell(value: number, expected: number | undefined): Cell {
  if (expected === undefined) return { text: text(value), isFaint: true }
  return { text: text(value), ...(Math.abs(value - expected) > 1e-9 && { tone: "warning", strength: 0.5 }) }
}

function movedText(shift: number, stride: number, same: number, count: number): readonly string[] {
  const stays = `${same} of ${count} results are as before.`
  if (shift === 0) return ["Nothing moved."]
  if (shift % stride === 0)
    return [stays, `A move by ${shift} is ${shift / stride} × the stride: the results move by ${shift / stride}, and nothing else changes.`]
  return [stays, `A move by ${shift} is no multiple of the stride ${stride}: other windows, other results, not only moved ones.`]
}

function costs(knobs: Knobs): Part {
  const { kind } = readPooling(knobs)
  const { strided, dense } = computedPooling(knobs)
  const tone = (own: boolean) => (own ? ("output" as const) : ("plain" as const))
  const bars = (id: string, label: string, convolved: number, before: number): Part => ({
    kind: "bars",
    id,
    label,
    width: 150,
    rows: [
      { label: "pooling", value: 0, text: "0", tone: tone(kind !== "convolution") },
      { label: "strided convolution", value: convolved, text: short(convolved), tone: tone(kind === "convolution") },
      { label: "stride 1, then pooling", value: before, text: short(before), tone: "third" },
    ],
  })
  return row([bars("parameters", "Parameters", strided.parameters, strided.parameters), bars("macs", "MACs", strided.macs, dense.macs)], 30)
}
