/** How layers are counted: a plain network's modules, the longest path of a model, and what depth buys, as pieces of a folded line. */
import type { Model } from "../../model/model.ts"
import { flagOf, listOf, numberOf } from "../knobs.ts"
import { type PatternNode, patternGraph, type Role } from "../pattern-graph.ts"
import type { Knob, Knobs } from "../subject.ts"

export type Bend = "relu" | "tanh" | "sigmoid" | "none"

const BENDS: readonly { readonly value: Bend; readonly label: string }[] = [
  { value: "relu", label: "ReLU" },
  { value: "tanh", label: "tanh" },
  { value: "sigmoid", label: "sigmoid" },
  { value: "none", label: "none" },
]

export const bendLabel = (bend: Bend): string => BENDS.find(({ value }) => value === bend)?.label ?? bend

const width = (name: string, label: string, initial: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: 1,
  maximum: 128,
  limit: 100_000,
  help,
})

const counted = (name: string, label: string, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial: 0,
  minimum: 0,
  maximum: 200,
  limit: 100_000,
  help,
})

export const DEPTH_KNOBS: readonly Knob[] = [
  width("inputs", "Inputs", 8, "Numbers that come in; no layer, as nothing is computed there."),
  {
    kind: "sizes",
    name: "hidden",
    label: "Hidden layers",
    initial: [16, 16, 8],
    minimum: 0,
    maximum: 128,
    limit: 100_000,
    most: 20,
    help: "Neurons of each layer between inputs and outputs; 0 for none.",
  },
  width("outputs", "Outputs", 3, "Numbers that come out."),
  { kind: "choice", name: "activation", label: "Activation", initial: "relu", help: "Behind each hidden layer.", choices: BENDS },
  {
    kind: "flag",
    name: "normalisation",
    label: "Batch normalisation",
    initial: false,
    help: "Behind each hidden layer: has weights, and is not counted all the same.",
  },
  { kind: "flag", name: "dropout", label: "Dropout", initial: true, help: "Behind each hidden layer; has no weights." },
  counted(
    "model_depth",
    "Longest path of your model",
    "Filled in when opened from code: layers with weights, one behind the other. 0 for no model.",
  ),
  counted("model_layers", "All its layers with weights", "Filled in when opened from code: parallel branches and shortcuts included."),
]

export const readDepth = (knobs: Knobs) => ({
  inputs: numberOf(knobs, "inputs"),
  hidden: listOf(knobs, "hidden").filter((count) => count > 0),
  outputs: numberOf(knobs, "outputs"),
  bend: knobs["activation"] as Bend,
  isNormalised: flagOf(knobs, "normalisation"),
  hasDropout: flagOf(knobs, "dropout"),
  model: { depth: numberOf(knobs, "model_depth"), layers: numberOf(knobs, "model_layers") },
})

/** What a summary lists. */
export interface Module {
  readonly name: string
  readonly weights: number
  /** Which layer it is; none that is not counted has a number. */
  readonly layer?: number
  /** "8 → 16" */
  readonly change: string
}

export function modulesOf(knobs: Knobs): readonly Module[] {
  const { inputs, hidden, outputs, bend, isNormalised, hasDropout } = readDepth(knobs)
  const modules: Module[] = [{ name: "input", weights: 0, change: String(inputs) }]
  for (const [index, count] of [...hidden, outputs].entries()) {
    const before = index === 0 ? inputs : (hidden[index - 1] ?? inputs)
    modules.push({ name: `linear ${index + 1}`, weights: before * count + count, layer: index + 1, change: `${before} → ${count}` })
    if (index === hidden.length) continue
    const same = String(count)
    if (isNormalised) modules.push({ name: "normalisation", weights: 2 * count, change: same })
    if (bend !== "none") modules.push({ name: bendLabel(bend), weights: 0, change: same })
    if (hasDropout) modules.push({ name: "dropout", weights: 0, change: same })
  }
  return modules
}

/** Layers that every way of counting counts, when they have weights. */
const WEIGHTED = new Set<Role>(["convolution", "transposedConvolution", "linear"])
/** Networks of these are counted in blocks or steps. */
const COUNTED_OTHERWISE = new Set<Role>(["recurrent", "attention", "embedding"])

export interface Depth {
  /** Most layers with weights one behind the other. */
  readonly path: number
  /** All of them, each once. */
  readonly layers: number
}

/** Undefined for models whose layers are counted in another way, and where there is nothing to count. */
export function depthOf(model: Model): Depth | undefined {
  const graph = patternGraph(model)
  if (graph.some((node) => COUNTED_OTHERWISE.has(node.role) || isAttention(graph, node))) return undefined
  const paths: number[] = []
  // Operations stand in the order in which they were run, so that all that is read was made before.
  for (const node of graph) {
    const before = Math.max(0, ...node.inputs.map((from) => (from < 0 ? 0 : (paths[from] ?? 0))))
    paths.push(before + Number(isWeighted(node)))
  }
  const path = Math.max(0, ...paths)
  // A module that applies several functions with weights of its own counts once for each.
  const layers = new Set(graph.filter(isWeighted).map(({ layer, index }) => (layer?.isLeaf ? layer.path : index))).size
  return path >= 2 ? { path, layers } : undefined
}

/** A product with shares, whatever names it has. */
const isAttention = (graph: readonly PatternNode[], { role, inputs }: PatternNode): boolean =>
  role === "matmul" &&
  inputs.some((from) => {
    const node = graph[from]
    return (node?.role === "dropout" ? graph[node.inputs[0] ?? -1] : node)?.role === "softmax"
  })

const isWeighted = ({ role, layer }: PatternNode): boolean => WEIGHTED.has(role) && layer !== undefined && layer.weights.length > 0

/** Of a line that one layer of two ReLU neurons folds in the middle: up to 1 at the half, and down again. */
export const folded = (x: number): number => 2 * Math.max(0, x) - 4 * Math.max(0, x - 0.5)

export function foldedTimes(x: number, times: number): number {
  let value = x
  for (let time = 0; time < times; time++) value = folded(value)
  return value
}

/** One hidden layer with so many neurons, each of which bends the line once: as many pieces as neurons. */
export function zigzag(x: number, neurons: number): number {
  let sum = neurons * Math.max(0, x)
  for (let neuron = 1; neuron < neurons; neuron++) sum += (neuron % 2 === 1 ? -2 : 2) * neurons * Math.max(0, x - neuron / neurons)
  return sum
}
