/** `compile`, `fit`, `predict` and the like: what they give is known only when the program runs, but whether the data's shapes fit is known before. */
import type { Arguments } from "../arguments.ts"
import { type Dim, dimText, equals } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { saveModel } from "./cloning.ts"
import { method } from "./define.ts"
import { inputName, isOther, shownShape } from "./entrance.ts"
import { operand } from "./function.ts"
import { batchSize } from "./input.ts"
import { fullName, lossName, refuses, targetShape } from "./losses.ts"
import { inMode } from "./mode.ts"
import { mapTensors, tensorsIn } from "./nesting.ts"
import { optionsToKeywords } from "./options.ts"
import { changeState, stateOf } from "./state.ts"

type Data = V.Value | undefined

/** Arrays that are flat lists of numbers as tensors; what holds something else stays what it is. */
function asTensors(call: Arguments, value: V.Value): V.Value {
  if (value.kind === "list" && value.typeName) return operand(call, value)
  if (value.kind === "list" || value.kind === "tuple")
    return { ...value, items: value.items.map((item) => asTensors(call, item)) } as V.Value
  if (value.kind !== "dictionary") return value
  return {
    ...value,
    entries: new Map([...value.entries].map(([key, entry]) => [key, { key: entry.key, value: asTensors(call, entry.value) }])),
  }
}

/** The data of an argument when the shapes of all its tensors are known. */
function dataOf(call: Arguments, name: string): Data {
  const value = call.value(name)
  const data = value && asTensors(call, value)
  const tensors = tensorsIn(data)
  return tensors.length > 0 && tensors.every(({ shape }) => shape && shape.length > 0) && isOnlyTensors(data) ? data : undefined
}

function isOnlyTensors(value: Data): boolean {
  if (value?.kind === "tensor") return true
  if (value?.kind === "list" || value?.kind === "tuple") return value.items.every(isOnlyTensors)
  return value?.kind === "dictionary" && [...value.entries.values()].every((entry) => isOnlyTensors(entry.value))
}

/**
 * What enters a model: TensorFlow's own Keras makes rows of single numbers, Keras 3 stops at most layers, and nobody knows which of them
 * runs. Only where the input is stated, or Dense comes first and takes no single numbers, is there one reading; nothing else is asked.
 */
function inputOf(call: Arguments, model: V.InstanceValue): Data {
  const data = dataOf(call, "x")
  if (call.framework === "tfjs" || !tensorsIn(data).some(({ shape }) => shape?.length === 1)) return data
  const { stack, network, ends } = stateOf(model)
  const isClear = network !== undefined || ends !== undefined || stack?.[0]?.class.name === "Dense"
  if (!data || !isClear) return undefined
  return mapTensors(data, (tensor) =>
    tensor.shape?.length === 1 ? { ...tensor, id: V.newId(), shape: withTwoAxes(tensor.shape) } : tensor,
  )
}

function compile(call: Arguments, model: V.InstanceValue): V.Value {
  const options = call.value("optimizer")
  const isOptions = call.framework === "tfjs" && options !== undefined
  const loss = isOptions ? optionsToKeywords({ positional: [options], keywords: new Map() }).keywords.get("loss") : call.value("loss")
  changeState(call.interpreter, model, loss ? { loss } : {})
  return V.NONE
}

/** `fit`, `evaluate` and `train_on_batch`: inputs, targets and their number must agree. */
const training =
  (name: string) =>
  (call: Arguments, model: V.InstanceValue): V.Value => {
    if (name === "fit") saveCheckpoints(call, model)
    const x = inputOf(call, model)
    const y = dataOf(call, "y")
    if (x && y && !areAsMany(call, name, x, y)) return givenLater(call, name)
    if (x && call.framework === "tfjs" && !enters(call, model, x)) return givenLater(call, name)
    const output = x && outputFor(call, model, x)
    const [target, ...others] = tensorsIn(y)
    if (output?.kind === "tensor" && target && others.length === 0) compareTargets(call, model, target, output)
    return givenLater(call, name)
  }

/** `fit(…, callbacks=[ModelCheckpoint("best.keras")])` */
function saveCheckpoints(call: Arguments, model: V.InstanceValue): void {
  const options = call.value("kwargs")
  const callbacks = options?.kind === "dictionary" ? options.entries.get("s:callbacks")?.value : undefined
  for (const callback of callbacks?.kind === "list" || callbacks?.kind === "tuple" ? callbacks.items : [])
    if (callback.kind === "instance") saveModel(call.interpreter, model, callback.attributes.get("filepath"))
}

const givenLater = (call: Arguments, name: string): V.Value => V.unknown(`what ${name} gives is known only when it runs`, call.place)

