/** Python's `operator`. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, type NativeValue, NONE, tuple, unknown, type Value } from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { contains, pythonCompare } from "../comparison.ts"
import { pythonDeleteIndex, pythonSetIndex } from "../indexing.ts"
import { textOf } from "../methods/receivers.ts"
import { pythonUnary } from "../operators.ts"
import { library, type Members } from "./module.ts"

const BINARY: Record<string, string> = {
  add: "+",
  sub: "-",
  mul: "*",
  truediv: "/",
  floordiv: "//",
  mod: "%",
  pow: "**",
  matmul: "@",
  and_: "&",
  or_: "|",
  xor: "^",
  lshift: "<<",
  rshift: ">>",
  concat: "+",
  iadd: "+",
  imul: "*",
}
const COMPARISONS: Record<string, string> = { eq: "==", ne: "!=", lt: "<", le: "<=", gt: ">", ge: ">=", is_: "is", is_not: "is not" }
const UNARY: Record<string, string> = { neg: "-", pos: "+", invert: "~", not_: "not" }

/** A getter of one thing, or of a tuple of several. */
const getter = (name: string, get: (interpreter: Interpreter, object: Value, key: Value) => Value): NativeValue =>
  define(`operator.${name}`, "", (_, __, { positional: keys }) =>
    define(`operator.${name} object`, "obj", (interpreter, { obj }) => {
      const values = keys.map((key) => get(interpreter, obj, key))
      return values.length === 1 && values[0] ? values[0] : tuple(values)
    }),
  )

/** "a.b.c" goes step by step. */
function attribute(interpreter: Interpreter, object: Value, path: Value): Value {
  const names = textOf(path)?.split(".") ?? []
  return names.reduce(
    (value, name) => interpreter.findAttribute(value, name) ?? interpreter.raise("AttributeError", `there is no attribute '${name}'`),
    object,
  )
}

const methodCaller = define("operator.methodcaller", "name", (_, { name }, call) =>
  define("operator.methodcaller object", "obj", (interpreter, { obj }, __, place) =>
    interpreter.call(attribute(interpreter, obj, name), { ...call, positional: call.positional.slice(1) }, place),
  ),
)

export const operators = (): Members =>
  library("operator", [
    ...Object.entries(BINARY).map(([name, sign]) =>
      define(`operator.${name}`, "a, b", (interpreter, { a, b }) => interpreter.binary(sign, a, b)),
    ),
    ...Object.entries(COMPARISONS).map(([name, sign]) =>
      define(`operator.${name}`, "a, b", (interpreter, { a, b }) => pythonCompare(interpreter, sign, a, b)),
    ),
    ...Object.entries(UNARY).map(([name, sign]) =>
      define(`operator.${name}`, "a", (interpreter, { a }) => pythonUnary(interpreter, sign, a)),
    ),
    getter("itemgetter", (interpreter, object, key) => interpreter.index(object, key)),
    getter("attrgetter", attribute),
    methodCaller,
    define("operator.index", "a", (_, { a }) => a),
    define("operator.truth", "a", (interpreter, { a }) => {
      const truth = interpreter.truth(a)
      return truth === undefined ? unknown("the condition is not known") : boolean(truth)
    }),
    define("operator.contains", "a, b", (interpreter, { a, b }) => {
      const answer = contains(interpreter, a, b)
      return answer === undefined ? unknown("whether it is contained is not known") : boolean(answer)
    }),
    define("operator.getitem", "a, b", (interpreter, { a, b }) => interpreter.index(a, b)),
    define("operator.setitem", "a, b, c", (interpreter, { a, b, c }) => {
      pythonSetIndex(interpreter, a, b, c)
      return NONE
    }),
    define("operator.delitem", "a, b", (interpreter, { a, b }) => {
      pythonDeleteIndex(interpreter, a, b)
      return NONE
    }),
  ])
