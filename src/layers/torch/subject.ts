/** The weight that `nn.utils` rewrites: found in its module, taken out, and seen as a matrix. */
import type { Arguments } from "../arguments.ts"
import * as modules from "../modules.ts"
import { type Dim, product } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"

export interface Found {
  readonly module: V.InstanceValue
  readonly name: string
  readonly weight: V.TensorValue
  readonly shape: Shape
}

/** The module and the tensor that are to be rewritten: a parameter, or what an earlier rewriting left in its place. */
export function subject(call: Arguments, argument = "name"): Found {
  const module = call.required("module")
  const name = call.text(argument) ?? "weight"
  if (!modules.isModule(module)) return call.unclear("what is given is no known module")
  const own = module.attributes.get(name)
  const weight =
    new Map([...modules.parametersOf(module), ...modules.buffersOf(module)]).get(name) ?? (own?.kind === "tensor" ? own : undefined)
  if (!weight?.shape) return call.unclear(`the module has no parameter ${name} of known shape`)
  return { module, name, weight, shape: weight.shape }
}

/** What the layer computes with is an ordinary tensor from now on. */
export function forgetAndPut(call: Arguments, { module, name, weight, shape }: Found): V.TensorValue {
  modules.forget(call.interpreter, module, name)
  const computed = V.tensor("torch", shape, weight.dtype)
  call.interpreter.heap.touch(module.attributes)
  module.attributes.set(name, computed)
  return computed
}

/** One magnitude for each index of the kept axis; one for all when dim is None. */
export function magnitudes(shape: Shape, dim: number | undefined): Shape {
  if (dim === undefined) return []
  const axis = dim < 0 ? dim + shape.length : dim
  return shape.map((size, index) => (index === axis ? size : 1))
}

/** The weight as a matrix: the output axis against all others. */
export function asMatrix({ module, shape }: Found, dim: number | undefined): readonly [Dim, Dim] {
  const axis = dim ?? (module.class.mro.some(({ name }) => /ConvTranspose/.test(name)) ? 1 : 0)
  return [shape[axis] ?? 1, product(shape.filter((_, index) => index !== axis))]
}
