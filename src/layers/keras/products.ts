/** Matrix products, convolutions and pooling as functions. */
import type { Arguments } from "../arguments.ts"
import { permute, transpose } from "../../operators/arrange.ts"
import { attend } from "../../operators/attend.ts"
import { convolve, convolveTransposed } from "../../operators/convolve.ts"
import { einsum, matmul } from "../../operators/multiply.ts"
import { interpolate } from "../../operators/resize.ts"
import type { Outcome } from "../../operators/outcome.ts"
import { pool } from "../../operators/pool.ts"
import { type Layout, positions, type Window } from "../../operators/window.ts"
import { type Dim, floorDivide, multiply, product } from "../../values/dim.ts"
import { normaliseAxis, type Shape } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions, jointType, operand } from "./function.ts"
import { shapeOf } from "./tensors.ts"

function recorded(call: Arguments, left: V.TensorValue, right: V.TensorValue, outcome: Outcome): V.Value {
  return call.emit([left, right], outcome, jointType([left, right]))
}

/** `a @ b` with optional transposition of either. */
function multiplied(call: Arguments): V.Value {
  const [left, right] = [operand(call, call.required("x")), operand(call, call.required("y"))]
  const turned = (tensor: V.TensorValue, name: string): Shape =>
    call.flag(name) === true ? transpose(shapeOf(call, tensor), -1, -2).shape : shapeOf(call, tensor)
  return recorded(call, left, right, matmul(turned(left, "transpose_a"), turned(right, "transpose_b")))
}

/** `dot` sums over the last axis of the first and the last but one of the second. */
function dotted(call: Arguments): V.Value {
  const [left, right] = [operand(call, call.required("x")), operand(call, call.required("y"))]
  const [a, b] = [shapeOf(call, left), shapeOf(call, right)]
  const at = b.length > 1 ? b.length - 2 : 0
  return contracted(call, left, right, [a.length - 1], [at])
}

/** Sums over pairs of axes; the others stay, the first operand's in front. */
function contracted(
  call: Arguments,
  left: V.TensorValue,
  right: V.TensorValue,
  first: readonly number[],
  second: readonly number[],
): V.Value {
  const [a, b] = [shapeOf(call, left), shapeOf(call, right)]
  const outer = (shape: Shape, axes: readonly number[]) => shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]))
  const one = permute(a, [...outer(a, first), ...first]).shape
  const other = permute(b, [...second, ...outer(b, second)]).shape
  const inner = (shape: Shape) => product(shape)
  const rows = one.slice(0, one.length - first.length)
  const columns = other.slice(second.length)
  const { macs, problems } = matmul([inner(rows), inner(one.slice(rows.length))], [inner(other.slice(0, second.length)), inner(columns)])
  return call.emit([left, right], { shape: [...rows, ...columns], macs, problems }, jointType([left, right]))
}

function tensorDot(call: Arguments): V.Value {
  const [left, right] = [operand(call, call.required("x")), operand(call, call.required("y"))]
  const [rankA, rankB] = [shapeOf(call, left).length, shapeOf(call, right).length]
  const value = call.required("axes")
  const lists = call.sequence(value)
  if (!lists) {
    const count = call.wholeOf(value, "axes")
    return contracted(call, left, right, range(rankA - count, rankA), range(0, count))
  }
  const axes = lists.map((item) => (call.sequence(item) ?? [item]).map((axis) => call.wholeOf(axis, "axes")))
  const at = (rank: number, of: readonly number[] = []) => of.map((axis) => normaliseAxis(axis, rank) ?? 0)
  return contracted(call, left, right, at(rankA, axes[0]), at(rankB, axes[1]))
}

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, index) => start + index)

/** `K.batch_dot`: the batch is shared, one axis of each is summed over. */
function batchDot(call: Arguments): V.Value {
  const [left, right] = [call.tensor("x"), call.tensor("y")]
  const [a, b] = [shapeOf(call, left), shapeOf(call, right)]
  const axes = call.integers("axes") ?? [a.length - 1, b.length > 2 ? b.length - 2 : b.length - 1]
  const [first, second] = [normaliseAxis(axes[0] ?? -1, a.length) ?? 0, normaliseAxis(axes[1] ?? axes[0] ?? -1, b.length) ?? 0]
  const rest = [...a.filter((_, axis) => axis !== first), ...b.filter((_, axis) => axis !== second && axis !== 0)]
  return call.emit([left, right], { shape: rest.length === 1 ? [...rest, 1] : rest, macs: product([...rest, a[first] ?? 1]) }, left.dtype)
}

function einsummed(call: Arguments): V.Value {
  const given = call.items("operands")
  const items = given.length === 1 && given[0] && call.sequence(given[0]) ? (call.sequence(given[0]) ?? []) : given
  const tensors = items.map((item) => operand(call, item))
  const outcome = einsum(
    call.text("equation") ?? call.unclear("the equation is not known"),
    tensors.map((tensor) => shapeOf(call, tensor)),
  )
  if (typeof outcome === "string")
    return call.emit(tensors, { shape: undefined, problems: [{ code: "einsum-mismatch", message: outcome }] }, tensors[0]?.dtype)
  return call.emit(tensors, outcome, jointType(tensors))
}

