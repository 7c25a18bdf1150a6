/** Python's comparisons of builtin values: `<`, `in`, `is`, … in three values. */
import type { Interpreter } from "../../values/interpreter.ts"
import { boolean, isNone, type SetValue, unknown, type Value } from "../../values/value.ts"
import { pythonEquals } from "./equality.ts"
import { elementwise } from "./methods/array.ts"
import { getEntry, hasUnknownKey, isUnknownEntry } from "./keys.ts"
import { isAtMost, isLess, quantityOf } from "./numbers.ts"
import { isInRange } from "./ranges.ts"
import { not } from "./truth.ts"
import { underlying } from "./underlying.ts"

/** The result of `left operator right`: a boolean, or Unknown with the reason. */
export function pythonCompare(interpreter: Interpreter, operator: string, left: Value, right: Value): Value {
  const array = ELEMENTWISE.has(operator)
    ? elementwise(interpreter, left, right, (one, other) => pythonCompare(interpreter, operator, one, other))
    : undefined
  if (array) return array
  const answer = COMPARISONS[operator]?.(interpreter, left, right)
  return answer === undefined ? { ...unknown(reasonOf(left, right)), type: "boolean" } : boolean(answer)
}

function reasonOf(left: Value, right: Value): string {
  const strange = [left, right].find((value) => value.kind === "unknown")
  return strange?.kind === "unknown" && !strange.ratio ? strange.reason : "the comparison depends on a size that is not stated"
}

/** NumPy's arrays are compared element by element. */
const ELEMENTWISE = new Set(["==", "!=", "<", ">", "<=", ">="])

type Comparison = (interpreter: Interpreter, left: Value, right: Value) => boolean | undefined

const COMPARISONS: Record<string, Comparison> = {
  "==": pythonEquals,
  "!=": (interpreter, left, right) => not(pythonEquals(interpreter, left, right)),
  "<": isBefore,
  ">": (interpreter, left, right) => isBefore(interpreter, right, left),
  "<=": isNotAfter,
  ">=": (interpreter, left, right) => isNotAfter(interpreter, right, left),
  in: (interpreter, left, right) => contains(interpreter, right, left),
  "not in": (interpreter, left, right) => not(contains(interpreter, right, left)),
  is: (_, left, right) => isIdentical(left, right),
  "is not": (_, left, right) => not(isIdentical(left, right)),
}

/** `left < right`: -1 before 1, lists by their first difference, sets by inclusion. */
export function isBefore(interpreter: Interpreter, leftValue: Value, rightValue: Value): boolean | undefined {
  return ordered(interpreter, underlying(leftValue), underlying(rightValue), true)
}

export function isNotAfter(interpreter: Interpreter, leftValue: Value, rightValue: Value): boolean | undefined {
  return ordered(interpreter, underlying(leftValue), underlying(rightValue), false)
}

function ordered(interpreter: Interpreter, left: Value, right: Value, isStrict: boolean): boolean | undefined {
  const quantities = [quantityOf(interpreter, left), quantityOf(interpreter, right)] as const
  if (quantities[0] && quantities[1]) return (isStrict ? isLess : isAtMost)(quantities[0], quantities[1])
  if (left.kind === "string" && right.kind === "string") return isStrict ? left.value < right.value : left.value <= right.value
  if ((left.kind === "list" || left.kind === "tuple") && right.kind === left.kind)
    return orderedItems(interpreter, left.items, right.items, isStrict)
  if (left.kind === "set" && right.kind === "set") return isSubset(left, right, isStrict)
  if (isNone(left) || isNone(right)) return notOrdered(interpreter, left, right)
  return viaMethods(interpreter, left, right, isStrict)
}

/** `None < 3` raises for certain when the other side is a plain value too. */
function notOrdered(interpreter: Interpreter, left: Value, right: Value): undefined {
  const open = [left, right].some(({ kind }) => kind === "unknown" || kind === "instance" || kind === "tensor")
  return open ? undefined : interpreter.raise("TypeError", "'<' is not supported between instances of NoneType and another type")
}

