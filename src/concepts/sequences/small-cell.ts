/** Recurrent cells so small that every number of theirs can be shown: two numbers in, two in the state, weights of one decimal. */
import { exampleNumber } from "../convolution/sliding.ts"

export type Vector = readonly number[]
export type Matrix = readonly Vector[]

export const SMALL = { input: 2, hidden: 2 }

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** One gate's (or the candidate's) weights: a row for each number of the state, over the input and the state before. */
export interface Affine {
  readonly weights: Matrix
  readonly bias: Vector
}

const tenths = (most: number, ...seed: readonly number[]): number => exampleNumber(-most, most, ...seed) / 10

export function affineOf(which: number): Affine {
  return {
    weights: Array.from({ length: SMALL.hidden }, (_, row) =>
      Array.from({ length: SMALL.input + SMALL.hidden }, (_, column) => tenths(12, 31 * which + 5, row * 7 + 3, column * 13 + which)),
    ),
    bias: Array.from({ length: SMALL.hidden }, (_, row) => tenths(4, which * 17 + 2, row + 40)),
  }
}

/** What comes in at a step, counted from 0. */
export const inputAt = (step: number): Vector => Array.from({ length: SMALL.input }, (_, index) => tenths(15, step * 11 + 1, index * 5 + 9))

export const ZEROS: Vector = Array.from({ length: SMALL.hidden }, () => 0)

const dot = (left: Vector, right: Vector): number => left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)
export const applied = ({ weights, bias }: Affine, reading: Vector): Vector => weights.map((row, at) => dot(row, reading) + (bias[at] ?? 0))
export const times = (left: Vector, right: Vector): Vector => left.map((value, at) => value * (right[at] ?? 0))
export const plus = (left: Vector, right: Vector): Vector => left.map((value, at) => value + (right[at] ?? 0))
export const rest = (of: Vector): Vector => of.map((value) => 1 - value)

export const LSTM_WEIGHTS = { forget: affineOf(1), input: affineOf(2), candidate: affineOf(3), output: affineOf(4) }
export const GRU_WEIGHTS = { reset: affineOf(5), update: affineOf(6), candidate: affineOf(7) }

export interface LstmStep {
  readonly x: Vector
  readonly before: { readonly hidden: Vector; readonly cell: Vector }
  readonly reading: Vector
  readonly sums: { readonly forget: Vector; readonly input: Vector; readonly candidate: Vector; readonly output: Vector }
  readonly forget: Vector
  readonly input: Vector
  readonly candidate: Vector
  readonly output: Vector
  readonly kept: Vector
  readonly written: Vector
  readonly cell: Vector
  readonly hidden: Vector
}

export function lstmStep(x: Vector, before: LstmStep["before"]): LstmStep {
  const reading = [...x, ...before.hidden]
  const sums = {
    forget: applied(LSTM_WEIGHTS.forget, reading),
    input: applied(LSTM_WEIGHTS.input, reading),
    candidate: applied(LSTM_WEIGHTS.candidate, reading),
    output: applied(LSTM_WEIGHTS.output, reading),
  }
  const [forget, input, output] = [sums.forget.map(sigmoid), sums.input.map(sigmoid), sums.output.map(sigmoid)]
  const candidate = sums.candidate.map(Math.tanh)
  const [kept, written] = [times(forget, before.cell), times(input, candidate)]
  const cell = plus(kept, written)
  return { x, before, reading, sums, forget, input, candidate, output, kept, written, cell, hidden: times(output, cell.map(Math.tanh)) }
}

/** Step after step from a state of zeros. */
export function lstmSteps(count: number): readonly LstmStep[] {
  const steps: LstmStep[] = []
  for (let step = 0; step < count; step++) steps.push(lstmStep(inputAt(step), steps.at(-1) ?? { hidden: ZEROS, cell: ZEROS }))
  return steps
}

export interface GruStep {
  readonly x: Vector
  readonly before: Vector
  readonly reading: Vector
  readonly sums: { readonly reset: Vector; readonly update: Vector }
  readonly reset: Vector
  readonly update: Vector
  /** W x + b, and U h, which the reset gate scales. */
  readonly parts: { readonly fromInput: Vector; readonly fromState: Vector }
  readonly candidate: Vector
  readonly kept: Vector
  readonly written: Vector
  readonly hidden: Vector
}

/** As torch and Keras do it: the reset gate scales what the state's product gave. */
export function gruStep(x: Vector, before: Vector): GruStep {
  const reading = [...x, ...before]
  const sums = { reset: applied(GRU_WEIGHTS.reset, reading), update: applied(GRU_WEIGHTS.update, reading) }
  const [reset, update] = [sums.reset.map(sigmoid), sums.update.map(sigmoid)]
  const { weights, bias } = GRU_WEIGHTS.candidate
  const parts = {
    fromInput: applied({ weights: weights.map((row) => row.slice(0, SMALL.input)), bias }, x),
    fromState: weights.map((row) => dot(row.slice(SMALL.input), before)),
  }
  const candidate = plus(parts.fromInput, times(reset, parts.fromState)).map(Math.tanh)
  const [kept, written] = [times(update, before), times(rest(update), candidate)]
  return { x, before, reading, sums, reset, update, parts, candidate, kept, written, hidden: plus(kept, written) }
}

export function gruSteps(count: number): readonly GruStep[] {
  const steps: GruStep[] = []
  for (let step = 0; step < count; step++) steps.push(gruStep(inputAt(step), steps.at(-1)?.hidden ?? ZEROS))
  return steps
}
