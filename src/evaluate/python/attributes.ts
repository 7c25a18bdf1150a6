/** Attributes of Python's builtin values, and those that every object, class and function has. */
import type { Node } from "../../syntax/tree.ts"
import { children } from "../../syntax/walk.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import {
  type ClassValue,
  dictionaryOf,
  type FunctionValue,
  identityOf,
  type InstanceValue,
  integer,
  NONE,
  string,
  type TupleValue,
  tuple,
  unknown,
  type Value,
} from "../../values/value.ts"
import { closureOf } from "../calls.ts"
import { byName, positionals } from "./arguments.ts"
import { declareClass } from "./declared.ts"
import { arrayAttribute, isArray, otherArrayAttribute } from "./methods/array.ts"
import { rangeAttribute, sliceAttribute } from "./methods/iterator.ts"
import { numberAttribute } from "./methods/number.ts"
import { lastResortMethods, makeObject, objectMethods } from "./methods/object.ts"
import { fieldNames, namedTupleMethods } from "./methods/tuple.ts"
import { objectType } from "./object.ts"
import { classOf } from "./types.ts"
import { underlying } from "./underlying.ts"

/** The attribute of a value; undefined when Python's own types have none of that name. */
export function pythonAttribute(interpreter: Interpreter, object: Value, name: string): Value | undefined {
  if (object.kind === "instance" && name === "__dict__")
    return object.attributes.get("__dict__") ?? liveDictionary(interpreter, object.attributes)
  const own = PLAIN[object.kind]?.(object as never, name)
  if (own) return own
  if (object.kind === "class" || object.kind === "super") return ofEveryObject(object, name)
  if (object.kind === "instance") return builtinPart(object, name) ?? ofEveryObject(object, name)
  return (
    fromClass(interpreter, object, name) ??
    ofEveryObject(object, name) ??
    (isArray(object) ? otherArrayAttribute(interpreter, object, name) : undefined)
  )
}

type Reader<K extends Value["kind"]> = (object: Extract<Value, { kind: K }>, name: string) => Value | undefined

const PLAIN: { [K in Value["kind"]]?: Reader<K> } = {
  integer: numberAttribute,
  boolean: numberAttribute,
  float: numberAttribute,
  range: rangeAttribute,
  slice: sliceAttribute,
  tuple: tupleAttribute,
  list: (object, name) => (isArray(object) ? arrayAttribute(object, name) : undefined),
  class: classAttribute,
  function: (object, name) =>
    object.attributes.get(name) ??
    functionAttribute(name, object.name, object.qualifiedName) ??
    (name === "__dict__" ? dictionaryOf(object.attributes) : name === "__code__" ? codeOf(object) : undefined),
  native: (object, name) =>
    object.attributes?.get(name) ?? functionAttribute(name, object.name.slice(object.name.lastIndexOf(".") + 1), object.name),
  method: (object, name) => pick({ __self__: object.self, __func__: object.function }, name) ?? ofFunction(object.function, name),
  property: (object, name) =>
    name === "fget" || name === "__func__" || name === "__wrapped__"
      ? (object.get ?? NONE)
      : name === "fset"
        ? (object.set ?? NONE)
        : undefined,
  module: (object, name) => pick({ __name__: string(object.name), __dict__: dictionaryOf(object.attributes), __doc__: NONE }, name),
  instance: heldAttribute,
}

/** After `self.__dict__ = self` the entries of the dictionary are attributes too. */
function heldAttribute(object: InstanceValue, name: string): Value | undefined {
  const held = object.attributes.get("__dict__")
  const entries = held && underlying(held)
  return entries?.kind === "dictionary" ? entries.entries.get(`s:${name}`)?.value : undefined
}

/** `self.__dict__`, `globals()`: what is stored in it becomes an attribute or a variable, as in `self.__dict__.update(options)`. */
export function liveDictionary(interpreter: Interpreter, attributes: Map<string, Value>): Value {
  const dictionary = dictionaryOf(attributes)
  const { entries } = dictionary
  entries.set = (name, entry) => {
    interpreter.heap.touch(attributes)
    if (entry.key.kind === "string") attributes.set(entry.key.value, entry.value)
    return Map.prototype.set.call(entries, name, entry) as typeof entries
  }
  return dictionary
}

