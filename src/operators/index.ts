/** Indexing with numbers, slices, None, Ellipsis, index tensors and masks. */
import { atMost, type Dim, dimText, equals, isConcrete, lessThan, subtract } from "../values/dim.ts"
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

const axesTaken = (part: Part): number =>
  part.kind === "new" || part.kind === "ellipsis" ? 0 : part.kind === "mask" ? part.shape.length : 1

/**
 * Takes parts of a tensor.
 *
 *   parts     one for each axis; None adds an axis; an ellipsis or the end stands for the axes left over
 *   result    sliced axes, with the index tensors' broadcast axes in their place, or in front where they stand apart
 *   macs      0
 *   problems  index-rank, index-out-of-range, index-mismatch, broadcast-mismatch
 *   source    https://numpy.org/doc/stable/user/basics.indexing.html
 */
export function index(shape: Shape, parts: readonly Part[]): Outcome {
  const taken = parts.reduce((sum, part) => sum + axesTaken(part), 0)
  if (taken > shape.length)
    return free(shape, [
      { code: "index-rank", message: `takes ${taken} indices of a tensor with ${shape.length} dimensions: ${shapeText(shape)}` },
    ])
  const complete = spelledOut(parts, shape.length - taken)
  const problems: Problem[] = []
  const result: Dim[] = []
  const advanced: Shape[] = []
  let firstAdvanced = 0
  let axis = 0
  for (const part of complete) {
    const size = shape[axis] ?? 1
    if (isAdvanced(part)) {
      if (advanced.length === 0) firstAdvanced = result.length
      advanced.push(part.kind === "mask" ? [part.count] : part.shape)
      if (part.kind === "mask") problems.push(...maskProblems(part.shape, shape.slice(axis, axis + part.shape.length)))
    } else result.push(...partResult(part, size, problems))
    axis += axesTaken(part)
  }
  if (advanced.length === 0) return free(result, problems)
  const joined = broadcastAll(advanced)
  const at = areApart(complete) ? 0 : firstAdvanced
  return free([...result.slice(0, at), ...joined.shape, ...result.slice(at)], [...problems, ...joined.problems])
}

type Advanced = Extract<Part, { kind: "tensor" | "mask" }>

const isAdvanced = (part: Part): part is Advanced => part.kind === "tensor" || part.kind === "mask"

/** Index tensors with other axes between them put their axes in front. Numbers are taken first and stand between nothing. */
function areApart(parts: readonly Part[]): boolean {
  const remaining = parts.filter((part) => part.kind !== "number").map(isAdvanced)
  return remaining.slice(remaining.indexOf(true), remaining.lastIndexOf(true) + 1).includes(false)
}

function maskProblems(mask: Shape, axes: Shape): Problem[] {
  const isWrong = mask.some((size, axis) => equals(size, axes[axis] ?? size) === false)
  return isWrong ? [{ code: "index-mismatch", message: `takes a mask of shape ${shapeText(mask)} for dimensions ${shapeText(axes)}` }] : []
}

/** Full slices in the place of the ellipsis, or at the end. */
function spelledOut(parts: readonly Part[], missing: number): Part[] {
  const whole: Part[] = Array.from({ length: missing }, () => ({ kind: "slice", lower: undefined, upper: undefined, step: 1 }))
  const at = parts.findIndex((part) => part.kind === "ellipsis")
  return at < 0 ? [...parts, ...whole] : [...parts.slice(0, at), ...whole, ...parts.slice(at + 1)]
}

function partResult(part: Part, size: Dim, problems: Problem[]): Dim[] {
  if (part.kind === "new") return [1]
  if (part.kind === "slice") return [sliceLength(size, part.lower, part.upper, part.step)]
  if (part.kind === "number" && part.at !== undefined && isOutside(part.at, size))
    problems.push({ code: "index-out-of-range", message: `takes element ${dimText(part.at)} of a dimension with ${dimText(size)}` })
  return []
}

function isOutside(at: Dim, size: Dim): boolean {
  if (!isConcrete(at)) return false
  return at < 0 ? lessThan(size, subtract(0, at)) === true : atMost(size, at) === true
}
