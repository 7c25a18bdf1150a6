/** Python's builtin functions on numbers. */
import { equals, isConcrete, maximum, minimum, modulo, power } from "../../../values/dim.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import { type ClassValue, float, integer, isNone, type NativeValue, string, tuple, unknown, type Value } from "../../../values/value.ts"
import { define, positionals } from "../arguments.ts"
import { isBefore } from "../comparison.ts"
import { countOf } from "../methods/receivers.ts"
import { doubleOf, type Quantity, quantityOf, sizeOf } from "../numbers.ts"
import { roundInteger, roundToDigits, roundToWhole } from "../rounding.ts"
import { underlying } from "../underlying.ts"

/** Calls a special method when the object has it. */
export function special(interpreter: Interpreter, value: Value, name: string, ...more: Value[]): Value | undefined {
  if (value.kind === "class") return viaMetaclass(interpreter, value, name, more)
  if (value.kind !== "instance" && value.kind !== "tensor") return undefined
  const method = interpreter.findAttribute(value, name)
  return method && method.kind !== "unknown" ? interpreter.call(method, positionals(...more), interpreter.place) : undefined
}

/** `len(Color)`: a class is asked through its own class. */
function viaMetaclass(interpreter: Interpreter, value: ClassValue, name: string, more: readonly Value[]): Value | undefined {
  const method = value.metaclass?.kind === "class" ? value.metaclass.attributes.get(name) : undefined
  return method && interpreter.call(method, positionals(value, ...more), interpreter.place)
}

const absolute = define("abs", "x", (interpreter, { x }) => {
  const own = special(interpreter, x, "__abs__")
  if (own) return own
  const quantity = quantityOf(interpreter, x)
  if (quantity?.kind === "whole")
    return isConcrete(quantity.value) ? integer(sizeOf(magnitude(BigInt(quantity.value)))) : signed(interpreter, x)
  if (quantity?.kind === "float") return float(Math.abs(quantity.value))
  return unknown(x.kind === "unknown" ? x.reason : `abs() of a ${x.kind} is not known`)
})

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

/** A symbolic size whose sign may be proven. */
function signed(interpreter: Interpreter, x: Value): Value {
  const isNegative = isBefore(interpreter, x, integer(0))
  if (isNegative === undefined) return { ...unknown("the sign of the number is not known"), type: "integer" }
  return isNegative ? interpreter.binary("-", integer(0), x) : x
}

const round = define("round", "number, ndigits?", (interpreter, { number, ndigits }) => {
  const digits = ndigits && !isNone(ndigits) ? countOf(ndigits) : undefined
  const own = special(interpreter, number, "__round__", ...(ndigits ? [ndigits] : []))
  if (own) return own
  const value = underlying(number)
  const quantity = quantityOf(interpreter, value)
  if (ndigits && !isNone(ndigits) && digits === undefined) return unknown("the number of digits is not known")
  if (quantity?.kind === "float") return roundedFloat(interpreter, quantity.value, digits)
  if (quantity?.kind === "whole") return roundedWhole(value, quantity, digits)
  return {
    ...unknown(value.kind === "unknown" ? value.reason : `round() of a ${value.kind} is not known`),
    type: digits === undefined ? "integer" : "float",
  }
})

function roundedFloat(interpreter: Interpreter, value: number, digits: number | undefined): Value {
  if (digits !== undefined) return float(roundToDigits(value, digits))
  return Number.isFinite(value)
    ? integer(sizeOf(roundToWhole(value)))
    : interpreter.raise("ValueError", "cannot convert float NaN or infinity to integer")
}

function roundedWhole(value: Value, quantity: Extract<Quantity, { kind: "whole" }>, digits = 0): Value {
  if (digits >= 0) return value.kind === "boolean" ? integer(Number(value.value)) : integer(quantity.value)
  return isConcrete(quantity.value)
    ? integer(sizeOf(roundInteger(BigInt(quantity.value), -digits)))
    : unknown("the rounded size is not known")
}

