/** The subject "time series": windows over a series, ARIMA's p, d and q, and a recurrent network beside them. */
import { grouped, numberOf, texNumber as tex } from "../knobs.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { CARRIED, exampleSeries, fitArima, type Order } from "./arima.ts"
import { costOf, countKnob, HIDDEN_SIZE, ONE_LAYER } from "./recurrent-layer.ts"
import { checkForecast } from "./time-series-check.ts"
import { timeSeriesScene } from "./time-series-diagram.ts"

const order = (name: string, label: string, initial: number, maximum: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: 0,
  maximum,
  limit: maximum,
  help,
})

const KNOBS: readonly Knob[] = [
  countKnob("length", "Series length", 60, 120, "Measurements at equal intervals.", { minimum: 30, limit: 200 }),
  countKnob("window", "Window", 12, 24, "Values that a network reads to forecast.", { limit: 60 }),
  countKnob("horizon", "Horizon", 6, 12, "Values ahead that are forecast.", { limit: 24 }),
  order("p", "p: changes before", 1, 3, "ARIMA: how many of the last changes explain the next one."),
  order("d", "d: differences", 1, 2, "ARIMA: how often differences are taken, so that what is left has no trend."),
  order("q", "q: errors before", 0, 2, "ARIMA: how many of the last errors explain the next change."),
  { ...HIDDEN_SIZE, label: "LSTM's hidden size", initial: 32 } as Knob,
]

export function readSeries(knobs: Knobs) {
  const [length, window, horizon] = [numberOf(knobs, "length"), numberOf(knobs, "window"), numberOf(knobs, "horizon")]
  const order: Order = { p: numberOf(knobs, "p"), d: numberOf(knobs, "d"), q: numberOf(knobs, "q") }
  // What comes after the series is kept back, to be compared with the forecast.
  const whole = exampleSeries(length + horizon)
  return { length, window, horizon, order, whole, series: whole.slice(0, length), windows: length - window - horizon + 1 }
}

export const orderName = ({ p, d, q }: Order): string => `ARIMA(${p}, ${d}, ${q})`

export function lstmCost(knobs: Knobs) {
  const { window, horizon } = readSeries(knobs)
  const hidden = numberOf(knobs, "hidden_size")
  const { parameters, macs } = costOf(4, { ...ONE_LAYER, input: 1, hidden, length: window })
  return { parameters: parameters + hidden * horizon + horizon, macs: macs + hidden * horizon }
}

function numbers(knobs: Knobs): Numbers {
  const { length, window, horizon, order, series, windows } = readSeries(knobs)
  if (windows < 1)
    return { quantities: [], problems: [`A window of ${window} and a horizon of ${horizon} do not fit in ${length} values.`] }
  const { coefficients, error } = fitArima(series, order, horizon)
  return {
    quantities: [
      {
        name: "windows",
        label: "Windows",
        value: [windows, window],
        note: `each with ${horizon} value${horizon > 1 ? "s" : ""} to forecast`,
      },
      {
        name: "coefficients",
        label: `${orderName(order)} has`,
        value: String(coefficients.length),
        note: "coefficients, the constant included",
      },
      {
        name: "carried",
        label: "First of the lags",
        value: order.p > 0 ? (coefficients[1] ?? 0).toFixed(3) : "none",
        note: `the series was made with ${CARRIED}`,
      },
      { name: "error", label: "Error of one step", value: error.toFixed(3), note: "root mean square, on the series itself" },
      { name: "network", label: "LSTM's parameters", value: lstmCost(knobs).parameters, note: `for ${grouped(windows)} windows` },
    ],
    problems: [],
  }
}

const signed = (value: number): string => `${value < 0 ? "-" : "+"} ${Math.abs(value).toFixed(3)}`

function formulas(knobs: Knobs) {
  const { length, window, horizon, order, series, windows } = readSeries(knobs)
  const { coefficients } = fitArima(series, order, horizon)
  const [constant = 0, ...rest] = coefficients
  const name = order.d === 0 ? "y" : "z"
  const lags = rest.map((value, at) => `${signed(value)} ${at < order.p ? `${name}_{t-${at + 1}}` : `e_{t-${at - order.p + 1}}`}`)
  const difference = ["z_t = y_t", "z_t = y_t - y_{t-1}", "z_t = y_t - 2 y_{t-1} + y_{t-2}"][order.d] ?? ""
  return [
    { label: "Windows", tex: `n - w - h + 1 = ${length} - ${window} - ${horizon} + 1 = ${windows}` },
    ...(order.d > 0 ? [{ label: "Differences", tex: difference }] : []),
    { label: orderName(order).replace(/, /g, ", "), tex: `${name}_t = ${constant.toFixed(3)} ${lags.join(" ")} + e_t` },
    { label: "LSTM", tex: `4 \\cdot H (1 + H + 2) + H h + h = ${tex(lstmCost(knobs).parameters)}` },
  ]
}

export const timeSeries: Subject = {
  id: "time-series",
  title: "Time series: windows, ARIMA, LSTM",
  group: "sequences",
  summary:
    "Measurements at equal intervals are cut into windows for a network, or explained by their last changes and errors: ARIMA's p, d and q.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: timeSeriesScene,
  checked:
    "Fits the ARIMA model in TensorFlow.js: gradients vanish at the coefficients found by hand, descent arrives at them, and the forecast agrees step by step.",
  check: checkForecast,
  // A task, not an architecture: a graph does not say that its sequence is a series of measurements.
  recognise: () => [],
  fromLayer: () => undefined,
}
