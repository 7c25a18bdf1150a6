/** Functions that make tensors from sizes, ranges or literals. */
import type { Arguments } from "../arguments.ts"
import { add, ceilDivide, type Dim, isConcrete, maximum, subtract } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { numberOf } from "../arguments.ts"
import { type Entry, functions, unknownTensor } from "./define.ts"
import { dtypeNamed } from "./dtypes.ts"
import { type Elements, generate, withData } from "./elements.ts"

const OPTIONS =
  "*, generator=None, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False, memory_format=None, names=None"

/** The dtype asked for; a dtype nobody knows stays unknown. */
export function dtypeOption(call: Arguments, fallback: V.DataType | undefined, name = "dtype"): V.DataType | undefined {
  const value = call.value(name)
  return value === undefined ? fallback : dtypeNamed(value)
}

function gradient(call: Arguments): Partial<V.TensorValue> {
  const flag = call.flag("requires_grad")
  return flag ? { requiresGrad: true } : {}
}

const make = (call: Arguments, shape: Shape, dtype: V.DataType | undefined, more: Partial<V.TensorValue> = {}): V.TensorValue =>
  V.tensor("torch", shape, dtype, { ...more, ...gradient(call) })

/** `torch.zeros(2, 3)`, `torch.zeros((2, 3))`, `torch.zeros(size=(2, 3))`. */
export function sizeArguments(call: Arguments, name = "size"): Dim[] {
  const value = call.required(name)
  if (value.kind !== "tuple") return call.sizesOf(value)
  const [only] = value.items
  if (value.items.length === 1 && only && only.kind !== "integer") {
    if (only.kind === "unknown" && only.symbol !== undefined) return [call.interpreter.dim(only)]
    return call.sizesOf(only)
  }
  return value.items.map((item) => call.interpreter.dim(item))
}

/** Negative sizes are an error in torch. */
function checked(call: Arguments, shape: Shape): Shape {
  const negative = shape.find((size) => isConcrete(size) && size < 0)
  if (negative !== undefined) call.problem("argument-error", `${call.name} got the negative size ${negative}`)
  return shape
}

const FILLED: Record<string, number | undefined> = { zeros: 0, ones: 1, empty: undefined, rand: undefined, randn: undefined }
const LIKE: Record<string, number | undefined> = {
  zeros_like: 0,
  ones_like: 1,
  empty_like: undefined,
  rand_like: undefined,
  randn_like: undefined,
}

const filled = Object.entries(FILLED).flatMap(([name, fill]) =>
  functions(`torch.${name}`, `*size, ${OPTIONS.slice(3)}`, (call) => {
    const shape = checked(call, sizeArguments(call))
    return make(call, shape, dtypeOption(call, "float32"), fill === undefined ? {} : generate(shape, () => fill))
  }),
)

const like = Object.entries(LIKE).flatMap(([name, fill]) =>
  functions(`torch.${name}`, `input, ${OPTIONS}`, (call) =>
    likeOf(call, call.tensor("input"), dtypeOption(call, call.tensor("input").dtype), fill),
  ),
)

/** A new tensor of another's shape, and of that shape too once it is found. */
function likeOf(call: Arguments, input: V.TensorValue, dtype: V.DataType | undefined, fill: number | undefined): V.TensorValue {
  if (input.shape) return make(call, input.shape, dtype, fill === undefined ? {} : generate(input.shape, () => fill))
  return V.tensor("torch", undefined, dtype, input.unknown ? { unknown: input.unknown } : { sameShapeAs: input })
}

const NEW: Record<string, number | undefined> = { new_zeros: 0, new_ones: 1, new_empty: undefined }
const newFilled = Object.entries(NEW).flatMap(([name, fill]) =>
  functions(`Tensor.${name}`, "input, *size, dtype=None, device=None, requires_grad=False, layout=None, pin_memory=False", (call) => {
    const shape = checked(call, sizeArguments(call))
    return make(call, shape, dtypeOption(call, call.tensor("input").dtype), fill === undefined ? {} : generate(shape, () => fill))
  }),
)

