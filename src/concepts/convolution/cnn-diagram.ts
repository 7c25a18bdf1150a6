/** Draws a plain convolutional network: its layers in a row, one of them opened, a small picture that really goes through, and where weights and work are. */
import { grouped, short, sizesText } from "../knobs.ts"
import {
  type Area,
  type Cell,
  column,
  type Edge,
  frame,
  type Grid,
  type Part,
  row,
  type Scene,
  type Selection,
  type Tone,
  type Volume,
  words,
} from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { CLASSES, FIRST, type Grey, passed } from "./cnn-example.ts"
import { type CnnLayer, cnnCosts, cnnLayers, readCnn } from "./cnn-layers.ts"

const TONES: Readonly<Record<CnnLayer["kind"], Tone>> = {
  convolution: "kernel",
  pooling: "second",
  average: "second",
  flatten: "plain",
  linear: "output",
}

export function cnnScene(knobs: Knobs, selection: Selection): Scene {
  const layers = cnnLayers(knobs)
  const { image, channels, classes } = readCnn(knobs)
  const { features, parameters } = cnnCosts(layers)
  const moment = Math.min(selection.moment, layers.length - 1)
  const convolutions = layers.filter(({ kind }) => kind === "convolution").length
  return {
    title: "A plain convolutional network",
    description: `A picture of ${sizesText([channels, ...image])} goes through ${convolutions} convolutions and their pooling, becomes ${grouped(features)} numbers, and these become ${grouped(classes)} scores: ${grouped(parameters)} parameters.`,
    content: column(
      [
        overview(knobs, layers, moment),
        frame(selection, "layer", `Layer ${moment + 1} of ${layers.length}: ${layers[moment]?.name ?? ""}`, opened(knobs, layers[moment])),
        frame(selection, "example", "A small picture goes through a small network", example(String(knobs["picture"]))),
        frame(selection, "costs", "Where the weights are, and where the work", costs(layers)),
      ],
      18,
    ),
    edges: edges(layers, moment),
    moments: { count: layers.length, perRow: layers.length, names: "layer" },
  }
}

const PER_ROW = 10
const idOf = (index: number): string => (index < 0 ? "picture" : `layer${index}`)

/** The picture, and what each layer makes of it; long networks in several rows. */
function overview(knobs: Knobs, layers: readonly CnnLayer[], moment: number): Part {
  const { image, channels } = readCnn(knobs)
  const most = Math.max(...image)
  const all = [
    stack("picture", "picture", [channels, ...image], "input", most, windowOn(layers[moment], moment, -1)),
    ...layers.map((layer, index) => {
      const marks = index === moment ? { cell: spotOf(layer.output) } : windowOn(layers[moment], moment, index)
      return stack(idOf(index), layer.name, layer.output, TONES[layer.kind], most, marks)
    }),
  ]
  const lines = Array.from({ length: Math.ceil(all.length / PER_ROW) }, (_, line) => all.slice(line * PER_ROW, (line + 1) * PER_ROW))
  return column(
    lines.map((parts) => row(parts, 26)),
    26,
  )
}

/** More cells than this are not drawn. */
const MOST_LINES = 10
const linesOf = (size: number): number => Math.max(1, Math.min(MOST_LINES, size))

/** Large maps are drawn larger, though not by as much as they are. */
const sideOf = (size: number, most: number): number => 16 + 62 * Math.sqrt(size / most)

/** Maps as a stack, features as a bar of cells. */
function stack(id: string, label: string, shape: readonly number[], tone: Tone, most: number, marks: Partial<Volume>): Volume {
  const [first = 1, high, wide] = shape
  const common = { kind: "volume" as const, id, tone, detail: sizesText(shape), ...marks }
  if (high === undefined || wide === undefined)
    return { ...common, label: shortName(label), channels: 1, rows: linesOf(first), columns: 1, width: 12, height: 30 + 8 * linesOf(first) }
  const size = { width: Math.max(8, sideOf(wide, most)), height: Math.max(8, sideOf(high, most)) }
  return { ...common, label: shortName(label), channels: first, rows: linesOf(high), columns: linesOf(wide), ...size }
}

