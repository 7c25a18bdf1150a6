/** How functions on tensors are written down for Keras, TensorFlow and TensorFlow.js at once. */
import { Arguments } from "../arguments.ts"
import { bindArguments } from "../signature.ts"
import { grownSize } from "../../values/growth.ts"
import { broadcastAll, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, guarded, shortName } from "./define.ts"
import { addNode, isSymbolic } from "./graph.ts"
import { automaticName, snakeCase } from "./naming.ts"
import { OPERATION_NAMES, operationClass } from "./operation.ts"

/** Short prefixes in the tables below. */
const PREFIXES: Record<string, string> = {
  "T.": "keras.Tensor.",
  "K.": "keras.backend.",
  "ops.": "keras.ops.",
  "act.": "keras.activations.",
  "random.": "keras.random.",
  "tf.": "tensorflow.",
  "jsT.": "tfjs.Tensor.",
  "js.": "tfjs.",
}

function qualified(name: string): string {
  const prefix = Object.keys(PREFIXES).find((short) => name.startsWith(short))
  return prefix ? PREFIXES[prefix] + name.slice(prefix.length) : name
}

/** What the frameworks call the same parameter. */
const SPELLINGS: Record<string, string> = {
  input_tensor: "x",
  input: "x",
  inputs: "x",
  tensor: "x",
  tensors: "values",
  arrays: "values",
  xs: "values",
  a: "x",
  x1: "x",
  x2: "y",
  b: "y",
  value: "x",
  features: "x",
  logits: "x",
  t: "x",
  image: "x",
  images: "x",
  data: "x",
  params: "x",
  keep_dims: "keepdims",
  reduction_indices: "axis",
  dim: "axis",
  axes: "axis",
  perm: "axes",
  pattern: "axes",
  newshape: "shape",
  dims: "shape",
  initial_value: "x",
  object: "x",
}

function respelled(signature: string, call: V.CallArguments): V.CallArguments {
  if (call.keywords.size === 0) return call
  const keywords = new Map<string, V.Value>()
  for (const [name, value] of call.keywords) {
    const other = SPELLINGS[name]
    keywords.set(other !== undefined && !hasParameter(signature, name) && hasParameter(signature, other) ? other : name, value)
  }
  return { ...call, keywords }
}

const hasParameter = (signature: string, name: string): boolean => new RegExp(`(^|[,*\\s])${name}\\b`).test(signature)

/**
 * Entries for a function under all its names, separated by blanks. Under `T.` and `jsT.` it is a method whose first parameter is the tensor.
 * Arguments no name of the signature takes (`name=`, `dtype=`) change nothing.
 */
export function functions(names: string, signature: string, run: (call: Arguments) => V.Value): Entry[] {
  return names.split(" ").map((abbreviated): Entry => {
    const name = qualified(abbreviated)
    return [name, () => makeFunction(name, signature, run)]
  })
}

function makeFunction(name: string, signature: string, run: (call: Arguments) => V.Value): V.NativeValue {
  const framework: V.Framework = name.startsWith("tfjs") ? "tfjs" : "keras"
  const short = shortName(name)
  const made: V.NativeValue = V.native(
    name,
    (interpreter, all, place) => {
      const call = respelled(signature, all)
      const { values, given, problem } = bindArguments(`${signature}, *more, **others`, call)
      if (problem !== undefined) return V.unknown(`${short} ${problem}`, place)
      const bound = new Arguments(interpreter, place, operationName(short), framework, (argument) => values.get(argument), given)
      const result = guarded(() => run(bound))
      if (!isSymbolic(call)) return result
      const isNamed = /^keras\.(?:ops|Tensor|activations)\./.test(name)
      const own = name.startsWith("keras.activations.") ? operationClass(name) : (OPERATION_NAMES[short] ?? short)
      const label = isNamed ? automaticName(interpreter.heap, framework, own) : name
      return addNode({ callee: made, name: label }, all, result, place).output
    },
    /^(keras|tfjs)\.Tensor\./.test(name),
  )
  return made
}

const operationName = (short: string): string => snakeCase(OPERATION_NAMES[short] ?? short.replace(/^__|__$/g, ""))

/** The shape of numbers in nested lists; undefined when a part is no number. */
function nestedShape(value: V.Value): Shape | undefined {
  if (value.kind === "integer" || value.kind === "float" || value.kind === "boolean") return []
  if (value.kind === "tensor") return value.shape
  if (value.kind !== "list" && value.kind !== "tuple") return undefined
  const [first] = value.items
  const inner = first === undefined ? [] : nestedShape(first)
  return inner && [grownSize(value) ?? value.items.length, ...inner]
}

/** A tensor, or what a number or nested lists of numbers become as one. */
export function operand(call: Arguments, value: V.Value): V.TensorValue {
  if (value.kind !== "list" && value.kind !== "tuple") return call.tensorOf(value)
  const shape = nestedShape(value)
  return shape
    ? V.tensor(call.framework, shape, "float32", flatData(value))
    : call.tensorOf(V.unknown("a list whose shape is not known", call.place))
}

/** Elements of larger constants are not kept. */
const MAXIMUM_ELEMENTS = 64

function flatData(value: V.Value): { data?: number[] } {
  if (value.kind !== "list" && value.kind !== "tuple") return {}
  if (
    grownSize(value) !== undefined ||
    value.items.length > MAXIMUM_ELEMENTS ||
    !value.items.every((item) => item.kind === "integer" && typeof item.value === "number")
  )
    return {}
  return { data: value.items.map((item) => (item.kind === "integer" ? Number(item.value) : 0)) }
}

/** Element by element on several operands: shapes broadcast; a number changes nothing, even where the shape is not known. */
export function broadcastOperands(call: Arguments, operands: readonly V.TensorValue[], dtype: V.DataType | undefined): V.Value {
  const open = operands.filter((tensor) => tensor.shape === undefined)
  const others = operands.filter((tensor) => tensor.shape !== undefined && tensor.shape.length > 0)
  const [only] = open
  if (only) {
    const link =
      open.length === 1 && others.length === 0 && !only.unknown
        ? { sameShapeAs: only }
        : { unknown: only.unknown ?? V.unknown("the shape of an operand is not known", call.place) }
    return call.emit(operands, { shape: undefined }, dtype, link)
  }
  return call.emit(operands, broadcastAll(operands.map((tensor) => tensor.shape ?? [])), dtype)
}

/** The type of a result computed from several: a floating operand wins over whole numbers. */
export function jointType(operands: readonly V.TensorValue[]): V.DataType | undefined {
  const types = operands.filter((tensor) => tensor.data === undefined || tensor.shape?.length !== 0).map((tensor) => tensor.dtype)
  return (
    types.find((dtype) => dtype !== undefined && /float/.test(dtype)) ??
    types.find((dtype) => dtype !== undefined) ??
    operands.find((tensor) => tensor.dtype)?.dtype
  )
}

/** A shape argument: sizes in a list, a tuple or a small constant tensor. */
export function shapeArgument(call: Arguments, name: string): Shape {
  const value = call.required(name)
  if (value.kind === "tensor" && !value.data && value.shape?.length !== 0)
    return call.unclear("the sizes in a tensor are known only when the program runs")
  return call.sizesOf(value)
}

/** A dtype given as text; `tf.float32` is such text. */
export function typeArgument(call: Arguments, name = "dtype"): V.DataType | undefined {
  const value = call.value(name)
  return value?.kind === "string" ? value.value : undefined
}
