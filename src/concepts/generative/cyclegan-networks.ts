/** CycleGAN's networks as its paper lists them, their sizes, and one cycle worked out on a few numbers. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { totalOf } from "./counted-layers.ts"
import { convolutional, layersBehind, type MakeLayer } from "./image-layers.ts"
import { pointsOf, type Points } from "./plane-points.ts"

const halved = (label: string, filters: number): MakeLayer => convolutional(label, { filters, size: 3, stride: 2, padding: 1 })
const doubled = (label: string, filters: number): MakeLayer =>
  convolutional(label, { filters, size: 3, stride: 2, padding: 1, outputPadding: 1, isTransposed: true })

/** Both convolutions of a block are of the same size; their sum with what came in has no weights. */
function generatorOf(image: number, channels: number, filters: number, blocks: number) {
  const wide = 4 * filters
  const front = [convolutional("7×7", { filters, size: 7 }), halved("3×3, stride 2", 2 * filters), halved("3×3, stride 2", wide)]
  const middle = Array.from({ length: 2 * blocks }, () => convolutional("3×3", { filters: wide, size: 3 }))
  const back = [doubled("3×3, up", 2 * filters), doubled("3×3, up", filters), convolutional("7×7", { filters: channels, size: 7 })]
  return layersBehind([channels, image, image], [...front, ...middle, ...back])
}

const JUDGE_STRIDES = [2, 2, 2, 1, 1] as const

function discriminatorOf(image: number, channels: number, filters: number) {
  const counts = [filters, 2 * filters, 4 * filters, 8 * filters, 1]
  const layers = JUDGE_STRIDES.map((stride, at) => convolutional("4×4", { filters: counts[at] ?? 1, size: 4, stride, padding: 1 }))
  return layersBehind([channels, image, image], layers)
}

/** What one verdict sees: from the last layer back. */
const PATCH = JUDGE_STRIDES.reduceRight<number>((seen, stride) => (seen - 1) * stride + 4, 1)

/** What the worked example sends forth and back. */
export const EXAMPLE = [0.8, -0.5, 1.2, 0.3] as const

export function cycleOf(knobs: Knobs) {
  const [image, channels, filters, blocks] = ["image", "channels", "filters", "blocks"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
  ]
  const [weight, forth, back] = [numberOf(knobs, "weight"), numberOf(knobs, "forth"), numberOf(knobs, "back")]
  const generator = generatorOf(image, channels, filters, blocks)
  const discriminator = discriminatorOf(image, channels, filters)
  const size = EXAMPLE.reduce((sum, x) => sum + Math.abs(x), 0) / EXAMPLE.length
  return {
    image,
    channels,
    filters,
    blocks,
    weight,
    forth,
    back,
    generator,
    parameters: totalOf(generator, "parameters"),
    macs: totalOf(generator, "macs"),
    judge: totalOf(discriminator, "parameters"),
    verdicts: discriminator.at(-1)?.shape ?? [],
    patch: PATCH,
    /** λ times the mean of |b·a·x − x|, and its slope by a. */
    error: Math.abs(forth * back - 1) * size,
    loss: weight * Math.abs(forth * back - 1) * size,
    slope: weight * back * Math.sign(forth * back - 1) * size,
  }
}

export const COUNT = 96
export const FROM = "line"

const around = ([x, y]: readonly [number, number]): number => Math.atan2(y, x)

/** Both sets in an order of their own: neighbours stand beside each other. */
export const domainsOf = (shape: string): { readonly from: Points; readonly to: Points } => ({
  from: pointsOf(FROM, COUNT).toSorted(([left], [right]) => left - right),
  to: pointsOf(shape, COUNT).toSorted((left, right) => around(left) - around(right)),
})

/** Neither shares a divisor with COUNT: every place is taken once. */
const scrambled = (at: number, step: number): number => (at * step + 11) % COUNT

/** A map that hits the other set exactly, but anyhow; and another back. */
export const anyhow = (at: number): number => scrambled(at, 29)
export const thereAndAnyhowBack = (at: number): number => scrambled(anyhow(at), 37)

export const meanError = (left: Points, right: Points): number =>
  left.reduce((sum, [x, y], at) => sum + Math.abs(x - (right[at]?.[0] ?? 0)) + Math.abs(y - (right[at]?.[1] ?? 0)), 0) / left.length
