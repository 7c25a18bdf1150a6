/** Runs a last activation and its loss: value, back-propagated gradient, and how far the loss falls when the scores are moved freely. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { readPairing, shown } from "./loss-pairing-numbers.ts"
import { gradientBy, lastNamed, leastLoss, lossNamed, lossOf, MATCHED, type Problem, withScore } from "./pairings.ts"

const STEPS = 300
/** Sure, and wrong. */
const FAR = -12

export async function checkPairing(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const problem = readPairing(knobs)
  const matched = { ...problem, ...MATCHED[problem.task] }
  const far = withScore(problem, 0, FAR)
  const [own, fitting] = [await trained(backend, problem), await trained(backend, matched)]
  return {
    backend: backend.name,
    rows: [
      comparedNumber("Loss", lossOf(problem), await executedLoss(backend, problem)),
      closeTo("Gradient by the first score, by back-propagation", gradientBy(problem, 0), await executedGradient(backend, problem)),
      closeTo(`The same gradient at a score of ${FAR}`.replace("-", "−"), gradientBy(far, 0), await executedGradient(backend, far)),
      fallen(`Loss after ${STEPS} steps on the scores alone`, leastLoss(problem), own),
      fallen("The same with a pair that fits", leastLoss(matched), fitting),
    ],
    timings: [],
    picture: curves(own, fitting),
    note: `Adam moves the scores themselves (${problem.count}), so that no network stands in the way; all start at 0.1.`,
  }
}

const tensorOf = (backend: Backend, numbers: readonly number[]): Held => backend.tensor(Float32Array.from(numbers), [1, numbers.length])

function applied(backend: Backend, { last, loss, targets }: Problem, scores: Held): Held {
  const outputs = lastNamed(last).execute(backend.tensors, scores)
  return lossNamed(loss).execute(backend.tensors, outputs, tensorOf(backend, targets))
}

const executedLoss = (backend: Backend, problem: Problem): Promise<number> =>
  backend.number(applied(backend, problem, tensorOf(backend, problem.scores)))

async function executedGradient(backend: Backend, problem: Problem): Promise<number> {
  const [slope] = backend.gradients((scores) => applied(backend, problem, scores as Held), [tensorOf(backend, problem.scores)])
  return (await backend.values(slope as Held))[0] ?? Number.NaN
}

/** All scores start alike, a little above zero, where ReLU still passes a gradient. */
function trained(backend: Backend, problem: Problem): Promise<Float32Array> {
  const scores = backend.variable(
    tensorOf(
      backend,
      problem.scores.map(() => 0.1),
    ),
  )
  return backend.train([scores], () => applied(backend, problem, scores), { optimizer: "adam", learningRate: 0.1, steps: STEPS })
}

/** Single precision, and a kink of the loss, leave a little. */
function closeTo(what: string, predicted: number, measured: number): CheckRow {
  const agrees = Math.abs(predicted - measured) <= 2e-3 * Math.max(1, Math.abs(predicted))
  return { what, predicted: shown(predicted), measured: shown(measured), agrees }
}

/** Never below what is possible. How near it comes in so many steps depends on the gradient that is left. */
function fallen(what: string, least: number, losses: Float32Array): CheckRow {
  const last = losses.at(-1) ?? Number.NaN
  const predicted = least === Number.NEGATIVE_INFINITY ? "falls without bound" : `not below ${shown(least)}`
  const agrees = least === Number.NEGATIVE_INFINITY ? last < (losses[0] ?? 0) - 10 : last >= least - 1e-3
  return { what, predicted, measured: shown(last), agrees }
}

function curves(own: Float32Array, fitting: Float32Array): Scene {
  const all = [...own, ...fitting].filter(Number.isFinite)
  const [low, high] = [Math.max(-10, Math.min(0, ...all)), Math.max(0.1, ...all)]
  const points = (losses: Float32Array) => [...losses].map((loss, step) => [step, Math.max(low, Math.min(high, loss))] as const)
  return {
    title: "Loss while scores are moved",
    description: `After ${STEPS} steps the loss of this pair is ${shown(own.at(-1) ?? Number.NaN)}, that of a pair that fits ${shown(fitting.at(-1) ?? Number.NaN)}.`,
    content: {
      kind: "plot",
      id: "falling",
      label: "Measured loss",
      width: 380,
      height: 150,
      x: { label: "step", from: 0, to: STEPS },
      y: { label: "", from: low, to: high },
      curves: [
        { tone: "third", name: "a pair that fits", isDashed: true, points: points(fitting) },
        { tone: "output", name: "this pair", points: points(own) },
      ],
    },
  }
}
