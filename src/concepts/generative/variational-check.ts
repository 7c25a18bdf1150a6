/** The live check of variational autoencoders: the closed formulas against samples. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { curveOf, density, deviationOf, divergence } from "./gaussian.ts"

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

/** The derivative of the mean of z² by mean and deviation: 2μ and 2σ, through samples z = μ + σ·ε. */
async function slopeRows(backend: Backend, mean: number, deviation: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const noise = tensors.randomNormal([SAMPLES], 0, 1, "float32", 29)
  const squares = (m: Held, s: Held): Held => tensors.mean(tensors.square(tensors.add(m, tensors.mul(s, noise))))
  const at = [tensors.scalar(mean), tensors.scalar(deviation)]
  const slopes = backend.gradients((m, s) => squares(m as Held, s as Held), at)
  // Of 2z and 2zε, whose means the slopes are.
  const errors = [2 * deviation, 2 * Math.sqrt(mean ** 2 + 2 * deviation ** 2)]
  const wanted = [2 * mean, 2 * deviation]
  const names = ["Slope of the mean of z² by μ, through 100,000 samples: 2μ", "… and by σ: 2σ"]
  return Promise.all(
    slopes.map(async (slope, index) => {
      const [measured, predicted] = [await backend.number(slope), wanted[index] ?? 0]
      const tolerance = (4 * (errors[index] ?? 0)) / Math.sqrt(SAMPLES) + 1e-4
      return {
        what: names[index] ?? "",
        predicted: `${predicted.toFixed(3)} ± ${tolerance.toFixed(3)}`,
        measured: measured.toFixed(3),
        agrees: Math.abs(measured - predicted) <= tolerance,
      }
    }),
  )
}

const BINS = 40

async function histogram(backend: Backend, mean: number, deviation: number): Promise<Scene> {
  const { tensors } = backend
  const z = await backend.values(tensors.add(mean, tensors.mul(deviation, tensors.randomNormal([SAMPLES], 0, 1, "float32", 17))))
  const [from, width] = [mean - 4 * deviation, (8 * deviation) / BINS]
  const counts = Array.from({ length: BINS }, () => 0)
  for (const value of z) {
    const bin = Math.floor((value - from) / width)
    if (bin >= 0 && bin < BINS) counts[bin] = (counts[bin] ?? 0) + 1
  }
  const measured = counts.flatMap((count, bin) => {
    const high = count / (SAMPLES * width)
    return [[from + bin * width, high] as const, [from + (bin + 1) * width, high] as const]
  })
  return {
    title: "Samples of one code number",
    description: `${SAMPLES} samples μ + σε lie as the density of N(${mean}, ${deviation.toFixed(3)}²) says.`,
    content: {
      kind: "plot",
      id: "samples",
      label: `${SAMPLES.toLocaleString("en-US")} samples of z₁`,
      width: 320,
      height: 150,
      x: { label: "z", from, to: from + BINS * width },
      y: { label: "density", from: 0, to: 1.1 * density(mean, mean, deviation) },
      curves: [
        { tone: "output", name: "measured", isFilled: true, points: measured },
        {
          tone: "kernel",
          name: "N(μ, σ²)",
          isDashed: true,
          points: curveOf((x) => density(x, mean, deviation), from, from + BINS * width),
        },
      ],
    },
  }
}

export async function checkVariational(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const [mean, logVariance] = [numberOf(knobs, "mean"), numberOf(knobs, "log_variance")]
  const deviation = deviationOf(logVariance)
  return {
    backend: backend.name,
    rows: [...(await divergenceRows(backend, mean, logVariance)), ...(await slopeRows(backend, mean, deviation))],
    timings: [],
    picture: await histogram(backend, mean, deviation),
    note: "Of the first code number; what is measured by samples is to lie within four standard errors, and the seed is the same each time.",
  }
}
