/** Python's `contextlib`. */
import { type ClassValue, NONE, type Value } from "../../../values/value.ts"
import { define, method, positionals } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { objectType } from "../object.ts"
import { library, type Members } from "./module.ts"

/** A context whose `__enter__` gives what it holds. */
export const contextClass: ClassValue = declareClass("contextlib.AbstractContextManager", objectType, [
  method(
    "contextlib.AbstractContextManager.__enter__",
    "self",
    (_, { self }) => (self.kind === "instance" && self.attributes.get("entered")) || self,
  ),
  method("contextlib.AbstractContextManager.__exit__", "self", () => NONE),
  // As a decorator it leaves the function what it is.
  method("contextlib.AbstractContextManager.__call__", "self, func", (_, { func }) => func),
])

const context = (name: string, entered: (given: readonly Value[]) => Value | undefined) =>
  define(`contextlib.${name}`, "", (interpreter, _, { positional }, place) => {
    const made = interpreter.instantiate(contextClass, place)
    const value = entered(positional)
    if (value) made.attributes.set("entered", value)
    return made
  })

/** `@contextmanager`: what the generator gives first is what is entered. */
const contextManager = define("contextlib.contextmanager", "func", (_, { func }) => {
  const call = define("contextlib.contextmanager object", "", (interpreter, __, given, place) => {
    const made = interpreter.instantiate(contextClass, place)
    const items = interpreter.iterate(interpreter.call(func, given, place))
    made.attributes.set("entered", "kind" in items ? items : (items[0] ?? NONE))
    return made
  })
  return { ...call, isMethod: true }
})

const exitStack = declareClass("contextlib.ExitStack", contextClass, [
  method("contextlib.ExitStack.enter_context", "self, cm", (interpreter, { cm }, _, place) => {
    const enter = interpreter.findAttribute(cm, "__enter__")
    return enter && enter.kind !== "unknown" ? interpreter.call(enter, positionals(), place) : cm
  }),
  ...["push", "callback", "close", "pop_all"].map((name) => method(`contextlib.ExitStack.${name}`, "self", () => NONE)),
])

export const contexts = (): Members =>
  library(
    "contextlib",
    [
      contextManager,
      { ...contextManager, name: "contextlib.asynccontextmanager" },
      context("nullcontext", ([value]) => value ?? NONE),
      context("closing", ([value]) => value),
      context("suppress", () => NONE),
      context("redirect_stdout", ([value]) => value),
      context("redirect_stderr", ([value]) => value),
    ],
    [
      ["ExitStack", exitStack],
      ["AsyncExitStack", exitStack],
      ["AbstractContextManager", contextClass],
      ["ContextDecorator", declareClass("contextlib.ContextDecorator", objectType)],
    ],
  )
