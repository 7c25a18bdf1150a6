/** What `Mapping` and `MutableMapping` lend a class that has `__getitem__` and `__iter__`. Source: https://docs.python.org/3/library/collections.abc.html */
import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, list, NONE, type NativeValue, tuple, type UnknownValue, type Value } from "../../../values/value.ts"
import { Raised } from "../../raised.ts"
import { method, positionals } from "../arguments.ts"

/** The entry under a key; undefined when the class says there is none. */
function entryOf(interpreter: Interpreter, self: Value, key: Value): Value | undefined {
  try {
    return interpreter.index(self, key)
  } catch (thrown) {
    if (thrown instanceof Raised && thrown.value.kind === "instance" && interpreter.isSubclass(thrown.value.class, "KeyError"))
      return undefined
    throw thrown
  }
}

/** A list of what `of` makes of each key. */
function listOf(interpreter: Interpreter, self: Value, typeName: string, of: (key: Value) => Value): Value {
  const keys: readonly Value[] | UnknownValue = interpreter.iterate(self)
  return "kind" in keys ? keys : { ...list(keys.map(of)), typeName }
}

const store = (interpreter: Interpreter, self: Value, key: Value, value: Value): void => {
  const setter = interpreter.findAttribute(self, "__setitem__")
  if (setter) interpreter.call(setter, positionals(key, value), interpreter.place)
}

const remove = (interpreter: Interpreter, self: Value, key: Value): void => {
  const deleter = interpreter.findAttribute(self, "__delitem__")
  if (deleter) interpreter.call(deleter, positionals(key), interpreter.place)
}

const of = (name: string): string => `collections.abc.Mapping.${name}`

export const mappingMethods: readonly NativeValue[] = [
  method(of("get"), "self, key, default?", (interpreter, given) => entryOf(interpreter, given.self, given.key) ?? given.default ?? NONE),
  method(of("__contains__"), "self, key", (interpreter, { self, key }) => {
    const entry = entryOf(interpreter, self, key)
    return entry?.kind === "unknown" ? entry : boolean(entry !== undefined)
  }),
  method(of("keys"), "self", (interpreter, { self }) => listOf(interpreter, self, "dict_keys", (key) => key)),
  method(of("values"), "self", (interpreter, { self }) => listOf(interpreter, self, "dict_values", (key) => interpreter.index(self, key))),
  method(of("items"), "self", (interpreter, { self }) =>
    listOf(interpreter, self, "dict_items", (key) => tuple([key, interpreter.index(self, key)])),
  ),
]

export const mutableMappingMethods: readonly NativeValue[] = [
  ...mappingMethods,
  method(of("pop"), "self, key, default?", (interpreter, given) => {
    const entry = entryOf(interpreter, given.self, given.key)
    if (entry !== undefined) remove(interpreter, given.self, given.key)
    return entry ?? given.default ?? interpreter.raise("KeyError", "")
  }),
  method(of("setdefault"), "self, key, default?", (interpreter, { self, key, default: otherwise = NONE }) => {
    const entry = entryOf(interpreter, self, key)
    if (entry === undefined) store(interpreter, self, key, otherwise)
    return entry ?? otherwise
  }),
  method(of("update"), "self, other?", (interpreter, { self, other }, { keywords }) => {
    const read = other && interpreter.findAttribute(other, "items")
    const pairs = read
      ? interpreter.iterate(interpreter.call(read, positionals(), interpreter.place))
      : other
        ? interpreter.iterate(other)
        : []
    if ("kind" in pairs) return pairs
    for (const pair of pairs)
      if (pair.kind === "tuple" && pair.items[0] && pair.items[1]) store(interpreter, self, pair.items[0], pair.items[1])
    for (const [name, value] of keywords) store(interpreter, self, { kind: "string", value: name }, value)
    return NONE
  }),
]
