/** Weight and spectral normalisation in their first form, and pruning: how `nn.utils` rewrites the weights of a layer it is given. */
import type { Arguments } from "../arguments.ts"
import * as modules from "../modules.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { weightValue } from "./layer.ts"
import { asMatrix, forgetAndPut, magnitudes, subject } from "./subject.ts"

const parameter = (shape: Shape): V.Value => weightValue(shape, "parameter")
const register = (call: Arguments, module: V.InstanceValue, registry: "_parameters" | "_buffers", name: string, value: V.Value) =>
  modules.register(call.interpreter, module, registry, name, value)

function weightNorm(call: Arguments): V.Value {
  const found = subject(call)
  forgetAndPut(call, found)
  const dim = V.isNone(call.read("dim")) ? undefined : call.integer("dim")
  register(call, found.module, "_parameters", `${found.name}_g`, parameter(magnitudes(found.shape, dim)))
  register(call, found.module, "_parameters", `${found.name}_v`, parameter(found.shape))
  return found.module
}

function spectralNorm(call: Arguments): V.Value {
  const found = subject(call)
  forgetAndPut(call, found)
  const [rows, columns] = asMatrix(found, call.optionalInteger("dim"))
  register(call, found.module, "_parameters", `${found.name}_orig`, parameter(found.shape))
  register(call, found.module, "_buffers", `${found.name}_u`, weightValue([rows], "buffer"))
  register(call, found.module, "_buffers", `${found.name}_v`, weightValue([columns], "buffer"))
  call.interpreter.heap.touch(found.module.attributes)
  found.module.attributes.set(modules.SPECTRAL, V.tuple([V.integer(rows), V.integer(columns)]))
  return found.module
}

/** Makes an ordinary parameter of what a rewriting left. */
function restore(parts: (name: string) => string[]) {
  return (call: Arguments): V.Value => {
    const module = call.required("module")
    const name = call.text("name") ?? "weight"
    if (!modules.isModule(module)) return module
    const weight = module.attributes.get(name)
    for (const part of parts(name)) modules.forget(call.interpreter, module, part)
    if (weight?.kind === "tensor" && weight.shape) register(call, module, "_parameters", name, parameter(weight.shape))
    return module
  }
}

/** Pruning masks the weight: the parameter goes on as `weight_orig` beside a buffer `weight_mask`. */
function prune(call: Arguments): V.Value {
  const found = subject(call)
  const { module, name, weight, shape } = found
  // Pruned once more, the mask is only narrowed.
  if (new Map(modules.parametersOf(module)).has(`${name}_orig`)) return module
  forgetAndPut(call, found)
  register(call, module, "_parameters", `${name}_orig`, weight)
  register(call, module, "_buffers", `${name}_mask`, weightValue(shape, "buffer", weight.dtype))
  return module
}

const isPruned = (call: Arguments): V.Value => {
  const module = call.required("module")
  if (!modules.isModule(module)) return V.FALSE
  return V.boolean(modules.modulesBelow(module).some(([, below]) => modules.buffersOf(below).some(([name]) => name.endsWith("_mask"))))
}

const PRUNE = "torch.nn.utils.prune."

export const parametrizations: readonly Entry[] = [
  ...functions("torch.nn.utils.weight_norm torch.nn.utils.weight_norm.weight_norm", "module, name='weight', dim=0", weightNorm),
  ...functions(
    "torch.nn.utils.spectral_norm torch.nn.utils.spectral_norm.spectral_norm",
    "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
    spectralNorm,
  ),
  ...functions(
    "torch.nn.utils.remove_weight_norm",
    "module, name='weight'",
    restore((name) => [`${name}_g`, `${name}_v`]),
  ),
  ...functions(
    "torch.nn.utils.remove_spectral_norm",
    "module, name='weight'",
    restore((name) => [`${name}_orig`, `${name}_u`, `${name}_v`, modules.SPECTRAL]),
  ),
  ...functions(`${PRUNE}identity`, "module, name", prune),
  ...functions(`${PRUNE}random_unstructured`, "module, name, amount", prune),
  ...functions(`${PRUNE}l1_unstructured`, "module, name, amount, importance_scores=None", prune),
  ...functions(`${PRUNE}random_structured`, "module, name, amount, dim", prune),
  ...functions(`${PRUNE}ln_structured`, "module, name, amount, n, dim, importance_scores=None", prune),
  ...functions(`${PRUNE}custom_from_mask`, "module, name, mask", prune),
  ...functions(
    `${PRUNE}remove`,
    "module, name",
    restore((name) => [`${name}_orig`, `${name}_mask`]),
  ),
  ...functions(`${PRUNE}is_pruned`, "module", isPruned),
  // The module itself, whose weights are only left as they come.
  ...functions("torch.nn.utils.skip_init", "module_cls, *args, **kwargs", (call) => {
    const options = call.value("kwargs")
    const entries = options?.kind === "dictionary" ? [...options.entries.values()] : []
    const keywords = new Map(entries.map(({ key, value }) => [key.kind === "string" ? key.value : "?", value] as const))
    return call.interpreter.call(call.required("module_cls"), { positional: call.items("args"), keywords }, call.place)
  }),
  ...functions(
    "torch.nn.utils.convert_conv2d_weight_memory_format torch.nn.utils.convert_conv3d_weight_memory_format",
    "module, memory_format",
    (call) => call.required("module"),
  ),
  ...functions("torch.nn.utils.get_total_norm", "tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None", (call) =>
    call.emit([], { shape: [] }, "float32"),
  ),
  ...functions("torch.nn.utils.clip_grads_with_norm_", "parameters, max_norm, total_norm, foreach=None", () => V.NONE),
  ...functions("torch.nn.utils.parameters_to_vector", "parameters", (call) =>
    V.unknown("the parameters as one vector are not followed", call.place),
  ),
]
