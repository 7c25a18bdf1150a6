/** JavaScript numbers: whole ones are integers, concrete or symbolic; the quotient of symbols waits for a `Math.floor`. */
import {
  add,
  atMost,
  ceilDivide,
  type Dim,
  equals,
  floorDivide,
  isConcrete,
  maximum,
  minimum,
  multiply,
  negate,
  power,
  subtract,
} from "../../values/dim.ts"
import { FALSE, float, integer, string, TRUE, type UnknownValue, unknown, UNDEFINED, type Value } from "../../values/value.ts"
import { type Body, functionOf, functions, type Here, itself, MAXIMUM_TEXT, methods, notKnown } from "./natives.ts"

/** A JavaScript number as a value: whole numbers that a double holds exactly are integers. */
export function numeric(value: number): Value {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? integer(value) : float(value)
}

/** The concrete number a value converts to, as `Number(value)` does; undefined when it is not known. */
export function numberOf(value: Value | undefined): number | undefined {
  switch (value?.kind) {
    case undefined:
      return Number.NaN
    case "integer":
      return isConcrete(value.value) ? Number(value.value) : undefined
    case "float":
      return value.value
    case "boolean":
      return Number(value.value)
    case "string":
      return Number(value.value)
    case "constant":
      return value.name === "None" ? 0 : Number.NaN
    case "list":
      return value.items.length === 0 ? 0 : value.items.length === 1 ? numberOf(value.items[0]) : Number.NaN
    case "dictionary":
    case "function":
    case "native":
    case "class":
      return Number.NaN
    default:
      return undefined
  }
}

/** The size a number stands for, symbolic ones too. */
export function sizeOf(value: Value | undefined): Dim | undefined {
  if (value?.kind === "integer") return value.value
  const number = numberOf(value)
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined
}

interface Quotient {
  readonly numerator: Dim
  readonly denominator: Dim
}
const quotients = new WeakMap<UnknownValue, Quotient>()

/** `a / b` of symbolic sizes: whole where that is proven, otherwise not known until it is rounded. */
export function divide(here: Here, numerator: Dim, denominator: Dim): Value {
  if (equals(denominator, 0) !== false) return notKnown(here, "the divisor may be zero")
  const down = floorDivide(numerator, denominator)
  if (equals(down, ceilDivide(numerator, denominator)) === true) return integer(down)
  const result = unknown("a quotient that need not be whole", here.place)
  quotients.set(result, { numerator, denominator })
  return result
}

const ROUNDINGS: Record<string, (value: number) => number> = { floor: Math.floor, ceil: Math.ceil, round: Math.round, trunc: Math.trunc }

/** `Math.floor` and its like, on symbolic sizes and their quotients too. */
export function rounded(here: Here, how: string, value: Value | undefined): Value {
  const number = numberOf(value)
  if (number !== undefined) return numeric((ROUNDINGS[how] ?? Math.floor)(number) + 0)
  if (value?.kind === "integer") return value
  const quotient = value?.kind === "unknown" ? quotients.get(value) : undefined
  if (!quotient) return value?.kind === "unknown" ? value : notKnown(here, `Math.${how} of what is no number`)
  const { numerator, denominator } = quotient
  if (how === "ceil") return integer(ceilDivide(numerator, denominator))
  if (how === "round") return integer(floorDivide(add(multiply(2, numerator), denominator), multiply(2, denominator)))
  if (how === "trunc" && atMost(0, numerator) !== true) return notKnown(here, "the sign of a size is not known")
  return integer(floorDivide(numerator, denominator))
}

const SYMBOLIC: Record<string, (left: Dim, right: Dim) => Dim> = { "+": add, "-": subtract, "*": multiply }
const CONCRETE: Record<string, (left: number, right: number) => number> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
  "**": (left, right) => left ** right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
  "<<": (left, right) => left << right,
  ">>": (left, right) => left >> right,
  ">>>": (left, right) => left >>> right,
}