/** `tensor.new(2, 3)` and `tensor.new(data)`: the older way to make a tensor of the same type. */
const newOf = functions("Tensor.new", "input, *size, device=None", (call) => {
  const { dtype } = call.tensor("input")
  const { items } = call.required("size") as V.TupleValue
  const [only] = items
  const isData = items.length === 1 && only?.kind === "list"
  return isData
    ? make(call, literalOf(call, only).shape, dtype)
    : make(call, items.length === 0 ? [0] : checked(call, sizeArguments(call)), dtype)
})

function full(call: Arguments, shape: Shape, fallback?: V.DataType): V.Value {
  const value = call.required("fill_value")
  const number = numberOf(value)
  const inferred =
    { integer: "int64", boolean: "bool", float: "float32" }[value.kind as string] ?? (value.kind === "tensor" ? value.dtype : undefined)
  return make(
    call,
    checked(call, shape),
    dtypeOption(call, fallback ?? inferred),
    number === undefined ? {} : generate(shape, () => number),
  )
}

const fulls = [
  ...functions(
    "torch.full",
    "size, fill_value, *, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False, names=None",
    (call) => full(call, call.sizes("size")),
  ),
  ...functions(
    "torch.full_like",
    "input, fill_value, *, dtype=None, layout=None, device=None, requires_grad=False, memory_format=None",
    (call) => {
      const input = call.tensor("input")
      return input.shape ? full(call, input.shape, input.dtype) : likeOf(call, input, input.dtype, undefined)
    },
  ),
  ...functions(
    "Tensor.new_full",
    "input, size, fill_value, dtype=None, device=None, requires_grad=False, layout=None, pin_memory=False",
    (call) => full(call, call.sizes("size"), call.tensor("input").dtype),
  ),
]

/** ⌈(end − start) / step⌉ elements. */
function arange(call: Arguments, isClosed = false): V.Value {
  const [first, second] = [call.value("start"), call.value("end")]
  // `arange(5)` and `arange(end=5)` both begin at zero.
  const [start, end] = first && second ? [first, second] : [V.integer(0), second ?? call.required("start")]
  const step = call.value("step") ?? V.integer(1)
  const isFloat = [start, end, step].some(({ kind }) => kind === "float")
  const dtype = dtypeOption(
    call,
    isFloat || isClosed ? "float32" : [start, end, step].some(({ kind }) => kind === "unknown") ? undefined : "int64",
  )
  const [from, to, by] = [numberOf(start), numberOf(end), numberOf(step)]
  if (from !== undefined && to !== undefined && by !== undefined) {
    if (by === 0 || (to - from) / by < 0)
      call.problem("argument-error", `${call.name} goes from ${from} to ${to} by ${by}, which has no elements`)
    const length = Math.max(0, isClosed ? Math.floor((to - from) / by) + 1 : Math.ceil((to - from) / by))
    return make(
      call,
      [length],
      dtype,
      generate([length], (index) => from + index * by),
    )
  }
  if (isFloat) return make(call, [call.fresh("length", "the range has steps that are no whole numbers")], dtype)
  const [low, high, stride] = [start, end, step].map((value) => call.interpreter.dim(value)) as [Dim, Dim, Dim]
  const length = isClosed ? add(subtract(high, low), 1) : ceilDivide(subtract(high, low), stride)
  // A symbol stands for a size; a range of negative length would be an error.
  return make(call, [low === 0 && stride === 1 ? length : maximum(length, 0)], dtype)
}

