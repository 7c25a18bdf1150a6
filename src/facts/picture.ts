/** The small picture of a layer's operation: what goes in, what is done, what comes out, with the reader's sizes. */
import { type OperationKind, type OperationNumbers, operationScene } from "../concepts/operation-scenes.ts"
import { type Edge, row, type Scene, type Volume } from "../concepts/scene.ts"
import type { Layer } from "../model/model.ts"
import { type Dim, dimText, isConcrete } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import type { Row } from "./rows.ts"
import { countText } from "./text.ts"

/** The longest side of a drawn map, and the shortest that can be seen. */
const SIDE = { longest: 64, shortest: 12 }
/** Lines on a map: fewer where there are fewer cells. */
const MOST_LINES = 8

interface Map2d {
  readonly channels: Dim
  readonly high: Dim
  readonly wide: Dim
}

// What a layer of a name is drawn as. The first line that fits counts.
const KINDS: readonly (readonly [RegExp, OperationKind])[] = [
  [/Conv/i, "convolution"],
  [/Pool/i, "pooling"],
  [/^(Lazy|Non.*)?(Linear|Dense|Bilinear)$/, "linear"],
  [/^Embedding(Bag)?$/, "embedding"],
  [/^(Simple)?(RNN|LSTM|GRU)(Cell)?$/, "recurrent"],
  [/Attention$/, "attention"],
  [/Norm(alization)?(\dd)?$/, "normalisation"],
  [/^(ReLU6?|LeakyReLU|PReLU|ELU|GELU|SiLU|Mish|Sigmoid|Tanh|Softplus|Hard\w+|Softmax|Dropout(\dd)?)$/, "elementwise"],
]

/** Undefined where too little is known to draw it. */
export function pictureOf({ layer, model }: Row): Scene | undefined {
  const [given, made] = [layer.inputs[0]?.shape, layer.output?.shape]
  if (!given || !made) return undefined
  const isFirst = model.framework === "torch"
  const [from, to] = [mapOf(given, isFirst), mapOf(made, isFirst)]
  const kind = KINDS.find(([pattern]) => pattern.test(layer.type))?.[1]
  if (kind && !kernelOf(layer, isFirst)) return operationScene(kind, operationNumbers(layer, given, made, isFirst))
  const description = `${layer.type} takes ${sizes(given)} and gives ${sizes(made)}`
  return from && to ? { title: layer.type, description, ...mapsScene(layer, from, to, isFirst) } : undefined
}

/** Shapes without the batch, channels first where there are maps. */
function operationNumbers({ type, weights }: Layer, given: Shape, made: Shape, isFirst: boolean): OperationNumbers {
  const plain = (shape: Shape): (number | string)[] => {
    const map = shape.length === 4 ? mapOf(shape, isFirst) : undefined
    return (map ? [map.channels, map.high, map.wide] : shape.slice(1)).map((size) => (isConcrete(size) ? Number(size) : dimText(size)))
  }
  const kernel = weights.find(({ shape }) => shape.length >= 2)?.shape
  const sides = kernel && kernel.length > 2 ? (isFirst ? kernel.slice(2) : kernel.slice(0, -2)) : kernel
  return {
    name: type,
    input: plain(given),
    output: plain(made),
    ...(sides && { kernel: sides.map((size) => (isConcrete(size) ? Number(size) : dimText(size))) }),
  }
}

const sizes = (shape: Shape): string => shape.slice(1).map(countText).join(" × ")

/** An image has channels and two sides; a sequence is one map, as long as it is and as wide as it has features. */
function mapOf(shape: Shape, isFirst: boolean): Map2d | undefined {
  const [, second, third, fourth] = shape
  if (shape.length === 4 && second !== undefined && third !== undefined && fourth !== undefined)
    return isFirst ? { channels: second, high: third, wide: fourth } : { channels: fourth, high: second, wide: third }
  return shape.length === 3 && second !== undefined && third !== undefined ? { channels: 1, high: second, wide: third } : undefined
}

