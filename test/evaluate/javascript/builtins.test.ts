/** JavaScript's built-in values, function by function, without the evaluator: callbacks are native functions. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  javascriptAttribute,
  javascriptIndex,
  javascriptIterate,
  javascriptSetAttribute,
  javascriptSetIndex,
} from "../../../src/evaluate/javascript/access.ts"
import { javascriptGlobal } from "../../../src/evaluate/javascript/globals.ts"
import {
  javascriptBinary,
  javascriptCompare,
  javascriptEquals,
  javascriptTruth,
  javascriptUnary,
} from "../../../src/evaluate/javascript/operators.ts"
import { textOf } from "../../../src/evaluate/javascript/text.ts"
import { dimText, symbol } from "../../../src/values/dim.ts"
import type { Interpreter } from "../../../src/values/interpreter.ts"
import * as V from "../../../src/values/value.ts"

const place = { file: { uri: "a.js", language: "javascript" as const, text: "", lineStarts: [0] }, span: { start: 0, end: 0 } }
const analysis = {}

const interpreter = {
  place,
  heap: { touch() {} },
  spend() {},
  call: (callee: V.Value, call: V.CallArguments): V.Value => {
    if (callee.kind === "method")
      return interpreter.call(callee.function, { ...call, positional: [callee.self, ...call.positional] }, place)
    assert.equal(callee.kind, "native")
    return (callee as V.NativeValue).call(interpreter, call, place)
  },
  findAttribute: (object: V.Value, name: string) => javascriptAttribute(interpreter, object, name),
  setAttribute: (object: V.Value, name: string, value: V.Value) => void javascriptSetAttribute(interpreter, object, name, value),
  iterate: (value: V.Value) => javascriptIterate(interpreter, value),
  truth: (value: V.Value) => javascriptTruth(interpreter, value),
  equals: (left: V.Value, right: V.Value) => javascriptEquals(interpreter, left, right),
  raise: (type: string, message: string) => {
    throw new Error(`${type}: ${message}`)
  },
} as unknown as Interpreter

/** A plain JavaScript value as the evaluator would hold it. */
function valueOf(plain: unknown): V.Value {
  if (plain === undefined) return V.UNDEFINED
  if (plain === null) return V.NONE
  if (typeof plain === "number") return Number.isInteger(plain) ? V.integer(plain) : V.float(plain)
  if (typeof plain === "string") return V.string(plain)
  if (typeof plain === "boolean") return V.boolean(plain)
  if (typeof plain === "function")
    return V.native("callback", (_, { positional }) => valueOf((plain as (...values: unknown[]) => unknown)(...positional.map(plainOf))))
  if (Array.isArray(plain)) return V.list(plain.map(valueOf))
  if (typeof plain === "object" && "kind" in plain) return plain as V.Value
  return V.dictionaryOf(
    Object.entries(plain as object).map(([name, value]) => [name, valueOf(value)] as const),
    { isObject: true },
  )
}

function plainOf(value: V.Value): unknown {
  switch (value.kind) {
    case "integer":
      return typeof value.value === "object" ? dimText(value.value) : Number(value.value)
    case "float":
    case "string":
    case "boolean":
      return value.value
    case "constant":
      return value.name === "None" ? null : undefined
    case "list":
      return value.items.map(plainOf)
    case "dictionary":
      return Object.fromEntries([...value.entries.values()].map((entry) => [textOf(entry.key), plainOf(entry.value)]))
    case "set":
      return [...value.entries.values()].map((entry) => plainOf(entry.key))
    case "unknown":
      return `unknown: ${value.reason}`
    default:
      return value.kind
  }
}

const global = (name: string): V.Value => javascriptGlobal(analysis, name) ?? assert.fail(`no global ${name}`)
const member = (object: V.Value, name: string): V.Value => javascriptAttribute(interpreter, object, name) ?? assert.fail(`no ${name}`)
const call = (object: unknown, name: string, ...values: unknown[]): unknown =>
  plainOf(interpreter.call(member(valueOf(object), name), { positional: values.map(valueOf), keywords: new Map() }, place))
