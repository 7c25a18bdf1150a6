/** JavaScript's error classes. */
import { type ClassValue, native, string, UNDEFINED, type Value } from "../../values/value.ts"
import { textOf } from "./text.ts"

function errorClass(name: string, base?: ClassValue): ClassValue {
  const mro: ClassValue[] = []
  const made: ClassValue = {
    kind: "class",
    name,
    qualifiedName: name,
    bases: base ? [base] : [],
    mro,
    attributes: new Map<string, Value>(),
  }
  mro.push(made, ...(base?.mro ?? []))
  made.attributes.set(
    "constructor",
    native(
      `${name}.constructor`,
      (interpreter, { positional: [self, message] }) => {
        if (self?.kind !== "instance") return UNDEFINED
        interpreter.setAttribute(self, "name", string(self.class.name))
        interpreter.setAttribute(self, "message", message === undefined ? string("") : string(textOf(message) ?? "…"))
        return UNDEFINED
      },
      true,
    ),
  )
  return made
}

const ERROR = errorClass("Error")
const NAMES = ["TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"]

export const errorClasses: [string, ClassValue][] = [
  ["Error", ERROR],
  ...NAMES.map((name): [string, ClassValue] => [name, errorClass(name, ERROR)]),
]