/** A symbolic side is drawn as if it were usual. */
const numberOf = (dim: Dim, otherwise: number): number => (isConcrete(dim) ? Math.max(1, Number(dim)) : otherwise)

function volumeOf(id: string, tone: Volume["tone"], label: string, map: Map2d, scale: number): Volume {
  const [high, wide] = [numberOf(map.high, 32), numberOf(map.wide, 32)]
  const side = (size: number): number => Math.min(SIDE.longest, Math.max(SIDE.shortest, size * scale))
  const detail = [map.channels, map.high, map.wide].map(countText).join(" × ")
  return {
    kind: "volume",
    id,
    tone,
    label,
    detail,
    channels: numberOf(map.channels, 3),
    rows: Math.min(MOST_LINES, high),
    columns: Math.min(MOST_LINES, wide),
    width: side(wide),
    height: side(high),
  }
}

function mapsScene(layer: Layer, from: Map2d, to: Map2d, isFirst: boolean): Pick<Scene, "content" | "edges"> {
  const scale = SIDE.longest / Math.max(...[from, to].flatMap(({ high, wide }) => [numberOf(high, 32), numberOf(wide, 32)]))
  const [input, output] = [volumeOf("input", "input", "input", from, scale), volumeOf("output", "output", "output", to, scale)]
  const kernel = kernelOf(layer, isFirst)
  if (kernel) return slidingScene(input, output, kernel, from)
  const edges: Edge[] = [
    { from: "input", to: "layer", kind: "flow" },
    { from: "layer", to: "output", kind: "flow" },
  ]
  return { content: row([input, { kind: "box", id: "layer", tone: "kernel", label: layer.type }, output], 34), edges }
}

/** Height, width and filters of what slides over a picture. */
function kernelOf({ type, weights }: Layer, isFirst: boolean): { high: number; wide: number; filters: Dim } | undefined {
  const shape = weights.find(({ name }) => /(^|[./])(weight|kernel)$/.test(name))?.shape
  if (!/^Conv2[dD]$/.test(type) || shape?.length !== 4) return undefined
  const [high, wide, filters] = isFirst ? [shape[2], shape[3], shape[0]] : [shape[0], shape[1], shape[3]]
  return high === undefined || wide === undefined || filters === undefined
    ? undefined
    : { high: numberOf(high, 3), wide: numberOf(wide, 3), filters }
}

function slidingScene(
  input: Volume,
  output: Volume,
  { high, wide, filters }: { high: number; wide: number; filters: Dim },
  from: Map2d,
): Pick<Scene, "content" | "edges"> {
  const covered = (size: number, side: Dim, lines: number): number =>
    Math.min(lines, Math.max(1, Math.round((size / numberOf(side, 32)) * lines)))
  const window = {
    row: 1 % input.rows,
    column: 1 % input.columns,
    rows: Math.min(input.rows - (1 % input.rows), covered(high, from.high, input.rows)),
    columns: Math.min(input.columns - (1 % input.columns), covered(wide, from.wide, input.columns)),
  }
  const kernel: Volume = {
    kind: "volume",
    id: "kernel",
    tone: "kernel",
    label: `${countText(filters)} filters`,
    detail: `${high} × ${wide}`,
    channels: 3,
    rows: Math.min(high, MOST_LINES),
    columns: Math.min(wide, MOST_LINES),
    width: Math.min(34, 8 + 5 * wide),
    height: Math.min(34, 8 + 5 * high),
  }
  const cell = { row: Math.min(1, output.rows - 1), column: Math.min(1, output.columns - 1) }
  const edges: Edge[] = [
    { from: "input.window", to: "kernel.front", kind: "cone" },
    { from: "kernel.front", to: "output.cell", kind: "cone", tone: "output" },
  ]
  return { content: row([{ ...input, window }, kernel, { ...output, cell }], 44), edges }
}
