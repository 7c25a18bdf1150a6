/** How a layer of Keras (and its twin in TensorFlow.js) is declared: signature, weights as shapes from the input's, and the operator it applies. */
import { Arguments } from "../arguments.ts"
import { bindArguments, parametersOf as signatureOf } from "../signature.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { baseLayer, initialise } from "./base.ts"
import { wrongArgument } from "./checks.ts"
import { type Entry, guarded, nativeClass, shapesOf, split } from "./define.ts"
import { tensorsInCall } from "./nesting.ts"
import { optionsToKeywords } from "./options.ts"
import { changeState, frameworkOf, stateOf, type Weight } from "./state.ts"

/** A weight's shape; false or undefined when the layer has none of that name; an Unknown when nobody can tell. */
export type WeightShape = Shape | false | undefined | V.UnknownValue

export interface LayerDefinition {
  /** "Conv2D" */
  readonly name: string
  /** Further names under `keras.layers`. */
  readonly aliases?: readonly string[]
  /** The constructor's, without the arguments every layer takes. */
  readonly signature: string
  /** `call`'s, without `self`. */
  readonly input?: string
  /** From the constructor's arguments and the shapes of the inputs; undefined stands for an input of unknown rank. */
  readonly weights?: (layer: Layer, shapes: readonly (Shape | undefined)[], given: ReadonlySet<string>) => Record<string, WeightShape>
  /** Weights that training does not change. */
  readonly fixed?: readonly string[]
  /** Layers inside, kept as attributes. */
  readonly children?: (layer: Layer) => Record<string, V.Value>
  readonly forward: (call: Arguments, layer: Layer) => V.Value
  readonly sentence: string
  /** In the framework's argument names. */
  readonly formula?: string
  /** The function's name in `tf.layers`, and defaults that differ there. Undefined: not in TensorFlow.js. */
  readonly tfjs?: string
  readonly tfjsAliases?: readonly string[]
  readonly tfjsDefaults?: Readonly<Record<string, V.Value>>
  readonly more?: Iterable<readonly [string, V.Value]>
}

/** The constructor's arguments as they stand now: user code may have changed the attributes since. */
export type Layer = Arguments & { readonly self: V.InstanceValue }

const COMMON = "name=None, trainable=True, dtype=None, **kwargs"

function documentation(framework: V.Framework, name: string): string {
  if (framework === "tfjs") return `https://js.tensorflow.org/api/latest/#layers.${name}`
  return `https://keras.io/search.html?query=${name}+layer`
}

export function layerClass(definition: LayerDefinition, framework: V.Framework): V.ClassValue {
  const { signature, sentence, formula } = definition
  const name = framework === "tfjs" ? `tfjs.layers.${definition.name}` : `keras.layers.${definition.name}`
  const page = documentation(framework, framework === "tfjs" ? (definition.tfjs ?? definition.name) : definition.name)
  return nativeClass({
    name,
    bases: [baseLayer(framework)],
    layer: { name, framework, signature, sentence, documentation: page, ...(formula !== undefined && { formula }) },
    attributes: [
      [framework === "tfjs" ? "constructor" : "__init__", V.native(`${name}.__init__`, construct(definition, framework), true)],
      ["build", V.native(`${name}.build`, build(definition), true)],
      ["call", V.native(`${name}.call`, apply(definition, framework), true)],
      ...(definition.more ?? []),
    ],
  })
}

/** A layer's catalogue entries under all its names; each class is made when first asked for. */
export function layer(definition: LayerDefinition): Entry[] {
  let keras: V.ClassValue | undefined
  const makeKeras = () => (keras ??= layerClass(definition, "keras"))
  const entries: Entry[] = [definition.name, ...(definition.aliases ?? [])].map((name): Entry => [`keras.layers.${name}`, makeKeras])
  const { tfjs } = definition
  if (tfjs === undefined) return entries
  let javascript: V.ClassValue | undefined
  const makeJavascript = () => (javascript ??= layerClass(definition, "tfjs"))
  const makers = [tfjs, ...(definition.tfjsAliases ?? [])].map(
    (name): Entry => [`tfjs.layers.${name}`, () => factory(name, makeJavascript)],
  )
  return [...entries, [`tfjs.layers.${definition.name}`, makeJavascript], ...makers]
}

/** `tf.layers.dense({units: 10})`. */
function factory(name: string, cls: () => V.ClassValue): V.NativeValue {
  return V.native(`tfjs.layers.${name}`, (interpreter, call, place) => interpreter.call(cls(), call, place))
}

function construct(definition: LayerDefinition, framework: V.Framework): V.NativeCall {
  return (interpreter, all, place) => {
    const { self, call } = split(all)
    if (self.kind !== "instance") return V.NONE
    const { values, given, problem } = bindArguments(
      `${definition.signature}${definition.signature && ", "}${COMMON}`,
      framework === "tfjs" ? optionsToKeywords(call) : call,
    )
    const withDefaults = new Map(values)
    for (const [name, value] of Object.entries(framework === "tfjs" ? (definition.tfjsDefaults ?? {}) : {}))
      if (!given.has(name)) withDefaults.set(name, value)
    initialise(interpreter, self, withDefaults)
    const bound = new Arguments(interpreter, place, self.class.name, framework, (name) => withDefaults.get(name), given)
    const wrong = problem ?? wrongArgument(bound)
    if (wrong !== undefined) bound.problem("argument-error", wrong)
    keepAttributes(interpreter, definition, self, withDefaults)
    const children = guarded(() => {
      for (const [name, child] of Object.entries(definition.children?.(Object.assign(bound, { self })) ?? {}))
        self.attributes.set(name, child)
      return V.NONE
    })
    if (children.kind === "unknown") changeState(interpreter, self, { weights: [{ name: "weights", value: children, isTrainable: true }] })
    return V.NONE
  }
}

