/** Python's `range`: its length and elements, also when they are symbols. */
import { add, ceilDivide, type Dim, equals, isConcrete, lessThan, maximum, multiply, negate, subtract } from "../../values/dim.ts"
import { integer, type RangeValue, type Value } from "../../values/value.ts"

export function rangeLength({ start, stop, step }: RangeValue): Dim {
  const isDownward = lessThan(step, 0) === true
  return maximum(0, isDownward ? ceilDivide(subtract(start, stop), negate(step)) : ceilDivide(subtract(stop, start), step))
}

export const rangeItem = (range: RangeValue, position: Dim): Value => integer(add(range.start, multiply(range.step, position)))

/** The elements of a range of at most `limit`; undefined when there are more, or nobody knows how many. */
export function rangeItems(range: RangeValue, limit: number): Value[] | undefined {
  const length = rangeLength(range)
  if (!isConcrete(length) || length > limit) return undefined
  return Array.from({ length: Number(length) }, (_, position) => rangeItem(range, position))
}

/** The part of a range that a slice cuts out; undefined when that depends on something. */
export function rangePart(range: RangeValue, start: number, stop: number, step: number): RangeValue {
  const at = (position: number): Dim => add(range.start, multiply(range.step, position))
  return { kind: "range", start: at(start), stop: at(stop), step: multiply(range.step, step) }
}

export const isInRange = (range: RangeValue, value: Dim): boolean | undefined => {
  const { start, stop, step } = range
  if (isConcrete(start) && isConcrete(stop) && isConcrete(step) && isConcrete(value)) {
    const [low, high, stride, wanted] = [BigInt(start), BigInt(stop), BigInt(step), BigInt(value)]
    const isInside = stride > 0n ? low <= wanted && wanted < high : high < wanted && wanted <= low
    return isInside && (wanted - low) % stride === 0n
  }
  return equals(rangeLength(range), 0) ? false : undefined
}
