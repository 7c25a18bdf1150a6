/** `Model`: functional (inputs and outputs of the graph) and subclassed; its methods for training change nothing that is counted. */
import type { Arguments } from "../arguments.ts"
import { bindArguments } from "../signature.ts"
import type { Place } from "../../text/source.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import * as V from "../../values/value.ts"
import { baseLayer, childLayers, initialise, NEVER_BUILT } from "./base.ts"
import { saveModel } from "./cloning.ts"
import { type Entry, method, nativeClass, property, shapesOf, split, visibleShape } from "./define.ts"
import { admitted, inputName } from "./entrance.ts"
import { isSymbolic, markOf, replay, walk } from "./graph.ts"
import { batchSize } from "./input.ts"
import { countedName } from "./naming.ts"
import { tensorsIn } from "./nesting.ts"
import { operationUnits, remember } from "./operation.ts"
import { optionsToKeywords } from "./options.ts"
import { changeState, childrenOf, frameworkOf, nameOf, type Network, stateOf } from "./state.ts"
import { trainingMembers } from "./training.ts"

const classes = new Map<string, V.ClassValue>()

const made = (key: string, make: () => V.ClassValue): V.ClassValue => {
  let known = classes.get(key)
  if (!known) classes.set(key, (known = make()))
  return known
}

export const modelClass = (framework: V.Framework): V.ClassValue => made(`${framework}.Model`, () => makeModelClass(framework))

/** TensorFlow Similarity's functional model: its index of examples holds no weights. */
const similarityModel = (): V.ClassValue =>
  made("SimilarityModel", () =>
    nativeClass({
      name: "tensorflow_similarity.models.SimilarityModel",
      bases: [modelClass("keras")],
      layer: description("tensorflow_similarity.models.SimilarityModel", "keras"),
      attributes: ["reset_index", "index", "index_single", "save_index", "load_index"].map((name) => [
        name,
        method(name, "*args, **kwargs", () => V.NONE),
      ]),
    }),
  )

/** Keras gives `Model(inputs, outputs)` a class of its own. */
const functionalClass = (): V.ClassValue =>
  made("Functional", () =>
    nativeClass({ name: "keras.models.Functional", bases: [modelClass("keras")], layer: description("keras.models.Functional", "keras") }),
  )

const description = (name: string, framework: V.Framework): V.LayerDescription => ({
  name,
  framework,
  signature: "inputs, outputs, name=None",
  sentence: "Runs the layers between its inputs and its outputs.",
  documentation: framework === "tfjs" ? "https://js.tensorflow.org/api/latest/#model" : "https://keras.io/api/models/model/",
})

function makeModelClass(framework: V.Framework): V.ClassValue {
  const name = framework === "tfjs" ? "tfjs.Model" : "keras.Model"
  const build = method(`${name}.build`, "input_shape=None", buildModel, framework)
  NEVER_BUILT.add(build)
  return nativeClass({
    name,
    bases: [baseLayer(framework)],
    // A tfjs model is made by a function; Keras' `Model(inputs, outputs)` becomes a Functional, and a subclass describes itself.
    ...(framework === "tfjs" && { layer: description(name, framework) }),
    attributes: [
      [framework === "tfjs" ? "constructor" : "__init__", V.native(`${name}.__init__`, construct, true)],
      ["build", build],
      ["call", V.native(`${name}.call`, callNetwork, true)],
      ...(framework === "keras" ? [["__new__", V.native(`${name}.__new__`, create)] as [string, V.Value]] : []),
      ...members(framework),
    ],
  })
}

const isFunctional = ({ positional, keywords }: V.CallArguments): boolean =>
  positional.length >= 2 ||
  (keywords.has("outputs") && (positional.length === 1 || keywords.has("inputs"))) ||
  (keywords.has("inputs") && keywords.has("outputs"))

/** `Model(inputs, outputs)` makes a Functional; subclasses make themselves. */
function create(
  ...[
    interpreter,
    {
      positional: [cls, ...positional],
      keywords,
    },
    place,
  ]: Parameters<V.NativeCall>
): V.Value {
  if (cls?.kind !== "class") return V.unknown("Model.__new__ needs a class", place)
  const isPlain = cls.qualifiedName === "keras.Model" && isFunctional({ positional, keywords })
  return interpreter.instantiate(isPlain ? functionalClass() : cls, place)
}

