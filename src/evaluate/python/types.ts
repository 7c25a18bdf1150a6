/** Python's builtin types as classes, and the class of every value. */
import { type CallArguments, type ClassValue, type NativeCall, type NativeValue, NONE, unknown, type Value } from "../../values/value.ts"
import { assembleClass } from "../inheritance.ts"
import { define, method } from "./arguments.ts"
import * as make from "./conversions.ts"
import { declareClass, staticMember } from "./declared.ts"
import { exceptionTypes } from "./exceptions.ts"
import { ARRAY, arrayMethods } from "./methods/array.ts"
import { counterMethods, dictionaryMethods, fromKeys, orderedDictionaryMethods } from "./methods/dictionary.ts"
import { iteratorMethods, rangeMethods, sliceMethods } from "./methods/iterator.ts"
import { dequeMethods, listMethods } from "./methods/list.ts"
import { floatMethods, integerMethods } from "./methods/number.ts"
import { setMethods } from "./methods/set.ts"
import { stringMethods } from "./methods/string.ts"
import { namedTupleMethods, sizeMethods, tensorShapeAttributes, tensorShapeMethods, tupleMethods } from "./methods/tuple.ts"
import { objectType } from "./object.ts"
import { setUnderlying } from "./underlying.ts"

/** A type whose calls make values of ours; `__new__` does the same for classes derived from it. */
function type(
  name: string,
  construct: NativeCall | undefined,
  natives: readonly NativeValue[] = [],
  base = objectType,
  more: readonly [string, Value][] = [],
): ClassValue {
  const maker: [string, Value][] = construct ? [["__new__", staticMember(derivedMaker(name, construct))]] : []
  return declareClass(name, base, natives, { attributes: [...maker, ...more], ...(construct && { construct }) })
}

/** `int.__new__(cls, …)`: an object of the derived class that holds the builtin value. Mutable types are filled by `__init__`. */
function derivedMaker(name: string, construct: NativeCall): Value {
  return define(`${name}.__new__`, "cls", (interpreter, { cls }, call, place) => {
    const rest = { ...call, positional: call.positional.slice(1) }
    if (cls.kind !== "class" || cls.qualifiedName === name) return construct(interpreter, rest, place)
    const instance = interpreter.instantiate(cls, place)
    if (!FILLED_LATER.has(name)) setUnderlying(interpreter, instance, construct(interpreter, rest, place))
    return instance
  })
}

const FILLED_LATER = new Set([
  "list",
  "dict",
  "set",
  "collections.OrderedDict",
  "collections.defaultdict",
  "collections.Counter",
  "collections.deque",
])

const integerType = type("int", make.makeInteger, integerMethods, objectType, [
  ["from_bytes", staticMember({ kind: "unknown", reason: "int.from_bytes is not evaluated" })],
])
const dictionaryType = type("dict", make.makeDictionary, dictionaryMethods, objectType, [["fromkeys", staticMember(fromKeys)]])
const listType = type("list", make.makeList, listMethods)
const tupleType = type("tuple", make.makeTuple, tupleMethods)
const stringType = type("str", make.makeString, stringMethods)

/** `@property` objects have `setter`, which gives a new property. */
const propertyMethods = (["getter", "setter", "deleter"] as const).map((name) =>
  method(`property.${name}`, "self, function", (_, { self, function: given }) => {
    if (self.kind !== "property" || name === "deleter") return self
    return name === "getter" ? { ...self, get: given } : { ...self, set: given }
  }),
)

/** `FunctionType(f.__code__, …)`: the same function once more. */
function copyFunction(_: unknown, { positional: [code] }: CallArguments): Value {
  const original = code?.kind === "instance" ? (code.state as { function?: Value } | undefined)?.function : undefined
  return original?.kind === "function" ? { ...original, attributes: new Map() } : unknown("a function is made of code that is not known")
}