function areAsMany(call: Arguments, name: string, x: V.Value, y: V.Value): boolean {
  const [inputs, targets] = [tensorsIn(x)[0]?.shape?.[0], tensorsIn(y)[0]?.shape?.[0]]
  if (inputs === undefined || targets === undefined || equals(inputs, targets) !== false) return true
  call.problem("length-mismatch", `${name} is given ${dimText(inputs)} inputs and ${dimText(targets)} targets`)
  return false
}

/** What the model gives for a batch of the data. A model that knows its output is not run again, unless it would be for another size. */
function outputFor(call: Arguments, model: V.InstanceValue, x: V.Value): V.Value {
  const { network, ends } = stateOf(model)
  const known = network?.outputs ?? ends?.output
  const [wanted, actual] = [tensorsIn(network?.inputs ?? ends?.input), tensorsIn(x)]
  const isUsual = wanted.every(({ shape }, index) => shape && isLike(shape, actual[index]?.shape))
  if (known && x.kind !== "dictionary" && isUsual) return known
  return call.interpreter.call(model, { positional: [batched(call, x)], keywords: new Map() }, call.place)
}

const isLike = (wanted: Shape, actual: Shape | undefined): boolean =>
  actual?.length === wanted.length && wanted.every((dim, axis) => !isOther(dim, actual[axis] as Dim))

/** The number of rows is the batch's, which is chosen when the program runs. */
function batched(call: Arguments, data: V.Value): V.Value {
  const batch = batchSize(call.interpreter)
  return mapTensors(data, ({ dtype, shape = [] }) => V.tensor(call.framework, [batch, ...shape.slice(1)], dtype))
}

function compareTargets(call: Arguments, model: V.InstanceValue, target: V.TensorValue, output: V.TensorValue): void {
  const name = lossName(stateOf(model).loss)
  if (!output.shape || !target.shape) return
  const isScript = call.framework === "tfjs"
  const shape = isScript ? withTwoAxes(target.shape) : [batchSize(call.interpreter), ...target.shape.slice(1)]
  const label = name && !isScript ? fullName(name) : name
  if (label === undefined) return
  const isWrong = isScript ? !isLike(targetShape(name, output.shape), shape) : refuses(label, shape, output.shape)
  if (!isWrong) return
  const [targets, outputs] = [shownShape(shape, call.framework), shownShape(output.shape, call.framework)]
  call.problem("target-mismatch", `${label} compares targets ${targets} with outputs ${outputs}`)
}

/** Rows of single numbers, as TensorFlow.js makes them. */
const withTwoAxes = (shape: Shape): Shape => (shape.length === 1 ? [...shape, 1] : shape)

/** Whether TensorFlow.js lets the tensors in: rank and all sizes must be those the model was made for. */
function enters(call: Arguments, model: V.InstanceValue, x: V.Value): boolean {
  const { network, ends } = stateOf(model)
  const wanted = tensorsIn(network?.inputs ?? ends?.input)
  const actual = x.kind === "dictionary" ? wanted.map((input) => x.entries.get(`s:${inputName(input)}`)?.value) : tensorsIn(x)
  for (const [index, { shape: expected }] of wanted.entries()) {
    const given = tensorsIn(actual[index])[0]?.shape
    const shape = given && withTwoAxes(given)
    if (!expected || !shape || isLike(expected, shape)) continue
    const message = `expects ${shownShape(expected, "tfjs")}, got ${shownShape(shape, "tfjs")}`
    call.problem("input-mismatch", `${model.class.name} ${message}`)
    return false
  }
  return true
}

function predict(call: Arguments, model: V.InstanceValue): V.Value {
  const x = call.value("x")
  if (!x) return V.NONE
  const data = inputOf(call, model)
  if (call.framework === "tfjs" && data && !enters(call, model, data)) return V.unknown("the model does not take such an input", call.place)
  // Keras runs the model as it is used, not as it is trained, and says so where the model asks.
  const training = call.framework === "keras" ? V.FALSE : undefined
  return inMode(call.interpreter.heap, training, () =>
    call.interpreter.call(model, { positional: [data ?? x], keywords: new Map() }, call.place),
  )
}

const TRAINING: Record<string, readonly string[]> = {
  keras: ["fit", "evaluate", "train_on_batch"],
  tfjs: ["fit", "evaluate", "trainOnBatch"],
}
const PREDICTING: Record<string, readonly string[]> = { keras: ["predict", "predict_on_batch"], tfjs: ["predict", "predictOnBatch"] }

export function trainingMembers(framework: V.Framework): [string, V.Value][] {
  const member = (name: string, signature: string, run: (call: Arguments, model: V.InstanceValue) => V.Value): [string, V.Value] => [
    name,
    method(name, signature, run, framework),
  ]
  return [
    member("compile", "optimizer=None, loss=None, *args, **kwargs", compile),
    ...(TRAINING[framework] ?? []).map((name) => member(name, "x=None, y=None, *args, **kwargs", training(name))),
    ...(PREDICTING[framework] ?? []).map((name) => member(name, "x, *args, **kwargs", predict)),
  ]
}
