/** Layers around another layer: Bidirectional, TimeDistributed, SpectralNormalization. */
import type { Arguments } from "../arguments.ts"
import { multiply } from "../../values/dim.ts"
import { concatenated, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { buildLayer } from "./base.ts"
import { type Entry, shapeValue } from "./define.ts"
import { type Layer, layer } from "./layer.ts"
import { mapTensors, tensorsIn } from "./nesting.ts"
import { isLayer, nameOf, stateOf } from "./state.ts"
import { shapeOf } from "./tensors.ts"

/** Another layer of the same class and arguments, as Keras makes it from the configuration. */
export function copyOf(layer: Layer, original: V.InstanceValue, changes: Readonly<Record<string, V.Value>>): V.Value {
  const keywords = new Map([...stateOf(original).arguments, ...Object.entries(changes)].filter(([name]) => name !== "kwargs"))
  const call =
    layer.framework === "tfjs"
      ? { positional: [V.dictionaryOf(keywords, { isObject: true })], keywords: new Map() }
      : { positional: [], keywords }
  return layer.interpreter.call(original.class, call, original.place)
}

function directions(layer: Layer): Record<string, V.Value> {
  const given = layer.required("layer")
  if (!isLayer(given)) return layer.unclear("what is wrapped is no layer")
  const signature = given.class.layer?.signature
  if (signature !== undefined && !signature.includes("go_backwards") && given.class.name !== "Sequential") {
    layer.problem("argument-error", `needs a recurrent layer, got ${given.class.name}`)
    return layer.unclear(`${given.class.name} cannot run backwards`)
  }
  const name = nameOf(given)
  const backward = layer.value("backward_layer")
  const isReversed = layer.interpreter.truth(stateOf(given).arguments.get("go_backwards") ?? V.FALSE) === true
  return {
    forward_layer: copyOf(layer, given, { name: V.string(`forward_${name}`) }),
    backward_layer: backward ?? copyOf(layer, given, { name: V.string(`backward_${name}`), go_backwards: V.boolean(!isReversed) }),
    layer: V.NONE,
  }
}

/** Joins what both directions give, as `merge_mode` says. */
function merged(call: Arguments, mode: string | undefined, forward: V.TensorValue, backward: V.TensorValue): V.Value[] {
  if (mode === undefined) return [forward, backward]
  const [one, other] = [shapeOf(call, forward), shapeOf(call, backward)]
  if (mode === "concat") return [call.emit([forward, backward], concatenated([one, other], one.length - 1), forward.dtype)]
  return [call.emit([forward, backward], { shape: one }, forward.dtype)]
}

const BIDIRECTIONAL = layer({
  name: "Bidirectional",
  tfjs: "bidirectional",
  signature: "layer, merge_mode='concat', weights=None, backward_layer=None",
  input: "sequence, initial_state=None",
  sentence: "Runs a recurrent layer forwards and a copy of it backwards.",
  formula: "2 · the layer's",
  children: directions,
  forward: (call, self) => {
    const states = call.value("initial_state")
    const items = states ? (call.sequence(states) ?? []) : []
    const half = items.length / 2
    const run = (which: "forward_layer" | "backward_layer", own: readonly V.Value[]): V.TensorValue[] => {
      const keywords = new Map<string, V.Value>(own.length > 0 ? [["initial_state", V.list([...own])]] : [])
      const output = call.interpreter.call(self.required(which), { positional: [call.required("sequence")], keywords }, call.place)
      const tensors = tensorsIn(output)
      return tensors.length > 0 ? tensors : call.unclear(output.kind === "unknown" ? output.reason : "the wrapped layer gives no tensor")
    }
    const [forward, ...forwardStates] = run("forward_layer", items.slice(0, half))
    const [backward, ...backwardStates] = run("backward_layer", items.slice(half))
    const mode = self.text("merge_mode")
    const output = [...merged(call, mode, forward as V.TensorValue, backward as V.TensorValue), ...forwardStates, ...backwardStates]
    return output.length === 1 ? (output[0] as V.Value) : call.framework === "tfjs" ? V.list(output) : V.tuple(output)
  },
})

/** Time steps count as further examples: the layer is called once on all of them. */
const TIME_DISTRIBUTED = layer({
  name: "TimeDistributed",
  tfjs: "timeDistributed",
  signature: "layer",
  sentence: "Applies a layer to every time step.",
  formula: "the layer's",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const shape = shapeOf(call, input)
    if (shape.length < 3)
      return call.emit(
        [input],
        { shape: undefined, problems: [{ code: "rank-mismatch", message: `expects at least 3 dimensions, got ${shape.length}` }] },
        input.dtype,
      )
    const [batch = 1, length = 1, ...rest] = shape
    const steps = call.emit([input], { shape: [multiply(batch, length), ...rest] }, input.dtype)
    const output = call.interpreter.call(self.required("layer"), { positional: [steps], keywords: new Map() }, call.place)
    return mapTensors(output, (tensor) => unfolded(call, tensor, [batch, length]))
  },
})

function unfolded(call: Arguments, tensor: V.TensorValue, lead: Shape): V.Value {
  const [, ...rest] = shapeOf(call, tensor)
  return call.emit([tensor], { shape: [...lead, ...rest] }, tensor.dtype)
}

/** Divides the wrapped layer's kernel by its largest singular value, which a vector of its own estimates. */
const SPECTRAL = layer({
  name: "SpectralNormalization",
  signature: "layer, power_iterations=1",
  sentence: "Keeps the wrapped layer's kernel at a largest singular value of one.",
  fixed: ["vector_u"],
  weights: (layer, [shape]) => {
    const inner = layer.required("layer")
    if (!isLayer(inner)) return {}
    buildLayer(layer.interpreter, inner, [shapeValue(shape)], layer.place)
    const kernel = stateOf(inner).weights.find(({ name }) => name === "kernel" || name === "embeddings")?.value
    return {
      vector_u:
        kernel?.kind === "tensor" && kernel.shape ? [1, kernel.shape.at(-1) ?? 1] : V.unknown("the wrapped layer's kernel is not known"),
    }
  },
  forward: (call, self) =>
    call.interpreter.call(self.required("layer"), { positional: [call.required("inputs")], keywords: new Map() }, call.place),
})

/** The base of wrappers that programs write: it keeps the layer and builds it. */
const WRAPPER = layer({
  name: "Wrapper",
  signature: "layer",
  sentence: "Holds another layer; classes derived from it say what to do with it.",
  weights: (layer, [shape]) => {
    const inner = layer.required("layer")
    if (isLayer(inner)) buildLayer(layer.interpreter, inner, [shapeValue(shape)], layer.place)
    return {}
  },
  forward: (call) => call.unclear("a Wrapper has no call of its own"),
})

/** One layer after the other, usually of preprocessing. */
const PIPELINE = layer({
  name: "Pipeline",
  signature: "layers",
  sentence: "Runs layers one after the other.",
  forward: (call, self) => {
    const steps = self.sequence(self.required("layers")) ?? self.unclear("the layers are not known")
    return steps.reduce<V.Value>(
      (value, step) => call.interpreter.call(step, { positional: [value], keywords: new Map() }, call.place),
      call.required("inputs"),
    )
  },
})

export const wrapperEntries: readonly Entry[] = [...WRAPPER, ...PIPELINE, ...BIDIRECTIONAL, ...TIME_DISTRIBUTED, ...SPECTRAL]
