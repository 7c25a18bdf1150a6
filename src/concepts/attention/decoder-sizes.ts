/** What a decoder block holds and costs, part by part: weights by their shapes, products by the operators that analyse models too. */
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { countOf } from "./gpt-sizes.ts"

export interface DecoderSizes {
  readonly width: number
  readonly heads: number
  readonly inner: number
  /** Positions of the text that is written, and of the one that is read. */
  readonly target: number
  readonly source: number
  readonly isNormFirst: boolean
  readonly hasBias: boolean
}

export const readDecoder = (knobs: Knobs): DecoderSizes => ({
  width: numberOf(knobs, "d_model"),
  heads: numberOf(knobs, "nhead"),
  inner: numberOf(knobs, "dim_feedforward"),
  target: numberOf(knobs, "target"),
  source: numberOf(knobs, "source"),
  isNormFirst: flagOf(knobs, "norm_first"),
  hasBias: flagOf(knobs, "bias"),
})

export const PARTS = ["masked self-attention", "cross-attention", "feed-forward", "normalisations"] as const
type PartName = (typeof PARTS)[number]

interface Cost {
  readonly name: PartName
  readonly parameters: number
  readonly macs: number
}

export function decoderCosts({ width, heads, inner, target, source, hasBias }: DecoderSizes): readonly Cost[] {
  const bias = (size: number): readonly (readonly number[])[] => (hasBias ? [[size]] : [])
  const attention = countOf([0, 1, 2, 3].flatMap(() => [[width, width], ...bias(width)]))
  const project = (rows: number, from: number, to: number): number => Number(linear([rows, from], [to, from]).macs)
  const mix = (keys: number): number =>
    Number(attend([heads, target, width / heads], [heads, keys, width / heads], [heads, keys, width / heads]).macs)
  return [
    { name: "masked self-attention", parameters: attention, macs: 4 * project(target, width, width) + mix(target) },
    {
      name: "cross-attention",
      parameters: attention,
      macs: 2 * project(target, width, width) + 2 * project(source, width, width) + mix(source),
    },
    {
      name: "feed-forward",
      parameters: countOf([[width, inner], ...bias(inner), [inner, width], ...bias(width)]),
      macs: project(target, width, inner) + project(target, inner, width),
    },
    { name: "normalisations", parameters: countOf([0, 1, 2].flatMap(() => [[width], ...bias(width)])), macs: 0 },
  ]
}

export const totalOf = (costs: readonly Cost[], of: "parameters" | "macs"): number => costs.reduce((sum, cost) => sum + cost[of], 0)
