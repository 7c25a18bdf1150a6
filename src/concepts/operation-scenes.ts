/** Small scenes of what one layer does, for hovers, with the reader's shapes. */
import {
  type Cell,
  column,
  type Edge,
  type Grid,
  type Part,
  row,
  type Scene,
  sign,
  type Tone,
  type Volume,
  type Wave,
  words,
} from "./scene.ts"

export type OperationKind = "convolution" | "pooling" | "linear" | "embedding" | "recurrent" | "attention" | "normalisation" | "elementwise"

/** A size that is not known is a name or "?". */
type Sizes = readonly (number | string)[]

export interface OperationNumbers {
  /** Channels first, without the batch: [3, 224, 224]; [features] for linear; [length, features] for sequences. */
  readonly input?: Sizes
  readonly output?: Sizes
  readonly kernel?: readonly (number | string)[]
  readonly stride?: readonly (number | string)[]
  /** Of attention. */
  readonly heads?: number | string
  /** The layer's own name: "LSTM", "ReLU", "LayerNorm". */
  readonly name?: string
}

type Made = Pick<Scene, "content"> & { readonly edges?: readonly Edge[]; readonly description: string }

// A new kind is one line here.
const SCENES: Readonly<Record<OperationKind, (numbers: OperationNumbers) => Made>> = {
  convolution,
  pooling,
  linear,
  embedding,
  recurrent,
  attention,
  normalisation,
  elementwise,
}

/** Some 320 × 110 units large. */
export function operationScene(kind: OperationKind, numbers: OperationNumbers): Scene {
  return { title: numbers.name ?? kind, ...SCENES[kind](numbers) }
}

const textOf = (sizes: Sizes | undefined): string =>
  sizes?.map((size) => (typeof size === "number" ? size.toLocaleString("en-US") : size)).join(" × ") ?? "?"
const countOf = (size: number | string | undefined, otherwise: number): number => (typeof size === "number" ? size : otherwise)

function maps(id: string, tone: Tone, sizes: Sizes | undefined, side: number, lines: number, more: Partial<Volume> = {}): Volume {
  return {
    kind: "volume",
    id,
    tone,
    label: textOf(sizes),
    channels: countOf(sizes?.[0], 6),
    rows: lines,
    columns: lines,
    width: side,
    height: side,
    ...more,
  }
}

/** Output maps are drawn smaller where they are smaller. */
function shrunk({ input, output }: OperationNumbers, side: number): number {
  const [before, after] = [input?.at(-1), output?.at(-1)]
  return typeof before === "number" && typeof after === "number" && before > 0
    ? Math.max(18, Math.min(side, side * Math.sqrt(after / before)))
    : side
}

function convolution(numbers: OperationNumbers): Made {
  const { input, output, kernel, stride } = numbers
  const step = stride?.some((size) => size !== 1) ? `, stride ${stride[0]}` : ""
  const side = 48
  const pane = { row: 1, column: 1, rows: 2, columns: 2 }
  const filter = maps("kernel", "kernel", [countOf(input?.[0], 3)], 20, 2, { label: `${textOf(kernel)}${step}` })
  return {
    description: `${textOf(input)} through a kernel of ${textOf(kernel)}${step} to ${textOf(output)}`,
    content: row(
      [
        maps("input", "input", input, side, 5, { window: pane }),
        filter,
        maps("output", "output", output, shrunk(numbers, side), 4, { cell: { row: 1, column: 1 } }),
      ],
      30,
    ),
    edges: [
      { from: "input.window", to: "kernel.front", kind: "cone" },
      { from: "kernel.front", to: "output.cell", kind: "cone", tone: "output" },
    ],
  }
}

function pooling(numbers: OperationNumbers): Made {
  const { input, output, kernel } = numbers
  return {
    description: `${textOf(input)} to ${textOf(output)}, one number for each window of ${textOf(kernel)}`,
    content: row(
      [
        maps("input", "input", input, 52, 4, { window: { row: 0, column: 2, rows: 2, columns: 2 } }),
        words(kernel ? `each ${textOf(kernel)}` : "one for each window", { size: "small", isQuiet: true }),
        maps("output", "output", output, shrunk(numbers, 44), 2, { cell: { row: 0, column: 1 } }),
      ],
      22,
    ),
    edges: [{ from: "input.window", to: "output.cell", kind: "cone" }],
  }
}

function linear({ input, output }: OperationNumbers): Made {
  const [before, after] = [input?.at(-1), output?.at(-1)]
  const layer = (size: number | string | undefined, tone: Tone) => ({
    count: countOf(size, 5),
    tone,
    label: textOf(size === undefined ? undefined : [size]),
  })
  return {
    description: `${textOf(input)} to ${textOf(output)}, every input joined to every output`,
    content: { kind: "columns", id: "neurons", layers: [layer(before, "input"), layer(after, "output")] },
  }
}

const shades = (rows: number, columns: number, marked: (row: number, column: number) => Partial<Cell>): readonly (readonly Cell[])[] =>
  Array.from({ length: rows }, (_, at) => Array.from({ length: columns }, (_, across) => ({ text: "", ...marked(at, across) })))

const plainGrid = (id: string, tone: Tone, label: string, cells: Grid["cells"], side = 13): Grid => ({
  kind: "grid",
  id,
  tone,
  label,
  cells,
  side,
})

