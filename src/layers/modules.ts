/**
 * How a torch module holds its children, parameters and buffers.
 *
 * As in torch, three dictionaries stand among the instance's attributes: `_modules`, `_parameters` and `_buffers`, in order of registration.
 * Attribute assignment fills them (`setModuleAttribute`), attribute access reads them (`findModuleAttribute`); user code that works on
 * `self._modules` directly therefore sees what torch would show it. They are made on demand, so that a class which forgets
 * `super().__init__()` still works here. `training` is always False: what is analysed is the model in use.
 */
import type { Interpreter } from "../values/interpreter.ts"
import * as V from "../values/value.ts"
import * as keras from "./keras/state.ts"

export const MODULE = "torch.nn.Module"
/** Attribute that marks a layer whose weight is divided by its largest singular value at each call: rows and columns of the weight. */
export const SPECTRAL = "_spectral_norm_weight"
export type Registry = "_modules" | "_parameters" | "_buffers"
const REGISTRIES: readonly Registry[] = ["_parameters", "_buffers", "_modules"]

const moduleClasses = new WeakMap<V.ClassValue, boolean>()

export function isModuleClass(cls: V.ClassValue): boolean {
  let known = moduleClasses.get(cls)
  if (known === undefined) moduleClasses.set(cls, (known = cls.mro.some((ancestor) => ancestor.qualifiedName === MODULE)))
  return known
}

export function isModule(value: V.Value | undefined): value is V.InstanceValue {
  return value?.kind === "instance" && (isModuleClass(value.class) || keras.isLayer(value))
}

/** The instance's own dictionary of that name, made when there is none. */
export function registryOf(instance: V.InstanceValue, name: Registry): V.DictionaryValue {
  const found = instance.attributes.get(name)
  if (found?.kind === "dictionary") return found
  const made = V.dictionaryOf([])
  instance.attributes.set(name, made)
  return made
}

/** What a registry holds of one sort, by name; `into` is what was gathered from others. */
function gather<T extends V.Value>(
  instance: V.InstanceValue,
  name: Registry,
  isWanted: (value: V.Value) => value is T,
  into: [string, T][] = [],
): [string, T][] {
  const found = instance.attributes.get(name)
  if (found?.kind === "dictionary")
    for (const { key, value } of found.entries.values()) if (isWanted(value)) into.push([key.kind === "string" ? key.value : "?", value])
  return into
}

const isTensor = (value: V.Value): value is V.TensorValue => value.kind === "tensor"
const isUnknown = (value: V.Value): value is V.UnknownValue => value.kind === "unknown"

/** What the model itself says it is called with; undefined when it says nothing. */
export const statedInputs = (instance: V.InstanceValue): V.Value | undefined =>
  keras.isLayer(instance) ? keras.statedInputs(instance) : undefined

/** Direct children by name, in order of registration; those that are None are left out. */
export function childrenOf(instance: V.InstanceValue): [string, V.InstanceValue][] {
  if (keras.isLayer(instance)) return keras.childrenOf(instance)
  // A ParameterList may hold further lists, which are modules.
  return gather(instance, "_parameters", isModule, gather(instance, "_modules", isModule))
}

/** The instance's own parameters by name. */
export function parametersOf(instance: V.InstanceValue): [string, V.TensorValue][] {
  if (keras.isLayer(instance)) return keras.parametersOf(instance)
  return gather(instance, "_parameters", isTensor)
}

/** The instance's own buffers by name. */
export function buffersOf(instance: V.InstanceValue): [string, V.TensorValue][] {
  if (keras.isLayer(instance)) return []
  return gather(instance, "_buffers", isTensor)
}

/** Attribute under which a lazy layer keeps the layer it became. */
export const MATERIALISED = "__layerscope_materialised__"

const isUnmade = (instance: V.InstanceValue): boolean =>
  instance.class.layer?.name.startsWith("torch.nn.Lazy") === true && !instance.attributes.has(MATERIALISED)

