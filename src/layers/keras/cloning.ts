/** Models that are saved and loaded again, or cloned: other layers of the same configuration, with weights of their own. */
import type { Arguments } from "../arguments.ts"
import type { Place } from "../../text/source.ts"
import type { Heap } from "../../values/heap.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import * as V from "../../values/value.ts"
import { type Entry, visibleShape } from "./define.ts"
import { functions } from "./function.ts"
import { makeInput } from "./input.ts"
import { mapCall, mapTensors, tensorsIn } from "./nesting.ts"
import { changeState, frameworkOf, isLayer, nameOf, setTrainable, stateOf } from "./state.ts"

const saved = new WeakMap<Heap, Map<string, V.InstanceValue>>()

/** The program writes the model to a file. */
export function saveModel(interpreter: Interpreter, model: V.InstanceValue, path: V.Value | undefined): void {
  if (path?.kind !== "string") return
  let files = saved.get(interpreter.heap)
  if (!files) saved.set(interpreter.heap, (files = new Map()))
  interpreter.heap.touch(files)
  files.set(path.value, model)
}

interface Copying {
  readonly interpreter: Interpreter
  readonly place: Place
  readonly copies: Map<V.InstanceValue, V.Value>
}

/** A layer like another. One of the program's own is made from its configuration, if it has one. */
function copied(copying: Copying, layer: V.InstanceValue): V.Value {
  const known = copying.copies.get(layer)
  if (known) return known
  const made = isModel(layer) ? clonedModel(copying, layer) : copiedLayer(copying, layer)
  if (isLayer(made) && !stateOf(layer).isTrainable) setTrainable(copying.interpreter, made, false)
  copying.copies.set(layer, made)
  return made
}

const isModel = (layer: V.InstanceValue): boolean => stateOf(layer).network !== undefined || stateOf(layer).stack !== undefined

function copiedLayer({ interpreter, place }: Copying, layer: V.InstanceValue): V.Value {
  const name = V.string(nameOf(layer))
  if (layer.class.layer) {
    const keywords = new Map([...stateOf(layer).arguments].filter(([argument]) => argument !== "kwargs"))
    return interpreter.call(layer.class, { positional: [], keywords: keywords.set("name", name) }, place)
  }
  const own = interpreter.findAttribute(layer, "get_config")
  if (own?.kind !== "method" || own.function.kind !== "function")
    return V.unknown(`${layer.class.name} has no configuration to be made from`, place)
  const config = interpreter.call(own, { positional: [], keywords: new Map() }, place)
  const make = interpreter.findAttribute(layer.class, "from_config")
  return make
    ? interpreter.call(make, { positional: [config], keywords: new Map() }, place)
    : V.unknown("the configuration cannot be read", place)
}

function clonedModel(copying: Copying, model: V.InstanceValue): V.Value {
  const { interpreter, place } = copying
  const { stack, network } = stateOf(model)
  const name = V.string(nameOf(model))
  if (stack) {
    const layers = stack.map((layer) =>
      layer.class.name === "InputLayer" ? inputLike(copying, stateOf(layer).nodes[0]?.output) : copied(copying, layer),
    )
    const lost = layers.find((layer) => layer.kind === "unknown")
    return lost ?? interpreter.call(model.class, { positional: [V.list(layers)], keywords: new Map([["name", name]]) }, place)
  }
  if (!network) return V.unknown(`${model.class.name} is made by its own code, which is not run again`, place)
  const values = new Map<number, V.Value>()
  const current = (value: V.Value): V.Value => mapTensors(value, (tensor) => values.get(tensor.id) ?? tensor)
  for (const { operation, call, inputs, output, place: at } of network.nodes) {
    const callee = operation.layer && inputs.length > 0 ? copied(copying, operation.layer) : operation.callee
    if (callee.kind === "unknown") return callee
    const result =
      inputs.length === 0
        ? inputLike(copying, output)
        : interpreter.call(
            callee,
            mapCall(call, (tensor) => values.get(tensor.id) ?? tensor),
            at,
          )
    const results = tensorsIn(result)
    tensorsIn(output).forEach((tensor, index) => values.set(tensor.id, results[index] ?? result))
  }
  const ends = { positional: [current(network.inputs), current(network.outputs)], keywords: new Map([["name", name]]) }
  return interpreter.call(interpreter.catalogue("keras.Model") ?? model.class, ends, place)
}

/** An input of the same shape, under its old name. */
function inputLike({ interpreter, place }: Copying, output: V.Value | undefined): V.Value {
  const [tensor] = tensorsIn(output)
  const shape = visibleShape(tensor?.shape, "keras")
  const sizes = shape.kind === "tuple" ? shape.items : V.unknown("the input's shape is not known", place)
  return makeInput(interpreter, "keras", sizes, tensor?.dtype, undefined, place)
}

function cloned(call: Arguments, value: V.Value): V.Value {
  if (value.kind === "unknown") return value
  if (!isLayer(value) || frameworkOf(value.class) !== "keras") return call.unclear("what is cloned is no model")
  const made = copied({ interpreter: call.interpreter, place: call.place, copies: new Map() }, value)
  if (isLayer(made)) changeState(call.interpreter, made, { name: nameOf(value) })
  return made
}

export const cloningEntries: readonly Entry[] = [
  ...functions("keras.models.clone_model", "model, input_tensors=None, clone_function=None", (call) =>
    call.has("clone_function") || call.has("input_tensors")
      ? call.unclear("how the layers are cloned is not followed")
      : cloned(call, call.required("model")),
  ),
  ...functions("keras.models.load_model keras.saving.load_model", "filepath, custom_objects=None, compile=True", (call) => {
    const path = call.required("filepath")
    const model = path.kind === "string" ? saved.get(call.interpreter.heap)?.get(path.value) : undefined
    return model ? cloned(call, model) : call.unclear("the model lies in a file that is read when the program runs")
  }),
  ...functions("keras.models.save_model keras.saving.save_model", "model, filepath", (call) => {
    const model = call.required("model")
    if (isLayer(model)) saveModel(call.interpreter, model, call.value("filepath"))
    return V.NONE
  }),
]