const ranges = [
  ...functions(
    "torch.arange",
    "start=None, end=None, step=1, *, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False",
    (call) => arange(call),
  ),
  ...functions("torch.range", "start, end=None, step=1, *, out=None, dtype=None, layout=None, device=None, requires_grad=False", (call) =>
    arange(call, true),
  ),
  ...functions("torch.linspace", "start, end, steps=100, *, out=None, dtype=None, layout=None, device=None, requires_grad=False", (call) =>
    spaced(call, (value) => value),
  ),
  ...functions(
    "torch.logspace",
    "start, end, steps=100, base=10.0, *, out=None, dtype=None, layout=None, device=None, requires_grad=False",
    (call) => {
      const base = call.number("base") ?? 10
      return spaced(call, (value) => base ** value)
    },
  ),
]

function spaced(call: Arguments, change: (value: number) => number): V.Value {
  const shape = checked(call, [call.size("steps")])
  const [start, end] = [call.number("start"), call.number("end")]
  const [steps] = shape
  const dtype = dtypeOption(call, "float32")
  if (start === undefined || end === undefined || typeof steps !== "number") return make(call, shape, dtype)
  return make(
    call,
    shape,
    dtype,
    generate(shape, (index) => change(steps === 1 ? start : start + ((end - start) * index) / (steps - 1))),
  )
}

const others = [
  ...functions("torch.eye", "n, m=None, *, out=None, dtype=None, layout=None, device=None, requires_grad=False", (call) => {
    const rows = call.size("n")
    const columns = call.optionalSize("m") ?? rows
    const width = typeof columns === "number" ? columns : 1
    return make(
      call,
      checked(call, [rows, columns]),
      dtypeOption(call, "float32"),
      generate([rows, columns], (index) => Number(Math.floor(index / width) === index % width)),
    )
  }),
  ...functions("torch.randperm", `n, ${OPTIONS}`, (call) => make(call, [call.size("n")], dtypeOption(call, "int64"))),
  ...functions("torch.randint", `low, high=None, size=None, ${OPTIONS}`, (call) => {
    // randint(high, size) and randint(low, high, size) share their places.
    const size = call.value("size") ?? call.required("high")
    return make(call, checked(call, call.sizesOf(size)), dtypeOption(call, "int64"))
  }),
  ...functions("torch.randint_like", `input, low=0, high=None, ${OPTIONS}`, (call) =>
    likeOf(call, call.tensor("input"), dtypeOption(call, call.tensor("input").dtype), undefined),
  ),
  ...functions("torch.normal", `mean, std=1.0, size=None, ${OPTIONS}`, (call) => {
    if (call.has("size")) return make(call, checked(call, call.sizes("size")), dtypeOption(call, "float32"))
    const mean = call.required("mean")
    return likeOf(call, call.tensorOf(mean.kind === "tensor" ? mean : call.required("std")), "float32", undefined)
  }),
  ...functions("torch.empty_strided", `size, stride, ${OPTIONS}`, (call) =>
    make(call, checked(call, call.sizes("size")), dtypeOption(call, "float32")),
  ),
  ...["hann", "hamming", "blackman", "bartlett", "kaiser"].flatMap((name) =>
    functions(`torch.${name}_window`, `window_length, periodic=True, alpha=0.54, beta=0.46, ${OPTIONS}`, (call) =>
      make(call, checked(call, [call.size("window_length")]), dtypeOption(call, "float32")),
    ),
  ),
  ...["tril", "triu"].flatMap((name) =>
    functions(`torch.${name}_indices`, "row, col, offset=0, *, dtype=None, device=None, layout=None", (call) =>
      triangle(call, name === "tril"),
    ),
  ),
]

/** The positions of a triangle: as many as it has elements, where the sizes are known. */
function triangle(call: Arguments, isLower: boolean): V.Value {
  const [rows, columns, offset] = [call.size("row"), call.size("col"), call.integer("offset")]
  if (typeof rows !== "number" || typeof columns !== "number")
    return make(call, [2, call.fresh("count", "the size of the triangle is not known")], "int64")
  if (rows > 100_000) return make(call, [2, call.fresh("count", "the triangle is too large to count")], "int64")
  const within = (low: number, high: number) => Math.max(0, Math.min(columns, high) - Math.max(0, low))
  const counts = Array.from({ length: rows }, (_, row) => (isLower ? within(0, row + offset + 1) : within(row + offset, columns)))
  return make(call, [2, counts.reduce((sum, count) => sum + count, 0)], "int64")
}

