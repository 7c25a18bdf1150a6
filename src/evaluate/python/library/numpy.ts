/** The part of NumPy that decides sizes when a model is built: numbers, small arrays as lists, constants. */
import { catalogueValue } from "../../../layers/catalogue.ts"
import { typeNamed } from "../../../layers/numpy/types.ts"
import { product } from "../../../values/dim.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  boolean,
  float,
  integer,
  isNone,
  list,
  type NativeValue,
  NONE,
  native,
  type UnknownValue,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { numberOf } from "../functions/numbers.ts"
import { ARRAY, array, converted, typeOfNumbers } from "../methods/array.ts"
import { countOf } from "../methods/receivers.ts"
import { ceilingOf, floorOf, type Quantity, quantityOf } from "../numbers.ts"
import { objectType } from "../object.ts"
import { roundToDigits, roundToWhole } from "../rounding.ts"
import { knownType } from "../types.ts"
import { library, type Members, moduleValue, silent } from "./module.ts"

/** Arrays longer than this are not computed. */
const MAXIMUM_ELEMENTS = 4096

const notKnown = (value: Value | undefined, reason = "the array is not evaluated"): UnknownValue =>
  unknown(value?.kind === "unknown" ? value.reason : reason)

/** The numbers of a flat list or tuple; undefined for everything else. */
function numbersOf(interpreter: Interpreter, value: Value): readonly Value[] | undefined {
  if (value.kind !== "list" && value.kind !== "tuple" && value.kind !== "range") return undefined
  const items = interpreter.iterate(value)
  return "kind" in items || items.some((item) => !quantityOf(interpreter, item)) ? undefined : items
}

/** A function of a number, or of each number of a small array, that gives floats. */
const floating = (name: string, compute: (x: number) => number): NativeValue =>
  define(`numpy.${name}`, "x", (interpreter, { x }) => {
    const one = (item: Value): Value => {
      const value = numberOf(interpreter, item)
      return value === undefined ? { ...notKnown(item), type: "float" } : float(compute(value))
    }
    const items = numbersOf(interpreter, x)
    return items ? array(items.map(one), floatTypeOf(x)) : quantityOf(interpreter, x) ? one(x) : notKnown(x)
  })

/** Decimals stay of their type, everything else becomes float64; an array whose type is not known leaves it open. */
function floatTypeOf(value: Value): string | undefined {
  if (value.kind !== "list" || value.typeName !== ARRAY) return "float64"
  return value.numberType === undefined || FLOATING.test(value.numberType) ? value.numberType : "float64"
}

/** `np.ceil` gives a float, also of a size of symbols. */
const rounding = (name: string, compute: (quantity: Quantity) => ReturnType<typeof floorOf>): NativeValue =>
  define(`numpy.${name}`, "x", (interpreter, { x }) => {
    const quantity = quantityOf(interpreter, x)
    const result = quantity && compute(quantity)
    return result === undefined ? notKnown(x) : interpreter.binary("*", integer(result), float(1))
  })

/** `np.round` gives floats for floats and keeps whole numbers. */
function roundedTo(interpreter: Interpreter, value: Value, decimals: Value | undefined): Value {
  const digits = decimals ? countOf(decimals) : 0
  const number = numberOf(interpreter, value)
  if (number === undefined || digits === undefined) return notKnown(value)
  return value.kind === "float" ? float(roundToDigits(number, digits)) : value
}

/** The type that a call asks for, or the one that NumPy takes by itself. */
const typeOr = (dtype: Value | undefined, usual: string | undefined): string | undefined =>
  dtype && !isNone(dtype) ? typeNamed(dtype) : usual

const FLOATING = /^float/

const productOf = define("numpy.prod", "a, axis?", (interpreter, { a, axis }) => {
  const items = axis && !isNone(axis) ? undefined : numbersOf(interpreter, a)
  if (!items) return quantityOf(interpreter, a) ? a : notKnown(a)
  const quantities = items.map((item) => quantityOf(interpreter, item))
  const wholes = quantities.flatMap((quantity) => (quantity?.kind === "whole" ? [quantity.value] : []))
  return wholes.length === items.length
    ? integer(product(wholes))
    : items.reduce((result, item) => interpreter.binary("*", result, item), float(1))
})

const folding = (
  name: string,
  empty: Value | undefined,
  combine: (interpreter: Interpreter, left: Value, right: Value) => Value,
): NativeValue =>
  define(`numpy.${name}`, "a, axis?", (interpreter, { a, axis }) => {
    const items = axis && !isNone(axis) ? undefined : numbersOf(interpreter, a)
    const [first, ...rest] = items ?? []
    if (!first) return items && empty ? empty : notKnown(a)
    return rest.reduce((result, item) => combine(interpreter, result, item), first)
  })

const extreme =
  (sign: 1 | -1) =>
  (interpreter: Interpreter, left: Value, right: Value): Value => {
    const [a, b] = [numberOf(interpreter, left), numberOf(interpreter, right)]
    if (a === undefined || b === undefined) return notKnown(undefined, "which is larger is not known")
    return (a - b) * sign >= 0 ? left : right
  }

