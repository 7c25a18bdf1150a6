/** Methods that every JavaScript function has: call, apply, bind. */
import { type BoundMethodValue, type CallArguments, isNone, native, NONE, type UnknownValue, type Value } from "../../values/value.ts"
import { methods } from "./natives.ts"

/** The function with another `this`; functions that take none are called as they are. */
function withReceiver(callee: Value, receiver: Value | undefined): Value {
  const inner = callee.kind === "method" ? callee.function : callee
  if (receiver === undefined || isNone(receiver) || inner.kind !== "function") return callee
  const made: BoundMethodValue = { kind: "method", self: receiver, function: inner }
  return made
}

const withArguments = (positional: readonly Value[]): CallArguments => ({ positional, keywords: new Map() })
const present = (values: readonly (Value | undefined)[]): Value[] => values.filter((value) => value !== undefined)

export const functionMethods = methods<Value>("Function", {
  call: ({ interpreter, place }, self, receiver, ...parameters) =>
    interpreter.call(withReceiver(self, receiver), withArguments(present(parameters)), place),
  apply: ({ interpreter, place }, self, receiver, parameters) => {
    const items = parameters && !isNone(parameters) ? interpreter.iterate(parameters) : []
    if (!Array.isArray(items)) return items as UnknownValue
    return interpreter.call(withReceiver(self, receiver), withArguments(items as readonly Value[]), place)
  },
  bind: (_, self, receiver, ...first) =>
    native("bound", (interpreter, call, place) =>
      interpreter.call(withReceiver(self, receiver ?? NONE), { ...call, positional: [...present(first), ...call.positional] }, place),
    ),
})
