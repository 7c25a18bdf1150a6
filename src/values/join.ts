/** What is known of a value that is one of two. */
import { equals, isUnknown, symbol } from "./dim.ts"
import type { Shape } from "./shape.ts"
import * as V from "./value.ts"

/** Commutative, associative and idempotent, up to the identity of fresh symbols. */
export function join(left: V.Value, right: V.Value): V.Value {
  if (left === right) return left
  if (left.kind === "unknown") return left
  if (right.kind === "unknown") return right
  if (left.kind === right.kind) return joinAlike(left, right) ?? different(left, right)
  // None against a tensor or module: code that goes on to use it means the other one.
  return different(left, right)
}

const different = (left: V.Value, right: V.Value): V.UnknownValue =>
  V.unknown(left.kind === right.kind ? `it depends on a condition that is not known` : `it is a ${nameOf(left)} or a ${nameOf(right)}, by a condition that is not known`)

const nameOf = (value: V.Value): string => (value.kind === "instance" ? value.class.name : value.kind === "constant" ? value.name : value.kind)

function joinAlike(left: V.Value, right: V.Value): V.Value | undefined {
  switch (left.kind) {
    case "tensor":
      return joinTensors(left, right as V.TensorValue)
    case "integer":
      return equals(left.value, (right as V.IntegerValue).value) === true ? left : undefined
    case "constant":
      return left.name === (right as V.ConstantValue).name ? left : undefined
    case "boolean":
    case "float":
    case "string":
      return Object.is(left.value, (right as V.FloatValue).value) ? left : undefined
    case "tuple":
      return joinItems(left.items, (right as V.TupleValue).items, (items) => ({ ...left, items }))
    case "list":
      return joinItems(left.items, (right as V.ListValue).items, (items) => ({ ...left, items: [...items] }))
    case "dictionary":
      return joinEntries(left, right as V.DictionaryValue)
    case "method": {
      const other = right as V.BoundMethodValue
      return left.self === other.self && left.function === other.function ? left : undefined
    }
    case "range": {
      const other = right as V.RangeValue
      return equals(left.start, other.start) && equals(left.stop, other.stop) && equals(left.step, other.step) ? left : undefined
    }
    default:
      return undefined
  }
}

function joinItems(left: readonly V.Value[], right: readonly V.Value[], make: (items: readonly V.Value[]) => V.Value): V.Value | undefined {
  return left.length === right.length ? make(left.map((item, index) => join(item, right[index] as V.Value))) : undefined
}

function joinEntries(left: V.DictionaryValue, right: V.DictionaryValue): V.Value | undefined {
  if (left.entries.size !== right.entries.size || ![...left.entries.keys()].every((key) => right.entries.has(key))) return undefined
  const entries = new Map([...left.entries].map(([key, entry]) => [key, { key: entry.key, value: join(entry.value, right.entries.get(key)?.value as V.Value) }]))
  return { ...left, entries }
}

/** Sizes that differ become symbols nobody knows; weights stay themselves only when both are the same. */
function joinTensors(left: V.TensorValue, right: V.TensorValue): V.Value {
  if (left.role && left.shape && right.role && right.shape && sameSizes(left.shape, right.shape)) return left
  const shape = left.shape && right.shape && left.shape.length === right.shape.length ? joinShapes(left.shape, right.shape) : undefined
  const dtype = left.dtype === right.dtype ? left.dtype : undefined
  const why = shape ? {} : { unknown: left.unknown ?? right.unknown ?? V.unknown("its rank depends on a condition that is not known") }
  const producer = left.producer ?? right.producer
  return V.tensor(left.framework, shape, dtype, { ...why, ...(producer !== undefined && { producer }) })
}

const sameSizes = (left: Shape, right: Shape): boolean => left.length === right.length && left.every((size, axis) => equals(size, right[axis] ?? -1) === true)

function joinShapes(left: Shape, right: Shape): Shape {
  return left.map((size, axis) => {
    const other = right[axis] as typeof size
    if (equals(size, other) === true || isUnknown(size)) return size
    return isUnknown(other) ? other : symbol("?", { lower: 0, reason: "the size depends on a condition that is not known" })
  })
}