const shortName = (name: string): string =>
  name
    .replace("convolution", "conv")
    .replace("fully connected", "full")
    .replace(/(max|average) pooling/, "pool")

const spotOf = ([first = 1, high, wide]: readonly number[]): { row: number; column: number } => ({
  row: Math.floor(linesOf(high ?? first) / 3),
  column: Math.floor(linesOf(wide ?? 1) / 3),
})

/** What the layer of this moment reads, marked on the layer before. */
function windowOn(layer: CnnLayer | undefined, moment: number, index: number): Partial<Volume> {
  if (!layer?.window || index !== moment - 1) return {}
  const spot = spotOf(layer.output)
  const [rows, columns] = [
    reach(layer, spot.row, layer.input[1] ?? 1, layer.output[1] ?? 1),
    reach(layer, spot.column, layer.input[2] ?? 1, layer.output[2] ?? 1),
  ]
  const window: Area = { row: rows.start, column: columns.start, rows: rows.size, columns: columns.size }
  return { window }
}

/** A window in the units of drawn cells, kept within the map. */
function reach({ window }: CnnLayer, at: number, input: number, output: number): { start: number; size: number } {
  const { size = 1, stride = 1, padding = 0 } = window ?? {}
  const scale = linesOf(input) / input
  const real = Math.floor((at * output) / linesOf(output)) * stride - Math.floor(padding)
  const start = Math.max(0, real)
  return { start: start * scale, size: Math.max(0.3, Math.min(input - start, size) * scale) }
}

/** Flows to the right, and cones into the layer of this moment; between rows of the overview nothing is drawn. */
function edges(layers: readonly CnnLayer[], moment: number): readonly Edge[] {
  return layers.flatMap((layer, index): Edge[] => {
    const [from, to] = [idOf(index - 1), idOf(index)]
    if ((index + 1) % PER_ROW === 0) return []
    if (index === moment && layer.window) return [{ from: `${from}.window`, to: `${to}.cell`, kind: "cone", tone: TONES[layer.kind] }]
    return [{ from, to, kind: "flow", ...(index === moment && { tone: TONES[layer.kind], strength: 0.6 }) }]
  })
}

function opened(knobs: Knobs, layer: CnnLayer | undefined): Part {
  if (!layer) return words("")
  const [large, ...small] = linesOfLayer(knobs, layer)
  return column([words(large ?? "", { size: "large" }), words(small, { isQuiet: true })], 8)
}

function linesOfLayer(knobs: Knobs, { kind, input, output, window, parameters, macs, sees }: CnnLayer): readonly string[] {
  const { pooling, hasBias, isNormalised } = readCnn(knobs)
  const [from, to] = [sizesText(input), sizesText(output)]
  const view = `Each number sees ${sizesText([sees, sees])} pixels of the picture.`
  const { size = 1, stride = 1 } = window ?? {}
  const step = stride === 1 ? "" : `, stride ${stride}`
  switch (kind) {
    case "convolution": {
      const own = `${input[0]} · ${size} · ${size}${hasBias ? " + 1" : ""}${isNormalised ? " + 2" : ""}`
      return [
        `${from} → ${to}`,
        `${grouped(output[0] ?? 0)} filters of ${sizesText([input[0] ?? 0, size, size])}${step}, then ReLU. ${view}`,
        `${grouped(output[0] ?? 0)} · (${own}) = ${grouped(parameters)} parameters, ${grouped(macs)} MACs`,
      ]
    }
    case "pooling":
      return [
        `${from} → ${to}`,
        `The ${pooling === "max" ? "largest" : "average"} of each ${sizesText([size, size])}${step}. ${view}`,
        "No parameters.",
      ]
    case "average":
      return [`${from} → ${to}`, "Each map is averaged over equal parts.", "No parameters."]
    case "flatten":
      return [`${from} → ${to}`, "All numbers of all maps in one line; where they stood is now their place in it.", "No parameters."]
    case "linear":
      return [
        `${from} → ${to}`,
        `Every output is a weighted sum of all ${from} inputs.`,
        `${from} · ${to} + ${to} = ${grouped(parameters)} parameters, ${grouped(macs)} MACs`,
      ]
  }
}

