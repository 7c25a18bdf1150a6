/** JavaScript's global names. */
import { boolean, type DictionaryValue, float, string, UNDEFINED, unknown, type Value } from "../../values/value.ts"
import { arrayConstructor, typedArrays } from "./arrays.ts"
import { collectionConstructors, objectOf } from "./collections.ts"
import { errorClasses } from "./errors.ts"
import { cloned, jsonMembers, NOT_A_NUMBER } from "./json.ts"
import { functionOf, functions, notKnown } from "./natives.ts"
import { mathMembers, numberFunctions } from "./numbers.ts"
import { javascriptTruth } from "./operators.ts"
import { promiseConstructor } from "./promises.ts"
import { textOf } from "./text.ts"

const namespace = (members: Iterable<readonly [string, Value]>): DictionaryValue => objectOf(members)
const silent = (prefix: string, names: string): [string, Value][] =>
  functions(prefix, Object.fromEntries(names.split(" ").map((name) => [name, () => UNDEFINED])))

/** Objects whose members are not known: what is read from them is unknown for that reason. */
const OUTSIDE = [
  "process",
  "window",
  "document",
  "navigator",
  "performance",
  "fetch",
  "location",
  "localStorage",
  "crypto",
  "URL",
  "Buffer",
  "TextEncoder",
  "TextDecoder",
  "Image",
  "self",
  "__dirname",
  "__filename",
]

const text = functionOf(
  "String",
  (here, value) => {
    if (value === undefined) return string("")
    const written = textOf(value)
    return written === undefined ? (value.kind === "unknown" ? value : notKnown(here, "text that is not known")) : string(written)
  },
  functions("String", {
    fromCharCode: (here, code) =>
      code?.kind === "integer" && typeof code.value === "number"
        ? string(String.fromCharCode(code.value))
        : notKnown(here, "a character that is not known"),
  }),
)

const truthValue = functionOf("Boolean", ({ interpreter }, value) => {
  const truth = value === undefined ? false : javascriptTruth(interpreter, value)
  return truth === undefined ? (value as Value) : boolean(truth)
})

/** Made once for each analysis: programs may write to these objects. */
function makeGlobals(): Map<string, Value> {
  return new Map<string, Value>([
    ["NaN", NOT_A_NUMBER],
    ["Infinity", float(Number.POSITIVE_INFINITY)],
    ["Math", namespace(mathMembers)],
    ["JSON", namespace(jsonMembers)],
    [
      "console",
      namespace(
        silent(
          "console",
          "log info warn error debug table time timeEnd timeLog trace group groupEnd groupCollapsed assert dir clear count",
        ),
      ),
    ],
    ["Array", arrayConstructor],
    ["String", text],
    ["Boolean", truthValue],
    [
      "Symbol",
      functionOf("Symbol", (here) => notKnown(here, "symbols are not evaluated"), [
        ["iterator", string("@@iterator")],
        ["asyncIterator", string("@@asyncIterator")],
      ]),
    ],
    ["Promise", promiseConstructor],
    ["structuredClone", functionOf("structuredClone", (_, value) => cloned(value ?? UNDEFINED))],
    ...silent("global", "setTimeout setImmediate queueMicrotask requestAnimationFrame setInterval clearInterval clearTimeout alert"),
    [
      "Date",
      functionOf(
        "Date",
        (here) => notKnown(here, "the time is not known"),
        functions("Date", { now: (here) => notKnown(here, "the time is not known") }),
      ),
    ],
    ...numberFunctions,
    ...typedArrays,
    ...collectionConstructors,
    ...errorClasses,
    ...OUTSIDE.map((name): [string, Value] => [name, unknown(`what ${name} holds is known only when the program runs`)]),
  ])
}

const globals = new WeakMap<object, Map<string, Value>>()

/** The global of that name, for one analysis. */
export function javascriptGlobal(analysis: object, name: string): Value | undefined {
  let known = globals.get(analysis)
  if (!known) globals.set(analysis, (known = makeGlobals()))
  return known.get(name)
}
