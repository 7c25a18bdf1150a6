/** Methods of JavaScript arrays, and the statics of `Array`. */
import {
  boolean,
  FALSE,
  integer,
  isNone,
  type ListValue,
  list,
  string,
  TRUE,
  UNDEFINED,
  type UnknownValue,
  unknown,
  type Value,
} from "../../values/value.ts"
import { apply, functionOf, functions, type Here, MAXIMUM_ITEMS, type MethodBody, methods, notKnown } from "./natives.ts"
import { numberOf, sizeOf } from "./numbers.ts"
import { joined, textOf } from "./text.ts"

/** Calls the callback with (item, index, array) for each item. */
const each = (here: Here, self: ListValue, callback: Value | undefined): Value[] =>
  self.items.slice().map((item, index) => apply(here, callback, item, integer(index), self))

/** The first index at which the callback's answer is true; unknown when an answer before it is not known. */
function search(here: Here, self: ListValue, callback: Value | undefined, wanted: boolean): number | UnknownValue {
  for (const [index, item] of self.items.slice().entries()) {
    const answer = here.interpreter.truth(apply(here, callback, item, integer(index), self))
    if (answer === undefined) return unknown("a test on the items of an array is not known", here.place)
    if (answer === wanted) return index
  }
  return -1
}

function filtered(here: Here, self: ListValue, callback: Value | undefined): Value {
  const kept: Value[] = []
  for (const [index, item] of self.items.slice().entries()) {
    const answer = here.interpreter.truth(apply(here, callback, item, integer(index), self))
    if (answer === undefined) return notKnown(here, "which items a filter keeps is not known")
    if (answer) kept.push(item)
  }
  return list(kept)
}

function reduced(here: Here, self: ListValue, callback: Value | undefined, initial: Value | undefined, fromEnd: boolean): Value {
  const entries = [...self.items.entries()]
  if (fromEnd) entries.reverse()
  let result = initial
  for (const [index, item] of entries) result = result === undefined ? item : apply(here, callback, result, item, integer(index), self)
  return result ?? here.interpreter.raise("TypeError", "Reduce of empty array with no initial value")
}

/** `flat(depth)`. */
function flattened(here: Here, items: readonly Value[], depth: number, into: Value[] = []): Value[] {
  here.interpreter.spend(items.length)
  for (const item of items) {
    if (into.length >= MAXIMUM_ITEMS) break
    if (item.kind === "list" && depth > 0) flattened(here, item.items, depth - 1, into)
    else into.push(item)
  }
  return into
}

function changed(here: Here, self: ListValue, change: (items: Value[]) => Value): Value {
  here.interpreter.heap.touch(self.items)
  return change(self.items)
}

function pushed(here: Here, self: ListValue, items: readonly Value[], add: (target: Value[]) => void): Value {
  if (self.items.length + items.length > MAXIMUM_ITEMS) return notKnown(here, "an array longer than the limit")
  return changed(here, self, (target) => {
    add(target)
    return integer(target.length)
  })
}

const given = (parameters: readonly (Value | undefined)[]): Value[] => parameters.filter((value) => value !== undefined)
const bound = (value: Value | undefined): number | undefined | null =>
  isNone(value) || value === undefined ? undefined : (numberOf(value) ?? null)

function sliced(here: Here, self: ListValue, start: Value | undefined, end: Value | undefined): Value {
  const [from, to] = [bound(start), bound(end)]
  if (from === null || to === null) return notKnown(here, "part of an array whose bounds are not known")
  return list(self.items.slice(from, to))
}

function spliced(here: Here, self: ListValue, start: Value | undefined, count: Value | undefined, ...added: (Value | undefined)[]): Value {
  const [from, removed] = [bound(start), bound(count)]
  if (from === null || removed === null) return notKnown(here, "part of an array whose bounds are not known")
  return changed(here, self, (items) => list(items.splice(from ?? 0, count === undefined ? items.length : (removed ?? 0), ...given(added))))
}

