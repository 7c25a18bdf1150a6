/** Python's `math`. */
import { type Dim, isConcrete, product } from "../../../values/dim.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, float, integer, type NativeValue, tuple, unknown, type Value } from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { numberOf, special } from "../functions/numbers.ts"
import { ceilingOf, floorOf, type Quantity, quantityOf, sizeOf, truncate } from "../numbers.ts"
import { library, type Members } from "./module.ts"

const notKnown = (value: Value | undefined, type: string): Value => ({
  ...unknown(value?.kind === "unknown" ? value.reason : "the number is not known"),
  type,
})

/** `math.floor` and its like keep a size of symbols a size. */
const rounding = (name: string, own: string, compute: (quantity: Quantity) => Dim | undefined): NativeValue =>
  define(`math.${name}`, "x", (interpreter, { x }) => {
    const method = special(interpreter, x, own)
    if (method) return method
    const quantity = quantityOf(interpreter, x)
    const result = quantity && compute(quantity)
    return result === undefined ? notKnown(x, "integer") : integer(result)
  })

/** A function of one float. Outside of its domain Python raises. */
const ofFloat = (name: string, compute: (x: number) => number): NativeValue =>
  define(`math.${name}`, "x", (interpreter, { x }) => {
    const value = numberOf(interpreter, x)
    if (value === undefined) return notKnown(x, "float")
    const result = compute(value)
    return Number.isNaN(result) && !Number.isNaN(value) ? interpreter.raise("ValueError", "math domain error") : float(result)
  })

const ofFloats = (name: string, compute: (x: number, y: number) => number): NativeValue =>
  define(`math.${name}`, "x, y", (interpreter, { x, y }) => {
    const [left, right] = [numberOf(interpreter, x), numberOf(interpreter, y)]
    return left === undefined || right === undefined ? notKnown(left === undefined ? x : y, "float") : float(compute(left, right))
  })

const testing = (name: string, test: (x: number) => boolean): NativeValue =>
  define(`math.${name}`, "x", (interpreter, { x }) => {
    const value = numberOf(interpreter, x)
    return value === undefined ? notKnown(x, "boolean") : boolean(test(value))
  })

const wholeArguments = (interpreter: Interpreter, values: readonly Value[]): bigint[] | undefined => {
  const wholes = values.map((value) => {
    const quantity = quantityOf(interpreter, value)
    return quantity?.kind === "whole" && isConcrete(quantity.value) ? BigInt(quantity.value) : undefined
  })
  return wholes.includes(undefined) ? undefined : (wholes as bigint[])
}

/** A function of whole numbers. */
const ofWholes = (name: string, compute: (numbers: bigint[], interpreter: Interpreter) => bigint): NativeValue =>
  define(`math.${name}`, "", (interpreter, _, { positional }) => {
    const numbers = wholeArguments(interpreter, positional)
    return numbers ? integer(sizeOf(compute(numbers, interpreter))) : notKnown(positional[0], "integer")
  })

const absolute = (value: bigint): bigint => (value < 0n ? -value : value)
const divisor = (left: bigint, right: bigint): bigint => (right === 0n ? absolute(left) : divisor(right, left % right))
const multiple = (left: bigint, right: bigint): bigint => (left === 0n || right === 0n ? 0n : absolute(left * right) / divisor(left, right))

function root(value: bigint): bigint {
  let guess = BigInt(Math.floor(Math.sqrt(Number(value))))
  while (guess * guess > value) guess--
  while ((guess + 1n) * (guess + 1n) <= value) guess++
  return guess
}

/** Larger factorials are no sizes. */
const MAXIMUM_FACTORIAL = 5000n

function falling(interpreter: Interpreter, from: bigint, count: bigint): bigint {
  if (count > MAXIMUM_FACTORIAL) return interpreter.raise("OverflowError", "the factorial is too large")
  let result = 1n
  for (let step = 0n; step < count; step++) result *= from - step
  return result
}

const logarithm = define("math.log", "x, base?", (interpreter, { x, base }) => {
  const [value, by] = [numberOf(interpreter, x), base ? numberOf(interpreter, base) : Math.E]
  if (value === undefined || by === undefined) return notKnown(value === undefined ? x : base, "float")
  if (value <= 0) return interpreter.raise("ValueError", "math domain error")
  return float(base ? Math.log(value) / Math.log(by) : Math.log(value))
})