/** Buffers whose value is not known. */
export function unknownBuffersOf(instance: V.InstanceValue): [string, V.UnknownValue][] {
  return gather(instance, "_buffers", isUnknown)
}

/** Registered parameters and modules whose value is not known: what hangs on them makes totals unknown. */
export function unknownEntriesOf(instance: V.InstanceValue): [string, V.UnknownValue][] {
  const missing = missingBase(instance)
  if (missing) return [["__init__", missing]]
  if (keras.isLayer(instance)) return keras.unknownEntriesOf(instance)
  if (isUnmade(instance)) return [["weight", V.unknown("the sizes of a lazy layer are known after its first input")]]
  const strangers = gather(instance, "_modules", hasMissingBase).map(([name, { class: cls }]): [string, V.UnknownValue] => [
    name,
    baseOf(cls) as V.UnknownValue,
  ])
  return [...strangers, ...gather(instance, "_modules", isUnknown, gather(instance, "_parameters", isUnknown))]
}

const missingBases = new WeakMap<V.ClassValue, V.UnknownValue | null>()

/** The base that was not found and whose constructor `super().__init__()` may reach: it may make weights that are not seen. */
function baseOf(cls: V.ClassValue): V.UnknownValue | undefined {
  let known = missingBases.get(cls)
  if (known === undefined) missingBases.set(cls, (known = cls.mro.map(reachableBase).find((base) => base !== undefined) ?? null))
  return known ?? undefined
}

/** Torch's own constructor ends the chain: what stands behind `nn.Module` among the bases is never reached. */
function reachableBase({ bases }: V.ClassValue): V.UnknownValue | undefined {
  const end = bases.findIndex((base) => base.kind === "class" && base.qualifiedName === MODULE)
  return (end < 0 ? bases : bases.slice(0, end)).find(isUnknown)
}

/** Why an object may hold weights that are not seen. */
/** What a layer of the catalogue was made with, under the argument's name. */
export const optionOf = (instance: V.InstanceValue, name: string): V.Value | undefined =>
  instance.attributes.get(name) ?? (instance.state instanceof Map ? (instance.state.get(name) as V.Value | undefined) : undefined)

/** `nn.ReLU(inplace=True)` writes its result over its input. */
export function isInPlaceLayer(instance: V.InstanceValue, operation: string): boolean {
  const option = operation === instance.class.name ? optionOf(instance, "inplace") : undefined
  return option?.kind === "boolean" && option.value
}

const switching = new WeakMap<V.ClassValue, boolean>()

/** Whether a class of the user's has a `train` of its own. */
export function switchesItself({ class: cls }: V.InstanceValue): boolean {
  let known = switching.get(cls)
  if (known === undefined)
    switching.set(cls, (known = cls.mro.find(({ attributes }) => attributes.has("train"))?.attributes.get("train")?.kind === "function"))
  return known
}

export const missingBase = (instance: V.InstanceValue): V.UnknownValue | undefined => baseOf(instance.class)

/** Objects that may be modules, by a base that was not found. */
const hasMissingBase = (value: V.Value): value is V.InstanceValue =>
  value.kind === "instance" && !isModule(value) && missingBase(value) !== undefined

export function findModuleAttribute(instance: V.InstanceValue, name: string): V.Value | undefined {
  if (!isModuleClass(instance.class)) return undefined
  if (name === "training") return V.FALSE
  if (name === "_modules" || name === "_parameters" || name === "_buffers") return registryOf(instance, name)
  const key = `s:${name}`
  for (const registry of REGISTRIES) {
    const found = instance.attributes.get(registry)
    const entry = found?.kind === "dictionary" ? found.entries.get(key) : undefined
    if (entry) return entry.value
  }
  return undefined
}

/** Stores what torch's `__setattr__` would put into a registry; false when the value is an ordinary attribute. */
export function setModuleAttribute(interpreter: Interpreter, instance: V.InstanceValue, name: string, value: V.Value): boolean {
  if (!isModuleClass(instance.class)) return false
  if (name === "training") return true
  const registry = registryFor(instance, name, value)
  if (!registry) {
    forget(interpreter, instance, name)
    return false
  }
  register(interpreter, instance, registry, name, value)
  return true
}

