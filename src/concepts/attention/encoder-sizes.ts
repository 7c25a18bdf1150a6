/** What an encoder block holds and costs, part by part: weights by their shapes, products by the operators that analyse models too. */
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { countOf } from "./gpt-sizes.ts"

export interface EncoderSizes {
  readonly width: number
  readonly heads: number
  readonly inner: number
  readonly length: number
  readonly isNormFirst: boolean
  readonly hasBias: boolean
}

export const readEncoder = (knobs: Knobs): EncoderSizes => ({
  width: numberOf(knobs, "d_model"),
  heads: numberOf(knobs, "nhead"),
  inner: numberOf(knobs, "dim_feedforward"),
  length: numberOf(knobs, "length"),
  isNormFirst: flagOf(knobs, "norm_first"),
  hasBias: flagOf(knobs, "bias"),
})

interface Cost {
  readonly name: "projections" | "scores, mixture" | "feed-forward" | "normalisations"
  readonly parameters: number
  readonly macs: number
}

export function encoderCosts({ width, heads, inner, length, hasBias }: EncoderSizes): readonly Cost[] {
  const bias = (size: number): readonly (readonly number[])[] => (hasBias ? [[size]] : [])
  const project = (from: number, to: number): number => Number(linear([length, from], [to, from]).macs)
  const head = [heads, length, width / heads]
  return [
    {
      name: "projections",
      parameters: countOf([0, 1, 2, 3].flatMap(() => [[width, width], ...bias(width)])),
      macs: 4 * project(width, width),
    },
    { name: "scores, mixture", parameters: 0, macs: Number(attend(head, head, head).macs) },
    {
      name: "feed-forward",
      parameters: countOf([[width, inner], ...bias(inner), [inner, width], ...bias(width)]),
      macs: project(width, inner) + project(inner, width),
    },
    { name: "normalisations", parameters: countOf([0, 1].flatMap(() => [[width], ...bias(width)])), macs: 0 },
  ]
}

export const sumOf = (costs: readonly Cost[], of: "parameters" | "macs"): number => costs.reduce((sum, cost) => sum + cost[of], 0)

/** One position of four numbers on its way: what came in, and what a part made of it. Chosen, not learned. */
export const CAME = [2, -1, 0, 3] as const
export const MADE = [1, 1, -2, 0] as const

/** To mean 0 and spread 1. */
export function normal(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length + 1e-5)
  return values.map((value) => (value - mean) / spread)
}
