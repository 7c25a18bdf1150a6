/** Python's stable sorting by `<`, as `sorted` and `list.sort` do it. */
import type { Interpreter } from "../../values/interpreter.ts"
import { isNone, type UnknownValue, unknown, type Value } from "../../values/value.ts"
import { positionals } from "./arguments.ts"
import { isBefore } from "./comparison.ts"

/** The items in order, or why that is not known. */
export function sorted(
  interpreter: Interpreter,
  items: readonly Value[],
  key: Value | undefined,
  reverse: Value | undefined,
): Value[] | UnknownValue {
  const isReverse = reverse ? interpreter.truth(reverse) : false
  if (isReverse === undefined) return unknown("whether the order is reversed is not known")
  const keyed = items.map((item) => ({
    item,
    key: key && !isNone(key) ? interpreter.call(key, positionals(item), interpreter.place) : item,
  }))
  let isKnown = true
  const before = (left: Value, right: Value): boolean => {
    const answer = isBefore(interpreter, left, right)
    if (answer === undefined) isKnown = false
    return answer ?? false
  }
  keyed.sort((left, right) => (before(left.key, right.key) ? -1 : before(right.key, left.key) ? 1 : 0) * (isReverse ? -1 : 1))
  return isKnown ? keyed.map(({ item }) => item) : unknown("the order of elements that are not known is not known")
}
