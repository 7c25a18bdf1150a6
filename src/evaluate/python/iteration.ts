/** What Python's builtin values give when they are iterated, in order and bounded. */
import { dimText, isConcrete } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { type IteratorValue, type RangeValue, string, type UnknownValue, unknown, type Value } from "../../values/value.ts"
import { keysOf } from "./keys.ts"
import { refusal } from "./memory.ts"
import { rangeItems, rangeLength } from "./ranges.ts"
import { underlying } from "./underlying.ts"

/** Longer ranges and strings are not unrolled; the deepest network anybody wrote has some thousand layers. */
export const MAXIMUM_ITEMS = 200_000

/** All values it gives, or why that is not known. An iterator is used up by it. */
export function pythonIterate(interpreter: Interpreter, given: Value): readonly Value[] | UnknownValue {
  const value = underlying(given)
  switch (value.kind) {
    case "list":
    case "tuple":
      return [...value.items]
    case "dictionary":
    case "set":
      return keysOf(value)
    case "string":
      return characters(value.value, value.isBytes)
    case "range":
      return unrolled(interpreter, value)
    case "iterator":
      return value.rest ?? drain(interpreter, value)
    case "unknown":
      return value
    default:
      return strange(interpreter, value)
  }
}

const characters = (text: string, isBytes = false): Value[] =>
  isBytes ? [...text].map((character) => ({ kind: "integer", value: character.charCodeAt(0) })) : [...text].map(string)

function unrolled(interpreter: Interpreter, range: RangeValue): readonly Value[] | UnknownValue {
  const length = rangeLength(range)
  if (isConcrete(length))
    return refusal(interpreter, Number(length), "range") ?? (rangeItems(range, MAXIMUM_ITEMS) || unknown("the range is too long"))
  return unknown(`a loop runs ${dimText(length)} times`)
}

function drain(interpreter: Interpreter, iterator: IteratorValue): readonly Value[] {
  const items = iterator.items.slice(iterator.position)
  interpreter.heap.touch(iterator)
  iterator.position = iterator.items.length
  return items
}

/** Objects that are certainly not iterable raise; for all others nobody knows. */
function strange(interpreter: Interpreter, value: Value): UnknownValue {
  const isPlain =
    value.kind === "integer" || value.kind === "boolean" || value.kind === "float" || (value.kind === "constant" && value.name === "None")
  return isPlain
    ? interpreter.raise("TypeError", "the object is not iterable")
    : unknown(`what a ${value.kind} gives when iterated is not known`)
}

/** What is known of a sequence's beginning, and why more may follow: what `zip` and `islice` need of endless iterators. */
export function beginning(interpreter: Interpreter, given: Value): { items: readonly Value[]; rest?: UnknownValue } {
  const value = underlying(given)
  if (value.kind === "iterator" && value.rest) return { items: value.items.slice(value.position), rest: value.rest }
  const items = interpreter.iterate(value)
  return "kind" in items ? { items: [], rest: items } : { items }
}

export const iteratorOver = (items: readonly Value[], rest?: UnknownValue): IteratorValue => ({
  kind: "iterator",
  items,
  position: 0,
  ...(rest && { rest }),
})
