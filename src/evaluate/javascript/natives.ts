/** How JavaScript's built-in functions and methods are written down: tables of small functions over values. */
import type { Place } from "../../text/source.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { type NativeValue, native, unknown, type Value } from "../../values/value.ts"

/** Where a built-in is called, and through whom it may call back. */
export interface Here {
  readonly interpreter: Interpreter
  readonly place: Place
}
export type Body = (here: Here, ...parameters: (Value | undefined)[]) => Value
export type MethodBody<Self extends Value> = (here: Here, self: Self, ...parameters: (Value | undefined)[]) => Value

/** Longer strings, in characters, are not built. */
export const MAXIMUM_TEXT = 1_000_000
/** Longer arrays are not built. */
export const MAXIMUM_ITEMS = 100_000

export function functionOf(name: string, body: Body, statics?: Iterable<readonly [string, Value]>): NativeValue {
  const made = native(name, (interpreter, call, place) => call.rest ?? body({ interpreter, place }, ...call.positional))
  return statics ? { ...made, attributes: new Map(statics) } : made
}

export function functions(prefix: string, table: Record<string, Body>): [string, Value][] {
  return Object.entries(table).map(([name, body]) => [name, functionOf(`${prefix}.${name}`, body)])
}

/** Methods whose first parameter is the object they were read from. */
export function methods<Self extends Value>(type: string, table: Record<string, MethodBody<Self>>): ReadonlyMap<string, NativeValue> {
  return new Map(
    Object.entries(table).map(([name, body]) => [
      name,
      native(
        `${type}.${name}`,
        (interpreter, call, place) => call.rest ?? body({ interpreter, place }, ...(call.positional as [Self, ...Value[]])),
        true,
      ),
    ]),
  )
}

/** Calls a function of the user's. */
export function apply({ interpreter, place }: Here, callee: Value | undefined, ...positional: Value[]): Value {
  if (callee === undefined) return unknown("no function was given", place)
  return interpreter.call(callee, { positional, keywords: new Map() }, place)
}

export const notKnown = ({ place }: Here, reason: string): Value => unknown(reason, place)

/** `valueOf`, and `toString` of text. */
export const itself: MethodBody<Value> = (_, self) => self
