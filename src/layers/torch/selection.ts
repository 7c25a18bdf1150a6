/** Functions that pick elements by index or put them somewhere: gather, scatter, masks, look-ups, counts that depend on data. */
import type { Arguments } from "../arguments.ts"
import { type Dim, dimText, equals, lessThan, maximum, product, subtract, sum } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { normaliseAxis, type Shape, shapeText } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { checkedAxis } from "./activations.ts"
import { type Entry, functions } from "./define.ts"
import { type Elements, withData } from "./elements.ts"
import { sameShape } from "./pointwise.ts"
import { shapeOf } from "./tensors.ts"

const DATA = "how many there are depends on the data"
const count = (call: Arguments, name: string): Dim => call.fresh(name, DATA)

/** Replaces one axis by another size. */
const withAxis = (shape: Shape, axis: number, size: Dim): Shape => shape.map((old, at) => (at === axis ? size : old))

function atAxis(call: Arguments, change: (shape: Shape, axis: number) => Shape, name = "dim", more: Partial<V.TensorValue> = {}): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const { axis, problems } = checkedAxis(call.integer(name), shape)
  return call.emit(
    [input],
    { shape: problems.length > 0 ? shape : change(shape, axis), problems },
    input.dtype,
    problems.length > 0 ? {} : more,
  )
}

/** Differences of neighbours among known numbers along their only axis. */
function differences(call: Arguments): Partial<V.TensorValue> {
  const { data, shape, dtype } = call.tensor("input")
  const times = call.size("n")
  if (!data || shape?.length !== 1 || dtype === "bool" || typeof times !== "number" || call.has("prepend") || call.has("append")) return {}
  let numbers = data.map(Number)
  for (let round = 0; round < times && numbers.length > 0; round++)
    numbers = numbers.slice(1).map((element, index) => element - (numbers[index] as number))
  return withData(numbers)
}

/** The axis of a difference, with what is put before and behind it. */
function lengthened(call: Arguments, shape: Shape, axis: number): Dim {
  const more = ["prepend", "append"].map((name) => (call.has(name) ? (call.tensor(name).shape?.[axis] ?? 1) : 0))
  return sum([shape[axis] ?? 1, ...more])
}

const picking: Entry[] = [
  ...functions("torch.gather Tensor.gather", "input, dim, index, *, sparse_grad=False, out=None", (call) => {
    const [input, index] = [call.tensor("input"), call.tensor("index")]
    const problems =
      input.shape && index.shape && input.shape.length !== index.shape.length && index.shape.length > 0
        ? [{ code: "rank-mismatch" as const, message: `takes an index of ${input.shape.length} dimensions, got ${index.shape.length}` }]
        : []
    return call.emit([input, index], { shape: shapeOf(call, index), problems }, input.dtype)
  }),
  ...functions("torch.index_select Tensor.index_select", "input, dim, index, *, out=None", (call) => {
    const index = call.tensor("index")
    return atAxis(call, (shape, axis) => withAxis(shape, axis, shapeOf(call, index)[0] ?? 1))
  }),
  ...functions("torch.select Tensor.select", "input, dim, index", (call) =>
    atAxis(call, (shape, axis) => shape.filter((_, at) => at !== axis)),
  ),
  ...functions("torch.narrow Tensor.narrow torch.narrow_copy Tensor.narrow_copy", "input, dim, start, length, *, out=None", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const { axis, problems } = checkedAxis(call.integer("dim"), shape)
    const [start, length] = [call.size("start"), call.size("length")]
    const size = shape[axis] ?? 1
    const isOut = lessThan(size, length) === true || (lessThan(start, 0) === false && lessThan(subtract(size, start), length) === true)
    if (isOut)
      problems.push({
        code: "index-out-of-range",
        message: `takes ${dimText(length)} elements from ${dimText(start)} of a dimension with ${dimText(size)}`,
      })
    return call.emit([input], { shape: withAxis(shape, axis, length), problems }, input.dtype)
  }),
  ...functions("torch.take Tensor.take", "input, index", (call) =>
    call.emit([call.tensor("input"), call.tensor("index")], { shape: shapeOf(call, call.tensor("index")) }, call.tensor("input").dtype),
  ),
  ...functions("torch.take_along_dim Tensor.take_along_dim", "input, indices, dim=None, *, out=None", (call) => {
    const [input, indices] = [call.tensor("input"), call.tensor("indices")]
    const shape = shapeOf(call, indices)
    if (!call.has("dim")) return call.emit([input, indices], { shape: [product(shape)] }, input.dtype)
    // The other axes broadcast; along `dim` there are as many elements as indices.
    const axis = normaliseAxis(call.integer("dim"), shape.length)
    const result = shape.map((size, at) => (at !== axis && size === 1 ? (input.shape?.[at] ?? size) : size))
    return call.emit([input, indices], { shape: result }, input.dtype)
  }),
  ...functions("torch.masked_select Tensor.masked_select", "input, mask, *, out=None", (call) =>
    call.emit([call.tensor("input"), call.tensor("mask")], { shape: [count(call, "selected")] }, call.tensor("input").dtype),
  ),
  ...functions("torch.diff Tensor.diff", "input, n=1, dim=-1, prepend=None, append=None", (call) =>
    // No difference at all gives the input back, whatever the axis.
    call.size("n") === 0
      ? call.tensor("input")
      : atAxis(
          call,
          (shape, axis) => withAxis(shape, axis, maximum(0, subtract(lengthened(call, shape, axis), call.size("n")))),
          "dim",
          differences(call),
        ),
  ),
]

