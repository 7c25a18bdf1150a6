/** Functions that move, join, split, repeat and pad axes. */
import type { Arguments } from "../arguments.ts"
import { expand, flatten, permute, piecesOf, repeat, split, squeeze, stack, transpose, unsqueeze } from "../../operators/arrange.ts"
import { add, type Dim, isConcrete, multiply, subtract } from "../../values/dim.ts"
import { concatenated, normaliseAxis, reshape, type Shape, type Shaped } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, visibleShape } from "./define.ts"
import { functions, jointType, operand, shapeArgument } from "./function.ts"
import { shapeOf, sizeTuple } from "./tensors.ts"

/** One tensor in, one out. */
function arranged(names: string, signature: string, arrange: (shape: Shape, call: Arguments) => Shaped): Entry[] {
  return functions(names, signature, (call) => {
    const input = operand(call, call.required("x"))
    return call.emit([input], arrange(shapeOf(call, input), call), input.dtype)
  })
}

const reversed = (shape: Shape): number[] => shape.map((_, axis) => shape.length - 1 - axis)
const axisOf = (call: Arguments, rank: number, name = "axis"): number =>
  normaliseAxis(call.integer(name), rank) ?? call.unclear("the axis lies outside the tensor")

const VIEWS: Entry[] = [
  ...arranged("tf.reshape ops.reshape K.reshape js.reshape jsT.reshape jsT.as", "x, shape", (shape, call) =>
    reshape(shape, shapeArgument(call, "shape")),
  ),
  ...["as2D", "as3D", "as4D", "as5D", "asScalar"].flatMap((name) =>
    arranged(`jsT.${name}`, "x", (shape, call) => reshape(shape, call.sizesOf(call.read("more") ?? V.list([])))),
  ),
  ...arranged("jsT.reshapeAs jsT.viewAs", "x, other", (shape, call) => reshape(shape, shapeOf(call, call.tensor("other")))),
  ...arranged("tf.transpose ops.transpose K.permute_dimensions js.transpose jsT.transpose", "x, axes=None", (shape, call) =>
    permute(shape, call.integers("axes") ?? reversed(shape)),
  ),
  ...arranged("K.transpose T.T_reversed", "x", (shape) => permute(shape, reversed(shape))),
  ...arranged("tf.linalg.matrix_transpose tf.linalg.adjoint", "x", (shape) => transpose(shape, -1, -2)),
  ...arranged("ops.swapaxes tf.experimental.numpy.swapaxes", "x, axis1, axis2", (shape, call) =>
    transpose(shape, call.integer("axis1"), call.integer("axis2")),
  ),
  ...arranged("ops.moveaxis tf.experimental.numpy.moveaxis", "x, source, destination", moveAxes),
  ...functions("tf.expand_dims ops.expand_dims K.expand_dims", "x, axis=-1", (call) => {
    const value = call.required("x")
    // One size becomes a row of sizes, which may be joined with others.
    if (value.kind === "integer") return V.tuple([value])
    const input = operand(call, value)
    return call.emit([input], insertAxes(shapeOf(call, input), call.integers("axis") ?? [-1]), input.dtype)
  }),
  ...arranged("js.expandDims jsT.expandDims", "x, axis=0", (shape, call) => unsqueeze(shape, call.integer("axis"))),
  ...arranged("tf.squeeze ops.squeeze K.squeeze js.squeeze jsT.squeeze", "x, axis=None", (shape, call) =>
    squeeze(shape, call.integers("axis")),
  ),
  ...arranged("K.batch_flatten", "x", (shape) => flatten(shape, 1)),
  ...arranged("K.flatten ops.ravel js.flatten jsT.flatten jsT.as1D", "x", (shape) => flatten(shape)),
  ...arranged("tf.broadcast_to ops.broadcast_to js.broadcastTo jsT.broadcastTo", "x, shape", (shape, call) =>
    expand(shape, shapeArgument(call, "shape")),
  ),
  ...arranged("tf.tile K.tile js.tile jsT.tile", "x, repeats=None, multiples=None", (shape, call) =>
    repeat(shape, shapeArgument(call, call.has("repeats") ? "repeats" : "multiples")),
  ),
  ...arranged("ops.tile", "x, repeats", (shape, call) => repeat(shape, forLastAxes(shapeArgument(call, "repeats"), shape))),
  ...arranged("tf.repeat ops.repeat K.repeat_elements", "x, repeats, axis=None", repeated),
  ...arranged(
    "tf.pad ops.pad js.pad jsT.pad js.pad1d js.pad2d js.pad3d js.pad4d js.mirrorPad jsT.mirrorPad",
    "x, pad_width=None, paddings=None",
    padded,
  ),
  ...arranged("tf.roll ops.roll tf.reverse js.reverse js.reverse1d js.reverse2d js.reverse3d js.reverse4d", "x", (shape) => ({
    shape,
    problems: [],
  })),
]

