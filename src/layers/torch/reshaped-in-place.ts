/** Methods that change the shape of the tensor they are called on: `squeeze_`, `transpose_`, `resize_` and their kin. */
import type { Arguments } from "../arguments.ts"
import { squeeze, transpose, unsqueeze } from "../../operators/arrange.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import { sizeArguments } from "./creation.ts"
import { dropData, type Entry, functions } from "./define.ts"
import { shapeOf } from "./tensors.ts"
import { squeezedAxes } from "./views.ts"

interface Arranged {
  readonly shape: Shape
  readonly problems: readonly Problem[]
}

/** The tensor stays the same object and has another shape from here on. */
function changed(names: string, signature: string, arrange: (call: Arguments, shape: Shape) => Arranged): Entry[] {
  return functions(names, signature, (call): V.Value => {
    const input = call.tensor("input")
    const { shape, problems } = arrange(call, shapeOf(call, input))
    dropData(call.interpreter, input)
    call.emit([input], { shape, problems }, input.dtype)
    call.interpreter.heap.touch(input)
    input.shape = shape
    return input
  })
}

const plain = (shape: Shape): Arranged => ({ shape, problems: [] })

export const reshapedInPlace: readonly Entry[] = [
  ...changed("Tensor.squeeze_", "input, *dim", (call, shape) => squeeze(shape, squeezedAxes(call))),
  ...changed("Tensor.unsqueeze_", "input, dim", (call, shape) => unsqueeze(shape, call.integer("dim"))),
  ...changed("Tensor.t_", "input", (_, shape) => plain(shape.toReversed())),
  ...changed("Tensor.transpose_ Tensor.swapaxes_ Tensor.swapdims_", "input, dim0, dim1", (call, shape) =>
    transpose(shape, call.integer("dim0"), call.integer("dim1")),
  ),
  ...changed("Tensor.resize_", "input, *size, memory_format=None", (call) => plain(sizeArguments(call))),
  ...changed("Tensor.resize_as_", "input, other, *, memory_format=None", (call) => plain(shapeOf(call, call.tensor("other")))),
  ...changed("Tensor.as_strided_", "input, size, stride, storage_offset=None", (call) => plain(call.sizes("size"))),
]
