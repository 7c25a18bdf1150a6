/** Python's binary and unary operators on builtin values. */
import { multiply, subtract } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { boolean, integer, isNone, string, tuple, type UnknownValue, unknown, type Value } from "../../values/value.ts"
import { arithmetic } from "./arithmetic.ts"
import { percentFormat } from "./formatting.ts"
import { setFrom } from "./keys.ts"
import { refusal } from "./memory.ts"
import { elementwise, isArray, shapedArray } from "./methods/array.ts"
import { numberValue, opposite, quantityOf } from "./numbers.ts"
import { underlying } from "./underlying.ts"

/** `left operator right`. */
export function pythonBinary(interpreter: Interpreter, operator: string, leftValue: Value, rightValue: Value): Value {
  const [left, right] = withoutViews(operator, underlying(leftValue), underlying(rightValue))
  const array = elementwise(interpreter, left, right, (one, other) => interpreter.binary(operator, one, other))
  if (array) return array
  if (isArray(left) || isArray(right)) {
    const [shapedLeft, shapedRight] = [left, right].map((value) => (isArray(value) ? shapedArray(value) : value)) as [Value, Value]
    return interpreter.binary(operator, shapedLeft, shapedRight)
  }
  const computed =
    arithmetic(interpreter, operator, left, right) ??
    COMBINE[`${operator} ${left.kind} ${right.kind}`]?.(interpreter, left as never, right as never)
  return computed ?? inconclusive(interpreter, operator, left, right)
}

const isView = (value: Value): boolean => value.kind === "list" && (value.typeName === "dict_keys" || value.typeName === "dict_items")

/** The views that `dict.keys()` and `dict.items()` give behave as sets, and take any sequence on the other side. */
function withoutViews(operator: string, left: Value, right: Value): [Value, Value] {
  if (!"-&|^".includes(operator) || !(isView(left) || isView(right))) return [left, right]
  const asSet = (value: Value): Value => (value.kind === "list" || value.kind === "tuple" ? setFrom(value.items) : value)
  return [asSet(left), asSet(right)]
}

type Combine = (interpreter: Interpreter, left: never, right: never) => Value | undefined
type Of<K extends Value["kind"]> = Extract<Value, { kind: K }>

const COMBINE: Record<string, Combine> = {
  "+ string string": (interpreter, left: Of<"string">, right: Of<"string">) =>
    refusal(interpreter, left.value.length + right.value.length, "string") ?? { ...left, value: left.value + right.value },
  "+ list list": (interpreter, left: Of<"list">, right: Of<"list">) =>
    refusal(interpreter, left.items.length + right.items.length) ?? sameList(left, [...left.items, ...right.items]),
  "+ tuple tuple": (interpreter, left: Of<"tuple">, right: Of<"tuple">) =>
    refusal(interpreter, left.items.length + right.items.length) ?? tuple([...left.items, ...right.items], left.typeName),
  "* string integer": repeatString,
  "* integer string": (interpreter, left: Of<"integer">, right: Of<"string">) => repeatString(interpreter, right, left),
  "* list integer": (interpreter, left: Of<"list">, right: Of<"integer">) =>
    repeated(interpreter, left.items, right, (items) => sameList(left, items)),
  "* integer list": (interpreter, left: Of<"integer">, right: Of<"list">) =>
    repeated(interpreter, right.items, left, (items) => sameList(right, items)),
  "* tuple integer": (interpreter, left: Of<"tuple">, right: Of<"integer">) =>
    repeated(interpreter, left.items, right, (items) => tuple(items, left.typeName)),
  "* integer tuple": (interpreter, left: Of<"integer">, right: Of<"tuple">) =>
    repeated(interpreter, right.items, left, (items) => tuple(items, right.typeName)),
  "| dictionary dictionary": (_, left: Of<"dictionary">, right: Of<"dictionary">) => ({
    ...left,
    entries: new Map([...left.entries, ...right.entries]),
  }),
  "| set set": (_, left: Of<"set">, right: Of<"set">) => ({ ...left, entries: new Map([...right.entries, ...left.entries]) }),
  "& set set": (_, left: Of<"set">, right: Of<"set">) => selected(left, (key) => right.entries.has(key)),
  "- set set": (_, left: Of<"set">, right: Of<"set">) => selected(left, (key) => !right.entries.has(key)),
  "^ set set": (_, left: Of<"set">, right: Of<"set">) => {
    const onlyRight = selected(right, (key) => !left.entries.has(key)).entries
    return { ...left, entries: new Map([...selected(left, (key) => !right.entries.has(key)).entries, ...onlyRight]) }
  },
}

/** A list of the same type as another one. */
const sameList = (like: Of<"list">, items: Value[]): Value => ({ ...like, items })

