/** Functions that arrange what is there anew: view, permute, flatten, squeeze, expand, repeat and their kin. */
import type { Arguments } from "../arguments.ts"
import { expand, flatten, permute, repeat, squeeze, transpose, unflatten, unsqueeze } from "../../operators/arrange.ts"
import { type Dim, floorDivide, isUnknown, maximum, minimum, multiply, product, subtract, add } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { normaliseAxis, reshape, type Shape, volume } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { sizeArguments } from "./creation.ts"
import { type Entry, functions } from "./define.ts"
import { bytesOf } from "../../values/bytes.ts"
import { dtypeNamed } from "./dtypes.ts"
import { permuteElements } from "./elements.ts"
import { cast } from "./pointwise.ts"
import { rank, shapeOf, shapeValue } from "./tensors.ts"

/** Records a view whose elements stay in their order. */
function inOrder(call: Arguments, input: V.TensorValue, { shape, problems }: { shape: Shape; problems: readonly Problem[] }): V.Value {
  const isExpanded = input.data && product(shape) !== input.data.length
  return call.emit(
    [input],
    { shape, problems },
    input.dtype,
    input.data && !isExpanded && problems.length === 0 ? { data: input.data } : {},
  )
}

function permuted(call: Arguments, input: V.TensorValue, order: readonly number[]): V.Value {
  const { shape, problems } = permute(shapeOf(call, input), order)
  const counted = order.map((axis) => normaliseAxis(axis, shape.length) ?? 0)
  return call.emit([input], { shape, problems }, input.dtype, problems.length === 0 ? permuteElements(input, counted) : {})
}

function transposed(call: Arguments, input: V.TensorValue, first: number, second: number): V.Value {
  const from = shapeOf(call, input)
  const { shape, problems } = transpose(from, first, second)
  const [one, other] = [normaliseAxis(first, from.length), normaliseAxis(second, from.length)]
  const order = from.map((_, axis) => (axis === one ? (other ?? axis) : axis === other ? (one ?? axis) : axis))
  return call.emit([input], { shape, problems }, input.dtype, problems.length === 0 ? permuteElements(input, order) : {})
}

/** `x.view(2, -1)`, `x.view((2, -1))`, `x.view(torch.float32)`. */
function view(call: Arguments): V.Value {
  const input = call.tensor("input")
  const given = call.items("shape")
  const dtype = dtypeNamed(call.value("dtype")) ?? (given.length === 1 ? dtypeNamed(given[0]) : undefined)
  if (dtype !== undefined) return reread(call, input, dtype)
  const target = sizeArguments(call, "shape")
  const from = input.shape
  if (!from) return openView(call, input, target)
  const { shape, problems } = reshape(from, target)
  return inOrder(call, input, { shape, problems })
}

/** `view(dtype)` reads the same bytes as another type: the last axis shrinks or grows with the width of the elements. */
function reread(call: Arguments, input: V.TensorValue, dtype: string): V.Value {
  if (input.dtype === undefined) return call.unclear("the type of the elements is not known")
  const [from, to] = [bytesOf(input.dtype), bytesOf(dtype)]
  if (from === to) return cast(call, input, dtype)
  const shape = shapeOf(call, input)
  return call.emit([input], { shape: [...shape.slice(0, -1), floorDivide(multiply(shape.at(-1) ?? 1, from), to)] }, dtype)
}

/** A reshape of what nobody knows has the sizes it names; -1 stays open. */
export function openView(call: Arguments, input: V.TensorValue, target: Shape): V.Value {
  const why = input.unknown?.reason ?? "the shape of what is reshaped is not known"
  return call.emit([input], { shape: target.map((size) => (size === -1 ? call.fresh("?", why) : size)) }, input.dtype)
}

/** Axes as given separately or as one sequence. */
function axesArgument(call: Arguments, name = "dims"): number[] {
  const value = call.required(name)
  const items = call.sequence(value) ?? [value]
  const [only] = items
  const inner = items.length === 1 && only ? (call.sequence(only) ?? items) : items
  return inner.map((item) => call.wholeOf(item, name))
}

/** Moves axes to other places; the rest keep their order. */
function moveAxes(call: Arguments): V.Value {
  const input = call.tensor("input")
  const { length } = shapeOf(call, input)
  const [from, to] = ["source", "destination"].map((name) =>
    (call.integers(name) ?? []).map((axis) => normaliseAxis(axis, length) ?? 0),
  ) as [number[], number[]]
  const rest = Array.from({ length }, (_, axis) => axis).filter((axis) => !from.includes(axis))
  const order = Array.from({ length }, (_, axis) => (to.includes(axis) ? (from[to.indexOf(axis)] as number) : (rest.shift() as number)))
  return permuted(call, input, order)
}

