/** Entries of dictionaries and sets, among them those whose key is not known. */
import type { Interpreter } from "../../values/interpreter.ts"
import { type DictionaryValue, identityOf, keyOf, type SetValue, type UnknownValue, unknown, type Value } from "../../values/value.ts"
import { underlying } from "./underlying.ts"

type Entries = DictionaryValue["entries"]

/** Keys that nobody knows stand under a name of their own, so that they are counted and a missing key is not certain. */
const UNKNOWN_KEY = "u:"

/** Enum members that are strings or integers hash like them. */
export const pythonKey = (value: Value): string | undefined => keyOf(underlying(value))

export const hasUnknownKey = ({ entries }: DictionaryValue | SetValue): boolean =>
  [...entries.keys()].some((key) => key.startsWith(UNKNOWN_KEY))

export function putEntry(interpreter: Interpreter, entries: Entries, key: Value, value: Value): void {
  interpreter.heap.touch(entries)
  const name = pythonKey(key) ?? `${UNKNOWN_KEY}${identityOf(key)}`
  entries.set(name, { key: entries.get(name)?.key ?? key, value })
}

/** The entry; undefined when there certainly is none, Unknown when that is not known. */
export function getEntry(container: DictionaryValue | SetValue, key: Value): { value: Value } | UnknownValue | undefined {
  const name = pythonKey(key)
  if (name === undefined) {
    const own = container.entries.get(`${UNKNOWN_KEY}${identityOf(key)}`)
    return own ?? (container.entries.size === 0 ? undefined : unknown(key.kind === "unknown" ? key.reason : "the key is not known"))
  }
  const found = container.entries.get(name)
  if (found || !hasUnknownKey(container)) return found
  return unknown("the container has keys that are not known")
}

/** Raises what Python raises for a key that is not there: its text is the message. */
export function missingKey(interpreter: Interpreter, key: Value): never {
  const plain = underlying(key)
  const text =
    plain.kind === "string" ? plain.value : plain.kind === "integer" && typeof plain.value !== "object" ? String(plain.value) : "the key"
  return interpreter.raise("KeyError", text)
}

export const isUnknownEntry = (entry: { value: Value } | UnknownValue | undefined): entry is UnknownValue =>
  entry !== undefined && "kind" in entry

export function entriesOf(pairs: Iterable<readonly [Value, Value]>): Entries {
  const entries: Entries = new Map()
  for (const [key, value] of pairs) {
    const name = pythonKey(key) ?? `${UNKNOWN_KEY}${identityOf(key)}`
    entries.set(name, { key: entries.get(name)?.key ?? key, value })
  }
  return entries
}

export const dictionaryFrom = (pairs: Iterable<readonly [Value, Value]>): DictionaryValue => ({
  kind: "dictionary",
  entries: entriesOf(pairs),
})

export const setFrom = (items: Iterable<Value>, typeName?: string): SetValue => ({
  kind: "set",
  entries: entriesOf([...items].map((item) => [item, item] as const)),
  ...(typeName && { typeName }),
})

export const keysOf = (container: DictionaryValue | SetValue): Value[] => [...container.entries.values()].map(({ key }) => key)
