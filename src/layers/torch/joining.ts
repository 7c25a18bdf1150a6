/** Functions that join tensors or take them apart: cat, stack, split, chunk, unbind, meshgrid. */
import type { Arguments } from "../arguments.ts"
import { piecesOf, split, stack } from "../../operators/arrange.ts"
import { ceilDivide, type Dim, isConcrete, multiply, product, subtract } from "../../values/dim.ts"
import { concatenated, normaliseAxis, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { checkedAxis } from "./activations.ts"
import { type Entry, functions } from "./define.ts"
import { operandOf, promote } from "./dtypes.ts"
import { joinElements, takeFirst } from "./elements.ts"
import { shapeOf } from "./tensors.ts"

/** How many pieces are made one by one; more become a list that says why it ends. */
const PIECE_LIMIT = 4096

const dtypeOf = (tensors: readonly V.TensorValue[]): V.DataType | undefined =>
  tensors.map(operandOf).reduce((left, right) => ({ ...left, dtype: promote(left, right) })).dtype

function concatenate(call: Arguments, axis: number): V.Value {
  const items = call.tensors("tensors")
  if (items.length === 0) {
    call.problem("argument-error", `${call.name} joins an empty list of tensors`, { isLacking: true })
    return call.unclear("there is nothing to join")
  }
  // Old code starts from an empty vector, which torch leaves out.
  const kept = items.filter((item) => !(item.shape?.length === 1 && item.shape[0] === 0) || items.every(({ shape }) => shape?.length === 1))
  const shapes = kept.map((item) => item.shape)
  if (shapes.includes(undefined)) return partlyKnown(call, kept, axis)
  return joined(call, kept, shapes as Shape[], axis)
}

function joined(call: Arguments, items: readonly V.TensorValue[], shapes: readonly Shape[], dim: number): V.Value {
  const [first = []] = shapes
  const { axis, problems } = checkedAxis(dim, first)
  const scalar = shapes.find((shape) => shape.length === 0)
  if (scalar)
    return call.emit(
      items,
      { shape: [items.length], problems: [{ code: "rank-mismatch", message: "joins tensors without dimensions" }] },
      dtypeOf(items),
    )
  const { shape, problems: more } = concatenated(shapes, axis)
  return call.emit(
    items,
    { shape, problems: [...problems, ...more].slice(0, 1) },
    dtypeOf(items),
    problems.length + more.length === 0 ? joinElements(items, axis) : {},
  )
}

/** Where one part is not known, the sizes of the others still are, except along the axis joined. */
function partlyKnown(call: Arguments, items: readonly V.TensorValue[], dim: number): V.Value {
  const known = items.find(({ shape }) => shape)?.shape
  const why = items.find(({ shape }) => !shape)?.unknown
  if (!known) return call.unclear(why?.reason ?? "the shapes of what is joined are not known")
  const axis = normaliseAxis(dim, known.length) ?? 0
  const size = call.fresh("joined", why?.reason ?? "the shape of one of the parts is not known")
  return call.emit(items, { shape: known.map((old, at) => (at === axis ? size : old)) }, dtypeOf(items))
}

function stacked(call: Arguments, axis: number): V.Value {
  const items = call.tensors("tensors")
  if (items.length === 0) {
    call.problem("argument-error", "stack joins an empty list of tensors", { isLacking: true })
    return call.unclear("there is nothing to stack")
  }
  const known = items.find(({ shape }) => shape)?.shape
  if (!known) return call.unclear(items[0]?.unknown?.reason ?? "the shapes of what is stacked are not known")
  const { shape, problems } = stack(
    items.map((item) => item.shape ?? known),
    axis,
  )
  const isFlat = known.length === 0 && items.every(({ data }) => data?.length === 1)
  return call.emit(
    items,
    { shape, problems },
    dtypeOf(items),
    isFlat ? { data: items.map(({ data }) => data?.[0] ?? 0) } : axis === 0 ? stackedElements(items) : {},
  )
}

const stackedElements = (items: readonly V.TensorValue[]): Partial<V.TensorValue> =>
  items.every(({ data }) => data) ? { data: items.flatMap(({ data }) => data ?? []) } : {}

/** vstack, hstack, dstack: each part gets enough axes, then they are joined. */
function stackedAlong(call: Arguments, rank: number, axis: (rank: number) => number): V.Value {
  const items = call.tensors("tensors")
  const shapes = items.map((item) => raised(shapeOf(call, item), rank))
  const [first = []] = shapes
  const { shape, problems } = concatenated(shapes, axis(first.length))
  return call.emit(items, { shape, problems }, dtypeOf(items))
}

function raised(shape: Shape, rank: number): Shape {
  if (shape.length >= rank) return shape
  if (rank === 3 && shape.length > 0) return [...new Array<Dim>(2 - shape.length).fill(1), ...shape, 1]
  return [...new Array<Dim>(rank - shape.length).fill(1), ...shape]
}

/** Pieces of given lengths. */
function pieces(call: Arguments, input: V.TensorValue, lengths: readonly Dim[], dim: number): V.Value {
  const { shapes, problems } = split(shapeOf(call, input), lengths, dim)
  const made = call.emitAll([input], shapes, input.dtype, { problems })
  return V.tuple(problems.length === 0 && dim === 0 ? made.map((piece, index) => withElements(input, piece, lengths, index)) : made)
}

/** A piece of a small constant tensor keeps its elements. */
function withElements(input: V.TensorValue, piece: V.TensorValue, lengths: readonly Dim[], index: number): V.TensorValue {
  const start = lengths.slice(0, index).reduce<number>((sum, length) => sum + Number(length), 0)
  const positions = Array.from({ length: input.data ? Number(lengths[index]) : 0 }, (_, offset) => start + offset)
  return { ...piece, ...takeFirst(input, positions) }
}

/** Pieces whose number is not known. */
function openPieces(call: Arguments, input: V.TensorValue, axis: number, size: Dim, reason: string): V.Value {
  const shape = shapeOf(call, input).map((old, at) => (at === axis ? size : old))
  const piece = call.emit([input], { shape }, input.dtype)
  return { kind: "iterator", items: [piece], position: 0, rest: V.unknown(reason, call.place) }
}

function splitInto(call: Arguments, tensor = "input", sizes = "split_size_or_sections"): V.Value {
  const input = call.tensor(tensor)
  const shape = shapeOf(call, input)
  const dim = call.integer("dim")
  const { axis, problems } = checkedAxis(dim, shape)
  if (problems.length > 0) return V.tuple(call.emitAll([input], [shape], input.dtype, { problems }))
  const value = call.required(sizes)
  const listed = call.sequence(value)
  if (listed)
    return pieces(
      call,
      input,
      listed.map((item) => call.interpreter.dim(item)),
      dim,
    )
  const size = call.interpreter.dim(value)
  if (size === 0) return call.unclear("pieces of size 0 are made")
  const lengths = piecesOf(shape[axis] ?? 1, size)
  if (!lengths || lengths.length > PIECE_LIMIT)
    return openPieces(call, input, axis, size, "into how many pieces the tensor is split is not known")
  return pieces(call, input, lengths, dim)
}

function chunked(call: Arguments): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const { axis, problems } = checkedAxis(call.integer("dim"), shape)
  if (problems.length > 0) return V.tuple(call.emitAll([input], [shape], input.dtype, { problems }))
  const count = call.integer("chunks")
  const whole = shape[axis] ?? 1
  if (count < 1 || count > PIECE_LIMIT) return call.unclear("into how many chunks is not known")
  const length = ceilDivide(whole, count)
  if (isConcrete(whole)) return pieces(call, input, piecesOf(whole, length === 0 ? 1 : length) ?? [], axis)
  // A symbolic size is taken to fill all chunks; the last one takes what remains.
  return pieces(call, input, [...new Array<Dim>(count - 1).fill(length), subtract(whole, multiply(count - 1, length))], axis)
}