const most = (maps: readonly Grey[]): number => Math.max(1e-9, ...maps.flat(2))

/** A map as a heat map; numbers where there is room. */
function heat(id: string, label: string, map: Grey, side: number, largest: number, tone: Tone): Grid {
  const cell = (value: number): Cell => ({ text: String(value), strength: (0.65 * value) / largest, ...(value === 0 && { isFaint: true }) })
  return { kind: "grid", id, tone, label, side, cells: map.map((line) => line.map(cell)) }
}

function example(picture: string): Part {
  const { picture: pixels, first, firstPooled, second, secondPooled, scores, shares } = passed(picture)
  const step = (id: string, label: string, maps: readonly Grey[], side: number, tone: Tone): Part =>
    column(
      maps.map((map, index) => heat(`${id}${index}`, index === 0 ? label : "", map, side, most(maps), tone)),
      6,
    )
  const flat = secondPooled.flat(2)
  return column(
    [
      row(
        [
          heat("pixels", "12 × 12", pixels, 10, 1, "input"),
          kernels(),
          step("first", "conv 1", first, 9, "kernel"),
          step("first-pool", "pool 1", firstPooled, 15, "second"),
          step("second", "conv 2", second, 18, "kernel"),
          step("second-pool", "pool 2", secondPooled, 22, "second"),
          heat(
            "flat",
            "flatten",
            flat.map((value) => [value]),
            17,
            most(secondPooled),
            "plain",
          ),
          outcome(scores, shares),
        ],
        16,
      ),
      words(
        [
          "Filter 1 answers to upright strokes, filter 2 to lying ones. Pooling keeps that they are there and forgets exactly where.",
          "The weights were set by hand to be readable; a real network learns them.",
        ],
        { size: "small", isQuiet: true },
      ),
    ],
    14,
  )
}

function kernels(): Part {
  return column(
    FIRST.map((kernel, index) => heatKernel(index, kernel)),
    10,
  )
}

function heatKernel(index: number, kernel: Grey): Grid {
  const cell = (value: number): Cell => ({ text: value < 0 ? "−1" : "1", strength: value < 0 ? 0.05 : 0.6 })
  return {
    kind: "grid",
    id: `kernel${index}`,
    tone: "kernel",
    label: `filter ${index + 1}`,
    side: 16,
    cells: kernel.map((line) => line.map(cell)),
  }
}

function outcome(scores: readonly number[], shares: readonly number[]): Part {
  return {
    kind: "bars",
    id: "shares",
    label: "scores, as shares",
    width: 60,
    rows: CLASSES.map((name, index) => ({
      label: `${name} ${String(scores[index] ?? 0).replace("-", "−")}`,
      value: shares[index] ?? 0,
      text: `${Math.round(100 * (shares[index] ?? 0))} %`,
      tone: "output",
    })),
  }
}

function costs(layers: readonly CnnLayer[]): Part {
  const weighted = layers.filter(({ parameters }) => parameters > 0)
  const bars = (id: string, label: string, of: (layer: CnnLayer) => number): Part => ({
    kind: "bars",
    id,
    label,
    width: 150,
    rows: weighted.map((layer) => ({ label: shortName(layer.name), value: of(layer), text: short(of(layer)), tone: TONES[layer.kind] })),
  })
  return row([bars("parameters", "Parameters", ({ parameters }) => parameters), bars("macs", "MACs", ({ macs }) => macs)], 40)
}
