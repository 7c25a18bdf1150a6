/** The kinds of autoencoders, their networks layer by layer, and a tiny one whose every number can be seen. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { dense, totalOf } from "./counted-layers.ts"

export const KINDS = [
  { value: "plain", label: "undercomplete" },
  { value: "sparse", label: "sparse" },
  { value: "denoising", label: "denoising" },
  { value: "variational", label: "variational" },
] as const

export type Kind = (typeof KINDS)[number]["value"]

export const kindOf = (knobs: Knobs): Kind => KINDS.find(({ value }) => value === knobs["kind"])?.value ?? "plain"

/** Encoder, code and decoder as fully connected layers; a variational one makes two vectors of the code's size. */
export function networkOf(knobs: Knobs) {
  const [input, hidden, code] = [numberOf(knobs, "input"), numberOf(knobs, "hidden"), numberOf(knobs, "code")]
  const heads = kindOf(knobs) === "variational" ? 2 : 1
  const layers = [dense(input, hidden), dense(hidden, heads * code), dense(code, hidden), dense(hidden, input)]
  return { input, hidden, code, heads, layers, parameters: totalOf(layers, "parameters"), macs: totalOf(layers, "macs") }
}

/** What the mean activity of a code number costs when it is to be `target`: the divergence of two coins. */
export const sparsity = (target: number, activity: number): number =>
  target * Math.log(target / activity) + (1 - target) * Math.log((1 - target) / (1 - activity))

/** Four numbers of which the first two are alike and the last two opposite: two numbers say it all, nearly. */
const EXAMPLE = [0.9, 0.7, -0.5, 0.4]
const NOISE = [-0.6, 0.3, 0.5, -0.7]
export const ENCODER_WEIGHTS = [
  [0.5, 0.5, 0, 0],
  [0, 0, 0.5, -0.5],
]
export const DECODER_WEIGHTS = [
  [1, 0],
  [1, 0],
  [0, 1],
  [0, -1],
]

const product = (weights: readonly (readonly number[])[], vector: readonly number[]): readonly number[] =>
  weights.map((line) => line.reduce((sum, weight, at) => sum + weight * (vector[at] ?? 0), 0))

export interface TinyRun {
  /** What is to come out. */
  readonly target: readonly number[]
  /** What goes in. */
  readonly read: readonly number[]
  readonly code: readonly number[]
  readonly output: readonly number[]
  /** Mean of the squares. */
  readonly error: number
}

export function tinyRun(knobs: Knobs): TinyRun {
  const noise = kindOf(knobs) === "denoising" ? numberOf(knobs, "noise") : 0
  const read = EXAMPLE.map((value, at) => value + noise * (NOISE[at] ?? 0))
  const code = product(ENCODER_WEIGHTS, read)
  const output = product(DECODER_WEIGHTS, code)
  const error = output.reduce((sum, value, at) => sum + (value - (EXAMPLE[at] ?? 0)) ** 2, 0) / EXAMPLE.length
  return { target: EXAMPLE, read, code, output, error }
}
