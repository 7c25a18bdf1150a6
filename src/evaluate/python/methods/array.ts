/** Small NumPy arrays: flat lists of numbers that compute element by element. */
import { typeNamed } from "../../../layers/numpy/types.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import { integer, type ListValue, list, type TensorValue, tensor, tuple, unknown, type Value } from "../../../values/value.ts"
import { quantityOf } from "../numbers.ts"
import { containerMethods } from "./containers.ts"
import { methodsOf } from "./receivers.ts"

export const ARRAY = "numpy.ndarray"

export const isArray = (value: Value): value is ListValue => value.kind === "list" && value.typeName === ARRAY

/** The array with its shape and type alone: what more dimensions, and NumPy's functions, work on. */
export const shapedArray = ({ items, numberType }: ListValue): TensorValue => tensor("numpy", [items.length], numberType)

/** The type that NumPy gives to numbers of Python. */
export function typeOfNumbers(items: readonly Value[]): string | undefined {
  const kinds = new Set(items.map((item) => (item.kind === "unknown" ? item.type : item.kind)))
  return kinds.has("float") ? "float64" : kinds.size === 1 && kinds.has("integer") ? "int64" : undefined
}

export const array = (items: readonly Value[], numberType: string | undefined): ListValue => ({
  ...list([...items]),
  typeName: ARRAY,
  numberType,
})

/** An operator on arrays of one length, or on an array and a number; undefined when neither side is an array. */
export function elementwise(
  interpreter: Interpreter,
  left: Value,
  right: Value,
  combine: (left: Value, right: Value) => Value,
): Value | undefined {
  if (!isArray(left) && !isArray(right)) return undefined
  const length = Math.max(...[left, right].map((value) => (value.kind === "list" || value.kind === "tuple" ? value.items.length : 1)))
  const [a, b] = [left, right].map((value) => partsOf(interpreter, value, length))
  if (!a || !b) return undefined
  return array(
    a.map((item, index) => combine(item, b[index] as Value)),
    resultingType(left, right),
  )
}

/** Decimals stay of their type beside their like and beside numbers of Python; what else NumPy promotes is left open. */
function resultingType(left: Value, right: Value): string | undefined {
  const [one, other] = [left, right].map((value) => (isArray(value) ? (value.numberType ?? "open") : undefined))
  const type = one ?? other
  return type?.startsWith("float") && (other ?? type) === type ? type : undefined
}

/** An array of one element is repeated as a number is. */
function partsOf(interpreter: Interpreter, value: Value, length: number): readonly Value[] | undefined {
  const [only] = value.kind === "list" || value.kind === "tuple" ? value.items : [value]
  if ((value.kind === "list" || value.kind === "tuple") && (value.items.length !== 1 || length === 1))
    return value.items.length === length ? value.items : undefined
  return only && quantityOf(interpreter, only) ? Array.from({ length }, () => only) : undefined
}

const method = methodsOf(ARRAY, "list")

export const arrayMethods = [
  ...containerMethods(ARRAY, true),
  method("tolist", "", (_, { items }) => list([...items])),
  method("copy", "", (_, { items, numberType }) => array(items, numberType)),
  method("flatten", "", (_, { items, numberType }) => array(items, numberType)),
  method("sum", "", (interpreter, { items }) => items.reduce((sum, item) => interpreter.binary("+", sum, item), integer(0) as Value)),
  method("astype", "dtype", (interpreter, self, { dtype }) => {
    const { items } = self
    if (dtype.kind === "class" && !dtype.qualifiedName.startsWith("numpy.")) return converted(interpreter, items, dtype)
    const convert = interpreter.findAttribute(shapedArray(self), "astype")
    return convert
      ? interpreter.call(convert, { positional: [dtype], keywords: new Map() }, interpreter.place)
      : unknown("the type is not known")
  }),
  method("item", "", (interpreter, { items }) => items[0] ?? interpreter.raise("ValueError", "the array is empty")),
]

/** Each number as the type of Python or NumPy that is called for it. */
export function converted(interpreter: Interpreter, items: readonly Value[], type: Value): ListValue {
  const numbers = items.map((item) => interpreter.call(type, { positional: [item], keywords: new Map() }, interpreter.place))
  return array(numbers, typeNamed(type))
}

export function arrayAttribute({ items }: ListValue, name: string): Value | undefined {
  if (name === "shape") return tuple([integer(items.length)])
  if (name === "size") return integer(items.length)
  return name === "ndim" ? integer(1) : undefined
}

/** NumPy's arrays have far more attributes than are declared here: those of their shape and type. */
export const otherArrayAttribute = (interpreter: Interpreter, array: ListValue, name: string): Value =>
  interpreter.findAttribute(shapedArray(array), name) ?? unknown(`numpy.ndarray.${name} is not evaluated`)
