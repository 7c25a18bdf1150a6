/** `isinstance`, `issubclass` and `callable`, in three values. */
import type { ClassValue, Value } from "../../values/value.ts"
import { abstractTypes, belongsTo } from "./abstract.ts"
import { some } from "./equality.ts"
import { classOf } from "./types.ts"

/** Whether a value is of a class, or of one of a tuple of classes. */
export function isInstance(value: Value, type: Value): boolean | undefined {
  if (type.kind === "tuple") return some(type.items.map((item) => isInstance(value, item)))
  if (value.kind === "unknown") return ofUnknown(value.type, type)
  const name = nameOf(type)
  if (name === undefined) return type.kind === "constant" ? value.kind === "constant" && value.name === "None" : undefined
  if (value.kind === "tensor") return isTensorOf(value, name)
  const cls = classOf(value)
  if (!cls) return undefined
  return some([descends(cls, name), belongsTo(value, name), isOfNative(value, name)])
}

/** Classes have the class `type`; what `functools.partial` makes is named after it. */
const isOfNative = (value: Value, name: string): boolean =>
  (name === "type" && value.kind === "class") || (value.kind === "native" && value.name === `${name} object`)

/** A class, or a native that stands for one, by its qualified name. */
const nameOf = (type: Value): string | undefined =>
  type.kind === "class" ? type.qualifiedName : type.kind === "native" ? type.name : undefined

/** Types of unknowns that an annotation or an operation tells. */
const UNKNOWN_TYPES: Record<string, string> = { integer: "int", float: "float", string: "str", boolean: "bool" }

function ofUnknown(kind: string | undefined, type: Value): boolean | undefined {
  const name = nameOf(type)
  const own = kind === undefined ? undefined : UNKNOWN_TYPES[kind]
  if (own === undefined || name === undefined) return undefined
  if (own === name || name === "object" || (own === "bool" && name === "int")) return true
  // An annotation is no proof: a float parameter may be given an int. What else it is not, it is not.
  return Object.values(UNKNOWN_TYPES).includes(name) || abstractTypes.has(name) ? undefined : false
}

/** Ancestry by identity or, for classes of the catalogue, by qualified name; undefined below an unknown base. */
export function descends(cls: ClassValue, name: string): boolean | undefined {
  if (name === "object" || cls.mro.some((ancestor) => ancestor.qualifiedName === name)) return true
  return cls.unknownBase ? undefined : false
}

const TENSOR_NAMES = /(^|\.)(Tensor|KerasTensor|EagerTensor|SymbolicTensor|TensorType)$/

function isTensorOf(value: Extract<Value, { kind: "tensor" }>, name: string): boolean | undefined {
  if (TENSOR_NAMES.test(name) || name === "object") return true
  if (/\.Parameter$/.test(name)) return value.role === "parameter"
  if (/\.(Buffer|UninitializedParameter|UninitializedTensorMixin|Variable)$/.test(name) || /Tensor$/.test(name)) return undefined
  return belongsTo(value, name)
}

/** Whether one class descends from another, or from one of a tuple. */
export function isSubclass(cls: Value, type: Value): boolean | undefined {
  if (type.kind === "tuple") return some(type.items.map((item) => isSubclass(cls, item)))
  const name = nameOf(type)
  if (cls.kind === "native" && name !== undefined) return cls.name === name ? true : undefined
  return cls.kind === "class" && name !== undefined ? descends(cls, name) : undefined
}

const CALLABLE = new Set<Value["kind"]>(["function", "native", "method", "class"])

export function isCallable(value: Value): boolean | undefined {
  if (CALLABLE.has(value.kind)) return true
  if (value.kind === "unknown") return undefined
  if (value.kind !== "instance") return false
  const has = value.class.mro.some((cls) => cls.attributes.has("__call__") || cls.attributes.has("forward") || cls.layer)
  return has || (value.class.unknownBase ? undefined : false)
}