const math = (name: string, ...values: unknown[]): unknown => call(global("Math"), name, ...values)
const binary = (operator: string, left: unknown, right: unknown): unknown =>
  plainOf(javascriptBinary(interpreter, operator, valueOf(left), valueOf(right)))
const compare = (operator: string, left: unknown, right: unknown): unknown =>
  plainOf(javascriptCompare(interpreter, operator, valueOf(left), valueOf(right)))

test("whole results are integers, others floats", () => {
  assert.equal(javascriptBinary(interpreter, "/", V.integer(6), V.integer(2)).kind, "integer")
  assert.equal(javascriptBinary(interpreter, "/", V.integer(7), V.integer(2)).kind, "float")
  assert.equal(binary("%", -7, 3), -1)
  assert.equal(binary("**", 2, 10), 1024)
  assert.equal(binary(">>", 9, 1), 4)
})

test("plus joins text as soon as one side is text", () => {
  assert.equal(binary("+", "block", 3), "block3")
  assert.equal(binary("+", 1, 2), 3)
  assert.equal(binary("+", [1, 2], "x"), "1,2x")
  assert.equal(binary("+", "a", null), "anull")
})

test("symbols are computed with, and their halves wait for Math.floor", () => {
  const size = V.integer(symbol("size", { lower: 1 }))
  assert.equal(binary("*", size, 2), "2·size")
  const half = javascriptBinary(interpreter, "/", size, V.integer(2))
  assert.equal(half.kind, "unknown")
  assert.equal(math("floor", half), "⌊size/2⌋")
  assert.equal(plainOf(javascriptBinary(interpreter, "/", javascriptBinary(interpreter, "*", size, V.integer(4)), V.integer(2))), "2·size")
})

test("equality and order", () => {
  assert.equal(compare("===", 1, "1"), false)
  assert.equal(compare("==", 1, "1"), true)
  assert.equal(compare("==", null, undefined), true)
  assert.equal(compare("===", null, undefined), false)
  assert.equal(compare("<", "a", "b"), true)
  assert.equal(compare(">=", 2, 2), true)
  assert.equal(compare("in", "a", { a: 1 }), true)
  assert.match(String(compare("<", V.integer(symbol("n")), 3)), /^unknown/)
})

test("truth, typeof, not a number", () => {
  assert.deepEqual(
    [0, "", null, undefined, [], {}, "0", 1].map((value) => javascriptTruth(interpreter, valueOf(value))),
    [false, false, false, false, true, true, true, true],
  )
  assert.deepEqual(
    [1, "a", true, undefined, null, {}].map((value) => plainOf(javascriptUnary(interpreter, "typeof", valueOf(value)))),
    ["number", "string", "boolean", "undefined", "object", "object"],
  )
  assert.equal(plainOf(javascriptUnary(interpreter, "-", V.integer(3))), -3)
})

test("array methods", () => {
  assert.deepEqual(
    call([1, 2, 3], "map", (x: number) => x * 2),
    [2, 4, 6],
  )
  assert.deepEqual(
    call([1, 2, 3], "filter", (x: number) => x > 1),
    [2, 3],
  )
  assert.equal(
    call([1, 2, 3], "reduce", (a: number, b: number) => a + b, 0),
    6,
  )
  assert.deepEqual(call([1, [2, [3]]], "flat"), [1, 2, [3]])
  assert.deepEqual(
    call([1, 2], "flatMap", (x: number) => [x, x]),
    [1, 1, 2, 2],
  )
  assert.deepEqual(call([1, 2, 3, 4], "slice", 1, -1), [2, 3])
  assert.deepEqual(
    call([3, 1, 2], "sort", (a: number, b: number) => a - b),
    [1, 2, 3],
  )
  assert.deepEqual(call([10, 9, 1], "sort"), [1, 10, 9])
  assert.equal(call([1, 2], "includes", 2), true)
  assert.equal(
    call([1, 2], "find", (x: number) => x > 5),
    undefined,
  )
  assert.equal(
    call([1, 2], "every", (x: number) => x > 0),
    true,
  )
  assert.equal(call([1, null, "a"], "join", "-"), "1--a")
  assert.deepEqual(call([1, 2], "concat", [3], 4), [1, 2, 3, 4])
  assert.deepEqual(call(["a", "b"], "entries"), [
    [0, "a"],
    [1, "b"],
  ])
})

