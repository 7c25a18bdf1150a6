/** Python's `len` of builtin values. */
import { grownSize } from "../../values/growth.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { integer, isNone, type Value } from "../../values/value.ts"
import { rangeLength } from "./ranges.ts"

/** The length, or a fresh symbol when nobody knows it. */
export function lengthOf(interpreter: Interpreter, value: Value): Value {
  const open = grownSize(value)
  if (open !== undefined) return integer(open)
  switch (value.kind) {
    case "string":
      return integer(value.isBytes ? value.value.length : [...value.value].length)
    case "list":
    case "tuple":
      return integer(value.items.length)
    case "dictionary":
    case "set":
      return integer(value.entries.size)
    case "range":
      return integer(rangeLength(value))
    case "unknown":
      return integer(interpreter.freshDim(value.symbol ? `len(${value.symbol})` : "len", value.reason))
    case "integer":
    case "float":
    case "boolean":
      return interpreter.raise("TypeError", "an object of a number type has no len()")
    default:
      if (isNone(value)) return interpreter.raise("TypeError", "object of type 'NoneType' has no len()")
      return integer(interpreter.freshDim("len", `the length of a ${value.kind} is not known`))
  }
}