/** `squeeze()`, `squeeze(1)`, `squeeze((0, 1))`, `squeeze(0, 1)`, `squeeze(dim=1)`. */
export function squeezedAxes(call: Arguments): number[] | undefined {
  const given = call.sequence(call.required("dim"))
  return given?.length === 0 ? undefined : axesArgument(call, "dim")
}

/** Where an axis may have one element or more, nobody knows how many axes are left. */
function squeezed(call: Arguments, input: V.TensorValue): V.Value {
  const shape = shapeOf(call, input)
  const axes = squeezedAxes(call)
  const wanted = axes?.map((axis) => shape[axis < 0 ? shape.length + axis : axis]) ?? shape
  if (wanted.some((size) => size !== undefined && isUnknown(size)))
    call.unclear("whether the axis that is squeezed has one element is not known")
  return inOrder(call, input, squeeze(shape, axes))
}

const arrangements: Entry[] = [
  ...functions("Tensor.view Tensor.reshape Tensor._unsafe_view", "input, *shape, dtype=None", view),
  ...functions("torch.reshape", "input, shape", view),
  ...functions("Tensor.view_as Tensor.reshape_as", "input, other", (call) => {
    const { shape, problems } = reshape(shapeOf(call, call.tensor("input")), shapeOf(call, call.tensor("other")))
    return inOrder(call, call.tensor("input"), { shape, problems })
  }),
  ...functions("torch.flatten Tensor.flatten", "input, start_dim=0, end_dim=-1", (call) => {
    const input = call.tensor("input")
    const [start, end] = [call.integer("start_dim"), call.integer("end_dim")]
    if (!input.shape && start === 1 && end === -1)
      return openView(call, input, [call.fresh("N", "the shape of what is flattened is not known"), -1])
    return inOrder(call, input, flatten(shapeOf(call, input), start, end))
  }),
  ...functions("torch.ravel Tensor.ravel", "input", (call) =>
    inOrder(call, call.tensor("input"), flatten(shapeOf(call, call.tensor("input")))),
  ),
  ...functions("torch.unflatten Tensor.unflatten", "input, dim, sizes", (call) =>
    inOrder(call, call.tensor("input"), unflatten(shapeOf(call, call.tensor("input")), call.integer("dim"), call.sizes("sizes"))),
  ),
  ...functions("torch.squeeze Tensor.squeeze", "input, *dim", (call) => squeezed(call, call.tensor("input"))),
  ...functions("torch.unsqueeze Tensor.unsqueeze", "input, dim", (call) =>
    inOrder(call, call.tensor("input"), unsqueeze(shapeOf(call, call.tensor("input")), call.integer("dim"))),
  ),
  ...functions("torch.permute", "input, dims", (call) => permuted(call, call.tensor("input"), axesArgument(call))),
  ...functions("Tensor.permute", "input, *dims", (call) => permuted(call, call.tensor("input"), axesArgument(call))),
  ...functions(
    "torch.transpose Tensor.transpose torch.swapaxes Tensor.swapaxes torch.swapdims Tensor.swapdims",
    "input, dim0, dim1, *, axis0=None, axis1=None",
    (call) => transposed(call, call.tensor("input"), call.integer("dim0"), call.integer("dim1")),
  ),
  ...functions("torch.t Tensor.t", "input", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const problems =
      shape.length > 2 ? [{ code: "rank-mismatch" as const, message: `transposes a matrix, got ${shape.length} dimensions` }] : []
    return problems.length > 0
      ? call.emit([input], { shape, problems }, input.dtype)
      : permuted(call, input, shape.map((_, axis) => axis).reverse())
  }),
  ...functions("Tensor.t_reversed", "input", (call) =>
    permuted(
      call,
      call.tensor("input"),
      shapeOf(call, call.tensor("input"))
        .map((_, axis) => axis)
        .reverse(),
    ),
  ),
  ...functions("Tensor.t_matrix torch.adjoint Tensor.adjoint", "input", (call) => transposed(call, call.tensor("input"), -2, -1)),
  ...functions("torch.movedim Tensor.movedim torch.moveaxis Tensor.moveaxis", "input, source, destination", moveAxes),
  ...functions("torch.rot90 Tensor.rot90", "input, k=1, dims=(0, 1)", (call) => {
    const input = call.tensor("input")
    const [first = 0, second = 1] = call.integers("dims") ?? []
    const shape = shapeOf(call, input)
    return call.emit([input], call.integer("k") % 2 === 0 ? { shape } : transpose(shape, first, second), input.dtype)
  }),
]