/** NumPy's functions take fewer repeats than axes: those in front are not repeated. */
const forLastAxes = (times: Shape, shape: Shape): Shape => [
  ...new Array<number>(Math.max(0, shape.length - times.length)).fill(1),
  ...times,
]

function insertAxes(shape: Shape, axes: readonly number[]): Shaped {
  let found: Shaped = { shape, problems: [] }
  for (const axis of axes) found = unsqueeze(found.shape, axis)
  return found
}

function moveAxes(shape: Shape, call: Arguments): Shaped {
  const rank = shape.length
  const source = (call.integers("source") ?? []).map((axis) => normaliseAxis(axis, rank) ?? 0)
  const destination = (call.integers("destination") ?? []).map((axis) => normaliseAxis(axis, rank) ?? 0)
  const order = shape.map((_, axis) => axis).filter((axis) => !source.includes(axis))
  for (const [place, axis] of destination
    .map((place, index) => [place, source[index] ?? 0] as const)
    .sort((left, right) => left[0] - right[0]))
    order.splice(place, 0, axis)
  return permute(shape, order)
}

function repeated(shape: Shape, call: Arguments): Shaped {
  const times = call.size("repeats")
  if (!call.has("axis")) return { shape: [shape.reduce<Dim>((product, dim) => multiply(product, dim), times)], problems: [] }
  const axis = axisOf(call, shape.length)
  return { shape: shape.map((dim, index) => (index === axis ? multiply(dim, times) : dim)), problems: [] }
}

/** Pairs before and after each axis; one pair or number for all. */
function padded(shape: Shape, call: Arguments): Shaped {
  const value = call.value("pad_width") ?? call.value("paddings") ?? call.required("pad_width")
  const items = call.sequence(value)
  if (!items) return { shape: shape.map((dim) => add(dim, multiply(2, call.interpreter.dim(value)))), problems: [] }
  const pairs = items.map((item) => call.sizesOf(item))
  return { shape: shape.map((dim, axis) => add(dim, marginOf(pairs[axis] ?? [0, 0]))), problems: [] }
}

const marginOf = ([before = 0, after = before]: readonly Dim[]): Dim => add(before, after)

/** What `tf.shape` gives are sizes; joining such rows gives a row of sizes. */
function joinedSizes(call: Arguments): V.Value | undefined {
  const rows = call.items("values")
  const parts = rows.map((row) =>
    row.kind === "tuple" || row.kind === "list"
      ? row.items
      : row.kind === "tensor" && row.data && row.shape?.length === 1
        ? row.data.map((item) => V.integer(Number(item)))
        : undefined,
  )
  if (rows.length === 0 || rows.every((row) => row.kind === "tensor") || parts.includes(undefined)) return undefined
  return V.tuple(parts.flatMap((part) => part ?? []))
}

function joined(call: Arguments): V.Value {
  const sizes = joinedSizes(call)
  if (sizes) return sizes
  const tensors = joinable(call)
  const shapes = tensors.map((tensor) => shapeOf(call, tensor))
  const rank = shapes[0]?.length ?? 0
  if (rank === 0) return call.unclear("numbers are joined along an axis")
  return call.emit(tensors, concatenated(shapes, axisOf(call, rank)), jointType(tensors))
}

const joinable = (call: Arguments): V.TensorValue[] => {
  const items = call.sequence(call.required("values")) ?? call.unclear("what is joined is no list")
  return items.map((item) => operand(call, item))
}

function stacked(call: Arguments): V.Value {
  const items = call.sequence(call.required("values")) ?? call.unclear("what is stacked is no list")
  if (items.length > 0 && items.every((item) => item.kind === "integer")) return V.tuple([...items])
  const tensors = items.map((item) => operand(call, item))
  const shapes = tensors.map((tensor) => shapeOf(call, tensor))
  return call.emit(tensors, stack(shapes, call.integer("axis")), jointType(tensors))
}

const JOINING: Entry[] = [
  ...functions("tf.concat js.concat tf.compat.v1.concat", "values, axis=0", joined),
  ...functions("js.concat1d js.concat2d js.concat3d js.concat4d", "values, axis=0", joined),
  ...functions("ops.concatenate", "values, axis=0", joined),
  ...functions("K.concatenate", "values, axis=-1", joined),
  ...functions("jsT.concat", "x, others, axis=0", (call) => {
    const others = call.required("others")
    const tensors = [call.tensor("x"), ...(call.sequence(others) ?? [others]).map((value) => operand(call, value))]
    return call.emit(
      tensors,
      concatenated(
        tensors.map((tensor) => shapeOf(call, tensor)),
        axisOf(call, tensors[0]?.shape?.length ?? 0),
      ),
      jointType(tensors),
    )
  }),
  ...functions("tf.stack ops.stack K.stack js.stack", "values, axis=0", stacked),
]

