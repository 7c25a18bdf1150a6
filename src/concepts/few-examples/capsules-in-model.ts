/** Routing by agreement in a model's graph: a softmax whose logits gained what the shares before it agreed on, with no weights in between. */
import type { Model } from "../../model/model.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"

/** What only changes the form of logits. */
const FORMS: ReadonlySet<Role> = new Set(["reshape", "select"])

/** The node that made the value, past changes of form. */
function madeBy(graph: readonly PatternNode[], index: number | undefined): PatternNode | undefined {
  let node = index === undefined ? undefined : graph[index]
  while (node && FORMS.has(node.role) && node.inputs.length === 1) node = graph[node.inputs[0] ?? -1]
  return node
}

const LEARNED: ReadonlySet<Role> = new Set([
  "convolution",
  "transposedConvolution",
  "linear",
  "recurrent",
  "attention",
  "embedding",
  "normalisation",
])
/** Weighing, summing, squashing and comparing is done in fewer operations than this. */
const MOST_BETWEEN = 60

/** The softmax whose shares led to this node, when nothing learned is applied on the way. */
function sharesBehind(graph: readonly PatternNode[], from: number): PatternNode | undefined {
  const seen = new Set<number>()
  const open = [from]
  for (let at = open.shift(); at !== undefined && seen.size < MOST_BETWEEN; at = open.shift()) {
    const node = graph[at]
    if (!node || seen.has(at)) continue
    seen.add(at)
    if (node.role === "softmax") return node
    if (!LEARNED.has(node.role)) open.push(...node.inputs)
  }
  return undefined
}

/** The shares of the iteration before, when the logits of these are the sum of theirs and of an agreement. */
function iterationBefore(graph: readonly PatternNode[], shares: PatternNode): PatternNode | undefined {
  const sum = madeBy(graph, shares.inputs[0])
  if (sum?.role !== "add" || sum.inputs.length < 1) return undefined
  for (const input of sum.inputs) {
    const before = madeBy(graph, input)
    // What is added comes from a product: the agreement.
    if (!before || before.role === "add" || before.role === "softmax") continue
    const earlier = sharesBehind(graph, before.index)
    if (earlier && earlier !== shares && isWeighing(graph, earlier)) return earlier
  }
  return undefined
}

/** Shares are multiplied with vectors. */
const isWeighing = (graph: readonly PatternNode[], shares: PatternNode): boolean =>
  shares.outputs.some((index) => {
    const reader = graph[index]
    const next = reader && FORMS.has(reader.role) ? reader.outputs.map((output) => graph[output]?.role) : [reader?.role]
    return next.some((role) => role === "multiply" || role === "matmul")
  })

export function routingIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const chains = new Map<PatternNode, number>()
  const found: { readonly last: PatternNode; readonly iterations: number }[] = []
  for (const shares of graph.filter(({ role }) => role === "softmax")) {
    const before = iterationBefore(graph, shares)
    if (!before) continue
    const iterations = (chains.get(before) ?? 1) + 1
    chains.set(shares, iterations)
    const at = found.findIndex(({ last }) => last === before)
    if (at >= 0) found.splice(at, 1)
    found.push({ last: shares, iterations })
  }
  return found.map(({ last, iterations }) => ({
    layers: pathsOf(graph, last),
    label: `Capsules · routed in ${iterations} iterations`,
    knobs: { iterations },
  }))
}

/** The layer that routes, or those right before it where routing is the model's own. */
function pathsOf(graph: readonly PatternNode[], { layer, index }: PatternNode): readonly string[] {
  if (layer && layer.path !== "") return [layer.path]
  const behind = [...ancestorsOf(graph, index)]
    .flatMap((at) => graph[at]?.layer ?? [])
    .filter(({ path, weights }) => path !== "" && weights.length > 0)
  return [...new Set(behind.map(({ path }) => path))].slice(-1)
}
