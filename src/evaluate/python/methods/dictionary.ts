/** Methods of Python's `dict`; `OrderedDict`, `defaultdict` and `Counter` add some. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { type CallArguments, type DictionaryValue, integer, isNone, list, NONE, string, tuple, type Value } from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { entriesOf, getEntry, isUnknownEntry, keysOf, missingKey, putEntry, pythonKey } from "../keys.ts"
import { sorted } from "../sorting.ts"
import { underlying } from "../underlying.ts"
import { containerMethods } from "./containers.ts"
import { countOf, methodsOf } from "./receivers.ts"

const method = methodsOf("dict", "dictionary")

/** A view shows the dictionary's items at the moment it is made; nobody changes one while looking. */
const view = (items: Value[], typeName: string): Value => ({ ...list(items), typeName })

function valueAt(self: DictionaryValue, key: Value, otherwise: Value): Value {
  const entry = getEntry(self, key)
  if (entry === undefined) return otherwise
  return isUnknownEntry(entry) ? entry : entry.value
}

/** `update`: from a mapping, from pairs, and from keywords. */
export function update(interpreter: Interpreter, self: DictionaryValue, { positional, keywords }: CallArguments): Value {
  interpreter.heap.touch(self.entries)
  for (const given of positional) for (const [key, value] of pairsOf(interpreter, given)) putEntry(interpreter, self.entries, key, value)
  for (const [name, value] of keywords) putEntry(interpreter, self.entries, string(name), value)
  return NONE
}

/** What `dict(given)` takes: the entries of a mapping, or a sequence of pairs. */
export function pairsOf(interpreter: Interpreter, given: Value): (readonly [Value, Value])[] {
  const value = underlying(given)
  if (value.kind === "dictionary") return [...value.entries.values()].map((entry) => [entry.key, entry.value] as const)
  if (given.kind === "instance" && interpreter.findAttribute(given, "keys")) return pairsOfMapping(interpreter, given)
  const items = interpreter.iterate(value)
  if ("kind" in items) return [[items, items]]
  return items.map((item) => {
    const parts = interpreter.iterate(item)
    return "kind" in parts ? ([parts, parts] as const) : ([parts[0] ?? NONE, parts[1] ?? NONE] as const)
  })
}

function pairsOfMapping(interpreter: Interpreter, given: Value): (readonly [Value, Value])[] {
  const keys = interpreter.call(
    interpreter.findAttribute(given, "keys") as Value,
    { positional: [], keywords: new Map() },
    interpreter.place,
  )
  const items = interpreter.iterate(keys)
  return "kind" in items ? [[items, items]] : items.map((key) => [key, interpreter.index(given, key)] as const)
}

function remove(interpreter: Interpreter, self: DictionaryValue, key: Value, otherwise: Value | undefined): Value {
  const entry = getEntry(self, key)
  if (isUnknownEntry(entry)) return entry
  if (!entry) return otherwise ?? missingKey(interpreter, key)
  interpreter.heap.touch(self.entries)
  self.entries.delete(pythonKey(key) as string)
  return entry.value
}

/** Takes the last or first entry out. */
function removeEnd(interpreter: Interpreter, self: DictionaryValue, isLast: boolean): Value {
  const name = isLast ? [...self.entries.keys()].at(-1) : self.entries.keys().next().value
  const entry = name === undefined ? undefined : self.entries.get(name)
  if (name === undefined || !entry) return interpreter.raise("KeyError", "popitem(): dictionary is empty")
  interpreter.heap.touch(self.entries)
  self.entries.delete(name)
  return tuple([entry.key, entry.value])
}