/** `tensor_split`: nearly equal parts, or parts between given places. */
function tensorSplit(call: Arguments, dim: number): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const { axis } = checkedAxis(dim, shape)
  const whole = shape[axis] ?? 1
  const given = call.value("indices_or_sections") ?? call.value("indices") ?? call.required("sections")
  // hsplit and its kin take a number, a list, or the places one by one.
  const several = given.kind === "tuple" ? given.items : []
  const value = several.length === 1 && call.name !== "tensor_split" && several[0] ? several[0] : given
  const places = call.sequence(value)?.map((item) => call.wholeOf(item, "indices"))
  if (typeof whole !== "number") return call.unclear("the size of the axis that is split is not known")
  if (!places) {
    const count = call.wholeOf(value, "sections")
    return pieces(
      call,
      input,
      Array.from({ length: count }, (_, index) => Math.floor(whole / count) + (index < whole % count ? 1 : 0)),
      axis,
    )
  }
  // Places need not be in order; pieces may then overlap.
  const bounds = [0, ...places.map((place) => Math.max(0, Math.min(whole, place < 0 ? place + whole : place))), whole]
  const lengths = bounds.slice(1).map((bound, index) => Math.max(0, bound - (bounds[index] as number)))
  if (bounds.every((bound, index) => index === 0 || bound >= (bounds[index - 1] as number))) return pieces(call, input, lengths, axis)
  const shapes = lengths.map((length) => shape.map((size, at) => (at === axis ? length : size)))
  return V.tuple(call.emitAll([input], shapes, input.dtype))
}

