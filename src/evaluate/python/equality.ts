/** Python's `==` on builtin values, in three values: undefined when it depends on what is not known. */
import { equals } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { DictionaryValue, RangeValue, SetValue, Value } from "../../values/value.ts"
import { hasUnknownKey } from "./keys.ts"
import { isSame, quantityOf } from "./numbers.ts"
import { rangeLength } from "./ranges.ts"
import { underlying } from "./underlying.ts"

export function pythonEquals(interpreter: Interpreter, leftValue: Value, rightValue: Value): boolean | undefined {
  // Lists that hold one list twice, many times over, take for ever to compare.
  interpreter.spend(1)
  const left = underlying(leftValue)
  const right = underlying(rightValue)
  const quantities = [quantityOf(interpreter, left), quantityOf(interpreter, right)] as const
  if (quantities[0] && quantities[1]) return isSame(quantities[0], quantities[1])
  if (left.kind === "unknown" || right.kind === "unknown") return undefined
  if (left === right) return true
  if (left.kind !== right.kind) return left.kind === "instance" || right.kind === "instance" ? unlessUnknownBase(left, right) : false
  return SAME_KIND[left.kind]?.(interpreter, left as never, right as never) ?? unlessUnknownBase(left, right)
}

/** Two objects are equal only when they are one, as far as their classes are known. */
function unlessUnknownBase(left: Value, right: Value): boolean | undefined {
  const isOpen = [left, right].some((value) => value.kind === "tensor" || (value.kind === "instance" && value.class.unknownBase))
  return isOpen ? undefined : false
}

type Same<K extends Value["kind"]> = (
  interpreter: Interpreter,
  left: Extract<Value, { kind: K }>,
  right: Extract<Value, { kind: K }>,
) => boolean | undefined

const SAME_KIND: { [K in Value["kind"]]?: Same<K> } = {
  constant: (_, left, right) => left.name === right.name,
  string: (_, left, right) => left.value === right.value && Boolean(left.isBytes) === Boolean(right.isBytes),
  tuple: (interpreter, left, right) => equalItems(interpreter, left.items, right.items),
  list: (interpreter, left, right) => equalItems(interpreter, left.items, right.items),
  dictionary: equalDictionaries,
  set: equalSets,
  range: equalRanges,
  class: (_, left, right) => left.place === undefined && right.place === undefined && left.qualifiedName === right.qualifiedName,
  native: (_, left, right) => left.name === right.name && !left.attributes && !right.attributes,
  module: (_, left, right) => left.name === right.name,
  method: (interpreter, left, right) => left.self === right.self && interpreter.equals(left.function, right.function),
  slice: (interpreter, left, right) => equalItems(interpreter, [left.lower, left.upper, left.step], [right.lower, right.upper, right.step]),
}

function equalItems(interpreter: Interpreter, left: readonly Value[], right: readonly Value[]): boolean | undefined {
  if (left.length !== right.length) return false
  let answer: boolean | undefined = true
  for (const [index, item] of left.entries()) {
    const other = right[index] as Value
    const same = item === other && item.kind !== "unknown" ? true : interpreter.equals(item, other)
    if (same === false) return false
    answer = same && answer
  }
  return answer
}

/** `and` in three values. */
export function every(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}

/** `or` in three values. */
export function some(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(true)) return true
  return answers.includes(undefined) ? undefined : false
}

function equalDictionaries(interpreter: Interpreter, left: DictionaryValue, right: DictionaryValue): boolean | undefined {
  if (hasUnknownKey(left) || hasUnknownKey(right)) return undefined
  if (left.entries.size !== right.entries.size) return false
  return every(
    [...left.entries].map(([key, { value }]) => {
      const other = right.entries.get(key)
      return other ? interpreter.equals(value, other.value) : false
    }),
  )
}

function equalSets(_: Interpreter, left: SetValue, right: SetValue): boolean | undefined {
  if (hasUnknownKey(left) || hasUnknownKey(right)) return undefined
  return left.entries.size === right.entries.size && [...left.entries.keys()].every((key) => right.entries.has(key))
}

function equalRanges(_: Interpreter, left: RangeValue, right: RangeValue): boolean | undefined {
  const lengths = [rangeLength(left), rangeLength(right)] as const
  const isSameLength = equals(lengths[0], lengths[1])
  if (isSameLength !== true || equals(lengths[0], 0)) return isSameLength
  return every([equals(left.start, right.start), equals(lengths[0], 1) || equals(left.step, right.step)])
}
