/** Python's `types`, `abc`, `string`, `bisect` and `json`. */

import type { Interpreter } from "../../../values/interpreter.ts"
import {
  type ClassValue,
  dictionaryOf,
  FALSE,
  float,
  integer,
  list,
  NONE,
  string,
  TRUE,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define, method } from "../arguments.ts"
import { isBefore } from "../comparison.ts"
import { known } from "../conversions.ts"
import { declareClass } from "../declared.ts"
import { textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { pythonRepr } from "../text.ts"
import { knownType, typeType } from "../types.ts"
import { library, type Members } from "./module.ts"

const simpleNamespace: ClassValue = declareClass("types.SimpleNamespace", objectType, [
  method("types.SimpleNamespace.__init__", "self", (interpreter, { self }, { keywords }) => {
    for (const [name, value] of keywords) interpreter.setAttribute(self, name, value)
    return NONE
  }),
  method("types.SimpleNamespace.__repr__", "self", (interpreter, { self }) => {
    const entries = self.kind === "instance" ? [...self.attributes] : []
    const parts = entries.map(([name, value]) => {
      const text = pythonRepr(interpreter, value)
      return text === undefined ? undefined : `${name}=${text}`
    })
    return known(parts.includes(undefined) ? undefined : `namespace(${parts.join(", ")})`, self)
  }),
])

export const typesModule = (): Members =>
  library(
    "types",
    [
      define("types.MethodType", "func, obj", (_, { func, obj }) => ({ kind: "method", self: obj, function: func })),
      define("types.MappingProxyType", "mapping", (_, { mapping }) => mapping),
    ],
    [
      ["SimpleNamespace", simpleNamespace],
      ["LambdaType", knownType("types.FunctionType")],
      ["BuiltinMethodType", knownType("types.BuiltinFunctionType")],
      ["UnionType", declareClass("types.UnionType", objectType)],
      ["GenericAlias", declareClass("types.GenericAlias", objectType)],
      ...["FunctionType", "BuiltinFunctionType", "ModuleType", "NoneType", "GeneratorType", "EllipsisType"].map(
        (name) => [name, knownType(`types.${name}`)] as const,
      ),
    ],
  )

const same = (name: string) => define(`abc.${name}`, "value", (_, { value }) => value)

export const abstractBases = (): Members =>
  library(
    "abc",
    [
      same("abstractmethod"),
      same("update_abstractmethods"),
      ...(["classmethod", "staticmethod", "property"] as const).map((form) =>
        define(`abc.abstract${form}`, "function", (_, given): Value => ({ kind: "property", form, get: given.function })),
      ),
    ],
    [
      ["ABC", declareClass("abc.ABC", objectType, [define("abc.ABC.register", "subclass", (_, { subclass }) => subclass)])],
      ["ABCMeta", declareClass("abc.ABCMeta", typeType)],
    ],
  )

const LOWER = "abcdefghijklmnopqrstuvwxyz"
const TEXTS: Record<string, string> = {
  ascii_lowercase: LOWER,
  ascii_uppercase: LOWER.toUpperCase(),
  ascii_letters: LOWER + LOWER.toUpperCase(),
  digits: "0123456789",
  hexdigits: "0123456789abcdefABCDEF",
  octdigits: "01234567",
  punctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
  whitespace: " \t\n\r\x0b\x0c",
  printable: `0123456789${LOWER}${LOWER.toUpperCase()}!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ \t\n\r\x0b\x0c`,
}
export const texts = (): Members =>
  library(
    "string",
    [],
    Object.entries(TEXTS).map(([name, text]) => [name, string(text)] as const),
  )

/** Where an item is to be inserted in a sorted sequence. */
const insertion = (name: string, goesOn: (interpreter: Interpreter, item: Value, other: Value) => boolean | undefined) =>
  define(`bisect.${name}`, "a, x", (interpreter, { a, x }) => {
    const items = interpreter.iterate(a)
    if ("kind" in items) return items
    const answers = items.map((item) => goesOn(interpreter, item, x))
    return answers.includes(undefined) ? unknown("where the item belongs is not known") : integer(answers.filter(Boolean).length)
  })

const isNotAfter = (interpreter: Interpreter, left: Value, right: Value): boolean | undefined => {
  const isAfter = isBefore(interpreter, right, left)
  return isAfter === undefined ? undefined : !isAfter
}

export const bisection = (): Members =>
  library("bisect", [insertion("bisect_left", isBefore), insertion("bisect_right", isNotAfter), insertion("bisect", isNotAfter)])

/** A value of JSON. Whole numbers without point or exponent are integers. */
function fromJson(value: unknown): Value {
  if (value === null) return NONE
  if (typeof value === "boolean") return value ? TRUE : FALSE
  if (typeof value === "string") return string(value)
  if (typeof value === "number") return Number.isInteger(value) ? integer(value) : float(value)
  if (Array.isArray(value)) return list(value.map(fromJson))
  return dictionaryOf(Object.entries(value as object).map(([name, item]) => [name, fromJson(item)] as const))
}

const loads = define("json.loads", "s", (_, { s }) => {
  const text = textOf(s)
  // JavaScript cannot tell 1.0 from 1, and sorts keys that look like indices.
  if (text === undefined || /\d\.0+(?!\d)|\d[eE]|"\d+"\s*:/.test(text))
    return unknown(s.kind === "unknown" ? s.reason : "the JSON text is not evaluated")
  try {
    return fromJson(JSON.parse(text))
  } catch {
    return unknown("the JSON text is not evaluated")
  }
})

export const json = (): Members =>
  library("json", [
    loads,
    define("json.load", "fp", (_, { fp }) => unknown(fp.kind === "unknown" ? fp.reason : "it is read from a file")),
    define("json.dumps", "obj", () => ({ ...unknown("JSON texts are not made"), type: "string" })),
    define("json.dump", "obj, fp", () => NONE),
  ])
