/** Python's `dataclasses`. */
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  type CallArguments,
  type ClassValue,
  dictionaryOf,
  FALSE,
  type InstanceValue,
  type NativeCall,
  NONE,
  NOT_IMPLEMENTED,
  native,
  newId,
  string,
  TRUE,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define, method, positionals } from "../arguments.ts"
import { known } from "../conversions.ts"
import { declareClass, LIBRARY_PLACE } from "../declared.ts"
import { dictionaryFrom } from "../keys.ts"
import { textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { pythonRepr } from "../text.ts"
import { library, type Members } from "./module.ts"

const fieldClass = declareClass("dataclasses.Field", objectType)
const FIELDS = "__dataclass_fields__"
/** An object of its own, so that `field.default is MISSING` is known. */
const MISSING: InstanceValue = {
  kind: "instance",
  class: declareClass("dataclasses._MISSING_TYPE", objectType),
  attributes: new Map(),
  place: LIBRARY_PLACE,
  id: newId(),
}

/** Calls of `field(…)` leave their keywords in the class body. */
const field = define("dataclasses.field", "", (interpreter, _, { keywords }, place) => {
  const made = interpreter.instantiate(fieldClass, place)
  for (const [name, value] of keywords) made.attributes.set(name, value)
  return made
})

/** One field as the constructor sees it; `options` is what `field()` was given. */
interface Field {
  readonly name: string
  readonly type: Value
  readonly options: ReadonlyMap<string, Value>
  readonly isKeywordOnly: boolean
  readonly isInitOnly: boolean
}

/** Fields by class; inherited ones come first, and a class may declare one anew. */
const fieldsByClass = new WeakMap<ClassValue, readonly Field[]>()

const fieldsOf = (cls: ClassValue): readonly Field[] =>
  cls.mro.map((ancestor) => fieldsByClass.get(ancestor)).find((fields) => fields !== undefined) ?? []

/** `@dataclass`, with and without parentheses. */
const dataclass = define("dataclasses.dataclass", "cls?", (interpreter, { cls }, { keywords }) => {
  const decorate = (target: Value): Value => (target.kind === "class" ? makeDataclass(interpreter, target, keywords) : target)
  return cls ? decorate(cls) : define("dataclass decorator", "cls", (_, given) => decorate(given.cls))
})

function makeDataclass(interpreter: Interpreter, cls: ClassValue, options: ReadonlyMap<string, Value>): ClassValue {
  const fields = new Map<string, Field>()
  for (const ancestor of cls.mro.slice(1).toReversed())
    for (const inherited of fieldsByClass.get(ancestor) ?? []) fields.set(inherited.name, inherited)
  for (const own of declaredFields(cls, options.get("kw_only") === TRUE)) fields.set(own.name, own)
  const all = [...fields.values()]
  fieldsByClass.set(cls, all)
  interpreter.heap.touch(cls.attributes)
  for (const { name, options: given } of all) setDefault(cls, name, given)
  cls.attributes.set(FIELDS, dictionaryOf(all.map((item) => [item.name, describe(item)] as const)))
  if (!cls.attributes.has("__init__") && options.get("init") !== FALSE) cls.attributes.set("__init__", initialiser(cls))
  if (!cls.attributes.has("__eq__") && options.get("eq") !== FALSE) cls.attributes.set("__eq__", equality(cls))
  if (!cls.attributes.has("__repr__")) cls.attributes.set("__repr__", representation(cls))
  return cls
}

/** A default can be read from the class; a field without one cannot. */
function setDefault(cls: ClassValue, name: string, options: ReadonlyMap<string, Value>): void {
  const value = options.get("default")
  if (value && cls.attributes.get(name)?.kind === "instance") cls.attributes.set(name, value)
}

/** The annotated names of a class's own body. After `_: KW_ONLY` all are keywords. */
function declaredFields(cls: ClassValue, keywordOnly: boolean): Field[] {
  const annotations = cls.attributes.get("__annotations__")
  if (annotations?.kind !== "dictionary") return []
  let isKeywordOnly = keywordOnly
  const fields: Field[] = []
  for (const { key, value: type } of annotations.entries.values()) {
    const kind = annotationKind(type)
    if (kind === "KW_ONLY") isKeywordOnly = true
    if (kind === "KW_ONLY" || kind === "ClassVar" || key.kind !== "string") continue
    const given = cls.attributes.get(key.value)
    const options = optionsOf(given)
    fields.push({
      name: key.value,
      type,
      options,
      isKeywordOnly: isKeywordOnly || options.get("kw_only") === TRUE,
      isInitOnly: kind === "InitVar",
    })
  }
  return fields
}

function optionsOf(given: Value | undefined): ReadonlyMap<string, Value> {
  if (given === undefined) return new Map()
  return given.kind === "instance" && given.class === fieldClass ? given.attributes : new Map([["default", given]])
}

/** "ClassVar", "InitVar" or "KW_ONLY", also where annotations are texts. */
function annotationKind(type: Value): string | undefined {
  const text =
    type.kind === "string"
      ? type.value
      : type.kind === "instance"
        ? (textOf(type.attributes.get("__name__")) ?? type.class.name)
        : type.kind === "class"
          ? type.name
          : ""
  return /(?:^|\.)(ClassVar|InitVar|KW_ONLY)\b/.exec(text)?.[1]
}

function describe(item: Field): Value {
  const attributes = new Map<string, Value>([
    ["name", string(item.name)],
    ["type", item.type],
    ["default", item.options.get("default") ?? MISSING],
    ["default_factory", item.options.get("default_factory") ?? MISSING],
    ["init", item.options.get("init") ?? TRUE],
    ["repr", item.options.get("repr") ?? TRUE],
    ["metadata", item.options.get("metadata") ?? dictionaryFrom([])],
  ])
  return { kind: "instance", class: fieldClass, attributes, place: LIBRARY_PLACE, id: newId() }
}

/** The `__init__` that a dataclass gets. */
function initialiser(cls: ClassValue): Value {
  const init: NativeCall = (interpreter, call) => {
    const [self, ...positional] = call.positional
    if (self?.kind === "instance") initialise(interpreter, self, cls, { ...call, positional })
    return NONE
  }
  return native(`${cls.qualifiedName}.__init__`, init, true)
}

function initialise(interpreter: Interpreter, self: InstanceValue, cls: ClassValue, call: CallArguments): void {
  const positional = [...call.positional]
  const late: Value[] = []
  const fields = fieldsOf(cls)
  checkNames(interpreter, cls, fields, call)
  for (const item of fields) {
    const isArgument = item.options.get("init") !== FALSE
    const given = isArgument ? ((item.isKeywordOnly ? undefined : positional.shift()) ?? call.keywords.get(item.name)) : undefined
    const value = given ?? initialValue(interpreter, cls, item, call, isArgument)
    if (item.isInitOnly) late.push(value ?? NONE)
    else if (value) interpreter.setAttribute(self, item.name, value)
  }
  const after = interpreter.findAttribute(self, "__post_init__")
  if (after && after.kind !== "unknown") interpreter.call(after, positionals(...late), interpreter.place)
}

/** An unknown name, or too many values, is an error of the call. */
function checkNames(interpreter: Interpreter, cls: ClassValue, fields: readonly Field[], call: CallArguments): void {
  const names = new Set(fields.filter((item) => item.options.get("init") !== FALSE).map((item) => item.name))
  for (const name of call.keywords.keys())
    if (!names.has(name)) interpreter.raise("TypeError", `${cls.name}() got an unexpected keyword argument '${name}'`)
  if (call.positional.length > names.size)
    interpreter.raise("TypeError", `${cls.name}() takes ${names.size} arguments but ${call.positional.length} were given`)
}

function initialValue(interpreter: Interpreter, cls: ClassValue, item: Field, call: CallArguments, isArgument: boolean): Value | undefined {
  const factory = item.options.get("default_factory")
  if (factory) return interpreter.call(factory, positionals(), interpreter.place)
  const value = item.options.get("default")
  if (value || !isArgument) return value
  return call.rest ?? interpreter.raise("TypeError", `${cls.name}() is missing the argument '${item.name}'`)
}

function equality(cls: ClassValue): Value {
  return method(`${cls.qualifiedName}.__eq__`, "self, other", (interpreter, { self, other }) => {
    if (self.kind !== "instance" || other.kind !== "instance" || self.class !== other.class) return NOT_IMPLEMENTED
    const values = (object: Value): Value => tuple(fieldsOf(cls).map(({ name }) => interpreter.findAttribute(object, name) ?? NONE))
    const isEqual = interpreter.equals(values(self), values(other))
    return isEqual === undefined ? unknown("whether the fields are equal is not known") : isEqual ? TRUE : FALSE
  })
}

function representation(cls: ClassValue): Value {
  return method(`${cls.qualifiedName}.__repr__`, "self", (interpreter, { self }) => {
    const shown = fieldsOf(cls).filter(({ options, isInitOnly }) => options.get("repr") !== FALSE && !isInitOnly)
    const parts = shown.map(({ name }) => {
      const text = pythonRepr(interpreter, interpreter.findAttribute(self, name) ?? NONE)
      return text === undefined ? undefined : `${name}=${text}`
    })
    const name = self.kind === "instance" ? self.class.name : cls.name
    return known(parts.includes(undefined) ? undefined : `${name}(${parts.join(", ")})`, self)
  })
}

const classOfGiven = (given: Value): ClassValue | undefined =>
  given.kind === "class" ? given : given.kind === "instance" ? given.class : undefined

const fields = define("dataclasses.fields", "class_or_instance", (_, given) => {
  const cls = classOfGiven(given.class_or_instance)
  return cls
    ? tuple(
        fieldsOf(cls)
          .filter(({ isInitOnly }) => !isInitOnly)
          .map(describe),
      )
    : unknown("the fields are not known")
})

/** `asdict` goes into dataclasses, lists, tuples and dictionaries. */
function plain(interpreter: Interpreter, value: Value): Value {
  if (value.kind === "instance" && fieldsOf(value.class).length > 0)
    return dictionaryOf(
      fieldsOf(value.class).map(({ name }) => [name, plain(interpreter, interpreter.findAttribute(value, name) ?? NONE)] as const),
    )
  if (value.kind === "list" || value.kind === "tuple")
    return { ...value, items: value.items.map((item) => plain(interpreter, item)) } as Value
  if (value.kind !== "dictionary") return value
  return {
    ...value,
    entries: new Map([...value.entries].map(([key, entry]) => [key, { key: entry.key, value: plain(interpreter, entry.value) }] as const)),
  }
}

const replace = define("dataclasses.replace", "obj", (interpreter, { obj }, { keywords }, place) => {
  if (obj.kind !== "instance") return unknown("what is replaced is no known object")
  const current = fieldsOf(obj.class).filter(({ options }) => options.get("init") !== FALSE)
  const values = current.map(({ name }) => [name, keywords.get(name) ?? interpreter.findAttribute(obj, name) ?? NONE] as const)
  return interpreter.call(obj.class, { positional: [], keywords: new Map([...values, ...keywords]) }, place)
})

export const dataclasses = (): Members =>
  library(
    "dataclasses",
    [
      dataclass,
      field,
      fields,
      replace,
      define("dataclasses.asdict", "obj", (interpreter, { obj }) => plain(interpreter, obj)),
      define("dataclasses.astuple", "obj", (interpreter, { obj }) =>
        obj.kind === "instance"
          ? tuple(fieldsOf(obj.class).map(({ name }) => interpreter.findAttribute(obj, name) ?? NONE))
          : unknown("no dataclass"),
      ),
      define("dataclasses.is_dataclass", "obj", (_, { obj }) => {
        const cls = classOfGiven(obj)
        return cls ? (cls.mro.some((ancestor) => fieldsByClass.has(ancestor)) ? TRUE : FALSE) : obj.kind === "unknown" ? obj : FALSE
      }),
    ],
    [
      ["MISSING", MISSING],
      ["KW_ONLY", declareClass("dataclasses.KW_ONLY", objectType)],
      ["InitVar", declareClass("dataclasses.InitVar", objectType)],
      ["Field", fieldClass],
      ["FrozenInstanceError", declareClass("dataclasses.FrozenInstanceError", objectType)],
    ],
  )