const accumulating = define("numpy.cumsum", "a", (interpreter, { a }) => {
  const items = numbersOf(interpreter, a)
  if (!items) return notKnown(a)
  const sums: Value[] = []
  for (const item of items) sums.push(sums.length === 0 ? item : interpreter.binary("+", sums.at(-1) as Value, item))
  return array(sums, a.kind === "list" && a.typeName === ARRAY ? a.numberType : typeOfNumbers(sums))
})

/** `np.linspace(start, stop, num)` as NumPy computes it: start + i · step, and the end exactly. */
const linspace = define("numpy.linspace", "start, stop, num?, endpoint?, retstep?, dtype?", (interpreter, given) => {
  const [start, stop] = [numberOf(interpreter, given.start), numberOf(interpreter, given.stop)]
  const count = given.num ? countOf(given.num) : 50
  const hasEnd = given.endpoint ? interpreter.truth(given.endpoint) : true
  if (start === undefined || stop === undefined || count === undefined || hasEnd === undefined || count > MAXIMUM_ELEMENTS)
    return notKnown(given.num)
  const step = (stop - start) / Math.max(1, hasEnd ? count - 1 : count)
  const at = (index: number): number => (hasEnd && index === count - 1 && count > 1 ? stop : start + index * step)
  return array(
    Array.from({ length: count }, (_, index) => float(at(index))),
    typeOr(given.dtype, "float64"),
  )
})

const arange = define("numpy.arange", "a, b?, step?, dtype?", (interpreter, given) => {
  const [first, second, step] = [given.a, given.b ?? NONE, given.step ?? integer(1)]
  const [from, to, by] = (isNone(second) ? [integer(0), first, step] : [first, second, step]).map((value) => numberOf(interpreter, value))
  if (from === undefined || to === undefined || !by) return notKnown(first)
  const count = Math.max(0, Math.ceil((to - from) / by))
  if (count > MAXIMUM_ELEMENTS) return notKnown(undefined, "the array is too long")
  const isWhole = [first, second, step].every((value) => value.kind !== "float")
  const type = typeOr(given.dtype, isWhole ? "int64" : "float64")
  const isCounted = type !== undefined && !FLOATING.test(type)
  const numberAt = (index: number): Value => (isWhole && isCounted ? integer(from + index * by) : float(from + index * by))
  return array(
    Array.from({ length: count }, (_, index) => numberAt(index)),
    type,
  )
})

/** A flat list of numbers stays what it is, or takes the type asked for; deeper arrays are not evaluated. */
const makeArray = (name: string): NativeValue =>
  define(`numpy.${name}`, "object, dtype?", (interpreter, { object, dtype }) => {
    const items = numbersOf(interpreter, object)
    if (!items || items.length > MAXIMUM_ELEMENTS) return notKnown(object)
    if (!dtype || isNone(dtype))
      return array(items, object.kind === "list" && object.typeName === ARRAY ? object.numberType : typeOfNumbers(items))
    return dtype.kind === "class" || dtype.kind === "native" ? converted(interpreter, items, dtype) : notKnown(dtype)
  })

/** A number becomes an array of one. */
const atLeastOne = define("numpy.atleast_1d", "ary", (interpreter, { ary }) => {
  const items = quantityOf(interpreter, ary) ? [ary] : numbersOf(interpreter, ary)
  return items ? array(items, typeOfNumbers(items)) : notKnown(ary)
})

/** `np.any` and `np.all` of a number or a flat array. */
const judging = (name: string, decides: boolean): NativeValue =>
  define(`numpy.${name}`, "a, axis?", (interpreter, { a, axis }) => {
    const items = axis && !isNone(axis) ? undefined : a.kind === "list" || a.kind === "tuple" ? a.items : [a]
    const truths = items?.map((item) => (item.kind === "list" || item.kind === "tuple" ? undefined : interpreter.truth(item)))
    if (!truths) return notKnown(a)
    if (truths.includes(decides)) return boolean(decides)
    return truths.includes(undefined) ? notKnown(a) : boolean(!decides)
  })

const divisor = (a: number, b: number): number => (b === 0 ? Math.abs(a) : divisor(b, a % b))

/** A function of two whole numbers. */
const ofWholes = (name: string, compute: (a: number, b: number) => number): NativeValue =>
  define(`numpy.${name}`, "x1, x2", (interpreter, { x1, x2 }) => {
    const [a, b] = [numberOf(interpreter, x1), numberOf(interpreter, x2)]
    return a === undefined || b === undefined ? notKnown(a === undefined ? x1 : x2) : integer(compute(a, b))
  })

/** `np.maximum` and `np.minimum` of numbers. */
const larger = (name: string, sign: 1 | -1): NativeValue =>
  define(`numpy.${name}`, "x1, x2", (interpreter, { x1, x2 }) => extreme(sign)(interpreter, x1, x2))

