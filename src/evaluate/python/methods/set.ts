/** Methods of Python's `set` and `frozenset`. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, NONE, type SetValue, type UnknownValue, unknown, type Value } from "../../../values/value.ts"
import { isSubset } from "../comparison.ts"
import { putEntry, pythonKey, setFrom } from "../keys.ts"
import { selected } from "../operators.ts"
import { containerMethods } from "./containers.ts"
import { methodsOf } from "./receivers.ts"

const method = methodsOf("set", "set")

/** The elements of all arguments, or why they are not known. */
function elementsOf(interpreter: Interpreter, others: readonly Value[]): readonly SetValue[] | UnknownValue {
  const sets: SetValue[] = []
  for (const other of others) {
    const items = interpreter.iterate(other)
    if ("kind" in items) return items
    sets.push(setFrom(items))
  }
  return sets
}

type Combine = (self: SetValue, others: readonly SetValue[]) => SetValue

const union: Combine = (self, others) => ({ ...self, entries: new Map([self, ...others].flatMap((set) => [...set.entries])) })
const intersection: Combine = (self, others) => selected(self, (key) => others.every((other) => other.entries.has(key)))
const difference: Combine = (self, others) => selected(self, (key) => !others.some((other) => other.entries.has(key)))
const symmetric: Combine = (self, others) =>
  union(
    difference(self, others),
    others.map((other) => difference(other, [self])),
  )

/** A method that gives a new set, its twin that changes the set itself, and the operator that does so with another set. */
function combining(name: string, twin: string, operator: string, combine: Combine) {
  return [
    method(name, "", (interpreter, self, _, call) => {
      const others = elementsOf(interpreter, call.positional)
      return "kind" in others ? others : combine(self, others)
    }),
    method(twin, "", (interpreter, self, _, call) => {
      const others = elementsOf(interpreter, call.positional)
      if ("kind" in others) putEntry(interpreter, self.entries, others, others)
      else replace(interpreter, self, combine(self, others))
      return NONE
    }),
    method(IN_PLACE[operator] ?? "", "other", (interpreter, self, { other }) => {
      if (other?.kind !== "set") return interpreter.binary(operator, self, other ?? NONE)
      replace(interpreter, self, combine(self, [other]))
      return self
    }),
  ]
}

const IN_PLACE: Readonly<Record<string, string>> = { "|": "__ior__", "&": "__iand__", "-": "__isub__", "^": "__ixor__" }

function replace(interpreter: Interpreter, self: SetValue, { entries }: SetValue): void {
  interpreter.heap.touch(self.entries)
  self.entries.clear()
  for (const [key, entry] of entries) self.entries.set(key, entry)
}

/** A question about two sets. */
const asking = (name: string, ask: (self: SetValue, other: SetValue) => boolean | undefined) =>
  method(name, "other", (interpreter, self, { other }) => {
    const others = elementsOf(interpreter, [other])
    const answer = "kind" in others ? undefined : ask(self, others[0] as SetValue)
    return answer === undefined ? unknown("the elements of the set are not known") : boolean(answer)
  })

function discard(interpreter: Interpreter, self: SetValue, item: Value): boolean {
  const key = pythonKey(item)
  if (key === undefined || !self.entries.has(key)) return key === undefined
  interpreter.heap.touch(self.entries)
  return self.entries.delete(key)
}

export const setMethods = [
  ...containerMethods("set", false),
  ...combining("union", "update", "|", union),
  ...combining("intersection", "intersection_update", "&", intersection),
  ...combining("difference", "difference_update", "-", difference),
  ...combining("symmetric_difference", "symmetric_difference_update", "^", symmetric),
  asking("issubset", (self, other) => isSubset(self, other, false)),
  asking("issuperset", (self, other) => isSubset(other, self, false)),
  asking("isdisjoint", (self, other) => intersection(self, [other]).entries.size === 0),
  method("__init__", "iterable?", (interpreter, self, { iterable }) => {
    const others = iterable ? elementsOf(interpreter, [iterable]) : []
    if (!("kind" in others)) replace(interpreter, self, union(self, others))
    return NONE
  }),
  method("add", "item", (interpreter, self, { item }) => {
    putEntry(interpreter, self.entries, item, item)
    return NONE
  }),
  method("discard", "item", (interpreter, self, { item }) => {
    discard(interpreter, self, item)
    return NONE
  }),
  method("remove", "item", (interpreter, self, { item }) =>
    discard(interpreter, self, item) ? NONE : interpreter.raise("KeyError", "the item is not in the set"),
  ),
  method("pop", "", (interpreter, self) => {
    const first = self.entries.values().next().value
    if (!first) return interpreter.raise("KeyError", "pop from an empty set")
    discard(interpreter, self, first.key)
    return self.entries.size === 0 ? first.key : unknown("which element of a set comes first is arbitrary")
  }),
  method("clear", "", (interpreter, self) => {
    interpreter.heap.touch(self.entries)
    self.entries.clear()
    return NONE
  }),
  method("copy", "", (_, self) => ({ ...self, entries: new Map(self.entries) })),
]
