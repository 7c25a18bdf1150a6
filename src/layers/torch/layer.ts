/** How a layer of torch is declared: one entry says its signature, its weights as shapes, and which operator it applies. */
import { Arguments } from "../arguments.ts"
import * as modules from "../modules.ts"
import { bindArguments, parametersOf as signatureOf } from "../signature.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, guarded, nativeClass, qualified, shortName, withSignature } from "./define.ts"
import { MODULE_CLASS } from "./module.ts"

/** A weight's shape; false or undefined when the layer has none of that name; an Unknown when nobody can tell. */
export type Weight = Shape | false | undefined | V.UnknownValue

export interface LayerDefinition {
  /** "nn.Conv2d" */
  readonly name: string
  /** The class it derives from; `torch.nn.Module` unless given. */
  readonly base?: V.ClassValue
  /** The constructor's. */
  readonly signature: string
  /** `forward`'s, without `self`. */
  readonly input?: string
  readonly weights?: (layer: Arguments) => Record<string, Weight>
  readonly buffers?: (layer: Arguments) => Record<string, Weight>
  /** Attributes that are not simply the argument of that name, such as `kernel_size` as a tuple. */
  readonly attributes?: (layer: Arguments) => Record<string, V.Value>
  /** Layers inside, such as the encoder's. */
  readonly children?: (layer: Arguments) => Record<string, V.Value>
  /** What is certainly wrong with the arguments. */
  readonly check?: (layer: Arguments) => string | Problem | undefined
  /** Applies the layer: `call` reads forward's arguments, `layer` the constructor's and the weights. */
  readonly forward: (call: Arguments, layer: Layer) => V.Value
  readonly sentence: string
  /** In the framework's argument names. */
  readonly formula?: string
  readonly more?: Iterable<readonly [string, V.Value]>
}

/** The constructor's arguments as they stand now: user code may have changed the attributes since. */
export type Layer = Arguments & { readonly self: V.InstanceValue }

/** Arguments that torch keeps under another name or not at all. */
const NOT_ATTRIBUTES = new Set(["bias", "device", "dtype", "args", "kwargs"])

export function layerClass(definition: LayerDefinition): V.ClassValue {
  const name = qualified(definition.name)
  const { signature, sentence, formula } = definition
  return nativeClass({
    name,
    bases: [definition.base ?? MODULE_CLASS],
    layer: {
      name,
      framework: "torch",
      signature,
      sentence,
      documentation: `https://docs.pytorch.org/docs/stable/generated/${name}.html`,
      ...(formula !== undefined && { formula }),
    },
    attributes: [
      ["__init__", V.native(`${name}.__init__`, construct(definition), true)],
      ["forward", V.native(`${name}.forward`, apply(definition), true)],
      ...(definition.more ?? []),
    ],
  })
}

/** A layer's catalogue entry; the class is made when first asked for. */
export function layer(definition: LayerDefinition): Entry {
  return [qualified(definition.name), () => layerClass(definition)]
}

function construct(definition: LayerDefinition): V.NativeCall {
  const short = shortName(definition.name)
  return (interpreter, { positional: [self, ...positional], keywords, rest }, place) => {
    if (self?.kind !== "instance") return V.NONE
    for (const registry of ["_parameters", "_buffers", "_modules"] as const) modules.registryOf(self, registry)
    const { values, given, problem } = bindArguments(definition.signature, { positional, keywords, ...(rest && { rest }) })
    interpreter.heap.touch(self)
    self.state = values
    const bound = new Arguments(interpreter, place, short, "torch", (name) => values.get(name), given)
    if (problem !== undefined) interpreter.problem({ code: "argument-error", message: `${short} ${problem}`, raises: "TypeError" }, place)
    const found = problem === undefined ? guarded(bound, () => fill(definition, bound, self)) : V.unknown(`${short} ${problem}`, place)
    if (found.kind === "unknown") registerUnknown(definition, bound, self, found)
    return V.NONE
  }
}

function fill(definition: LayerDefinition, bound: Arguments, self: V.InstanceValue): V.Value {
  const wrong = definition.check?.(bound)
  const { code, message } = typeof wrong === "object" ? wrong : { code: "argument-error" as const, message: wrong }
  if (message !== undefined) bound.problem(code, `${bound.name} ${message}`)
  const own = definition.attributes?.(bound) ?? {}
  bound.interpreter.heap.touch(self.attributes)
  for (const { name } of signatureOf(definition.signature)) {
    const value = own[name] ?? bound.read(name)
    if (value && !NOT_ATTRIBUTES.has(name)) self.attributes.set(name, value)
  }
  for (const [name, value] of Object.entries(own)) self.attributes.set(name, value)
  const dtype = dtypeOf(bound)
  for (const [name, weight] of Object.entries(definition.weights?.(bound) ?? {}))
    modules.register(bound.interpreter, self, "_parameters", name, weightValue(weight, "parameter", dtype))
  for (const [name, weight] of Object.entries(definition.buffers?.(bound) ?? {}))
    modules.register(
      bound.interpreter,
      self,
      "_buffers",
      name,
      weightValue(weight, "buffer", name === "num_batches_tracked" ? "int64" : dtype),
    )
  for (const [name, child] of Object.entries(definition.children?.(bound) ?? {}))
    modules.register(bound.interpreter, self, "_modules", name, child)
  return V.NONE
}

/** A layer whose arguments are not known still has weights; nobody knows which. */
function registerUnknown(definition: LayerDefinition, bound: Arguments, self: V.InstanceValue, why: V.UnknownValue): void {
  if (definition.weights || definition.children) modules.register(bound.interpreter, self, "_parameters", "weight", why)
}

function dtypeOf(bound: Arguments): string {
  const dtype = bound.value("dtype")
  return dtype?.kind === "instance" && typeof dtype.state === "string" ? dtype.state : "float32"
}

export function weightValue(weight: Weight, role: "parameter" | "buffer", dtype = "float32"): V.Value {
  if (!weight) return V.NONE
  if ("kind" in weight) return weight
  return V.tensor("torch", weight, dtype, role === "parameter" ? { role, requiresGrad: true } : { role })
}

function apply(definition: LayerDefinition): V.NativeCall {
  const short = shortName(definition.name)
  const signature = definition.input ?? "input"
  return withSignature(signature, (interpreter, { positional: [self, ...positional], keywords, rest }, place) => {
    if (self?.kind !== "instance") return V.unknown(`${short}.forward needs an instance`, place)
    const { values, given, problem } = bindArguments(signature, { positional, keywords, ...(rest && { rest }) })
    const call = new Arguments(interpreter, place, short, "torch", (name) => values.get(name), given)
    if (problem !== undefined) {
      call.problem("argument-error", problem)
      return V.unknown(`${short} ${problem}`, place)
    }
    return guarded(call, () => definition.forward(call, layerArguments(call, self)))
  })
}

/** Reads the layer's attributes first, then what its constructor was given. */
export function layerArguments(call: Arguments, self: V.InstanceValue): Layer {
  const read = (name: string) => {
    const own = self.attributes.get(name) ?? modules.findModuleAttribute(self, name)
    return own ?? (self.state instanceof Map ? (self.state.get(name) as V.Value | undefined) : undefined)
  }
  return Object.assign(new Arguments(call.interpreter, call.place, call.name, "torch", read), { self })
}