const stretching: Entry[] = [
  ...functions("Tensor.sum_to_size", "input, *size", (call) =>
    call.emit([call.tensor("input")], { shape: sizeArguments(call) }, call.tensor("input").dtype),
  ),
  ...functions("Tensor.expand", "input, *size, implicit=False", (call) => expanded(call, sizeArguments(call))),
  ...functions("torch.broadcast_to", "input, shape", (call) => expanded(call, call.sizes("shape"))),
  ...functions("Tensor.broadcast_to", "input, *size", (call) => expanded(call, sizeArguments(call))),
  ...functions("Tensor.expand_as", "input, other", (call) => expanded(call, shapeOf(call, call.tensor("other")))),
  ...functions("Tensor.repeat", "input, *repeats", (call) => {
    const input = call.tensor("input")
    const { shape, problems } = repeat(shapeOf(call, input), sizeArguments(call, "repeats"))
    return call.emit([input], { shape, problems }, input.dtype)
  }),
  ...functions("torch.tile", "input, dims", (call) => tiled(call, call.sizes("dims"))),
  ...functions("Tensor.tile", "input, *dims", (call) => tiled(call, sizeArguments(call, "dims"))),
  ...functions("torch.repeat_interleave Tensor.repeat_interleave", "input, repeats, dim=None, *, output_size=None", repeatInterleave),
]

function expanded(call: Arguments, sizes: readonly Dim[]): V.Value {
  const input = call.tensor("input")
  if (!input.shape) return openView(call, input, sizes)
  const { shape, problems } = expand(input.shape, sizes)
  return call.emit([input], { shape, problems }, input.dtype)
}

/** Missing repeats are 1, in front. */
function tiled(call: Arguments, times: readonly Dim[]): V.Value {
  const input = call.tensor("input")
  const from = shapeOf(call, input)
  const filled = [...new Array<Dim>(Math.max(0, from.length - times.length)).fill(1), ...times]
  const { shape, problems } = repeat(from, filled)
  return call.emit([input], { shape, problems }, input.dtype)
}

function repeatInterleave(call: Arguments): V.Value {
  const input = call.tensor("input")
  const from = call.has("dim") ? shapeOf(call, input) : [volume(shapeOf(call, input))]
  const axis = normaliseAxis(call.optionalInteger("dim") ?? 0, from.length) ?? 0
  const repeats = call.required("repeats")
  const count = repeats.kind === "tensor" ? repeats.data?.reduce<number>((sum, element) => sum + Number(element), 0) : undefined
  const isEach = repeats.kind !== "tensor" || repeats.data?.length === 1
  const size =
    call.optionalSize("output_size") ??
    (isEach
      ? multiply(from[axis] ?? 1, call.interpreter.dim(repeats))
      : (count ?? call.fresh("repeats", "how often each element is repeated depends on the data")))
  return call.emit([input], { shape: from.map((old, at) => (at === axis ? size : old)) }, input.dtype)
}

/** The shortest of the two axes, shortened by the offset. */
function diagonalLength(rows: Dim, columns: Dim, offset: number): Dim {
  return maximum(0, offset >= 0 ? minimum(rows, subtract(columns, offset)) : minimum(add(rows, offset), columns))
}

const diagonals: Entry[] = [
  ...functions("torch.diagonal Tensor.diagonal torch.linalg.diagonal", "input, offset=0, dim1=0, dim2=1", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const [one, other] = [normaliseAxis(call.integer("dim1"), shape.length), normaliseAxis(call.integer("dim2"), shape.length)]
    if (one === undefined || other === undefined)
      return call.emit(
        [input],
        { shape, problems: [{ code: "axis-out-of-range" as const, message: "names a dimension the tensor has not" }] },
        input.dtype,
      )
    const rest = shape.filter((_, axis) => axis !== one && axis !== other)
    return call.emit(
      [input],
      { shape: [...rest, diagonalLength(shape[one] as Dim, shape[other] as Dim, call.integer("offset"))] },
      input.dtype,
    )
  }),
  ...functions("torch.diag Tensor.diag", "input, diagonal=0, *, out=None", (call) => {
    const input = call.tensor("input")
    const [rows = 1, columns] = shapeOf(call, input)
    const offset = call.integer("diagonal")
    const side = add(rows, Math.abs(offset))
    return call.emit([input], { shape: columns === undefined ? [side, side] : [diagonalLength(rows, columns, offset)] }, input.dtype)
  }),
  ...functions("torch.diag_embed Tensor.diag_embed", "input, offset=0, dim1=-2, dim2=-1", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const side = add(shape.at(-1) ?? 1, Math.abs(call.integer("offset")))
    const places = ["dim1", "dim2"].map((name) => normaliseAxis(call.integer(name), shape.length + 1) ?? 0).sort((a, b) => a - b)
    const [first = 0, second = 0] = places
    const lead = shape.slice(0, -1)
    const half = [...lead.slice(0, first), side, ...lead.slice(first)]
    return call.emit([input], { shape: [...half.slice(0, second), side, ...half.slice(second)] }, input.dtype)
  }),
  ...functions("torch.diagflat Tensor.diagflat", "input, offset=0", (call) => {
    const side = add(volume(shapeOf(call, call.tensor("input"))), Math.abs(call.integer("offset")))
    return call.emit([call.tensor("input")], { shape: [side, side] }, call.tensor("input").dtype)
  }),
  ...functions("torch.trace Tensor.trace", "input", (call) => call.emit([call.tensor("input")], { shape: [] }, call.tensor("input").dtype)),
]