/** These write into a tensor of the input's shape. */
const WRITING =
  "torch.scatter Tensor.scatter torch.scatter_add Tensor.scatter_add torch.scatter_reduce Tensor.scatter_reduce torch.index_put Tensor.index_put torch.index_reduce Tensor.index_reduce torch.slice_scatter Tensor.slice_scatter torch.select_scatter Tensor.select_scatter torch.diagonal_scatter Tensor.diagonal_scatter torch.put Tensor.put"

/** What is written goes to places along one axis: one row of numbers, as many as there are slices. */
function written(call: Arguments): V.Value {
  const [input, index] = [call.tensor("input"), call.tensor("index")]
  const isList = index.shape === undefined || index.shape.length < 2
  const source = call.read("source")
  const count = source?.kind === "tensor" ? source.shape?.[normaliseAxis(call.integer("dim"), source.shape.length) ?? -1] : undefined
  const [places = 1] = index.shape ?? []
  const differs = isList && index.shape && count !== undefined && equals(count, places) === false
  const problems: Problem[] = [
    ...(isList ? [] : [{ code: "rank-mismatch" as const, message: `takes a row of indices, got ${shapeText(index.shape ?? [])}` }]),
    ...(differs ? [{ code: "length-mismatch" as const, message: `has ${dimText(places)} indices for ${dimText(count)} slices` }] : []),
  ]
  return call.emit([input, ...(source?.kind === "tensor" ? [source] : [])], { shape: shapeOf(call, input), problems }, input.dtype)
}

/** How many ways there are to take some of `count` things. */
const binomial = (count: number, taken: number): number =>
  taken > count || taken === 0
    ? 0
    : Array.from({ length: taken }).reduce<number>((ways, _, index) => (ways * (count - index)) / (index + 1), 1)

const distinct = (data: Elements): Elements => [...new Set(data)].sort((one, other) => Number(one) - Number(other))
const runs = (data: Elements): Elements => data.filter((element, index) => index === 0 || element !== data[index - 1])

/** Which of the distinct elements each element is: the one before it where it begins no new run. */
function inverseOf({ data }: V.TensorValue, found: Elements | undefined, name: string): Elements | undefined {
  if (!found || !data) return undefined
  if (name === "unique") return data.map((element) => found.indexOf(element))
  let run = -1
  return data.map((element, index) => (index === 0 || element !== data[index - 1] ? ++run : run))
}

const countsOf = (input: V.TensorValue, found: Elements | undefined, name: string): Elements | undefined => {
  const inverse = inverseOf(input, found, name)
  return inverse && found?.map((_, at) => inverse.filter((place) => place === at).length)
}

function uniqueEntries(name: string, distinguish: (data: Elements) => Elements): Entry[] {
  const signature = name === "unique" ? "input, sorted=True, " : "input, "
  return functions(`torch.${name} Tensor.${name}`, `${signature}return_inverse=False, return_counts=False, dim=None`, (call) => {
    const input = call.tensor("input")
    const axis = call.optionalInteger("dim")
    // NaN differs from itself, and -0 equals 0: neither is counted as JavaScript's sets do.
    const isPlain = input.data?.every((element) => !Number.isNaN(element) && !Object.is(element, -0))
    const data = axis === undefined && input.data && isPlain ? distinguish(input.data) : undefined
    const found = data?.length ?? count(call, "unique")
    const values = axis === undefined || !input.shape ? [found] : withAxis(input.shape, normaliseAxis(axis, input.shape.length) ?? 0, found)
    const output = call.emit([input], { shape: values }, input.dtype, withData(data))
    const inverse = axis === undefined || !input.shape ? input.shape : [input.shape[normaliseAxis(axis, input.shape.length) ?? 0] ?? 1]
    const more = [
      ...(call.flag("return_inverse") ? [V.tensor("torch", inverse, "int64", withData(inverseOf(input, data, name)))] : []),
      ...(call.flag("return_counts") ? [V.tensor("torch", [found], "int64", withData(countsOf(input, data, name)))] : []),
    ]
    return more.length === 0 ? output : V.tuple([output, ...more])
  })
}

