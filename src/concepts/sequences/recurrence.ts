/** A recurrent network of one number, whose gradients can be followed by hand, and a predictor that is fed the truth or itself. */
import { exampleNumber } from "../convolution/sliding.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"

export interface RecurrentChain {
  readonly length: number
  /** What the state before is multiplied by. */
  readonly weight: number
  /** Steps that back-propagation goes back at most. */
  readonly window: number
  readonly isForced: boolean
}

export const readChain = (knobs: Knobs): RecurrentChain => ({
  length: numberOf(knobs, "length"),
  weight: numberOf(knobs, "weight"),
  window: numberOf(knobs, "window"),
  isForced: flagOf(knobs, "teacher_forcing"),
})

export const chainInput = (step: number): number => exampleNumber(-4, 4, 3, step * 7 + 2) / 10

/** h = tanh(w · h before + x), from 0. */
export function chainStates({ length, weight }: RecurrentChain): readonly number[] {
  const states: number[] = []
  for (let step = 0; step < length; step++) states.push(Math.tanh(weight * (states.at(-1) ?? 0) + chainInput(step)))
  return states
}

export interface Passed {
  readonly state: number
  /** Of the step after, by this state; 1 at the last step. */
  readonly factor: number
  /** Of the last state by this one; 0 where truncation stopped. */
  readonly gradient: number
}

/** For every step, what comes back to it from the last state. */
export function backThrough(chain: RecurrentChain): readonly Passed[] {
  const states = chainStates(chain)
  const passed: Passed[] = []
  let gradient = 1
  for (let step = chain.length - 1; step >= 0; step--) {
    const after = states[step + 1]
    const factor = after === undefined ? 1 : (1 - after * after) * chain.weight
    gradient *= factor
    const isReached = chain.length - step <= chain.window
    passed.unshift({ state: states[step] ?? 0, factor, gradient: isReached ? gradient : 0 })
  }
  return passed
}

export const scientific = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4) ? value.toExponential(2) : String(Number(value.toFixed(4)))

export const texPower = (value: number): string => scientific(value).replace(/e\+?(-?\d+)/, " \\cdot 10^{$1}")

const FREQUENCY = 0.5
/** The predictor knows the wave's rule up to two per cent. */
export const LEARNED = 2 * Math.cos(FREQUENCY) * 1.02
export const WAVE_STEPS = 24

export const truth = (step: number): number => Math.sin(FREQUENCY * step)

/** ŷ(t + 1) = a · y(t) − y(t − 1): of the true values, or of its own once it has left the first two. */
export function predictions(isForced: boolean, steps = WAVE_STEPS): readonly number[] {
  const predicted = [truth(0), truth(1)]
  for (let step = 2; step < steps; step++) {
    const [last, before] = isForced ? [truth(step - 1), truth(step - 2)] : [predicted[step - 1] ?? 0, predicted[step - 2] ?? 0]
    predicted.push(LEARNED * last - before)
  }
  return predicted
}

export const largestError = (predicted: readonly number[]): number =>
  Math.max(...predicted.map((value, step) => Math.abs(value - truth(step))))
