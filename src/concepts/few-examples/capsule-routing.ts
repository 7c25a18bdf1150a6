/** Squash and routing by agreement (Sabour, Frosst and Hinton 2017): by hand in plain numbers, and in tensors. */
import type { Backend } from "../backend.ts"
import type { Held } from "../tensors.ts"

export type Vector = readonly number[]

export const lengthOf = (vector: Vector): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
const dot = (left: Vector, right: Vector): number => left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)

/** The direction stays; the length n becomes n² / (1 + n²). */
export function squash(vector: Vector): Vector {
  const length = lengthOf(vector)
  return vector.map((value) => (value * length) / (1 + length * length))
}

export const squashedLength = (length: number): number => length ** 2 / (1 + length ** 2)

export interface Routed {
  /** Of each capsule below: how much of it goes to each capsule above; they sum to 1. */
  readonly couplings: readonly Vector[]
  /** Of each capsule above, before and after squash. */
  readonly sums: readonly Vector[]
  readonly outputs: readonly Vector[]
  /** Of each capsule below with each above: what is added to the logits. */
  readonly agreements: readonly Vector[]
}

function softmax(logits: Vector): Vector {
  const largest = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** `predictions[i][j]` is what capsule i below expects of capsule j above; one result for each iteration. */
export function route(predictions: readonly (readonly Vector[])[], iterations: number): readonly Routed[] {
  const above = predictions[0]?.length ?? 0
  const rounds: Routed[] = []
  let logits: readonly Vector[] = predictions.map(() => Array.from({ length: above }, () => 0))
  for (let round = 0; round < iterations; round++) {
    const couplings = logits.map(softmax)
    const sums = Array.from({ length: above }, (_, j) => weightedSum(predictions, couplings, j))
    const outputs = sums.map(squash)
    const agreements = predictions.map((expected) => expected.map((vector, j) => dot(vector, outputs[j] ?? [])))
    rounds.push({ couplings, sums, outputs, agreements })
    logits = logits.map((line, i) => line.map((logit, j) => logit + (agreements[i]?.[j] ?? 0)))
  }
  return rounds
}

function weightedSum(predictions: readonly (readonly Vector[])[], couplings: readonly Vector[], j: number): Vector {
  const size = predictions[0]?.[j]?.length ?? 0
  return Array.from({ length: size }, (_, at) =>
    predictions.reduce((sum, expected, i) => sum + (couplings[i]?.[j] ?? 0) * (expected[j]?.[at] ?? 0), 0),
  )
}

/** Over the last axis. The little that is added keeps the root's slope finite. */
export function squashHeld({ tensors }: Backend, vectors: Held): Held {
  const squared = tensors.sum(tensors.square(vectors), -1, true)
  return tensors.mul(vectors, tensors.div(tensors.sqrt(tensors.add(squared, 1e-9)), tensors.add(squared, 1)))
}

export interface RoutedHeld {
  /** [batch, below, above] */
  readonly couplings: Held
  /** [batch, above, numbers] */
  readonly outputs: Held
}

/** `predictions` are [batch, below, above, numbers]. */
export function routeHeld(backend: Backend, predictions: Held, iterations: number): readonly RoutedHeld[] {
  const { tensors } = backend
  const rounds: RoutedHeld[] = []
  let logits = tensors.zeros(predictions.shape.slice(0, 3))
  for (let round = 0; round < iterations; round++) {
    const couplings = tensors.softmax(logits)
    const outputs = squashHeld(backend, tensors.sum(tensors.mul(tensors.expandDims(couplings, 3), predictions), 1))
    rounds.push({ couplings, outputs })
    logits = tensors.add(logits, tensors.sum(tensors.mul(predictions, tensors.expandDims(outputs, 1)), 3))
  }
  return rounds
}
