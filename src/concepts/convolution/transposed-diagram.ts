/** Draws a transposed convolution: one number paints a kernel, the sum grows, and how often each cell is painted. */
import { grouped, sizesText } from "../knobs.ts"
import { type Cell, column, frame, type Grid, type Part, row, type Scene, type Selection, sign, type Volume, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { signed } from "./sliding-example.ts"
import { computedTransposed, paintAt, type PaintedAxis, paintedAxis, paintedOn, pixelAt, readTransposed } from "./transposing.ts"

/** Fewer where the result would not fit. */
const MOST_FROM = 3
const MOST_CELLS = 12

interface Drawn {
  readonly rows: PaintedAxis
  readonly columns: PaintedAxis
  readonly isReal: boolean
}

/** As much of the map as can be drawn, by the same rule of sizes. */
function drawnOf(knobs: Knobs): Drawn {
  const { image, windows } = readTransposed(knobs)
  const fitting = (axis: 0 | 1): number => {
    const { size, stride, padding } = windows[axis]
    const [wide, step, cut] = [Number(size), Number(stride), typeof padding === "number" ? padding : 0]
    let from = Math.min(image[axis], MOST_FROM)
    while (from > 1 && (from - 1) * step + wide > MOST_CELLS) from--
    // So many that something is left when the edges are cut.
    return Math.min(image[axis], Math.max(from, Math.ceil((1 + 2 * cut - wide) / step) + 1))
  }
  const from: readonly [number, number] = [fitting(0), fitting(1)]
  const { output } = computedTransposed(knobs, from)
  return {
    rows: paintedAxis(from[0], output[1] ?? 1, windows[0]),
    columns: paintedAxis(from[1], output[2] ?? 1, windows[1]),
    isReal: from[0] === image[0] && from[1] === image[1],
  }
}

export function transposedScene(knobs: Knobs, selection: Selection): Scene {
  const { inChannels, filters, image, size, windows } = readTransposed(knobs)
  const { output } = computedTransposed(knobs)
  const drawn = drawnOf(knobs)
  const count = drawn.rows.from * drawn.columns.from
  const moment = Math.min(selection.moment, count - 1)
  return {
    title: "Transposed convolution",
    description: `Each of the ${sizesText(image)} places of ${grouped(inChannels)} maps paints kernels of ${sizesText(size)}, ${sizesText(windows.map(({ stride }) => stride))} apart; they add up to ${grouped(filters)} maps of ${sizesText(output.slice(1))}.`,
    content: column(
      [
        overview(knobs, drawn, moment),
        frame(selection, "cell", "What one number paints", arithmetic(knobs, drawn, moment)),
        frame(selection, "coverage", "How often each cell is painted", painted(knobs, drawn)),
      ],
      18,
    ),
    edges: [
      { from: "input.cell", to: "kernel.front", kind: "cone" },
      { from: "kernel.front", to: "output.window", kind: "cone", tone: "output" },
    ],
    moments: { count, perRow: drawn.columns.from, names: "painted number" },
  }
}

const spotOf = ({ columns }: Drawn, moment: number) => ({ row: Math.floor(moment / columns.from), column: moment % columns.from })

/** The painted cells that are left when the edges are cut. */
function windowOf({ rows, columns }: Drawn, moment: number) {
  const spot = spotOf({ rows, columns, isReal: true }, moment)
  const along = ({ stride, before, size, to }: PaintedAxis, at: number) => {
    const start = Math.max(0, at * stride - before)
    return { start, length: Math.max(0, Math.min(to, at * stride - before + size) - start) }
  }
  const [down, across] = [along(rows, spot.row), along(columns, spot.column)]
  return { row: down.start, column: across.start, rows: down.length, columns: across.length }
}

function overview(knobs: Knobs, drawn: Drawn, moment: number): Part {
  const { inChannels, filters, image, size } = readTransposed(knobs)
  const { rows, columns } = drawn
  const unit = Math.min(20, 110 / Math.max(rows.to, columns.to))
  const volume = (
    id: string,
    tone: Volume["tone"],
    label: string,
    channels: number,
    lines: readonly [number, number],
    detail: string,
    more: Partial<Volume>,
  ): Volume => ({
    kind: "volume",
    id,
    tone,
    label,
    detail,
    channels,
    rows: lines[0],
    columns: lines[1],
    width: Math.max(12, unit * lines[1]),
    height: Math.max(12, unit * lines[0]),
    ...more,
  })
  return row(
    [
      volume("input", "input", "input", inChannels, [rows.from, columns.from], sizesText([inChannels, ...image]), {
        cell: spotOf(drawn, moment),
      }),
      volume("kernel", "kernel", "kernel of one channel", filters, size, sizesText([filters, ...size]), {}),
      volume("output", "output", "output", filters, [rows.to, columns.to], sizesText(computedTransposed(knobs).output), {
        window: windowOf(drawn, moment),
      }),
    ],
    60,
  )
}

const cells = (rows: number, columns: number, cell: (row: number, column: number) => Cell): Cell[][] =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => cell(row, column)))
const sideFor = (count: number, width: number): number => Math.max(15, Math.min(26, Math.floor(width / count)))

