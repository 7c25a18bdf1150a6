/** Python's `itertools`, run at once and bounded; endless iterators give a beginning and a reason why more may follow. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { type IteratorValue, integer, isNone, type NativeValue, NONE, tuple, unknown, type Value } from "../../../values/value.ts"
import { define, positionals } from "../arguments.ts"
import { beginning, iteratorOver } from "../iteration.ts"
import { countOf } from "../methods/receivers.ts"
import { library, type Members } from "./module.ts"

/** So many items of an endless iterator are made. */
const ENDLESS_ITEMS = 2048
/** More combinations than this are not listed. */
const MAXIMUM_COMBINATIONS = 100_000

const endless = (items: readonly Value[]): IteratorValue => iteratorOver(items, unknown("the iterator has no end"))

/** The items of several iterables, or why one is not known. */
function all(interpreter: Interpreter, values: readonly Value[]): readonly (readonly Value[])[] | Value {
  const parts: (readonly Value[])[] = []
  for (const value of values) {
    const items = interpreter.iterate(value)
    if ("kind" in items) return items
    parts.push(items)
  }
  return parts
}

const chained = (interpreter: Interpreter, values: readonly Value[]): Value => {
  const parts = all(interpreter, values)
  return "kind" in parts ? parts : iteratorOver(parts.flat())
}

const fromIterable = define("itertools.chain.from_iterable", "iterable", (interpreter, { iterable }) => {
  const items = interpreter.iterate(iterable)
  return "kind" in items ? items : chained(interpreter, items)
})

const chain: NativeValue = {
  ...define("itertools.chain", "", (interpreter, _, { positional }) => chained(interpreter, positional)),
  attributes: new Map([["from_iterable", fromIterable]]),
}

function products(parts: readonly (readonly Value[])[]): Value[][] {
  return parts.reduce<Value[][]>((rows, part) => rows.flatMap((row) => part.map((item) => [...row, item])), [[]])
}

const product = define("itertools.product", "", (interpreter, _, { positional, keywords }) => {
  const parts = all(interpreter, positional)
  if ("kind" in parts) return parts
  const times = keywords.has("repeat") ? countOf(keywords.get("repeat")) : 1
  if (times === undefined) return unknown("how often the product is repeated is not known")
  const factors = Array.from({ length: times }, () => parts).flat()
  const size = factors.reduce((count, part) => count * part.length, 1)
  return size > MAXIMUM_COMBINATIONS ? unknown("the product is too long") : iteratorOver(products(factors).map((row) => tuple(row)))
})

const count = define("itertools.count", "start?, step?", (interpreter, { start = integer(0), step = integer(1) }) => {
  const items = [start]
  while (items.length < ENDLESS_ITEMS) items.push(interpreter.binary("+", items.at(-1) as Value, step))
  return endless(items)
})

const cycle = define("itertools.cycle", "iterable", (interpreter, { iterable }) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items || items.length === 0) return "kind" in items ? items : iteratorOver([])
  return endless(Array.from({ length: ENDLESS_ITEMS }, (_, index) => items[index % items.length] as Value))
})

const repeat = define("itertools.repeat", "object, times?", (_, { object, times }) => {
  const size = times ? countOf(times) : ENDLESS_ITEMS
  if (size === undefined || size > MAXIMUM_COMBINATIONS) return unknown("how often it is repeated is not known")
  const items = Array.from({ length: Math.max(0, size) }, () => object)
  return times ? iteratorOver(items) : endless(items)
})

const islice = define("itertools.islice", "iterable, a, b?, c?", (interpreter, given) => {
  const { items, rest } = beginning(interpreter, given.iterable)
  const [start, stop, step] = given.b ? [given.a, given.b, given.c ?? NONE] : [NONE, given.a, NONE]
  const bounds = [start, stop, step].map((value) => (isNone(value) ? undefined : (countOf(value) ?? Number.NaN)))
  if (bounds.some(Number.isNaN)) return unknown("the part of the iterator is not known")
  const [from = 0, to = items.length, by = 1] = bounds
  if (rest && to > items.length) return rest
  if (rest && bounds[1] === undefined) return rest
  return iteratorOver(items.slice(from, to).filter((_, index) => index % by === 0))
})

const zipLongest = define("itertools.zip_longest", "", (interpreter, _, { positional, keywords }) => {
  const parts = all(interpreter, positional)
  if ("kind" in parts) return parts
  const fill = keywords.get("fillvalue") ?? NONE
  const size = Math.max(0, ...parts.map((part) => part.length))
  return iteratorOver(Array.from({ length: size }, (_unused, index) => tuple(parts.map((part) => part[index] ?? fill))))
})

const accumulate = define("itertools.accumulate", "iterable, func?, initial?", (interpreter, { iterable, func, initial }, _, place) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  const combine = (left: Value, right: Value): Value =>
    func && !isNone(func) ? interpreter.call(func, positionals(left, right), place) : interpreter.binary("+", left, right)
  const results: Value[] = initial && !isNone(initial) ? [initial] : []
  for (const item of items) results.push(results.length === 0 ? item : combine(results.at(-1) as Value, item))
  return iteratorOver(results)
})