/** What tells about a shape. */
const sizes: Entry[] = [
  ...functions("Tensor.size", "input, dim=None", (call) => {
    const input = call.tensor("input")
    const all = shapeValue(input)
    if (!call.has("dim") || all.kind !== "tuple") return all.kind === "unknown" && call.has("dim") ? V.unknown(all.reason, all.place) : all
    const axis = call.integer("dim")
    const found = all.items.at(axis)
    if (found && axis < all.items.length && axis >= -all.items.length) return found
    call.problem("axis-out-of-range", `size names dimension ${axis} of a tensor with ${all.items.length}`)
    return V.unknown(`the tensor has no dimension ${axis}`, call.place)
  }),
  ...functions("Tensor.dim Tensor.ndimension", "input", (call) => rank(call.tensor("input"))),
  ...functions(
    "Tensor.stride Tensor.storage_offset Tensor.data_ptr Tensor.get_device Tensor.storage Tensor.untyped_storage",
    "input, *args",
    (call) => V.unknown("memory is not followed", call.place),
  ),
  ...functions(
    "Tensor.is_contiguous Tensor.is_shared Tensor.is_set_to Tensor.is_pinned Tensor.is_conj Tensor.is_inference",
    "input, *args, **kwargs",
    (call) => V.boolean(call.name === "is_contiguous"),
  ),
  ...functions("Tensor.element_size", "input", () => V.integer(4)),
  ...functions("Tensor.unfold", "input, dimension, size, step", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const axis = normaliseAxis(call.integer("dimension"), shape.length) ?? 0
    const [size, step] = [call.size("size"), call.size("step")]
    const count = add(floorDivide(subtract(shape[axis] ?? 1, size), step), 1)
    return call.emit([input], { shape: [...shape.map((old, at) => (at === axis ? count : old)), size] }, input.dtype)
  }),
  ...functions("torch.as_strided Tensor.as_strided", "input, size, stride, storage_offset=None", (call) =>
    call.emit([call.tensor("input")], { shape: call.sizes("size") }, call.tensor("input").dtype),
  ),
  ...functions("torch.view_as_real Tensor.view_as_real", "input", (call) =>
    call.emit([call.tensor("input")], { shape: [...shapeOf(call, call.tensor("input")), 2] }, "float32"),
  ),
  ...functions("torch.view_as_complex Tensor.view_as_complex", "input", (call) =>
    call.emit([call.tensor("input")], { shape: shapeOf(call, call.tensor("input")).slice(0, -1) }, "complex64"),
  ),
  ...functions("torch.real torch.imag Tensor.real_part", "input", (call) =>
    call.emit(
      [call.tensor("input")],
      { shape: shapeOf(call, call.tensor("input")) },
      call.tensor("input").dtype?.startsWith("complex") ? "float32" : call.tensor("input").dtype,
    ),
  ),
  ...["atleast_1d", "atleast_2d", "atleast_3d"].flatMap((name, index) =>
    functions(`torch.${name}`, "*tensors", (call) => {
      const given = call.items("tensors")
      const listed = given.length === 1 && given[0] && given[0].kind !== "tensor" ? call.sequence(given[0]) : undefined
      const raisedOne = (value: V.Value) => raised(call, call.tensorOf(value), index + 1)
      return given.length === 1 && !listed && given[0] ? raisedOne(given[0]) : V.tuple((listed ?? given).map(raisedOne))
    }),
  ),
]

/** Axes of size 1 in front, and one behind where there are three. */
function raised(call: Arguments, input: V.TensorValue, wanted: number): V.Value {
  const shape = shapeOf(call, input)
  const missing = Math.max(0, wanted - shape.length)
  const behind = wanted === 3 && missing > 0 && shape.length > 0 ? 1 : 0
  return inOrder(call, input, {
    shape: [...new Array<Dim>(missing - behind).fill(1), ...shape, ...new Array<Dim>(behind).fill(1)],
    problems: [],
  })
}

export const views: readonly Entry[] = [...arrangements, ...stretching, ...diagonals, ...sizes]
