/** Python's numbers as quantities that arithmetic works on: whole sizes (symbolic too), floats, and ratios of sizes. */
import { add, atMost, type Dim, dimText, divides, equals, floorDivide, isConcrete, lessThan, multiply, negate } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { float, integer, type Ratio, unknown, type Value } from "../../values/value.ts"
import { underlying } from "./underlying.ts"

export type Quantity =
  | { readonly kind: "whole"; readonly value: Dim }
  | { readonly kind: "float"; readonly value: number }
  | ({ readonly kind: "ratio" } & Ratio)

/** Larger whole numbers are given up: a program that computes them means something else than sizes. */
const MAXIMUM_BITS = 100_000

/** Floats whose denominator is larger are no ratio of sizes that anybody wrote: 2.5 is 5/2, but 0.1 is no whole ratio. */
const MAXIMUM_DENOMINATOR = 2 ** 20

/** `items[n]`, `items[:n]` and `range(n)` take a tensor of one whole number as that number: Python asks it for `__index__`. */
export function counted(value: Value): Value {
  if (value.kind !== "tensor" || !(value.dtype === "bool" || /^u?int/.test(value.dtype ?? ""))) return value
  const [element, ...more] = value.data ?? []
  if (more.length > 0) return value
  return element === undefined ? unknown("the number in the tensor is not known") : integer(Number(element))
}

/** What arithmetic sees in a value; undefined for values that are no numbers or not known well enough. */
export function quantityOf(interpreter: Interpreter, given: Value): Quantity | undefined {
  const value = underlying(given)
  switch (value.kind) {
    case "boolean":
      return { kind: "whole", value: Number(value.value) }
    case "integer":
      return { kind: "whole", value: value.value }
    case "float":
      return { kind: "float", value: value.value }
    case "unknown":
      if (value.ratio) return { kind: "ratio", ...value.ratio }
      return value.symbol !== undefined && (value.type ?? "integer") === "integer"
        ? { kind: "whole", value: interpreter.dim(value) }
        : undefined
    default:
      return undefined
  }
}

export function numberValue(quantity: Quantity): Value {
  if (quantity.kind === "whole") return whole(quantity.value)
  return quantity.kind === "float" ? float(quantity.value) : ratioValue(quantity)
}

/** An integer, unless it is absurdly long. */
export function whole(value: Dim): Value {
  if (typeof value === "bigint" && value.toString(16).length * 4 > MAXIMUM_BITS)
    return { kind: "unknown", reason: "the number is too long", type: "integer" }
  return integer(value)
}

function ratioValue({ numerator, denominator }: Ratio): Value {
  const reduced = reduce({ numerator, denominator })
  if (isConcrete(reduced.numerator) && isConcrete(reduced.denominator))
    return float(Number(reduced.numerator) / Number(reduced.denominator))
  const text = equals(reduced.denominator, 1)
    ? dimText(reduced.numerator)
    : `(${dimText(reduced.numerator)}) / ${dimText(reduced.denominator)}`
  return { kind: "unknown", reason: `it is ${text}, which depends on sizes that are not stated`, type: "float", ratio: reduced }
}

function reduce({ numerator, denominator }: Ratio): Ratio {
  if (divides(denominator, numerator)) return { numerator: floorDivide(numerator, denominator), denominator: 1 }
  return { numerator, denominator }
}

/** A quantity as a ratio; undefined for floats that are no ratio of small whole numbers. */
export function ratioOf(quantity: Quantity): Ratio | undefined {
  if (quantity.kind === "whole") return { numerator: quantity.value, denominator: 1 }
  if (quantity.kind === "ratio") return quantity
  let denominator = 1
  while (!Number.isInteger(quantity.value * denominator)) {
    denominator *= 2
    if (!(denominator <= MAXIMUM_DENOMINATOR)) return undefined
  }
  const numerator = quantity.value * denominator
  return Number.isSafeInteger(numerator) ? { numerator, denominator } : undefined
}

export const isSymbolic = (quantity: Quantity): boolean =>
  quantity.kind === "ratio" || (quantity.kind === "whole" && !isConcrete(quantity.value))

/** The double that Python would compute with; undefined when it depends on something. */
export function doubleOf(quantity: Quantity): number | undefined {
  if (quantity.kind === "float") return quantity.value
  return quantity.kind === "whole" && isConcrete(quantity.value) ? Number(quantity.value) : undefined
}

