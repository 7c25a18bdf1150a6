/** Reductions: sums, means, extremes, norms, sorting and what else consumes an axis. */
import type { Arguments } from "../arguments.ts"
import { dimText, floorDivide, lessThan, multiply } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { broadcast, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { together } from "./arithmetic.ts"
import { checkedAxis } from "./activations.ts"
import { dtypeOption } from "./creation.ts"
import { type Entry, functions } from "./define.ts"
import { floatingOf, promote, operandOf, summed } from "./dtypes.ts"
import { rowsAlong, smallShape } from "./elements.ts"
import { sameShape } from "./pointwise.ts"
import { shapeOf } from "./tensors.ts"

/** The input without the axes that are consumed (`keepdim` leaves them as 1); all of them when none are named. */
export function reduced(
  shape: Shape,
  axes: readonly number[] | undefined,
  keep: boolean,
): { shape: Shape; problems: Problem[]; consumed: readonly number[] } {
  if (axes === undefined || axes.length === 0)
    return { shape: keep ? shape.map(() => 1) : [], problems: [], consumed: shape.map((_, axis) => axis) }
  const found = axes.map((axis) => checkedAxis(axis, shape))
  const consumed = found.map(({ axis }) => axis)
  const problems = found.flatMap((one) => one.problems).slice(0, 1)
  const kept = keep ? shape.map((size, axis) => (consumed.includes(axis) ? 1 : size)) : shape.filter((_, axis) => !consumed.includes(axis))
  return { shape: kept, problems, consumed }
}

type Fold = (elements: readonly number[]) => number | boolean

/** Numbers of a constant along the axes consumed: all of them, or one axis. */
function foldElements({ data, shape }: V.TensorValue, consumed: readonly number[], fold: Fold | undefined): Partial<V.TensorValue> {
  const small = smallShape(shape)
  if (!data || !small || !fold) return {}
  const [axis] = consumed
  if (consumed.length === small.length) return data.length > 0 ? { data: [fold(data.map(Number))] } : {}
  if (consumed.length !== 1 || axis === undefined) return {}
  return { data: rowsAlong(small, axis).map((row) => fold(row.map((position) => Number(data[position])))) }
}

const sumOf: Fold = (elements) => elements.reduce((total, element) => total + element, 0)
const REDUCTIONS: Record<string, { fold?: Fold; rule: (dtype: V.DataType | undefined) => V.DataType | undefined }> = {
  sum: { fold: sumOf, rule: summed },
  nansum: { rule: summed },
  mean: { fold: (elements) => Number(sumOf(elements)) / elements.length, rule: (dtype) => dtype },
  nanmean: { rule: (dtype) => dtype },
  amax: { fold: (elements) => Math.max(...elements), rule: (dtype) => dtype },
  amin: { fold: (elements) => Math.min(...elements), rule: (dtype) => dtype },
  any: { fold: (elements) => elements.some((element) => element !== 0), rule: () => "bool" },
  all: { fold: (elements) => elements.every((element) => element !== 0), rule: () => "bool" },
  logsumexp: { rule: floatingOf },
  argmax: { fold: (elements) => elements.indexOf(Math.max(...elements)), rule: () => "int64" },
  argmin: { fold: (elements) => elements.indexOf(Math.min(...elements)), rule: () => "int64" },
  prod: { fold: (elements) => elements.reduce((total, element) => total * element, 1), rule: summed },
}

/** Axes under `dim` or its older name `axis`. */
function axesOf(call: Arguments): readonly number[] | undefined {
  return call.integers("dim") ?? call.integers("axis")
}

function reduce(call: Arguments, fold: Fold | undefined, dtype: V.DataType | undefined): V.Value {
  const input = call.tensor("input")
  const keep = call.flag("keepdim") === true
  const axes = axesOf(call)
  if (!input.shape && axes === undefined && !keep) return call.emit([input], { shape: [] }, dtype)
  const { shape, problems, consumed } = reduced(shapeOf(call, input), axes, keep)
  return call.emit([input], { shape, problems }, dtype, foldElements(input, consumed, fold))
}

const reductionsOf: Entry[] = Object.entries(REDUCTIONS).flatMap(([name, { fold, rule }]) =>
  functions(`torch.${name} Tensor.${name}`, "input, dim=None, keepdim=False, *, dtype=None, out=None, axis=None", (call) => {
    const { dtype } = call.tensor("input")
    if (name === "mean" && dtype !== undefined && /^(u?int|bool)/.test(dtype) && !call.has("dtype")) {
      call.problem("dtype-mismatch", `mean takes floating numbers, got ${dtype}`)
      return reduce(call, fold, "float32")
    }
    return reduce(call, fold, dtypeOption(call, rule(dtype)))
  }),
)

/** Variance and deviation; their second argument was once a flag. */
const spreads: Entry[] = ["var", "std", "var_mean", "std_mean"].flatMap((name) =>
  functions(
    `torch.${name} Tensor.${name}`,
    "input, dim=None, unbiased=None, keepdim=False, *, correction=1, out=None, axis=None",
    (call) => {
      const input = call.tensor("input")
      const axes = call.read("dim")?.kind === "boolean" ? undefined : axesOf(call)
      const { shape, problems } = reduced(shapeOf(call, input), axes, call.flag("keepdim") === true)
      if (name.endsWith("_mean")) return V.tuple(call.emitAll([input], [shape, shape], input.dtype, { problems }))
      return call.emit([input], { shape, problems }, input.dtype)
    },
  ),
)

const VALUES_AND_INDICES = ["values", "indices"]
const named = (items: readonly V.Value[], names: readonly string[] = VALUES_AND_INDICES): V.TupleValue => ({ kind: "tuple", items, names })

/** A result with the positions it came from. */
function withIndices(
  call: Arguments,
  input: V.TensorValue,
  shape: Shape | undefined,
  problems: readonly Problem[] = [],
  more: Partial<V.TensorValue> = {},
): V.Value {
  const record = { name: call.name, inputs: [input], macs: 0, problems, place: call.place }
  const [values, indices] = call.interpreter.operations(record, "torch", [
    { shape, dtype: input.dtype },
    { shape, dtype: "int64" },
  ])
  const known = values && more.data ? Object.assign(values, more) : values
  return named([known ?? V.NONE, indices ?? V.NONE])
}

/** `max` and `min`: of everything, of two tensors, or along an axis with positions. */
function extreme(call: Arguments, fold: Fold, pick: (left: number, right: number) => number): V.Value {
  const input = call.tensor("input")
  const second = call.value("dim") ?? call.value("other")
  if (second?.kind === "tensor") {
    const { shape, problems, link } = together([input, second])
    const data =
      input.data && second.data && input.data.length === second.data.length
        ? { data: input.data.map((element, index) => pick(Number(element), Number(second.data?.[index]))) }
        : {}
    return call.emit([input, second], { shape, problems }, promote(operandOf(input), operandOf(second)), { ...link, ...data })
  }
  if (second === undefined && call.integers("axis") === undefined)
    return call.emit(
      [input],
      { shape: [] },
      input.dtype,
      input.data && input.data.length > 0 ? { data: [fold(input.data.map(Number))] } : {},
    )
  const { shape, problems, consumed } = reduced(shapeOf(call, input), axesOf(call), call.flag("keepdim") === true)
  return withIndices(call, input, shape, problems, foldElements(input, consumed, fold))
}

const extremes: Entry[] = [
  ...functions("torch.max Tensor.max", "input, dim=None, keepdim=False, *, other=None, out=None, axis=None", (call) =>
    extreme(call, (elements) => Math.max(...elements), Math.max),
  ),
  ...functions("torch.min Tensor.min", "input, dim=None, keepdim=False, *, other=None, out=None, axis=None", (call) =>
    extreme(call, (elements) => Math.min(...elements), Math.min),
  ),
  ...functions("torch.aminmax Tensor.aminmax", "input, *, dim=None, keepdim=False, out=None", (call) => {
    const input = call.tensor("input")
    const { shape, problems } = reduced(shapeOf(call, input), axesOf(call), call.flag("keepdim") === true)
    return named(call.emitAll([input], [shape, shape], input.dtype, { problems }), ["min", "max"])
  }),
  ...["median", "nanmedian", "mode"].flatMap((name) =>
    functions(`torch.${name} Tensor.${name}`, "input, dim=None, keepdim=False, *, out=None", (call) => {
      const input = call.tensor("input")
      if (!call.has("dim") && name !== "mode") return call.emit([input], { shape: [] }, input.dtype)
      const { shape, problems } = reduced(shapeOf(call, input), call.integers("dim") ?? [-1], call.flag("keepdim") === true)
      return withIndices(call, input, shape, problems)
    }),
  ),
  ...functions("torch.kthvalue Tensor.kthvalue", "input, k, dim=-1, keepdim=False, *, out=None", (call) => {
    const input = call.tensor("input")
    const { shape, problems } = reduced(shapeOf(call, input), call.integers("dim") ?? [-1], call.flag("keepdim") === true)
    return withIndices(call, input, shape, problems)
  }),
]

/** Known numbers along their only axis, in order. */
function sortedElements({ data, shape }: V.TensorValue, isDescending: boolean | undefined): Partial<V.TensorValue> {
  if (!data || shape?.length !== 1 || isDescending === undefined || data.some((element) => Number.isNaN(element))) return {}
  const sorted = data.toSorted((one, other) => Number(one) - Number(other))
  return { data: isDescending ? sorted.reverse() : sorted }
}

const orders: Entry[] = [
  ...functions(
    "torch.sort Tensor.sort torch.cummax Tensor.cummax torch.cummin Tensor.cummin",
    "input, dim=-1, descending=False, *, stable=False, out=None",
    (call) => {
      const input = call.tensor("input")
      const dim = call.optionalInteger("dim") ?? -1
      const more = call.name === "sort" ? sortedElements(input, call.flag("descending")) : {}
      return withIndices(call, input, input.shape, input.shape ? checkedAxis(dim, input.shape).problems : [], more)
    },
  ),
  ...functions("torch.argsort Tensor.argsort", "input, dim=-1, descending=False, *, stable=False", (call) =>
    sameShape(call, call.tensor("input"), "int64"),
  ),
  ...functions("torch.msort Tensor.msort", "input, *, out=None", (call) =>
    sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  ),
  ...functions("torch.topk Tensor.topk", "input, k, dim=-1, largest=True, sorted=True, *, out=None", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const count = call.size("k")
    const { axis, problems } = checkedAxis(call.optionalInteger("dim") ?? -1, shape)
    const size = shape[axis]
    if (size !== undefined && lessThan(size, count) === true)
      problems.push({ code: "index-out-of-range" as const, message: `takes the ${dimText(count)} largest of ${dimText(size)}` })
    return withIndices(
      call,
      input,
      shape.map((old, index) => (index === axis ? count : old)),
      problems,
    )
  }),
]

