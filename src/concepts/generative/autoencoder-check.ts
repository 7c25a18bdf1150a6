/** The live check of autoencoders: small ones trained on data whose best code is known beforehand. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { kindOf, networkOf, sparsity } from "./autoencoder-kinds.ts"
import { divergenceRows } from "./variational-check.ts"

const NUMBERS = 8
const EXAMPLES = 16
const STEPS = 250
/** Variances of the eight numbers: each half of the one before. */
const VARIANCES = Array.from({ length: NUMBERS }, (_, at) => 4 / 2 ** at)

/** The parity of common bits: columns of a Hadamard matrix, so that the numbers are uncorrelated exactly. */
function signOf(row: number, columnAt: number): number {
  let common = row & columnAt
  let parity = 1
  for (; common > 0; common &= common - 1) parity = -parity
  return parity
}

const examples = (backend: Backend): Held =>
  backend.tensor(
    Float32Array.from({ length: EXAMPLES * NUMBERS }, (_, at) => {
      const number = at % NUMBERS
      return Math.sqrt(VARIANCES[number] ?? 0) * signOf(Math.floor(at / NUMBERS), number + 1)
    }),
    [EXAMPLES, NUMBERS],
  )

/** As narrow as the reader's, by the root of the ratio. */
function codeOf(knobs: Knobs): number {
  const { input, code } = networkOf(knobs)
  return Math.max(1, Math.min(NUMBERS, Math.round(NUMBERS * Math.sqrt(code / input))))
}

const small = ({ tensors }: Backend, shape: readonly number[], seed: number): Held => tensors.randomNormal(shape, 0, 0.3, "float32", seed)

const squaredError = ({ tensors }: Backend, output: Held, target: Held): Held =>
  tensors.mean(tensors.sum(tensors.square(tensors.sub(output, target)), 1))

/** Without activations: what is learned is a matrix. */
async function linearRows(backend: Backend, knobs: Knobs, noise: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const code = codeOf(knobs)
  const data = examples(backend)
  const many = tensors.tile(data, [noise > 0 ? 16 : 1, 1])
  const [down, up] = [backend.variable(small(backend, [NUMBERS, code], 3)), backend.variable(small(backend, [code, NUMBERS], 4))]
  const through = (x: Held): Held => tensors.matMul(tensors.matMul(x, down), up)
  const spoil = (step: number): Held =>
    noise > 0 ? tensors.add(many, tensors.randomNormal(many.shape, 0, noise, "float32", 100 + step)) : many
  for (const learningRate of [0.05, 0.01])
    await backend.train([down, up], (step) => squaredError(backend, through(spoil(step + 1000 * learningRate)), many), {
      optimizer: "adam",
      learningRate,
      steps: STEPS / 2,
    })
  // The expectation over noise: what it does to x, and what it lets through of the noise itself.
  const matrix = tensors.matMul(down, up)
  const passed = noise ** 2 * (await backend.number(tensors.sum(tensors.square(matrix))))
  const measured = (await backend.number(squaredError(backend, through(data), data))) + passed
  const best = VARIANCES.reduce((sum, variance, at) => sum + (at < code ? (variance * noise ** 2) / (variance + noise ** 2) : variance), 0)
  const whole = VARIANCES.reduce((sum, variance) => sum + variance, 0)
  return [
    {
      what:
        noise > 0
          ? `Error left by a code of ${code}, against the best linear filter's`
          : `Error left by a code of ${code}, against that of ${code} principal component${code > 1 ? "s" : ""}`,
      predicted: best.toFixed(3),
      measured: measured.toFixed(3),
      agrees: Math.abs(measured - best) < 0.05 * best + 0.005,
    },
    noise > 0
      ? await gainRow(backend, matrix, noise)
      : {
          what: "Share of the variance it keeps",
          predicted: `${(100 * (1 - best / whole)).toFixed(1)} %`,
          measured: `${(100 * (1 - measured / whole)).toFixed(1)} %`,
          agrees: Math.abs(measured - best) < 0.01 * whole,
        },
  ]
}

