/** How the classes of Python and its library are declared. */
import type { Place } from "../../text/source.ts"
import type { ClassValue, NativeValue, Value } from "../../values/value.ts"
import { byName } from "./arguments.ts"

/** Where objects of the library stand: in no file. */
export const LIBRARY_PLACE: Place = { file: { uri: "", language: "python", text: "", lineStarts: [0] }, span: { start: 0, end: 0 } }

/** A class with single inheritance. `name` is qualified: "collections.OrderedDict", or "int" for a builtin one. */
export function declareClass(
  name: string,
  base: ClassValue | undefined,
  natives: readonly NativeValue[] = [],
  more: Pick<ClassValue, "construct"> & { readonly attributes?: Iterable<readonly [string, Value]>; readonly metaclass?: ClassValue } = {},
): ClassValue {
  const mro: ClassValue[] = []
  const metaclass = more.metaclass ?? base?.metaclass
  const cls: ClassValue = {
    kind: "class",
    name: name.slice(name.lastIndexOf(".") + 1),
    qualifiedName: name,
    bases: base ? [base] : [],
    mro,
    attributes: new Map([...byName(natives), ...(more.attributes ?? [])]),
    ...(metaclass && { metaclass }),
    ...(more.construct && { construct: more.construct }),
  }
  mro.push(cls, ...(base?.mro ?? []))
  return cls
}

/** A static function of a class. */
export const staticMember = (value: Value): Value => ({ kind: "property", form: "staticmethod", get: value })
