/** The class `Layer` of Keras and of TensorFlow.js: naming, building on the first call, weights, and the properties every layer has. */
import type { Arguments } from "../arguments.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { product, sum } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import type { Place } from "../../text/source.ts"
import * as V from "../../values/value.ts"
import { method, nativeClass, property, shapesOf, shapeValue, split, visibleShape } from "./define.ts"
import { addNode, isSymbolic, outsideGraph } from "./graph.ts"
import { inMode, told } from "./mode.ts"
import { automaticName } from "./naming.ts"
import { tensorsIn } from "./nesting.ts"
import { optionsToKeywords } from "./options.ts"
import {
  changeState,
  childrenOf,
  frameworkOf,
  layersBelow,
  type LayerState,
  nameOf,
  parametersOf,
  setTrainable,
  stateOf,
  unknownEntriesOf,
} from "./state.ts"

const classes = new Map<V.Framework, V.ClassValue>()

export function baseLayer(framework: V.Framework): V.ClassValue {
  let known = classes.get(framework)
  if (!known) classes.set(framework, (known = makeBase(framework)))
  return known
}

function makeBase(framework: V.Framework): V.ClassValue {
  const name = framework === "tfjs" ? "tfjs.layers.Layer" : "keras.layers.Layer"
  const shared: [string, V.Value][] = [
    [framework === "tfjs" ? "constructor" : "__init__", V.native(`${name}.__init__`, constructBase, true)],
    ["__call__", V.native(`${name}.__call__`, callLayer, true)],
    ["build", V.native(`${name}.build`, markBuilt, true)],
    ["call", V.native(`${name}.call`, (_, __, place) => V.unknown("the layer has no call", place), true)],
    ...properties(framework),
  ]
  return nativeClass({ name, attributes: [...shared, ...(framework === "tfjs" ? JAVASCRIPT : PYTHON)] })
}

/** `super().__init__(name=…, trainable=…)`. */
const constructBase: V.NativeCall = (interpreter, all) => {
  const { self, call } = split(all)
  if (self.kind !== "instance") return V.NONE
  const { keywords } = frameworkOf(self.class) === "tfjs" ? optionsToKeywords(call) : call
  initialise(interpreter, self, keywords)
  return V.NONE
}

/** Gives the layer its name and remembers its arguments. */
export function initialise(interpreter: Interpreter, layer: V.InstanceValue, values: ReadonlyMap<string, V.Value>): LayerState {
  const name = values.get("name")
  const framework = frameworkOf(layer.class) ?? "keras"
  const trainable = values.get("trainable")
  return changeState(interpreter, layer, {
    name: name?.kind === "string" ? name.value : stateOf(layer).name || automaticName(interpreter.heap, framework, layer.class.name),
    arguments: values,
    isTrainable: !trainable || interpreter.truth(trainable) !== false,
  })
}

/** The shape, batch included, that a layer was told to expect: `input_shape=`, `input_dim=`, `batch_input_shape=`, `input_length=`. */
export function declaredInput(
  interpreter: Interpreter,
  layer: V.InstanceValue,
  batch: V.Value,
): readonly V.Value[] | V.UnknownValue | undefined {
  const { arguments: given } = stateOf(layer)
  const open = given.get("kwargs")
  const read = (name: string) => (open?.kind === "dictionary" ? open.entries.get(`s:${name}`)?.value : undefined) ?? given.get(name)
  const whole = read("batch_input_shape") ?? read("batch_shape")
  const shape = read("input_shape")
  for (const [value, first] of [
    [whole, []],
    [shape, [read("batch_size") ?? batch]],
  ] as const) {
    const items = value && !V.isNone(value) ? interpreter.iterate(value) : undefined
    if (items) return Array.isArray(items) ? [...first, ...(items as readonly V.Value[])] : (items as V.UnknownValue)
  }
  const length = read("input_length")
  if (length && !V.isNone(length)) return [batch, ...(length.kind === "tuple" || length.kind === "list" ? length.items : [length])]
  const dimension = layer.class.mro.some((ancestor) => ancestor.name === "Embedding") ? undefined : read("input_dim")
  return dimension && !V.isNone(dimension) ? [batch, dimension] : undefined
}

