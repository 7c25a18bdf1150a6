/** What an attention holds and costs: projections by their shapes, products by the operators that analyse models too. */
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { countOf } from "./gpt-sizes.ts"

export type Reading = "self" | "causal" | "cross"
export type Scoring = "scaled" | "dot" | "additive"

export interface AttentionSizes {
  readonly reading: Reading
  readonly scoring: Scoring
  readonly width: number
  readonly heads: number
  /** Numbers of one head. */
  readonly depth: number
  readonly queries: number
  readonly keys: number
  readonly isProjected: boolean
  readonly hasBias: boolean
}

export function readAttention(knobs: Knobs): AttentionSizes {
  const [width, heads, own] = [numberOf(knobs, "embed_dim"), numberOf(knobs, "num_heads"), numberOf(knobs, "key_dim")]
  const reading = knobs["reading"] as Reading
  const queries = numberOf(knobs, "queries")
  return {
    reading,
    scoring: knobs["scoring"] as Scoring,
    width,
    heads,
    depth: own === 0 ? width / heads : own,
    queries,
    keys: reading === "cross" ? numberOf(knobs, "keys") : queries,
    isProjected: flagOf(knobs, "projected"),
    hasBias: flagOf(knobs, "bias"),
  }
}

/** Query, key, value and output; additive scores have a vector for each head on top. */
export function attentionWeights({ width, heads, depth, scoring, isProjected, hasBias }: AttentionSizes): readonly (readonly number[])[] {
  const inner = heads * depth
  const one = (from: number, to: number): readonly (readonly number[])[] => [[from, to], ...(hasBias ? [[to]] : [])]
  return [
    ...(isProjected ? [...[0, 1, 2].flatMap(() => one(width, inner)), ...one(inner, width)] : []),
    ...(scoring === "additive" ? [[inner]] : []),
  ]
}

export const attentionParameters = (sizes: AttentionSizes): number => countOf(attentionWeights(sizes))

/** Projections grow with the length, mixing with its square. An additive score takes as many products as one that multiplies. */
export function attentionMacs({ width, heads, depth, queries, keys, isProjected }: AttentionSizes) {
  const inner = heads * depth
  const project = (rows: number, from: number, to: number): number => (isProjected ? Number(linear([rows, from], [to, from]).macs) : 0)
  const projections = project(queries, width, inner) + 2 * project(keys, width, inner) + project(queries, inner, width)
  const mixing = Number(attend([heads, queries, depth], [heads, keys, depth], [heads, keys, depth]).macs)
  return { projections, mixing, total: projections + mixing }
}

/** The same attention over another length. */
export const ofLength = (sizes: AttentionSizes, length: number): AttentionSizes => ({ ...sizes, queries: length, keys: length })
