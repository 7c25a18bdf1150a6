/** Shapes: lists of sizes, and what broadcasting, reshaping and slicing make of them. */
import { add, ceilDivide, type Dim, dimText, divides, equals, floorDivide, isConcrete, lessThan, maximum, minimum, product, subtract } from "./dim.ts"
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
  const shape = Array.from({ length: rank }, (_, axis) => {
    const one = left[axis - rank + left.length]
    const other = right[axis - rank + right.length]
    if (one === undefined || other === undefined) return (one ?? other) as Dim
    return broadcastSize(one, other, () => problems.push(broadcastProblem(left, right, rank - axis)))
  })
  return { shape, problems: problems.slice(0, 1) }
}

const broadcastProblem = (left: Shape, right: Shape, fromEnd: number): Problem => ({
  code: "broadcast-mismatch",
  message: `cannot combine ${shapeText(left)} with ${shapeText(right)}: sizes differ at dimension -${fromEnd} and neither is 1`,
})

function broadcastSize(one: Dim, other: Dim, fail: () => void): Dim {
  if (one === 1) return other
  if (other === 1 || equals(one, other) === true) return one
  // A size that may be 1 may stretch: only two that are surely not 1 and surely differ are wrong.
  if (equals(one, other) === false && lessThan(1, one) === true && lessThan(1, other) === true) fail()
  if (isConcrete(one) && one !== 1) return one
  return isConcrete(other) ? other : one
}

/** Broadcasts any number of shapes. */
export function broadcastAll(shapes: readonly Shape[]): Shaped {
  return shapes.reduce<Shaped>(
    (so, next) => {
      const { shape, problems } = broadcast(so.shape, next)
      return { shape, problems: [...so.problems, ...problems] }
    },
    { shape: [], problems: [] },
  )
}

/** Gives the elements new sizes; one of them may be -1 and is worked out. */
export function reshape(from: Shape, target: Shape): Shaped {
  const open = target.findIndex((size) => size === -1)
  const count = volume(from)
  const rest = product(target.filter((_, axis) => axis !== open))
  if (open < 0) return { shape: target, problems: reshapeProblems(from, target, equals(count, rest), { expected: rest, actual: count }) }
  const size = rest === 0 ? 0 : floorDivide(count, rest)
  const isWhole = rest === 0 ? true : divides(rest, count)
  const problems = reshapeProblems(from, target, isWhole === false ? false : true, undefined)
  return { shape: target.map((given, axis) => (axis === open ? size : given)), problems: [...problems, ...batchCondition(from, target, open)] }
}

/** `view(-1, k)` of a batch is meant to keep the batch: not an error when it does not, but what input sizes are solved from. */
function batchCondition(from: Shape, target: Shape, open: number): Problem[] {
  const [batch, ...rest] = from
  if (open !== 0 || target.length !== 2 || batch === undefined || isConcrete(batch) || isConcrete(product(rest))) return []
  return [{ code: "batch-swallowed", message: "", undecided: { expected: target[1] as Dim, actual: product(rest) } }]
}

function reshapeProblems(from: Shape, target: Shape, fits: boolean | undefined, undecided: Problem["undecided"]): Problem[] {
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

function clamp(bound: Dim, size: Dim): Dim {
  const isNegative = lessThan(bound, 0)
  if (isNegative === true) return maximum(0, add(size, bound))
  return minimum(bound, size)
}

function negativeSlice(size: Dim, lower: Dim | undefined, upper: Dim | undefined, step: number): Dim {
  if (lower === undefined && upper === undefined) return ceilDivide(size, -step)
  const from = lower === undefined ? subtract(size, 1) : minimum(fromFront(lower, size), subtract(size, 1))
  const to = upper === undefined ? -1 : maximum(-1, fromFront(upper, size))
  return maximum(0, ceilDivide(subtract(from, to), -step))
}

const fromFront = (bound: Dim, size: Dim): Dim => (lessThan(bound, 0) === true ? add(size, bound) : bound)

/** Joins shapes along an axis: their sizes there add up, the others must agree. */
export function concatenated(shapes: readonly Shape[], axis: number): Shaped {
  const [first = [], ...others] = shapes
  const problems: Problem[] = []
  for (const other of others) {
    const differs = other.length !== first.length || other.some((size, at) => at !== axis && equals(size, first[at] as Dim) === false)
    if (differs) problems.push({ code: "concatenate-mismatch", message: `cannot join ${shapeText(first)} and ${shapeText(other)} along dimension ${axis}: the other sizes differ` })
  }
  const joined = shapes.map((shape) => shape[axis] ?? 0).reduce(add, 0)
  return { shape: first.map((size, at) => (at === axis ? joined : size)), problems: problems.slice(0, 1) }
}
