/** `Sequential`: a stack of layers, each fed with what the one before gives. It is built as soon as the input's shape is known. */
import type { Arguments } from "../arguments.ts"
import { bindArguments } from "../signature.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Place } from "../../text/source.ts"
import * as V from "../../values/value.ts"
import { declaredInput, initialise, NEVER_BUILT } from "./base.ts"
import { type Entry, method, nativeClass, shapeValue, shapesOf, split } from "./define.ts"
import { admitted } from "./entrance.ts"
import { markOf } from "./graph.ts"
import { makeInput } from "./input.ts"
import { modelClass } from "./model.ts"
import { countedName } from "./naming.ts"
import { optionsToKeywords } from "./options.ts"
import { changeState, frameworkOf, isLayer, nameOf, stateOf } from "./state.ts"

const classes = new Map<V.Framework, V.ClassValue>()

function sequentialClass(framework: V.Framework): V.ClassValue {
  let known = classes.get(framework)
  if (!known) classes.set(framework, (known = makeSequential(framework)))
  return known
}

function makeSequential(framework: V.Framework): V.ClassValue {
  const name = framework === "tfjs" ? "tfjs.Sequential" : "keras.Sequential"
  const build = method(`${name}.build`, "input_shape=None", buildFrom, framework)
  NEVER_BUILT.add(build)
  return nativeClass({
    name,
    bases: [modelClass(framework)],
    layer: {
      name,
      framework,
      signature: "layers=None, trainable=True, name=None",
      sentence: "Runs its layers one after the other.",
      documentation: framework === "tfjs" ? "https://js.tensorflow.org/api/latest/#sequential" : "https://keras.io/api/models/sequential/",
    },
    attributes: [
      [framework === "tfjs" ? "constructor" : "__init__", V.native(`${name}.__init__`, construct, true)],
      [
        "add",
        method(
          `${name}.add`,
          "layer, rebuild=True",
          (call, self) => {
            addLayer(call.interpreter, self, call.required("layer"), call.place)
            return V.NONE
          },
          framework,
        ),
      ],
      ["pop", method(`${name}.pop`, "rebuild=True", popLayer, framework)],
      ["build", build],
      ["call", V.native(`${name}.call`, runStack, true)],
    ],
  })
}

const construct: V.NativeCall = (interpreter, all, place) => {
  const { self, call: written } = split(all)
  if (self.kind !== "instance") return V.NONE
  const framework = frameworkOf(self.class) ?? "keras"
  const { values } = bindArguments(
    "layers=None, trainable=True, name=None, **kwargs",
    framework === "tfjs" ? optionsToKeywords(written) : written,
  )
  if (framework === "tfjs" && values.get("name")?.kind !== "string")
    changeState(interpreter, self, { name: countedName(interpreter.heap, "sequential_") })
  initialise(interpreter, self, values)
  changeState(interpreter, self, { stack: [] })
  const layers = values.get("layers")
  if (!layers || V.isNone(layers)) return V.NONE
  const items = interpreter.iterate(layers)
  if (Array.isArray(items)) for (const layer of items as readonly V.Value[]) addLayer(interpreter, self, layer, place)
  else keepUnknown(interpreter, self, items as V.UnknownValue)
  return V.NONE
}

/** Layers nobody knows make the count unknown, and what comes out of them. */
function keepUnknown(interpreter: Interpreter, self: V.InstanceValue, value: V.UnknownValue): void {
  const { weights, stack = [], lost = new Map(), ends } = stateOf(self)
  changeState(interpreter, self, {
    weights: [...weights, { name: "layers", value, isTrainable: true }],
    lost: new Map([...lost, [stack.length, value]]),
    ...(ends && { ends: { input: ends.input, output: lostTensor(self, value) } }),
  })
}

const lostTensor = (self: V.InstanceValue, value: V.UnknownValue): V.TensorValue =>
  V.tensor(frameworkOf(self.class) ?? "keras", undefined, undefined, { unknown: value })

function addLayer(interpreter: Interpreter, self: V.InstanceValue, added: V.Value, place: Place): void {
  const input = added.kind === "tensor" ? markOf(added)?.node.operation.layer : undefined
  if (added.kind === "tensor" && input) return start(interpreter, self, input, added)
  if (isLayer(added) && added.class.name === "InputLayer") {
    const tensor = stateOf(added).nodes[0]?.output
    if (tensor?.kind === "tensor") start(interpreter, self, added, tensor)
    if (frameworkOf(self.class) === "tfjs") changeState(interpreter, self, { listsInput: true })
    return
  }
  if (isLayer(added)) return appendLayer(interpreter, self, added, place)
  if (added.kind === "function" || added.kind === "native" || added.kind === "method")
    return appendLayer(interpreter, self, lambdaOf(interpreter, self, added, place), place)
  keepUnknown(interpreter, self, added.kind === "unknown" ? added : V.unknown(`a ${added.kind} is no layer`, place))
}

/** A bare function in a stack becomes a Lambda layer. */
function lambdaOf(interpreter: Interpreter, self: V.InstanceValue, callee: V.Value, place: Place): V.InstanceValue {
  const cls = interpreter.catalogue(`${frameworkOf(self.class) ?? "keras"}.layers.Lambda`)
  const made = cls ? interpreter.call(cls, { positional: [callee], keywords: new Map() }, place) : V.NONE
  return isLayer(made) ? made : self
}