function concatenated(here: Here, self: ListValue, ...parameters: (Value | undefined)[]): Value {
  const uncertain = parameters.find((value) => value?.kind === "unknown")
  if (uncertain) return uncertain
  const items = [...self.items, ...given(parameters).flatMap((value) => (value.kind === "list" ? value.items : [value]))]
  return items.length > MAXIMUM_ITEMS ? notKnown(here, "an array longer than the limit") : list(items)
}

function filled(here: Here, self: ListValue, value: Value | undefined, start: Value | undefined, end: Value | undefined): Value {
  const [from, to] = [bound(start), bound(end)]
  if (from === null || to === null) return notKnown(here, "part of an array whose bounds are not known")
  return changed(here, self, (items) => {
    items.fill(value ?? UNDEFINED, from, to)
    return self
  })
}

/** The place of an equal item; unknown when a comparison is not known. */
function position(here: Here, self: ListValue, wanted: Value | undefined, fromEnd = false): number | UnknownValue {
  const order = [...self.items.keys()]
  if (fromEnd) order.reverse()
  here.interpreter.spend(order.length >> 2)
  for (const index of order) {
    const same = here.interpreter.equals(self.items[index] ?? UNDEFINED, wanted ?? UNDEFINED)
    if (same === undefined) return unknown("whether an item equals a value that is not known", here.place)
    if (same) return index
  }
  return -1
}

/** The order of two items: by the callback, or as text. */
function order(here: Here, callback: Value | undefined, left: Value, right: Value): number | undefined {
  if (callback !== undefined && !isNone(callback)) return numberOf(apply(here, callback, left, right))
  const [a, b] = [textOf(left), textOf(right)]
  return a === undefined || b === undefined ? undefined : a < b ? -1 : a > b ? 1 : 0
}

function sorted(here: Here, items: readonly Value[], callback: Value | undefined): Value[] | undefined {
  let known = true
  const result = items.slice().sort((left, right) => {
    const by = known ? order(here, callback, left, right) : undefined
    if (by === undefined) known = false
    return by ?? 0
  })
  return known ? result : undefined
}

const indexed = (answer: number | UnknownValue, then: (index: number) => Value): Value =>
  typeof answer === "number" ? then(answer) : answer

const asText: MethodBody<ListValue> = (here, self) => {
  const text = joined(self.items, ",")
  return text === undefined ? notKnown(here, "text of items that are not known") : string(text)
}

export const arrayMethods = methods<ListValue>("Array", {
  at: (here, self, index) => {
    const at = numberOf(index)
    return at === undefined ? notKnown(here, "an index that is not known") : (self.items.at(at) ?? UNDEFINED)
  },
  concat: concatenated,
  entries: (_, self) => list(self.items.map((item, index) => list([integer(index), item]))),
  every: (here, self, callback) => indexed(search(here, self, callback, false), (index) => boolean(index < 0)),
  fill: filled,
  filter: filtered,
  find: (here, self, callback) => indexed(search(here, self, callback, true), (index) => self.items[index] ?? UNDEFINED),
  findIndex: (here, self, callback) => indexed(search(here, self, callback, true), integer),
  findLast: (here, self, callback) =>
    indexed(
      search(here, list(self.items.slice().reverse()), callback, true),
      (index) => self.items[self.items.length - 1 - index] ?? UNDEFINED,
    ),
  flat: (here, self, depth) => list(flattened(here, self.items, numberOf(depth ?? integer(1)) ?? 1)),
  flatMap: (here, self, callback) => list(flattened(here, each(here, self, callback), 1)),
  forEach: (here, self, callback) => {
    each(here, self, callback)
    return UNDEFINED
  },
  includes: (here, self, wanted) => indexed(position(here, self, wanted), (index) => boolean(index >= 0)),
  indexOf: (here, self, wanted) => indexed(position(here, self, wanted), integer),
  join: (here, self, separator) => {
    const between = separator === undefined || isNone(separator) ? "," : textOf(separator)
    const text = between === undefined ? undefined : joined(self.items, between)
    return text === undefined ? notKnown(here, "text of items that are not known") : string(text)
  },
  keys: (_, self) => list(self.items.map((_item, index) => integer(index))),
  lastIndexOf: (here, self, wanted) => indexed(position(here, self, wanted, true), integer),
  map: (here, self, callback) => list(each(here, self, callback)),
  pop: (here, self) => changed(here, self, (items) => items.pop() ?? UNDEFINED),
  push: (here, self, ...parameters) => pushed(here, self, given(parameters), (target) => target.push(...given(parameters))),
  reduce: (here, self, callback, initial) => reduced(here, self, callback, initial, false),
  reduceRight: (here, self, callback, initial) => reduced(here, self, callback, initial, true),
  reverse: (here, self) => changed(here, self, (items) => (items.reverse(), self)),
  set: (here, self, source, offset) =>
    source?.kind === "list" ? spliced(here, self, offset ?? integer(0), integer(source.items.length), ...source.items) : UNDEFINED,
  shift: (here, self) => changed(here, self, (items) => items.shift() ?? UNDEFINED),
  slice: sliced,
  some: (here, self, callback) => indexed(search(here, self, callback, true), (index) => boolean(index >= 0)),
  sort: (here, self, callback) => {
    const result = sorted(here, self.items, callback)
    if (!result) return notKnown(here, "the order of items that are not known")
    return changed(here, self, (items) => (items.splice(0, items.length, ...result), self))
  },
  splice: spliced,
  subarray: sliced,
  toReversed: (_, self) => list(self.items.slice().reverse()),
  toSorted: (here, self, callback) => {
    const result = sorted(here, self.items, callback)
    return result ? list(result) : notKnown(here, "the order of items that are not known")
  },
  toString: asText,
  unshift: (here, self, ...parameters) => pushed(here, self, given(parameters), (target) => target.unshift(...given(parameters))),
  values: (_, self) => list(self.items.slice()),
})

