/** Shapes: lists of sizes, and what broadcasting, reshaping and slicing make of them. */
import {
  add,
  ceilDivide,
  type Dim,
  dimText,
  divides,
  equals,
  floorDivide,
  isConcrete,
  lessThan,
  maximum,
  minimum,
  product,
  subtract,
  symbol,
} from "./dim.ts"
import type { Problem } from "./problem.ts"

export type Shape = readonly Dim[]

export interface Shaped {
  readonly shape: Shape
  readonly problems: readonly Problem[]
}

/** Number of elements. */
export const volume = (shape: Shape): Dim => product(shape)

/** "(N, 64, 112, 112)" */
export const shapeText = (shape: Shape): string => `(${shape.map(dimText).join(", ")}${shape.length === 1 ? "," : ""})`

/** Whether two shapes are equal for all values of their symbols, for none, or it depends. */
export function sameShape(left: Shape, right: Shape): boolean | undefined {
  if (left.length !== right.length) return false
  let answer: boolean | undefined = true
  for (let axis = 0; axis < left.length; axis++) {
    const same = equals(left[axis] as Dim, right[axis] as Dim)
    if (same === false) return false
    if (same === undefined) answer = undefined
  }
  return answer
}

/** An axis counted from the front; undefined when there is no such axis. */
export function normaliseAxis(axis: number, rank: number): number | undefined {
  const counted = axis < 0 ? axis + rank : axis
  return Number.isInteger(counted) && counted >= 0 && counted < rank ? counted : undefined
}

/**
 * Sizes are aligned from the right; a size of 1 stretches.
 * Source: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
 */
export function broadcast(left: Shape, right: Shape): Shaped {
  const rank = Math.max(left.length, right.length)
  const problems: Problem[] = []
  const shape = Array.from({ length: rank }, (_, axis): Dim => {
    const one = left[axis - rank + left.length]
    const other = right[axis - rank + right.length]
    if (one === undefined || other === undefined) return (one ?? other) as Dim
    const { size, undecided, isWrong } = broadcastSize(one, other)
    if (undecided || isWrong) problems.push({ ...broadcastProblem(left, right, rank - axis), ...(undecided && { undecided }) })
    return size
  })
  return { shape, problems: onlyFirst(problems) }
}

/** One certain problem says enough; conditions are all kept. */
function onlyFirst(problems: readonly Problem[]): readonly Problem[] {
  const certain = problems.find(({ undecided }) => !undecided)
  return certain ? [certain] : problems
}

const broadcastProblem = (left: Shape, right: Shape, fromEnd: number): Problem => ({
  code: "broadcast-mismatch",
  message: `cannot combine ${shapeText(left)} with ${shapeText(right)}: sizes differ at dimension -${fromEnd} and neither is 1`,
})

/** The size of two that agree or of which one is 1. Where that is not known, it is taken for granted: what fails has no result. */
function broadcastSize(
  one: Dim,
  other: Dim,
): { readonly size: Dim; readonly undecided?: Problem["undecided"]; readonly isWrong?: boolean } {
  if (one === 1) return { size: other }
  if (other === 1) return { size: one }
  const same = equals(one, other)
  if (same === true) return { size: one }
  const [firstStays, otherStays] = [equals(one, 1) === false, equals(other, 1) === false]
  if (same === false)
    return firstStays && otherStays ? { size: one, isWrong: true } : { size: firstStays ? one : otherStays ? other : maximum(one, other) }
  const undecided = { expected: one, actual: other }
  if (isConcrete(other) && otherStays) return { size: other, undecided }
  return { size: firstStays ? one : otherStays ? other : maximum(one, other), undecided }
}

/** Broadcasts any number of shapes. */
export function broadcastAll(shapes: readonly Shape[]): Shaped {
  return shapes.reduce<Shaped>(
    (soFar, next) => {
      const { shape, problems } = broadcast(soFar.shape, next)
      return { shape, problems: [...soFar.problems, ...problems] }
    },
    { shape: [], problems: [] },
  )
}

/** What is written is stretched to the tensor it is written into, never the other way round. */
export function storing(target: Shape | undefined, written: Shape | undefined): readonly Problem[] {
  if (!target || !written) return []
  const offset = target.length - written.length
  const fits = offset >= 0 && written.every((size, axis) => size === 1 || equals(size, target[axis + offset] ?? size) !== false)
  return fits ? [] : [{ code: "broadcast-mismatch", message: `cannot store ${shapeText(written)} in ${shapeText(target)}` }]
}

/**
 * Gives the elements new sizes; one of them may be -1 and is worked out.
 *
 *   problems  reshape-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.reshape.html
 */
export function reshape(from: Shape, target: Shape): Shaped {
  const open = target.indexOf(-1)
  const count = volume(from)
  const rest = product(target.filter((_, axis) => axis !== open))
  if (open < 0) return { shape: target, problems: reshapeProblems(from, target, equals(count, rest), { expected: rest, actual: count }) }
  // An open size beside a size of 0 cannot be worked out; torch refuses it, NumPy too.
  const size = rest === 0 ? 0 : floorDivide(count, rest)
  const isWhole = rest === 0 || divides(rest, count) !== false
  const shape = target.map((given, axis) => (axis === open ? size : given))
  return { shape, problems: isWhole ? batchCondition(from, target, open) : reshapeProblems(from, target, false) }
}