export const dictionaryMethods = [
  ...containerMethods("dict", true),
  method("__init__", "", (interpreter, self, _, call) => update(interpreter, self, call)),
  method("get", "key, default?", (_, self, given) => valueAt(self, given.key, given.default ?? NONE)),
  method("keys", "", (_, self) => view(keysOf(self), "dict_keys")),
  method("values", "", (_, self) =>
    view(
      [...self.entries.values()].map(({ value }) => value),
      "dict_values",
    ),
  ),
  method("items", "", (_, self) =>
    view(
      [...self.entries.values()].map(({ key, value }) => tuple([key, value])),
      "dict_items",
    ),
  ),
  method("update", "", (interpreter, self, _, call) => update(interpreter, self, call)),
  method("__ior__", "other", (interpreter, self, _, call) => {
    update(interpreter, self, call)
    return self
  }),
  method("pop", "key, default?", (interpreter, self, given) => remove(interpreter, self, given.key, given.default)),
  method("popitem", "last?", (interpreter, self, { last }) => removeEnd(interpreter, self, !last || interpreter.truth(last) !== false)),
  method("setdefault", "key, default?", (interpreter, self, given) => {
    const entry = getEntry(self, given.key)
    if (entry) return isUnknownEntry(entry) ? entry : entry.value
    putEntry(interpreter, self.entries, given.key, given.default ?? NONE)
    return given.default ?? NONE
  }),
  method("clear", "", (interpreter, self) => {
    interpreter.heap.touch(self.entries)
    self.entries.clear()
    return NONE
  }),
  method("copy", "", (_, self) => ({ ...self, entries: new Map(self.entries) })),
]

/** `dict.fromkeys`, which stands in the class as a static function. */
export const fromKeys = define("dict.fromkeys", "iterable, value?", (interpreter, { iterable, value }) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  return { kind: "dictionary", entries: entriesOf(items.map((item) => [item, value ?? NONE] as const)) }
})

export const orderedDictionaryMethods = [
  methodsOf("collections.OrderedDict", "dictionary")("move_to_end", "key, last?", (interpreter, self, { key, last }) => {
    const name = pythonKey(key)
    const entry = name === undefined ? undefined : self.entries.get(name)
    if (name === undefined || !entry) return NONE
    interpreter.heap.touch(self.entries)
    self.entries.delete(name)
    const rest = [...self.entries]
    const isFirst = last !== undefined && interpreter.truth(last) === false
    if (isFirst) self.entries.clear()
    self.entries.set(name, entry)
    if (isFirst) for (const [other, value] of rest) self.entries.set(other, value)
    return NONE
  }),
]

const counterMethod = methodsOf("collections.Counter", "dictionary")

/** Counts what an iterable gives, or adds the counts of a mapping. */
export function count(interpreter: Interpreter, self: DictionaryValue, given: Value): Value {
  const value = underlying(given)
  const items = value.kind === "dictionary" ? undefined : interpreter.iterate(value)
  if (items && "kind" in items) return items
  const pairs = items ? items.map((item) => [item, integer(1)] as const) : pairsOf(interpreter, value)
  for (const [key, more] of pairs) putEntry(interpreter, self.entries, key, interpreter.binary("+", valueAt(self, key, integer(0)), more))
  return NONE
}

export const counterMethods = [
  counterMethod("update", "iterable?", (interpreter, self, { iterable }) => (iterable ? count(interpreter, self, iterable) : NONE)),
  counterMethod("elements", "", (_, self) =>
    list([...self.entries.values()].flatMap(({ key, value }) => Array.from({ length: countOf(value) ?? 0 }, () => key))),
  ),
  counterMethod("most_common", "n?", (interpreter, self, { n }) => {
    const pairs = [...self.entries.values()].map(({ key, value }) => tuple([key, value]))
    const byCount = define("count", "item", (inner, { item }) => inner.index(item, integer(1)))
    const items = sorted(interpreter, pairs, byCount, { kind: "boolean", value: true })
    return "kind" in items ? items : list(n && !isNone(n) ? items.slice(0, countOf(n)) : items)
  }),
  counterMethod("total", "", (interpreter, self) =>
    [...self.entries.values()].reduce<Value>((sum, { value }) => interpreter.binary("+", sum, value), integer(0)),
  ),
]
