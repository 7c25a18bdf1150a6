/** A plain convolutional network from its knobs: the layers one after the other, with shapes, parameters and MACs by the operators that analyse code. */
import { convolve } from "../../operators/convolve.ts"
import { linear } from "../../operators/multiply.ts"
import { adaptivePool, pool } from "../../operators/pool.ts"
import type { Window } from "../../operators/window.ts"
import { product } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import { flagOf, listOf, numberOf, pairOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import { PICTURES } from "./cnn-example.ts"
import { channels, IMAGE_SIZE } from "./sliding.ts"

/** Of each convolution's list; the last number stands for all that follow. */
const list = (name: string, label: string, initial: readonly number[], range: readonly [number, number, number], help: string): Knob => ({
  kind: "sizes",
  name,
  label,
  initial,
  minimum: range[0],
  maximum: range[1],
  limit: range[2],
  most: 20,
  help,
})

export const CNN_KNOBS: readonly Knob[] = [
  IMAGE_SIZE,
  channels("channels", "Channels in", 3, "3 for a colour picture, 1 for grey."),
  list("filters", "Filters", [16, 32], [1, 512, 65_536], "Of each convolution; as many as there are numbers."),
  list("kernel_size", "Kernel size", [3], [1, 11, 64], "Of all convolutions, or one number for each."),
  list("stride", "Stride", [1], [1, 4, 64], "Of all convolutions, or one number for each."),
  list("padding", "Padding", [1], [0, 5, 64], "On each side, of all convolutions or one number for each; 1.5 is 1 before and 2 after."),
  list("pool", "Pooling window", [2], [1, 4, 64], "Behind all convolutions, or one number for each; 1 for none."),
  list("pool_stride", "Pooling stride", [2], [1, 4, 64], "Behind all convolutions, or one number for each."),
  {
    kind: "choice",
    name: "pooling",
    label: "Pooling keeps",
    initial: "max",
    help: "What becomes of the numbers under a window.",
    choices: [
      { value: "max", label: "the largest" },
      { value: "average", label: "the average" },
    ],
  },
  {
    kind: "number",
    name: "final",
    label: "Averaged to",
    initial: 0,
    minimum: 0,
    maximum: 8,
    limit: 64,
    help: "Height and width the last maps are averaged to: 1 for global average pooling, 0 for none of it.",
  },
  list("hidden", "Hidden layers", [64], [0, 1024, 65_536], "Neurons of each fully connected layer before the last; 0 for none."),
  { ...channels("classes", "Classes", 10, "Neurons of the last layer: one score for each class."), maximum: 1000 } as Knob,
  {
    kind: "flag",
    name: "normalisation",
    label: "Batch normalisation",
    initial: false,
    help: "Behind each convolution: a scale and a shift for each map.",
  },
  {
    kind: "number",
    name: "other",
    label: "Other parameters",
    initial: 0,
    minimum: 0,
    maximum: 1000,
    limit: 1_000_000_000,
    help: "Of layers that are not drawn, such as PReLU or normalisation between fully connected layers.",
  },
  {
    kind: "choice",
    name: "picture",
    label: "Small picture",
    initial: "corner",
    help: "What goes through the small network with readable numbers.",
    choices: PICTURES,
  },
  { kind: "flag", name: "bias", label: "Bias of convolutions", initial: true, help: "Adds one learned number to each feature map." },
]

export const readCnn = (knobs: Knobs) => ({
  image: pairOf(knobs, "image"),
  channels: numberOf(knobs, "channels"),
  filters: listOf(knobs, "filters"),
  pooling: knobs["pooling"] === "average" ? ("average" as const) : ("max" as const),
  final: numberOf(knobs, "final"),
  hidden: listOf(knobs, "hidden").filter((count) => count > 0),
  classes: numberOf(knobs, "classes"),
  other: numberOf(knobs, "other"),
  isNormalised: flagOf(knobs, "normalisation"),
  hasBias: flagOf(knobs, "bias"),
})

export interface CnnLayer {
  readonly kind: "convolution" | "pooling" | "average" | "flatten" | "linear"
  /** "convolution 1" */
  readonly name: string
  /** Channels, height and width; or features. */
  readonly input: readonly number[]
  readonly output: readonly number[]
  /** Of convolutions and pooling. */
  readonly window?: { readonly size: number; readonly stride: number; readonly padding: number }
  readonly parameters: number
  readonly macs: number
  /** Side of the square of the picture that one number sees, once there are maps. */
  readonly sees: number
  readonly problems: readonly string[]
}

const nth = (numbers: readonly number[], index: number): number => numbers[Math.min(index, numbers.length - 1)] ?? 1

interface Made {
  readonly shape: Shape
  readonly macs: unknown
  readonly problems: readonly { readonly message: string }[]
}

/** Layers are added one after the other; each starts with the shape the last one made. */
class Stack {
  readonly layers: CnnLayer[] = []
  #shape: readonly number[]
  #sees = 1
  #jump = 1

  constructor(shape: readonly number[]) {
    this.#shape = shape
  }

  get shape(): readonly number[] {
    return this.#shape
  }

  get isSound(): boolean {
    return this.layers.every(({ problems }) => problems.length === 0)
  }

  slide(kind: "convolution" | "pooling", name: string, window: NonNullable<CnnLayer["window"]>, made: Made, parameters = 0): void {
    this.#sees += (window.size - 1) * this.#jump
    this.#jump *= window.stride
    this.#add(kind, name, made, parameters, window)
  }

  /** Of what sees all that lies below it already. */
  join(kind: "average" | "flatten" | "linear", name: string, made: Made, parameters = 0): void {
    this.#add(kind, name, made, parameters)
  }

  #add(kind: CnnLayer["kind"], name: string, { shape, macs, problems }: Made, parameters: number, window?: CnnLayer["window"]): void {
    const output = shape.slice(1).map(Number)
    const said = problems.map(({ message }) => `${name} ${message}.`.replace(/^./, (first) => first.toUpperCase()))
    const empty = said.length === 0 && output.some((size) => size < 1) ? [`Nothing is left behind ${name}.`] : []
    const common = { kind, name, input: this.#shape, output, parameters, macs: Number(macs), sees: this.#sees }
    this.layers.push({ ...common, problems: [...said, ...empty], ...(window && { window }) })
    this.#shape = output
  }
}

/** Half a cell is one more after than before, as even kernels want it that keep the size. */
export const sidesOf = (padding: number): readonly [number, number] => [Math.floor(padding), Math.ceil(padding)]

const windowsOf = ({ size, stride, padding }: NonNullable<CnnLayer["window"]>): readonly Window[] =>
  [0, 1].map(() => ({ size, stride, padding: sidesOf(padding), dilation: 1 }))

/** Up to the first layer that cannot be. */
export function cnnLayers(knobs: Knobs, image = readCnn(knobs).image): readonly CnnLayer[] {
  const { channels: first, filters } = readCnn(knobs)
  const stack = new Stack([first, ...image])
  for (let index = 0; index < filters.length && stack.isSound; index++) addStage(stack, knobs, index)
  if (stack.isSound) addHead(stack, knobs)
  return stack.layers
}

function addStage(stack: Stack, knobs: Knobs, index: number): void {
  const { filters, pooling, isNormalised, hasBias } = readCnn(knobs)
  const at = (name: string): number => nth(listOf(knobs, name), index)
  const count = filters[index] ?? 1
  const window = { size: at("kernel_size"), stride: at("stride"), padding: at("padding") }
  const kernel = [count, stack.shape[0] ?? 1, window.size, window.size]
  const parameters = Number(product(kernel)) + (hasBias ? count : 0) + (isNormalised ? 2 * count : 0)
  const made = convolve([1, ...stack.shape], kernel, windowsOf(window), 1)
  stack.slide("convolution", `convolution ${index + 1}`, window, made, parameters)
  if (at("pool") === 1 || !stack.isSound) return
  const pooled = { size: at("pool"), stride: at("pool_stride"), padding: 0 }
  stack.slide("pooling", `${pooling} pooling ${index + 1}`, pooled, pool([1, ...stack.shape], windowsOf(pooled)))
}

function addHead(stack: Stack, knobs: Knobs): void {
  const { final, hidden, classes } = readCnn(knobs)
  if (final > 0) stack.join("average", "average pooling", adaptivePool([1, ...stack.shape], [final, final]))
  const features = Number(product(stack.shape))
  stack.join("flatten", "flatten", { shape: [1, features], macs: 0, problems: [] })
  for (const [index, count] of [...hidden, classes].entries()) {
    const width = stack.shape[0] ?? 1
    stack.join("linear", `fully connected ${index + 1}`, linear([1, width], [count, width]), width * count + count)
  }
}

const sumOf = (layers: readonly CnnLayer[], of: (layer: CnnLayer) => number): number => layers.reduce((sum, layer) => sum + of(layer), 0)
const isConnected = ({ kind }: CnnLayer): boolean => kind === "linear"

export interface CnnCosts {
  readonly parameters: number
  readonly macs: number
  readonly connected: { readonly parameters: number; readonly macs: number }
  /** The maps that are flattened. */
  readonly maps: readonly number[]
  readonly features: number
  readonly sees: number
}

export function cnnCosts(layers: readonly CnnLayer[]): CnnCosts {
  const connected = layers.filter(isConnected)
  const flat = layers.find(({ kind }) => kind === "flatten")
  return {
    parameters: sumOf(layers, ({ parameters }) => parameters),
    macs: sumOf(layers, ({ macs }) => macs),
    connected: { parameters: sumOf(connected, ({ parameters }) => parameters), macs: sumOf(connected, ({ macs }) => macs) },
    maps: flat?.input ?? [],
    features: flat?.output[0] ?? 0,
    sees: layers.findLast(({ window }) => window)?.sees ?? 1,
  }
}