export const selected = (set: Of<"set">, keep: (key: string) => boolean): Of<"set"> => ({
  ...set,
  entries: new Map([...set.entries].filter(([key]) => keep(key))),
})

function repeatString(interpreter: Interpreter, left: Of<"string">, right: Of<"integer">): Value {
  if (typeof right.value === "object") return { ...unknown("how often the string is repeated is not known"), type: "string" }
  return (
    refusal(interpreter, left.value.length * Number(right.value), "string") ?? {
      ...left,
      value: left.value.repeat(Math.max(0, Number(right.value))),
    }
  )
}

function repeated(
  interpreter: Interpreter,
  items: readonly Value[],
  { value: times }: Of<"integer">,
  make: (items: Value[]) => Value,
): Value {
  if (typeof times === "object") return items.length === 0 ? make([]) : unknown("how often the list is repeated is not known")
  return refusal(interpreter, items.length * Number(times)) ?? make(Array.from({ length: Math.max(0, Number(times)) }, () => items).flat())
}

/** Values of these kinds hold no surprises: an operator that Python does not define on them raises. */
const PLAIN = new Set(["boolean", "integer", "float", "string", "list", "tuple", "dictionary", "set", "range", "slice"])

function inconclusive(interpreter: Interpreter, operator: string, left: Value, right: Value): Value {
  if (operator === "%" && left.kind === "string" && !left.isBytes) {
    const text = percentFormat(interpreter, left.value, right)
    if (text === undefined) return { ...unknown("a part of the text is not known"), type: "string" }
    return refusal(interpreter, text.length, "string") ?? string(text)
  }
  if (operator === "|" && isType(left) && isType(right)) return unionOf(left, right)
  const strange = [left, right].find((value): value is UnknownValue => value.kind === "unknown")
  if (strange) return propagated(strange)
  if ((PLAIN.has(left.kind) || isNone(left)) && (PLAIN.has(right.kind) || isNone(right)))
    return interpreter.raise("TypeError", `unsupported operand types for ${operator}: '${describe(left)}' and '${describe(right)}'`)
  return unknown(`${describe(left)} ${operator} ${describe(right)} is not evaluated`)
}

/** The reason goes on; the name does not, for it stands for another value. */
export function propagated({ reason, place, symbol }: UnknownValue): UnknownValue {
  return unknown(symbol === undefined ? reason : `it depends on ${symbol}, which is not stated`, place)
}

const PYTHON_NAMES: Partial<Record<Value["kind"], string>> = {
  boolean: "bool",
  integer: "int",
  string: "str",
  dictionary: "dict",
  constant: "NoneType",
  native: "builtin_function_or_method",
}
const describe = (value: Value): string => (value.kind === "instance" ? value.class.name : (PYTHON_NAMES[value.kind] ?? value.kind))

const isType = (value: Value): boolean => value.kind === "class" || value.kind === "native" || isNone(value) || value.kind === "tuple"

/** `int | None`: a tuple of types, which is what `isinstance` takes just as well. */
function unionOf(left: Value, right: Value): Value {
  const members = [left, right].flatMap((value) => (value.kind === "tuple" ? value.items : [value]))
  return tuple(members, "types.UnionType")
}

export function pythonUnary(interpreter: Interpreter, operator: string, given: Value): Value {
  const value = underlying(given)
  if (operator === "not") {
    const truth = interpreter.truth(given)
    return truth === undefined ? { ...unknown("the condition is not known"), type: "boolean" } : boolean(!truth)
  }
  const quantity = quantityOf(interpreter, value)
  if (quantity) return UNARY[operator]?.(quantity) ?? unknown(`${operator} of a float is not defined`)
  if (value.kind === "unknown") return propagated(value)
  // NumPy's flat arrays do it to each of their numbers.
  if (isArray(value)) return { ...value, items: value.items.map((item) => pythonUnary(interpreter, operator, item)) }
  if (PLAIN.has(value.kind) || isNone(value))
    return interpreter.raise("TypeError", `bad operand type for unary ${operator}: '${describe(value)}'`)
  return unknown(`${operator} ${describe(value)} is not evaluated`)
}

type Quantity = NonNullable<ReturnType<typeof quantityOf>>

const UNARY: Record<string, (quantity: Quantity) => Value | undefined> = {
  "-": (quantity) => numberValue(opposite(quantity)),
  "+": numberValue,
  "~": (quantity) => (quantity.kind === "whole" ? complement(quantity) : undefined),
}

/** ~n is −n − 1. */
const complement = ({ value }: Extract<Quantity, { kind: "whole" }>): Value => integer(subtract(multiply(value, -1), 1))