/** `math.floor`; undefined when the sign of the denominator is not known, or the float is not finite. */
export function floorOf(quantity: Quantity): Dim | undefined {
  if (quantity.kind === "whole") return quantity.value
  if (quantity.kind === "float") return Number.isFinite(quantity.value) ? wholeOf(Math.floor(quantity.value)) : undefined
  return lessThan(0, quantity.denominator) ? floorDivide(quantity.numerator, quantity.denominator) : undefined
}

export function ceilingOf(quantity: Quantity): Dim | undefined {
  const down = floorOf(opposite(quantity))
  return down === undefined ? undefined : negate(down)
}

/** `int()`: towards zero; undefined when the sign is not known. */
export function truncate(quantity: Quantity): Dim | undefined {
  if (quantity.kind === "float") return Number.isFinite(quantity.value) ? wholeOf(Math.trunc(quantity.value)) : undefined
  if (quantity.kind === "whole") return quantity.value
  if (atMost(0, quantity.numerator)) return floorOf(quantity)
  return atMost(quantity.numerator, 0) ? ceilingOf(quantity) : undefined
}

export function opposite(quantity: Quantity): Quantity {
  if (quantity.kind === "whole") return { kind: "whole", value: negate(quantity.value) }
  if (quantity.kind === "float") return { kind: "float", value: -quantity.value }
  return { ...quantity, numerator: negate(quantity.numerator) }
}

/** A whole double as a size. */
export const wholeOf = (value: number): Dim => (Number.isSafeInteger(value) ? value + 0 : BigInt(value))

/** A bigint as a size. */
export const sizeOf = (value: bigint): Dim => (Number.isSafeInteger(Number(value)) ? Number(value) : value)

export function isLess(left: Quantity, right: Quantity): boolean | undefined {
  return compareWith(left, right, (a, b) => a < b, lessThan)
}
export function isAtMost(left: Quantity, right: Quantity): boolean | undefined {
  return compareWith(left, right, (a, b) => a <= b, atMost)
}
export function isSame(left: Quantity, right: Quantity): boolean | undefined {
  return compareWith(left, right, (a, b) => a === b, equals)
}

function compareWith(
  left: Quantity,
  right: Quantity,
  doubles: (a: number | bigint, b: number | bigint) => boolean,
  sizes: (a: Dim, b: Dim) => boolean | undefined,
): boolean | undefined {
  if (!isSymbolic(left) && !isSymbolic(right)) return doubles((left as { value: number }).value, (right as { value: number }).value)
  const [a, b] = [ratioOf(left), ratioOf(right)]
  if (!a || !b) return betweenWholes(left, right, sizes)
  if (lessThan(0, a.denominator) && lessThan(0, b.denominator))
    return sizes(multiply(a.numerator, b.denominator), multiply(b.numerator, a.denominator))
  return undefined
}

/** A symbolic size against a float such as 0.1 or infinity: decided by the whole numbers around it. */
function betweenWholes(left: Quantity, right: Quantity, sizes: (a: Dim, b: Dim) => boolean | undefined): boolean | undefined {
  const [floating, other] = left.kind === "float" ? [left, right] : [right, left]
  if (floating.kind !== "float" || other.kind !== "whole" || Number.isNaN(floating.value)) return undefined
  const bounds = Number.isFinite(floating.value) ? [wholeOf(Math.floor(floating.value)), wholeOf(Math.ceil(floating.value))] : []
  if (bounds.length === 0) return undefined
  const answers = bounds.map((bound) => (floating === left ? sizes(bound, other.value) : sizes(other.value, bound)))
  return answers[0] === answers[1] && sizes !== equals ? answers[0] : undefined
}

/** The sum of two ratios, and so on: exact arithmetic on what sizes enter. */
export const ratioArithmetic: Record<string, (left: Ratio, right: Ratio) => Ratio | undefined> = {
  "+": (left, right) => ({
    numerator: add(multiply(left.numerator, right.denominator), multiply(right.numerator, left.denominator)),
    denominator: multiply(left.denominator, right.denominator),
  }),
  "-": (left, right) => ratioArithmetic["+"]?.(left, { ...right, numerator: negate(right.numerator) }),
  "*": (left, right) => ({
    numerator: multiply(left.numerator, right.numerator),
    denominator: multiply(left.denominator, right.denominator),
  }),
  "/": (left, right) =>
    lessThan(0, right.numerator)
      ? { numerator: multiply(left.numerator, right.denominator), denominator: multiply(left.denominator, right.numerator) }
      : undefined,
  "//": (left, right) => {
    const quotient = ratioArithmetic["/"]?.(left, right)
    return quotient && lessThan(0, quotient.denominator)
      ? { numerator: floorDivide(quotient.numerator, quotient.denominator), denominator: 1 }
      : undefined
  },
}
