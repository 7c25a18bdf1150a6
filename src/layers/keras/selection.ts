/** Functions that pick: indexing, gathering, one-hot vectors, the largest values. */
import type { Arguments } from "../arguments.ts"
import { index } from "../../operators/index.ts"
import { add } from "../../values/dim.ts"
import { normaliseAxis } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { partsOf } from "../torch/indexing.ts"
import type { Entry } from "./define.ts"
import { functions, operand, typeArgument } from "./function.ts"
import { tensorsIn } from "./nesting.ts"
import { shapeOf } from "./tensors.ts"

function taken(call: Arguments): V.Value {
  const input = call.tensor("x")
  const key = call.read("key") ?? V.NONE
  if (!input.shape)
    return call.emit([input], { shape: undefined }, input.dtype, {
      unknown: input.unknown ?? V.unknown("the shape of what is indexed is not known", call.place),
    })
  const parts = partsOf(call, key)
  return call.emit([input, ...tensorsIn(key)], index(input.shape, parts), input.dtype)
}

/** Vectors looked up by number along an axis. */
function gathered(call: Arguments): V.Value {
  const [input, indices] = [operand(call, call.required("x")), operand(call, call.required("indices"))]
  const shape = shapeOf(call, input)
  const picked = shapeOf(call, indices)
  if (!call.has("axis") && call.name === "take") return call.emit([input, indices], { shape: picked }, input.dtype)
  const batch = call.optionalInteger("batch_dims") ?? 0
  const axis = call.has("axis") ? normaliseAxis(call.integer("axis"), shape.length) : batch
  if (axis === undefined) return call.unclear("the axis lies outside the tensor")
  return call.emit([input, indices], { shape: [...shape.slice(0, axis), ...picked.slice(batch), ...shape.slice(axis + 1)] }, input.dtype)
}

function oneHot(call: Arguments): V.Value {
  const input = operand(call, call.required("x"))
  const shape = shapeOf(call, input)
  const axis = normaliseAxis(call.optionalInteger("axis") ?? -1, shape.length + 1) ?? shape.length
  return call.emit(
    [input],
    { shape: [...shape.slice(0, axis), call.size(call.has("depth") ? "depth" : "num_classes"), ...shape.slice(axis)] },
    typeArgument(call) ?? "float32",
  )
}

function largest(call: Arguments): V.Value {
  const input = call.tensor("x")
  const shape = [...shapeOf(call, input).slice(0, -1), call.size("k")]
  const [values, indices] = call.emitAll([input], [shape, shape], input.dtype)
  if (!values || !indices) return V.NONE
  indices.dtype = "int32"
  if (call.framework === "tfjs")
    return V.dictionaryOf(
      [
        ["values", values],
        ["indices", indices],
      ],
      { isObject: true },
    )
  return { kind: "tuple", items: [values, indices], names: ["values", "indices"] }
}

/** `tf.slice(x, begin, size)`; −1 takes the rest. */
function sliced(call: Arguments): V.Value {
  const input = call.tensor("x")
  const shape = shapeOf(call, input)
  const begin = call.sizes("begin")
  const size = call.has("size") ? call.sizes("size") : []
  const parts = shape.map((_, axis) => {
    const from = begin[axis] ?? 0
    const count = size[axis] ?? -1
    return { kind: "slice" as const, lower: from, upper: count === -1 ? undefined : add(from, count), step: 1 }
  })
  return call.emit([input], index(shape, parts), input.dtype)
}

export const selectionEntries: readonly Entry[] = [
  ...functions("T.__getitem__ ops.get_item", "x, key", taken),
  ...functions(
    "tf.gather tf.nn.embedding_lookup K.gather tf.compat.v1.gather",
    "x, indices, validate_indices=None, axis=None, batch_dims=0",
    gathered,
  ),
  ...functions("ops.take", "x, indices, axis=None", gathered),
  ...functions("js.gather jsT.gather", "x, indices, axis=0, batch_dims=0", gathered),
  ...functions("ops.take_along_axis tf.experimental.numpy.take_along_axis", "x, indices, axis=None", (call) =>
    call.emit([call.tensor("x"), call.tensor("indices")], { shape: shapeOf(call, call.tensor("indices")) }, call.tensor("x").dtype),
  ),
  ...functions("tf.one_hot js.oneHot", "x, depth, on_value=None, off_value=None, axis=None, dtype=None", oneHot),
  ...functions("ops.one_hot K.one_hot", "x, depth=None, axis=-1, dtype=None, num_classes=None", oneHot),
  ...functions("tf.nn.top_k tf.math.top_k ops.top_k js.topk jsT.topk", "x, k=1", largest),
  ...functions("tf.slice ops.slice js.slice js.slice1d js.slice2d js.slice3d js.slice4d jsT.slice", "x, begin, size=None", sliced),
  ...functions("tf.boolean_mask js.booleanMaskAsync", "x, mask", (call) => {
    const [input, mask] = [call.tensor("x"), call.tensor("mask")]
    const rank = shapeOf(call, mask).length
    return call.emit(
      [input, mask],
      { shape: [call.fresh("selected", "how many elements a mask takes depends on the data"), ...shapeOf(call, input).slice(rank)] },
      input.dtype,
    )
  }),
  ...functions("tf.argsort ops.argsort js.argSort", "x", (call) =>
    call.emit([call.tensor("x")], { shape: shapeOf(call, call.tensor("x")) }, "int32"),
  ),
]
