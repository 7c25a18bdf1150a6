/** Reading and writing properties and elements of JavaScript values, and what iterating over them gives. */
import { grownSize } from "../../values/growth.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import {
  type DictionaryValue,
  integer,
  isNone,
  keyOf,
  type ListValue,
  list,
  type NativeValue,
  string,
  UNDEFINED,
  unknown,
  type UnknownValue,
  type Value,
} from "../../values/value.ts"
import { arrayMethods } from "./arrays.ts"
import { doubtOf, mapMethods, objectMethods, propertyKey, setMethods, sizeOfCollection } from "./collections.ts"
import { functionMethods } from "./functions.ts"
import { MAXIMUM_ITEMS } from "./natives.ts"
import { numberMethods, numberOf } from "./numbers.ts"
import { promiseMethods } from "./promises.ts"
import { stringMethods } from "./strings.ts"

const bound =
  (self: Value, ...tables: ReadonlyMap<string, NativeValue>[]) =>
  (name: string): Value | undefined => {
    for (const table of tables) {
      const found = table.get(name)
      if (found) return { kind: "method", self, function: found }
    }
    return undefined
  }

/** The property of that name; undefined when there is none. */
export function javascriptAttribute(_: Interpreter, object: Value, name: string): Value | undefined {
  switch (object.kind) {
    case "string":
      return name === "length" ? integer(object.value.length) : bound(object, stringMethods, promiseMethods)(name)
    case "list":
      return name === "length"
        ? integer(grownSize(object) ?? object.items.length)
        : bound(object, arrayMethods, objectMethods, promiseMethods)(name)
    case "tuple":
      return name === "length" ? integer(object.items.length) : bound(list([...object.items]), arrayMethods)(name)
    case "dictionary":
      return ofDictionary(object, name)
    case "set":
      return name === "size" ? sizeOfCollection(object) : bound(object, setMethods, promiseMethods)(name)
    case "integer":
    case "float":
      return bound(object, numberMethods, promiseMethods)(name)
    case "native":
      return object.attributes?.get(name) ?? (name === "name" ? string(object.name) : bound(object, functionMethods)(name))
    case "function":
      return object.attributes.get(name) ?? (name === "name" ? string(object.name) : bound(object, functionMethods)(name))
    case "method":
      return bound(object, functionMethods)(name)
    case "class":
      return name === "name" ? string(object.name) : undefined
    case "instance":
    case "boolean":
      return bound(object, objectMethods, promiseMethods)(name)
    case "constant":
      return name === "then" || name === "catch" || name === "finally" ? bound(object, promiseMethods)(name) : undefined
    default:
      return undefined
  }
}

function ofDictionary(object: DictionaryValue, name: string): Value | undefined {
  if (object.isObject) return object.entries.get(`s:${name}`)?.value ?? bound(object, objectMethods, promiseMethods)(name)
  return name === "size" ? sizeOfCollection(object) : bound(object, mapMethods, promiseMethods)(name)
}

/** Sets a property of an object literal; false when the value takes none. */
export function javascriptSetAttribute(interpreter: Interpreter, object: Value, name: string, value: Value): boolean {
  if (object.kind === "list" && name === "length") return setLength(interpreter, object, value)
  if (object.kind !== "dictionary") return false
  interpreter.heap.touch(object.entries)
  object.entries.set(`s:${name}`, { key: string(name), value })
  return true
}

function setLength(interpreter: Interpreter, object: ListValue, value: Value): boolean {
  const length = numberOf(value)
  if (length === undefined || !(length >= 0) || length > MAXIMUM_ITEMS) return false
  interpreter.heap.touch(object.items)
  while (object.items.length < length) object.items.push(UNDEFINED)
  object.items.length = length
  return true
}

export function javascriptIndex(interpreter: Interpreter, object: Value, index: Value): Value {
  if (object.kind === "unknown") return unknown(object.reason, object.place)
  if (index.kind === "unknown" && index.symbol === undefined) return index
  if (object.kind === "list" || object.kind === "tuple" || object.kind === "string") {
    const at = index.kind === "string" && !/^\d+$/.test(index.value) ? undefined : numberOf(index)
    if (at !== undefined) return itemAt(object, at)
    if (index.kind !== "string") return unknown("an element at a place that is not known", interpreter.place)
  }
  if (object.kind === "dictionary" && object.isObject) return ofObject(interpreter, object, index)
  const key = propertyKey(index)
  return key === undefined
    ? unknown("a property whose name is not known", interpreter.place)
    : (interpreter.findAttribute(object, key.slice(2)) ?? UNDEFINED)
}