const norms: Entry[] = [
  ...functions("torch.count_nonzero Tensor.count_nonzero", "input, *dim", (call) => {
    const input = call.tensor("input")
    const given = call.sequence(call.required("dim")) ?? [call.required("dim")]
    const axes = given.flatMap((item) => call.sequence(item) ?? [item]).map((item) => call.wholeOf(item, "dim"))
    const { shape, problems, consumed } = reduced(shapeOf(call, input), axes.length > 0 ? axes : undefined, false)
    const countOf: Fold = (elements) => elements.filter((element) => element !== 0).length
    return call.emit([input], { shape, problems }, "int64", foldElements(input, consumed, countOf))
  }),
  ...functions("torch.norm Tensor.norm", "input, p='fro', dim=None, keepdim=False, out=None, dtype=None", (call) =>
    reduce(call, undefined, dtypeOption(call, floatingOf(call.tensor("input").dtype))),
  ),
  ...functions("torch.linalg.norm", "input, ord=None, dim=None, keepdim=False, *, out=None, dtype=None", (call) =>
    reduce(call, undefined, dtypeOption(call, call.tensor("input").dtype)),
  ),
  ...functions("torch.linalg.vector_norm", "input, ord=2, dim=None, keepdim=False, *, dtype=None, out=None", (call) =>
    reduce(call, undefined, dtypeOption(call, call.tensor("input").dtype)),
  ),
  ...functions("torch.linalg.matrix_norm", "input, ord='fro', dim=(-2, -1), keepdim=False, *, dtype=None, out=None", (call) =>
    reduce(call, undefined, dtypeOption(call, call.tensor("input").dtype)),
  ),
  ...functions(
    "torch.quantile Tensor.quantile torch.nanquantile Tensor.nanquantile",
    "input, q, dim=None, keepdim=False, *, interpolation='linear', out=None",
    (call) => {
      const input = call.tensor("input")
      const { shape, problems } = reduced(shapeOf(call, input), call.integers("dim"), call.flag("keepdim") === true)
      const levels = call.tensor("q").shape ?? []
      return call.emit([input], { shape: [...levels, ...shape], problems }, input.dtype)
    },
  ),
  ...functions("torch.dist Tensor.dist", "input, other, p=2", (call) =>
    call.emit(
      [call.tensor("input"), call.tensor("other")],
      { shape: [] },
      promote(operandOf(call.tensor("input")), operandOf(call.tensor("other"))),
    ),
  ),
  ...functions("F.cosine_similarity torch.cosine_similarity", "x1, x2, dim=1, eps=1e-08", (call) =>
    similarity(call, call.integer("dim"), false),
  ),
  ...functions("F.pairwise_distance torch.pairwise_distance", "x1, x2, p=2.0, eps=1e-06, keepdim=False", (call) =>
    similarity(call, -1, call.flag("keepdim") === true),
  ),
  ...functions("F.pdist torch.pdist", "input, p=2", (call) => {
    const input = call.tensor("input")
    const [rows = 1] = shapeOf(call, input)
    const problems =
      shapeOf(call, input).length === 2
        ? []
        : [{ code: "rank-mismatch" as const, message: `expects 2 axes, got ${shapeOf(call, input).length}` }]
    return call.emit(
      [input],
      {
        shape: typeof rows === "number" ? [floorDivide(rows * (rows - 1), 2)] : [call.fresh("pairs", "the number of rows is not known")],
        problems,
      },
      input.dtype,
    )
  }),
]

