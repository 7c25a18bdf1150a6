/** Python's `contextvars`: variables that code sets around a call and takes back behind it. One context is all there is here. */
import { type InstanceValue, NONE, type Value } from "../../../values/value.ts"
import { method } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { objectType } from "../object.ts"
import { library, type Members } from "./module.ts"

const token = declareClass("contextvars.Token", objectType)

const stored = (self: Value): Map<string, Value> => (self as InstanceValue).attributes

const variable = declareClass("contextvars.ContextVar", objectType, [
  method("contextvars.ContextVar.__init__", "self, name, default?", (_, { self, name, default: otherwise }) => {
    stored(self).set("name", name)
    if (otherwise) stored(self).set("default", otherwise)
    return NONE
  }),
  method("contextvars.ContextVar.get", "self, default?", (interpreter, { self, default: otherwise }) => {
    const value = stored(self).get("value") ?? otherwise ?? stored(self).get("default")
    return value ?? interpreter.raise("LookupError", "the context variable has no value")
  }),
  method("contextvars.ContextVar.set", "self, value", (interpreter, { self, value }, _, place) => {
    const before = stored(self).get("value")
    const made = interpreter.instantiate(token, place)
    if (before) made.attributes.set("old_value", before)
    interpreter.heap.touch(stored(self))
    stored(self).set("value", value)
    return made
  }),
  method("contextvars.ContextVar.reset", "self, token", (interpreter, { self, token: given }) => {
    const before = given.kind === "instance" ? given.attributes.get("old_value") : undefined
    interpreter.heap.touch(stored(self))
    if (before) stored(self).set("value", before)
    else stored(self).delete("value")
    return NONE
  }),
])

export const contextVariables = (): Members =>
  library(
    "contextvars",
    [],
    [
      ["ContextVar", variable],
      ["Token", token],
    ],
  )
