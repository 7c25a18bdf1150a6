/** Moves, merges and adds axes without touching elements: permute, flatten, squeeze, expand, repeat, stack, split. */
import { type Dim, dimText, equals, floorDivide, isConcrete, minimum, multiply, product, subtract } from "../values/dim.ts"
import type { Problem } from "../values/problem.ts"
import { normaliseAxis, sameShape, type Shape, shapeText } from "../values/shape.ts"
import { free, type Outcome } from "./outcome.ts"

const noAxis = (axis: number, shape: Shape): Problem => ({
  code: "axis-out-of-range",
  message: `names dimension ${axis} of a tensor with ${shape.length}: ${shapeText(shape)}`,
})

/** Puts the axes into a new order. Source: https://docs.pytorch.org/docs/stable/generated/torch.permute.html */
export function permute(shape: Shape, order: readonly number[]): Outcome {
  const axes = order.map((axis) => normaliseAxis(axis, shape.length))
  if (order.length !== shape.length || axes.includes(undefined) || new Set(axes).size !== axes.length)
    return free(shape, [
      { code: "rank-mismatch", message: `is to put ${shape.length} dimensions ${shapeText(shape)} into the order (${order.join(", ")})` },
    ])
  return free(axes.map((axis) => shape[axis as number] as Dim))
}

export function transpose(shape: Shape, first: number, second: number): Outcome {
  const one = normaliseAxis(first, shape.length)
  const other = normaliseAxis(second, shape.length)
  if (one === undefined || other === undefined)
    return shape.length === 0 && Math.abs(first) <= 1 && Math.abs(second) <= 1
      ? free(shape)
      : free(shape, [noAxis(one === undefined ? first : second, shape)])
  const order = shape.map((_, axis) => (axis === one ? other : axis === other ? one : axis))
  return free(order.map((axis) => shape[axis] as Dim))
}

/** Merges the axes from `start` to `end`, both included. */
export function flatten(shape: Shape, start = 0, end = -1): Outcome {
  if (shape.length === 0) return free([1])
  const first = normaliseAxis(start, shape.length)
  const last = normaliseAxis(end, shape.length)
  if (first === undefined || last === undefined) return free(shape, [noAxis(first === undefined ? start : end, shape)])
  if (first > last)
    return free(shape, [{ code: "axis-out-of-range", message: `is to merge dimensions ${start} to ${end}, which are in the wrong order` }])
  return free([...shape.slice(0, first), product(shape.slice(first, last + 1)), ...shape.slice(last + 1)])
}

/** Splits one axis into several; one size may be -1. */
export function unflatten(shape: Shape, axis: number, sizes: readonly Dim[]): Outcome {
  const at = normaliseAxis(axis, shape.length)
  if (at === undefined) return free(shape, [noAxis(axis, shape)])
  const whole = shape[at] as Dim
  const rest = product(sizes.filter((size) => size !== -1))
  const filled = sizes.map((size) => (size === -1 ? floorDivide(whole, rest) : size))
  const isWrong = equals(product(filled), whole) === false
  const problems: Problem[] = isWrong
    ? [{ code: "reshape-mismatch", message: `cannot split ${dimText(whole)} into ${shapeText(sizes)}` }]
    : []
  return free([...shape.slice(0, at), ...filled, ...shape.slice(at + 1)], problems)
}

/** Drops axes of size 1: all of them, or the named ones. Sizes that may be 1 stay. */
export function squeeze(shape: Shape, axes?: readonly number[]): Outcome {
  const named = axes?.map((axis) => normaliseAxis(axis, shape.length))
  const strange = axes?.[named?.indexOf(undefined) ?? -1]
  if (strange !== undefined && shape.length > 0) return free(shape, [noAxis(strange, shape)])
  return free(shape.filter((size, axis) => size !== 1 || (named && !named.includes(axis))))
}

export function unsqueeze(shape: Shape, axis: number): Outcome {
  const at = normaliseAxis(axis, shape.length + 1)
  if (at === undefined) return free(shape, [noAxis(axis, shape)])
  return free([...shape.slice(0, at), 1, ...shape.slice(at)])
}

/** Stretches axes of size 1; -1 keeps one; new axes may stand in front. Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html */
export function expand(shape: Shape, sizes: readonly Dim[]): Outcome {
  const added = sizes.length - shape.length
  if (added < 0)
    return free(shape, [{ code: "rank-mismatch", message: `is to expand ${shapeText(shape)} to fewer dimensions: ${shapeText(sizes)}` }])
  const problems: Problem[] = []
  const result = sizes.map((size, axis) => {
    const before = shape[axis - added]
    if (size === -1 && before !== undefined) return before
    if (before !== undefined && before !== 1 && isConcrete(before) && equals(before, size) === false)
      problems.push({
        code: "broadcast-mismatch",
        message: `cannot expand ${shapeText(shape)} to ${shapeText(sizes)}: dimension ${axis} has ${dimText(before)}, not 1`,
      })
    return size
  })
  return free(result, problems.slice(0, 1))
}

/** Repeats along each axis; missing axes stand in front. */
export function repeat(shape: Shape, times: readonly Dim[]): Outcome {
  const added = times.length - shape.length
  if (added < 0)
    return free(shape, [
      { code: "rank-mismatch", message: `names ${times.length} repeats for the ${shape.length} dimensions ${shapeText(shape)}` },
    ])
  return free(times.map((count, axis) => multiply(count, shape[axis - added] ?? 1)))
}

export function stack(shapes: readonly Shape[], axis: number): Outcome {
  const [first = [], ...others] = shapes
  const at = normaliseAxis(axis, first.length + 1)
  if (at === undefined) return free(first, [noAxis(axis, first)])
  const odd = others.find((other) => sameShape(first, other) === false)
  const problems: Problem[] = odd
    ? [{ code: "concatenate-mismatch", message: `cannot stack ${shapeText(first)} and ${shapeText(odd)}` }]
    : []
  return free([...first.slice(0, at), shapes.length, ...first.slice(at)], problems)
}

/** Pieces of given lengths along an axis. */
export function split(
  shape: Shape,
  lengths: readonly Dim[],
  axis: number,
): { readonly shapes: readonly Shape[]; readonly problems: readonly Problem[] } {
  const at = normaliseAxis(axis, shape.length)
  if (at === undefined) return { shapes: lengths.map(() => shape), problems: [noAxis(axis, shape)] }
  const whole = shape[at] as Dim
  const isWrong =
    equals(
      lengths.reduce((left, right) => subtract(left, right), whole),
      0,
    ) === false
  const problems: Problem[] = isWrong
    ? [{ code: "split-mismatch", message: `splits ${dimText(whole)} into pieces of ${lengths.map(dimText).join(", ")}` }]
    : []
  return { shapes: lengths.map((length) => shape.map((size, index) => (index === at ? length : size))), problems }
}

/** More pieces are not listed. */
const MAXIMUM_PIECES = 100_000

/** The lengths of pieces of one size, the last one shorter; undefined when their number is not known. */
export function piecesOf(whole: Dim, size: Dim): Dim[] | undefined {
  if (!isConcrete(whole) || !isConcrete(size)) {
    const count = floorDivide(whole, size)
    return isConcrete(count) && count <= MAXIMUM_PIECES && equals(multiply(count, size), whole) === true
      ? Array.from({ length: Number(count) }, () => size)
      : undefined
  }
  const count = Math.max(1, Math.ceil(Number(whole) / Number(size)))
  if (count > MAXIMUM_PIECES) return undefined
  return Array.from({ length: count }, (_, index) => minimum(size, subtract(whole, multiply(index, size))))
}
