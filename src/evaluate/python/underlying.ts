/** What an object of a class derived from a builtin one (`class Config(dict)`) holds of that builtin. */
import type { Interpreter } from "../../values/interpreter.ts"
import { type ClassValue, type InstanceValue, integer, list, string, tuple, type Value } from "../../values/value.ts"

interface Contents {
  readonly contents: Value
}

const BLANK: Record<string, () => Value> = {
  dict: () => ({ kind: "dictionary", entries: new Map() }),
  "collections.OrderedDict": () => ({ kind: "dictionary", entries: new Map(), typeName: "collections.OrderedDict" }),
  "collections.UserDict": () => ({ kind: "dictionary", entries: new Map() }),
  "collections.deque": () => ({ kind: "list", items: [], typeName: "collections.deque" }),
  list: () => list(),
  "collections.UserList": () => list(),
  set: () => ({ kind: "set", entries: new Map() }),
  frozenset: () => ({ kind: "set", entries: new Map(), typeName: "frozenset" }),
  str: () => string(""),
  tuple: () => tuple([]),
  int: () => integer(0),
  float: () => ({ kind: "float", value: 0 }),
}

/** The value itself, or the builtin part of an instance of a subclass. */
export function underlying(value: Value): Value {
  if (value.kind !== "instance") return value
  return (value.state as Contents | undefined)?.contents ?? blankPart(value) ?? value
}

function blankPart(instance: InstanceValue): Value | undefined {
  if (instance.state !== undefined) return undefined
  const contents = builtinAncestor(instance.class) && BLANK[builtinAncestor(instance.class) as string]?.()
  if (contents) instance.state = { contents } satisfies Contents
  return contents || undefined
}

/** The name of the builtin class that lends an instance its contents. */
export function builtinAncestor(cls: ClassValue): string | undefined {
  return cls.mro.find((ancestor) => Object.hasOwn(BLANK, ancestor.qualifiedName))?.qualifiedName
}

/** Gives an instance its builtin part, as `int.__new__` and its like do. */
export function setUnderlying(interpreter: Interpreter, instance: InstanceValue, contents: Value): void {
  interpreter.heap.touch(instance)
  instance.state = { contents } satisfies Contents
}

export const hasUnderlying = (instance: InstanceValue): boolean => underlying(instance) !== instance
