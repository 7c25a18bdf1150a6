/** Draws a plain network with its layers counted, the ways to count, depths of known networks, and a line that layers fold. */
import { grouped, short } from "../knobs.ts"
import {
  type Cell,
  column,
  type Columns,
  frame,
  type Grid,
  type Part,
  type Plot,
  row,
  type Scene,
  type Selection,
  words,
} from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { bendLabel, foldedTimes, type Module, modulesOf, readDepth, zigzag } from "./depth.ts"

/** Longer lists are cut. */
const MOST_LISTED = 12

export function depthScene(knobs: Knobs, selection: Selection): Scene {
  const { hidden, inputs, outputs } = readDepth(knobs)
  const modules = modulesOf(knobs)
  const listed = Math.min(modules.length, MOST_LISTED)
  const moment = Math.min(selection.moment, listed - 1)
  const depth = hidden.length + 1
  return {
    title: "Deep network",
    description: `${grouped(inputs)} inputs, ${hidden.length} hidden layers and ${grouped(outputs)} outputs: a network of depth ${depth}. Of ${modules.length} lines in a summary ${depth} are counted.`,
    content: column(
      [
        network(knobs),
        frame(
          selection,
          "counting",
          "Which of them are layers",
          row([table(modules.slice(0, listed), moment), remarks(modules, listed, moment)], 26),
        ),
        frame(selection, "known", "How deep networks are", row([ways(knobs, modules), known(knobs)], 40, "start")),
        frame(selection, "folds", "What depth is good for: folding a line", folds(knobs)),
      ],
      18,
    ),
    moments: { count: listed, perRow: 1, names: "line" },
  }
}

/** More columns than this are not drawn. */
const MOST_COLUMNS = 8

function network(knobs: Knobs): Part {
  const { hidden, inputs, outputs } = readDepth(knobs)
  const layers: Columns["layers"] = [
    { count: inputs, tone: "input", label: `${grouped(inputs)} in` },
    ...hidden.map((count, index) => ({ count, tone: "second" as const, label: `${index + 1}: ${grouped(count)}` })),
    { count: outputs, tone: "output", label: `${hidden.length + 1}: ${grouped(outputs)} out` },
  ]
  const left = layers.length - MOST_COLUMNS
  if (left <= 0) return { kind: "columns", id: "network", layers }
  const shown = [...layers.slice(0, 4), ...layers.slice(-4)]
  return column(
    [
      { kind: "columns", id: "network", layers: shown },
      words(`${left} hidden layers in the middle are left out here.`, { size: "small", isQuiet: true }),
    ],
    6,
  )
}

const NAMES = { layer: 150, weights: 90, counts: 90 }

function table(modules: readonly Module[], moment: number): Part {
  const list = (id: string, label: string, cellWidth: number, of: (module: Module) => string): Grid => ({
    kind: "grid",
    id,
    tone: "plain",
    label,
    side: 22,
    cellWidth,
    cells: modules.map((module, index) => [cellOf(module, of(module), index, moment)]),
  })
  return row(
    [
      list("names", "in the code", NAMES.layer, ({ name, change }) => `${name}: ${change}`),
      list("weights", "weights", NAMES.weights, ({ weights }) => short(weights)),
      list("counts", "is layer", NAMES.counts, ({ layer }) => (layer === undefined ? "–" : String(layer))),
    ],
    4,
  )
}

const cellOf = ({ layer }: Module, text: string, index: number, moment: number): Cell => ({
  text,
  moment: index,
  tone: layer === undefined ? "plain" : "output",
  strength: layer === undefined ? 0 : 0.35,
  ...(index === moment && { isMarked: true }),
})

function remarks(modules: readonly Module[], listed: number, moment: number): Part {
  const { name = "", layer, weights = 0 } = modules[moment] ?? {}
  const why =
    layer !== undefined
      ? [`${name} has ${grouped(weights)} weights`, "and mixes all that comes in:", `it is layer ${layer}.`]
      : name === "input"
        ? ["Nothing is computed at the input:", "it is not counted, or is layer 0."]
        : weights > 0
          ? [`${name} has ${grouped(weights)} weights, but only`, "scales and shifts each number:", "by custom it is not counted."]
          : [`${name} has no weights:`, "it is not counted."]
  const rest = modules.length > listed ? ["", `The other ${modules.length - listed} lines go on alike.`] : []
  return words([...why, ...rest], { align: "start", isQuiet: true })
}

