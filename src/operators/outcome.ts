/** What every operator answers: a shape, its multiply-accumulates, and what is certainly wrong. */
import type { Sliding } from "../values/interpreter.ts"
import { type Dim, dimText, equals } from "../values/dim.ts"
import type { Problem, ProblemCode } from "../values/problem.ts"
import { type Shape, shapeText } from "../values/shape.ts"

export interface Outcome {
  readonly shape: Shape
  /** multiply-accumulates; see macs.md for what counts */
  readonly macs: Dim
  readonly problems: readonly Problem[]
  /** of operators that slide a window */
  readonly sliding?: Sliding
}

/** For operators with several results. */
export interface Outcomes {
  readonly shapes: readonly Shape[]
  readonly macs: Dim
  readonly problems: readonly Problem[]
}

export const free = (shape: Shape, problems: readonly Problem[] = []): Outcome => ({ shape, macs: 0, problems })

/**
 * A problem when two sizes are proven to differ for all values; a condition when they may be equal; nothing when they are.
 *
 *   what      "channels", "features": continues "expects 4 …"
 *   argument  the argument that would mend it by taking the actual size
 */
export function expectSame(code: ProblemCode, what: string, expected: Dim, actual: Dim, argument?: string): Problem[] {
  const same = equals(expected, actual)
  if (same === true) return []
  const message = `expects ${dimText(expected)} ${what}, got ${dimText(actual)}`
  if (same === undefined) return [{ code, message, undecided: { expected, actual } }]
  return [{ code, message, ...(argument && { fix: { argument, value: dimText(actual) } }) }]
}

/** A problem when a tensor has none of the wanted numbers of dimensions. */
export function expectRank(shape: Shape, ...ranks: number[]): Problem[] {
  if (ranks.includes(shape.length)) return []
  return [{ code: "rank-mismatch", message: `expects ${ranks.join(" or ")} dimensions, got ${shape.length}: ${shapeText(shape)}` }]
}