/** One tensor for each position of an axis. */
export function unbound(call: Arguments, input: V.TensorValue, dim: number): V.Value {
  const shape = shapeOf(call, input)
  const { axis, problems } = checkedAxis(dim, shape)
  const rest = shape.filter((_, at) => at !== axis)
  const size = shape[axis]
  if (shape.length === 0 || size === undefined) return call.unclear("a tensor without dimensions is taken apart")
  if (typeof size !== "number" || size > PIECE_LIMIT) {
    const item = call.emit([input], { shape: rest, problems }, input.dtype)
    return { kind: "iterator", items: [item], position: 0, rest: V.unknown("how many parts there are is not known", call.place) }
  }
  const parts = call.emitAll([input], new Array<Shape>(size).fill(rest), input.dtype, { problems })
  return V.tuple(axis === 0 && input.data ? parts.map((part, index) => Object.assign(part, takeFirst(input, [index]))) : parts)
}

function meshgrid(call: Arguments): V.Value {
  const given = call.items("tensors")
  const [only] = given
  const items = (given.length === 1 && only && only.kind !== "tensor" ? (call.sequence(only) ?? given) : given).map((item) =>
    call.tensorOf(item),
  )
  const sizes = items.map((item) => shapeOf(call, item)[0] ?? 1)
  const [first, second, ...rest] = sizes
  const shape = call.text("indexing") === "xy" && first !== undefined && second !== undefined ? [second, first, ...rest] : sizes
  return V.tuple(
    call.emitAll(
      items,
      items.map(() => shape),
      items[0]?.dtype,
    ),
  )
}

export const joining: readonly Entry[] = [
  ...functions("torch.cat torch.concat torch.concatenate", "tensors, dim=0, *, out=None, axis=None", (call) =>
    concatenate(call, call.optionalInteger("axis") ?? call.integer("dim")),
  ),
  ...functions("torch.stack", "tensors, dim=0, *, out=None", (call) => stacked(call, call.integer("dim"))),
  ...functions("torch.vstack torch.row_stack", "tensors, *, out=None", (call) => stackedAlong(call, 2, () => 0)),
  ...functions("torch.hstack", "tensors, *, out=None", (call) => stackedAlong(call, 1, (rank) => (rank === 1 ? 0 : 1))),
  ...functions("torch.dstack", "tensors, *, out=None", (call) => stackedAlong(call, 3, () => 2)),
  ...functions("torch.column_stack", "tensors, *, out=None", (call) => {
    const items = call.tensors("tensors")
    const shapes = items.map((item) => shapeOf(call, item)).map((shape) => (shape.length === 1 ? [...shape, 1] : shape))
    const { shape, problems } = concatenated(shapes, 1)
    return call.emit(items, { shape, problems }, dtypeOf(items))
  }),
  ...functions("torch.split torch.unsafe_split Tensor.unsafe_split", "tensor, split_size_or_sections, dim=0", (call) =>
    splitInto(call, "tensor", "split_size_or_sections"),
  ),
  ...functions("Tensor.split", "input, split_size, dim=0", (call) => splitInto(call, "input", "split_size")),
  ...functions("torch.functional.split torch.split_with_sizes Tensor.split_with_sizes", "input, split_size_or_sections, dim=0", (call) =>
    splitInto(call),
  ),
  ...functions("torch.chunk Tensor.chunk torch.unsafe_chunk Tensor.unsafe_chunk", "input, chunks, dim=0", chunked),
  ...functions("torch.tensor_split Tensor.tensor_split", "input, indices_or_sections=None, dim=0, *, indices=None, sections=None", (call) =>
    tensorSplit(call, call.integer("dim")),
  ),
  ...functions("torch.hsplit Tensor.hsplit", "input, *indices_or_sections", (call) =>
    tensorSplit(call, shapeOf(call, call.tensor("input")).length === 1 ? 0 : 1),
  ),
  ...functions("torch.vsplit Tensor.vsplit", "input, *indices_or_sections", (call) => tensorSplit(call, 0)),
  ...functions("torch.dsplit Tensor.dsplit", "input, *indices_or_sections", (call) => tensorSplit(call, 2)),
  ...functions("torch.unbind Tensor.unbind", "input, dim=0", (call) => unbound(call, call.tensor("input"), call.integer("dim"))),
  ...functions("Tensor.__iter__", "input", (call) => {
    const parts = unbound(call, call.tensor("input"), 0)
    return parts.kind === "tuple" ? { kind: "iterator", items: parts.items, position: 0 } : parts
  }),
  ...functions("torch.meshgrid", "*tensors, indexing='ij'", meshgrid),
  ...functions("torch.cartesian_prod", "*tensors", (call) => {
    const items = call.items("tensors").map((item) => call.tensorOf(item))
    return call.emit(
      items,
      { shape: [product(items.map((item) => shapeOf(call, item)[0] ?? 1)), ...(items.length > 1 ? [items.length] : [])] },
      items[0]?.dtype,
    )
  }),
  ...functions("torch.block_diag", "*tensors", (call) => {
    const items = call.items("tensors").map((item) => call.tensorOf(item))
    const shapes = items.map((item) => raised(shapeOf(call, item), 2))
    const along = (axis: number) =>
      concatenated(
        shapes.map((shape) => [shape[axis] ?? 1]),
        0,
      ).shape[0] ?? 0
    return call.emit(items, { shape: [along(0), along(1)] }, dtypeOf(items))
  }),
]