const METHODS = [
  ["__lt__", "__gt__"],
  ["__le__", "__ge__"],
] as const

/** Elements of lists and keys of `sorted` may be objects with `__lt__`. */
function viaMethods(interpreter: Interpreter, left: Value, right: Value, isStrict: boolean): boolean | undefined {
  const [direct, mirrored] = METHODS[isStrict ? 0 : 1]
  for (const [self, name, other] of [
    [left, direct, right],
    [right, mirrored, left],
  ] as const) {
    const method = self.kind === "instance" ? interpreter.findAttribute(self, name) : undefined
    if (method && method.kind !== "unknown")
      return interpreter.truth(interpreter.call(method, { positional: [other], keywords: new Map() }, interpreter.place))
  }
  return undefined
}

function orderedItems(interpreter: Interpreter, left: readonly Value[], right: readonly Value[], isStrict: boolean): boolean | undefined {
  for (const [index, item] of left.entries()) {
    const other = right[index]
    if (!other) return false
    const isEqual = item === other && item.kind !== "unknown" ? true : interpreter.equals(item, other)
    if (isEqual === undefined) return undefined
    if (!isEqual) return isBefore(interpreter, item, other)
  }
  return left.length < right.length || !isStrict
}

export function isSubset(left: SetValue, right: SetValue, isStrict: boolean): boolean | undefined {
  if (hasUnknownKey(left) || hasUnknownKey(right)) return undefined
  return [...left.entries.keys()].every((key) => right.entries.has(key)) && (!isStrict || left.entries.size < right.entries.size)
}

/** `item in container` */
export function contains(interpreter: Interpreter, containerValue: Value, item: Value): boolean | undefined {
  const container = underlying(containerValue)
  if (container.kind === "dictionary" || container.kind === "set") {
    const entry = getEntry(container, item)
    return isUnknownEntry(entry) ? undefined : entry !== undefined
  }
  if (container.kind === "string") return containsText(container.value, underlying(item), container.isBytes)
  if (container.kind === "range") {
    const quantity = quantityOf(interpreter, item)
    return quantity?.kind === "whole" ? isInRange(container, quantity.value) : undefined
  }
  if (container.kind === "unknown") return undefined
  const items = interpreter.iterate(container)
  if ("kind" in items) return undefined
  let answer: boolean | undefined = false
  for (const other of items) {
    const same = (other === item && item.kind !== "unknown") || interpreter.equals(other, item)
    if (same) return true
    if (same === undefined) answer = undefined
  }
  return answer
}

function containsText(text: string, item: Value, isBytes = false): boolean | undefined {
  if (item.kind === "string") return text.includes(item.value)
  return isBytes && item.kind === "integer" && typeof item.value === "number" ? text.includes(String.fromCharCode(item.value)) : undefined
}

const IDENTICAL_BY_VALUE = new Set(["boolean", "constant", "integer", "string"])

/** `is`: objects by identity; small values by value, as CPython keeps one of each. */
export function isIdentical(left: Value, right: Value): boolean | undefined {
  if (left.kind === "unknown" || right.kind === "unknown") return undefined
  if (left === right) return true
  if (left.kind !== right.kind) return false
  if (left.kind === "class" && right.kind === "class") return left.place === undefined && left.qualifiedName === right.qualifiedName
  if (left.kind === "native" && right.kind === "native") return left.name === right.name
  if (left.kind === "module" && right.kind === "module") return left.name === right.name
  if (left.kind === "tuple" && right.kind === "tuple") return left.items.length === 0 && right.items.length === 0 ? true : undefined
  return IDENTICAL_BY_VALUE.has(left.kind) ? sameConstant(left, right) : false
}

function sameConstant(left: Value, right: Value): boolean | undefined {
  if (left.kind === "constant" && right.kind === "constant") return left.name === right.name
  if (left.kind === "integer" && right.kind === "integer" && (typeof left.value === "object" || typeof right.value === "object"))
    return undefined
  return (left as { value: unknown }).value === (right as { value: unknown }).value
}
