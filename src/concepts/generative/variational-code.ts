/** A VAE's code of four numbers, from mean and log-variance to sample and divergence, and its network's layers. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { dense, totalOf } from "./counted-layers.ts"
import { deviationOf, divergence } from "./gaussian.ts"

export interface CodeNumber {
  readonly mean: number
  readonly logVariance: number
  readonly deviation: number
  readonly noise: number
  readonly sample: number
  readonly divergence: number
}

function codeNumber(mean: number, logVariance: number, noise: number): CodeNumber {
  const deviation = deviationOf(logVariance)
  return { mean, logVariance, deviation, noise, sample: mean + deviation * noise, divergence: divergence(mean, logVariance) }
}

/** The first is the reader's; the last one says nothing of the example: it is the prior itself. */
const OTHERS = [
  [-0.6, -2, -1.1],
  [0.3, -0.7, 0.4],
  [0, 0, 1.5],
] as const

export function computed(knobs: Knobs) {
  const [mean, logVariance, noise] = [numberOf(knobs, "mean"), numberOf(knobs, "log_variance"), numberOf(knobs, "noise")]
  const code = [codeNumber(mean, logVariance, noise), ...OTHERS.map(([m, l, e]) => codeNumber(m, l, e))]
  const [input, hidden, latent] = [numberOf(knobs, "input"), numberOf(knobs, "hidden"), numberOf(knobs, "latent")]
  const layers = [
    dense(input, hidden, "encoder"),
    dense(hidden, latent, "μ"),
    dense(hidden, latent, "log σ²"),
    dense(latent, hidden, "decoder"),
    dense(hidden, input, "output"),
  ]
  return {
    mean,
    logVariance,
    deviation: code[0]?.deviation ?? 1,
    noise,
    z: code[0]?.sample ?? 0,
    code,
    price: numberOf(knobs, "beta") * code.reduce((sum, each) => sum + each.divergence, 0),
    layers,
    parameters: totalOf(layers, "parameters"),
    macs: totalOf(layers, "macs"),
  }
}
