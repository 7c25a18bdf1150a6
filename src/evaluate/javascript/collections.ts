/** JavaScript objects, Map and Set: their methods, constructors and statics. */
import {
  boolean,
  type DictionaryValue,
  dictionaryOf,
  integer,
  keyOf,
  list,
  type SetValue,
  string,
  UNDEFINED,
  type UnknownValue,
  unknown,
  type Value,
} from "../../values/value.ts"
import { apply, functionOf, functions, type Here, itself, type MethodBody, methods, notKnown } from "./natives.ts"
import { textOf } from "./text.ts"

type Entries = Map<string, { key: Value; value: Value }>

/** The key under which a property stands in an object. */
export function propertyKey(value: Value | undefined): string | undefined {
  const text = value?.kind === "integer" && typeof value.value === "object" ? undefined : textOf(value)
  return text === undefined ? undefined : `s:${text}`
}

export const objectOf = (entries: Iterable<readonly [string, Value]> = []): DictionaryValue => dictionaryOf(entries, { isObject: true })

/** The own properties of an object, instance or array. */
function propertiesOf(value: Value | undefined): [string, Value][] | UnknownValue {
  switch (value?.kind) {
    case "dictionary":
      return value.isObject ? [...value.entries.values()].map((entry) => [textOf(entry.key) ?? "", entry.value]) : []
    case "instance":
      return [...value.attributes]
    case "list":
      return value.items.map((item, index) => [String(index), item])
    case "unknown":
      return value
    default:
      return []
  }
}

const listed = (value: Value | undefined, pick: (name: string, value: Value) => Value): Value => {
  const properties = propertiesOf(value)
  return Array.isArray(properties) ? list(properties.map(([name, item]) => pick(name, item))) : properties
}

/** `Object.assign(target, ...sources)`. */
function assigned({ interpreter }: Here, target: Value | undefined, ...sources: (Value | undefined)[]): Value {
  for (const source of sources) {
    const properties = propertiesOf(source)
    if (!Array.isArray(properties)) return properties
    for (const [name, value] of properties) if (target) interpreter.setAttribute(target, name, value)
  }
  return target ?? UNDEFINED
}

function pairsOf({ interpreter }: Here, source: Value | undefined): [Value, Value][] | UnknownValue {
  if (source === undefined || source.kind === "constant") return []
  const items = interpreter.iterate(source)
  if (!Array.isArray(items)) return items as UnknownValue
  return (items as readonly Value[]).map((item) =>
    item.kind === "list" || item.kind === "tuple" ? [item.items[0] ?? UNDEFINED, item.items[1] ?? UNDEFINED] : [UNDEFINED, UNDEFINED],
  )
}

function fromEntries(here: Here, source: Value | undefined): Value {
  const pairs = pairsOf(here, source)
  if (!Array.isArray(pairs)) return pairs
  const names = pairs.map(([key]) => textOf(key))
  if (names.includes(undefined)) return notKnown(here, "an object whose keys are not known")
  return objectOf(pairs.map(([, value], index) => [names[index] ?? "", value] as const))
}

const objectConstructor = functionOf("Object", (_, value) => value ?? objectOf(), [
  ...functions("Object", {
    assign: assigned,
    create: () => objectOf(),
    entries: (_, value) => listed(value, (name, item) => list([string(name), item])),
    freeze: (_, value) => value ?? UNDEFINED,
    fromEntries,
    getOwnPropertyNames: (_, value) => listed(value, (name) => string(name)),
    keys: (_, value) => listed(value, (name) => string(name)),
    seal: (_, value) => value ?? UNDEFINED,
    values: (_, value) => listed(value, (_name, item) => item),
    hasOwn: (here, value, name) => owns(here, value, name),
  }),
])

function owns(here: Here, value: Value | undefined, name: Value | undefined): Value {
  const [properties, key] = [propertiesOf(value), textOf(name)]
  if (!Array.isArray(properties)) return properties
  return key === undefined ? notKnown(here, "a property whose name is not known") : boolean(properties.some(([own]) => own === key))
}

const asText: MethodBody<Value> = (here, self) => {
  const text = textOf(self)
  return text === undefined ? notKnown(here, "text that is not known") : string(text)
}

export const objectMethods = methods<Value>("Object", {
  hasOwnProperty: owns,
  toString: asText,
  valueOf: itself,
})

/** Under this key stands that something was stored nobody knows where; from then on the size is not known. */
const ANYWHERE = "?"