const construct: V.NativeCall = (interpreter, all, place) => {
  const { self, call: written } = split(all)
  if (self.kind !== "instance") return V.NONE
  const framework = frameworkOf(self.class) ?? "keras"
  const call = framework === "tfjs" ? optionsToKeywords(written) : written
  const { values } = bindArguments("inputs=None, outputs=None, name=None, trainable=True, dtype=None, **kwargs", call)
  const inputs = values.get("inputs") ?? V.NONE
  const outputs = values.get("outputs") ?? V.NONE
  if (framework === "tfjs" && values.get("name")?.kind !== "string")
    changeState(interpreter, self, { name: countedName(interpreter.heap, "model") })
  initialise(interpreter, self, values)
  if (V.isNone(outputs)) return V.NONE
  changeState(interpreter, self, { network: networkOf(interpreter, inputs, outputs, place), isBuilt: true })
  return V.NONE
}

function networkOf(interpreter: Interpreter, inputs: V.Value, outputs: V.Value, place: V.UnknownValue["place"]): Network {
  const { nodes, loose } = walk(tensorsIn(inputs), tensorsIn(outputs))
  const units = operationUnits(interpreter, nodes)
  const lost = nodes.flatMap(({ call }) => unknownIn(call)).find(({ isSymbolic }) => isSymbolic)
  const why = lost ?? [outputs, ...loose].map(reasonIn).find((reason) => reason !== undefined)
  if (why) return { inputs, outputs: why, nodes, units }
  const isKnown = tensorsIn(outputs).length > 0 && tensorsIn(outputs).every((tensor) => markOf(tensor) !== undefined)
  return { inputs, outputs: isKnown ? outputs : V.unknown("an output of the model does not come from its inputs", place), nodes, units }
}

/** Arguments that are not known, also in lists. */
const unknownIn = ({ positional, keywords }: V.CallArguments): V.UnknownValue[] =>
  [...positional, ...keywords.values()]
    .flatMap((value) => (value.kind === "list" || value.kind === "tuple" ? value.items : [value]))
    .filter((value): value is V.UnknownValue => value.kind === "unknown")

/** What is not known inside a value. */
function reasonIn(value: V.Value): V.UnknownValue | undefined {
  if (value.kind === "unknown") return value
  if (value.kind === "tensor") return value.shape === undefined && value.graph === undefined ? value.unknown : undefined
  if (value.kind === "list" || value.kind === "tuple") return value.items.map(reasonIn).find((reason) => reason !== undefined)
  return value.kind === "dictionary"
    ? [...value.entries.values()].map((entry) => reasonIn(entry.value)).find((reason) => reason !== undefined)
    : undefined
}

/** Runs the nodes between inputs and outputs on other inputs. */
function callNetwork(...[interpreter, all, place]: Parameters<V.NativeCall>): V.Value {
  const { self, call } = split(all)
  if (self.kind !== "instance") return V.unknown("a model's call needs a model", place)
  const { network } = stateOf(self)
  if (!network) return V.unknown(`${self.class.name} has no call`, place)
  const isInGraph = isSymbolic(call) && frameworkOf(self.class) !== "tfjs"
  const run = (): V.Value => {
    const output = runNetwork(interpreter, network, given(call, tensorsIn(network.inputs).length), place)
    return isInGraph ? output : singleOrAll(output)
  }
  return place === self.place ? run() : interpreter.blaming(place, run)
}

/** Only symbolic calls of Keras 3 keep a single output in its list. */
function singleOrAll(output: V.Value): V.Value {
  const [only, ...others] = output.kind === "list" || output.kind === "tuple" ? output.items : []
  return only && others.length === 0 ? singleOrAll(only) : output
}

/** The one argument; as many tensors as there are inputs may also stand side by side. */
function given({ positional, keywords }: V.CallArguments, count: number): V.Value {
  const isSpread = count > 1 && positional.length === count && positional.every((value) => value.kind === "tensor")
  return isSpread ? V.list([...positional]) : (positional[0] ?? keywords.get("inputs") ?? V.NONE)
}

function runNetwork(interpreter: Interpreter, network: Network, given: V.Value, place: Place): V.Value {
  const values = new Map<number, V.Value>()
  const wanted = tensorsIn(network.inputs)
  const actual = matched(network.inputs, given)
  if (network.inputs.kind === "unknown") return network.inputs
  if (isCounted(given) && actual.length !== wanted.length) {
    interpreter.problem({ code: "input-mismatch", message: `takes ${wanted.length} inputs, got ${actual.length}` }, place)
    return V.unknown("the model does not take so many inputs", place)
  }
  if (given.kind !== "unknown" && actual.length < wanted.length)
    return V.unknown(`the model takes ${wanted.length} inputs, got ${actual.length}`, place)
  for (const [index, tensor] of wanted.entries()) {
    const found = actual[index]
    const entered = found && admitted(interpreter, tensor, found, { isExact: true, place })
    if (found && !entered) return V.unknown("the model does not take such an input", place)
    values.set(tensor.id, enter(interpreter, known(interpreter, entered, tensor), tensor))
  }
  replay(interpreter, network.nodes, values, (node, output) => remember(network.units.get(node), output))
  return resolve(network.outputs, values)
}

