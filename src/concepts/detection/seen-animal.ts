/** The example of activation maps: three feature maps of five by five, and the weights by which two classes read them. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"

export const MAP = 5
/** Pixels of the picture that is masked. */
export const PICTURE = 15

interface Feature {
  readonly name: string
  readonly at: readonly [number, number]
  readonly width: number
}

export const FEATURES: readonly Feature[] = [
  { name: "whiskers", at: [1, 1], width: 0.9 },
  { name: "floppy ear", at: [2, 4], width: 0.8 },
  { name: "grass", at: [4, 2], width: 1.3 },
]

export interface SeenClass {
  readonly name: string
  /** One for each feature. */
  readonly weights: readonly number[]
}

export const CLASSES: readonly SeenClass[] = [
  { name: "cat", weights: [0.9, -0.4, 0.1] },
  { name: "dog", weights: [-0.3, 0.8, 0.2] },
]

export const classOf = (knobs: Knobs): SeenClass => CLASSES.find(({ name }) => name === knobs["class"]) ?? (CLASSES[0] as SeenClass)

const square = (side: number, value: (y: number, x: number) => number): readonly (readonly number[])[] =>
  Array.from({ length: side }, (_, y) => Array.from({ length: side }, (__, x) => value(y, x)))

/** Whole numbers from 0 to 9, so that they can be read. */
export const FEATURE_MAPS = FEATURES.map(({ at, width }) =>
  square(MAP, (y, x) => Math.round(9 * Math.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / (2 * width ** 2)))),
)

export const featureAt = (feature: number, y: number, x: number): number => FEATURE_MAPS[feature]?.[y]?.[x] ?? 0

export const exampleMap = ({ weights }: SeenClass): readonly (readonly number[])[] =>
  square(MAP, (y, x) => weights.reduce((sum, weight, feature) => sum + weight * featureAt(feature, y, x), 0))

/** As a network with mean pooling and one linear layer has it. */
export const scoreOf = ({ weights }: SeenClass): number =>
  weights.reduce(
    (sum, weight, feature) => sum + weight * ((FEATURE_MAPS[feature] ?? []).flat().reduce((all, value) => all + value, 0) / MAP ** 2),
    0,
  )

/** Bilinear, with cells' centres where they are: never below zero. */
export function enlarged(animal: SeenClass): readonly (readonly number[])[] {
  const map = exampleMap(animal)
  const place = (pixel: number): number => Math.max(0, Math.min(MAP - 1, ((pixel + 0.5) * MAP) / PICTURE - 0.5))
  const value = (y: number, x: number): number => map[Math.min(MAP - 1, y)]?.[Math.min(MAP - 1, x)] ?? 0
  return square(PICTURE, (down, across) => {
    const [y, x] = [place(down), place(across)]
    const [top, left] = [Math.floor(y), Math.floor(x)]
    const [below, right] = [y - top, x - left]
    const upper = value(top, left) * (1 - right) + value(top, left + 1) * right
    const lower = value(top + 1, left) * (1 - right) + value(top + 1, left + 1) * right
    return Math.max(0, upper * (1 - below) + lower * below)
  })
}

export function maskOf(knobs: Knobs): readonly (readonly boolean[])[] {
  const map = enlarged(classOf(knobs))
  const least = numberOf(knobs, "threshold") * Math.max(...map.flat())
  return map.map((line) => line.map((value) => value >= least && value > 0))
}

/** Brightness from 0 to 1: a cat's head at the upper left, a dog's ear at the right, grass below. */
export const PIXELS = square(PICTURE, (y, x) => {
  const head = Math.hypot(y - 4, x - 4) < 3.6
  const ear = Math.hypot((y - 7) / 1.6, x - 13) < 1.9
  if (head) return (y + x) % 3 === 0 ? 0.5 : 0.85
  if (ear) return 0.7
  return y > 10 ? 0.3 + 0.15 * ((x + y) % 2) : 0.12
})
