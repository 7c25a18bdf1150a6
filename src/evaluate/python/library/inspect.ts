/** Python's `inspect`: signatures and kinds of objects. */

import type { Interpreter } from "../../../values/interpreter.ts"
import {
  boolean,
  type ClassValue,
  dictionaryOf,
  type FunctionValue,
  type NativeValue,
  native,
  string,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import type { Closure } from "../../calls.ts"
import { define } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { objectType } from "../object.ts"
import { library, type Members } from "./module.ts"

const EMPTY = declareClass("inspect._empty", objectType)
const parameterClass = declareClass("inspect.Parameter", objectType, [], { attributes: [["empty", EMPTY]] })
const signatureClass = declareClass("inspect.Signature", objectType, [], { attributes: [["empty", EMPTY]] })

const KINDS: Record<string, string> = {
  positionalOnly: "POSITIONAL_ONLY",
  rest: "VAR_POSITIONAL",
  keywordOnly: "KEYWORD_ONLY",
  keywordRest: "VAR_KEYWORD",
}
const kindOf = (form: string): string => KINDS[form] ?? "POSITIONAL_OR_KEYWORD"
for (const kind of [...Object.values(KINDS), "POSITIONAL_OR_KEYWORD"]) parameterClass.attributes.set(kind, string(kind))

/** The function that a call would run, and whether its first parameter is taken. */
function target(interpreter: Interpreter, value: Value): { readonly callee: FunctionValue; readonly isBound: boolean } | undefined {
  if (value.kind === "function") return { callee: wrapped(value), isBound: false }
  if (value.kind === "method") return value.function.kind === "function" ? { callee: wrapped(value.function), isBound: true } : undefined
  if (value.kind === "class") return constructorOf(value)
  const call = value.kind === "instance" ? interpreter.findAttribute(value, "__call__") : undefined
  return call && call.kind !== "instance" ? target(interpreter, call) : undefined
}

function constructorOf(cls: ClassValue): { readonly callee: FunctionValue; readonly isBound: boolean } | undefined {
  const entry = cls.mro.map((ancestor) => ancestor.attributes.get("__init__")).find((found) => found !== undefined)
  return entry?.kind === "function" ? { callee: wrapped(entry), isBound: true } : undefined
}

/** Decorators made with `functools.wraps` are looked through. */
function wrapped(value: FunctionValue): FunctionValue {
  const inner = value.attributes.get("__wrapped__")
  return inner?.kind === "function" ? wrapped(inner) : value
}

const signature = define("inspect.signature", "callable", (interpreter, { callable }, _, place) => {
  const found = target(interpreter, callable)
  if (!found) return unknown("the signature is not known")
  const { node, defaults } = found.callee.closure as Closure
  const made = interpreter.instantiate(signatureClass, place)
  const parameters = node.parameters.map((parameter, index) => {
    const item = interpreter.instantiate(parameterClass, place)
    const name = parameter.target.kind === "name" ? parameter.target.name : "?"
    const attributes = {
      name: string(name),
      kind: string(kindOf(parameter.form)),
      default: defaults.get(index) ?? EMPTY,
      annotation: unknown("the annotation is not kept"),
    }
    for (const [key, value] of Object.entries(attributes)) item.attributes.set(key, value)
    return [name, item] as const
  })
  made.attributes.set("parameters", dictionaryOf(found.isBound ? parameters.slice(1) : parameters))
  made.attributes.set("return_annotation", unknown("the annotation is not kept"))
  return made
})

const asking = (name: string, ...kinds: readonly Value["kind"][]): NativeValue =>
  define(`inspect.${name}`, "object", (_, { object }) => (object.kind === "unknown" ? object : boolean(kinds.includes(object.kind))))

export const inspection = (): Members =>
  library(
    "inspect",
    [
      signature,
      asking("isclass", "class"),
      asking("isfunction", "function"),
      asking("ismethod", "method"),
      asking("ismodule", "module"),
      asking("isroutine", "function", "method", "native"),
      asking("isbuiltin", "native"),
      asking("isgenerator", "iterator"),
      define("inspect.getmodule", "object", () => unknown("the module of an object is not known")),
      define(
        "inspect.getdoc",
        "object",
        (interpreter, { object }) => interpreter.findAttribute(object, "__doc__") ?? unknown("the documentation is not known"),
      ),
      define("inspect.getmro", "cls", (_, { cls }) => (cls.kind === "class" ? tuple(cls.mro) : unknown("the class is not known"))),
      define("inspect.unwrap", "func", (_, { func }) => (func.kind === "function" ? wrapped(func) : func)),
      native("inspect.getfullargspec", () => unknown("inspect.getfullargspec is not evaluated")),
    ],
    [
      ["Parameter", parameterClass],
      ["Signature", signatureClass],
      ["_empty", EMPTY],
    ],
  )