/** Builds on the first call, runs `call`, and adds a node to the graph when the inputs are symbolic. */
const callLayer: V.NativeCall = (interpreter, all, place) => {
  const { self, call } = split(all)
  if (self.kind !== "instance") return V.unknown("a layer's __call__ needs a layer", place)
  if (stateOf(self).name === "") initialise(interpreter, self, new Map())
  const isInGraph = isSymbolic(call)
  const inner = isInGraph ? outsideGraph(call) : call
  const output = interpreter.enter(self, inner, place, () => {
    ensureBuilt(interpreter, self, inner, place)
    const run = interpreter.findAttribute(self, "call")
    if (!run) return V.unknown("the layer has no call", place)
    return inMode(interpreter.heap, call.keywords.get("training"), () => interpreter.call(run, told(interpreter, self, inner), place))
  })
  if (!isInGraph) return output
  const node = addNode({ callee: self, name: nameOf(self), layer: self }, call, inGraph(self, output), place)
  changeState(interpreter, self, { nodes: [...stateOf(self).nodes, node] })
  return node.output
}

/** What is not known keeps its place in the graph, so that the model still has its layers. */
function inGraph(layer: V.InstanceValue, output: V.Value): V.Value {
  return output.kind === "unknown" ? V.tensor(frameworkOf(layer.class) ?? "keras", undefined, undefined, { unknown: output }) : output
}

function ensureBuilt(interpreter: Interpreter, layer: V.InstanceValue, call: V.CallArguments, place: Place): void {
  if (stateOf(layer).isBuilt) return
  const build = interpreter.findAttribute(layer, "build")
  const isOwn = build?.kind === "method" && build.function.kind === "function"
  const shapes = inputShapes(layer, call, isOwn ? visibleShape : shapeValue)
  if (isOwn) interpreter.call(build, { positional: firstOf(shapes), keywords: new Map() }, place)
  else if (build?.kind === "method" && !NEVER_BUILT.has(build.function)) interpreter.call(build, shapes, place)
  if (!stateOf(layer).isBuilt) changeState(interpreter, layer, { isBuilt: true })
}

/** Builds a layer that another one runs, for inputs of these shapes. */
export function buildLayer(interpreter: Interpreter, layer: V.InstanceValue, positional: readonly V.Value[], place: Place): void {
  const build = stateOf(layer).isBuilt ? undefined : interpreter.findAttribute(layer, "build")
  if (build) interpreter.call(build, { positional, keywords: new Map() }, place)
}

const firstOf = ({ positional, keywords }: V.CallArguments): V.Value[] => [...positional, ...keywords.values()].slice(0, 1)

/** `build` functions that must not run on a call, because they call the layer themselves. */
export const NEVER_BUILT = new Set<V.Value>()

/** The shapes of a call's tensors as `build` sees them: a tuple for a tensor, a list for a list of tensors. */
function inputShapes(layer: V.InstanceValue, call: V.CallArguments, written: typeof visibleShape): V.CallArguments {
  const framework = frameworkOf(layer.class) ?? "keras"
  const shape = (value: V.Value): V.Value => {
    if (value.kind === "tensor") return written(value.shape, framework)
    if (value.kind === "list" || value.kind === "tuple") return V.list(value.items.map(shape))
    if (value.kind === "dictionary")
      return { ...value, entries: new Map([...value.entries].map(([key, entry]) => [key, { key: entry.key, value: shape(entry.value) }])) }
    return value.kind === "unknown" ? value : V.unknown("the input is no tensor")
  }
  const keywords = [...call.keywords]
    .filter(([, value]) => tensorsIn(value).length > 0)
    .map(([name, value]) => [name, shape(value)] as const)
  return {
    positional: call.positional.filter((value, index) => index === 0 || tensorsIn(value).length > 0).map(shape),
    keywords: new Map(keywords),
  }
}