/** Whether every input that is given is seen. */
const isCounted = (given: V.Value): boolean =>
  given.kind === "list" || given.kind === "tuple" ? given.items.every(({ kind }) => kind === "tensor") : given.kind === "tensor"

/** What comes in runs through the input layer, which summaries list like any other. */
function enter(interpreter: Interpreter, value: V.Value, wanted: V.TensorValue): V.Value {
  const layer = markOf(wanted)?.node.operation.layer
  if (layer?.class.name === "InputLayer") interpreter.call(layer, { positional: [value], keywords: new Map() }, layer.place)
  return value
}

/** Inputs by name where both sides name them, otherwise in order. */
function matched(inputs: V.Value, given: V.Value): V.TensorValue[] {
  if (inputs.kind === "dictionary" && given.kind === "dictionary") {
    const ordered = [...inputs.entries.keys()].map((key) => given.entries.get(key)?.value)
    if (!ordered.includes(undefined)) return ordered.flatMap((value) => tensorsIn(value))
  }
  if (given.kind === "dictionary") {
    const named = tensorsIn(inputs).map((tensor) => given.entries.get(`s:${inputName(tensor)}`)?.value)
    if (!named.includes(undefined)) return named.flatMap((value) => tensorsIn(value))
  }
  return tensorsIn(given)
}

/** An input nobody stated has the shape the model was made for. */
function known(interpreter: Interpreter, actual: V.TensorValue | undefined, wanted: V.TensorValue): V.Value {
  if (!actual) return { ...wanted, graph: undefined }
  if (actual.shape === undefined && wanted.shape) interpreter.refine(actual, wanted.shape, wanted.dtype)
  return actual
}

function resolve(outputs: V.Value, values: ReadonlyMap<number, V.Value>): V.Value {
  if (outputs.kind === "tensor") return values.get(outputs.id) ?? outputs
  if (outputs.kind === "list") return V.list(outputs.items.map((item) => resolve(item, values)))
  if (outputs.kind === "tuple") return { ...outputs, items: outputs.items.map((item) => resolve(item, values)) }
  if (outputs.kind !== "dictionary") return outputs
  return {
    ...outputs,
    entries: new Map([...outputs.entries].map(([key, entry]) => [key, { key: entry.key, value: resolve(entry.value, values) }])),
  }
}

/** `model.build(input_shape)`: calls the model once on an input of that shape. */
function buildModel(call: Arguments, model: V.InstanceValue): V.Value {
  if (stateOf(model).network || !call.has("input_shape")) return V.NONE
  const value = call.required("input_shape")
  const isMany =
    (value.kind === "list" || value.kind === "tuple") && value.items.some((item) => item.kind === "list" || item.kind === "tuple")
  const inputs = shapesOf(call, withBatch(call.interpreter, value)).map((shape) => V.tensor(call.framework, shape, "float32"))
  const [first] = inputs
  call.interpreter.call(model, { positional: [isMany || !first ? V.list(inputs) : first], keywords: new Map() }, call.place)
  return V.NONE
}

/** `None` in front is the batch. */
function withBatch(interpreter: Interpreter, shape: V.Value): V.Value {
  if (shape.kind !== "list" && shape.kind !== "tuple") return shape
  const items = shape.items.map((item, index) =>
    index === 0 && V.isNone(item) ? V.integer(batchSize(interpreter)) : withBatch(interpreter, item),
  )
  return { ...shape, items } as V.Value
}

/** Saving and printing: nothing that is counted changes. */
const SILENT =
  "save_weights load_weights reset_metrics plot export fit_generator test_on_batch fitDataset evaluateDataset loadWeights".split(" ")

function layerOf(call: Arguments, model: V.InstanceValue): V.Value {
  const children = childrenOf(model)
  const name = call.value("name")
  const index = call.value("index") ?? (name?.kind === "integer" ? name : undefined)
  if (name?.kind === "string")
    return children.find(([own]) => own === name.value)?.[1] ?? V.unknown(`the model has no layer ${name.value}`, call.place)
  const at = index?.kind === "integer" && typeof index.value === "number" ? index.value : undefined
  const found = at === undefined ? undefined : children.at(at)?.[1]
  return found ?? V.unknown("which layer is meant is not known", call.place)
}

