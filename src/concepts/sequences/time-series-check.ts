/** Check of time series: the ARIMA model fitted in tensors, its forecast, and windows that are really cut. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { differences, exampleSeries, fitArima, type Order } from "./arima.ts"
import { orderName, readSeries } from "./time-series.ts"
import { forecastPlot } from "./time-series-diagram.ts"

const matrix = (backend: Backend, rows: readonly (readonly number[])[]): Held =>
  backend.tensor(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0])
const columnOf = (backend: Backend, values: readonly number[]): Held => backend.tensor(Float32Array.from(values), [values.length, 1])

const STEPS = 250
const CLOSE = 0.02

/** ARIMA(1, 1, 0), whatever the knobs are: by descent from zero, against least squares by hand. */
async function descended(backend: Backend, series: readonly number[], horizon: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const order: Order = { p: 1, d: 1, q: 0 }
  const { coefficients, design, forecast } = fitArima(series, order, horizon)
  const [inputs, target] = [matrix(backend, design.rows), columnOf(backend, design.target)]
  const weights = backend.variable(tensors.zeros([2, 1]))
  const loss = (): Held => tensors.mean(tensors.square(tensors.sub(tensors.matMul(inputs, weights), target)))
  await backend.train([weights], loss, { optimizer: "adam", learningRate: 0.05, steps: STEPS })
  const [constant = 0, carried = 0] = await backend.values(weights)
  let [value, change] = [series.at(-1) ?? 0, differences(series).at(-1) ?? 0]
  for (let step = 0; step < horizon; step++) {
    change = constant + carried * change
    value += change
  }
  const near = (what: string, predicted: number, measured: number, tolerance: number): CheckRow => ({
    what,
    predicted: predicted.toFixed(3),
    measured: measured.toFixed(3),
    agrees: Math.abs(predicted - measured) <= tolerance,
  })
  return [
    near("ARIMA(1, 1, 0): the share carried on, by least squares and by descent", coefficients[1] ?? 0, carried, CLOSE),
    near(`Its forecast ${horizon} step${horizon > 1 ? "s" : ""} ahead`, forecast.at(-1) ?? 0, value, CLOSE * (1 + horizon)),
  ]
}

/** At the best coefficients the squared error has no slope. */
async function steepest(backend: Backend, series: readonly number[], order: Order, horizon: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { coefficients, design, error } = fitArima(series, order, horizon)
  const [inputs, target] = [matrix(backend, design.rows), columnOf(backend, design.target)]
  const squared = (weights: Held): Held => tensors.mean(tensors.square(tensors.sub(tensors.matMul(inputs, weights), target)))
  const found = columnOf(backend, coefficients)
  const scale = design.target.reduce((sum, value) => sum + value * value, 0) / Math.max(1, design.target.length)
  const [slope] = backend.gradients((weights) => squared(weights as Held), [found])
  const largest = await backend.number(tensors.max(tensors.abs(slope as Held)))
  return [
    comparedNumber(`${orderName(order)}: error of one step`, error, Math.sqrt(await backend.number(squared(found)))),
    {
      what: "Steepest slope of the squared error at the coefficients",
      predicted: "0",
      measured: largest.toExponential(1),
      agrees: largest <= 1e-3 * Math.max(1, scale),
    },
  ]
}

export async function checkForecast(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const found = readSeries(knobs)
  const { series, window, windows, horizon, order } = found
  const { tensors } = backend
  const values = backend.tensor(Float32Array.from(series), [series.length])
  const cut = tensors.stack(Array.from({ length: windows }, (_, at) => tensors.slice(values, [at], [window])))
  const rebuilt = await backend.values(tensors.sum(tensors.slice(cut, [windows - 1, 0], [1, window])))
  const byHand = series.slice(windows - 1, windows - 1 + window).reduce((sum, value) => sum + value, 0)
  const { forecast, error } = fitArima(series, order, horizon)
  return {
    backend: backend.name,
    rows: [
      compared("Windows", sizesText([windows, window]), sizesText(cut.shape)),
      comparedNumber("Sum of the last window", byHand, rebuilt[0] ?? Number.NaN),
      ...(await steepest(backend, series, order, horizon)),
      ...(await descended(backend, exampleSeries(series.length), horizon)),
    ],
    timings: [],
    picture: {
      title: "Forecast",
      description: `What came after the series, and what ${orderName(order)} had forecast from it; a forecast that repeats the last value beside them.`,
      content: forecastPlot(found, forecast, error),
    },
    note: `A seeded series of ${series.length} values. Descent takes ${STEPS} steps (Adam); its coefficient may differ by ${CLOSE}, its forecast by as much for each step.`,
  }
}
