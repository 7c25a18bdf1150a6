/** Python's subscripts on builtin values: reading, storing, deleting, slices. */
import { add, type Dim, dimText, isConcrete, lessThan, subtract } from "../../values/dim.ts"
import { GROWN, grownSize, markGrown } from "../../values/growth.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import {
  integer,
  isNone,
  type ListValue,
  type SliceValue,
  type StringValue,
  type TupleValue,
  tuple,
  type UnknownValue,
  unknown,
  type Value,
} from "../../values/value.ts"
import { positionals } from "./arguments.ts"
import { getEntry, isUnknownEntry, missingKey, putEntry, pythonKey } from "./keys.ts"
import { refusal } from "./memory.ts"
import { isArray, shapedArray } from "./methods/array.ts"
import { counted, quantityOf } from "./numbers.ts"
import { propagated } from "./operators.ts"
import { rangeItem, rangeLength, rangePart } from "./ranges.ts"
import { underlying } from "./underlying.ts"

type Sequence = ListValue | TupleValue

export function pythonIndex(interpreter: Interpreter, object: Value, index: Value): Value {
  const value = underlying(object)
  switch (value.kind) {
    case "list":
    case "tuple":
      return sequenceItem(interpreter, value, index)
    case "dictionary":
      return dictionaryItem(interpreter, object, value, index)
    case "string":
      return character(interpreter, value, index)
    case "range":
      return rangeElement(interpreter, value, index)
    case "unknown":
      return value.symbol === undefined ? value : propagated(value)
    case "class":
    case "native":
      // `list[int]`, `Module[T]`: at run time the class itself serves as well.
      return value
    default:
      return isNone(value)
        ? interpreter.raise("TypeError", "'NoneType' object is not subscriptable")
        : unknown(`a subscript of ${value.kind} is not evaluated`)
  }
}

function sequenceItem(interpreter: Interpreter, sequence: Sequence, index: Value): Value {
  if (sequence.kind === "list" && isArray(sequence) && (index.kind === "tuple" || index.kind === "tensor" || isNone(index)))
    return interpreter.index(shapedArray(sequence), index)
  if (index.kind === "slice") return sequencePart(interpreter, sequence, index)
  if (sequence.kind === "tuple" && index.kind === "tuple") severalIndices(interpreter, sequence, index)
  const position = positionOf(interpreter, sequence.items.length, index)
  if (typeof position === "object") return position
  return sequence.items[position] ?? interpreter.raise("IndexError", `${sequence.kind} index out of range`)
}

/** `lstm(x)[:, -1]`: what gives several tensors gives a tuple, which has one axis. */
function severalIndices(interpreter: Interpreter, { items, names }: TupleValue, index: TupleValue): void {
  if (names) return
  const message = `a tuple of ${items.length} values takes one index, got ${index.items.length}`
  interpreter.problem({ code: "index-rank", message }, interpreter.place)
}

/** A position counted from the start; -1 when it is out of range, Unknown when it is not known. */
function positionOf(interpreter: Interpreter, length: number, index: Value): number | UnknownValue {
  const quantity = quantityOf(interpreter, counted(index))
  if (quantity?.kind !== "whole") return index.kind === "unknown" ? propagated(index) : unknown("the index is no whole number")
  if (!isConcrete(quantity.value)) return unknown(`the index ${dimText(quantity.value)} is not known`)
  const position = Number(quantity.value) < 0 ? Number(quantity.value) + length : Number(quantity.value)
  return position >= 0 && position < length ? position : -1
}

function sequencePart(interpreter: Interpreter, sequence: Sequence, slice: SliceValue): Value {
  const positions = slicePositions(interpreter, slice, sequence.items.length)
  const refused = "kind" in positions ? positions : refusal(interpreter, positions.length)
  if (refused || "kind" in positions) return refused as UnknownValue
  const items = positions.map((position) => sequence.items[position] as Value)
  if (sequence.kind === "list") return partOfList(interpreter, sequence, items)
  return tuple(items, sequence.names ? undefined : sequence.typeName)
}

/** A part of a list that a loop has filled holds no one knows how much. */
function partOfList(interpreter: Interpreter, whole: ListValue, items: Value[]): Value {
  if (grownSize(whole) === undefined) return { ...whole, items }
  const sample = items.length > 0 ? items : [...whole.items]
  markGrown(sample, interpreter.freshDim("len", GROWN.reason))
  return { ...whole, items: sample }
}

/** The positions a slice selects, in order. Python clips them to the length. */
export function slicePositions(interpreter: Interpreter, slice: SliceValue, length: number): readonly number[] | UnknownValue {
  const bounds = sliceBounds(interpreter, slice, length)
  if ("kind" in bounds) return bounds
  const positions: number[] = []
  const { start, stop, step } = bounds
  for (let position = start; step > 0 ? position < stop : position > stop; position += step) positions.push(position)
  return positions
}

/** `slice.indices(length)` */
export function sliceBounds(
  interpreter: Interpreter,
  { lower, upper, step: stepValue }: SliceValue,
  length: number,
): { start: number; stop: number; step: number } | UnknownValue {
  const step = bound(interpreter, stepValue, 1)
  if (typeof step === "object") return step
  if (step === 0) return interpreter.raise("ValueError", "slice step cannot be zero")
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const clip = (position: number): number => Math.min(Math.max(position < 0 ? position + length : position, lowest), highest)
  const start = bound(interpreter, lower, undefined)
  const stop = bound(interpreter, upper, undefined)
  if (typeof start === "object") return start
  if (typeof stop === "object") return stop
  return {
    start: start === undefined ? (step > 0 ? lowest : highest) : clip(start),
    stop: stop === undefined ? (step > 0 ? highest : lowest) : clip(stop),
    step,
  }
}