const declared = [
  objectType,
  integerType,
  type("bool", make.makeBoolean, [], integerType),
  type("float", make.makeFloat, floatMethods),
  type("complex", make.makeComplex),
  stringType,
  type("bytes", make.makeBytes, stringMethods),
  type("bytearray", make.makeBytes, stringMethods),
  listType,
  tupleType,
  dictionaryType,
  type("set", make.makeSet, setMethods),
  type("frozenset", make.makeFrozenSet, setMethods),
  type("slice", make.makeSlice, sliceMethods),
  type("range", make.makeRange, rangeMethods),
  type("property", make.makeProperty("property"), propertyMethods),
  type("classmethod", make.makeProperty("classmethod")),
  type("staticmethod", make.makeProperty("staticmethod")),
  type("memoryview", undefined),
  type("collections.OrderedDict", make.makeOrderedDictionary, orderedDictionaryMethods, dictionaryType),
  type("collections.defaultdict", make.makeDefaultDictionary, [], dictionaryType),
  type("collections.Counter", make.makeCounter, counterMethods, dictionaryType),
  type("collections.deque", make.makeDeque, [...listMethods, ...dequeMethods]),
  type("torch.Size", make.makeTuple, sizeMethods, tupleType),
  type("tensorflow.TensorShape", make.makeTuple, tensorShapeMethods, tupleType, tensorShapeAttributes),
  type(ARRAY, undefined, arrayMethods),
  type("types.NoneType", () => NONE),
  type("types.FunctionType", copyFunction),
  ...["types.MethodType", "types.BuiltinFunctionType", "types.ModuleType", "types.EllipsisType", "types.NotImplementedType", "super"].map(
    (name) => type(name, undefined),
  ),
  type("types.GeneratorType", undefined, iteratorMethods),
  ...["dict_keys", "dict_values", "dict_items"].map((name) => type(name, undefined, listMethods)),
]

/** By qualified name; builtin ones have no dot. */
export const types: ReadonlyMap<string, ClassValue> = new Map([
  ...declared.map((cls) => [cls.qualifiedName, cls] as const),
  ...exceptionTypes,
])

/** A type by its qualified name, exceptions included. */
export const builtinClass = (name: string): ClassValue | undefined => types.get(name)

/** A type that is certainly declared. */
export function knownType(name: string): ClassValue {
  const found = types.get(name)
  if (!found) throw new Error(`no type is called ${name}`)
  return found
}

export const namedTupleType = declareClass("typing.NamedTuple", tupleType, namedTupleMethods)

const TYPE_NAMES: { [K in Value["kind"]]?: string } = {
  boolean: "bool",
  integer: "int",
  float: "float",
  slice: "slice",
  range: "range",
  iterator: "types.GeneratorType",
  function: "types.FunctionType",
  native: "types.BuiltinFunctionType",
  method: "types.MethodType",
  module: "types.ModuleType",
  super: "super",
}

const CONSTANT_TYPES: Record<string, string> = {
  None: "types.NoneType",
  undefined: "types.NoneType",
  Ellipsis: "types.EllipsisType",
  NotImplemented: "types.NotImplementedType",
}

/** `type(value)`; undefined for what is not known. */
export function classOf(value: Value): ClassValue | undefined {
  switch (value.kind) {
    case "instance":
      return value.class
    case "unknown":
      return undefined
    case "tensor":
      return tensorClass(value.framework, value.role === "parameter")
    case "class":
      return value.metaclass?.kind === "class" ? value.metaclass : typeType
    case "tuple":
      return value.class ?? types.get(value.typeName ?? "tuple")
    case "list":
      return types.get(value.typeName ?? "list")
    case "dictionary":
      return types.get(value.typeName ?? "dict")
    case "set":
      return types.get(value.typeName ?? "set")
    case "string":
      return types.get(value.isBytes ? "bytes" : "str")
    case "constant":
      return types.get(CONSTANT_TYPES[value.name] ?? "")
    case "property":
      return types.get(value.form)
    default:
      return types.get(TYPE_NAMES[value.kind] ?? "")
  }
}

/** Tensors are of the catalogue's classes, which are compared by name. */
const tensorClasses = {
  torch: declareClass("torch.Tensor", objectType),
  keras: declareClass("keras.KerasTensor", objectType),
  tfjs: declareClass("tf.Tensor", objectType),
  numpy: knownType(ARRAY),
}
const parameterClass = declareClass("torch.nn.Parameter", tensorClasses.torch)

const tensorClass = (framework: keyof typeof tensorClasses, isParameter: boolean): ClassValue =>
  framework === "torch" && isParameter ? parameterClass : tensorClasses[framework]

/** `type` itself: the class of classes. `type(x)` is the class of x; with three arguments it makes a class. */
export const typeType: ClassValue = declareClass("type", objectType, [], {
  construct: define("type", "object, bases?, attributes?", (interpreter, given) => {
    const { object, bases, attributes } = given
    if (!bases) return classOf(object) ?? unknown(object.kind === "unknown" ? object.reason : "the type of the value is not known")
    if (object.kind !== "string" || bases.kind !== "tuple" || attributes?.kind !== "dictionary")
      return unknown("what type() makes is not known")
    const members = [...attributes.entries.values()].map(({ key, value }) => [key.kind === "string" ? key.value : "", value] as const)
    return assembleClass(object.value, object.value, bases.items, new Map(members), { place: interpreter.place })
  }).call,
})