function itemAt(object: Value, at: number): Value {
  if (object.kind === "string") return object.value[at] === undefined ? UNDEFINED : string(object.value[at])
  return (object.kind === "list" || object.kind === "tuple" ? object.items[at] : undefined) ?? UNDEFINED
}

/** Keys written as numbers stand as such; everything else under its text. */
function ofObject(interpreter: Interpreter, object: DictionaryValue, index: Value): Value {
  const key = propertyKey(index)
  if (key === undefined) return unknown("a property whose name is not known", interpreter.place)
  const numeric = index.kind === "string" && /^\d+$/.test(index.value) ? `i:${index.value}` : keyOf(index)
  return (
    object.entries.get(key)?.value ??
    object.entries.get(numeric ?? key)?.value ??
    interpreter.findAttribute(object, key.slice(2)) ??
    UNDEFINED
  )
}

export function javascriptSetIndex(interpreter: Interpreter, object: Value, index: Value, value: Value): void {
  if (object.kind === "list") return setItem(interpreter, object, index, value)
  const key = propertyKey(index)
  if (key === undefined) return forget(interpreter, object)
  interpreter.setAttribute(object, key.slice(2), value)
}

/** A write to a place that is not known may have changed any entry. */
function forget(interpreter: Interpreter, object: Value): void {
  if (object.kind !== "dictionary") return
  interpreter.heap.touch(object.entries)
  for (const [key, entry] of object.entries)
    object.entries.set(key, { ...entry, value: unknown("a property whose name is not known was written", interpreter.place) })
}

function setItem(interpreter: Interpreter, object: ListValue, index: Value, value: Value): void {
  const at = numberOf(index)
  interpreter.heap.touch(object.items)
  if (at === undefined || at > MAXIMUM_ITEMS) {
    object.items.forEach(
      (_, place) => (object.items[place] = unknown("an element at a place that is not known was written", interpreter.place)),
    )
    return
  }
  if (!Number.isInteger(at) || at < 0) return
  while (object.items.length < at) object.items.push(UNDEFINED)
  object.items[at] = value
}

export function javascriptDeleteIndex(interpreter: Interpreter, object: Value, index: Value): void {
  const key = propertyKey(index)
  if (key === undefined) return
  const container = object.kind === "dictionary" ? object.entries : object.kind === "instance" ? object.attributes : undefined
  if (!container) return
  interpreter.heap.touch(container)
  container.delete(object.kind === "dictionary" ? key : key.slice(2))
}

/** All values that iterating gives, in order. */
export function javascriptIterate(interpreter: Interpreter, value: Value): readonly Value[] | UnknownValue {
  switch (value.kind) {
    case "list":
    case "tuple":
      return value.items.slice()
    case "string":
      return [...value.value].slice(0, MAXIMUM_ITEMS).map(string)
    case "set":
      return doubtOf(value) ?? [...value.entries.values()].map((entry) => entry.key)
    case "dictionary":
      if (value.isObject) return unknown("an object is not iterable", interpreter.place)
      return doubtOf(value) ?? [...value.entries.values()].map((entry) => list([entry.key, entry.value]))
    case "iterator": {
      if (value.rest) return value.rest
      interpreter.heap.touch(value)
      const items = value.items.slice(value.position)
      value.position = value.items.length
      return items
    }
    case "unknown":
      return value
    default:
      return isNone(value)
        ? unknown("undefined is not iterable", interpreter.place)
        : unknown(`a ${value.kind} is not iterated`, interpreter.place)
  }
}

/** What `for (name in object)` gives. */
export function javascriptKeys(interpreter: Interpreter, value: Value): readonly Value[] | UnknownValue {
  switch (value.kind) {
    case "list":
      return value.items.map((_, index) => string(String(index)))
    case "dictionary":
      return [...value.entries.values()].map(({ key }) => string(propertyKey(key)?.slice(2) ?? ""))
    case "instance":
      return [...value.attributes.keys()].map((name) => string(name))
    case "constant":
      return []
    default:
      return value.kind === "unknown" ? value : unknown(`the keys of a ${value.kind} are not known`, interpreter.place)
  }
}
