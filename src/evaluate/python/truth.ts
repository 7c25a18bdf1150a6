/** Python's truth of a value, in three values. */
import { equals } from "../../values/dim.ts"
import type { Value } from "../../values/value.ts"
import { rangeLength } from "./ranges.ts"
import { underlying } from "./underlying.ts"

export function pythonTruth(given: Value): boolean | undefined {
  const value = underlying(given)
  switch (value.kind) {
    case "boolean":
      return value.value
    case "constant":
      return value.name !== "None" && value.name !== "undefined"
    case "integer":
      return not(equals(value.value, 0))
    case "float":
      return value.value !== 0
    case "string":
      return value.value !== ""
    case "tuple":
    case "list":
      return value.items.length > 0
    case "dictionary":
    case "set":
      return value.entries.size > 0
    case "range":
      return not(equals(rangeLength(value), 0))
    case "instance":
      return value.class.unknownBase ? undefined : true
    case "tensor":
      return value.data?.length === 1 ? Boolean(value.data[0]) : undefined
    case "unknown":
      return undefined
    default:
      return true
  }
}

export const not = (answer: boolean | undefined): boolean | undefined => (answer === undefined ? undefined : !answer)
