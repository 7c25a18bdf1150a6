/** What a Keras or TensorFlow.js layer keeps with its instance, and how weights and children are found. */
import type { Interpreter } from "../../values/interpreter.ts"
import type { ClassValue, Framework, InstanceValue, TensorValue, UnknownValue, Value } from "../../values/value.ts"
import type { GraphNode } from "./graph.ts"
import { mapTensors } from "./nesting.ts"

export interface Weight {
  readonly name: string
  readonly value: TensorValue | UnknownValue
  readonly isTrainable: boolean
}

/** A functional model: what was given as inputs and outputs, and the nodes between them. */
export interface Network {
  readonly inputs: Value
  readonly outputs: Value
  readonly nodes: readonly GraphNode[]
  /** what the calls of functions are in a summary */
  readonly units: ReadonlyMap<GraphNode, InstanceValue>
}

export interface LayerState {
  readonly kind: "keras"
  readonly name: string
  /** The constructor's arguments by name. */
  readonly arguments: ReadonlyMap<string, Value>
  readonly isBuilt: boolean
  readonly isTrainable: boolean
  readonly weights: readonly Weight[]
  /** Calls on symbolic tensors, in order. */
  readonly nodes: readonly GraphNode[]
  readonly network?: Network
  /** The layers of a `Sequential`, its input layer first if it has one. */
  readonly stack?: readonly InstanceValue[]
  /** TensorFlow.js lists an input layer that the program itself puts into a `Sequential`; Keras never does. */
  readonly listsInput?: boolean
  /** What is known of layers that a `Sequential` was given and nobody knows, by their place in the stack. */
  readonly lost?: ReadonlyMap<number, UnknownValue>
  /** What `compile` was told to minimise. */
  readonly loss?: Value
  /** Where a `Sequential` stands in the graph it builds as layers are added. */
  readonly ends?: { readonly input: TensorValue; readonly output: Value }
}

const LAYERS: Record<string, Framework> = { "keras.layers.Layer": "keras", "tfjs.layers.Layer": "tfjs" }
const frameworks = new WeakMap<ClassValue, Framework | "none">()

/** "keras" or "tfjs" for a class of layers, undefined for all others. */
export function frameworkOf(cls: ClassValue): Framework | undefined {
  let known = frameworks.get(cls)
  if (known === undefined) {
    known = cls.mro.map((ancestor) => LAYERS[ancestor.qualifiedName]).find((found) => found !== undefined) ?? "none"
    frameworks.set(cls, known)
  }
  return known === "none" ? undefined : known
}

export function isLayer(value: Value | undefined): value is InstanceValue {
  return value?.kind === "instance" && frameworkOf(value.class) !== undefined
}

const FRESH: Omit<LayerState, "name"> = { kind: "keras", arguments: new Map(), isBuilt: false, isTrainable: true, weights: [], nodes: [] }

/** The layer's state; one that never called `super().__init__()` has none yet. */
export function stateOf(layer: InstanceValue): LayerState {
  const state = layer.state as LayerState | undefined
  return state?.kind === "keras" ? state : { ...FRESH, name: "" }
}

export function changeState(interpreter: Interpreter, layer: InstanceValue, change: Partial<LayerState>): LayerState {
  interpreter.heap.touch(layer)
  const state = { ...stateOf(layer), ...change }
  layer.state = state
  return state
}

/** The name in summaries: Keras' own, or the class's while there is none. */
export function nameOf(layer: InstanceValue): string {
  const own = layer.attributes.get("_name")
  return own?.kind === "string" ? own.value : stateOf(layer).name || layer.class.name
}

/** What a model says it is called with: the inputs of a functional model, or of a stack whose input is known. */
export function statedInputs(layer: InstanceValue): Value | undefined {
  const { network, ends } = stateOf(layer)
  const inputs = network?.inputs ?? ends?.input
  return inputs && mapTensors(inputs, ({ graph: _, ...plain }) => plain)
}

/** Layers directly inside, in the order Keras lists them, each once. */
export function childrenOf(layer: InstanceValue): [string, InstanceValue][] {
  const { network, stack, listsInput } = stateOf(layer)
  const found = new Set<InstanceValue>(stack?.filter((child) => listsInput || child.class.name !== "InputLayer"))
  for (const { operation } of network?.nodes ?? []) if (operation.layer) found.add(operation.layer)
  for (const value of layer.attributes.values()) collect(value, found, 0)
  found.delete(layer)
  return [...found].map((child) => [nameOf(child), child])
}