/** Strides and the like may name all four axes of an image, batch and channels included. */
function spatialSizes(call: Arguments, name: string, rank: number, layout: Layout): Dim[] {
  if (!call.has(name)) return new Array<Dim>(rank).fill(1)
  const sizes = call.sizes(name)
  if (sizes.length === rank + 2) return layout === "channels-first" ? sizes.slice(2) : sizes.slice(1, -1)
  return sizes.length === rank ? sizes : new Array<Dim>(rank).fill(sizes[0] ?? 1)
}

function layoutOf(call: Arguments): Layout {
  const format = call.value("data_format")
  return format?.kind === "string" && /^(NC|channels_?first)/i.test(format.value) ? "channels-first" : "channels-last"
}

function windows(
  call: Arguments,
  sizes: readonly Dim[],
  layout: Layout,
  strides = spatialSizes(call, "strides", sizes.length, layout),
): Window[] {
  const dilations = spatialSizes(call, call.has("dilations") ? "dilations" : "dilation_rate", sizes.length, layout)
  const rule = call.value("padding")
  const padding =
    rule?.kind === "string" && /same/i.test(rule.value)
      ? "same"
      : rule && rule.kind !== "string"
        ? call.unclear("padding given as numbers")
        : "valid"
  return sizes.map((size, axis) => ({ size, stride: strides[axis] ?? 1, dilation: dilations[axis] ?? 1, padding }))
}

const kernelFirst = (kernel: Shape): Shape => [kernel.at(-1) ?? 1, kernel.at(-2) ?? 1, ...kernel.slice(0, -2)]

function convolved(call: Arguments): V.Value {
  const [input, filters] = [call.tensor("x"), call.tensor("filters")]
  const [shape, kernel] = [shapeOf(call, input), shapeOf(call, filters)]
  const layout = layoutOf(call)
  const channels = (layout === "channels-first" ? shape[1] : shape.at(-1)) ?? 1
  const groups = floorDivide(channels, kernel.at(-2) ?? 1)
  return call.emit(
    [input, filters],
    convolve(shape, kernelFirst(kernel), windows(call, kernel.slice(0, -2), layout), groups, layout),
    input.dtype,
  )
}

function depthwise(call: Arguments): V.Value {
  const [input, filters] = [call.tensor("x"), call.tensor("filters")]
  const [shape, kernel] = [shapeOf(call, input), shapeOf(call, filters)]
  const layout = layoutOf(call)
  const [channels, multiplier] = [kernel.at(-2) ?? 1, kernel.at(-1) ?? 1]
  return call.emit(
    [input, filters],
    convolve(
      shape,
      [multiply(channels, multiplier), 1, ...kernel.slice(0, -2)],
      windows(call, kernel.slice(0, -2), layout),
      channels,
      layout,
    ),
    input.dtype,
  )
}

function transposedConvolution(call: Arguments): V.Value {
  const [input, filters] = [call.tensor("x"), call.tensor("filters")]
  const [shape, kernel] = [shapeOf(call, input), shapeOf(call, filters)]
  const layout = layoutOf(call)
  const outcome = convolveTransposed(shape, kernelFirst(kernel), windows(call, kernel.slice(0, -2), layout), [], 1, layout)
  return call.emit(
    [input, filters],
    { ...outcome, shape: call.has("output_shape") ? call.sizes("output_shape") : outcome.shape },
    input.dtype,
  )
}

function pooled(call: Arguments): V.Value {
  const input = call.tensor("x")
  const shape = shapeOf(call, input)
  const layout = layoutOf(call)
  const sizes = spatialSizes(call, "ksize", spatialRank(shape), layout)
  const strides = call.has("strides") ? undefined : sizes
  return call.emit([input], pool(shape, windows(call, sizes, layout, strides), false, layout), input.dtype)
}

const spatialRank = (shape: Shape): number => shape.length - 2

/** Images of another size; a single image has no batch axis. */
function resized(call: Arguments): V.Value {
  const input = call.tensor("x")
  const shape = shapeOf(call, input)
  const layout = layoutOf(call)
  const sizes = call.sizes("size")
  const single = shape.length === 3
  const outcome = interpolate(single ? [1, ...shape] : shape, { sizes }, layout)
  return call.emit(
    [input],
    { shape: single ? outcome.shape.slice(1) : outcome.shape, problems: outcome.problems },
    /nearest/.test(call.text("method") ?? "") ? input.dtype : "float32",
  )
}

const CONVOLUTION = "x, filters, strides=1, padding='valid', data_format=None, dilation_rate=None, dilations=None"

