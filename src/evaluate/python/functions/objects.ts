/** Python's builtin functions on objects and their attributes. */
import { membersOf, tensorLacks } from "../../../layers/catalogue.ts"
import { freshName, isModule } from "../../../layers/modules.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, dictionaryOf, list, type NativeValue, NONE, string, unknown, type Value } from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { liveDictionary } from "../attributes.ts"
import { known, representation } from "../conversions.ts"
import { formatValue } from "../formatting.ts"
import { isCallable, isInstance, isSubclass } from "../instances.ts"
import { textOf } from "../methods/receivers.ts"

const answer = (truth: boolean | undefined, reason: string): Value =>
  truth === undefined ? { ...unknown(reason), type: "boolean" } : boolean(truth)

const reasonOf = (value: Value, otherwise: string): string => (value.kind === "unknown" ? value.reason : otherwise)

/** The attribute by a name that may itself be computed. */
function attribute(interpreter: Interpreter, object: Value, name: Value): Value | undefined {
  const text = textOf(name)
  if (text === undefined) return unknown(reasonOf(name, "the name of the attribute is not known"))
  // Who asks so is prepared for tensors without; `deepspeed` and quantised ones have attributes of their own.
  const isAbsent = object.kind === "tensor" && !object.attributes?.has(text) && tensorLacks(object.framework, text)
  return isAbsent ? undefined : interpreter.findAttribute(object, text)
}

const getAttribute = define("getattr", "object, name, default?", (interpreter, given) => {
  const found = attribute(interpreter, given.object, given.name)
  return found ?? given.default ?? interpreter.raise("AttributeError", `there is no attribute '${textOf(given.name)}'`)
})

const hasAttribute = define("hasattr", "object, name", (interpreter, { object, name }) => {
  const found = attribute(interpreter, object, name)
  return answer(
    found === undefined ? false : found.kind === "unknown" && !isStored(object, name) ? undefined : true,
    "whether the attribute exists is not known",
  )
})

/** An attribute whose value is unknown exists all the same. */
const isStored = (object: Value, name: Value): boolean =>
  (object.kind === "instance" || object.kind === "class" || object.kind === "module") && object.attributes.has(textOf(name) ?? "")

/** A layer counts, whatever its name. */
const nameInModule = (object: Value, value: Value): string | undefined =>
  object.kind === "instance" && value.kind === "instance" && isModule(object) && isModule(value) ? freshName(object, "_modules") : undefined

const setAttribute = define("setattr", "object, name, value", (interpreter, { object, name, value }) => {
  const text = textOf(name) ?? nameInModule(object, value)
  if (text !== undefined) interpreter.setAttribute(object, text, value)
  return NONE
})

const deleteAttribute = define("delattr", "object, name", (interpreter, { object, name }) => {
  const method = interpreter.findAttribute(object, "__delattr__")
  if (method && method.kind !== "unknown") return interpreter.call(method, { positional: [name], keywords: new Map() }, interpreter.place)
  return NONE
})

/** A copy: what is stored in it changes no variable. */
function localVariables(interpreter: Interpreter): Value {
  const found = interpreter.variables("function")
  return found ? dictionaryOf(found) : unknown("the local variables are not listed")
}

function globalVariables(interpreter: Interpreter): Value {
  const found = interpreter.variables("file")
  return found ? liveDictionary(interpreter, found) : unknown("the global variables are not listed")
}

const variables = define("vars", "object?", (interpreter, { object }) => {
  if (!object) return localVariables(interpreter)
  return interpreter.findAttribute(object, "__dict__") ?? unknown("the object has no __dict__")
})

const directory = define("dir", "object?", (interpreter, { object }) => {
  // Asking for its dictionary brings all its names.
  if (object?.kind === "module") interpreter.findAttribute(object, "__dict__")
  if (object?.kind === "module" && !object.catalogue) return list([...object.attributes.keys()].sort().map(string))
  const members = object?.kind === "module" ? membersOf(object.name) : []
  if (members.length > 0) return list(members.map(string))
  return unknown("what dir() lists is not evaluated")
})

const identity = define("id", "object", () => unknown("the identity of an object differs from run to run"))
const hash = define("hash", "object", (_, { object }) =>
  object.kind === "integer" ? object : unknown("the hash of an object differs from run to run"),
)

const format = define("format", "value, spec?", (interpreter, { value, spec }) =>
  known(spec && textOf(spec) === undefined ? undefined : formatValue(interpreter, value, textOf(spec) ?? ""), value),
)

/** Effects on the world, which do not matter here, and results that come from it, which nobody knows. */
const silent = (name: string): NativeValue => define(name, "", () => NONE)
const outside = (name: string, reason: string): NativeValue => define(name, "", () => unknown(reason))

export const objectFunctions: readonly NativeValue[] = [
  define("isinstance", "object, type", (_, { object, type }) =>
    answer(isInstance(object, type), reasonOf(object, "the class of the object is not known")),
  ),
  define("issubclass", "cls, type", (_, { cls, type }) => answer(isSubclass(cls, type), reasonOf(cls, "the class is not known"))),
  define("callable", "object", (_, { object }) => answer(isCallable(object), reasonOf(object, "whether it can be called is not known"))),
  getAttribute,
  hasAttribute,
  setAttribute,
  deleteAttribute,
  variables,
  directory,
  identity,
  hash,
  format,
  representation,
  define("ascii", "object", (interpreter, given, call, place) =>
    representation.call(interpreter, { ...call, positional: [given.object] }, place),
  ),
  silent("print"),
  silent("breakpoint"),
  silent("help"),
  outside("input", "it is typed in when the program runs"),
  outside("open", "it reads a file"),
  outside("eval", "eval() runs code that is made at run time"),
  outside("exec", "exec() runs code that is made at run time"),
  outside("compile", "compile() makes code at run time"),
  define("locals", "", localVariables),
  define("globals", "", globalVariables),
  define("__import__", "name, globals?, locals?, fromlist?, level?", (interpreter, { name }) => {
    const path = name && textOf(name)
    return path === undefined ? unknown("a module is imported by a computed name") : interpreter.importModule(path.split(".")[0] as string)
  }),
  define("exit", "", (interpreter) => interpreter.raise("SystemExit", "")),
  define("quit", "", (interpreter) => interpreter.raise("SystemExit", "")),
]