/** Arithmetic on two numbers. */
export function arithmetic(here: Here, operator: string, left: Value, right: Value): Value {
  const [a, b] = [numberOf(left), numberOf(right)]
  const concrete = CONCRETE[operator]
  if (a !== undefined && b !== undefined && concrete) return numeric(concrete(a, b))
  if (left.kind === "unknown" || right.kind === "unknown") return unknownArithmetic(here, operator, left, right)
  const [m, n] = [sizeOf(left), sizeOf(right)]
  if (m === undefined || n === undefined) return notKnown(here, `the result of ${operator} on a size that has no whole value`)
  return symbolicArithmetic(here, operator, m, n)
}

function symbolicArithmetic(here: Here, operator: string, left: Dim, right: Dim): Value {
  const exact = SYMBOLIC[operator]
  if (exact) return integer(exact(left, right))
  if (operator === "/") return divide(here, left, right)
  if (operator === "**" && typeof right === "number" && right >= 0 && right <= 16) return integer(power(left, right))
  if (operator === ">>" && typeof right === "number") return integer(floorDivide(left, 2 ** right))
  if (operator === "<<" && typeof right === "number") return integer(multiply(left, 2 ** right))
  if (operator === "|" && right === 0) return integer(left)
  if (operator === "%" && atMost(0, left) === true && equals(right, 0) === false)
    return integer(subtract(left, multiply(right, floorDivide(left, right))))
  return notKnown(here, `the result of ${operator} on sizes that are not known`)
}

/** `x / 2 | 0` rounds a quotient; a named unknown counts as the size of that name. */
function unknownArithmetic(here: Here, operator: string, left: Value, right: Value): Value {
  if (operator === "|" && left.kind === "unknown" && quotients.has(left) && sizeOf(right) === 0) return rounded(here, "trunc", left)
  const named = [left, right].map((value) =>
    value.kind === "unknown" && value.symbol !== undefined ? integer(here.interpreter.dim(value)) : value,
  )
  const [first, second] = named
  if (first && second && named.every((value) => sizeOf(value) !== undefined)) return arithmetic(here, operator, first, second)
  return left.kind === "unknown" ? left : right
}

const concreteFunction =
  (name: string, compute: (...values: number[]) => number): Body =>
  (here, ...parameters) => {
    const values = parameters.map(numberOf)
    if (values.includes(undefined))
      return parameters.find((value) => value?.kind === "unknown") ?? notKnown(here, `Math.${name} of a size that is not known`)
    return numeric(compute(...(values as number[])))
  }

const extreme =
  (name: "max" | "min", choose: (left: Dim, right: Dim) => Dim): Body =>
  (here, ...parameters) => {
    const values = parameters.map(numberOf)
    if (!values.includes(undefined)) return numeric(Math[name](...(values as number[])))
    const sizes = parameters.map(sizeOf)
    if (sizes.includes(undefined))
      return parameters.find((value) => value?.kind === "unknown") ?? notKnown(here, `Math.${name} of what is not known`)
    return integer((sizes as Dim[]).reduce(choose))
  }

const MATH = [
  "exp",
  "expm1",
  "log",
  "log1p",
  "log2",
  "log10",
  "sqrt",
  "cbrt",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "atan2",
  "sinh",
  "cosh",
  "tanh",
  "pow",
  "hypot",
  "sign",
  "fround",
  "imul",
  "clz32",
] as const
const CONSTANTS = ["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT2", "SQRT1_2"] as const

export const mathMembers: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...CONSTANTS.map((name): [string, Value] => [name, float(Math[name])]),
  ...MATH.map((name): [string, Value] => [
    name,
    functionOf(`Math.${name}`, concreteFunction(name, Math[name] as (...values: number[]) => number)),
  ]),
  ...Object.keys(ROUNDINGS).map((name): [string, Value] => [name, functionOf(`Math.${name}`, (here, value) => rounded(here, name, value))]),
  ...functions("Math", {
    abs: (here, value) => absolute(here, value),
    max: extreme("max", maximum),
    min: extreme("min", minimum),
    random: (here) => ({ ...unknown("a random number", here.place), type: "float" }),
  }),
])