/** `Array(n)` and `new Array(n)`: as many holes, which read as undefined. */
function made(here: Here, ...parameters: (Value | undefined)[]): Value {
  const [first] = parameters
  if (parameters.length !== 1 || first === undefined) return list(given(parameters))
  if (first.kind === "unknown") return first
  if (first.kind !== "integer" && first.kind !== "float") return list([first])
  return ofLength(here, first) ?? notKnown(here, "an array of a length that is not known")
}

function ofLength(here: Here, length: Value | undefined): ListValue | undefined {
  const count = numberOf(length)
  if (count === undefined || count > MAXIMUM_ITEMS) return undefined
  if (!(count >= 0) || !Number.isInteger(count)) return here.interpreter.raise("RangeError", "Invalid array length")
  return list(new Array<Value>(count).fill(UNDEFINED))
}

/** `Array.from(iterable or {length}, map)`. */
function from(here: Here, source: Value | undefined, callback: Value | undefined): Value {
  const isCounted = source?.kind === "dictionary" && source.isObject
  const length = isCounted ? source.entries.get("s:length")?.value : undefined
  const items = length ? ofLength(here, length)?.items : source && !isCounted ? here.interpreter.iterate(source) : []
  if (items === undefined) return notKnown(here, `an array of a length that is not known${sizeOf(length) === undefined ? "" : " yet"}`)
  if (!Array.isArray(items)) return items as UnknownValue
  const known = items as readonly Value[]
  return list(callback && !isNone(callback) ? known.map((item, index) => apply(here, callback, item, integer(index))) : known.slice())
}

export const arrayConstructor = functionOf("Array", made, [
  ...functions("Array", {
    from,
    of: (_, ...parameters) => list(given(parameters)),
    isArray: (_, value) => (value?.kind === "unknown" ? value : value?.kind === "list" ? TRUE : FALSE),
  }),
])

const TYPED = [
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
]

/** Typed arrays are arrays here, of zeros where only a length is given. */
export const typedArrays: [string, Value][] = TYPED.map((name) => [
  name,
  functionOf(
    name,
    (here, source) => {
      if (source?.kind === "list") return list(source.items.slice())
      const zeros = source === undefined ? list([]) : ofLength(here, source)
      return zeros ? list(zeros.items.map(() => integer(0))) : notKnown(here, "an array longer than the limit")
    },
    [
      ["from", functionOf(`${name}.from`, from)],
      ["BYTES_PER_ELEMENT", integer(Number(/\d+/.exec(name)?.[0] ?? 8) / 8)],
    ],
  ),
])
