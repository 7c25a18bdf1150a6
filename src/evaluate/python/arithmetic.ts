/** Arithmetic between Python's numbers: floor semantics, big integers, true division, and sizes that are symbols. */
import { add, type Dim, dimText, equals, floorDivide, isConcrete, modulo, multiply, power, subtract } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { boolean, float, type UnknownValue, unknown, type Value } from "../../values/value.ts"
import { doubleOf, isSymbolic, numberValue, type Quantity, quantityOf, ratioArithmetic, ratioOf, sizeOf, whole } from "./numbers.ts"
import { underlying } from "./underlying.ts"

/** Powers and shifts with more bits than this are not computed. */
const MAXIMUM_BITS = 100_000

const unknownNumber = (reason: string, type: string): UnknownValue => ({ ...unknown(reason), type })

/** The result of an operator on two numbers; undefined when one of them is none. */
export function arithmetic(interpreter: Interpreter, operator: string, leftValue: Value, rightValue: Value): Value | undefined {
  const left = quantityOf(interpreter, leftValue)
  const right = quantityOf(interpreter, rightValue)
  if (!left || !right) return undefined
  if (left.kind === "whole" && right.kind === "whole") {
    const bits = BITWISE[operator]
    if (bits) return bitwise(bits, operator, leftValue, rightValue, left.value, right.value)
    return WHOLE[operator]?.(interpreter, left.value, right.value)
  }
  if (isSymbolic(left) || isSymbolic(right)) return withSymbols(operator, left, right)
  return FLOATING[operator]?.(interpreter, doubleOf(left) as number, doubleOf(right) as number)
}

type Wholes = (interpreter: Interpreter, left: Dim, right: Dim) => Value

const WHOLE: Record<string, Wholes> = {
  "+": (_, left, right) => whole(add(left, right)),
  "-": (_, left, right) => whole(subtract(left, right)),
  "*": (_, left, right) => whole(multiply(left, right)),
  "//": (interpreter, left, right) => divisor(interpreter, right, "integer", () => whole(floorDivide(left, right))),
  "%": (interpreter, left, right) => divisor(interpreter, right, "integer", () => whole(modulo(left, right))),
  "/": (interpreter, left, right) => divisor(interpreter, right, "float", () => trueDivision(left, right)),
  "**": raise,
  "<<": (_, left, right) =>
    isConcrete(right) && right <= MAXIMUM_BITS ? whole(multiply(left, sizeOf(2n ** BigInt(right)))) : tooLarge(right),
  ">>": (_, left, right) =>
    isConcrete(right) && right <= MAXIMUM_BITS ? whole(floorDivide(left, sizeOf(2n ** BigInt(right)))) : tooLarge(right),
}

const tooLarge = (right: Dim): Value => unknownNumber(`a shift or power by ${dimText(right)} is not evaluated`, "integer")

function divisor(interpreter: Interpreter, right: Dim, type: string, compute: () => Value): Value {
  const isZero = equals(right, 0)
  if (isZero) return interpreter.raise("ZeroDivisionError", "division by zero")
  return isZero === false ? compute() : unknownNumber(`it is divided by ${dimText(right)}, which may be 0`, type)
}

function trueDivision(left: Dim, right: Dim): Value {
  if (isConcrete(left) && isConcrete(right)) return float(Number(left) / Number(right))
  const ratio = ratioArithmetic["/"]?.({ numerator: left, denominator: 1 }, { numerator: right, denominator: 1 })
  return ratio ? numberValue({ kind: "ratio", ...ratio }) : unknownNumber(`the sign of ${dimText(right)} is not known`, "float")
}

function raise(interpreter: Interpreter, base: Dim, exponent: Dim): Value {
  if (!isConcrete(exponent)) return isConcrete(base) && base === 1 ? whole(1) : tooLarge(exponent)
  if (exponent < 0)
    return isConcrete(base) ? negativePower(interpreter, base, exponent) : unknownNumber(`${dimText(base)} has a negative power`, "float")
  const bits = isConcrete(base) ? base.toString(2).length * Number(exponent) : Number(exponent)
  if (bits > MAXIMUM_BITS || (!isConcrete(base) && exponent > 16)) return tooLarge(exponent)
  return whole(isConcrete(base) ? sizeOf(BigInt(base) ** BigInt(exponent)) : power(base, Number(exponent)))
}

function negativePower(interpreter: Interpreter, base: number | bigint, exponent: number | bigint): Value {
  if (Number(base) === 0) return interpreter.raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
  return float(Number(base) ** Number(exponent))
}

const BITWISE: Record<string, (left: bigint, right: bigint) => bigint> = {
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
}

function bitwise(
  compute: (left: bigint, right: bigint) => bigint,
  operator: string,
  leftValue: Value,
  rightValue: Value,
  left: Dim,
  right: Dim,
): Value {
  if (!isConcrete(left) || !isConcrete(right))
    return unknownNumber(`${dimText(left)} ${operator} ${dimText(right)} is not known`, "integer")
  const result = compute(BigInt(left), BigInt(right))
  const areBooleans = underlying(leftValue).kind === "boolean" && underlying(rightValue).kind === "boolean"
  return areBooleans ? boolean(result !== 0n) : whole(sizeOf(result))
}

const FLOATING: Record<string, (interpreter: Interpreter, left: number, right: number) => Value> = {
  "+": (_, left, right) => float(left + right),
  "-": (_, left, right) => float(left - right),
  "*": (_, left, right) => float(left * right),
  "/": (interpreter, left, right) => nonZero(interpreter, right, () => float(left / right)),
  "//": (interpreter, left, right) => nonZero(interpreter, right, () => float(divideFloats(left, right).quotient)),
  "%": (interpreter, left, right) => nonZero(interpreter, right, () => float(divideFloats(left, right).rest)),
  "**": (interpreter, left, right) => {
    if (left === 0 && right < 0) return interpreter.raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
    return left < 0 && !Number.isInteger(right) ? unknownNumber("it is a complex number", "complex") : float(left ** right)
  },
}

function nonZero(interpreter: Interpreter, right: number, compute: () => Value): Value {
  return right === 0 ? interpreter.raise("ZeroDivisionError", "float division by zero") : compute()
}

/** CPython's `float_divmod`: the rest takes the divisor's sign, the quotient is floored after rounding errors are taken out. */
export function divideFloats(left: number, right: number): { quotient: number; rest: number } {
  let rest = left % right
  let quotient = (left - rest) / right
  if (rest !== 0 && rest < 0 !== right < 0) {
    rest += right
    quotient -= 1
  }
  const floored = Math.floor(quotient)
  return { quotient: quotient - floored > 0.5 ? floored + 1 : floored, rest }
}

/** Floats in which symbolic sizes take part; exact where the float is a small fraction, else unknown. */
function withSymbols(operator: string, left: Quantity, right: Quantity): Value {
  const [a, b] = [ratioOf(left), ratioOf(right)]
  const result = a && b && ratioArithmetic[operator]?.(a, b)
  return result ? numberValue({ kind: "ratio", ...result }) : unknownNumber("it depends on a size that is not stated", "float")
}
