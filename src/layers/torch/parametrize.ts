/** `nn.utils.parametrize`: weights worked out by modules at each call, and the parametrizations that torch brings along. */
import type { Arguments } from "../arguments.ts"
import * as modules from "../modules.ts"
import { add, type Dim, maximum, minimum, multiply, product } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, functions, method, nativeClass } from "./define.ts"
import { weightValue } from "./layer.ts"
import { MODULE_CLASS } from "./module.ts"
import { asMatrix, type Found, forgetAndPut, magnitudes, subject } from "./subject.ts"

const NAMESPACE = "torch.nn.utils.parametrizations"

/** A module whose `forward` is ours. */
function step(name: string, forward: (call: Arguments, self: V.InstanceValue) => V.Value): V.ClassValue {
  return nativeClass({
    name,
    bases: [MODULE_CLASS],
    attributes: [
      [
        "forward",
        method(`${name}.forward`, "*originals", (call, self) =>
          self.kind === "instance" ? forward(call, self) : call.unclear("a parametrization is called on no module"),
        ),
      ],
    ],
  })
}

const originalOf = (call: Arguments, position = 0): V.TensorValue =>
  call.tensorOf(call.sequence(call.required("originals"))?.[position] ?? V.NONE)

/** The list at `module.parametrizations.weight`: the first module gets the originals, each further one what that gave. */
const LIST = step("torch.nn.utils.parametrize.ParametrizationList", (call, self) => {
  const originals = modules.parametersOf(self).map(([, tensor]) => tensor)
  return modules
    .childrenOf(self)
    .reduce<readonly V.Value[]>((values, [, child]) => [callWith(call.interpreter, child, values, call.place)], originals)
    .at(0) as V.Value
})

/** The weight's direction is `original1`. */
const WEIGHT_NORM = step(`${NAMESPACE}._WeightNorm`, (call) => {
  const direction = originalOf(call, 1)
  return call.named("weight_norm").emit([direction], { shape: direction.shape ?? [] }, direction.dtype)
})

/** The largest singular value: one product of matrix and vector, one of vectors. */
const SPECTRAL_NORM = step(`${NAMESPACE}._SpectralNorm`, (call, self) => {
  const original = originalOf(call)
  const [rows, columns] = modules.buffersOf(self).map(([, vector]) => vector.shape?.[0] ?? 1)
  const macs = rows !== undefined && columns !== undefined ? multiply(rows, add(columns, 1)) : 0
  return call.named("spectral_norm").emit([original], { shape: original.shape ?? [], macs }, original.dtype)
})

/** An orthogonal matrix, turned by the base from which training started. */
const ORTHOGONAL = step(`${NAMESPACE}._Orthogonal`, (call, self) => {
  const original = originalOf(call)
  const [base] = modules.buffersOf(self)
  const macs = base ? multiply(product(base[1].shape ?? []), smaller(original.shape ?? [])) : 0
  return call.named("orthogonal").emit([original], { shape: original.shape ?? [], macs }, original.dtype)
})

const smaller = (shape: Shape): Dim => minimum(shape.at(-1) ?? 1, shape.at(-2) ?? 1)
const larger = (shape: Shape): Dim => maximum(shape.at(-1) ?? 1, shape.at(-2) ?? 1)

const make = (call: Arguments, cls: V.ClassValue): V.InstanceValue => {
  const made = call.interpreter.instantiate(cls, call.place)
  for (const registry of ["_parameters", "_buffers", "_modules"] as const) modules.registryOf(made, registry)
  return made
}

/** The list for this weight; made, with the originals in it, where it is the first parametrization. */
function listFor(call: Arguments, module: V.InstanceValue, name: string): { holder: V.InstanceValue; list: V.InstanceValue | undefined } {
  const holder = new Map(modules.childrenOf(module)).get("parametrizations") ?? make(call, MODULE_CLASS)
  return { holder, list: new Map(modules.childrenOf(holder)).get(name) }
}

function begin(call: Arguments, { module, name, weight }: Found, holder: V.InstanceValue, originals: readonly V.Value[]): V.InstanceValue {
  const list = make(call, LIST)
  const { requiresGrad } = weight
  originals.forEach((original, index) => {
    const own = original.kind === "tensor" && requiresGrad !== undefined ? { ...original, requiresGrad, id: V.newId() } : original
    modules.register(call.interpreter, list, "_parameters", originals.length === 1 ? "original" : `original${index}`, own)
  })
  modules.register(call.interpreter, holder, "_modules", name, list)
  modules.register(call.interpreter, module, "_modules", "parametrizations", holder)
  return list
}