/** Of the strongest number as much is let through as of it is signal. */
async function gainRow(backend: Backend, matrix: Held, noise: number): Promise<CheckRow> {
  const [variance = 1] = VARIANCES
  const best = variance / (variance + noise ** 2)
  const measured = await backend.number(backend.tensors.slice(matrix, [0, 0], [1, 1]))
  return {
    what: "What it lets through of the strongest number: s² ÷ (s² + σ²)",
    predicted: `${best.toFixed(3)} ± 0.05`,
    measured: measured.toFixed(3),
    agrees: Math.abs(measured - best) < 0.05,
  }
}

const CODES = 12
/** In the trained one; the reader's weight is for a loss of another size. */
const WEIGHT = 3

async function meanActivity(backend: Backend, target: number, weight: number): Promise<number> {
  const { tensors } = backend
  const data = examples(backend)
  const [down, bias, up] = [small(backend, [NUMBERS, CODES], 5), tensors.zeros([CODES]), small(backend, [CODES, NUMBERS], 6)].map((held) =>
    backend.variable(held),
  ) as [Held, Held, Held]
  const encode = (): Held => tensors.sigmoid(tensors.add(tensors.matMul(data, down), bias))
  const loss = (): Held => {
    const code = encode()
    const price = tensors.sum(priced(backend, tensors.mean(code, 0), target))
    return tensors.add(squaredError(backend, tensors.matMul(code, up), data), tensors.mul(weight, price))
  }
  await backend.train([down, bias, up], loss, { optimizer: "adam", learningRate: 0.05, steps: 80 })
  return backend.number(tensors.mean(encode()))
}

function priced({ tensors }: Backend, activity: Held, target: number): Held {
  const rest = tensors.sub(1, activity)
  const [on, off] = [tensors.log(tensors.div(target, activity)), tensors.log(tensors.div(1 - target, rest))]
  return tensors.add(tensors.mul(target, on), tensors.mul(1 - target, off))
}

async function sparseRows(backend: Backend, knobs: Knobs): Promise<readonly CheckRow[]> {
  const [target, activity] = [numberOf(knobs, "target"), numberOf(knobs, "activity")]
  const at = backend.tensors.scalar(activity)
  const [slope] = backend.gradients((held) => priced(backend, held as Held, target), [at])
  const free = await meanActivity(backend, target, 0)
  const paid = await meanActivity(backend, target, WEIGHT)
  return [
    comparedNumber("KL(ρ ‖ ρ̂)", sparsity(target, activity), await backend.number(priced(backend, at, target))),
    comparedNumber(
      "Its slope, by back-propagation",
      (1 - target) / (1 - activity) - target / activity,
      await backend.number(slope as Held),
    ),
    {
      what: "Mean activity of a trained code",
      predicted: `nearer to ${target} than ${free.toFixed(3)}, without the price`,
      measured: paid.toFixed(3),
      agrees: Math.abs(paid - target) < Math.abs(free - target),
    },
  ]
}

const NOTES = {
  plain: `A linear autoencoder of ${NUMBERS} numbers, trained for ${STEPS} steps on ${EXAMPLES} examples whose principal components are known; the code is as narrow beside them as yours, by the root of the ratio.`,
  denoising: `A linear one of ${NUMBERS} numbers, trained for ${STEPS} steps with new noise each time; the best that is possible is Wiener's filter.`,
  sparse: `${CODES} sigmoid code numbers for ${NUMBERS} inputs, trained for 80 steps with and without the price.`,
  variational: "The price of one code number; the subject of variational autoencoders trains and draws more.",
} as const

export async function checkAutoencoder(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const kind = kindOf(knobs)
  const rows = {
    plain: () => linearRows(backend, knobs, 0),
    denoising: () => linearRows(backend, knobs, numberOf(knobs, "noise")),
    sparse: () => sparseRows(backend, knobs),
    variational: () => divergenceRows(backend, 1.2, 2 * Math.log(0.5)),
  }[kind]
  return { backend: backend.name, rows: await rows(), timings: [], note: NOTES[kind] }
}
