/** Points of the plane to learn from, how far apart two sets of them are, and pictures of both. */
import type { Plot, Tone } from "../scene.ts"

export type Points = readonly (readonly [number, number])[]

export const SHAPES = [
  { value: "ring", label: "a ring" },
  { value: "clusters", label: "two clusters" },
  { value: "line", label: "a bent line" },
] as const

/** The same each time, and even: multiples of the golden ratio. */
const even = (at: number, which = 1): number => (at * 0.6180339887 * which + 0.37 * which) % 1

export function pointsOf(shape: string, count: number): Points {
  return Array.from({ length: count }, (_, at) => {
    const [angle, off] = [2 * Math.PI * even(at), 0.16 * (even(at, 3) - 0.5) * 2]
    if (shape === "clusters") {
      const side = at % 2 === 0 ? 1 : -1
      const far = 0.4 * Math.sqrt(even(at, 3))
      return [side * 1.1 + far * Math.cos(angle), side * 0.6 + far * Math.sin(angle)] as const
    }
    if (shape === "line") {
      const along = 3 * even(at) - 1.5
      return [along, 0.7 * along ** 2 - 0.6 + off] as const
    }
    return [(1.4 + off) * Math.cos(angle), (1.4 + off) * Math.sin(angle)] as const
  })
}

export const flat = (points: Points): Float32Array => Float32Array.from(points.flat())

export const paired = (values: Float32Array): Points =>
  Array.from({ length: values.length / 2 }, (_, at) => [values[2 * at] ?? 0, values[2 * at + 1] ?? 0] as const)

function meanDistance(left: Points, right: Points): number {
  let sum = 0
  for (const [x, y] of left) for (const [across, down] of right) sum += Math.hypot(x - across, y - down)
  return sum / (left.length * right.length)
}

/** Zero only for equal distributions: twice the distance between, less the distances within (Székely). */
export const energyDistance = (left: Points, right: Points): number =>
  2 * meanDistance(left, right) - meanDistance(left, left) - meanDistance(right, right)

export interface PointSet {
  readonly points: Points
  readonly tone: Tone
  readonly name: string
}

export function scatter(id: string, label: string, sets: readonly PointSet[], edge = 2.2): Plot {
  const within = (value: number): number => Math.max(-edge, Math.min(edge, value))
  return {
    kind: "plot",
    id,
    label,
    width: 200,
    height: 180,
    x: { label: "x₁", from: -edge, to: edge, ticks: [-2, 0, 2] },
    y: { label: "x₂", from: -edge, to: edge, ticks: [-2, 0, 2] },
    curves: sets.map(({ tone, name }) => ({ tone, name, points: [] })),
    dots: sets.flatMap(({ points, tone }) => points.map(([x, y]) => ({ x: within(x), y: within(y), tone, radius: 2.4 }))),
  }
}
