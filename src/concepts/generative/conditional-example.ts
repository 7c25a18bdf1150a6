/** A conditional GAN of fully connected layers, what being told a class costs, and one hidden number that hears of it. */
import { numberOf } from "../knobs.ts"
import { exampleNumber } from "../convolution/sliding.ts"
import type { Knobs } from "../subject.ts"
import { denseChain, totalOf } from "./counted-layers.ts"
import type { Points } from "./plane-points.ts"

/** Of the worked example: as many numbers of noise and of a label as can be written down. */
export const WORKED = { noise: [0.5, -1], weights: [0.4, 0.3], bias: 0.2, most: 6 } as const

const example = (...seed: readonly number[]): number => exampleNumber(-9, 9, ...seed) / 10

/** The first classes, and the one that is asked for. */
function shownOf(classes: number, label: number): readonly number[] {
  const first = Array.from({ length: Math.min(WORKED.most, classes) }, (_, at) => at)
  return label < first.length ? first : [...first.slice(0, -1), label]
}

/** Weights of one hidden number by which it hears the label. */
const heardBy = (width: number): readonly number[] => Array.from({ length: width }, (_, at) => example(41, at))

/** What stands for a class is a row of a table that is learned, or a one among zeros. */
function workedOf(isEmbedded: boolean, classes: number, wide: number, label: number) {
  const shown = shownOf(classes, label)
  const width = isEmbedded ? Math.min(WORKED.most, wide) : shown.length
  const weights = heardBy(width)
  const rows = shown.map((which, own) => weights.map((_, at) => (isEmbedded ? example(which, at) : Number(at === own))))
  const adds = rows.map((row) => row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0))
  const own = shown.indexOf(label)
  const noise = WORKED.noise.reduce((sum, value, at) => sum + value * (WORKED.weights[at] ?? 0), 0)
  return { width, shown, rows, weights, adds, own, noise, before: noise + WORKED.bias + (adds[own] ?? 0) }
}

export function conditionalOf(knobs: Knobs) {
  const [latent, hidden, side, channels, classes, embedding, label] = [
    "latent",
    "hidden",
    "side",
    "channels",
    "classes",
    "embedding",
    "label",
  ].map((name) => numberOf(knobs, name)) as [number, number, number, number, number, number, number]
  const isEmbedded = knobs["told"] !== "one-hot"
  const width = isEmbedded ? embedding : classes
  const size = side * side * channels
  const count = (sizes: readonly number[]): number => totalOf(denseChain(sizes), "parameters")
  const table = isEmbedded ? classes * embedding : 0
  const plain = { generator: count([latent, hidden, size]), discriminator: count([size, hidden, 1]) }
  const told = table + width * hidden
  return {
    latent,
    hidden,
    side,
    channels,
    classes,
    label,
    isEmbedded,
    /** Numbers that stand for a class. */
    width,
    size,
    table,
    /** What a network has more than one that is told nothing: a table, and weights from the label to the first layer. */
    told,
    plain,
    generator: plain.generator + told,
    discriminator: plain.discriminator + told,
    worked: workedOf(isEmbedded, classes, width, label),
    problems:
      label < classes
        ? []
        : [`There is no class ${label} among ${classes}: they are counted from 0. Choose a smaller label or more classes.`],
  }
}

/** Of the live check, and of its picture; more would lie on each other. */
const MOST_CLUSTERS = 5
export const clusterCount = (classes: number): number => Math.min(MOST_CLUSTERS, classes)

export const centreOf = (which: number, count: number): readonly [number, number] => {
  const angle = (2 * Math.PI * which) / count + 0.5
  return [1.5 * Math.cos(angle), 1.5 * Math.sin(angle)]
}

/** Classes by turns; points lie evenly about their centres. */
export function labelled(count: number, clusters: number): { readonly points: Points; readonly labels: readonly number[] } {
  const labels = Array.from({ length: count }, (_, at) => at % clusters)
  const points = labels.map((label, at) => {
    const [x, y] = centreOf(label, clusters)
    // Two numbers that never fall into step.
    const [angle, far] = [2 * Math.PI * ((at * 0.569840291) % 1), 0.35 * Math.sqrt((at * 0.7548776662) % 1)]
    return [x + far * Math.cos(angle), y + far * Math.sin(angle)] as const
  })
  return { points, labels }
}