const counting: Entry[] = [
  ...functions("torch.nonzero Tensor.nonzero torch.argwhere Tensor.argwhere", "input, *, out=None, as_tuple=False", (call) => {
    const input = call.tensor("input")
    const { length } = shapeOf(call, input)
    const found = count(call, "nonzero")
    if (call.flag("as_tuple") === true) return V.tuple(call.emitAll([input], new Array<Shape>(length).fill([found]), "int64"))
    return call.emit([input], { shape: [found, length] }, "int64")
  }),
  ...uniqueEntries("unique", distinct),
  ...uniqueEntries("unique_consecutive", runs),
  ...functions("torch.bincount Tensor.bincount", "input, weights=None, minlength=0", (call) =>
    call.emit([call.tensor("input")], { shape: [count(call, "bins")] }, "int64"),
  ),
  ...functions("torch.histc Tensor.histc", "input, bins=100, min=0, max=0, *, out=None", (call) =>
    call.emit([call.tensor("input")], { shape: [call.size("bins")] }, call.tensor("input").dtype),
  ),
  ...functions("torch.multinomial Tensor.multinomial", "input, num_samples, replacement=False, *, generator=None, out=None", (call) =>
    call.emit([call.tensor("input")], { shape: [...shapeOf(call, call.tensor("input")).slice(0, -1), call.size("num_samples")] }, "int64"),
  ),
  ...functions("torch.bucketize", "input, boundaries, *, out_int32=False, right=False, out=None", (call) =>
    sameShape(call, call.tensor("input"), "int64"),
  ),
  ...functions("torch.searchsorted", "sorted_sequence, values, *, out_int32=False, right=False, side=None, out=None, sorter=None", (call) =>
    sameShape(call, call.tensorOf(call.required("values")), "int64"),
  ),
  ...functions("F.one_hot", "tensor, num_classes=-1", (call) => {
    const input = call.tensor("tensor")
    const classes = call.size("num_classes")
    const problems =
      input.dtype !== undefined && input.dtype !== "int64"
        ? [{ code: "dtype-mismatch" as const, message: `takes class numbers of type int64, got ${input.dtype}` }]
        : []
    return call.emit([input], { shape: [...shapeOf(call, input), classes === -1 ? count(call, "classes") : classes], problems }, "int64")
  }),
  ...functions("torch.combinations", "input, r=2, with_replacement=False", (call) => {
    const input = call.tensor("input")
    const [length] = shapeOf(call, input)
    const [taken, again] = [call.size("r"), call.flag("with_replacement")]
    const isKnown = typeof length === "number" && typeof taken === "number" && again !== undefined
    const found = isKnown ? binomial(again ? length + taken - 1 : length, taken) : call.fresh("combinations", "of how many is not known")
    return call.emit([input], { shape: taken === 0 ? [0] : [found, taken] }, input.dtype)
  }),
  ...functions("torch.unravel_index", "indices, shape", (call) => {
    const indices = call.tensor("indices")
    const sizes = call.sizes("shape")
    return V.tuple(call.emitAll([indices], new Array<Shape>(sizes.length).fill(shapeOf(call, indices)), "int64"))
  }),
  ...functions("torch.histogram Tensor.histogram", "input, bins=100, *, range=None, weight=None, density=False, out=None", (call) => {
    const input = call.tensor("input")
    const bins = call.required("bins")
    const edges = bins.kind === "tensor" ? shapeOf(call, bins)[0] : undefined
    const count = edges === undefined ? call.size("bins") : subtract(edges, 1)
    return V.tuple(call.emitAll([input], [[count], [edges ?? sum([count, 1])]], input.dtype))
  }),
]

/** Decompositions give matrices whose sizes follow from the input. */
const decompositions: Entry[] = [
  ...functions("torch.linalg.eigh torch.linalg.eig", "input, UPLO='L', *, out=None", (call) => {
    const shape = shapeOf(call, call.tensor("input"))
    return V.tuple(call.emitAll([call.tensor("input")], [shape.slice(0, -1), shape], call.tensor("input").dtype))
  }),
  ...functions("torch.linalg.solve torch.linalg.lstsq", "A, B, *args, **kwargs", (call) =>
    sameShape(call, call.tensor("B"), call.tensor("B").dtype),
  ),
]

export const selections: readonly Entry[] = [
  ...picking,
  ...functions("torch.index_add Tensor.index_add", "input, dim, index, source, *, alpha=1, out=None", written),
  ...functions("torch.index_copy Tensor.index_copy", "input, dim, index, source, *, out=None", written),
  ...functions("torch.index_fill Tensor.index_fill", "input, dim, index, value", written),
  ...functions(WRITING, "input, *args, **kwargs", (call) => sameShape(call, call.tensor("input"), call.tensor("input").dtype)),
  ...counting,
  ...decompositions,
]