function embedding({ input, output, kernel }: OperationNumbers): Made {
  const table = plainGrid(
    "table",
    "kernel",
    kernel ? `table ${textOf(kernel)}` : "table",
    shades(4, 6, (at) => (at === 2 ? { isMarked: true } : {})),
  )
  return {
    description: `each index of ${textOf(input)} picks one row of the table: ${textOf(output)}`,
    content: row(
      [
        words(["index", textOf(input)], { size: "small" }),
        table,
        plainGrid(
          "vector",
          "output",
          textOf(output),
          shades(1, 6, () => ({ isMarked: true })),
        ),
      ],
      24,
    ),
    edges: [{ from: "table", to: "vector", kind: "flow", tone: "output" }],
  }
}

function recurrent({ input, output, name = "cell" }: OperationNumbers): Made {
  const step = (index: number): Part =>
    column(
      [
        { kind: "box", id: `cell${index}`, tone: "kernel", label: name },
        { kind: "box", id: `input${index}`, tone: "input", label: ["x₁", "x₂", "x₃"][index] ?? "x" },
      ],
      14,
    )
  const edges = [0, 1, 2].flatMap((index): Edge[] => [
    { from: `input${index}`, to: `cell${index}`, kind: "flow", direction: "up", tone: "input" },
    ...(index < 2 ? [{ from: `cell${index}`, to: `cell${index + 1}`, kind: "flow", tone: "kernel" } as const] : []),
  ])
  return {
    description: `${name} reads ${textOf(input)} step by step and gives ${textOf(output)}`,
    content: column([row([step(0), step(1), step(2)], 26), words(`${textOf(input)}  →  ${textOf(output)}`, { size: "small" })], 4),
    edges,
  }
}

function attention({ input, output, heads }: OperationNumbers): Made {
  const weights = plainGrid(
    "weights",
    "kernel",
    heads === undefined ? "attention" : `${heads} heads`,
    shades(5, 5, (at, across) => ((at * 3 + across * 2) % 5 === 0 ? { isMarked: true } : { isFaint: (at + across) % 2 === 0 })),
  )
  const vectors = (id: string, tone: Tone, sizes: Sizes | undefined) =>
    plainGrid(
      id,
      tone,
      textOf(sizes),
      shades(5, 3, () => ({})),
    )
  return {
    description: `every position of ${textOf(input)} is compared with every other, and their values are mixed: ${textOf(output)}`,
    content: row([vectors("input", "input", input), sign("→"), weights, sign("→"), vectors("output", "output", output)], 12),
  }
}

const POINTS = 41
const curve = (of: (x: number) => number): [number, number][] =>
  Array.from({ length: POINTS }, (_, index) => [index / (POINTS - 1), of((index / (POINTS - 1)) * 2 - 1)])

const bell =
  (middle: number, width: number) =>
  (x: number): number =>
    Math.exp(-(((x - middle) / width) ** 2)) * 0.92

const waveOf = (id: string, label: string, tone: Tone, of: (x: number) => number): Wave => ({
  kind: "wave",
  id,
  label,
  width: 92,
  height: 62,
  curves: [{ tone, points: curve(of) }],
})

function normalisation({ input, name = "normalisation" }: OperationNumbers): Made {
  return {
    description: `${name} gives ${textOf(input)} mean 0 and variance 1, then scales and shifts them; the shape stays`,
    content: row(
      [
        waveOf("before", "any mean and variance", "input", (x) => bell(0.42, 0.5)(x) * 0.55),
        sign("→"),
        waveOf("after", "mean 0, variance 1", "output", bell(0, 0.28)),
      ],
      14,
    ),
  }
}

/** From [−1, 1], which stands for [−4, 4], to the height in the picture. */
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => 0.1 + Math.max(0, x) * 0.85,
  relu6: (x) => 0.1 + Math.min(0.62, Math.max(0, x)) * 0.85,
  leakyrelu: (x) => 0.2 + (x > 0 ? x : 0.12 * x) * 0.75,
  sigmoid: (x) => 0.05 + 0.9 / (1 + Math.exp(-4 * x)),
  tanh: (x) => 0.5 + 0.45 * Math.tanh(4 * x),
  gelu: (x) => 0.16 + ((x * 4) / (1 + Math.exp(-1.702 * 4 * x))) * 0.2,
  silu: (x) => 0.16 + ((x * 4) / (1 + Math.exp(-4 * x))) * 0.2,
  elu: (x) => 0.3 + (x > 0 ? x * 0.68 : (Math.exp(4 * x) - 1) * 0.17),
  softplus: (x) => 0.08 + Math.log1p(Math.exp(4 * x)) * 0.215,
}

function elementwise({ input, name = "f" }: OperationNumbers): Made {
  const of =
    FUNCTIONS[
      name
        .toLowerCase()
        .replace(/[^a-z0-9]/g, "")
        .replace(/^swish$/, "silu")
    ]
  const drawn: Part = of ? waveOf("function", name, "output", of) : { kind: "box", id: "function", tone: "output", label: name, width: 92 }
  return {
    description: `${name} of each number of ${textOf(input)}; the shape stays`,
    content: row([words(textOf(input), { size: "small" }), sign("→"), drawn, sign("→"), words(textOf(input), { size: "small" })], 8),
  }
}