function absolute(here: Here, value: Value | undefined): Value {
  const number = numberOf(value)
  if (number !== undefined) return numeric(Math.abs(number))
  if (value?.kind !== "integer") return value ?? UNDEFINED
  if (atMost(0, value.value) === true) return value
  return atMost(value.value, 0) === true ? integer(negate(value.value)) : notKnown(here, "the sign of a size is not known")
}

const isNumber = (value: Value | undefined): boolean => value?.kind === "integer" || value?.kind === "float"
const test = (value: Value | undefined, holds: (value: number) => boolean): Value => {
  const number = isNumber(value) ? numberOf(value) : Number.NaN
  if (value?.kind === "integer" && number === undefined) return holds(1) ? TRUE : FALSE
  return value?.kind === "unknown" ? value : holds(number ?? Number.NaN) ? TRUE : FALSE
}

/** `Number(x)`, `parseInt`, `parseFloat`, as functions on text and numbers. */
function converted(here: Here, value: Value | undefined, read: (text: string) => number): Value {
  if (value?.kind === "string") return numeric(read(value.value))
  if (value?.kind === "integer" || value?.kind === "unknown") return value
  const number = numberOf(value)
  return number === undefined ? notKnown(here, "a conversion to a number that is not known") : numeric(number)
}

const parseInteger: Body = (here, value, radix) => {
  const base = numberOf(radix)
  if (value?.kind === "float") return rounded(here, "trunc", value)
  return converted(here, value, (text) => Number.parseInt(text, base === undefined || Number.isNaN(base) ? undefined : base))
}
const parseFloating: Body = (here, value) => converted(here, value, Number.parseFloat)

export const numberFunctions: [string, Value][] = [
  ...functions("global", {
    parseInt: parseInteger,
    parseFloat: parseFloating,
    isNaN: (_, value) => test(value, Number.isNaN),
    isFinite: (_, value) => test(value, Number.isFinite),
  }),
  [
    "Number",
    functionOf("Number", (here, value) => (value === undefined ? integer(0) : converted(here, value, Number)), [
      ...functions("Number", {
        parseInt: parseInteger,
        parseFloat: parseFloating,
        isInteger: (_, value) => test(value, Number.isInteger),
        isSafeInteger: (_, value) => test(value, Number.isSafeInteger),
        isFinite: (_, value) => test(value, Number.isFinite),
        isNaN: (_, value) => (isNumber(value) || value?.kind === "unknown" ? test(value, Number.isNaN) : FALSE),
      }),
      ["MAX_SAFE_INTEGER", integer(Number.MAX_SAFE_INTEGER)],
      ["MIN_SAFE_INTEGER", integer(Number.MIN_SAFE_INTEGER)],
      ["MAX_VALUE", float(Number.MAX_VALUE)],
      ["MIN_VALUE", float(Number.MIN_VALUE)],
      ["EPSILON", float(Number.EPSILON)],
      ["POSITIVE_INFINITY", float(Number.POSITIVE_INFINITY)],
      ["NEGATIVE_INFINITY", float(Number.NEGATIVE_INFINITY)],
      ["NaN", float(Number.NaN)],
    ]),
  ],
]

const written =
  (write: (value: number, digits: number | undefined) => string) =>
  (here: Here, self: Value, digits?: Value): Value => {
    const [value, count] = [numberOf(self), digits === undefined ? undefined : numberOf(digits)]
    if (value === undefined || (digits !== undefined && count === undefined))
      return notKnown(here, "the text of a number that is not known")
    if (count !== undefined && !(count >= 0 && count <= 100))
      return here.interpreter.raise("RangeError", "digits must be between 0 and 100")
    return string(write(value, count).slice(0, MAXIMUM_TEXT))
  }

export const numberMethods = methods<Value>("Number", {
  toFixed: written((value, digits) => value.toFixed(digits)),
  toPrecision: written((value, digits) => (digits ? value.toPrecision(digits) : String(value))),
  toString: written((value, radix) => value.toString(radix !== undefined && radix >= 2 && radix <= 36 ? radix : 10)),
  toLocaleString: written((value) => value.toLocaleString("en-US")),
  valueOf: itself,
})
