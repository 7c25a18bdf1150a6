/** Promises: what is awaited is evaluated at once, so a promise is the value it will give. */
import { list, UNDEFINED, type UnknownValue, type Value } from "../../values/value.ts"
import { apply, functionOf, functions, methods, notKnown } from "./natives.ts"

export const promiseMethods = methods<Value>("Promise", {
  then: (here, self, callback) => (callback === undefined ? self : apply(here, callback, self)),
  catch: (_, self) => self,
  finally: (here, self, callback) => {
    apply(here, callback)
    return self
  },
})

/** `new Promise((resolve, reject) => …)`: what the executor resolved to, if it did so at once. */
const made = functionOf(
  "Promise",
  (here, executor) => {
    let result: Value = notKnown(here, "a promise that is resolved later")
    const resolve = functionOf("resolve", (_, value) => {
      result = value ?? UNDEFINED
      return UNDEFINED
    })
    apply(
      here,
      executor,
      resolve,
      functionOf("reject", () => UNDEFINED),
    )
    return result
  },
  functions("Promise", {
    resolve: (_, value) => value ?? UNDEFINED,
    reject: (here) => notKnown(here, "a promise that was rejected"),
    all: ({ interpreter }, values) => {
      const items = values ? interpreter.iterate(values) : []
      return Array.isArray(items) ? list([...(items as readonly Value[])]) : (items as UnknownValue)
    },
  }),
)

export const promiseConstructor = made
