/** JavaScript's operators on values: truth, arithmetic, comparison. */
import { atMost, equals as sameSize, lessThan } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import {
  boolean,
  FALSE,
  integer,
  isNone,
  keyOf,
  string,
  TRUE,
  UNDEFINED,
  unknown,
  type UnknownValue,
  type Value,
} from "../../values/value.ts"
import { propertyKey } from "./collections.ts"
import { type Here, MAXIMUM_TEXT, notKnown } from "./natives.ts"
import { arithmetic, numberOf, sizeOf } from "./numbers.ts"
import { textOf } from "./text.ts"

const here = (interpreter: Interpreter): Here => ({ interpreter, place: interpreter.place })

/** Whether a value counts as true; undefined when it is not known. */
export function javascriptTruth(_: Interpreter, value: Value): boolean | undefined {
  switch (value.kind) {
    case "constant":
      return value.name === "Ellipsis"
    case "boolean":
      return value.value
    case "string":
      return value.value !== ""
    case "float":
      return value.value !== 0 && !Number.isNaN(value.value)
    case "integer": {
      const isZero = sameSize(value.value, 0)
      return isZero === undefined ? undefined : !isZero
    }
    case "unknown":
      return undefined
    default:
      return true
  }
}

const isText = (value: Value): boolean =>
  value.kind === "string" || value.kind === "list" || value.kind === "dictionary" || value.kind === "instance"

export function javascriptBinary(interpreter: Interpreter, operator: string, left: Value, right: Value): Value {
  if (operator === "in") return contains(interpreter, left, right)
  if (operator === "+" && (isText(left) || isText(right))) return concatenated(here(interpreter), left, right)
  return arithmetic(here(interpreter), operator, left, right)
}

/** `+` where one side is no number: both become text. */
function concatenated(at: Here, left: Value, right: Value): Value {
  const [first, second] = [textOf(left), textOf(right)]
  if (first === undefined || second === undefined)
    return left.kind === "unknown" ? left : right.kind === "unknown" ? right : notKnown(at, "text that is not known")
  return first.length + second.length > MAXIMUM_TEXT ? notKnown(at, "text longer than the limit") : string(first + second)
}

export function javascriptUnary(interpreter: Interpreter, operator: string, operand: Value): Value {
  if (operator === "typeof") return typeName(operand)
  if (operator === "void") return UNDEFINED
  if (operator === "delete") return TRUE
  if (operand.kind === "unknown") return operand
  if (operator === "~") return arithmetic(here(interpreter), "^", operand, integer(-1))
  return operator === "-"
    ? arithmetic(here(interpreter), "*", operand, integer(-1))
    : arithmetic(here(interpreter), "*", operand, integer(1))
}

const TYPE_NAMES: Partial<Record<Value["kind"], string>> = {
  boolean: "boolean",
  integer: "number",
  float: "number",
  string: "string",
  function: "function",
  native: "function",
  method: "function",
  class: "function",
}

function typeName(value: Value): Value {
  if (value.kind === "unknown") return value
  if (value.kind === "constant") return string(value.name === "undefined" ? "undefined" : "object")
  return string(TYPE_NAMES[value.kind] ?? "object")
}

const EQUAL = new Set(["===", "==", "!==", "!="])
const SIZES: Record<string, (left: Value, right: Value) => boolean | undefined> = {
  "<": (left, right) => sizes(left, right, lessThan),
  ">": (left, right) => sizes(right, left, lessThan),
  "<=": (left, right) => sizes(left, right, atMost),
  ">=": (left, right) => sizes(right, left, atMost),
}
const NUMBERS: Record<string, (left: number | string, right: number | string) => boolean> = {
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "<=": (left, right) => left <= right,
  ">=": (left, right) => left >= right,
}

function sizes(left: Value, right: Value, holds: typeof lessThan): boolean | undefined {
  const [a, b] = [sizeOf(left), sizeOf(right)]
  return a === undefined || b === undefined ? undefined : holds(a, b)
}

export function javascriptCompare(interpreter: Interpreter, operator: string, left: Value, right: Value): Value {
  if (EQUAL.has(operator)) {
    const same = operator.length === 3 ? javascriptEquals(interpreter, left, right) : looselyEqual(interpreter, left, right)
    return same === undefined ? doubt(interpreter, left, right) : boolean(same === !operator.startsWith("!"))
  }
  if (operator === "instanceof") return isInstance(interpreter, left, right)
  if (operator === "in") return contains(interpreter, left, right)
  const answer = ordered(operator, left, right)
  return answer === undefined ? doubt(interpreter, left, right) : boolean(answer)
}

function ordered(operator: string, left: Value, right: Value): boolean | undefined {
  if (left.kind === "string" && right.kind === "string") return NUMBERS[operator]?.(left.value, right.value)
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== undefined && b !== undefined) return NUMBERS[operator]?.(a, b)
  return SIZES[operator]?.(left, right)
}

function doubt(interpreter: Interpreter, left: Value, right: Value): UnknownValue {
  const cause = left.kind === "unknown" ? left : right.kind === "unknown" ? right : undefined
  return cause ? unknown(cause.reason, cause.place) : unknown("a comparison of sizes that are not known", interpreter.place)
}

/** `===`. */
export function javascriptEquals(_: Interpreter, left: Value, right: Value): boolean | undefined {
  if (left.kind === "unknown" || right.kind === "unknown") return left === right ? true : undefined
  if (left.kind === "integer" && right.kind === "integer") return sameSize(left.value, right.value)
  const [isNumeric, isOther] = [left, right].map((value) => value.kind === "integer" || value.kind === "float")
  if (isNumeric && isOther) {
    const [a, b] = [numberOf(left), numberOf(right)]
    return a === undefined || b === undefined ? undefined : a === b
  }
  if (left.kind !== right.kind) return false
  if (left.kind === "method") return undefined
  return left === right || (left.kind !== "list" && keyOf(left) === keyOf(right))
}

/** `==`: null is undefined, and numbers meet strings and booleans. */
function looselyEqual(interpreter: Interpreter, left: Value, right: Value): boolean | undefined {
  if (left.kind === "unknown" || right.kind === "unknown") return undefined
  if (isNone(left) || isNone(right)) return isNone(left) && isNone(right)
  if (left.kind === right.kind) return javascriptEquals(interpreter, left, right)
  const [a, b] = [numberOf(left), numberOf(right)]
  return a === undefined || b === undefined ? undefined : a === b
}

function isInstance(interpreter: Interpreter, value: Value, type: Value): Value {
  if (value.kind === "unknown") return value
  if (type.kind === "native")
    return boolean(
      type.name ===
        (value.kind === "list" ? "Array" : value.kind === "dictionary" || value.kind === "set" ? (value.typeName ?? "Object") : ""),
    )
  if (type.kind !== "class") return doubt(interpreter, value, type)
  if (value.kind !== "instance") return FALSE
  if (value.class.mro.includes(type)) return TRUE
  return value.class.unknownBase ?? FALSE
}

/** `name in object`. */
function contains(interpreter: Interpreter, name: Value, object: Value): Value {
  const key = propertyKey(name)
  if (key === undefined || object.kind === "unknown") return doubt(interpreter, name, object)
  if (object.kind === "dictionary") return boolean(object.entries.has(key) || object.entries.has(keyOf(name) ?? key))
  const found = interpreter.findAttribute(object, key.slice(2))
  return found?.kind === "unknown" ? found : boolean(found !== undefined)
}
