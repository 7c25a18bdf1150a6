/** How a module of the standard library is declared: members that are evaluated, and a reason for all others. */
import { type ModuleValue, type NativeValue, NONE, native, string, unknown, type Value } from "../../../values/value.ts"
import { byName, define } from "../arguments.ts"

export type Members = ReadonlyMap<string, Value>

/** A module from natives, which stand under the last part of their name, and other members. */
export function library(name: string, natives: readonly NativeValue[], members: Iterable<readonly [string, Value]> = []): Members {
  return new Map([["__name__", string(name)], ["__getattr__", otherMember(name)], ...byName(natives), ...members])
}

/** The module's `__getattr__`: what is not declared exists all the same, for all we know. */
function otherMember(module: string): NativeValue {
  return define("__getattr__", "name", (_, { name }) => {
    const member = name.kind === "string" ? name.value : "?"
    return unknown(`${module}.${member} is not evaluated`)
  })
}

/** Functions with effects that do not matter here. Whatever they are given, they give None. */
export const silent = (...names: readonly string[]): NativeValue[] => names.map((name) => native(name, () => NONE))

/** Functions whose results nobody knows before the program runs. */
export const outside = (reason: string, ...names: readonly string[]): NativeValue[] =>
  names.map((name) => native(name, () => unknown(reason)))

export const moduleValue = (name: string, members: Members): ModuleValue => ({ kind: "module", name, attributes: new Map(members) })
