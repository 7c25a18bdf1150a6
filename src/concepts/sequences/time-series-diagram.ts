/** The picture of time series: a window that slides, the forecast against what came, and what the models cost. */
import { numberOf, short } from "../knobs.ts"
import { column, frame, type Grid, type Part, type Plot, row, type Scene, type Selection, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { differences, fitArima } from "./arima.ts"
import { lstmCost, orderName, readSeries } from "./time-series.ts"

type Read = ReturnType<typeof readSeries>

export function timeSeriesScene(knobs: Knobs, selection: Selection): Scene {
  const found = readSeries(knobs)
  const start = Math.min(selection.moment, found.windows - 1)
  const { coefficients, forecast, error } = fitArima(found.series, found.order, found.horizon)
  return {
    title: "Time series",
    description: `A series of ${found.length} values gives ${found.windows} windows of ${found.window} values, each with the ${found.horizon} that follow; the window drawn starts at value ${start + 1}. ${orderName(found.order)} was fitted with ${coefficients.length} coefficients; its error for one step is ${error.toFixed(3)}.`,
    content: column([
      frame(
        selection,
        "windows",
        "Windows: what a network reads, and what it is to say",
        row([windowPlot(found, start), windowRow(found, start)], 24),
      ),
      frame(
        selection,
        "arima",
        `${orderName(found.order)}: differences, fit, forecast`,
        row([changesPlot(found), forecastPlot(found, forecast, error)], 20),
      ),
      frame(selection, "models", "Coefficients that are learned", models(knobs, coefficients.length)),
    ]),
    moments: { count: found.windows, perRow: 10, names: "window" },
  }
}

const points = (values: readonly number[], from = 0) => values.map((value, at) => [from + at, value] as const)
function rangeOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const spare = Math.max(0.1, (high - low) * 0.08)
  return [Number((low - spare).toFixed(1)), Number((high + spare).toFixed(1))]
}

function windowPlot({ series, window, horizon, length }: Read, start: number): Plot {
  const [from, to] = rangeOf(series)
  const inside = series.slice(start, start + window)
  const ahead = series.slice(start + window, start + window + horizon)
  return {
    kind: "plot",
    id: "series",
    label: "The series, with one window",
    width: 290,
    height: 120,
    x: { label: "time", from: 0, to: length - 1 },
    y: { label: "", from, to },
    curves: [
      { tone: "plain", points: points(series) },
      { tone: "input", name: "read", points: points(inside, start) },
      { tone: "output", name: "to be forecast", points: points(ahead, start + window) },
    ],
    dots: [
      ...points(inside, start).map(([x, y]) => ({ x, y, tone: "input" as const, radius: 2.5 })),
      ...points(ahead, start + window).map(([x, y]) => ({ x, y, tone: "output" as const, radius: 3 })),
    ],
  }
}

const SHOWN_ROWS = 5
const SHOWN_VALUES = 3

/** Rows of the data that are cut: neighbours share all values but one. */
function windowRow({ series, window, windows, horizon }: Read, start: number): Grid {
  const first = Math.max(0, Math.min(start - 2, windows - SHOWN_ROWS))
  const count = Math.min(SHOWN_ROWS, windows)
  const [read, said] = [Math.min(window, SHOWN_VALUES), Math.min(horizon, 2)]
  const rows = Array.from({ length: count }, (_, at) => {
    const offset = first + at
    const cell = (index: number, tone: "input" | "output") => ({
      text: (series[index] ?? 0).toFixed(1),
      tone,
      isMarked: offset === start,
      moment: offset,
      hint: `value ${index + 1}`,
    })
    return [
      ...Array.from({ length: read }, (_, step) => cell(offset + window - read + step, "input")),
      ...Array.from({ length: said }, (_, step) => cell(offset + window + step, "output")),
    ]
  })
  return {
    kind: "grid",
    id: "rows",
    tone: "input",
    label: "Windows as rows",
    side: 20,
    cellWidth: 38,
    cells: rows,
    detail: `last ${read} of ${window} read, first ${said} of ${horizon} ahead`,
  }
}

function changesPlot({ series, order }: Read): Plot {
  const changes = differences(series, order.d)
  const [from, to] = rangeOf([...changes, ...(order.d > 0 ? [0] : [])])
  const times = ["the series itself", "changes", "changes of changes"][order.d] ?? ""
  return {
    kind: "plot",
    id: "changes",
    label: `d = ${order.d}: ${times}`,
    width: 200,
    height: 110,
    x: { label: "time", from: 0, to: changes.length - 1 },
    y: { label: "", from, to },
    curves: [{ tone: "kernel", points: points(changes) }],
  }
}

/** Values before the forecast that are drawn. */
const BEFORE = 14

export function forecastPlot({ whole, series, horizon, length, order }: Read, forecast: readonly number[], error: number): Plot {
  const shown = whole.slice(length - BEFORE)
  const last = [series.at(-1) ?? 0, ...forecast]
  const [from, to] = rangeOf([...shown, ...forecast])
  return {
    kind: "plot",
    id: "forecast",
    label: `Forecast of ${orderName(order)}`,
    width: 230,
    height: 110,
    x: { label: `time; one step is ± ${error.toFixed(2)}`, from: length - BEFORE, to: length + horizon - 1 },
    y: { label: "", from, to },
    curves: [
      { tone: "plain", name: "what came", points: points(shown, length - BEFORE) },
      { tone: "output", name: "forecast", points: points(last, length - 1) },
      {
        tone: "warning",
        name: "last value",
        isDashed: true,
        points: points(
          last.map(() => series.at(-1) ?? 0),
          length - 1,
        ),
      },
    ],
  }
}

function models(knobs: Knobs, coefficients: number): Part {
  const { window, horizon, windows, order } = readSeries(knobs)
  const { parameters } = lstmCost(knobs)
  const line = window * horizon + horizon
  return row(
    [
      {
        kind: "bars",
        id: "coefficients",
        label: "",
        width: 190,
        rows: [
          { label: orderName(order), value: coefficients, text: String(coefficients), tone: "output" },
          { label: "linear on the window", value: line, text: short(line), tone: "plain" },
          { label: `LSTM of ${numberOf(knobs, "hidden_size")}`, value: parameters, text: short(parameters), tone: "plain" },
        ],
      },
      words([`${windows} windows that overlap`, "are all there is to learn from"], { isQuiet: true, size: "small", align: "start" }),
    ],
    24,
  )
}
