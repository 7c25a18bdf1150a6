/** What an example says about the code it was made from, in nats: exactly, and as InfoGAN bounds it; for codes that move a normal distribution. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { dense, denseChain, totalOf } from "./counted-layers.ts"
import { density } from "./gaussian.ts"

export const places = (categories: number, apart: number): readonly number[] =>
  Array.from({ length: categories }, (_, at) => (at - (categories - 1) / 2) * apart)

/** Q(c | x): with trust 1 the true posterior, with less it is less sure, with 0 it knows nothing. */
export function guessOf(x: number, at: readonly number[], trust: number): readonly number[] {
  const logits = at.map((place) => (-trust * (x - place) ** 2) / 2)
  const most = Math.max(...logits)
  const parts = logits.map((logit) => Math.exp(logit - most))
  const sum = parts.reduce((all, part) => all + part, 0)
  return parts.map((part) => part / sum)
}

/** Of the sum's grid, in standard deviations: sums over normal densities converge so fast that a finer one changes nothing one can see. */
const STEP = 0.25

/** H(c) + E log Q(c | x), summed over a fine grid, and how much one sample of it scatters. */
export function boundOf(categories: number, apart: number, trust: number): { readonly bound: number; readonly scatter: number } {
  const at = places(categories, apart)
  const edge = Math.abs(at[0] ?? 0) + 7
  const steps = Math.ceil((2 * edge) / STEP)
  const width = (2 * edge) / steps
  let [mean, squares] = [0, 0]
  for (let step = 0; step <= steps; step++) {
    const x = -edge + step * width
    const guess = guessOf(x, at, trust)
    at.forEach((place, which) => {
      const weight = (density(x, place) * width) / categories
      const value = Math.log(Math.max(1e-30, guess[which] ?? 0))
      mean += weight * value
      squares += weight * value ** 2
    })
  }
  return { bound: Math.log(categories) + mean, scatter: Math.sqrt(Math.max(0, squares - mean ** 2)) }
}

export function infoOf(knobs: Knobs) {
  const [noise, categories, continuous] = [numberOf(knobs, "noise"), numberOf(knobs, "categories"), numberOf(knobs, "continuous")]
  const [hidden, size, weight] = [numberOf(knobs, "hidden"), numberOf(knobs, "size"), numberOf(knobs, "weight")]
  const [apart, trust] = [numberOf(knobs, "apart"), numberOf(knobs, "trust")]
  const information = boundOf(categories, apart, 1).bound
  const { bound } = boundOf(categories, apart, trust)
  return {
    noise,
    categories,
    continuous,
    hidden,
    size,
    weight,
    apart,
    trust,
    information,
    bound,
    entropy: Math.log(categories),
    given: noise + categories + continuous,
    generator: totalOf(denseChain([noise + categories + continuous, hidden, size]), "parameters"),
    discriminator: totalOf(denseChain([size, hidden, 1]), "parameters"),
    /** What Q adds: one more last layer. */
    recovery: dense(hidden, categories + continuous).parameters,
  }
}
