/** Methods of iterators and generators, ranges and slices. */

import type { Interpreter } from "../../../values/interpreter.ts"
import { type IteratorValue, integer, NONE, tuple, unknown, type Value } from "../../../values/value.ts"
import { sliceBounds } from "../indexing.ts"
import { quantityOf } from "../numbers.ts"
import { isInRange } from "../ranges.ts"
import { containerMethods } from "./containers.ts"
import { countOf, methodsOf } from "./receivers.ts"

/** The next item; `otherwise` when there is none, else `StopIteration`. */
export function advance(interpreter: Interpreter, iterator: IteratorValue, otherwise?: Value): Value {
  const item = iterator.items[iterator.position]
  if (item === undefined) return iterator.rest ?? otherwise ?? interpreter.raise("StopIteration", "")
  interpreter.heap.touch(iterator)
  iterator.position++
  return item
}

const method = methodsOf("generator", "iterator")

export const iteratorMethods = [
  method("__next__", "", (interpreter, self) => advance(interpreter, self)),
  method("__iter__", "", (_, self) => self),
  method("send", "value", (interpreter, self) => advance(interpreter, self)),
  method("close", "", () => NONE),
]

const ofRange = methodsOf("range", "range")

export const rangeMethods = [
  ...containerMethods("range", false),
  ofRange("index", "value", (interpreter, self, { value }) => {
    const quantity = quantityOf(interpreter, value)
    const isInside = quantity?.kind === "whole" ? isInRange(self, quantity.value) : undefined
    if (isInside === false) return interpreter.raise("ValueError", "the value is not in range")
    if (!isInside) return unknown("where the value stands in the range is not known")
    return interpreter.binary("//", interpreter.binary("-", value, integer(self.start)), integer(self.step))
  }),
  ofRange("count", "value", (interpreter, self, { value }) => {
    const quantity = quantityOf(interpreter, value)
    const isInside = quantity?.kind === "whole" ? isInRange(self, quantity.value) : undefined
    return isInside === undefined ? unknown("whether the value is in the range is not known") : integer(Number(isInside))
  }),
]

export function rangeAttribute(value: Extract<Value, { kind: "range" }>, name: string): Value | undefined {
  return name === "start" || name === "stop" || name === "step" ? integer(value[name]) : undefined
}

export const sliceMethods = [
  methodsOf("slice", "slice")("indices", "length", (interpreter, self, { length }) => {
    const size = countOf(length)
    if (size === undefined) return unknown("the length is not known")
    const bounds = sliceBounds(interpreter, self, size)
    return "kind" in bounds ? bounds : tuple([integer(bounds.start), integer(bounds.stop), integer(bounds.step)])
  }),
]

export function sliceAttribute(value: Extract<Value, { kind: "slice" }>, name: string): Value | undefined {
  if (name === "start") return value.lower
  if (name === "stop") return value.upper
  return name === "step" ? value.step : undefined
}