test("methods that change the array", () => {
  const array = V.list([V.integer(1)])
  assert.equal(call(array, "push", 2, 3), 3)
  assert.equal(call(array, "shift"), 1)
  assert.deepEqual(call(array, "splice", 0, 1, 7, 8), [2])
  assert.deepEqual(plainOf(array), [7, 8, 3])
  javascriptSetIndex(interpreter, array, V.integer(4), V.integer(9))
  assert.deepEqual(plainOf(array), [7, 8, 3, undefined, 9])
})

test("what a filter cannot know, the result does not claim", () => {
  const doubtful = V.unknown("read from the network")
  assert.match(String(call([1], "filter", () => doubtful)), /^unknown/)
})

test("string methods", () => {
  assert.equal(call("conv", "toUpperCase"), "CONV")
  assert.equal(call("a-b", "replace", "-", "_"), "a_b")
  assert.deepEqual(call("a,b", "split", ","), ["a", "b"])
  assert.equal(call("7", "padStart", 3, "0"), "007")
  assert.equal(call("block", "slice", -2), "ck")
  assert.match(String(call("a", "repeat", 1e12)), /^unknown/)
})

test("objects, Map, Set", () => {
  assert.deepEqual(call(global("Object"), "entries", { a: 1, b: 2 }), [
    ["a", 1],
    ["b", 2],
  ])
  assert.deepEqual(call(global("Object"), "assign", { a: 1 }, { b: 2 }), { a: 1, b: 2 })
  assert.deepEqual(call(global("Object"), "fromEntries", [["x", 1]]), { x: 1 })
  const map = interpreter.call(global("Map"), { positional: [valueOf([["k", 1]])], keywords: new Map() }, place)
  assert.equal(call(map, "get", "k"), 1)
  call(map, "set", "l", 2)
  assert.equal(plainOf(member(map, "size")), 2)
  assert.deepEqual((javascriptIterate(interpreter, map) as V.Value[]).map(plainOf), [
    ["k", 1],
    ["l", 2],
  ])
  const set = interpreter.call(global("Set"), { positional: [valueOf([1, 1, 2])], keywords: new Map() }, place)
  assert.equal(plainOf(member(set, "size")), 2)
})

test("a missing property is absent, a missing element undefined", () => {
  assert.equal(javascriptAttribute(interpreter, valueOf({ a: 1 }), "b"), undefined)
  assert.equal(javascriptIndex(interpreter, valueOf([1]), V.integer(5)), V.UNDEFINED)
  assert.equal(plainOf(javascriptIndex(interpreter, valueOf({ a: 1 }), V.string("a"))), 1)
})

test("Number, JSON, Array", () => {
  assert.equal(call(valueOf(3.14159), "toFixed", 2), "3.14")
  assert.equal(plainOf(interpreter.call(global("parseInt"), { positional: [V.string("42px")], keywords: new Map() }, place)), 42)
  assert.equal(call(global("JSON"), "stringify", { a: [1, "x", null] }), '{"a":[1,"x",null]}')
  assert.deepEqual(call(global("JSON"), "parse", '{"a": 1.5}'), { a: 1.5 })
  assert.deepEqual(
    call(global("Array"), "from", { length: 3 }, (_: unknown, index: number) => index * index),
    [0, 1, 4],
  )
  assert.throws(
    () => interpreter.call(global("Array"), { positional: [V.integer(-1)], keywords: new Map() }, place),
    /Invalid array length/,
  )
  assert.match(
    String(plainOf(interpreter.call(global("Array"), { positional: [V.integer(10 ** 12)], keywords: new Map() }, place))),
    /^(unknown|Rang)/,
  )
})

test("a text is looked for in another; patterns with signs of their own are not worked out", () => {
  assert.equal(call("dense", "match", "lstm"), null)
  assert.deepEqual(call("bidirectional-lstm", "match", "lstm"), ["lstm"])
  assert.equal(call("bidirectional-lstm", "search", "lstm"), 14)
  assert.match(String(call("dense", "match", "d.n")), /^unknown/)
})
