/** Python's `collections`, with named tuples. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { type CallArguments, type ClassValue, string, tuple, type UnknownValue, unknown, type Value } from "../../../values/value.ts"
import { abstractTypes } from "../abstract.ts"
import { define } from "../arguments.ts"
import { declareClass, staticMember } from "../declared.ts"
import { dictionaryMethods } from "../methods/dictionary.ts"
import { listMethods } from "../methods/list.ts"
import { textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { knownType, namedTupleType } from "../types.ts"
import { library, type Members, moduleValue } from "./module.ts"

/** Fields with their defaults, in order. */
export type Fields = readonly { readonly name: string; readonly value?: Value }[]

/** Makes a class's calls give tuples with these fields. The class is new: nobody has seen it yet. */
export function giveFields(cls: ClassValue, fields: Fields): ClassValue {
  const names = fields.map(({ name }) => name)
  const construct: ClassValue["construct"] = (interpreter, call) => fill(interpreter, cls, fields, call)
  Object.assign(cls, { construct })
  cls.attributes.set("_fields", tuple(names.map(string)))
  cls.attributes.set(
    "_make",
    staticMember(
      define("_make", "iterable", (interpreter, { iterable }, _, place) => {
        const items = interpreter.iterate(iterable)
        return "kind" in items ? items : construct(interpreter, { positional: items, keywords: new Map() }, place)
      }),
    ),
  )
  return cls
}

function fill(interpreter: Interpreter, cls: ClassValue, fields: Fields, call: CallArguments): Value {
  const items = fields.map(
    ({ name, value }, index) => call.positional[index] ?? call.keywords.get(name) ?? value ?? call.rest ?? missing(interpreter, cls, name),
  )
  return { kind: "tuple", items, names: fields.map(({ name }) => name), class: cls }
}

const missing = (interpreter: Interpreter, cls: ClassValue, name: string): UnknownValue =>
  interpreter.raise("TypeError", `${cls.name}() is missing the argument '${name}'`)

const namedTuple = define("collections.namedtuple", "typename, field_names, rename?, defaults?, module?", (interpreter, given) => {
  const text = textOf(given.field_names)
  const listed = text === undefined ? interpreter.iterate(given.field_names) : undefined
  const names = text?.split(/[\s,]+/).filter(Boolean) ?? (listed && "kind" in listed ? undefined : listed?.map(textOf))
  const defaults = given.defaults && given.defaults.kind !== "constant" ? interpreter.iterate(given.defaults) : []
  if (!names || names.includes(undefined) || "kind" in defaults) return unknown("the fields of the named tuple are not known")
  const first = names.length - defaults.length
  const fields = (names as string[]).map((name, index) => {
    const value = defaults[index - first]
    return value ? { name, value } : { name }
  })
  return giveFields(declareClass(textOf(given.typename) ?? "namedtuple", namedTupleType), fields)
})

const userDictionary = declareClass("collections.UserDict", objectType, dictionaryMethods)
const userList = declareClass("collections.UserList", objectType, listMethods)

export const collections = (): Members =>
  library(
    "collections",
    [namedTuple],
    [
      ...["OrderedDict", "defaultdict", "Counter", "deque"].map((name) => [name, knownType(`collections.${name}`)] as const),
      ["UserDict", userDictionary],
      ["UserList", userList],
      ["abc", moduleValue("collections.abc", abstractCollections())],
      ...abstractMembers("collections.abc"),
    ],
  )

/** The abstract classes of a module under their own names. */
const abstractMembers = (module: string): (readonly [string, Value])[] =>
  [...abstractTypes].filter(([name]) => name.startsWith(`${module}.`)).map(([, cls]) => [cls.name, cls] as const)

export const abstractCollections = (): Members => library("collections.abc", [], abstractMembers("collections.abc"))
export const numbers = (): Members => library("numbers", [], abstractMembers("numbers"))
