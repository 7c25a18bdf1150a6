/** ARIMA(p, d, q) on a small series: differences, least squares, forecasts; all by hand, so that checks can compare. */
import { exampleNumber } from "../convolution/sliding.ts"

export interface Order {
  readonly p: number
  readonly d: number
  readonly q: number
}

/** Nearly normal with deviation 1, from four seeded numbers. */
const noise = (step: number): number =>
  [1, 2, 3, 4].reduce((sum, at) => sum + exampleNumber(-50, 50, step * 31 + at * 1009, (step * 2_654_435_761) % 9973, at), 0) / 58

/** What the example's changes carry over. */
export const CARRIED = 0.6
const DRIFT = 0.2

/** A series whose changes follow AR(1): an ARIMA(1, 1, 0). */
export function exampleSeries(length: number): readonly number[] {
  const series = [10]
  let change = 0
  for (let step = 1; step < length; step++) {
    change = DRIFT + CARRIED * change + 0.6 * noise(step)
    series.push((series.at(-1) ?? 0) + change)
  }
  return series
}

export const differences = (values: readonly number[], times = 1): readonly number[] =>
  times === 0
    ? values
    : differences(
        values.slice(1).map((value, at) => value - (values[at] ?? 0)),
        times - 1,
      )

/** Solves the normal equations of columns against a target. */
export function leastSquares(rows: readonly (readonly number[])[], target: readonly number[]): readonly number[] {
  const width = rows[0]?.length ?? 0
  // A breath on the diagonal keeps columns that say the same apart.
  const system = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), i === j ? 1e-9 : 0)),
    rows.reduce((sum, row, at) => sum + (row[i] ?? 0) * (target[at] ?? 0), 0),
  ])
  for (let pivot = 0; pivot < width; pivot++) {
    const best = system
      .slice(pivot)
      .reduce((most, row, at) => (Math.abs(row[pivot] ?? 0) > Math.abs(system[pivot + most]?.[pivot] ?? 0) ? at : most), 0)
    const [one, other] = [system[pivot] as number[], system[pivot + best] as number[]]
    system[pivot] = other
    system[pivot + best] = one
    for (let at = 0; at < width; at++) if (at !== pivot) eliminate(system[at] as number[], other, pivot)
  }
  return system.map((row, at) => (row[width] ?? 0) / (row[at] ?? 1))
}

function eliminate(row: number[], by: readonly number[], pivot: number): void {
  const factor = (row[pivot] ?? 0) / (by[pivot] ?? 1)
  for (let at = pivot; at < row.length; at++) row[at] = (row[at] ?? 0) - factor * (by[at] ?? 0)
}

export interface Design {
  /** Constant, the last p changes, the last q errors. */
  readonly rows: readonly (readonly number[])[]
  readonly target: readonly number[]
}

/** Changes before a long autoregression has errors to offer. */
const LONG = 6

/** What each change is explained by; the errors that q looks at are those of a long autoregression (Hannan and Rissanen). */
export function design(changes: readonly number[], { p, q }: Order): Design {
  const errors = q === 0 ? [] : longErrors(changes)
  const start = q === 0 ? p : Math.max(p, LONG + q)
  const rows = changes.slice(start).map((_, at) => explaining(changes, errors, start + at, p, q))
  return { rows, target: changes.slice(start) }
}

const explaining = (changes: readonly number[], errors: readonly number[], at: number, p: number, q: number): readonly number[] => [
  1,
  ...Array.from({ length: p }, (_, lag) => changes[at - 1 - lag] ?? 0),
  ...Array.from({ length: q }, (_, lag) => errors[at - 1 - lag] ?? 0),
]

function longErrors(changes: readonly number[]): readonly number[] {
  const { rows, target } = design(changes, { p: LONG, d: 0, q: 0 })
  const coefficients = leastSquares(rows, target)
  return [...Array.from({ length: LONG }, () => 0), ...target.map((value, at) => value - dot(rows[at] ?? [], coefficients))]
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)

export interface Fit {
  readonly coefficients: readonly number[]
  readonly design: Design
  readonly forecast: readonly number[]
  /** Root of the mean squared error of one step. */
  readonly error: number
}

export function fitArima(series: readonly number[], order: Order, horizon: number): Fit {
  const changes = differences(series, order.d)
  const columns = design(changes, order)
  const coefficients = leastSquares(columns.rows, columns.target)
  const residuals = columns.target.map((value, at) => value - dot(columns.rows[at] ?? [], coefficients))
  const error = Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0) / Math.max(1, residuals.length))
  return { coefficients, design: columns, error, forecast: forecast(series, changes, residuals, coefficients, order, horizon) }
}

/** Changes are continued, errors to come are taken as 0, and the differences are summed up again. */
function forecast(
  series: readonly number[],
  changes: readonly number[],
  residuals: readonly number[],
  coefficients: readonly number[],
  { p, d, q }: Order,
  horizon: number,
): readonly number[] {
  const [known, errors] = [[...changes], [...Array.from({ length: changes.length - residuals.length }, () => 0), ...residuals]]
  for (let step = 0; step < horizon; step++) {
    known.push(dot(explaining(known, errors, known.length, p, q), coefficients))
    errors.push(0)
  }
  let continued = known.slice(-horizon)
  for (let level = d - 1; level >= 0; level--) {
    let last = differences(series, level).at(-1) ?? 0
    continued = continued.map((change) => (last += change))
  }
  return continued
}
