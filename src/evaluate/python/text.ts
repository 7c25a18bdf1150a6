/** Python's `str` and `repr` of values; undefined when the text depends on something that is not known. */
import { isConcrete } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { ClassValue, DictionaryValue, InstanceValue, SetValue, TupleValue, Value } from "../../values/value.ts"
import { positionals } from "./arguments.ts"
import { hasUnknownKey } from "./keys.ts"
import { floatText, stringLiteral } from "./literals.ts"
import { hasUnderlying, underlying } from "./underlying.ts"

/** Containers nested deeper than this are not written out; it also ends lists that hold themselves. */
const MAXIMUM_NESTING = 20

/** Longer texts of containers are not written. */
const MAXIMUM_TEXT = 1_000_000

/** `str(value)` */
export function pythonText(interpreter: Interpreter, value: Value): string | undefined {
  if (value.kind === "string" && !value.isBytes) return value.value
  return value.kind === "instance" ? instanceText(interpreter, value, ["__str__", "__repr__"], 0) : pythonRepr(interpreter, value)
}

/** `repr(value)` */
export function pythonRepr(interpreter: Interpreter, value: Value, depth = 0): string | undefined {
  if (depth > MAXIMUM_NESTING) return undefined
  interpreter.spend(1)
  const write = WRITERS[value.kind]
  return write?.(interpreter, value as never, depth + 1)
}

type Writer<K extends Value["kind"]> = (interpreter: Interpreter, value: Extract<Value, { kind: K }>, depth: number) => string | undefined

const WRITERS: { [K in Value["kind"]]?: Writer<K> } = {
  constant: (_, { name }) => name,
  boolean: (_, { value }) => (value ? "True" : "False"),
  integer: (_, { value }) => (isConcrete(value) ? String(value) : undefined),
  float: (_, { value }) => floatText(value),
  string: (_, { value, isBytes }) => stringLiteral(value, isBytes),
  tuple: tupleText,
  list: (interpreter, { items, typeName }, depth) =>
    typeName === "collections.deque" ? undefined : wrap(...brackets(typeName), all(interpreter, items, depth)),
  dictionary: dictionaryText,
  set: setText,
  range: (_, { start, stop, step }) => {
    if (!isConcrete(start) || !isConcrete(stop) || !isConcrete(step)) return undefined
    return step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`
  },
  class: (_, cls) => `<class '${classPath(cls)}'>`,
  module: (_, { name }) => `<module '${name}'>`,
  slice: (interpreter, { lower, upper, step }, depth) => wrap("slice(", ")", all(interpreter, [lower, upper, step], depth)),
  instance: (interpreter, value, depth) => instanceText(interpreter, value, ["__repr__"], depth),
}

export const classPath = ({ qualifiedName }: ClassValue): string => qualifiedName

/** The texts of all items with commas between; undefined as soon as one is not known. */
function all(interpreter: Interpreter, items: readonly Value[], depth: number): string | undefined {
  const texts: string[] = []
  let length = 0
  for (const item of items) {
    const text = pythonRepr(interpreter, item, depth)
    if (text === undefined || (length += text.length) > MAXIMUM_TEXT) return undefined
    texts.push(text)
  }
  return texts.join(", ")
}

const wrap = (open: string, close: string, inside: string | undefined): string | undefined =>
  inside === undefined ? undefined : `${open}${inside}${close}`

const brackets = (typeName: string | undefined): [string, string] => {
  const name = typeName?.replace("collections.", "")
  return name === undefined ? ["[", "]"] : [`${name}([`, "])"]
}

function tupleText(interpreter: Interpreter, { items, names, typeName, class: cls }: TupleValue, depth: number): string | undefined {
  if (typeName === "torch.Size") return wrap("torch.Size([", "])", all(interpreter, items, depth))
  if (!names) return wrap("(", items.length === 1 ? ",)" : ")", all(interpreter, items, depth))
  const parts = items.map((item, index) => wrap(`${names[index]}=`, "", pythonRepr(interpreter, item, depth)))
  return parts.includes(undefined) || !cls ? undefined : `${cls.name}(${parts.join(", ")})`
}

function dictionaryText(interpreter: Interpreter, value: DictionaryValue, depth: number): string | undefined {
  if (value.typeName || hasUnknownKey(value)) return undefined
  const parts = [...value.entries.values()].map((entry) => {
    const [left, right] = [pythonRepr(interpreter, entry.key, depth), pythonRepr(interpreter, entry.value, depth)]
    return left === undefined || right === undefined ? undefined : `${left}: ${right}`
  })
  return parts.includes(undefined) ? undefined : `{${parts.join(", ")}}`
}

/** A set's order is arbitrary in Python, so only small ones have a text for certain. */
function setText(interpreter: Interpreter, { entries, typeName }: SetValue, depth: number): string | undefined {
  if (entries.size > 1) return undefined
  const inside = all(
    interpreter,
    [...entries.values()].map(({ key }) => key),
    depth,
  )
  if (typeName === "frozenset") return entries.size === 0 ? "frozenset()" : wrap("frozenset({", "})", inside)
  return entries.size === 0 ? "set()" : wrap("{", "}", inside)
}

/** What the class's own methods say; for exceptions and subclasses of builtin types, what Python's do. */
function instanceText(interpreter: Interpreter, value: InstanceValue, methods: readonly string[], depth: number): string | undefined {
  for (const name of methods) {
    const found = value.class.mro.map((cls) => cls.attributes.get(name)).find((entry) => entry !== undefined)
    if (!found) continue
    const text = interpreter.call(found, positionals(value), interpreter.place)
    return text.kind === "string" ? text.value : undefined
  }
  if (value.class.unknownBase) return undefined
  if (!hasUnderlying(value)) return undefined
  return methods.length > 1 ? pythonText(interpreter, underlying(value)) : pythonRepr(interpreter, underlying(value), depth)
}