const markBuilt: V.NativeCall = (interpreter, all) => {
  const { self } = split(all)
  if (self.kind === "instance") changeState(interpreter, self, { isBuilt: true })
  return V.NONE
}

function addWeight(call: Arguments, layer: V.InstanceValue): V.Value {
  const first = call.read("first")
  const second = call.read("second")
  const isNameFirst = first?.kind === "string"
  const name = call.text("name") ?? (isNameFirst ? first.value : "variable")
  const given = call.value("shape") ?? (isNameFirst ? second : first)
  const [shape] =
    given === undefined || V.isNone(given) ? [[] as Shape] : shapesOf(call, given.kind === "integer" ? V.tuple([given]) : given)
  return storeWeight(call, layer, name, shape, call.value("trainable") === undefined || call.flag("trainable") !== false)
}

/** Registers a weight that the program asks for by name. */
function storeWeight(call: Arguments, layer: V.InstanceValue, name: string, shape: Shape | undefined, isTrainable: boolean): V.Value {
  const state = stateOf(layer)
  const value = shape
    ? V.tensor(call.framework, shape, call.text("dtype") ?? "float32", {
        role: "parameter",
        requiresGrad: isTrainable && state.isTrainable,
      })
    : V.unknown(`the shape of the weight ${name} is not known`, call.place)
  changeState(call.interpreter, layer, { weights: [...state.weights, { name, value, isTrainable }] })
  return value
}

const allWeights = (layer: V.InstanceValue): V.TensorValue[] => [
  ...new Set(layersBelow(layer).flatMap((part) => parametersOf(part).map(([, tensor]) => tensor))),
]

function countOf(layer: V.InstanceValue): V.Value {
  const unknown = layersBelow(layer).flatMap(unknownEntriesOf)[0]
  if (unknown) return unknown[1]
  return V.integer(sum(allWeights(layer).map((tensor) => product(tensor.shape ?? []))))
}

const firstNode = (layer: V.InstanceValue) => stateOf(layer).nodes[0]
const missing = (call: Arguments, what: string): V.Value => V.unknown(`the layer has no ${what} yet`, call.place)
const single = (values: readonly V.Value[]): V.Value | undefined => (values.length > 1 ? V.list([...values]) : values[0])

const READ: Record<string, (layer: V.InstanceValue, call: Arguments) => V.Value> = {
  built: (layer) => V.boolean(stateOf(layer).isBuilt),
  dtype: () => V.string("float32"),
  compute_dtype: () => V.string("float32"),
  weights: (layer) => V.list(allWeights(layer)),
  variables: (layer) => V.list(allWeights(layer)),
  trainable_weights: (layer) => V.list(allWeights(layer).filter((tensor) => tensor.requiresGrad !== false)),
  trainable_variables: (layer) => V.list(allWeights(layer).filter((tensor) => tensor.requiresGrad !== false)),
  non_trainable_weights: (layer) => V.list(allWeights(layer).filter((tensor) => tensor.requiresGrad === false)),
  non_trainable_variables: (layer) => V.list(allWeights(layer).filter((tensor) => tensor.requiresGrad === false)),
  losses: () => V.list([]),
  // An input layer is where its tensor begins.
  input: (layer, call) =>
    single(firstNode(layer)?.inputs ?? []) ??
    (layer.class.name === "InputLayer" ? firstNode(layer)?.output : undefined) ??
    missing(call, "input"),
  output: (layer, call) => firstNode(layer)?.output ?? missing(call, "output"),
  input_shape: (layer, call) => shaped(single(firstNode(layer)?.inputs ?? []), call),
  output_shape: (layer, call) => shaped(firstNode(layer)?.output, call),
}

function shaped(value: V.Value | undefined, call: Arguments): V.Value {
  if (value === undefined) return missing(call, "shape")
  const shapes = tensorsIn(value).map((tensor) => visibleShape(tensor.shape, call.framework))
  return single(shapes) ?? missing(call, "shape")
}

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

