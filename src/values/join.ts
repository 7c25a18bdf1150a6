/** What is known of a value that is one of two. */
import { atMost, type Dim, dimText, equals, symbol } from "./dim.ts"
import { type Shape, sameShape } from "./shape.ts"
import { describe } from "./text.ts"
import * as V from "./value.ts"

/**
 * What holds of both values: equal parts stay, sizes that differ become symbols nobody knows, the rest is Unknown with both reasons.
 * Commutative, associative and idempotent, up to the identity of fresh symbols and tensors.
 */
export function join(left: V.Value, right: V.Value): V.Value {
  if (left === right) return left
  if (left.kind === "unknown" || right.kind === "unknown") return joinUnknown(left, right)
  return (left.kind === right.kind ? joinAlike(left, right) : undefined) ?? different(left, right)
}

const BETWEEN = ", or "
// More reasons than this are no explanation any more.
const MAXIMUM_REASONS = 4

/** Reasons of both, each once and in one order, so that it does not matter which side came first. */
const bothReasons = (...reasons: readonly string[]): string =>
  [...new Set(reasons.flatMap((reason) => reason.split(BETWEEN)))].sort().slice(0, MAXIMUM_REASONS).join(BETWEEN)

/** Without the separator of reasons, so that it stays one reason. */
const byCondition = (what: string, ...sides: readonly string[]): string =>
  `${what} depends on a condition that is not known (${[...sides].sort().join(" or ").replaceAll(BETWEEN, " or ")})`

function joinUnknown(left: V.Value, right: V.Value): V.UnknownValue {
  const unknowns = [left, right].filter((value) => value.kind === "unknown")
  const place = unknowns.find((value) => value.place)?.place
  const type = typeOf(left) === typeOf(right) ? typeOf(left) : undefined
  return {
    ...V.unknown(bothReasons(...unknowns.map(({ reason }) => reason)), place),
    ...(type !== undefined && { type }),
    ...(holdsWeights(left, right) && { mayHoldWeights: true }),
  }
}

const different = (left: V.Value, right: V.Value): V.UnknownValue => {
  const type = typeOf(left) === typeOf(right) ? typeOf(left) : undefined
  return {
    ...V.unknown(byCondition("it", describe(left), describe(right))),
    ...(type !== undefined && { type }),
    ...(holdsWeights(left, right) && { mayHoldWeights: true }),
  }
}

/** A layer or a weight that may be there or not makes parameter counts unknown. */
const holdsWeights = (...values: readonly V.Value[]): boolean =>
  values.some(
    (value) =>
      value.kind === "instance" ||
      (value.kind === "tensor" && value.role === "parameter") ||
      (value.kind === "unknown" && value.mayHoldWeights === true),
  )

const NUMBERS: ReadonlySet<string> = new Set(["integer", "float", "string", "boolean"])

const typeOf = (value: V.Value): string | undefined =>
  value.kind === "unknown" ? value.type : NUMBERS.has(value.kind) ? value.kind : undefined

function joinAlike(left: V.Value, right: V.Value): V.Value | undefined {
  switch (left.kind) {
    case "tensor":
      return joinTensors(left, right as V.TensorValue)
    case "integer":
      return equals(left.value, (right as V.IntegerValue).value) === true
        ? left
        : V.integer(joinSizes(left.value, (right as V.IntegerValue).value, "it"))
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
    // Namespaces of the catalogue are made anew by every import.
    case "module":
      return left.catalogue && left.name === (right as V.ModuleValue).name ? left : undefined
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
  const entries = new Map(
    [...left.entries].map(([key, entry]) => [key, { key: entry.key, value: join(entry.value, right.entries.get(key)?.value as V.Value) }]),
  )
  return { ...left, entries }
}

/** Weights stay themselves only when both are the same size: which one it is decides nothing that is counted. */
function joinTensors(left: V.TensorValue, right: V.TensorValue): V.Value {
  if (left.role && left.role === right.role && left.shape && right.shape && sameShape(left.shape, right.shape) === true) return left
  const shape = left.shape && right.shape && left.shape.length === right.shape.length ? joinShapes(left.shape, right.shape) : undefined
  const dtype = left.dtype === right.dtype ? left.dtype : undefined
  const why = shape ? {} : { unknown: rankUnknown(left, right) }
  const producer = left.producer ?? right.producer
  return V.tensor(left.framework, shape, dtype, { ...why, ...(producer !== undefined && { producer }) })
}

function rankUnknown(left: V.TensorValue, right: V.TensorValue): V.UnknownValue {
  const reasons = [left, right].flatMap(({ shape, unknown }) => (shape || !unknown ? [] : [unknown]))
  const [first] = reasons
  if (first) return { ...first, reason: bothReasons(...reasons.map(({ reason }) => reason)) }
  return V.unknown(byCondition("its shape", describe(left), describe(right)))
}

const joinShapes = (left: Shape, right: Shape): Shape => left.map((size, axis) => joinSizes(size, right[axis] as Dim, "the size"))

/** A symbol between the two: 64 or 128 is a multiple of 64 from 64 to 128. Sizes are never negative, other numbers may be. */
function joinSizes(left: Dim, right: Dim, what: "it" | "the size"): Dim {
  if (equals(left, right) === true) return left
  const reason = byCondition(what, dimText(left), dimText(right))
  if (typeof left === "number" && typeof right === "number")
    return symbol("?", {
      lower: Math.min(left, right),
      upper: Math.max(left, right),
      multipleOf: greatestCommonDivisor(Math.abs(left), Math.abs(right)),
      reason,
    })
  const lower = atMost(1, left) && atMost(1, right) ? { lower: 1 } : what === "the size" ? { lower: 0 } : {}
  return symbol("?", { ...lower, reason })
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right)
}
