/** Calls of Python's builtin types: `int("3")`, `list(x)`, `dict(a=1)`. */
import { dimText, isConcrete } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { boolean, float, integer, isNone, list, type NativeCall, NONE, string, tuple, unknown, type Value } from "../../values/value.ts"
import { define } from "./arguments.ts"
import { setFrom } from "./keys.ts"
import { refusal } from "./memory.ts"
import { count, update } from "./methods/dictionary.ts"
import { maximumLengths } from "./methods/list.ts"
import { countOf, textOf } from "./methods/receivers.ts"
import { counted, doubleOf, quantityOf, sizeOf, truncate } from "./numbers.ts"
import { propagated } from "./operators.ts"
import { pythonRepr, pythonText } from "./text.ts"
import { underlying } from "./underlying.ts"

const make = (name: string, signature: "", body: Parameters<typeof define<"">>[2]): NativeCall => define(name, signature, body).call

/** `int(x)`: truncates, reads texts, and keeps a size of a symbol a size. */
export const makeInteger: NativeCall = define("int", "x?, base?", (interpreter, { x, base }) => {
  if (!x) return integer(0)
  const special = interpreterNumber(interpreter, x, ["__int__", "__index__"])
  if (special) return special
  const value = underlying(x)
  if (value.kind === "string") return readInteger(interpreter, value.value, countOf(base) ?? 10)
  const quantity = quantityOf(interpreter, value)
  const whole = quantity && truncate(quantity)
  if (whole !== undefined) return integer(whole)
  if (value.kind === "float") return interpreter.raise("ValueError", "cannot convert float NaN or infinity to integer")
  if (isNone(value)) return interpreter.raise("TypeError", "int() argument must be a string or a real number, not 'NoneType'")
  if (value.kind === "unknown") return value.type === "integer" ? value : { ...(value.symbol ? propagated(value) : value), type: "integer" }
  return { ...unknown(`the whole number of a ${value.kind} is not known`), type: "integer" }
}).call

/** Objects and tensors say themselves which number they are. */
function interpreterNumber(interpreter: Interpreter, value: Value, names: readonly string[]): Value | undefined {
  if (value.kind === "tensor" && value.data?.length === 1)
    return names[0] === "__int__" ? integer(Math.trunc(Number(value.data[0]))) : float(Number(value.data[0]))
  if (value.kind !== "instance" || underlying(value) !== value) return undefined
  const method = names.map((name) => interpreter.findAttribute(value, name)).find((found) => found && found.kind !== "unknown")
  return method && interpreter.call(method, { positional: [], keywords: new Map() }, interpreter.place)
}

const DIGITS: Record<number, RegExp> = { 2: /^(0b)?[01]+$/i, 8: /^(0o)?[0-7]+$/i, 10: /^\d+$/, 16: /^(0x)?[\da-f]+$/i }
const PREFIXES: Record<number, string> = { 2: "0b", 8: "0o", 10: "", 16: "0x" }

function readInteger(interpreter: Interpreter, text: string, base: number): Value {
  // CPython reads no longer ones either.
  if (text.length > 4300) return interpreter.raise("ValueError", "the integer is too long to be read")
  const match = /^\s*([+-]?)([\da-z]+(?:_[\da-z]+)*)\s*$/i.exec(text)
  const digits = match?.[2]?.replaceAll("_", "") ?? ""
  if (!(base in DIGITS)) return unknown(`int() with base ${base} is not evaluated`)
  if (!DIGITS[base]?.test(digits)) return interpreter.raise("ValueError", `invalid literal for int() with base ${base}: '${text}'`)
  const size = BigInt((PREFIXES[base] ?? "") + digits.replace(/^0[box]/i, ""))
  return integer(sizeOf(match?.[1] === "-" ? -size : size))
}

export const makeFloat: NativeCall = define("float", "x?", (interpreter, { x }) => {
  if (!x) return float(0)
  const special = interpreterNumber(interpreter, x, ["__float__"])
  if (special) return special
  const value = underlying(x)
  if (value.kind === "string") return readFloat(interpreter, value.value)
  const quantity = quantityOf(interpreter, value)
  const double = quantity && doubleOf(quantity)
  if (double !== undefined) return float(double)
  if (quantity) return interpreter.binary("*", value, float(1))
  if (isNone(value)) return interpreter.raise("TypeError", "float() argument must be a string or a real number, not 'NoneType'")
  return { ...unknown(value.kind === "unknown" ? propagated(value).reason : `the number of a ${value.kind} is not known`), type: "float" }
}).call

const SPECIAL_FLOATS: Record<string, number> = { inf: Infinity, infinity: Infinity, nan: Number.NaN }

