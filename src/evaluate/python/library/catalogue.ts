/** Python's standard library by module name. */
import type { Value } from "../../../values/value.ts"

const modules = new Map<string, () => ReadonlyMap<string, Value>>([])
const made = new Map<string, ReadonlyMap<string, Value>>()

/** The members of a module of the standard library; undefined for modules that are none. */
export function libraryModule(name: string): ReadonlyMap<string, Value> | undefined {
  const known = made.get(name) ?? modules.get(name)?.()
  if (known) made.set(name, known)
  return known
}
