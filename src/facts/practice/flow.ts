/** What was computed, step by step, with the layer that did it and who used the result: what the rules of practice look at. */
import type { OperationEvent, TraceEvent } from "../../evaluate/trace.ts"
import { childrenOf } from "../../layers/modules.ts"
import { stateOf } from "../../layers/keras/state.ts"
import { tensorsIn } from "../../model/build.ts"
import type { InstanceValue, TensorValue, Value } from "../../values/value.ts"

/** One call of a model, or the statements of the file between such calls. */
export interface Passage {
  readonly root: InstanceValue | undefined
  /** false when something unknown had a part in it, or it did not end */
  isWhole: boolean
  readonly inputs: readonly TensorValue[]
  outputs: readonly TensorValue[]
}

/** One operator that was applied. */
export interface Step {
  readonly event: OperationEvent
  /** the innermost module that was running */
  readonly owner: InstanceValue | undefined
  readonly passage: Passage
  readonly sources: readonly Step[]
  readonly consumers: Step[]
}

export interface Flow {
  readonly steps: readonly Step[]
  readonly passages: readonly Passage[]
  readonly stepOf: (tensor: TensorValue | undefined) => Step | undefined
}

/** The traces one after the other; what stands in two of them is taken once. */
export function flowOf(traces: readonly (readonly TraceEvent[])[]): Flow {
  const steps = new Map<number, Step>()
  const passages: Passage[] = []
  for (const trace of traces) follow(trace, steps, passages)
  const stepOf = (tensor: TensorValue | undefined) => (tensor?.producer === undefined ? undefined : steps.get(tensor.producer))
  return { steps: [...steps.values()], passages, stepOf }
}

function follow(trace: readonly TraceEvent[], steps: Map<number, Step>, passages: Passage[]): void {
  const between: Passage = { root: undefined, isWhole: false, inputs: [], outputs: [] }
  const stack: InstanceValue[] = []
  let passage = between
  for (const event of trace) {
    if (event.kind === "enter") {
      if (stack.length === 0) {
        const inputs = [...event.inputs.positional, ...event.inputs.keywords.values()].flatMap(tensorsIn)
        passages.push((passage = { root: event.module, isWhole: true, inputs, outputs: [] }))
      }
      stack.push(event.module)
    } else if (event.kind === "leave") {
      while (stack.length > 0 && stack.pop() !== event.module) passage.isWhole = false
      if (stack.length > 0) continue
      passage.outputs = tensorsIn(event.output)
      passage = between
    } else if (event.kind === "gap") passage.isWhole = false
    else record(event, stack.at(-1), passage, steps)
  }
  // A call that did not end may have had more to do.
  passage.isWhole = false
}

function record(event: OperationEvent, owner: InstanceValue | undefined, passage: Passage, steps: Map<number, Step>): void {
  if (steps.has(event.id)) return
  const producers = event.inputs.flatMap(tensorsIn).flatMap(({ producer }) => (producer === undefined ? [] : [steps.get(producer)]))
  const sources = [...new Set(producers)].filter((source): source is Step => source !== undefined)
  const step: Step = { event, owner, passage, sources, consumers: [] }
  for (const source of sources) source.consumers.push(step)
  steps.set(event.id, step)
}

/** What a layer of the catalogue was made with. */
export function argumentOf(layer: InstanceValue, name: string): Value | undefined {
  if (layer.state instanceof Map) return layer.state.get(name) as Value | undefined
  return stateOf(layer).arguments.get(name)
}

export function integerOf(layer: InstanceValue, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = argumentOf(layer, name)
    if (value?.kind === "integer" && typeof value.value === "number") return value.value
  }
  return undefined
}

/** The activation that a layer of Keras or TensorFlow.js applies itself, in small letters. */
export function ownActivation(layer: InstanceValue): string | undefined {
  const value = argumentOf(layer, "activation")
  if (value === undefined || value.kind === "constant") return "linear"
  if (value.kind === "string") return value.value.toLowerCase()
  return value.kind === "native" ? (value.name.split(".").at(-1) ?? "").toLowerCase() : undefined
}

/** Whether the step is a layer of the catalogue of one of these names, such as "Conv2d", and nothing that is derived from it. */
export const isLayerStep = ({ owner, event }: Step, names: ReadonlySet<string>): boolean =>
  owner?.class.layer !== undefined && names.has(owner.class.name) && event.name === owner.class.name

/** By passage: a model of many layers is asked once for all of them. */
const wholes = new WeakMap<object, boolean>()

/** A layer that stands alone tells nothing of the model around it. */
export const isInModel = ({ passage }: Step): boolean => {
  let isModel = wholes.get(passage)
  if (isModel === undefined) {
    isModel = passage.isWhole && passage.root !== undefined && childrenOf(passage.root).length > 0
    wholes.set(passage, isModel)
  }
  return isModel
}

/** What the step was given, its weights left out. */
export const inputOf = ({ event }: Step): TensorValue | undefined => tensorsIn(event.inputs[0])[0]

/** Only the other step uses the result, and nobody outside. */
export const feedsOnly = (step: Step, other: Step): boolean =>
  step.consumers.length === 1 && step.consumers[0] === other && !step.event.outputs.some((tensor) => step.passage.outputs.includes(tensor))
