/** The special methods that lists, tuples, dictionaries and sets lend to classes derived from them. */

import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, type NativeValue, NONE, unknown, type Value } from "../../../values/value.ts"
import { method } from "../arguments.ts"
import { contains } from "../comparison.ts"
import { pythonDeleteIndex, pythonIndex, pythonSetIndex } from "../indexing.ts"
import { iteratorOver, pythonIterate } from "../iteration.ts"
import { lengthOf } from "../length.ts"
import { underlying } from "../underlying.ts"

export function iteratorOf(interpreter: Interpreter, value: Value): Value {
  if (value.kind === "iterator") return value
  const items = pythonIterate(interpreter, value)
  return "kind" in items ? items : iteratorOver(items)
}

/** `__getitem__` and its like for a type; `isMutable` adds storing and deleting. */
export function containerMethods(typeName: string, isMutable: boolean): NativeValue[] {
  const reading = [
    method(`${typeName}.__len__`, "self", (interpreter, { self }) => lengthOf(interpreter, underlying(self))),
    method(`${typeName}.__iter__`, "self", (interpreter, { self }) => iteratorOf(interpreter, self)),
    method(`${typeName}.__contains__`, "self, item", (interpreter, { self, item }) => {
      const answer = contains(interpreter, self, item)
      return answer === undefined ? unknown("whether it is contained is not known") : boolean(answer)
    }),
    method(`${typeName}.__getitem__`, "self, key", (interpreter, { self, key }) => pythonIndex(interpreter, self, key)),
  ]
  return isMutable ? [...reading, ...storing(typeName)] : reading
}

const storing = (typeName: string): NativeValue[] => [
  method(`${typeName}.__setitem__`, "self, key, value", (interpreter, { self, key, value }) => {
    pythonSetIndex(interpreter, self, key, value)
    return NONE
  }),
  method(`${typeName}.__delitem__`, "self, key", (interpreter, { self, key }) => {
    pythonDeleteIndex(interpreter, self, key)
    return NONE
  }),
]
