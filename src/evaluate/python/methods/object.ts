/** What every Python object has: `object`'s own methods, and those of exceptions. */
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  type ClassValue,
  type NativeValue,
  NONE,
  NOT_IMPLEMENTED,
  string,
  type TupleValue,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define, method } from "../arguments.ts"
import { pythonRepr, pythonText } from "../text.ts"

export const objectMethods: NativeValue[] = [
  method("object.__init__", "self", () => NONE),
  method("object.__setattr__", "self, name, value", (interpreter, { self, name, value }) => {
    if (name.kind === "string") interpreter.setAttribute(self, name.value, value)
    return NONE
  }),
  method("object.__delattr__", "self, name", (interpreter, { self, name }) => {
    if (self.kind !== "instance" || name.kind !== "string") return NONE
    interpreter.heap.touch(self.attributes)
    self.attributes.delete(name.value)
    return NONE
  }),
  method("object.__getattribute__", "self, name", (interpreter, { self, name }) => {
    if (name.kind !== "string") return unknown("the name of the attribute is not known")
    const found = interpreter.plainAttribute(self, name.value)
    return found ?? interpreter.raise("AttributeError", `there is no attribute '${name.value}'`)
  }),
  method("object.__init_subclass__", "self", () => NONE),
]

/** What `super().__repr__()` and its like find. They are no part of the class: there they would hide what a builtin ancestor does. */
export const lastResortMethods: NativeValue[] = [
  method("object.__eq__", "self, other", (_, { self, other }) => (self === other ? { kind: "boolean", value: true } : NOT_IMPLEMENTED)),
  method("object.__hash__", "self", () => unknown("the hash of an object differs from run to run")),
  method("object.__repr__", "self", (_, { self }) => representation(self)),
  method("object.__str__", "self", (_, { self }) => representation(self)),
  method("object.__dir__", "self", () => unknown("what dir() lists is not evaluated")),
]

const representation = (self: Value): Value => ({
  ...unknown(`the text of ${self.kind === "instance" ? `a ${self.class.name}` : "an object"} differs from run to run`),
  type: "string",
})

/** `object.__new__(cls)` */
export const makeObject = define("object.__new__", "cls", (interpreter, { cls }, _, place) =>
  cls.kind === "class" ? interpreter.instantiate(cls, place) : unknown("what is made is no known class"),
)

const argumentsOf = (self: Value): TupleValue => {
  const held = self.kind === "instance" ? self.attributes.get("args") : undefined
  return held?.kind === "tuple" ? held : tuple([])
}

function setArguments(interpreter: Interpreter, self: Value, given: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
  if (self.kind !== "instance") return NONE
  interpreter.heap.touch(self.attributes)
  self.attributes.set("args", tuple(given))
  for (const [name, value] of keywords) self.attributes.set(name, value)
  return NONE
}

export const exceptionMethods: NativeValue[] = [
  method("BaseException.__init__", "self", (interpreter, { self }, { positional, keywords }) =>
    setArguments(interpreter, self, positional.slice(1), keywords),
  ),
  method("BaseException.__str__", "self", (interpreter, { self }) => {
    const { items } = argumentsOf(self)
    const text =
      items.length === 1 ? pythonText(interpreter, items[0] as Value) : items.length === 0 ? "" : pythonRepr(interpreter, tuple(items))
    return text === undefined ? unknown("the message is not known") : string(text)
  }),
  method("BaseException.__repr__", "self", (interpreter, { self }) => {
    const texts = argumentsOf(self).items.map((item) => pythonRepr(interpreter, item))
    const name = (self as { class?: ClassValue }).class?.name ?? "Exception"
    return texts.includes(undefined) ? unknown("the message is not known") : string(`${name}(${texts.join(", ")})`)
  }),
  method("BaseException.with_traceback", "self, tb", (_, { self }) => self),
  method("BaseException.add_note", "self, note", () => NONE),
]
