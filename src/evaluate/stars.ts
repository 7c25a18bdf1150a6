/** Names that a star import brings from the catalogue (`from keras.layers import *`): looked up when they are missed. */
import { catalogueValue, isNamespace } from "../layers/catalogue.ts"
import type { ModuleValue, Value } from "../values/value.ts"
import type { ModuleScope } from "./scope.ts"

/** Namespaces whose `sum` or `abs` is meant where they were imported whole; the catalogue gives others more names than they have. */
const REPLACES_BUILTINS = /^(?:torch|tensorflow(?:\.math)?|(?:tensorflow\.)?keras\.backend)$/

export function addStar(module: ModuleValue, importing: ModuleScope): void {
  importing.stars ??= []
  importing.stars.push(module.name)
}

/** Later imports win over earlier ones. `overBuiltins`: only of those that replace builtin functions. */
export function starValue({ stars }: ModuleScope, name: string, overBuiltins = false): Value | undefined {
  if (!stars || name.startsWith("_")) return undefined
  for (const namespace of stars.toReversed()) {
    if (overBuiltins && !REPLACES_BUILTINS.test(namespace)) continue
    const qualified = `${namespace}.${name}`
    const value = catalogueValue(qualified)
    if (value) return value
    if (isNamespace(qualified)) return { kind: "module", name: qualified, attributes: new Map(), catalogue: true }
  }
  return undefined
}