const NOT_ATTRIBUTES = new Set(["name", "trainable", "dtype", "kwargs", "weights"])

/** Arguments that may be layers. */
const HOLDERS = new Set(["layer", "cell", "cells", "backward_layer", "activation", "function"])

/** An initialiser or a vocabulary that is not known holds no weights. */
function weightless(value: V.Value): V.Value {
  if (value.kind !== "unknown") return value
  const { mayHoldWeights: _, ...rest } = value
  return rest
}

const WINDOWS = new Set(["kernel_size", "strides", "dilation_rate", "pool_size"])

/** Layers that slide a window keep one size for each axis, whatever they were given. */
function standardised(name: string, value: V.Value | undefined, layer: string): V.Value | undefined {
  const rank = value?.kind === "integer" && WINDOWS.has(name) ? /(\d)D/.exec(layer)?.[1] : undefined
  return value && rank !== undefined ? V.tuple(new Array<V.Value>(Number(rank)).fill(value)) : value
}

function keepAttributes(
  interpreter: Interpreter,
  definition: LayerDefinition,
  self: V.InstanceValue,
  values: ReadonlyMap<string, V.Value>,
): void {
  interpreter.heap.touch(self.attributes)
  for (const { name } of signatureOf(definition.signature)) {
    const value = standardised(name, values.get(name), definition.name)
    if (value && !NOT_ATTRIBUTES.has(name)) self.attributes.set(name, HOLDERS.has(name) ? value : weightless(value))
  }
}

/** Reads the layer's attributes first, then what its constructor was given. */
export function layerArguments(interpreter: Interpreter, self: V.InstanceValue, place: Arguments["place"]): Layer {
  const state = stateOf(self)
  const read = (name: string) => self.attributes.get(name) ?? state.arguments.get(name)
  const given = new Set(state.arguments.keys())
  return Object.assign(new Arguments(interpreter, place, self.class.name, frameworkOf(self.class) ?? "keras", read, given), { self })
}

/** `build(input_shape)`: makes the weights. Several inputs give several shapes, or a list of them. */
function build(definition: LayerDefinition): V.NativeCall {
  return (interpreter, all, place) => {
    const { self, call } = split(all)
    if (self.kind !== "instance" || stateOf(self).isBuilt) return V.NONE
    const layer = layerArguments(interpreter, self, place)
    const inputs = inputsOf(definition, call)
    const shapes = inputs.values.flatMap((value) => shapesOf(layer, value))
    const made: Weight[] = []
    const outcome = guarded(() => {
      for (const [name, shape] of Object.entries(definition.weights?.(layer, shapes, inputs.given) ?? {})) {
        const weight = weightOf(layer, name, shape, !definition.fixed?.includes(name))
        if (weight) made.push(weight)
      }
      return V.NONE
    })
    if (outcome.kind === "unknown") made.push({ name: "weights", value: outcome, isTrainable: true })
    changeState(interpreter, self, { isBuilt: true, weights: [...stateOf(self).weights, ...made] })
    interpreter.heap.touch(self.attributes)
    for (const { name, value } of made) self.attributes.set(name, value)
    return V.NONE
  }
}

/** The shapes in the order of `call`'s parameters, however they were given. */
function inputsOf(definition: LayerDefinition, call: V.CallArguments): { values: V.Value[]; given: ReadonlySet<string> } {
  const { values, given } = bindArguments(`${definition.input ?? "inputs"}, **kwargs`, call)
  const named = parametersInOrder(definition).filter((name) => given.has(name))
  return {
    values: named.length > 0 ? named.map((name) => values.get(name) ?? V.NONE) : [...call.positional, ...call.keywords.values()],
    given,
  }
}

const parametersInOrder = (definition: LayerDefinition): string[] => signatureOf(definition.input ?? "inputs").map(({ name }) => name)

function weightOf(layer: Layer, name: string, shape: WeightShape, isTrainable: boolean): Weight | undefined {
  if (!shape) return undefined
  if ("kind" in shape) return { name, value: shape, isTrainable }
  const requiresGrad = isTrainable && stateOf(layer.self).isTrainable
  return { name, isTrainable, value: V.tensor(layer.framework, shape, "float32", { role: "parameter", requiresGrad }) }
}

function apply(definition: LayerDefinition, framework: V.Framework): V.NativeCall {
  return (interpreter, all, place) => {
    const { self, call } = split(all)
    if (self.kind !== "instance") return V.unknown(`${definition.name}.call needs a layer`, place)
    const signature = `${definition.input ?? "inputs"}, training=None, mask=None, **kwargs`
    const { values, given, problem } = bindArguments(
      signature,
      framework === "tfjs" ? { ...call, positional: call.positional.slice(0, 1) } : call,
    )
    const bound = new Arguments(interpreter, place, definition.name, framework, (name) => values.get(name), given)
    if (problem !== undefined) {
      // A class that nobody calls is tried on one blank input, which proves nothing.
      if (tensorsInCall(call).some((tensor) => tensor.shape !== undefined)) bound.problem("argument-error", problem)
      return V.unknown(`${definition.name} ${problem}`, place)
    }
    const result = guarded(() => definition.forward(bound, layerArguments(interpreter, self, place)))
    return result.kind === "unknown" ? (causeIn(values) ?? result) : result
  }
}

/** An unknown input explains an unknown result better than the layer can. */
function causeIn(values: ReadonlyMap<string, V.Value>): V.UnknownValue | undefined {
  for (const value of values.values()) {
    const cause = value.kind === "unknown" ? value : value.kind === "tensor" && value.shape === undefined ? value.unknown : undefined
    if (cause) return V.unknown(cause.reason, cause.place)
  }
  return undefined
}