/** `view(-1, 400)` of a batch of images is meant to keep the batch: no error when it does not, but what input sizes are solved from. */
function batchCondition(from: Shape, target: Shape, open: number): Problem[] {
  const [batch, ...rest] = from
  const [, features] = target
  if (open !== 0 || target.length !== 2 || features === undefined || batch === undefined || isConcrete(batch)) return []
  const elements = product(rest)
  // Where the features divide what one image has anyway, merging axes with the batch is the likelier meaning.
  if (divides(features, elements) !== undefined) return []
  return [
    {
      code: "reshape-mismatch",
      message: `reshapes ${shapeText(from)} to rows of ${dimText(features)}`,
      undecided: { expected: features, actual: elements },
    },
  ]
}

function reshapeProblems(from: Shape, target: Shape, fits: boolean | undefined, undecided?: Problem["undecided"]): Problem[] {
  if (fits === true) return []
  const message = `cannot reshape ${shapeText(from)} (${dimText(volume(from))} elements) to ${shapeText(target)}`
  if (fits === false) return [{ code: "reshape-mismatch", message }]
  return undecided ? [{ code: "reshape-mismatch", message, undecided }] : []
}

/** How many elements `lower:upper:step` takes of an axis; undefined bounds are the ends. */
export function sliceLength(size: Dim, lower: Dim | undefined, upper: Dim | undefined, step: Dim = 1): Dim {
  if (isConcrete(step) && step < 0) return negativeSlice(size, lower, upper, Number(step))
  const start = clamp(lower ?? 0, size)
  const stop = clamp(upper ?? size, size)
  const length = subtract(stop, start)
  return maximum(0, step === 1 ? length : ceilDivide(length, step))
}

/** A bound counted from the front and kept between 0 and the size. */
function clamp(bound: Dim, size: Dim): Dim {
  const isNegative = lessThan(bound, 0)
  if (isNegative === true) return maximum(0, add(size, bound))
  if (isNegative === undefined)
    return symbol("?", { lower: 0, reason: `the bound ${dimText(bound)} may count from the front or from the end` })
  return minimum(bound, size)
}

function negativeSlice(size: Dim, lower: Dim | undefined, upper: Dim | undefined, step: number): Dim {
  if (lower === undefined && upper === undefined) return ceilDivide(size, -step)
  const from = lower === undefined ? subtract(size, 1) : minimum(fromFront(lower, size), subtract(size, 1))
  const to = upper === undefined ? -1 : maximum(-1, fromFront(upper, size))
  return maximum(0, ceilDivide(subtract(from, to), -step))
}

const fromFront = (bound: Dim, size: Dim): Dim => (lessThan(bound, 0) === true ? add(size, bound) : bound)

/**
 * Joins shapes along an axis: their sizes there add up, the others must agree.
 *
 *   problems  concatenate-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.cat.html
 */
export function concatenated(shapes: readonly Shape[], axis: number): Shaped {
  // Torch takes an empty vector beside tensors of any rank, by old custom.
  const [first = [], ...others] = shapes.length > 1 ? withoutEmpty(shapes) : shapes
  const problems = others.flatMap((other) => joinProblems(first, other, axis))
  const shape = first.map((size, at) =>
    at === axis ? [first, ...others].map((each) => each[axis] ?? 0).reduce(add, 0) : agreed(size, others, at),
  )
  return { shape, problems: onlyFirst(problems) }
}

function withoutEmpty(shapes: readonly Shape[]): readonly Shape[] {
  const filled = shapes.filter((shape) => shape.length !== 1 || shape[0] !== 0)
  return filled.length > 0 ? filled : shapes.slice(0, 1)
}

/** Of sizes that must be equal, one that is a number. */
const agreed = (size: Dim, others: readonly Shape[], at: number): Dim =>
  isConcrete(size) ? size : (others.map((other) => other[at]).find((other) => other !== undefined && isConcrete(other)) ?? size)

function joinProblems(first: Shape, other: Shape, axis: number): Problem[] {
  const problem = {
    code: "concatenate-mismatch" as const,
    message: `cannot join ${shapeText(first)} and ${shapeText(other)} along dimension ${axis}: the other sizes differ`,
  }
  if (other.length !== first.length)
    return [
      {
        ...problem,
        message: `cannot join ${shapeText(first)} and ${shapeText(other)}, which have ${first.length} and ${other.length} dimensions`,
      },
    ]
  return first.flatMap((size, at) => {
    const actual = other[at] as Dim
    const same = at === axis || equals(size, actual)
    return same === true ? [] : [{ ...problem, ...(same === undefined && { undecided: { expected: size, actual } }) }]
  })
}
