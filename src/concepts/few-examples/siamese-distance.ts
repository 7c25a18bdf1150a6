/** How two embeddings are compared, term by term, and what a distance costs in training. */
import type { Knobs } from "../subject.ts"
import { lengthOf, type Vector } from "./capsule-routing.ts"

export const DISTANCES = [
  { value: "euclidean", label: "Euclidean" },
  { value: "manhattan", label: "Manhattan (L1)" },
  { value: "cosine", label: "cosine" },
] as const

export type DistanceKind = (typeof DISTANCES)[number]["value"]

export const distanceOf = (knobs: Knobs): DistanceKind => DISTANCES.find(({ value }) => value === knobs["distance"])?.value ?? "euclidean"

interface Measure {
  readonly tex: string
  readonly termName: string
  readonly term: (a: number, b: number) => number
  readonly distance: (a: Vector, b: Vector) => number
  /** TeX with the sum put in. */
  readonly put: (a: Vector, b: Vector) => string
  /** What is done with the sum, in words. */
  readonly finish: (a: Vector, b: Vector) => string
}

const sumOf = (term: Measure["term"], a: Vector, b: Vector): number => a.reduce((sum, value, at) => sum + term(value, b[at] ?? 0), 0)
const squared = (a: number, b: number): number => (a - b) ** 2
const apart = (a: number, b: number): number => Math.abs(a - b)
const times = (a: number, b: number): number => a * b

export const MEASURES: Readonly<Record<DistanceKind, Measure>> = {
  euclidean: {
    tex: "d = \\sqrt{\\textstyle\\sum_i (a_i - b_i)^2}",
    termName: "(a − b)²",
    term: squared,
    distance: (a, b) => Math.sqrt(sumOf(squared, a, b)),
    put: (a, b) => `\\sqrt{${sumOf(squared, a, b).toFixed(2)}}`,
    finish: (a, b) => `d = √${sumOf(squared, a, b).toFixed(2)}`,
  },
  manhattan: {
    tex: "d = \\textstyle\\sum_i |a_i - b_i|",
    termName: "|a − b|",
    term: apart,
    distance: (a, b) => sumOf(apart, a, b),
    put: (a, b) => a.map((value, at) => apart(value, b[at] ?? 0).toFixed(1)).join(" + "),
    finish: () => "the sum itself",
  },
  cosine: {
    tex: "d = 1 - \\frac{a \\cdot b}{|a|\\,|b|}",
    termName: "a · b",
    term: times,
    distance: (a, b) => 1 - sumOf(times, a, b) / (lengthOf(a) * lengthOf(b)),
    put: (a, b) => `1 - \\frac{${sumOf(times, a, b).toFixed(2)}}{${lengthOf(a).toFixed(2)} \\cdot ${lengthOf(b).toFixed(2)}}`,
    finish: (a, b) => `1 − ${sumOf(times, a, b).toFixed(2)} ÷ (${lengthOf(a).toFixed(2)} · ${lengthOf(b).toFixed(2)})`,
  },
}

/** Hadsell, Chopra and LeCun 2006, without the factor one half. */
export const contrastive = (distance: number, isSame: boolean, margin: number): number =>
  isSame ? distance ** 2 : Math.max(0, margin - distance) ** 2
