/** Methods of Python's `list`; `deque` adds some. */
import { GROWN, markGrown } from "../../../values/growth.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import { integer, type ListValue, NONE, unknown, type Value } from "../../../values/value.ts"
import { refusal } from "../memory.ts"
import { sorted } from "../sorting.ts"
import { containerMethods } from "./containers.ts"
import { countOf, methodsOf } from "./receivers.ts"

const method = methodsOf("list", "list")

/** Announces the change, makes it, answers None. */
function change(interpreter: Interpreter, { items }: ListValue, make: (items: Value[]) => void): Value {
  interpreter.heap.touch(items)
  make(items)
  const limit = maximumLengths.get(items)
  if (limit !== undefined && items.length > limit) items.splice(0, items.length - limit)
  return NONE
}

/** `maxlen` of deques, by their items. What is too much falls off at the other end. */
export const maximumLengths = new WeakMap<Value[], number>()

/** `appendleft` and `extendleft` push out the last items instead. */
function changeFront(interpreter: Interpreter, self: ListValue, make: (items: Value[]) => void): Value {
  const limit = maximumLengths.get(self.items)
  return change(interpreter, self, (items) => {
    make(items)
    if (limit !== undefined && items.length > limit) items.length = limit
  })
}

export function extend(interpreter: Interpreter, self: ListValue, iterable: Value, isLeft = false): Value {
  const given = interpreter.iterate(iterable)
  const items = "kind" in given ? given : (refusal(interpreter, self.items.length + given.length) ?? given)
  return (isLeft ? changeFront : change)(interpreter, self, (own) => {
    if ("kind" in items) own.push(items)
    else if (isLeft) own.unshift(...items.toReversed())
    else for (const item of items) own.push(item)
  })
}

function positionOf(interpreter: Interpreter, items: readonly Value[], item: Value): number | undefined {
  for (const [position, other] of items.entries()) {
    const isEqual = other === item && item.kind !== "unknown" ? true : interpreter.equals(other, item)
    if (isEqual === undefined) return undefined
    if (isEqual) return position
  }
  return -1
}

function pop(interpreter: Interpreter, self: ListValue, index: Value | undefined): Value {
  if (self.items.length === 0) return interpreter.raise("IndexError", "pop from empty list")
  const given = index ? countOf(index) : -1
  if (given === undefined) return blurred(interpreter, self)
  const position = given < 0 ? given + self.items.length : given
  const item = self.items[position]
  if (!item) return interpreter.raise("IndexError", "pop index out of range")
  change(interpreter, self, (items) => items.splice(position, 1))
  return item
}

function blurred(interpreter: Interpreter, self: ListValue): Value {
  const reason = unknown("an element of this list was removed, and which is not known")
  change(interpreter, self, (items) => {
    items.pop()
    items.fill(reason)
  })
  return reason
}

export const listMethods = [
  ...containerMethods("list", true),
  method("__init__", "iterable?", (interpreter, self, { iterable }) => (iterable ? extend(interpreter, self, iterable) : NONE)),
  method("append", "item", (interpreter, self, { item }) => change(interpreter, self, (items) => items.push(item))),
  method("extend", "iterable", (interpreter, self, { iterable }) => extend(interpreter, self, iterable)),
  // `+=` changes the list itself, which other names may hold too.
  method("__iadd__", "iterable", (interpreter, self, { iterable }) => {
    const given = interpreter.iterate(iterable)
    const refused = "kind" in given ? undefined : refusal(interpreter, self.items.length + given.length)
    if (refused) return refused
    extend(interpreter, self, iterable)
    if ("kind" in given) markGrown(self.items, interpreter.freshDim("len", GROWN.reason))
    return self
  }),
  method("insert", "index, item", (interpreter, self, { index, item }) =>
    change(interpreter, self, (items) => items.splice(insertionPoint(items.length, countOf(index) ?? items.length), 0, item)),
  ),
  method("pop", "index?", (interpreter, self, { index }) => pop(interpreter, self, index)),
  method("remove", "item", (interpreter, self, { item }) => {
    const position = positionOf(interpreter, self.items, item)
    if (position === undefined) return blurred(interpreter, self) && NONE
    if (position < 0) return interpreter.raise("ValueError", "list.remove(x): x not in list")
    return change(interpreter, self, (items) => items.splice(position, 1))
  }),
  method("clear", "", (interpreter, self) => change(interpreter, self, (items) => items.splice(0))),
  method("reverse", "", (interpreter, self) => change(interpreter, self, (items) => items.reverse())),
  method("copy", "", (_, self) => ({ ...self, items: [...self.items] })),
  method("index", "item", (interpreter, self, { item }) => {
    const position = positionOf(interpreter, self.items, item)
    if (position === -1) return interpreter.raise("ValueError", "the item is not in the list")
    return position === undefined ? { ...unknown("where the item stands is not known"), type: "integer" } : integer(position)
  }),
  method("count", "item", (interpreter, self, { item }) => counted(interpreter, self.items, item)),
  method("sort", "key?, reverse?", (interpreter, self, { key, reverse }) => {
    const items = sorted(interpreter, self.items, key, reverse)
    return change(interpreter, self, (own) => ("kind" in items ? own.fill(items) : own.splice(0, own.length, ...items)))
  }),
]

const insertionPoint = (length: number, index: number): number => (index < 0 ? Math.max(0, index + length) : Math.min(index, length))

export function counted(interpreter: Interpreter, items: readonly Value[], item: Value): Value {
  const answers = items.map((other) => (other === item && item.kind !== "unknown") || interpreter.equals(other, item))
  return answers.includes(undefined)
    ? { ...unknown("how many are equal is not known"), type: "integer" }
    : integer(answers.filter(Boolean).length)
}

const dequeMethod = methodsOf("collections.deque", "list")

export const dequeMethods = [
  dequeMethod("appendleft", "item", (interpreter, self, { item }) => changeFront(interpreter, self, (items) => items.unshift(item))),
  dequeMethod("extendleft", "iterable", (interpreter, self, { iterable }) => extend(interpreter, self, iterable, true)),
  dequeMethod("popleft", "", (interpreter, self) => pop(interpreter, self, integer(0))),
  dequeMethod("rotate", "n?", (interpreter, self, { n }) => {
    const steps = n ? countOf(n) : 1
    if (steps === undefined)
      return change(interpreter, self, (items) => items.fill(unknown("the deque was rotated by a number that is not known")))
    const shift = self.items.length === 0 ? 0 : ((steps % self.items.length) + self.items.length) % self.items.length
    return change(interpreter, self, (items) => items.unshift(...items.splice(items.length - shift)))
  }),
]
