/** Weight and spectral normalisation, pruning: how `nn.utils` rewrites the weights of a layer it is given. */
import type { Arguments } from "../arguments.ts"
import * as modules from "../modules.ts"
import { type Dim, product } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { weightValue } from "./layer.ts"

interface Found {
  readonly module: V.InstanceValue
  readonly name: string
  readonly weight: V.TensorValue
  readonly shape: Shape
}

/** The module and the parameter that are to be rewritten. */
function subject(call: Arguments): Found {
  const module = call.required("module")
  const name = call.text("name") ?? "weight"
  if (!modules.isModule(module)) return call.unclear("what is given is no known module")
  const weight = new Map(modules.parametersOf(module)).get(name)
  if (!weight?.shape) return call.unclear(`the module has no parameter ${name} of known shape`)
  return { module, name, weight, shape: weight.shape }
}

function forgetAndPut(call: Arguments, { module, name, weight, shape }: Found): V.TensorValue {
  modules.forget(call.interpreter, module, name)
  // What the layer computes with is an ordinary tensor from now on.
  const computed = V.tensor("torch", shape, weight.dtype)
  call.interpreter.heap.touch(module.attributes)
  module.attributes.set(name, computed)
  return computed
}

const parameter = (shape: Shape): V.Value => weightValue(shape, "parameter")
const register = (call: Arguments, module: V.InstanceValue, registry: "_parameters" | "_buffers", name: string, value: V.Value) =>
  modules.register(call.interpreter, module, registry, name, value)

/** One magnitude for each index of the kept axis; all of them when dim is None. */
function magnitudes(shape: Shape, dim: number | undefined): Shape {
  if (dim === undefined) return []
  const axis = dim < 0 ? dim + shape.length : dim
  return shape.map((size, index) => (index === axis ? size : 1))
}

function weightNorm(call: Arguments): V.Value {
  const found = subject(call)
  forgetAndPut(call, found)
  const dim = V.isNone(call.read("dim")) ? undefined : call.integer("dim")
  register(call, found.module, "_parameters", `${found.name}_g`, parameter(magnitudes(found.shape, dim)))
  register(call, found.module, "_parameters", `${found.name}_v`, parameter(found.shape))
  return found.module
}

/** The weight as a matrix: the output axis against all others. */
function asMatrix({ module, shape }: Found, dim: number | undefined): readonly [Dim, Dim] {
  const axis = dim ?? (module.class.mro.some(({ name }) => /ConvTranspose/.test(name)) ? 1 : 0)
  return [shape[axis] ?? 1, product(shape.filter((_, index) => index !== axis))]
}

function spectralNorm(call: Arguments): V.Value {
  const found = subject(call)
  forgetAndPut(call, found)
  const [rows, columns] = asMatrix(found, call.optionalInteger("dim"))
  register(call, found.module, "_parameters", `${found.name}_orig`, parameter(found.shape))
  register(call, found.module, "_buffers", `${found.name}_u`, weightValue([rows], "buffer"))
  register(call, found.module, "_buffers", `${found.name}_v`, weightValue([columns], "buffer"))
  found.module.attributes.set(modules.SPECTRAL, V.tuple([V.integer(rows), V.integer(columns)]))
  return found.module
}

/** `module.parametrizations.<name>`: a module that holds the original tensors. */
function parametrized(call: Arguments, found: Found, originals: Record<string, Shape>, inner: Record<string, Shape>): V.Value {
  const { interpreter, place } = call
  const plain = interpreter.catalogue("torch.nn.Module")
  if (plain?.kind !== "class") return found.module
  const make = () => interpreter.instantiate(plain, place)
  const existing = new Map(modules.childrenOf(found.module)).get("parametrizations")
  const holder = existing ?? make()
  const listed = make()
  for (const [name, shape] of Object.entries(originals)) register(call, listed, "_parameters", name, parameter(shape))
  if (Object.keys(inner).length > 0) {
    const step = make()
    for (const [name, shape] of Object.entries(inner)) register(call, step, "_buffers", name, weightValue(shape, "buffer"))
    modules.register(interpreter, listed, "_modules", "0", step)
  }
  modules.register(interpreter, holder, "_modules", found.name, listed)
  modules.register(interpreter, found.module, "_modules", "parametrizations", holder)
  return found.module
}

export const parametrizations: readonly Entry[] = [
  ...functions("torch.nn.utils.weight_norm torch.nn.utils.weight_norm.weight_norm", "module, name='weight', dim=0", weightNorm),
  ...functions(
    "torch.nn.utils.spectral_norm torch.nn.utils.spectral_norm.spectral_norm",
    "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
    spectralNorm,
  ),
  ...functions("torch.nn.utils.parametrizations.weight_norm", "module, name='weight', dim=0", (call) => {
    const found = subject(call)
    forgetAndPut(call, found)
    const dim = V.isNone(call.read("dim")) ? undefined : call.integer("dim")
    return parametrized(call, found, { original0: magnitudes(found.shape, dim), original1: found.shape }, {})
  }),
  ...functions(
    "torch.nn.utils.parametrizations.spectral_norm",
    "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
    (call) => {
      const found = subject(call)
      forgetAndPut(call, found)
      const [rows, columns] = asMatrix(found, call.optionalInteger("dim"))
      found.module.attributes.set(modules.SPECTRAL, V.tuple([V.integer(rows), V.integer(columns)]))
      return parametrized(call, found, { original: found.shape }, { _u: [rows], _v: [columns] })
    },
  ),
  ...functions(
    "torch.nn.utils.parametrizations.orthogonal",
    "module, name='weight', orthogonal_map=None, *, use_trivialization=True",
    (call) => {
      const found = subject(call)
      forgetAndPut(call, found)
      return parametrized(call, found, { original: found.shape }, {})
    },
  ),
  ...functions(
    "torch.nn.utils.remove_weight_norm torch.nn.utils.remove_spectral_norm torch.nn.utils.parametrize.remove_parametrizations",
    "module, name='weight', *args, **kwargs",
    (call) => {
      const module = call.required("module")
      const name = call.text("name") ?? "weight"
      if (!modules.isModule(module)) return module
      const weight = module.attributes.get(name)
      for (const part of [`${name}_g`, `${name}_v`, `${name}_orig`, `${name}_u`, "parametrizations", modules.SPECTRAL])
        modules.forget(call.interpreter, module, part)
      if (weight?.kind === "tensor" && weight.shape) register(call, module, "_parameters", name, parameter(weight.shape))
      return module
    },
  ),
  ...functions("torch.nn.utils.parameters_to_vector", "parameters", (call) =>
    V.unknown("the parameters as one vector are not followed", call.place),
  ),
]