function registryFor(instance: V.InstanceValue, name: string, value: V.Value): Registry | undefined {
  if (value.kind === "tensor" && value.role === "parameter") return "_parameters"
  if (value.kind === "instance") return isModule(value) ? "_modules" : undefined
  if (value.kind === "tensor" && value.role === "buffer") return "_buffers"
  // None and tensors may replace what was registered; other values hide it.
  if (!V.isNone(value) && value.kind !== "tensor" && value.kind !== "unknown") return undefined
  return REGISTRIES.find((registry) => has(instance, registry, name))
}

function has(instance: V.InstanceValue, registry: Registry, name: string): boolean {
  const found = instance.attributes.get(registry)
  return found?.kind === "dictionary" && found.entries.has(`s:${name}`)
}

/** Puts a value into one registry and takes the name out of everything else. */
export function register(interpreter: Interpreter, instance: V.InstanceValue, registry: Registry, name: string, value: V.Value): void {
  if (!has(instance, registry, name)) forget(interpreter, instance, name)
  const { entries } = registryOf(instance, registry)
  interpreter.heap.touch(entries)
  entries.set(`s:${name}`, { key: V.string(name), value })
}

/** A name for what is registered under one that is not known. */
export function freshName(instance: V.InstanceValue, registry: Registry): string {
  let name = "?"
  for (let count = 2; has(instance, registry, name); count++) name = `?${count}`
  return name
}

/** Takes a name out of all registries and attributes; true when it was there. */
export function forget(interpreter: Interpreter, instance: V.InstanceValue, name: string): boolean {
  let found = false
  for (const registry of REGISTRIES) {
    if (!has(instance, registry, name)) continue
    const { entries } = registryOf(instance, registry)
    interpreter.heap.touch(entries)
    found = entries.delete(`s:${name}`) || found
  }
  if (instance.attributes.has(name)) {
    interpreter.heap.touch(instance.attributes)
    found = instance.attributes.delete(name) || found
  }
  return found
}

/** `del module.name`; false when the instance is no module or has nothing of that name. */
export function deleteModuleAttribute(interpreter: Interpreter, instance: V.InstanceValue, name: string): boolean {
  return isModuleClass(instance.class) && forget(interpreter, instance, name)
}

/** Python gives up walking through modules that are nested deeper: `RecursionError`. */
const MAXIMUM_NESTING = 1000

/** Whether what lies below a module's path is left out because it is nested too deep. */
export const isDeepest = (path: string): boolean => path.length >= 2 * MAXIMUM_NESTING - 1 && path.split(".").length >= MAXIMUM_NESTING

/** The instance and everything below it, each once, with dotted paths; the order is torch's `named_modules`. */
export function modulesBelow(instance: V.InstanceValue, prefix = "", seen = new Set<V.InstanceValue>()): [string, V.InstanceValue][] {
  const found: [string, V.InstanceValue][] = []
  // A stack instead of recursion: models may be nested deeper than the host's stack allows.
  const waiting: [string, V.InstanceValue][] = [[prefix, instance]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [path, module] = next
    if (seen.has(module)) continue
    seen.add(module)
    found.push(next)
    if (isDeepest(path)) continue
    const parts = keras.isLayer(module) ? keras.partsOf(module) : childrenOf(module)
    const children = parts.map(([name, child]): [string, V.InstanceValue] => [path === "" ? name : `${path}.${name}`, child])
    waiting.push(...children.reverse())
  }
  return found
}

/** A functional model or a stack: its children already stand in the order of its summary. */
export function isListedByKeras(instance: V.InstanceValue): boolean {
  if (!keras.isLayer(instance)) return false
  const { network, stack } = keras.stateOf(instance)
  return network !== undefined || stack !== undefined
}