function properties(framework: V.Framework): [string, V.Value][] {
  const written = (name: string) => (framework === "tfjs" ? camelCase(name) : name)
  return [
    ...Object.entries(READ).map(([name, read]): [string, V.Value] => [written(name), property(name, read)]),
    [
      "name",
      property(
        "name",
        (layer) => V.string(nameOf(layer)),
        (layer, value, call) => value.kind === "string" && changeState(call.interpreter, layer, { name: value.value }),
      ),
    ],
    [
      "trainable",
      property(
        "trainable",
        (layer) => V.boolean(stateOf(layer).isTrainable),
        (layer, value, call) => {
          const isTrainable = call.interpreter.truth(value)
          if (isTrainable !== undefined) setTrainable(call.interpreter, layer, isTrainable)
        },
      ),
    ],
  ]
}

/** Bookkeeping without a result that matters here. */
const SILENT =
  "add_loss add_metric set_weights setWeights load_own_variables save_own_variables addLoss dispose reset_states resetStates".split(" ")

const COMMON: [string, V.Value][] = [...SILENT.map((name): [string, V.Value] => [name, method(name, "*args, **kwargs", () => V.NONE)])]

const PYTHON: [string, V.Value][] = [
  ...COMMON,
  [
    "add_weight",
    method("add_weight", "first=None, second=None, *args, name=None, shape=None, dtype=None, trainable=None, **kwargs", addWeight),
  ],
  [
    "add_variable",
    method("add_variable", "first=None, second=None, *args, name=None, shape=None, dtype=None, trainable=None, **kwargs", addWeight),
  ],
  ["count_params", method("count_params", "", (_, layer) => countOf(layer))],
  ["get_weights", method("get_weights", "", (_, layer) => V.list(allWeights(layer)))],
  ["get_config", method("get_config", "", (_, layer) => configuration(layer))],
  ["compute_mask", method("compute_mask", "*args, **kwargs", () => V.NONE)],
  ["from_config", { kind: "property", form: "classmethod", get: V.native("from_config", fromConfig) }],
]

/** The constructor's arguments of a layer of the catalogue; what every layer has for one of the program's own. */
function configuration(layer: V.InstanceValue): V.Value {
  const own = layer.class.layer ? [...stateOf(layer).arguments].filter(([name]) => name !== "kwargs") : []
  return V.dictionaryOf([...own, ["name", V.string(nameOf(layer))], ["trainable", V.boolean(stateOf(layer).isTrainable)]])
}

function fromConfig(
  ...[
    interpreter,
    {
      positional: [cls, config],
    },
    place,
  ]: Parameters<V.NativeCall>
): V.Value {
  if (cls?.kind !== "class" || config?.kind !== "dictionary") return V.unknown("a layer made from a configuration that is not known", place)
  const keywords = new Map(
    [...config.entries.values()].flatMap(({ key, value }) => (key.kind === "string" ? [[key.value, value] as const] : [])),
  )
  return interpreter.call(cls, { positional: [], keywords }, place)
}

const JAVASCRIPT: [string, V.Value][] = [
  ...COMMON,
  ["apply", V.native("tfjs.layers.Layer.apply", callLayer, true)],
  [
    "addWeight",
    method(
      "addWeight",
      "name, shape, dtype=None, initializer=None, regularizer=None, trainable=True, constraint=None, *args",
      (call, layer) =>
        storeWeight(call, layer, call.text("name") ?? "weight", shapesOf(call, call.value("shape"))[0], call.flag("trainable") !== false),
      "tfjs",
    ),
  ],
  ["countParams", method("countParams", "", (_, layer) => countOf(layer), "tfjs")],
  ["getWeights", method("getWeights", "*args", (_, layer) => V.list(allWeights(layer)), "tfjs")],
  ["getConfig", method("getConfig", "", (_, layer) => V.dictionaryOf([["name", V.string(nameOf(layer))]], { isObject: true }), "tfjs")],
  ["getClassName", method("getClassName", "", (_, layer) => V.string(layer.class.name), "tfjs")],
  ["invokeCallHook", method("invokeCallHook", "*args", () => V.UNDEFINED, "tfjs")],
]

export const childLayers = (layer: V.InstanceValue): V.Value => V.list(childrenOf(layer).map(([, child]) => child))
