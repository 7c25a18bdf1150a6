/** Reductions over axes, normalisation and lookups: what costs no multiply-accumulate. */
import type { Dim } from "../values/dim.ts"
import { normaliseAxis, type Shape, shapeText } from "../values/shape.ts"
import { free, type Outcome } from "./outcome.ts"

/**
 * Sum, mean, maximum and the like over some axes, or all.
 *
 *   result    without the reduced axes; with size 1 in their place under keepdim
 *   problems  axis-out-of-range
 */
export function reduce(shape: Shape, axes: readonly number[] | undefined, keepsAxes = false): Outcome {
  if (!axes) return free(keepsAxes ? shape.map(() => 1) : [])
  const reduced = axes.map((axis) => normaliseAxis(axis, Math.max(1, shape.length)))
  const strange = axes[reduced.indexOf(undefined)]
  if (strange !== undefined)
    return free(shape, [
      { code: "axis-out-of-range", message: `reduces dimension ${strange} of a tensor with ${shape.length}: ${shapeText(shape)}` },
    ])
  if (keepsAxes) return free(shape.map((size, axis) => (reduced.includes(axis) ? 1 : size)))
  return free(shape.filter((_, axis) => !reduced.includes(axis)))
}

/** Looks a vector up for every index. Result: [...indices, width]. */
export const embed = (indices: Shape, width: Dim): Outcome => free([...indices, width])
