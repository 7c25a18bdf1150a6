/** A window sliding over small numbers: which cells it covers at a moment, what they sum to, and the grids that show it. */
import type { Area, Cell, Grid } from "../scene.ts"
import { type DrawnAxis, exampleNumber } from "./sliding.ts"

export interface Example {
  readonly rows: DrawnAxis
  readonly columns: DrawnAxis
  /** Channels that one filter reads. */
  readonly channels: number
  readonly hasBias: boolean
}

/** Which output cell a moment computes. */
export function spotAt({ rows, columns }: Example, moment: number): { readonly row: number; readonly column: number } {
  const at = Math.min(moment, rows.count * columns.count - 1)
  return { row: Math.floor(at / columns.count), column: at % columns.count }
}

export const momentsOf = ({ rows, columns }: Example) => ({
  count: rows.count * columns.count,
  perRow: columns.count,
  names: "output cell",
})

const inside = ({ size }: DrawnAxis, at: number): boolean => at >= 0 && at < size

const pixel = ({ rows, columns }: Example, channel: number, row: number, column: number): number =>
  inside(rows, row) && inside(columns, column) ? exampleNumber(0, 3, channel, row, column) : 0

const weight = (channel: number, row: number, column: number): number => exampleNumber(-1, 2, 101, channel, row, column)

export const exampleBias = ({ hasBias }: Example): number => (hasBias ? 1 : 0)

/** The window's first cell, counted without padding. */
const start = (axis: DrawnAxis, spot: number): number => spot * axis.stride - axis.before

interface Factors {
  readonly pixel: number
  readonly weight: number
}

/** The pairs that are multiplied for one output cell, in one channel. */
function factors(example: Example, channel: number, row: number, column: number): Factors[][] {
  const { rows, columns } = example
  const [top, left] = [start(rows, row), start(columns, column)]
  return Array.from({ length: rows.window }, (_, down) =>
    Array.from({ length: columns.window }, (_, across) => ({
      pixel: pixel(example, channel, top + down * rows.dilation, left + across * columns.dilation),
      weight: weight(channel, down, across),
    })),
  )
}

export function channelSum(example: Example, channel: number, row: number, column: number): number {
  let sum = 0
  for (const line of factors(example, channel, row, column)) for (const pair of line) sum += pair.pixel * pair.weight
  return sum
}

/** More channels than this are not summed for the picture. */
const SUMMED_CHANNELS = 256

export const summedChannels = ({ channels }: Example): number => Math.min(channels, SUMMED_CHANNELS)

export function outputCell(example: Example, row: number, column: number): number {
  let sum = exampleBias(example)
  for (let channel = 0; channel < summedChannels(example); channel++) sum += channelSum(example, channel, row, column)
  return sum
}

/** The window as an area of the padded grid: all it spans, gaps of dilation included. */
function paddedWindow({ rows, columns }: Example, spot: { readonly row: number; readonly column: number }): Area {
  return { row: spot.row * rows.stride, column: spot.column * columns.stride, rows: rows.span, columns: columns.span }
}

/** The same, counted on the image without padding. */
export function imageWindow(example: Example, spot: { readonly row: number; readonly column: number }): Area {
  const { row, column, ...size } = paddedWindow(example, spot)
  return { row: row - example.rows.before, column: column - example.columns.before, ...size }
}

/** A cell's side, so that a grid is about as wide as asked. */
const sideFor = (count: number, width: number): number => Math.max(15, Math.min(26, Math.floor(width / count)))

/** What the sign of a number looks like in a formula. */
export const signed = (value: number): string => String(value).replace("-", "−")

/** With dilation a window leaves gaps between the cells it reads. */
function isTapped(axis: DrawnAxis, spot: number, at: number): boolean {
  const offset = at - start(axis, spot)
  return offset >= 0 && offset < axis.span && offset % axis.dilation === 0
}

export function imageGrid(example: Example, moment: number, label: string, width: number): Grid {
  const { rows, columns } = example
  const spot = spotAt(example, moment)
  const [high, wide] = [rows.before + rows.size + rows.after, columns.before + columns.size + columns.after]
  const cell = (row: number, column: number): Cell => {
    const isPadding = !inside(rows, row) || !inside(columns, column)
    const isRead = isTapped(rows, spot.row, row) && isTapped(columns, spot.column, column)
    return { text: String(pixel(example, 0, row, column)), ...(isPadding && { isPadding }), ...(isRead && { isRead }) }
  }
  return {
    kind: "grid",
    id: "image",
    tone: "input",
    label,
    side: sideFor(Math.max(high, wide), width),
    cells: Array.from({ length: high }, (_, row) =>
      Array.from({ length: wide }, (_, column) => cell(row - rows.before, column - columns.before)),
    ),
    window: paddedWindow(example, spot),
  }
}

export function kernelGrid({ rows, columns }: Example, label: string, width: number): Grid {
  return {
    kind: "grid",
    id: "kernel",
    tone: "kernel",
    label,
    side: sideFor(Math.max(rows.window, columns.window), width),
    cells: Array.from({ length: rows.window }, (_, row) =>
      Array.from({ length: columns.window }, (_, column) => ({ text: signed(weight(0, row, column)) })),
    ),
  }
}

/** "2·−1" in place of each kernel cell. */
export function productGrid(example: Example, moment: number, label: string): Grid {
  const spot = spotAt(example, moment)
  const cells = factors(example, 0, spot.row, spot.column).map((line) =>
    line.map((pair) => ({ text: `${pair.pixel}·${signed(pair.weight)}`, ...(pair.pixel * pair.weight === 0 && { isFaint: true }) })),
  )
  return { kind: "grid", id: "products", tone: "kernel", label, side: 22, cellWidth: 36, cells }
}

export function outputGrid(example: Example, moment: number, label: string, width: number): Grid {
  const { rows, columns } = example
  const spot = spotAt(example, moment)
  const cell = (row: number, column: number): Cell => {
    const own = row * columns.count + column
    const isMarked = row === spot.row && column === spot.column
    return {
      text: signed(outputCell(example, row, column)),
      moment: own,
      hint: `output row ${row + 1}, column ${column + 1}`,
      ...(isMarked && { isMarked }),
      ...(own > moment && { isFaint: true }),
    }
  }
  const side = sideFor(Math.max(rows.count, columns.count), width)
  return {
    kind: "grid",
    id: "result",
    tone: "output",
    label,
    side,
    cellWidth: Math.max(side, 26),
    cells: Array.from({ length: rows.count }, (_, row) => Array.from({ length: columns.count }, (_, column) => cell(row, column))),
  }
}