/** `min` and `max`: of the arguments, or of an iterable; of symbolic sizes they are sizes too. */
const extreme = (name: "min" | "max"): NativeValue =>
  define(name, "first", (interpreter, { first }, call) => {
    const { positional, keywords } = call
    const items = positional.length > 1 ? positional : interpreter.iterate(first)
    if ("kind" in items) return items
    if (items.length === 0) return keywords.get("default") ?? interpreter.raise("ValueError", `${name}() arg is an empty sequence`)
    const key = keywords.get("key")
    const keyed = items.map((item) => ({
      item,
      key: key && !isNone(key) ? interpreter.call(key, positionals(item), interpreter.place) : item,
    }))
    return keyed.reduce((best, next) => better(interpreter, name, best, next)).item
  })

interface Keyed {
  readonly item: Value
  readonly key: Value
}

/** Python keeps the first of equals. */
function better(interpreter: Interpreter, name: "min" | "max", best: Keyed, next: Keyed): Keyed {
  const isBetter = name === "min" ? isBefore(interpreter, next.key, best.key) : isBefore(interpreter, best.key, next.key)
  if (isBetter !== undefined) return isBetter ? next : best
  const [left, right] = [quantityOf(interpreter, best.key), quantityOf(interpreter, next.key)]
  if (left?.kind === "whole" && right?.kind === "whole" && best.item === best.key) {
    const item = integer((name === "min" ? minimum : maximum)(left.value, right.value))
    return { item, key: item }
  }
  const strange = [best.key, next.key].find((value) => value.kind === "unknown")
  const item = unknown(
    strange?.kind === "unknown" && !strange.ratio ? strange.reason : `which is the ${name} depends on sizes that are not stated`,
  )
  return { item, key: item }
}

const sum = define("sum", "iterable, start?", (interpreter, { iterable, start }) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  return items.reduce((total, item) => interpreter.binary("+", total, item), start ?? integer(0))
})

const divmod = define("divmod", "x, y", (interpreter, { x, y }) => tuple([interpreter.binary("//", x, y), interpreter.binary("%", x, y)]))

const pow = define("pow", "base, exp, mod?", (interpreter, given) => {
  if (!given.mod || isNone(given.mod)) return interpreter.binary("**", given.base, given.exp)
  const [base, exponent, divisor] = [given.base, given.exp, given.mod].map(countOf)
  if (base === undefined || exponent === undefined || divisor === undefined || equals(divisor, 0) || exponent > 10_000 || exponent < 0)
    return unknown("a modular power is not known")
  return integer(modulo(power(base, exponent), divisor))
})

/** `hex(255)` is "0xff". */
const digitsIn = (name: string, radix: number, prefix: string): NativeValue =>
  define(name, "x", (interpreter, { x }) => {
    const quantity = quantityOf(interpreter, x)
    if (quantity?.kind !== "whole" || !isConcrete(quantity.value)) return { ...unknown("the number is not known"), type: "string" }
    const value = BigInt(quantity.value)
    return string(`${value < 0n ? "-" : ""}${prefix}${magnitude(value).toString(radix)}`)
  })

const character = define("chr", "i", (_, { i }) => {
  const code = countOf(i)
  return code === undefined ? { ...unknown("the character is not known"), type: "string" } : string(String.fromCodePoint(code))
})

const codePoint = define("ord", "c", (_, { c }) => {
  const value = underlying(c)
  return value.kind === "string" ? integer(value.value.codePointAt(0) ?? 0) : { ...unknown("the character is not known"), type: "integer" }
})

export const numberFunctions: readonly NativeValue[] = [
  absolute,
  round,
  extreme("min"),
  extreme("max"),
  sum,
  divmod,
  pow,
  digitsIn("hex", 16, "0x"),
  digitsIn("oct", 8, "0o"),
  digitsIn("bin", 2, "0b"),
  character,
  codePoint,
]

/** What a float function of `math` computes with; undefined when the number depends on something. */
export const numberOf = (interpreter: Interpreter, value: Value): number | undefined => {
  const quantity = quantityOf(interpreter, value)
  return quantity && doubleOf(quantity)
}
