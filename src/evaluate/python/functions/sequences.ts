/** Python's builtin functions on iterables. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, integer, isNone, list, type NativeValue, tuple, type UnknownValue, unknown, type Value } from "../../../values/value.ts"
import { define, positionals } from "../arguments.ts"
import { beginning, iteratorOver } from "../iteration.ts"
import { lengthOf } from "../length.ts"
import { iteratorOf } from "../methods/containers.ts"
import { advance } from "../methods/iterator.ts"
import { sorted } from "../sorting.ts"
import { underlying } from "../underlying.ts"
import { special } from "./numbers.ts"

const length = define("len", "obj", (interpreter, { obj }) => {
  const inner = underlying(obj)
  const own = obj.kind === "tensor" ? tensorLength(interpreter, obj) : special(interpreter, obj, "__len__")
  if (own && own.kind !== "unknown") return own
  return lengthOf(interpreter, own ?? inner)
})

const tensorLength = (interpreter: Interpreter, { shape, unknown: reason }: Extract<Value, { kind: "tensor" }>): Value =>
  integer(shape?.[0] ?? interpreter.freshDim("len", reason?.reason ?? "the shape of the tensor is not known"))

const enumerate = define("enumerate", "iterable, start?", (interpreter, { iterable, start }) => {
  const { items, rest } = beginning(interpreter, iterable)
  if (rest && items.length === 0) return rest
  return iteratorOver(
    items.map((item, position) => tuple([interpreter.binary("+", start ?? integer(0), integer(position)), item])),
    rest,
  )
})

/** The shortest of several iterables decides; endless ones do not. */
export function shortest(parts: readonly { items: readonly Value[]; rest?: UnknownValue }[]): {
  count: number
  rest: UnknownValue | undefined
} {
  const count = Math.min(...parts.map(({ items }) => items.length))
  const isExact = parts.some(({ items, rest }) => items.length === count && !rest)
  return { count, rest: isExact ? undefined : parts.find(({ rest }) => rest)?.rest }
}

const zip = define("zip", "", (interpreter, _, { positional }) => {
  const parts = positional.map((value) => beginning(interpreter, value))
  if (parts.length === 0) return iteratorOver([])
  const { count, rest } = shortest(parts)
  if (rest && count === 0) return rest
  const rows = Array.from({ length: count }, (_unused, position) => tuple(parts.map(({ items }) => items[position] as Value)))
  return iteratorOver(rows, rest)
})

const map = define("map", "function", (interpreter, given, { positional }, place) => {
  const parts = positional.slice(1).map((value) => beginning(interpreter, value))
  const { count, rest } = shortest(parts)
  if (rest && count === 0) return rest
  return iteratorOver(
    Array.from({ length: count }, (_, position) =>
      interpreter.call(given.function, positionals(...parts.map(({ items }) => items[position] as Value)), place),
    ),
    rest,
  )
})

const filter = define("filter", "function, iterable", (interpreter, given, _, place) => {
  const items = interpreter.iterate(given.iterable)
  if ("kind" in items) return items
  const kept: Value[] = []
  for (const item of items) {
    const truth = interpreter.truth(isNone(given.function) ? item : interpreter.call(given.function, positionals(item), place))
    if (truth === undefined) return unknown("which items pass the filter is not known")
    if (truth) kept.push(item)
  }
  return iteratorOver(kept)
})

const sort = define("sorted", "iterable, key?, reverse?", (interpreter, { iterable, key, reverse }) => {
  const items = interpreter.iterate(iterable)
  const ordered = "kind" in items ? items : sorted(interpreter, items, key, reverse)
  return "kind" in ordered ? ordered : list(ordered)
})

const reversed = define("reversed", "sequence", (interpreter, { sequence }) => {
  const own = special(interpreter, sequence, "__reversed__")
  if (own) return own
  const items = interpreter.iterate(sequence)
  return "kind" in items ? items : iteratorOver(items.toReversed())
})

/** `any` and `all` stop at the first item that decides; an unknown one before it does not matter. */
const quantifier = (name: string, decisive: boolean): NativeValue =>
  define(name, "iterable", (interpreter, { iterable }) => {
    const items = interpreter.iterate(iterable)
    if ("kind" in items) return { ...items, type: "boolean" }
    const answers = items.map((item) => interpreter.truth(item))
    if (answers.includes(decisive)) return boolean(decisive)
    return answers.includes(undefined) ? { ...unknown("an item's truth is not known"), type: "boolean" } : boolean(!decisive)
  })

const iterator = define("iter", "object, sentinel?", (interpreter, { object, sentinel }) => {
  if (sentinel) return unknown("calls until a sentinel are not evaluated")
  const own = special(interpreter, object, "__iter__")
  if (own) return own
  if (object.kind !== "instance" && object.kind !== "tensor") return iteratorOf(interpreter, object)
  const items = interpreter.iterate(object)
  return "kind" in items ? items : iteratorOver(items)
})

const next = define("next", "iterator, default?", (interpreter, given) => {
  if (given.iterator.kind === "iterator") return advance(interpreter, given.iterator, given.default)
  if (given.iterator.kind === "unknown") return given.iterator
  const own = special(interpreter, given.iterator, "__next__")
  if (own) return own
  // The views of a module, such as `parameters()`, may be lists of ours where torch gives generators.
  if (given.iterator.kind === "list") return given.iterator.items[0] ?? given.default ?? interpreter.raise("StopIteration", "")
  return unknown(`the next item of a ${given.iterator.kind} is not known`)
})

export const sequenceFunctions: readonly NativeValue[] = [
  length,
  enumerate,
  zip,
  map,
  filter,
  sort,
  reversed,
  quantifier("any", true),
  quantifier("all", false),
  iterator,
  next,
]