/** What nested lists of numbers hold: their shape, their elements where all are known, and the type these suggest. */
interface Literal {
  readonly shape: Shape
  readonly data: Elements | undefined
  readonly dtype: V.DataType | undefined
}

function literalOf(call: Arguments, value: V.Value, depth = 0): Literal {
  switch (value.kind) {
    case "integer":
      return { shape: [], data: typeof value.value === "number" ? [value.value] : undefined, dtype: "int64" }
    case "float":
      return { shape: [], data: [value.value], dtype: "float32" }
    case "boolean":
      return { shape: [], data: [value.value], dtype: "bool" }
    case "tensor":
      return value.shape
        ? { shape: value.shape, data: value.data, dtype: value.dtype }
        : call.unclear(value.unknown?.reason ?? "the shape is not known")
    case "unknown":
      return value.type === "float" || value.type === "integer" || value.type === "boolean"
        ? { shape: [], data: undefined, dtype: { float: "float32", integer: "int64", boolean: "bool" }[value.type] }
        : call.unclear(value.reason)
    default:
      return nestedLiteral(call, value, depth)
  }
}

function nestedLiteral(call: Arguments, value: V.Value, depth: number): Literal {
  const items = call.sequence(value)
  if (!items || depth > 12) return call.unclear(`the elements of a ${value.kind} are not known`)
  const parts = items.map((item) => literalOf(call, item, depth + 1))
  const [first] = parts
  if (!first) return { shape: [0], data: [], dtype: "float32" }
  const data = parts.every((part) => part.data) ? parts.flatMap((part) => part.data as Elements) : undefined
  return { shape: [items.length, ...first.shape], data, dtype: typeOfArray(value, parts) }
}

/** NumPy's arrays have a type of their own; numbers of Python suggest one. */
function typeOfArray(value: V.Value, parts: readonly Literal[]): V.DataType | undefined {
  if (value.kind === "list" && value.typeName === "numpy.ndarray") return value.numberType
  return ["float32", "int64", "bool"].find((candidate) => parts.some((part) => part.dtype === candidate)) ?? parts[0]?.dtype
}

/** `torch.tensor(data)`; what it is made of decides its shape. */
function fromData(call: Arguments, own?: V.DataType): V.Value {
  const data = call.required("data")
  if (data.kind === "unknown" && data.type === undefined) return unknownTensor(data)
  const { shape, data: elements, dtype } = literalOf(call, data)
  const wanted = dtypeOption(call, own ?? dtype)
  return make(call, shape, wanted, withData(elements))
}

const literals = [
  ...functions(
    "torch.tensor torch.as_tensor torch.asarray torch.scalar_tensor",
    "data, *, dtype=None, device=None, requires_grad=False, pin_memory=False, copy=None",
    (call) => fromData(call),
  ),
  ...functions("Tensor.new_tensor", "input, data, *, dtype=None, device=None, requires_grad=False", (call) =>
    fromData(call, call.tensor("input").dtype),
  ),
  ...functions("torch.from_numpy", "ndarray", (call) => {
    const array = call.required("ndarray")
    if (array.kind === "tensor") return { ...array, framework: call.framework }
    if (array.kind !== "list") return unknownTensor(V.unknown("what the array holds is not known", call.place))
    const { shape, data, dtype } = literalOf(call, array)
    return make(call, shape, dtype, withData(data))
  }),
]

export const creation: readonly Entry[] = [...filled, ...like, ...newFilled, ...newOf, ...fulls, ...ranges, ...others, ...literals]