function pieces(call: Arguments, lengths: readonly Dim[], axis: number): V.Value {
  const input = call.tensor("x")
  const { shapes, problems } = split(shapeOf(call, input), lengths, axis)
  return V.list(call.emitAll([input], shapes, input.dtype, { problems }))
}

/** A number of equal pieces; with a remainder it is an error, which the operator reports. */
function equalPieces(call: Arguments, count: Dim, axis: number): Dim[] {
  const whole = shapeOf(call, call.tensor("x"))[axis] ?? 1
  if (!isConcrete(count) || Number(count) > 4096) return call.unclear("the number of pieces is not known")
  const size = isConcrete(whole) ? Math.floor(Number(whole) / Number(count)) : undefined
  const lengths = size !== undefined ? new Array<Dim>(Number(count)).fill(size) : piecesOf(whole, count)
  return lengths ?? call.unclear("the size of the pieces is not known")
}

/** TensorFlow: a number of pieces, or their sizes. */
function splitBySizes(call: Arguments): V.Value {
  const axis = axisOf(call, shapeOf(call, call.tensor("x")).length)
  const value = call.required("num_or_size_splits")
  const items = call.sequence(value)
  const sizes = items
    ? withRest(
        call,
        items.map((item) => call.interpreter.dim(item)),
        axis,
      )
    : equalPieces(call, call.interpreter.dim(value), axis)
  return pieces(call, sizes, axis)
}

/** One piece may be −1, which takes what the others leave. */
function withRest(call: Arguments, sizes: readonly Dim[], axis: number): Dim[] {
  const whole = shapeOf(call, call.tensor("x"))[axis] ?? 1
  const others = sizes.filter((size) => size !== -1)
  return sizes.map((size) => (size === -1 ? others.reduce<Dim>((left, other) => subtract(left, other), whole) : size))
}

/** Keras: a number of pieces, or the places between them. */
function splitAtPlaces(call: Arguments): V.Value {
  const axis = axisOf(call, shapeOf(call, call.tensor("x")).length)
  const value = call.required("indices_or_sections")
  const items = call.sequence(value)
  if (!items) return pieces(call, equalPieces(call, call.interpreter.dim(value), axis), axis)
  const places = [0, ...items.map((item) => call.interpreter.dim(item)), shapeOf(call, call.tensor("x"))[axis] ?? 1]
  return pieces(
    call,
    places.slice(1).map((place, index) => subtract(place, places[index] ?? 0)),
    axis,
  )
}

function unstacked(call: Arguments): V.Value {
  const input = call.tensor("x")
  const shape = shapeOf(call, input)
  const axis = axisOf(call, shape.length)
  const count = shape[axis] ?? 1
  if (!isConcrete(count) || Number(count) > 4096) return call.unclear("the number of pieces is not known")
  const rest = shape.filter((_, index) => index !== axis)
  return V.list(call.emitAll([input], new Array<Shape>(Number(count)).fill(rest), input.dtype))
}

const SPLITTING: Entry[] = [
  ...functions("tf.split js.split jsT.split", "x, num_or_size_splits, axis=0", splitBySizes),
  ...functions("ops.split ops.array_split", "x, indices_or_sections, axis=0", splitAtPlaces),
  ...[
    ["hsplit", 1],
    ["vsplit", 0],
    ["dsplit", 2],
  ].flatMap(([name, axis]) => functions(`ops.${name}`, `x, indices_or_sections, axis=${axis}`, splitAtPlaces)),
  ...functions("tf.unstack", "x, num=None, axis=0", unstacked),
  ...functions("ops.unstack", "x, num=None, axis=0", unstacked),
  ...functions("js.unstack jsT.unstack", "x, axis=0", unstacked),
  ...functions("T.__iter__", "x, axis=0", unstacked),
]

const SIZES: Entry[] = [
  ...functions("K.int_shape", "x", (call) => visibleShape(shapeOf(call, call.tensor("x")), "keras")),
  ...functions("tf.shape ops.shape K.shape tf.compat.v1.shape", "x", (call) => sizeTuple(shapeOf(call, operand(call, call.required("x"))))),
  ...functions("tf.size ops.size K.count_params", "x", (call) =>
    V.integer(shapeOf(call, operand(call, call.required("x"))).reduce<Dim>((product, dim) => multiply(product, dim), 1)),
  ),
  ...functions("tf.rank ops.ndim K.ndim", "x", (call) => V.integer(shapeOf(call, operand(call, call.required("x"))).length)),
  ...functions("T.get_shape", "x", (call) => visibleShape(shapeOf(call, call.tensor("x")), "keras")),
  ...functions("T.__len__", "x", (call) => V.integer(shapeOf(call, call.tensor("x"))[0] ?? 0)),
]

export const arrangementEntries: readonly Entry[] = [...VIEWS, ...JOINING, ...SPLITTING, ...SIZES]
