/** The knobs of "what filters learn", and what follows from them: the filter drawn, and how much of the picture each layer sees. */
import { numberOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import { type CnnLayer, cnnLayers } from "./cnn-layers.ts"
import { filterOf, PATTERNS, patchOf, response } from "./filter-shapes.ts"
import { IMAGE_SIZE } from "./sliding.ts"

interface Range {
  readonly initial: number
  readonly minimum: number
  readonly maximum: number
  readonly step?: number
}

const count = (name: string, label: string, help: string, range: Range): Knob => ({
  kind: "number",
  name,
  label,
  help,
  limit: range.maximum,
  ...range,
})

export const FILTER_KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "pattern",
    label: "The filter looks for",
    initial: "edge",
    help: "What first layers are found to hold, besides colours.",
    choices: PATTERNS,
  },
  count("orientation", "Its direction", "In degrees; 90 is upright.", { initial: 45, minimum: 0, maximum: 165, step: 15 }),
  {
    ...count("kernel_size", "First kernel", "Height and width of the filters of the first layer.", { initial: 5, minimum: 3, maximum: 7 }),
    limit: 11,
    arguments: { torch: "kernel_size", keras: "kernel_size", tfjs: "kernelSize" },
  } as Knob,
  count("filters", "Filters learned", "Of the small layer that the check trains.", { initial: 8, minimum: 2, maximum: 16 }),
  count("layers", "Convolutions", "One behind the other; those after the first are 3 × 3.", { initial: 5, minimum: 1, maximum: 16 }),
  count("pool_every", "Halved after every", "So many convolutions a 2 × 2 pooling follows; 0 for none.", {
    initial: 2,
    minimum: 0,
    maximum: 8,
  }),
  { ...IMAGE_SIZE, initial: 224, minimum: 8 } as Knob,
]

export const readFilters = (knobs: Knobs) => ({
  pattern: String(knobs["pattern"]),
  orientation: numberOf(knobs, "orientation"),
  size: numberOf(knobs, "kernel_size"),
  filters: numberOf(knobs, "filters"),
})

/** The same network in the words of the basic CNN, which counts it. */
export function asCnn(knobs: Knobs): Knobs {
  const every = numberOf(knobs, "pool_every")
  const layers = Array.from({ length: numberOf(knobs, "layers") }, (_, index) => index + 1)
  const sizes = layers.map((layer) => (layer === 1 ? numberOf(knobs, "kernel_size") : 3))
  const pools = layers.map((layer) => (every > 0 && layer % every === 0 && layer < layers.length ? 2 : 1))
  return {
    image: knobs["image"] ?? 224,
    channels: 3,
    filters: layers.map(() => 8),
    kernel_size: sizes,
    padding: sizes.map((size) => (size - 1) / 2),
    stride: 1,
    pool: pools,
    pool_stride: pools,
    pooling: "max",
    final: 0,
    hidden: 0,
    classes: 1,
    bias: true,
  }
}

/** Convolutions only, each with the square of the picture that one of its numbers sees. */
export const convolutionsOf = (knobs: Knobs): readonly CnnLayer[] => cnnLayers(asCnn(knobs)).filter(({ kind }) => kind === "convolution")

export const problemsOf = (knobs: Knobs): readonly string[] => [...new Set(cnnLayers(asCnn(knobs)).flatMap(({ problems }) => problems))]

export interface Tuning {
  readonly degrees: number
  readonly response: number
}

const STEP = 15

/** What the filter answers to its pattern in every direction; an edge turned by half a circle is another, dark for light. */
export function tuningOf(knobs: Knobs): readonly Tuning[] {
  const { pattern, orientation, size } = readFilters(knobs)
  const filter = filterOf(pattern, size, orientation)
  const turn = pattern === "edge" ? 360 : 180
  return Array.from({ length: turn / STEP }, (_, index) => ({
    degrees: index * STEP,
    response: response(filter, patchOf(pattern, size, index * STEP)),
  }))
}

export const answerTo = (knobs: Knobs, degrees: number): number => {
  const { pattern, orientation, size } = readFilters(knobs)
  return response(filterOf(pattern, size, orientation), patchOf(pattern, size, degrees))
}
