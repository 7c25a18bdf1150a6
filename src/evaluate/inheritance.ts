/** Classes from their bases: which attributes win. */
import type * as V from "../values/value.ts"

/** A class from its bases and body. Bases that are unknown are left out of the order and remembered. */
export function assembleClass(
  name: string,
  qualifiedName: string,
  bases: readonly V.Value[],
  attributes: Map<string, V.Value>,
  more: Partial<V.ClassValue> = {},
): V.ClassValue {
  const known = bases.filter((base): base is V.ClassValue => base.kind === "class")
  const strange = bases.find((base) => base.kind === "unknown") as V.UnknownValue | undefined
  const unknownBase = strange ?? known.find((base) => base.unknownBase)?.unknownBase
  const metaclass = more.metaclass ?? known.find((base) => base.metaclass)?.metaclass
  const mro: V.ClassValue[] = []
  const cls: V.ClassValue = {
    kind: "class",
    name,
    qualifiedName,
    bases,
    attributes,
    ...more,
    mro,
    ...(unknownBase && { unknownBase }),
    ...(metaclass && { metaclass }),
  }
  const [only] = known
  mro.push(cls)
  for (const ancestor of known.length === 1 && only ? only.mro : linearise([...known.map((base) => [...base.mro]), known]))
    mro.push(ancestor)
  return cls
}

/** C3 linearisation; inconsistent orders fall back to first come, first served. Source: https://docs.python.org/3/howto/mro.html */
function linearise(sequences: readonly (readonly V.ClassValue[])[]): V.ClassValue[] {
  const order: V.ClassValue[] = []
  let rest = sequences.filter((sequence) => sequence.length > 0)
  while (rest.length > 0) {
    const heads = rest.map((sequence) => sequence[0] as V.ClassValue)
    const next = heads.find((head) => rest.every((sequence) => sequence.indexOf(head) <= 0)) ?? (heads[0] as V.ClassValue)
    order.push(next)
    rest = rest.map((sequence) => sequence.filter((cls) => cls !== next)).filter((sequence) => sequence.length > 0)
  }
  return order
}