const pick = (from: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined

const ofFunction = (object: Value, name: string): Value | undefined =>
  object.kind === "function" || object.kind === "native" ? PLAIN[object.kind]?.(object as never, name) : undefined

/** `f.__name__`, … A qualified name is module, then the path within it; the module is all but the last part, or the last two. */
function functionAttribute(name: string, own: string, qualified: string): Value | undefined {
  if (name === "__name__") return string(own)
  if (name === "__qualname__") return string(own === "<lambda>" ? own : (qualified.split(".").slice(-1)[0] ?? own))
  if (name === "__module__") return string(qualified.split(".").slice(0, -1).join("."))
  if (name === "__doc__" || name === "__defaults__" || name === "__kwdefaults__") return unknown(`${name} of a function is not evaluated`)
  return undefined
}

const codeClass = declareClass("types.CodeType", objectType)

/** `f.__code__`: the names of parameters, and of what the body assigns. */
function codeOf(object: FunctionValue): Value {
  const { parameters, body } = closureOf(object).node
  const ordered = ["", "rest", "keywordRest"].flatMap((form) =>
    parameters.filter((parameter) => (form === "" ? !/[rR]est$/.test(parameter.form) : parameter.form === form)),
  )
  const names = ordered.flatMap(({ target }) => (target.kind === "name" ? [target.name] : []))
  const counted = parameters.filter(({ form }) => form !== "keywordOnly" && form !== "rest" && form !== "keywordRest").length
  const attributes = new Map<string, Value>([
    ["co_name", string(object.name)],
    ["co_argcount", integer(counted)],
    ["co_varnames", tuple([...new Set([...names, ...assignedNames(body)])].map(string))],
  ])
  return { kind: "instance", class: codeClass, attributes, place: object.place, id: identityOf(object), state: { function: object } }
}

/** Names that statements bind, those in inner functions left out. */
function assignedNames(body: readonly Node[]): string[] {
  return body.flatMap((node) => {
    if (node.kind === "function" || node.kind === "functionDeclaration" || node.kind === "classDeclaration") return []
    const targets: readonly Node[] = node.kind === "assign" ? node.targets : "target" in node && node.target ? [node.target as Node] : []
    return [...targets.flatMap((target) => (target.kind === "name" ? [target.name] : [])), ...assignedNames(children(node))]
  })
}

const CLASS_ATTRIBUTES: Record<string, (cls: ClassValue) => Value> = {
  __name__: (cls) => string(cls.name),
  __qualname__: (cls) => string(cls.name),
  __module__: ({ qualifiedName }) =>
    string(qualifiedName.includes(".") ? qualifiedName.slice(0, qualifiedName.lastIndexOf(".")) : "builtins"),
  __mro__: (cls) => tuple(cls.mro.includes(objectType) ? cls.mro : [...cls.mro, objectType]),
  __bases__: (cls) => tuple(cls.bases.length > 0 || cls === objectType ? cls.bases : [objectType]),
  __base__: (cls) => cls.bases[0] ?? objectType,
  __dict__: (cls) => dictionaryOf(cls.attributes),
  __doc__: () => NONE,
  __annotations__: () => dictionaryOf([]),
}

function classAttribute(cls: ClassValue, name: string): Value | undefined {
  return Object.hasOwn(CLASS_ATTRIBUTES, name) ? CLASS_ATTRIBUTES[name]?.(cls) : undefined
}

function tupleAttribute(object: TupleValue, name: string): Value | undefined {
  const position = object.names?.indexOf(name) ?? -1
  if (position >= 0) return object.items[position]
  if (!object.names) return undefined
  if (name === "_fields") return fieldNames(object)
  const method = byName(namedTupleMethods).get(name)
  return method && { kind: "method", self: object, function: method }
}

/** What the value's class holds, bound to the value. */
function fromClass(interpreter: Interpreter, self: Value, name: string): Value | undefined {
  const cls = classOf(self)
  for (const ancestor of cls?.mro ?? []) {
    const entry = ancestor.attributes.get(name)
    if (entry && cls) return bound(interpreter, entry, self, cls)
  }
  return undefined
}

function bound(interpreter: Interpreter, entry: Value, self: Value, cls: ClassValue): Value {
  if (entry.kind === "function" || (entry.kind === "native" && entry.isMethod)) return { kind: "method", self, function: entry }
  if (entry.kind !== "property" || !entry.get) return entry
  if (entry.form === "staticmethod") return entry.get
  if (entry.form === "classmethod") return { kind: "method", self: cls, function: entry.get }
  return interpreter.call(entry.get, positionals(self), interpreter.place)
}

/** Attributes of a builtin value inside an object: `Color.RED.real` of an `IntEnum`. */
function builtinPart(object: Extract<Value, { kind: "instance" }>, name: string): Value | undefined {
  const inner = underlying(object)
  return inner === object ? undefined : PLAIN[inner.kind]?.(inner as never, name)
}

const generalMethods = byName([...objectMethods, ...lastResortMethods])

function ofEveryObject(object: Value, name: string): Value | undefined {
  if (name === "__class__") return classOf(object)
  if (name === "__new__") return makeObject
  if (name === "__doc__" || name === "__slots__") return NONE
  const method = generalMethods.get(name)
  if (!method) return undefined
  return object.kind === "class" ? method : { kind: "method", self: object.kind === "super" ? object.self : object, function: method }
}
