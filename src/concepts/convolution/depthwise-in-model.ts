/** Depthwise convolutions whose result a pointwise layer mixes, found in a model's graph; gates may stand between. */
import type { Layer, Model } from "../../model/model.ts"
import { layerFacts } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import { channelsIn } from "./convolutions-in-model.ts"
import { kernelOf, type LayerKernel } from "./layer-kernel.ts"

export interface Mixing {
  readonly filters: number | null
  readonly hasBias: boolean
}

export interface SeparablePair {
  readonly depthwise: { readonly layer: Layer; readonly kernel: LayerKernel }
  readonly pointwise: { readonly layer: Layer; readonly mixing: Mixing }
}

/** Element by element, or for each channel alike: channels are neither mixed nor lost. */
const PASSING: ReadonlySet<Role> = new Set(["normalisation", "activation", "dropout"])
const PASSING_NAME =
  /pad([123]d)?$|^(identity|clamp|clip|permute|transpose|movedim|moveaxis|i?truediv|div|mul|multiply|rmul|to|contiguous)$/
/** Squeezing, exciting and multiplying take fewer operations than this. */
const LONGEST_GATE = 16

/** What the value was before a gate that is computed from it multiplied it. */
function ungated(graph: readonly PatternNode[], { role, inputs }: PatternNode): number | undefined {
  const [first = -1, second = -1] = inputs
  if (role !== "multiply" || inputs.length !== 2) return undefined
  if (ancestorsOf(graph, second, LONGEST_GATE).has(first)) return first
  return ancestorsOf(graph, first, LONGEST_GATE).has(second) ? second : undefined
}

function sourceOf(graph: readonly PatternNode[], index: number | undefined): PatternNode | undefined {
  let node = graph[index ?? -1]
  while (node && (PASSING.has(node.role) || PASSING_NAME.test(node.name))) {
    const before: number | undefined = node.inputs.length === 1 ? node.inputs[0] : ungated(graph, node)
    if (before === undefined) return undefined
    node = graph[before]
  }
  return node
}

/** A 1 × 1 convolution, or a linear layer applied to every place of an image. */
function mixingOf({ role, layer, shape }: PatternNode, model: Model): Mixing | undefined {
  if (!layer) return undefined
  const facts = layerFacts(layer, model)
  if (role === "linear") {
    const kernel = shape.length === 4 ? facts.weights.find((weight) => weight.shape.length === 2) : undefined
    const filters = kernel?.shape[model.framework === "torch" ? 0 : 1] ?? null
    return kernel && { filters, hasBias: facts.weights.some(({ name }) => name.endsWith("bias")) }
  }
  const kernel = role === "convolution" ? kernelOf(facts) : undefined
  const isPointwise = kernel?.sizes.every((size) => size === 1) && kernel.channelsPerGroup !== 1
  return kernel && isPointwise ? { filters: kernel.filters, hasBias: kernel.hasBias } : undefined
}

function depthwiseOf(node: PatternNode | undefined, model: Model): SeparablePair["depthwise"] | undefined {
  const layer = node?.role === "convolution" ? node.layer : undefined
  const kernel = layer && kernelOf(layerFacts(layer, model))
  if (!kernel || kernel.channelsPerGroup !== 1 || kernel.axes !== 2 || kernel.sizes.every((size) => size === 1)) return undefined
  const channels = channelsIn({ layer }, model)
  return channels !== null && channels > 1 ? { layer, kernel } : undefined
}

export function separablePairs(model: Model): readonly SeparablePair[] {
  const graph = patternGraph(model)
  return graph.flatMap((node) => {
    const mixing = mixingOf(node, model)
    const depthwise = mixing && depthwiseOf(sourceOf(graph, node.inputs[0]), model)
    if (!mixing || !depthwise || !node.layer || depthwise.layer === node.layer) return []
    return [{ depthwise, pointwise: { layer: node.layer, mixing } }]
  })
}