function store(here: Here, entries: Entries, key: Value, value: Value): void {
  here.interpreter.heap.touch(entries)
  entries.set(keyOf(key) ?? ANYWHERE, { key, value })
}

/** Why it is not known what a collection holds. */
export function doubtOf(value: DictionaryValue | SetValue): UnknownValue | undefined {
  const entry = value.entries.get(ANYWHERE)
  return entry && (entry.key.kind === "unknown" ? entry.key : unknown("something was stored under a key that is not known"))
}

function lookedUp(
  here: Here,
  entries: Entries,
  key: Value | undefined,
  then: (entry: { key: Value; value: Value } | undefined) => Value,
): Value {
  const place = keyOf(key ?? UNDEFINED)
  const found = place === undefined ? undefined : entries.get(place)
  return place === undefined || (!found && entries.has(ANYWHERE)) ? notKnown(here, "a key that is not known") : then(found)
}

function removed(here: Here, entries: Entries, key: Value | undefined): Value {
  const place = keyOf(key ?? UNDEFINED)
  if (place === undefined) return notKnown(here, "a key that is not known")
  here.interpreter.heap.touch(entries)
  return boolean(entries.delete(place))
}

function cleared(here: Here, entries: Entries): Value {
  here.interpreter.heap.touch(entries)
  entries.clear()
  return UNDEFINED
}

function forEach(here: Here, self: DictionaryValue | SetValue, callback: Value | undefined): Value {
  for (const { key, value } of [...self.entries.values()]) apply(here, callback, value, key, self)
  return UNDEFINED
}

const keysOf = (self: DictionaryValue | SetValue): Value => doubtOf(self) ?? list([...self.entries.values()].map(({ key }) => key))
const valuesOf = (self: DictionaryValue | SetValue): Value => doubtOf(self) ?? list([...self.entries.values()].map(({ value }) => value))
const entriesOf = (self: DictionaryValue | SetValue): Value =>
  doubtOf(self) ?? list([...self.entries.values()].map(({ key, value }) => list([key, value])))

export const mapMethods = methods<DictionaryValue>("Map", {
  clear: (here, self) => cleared(here, self.entries),
  delete: (here, self, key) => removed(here, self.entries, key),
  entries: (_, self) => entriesOf(self),
  forEach,
  get: (here, self, key) => lookedUp(here, self.entries, key, (entry) => entry?.value ?? UNDEFINED),
  has: (here, self, key) => lookedUp(here, self.entries, key, (entry) => boolean(entry !== undefined)),
  keys: (_, self) => keysOf(self),
  set: (here, self, key, value) => {
    store(here, self.entries, key ?? UNDEFINED, value ?? UNDEFINED)
    return self
  },
  values: (_, self) => valuesOf(self),
})

export const setMethods = methods<SetValue>("Set", {
  add: (here, self, value) => {
    store(here, self.entries, value ?? UNDEFINED, value ?? UNDEFINED)
    return self
  },
  clear: (here, self) => cleared(here, self.entries),
  delete: (here, self, value) => removed(here, self.entries, value),
  entries: (_, self) => entriesOf(self),
  forEach,
  has: (here, self, value) => lookedUp(here, self.entries, value, (entry) => boolean(entry !== undefined)),
  keys: (_, self) => keysOf(self),
  values: (_, self) => valuesOf(self),
})

function newMap(here: Here, source: Value | undefined): Value {
  const pairs = pairsOf(here, source)
  if (!Array.isArray(pairs)) return pairs
  const made: DictionaryValue = { kind: "dictionary", entries: new Map(), typeName: "Map" }
  for (const [key, value] of pairs) store(here, made.entries, key, value)
  return made
}

function newSet(here: Here, source: Value | undefined): Value {
  const items = source === undefined || source.kind === "constant" ? [] : here.interpreter.iterate(source)
  if (!Array.isArray(items)) return items as UnknownValue
  const made: SetValue = { kind: "set", entries: new Map(), typeName: "Set" }
  for (const item of items as readonly Value[]) store(here, made.entries, item, item)
  return made
}

export const collectionConstructors: [string, Value][] = [
  ["Map", functionOf("Map", newMap)],
  ["WeakMap", functionOf("WeakMap", newMap)],
  ["Set", functionOf("Set", newSet)],
  ["WeakSet", functionOf("WeakSet", newSet)],
  ["Object", objectConstructor],
]

export const sizeOfCollection = (value: DictionaryValue | SetValue): Value => doubtOf(value) ?? integer(value.entries.size)
