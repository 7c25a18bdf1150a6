/** Python's `enum`: the members are made from the class body when it has run. */
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  type ClassValue,
  dictionaryOf,
  type InstanceValue,
  integer,
  isNone,
  list,
  NONE,
  string,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { assembleClass } from "../../inheritance.ts"
import { define, method, positionals } from "../arguments.ts"
import { known } from "../conversions.ts"
import { declareClass } from "../declared.ts"
import { formatValue } from "../formatting.ts"
import { iteratorOver } from "../iteration.ts"
import { textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { pythonRepr, pythonText } from "../text.ts"
import { knownType, typeType } from "../types.ts"
import { builtinAncestor, setUnderlying, underlying } from "../underlying.ts"
import { library, type Members } from "./module.ts"

/** Members by class, in order; an alias is no member of its own. */
const membersByClass = new WeakMap<ClassValue, readonly InstanceValue[]>()
const membersOf = (cls: Value): readonly InstanceValue[] => (cls.kind === "class" ? (membersByClass.get(cls) ?? []) : [])

const nameOf = (member: Value): string => (member.kind === "instance" ? (textOf(member.attributes.get("_name_")) ?? "?") : "?")
const memberValue = (member: Value): Value => (member.kind === "instance" ? (member.attributes.get("_value_") ?? NONE) : NONE)

/** What one can do with an enum class itself. */
const metaclass = declareClass("enum.EnumMeta", typeType, [
  method("enum.EnumMeta.__iter__", "self", (_, { self }) => iteratorOver(membersOf(self))),
  method("enum.EnumMeta.__len__", "self", (_, { self }) => integer(membersOf(self).length)),
  method("enum.EnumMeta.__getitem__", "self, name", (interpreter, { self, name }) => {
    const text = textOf(name)
    if (text === undefined) return unknown("the name of the member is not known")
    const found = self.kind === "class" ? self.attributes.get(text) : undefined
    return found?.kind === "instance" ? found : interpreter.raise("KeyError", text)
  }),
])

const auto = declareClass("enum.auto", objectType)

/** A class body's names that are no members. */
function isMember(name: string, value: Value): boolean {
  if (/^__.*__$/.test(name) || /^_.*_$/.test(name)) return false
  return value.kind !== "function" && value.kind !== "property" && value.kind !== "class" && !(value.kind === "native" && value.isMethod)
}

const finish = define("enum hook", "cls", (interpreter, { cls }) => (cls.kind === "class" ? makeMembers(interpreter, cls) : cls))

/** Replaces the plain values in a class body by members. */
function makeMembers(interpreter: Interpreter, cls: ClassValue): ClassValue {
  const members: InstanceValue[] = []
  const values: Value[] = []
  for (const [name, given] of [...cls.attributes]) {
    if (!isMember(name, given)) continue
    const value = isAuto(given) ? nextValue(interpreter, cls, name, values) : given
    values.push(value)
    const alias = members.find((member) => memberValue(member) === value || interpreter.equals(memberValue(member), value) === true)
    const member = alias ?? makeMember(interpreter, cls, name, value)
    if (!alias) members.push(member)
    cls.attributes.set(name, member)
  }
  membersByClass.set(cls, members)
  cls.attributes.set("__members__", dictionaryOf([...cls.attributes].filter(([, value]) => members.includes(value as InstanceValue))))
  if (members.length > 0) Object.assign(cls, { construct: byValue(cls, members) })
  return cls
}

const isAuto = (value: Value): boolean => value.kind === "instance" && value.class === auto

/** `auto()`: one more than the highest so far; texts for `StrEnum`; powers of two for flags. */
function nextValue(interpreter: Interpreter, cls: ClassValue, name: string, values: readonly Value[]): Value {
  const custom = cls.mro.map((ancestor) => ancestor.attributes.get("_generate_next_value_")).find((found) => found !== undefined)
  if (custom) {
    const function_ = custom.kind === "property" && custom.get ? custom.get : custom
    return interpreter.call(function_, positionals(string(name), integer(1), integer(values.length), list([...values])), interpreter.place)
  }
  const last = values.at(-1)
  const step = cls.mro.some(({ qualifiedName }) => qualifiedName === "enum.Flag")
  if (!last) return integer(1)
  return step ? interpreter.binary("*", last, integer(2)) : interpreter.binary("+", last, integer(1))
}

function makeMember(interpreter: Interpreter, cls: ClassValue, name: string, value: Value): InstanceValue {
  const member = interpreter.instantiate(cls, interpreter.place)
  const attributes = { _name_: string(name), _value_: value, name: string(name), value }
  for (const [key, attribute] of Object.entries(attributes)) member.attributes.set(key, attribute)
  const mixin = builtinAncestor(cls)
  if (mixin !== undefined) setUnderlying(interpreter, member, mixedIn(interpreter, mixin, value))
  const initialise = cls.mro.map((ancestor) => ancestor.attributes.get("__init__")).find((entry) => entry?.kind === "function")
  if (initialise) interpreter.call(initialise, positionals(member, ...(value.kind === "tuple" ? value.items : [value])), interpreter.place)
  return member
}

const mixedIn = (interpreter: Interpreter, mixin: string, value: Value): Value =>
  interpreter.call(
    knownType(mixin),
    positionals(...(value.kind === "tuple" && mixin !== "tuple" ? value.items : [value])),
    interpreter.place,
  )

/** `Color(1)`: the member of that value. */
function byValue(cls: ClassValue, members: readonly InstanceValue[]): ClassValue["construct"] {
  return (interpreter, { positional: [given] }) => {
    if (!given) return interpreter.raise("TypeError", `${cls.name}() needs a value`)
    if (members.includes(given as InstanceValue)) return given
    const answers = members.map((member) => interpreter.equals(memberValue(member), underlying(given)))
    const found = members[answers.indexOf(true)]
    if (found) return found
    if (answers.includes(undefined) || given.kind === "unknown")
      return unknown(given.kind === "unknown" ? given.reason : "which member has this value is not known")
    const missing = cls.mro.map((ancestor) => ancestor.attributes.get("_missing_")).find((entry) => entry !== undefined)
    const other =
      missing?.kind === "property" && missing.get ? interpreter.call(missing.get, positionals(cls, given), interpreter.place) : undefined
    return other && !isNone(other)
      ? other
      : interpreter.raise("ValueError", `${pythonRepr(interpreter, given) ?? "it"} is not a valid ${cls.name}`)
  }
}

/** `Enum("Color", "RED GREEN")` */
const functional: ClassValue["construct"] = (interpreter, { positional: [name, names] }) => {
  const text = textOf(names)
  const listed = names && text === undefined ? interpreter.iterate(names) : []
  if (!names || name?.kind !== "string" || "kind" in listed) return unknown("the members of the enum are not known")
  const given =
    text?.split(/[\s,]+/).filter(Boolean) ?? listed.map((item) => textOf(item) ?? textOf(item.kind === "tuple" ? item.items[0] : undefined))
  if (given.includes(undefined)) return unknown("the members of the enum are not known")
  return makeMembers(
    interpreter,
    assembleClass(name.value, name.value, [enumeration], new Map((given as string[]).map((member, index) => [member, integer(index + 1)]))),
  )
}

const isPlain = (self: Value): boolean =>
  self.kind !== "instance" ||
  builtinAncestor(self.class) === undefined ||
  self.class.mro.some(({ qualifiedName }) => qualifiedName === "enum.ReprEnum")

const enumeration: ClassValue = declareClass(
  "enum.Enum",
  objectType,
  [
    method("enum.Enum.__str__", "self", (_, { self }) => string(`${self.kind === "instance" ? self.class.name : ""}.${nameOf(self)}`)),
    method("enum.Enum.__repr__", "self", (interpreter, { self }) => {
      const value = pythonRepr(interpreter, memberValue(self))
      return known(value === undefined ? undefined : `<${self.kind === "instance" ? self.class.name : ""}.${nameOf(self)}: ${value}>`, self)
    }),
    // Python 3.12 changed how mixed-in members are formatted.
    method("enum.Enum.__format__", "self, spec", (interpreter, { self, spec }) => {
      if (!isPlain(self)) return unknown("how the member is formatted depends on the version of Python")
      return known(
        formatValue(interpreter, underlying(self) === self ? string(pythonText(interpreter, self) ?? "") : underlying(self), textOf(spec)),
        self,
      )
    }),
  ],
  { metaclass, construct: functional, attributes: [["__layerscope_finish__", finish]] },
)

/** Members of these are written as their values. */
const valueText = method("enum.ReprEnum.__str__", "self", (interpreter, { self }) =>
  known(pythonText(interpreter, memberValue(self)), self),
)
const derived = (
  name: string,
  base: ClassValue,
  mixin: string | undefined,
  attributes: readonly (readonly [string, Value])[] = [],
): ClassValue => {
  const made = declareClass(name, base, [], { attributes })
  if (mixin !== undefined) (made.mro as ClassValue[]).splice(1, 0, knownType(mixin))
  return made
}

const writtenAsValue = declareClass("enum.ReprEnum", enumeration, [valueText])
const lowerName = define("_generate_next_value_", "name, start, count, last", (_, { name }) => string((textOf(name) ?? "").toLowerCase()))
const flag = derived("enum.Flag", enumeration, undefined)

export const enumerations = (): Members =>
  library(
    "enum",
    [
      define("enum.unique", "enumeration", (_, given) => given.enumeration),
      define("enum.verify", "", () => define("decorator", "enumeration", (_, given) => given.enumeration)),
      define("enum.global_enum", "cls", (_, { cls }) => cls),
      define("enum.member", "value", (_, { value }) => value),
      define("enum.nonmember", "value", (_, { value }) => value),
    ],
    [
      ["Enum", enumeration],
      ["ReprEnum", writtenAsValue],
      ["IntEnum", derived("enum.IntEnum", writtenAsValue, "int")],
      ["StrEnum", derived("enum.StrEnum", writtenAsValue, "str", [["_generate_next_value_", lowerName]])],
      ["Flag", flag],
      ["IntFlag", derived("enum.IntFlag", flag, "int")],
      ["EnumMeta", metaclass],
      ["EnumType", metaclass],
      ["auto", auto],
      ["property", knownType("property")],
    ],
  )
