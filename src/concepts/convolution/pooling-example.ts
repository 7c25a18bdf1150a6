/** A window that keeps one number of those it covers: small maps worked out by hand, and where their gradient goes back to. */
import { positions, positionsRoundedUp, type Window } from "../../operators/window.ts"
import { drawnAxis, exampleNumber, paddingSides } from "./sliding.ts"

export type Kind = "max" | "average" | "convolution"

/** One axis of a map, and the windows along it. */
export interface PooledAxis {
  readonly size: number
  readonly before: number
  /** Cells after the map that windows reach, or that were asked for. */
  readonly after: number
  /** Of those, what was asked for: rounding up reaches further. */
  readonly asked: number
  readonly count: number
  readonly window: number
  readonly stride: number
  readonly isReal: boolean
}

export interface Pooled {
  readonly rows: PooledAxis
  readonly columns: PooledAxis
  readonly kind: Kind
  /** Averages divide by the whole window, zeros of the padding included. */
  readonly countsPadding: boolean
  readonly valueAt: (row: number, column: number) => number
}

export interface Spot {
  readonly row: number
  readonly column: number
}

/** The windows along an axis of this size; padding is that of the real size. */
export function pooledAxis(size: number, real: number, window: Window, roundUp: boolean): PooledAxis {
  const [before, asked] = paddingSides(real, window)
  const explicit = { ...window, padding: [before, asked] as const }
  const count = Number((roundUp ? positionsRoundedUp : positions)(size, explicit))
  const [wide, stride] = [Number(window.size), Number(window.stride)]
  const after = Math.max(asked, (count - 1) * stride + wide - before - size)
  return { size, before, after, asked, count, window: wide, stride, isReal: size === real }
}

/** As much of an axis as shows the window sliding, with the rest that no window reaches where there is one. */
export function drawnPooledAxis(real: number, window: Window, roundUp: boolean): PooledAxis {
  const { size, before, after, span, stride } = drawnAxis(real, window)
  const rest = (real + before + after - span) % stride
  return pooledAxis(Math.min(real, size + Math.max(0, rest)), real, window, roundUp)
}

/** What the drawn map holds. */
export const drawnValue = (row: number, column: number): number => exampleNumber(0, 9, row, 41, column)
/** The strided convolution's kernel. */
export const weightAt = (row: number, column: number): number => exampleNumber(-1, 2, 101, 0, row, column)

export const firstOf = ({ stride, before }: PooledAxis, at: number): number => at * stride - before
const isInside = ({ size }: PooledAxis, at: number): boolean => at >= 0 && at < size
const isCounted = (axis: PooledAxis, at: number): boolean => at < axis.size + axis.asked

export interface Covered {
  readonly row: number
  readonly column: number
  /** Nothing where there is padding. */
  readonly value: number | undefined
  readonly isCounted: boolean
}

/** What a window covers, row by row. */
export function covered({ rows, columns, valueAt, countsPadding }: Pooled, spot: Spot): readonly (readonly Covered[])[] {
  const [top, left] = [firstOf(rows, spot.row), firstOf(columns, spot.column)]
  return Array.from({ length: rows.window }, (_, down) =>
    Array.from({ length: columns.window }, (__, across) => {
      const [row, column] = [top + down, left + across]
      const inside = isInside(rows, row) && isInside(columns, column)
      const counts = inside || (countsPadding && isCounted(rows, row) && isCounted(columns, column))
      return { row, column, value: inside ? valueAt(row, column) : undefined, isCounted: counts }
    }),
  )
}

/** The cell that max pooling keeps: of equal ones the first. */
export function kept(cells: readonly (readonly Covered[])[]): Covered | undefined {
  let best: Covered | undefined
  for (const cell of cells.flat()) if (cell.value !== undefined && (best?.value === undefined || cell.value > best.value)) best = cell
  return best
}

const divisorOf = (cells: readonly (readonly Covered[])[]): number => Math.max(1, cells.flat().filter((cell) => cell.isCounted).length)

export interface Averaged {
  readonly sum: number
  readonly divisor: number
}

export function averaged(cells: readonly (readonly Covered[])[]): Averaged {
  return { sum: cells.flat().reduce((sum, { value = 0 }) => sum + value, 0), divisor: divisorOf(cells) }
}

export const weighted = (cells: readonly (readonly Covered[])[]): number =>
  cells.reduce((sum, line, row) => sum + line.reduce((part, { value = 0 }, column) => part + value * weightAt(row, column), 0), 0)

export function pooledAt(example: Pooled, spot: Spot): number {
  const cells = covered(example, spot)
  if (example.kind === "convolution") return weighted(cells)
  if (example.kind === "max") return kept(cells)?.value ?? Number.NEGATIVE_INFINITY
  const { sum, divisor } = averaged(cells)
  return sum / divisor
}

export const spotsOf = ({ rows, columns }: Pooled): readonly Spot[] =>
  Array.from({ length: rows.count * columns.count }, (_, at) => ({ row: Math.floor(at / columns.count), column: at % columns.count }))

/** Every output sends back a gradient of 1: what each cell of the map is given, row by row. */
export function gradientOf(example: Pooled): readonly number[] {
  const { rows, columns, kind } = example
  const given = new Array<number>(rows.size * columns.size).fill(0)
  const give = ({ row, column }: Spot, share: number) => {
    given[row * columns.size + column] = (given[row * columns.size + column] ?? 0) + share
  }
  for (const spot of spotsOf(example)) {
    const cells = covered(example, spot)
    const largest = kind === "max" ? kept(cells) : undefined
    if (largest) give(largest, 1)
    const divisor = divisorOf(cells)
    if (kind !== "max")
      for (const [down, line] of cells.entries())
        for (const [across, cell] of line.entries())
          if (cell.value !== undefined) give(cell, kind === "average" ? 1 / divisor : weightAt(down, across))
  }
  return given
}

/** The same map moved to the right; zeros come in from the left. */
export const movedRight = ({ valueAt, ...same }: Pooled, shift: number): Pooled => ({
  ...same,
  valueAt: (row, column) => (column < shift ? 0 : valueAt(row, column - shift)),
})
