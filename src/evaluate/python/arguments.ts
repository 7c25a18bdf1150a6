/** Natives with named arguments: how the standard library's functions are declared and how their arguments reach them. */
import type { Place } from "../../text/source.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { type CallArguments, type NativeValue, native, type Value } from "../../values/value.ts"

type Names<Signature> = Signature extends `${infer First}, ${infer Rest}` ? First | Names<Rest> : Signature
/** "iterable, key?" gives { iterable: Value; key: Value | undefined }. */
export type Bound<Signature extends string> = {
  readonly [Name in Names<Signature> as Name extends `${string}?` ? never : Name & string]: Value
} & { readonly [Name in Names<Signature> as Name extends `${infer Optional}?` ? Optional : never]: Value | undefined }

export type Body<Signature extends string> = (interpreter: Interpreter, given: Bound<Signature>, call: CallArguments, place: Place) => Value

/** A function of the library. Arguments that the signature does not name stay in `call`; optional ones end in "?". */
export function define<const Signature extends string>(name: string, signature: Signature, body: Body<Signature>): NativeValue {
  return native(name, bound(name, signature, body))
}

/** The same as a method: the first argument is `self`, and it binds when it is found on a class. */
export function method<const Signature extends string>(name: string, signature: Signature, body: Body<Signature>): NativeValue {
  return native(name, bound(name, signature, body), true)
}

function bound<Signature extends string>(name: string, signature: Signature, body: Body<Signature>): NativeValue["call"] {
  const parameters =
    signature === "" ? [] : signature.split(", ").map((text) => ({ name: text.replace("?", ""), isOptional: text.endsWith("?") }))
  return (interpreter, call, place) => {
    if (call.rest) return call.rest
    const given: Record<string, Value | undefined> = {}
    for (const [position, { name: parameter, isOptional }] of parameters.entries()) {
      const value = call.positional[position] ?? call.keywords.get(parameter)
      if (value === undefined && !isOptional) return interpreter.raise("TypeError", `${name}() needs the argument '${parameter}'`)
      given[parameter] = value
    }
    return body(interpreter, given as Bound<Signature>, call, place)
  }
}

export const positionals = (...positional: Value[]): CallArguments => ({ positional, keywords: new Map() })

/** The table of a class or module: each native under the last part of its name. */
export function byName(natives: readonly NativeValue[]): Map<string, Value> {
  return new Map(natives.map((value) => [value.name.slice(value.name.lastIndexOf(".") + 1), value]))
}
