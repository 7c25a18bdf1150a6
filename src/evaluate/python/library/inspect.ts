/** Python's `inspect`: signatures and kinds of objects. */

import type { Interpreter } from "../../../values/interpreter.ts"
import {
  boolean,
  type ClassValue,
  dictionaryOf,
  type FunctionValue,
  list,
  type NativeValue,
  NONE,
  string,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { parametersOf as parsedSignature } from "../../../layers/signature.ts"
import { signatureOf } from "../../../layers/torch/define.ts"
import type { Closure } from "../../calls.ts"
import { define } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { objectType } from "../object.ts"
import { library, type Members } from "./module.ts"

const EMPTY = declareClass("inspect._empty", objectType)
const parameterClass = declareClass("inspect.Parameter", objectType, [], { attributes: [["empty", EMPTY]] })
const signatureClass = declareClass("inspect.Signature", objectType, [], { attributes: [["empty", EMPTY]] })
const argumentsClass = declareClass("inspect.FullArgSpec", objectType, [])

const KINDS: Record<string, string> = {
  positionalOnly: "POSITIONAL_ONLY",
  rest: "VAR_POSITIONAL",
  keywordOnly: "KEYWORD_ONLY",
  keywordRest: "VAR_KEYWORD",
}
const kindOf = (form: string): string => KINDS[form] ?? "POSITIONAL_OR_KEYWORD"
for (const kind of [...Object.values(KINDS), "POSITIONAL_OR_KEYWORD"]) parameterClass.attributes.set(kind, string(kind))

interface Asked {
  readonly name: string
  readonly kind: string
  /** undefined when the argument must be given */
  readonly default: Value | undefined
}

/** The parameters of what a call would run, without a bound first one. */
function parametersOf(interpreter: Interpreter, value: Value): readonly Asked[] | undefined {
  switch (value.kind) {
    case "function":
      return parametersOfFunction(wrapped(value))
    case "method":
      return parametersOf(interpreter, value.function)?.slice(1)
    case "class":
      return parametersOfClass(interpreter, value)
    case "native": {
      const signature = signatureOf(value)
      return signature === undefined ? undefined : written(signature)
    }
    default: {
      const call = value.kind === "instance" ? interpreter.findAttribute(value, "__call__") : undefined
      return call && call.kind !== "instance" ? parametersOf(interpreter, call) : undefined
    }
  }
}

function parametersOfClass(interpreter: Interpreter, cls: ClassValue): readonly Asked[] | undefined {
  for (const ancestor of cls.mro) {
    const entry = ancestor.attributes.get("__init__")
    if (entry?.kind === "function") return parametersOf(interpreter, entry)?.slice(1)
    if (ancestor.layer) return written(ancestor.layer.signature)
  }
  return undefined
}

function parametersOfFunction(value: FunctionValue): readonly Asked[] {
  const { node, defaults } = value.closure as Closure
  return node.parameters.map((parameter, index) => ({
    name: parameter.target.kind === "name" ? parameter.target.name : "?",
    kind: kindOf(parameter.form),
    default: defaults.get(index),
  }))
}

const WRITTEN_KINDS = {
  positional: "POSITIONAL_OR_KEYWORD",
  keyword: "KEYWORD_ONLY",
  rest: "VAR_POSITIONAL",
  restKeywords: "VAR_KEYWORD",
} as const

const written = (signature: string): readonly Asked[] =>
  parsedSignature(signature).map(({ name, kind, text, value }) => ({
    name,
    kind: WRITTEN_KINDS[kind],
    default: text === undefined ? undefined : (value ?? unknown("the default is not known")),
  }))

/** Decorators made with `functools.wraps` are looked through. */
function wrapped(value: FunctionValue): FunctionValue {
  const inner = value.attributes.get("__wrapped__")
  return inner?.kind === "function" ? wrapped(inner) : value
}

const signature = define("inspect.signature", "callable", (interpreter, { callable }, _, place) => {
  const found = parametersOf(interpreter, callable)
  if (!found) return unknown("the signature is not known")
  const made = interpreter.instantiate(signatureClass, place)
  const parameters = found.map((parameter) => {
    const item = interpreter.instantiate(parameterClass, place)
    const attributes = {
      name: string(parameter.name),
      kind: string(parameter.kind),
      default: parameter.default ?? EMPTY,
      annotation: unknown("the annotation is not kept"),
    }
    for (const [key, value] of Object.entries(attributes)) item.attributes.set(key, value)
    return [parameter.name, item] as const
  })
  made.attributes.set("parameters", dictionaryOf(parameters))
  made.attributes.set("return_annotation", unknown("the annotation is not kept"))
  return made
})

/** Of functions it counts a bound first parameter too. */
const fullArguments = define("inspect.getfullargspec", "func", (interpreter, { func }, _, place) => {
  const plain = func.kind === "method" ? func.function : func
  const found = parametersOf(interpreter, plain)
  if (!found) return unknown("the signature is not known")
  const all = plain.kind === "class" ? [{ name: "self", kind: "POSITIONAL_OR_KEYWORD", default: undefined }, ...found] : found
  const named = (...kinds: readonly string[]) => all.filter(({ kind }) => kinds.includes(kind))
  const names = (items: readonly Asked[]) => list(items.map(({ name }) => string(name)))
  const one = ([item]: readonly Asked[]) => (item ? string(item.name) : NONE)
  const positional = named("POSITIONAL_OR_KEYWORD", "POSITIONAL_ONLY")
  const defaults = positional.flatMap((item) => (item.default ? [item.default] : []))
  const keywordDefaults = named("KEYWORD_ONLY").flatMap((item) => (item.default ? [[item.name, item.default] as const] : []))
  const made = interpreter.instantiate(argumentsClass, place)
  const attributes = {
    args: names(positional),
    varargs: one(named("VAR_POSITIONAL")),
    varkw: one(named("VAR_KEYWORD")),
    defaults: defaults.length > 0 ? tuple(defaults) : NONE,
    kwonlyargs: names(named("KEYWORD_ONLY")),
    kwonlydefaults: keywordDefaults.length > 0 ? dictionaryOf(keywordDefaults) : NONE,
    annotations: unknown("the annotations are not kept"),
  }
  for (const [key, value] of Object.entries(attributes)) made.attributes.set(key, value)
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
      fullArguments,
    ],
    [
      ["Parameter", parameterClass],
      ["Signature", signatureClass],
      ["_empty", EMPTY],
    ],
  )
