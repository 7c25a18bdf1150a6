/** Losses that models apply themselves, and what they are given; and models that end with shares. */
import type { Layer, Model } from "../../model/model.ts"
import { layerFacts } from "../layer-facts.ts"
import { type PatternNode, patternGraph, plainName } from "../pattern-graph.ts"
import type { Knobs, LayerFacts, Match } from "../subject.ts"
import { type Last, type Loss, lastNamed, lossNamed, type Task, verdictOf } from "./pairings.ts"

interface Kind {
  readonly loss: Loss
  readonly task: Task
}

// By the names of layers and functions, in lower case without "_".
const LOSS_NAMES: Readonly<Record<string, Kind>> = {
  crossentropyloss: { loss: "cross-entropy", task: "classes" },
  crossentropy: { loss: "cross-entropy", task: "classes" },
  nllloss: { loss: "nll", task: "classes" },
  bcewithlogitsloss: { loss: "bce-scores", task: "labels" },
  binarycrossentropywithlogits: { loss: "bce-scores", task: "labels" },
  bceloss: { loss: "bce", task: "labels" },
  binarycrossentropy: { loss: "bce", task: "labels" },
  mseloss: { loss: "mse", task: "number" },
  l1loss: { loss: "mae", task: "number" },
}

const LAST_NAMES: Readonly<Record<string, Last>> = {
  softmax: "softmax",
  logsoftmax: "log-softmax",
  sigmoid: "sigmoid",
  tanh: "tanh",
  relu: "relu",
}

/** The loss for which a model that ends so is made. */
const MADE_FOR: Readonly<Partial<Record<Last, Kind>>> = {
  softmax: { loss: "share-cross-entropy", task: "classes" },
  "log-softmax": { loss: "nll", task: "classes" },
  sigmoid: { loss: "bce", task: "labels" },
}

/** A loss that is a layer. */
export function lossLayer({ type }: LayerFacts): Knobs | undefined {
  const kind = LOSS_NAMES[plainName(type)]
  return kind && { ...kind }
}

export function lossesIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const losses = graph.flatMap((node) => {
    const kind = node.role === "other" ? LOSS_NAMES[node.name] : undefined
    return kind ? lossMatch(graph, node, kind, model) : []
  })
  return losses.length > 0 ? losses : endings(graph, model)
}

/** What stands before the loss is known when it was made in this model. */
function lossMatch(graph: readonly PatternNode[], node: PatternNode, kind: Kind, model: Model): readonly Match[] {
  const [from] = node.inputs
  const given = from === undefined || from < 0 ? undefined : lastOf(graph, from, model)
  if (!given) return []
  const task = taskOf(kind, given.last)
  const label = `${given.last === "none" ? "bare scores" : lastNamed(given.last).label} → ${lossNamed(kind.loss).short}${signOf(task, given.last, kind.loss)}`
  return [{ layers: pathsOf([node.layer]), label, knobs: { loss: kind.loss, task, last: given.last, ...outputsKnob(given.width, task) } }]
}

/** What is asked shows in the last layer, where the loss serves several tasks. */
function taskOf({ task }: Kind, last: Last): Task {
  if (last === "softmax" || last === "log-softmax") return "classes"
  return task === "number" && last === "sigmoid" ? "share" : task
}

/** What range targets of squared errors have is not known, and so not judged. */
function signOf(task: Task, last: Last, loss: Loss): string {
  if (loss === "mse" || loss === "mae") return ""
  return { fits: " ✓", works: " ~", wrong: " ✗" }[verdictOf(task, last, loss).grade]
}

/** Outputs that are shares say for which loss they are meant. */
function endings(graph: readonly PatternNode[], model: Model): readonly Match[] {
  const end = model.producers.length === 1 ? model.producers[0] : undefined
  const given = end === undefined || end < 0 ? undefined : lastOf(graph, end, model)
  const kind = given && MADE_FOR[given.last]
  // A map of shares, as gates and attention have, is no answer.
  if (!given || !kind || (model.outputs[0]?.shape?.length ?? 0) > 2) return []
  const label = `Ends with ${lastNamed(given.last).label} · for ${lossNamed(kind.loss).label}`
  return [{ layers: pathsOf([given.layer]), label, knobs: { ...kind, last: given.last, ...outputsKnob(given.width, kind.task) } }]
}

/** Leaves only: others are whole parts of the model. */
const pathsOf = (layers: readonly (Layer | undefined)[]): readonly string[] =>
  layers.flatMap((layer) => (layer?.isLeaf ? [layer.path] : []))

const outputsKnob = (width: number | null, task: Task): Knobs =>
  width !== null && width >= 2 && width <= 1000 && (task === "classes" || task === "labels") ? { outputs: width } : {}

interface Given {
  readonly last: Last
  readonly width: number | null
  readonly layer: Layer | undefined
}

/** The activation behind which nothing but reshaping comes; a linear or convolutional layer without one gives bare scores. */
function lastOf(graph: readonly PatternNode[], from: number, model: Model): Given | undefined {
  let node = graph[from]
  while (node && (node.role === "reshape" || node.role === "select") && node.inputs.length === 1) node = graph[node.inputs[0] ?? -1]
  if (!node) return undefined
  const width = node.shape.length === 2 ? (node.shape.at(-1) ?? null) : null
  const named = node.role === "softmax" || node.role === "activation" ? LAST_NAMES[node.name] : undefined
  if (named) return { last: named, width, layer: node.layer }
  if (node.role !== "linear") return undefined
  const own = node.layer ? ownActivation(node.layer, model) : "none"
  return own && { last: own, width, layer: node.layer }
}

/** Keras layers may hold their activation themselves. */
function ownActivation(layer: Layer, model: Model): Last | undefined {
  const { activation } = layerFacts(layer, model).arguments
  if (activation === undefined || activation === null || activation === "linear") return "none"
  return typeof activation === "string" ? LAST_NAMES[plainName(activation)] : undefined
}