function arithmetic(knobs: Knobs, drawn: Drawn, moment: number): Part {
  const { rows, columns, isReal } = drawn
  const { image, inChannels } = readTransposed(knobs)
  const spot = spotOf(drawn, moment)
  const value = pixelAt(spot.row, spot.column)
  const window = windowOf(drawn, moment)
  const isIn = (row: number, column: number): boolean =>
    row >= window.row && row < window.row + window.rows && column >= window.column && column < window.column + window.columns
  const old: Grid = {
    kind: "grid",
    id: "old",
    tone: "input",
    label: inChannels > 1 ? "channel 1" : "input",
    side: 26,
    cells: cells(rows.from, columns.from, (row, column) => {
      const own = row * columns.from + column
      return {
        text: String(pixelAt(row, column)),
        moment: own,
        ...(own === moment && { isMarked: true }),
        ...(own > moment && { isFaint: true }),
      }
    }),
  }
  const kernel = (id: string, label: string, times: number): Grid => ({
    kind: "grid",
    id,
    tone: "kernel",
    label,
    side: sideFor(Math.max(rows.size, columns.size), 120),
    cells: cells(rows.size, columns.size, (row, column) => ({ text: signed(times * paintAt(row, column)) })),
  })
  const result: Grid = {
    kind: "grid",
    id: "sum",
    tone: "output",
    label: `sum of the first ${moment + 1}`,
    side: sideFor(Math.max(rows.to, columns.to), 230),
    cells: cells(rows.to, columns.to, (row, column) => {
      const total = paintedOn(rows, columns, row, column, moment + 1, pixelAt, paintAt)
      return { text: signed(total), ...(isIn(row, column) ? { isRead: true } : total === 0 && { isFaint: true }) }
    }),
    ...(window.rows > 0 && window.columns > 0 && { window }),
  }
  const cut = rows.before + columns.before > 0 ? " What would lie beyond the edges is cut off." : ""
  const note = isReal
    ? `Example numbers.${cut}`
    : `Example numbers, ${sizesText([rows.from, columns.from])} instead of ${sizesText(image)}.${cut}`
  return column(
    [
      row([old, sign("·"), kernel("weights", "kernel", 1), sign("="), kernel("paint", `${value} · kernel`, value), sign("→"), result], 14),
      words(
        `${value} paints ${value} times the kernel, ${rows.stride} row${rows.stride === 1 ? "" : "s"} and ${columns.stride} column${columns.stride === 1 ? "" : "s"} from the next; what lies there already stays and is added to.`,
      ),
      words(note, { size: "small", isQuiet: true }),
    ],
    12,
  )
}

function painted(knobs: Knobs, { rows, columns }: Drawn): Part {
  const { size, windows } = readTransposed(knobs)
  const one = () => 1
  const times = (row: number, column: number): number => paintedOn(rows, columns, row, column, rows.from * columns.from, one, one)
  const most = Math.max(
    1,
    ...cells(rows.to, columns.to, (row, column) => ({ text: String(times(row, column)) }))
      .flat()
      .map(({ text }) => Number(text)),
  )
  const grid: Grid = {
    kind: "grid",
    id: "times",
    tone: "kernel",
    label: "kernels on each cell",
    side: sideFor(Math.max(rows.to, columns.to), 200),
    cells: cells(rows.to, columns.to, (row, column) => ({
      text: String(times(row, column)),
      strength: (0.75 * times(row, column)) / most,
    })),
  }
  const isEven = size.every((each, axis) => each % Number(windows[axis as 0 | 1].stride) === 0)
  const says = isEven
    ? ["The kernel's size is a multiple of the stride:", "inside, all cells are painted equally often."]
    : [
        "The kernel's size is no multiple of the stride:",
        "some cells are painted more often than others,",
        "and a checkerboard shows until weights make up for it.",
      ]
  return row([grid, words(says, { align: "start", isQuiet: true })], 26)
}
