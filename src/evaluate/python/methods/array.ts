/** Small NumPy arrays: flat lists of numbers that compute element by element. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { integer, type ListValue, list, tuple, unknown, type Value } from "../../../values/value.ts"
import { quantityOf } from "../numbers.ts"
import { containerMethods } from "./containers.ts"
import { methodsOf } from "./receivers.ts"

export const ARRAY = "numpy.ndarray"

export const isArray = (value: Value): value is ListValue => value.kind === "list" && value.typeName === ARRAY

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
  if (!a || !b) return unknown("arithmetic of these arrays is not evaluated")
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
  method("astype", "dtype", (interpreter, { items }, { dtype }) =>
    dtype.kind === "class"
      ? array(items.map((item) => interpreter.call(dtype, { positional: [item], keywords: new Map() }, interpreter.place)))
      : unknown("the type is not known"),
  ),
  method("item", "", (interpreter, { items }) => items[0] ?? interpreter.raise("ValueError", "the array is empty")),
]

export function arrayAttribute({ items }: ListValue, name: string): Value | undefined {
  if (name === "shape") return tuple([integer(items.length)])
  if (name === "size") return integer(items.length)
  return name === "ndim" ? integer(1) : undefined
}

/** NumPy's arrays have far more attributes than are declared here. */
export const otherArrayAttribute = (name: string): Value => unknown(`numpy.ndarray.${name} is not evaluated`)
