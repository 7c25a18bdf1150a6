/** Python's `functools`. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { type CallArguments, dictionaryOf, type NativeValue, tuple, unknown, type Value } from "../../../values/value.ts"
import { define, method, positionals } from "../arguments.ts"
import { library, type Members } from "./module.ts"

/** A call with the arguments that `partial` remembered before its own. */
const merged = (first: CallArguments, then: CallArguments): CallArguments => ({
  positional: [...first.positional, ...then.positional],
  keywords: new Map([...first.keywords, ...then.keywords]),
  ...((first.rest ?? then.rest) && { rest: first.rest ?? then.rest }),
})

const partial = define("functools.partial", "func", (_, { func }, call) =>
  partialOf(func, { ...call, positional: call.positional.slice(1) }),
)

/** Partials of partials are flattened, as Python does. */
function partialOf(func: Value, given: CallArguments): NativeValue {
  const inner = func.kind === "native" && func.name === PARTIAL ? PARTIALS.get(func) : undefined
  const target = inner?.func ?? func
  const call = inner ? merged(inner.call, given) : given
  const made: NativeValue = {
    kind: "native",
    name: PARTIAL,
    call: (interpreter, more, place) => interpreter.call(target, merged(call, more), place),
    attributes: new Map<string, Value>([
      ["func", target],
      ["args", tuple(call.positional)],
      ["keywords", dictionaryOf(call.keywords)],
    ]),
  }
  PARTIALS.set(made, { func: target, call })
  return made
}

const PARTIAL = "functools.partial object"
const PARTIALS = new WeakMap<Value, { readonly func: Value; readonly call: CallArguments }>()

const partialMethod = define("functools.partialmethod", "func", (_, { func }, call) => {
  const given = { ...call, positional: call.positional.slice(1) }
  return method("functools.partialmethod object", "self", (interpreter, { self }, more, place) =>
    interpreter.call(
      func,
      merged({ ...given, positional: [self, ...given.positional] }, { ...more, positional: more.positional.slice(1) }),
      place,
    ),
  )
})

const reduce = define("functools.reduce", "function, iterable, initial?", (interpreter, given, _, place) => {
  const items = interpreter.iterate(given.iterable)
  if ("kind" in items) return items
  const [first, ...rest] = given.initial ? [given.initial, ...items] : items
  if (!first) return interpreter.raise("TypeError", "reduce() of empty iterable with no initial value")
  return rest.reduce((result, item) => interpreter.call(given.function, positionals(result, item), place), first)
})

/** Caches change nothing about results: the function stays what it is. They come with and without parentheses. */
const caching = (name: string): NativeValue =>
  define(`functools.${name}`, "function?", (_, given) =>
    given.function && ["function", "native", "method", "property"].includes(given.function.kind) ? given.function : identity,
  )

const identity = define("decorator", "function", (_, given) => given.function)

/** `wraps(f)(g)` is g, by the name of f. */
const wraps = define("functools.wraps", "wrapped", (_, { wrapped }) =>
  define("functools.wraps decorator", "wrapper", (interpreter, { wrapper }) => named(interpreter, wrapper, wrapped)),
)

function named(interpreter: Interpreter, wrapper: Value, wrapped: Value): Value {
  if (wrapper.kind !== "function") return wrapper
  interpreter.heap.touch(wrapper.attributes)
  if (wrapped.kind === "function") {
    wrapper.attributes.set("__name__", { kind: "string", value: wrapped.name })
    for (const [name, value] of wrapped.attributes) wrapper.attributes.set(name, value)
  }
  wrapper.attributes.set("__wrapped__", wrapped)
  return wrapper
}

const updateWrapper = define("functools.update_wrapper", "wrapper, wrapped", (interpreter, { wrapper, wrapped }) =>
  named(interpreter, wrapper, wrapped),
)

const cachedProperty = define("functools.cached_property", "func", (_, { func }) => ({ kind: "property", form: "cached", get: func }))

/** The general case of a single-dispatch function is the one that is called. */
const singleDispatch = define("functools.singledispatch", "func", (interpreter, { func }) => {
  if (func.kind !== "function") return func
  interpreter.heap.touch(func.attributes)
  func.attributes.set(
    "register",
    define("register", "cls?, func?", (_, given) => given.func ?? identity),
  )
  return func
})

/** Keys that compare by a function of two arguments. */
const compareToKey = define("functools.cmp_to_key", "mycmp", () => unknown("sorting by a comparison function is not evaluated"))

export const functionTools = (): Members =>
  library(
    "functools",
    [
      partial,
      partialMethod,
      reduce,
      caching("lru_cache"),
      caching("cache"),
      wraps,
      updateWrapper,
      cachedProperty,
      singleDispatch,
      compareToKey,
      define("functools.total_ordering", "cls", (_, { cls }) => cls),
    ],
    [
      ["WRAPPER_ASSIGNMENTS", tuple([])],
      ["WRAPPER_UPDATES", tuple([])],
    ],
  )