/** An operator under a name: of numbers and small arrays. */
const operating = (name: string, operator: string): NativeValue =>
  define(`numpy.${name}`, "x1, x2", (interpreter, { x1, x2 }) => interpreter.binary(operator, x1, x2))

const OPERATORS: Readonly<Record<string, string>> = {
  power: "**",
  float_power: "**",
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  true_divide: "/",
  floor_divide: "//",
  mod: "%",
  remainder: "%",
}

const filled = (name: string, value: number): NativeValue =>
  define(`numpy.${name}`, "shape, dtype?", (_, { shape, dtype }) => {
    const [count, type] = [countOf(shape), typeOr(dtype, "float64")]
    if (count === undefined || count > MAXIMUM_ELEMENTS || type === "bool") return notKnown(shape)
    const item = type === undefined || FLOATING.test(type) ? float(value) : integer(value)
    return array(new Array<Value>(count).fill(item), type)
  })

/** A number type called with a number. */
const numberType = (name: string, type: string): NativeValue =>
  define(`numpy.${name}`, "x?", (interpreter, { x }, call, place) => (x ? interpreter.call(knownType(type), call, place) : integer(0)))

const WHOLE_TYPES = "int8 int16 int32 int64 uint8 uint16 uint32 uint64 intp int_".split(" ")
const FLOAT_TYPES = "float16 float32 float64 float_ double single half".split(" ")

/** Arrays of which only the shape is known are the catalogue's; so are functions that find one among their arguments. */
function withArrays(own: NativeValue): NativeValue {
  const other = catalogueValue(own.name)
  if (other?.kind !== "native") return own
  return native(own.name, (interpreter, call, place) => {
    if (holdsArray(list([...call.positional, ...call.keywords.values()]))) return other.call(interpreter, call, place)
    const result = own.call(interpreter, call, place)
    return result.kind === "unknown" && !call.rest ? other.call(interpreter, call, place) : result
  })
}

const holdsArray = (value: Value): boolean =>
  value.kind === "tensor" || ((value.kind === "list" || value.kind === "tuple") && value.items.some(holdsArray))

/** What is not declared here may be in the catalogue. */
const fromCatalogue = (module: string): readonly [string, Value] => [
  "__getattr__",
  define("__getattr__", "name", (_, { name }) => {
    const member = `${module}.${name.kind === "string" ? name.value : "?"}`
    return catalogueValue(member) ?? unknown(`${member} is not evaluated`)
  }),
]

const randomNumbers = (): Members =>
  library("numpy.random", silent("numpy.random.seed", "numpy.random.shuffle"), [fromCatalogue("numpy.random")])

export const numpy = (): Members =>
  library(
    "numpy",
    [
      ...(["sqrt", "exp", "log2", "log10", "log", "log1p", "expm1", "sin", "cos", "tan", "tanh"] as const).map((name) =>
        floating(name, Math[name]),
      ),
      rounding("ceil", ceilingOf),
      rounding("floor", floorOf),
      floating("rint", (x) => Number(roundToWhole(x))),
      ...["round", "around"].map((name) =>
        define(`numpy.${name}`, "a, decimals?", (interpreter, given) => roundedTo(interpreter, given.a, given.decimals)),
      ),
      productOf,
      folding("sum", integer(0), (interpreter, left, right) => interpreter.binary("+", left, right)),
      folding("max", undefined, extreme(1)),
      folding("min", undefined, extreme(-1)),
      accumulating,
      atLeastOne,
      judging("any", true),
      judging("all", false),
      ofWholes("gcd", divisor),
      ofWholes("lcm", (a, b) => (a === 0 || b === 0 ? 0 : Math.abs(a * b) / divisor(a, b))),
      ...Object.entries(OPERATORS).map(([name, operator]) => operating(name, operator)),
      larger("maximum", 1),
      larger("minimum", -1),
      linspace,
      arange,
      makeArray("array"),
      makeArray("asarray"),
      filled("zeros", 0),
      filled("ones", 1),
      ...WHOLE_TYPES.map((name) => numberType(name, "int")),
      ...FLOAT_TYPES.map((name) => numberType(name, "float")),
      numberType("bool_", "bool"),
      ...silent("numpy.set_printoptions", "numpy.seterr"),
    ].map(withArrays),
    [
      fromCatalogue("numpy"),
      ["pi", float(Math.PI)],
      ["e", float(Math.E)],
      ["inf", float(Infinity)],
      ["nan", float(Number.NaN)],
      ["newaxis", NONE],
      ["ndarray", knownType(ARRAY)],
      ["integer", declareClass("numpy.integer", objectType)],
      ["floating", declareClass("numpy.floating", objectType)],
      ["number", declareClass("numpy.number", objectType)],
      ["random", moduleValue("numpy.random", randomNumbers())],
      ["__version__", { ...unknown("the version of NumPy is not known"), type: "string" }],
    ],
  )