interface Parts {
  readonly originals: readonly Shape[]
  readonly buffers: Record<string, Shape>
}

/** Adds one of torch's own parametrizations, with these originals and buffers. */
function parametrized(cls: V.ClassValue, parts: (call: Arguments, found: Found) => Parts) {
  return (call: Arguments): V.Value => {
    const found = subject(call)
    const { originals, buffers } = parts(call, found)
    const added = make(call, cls)
    for (const [name, shape] of Object.entries(buffers))
      modules.register(call.interpreter, added, "_buffers", name, weightValue(shape, "buffer", found.weight.dtype))
    return append(call, found, added, () => originals.map((shape) => weightValue(shape, "parameter", found.weight.dtype)))
  }
}

function append(call: Arguments, found: Found, added: V.Value, originals: () => readonly V.Value[]): V.Value {
  const { holder, list } = listFor(call, found.module, found.name)
  if (!list) forgetAndPut(call, found)
  const home = list ?? begin(call, found, holder, originals())
  modules.register(call.interpreter, home, "_modules", String(modules.childrenOf(home).length), added)
  return found.module
}

/** What training starts from: what the parametrization's `right_inverse` makes of the weight, else the weight itself. */
function inverted(call: Arguments, weight: V.TensorValue, parametrization: V.Value): V.Value[] {
  const inverse = call.interpreter.findAttribute(parametrization, "right_inverse")
  const result = inverse ? callWith(call.interpreter, inverse, [weight], call.place) : weight
  const values = result.kind === "tuple" || result.kind === "list" ? result.items : [result]
  return values.map((value) => (value.kind === "tensor" && value.shape ? weightValue(value.shape, "parameter", value.dtype) : value))
}

const registerParametrization = (call: Arguments): V.Value => {
  const found = subject(call, "tensor_name")
  const parametrization = call.required("parametrization")
  return append(call, found, parametrization, () => inverted(call, found.weight, parametrization))
}

function remove(call: Arguments): V.Value {
  const module = call.required("module")
  const name = call.text("tensor_name") ?? "weight"
  if (!modules.isModule(module)) return module
  const { holder, list } = listFor(call, module, name)
  const weight = module.attributes.get(name)
  modules.forget(call.interpreter, holder, name)
  if (modules.childrenOf(holder).length === 0) modules.forget(call.interpreter, module, "parametrizations")
  if (list && weight?.kind === "tensor" && weight.shape)
    modules.register(call.interpreter, module, "_parameters", name, weightValue(weight.shape, "parameter", weight.dtype))
  return module
}

const isParametrized = (call: Arguments): V.Value => {
  const module = call.required("module")
  if (!modules.isModule(module)) return V.FALSE
  const name = call.text("tensor_name")
  const holder = new Map(modules.childrenOf(module)).get("parametrizations")
  return V.boolean(holder !== undefined && (name === undefined || new Map(modules.childrenOf(holder)).has(name)))
}

export const parametrizeEntries: readonly Entry[] = [
  ["torch.nn.utils.parametrize.ParametrizationList", () => LIST],
  ...functions(
    `${NAMESPACE}.weight_norm`,
    "module, name='weight', dim=0",
    parametrized(WEIGHT_NORM, (call, { shape }) => {
      const dim = V.isNone(call.read("dim")) ? undefined : call.integer("dim")
      return { originals: [magnitudes(shape, dim), shape], buffers: {} }
    }),
  ),
  ...functions(
    `${NAMESPACE}.spectral_norm`,
    "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
    parametrized(SPECTRAL_NORM, (call, found) => {
      const [rows, columns] = asMatrix(found, call.optionalInteger("dim"))
      return { originals: [found.shape], buffers: found.shape.length === 1 ? ({} as Record<string, Shape>) : { _u: [rows], _v: [columns] } }
    }),
  ),
  ...functions(
    `${NAMESPACE}.orthogonal`,
    "module, name='weight', orthogonal_map=None, *, use_trivialization=True",
    parametrized(ORTHOGONAL, (call, { shape }) => {
      const side = larger(shape)
      const base: Record<string, Shape> = call.flag("use_trivialization") === false ? {} : { base: [...shape.slice(0, -2), side, side] }
      return { originals: [shape], buffers: base }
    }),
  ),
  ...functions(
    "torch.nn.utils.parametrize.register_parametrization",
    "module, tensor_name, parametrization, *, unsafe=False",
    registerParametrization,
  ),
  ...functions("torch.nn.utils.parametrize.remove_parametrizations", "module, tensor_name, leave_parametrized=True", remove),
  ...functions("torch.nn.utils.parametrize.is_parametrized", "module, tensor_name=None", isParametrized),
]