/** Compares two tensors along an axis. */
export function similarity(call: Arguments, dim: number, keep: boolean): V.Value {
  const [left, right] = [call.tensor("x1"), call.tensor("x2")]
  const { shape, problems } = broadcast(shapeOf(call, left), shapeOf(call, right))
  const { shape: result, problems: more } = reduced(shape, [dim], keep)
  return call.emit(
    [left, right],
    { shape: result, problems: [...problems, ...more] },
    floatingOf(promote(operandOf(left), operandOf(right))),
  )
}

/** What a tensor of one element is as a number. */
const readings: Entry[] = [
  ...functions("Tensor.item Tensor.__int__ Tensor.__float__ Tensor.__bool__ Tensor.__index__", "input", (call) => reading(call)),
  ...functions("Tensor.tolist", "input", (call) => {
    const input = call.tensor("input")
    const small = smallShape(input.shape)
    if (!input.data || !small) return V.unknown("the elements of this tensor are data", call.place)
    return nested(
      input.data.map((element) => scalar(element, input.dtype)),
      small,
    )
  }),
  ...functions("Tensor.numpy Tensor.__array__", "input, *args, **kwargs", (call) => arrayOf(call.tensor("input"))),
  ...functions("torch.numel Tensor.numel Tensor.nelement", "input", (call) => {
    const input = call.tensor("input")
    if (!input.shape) return V.unknown(input.unknown?.reason ?? "the shape is not known", call.place)
    return V.integer(input.shape.reduce((total, size) => multiply(total, size), 1 as Shape[number]))
  }),
]