/** Each patch laid out along the last axis; Keras does it by a convolution. */
function patches(call: Arguments, isConvolution: boolean): V.Value {
  const input = call.tensor("x")
  const shape = shapeOf(call, input)
  const [batch = 1] = shape
  const sizes = spatialSizes(call, call.has("sizes") ? "sizes" : "size", 2, "channels-last")
  const dilations = call.has("rates") ? spatialSizes(call, "rates", 2, "channels-last") : [1, 1]
  const strides = call.has("strides") ? spatialSizes(call, "strides", 2, "channels-last") : sizes
  const spots = windows(call, sizes, "channels-last", strides).map((window, axis) =>
    positions(shape[axis + 1] ?? 1, { ...window, dilation: dilations[axis] ?? 1 }),
  )
  const patch = product([...sizes, shape.at(-1) ?? 1])
  const result = [batch, ...spots, patch]
  return call.emit([input], { shape: result, macs: isConvolution ? product([...result, patch]) : 0 }, input.dtype)
}

export const productEntries: readonly Entry[] = [
  ...functions(
    "tf.matmul tf.linalg.matmul ops.matmul T.__matmul__ js.matMul jsT.matMul tf.experimental.numpy.matmul",
    "x, y, transpose_a=False, transpose_b=False",
    multiplied,
  ),
  ...functions("T.__rmatmul__", "y, x", multiplied),
  ...functions("tf.linalg.matvec", "x, y", multiplied),
  ...functions("ops.dot K.dot js.dot jsT.dot", "x, y", dotted),
  ...functions("tf.tensordot ops.tensordot", "x, y, axes=2", tensorDot),
  ...functions("K.batch_dot", "x, y, axes=None", batchDot),
  ...functions("tf.einsum ops.einsum js.einsum", "equation, *operands", einsummed),
  ...functions(
    "tf.nn.conv1d tf.nn.conv2d tf.nn.conv3d tf.nn.convolution ops.conv js.conv1d js.conv2d js.conv3d jsT.conv1d jsT.conv2d K.conv1d K.conv2d K.conv3d",
    CONVOLUTION,
    convolved,
  ),
  ...functions(
    "tf.nn.depthwise_conv2d ops.depthwise_conv js.depthwiseConv2d jsT.depthwiseConv2d K.depthwise_conv2d",
    CONVOLUTION,
    depthwise,
  ),
  ...functions(
    "tf.nn.conv2d_transpose tf.nn.conv1d_transpose tf.nn.conv3d_transpose js.conv2dTranspose jsT.conv2dTranspose js.conv3dTranspose",
    "x, filters, output_shape, strides=1, padding='SAME', data_format=None, dilations=None",
    transposedConvolution,
  ),
  ...functions(
    "ops.conv_transpose",
    "x, filters, strides=1, padding='valid', output_padding=None, data_format=None, dilation_rate=None, output_shape=None",
    transposedConvolution,
  ),
  ...functions(
    "tf.nn.max_pool tf.nn.max_pool1d tf.nn.max_pool2d tf.nn.max_pool3d tf.nn.avg_pool tf.nn.avg_pool1d tf.nn.avg_pool2d tf.nn.avg_pool3d js.maxPool js.avgPool jsT.maxPool jsT.avgPool js.maxPool3d js.avgPool3d",
    "x, ksize, strides=None, padding='valid', data_format=None",
    pooled,
  ),
  ...functions("ops.max_pool ops.average_pool K.pool2d", "x, ksize, strides=None, padding='valid', data_format=None", pooled),
  ...functions(
    "tf.image.resize ops.image.resize tf.compat.v1.image.resize js.image.resizeBilinear jsT.resizeBilinear js.image.resizeNearestNeighbor jsT.resizeNearestNeighbor tf.image.resize_with_pad_size",
    "x, size, method='bilinear', data_format=None",
    resized,
  ),
  ...functions(
    "tf.image.extract_patches",
    "x, size=None, strides=None, rates=None, padding='valid', sizes=None, dilation_rate=None, dilations=None",
    (call) => patches(call, false),
  ),
  ...functions(
    "ops.image.extract_patches",
    "x, size=None, strides=None, rates=None, padding='valid', sizes=None, dilation_rate=None, dilations=None",
    (call) => patches(call, true),
  ),
  ...functions("K.ctc_batch_cost", "y_true, y_pred", (call) =>
    call.emit([call.tensor("y_pred")], { shape: [shapeOf(call, call.tensor("y_pred"))[0] ?? 1, 1] }, "float32"),
  ),
  ...functions("ops.dot_product_attention", "query, key, value", (call) => {
    const tensors = [call.tensor("query"), call.tensor("key"), call.tensor("value")]
    const [query = [], key = [], value = []] = tensors.map((tensor) => permute(shapeOf(call, tensor), [0, 2, 1, 3]).shape)
    const outcome = attend(query, key, value)
    return call.emit(tensors, { ...outcome, shape: permute(outcome.shape, [0, 2, 1, 3]).shape }, tensors[0]?.dtype)
  }),
]
