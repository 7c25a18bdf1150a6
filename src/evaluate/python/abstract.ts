/** Abstract base classes (`collections.abc`, `numbers`): which values they take. */
import { type ClassValue, isNone, type NativeValue, type Value } from "../../values/value.ts"
import { declareClass } from "./declared.ts"
import { mappingMethods, mutableMappingMethods } from "./methods/mapping.ts"
import { objectType } from "./object.ts"
import { underlying } from "./underlying.ts"

type Kinds = readonly Value["kind"][]

const CALLABLE: Kinds = ["function", "native", "method", "class"]
const SIZED: Kinds = ["list", "tuple", "dictionary", "set", "string", "range"]

/** Kinds of builtin values that belong to each class, and the special method that makes an object belong. */
const ABSTRACT: Record<string, { readonly kinds: Kinds; readonly method?: string }> = {
  "collections.abc.Iterable": { kinds: [...SIZED, "iterator"], method: "__iter__" },
  "collections.abc.Iterator": { kinds: ["iterator"], method: "__next__" },
  "collections.abc.Generator": { kinds: ["iterator"] },
  "collections.abc.Sized": { kinds: SIZED, method: "__len__" },
  "collections.abc.Container": { kinds: SIZED, method: "__contains__" },
  "collections.abc.Collection": { kinds: SIZED, method: "__len__" },
  "collections.abc.Reversible": { kinds: ["list", "tuple", "dictionary", "string", "range"], method: "__reversed__" },
  "collections.abc.Sequence": { kinds: ["list", "tuple", "string", "range"] },
  "collections.abc.MutableSequence": { kinds: ["list"] },
  "collections.abc.Set": { kinds: ["set"] },
  "collections.abc.MutableSet": { kinds: ["set"] },
  "collections.abc.Mapping": { kinds: ["dictionary"] },
  "collections.abc.MutableMapping": { kinds: ["dictionary"] },
  "collections.abc.Callable": { kinds: CALLABLE, method: "__call__" },
  "collections.abc.Hashable": { kinds: ["string", "integer", "float", "boolean", "tuple", "constant", ...CALLABLE], method: "__hash__" },
  "collections.abc.KeysView": { kinds: [] },
  "collections.abc.ValuesView": { kinds: [] },
  "collections.abc.ItemsView": { kinds: [] },
  "collections.abc.ByteString": { kinds: [] },
  "collections.abc.Awaitable": { kinds: [], method: "__await__" },
  "collections.abc.Coroutine": { kinds: [] },
  "collections.abc.AsyncIterator": { kinds: [] },
  "collections.abc.AsyncIterable": { kinds: [] },
  "collections.abc.AsyncGenerator": { kinds: [] },
  "numbers.Number": { kinds: ["integer", "float", "boolean"] },
  "numbers.Complex": { kinds: ["integer", "float", "boolean"] },
  "numbers.Real": { kinds: ["integer", "float", "boolean"] },
  "numbers.Rational": { kinds: ["integer", "boolean"] },
  "numbers.Integral": { kinds: ["integer", "boolean"] },
}

/** Methods that a class gets for those it writes itself. */
const LENT: Record<string, readonly NativeValue[]> = {
  "collections.abc.Mapping": mappingMethods,
  "collections.abc.MutableMapping": mutableMappingMethods,
}

export const abstractTypes: ReadonlyMap<string, ClassValue> = new Map(
  Object.keys(ABSTRACT).map((name) => [name, declareClass(name, objectType, LENT[name])] as const),
)

/** Whether a value belongs to the abstract class of this name without having it as an ancestor. */
export function belongsTo(given: Value, name: string): boolean | undefined {
  const abstract = ABSTRACT[name]
  const value = underlying(given)
  if (!abstract) return false
  if (name === "collections.abc.Hashable" && value.kind === "instance") return true
  if (abstract.kinds.includes(value.kind)) return true
  if (given.kind === "tensor") return abstract.method !== undefined
  const method =
    given.kind === "instance" && abstract.method ? given.class.mro.some((cls) => hasMethod(cls, abstract.method as string)) : false
  return method
}

const hasMethod = (cls: ClassValue, name: string): boolean => cls.attributes.has(name) && !isNone(cls.attributes.get(name))