function ways(knobs: Knobs, modules: readonly Module[]): Part {
  const { hidden } = readDepth(knobs)
  const ways = [
    { label: "hidden layers only", value: hidden.length, tone: "plain" },
    { label: "layers with weights", value: hidden.length + 1, tone: "output" },
    { label: "with the input", value: hidden.length + 2, tone: "plain" },
    { label: "lines in a summary", value: modules.length, tone: "plain" },
  ] as const
  return {
    kind: "bars",
    id: "ways",
    label: "Four ways to count this network",
    width: 110,
    rows: ways.map((way) => ({ ...way, text: String(way.value) })),
  }
}

// Convolutions and fully connected layers along the longest path, as the papers count them.
const KNOWN: readonly { readonly label: string; readonly stages: readonly number[] }[] = [
  { label: "AlexNet, 2012", stages: [5, 3] },
  { label: "VGG-16, 2014", stages: [13, 3] },
  { label: "GoogLeNet, 2014", stages: [3, 2 * 9, 1] },
  { label: "ResNet-50, 2015", stages: [1, 3 * 16, 1] },
  { label: "DenseNet-121, 2016", stages: [1, 2 * 58, 3, 1] },
]

function known(knobs: Knobs): Part {
  const { hidden, model } = readDepth(knobs)
  const rows = [
    { label: "this network", value: hidden.length + 1, text: String(hidden.length + 1), tone: "output" as const },
    ...(model.depth > 0 ? [{ label: "your model", value: model.depth, text: grouped(model.depth), tone: "first" as const }] : []),
    ...KNOWN.map(({ label, stages }) => {
      const value = stages.reduce((sum, count) => sum + count, 0)
      return { label, value, text: `${value} = ${stages.join(" + ")}`, tone: "plain" as const }
    }),
  ]
  return { kind: "bars", id: "known", label: "Layers with weights, one behind the other", width: 110, rows }
}

/** More folds are too fine to be seen. */
const MOST_FOLDS = 7

function folds(knobs: Knobs): Part {
  const { hidden, bend } = readDepth(knobs)
  const times = Math.min(hidden.length, MOST_FOLDS)
  const neurons = 2 * times
  const points = 4 * 2 ** Math.max(times, 5)
  const curve = (of: (x: number) => number) =>
    Array.from({ length: points + 1 }, (_, index) => [index / points, of(index / points)] as const)
  const plot = (id: string, label: string, name: string, of: (x: number) => number): Plot => ({
    kind: "plot",
    id,
    label,
    width: 230,
    height: 110,
    x: { label: "x", from: 0, to: 1 },
    y: { label: "", from: 0, to: 1 },
    curves: [{ tone: name === "deep" ? "output" : "third", points: curve(of) }],
  })
  if (times === 0) return words("Without hidden layers a line stays a line.")
  const cut = hidden.length > times ? ` Drawn with ${times} of ${hidden.length}.` : ""
  const note =
    bend === "relu"
      ? `Each layer folds the line once more, and pieces double; one layer adds a piece for each neuron.${cut}`
      : bend === "none"
        ? "Drawn with ReLU. Without an activation nothing folds: all layers together are one."
        : `Drawn with ReLU; with ${bendLabel(bend)} the folds are round.${cut}`
  return column(
    [
      row(
        [
          plot("deep", `${times} hidden layers of 2 neurons: ${2 ** times} pieces`, "deep", (x) => foldedTimes(x, times)),
          plot("shallow", `1 hidden layer of ${neurons} neurons: ${neurons} pieces`, "shallow", (x) => zigzag(x, neurons)),
        ],
        30,
      ),
      words(note, { isQuiet: true, size: "small" }),
    ],
    10,
  )
}
