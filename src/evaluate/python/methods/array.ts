/** Small NumPy arrays: flat lists of numbers that compute element by element. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { integer, type ListValue, list, type TensorValue, tensor, tuple, unknown, type Value } from "../../../values/value.ts"
import { quantityOf } from "../numbers.ts"
import { containerMethods } from "./containers.ts"
import { methodsOf } from "./receivers.ts"

export const ARRAY = "numpy.ndarray"

export const isArray = (value: Value): value is ListValue => value.kind === "list" && value.typeName === ARRAY

/** The array with its shape and type alone: what more dimensions, and NumPy's functions, work on. */
export function shapedArray({ items }: ListValue): TensorValue {
  const kinds = new Set(items.map((item) => (item.kind === "unknown" ? item.type : item.kind)))
  const dtype = kinds.has("float") ? "float64" : kinds.size === 1 && kinds.has("integer") ? "int64" : undefined
  return tensor("numpy", [items.length], dtype)
}

const array = (items: Value[]): ListValue => ({ ...list(items), typeName: ARRAY })

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
  return array(a.map((item, index) => combine(item, b[index] as Value)))
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
  method("copy", "", (_, { items }) => array([...items])),
  method("flatten", "", (_, { items }) => array([...items])),
  method("sum", "", (interpreter, { items }) => items.reduce((sum, item) => interpreter.binary("+", sum, item), integer(0) as Value)),
  method("astype", "dtype", (interpreter, self, { dtype }) => {
    const { items } = self
    if (dtype.kind === "class" && !dtype.qualifiedName.startsWith("numpy."))
      return array(items.map((item) => interpreter.call(dtype, { positional: [item], keywords: new Map() }, interpreter.place)))
    const convert = interpreter.findAttribute(shapedArray(self), "astype")
    return convert
      ? interpreter.call(convert, { positional: [dtype], keywords: new Map() }, interpreter.place)
      : unknown("the type is not known")
  }),
  method("item", "", (interpreter, { items }) => items[0] ?? interpreter.raise("ValueError", "the array is empty")),
]

export function arrayAttribute({ items }: ListValue, name: string): Value | undefined {
  if (name === "shape") return tuple([integer(items.length)])
  if (name === "size") return integer(items.length)
  return name === "ndim" ? integer(1) : undefined
}

/** NumPy's arrays have far more attributes than are declared here: those of their shape and type. */
export const otherArrayAttribute = (interpreter: Interpreter, array: ListValue, name: string): Value =>
  interpreter.findAttribute(shapedArray(array), name) ?? unknown(`numpy.ndarray.${name} is not evaluated`)
