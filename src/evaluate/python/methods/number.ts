/** Methods and attributes of Python's `int`, `float` and `bool`. */
import { typeNamed } from "../../../layers/numpy/types.ts"
import { isConcrete } from "../../../values/dim.ts"
import { boolean, float, integer, type NativeValue, tuple, unknown, type Value } from "../../../values/value.ts"
import { method } from "../arguments.ts"
import { quantityOf, sizeOf, truncate } from "../numbers.ts"
import { fixedText } from "../rounding.ts"
import { underlying } from "../underlying.ts"

const missing = (name: string): Value => unknown(`${name} of a number that is not known`)

/** NumPy's functions give numbers that are asked for `.item()` or another type. */
const scalar = (type: string): NativeValue[] => [
  method(`${type}.item`, "self", (_, { self }) => self),
  method(`${type}.astype`, "self, dtype", (interpreter, { self, dtype }) => {
    const name = typeNamed(dtype)
    if (name?.startsWith("float")) return interpreter.binary("*", self, float(1))
    const quantity = /^u?int/.test(name ?? "") ? quantityOf(interpreter, self) : undefined
    const whole = quantity && truncate(quantity)
    return whole === undefined ? missing("astype") : integer(whole)
  }),
]

/** A method of concrete integers. */
const ofInteger = (name: string, compute: (value: bigint) => Value): NativeValue =>
  method(`int.${name}`, "self", (interpreter, { self }) => {
    const quantity = quantityOf(interpreter, self)
    return quantity?.kind === "whole" && isConcrete(quantity.value) ? compute(BigInt(quantity.value)) : missing(name)
  })

export const integerMethods = [
  ...scalar("int"),
  ofInteger("bit_length", (value) => integer(value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length)),
  ofInteger("bit_count", (value) => integer([...(value < 0n ? -value : value).toString(2)].filter((bit) => bit === "1").length)),
  ofInteger("is_integer", () => boolean(true)),
  ofInteger("__index__", (value) => integer(sizeOf(value))),
  method("int.conjugate", "self", (_, { self }) => self),
  method("int.as_integer_ratio", "self", (_, { self }) => tuple([self, integer(1)])),
]

/** A method of concrete floats. */
const ofFloat = (name: string, compute: (value: number) => Value): NativeValue =>
  method(`float.${name}`, "self", (_, { self }) => {
    const value = underlying(self)
    return value.kind === "float" ? compute(value.value) : missing(name)
  })

export const floatMethods = [
  ...scalar("float"),
  ofFloat("is_integer", (value) => boolean(Number.isInteger(value))),
  ofFloat("conjugate", float),
  ofFloat("hex", (value) => unknown(`the hexadecimal text of ${fixedText(value, 2)} is not evaluated`)),
  method("float.__int__", "self", (interpreter, { self }) => {
    const quantity = quantityOf(interpreter, self)
    const whole = quantity && truncate(quantity)
    return whole === undefined ? missing("int()") : integer(whole)
  }),
]

/** `x.real`, `x.imag`, `x.numerator`, `x.denominator` */
export function numberAttribute(value: Value, name: string): Value | undefined {
  const isWhole = value.kind === "integer" || value.kind === "boolean"
  if (name === "real" || (name === "numerator" && isWhole)) return value.kind === "boolean" ? integer(Number(value.value)) : value
  if (name === "imag") return isWhole ? integer(0) : float(0)
  return name === "denominator" && isWhole ? integer(1) : undefined
}