const productOf = define("math.prod", "iterable, start?", (interpreter, { iterable, start }) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  const quantities = items.map((item) => quantityOf(interpreter, item))
  if (!start && quantities.every((quantity) => quantity?.kind === "whole"))
    return integer(product(quantities.map((quantity) => (quantity as { value: Dim }).value)))
  return items.reduce((result, item) => interpreter.binary("*", result, item), start ?? integer(1))
})

/** Neumaier's sum is exact enough to give what Python's exact sum gives for the short lists of model code. */
function exactSum(numbers: readonly number[]): number {
  let sum = 0
  let lost = 0
  for (const number of numbers) {
    const next = sum + number
    lost += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum
    sum = next
  }
  return sum + lost
}

const sumOfFloats = define("math.fsum", "iterable", (interpreter, { iterable }) => {
  const items = interpreter.iterate(iterable)
  if ("kind" in items) return items
  const numbers = items.map((item) => numberOf(interpreter, item))
  return numbers.includes(undefined) ? notKnown(undefined, "float") : float(exactSum(numbers as number[]))
})

const isClose = define("math.isclose", "a, b, rel_tol?, abs_tol?", (interpreter, given) => {
  const [a, b] = [numberOf(interpreter, given.a), numberOf(interpreter, given.b)]
  const relative = given.rel_tol ? numberOf(interpreter, given.rel_tol) : 1e-9
  const least = given.abs_tol ? numberOf(interpreter, given.abs_tol) : 0
  if (a === undefined || b === undefined || relative === undefined || least === undefined) return notKnown(given.a, "boolean")
  return boolean(a === b || Math.abs(a - b) <= Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), least))
})

const fractionAndWhole = define("math.modf", "x", (interpreter, { x }) => {
  const value = numberOf(interpreter, x)
  return value === undefined ? notKnown(x, "float") : tuple([float(value % 1), float(Math.trunc(value))])
})

const positive = (compute: (x: number) => number) => (x: number) => (x > 0 ? compute(x) : Number.NaN)

/** Functions that JavaScript has under the same names. */
const ELEMENTARY = "sqrt exp expm1 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh cbrt".split(" ")

export const mathematics = (): Members =>
  library(
    "math",
    [
      rounding("floor", "__floor__", floorOf),
      rounding("ceil", "__ceil__", ceilingOf),
      rounding("trunc", "__trunc__", truncate),
      ...ELEMENTARY.map((name) => ofFloat(name, Math[name as "sqrt"])),
      ofFloat("log2", positive(Math.log2)),
      ofFloat("log10", positive(Math.log10)),
      ofFloat("log1p", Math.log1p),
      ofFloat("exp2", (x) => 2 ** x),
      ofFloat("fabs", Math.abs),
      ofFloat("degrees", (x) => (x * 180) / Math.PI),
      ofFloat("radians", (x) => (x * Math.PI) / 180),
      ofFloats("pow", (x, y) => x ** y),
      ofFloats("fmod", (x, y) => x % y),
      ofFloats("atan2", Math.atan2),
      ofFloats("hypot", Math.hypot),
      ofFloats("copysign", (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x))),
      testing("isnan", Number.isNaN),
      testing("isinf", (x) => Math.abs(x) === Infinity),
      testing("isfinite", Number.isFinite),
      ofWholes("gcd", (numbers) => numbers.reduce(divisor, 0n)),
      ofWholes("lcm", (numbers) => numbers.reduce(multiple, 1n)),
      ofWholes("isqrt", ([n = 0n]) => root(n)),
      ofWholes("factorial", ([n = 0n], interpreter) => falling(interpreter, n, n)),
      ofWholes("perm", ([n = 0n, k = n], interpreter) => (k > n ? 0n : falling(interpreter, n, k))),
      ofWholes("comb", ([n = 0n, k = 0n], interpreter) => (k > n ? 0n : falling(interpreter, n, k) / falling(interpreter, k, k))),
      logarithm,
      productOf,
      sumOfFloats,
      isClose,
      fractionAndWhole,
    ],
    [
      ["pi", float(Math.PI)],
      ["e", float(Math.E)],
      ["tau", float(2 * Math.PI)],
      ["inf", float(Infinity)],
      ["nan", float(Number.NaN)],
    ],
  )