/** Rows of indices, in the order Python gives them. */
function selections(length: number, next: (row: readonly number[]) => readonly number[]): number[][] | undefined {
  let rows: number[][] = [[]]
  for (let step = 0; step < length; step++) {
    const longer: number[][] = []
    for (const row of rows) {
      for (const index of next(row)) longer.push([...row, index])
      if (longer.length > MAXIMUM_COMBINATIONS) return undefined
    }
    rows = longer
  }
  return rows
}

const selecting = (name: string, candidates: (size: number, row: readonly number[]) => readonly number[]): NativeValue =>
  define(`itertools.${name}`, "iterable, r?", (interpreter, { iterable, r }) => {
    const items = interpreter.iterate(iterable)
    if ("kind" in items) return items
    const length = r && !isNone(r) ? countOf(r) : items.length
    if (length === undefined || items.length > 64) return unknown("the combinations are not listed")
    const rows = selections(length, (row) => candidates(items.length, row))
    if (!rows) return unknown("there are too many combinations")
    return iteratorOver(rows.map((row) => tuple(row.map((index) => items[index] as Value))))
  })

const indices = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

const starmap = define("itertools.starmap", "function, iterable", (interpreter, given, _, place) => {
  const rows = interpreter.iterate(given.iterable)
  const parts = "kind" in rows ? rows : all(interpreter, rows)
  return "kind" in parts ? parts : iteratorOver(parts.map((row) => interpreter.call(given.function, positionals(...row), place)))
})

/** Where a predicate first fails; undefined when that is not known. */
function firstFailure(interpreter: Interpreter, predicate: Value, items: readonly Value[]): number | undefined {
  for (const [index, item] of items.entries()) {
    const truth = interpreter.truth(interpreter.call(predicate, positionals(item), interpreter.place))
    if (truth !== true) return truth === undefined ? undefined : index
  }
  return items.length
}

const whileTrue = (name: string, cut: (items: readonly Value[], end: number) => readonly Value[]): NativeValue =>
  define(`itertools.${name}`, "predicate, iterable", (interpreter, { predicate, iterable }) => {
    const { items, rest } = beginning(interpreter, iterable)
    const end = firstFailure(interpreter, predicate, items)
    return end === undefined || (rest && end === items.length)
      ? (rest ?? unknown("where the predicate fails is not known"))
      : iteratorOver(cut(items, end))
  })

const filterFalse = define("itertools.filterfalse", "predicate, iterable", (interpreter, { predicate, iterable }, _, place) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  const truths = items.map((item) => interpreter.truth(isNone(predicate) ? item : interpreter.call(predicate, positionals(item), place)))
  return truths.includes(undefined)
    ? unknown("which items pass the filter is not known")
    : iteratorOver(items.filter((_unused, index) => !truths[index]))
})

const groupBy = define("itertools.groupby", "iterable, key?", (interpreter, { iterable, key }, _, place) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  const groups: { key: Value; items: Value[] }[] = []
  for (const item of items) {
    const own = key && !isNone(key) ? interpreter.call(key, positionals(item), place) : item
    const last = groups.at(-1)
    const isSame = last ? interpreter.equals(last.key, own) : false
    if (isSame === undefined) return unknown("which items belong together is not known")
    if (last && isSame) last.items.push(item)
    else groups.push({ key: own, items: [item] })
  }
  return iteratorOver(groups.map((group) => tuple([group.key, iteratorOver(group.items)])))
})

const tee = define("itertools.tee", "iterable, n?", (interpreter, { iterable, n }) => {
  const { items, rest } = beginning(interpreter, iterable)
  return tuple(Array.from({ length: (n && countOf(n)) || 2 }, () => iteratorOver(items, rest)))
})

const pairwise = define("itertools.pairwise", "iterable", (interpreter, { iterable }) => {
  const items = interpreter.iterate(iterable)
  return "kind" in items ? items : iteratorOver(items.slice(1).map((item, index) => tuple([items[index] as Value, item])))
})

const compress = define("itertools.compress", "data, selectors", (interpreter, { data, selectors }) => {
  const parts = all(interpreter, [data, selectors])
  if ("kind" in parts) return parts
  const [items = [], wanted = []] = parts
  const truths = wanted.map((item) => interpreter.truth(item))
  return truths.includes(undefined)
    ? unknown("which items are selected is not known")
    : iteratorOver(items.filter((_, index) => truths[index]))
})

const batched = define("itertools.batched", "iterable, n", (interpreter, { iterable, n }) => {
  const items = interpreter.iterate(iterable)
  const size = countOf(n)
  if ("kind" in items || !size) return "kind" in items ? items : unknown("the size of the batches is not known")
  return iteratorOver(
    Array.from({ length: Math.ceil(items.length / size) }, (_, index) => tuple(items.slice(index * size, (index + 1) * size))),
  )
})

export const iterators = (): Members =>
  library("itertools", [
    chain,
    product,
    count,
    cycle,
    repeat,
    islice,
    zipLongest,
    accumulate,
    selecting("combinations", (size, row) => indices((row.at(-1) ?? -1) + 1, size)),
    selecting("combinations_with_replacement", (size, row) => indices(row.at(-1) ?? 0, size)),
    selecting("permutations", (size, row) => indices(0, size).filter((index) => !row.includes(index))),
    starmap,
    whileTrue("takewhile", (items, end) => items.slice(0, end)),
    whileTrue("dropwhile", (items, end) => items.slice(end)),
    filterFalse,
    groupBy,
    tee,
    pairwise,
    compress,
    batched,
  ])
