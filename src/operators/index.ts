/** Indexing with numbers, slices, None, Ellipsis, index tensors and masks. Source: https://numpy.org/doc/stable/user/basics.indexing.html */
import { type Dim, dimText, isConcrete, lessThan, atMost, subtract } from "../values/dim.ts"
import type { Problem } from "../values/problem.ts"
import { broadcastAll, type Shape, shapeText, sliceLength } from "../values/shape.ts"
import { free, type Outcome } from "./outcome.ts"

export type Part =
  | { readonly kind: "number"; readonly at: Dim | undefined }
  | { readonly kind: "slice"; readonly lower: Dim | undefined; readonly upper: Dim | undefined; readonly step: Dim }
  | { readonly kind: "new" }
  | { readonly kind: "ellipsis" }
  /** an index tensor */
  | { readonly kind: "tensor"; readonly shape: Shape }
  /** a mask over as many axes as it has; it takes nobody knows how many elements: `count` is a fresh symbol */
  | { readonly kind: "mask"; readonly shape: Shape; readonly count: Dim }

const axesTaken = (part: Part): number => (part.kind === "new" || part.kind === "ellipsis" ? 0 : part.kind === "mask" ? part.shape.length : 1)

export function index(shape: Shape, parts: readonly Part[]): Outcome {
  const taken = parts.reduce((sum, part) => sum + axesTaken(part), 0)
  if (taken > shape.length) return free(shape, [{ code: "index-rank", message: `takes ${taken} indices of a tensor with ${shape.length} dimensions: ${shapeText(shape)}` }])
  const complete = spelledOut(parts, shape.length - taken)
  const problems: Problem[] = []
  const result: Dim[] = []
  const advanced: Shape[] = []
  let firstAdvanced = -1
  let isApart = false
  let axis = 0
  complete.forEach((part, position) => {
    const size = shape[axis] ?? 1
    axis += axesTaken(part)
    if (part.kind === "tensor" || part.kind === "mask") {
      isApart ||= advanced.length > 0 && !isAdvanced(complete[position - 1])
      if (firstAdvanced < 0) firstAdvanced = result.length
      advanced.push(part.kind === "mask" ? [part.count] : part.shape)
    } else result.push(...partResult(part, size, problems))
  })
  if (advanced.length === 0) return free(result, problems)
  const joined = broadcastAll(advanced)
  const at = isApart ? 0 : firstAdvanced
  return free([...result.slice(0, at), ...joined.shape, ...result.slice(at)], [...problems, ...joined.problems])
}

const isAdvanced = (part: Part | undefined): boolean => part?.kind === "tensor" || part?.kind === "mask" || part?.kind === "number"

/** Full slices in the place of the ellipsis, or at the end. */
function spelledOut(parts: readonly Part[], missing: number): Part[] {
  const whole: Part[] = Array.from({ length: missing }, () => ({ kind: "slice", lower: undefined, upper: undefined, step: 1 }))
  const at = parts.findIndex((part) => part.kind === "ellipsis")
  return at < 0 ? [...parts, ...whole] : [...parts.slice(0, at), ...whole, ...parts.slice(at + 1)]
}

function partResult(part: Part, size: Dim, problems: Problem[]): Dim[] {
  if (part.kind === "new") return [1]
  if (part.kind === "slice") return [sliceLength(size, part.lower, part.upper, part.step)]
  if (part.kind === "number" && part.at !== undefined && isOutside(part.at, size)) problems.push({ code: "index-out-of-range", message: `takes element ${dimText(part.at)} of a dimension with ${dimText(size)}` })
  return []
}

function isOutside(at: Dim, size: Dim): boolean {
  if (!isConcrete(at)) return false
  return at < 0 ? lessThan(size, subtract(0, at)) === true : atMost(size, at) === true
}
