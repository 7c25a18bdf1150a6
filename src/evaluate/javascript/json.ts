/** `JSON.parse`, `JSON.stringify` and `structuredClone`. */
import { boolean, type DictionaryValue, float, keyOf, list, NONE, string, UNDEFINED, type Value } from "../../values/value.ts"
import { objectOf } from "./collections.ts"
import { functions, type Here, MAXIMUM_TEXT, notKnown } from "./natives.ts"
import { numeric } from "./numbers.ts"

/** A parsed JSON text as a value. */
function valueOfJson(parsed: unknown): Value {
  if (parsed === null) return NONE
  if (typeof parsed === "string") return string(parsed)
  if (typeof parsed === "number") return numeric(parsed)
  if (typeof parsed === "boolean") return boolean(parsed)
  if (Array.isArray(parsed)) return list(parsed.map(valueOfJson))
  return objectOf(Object.entries(parsed as object).map(([name, value]) => [name, valueOfJson(value)] as const))
}

function parse(here: Here, text: Value | undefined): Value {
  if (text?.kind !== "string") return text?.kind === "unknown" ? text : notKnown(here, "the text to parse is not known")
  if (text.value.length > MAXIMUM_TEXT) return notKnown(here, "text longer than the limit")
  try {
    return valueOfJson(JSON.parse(text.value))
  } catch {
    return here.interpreter.raise("SyntaxError", "the text is not JSON")
  }
}

const NOT_JSON = Symbol("not known")

/** The plain JavaScript value; NOT_JSON when part of it is not known. */
function plain(here: Here, value: Value, depth = 0): unknown {
  here.interpreter.spend(1)
  switch (value.kind) {
    case "string":
    case "boolean":
    case "float":
      return value.value
    case "integer":
      return typeof value.value === "object" ? NOT_JSON : Number(value.value)
    case "constant":
      return value.name === "None" ? null : undefined
    case "list": {
      const items = depth > 50 ? [NOT_JSON] : value.items.map((item) => plain(here, item, depth + 1))
      return items.includes(NOT_JSON) ? NOT_JSON : items
    }
    case "dictionary":
      return plainObject(here, value, depth)
    case "function":
    case "native":
      return undefined
    default:
      return NOT_JSON
  }
}

function plainObject(here: Here, value: DictionaryValue, depth: number): unknown {
  const result: Record<string, unknown> = {}
  for (const { key, value: item } of value.entries.values()) {
    const inner = depth > 50 ? NOT_JSON : plain(here, item, depth + 1)
    if (inner === NOT_JSON) return NOT_JSON
    result[key.kind === "string" ? key.value : (keyOf(key)?.slice(2) ?? "")] = inner
  }
  return value.isObject ? result : {}
}

function stringify(here: Here, value: Value | undefined, indent: Value | undefined): Value {
  const content = value ? plain(here, value) : undefined
  if (content === NOT_JSON) return notKnown(here, "the text of a value that is not known")
  const text = JSON.stringify(content, undefined, indent?.kind === "integer" ? Number(indent.value) : undefined)
  return text === undefined ? UNDEFINED : text.length > MAXIMUM_TEXT ? notKnown(here, "text longer than the limit") : string(text)
}

export const jsonMembers = functions("JSON", { parse, stringify: (here, value, _, indent) => stringify(here, value, indent) })

/** A deep copy of arrays and objects. */
export function cloned(value: Value, seen = new Map<Value, Value>()): Value {
  const known = seen.get(value)
  if (known) return known
  if (value.kind === "list") {
    const copy = list([])
    seen.set(value, copy)
    for (const item of value.items) copy.items.push(cloned(item, seen))
    return copy
  }
  if (value.kind !== "dictionary") return value
  const copy: DictionaryValue = { ...value, entries: new Map() }
  seen.set(value, copy)
  for (const [key, entry] of value.entries) copy.entries.set(key, { key: entry.key, value: cloned(entry.value, seen) })
  return copy
}

export const NOT_A_NUMBER = float(Number.NaN)
