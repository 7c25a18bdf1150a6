/** Functions of `keras.ops` and `tf` as NumPy knows them, beyond those that every model uses: joins, diagonals, orders, windows. */
import type { Arguments } from "../arguments.ts"
import { flatten, permute, stack } from "../../operators/arrange.ts"
import { reduce } from "../../operators/reduce.ts"
import { add, type Dim, floorDivide, minimum, multiply, product, subtract, sum } from "../../values/dim.ts"
import { broadcastAll, concatenated, normaliseAxis, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { broadcastOperands, functions, jointType, operand, typeArgument } from "./function.ts"
import { shapeOf } from "./tensors.ts"

const x = (call: Arguments): V.TensorValue => operand(call, call.required("x"))
const y = (call: Arguments): V.TensorValue => operand(call, call.required("y"))
const axisIn = (call: Arguments, rank: number, fallback: number): number =>
  normaliseAxis(call.optionalInteger("axis") ?? fallback, rank) ?? call.unclear("the axis lies outside the tensor")

/** One tensor in, one of another shape out. */
const changing = (names: string, signature: string, change: (shape: Shape, call: Arguments) => Shape, dtype?: V.DataType): Entry[] =>
  functions(names, signature, (call) => {
    const input = x(call)
    return call.emit([input], { shape: change(shapeOf(call, input), call) }, dtype ?? input.dtype)
  })

/** Two tensors in, one out. */
const pairing = (names: string, signature: string, change: (one: Shape, other: Shape, call: Arguments) => Shape): Entry[] =>
  functions(names, signature, (call) => {
    const [one, other] = [x(call), y(call)]
    return call.emit([one, other], { shape: change(shapeOf(call, one), shapeOf(call, other), call) }, jointType([one, other]))
  })

const without = (shape: Shape, ...axes: number[]): Shape => shape.filter((_, index) => !axes.includes(index))
const replaced = (shape: Shape, axis: number, size: Dim): Shape => shape.map((dim, index) => (index === axis ? size : dim))

/** Axes in front, as `atleast_2d` and `atleast_3d` put them. */
const RAISED: Readonly<Record<number, (shape: Shape) => Shape>> = {
  1: (shape) => (shape.length === 0 ? [1] : shape),
  2: (shape) => (shape.length === 0 ? [1, 1] : shape.length === 1 ? [1, ...shape] : shape),
  3: (shape) => (shape.length < 2 ? [1, ...(RAISED[1] as (of: Shape) => Shape)(shape), 1] : shape.length === 2 ? [...shape, 1] : shape),
}

const stacking = (name: string, rank: number, axis: number): Entry[] =>
  functions(`ops.${name}`, "values", (call) => {
    const tensors = (call.sequence(call.required("values")) ?? call.unclear("what is joined is no list")).map((item) => operand(call, item))
    const shapes = tensors.map((tensor) => (RAISED[rank] as (of: Shape) => Shape)(shapeOf(call, tensor)))
    return call.emit(tensors, concatenated(shapes, Math.min(axis, (shapes[0]?.length ?? 1) - 1)), jointType(tensors))
  })

const diagonalLength = (rows: Dim, columns: Dim, offset: number): Dim =>
  offset >= 0 ? minimum(rows, subtract(columns, offset)) : minimum(add(rows, offset), columns)

function diagonal(shape: Shape, call: Arguments): Shape {
  const [first, second] = [normaliseAxis(call.integer("axis1"), shape.length), normaliseAxis(call.integer("axis2"), shape.length)]
  if (first === undefined || second === undefined) return call.unclear("the axis lies outside the tensor")
  return [...without(shape, first, second), diagonalLength(shape[first] ?? 1, shape[second] ?? 1, call.optionalInteger("offset") ?? 0)]
}

/** A row becomes a matrix with it on a diagonal; of a matrix the diagonal is taken. */
function diag(shape: Shape, call: Arguments): Shape {
  const offset = call.optionalInteger("k") ?? 0
  const [rows = 1, columns = 1] = shape
  if (shape.length === 2) return [diagonalLength(rows, columns, offset)]
  const side = add(rows, Math.abs(offset))
  return [side, side]
}

/** The q-th parts stand in front of what is left. */
const quantiles = functions(
  "ops.quantile ops.percentile ops.nanquantile ops.nanpercentile",
  "x, q, axis=None, method='linear', keepdims=False",
  (call) => {
    const input = x(call)
    const rest = reduce(shapeOf(call, input), call.integers("axis"), call.flag("keepdims") === true)
    const parts = operand(call, call.required("q"))
    return call.emit([input], { ...rest, shape: [...shapeOf(call, parts), ...rest.shape] }, input.dtype)
  },
)

function halved(shape: Shape, call: Arguments): Shape {
  const axis = axisIn(call, shape.length, -1)
  return replaced(shape, axis, floorDivide(shape[axis] ?? 1, 2))
}

const isFirst = (call: Arguments): boolean => /first|NC/.test(call.text("data_format") ?? "")

/** Blocks of an image as channels, or channels as blocks. */
const blocks = (name: string, isInverse: boolean): Entry[] =>
  changing(
    `ops.${name} tf.nn.${name} js.${name === "depth_to_space" ? "depthToSpace" : "spaceToDepth"}`,
    "x, block_size, data_format='channels_last'",
    (shape, call) => {
      const block = call.size("block_size")
      const [batch = 1, ...rest] = shape
      const channels = (isFirst(call) ? rest[0] : rest.at(-1)) ?? 1
      const axes = isFirst(call) ? rest.slice(1) : rest.slice(0, -1)
      const area = multiply(block, block)
      const sides = axes.map((axis) => (isInverse ? floorDivide(axis, block) : multiply(axis, block)))
      const depth = isInverse ? multiply(channels, area) : floorDivide(channels, area)
      return isFirst(call) ? [batch, depth, ...sides] : [batch, ...sides, depth]
    },
  )

/** Sums of rows that belong together: as many as there are segments. */
const segments = functions(
  "ops.segment_sum ops.segment_max ops.segment_min ops.segment_prod tf.math.unsorted_segment_sum tf.math.unsorted_segment_mean tf.math.unsorted_segment_max tf.math.unsorted_segment_min tf.math.unsorted_segment_prod tf.math.unsorted_segment_sqrt_n",
  "x, segment_ids, num_segments=None",
  (call) => {
    const input = x(call)
    const count = call.optionalSize("num_segments") ?? call.fresh("segments", "how many segments there are depends on the data")
    return call.emit([input], { shape: [count, ...shapeOf(call, input).slice(1)] }, input.dtype)
  },
)

const sortedSegments = functions(
  "tf.math.segment_sum tf.math.segment_mean tf.math.segment_max tf.math.segment_min tf.math.segment_prod",
  "x, segment_ids",
  (call) => {
    const input = x(call)
    const count = call.fresh("segments", "how many segments there are depends on the data")
    return call.emit([input], { shape: [count, ...shapeOf(call, input).slice(1)] }, input.dtype)
  },
)

/** Which classes occur, as a vector; over the second axis of a batch. */
function multiHot(shape: Shape, call: Arguments): Shape {
  const axis = axisIn(call, shape.length, -1)
  const wide = [...shape.slice(0, axis + 1), call.size("num_classes"), ...shape.slice(axis + 1)]
  return without(wide, shape.length > 1 ? 1 : 0)
}

const kept = (names: string, signature: string, dtype?: V.DataType): Entry[] => changing(names, signature, (shape) => shape, dtype)

/** Tensors written over in places keep their shape. */
const updates = [
  ...kept("ops.slice_update", "x, start_indices, updates"),
  ...kept("ops.scatter_update", "x, indices, updates, reduction=None"),
  ...kept(
    "tf.tensor_scatter_nd_update tf.tensor_scatter_nd_add tf.tensor_scatter_nd_sub tf.tensor_scatter_nd_max tf.tensor_scatter_nd_min",
    "x, indices, updates",
  ),
  ...functions("ops.scatter", "indices, values, shape", (call) =>
    call.emit([operand(call, call.required("values"))], { shape: call.sizes("shape") }, operand(call, call.required("values")).dtype),
  ),
  ...functions("tf.scatter_nd", "indices, updates, shape", (call) =>
    call.emit([operand(call, call.required("updates"))], { shape: call.sizes("shape") }, operand(call, call.required("updates")).dtype),
  ),
]

const gatherNd = functions("tf.gather_nd js.gatherND", "x, indices, batch_dims=0", (call) => {
  const [input, indices] = [x(call), operand(call, call.required("indices"))]
  const picked = shapeOf(call, indices)
  const depth = picked.at(-1)
  const batch = call.optionalInteger("batch_dims") ?? 0
  if (typeof depth !== "number") return call.unclear("how deep the indices go is not known")
  return call.emit([input, indices], { shape: [...picked.slice(0, -1), ...shapeOf(call, input).slice(batch + depth)] }, input.dtype)
})

const grids = functions("ops.meshgrid tf.meshgrid js.meshgrid", "*values, indexing='xy'", (call) => {
  const tensors = call.items("values").map((item) => operand(call, item))
  const sizes = tensors.map((tensor) => product(shapeOf(call, tensor)))
  const isSwapped = (call.text("indexing") ?? "xy") === "xy" && sizes.length > 1
  const shape = isSwapped ? [sizes[1] as Dim, sizes[0] as Dim, ...sizes.slice(2)] : sizes
  return V.list(
    call.emitAll(
      tensors,
      tensors.map(() => shape),
      jointType(tensors),
    ),
  )
})

const windows = functions(
  "ops.bartlett ops.blackman ops.hamming ops.hanning ops.kaiser tf.signal.hann_window tf.signal.hamming_window tf.signal.kaiser_window",
  "count",
  (call) => V.tensor(call.framework, [call.size("count")], "float32"),
)

const spaced = functions("ops.logspace ops.geomspace", "start, stop, num=50", (call) =>
  V.tensor(call.framework, [call.size("num")], "float32"),
)

/** How many there are is seen only in the data. */
const counted = [
  ...functions("ops.nonzero tf.where_nonzero", "x", (call) => {
    const input = x(call)
    const count = call.fresh("nonzero", "how many elements are not zero depends on the data")
    return V.tuple(
      call.emitAll(
        [input],
        shapeOf(call, input).map(() => [count]),
        "int64",
      ),
    )
  }),
  ...functions("ops.bincount tf.math.bincount js.bincount", "x, weights=None, minlength=0", (call) =>
    call.emit([x(call)], { shape: [call.fresh("bins", "the largest number decides how many are counted")] }, "int32"),
  ),
]

export const numericalEntries: readonly Entry[] = [
  ...[stacking("vstack", 2, 0), stacking("hstack", 1, 1), stacking("dstack", 3, 2)].flat(),
  ...pairing("ops.append", "x, y, axis=None", (one, other, call) =>
    call.has("axis") ? concatenated([one, other], axisIn(call, one.length, 0)).shape : [add(product(one), product(other))],
  ),
  ...changing("ops.diag", "x, k=0", diag),
  ...changing("ops.diagflat", "x, k=0", (shape, call) => diag([product(shape)], call)),
  ...changing("ops.diagonal", "x, offset=0, axis1=0, axis2=1", diagonal),
  ...changing("ops.trace", "x, offset=0, axis1=0, axis2=1", (shape, call) => diagonal(shape, call).slice(0, -1)),
  ...changing("tf.linalg.diag tf.compat.v1.matrix_diag", "x", (shape) => [...shape, shape.at(-1) ?? 1]),
  ...changing("tf.linalg.diag_part", "x", (shape) => [...shape.slice(0, -2), minimum(shape.at(-2) ?? 1, shape.at(-1) ?? 1)]),
  ...changing("tf.linalg.trace", "x", (shape) => shape.slice(0, -2)),
  ...functions("ops.tri", "rows, columns=None, k=0, dtype=None", (call) =>
    V.tensor(call.framework, [call.size("rows"), call.optionalSize("columns") ?? call.size("rows")], typeArgument(call) ?? "float32"),
  ),
  ...changing("ops.vander", "x, N=None, increasing=False", ([length = 1], call) => [length, call.optionalSize("N") ?? length]),
  ...changing("ops.diff", "x, n=1, axis=-1", (shape, call) => {
    const axis = axisIn(call, shape.length, -1)
    return replaced(shape, axis, subtract(shape[axis] ?? 1, call.size("n")))
  }),
  ...changing("ops.trapezoid", "x, points=None, dx=1.0, axis=-1", (shape, call) => without(shape, axisIn(call, shape.length, -1))),
  ...changing("ops.rot90 tf.image.rot90", "x, k=1, axes=None", (shape, call) => {
    const [one = 0, other = 1] = (call.integers("axes") ?? (call.name === "rot90" && shape.length > 3 ? [1, 2] : [0, 1])).map(
      (axis) => normaliseAxis(axis, shape.length) ?? 0,
    )
    const order = shape.map((_, axis) => (axis === one ? other : axis === other ? one : axis))
    return Math.abs(call.optionalInteger("k") ?? 1) % 2 === 0 ? shape : permute(shape, order).shape
  }),
  ...changing("ops.glu act.glu", "x, axis=-1", halved),
  ...changing("tf.nn.crelu js.crelu", "x, axis=-1", (shape, call) => {
    const axis = axisIn(call, shape.length, -1)
    return replaced(shape, axis, multiply(shape[axis] ?? 1, 2))
  }),
  ...blocks("depth_to_space", false),
  ...blocks("space_to_depth", true),
  ...pairing("ops.kron", "x, y", (one, other) => {
    const rank = Math.max(one.length, other.length)
    const wide = (shape: Shape): Shape => [...new Array<Dim>(rank - shape.length).fill(1), ...shape]
    const [left, right] = [wide(one), wide(other)]
    return left.map((dim, axis) => multiply(dim, right[axis] ?? 1))
  }),
  ...pairing("ops.outer", "x, y", (one, other) => [...flatten(one).shape, ...flatten(other).shape]),
  ...pairing("ops.cross tf.linalg.cross", "x, y", (one, other) => broadcastAll([one, other]).shape ?? one),
  ...functions("ops.searchsorted tf.searchsorted", "x, y, side='left'", (call) =>
    call.emit([x(call), y(call)], { shape: shapeOf(call, y(call)) }, "int32"),
  ),
  ...kept("ops.digitize", "x, bins", "int32"),
  ...kept("ops.isin", "x, y", "bool"),
  ...functions("ops.allclose", "x, y", (call) => call.emit([x(call), y(call)], { shape: [] }, "bool")),
  ...kept("ops.argpartition", "x, kth, axis=-1", "int32"),
  ...kept("ops.in_top_k tf.math.in_top_k tf.nn.in_top_k", "x, y, k", "bool"),
  ...quantiles,
  ...changing("ops.multi_hot", "x, num_classes=None, axis=-1", multiHot, "float32"),
  ...segments,
  ...sortedSegments,
  ...updates,
  ...gatherNd,
  ...grids,
  ...windows,
  ...spaced,
  ...counted,
  ...functions("ops.select", "condlist, choicelist, default=0", (call) => {
    const tensors = [...call.items("condlist"), ...call.items("choicelist")].map((item) => operand(call, item))
    return broadcastOperands(call, tensors, jointType(tensors.slice(call.items("condlist").length)))
  }),
  ...functions("ops.unravel_index tf.unravel_index", "x, shape", (call) =>
    V.tuple(
      call.emitAll(
        [x(call)],
        call.sizes("shape").map(() => shapeOf(call, x(call))),
        "int32",
      ),
    ),
  ),
  ...functions("tf.parallel_stack", "values", (call) => {
    const tensors = call.tensors("values")
    return call.emit(
      tensors,
      stack(
        tensors.map((tensor) => shapeOf(call, tensor)),
        0,
      ),
      jointType(tensors),
    )
  }),
  ...functions("ops.histogram", "x, bins=10", (call) =>
    V.tuple(call.emitAll([x(call)], [[call.size("bins")], [sum([call.size("bins"), 1])]], "float32")),
  ),
  ...functions("ops.dtype", "x", (call) => {
    const { dtype } = x(call)
    return dtype === undefined ? call.unclear("the dtype is not known") : V.string(dtype)
  }),
  ...functions("ops.is_tensor tf.is_tensor tf.debugging.is_numeric_tensor", "x", (call) => V.boolean(call.required("x").kind === "tensor")),
]