/** The rows of a summary below a layer: its children, and the functions that its graph calls. */
export function partsOf(layer: InstanceValue): [string, InstanceValue][] {
  const { network } = stateOf(layer)
  if (!network || network.units.size === 0) return childrenOf(layer)
  const found = new Set(network.nodes.flatMap((node) => node.operation.layer ?? network.units.get(node) ?? []))
  for (const [, child] of childrenOf(layer)) found.add(child)
  found.delete(layer)
  return [...found].map((part) => [nameOf(part), part])
}

/** Lists of lists are looked through as deep as this. */
const MAXIMUM_NESTING = 8

/** Layers held by a value: Keras tracks lists, tuples and dictionaries too. */
function collect(value: Value, into: Set<InstanceValue>, depth: number): void {
  if (isLayer(value)) into.add(value)
  else if (depth > MAXIMUM_NESTING) return
  else if (value.kind === "list" || value.kind === "tuple") for (const item of value.items) collect(item, into, depth + 1)
  else if (value.kind === "dictionary") for (const entry of value.entries.values()) collect(entry.value, into, depth + 1)
}

/** The layer's own weights by name: made by `add_weight` or `build`, and variables that stand among its attributes. */
function weightsOf(layer: InstanceValue): [string, TensorValue | UnknownValue][] {
  const found = new Map<number | string, [string, TensorValue | UnknownValue]>()
  for (const { name, value } of stateOf(layer).weights) found.set(value.kind === "tensor" ? value.id : name, [name, value])
  for (const [name, value] of layer.attributes) collectVariables(name, value, found, 0)
  return [...found.values()]
}

function collectVariables(
  name: string,
  value: Value,
  into: Map<number | string, [string, TensorValue | UnknownValue]>,
  depth: number,
): void {
  if (value.kind === "tensor") {
    if (value.role === "parameter" && !into.has(value.id)) into.set(value.id, [name, value])
  } else if (depth < MAXIMUM_NESTING && (value.kind === "list" || value.kind === "tuple"))
    value.items.forEach((item, index) => collectVariables(`${name}.${index}`, item, into, depth + 1))
  else if (depth < MAXIMUM_NESTING && value.kind === "dictionary")
    for (const { key, value: item } of value.entries.values())
      collectVariables(key.kind === "string" ? `${name}.${key.value}` : name, item, into, depth + 1)
}

/** Own weights that are known, trainable or not (`requiresGrad` tells). */
export function parametersOf(layer: InstanceValue): [string, TensorValue][] {
  return weightsOf(layer).filter((entry): entry is [string, TensorValue] => entry[1].kind === "tensor")
}

/** Own weights nobody knows: what hangs on them makes totals unknown. */
export function unknownEntriesOf(layer: InstanceValue): [string, UnknownValue][] {
  const outputs = stateOf(layer).network?.outputs
  // Layers on the way to an output nobody knows are not known either.
  if (outputs?.kind === "unknown") return [["outputs", outputs]]
  return weightsOf(layer).filter((entry): entry is [string, UnknownValue] => entry[1].kind === "unknown")
}

/** The layer and all below it, each once. */
export function layersBelow(layer: InstanceValue): InstanceValue[] {
  const found = new Set<InstanceValue>([layer])
  for (const next of found) for (const [, child] of childrenOf(next)) found.add(child)
  return [...found]
}

/** `layer.trainable = value`: for everything below as well, as it stands now. */
export function setTrainable(interpreter: Interpreter, layer: InstanceValue, value: boolean): void {
  for (const part of layersBelow(layer)) {
    changeState(interpreter, part, { isTrainable: value })
    const fixed = new Set(
      stateOf(part)
        .weights.filter((weight) => !weight.isTrainable)
        .map((weight) => weight.value),
    )
    for (const [, tensor] of parametersOf(part)) {
      interpreter.heap.touch(tensor)
      tensor.requiresGrad = value && !fixed.has(tensor)
    }
  }
}