function readFloat(interpreter: Interpreter, text: string): Value {
  const match = /^\s*([+-]?)(\w*\.?\w*(?:e[+-]?\d+)?)\s*$/i.exec(text)
  const body = (match?.[2] ?? "").toLowerCase()
  const special = SPECIAL_FLOATS[body]
  const isNumber = /^(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?$/.test(body)
  if (special === undefined && !isNumber) return interpreter.raise("ValueError", `could not convert string to float: '${text}'`)
  const value = special ?? Number(body.replaceAll("_", ""))
  return float(match?.[1] === "-" ? -value : value)
}

export const makeBoolean: NativeCall = define("bool", "x?", (interpreter, { x }) => {
  const truth = x ? interpreter.truth(x) : false
  return truth === undefined ? { ...unknown("the condition is not known"), type: "boolean" } : boolean(truth)
}).call

export const makeString: NativeCall = define("str", "object?", (interpreter, { object }) => {
  if (!object) return string("")
  if (object.kind === "string" && object.isBytes) return string(new TextDecoder().decode(bytesOf(object.value)))
  return known(pythonText(interpreter, object), object)
}).call

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const known = (text: string | undefined, value: Value): Value => {
  if (text !== undefined) return string(text)
  const reason =
    value.kind === "unknown"
      ? value.reason
      : value.kind === "integer"
        ? `its text depends on ${dimText(value.value)}`
        : `the text of a ${value.kind} is not known`
  return { ...unknown(reason), type: "string" }
}

export const representation = define("repr", "object", (interpreter, { object }) => known(pythonRepr(interpreter, object), object))

/** A container from an iterable. */
const fromItems = (name: string, container: (items: readonly Value[]) => Value): NativeCall =>
  define(name, "iterable?", (interpreter, { iterable }) => {
    if (!iterable) return container([])
    const items = interpreter.iterate(iterable)
    return "kind" in items ? items : (refusal(interpreter, items.length) ?? container(items))
  }).call

export const makeList = fromItems("list", (items) => list([...items]))
export const makeTuple = fromItems("tuple", (items) => tuple(items))
export const makeSet = fromItems("set", (items) => setFrom(items))
export const makeFrozenSet = fromItems("frozenset", (items) => setFrom(items, "frozenset"))
export const makeDeque: NativeCall = define("collections.deque", "iterable?, maxlen?", (interpreter, { iterable, maxlen }) => {
  const items = iterable ? interpreter.iterate(iterable) : []
  if ("kind" in items) return items
  const size = maxlen && !isNone(maxlen) ? countOf(maxlen) : items.length
  const own = items.slice(items.length - Math.min(size ?? 0, items.length))
  if (maxlen && size !== undefined && !isNone(maxlen)) maximumLengths.set(own, size)
  return { kind: "list", items: own, typeName: "collections.deque" }
}).call

/** `bytes(3)`, `bytes([1, 2])`, `bytes(b"…")` */
export const makeBytes: NativeCall = define("bytes", "source?", (interpreter, { source }) => {
  if (!source) return { kind: "string", value: "", isBytes: true }
  const size = countOf(source)
  if (size !== undefined)
    return size <= 1_000_000 ? { kind: "string", value: "\0".repeat(size), isBytes: true } : unknown("the string is too long")
  if (textOf(source) !== undefined) return { kind: "string", value: textOf(source) as string, isBytes: true }
  const items = interpreter.iterate(source)
  const codes = "kind" in items ? [undefined] : items.map(countOf)
  return codes.includes(undefined)
    ? unknown("the bytes are not known")
    : { kind: "string", value: String.fromCharCode(...(codes as number[])), isBytes: true }
}).call

/** A dictionary from a mapping, pairs and keywords. */
const fromPairs = (typeName?: string): NativeCall =>
  make("dict", "", (interpreter, _, call) => {
    const made = { kind: "dictionary" as const, entries: new Map(), ...(typeName && { typeName }) }
    update(interpreter, made, call)
    return made
  })

export const makeDictionary = fromPairs()
export const makeOrderedDictionary = fromPairs("collections.OrderedDict")
export const makeDefaultDictionary: NativeCall = make("collections.defaultdict", "", (interpreter, _, { positional, keywords }) => {
  const [factory, ...rest] = positional
  const made = { kind: "dictionary" as const, entries: new Map(), typeName: "collections.defaultdict", factory: factory ?? NONE }
  update(interpreter, made, { positional: rest, keywords })
  return made
})
export const makeCounter: NativeCall = make("collections.Counter", "", (interpreter, _, { positional, keywords }) => {
  const made = { kind: "dictionary" as const, entries: new Map(), typeName: "collections.Counter" }
  for (const given of positional) count(interpreter, made, given)
  update(interpreter, made, { positional: [], keywords })
  return made
})

export const makeRange: NativeCall = make("range", "", (interpreter, _, given) => {
  const positional = given.positional.map(counted)
  const quantities = positional.map((value) => quantityOf(interpreter, value))
  const dims = quantities.map((quantity, index) =>
    quantity?.kind === "whole"
      ? quantity.value
      : positional[index]?.kind === "unknown"
        ? interpreter.dim(positional[index] as Value)
        : undefined,
  )
  if (dims.includes(undefined)) return interpreter.raise("TypeError", "range() takes whole numbers only")
  const [first = 0, second, step = 1] = dims
  if (isConcrete(step) && Number(step) === 0) return interpreter.raise("ValueError", "range() arg 3 must not be zero")
  return second === undefined ? { kind: "range", start: 0, stop: first, step: 1 } : { kind: "range", start: first, stop: second, step }
})

export const makeSlice: NativeCall = make("slice", "", (_, __, { positional: [first = NONE, second, step = NONE] }) =>
  second === undefined ? { kind: "slice", lower: NONE, upper: first, step: NONE } : { kind: "slice", lower: first, upper: second, step },
)

export const makeComplex: NativeCall = make("complex", "", () => ({ ...unknown("complex numbers are not evaluated"), type: "complex" }))

/** A property, class method or static method object. */
export const makeProperty = (form: "property" | "classmethod" | "staticmethod"): NativeCall =>
  make(form, "", (_, __, { positional, keywords }) => {
    const get = positional[0] ?? keywords.get("fget")
    const set = positional[1] ?? keywords.get("fset")
    return { kind: "property", form, ...(get && { get }), ...(set && { set }) }
  })
