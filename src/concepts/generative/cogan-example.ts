/** Coupled GANs of fully connected layers: what is shared and what is not, counted; and the slope of one shared weight worked out. */
import { grouped, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { type CountedLayer, denseChain, totalOf } from "./counted-layers.ts"

/** Both ways of counting a pair of networks of which some layers are the same. */
function pairOf(sizes: readonly number[], isShared: (at: number) => boolean) {
  const layers = denseChain(sizes)
  const count = (kept: readonly CountedLayer[]): number => totalOf(kept, "parameters")
  const shared = count(layers.filter((_, at) => isShared(at)))
  const all = count(layers)
  return { layers, sizes, isShared, shared, together: 2 * all - shared, apart: 2 * all }
}

export type CoupledPair = ReturnType<typeof pairOf>

/** h = w · z; x₁ = a · h and x₂ = b · h; each costs half its squared distance from a target. */
export const EXAMPLE = { z: 1, a: 2, b: -1, first: 2, second: 0.5 } as const

export function coupledOf(knobs: Knobs) {
  const [latent, hidden, size, depth] = ["latent", "hidden", "size", "depth"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
  ]
  const [first, last, weight] = [numberOf(knobs, "first"), numberOf(knobs, "last"), numberOf(knobs, "weight")]
  const between = Array.from({ length: depth - 1 }, () => hidden)
  const generators = pairOf([latent, ...between, size], (at) => at < first)
  const discriminators = pairOf([size, ...between, 1], (at) => at >= depth - last)
  const { z, a, b, first: one, second: two } = EXAMPLE
  return {
    latent,
    size,
    depth,
    first,
    last,
    weight,
    generators,
    discriminators,
    together: generators.together + discriminators.together,
    apart: generators.apart + discriminators.apart,
    slopes: [(a * weight * z - one) * a * z, (b * weight * z - two) * b * z] as const,
    problems: [
      ...(first >= depth
        ? [`Of ${grouped(depth)} layers at most ${grouped(depth - 1)} can be shared by the generators: one must be each one's own.`]
        : []),
      ...(last >= depth
        ? [`Of ${grouped(depth)} layers at most ${grouped(depth - 1)} can be shared by the discriminators: one must be each one's own.`]
        : []),
    ],
  }
}