const end =
  (which: "inputs" | "outputs", isList: boolean) =>
  (model: V.InstanceValue, call: Arguments): V.Value => {
    const { network, ends, nodes } = stateOf(model)
    const value =
      network?.[which] ?? (which === "inputs" ? ends?.input : ends?.output) ?? (which === "outputs" ? nodes[0]?.output : undefined)
    if (value === undefined) return V.unknown("the model has not been built", call.place)
    return isList ? V.list(tensorsIn(value)) : value
  }

function shapes(which: "inputs" | "outputs") {
  return (model: V.InstanceValue, call: Arguments): V.Value => {
    const found = tensorsIn(end(which, false)(model, call)).map((tensor) => visibleShape(tensor.shape, call.framework))
    return found.length === 1 ? (found[0] as V.Value) : V.list(found)
  }
}

function members(framework: V.Framework): [string, V.Value][] {
  const isPython = framework === "keras"
  return [
    ...SILENT.map((name): [string, V.Value] => [
      name,
      method(name, "*args, **kwargs", (call) =>
        name.startsWith("fit") ? V.unknown(`what ${name} gives is known only when it runs`, call.place) : V.NONE,
      ),
    ]),
    [
      "summary",
      method("summary", "*args, **kwargs", (call, model) => {
        call.interpreter.summarised(model, call.place)
        return V.NONE
      }),
    ],
    [
      "save",
      method("save", "filepath=None, *args, **kwargs", (call, model) => {
        saveModel(call.interpreter, model, call.value("filepath"))
        return framework === "keras" ? V.NONE : V.unknown("what save gives is known only when it runs", call.place)
      }),
    ],
    ...trainingMembers(framework),
    [isPython ? "get_layer" : "getLayer", method("get_layer", "name=None, index=None", layerOf, framework)],
    ...["get_config", "getConfig", "to_json", "toJSON"].map((name): [string, V.Value] => [
      name,
      method(name, "*args", (call) => V.unknown("the configuration of a model is not followed", call.place)),
    ]),
    ["layers", property("layers", childLayers)],
    ["inputs", property("inputs", end("inputs", true))],
    ["outputs", property("outputs", end("outputs", true))],
    ["input", property("input", end("inputs", false))],
    ["output", property("output", end("outputs", false))],
    [isPython ? "input_shape" : "inputShape", property("input_shape", shapes("inputs"))],
    [isPython ? "output_shape" : "outputShape", property("output_shape", shapes("outputs"))],
    [
      "input_names",
      property("input_names", (model, call) =>
        V.list(
          tensorsIn(end("inputs", false)(model, call)).map((tensor) =>
            V.string(markOf(tensor)?.node.operation.layer ? nameOf(markOf(tensor)?.node.operation.layer as V.InstanceValue) : ""),
          ),
        ),
      ),
    ],
  ]
}

/** The input tensors that a symbolic tensor is computed from. */
const sourceInputs: V.NativeCall = (_, { positional: [tensor] }, place) => {
  const { nodes } = walk([], tensorsIn(tensor))
  const sources = nodes.filter(({ inputs }) => inputs.length === 0).flatMap(({ output }) => tensorsIn(output))
  return sources.length > 0 ? V.list(sources) : V.unknown("where the tensor comes from is not known", place)
}

/** Whether a value is symbolic: made by `Input` or from one. */
const tellsSymbolic: V.NativeCall = (_, { positional: [value] }, place) => {
  if (value?.kind === "unknown") return V.unknown("whether the tensor is symbolic is not known", place)
  return V.boolean(value?.kind === "tensor" && walk([], [value]).nodes.some(({ inputs }) => inputs.length === 0))
}

const IS_SYMBOLIC = ["keras.backend.is_keras_tensor", "keras.utils.is_keras_tensor", "keras.backend.common.keras_tensor.is_keras_tensor"]

const SOURCE_INPUTS = ["keras.utils.get_source_inputs", "keras.ops.operation_utils.get_source_inputs"]

export const modelEntries: readonly Entry[] = [
  ...IS_SYMBOLIC.map((name): Entry => [name, () => V.native(name, tellsSymbolic)]),
  ...SOURCE_INPUTS.map((name): Entry => [name, () => V.native(name, sourceInputs)]),
  ...["keras.Model", "keras.models.Model"].map((name): Entry => [name, () => modelClass("keras")]),
  ["keras.models.Functional", functionalClass],
  ["tensorflow_similarity.models.SimilarityModel", similarityModel],
  ["tfjs.Model", () => modelClass("tfjs")],
  ["tfjs.LayersModel", () => modelClass("tfjs")],
  ["tfjs.model", () => V.native("tfjs.model", (interpreter, call, place) => interpreter.call(modelClass("tfjs"), call, place))],
]
