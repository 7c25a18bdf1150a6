/** `Input(shape=…)` and `InputLayer`: symbolic tensors with the batch size N, and a symbol for each size left open. */
import { Arguments } from "../arguments.ts"
import { bindArguments } from "../signature.ts"
import { type Dim, symbol } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Place } from "../../text/source.ts"
import * as V from "../../values/value.ts"
import { baseLayer } from "./base.ts"
import { type Entry, nativeClass, split } from "./define.ts"
import { addNode } from "./graph.ts"
import { automaticName, countedName } from "./naming.ts"
import { leaveOpen } from "./open.ts"
import { optionsToKeywords } from "./options.ts"
import { changeState, frameworkOf } from "./state.ts"

const SIGNATURE = "shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None, name=None, tensor=None, optional=False, **kwargs"

/** The batch size nobody states: one symbol for the whole program. */
export const batchSize = (interpreter: Interpreter): Dim =>
  leaveOpen(interpreter.dim({ kind: "unknown", reason: "the batch size is free", symbol: "N" }))

/** What a size left open stands for, by its place from the end. */
const OPEN_NAMES: Record<number, readonly string[]> = { 2: ["C"], 3: ["L", "C"], 4: ["H", "W", "C"], 5: ["D", "H", "W", "C"] }

/** A shape as `Input` states it: `None` for the batch is N, for another axis a size of its own. */
function openShape(interpreter: Interpreter, items: readonly V.Value[]): Dim[] {
  const names = OPEN_NAMES[items.length] ?? []
  return items.map((item, axis) => {
    if (!V.isNone(item)) return interpreter.dim(item)
    if (item.kind === "constant" && item.name === "undefined") return interpreter.freshDim("?", "a size is undefined")
    return axis === 0 ? batchSize(interpreter) : leaveOpen(symbol(names[axis - 1] ?? `d${axis}`, { lower: 1 }))
  })
}

/** A new input layer and the symbolic tensor it gives. */
export function makeInput(
  interpreter: Interpreter,
  framework: V.Framework,
  shape: readonly V.Value[] | V.UnknownValue,
  dtype: string | undefined,
  name: string | undefined,
  place: Place,
): V.TensorValue {
  const layer = interpreter.instantiate(inputLayer(framework), place)
  changeState(interpreter, layer, {
    name:
      name ?? (framework === "tfjs" ? countedName(interpreter.heap, "input") : automaticName(interpreter.heap, framework, "InputLayer")),
  })
  return startInput(interpreter, layer, shape, dtype, place)
}

const isKnown = (shape: readonly V.Value[] | V.UnknownValue): shape is readonly V.Value[] => Array.isArray(shape)

function startInput(
  interpreter: Interpreter,
  layer: V.InstanceValue,
  shape: readonly V.Value[] | V.UnknownValue,
  dtype: string | undefined,
  place: Place,
): V.TensorValue {
  const sizes = isKnown(shape) ? openShape(interpreter, shape) : undefined
  const tensor = V.tensor(frameworkOf(layer.class) ?? "keras", sizes, dtype ?? "float32", isKnown(shape) ? {} : { unknown: shape })
  const node = addNode({ callee: layer, name: "input", layer }, { positional: [], keywords: new Map() }, tensor, place)
  changeState(interpreter, layer, { isBuilt: true, nodes: [node] })
  return node.output as V.TensorValue
}

function readShape(call: Arguments): readonly V.Value[] | V.UnknownValue {
  const batch = call.value("batch_size") ?? V.NONE
  const open = call.value("kwargs")
  const whole =
    call.value("batch_shape") ??
    (open?.kind === "dictionary" ? (open.entries.get("s:batch_input_shape") ?? open.entries.get("s:batch_shape"))?.value : undefined)
  const inner = call.value("shape") ?? (open?.kind === "dictionary" ? open.entries.get("s:input_shape")?.value : undefined)
  const value = whole ?? inner
  if (value === undefined) {
    const given = call.value("tensor")
    return given?.kind === "tensor" && given.shape
      ? given.shape.map((dim) => V.integer(dim))
      : V.unknown("the input's shape is not given", call.place)
  }
  const items = value.kind === "integer" ? [value] : call.interpreter.iterate(value)
  if (!Array.isArray(items)) return items as V.UnknownValue
  return whole ? (items as V.Value[]) : [batch, ...(items as V.Value[])]
}

function read(interpreter: Interpreter, framework: V.Framework, call: V.CallArguments, place: Place): Arguments {
  const { values, given } = bindArguments(SIGNATURE, framework === "tfjs" ? optionsToKeywords(call) : call)
  return new Arguments(interpreter, place, "Input", framework, (name) => values.get(name), given)
}

const dtypeOf = (call: Arguments): string | undefined => {
  const value = call.value("dtype")
  return value?.kind === "string" ? value.value : undefined
}

const inputFunction =
  (framework: V.Framework): V.NativeCall =>
  (interpreter, all, place) => {
    const call = read(interpreter, framework, all, place)
    const shape = readShape(call)
    const name = call.value("name")
    return makeInput(interpreter, framework, shape, dtypeOf(call), name?.kind === "string" ? name.value : undefined, place)
  }

const constructInputLayer =
  (framework: V.Framework): V.NativeCall =>
  (interpreter, all, place) => {
    const { self, call: rest } = split(all)
    if (self.kind !== "instance") return V.NONE
    const call = read(interpreter, framework, rest, place)
    const name = call.value("name")
    changeState(interpreter, self, {
      name: name?.kind === "string" ? name.value : automaticName(interpreter.heap, framework, "InputLayer"),
    })
    startInput(interpreter, self, readShape(call), dtypeOf(call), place)
    return V.NONE
  }

const layers = new Map<V.Framework, V.ClassValue>()

function inputLayer(framework: V.Framework): V.ClassValue {
  let known = layers.get(framework)
  if (!known) layers.set(framework, (known = makeInputLayer(framework)))
  return known
}

function makeInputLayer(framework: V.Framework): V.ClassValue {
  const name = `${framework}.layers.InputLayer`
  return nativeClass({
    name,
    bases: [baseLayer(framework)],
    layer: {
      name,
      framework,
      signature: SIGNATURE,
      sentence: "Stands for the data the model is given.",
      documentation:
        framework === "tfjs" ? "https://js.tensorflow.org/api/latest/#input" : "https://keras.io/api/layers/core_layers/input/",
    },
    attributes: [
      [framework === "tfjs" ? "constructor" : "__init__", V.native(`${name}.__init__`, constructInputLayer(framework), true)],
      ["call", V.native(`${name}.call`, (_, { positional }) => positional[1] ?? V.NONE, true)],
    ],
  })
}

export const inputEntries: readonly Entry[] = [
  ...["keras.Input", "keras.layers.Input"].map((name): Entry => [name, () => V.native(name, inputFunction("keras"))]),
  ["keras.layers.InputLayer", () => inputLayer("keras")],
  ["tfjs.input", () => V.native("tfjs.input", inputFunction("tfjs"))],
  ["tfjs.layers.input", () => V.native("tfjs.layers.input", inputFunction("tfjs"))],
  [
    "tfjs.layers.inputLayer",
    () => V.native("tfjs.layers.inputLayer", (interpreter, call, place) => interpreter.call(inputLayer("tfjs"), call, place)),
  ],
]
