/** Attentions of a model, each as one place: their kind, heads and width; the ones whose scores a small network makes are found too. */
import type { Model } from "../../model/model.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"

export function attentionKindsIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const products = attentionsIn(graph, model).map((found) => ({ node: found.node, ...told(found) }))
  const additive = graph.flatMap((node) => {
    const mixing = node.role === "softmax" ? additiveMixing(graph, node) : undefined
    return mixing ? [{ node: mixing, label: "Attention · additive scores", knobs: ADDITIVE }] : []
  })
  const matches = [...products, ...additive].map(({ node, label, knobs }) => ({ layers: [node.layer?.path ?? ""], label, knobs }))
  // One that runs several times is one place.
  return matches.filter(({ layers: [path] }, at) => matches.findIndex(({ layers: [other] }) => other === path) === at)
}

const ADDITIVE: Knobs = { scoring: "additive", reading: "cross", num_heads: 1, key_dim: 0 }

function told({ isCross, isCausal, heads, width: found, node }: FoundAttention): { readonly label: string; readonly knobs: Knobs } {
  const reading = isCross ? "cross" : isCausal ? "causal" : "self"
  const kind = isCross ? "Cross-attention" : isCausal ? "Causal self-attention" : "Self-attention"
  // A layer gives back vectors as wide as it got them; what heads do not divide was stretched or turned on its way.
  const behind = node.role === "attention" && node.name !== "scaleddotproductattention" ? node.shape.at(-1) : found
  const width = behind && behind > 1 && behind % (heads ?? 1) === 0 ? behind : undefined
  const depth = heads === undefined ? undefined : depthOf(node, heads, width)
  const length = node.shape.length >= 3 ? node.shape.at(-2) : undefined
  const counted = heads === undefined ? "" : ` · ${heads} ${heads === 1 ? "head" : "heads"}${depth ? ` of ${depth}` : ""}`
  return {
    label: `${kind}${counted}`,
    knobs: {
      reading,
      ...(width && { embed_dim: width }),
      ...(heads && depth && { num_heads: heads, key_dim: heads * depth === width ? 0 : depth }),
      ...(length && node.name === "scaleddotproductattention" && { queries: length }),
    },
  }
}

/** Seen where heads have an axis of their own; a layer says its width. */
function depthOf({ shape }: PatternNode, heads: number, width: number | undefined): number | undefined {
  if (shape.length === 4 && shape[1] === heads) return shape[3] ?? undefined
  return width !== undefined && width % heads === 0 ? width / heads : undefined
}

const FORM: ReadonlySet<Role> = new Set(["reshape", "dropout", "select", "multiply", "mask", "other"])

/** activation(of two things joined) → to one number → softmax → sum of what is weighted */
function additiveMixing(graph: readonly PatternNode[], softmax: PatternNode): PatternNode | undefined {
  const scored = past(graph, softmax.inputs[0], FORM)
  if (!scored || !isToOne(scored)) return undefined
  const bent = past(graph, scored.inputs[0], new Set<Role>(["dropout", "reshape"]))
  if (bent?.role !== "activation") return undefined
  const joined = joinedBehind(graph, bent)
  if (!joined) return undefined
  const mixing = mixtureOf(graph, softmax)
  // What is weighted took part in the scores.
  const values = mixing?.inputs.filter((index) => !ancestorsOf(graph, index).has(softmax.index)) ?? []
  const origins = values.map((index) => past(graph, index, FORM)?.index ?? index)
  // Or it comes in by itself, beside queries and keys.
  return origins.some((index) => index < 0 || ancestorsOf(graph, joined.index).has(index)) ? mixing : undefined
}

/** A score for each position. */
const isToOne = ({ role, shape, inputs }: PatternNode): boolean =>
  ((role === "linear" || (role === "matmul" && inputs.length === 1)) && shape.at(-1) === 1) || (role === "matmul" && inputs.length === 1)

function past(graph: readonly PatternNode[], from: number | undefined, passed: ReadonlySet<Role>): PatternNode | undefined {
  let node = graph[from ?? -1]
  for (let steps = 0; node && passed.has(node.role) && steps < 8; steps++) node = graph[node.inputs[0] ?? -1]
  return node
}

/** A sum of two things, or a linear layer over two that were put side by side: a query and the keys. */
function joinedBehind(graph: readonly PatternNode[], { inputs }: PatternNode): PatternNode | undefined {
  const node = past(graph, inputs[0], new Set<Role>(["dropout", "reshape", "linear"]))
  return node && (node.role === "add" || node.role === "concatenate") && new Set(node.inputs).size > 1 ? node : undefined
}

/** A product of matrices, or one of numbers that is then summed. */
function mixtureOf(graph: readonly PatternNode[], softmax: PatternNode): PatternNode | undefined {
  const open: (readonly [number, number])[] = softmax.outputs.map((index) => [index, 0])
  for (const [index, steps] of open) {
    const node = graph[index]
    if (!node || steps > 4) continue
    if (node.role === "matmul" && node.inputs.length > 1) return node
    if (node.role === "multiply" && node.outputs.some((output) => graph[output]?.role === "reduce")) return node
    if (FORM.has(node.role)) open.push(...node.outputs.map((output): readonly [number, number] => [output, steps + 1]))
  }
  return undefined
}
