/** The live check of variational autoencoders: the closed formulas against samples. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import type { CheckRow } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { deviationOf, divergence } from "./gaussian.ts"

const SAMPLES = 100_000

/** log q(z) − log p(z) at each sample z = μ + σ·ε, without the constant both have. */
function logRatios({ tensors }: Backend, mean: number, logVariance: number, noise: Held): Held {
  const z = tensors.add(mean, tensors.mul(deviationOf(logVariance), noise))
  const own = tensors.add(tensors.square(noise), logVariance)
  return tensors.mul(0.5, tensors.sub(tensors.square(z), own))
}

/** Within four standard errors, which chance misses once in 16,000 times; the seed is fixed. */
export async function sampled(backend: Backend, what: string, predicted: number, values: Held): Promise<CheckRow> {
  const { tensors } = backend
  const measured = await backend.number(tensors.mean(values))
  const variance = await backend.number(tensors.mean(tensors.square(tensors.sub(values, measured))))
  const tolerance = 4 * Math.sqrt(variance / values.size) + 1e-5
  return {
    what,
    predicted: `${predicted.toFixed(4)} ± ${tolerance.toFixed(4)}`,
    measured: measured.toFixed(4),
    agrees: Math.abs(measured - predicted) <= tolerance,
  }
}

/** The divergence of one code number from N(0, 1), and its slopes. */
export async function divergenceRows(backend: Backend, mean: number, logVariance: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const noise = tensors.randomNormal([SAMPLES], 0, 1, "float32", 17)
  const closed = (m: Held, l: Held): Held =>
    tensors.mul(0.5, tensors.sub(tensors.add(tensors.square(m), tensors.exp(l)), tensors.add(l, 1)))
  const [byMean, byLog] = backend.gradients((m, l) => closed(m as Held, l as Held), [tensors.scalar(mean), tensors.scalar(logVariance)])
  return [
    await sampled(
      backend,
      `KL: formula against the mean of log q − log p over ${SAMPLES.toLocaleString("en-US")} samples`,
      divergence(mean, logVariance),
      logRatios(backend, mean, logVariance, noise),
    ),
    comparedNumber("Slope of KL by μ, by back-propagation: μ", mean, await backend.number(byMean as Held)),
    comparedNumber("Slope of KL by log σ²: (σ² − 1) ÷ 2", (Math.exp(logVariance) - 1) / 2, await backend.number(byLog as Held)),
  ]
}