function start(interpreter: Interpreter, self: V.InstanceValue, input: V.InstanceValue, tensor: V.TensorValue): void {
  changeState(interpreter, self, { stack: [input], ends: { input: tensor, output: tensor }, isBuilt: true })
}

function appendLayer(interpreter: Interpreter, self: V.InstanceValue, layer: V.InstanceValue, place: Place): void {
  const { stack = [], ends, lost } = stateOf(self)
  if (!ends && stack.length === 0 && !lost) startFromFirst(interpreter, self, layer, place)
  const begun = stateOf(self)
  changeState(interpreter, self, { stack: [...(begun.stack ?? []), layer] })
  // The program stops where the stack is put together, not where the layer was written.
  if (begun.ends) interpreter.blaming(place, () => extend(interpreter, self, layer))
}

/** The first layer may say what it expects, or be a model that knows. */
function startFromFirst(interpreter: Interpreter, self: V.InstanceValue, layer: V.InstanceValue, place: Place): void {
  const framework = frameworkOf(self.class) ?? "keras"
  const { network, ends } = stateOf(layer)
  const inner = ends?.input ?? (network?.inputs.kind === "tensor" ? network.inputs : undefined)
  const declared = declaredInput(interpreter, layer, V.NONE) ?? inner?.shape?.map((dim) => V.integer(dim)) ?? inner?.unknown
  if (!declared && framework === "tfjs")
    interpreter.problem({ code: "missing-input-shape", message: "needs an `inputShape` or `batchInputShape` in its first layer" }, place)
  if (!declared) return
  const tensor = makeInput(
    interpreter,
    framework,
    declared,
    inner?.dtype,
    framework === "tfjs" ? `${nameOf(layer)}_input` : undefined,
    place,
  )
  const input = markOf(tensor)?.node.operation.layer
  if (input) start(interpreter, self, input, tensor)
}

/** Feeds one more layer; each stands where it was written. */
function extend(interpreter: Interpreter, self: V.InstanceValue, layer: V.InstanceValue): void {
  const { ends } = stateOf(self)
  if (!ends) return
  const output = interpreter.call(layer, { positional: [ends.output], keywords: new Map() }, layer.place)
  changeState(interpreter, self, { ends: { input: ends.input, output } })
}

function popLayer(call: Arguments, self: V.InstanceValue): V.Value {
  const { stack = [], ends } = stateOf(self)
  const last = stack.at(-1)
  if (!last) return V.NONE
  const rest = stack.slice(0, -1)
  const output = rest.length > 0 ? stateOf(rest.at(-1) as V.InstanceValue).nodes.at(-1)?.output : undefined
  changeState(call.interpreter, self, { stack: rest, ...(ends && output && { ends: { input: ends.input, output } }) })
  return last
}

/** `build(input_shape)` of a stack that does not know its input yet. */
function buildFrom(call: Arguments, self: V.InstanceValue): V.Value {
  const { stack = [], ends } = stateOf(self)
  if (ends || !call.has("input_shape")) return V.NONE
  const given = call.required("input_shape")
  if (given.kind === "unknown") return V.NONE
  const items = given.kind === "list" || given.kind === "tuple" ? given.items : shapeItems(shapesOf(call, given)[0])
  const tensor = makeInput(call.interpreter, call.framework, items, undefined, undefined, call.place)
  const input = markOf(tensor)?.node.operation.layer
  if (!input) return V.NONE
  start(call.interpreter, self, input, tensor)
  for (const layer of stack) {
    changeState(call.interpreter, self, { stack: [...(stateOf(self).stack ?? []), layer] })
    extend(call.interpreter, self, layer)
  }
  return V.NONE
}

function shapeItems(shape: readonly unknown[] | undefined): readonly V.Value[] {
  const value = shapeValue(shape as Parameters<typeof shapeValue>[0])
  return value.kind === "tuple" ? value.items : []
}

/** Runs the stack on an input. */
function runStack(...[interpreter, all, place]: Parameters<V.NativeCall>): V.Value {
  const { self, call } = split(all)
  if (self.kind !== "instance") return V.unknown("a model's call needs a model", place)
  const given = call.positional[0] ?? call.keywords.get("inputs") ?? V.NONE
  const { stack = [], ends, lost, listsInput } = stateOf(self)
  if (given.kind === "tensor" && given.shape === undefined && ends?.input.shape)
    interpreter.refine(given, ends.input.shape, ends.input.dtype)
  const entered = ends && given.kind === "tensor" ? admitted(interpreter, ends.input, given, { isExact: false, place }) : given
  if (!entered) return V.unknown("the model does not take such an input", place)
  const run = () => {
    let value: V.Value = entered
    for (const [index, layer] of [...stack, undefined].entries()) {
      const gap = lost?.get(index)
      if (gap) value = lostTensor(self, gap)
      if (layer && (listsInput || layer.class.name !== "InputLayer"))
        value = interpreter.call(layer, { positional: [value], keywords: new Map() }, layer.place)
    }
    return value
  }
  return place === self.place ? run() : interpreter.blaming(place, run)
}

export const sequentialEntries: readonly Entry[] = [
  ...["keras.Sequential", "keras.models.Sequential"].map((name): Entry => [name, () => sequentialClass("keras")]),
  ["tfjs.Sequential", () => sequentialClass("tfjs")],
  [
    "tfjs.sequential",
    () => V.native("tfjs.sequential", (interpreter, call, place) => interpreter.call(sequentialClass("tfjs"), call, place)),
  ],
]