function bound<Absent extends number | undefined>(interpreter: Interpreter, value: Value, absent: Absent): number | Absent | UnknownValue {
  if (isNone(value)) return absent
  const quantity = quantityOf(interpreter, counted(value))
  if (quantity?.kind === "whole" && isConcrete(quantity.value)) return Number(quantity.value)
  return value.kind === "unknown" ? propagated(value) : unknown("a bound of the slice is not known")
}

function dictionaryItem(interpreter: Interpreter, object: Value, dictionary: Extract<Value, { kind: "dictionary" }>, key: Value): Value {
  const entry = getEntry(dictionary, key)
  if (isUnknownEntry(entry)) return entry
  if (entry) return entry.value
  const missing = object.kind === "instance" ? interpreter.findAttribute(object, "__missing__") : undefined
  if (missing) return interpreter.call(missing, positionals(key), interpreter.place)
  if (dictionary.typeName === "collections.Counter") return integer(0)
  if (!dictionary.factory || isNone(dictionary.factory)) return missingKey(interpreter, key)
  const made = interpreter.call(dictionary.factory, positionals(), interpreter.place)
  putEntry(interpreter, dictionary.entries, key, made)
  return made
}

function character(interpreter: Interpreter, text: StringValue, index: Value): Value {
  if (index.kind === "slice") {
    const positions = slicePositions(interpreter, index, text.value.length)
    return "kind" in positions ? positions : { ...text, value: positions.map((position) => text.value[position]).join("") }
  }
  const position = positionOf(interpreter, text.value.length, index)
  if (typeof position === "object") return position
  if (position < 0) return interpreter.raise("IndexError", "string index out of range")
  return text.isBytes ? integer(text.value.charCodeAt(position)) : { ...text, value: text.value[position] ?? "" }
}

function rangeElement(interpreter: Interpreter, range: Extract<Value, { kind: "range" }>, index: Value): Value {
  const length = rangeLength(range)
  if (index.kind === "slice") {
    const bounds = isConcrete(length) ? sliceBounds(interpreter, index, Number(length)) : unknown("the length of the range is not known")
    return "kind" in bounds ? bounds : rangePart(range, bounds.start, bounds.stop, bounds.step)
  }
  const quantity = quantityOf(interpreter, index)
  if (quantity?.kind !== "whole") return unknown("the index is not known")
  const position: Dim = lessThan(quantity.value, 0) ? add(quantity.value, length) : quantity.value
  if (lessThan(position, 0) || lessThan(subtract(length, 1), position))
    return interpreter.raise("IndexError", "range object index out of range")
  return rangeItem(range, position)
}

export function pythonSetIndex(interpreter: Interpreter, object: Value, index: Value, item: Value): void {
  const container = underlying(object)
  if (container.kind === "dictionary") return putEntry(interpreter, container.entries, index, item)
  if (container.kind === "list")
    return index.kind === "slice" ? setPart(interpreter, container, index, item) : setItem(interpreter, container, index, item)
  if (container.kind === "tuple" || container.kind === "string")
    interpreter.raise("TypeError", `'${container.kind}' object does not support item assignment`)
}

function setItem(interpreter: Interpreter, container: ListValue, index: Value, item: Value): void {
  const position = positionOf(interpreter, container.items.length, index)
  if (position === -1) return interpreter.raise("IndexError", "list assignment index out of range")
  interpreter.heap.touch(container.items)
  if (typeof position === "number") container.items[position] = item
  else blur(container, position)
}

/** After a store at an unknown place nobody knows what any element is. */
function blur(container: ListValue, reason: UnknownValue): void {
  container.items.fill(unknown(`an element of this list was replaced, and which is not known: ${reason.reason}`))
}

function setPart(interpreter: Interpreter, container: ListValue, slice: SliceValue, value: Value): void {
  const items = interpreter.iterate(value)
  const bounds = sliceBounds(interpreter, slice, container.items.length)
  interpreter.heap.touch(container.items)
  if ("kind" in items || "kind" in bounds) return blur(container, "kind" in items ? items : (bounds as UnknownValue))
  if (bounds.step === 1) container.items.splice(bounds.start, Math.max(0, bounds.stop - bounds.start), ...items)
  else
    for (const [order, position] of (slicePositions(interpreter, slice, container.items.length) as number[]).entries())
      container.items[position] = items[order] ?? unknown("the slice is longer than what was assigned")
}

export function pythonDeleteIndex(interpreter: Interpreter, object: Value, index: Value): void {
  const container = underlying(object)
  if (container.kind === "dictionary") deleteEntry(interpreter, container, index)
  else if (container.kind === "list") deleteItems(interpreter, container, index)
}

function deleteEntry(interpreter: Interpreter, { entries }: Extract<Value, { kind: "dictionary" }>, index: Value): void {
  const key = pythonKey(index)
  if (key === undefined) return
  if (!entries.has(key)) return missingKey(interpreter, index)
  interpreter.heap.touch(entries)
  entries.delete(key)
}

function deleteItems(interpreter: Interpreter, container: ListValue, index: Value): void {
  const positions =
    index.kind === "slice"
      ? slicePositions(interpreter, index, container.items.length)
      : positionOf(interpreter, container.items.length, index)
  interpreter.heap.touch(container.items)
  if (typeof positions === "object" && "kind" in positions) return blur(container, positions)
  if (positions === -1) return interpreter.raise("IndexError", "list assignment index out of range")
  const removed = new Set(typeof positions === "number" ? [positions] : positions)
  const kept = container.items.filter((_, position) => !removed.has(position))
  container.items.splice(0, container.items.length, ...kept)
}
