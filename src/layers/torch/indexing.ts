/** Python's square brackets on tensors, their length, and membership. */
import type { Arguments } from "../arguments.ts"
import { index, type Part } from "../../operators/index.ts"
import { type Dim, equals } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { type Shape, shapeText } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { dropData, type Entry, functions } from "./define.ts"
import { smallShape, takeFirst } from "./elements.ts"
import { shapeOf } from "./tensors.ts"

/** What one thing between the brackets selects. */
function partOf(call: Arguments, value: V.Value): Part {
  switch (value.kind) {
    case "constant":
      return value.name === "Ellipsis" ? { kind: "ellipsis" } : { kind: "new" }
    case "integer":
      return { kind: "number", at: value.value }
    case "boolean":
      return { kind: "mask", shape: [], count: value.value ? 1 : 0 }
    case "slice":
      return { kind: "slice", lower: bound(call, value.lower), upper: bound(call, value.upper), step: bound(call, value.step) ?? 1 }
    case "tensor":
      return tensorPart(call, value)
    case "list":
    case "tuple":
    case "range":
      return listPart(call, value)
    case "unknown":
      // A plain index is what it most likely is where it has a number's name or type.
      return value.type === "integer" || value.symbol !== undefined ? { kind: "number", at: undefined } : call.unclear(value.reason)
    default:
      return call.unclear(`a ${value.kind} is used as an index`)
  }
}

/** A bound of a slice; None and what is left out are undefined. */
function bound(call: Arguments, value: V.Value): Dim | undefined {
  if (V.isNone(value)) return undefined
  if (value.kind === "unknown" && value.symbol === undefined) return call.fresh("?", value.reason)
  return call.interpreter.dim(value)
}

function tensorPart(call: Arguments, tensor: V.TensorValue): Part {
  const shape = shapeOf(call, tensor)
  if (tensor.dtype === "bool" || tensor.dtype === "uint8") {
    const count = tensor.data
      ? tensor.data.filter(Boolean).length
      : call.fresh("selected", "how many elements a mask takes depends on the data")
    return { kind: "mask", shape, count }
  }
  return { kind: "tensor", shape }
}

/** A list of numbers is an index tensor, a list of flags a mask. */
function listPart(call: Arguments, value: V.Value): Part {
  const items = call.sequence(value) ?? []
  if (items.length > 0 && items.every(({ kind }) => kind === "boolean"))
    return { kind: "mask", shape: [items.length], count: items.filter((item) => item.kind === "boolean" && item.value).length }
  const [first] = items
  const inner = first && (first.kind === "list" || first.kind === "tuple") ? (call.sequence(first) ?? []) : undefined
  return { kind: "tensor", shape: inner ? [items.length, inner.length] : [items.length] }
}

/** What stands between the brackets, one part an axis. */
export function partsOf(call: Arguments, value: V.Value): Part[] {
  const items = value.kind === "tuple" || (value.kind === "list" && value.items.some(isIndexOfItsOwn)) ? value.items : [value]
  return items.map((item) => partOf(call, item))
}

/** A list that holds more than numbers is read like a tuple, as torch does. */
function isIndexOfItsOwn(item: V.Value): boolean {
  return item.kind === "list" || item.kind === "tuple" || item.kind === "slice" || item.kind === "tensor" || item.kind === "constant"
}

/** Elements of a constant, for a plain number or slice along its first axis. */
function elementsAt(input: V.TensorValue, value: V.Value): Partial<V.TensorValue> {
  const [size] = smallShape(input.shape) ?? []
  if (!input.data || size === undefined) return {}
  const whole = (bound: V.Value, fallback: number) =>
    V.isNone(bound) ? fallback : bound.kind === "integer" && typeof bound.value === "number" ? bound.value : Number.NaN
  if (value.kind === "integer" && typeof value.value === "number")
    return takeFirst(input, [value.value < 0 ? value.value + size : value.value])
  if (value.kind !== "slice") return {}
  const step = whole(value.step, 1)
  const clamp = (at: number) => Math.max(0, Math.min(size, at < 0 ? at + size : at))
  const [start, stop] = [clamp(whole(value.lower, 0)), clamp(whole(value.upper, size))]
  if (Number.isNaN(start + stop + step) || step < 1) return {}
  return takeFirst(
    input,
    Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, at) => start + at * step),
  )
}

function take(call: Arguments): V.Value {
  const input = call.tensor("input")
  const key = call.read("index") ?? V.NONE
  if (!input.shape) return unknownTake(call, input)
  const { shape, problems } = index(input.shape, partsOf(call, key))
  return call.emit([input, ...tensorsIn(key)], { shape, problems }, input.dtype, problems.length === 0 ? elementsAt(input, key) : {})
}

function unknownTake(call: Arguments, input: V.TensorValue): V.Value {
  const why = input.unknown ?? V.unknown("the shape of what is indexed is not known", call.place)
  return call.emit([input], { shape: undefined }, input.dtype, { unknown: why })
}

const tensorsIn = (key: V.Value): V.Value[] =>
  key.kind === "tuple" ? key.items.filter(({ kind }) => kind === "tensor") : key.kind === "tensor" ? [key] : []

/** What is stored is stretched to the place it is put in; axes of size 1 in front of it do not count. How much a mask takes is seen at run time. */
function storing(call: Arguments, shape: Shape | undefined, stored: Shape | undefined): readonly Problem[] {
  const key = call.read("index")
  if (!shape || !stored || !key || holdsUnknown(key)) return []
  const parts = partsOf(call, key)
  if (parts.some(({ kind }) => kind === "mask")) return []
  const place = index(shape, parts)
  if (place.problems.length > 0 || place.shape === undefined) return place.problems
  const extra = Math.max(0, stored.length - place.shape.length)
  const plain = stored.slice(0, extra).every((size) => size === 1) ? stored.slice(extra) : stored
  const offset = place.shape.length - plain.length
  const isWrong = offset < 0 || plain.some((size, axis) => size !== 1 && equals(size, place.shape?.[axis + offset] ?? size) === false)
  const message = `cannot store ${shapeText(stored)} in ${shapeText(place.shape)}`
  return isWrong ? [{ code: "broadcast-mismatch", message }] : []
}

const holdsUnknown = (key: V.Value): boolean => (key.kind === "tuple" ? key.items : [key]).some(({ kind }) => kind === "unknown")

export const indexing: readonly Entry[] = [
  ...functions("Tensor.__getitem__", "input, index", take),
  ...functions("Tensor.__setitem__", "input, index, value", (call) => {
    const input = call.tensor("input")
    dropData(call.interpreter, input)
    const value = call.read("value")
    // Numbers change no shape and come from nowhere: only tensors are an edge of the graph.
    if (value?.kind === "tensor")
      call.emit([input, value], { shape: input.shape, problems: storing(call, input.shape, value.shape) }, input.dtype)
    return V.NONE
  }),
  ...functions("Tensor.__len__", "input", (call) => {
    const input = call.tensor("input")
    const [size] = shapeOf(call, input)
    return size === undefined ? call.interpreter.raise("TypeError", "len() of a 0-d tensor") : V.integer(size)
  }),
  ...functions("Tensor.__contains__", "input, item", (call) => V.unknown("whether a tensor holds a value depends on the data", call.place)),
]
