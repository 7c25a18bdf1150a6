/** Check of the recurrent network: back-propagation through time against the product of Jacobians, and errors that feed on themselves. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import {
  backThrough,
  chainInput,
  largestError,
  LEARNED,
  predictions,
  readChain,
  type RecurrentChain,
  scientific,
  truth,
  WAVE_STEPS,
} from "./recurrence.ts"

/** Steps are executed one by one; the product by hand is of the same steps. */
const MOST_STEPS = 60

/** Of the last state by the one at `from`, as the library back-propagates it. */
async function backPropagated(backend: Backend, chain: RecurrentChain, from: number, start: number): Promise<number> {
  const { tensors } = backend
  const unrolled = (state: Held): Held => {
    // Times one, so that there is a way back when no step follows.
    let current = tensors.mul(state, 1)
    for (let step = from + 1; step < chain.length; step++)
      current = tensors.tanh(tensors.add(tensors.mul(current, chain.weight), chainInput(step)))
    return current
  }
  const [gradient] = backend.gradients((state) => unrolled(state as Held), [tensors.scalar(start)])
  return backend.number(gradient as Held)
}

/** Small numbers are compared by their size; the library counts in 32 bits. */
function samePower(what: string, predicted: number, measured: number): CheckRow {
  const agrees = Math.abs(predicted - measured) <= 1e-2 * Math.abs(predicted) + 1e-30
  return { what, predicted: scientific(predicted), measured: scientific(measured), agrees }
}

/** The gradient by the shared weight: without truncation all steps count, with it the last ones. */
async function weightGradient(backend: Backend, chain: RecurrentChain): Promise<number> {
  const { tensors } = backend
  const loss = (weight: Held): Held => {
    let current = tensors.scalar(startOf(chain))
    for (let step = Math.max(0, chain.length - chain.window); step < chain.length; step++)
      current = tensors.tanh(tensors.add(tensors.mul(weight, current), chainInput(step)))
    return current
  }
  const [gradient] = backend.gradients((weight) => loss(weight as Held), [tensors.scalar(chain.weight)])
  return backend.number(gradient as Held)
}

/** The state at which truncation stops: a constant for the gradient. */
function startOf(chain: RecurrentChain): number {
  const first = Math.max(0, chain.length - chain.window)
  return backThrough(chain)[first - 1]?.state ?? 0
}

/** Each step adds what came in, times its slope, times what reaches it. */
function weightGradientByHand(chain: RecurrentChain): number {
  const passed = backThrough(chain)
  return passed.reduce((sum, { gradient, state }, step) => sum + gradient * (1 - state * state) * (passed[step - 1]?.state ?? 0), 0)
}

/** The predictor in tensors: on the true values all at once, on its own one after the other. */
async function predictorErrors(backend: Backend): Promise<readonly [forced: number, free: number]> {
  const { tensors } = backend
  const wave = backend.tensor(
    Float32Array.from({ length: WAVE_STEPS }, (_, step) => truth(step)),
    [WAVE_STEPS],
  )
  const part = (from: number): Held => tensors.slice(wave, [from], [WAVE_STEPS - 2])
  const forced = tensors.sub(tensors.mul(part(1), LEARNED), part(0))
  const error = tensors.max(tensors.abs(tensors.sub(forced, part(2))))
  let [before, last] = [tensors.scalar(truth(0)), tensors.scalar(truth(1))]
  const free: Held[] = []
  for (let step = 2; step < WAVE_STEPS; step++) {
    const next = tensors.sub(tensors.mul(last, LEARNED), before)
    ;[before, last] = [last, next]
    free.push(next)
  }
  const freeError = tensors.max(tensors.abs(tensors.sub(tensors.stack(free), part(2))))
  return [await backend.number(error), await backend.number(freeError)]
}

export async function checkRecurrence(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const asked = readChain(knobs)
  const chain = { ...asked, length: Math.min(asked.length, MOST_STEPS) }
  const whole = { ...chain, window: chain.length }
  const passed = backThrough(whole)
  const measured = await backPropagated(backend, chain, 0, passed[0]?.state ?? 0)
  const [forced, free] = await predictorErrors(backend)
  const shorter = Math.min(chain.window, chain.length)
  return {
    backend: backend.name,
    rows: [
      samePower(`Last state by the first, ${chain.length - 1} Jacobians multiplied`, passed[0]?.gradient ?? 1, measured),
      samePower("Last state by the weight w, through all steps", weightGradientByHand(whole), await weightGradient(backend, whole)),
      samePower(`The same, truncated to ${shorter} steps`, weightGradientByHand(chain), await weightGradient(backend, chain)),
      comparedNumber("Largest error of a predictor that reads the truth", largestError(predictions(true)), forced),
      comparedNumber("and of the same one reading its own predictions", largestError(predictions(false)), free),
    ],
    timings: [],
    note: `${chain.length} steps${chain.length < asked.length ? ` instead of ${asked.length}` : ""} of the chain of one number. The predictor knows a wave's rule with an error of 2 %, over ${WAVE_STEPS} steps.`,
  }
}
