/** Reductions over axes, normalisation and lookups: what costs no multiply-accumulate. */
import type { Dim } from "../values/dim.ts"
import { normaliseAxis, type Shape, shapeText } from "../values/shape.ts"
import { expectSame, free, type Outcome } from "./outcome.ts"

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

/**
 * Normalises; the shape stays.
 *
 *   axis      the axis that must have `features` elements
 *   problems  channel-mismatch
 */
export function normalise(shape: Shape, axis: number, features: Dim, argument = "num_features"): Outcome {
  const at = normaliseAxis(axis, shape.length)
  const actual = at === undefined ? undefined : shape[at]
  if (actual === undefined)
    return free(shape, [
      { code: "rank-mismatch", message: `normalises dimension ${axis} of a tensor with ${shape.length}: ${shapeText(shape)}` },
    ])
  return free(shape, expectSame("channel-mismatch", "channels", features, actual, argument))
}

/** Normalises over the trailing axes, whose sizes are given. Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html */
export function normaliseTrailing(shape: Shape, sizes: Shape): Outcome {
  const offset = shape.length - sizes.length
  if (offset < 0)
    return free(shape, [
      { code: "rank-mismatch", message: `normalises ${sizes.length} dimensions of a tensor with ${shape.length}: ${shapeText(shape)}` },
    ])
  return free(
    shape,
    sizes.flatMap((size, index) => expectSame("feature-mismatch", "features", size, shape[offset + index] as Dim, "normalized_shape")),
  )
}

/** Looks a vector up for every index. Result: [...indices, width]. */
export const embed = (indices: Shape, width: Dim): Outcome => free([...indices, width])
