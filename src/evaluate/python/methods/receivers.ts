/** Methods of builtin types get their receiver already unwrapped, so that they serve subclasses as well. */
import type { Place } from "../../../text/source.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import { type CallArguments, type NativeValue, unknown, type Value } from "../../../values/value.ts"
import { type Bound, method } from "../arguments.ts"
import { underlying } from "../underlying.ts"

type Receiver<K extends Value["kind"]> = Extract<Value, { kind: K }>
type MethodBody<K extends Value["kind"], Signature extends string> = (
  interpreter: Interpreter,
  self: Receiver<K>,
  given: Bound<Signature>,
  call: CallArguments,
  place: Place,
) => Value

/** Makes `define` functions for one type: `signature` is without `self`; `call` is without it too. */
export function methodsOf<K extends Value["kind"]>(typeName: string, kind: K) {
  return <const Signature extends string>(name: string, signature: Signature, body: MethodBody<K, Signature>): NativeValue =>
    method(`${typeName}.${name}`, signature === "" ? "self" : `self, ${signature}`, (interpreter, given, call, place) => {
      const self = underlying((given as { self: Value }).self)
      if (self.kind !== kind) return self.kind === "unknown" ? self : unknown(`${typeName}.${name} of a ${self.kind} is not evaluated`)
      if (self.kind === "string") interpreter.spend(self.value.length >> 4)
      return body(interpreter, self as Receiver<K>, given as never, { ...call, positional: call.positional.slice(1) }, place)
    })
}

/** The text of a known string argument. */
export const textOf = (value: Value | undefined): string | undefined => {
  const inner = value && underlying(value)
  return inner?.kind === "string" ? inner.value : undefined
}

/** A known whole number; undefined when it is absent, symbolic or unknown. */
export const countOf = (value: Value | undefined): number | undefined => {
  const inner = value && underlying(value)
  if (inner?.kind === "boolean") return Number(inner.value)
  return inner?.kind === "integer" && typeof inner.value !== "object" ? Number(inner.value) : undefined
}
