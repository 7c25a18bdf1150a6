/** Two distributions of equal width, a distance apart: how far they are by Jensen–Shannon and by Wasserstein, and how steep a critic may be. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { denseChain, totalOf } from "./counted-layers.ts"

export interface Apart {
  readonly apart: number
  readonly width: number
}

/** To a hundredth: what is nearer cannot be told apart. */
export function apartOf(knobs: Knobs): Apart {
  const [apart = 0, width = 0] = ["apart", "width"].map((name) => Math.round(100 * numberOf(knobs, name)) / 100)
  return { apart, width }
}

/** Share of each that lies where the other is too. */
export const overlapOf = ({ apart, width }: Apart): number => (width === 0 ? Number(apart === 0) : Math.max(0, 1 - apart / width))

/** Of two even distributions, in nats. */
export const divergenceOf = (both: Apart): number => (1 - overlapOf(both)) * Math.LN2

/** How much one input number can move the score when all weights are at their limit c: c through the first layer, h · c through each other. */
export const steepest = (clip: number, hidden: number, depth: number): number => clip * (hidden * clip) ** depth

/** Shares of the width at which the worked example's points lie, in the order they were drawn. */
const MADE = [0.7, 0.1, 0.9, 0.3] as const
const REAL = [0.2, 0.8, 0.4, 0.6] as const

export interface Pairing {
  readonly made: readonly number[]
  readonly real: readonly number[]
  /** Of the sorted points, pair by pair. */
  readonly moves: readonly number[]
  readonly mean: number
}

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((left, right) => left - right)

/** On a line the cheapest way to move one heap to the other keeps the order. */
export function meanMove(made: readonly number[], real: readonly number[]): { readonly moves: readonly number[]; readonly mean: number } {
  const goals = ascending(real)
  const moves = ascending(made).map((x, at) => Math.abs((goals[at] ?? x) - x))
  return { moves, mean: moves.reduce((sum, move) => sum + move, 0) / Math.max(1, moves.length) }
}

export function pairingOf({ apart, width }: Apart): Pairing {
  const [made, real] = [MADE.map((share) => share * width), REAL.map((share) => apart + share * width)]
  return { made: ascending(made), real: ascending(real), ...meanMove(made, real) }
}

export function wassersteinOf(knobs: Knobs) {
  const [latent, hidden, size, depth, steps] = ["latent", "hidden", "size", "depth", "steps"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const { apart, width } = apartOf(knobs)
  const [clip, penalty] = [numberOf(knobs, "clip"), numberOf(knobs, "penalty")]
  const between = Array.from({ length: depth }, () => hidden)
  const [generator, critic] = [denseChain([latent, ...between, size]), denseChain([size, ...between, 1])]
  const [makes, judges] = [totalOf(generator, "macs"), totalOf(critic, "macs")]
  return {
    latent,
    hidden,
    size,
    depth,
    steps,
    apart,
    width,
    clip,
    penalty,
    generator: totalOf(generator, "parameters"),
    critic: totalOf(critic, "parameters"),
    /** Forward: each step of the critic scores real, made and points between; then the generator has its turn. */
    macs: steps * (makes + 3 * judges) + makes + judges,
    overlap: overlapOf({ apart, width }),
    divergence: divergenceOf({ apart, width }),
    steepest: steepest(clip, hidden, depth),
    /** Where θ · s − λ (s − 1)² is largest: the penalty lets a critic be a little steeper than 1. */
    slope: 1 + apart / (2 * penalty),
    pairing: pairingOf({ apart, width }),
  }
}