function scalar(element: number | boolean, dtype: V.DataType | undefined): V.Value {
  if (dtype === "bool" || typeof element === "boolean") return V.boolean(Boolean(element))
  return dtype && /int/.test(dtype) ? V.integer(Number(element)) : V.float(Number(element))
}

function reading(call: Arguments): V.Value {
  const { data, dtype, shape } = call.tensor("input")
  const [element] = data ?? []
  if (data?.length !== 1 || element === undefined) {
    const known = shape && shape.length === 0 ? { type: { float32: "float", int64: "integer", bool: "boolean" }[dtype ?? ""] } : {}
    return { ...V.unknown("the elements of this tensor are data", call.place), ...(known.type !== undefined && { type: known.type }) }
  }
  if (call.name === "__int__") return V.integer(Math.trunc(Number(element)))
  if (call.name === "__float__") return V.float(Number(element))
  if (call.name === "__bool__") return V.boolean(Boolean(element))
  return scalar(element, dtype)
}

/** The tensor as NumPy's array, whose methods have other names and arguments. Of one row NumPy's numbers are known. */
function arrayOf(input: V.TensorValue): V.Value {
  if (input.data && input.shape?.length === 1)
    return { ...V.list(input.data.map((element) => scalar(element, input.dtype))), typeName: "numpy.ndarray" }
  return { ...input, framework: "numpy" }
}

function nested(values: readonly V.Value[], [size, ...rest]: readonly number[]): V.Value {
  if (size === undefined) return values[0] ?? V.NONE
  const step = size === 0 ? 0 : values.length / size
  return V.list(Array.from({ length: size }, (_, index) => nested(values.slice(index * step, (index + 1) * step), rest)))
}

export const reductions: readonly Entry[] = [...reductionsOf, ...spreads, ...extremes, ...orders, ...norms, ...readings]
