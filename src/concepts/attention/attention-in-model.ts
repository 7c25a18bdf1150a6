/** Every attention of a model's graph, as one operation or written out, with what it attends to and which mask it has. */
import type { Model } from "../../model/model.ts"
import { layerFacts } from "../layer-facts.ts"
import { ancestorsOf, type PatternNode, type Role } from "../pattern-graph.ts"

export interface FoundAttention {
  /** Where values are mixed. */
  readonly node: PatternNode
  /** From other positions than the queries come from. */
  readonly isCross: boolean
  readonly isCausal: boolean
  /** Something is added to its scores or replaces them. */
  readonly isMasked: boolean
  /** Nodes that made queries and keys, before they were given another form. */
  readonly query: number
  readonly key: number
  /** Of the vectors that come in. */
  readonly width: number | undefined
  readonly heads: number | undefined
}

/** Only give values another form or scale. */
const PASSING: ReadonlySet<Role> = new Set([
  "reshape",
  "select",
  "multiply",
  "dropout",
  "activation",
  "other",
  "normalisation",
  "concatenate",
])
const SCALING: ReadonlySet<Role> = new Set(["multiply", "reshape", "select", "other", "dropout", "mask", "add", "subtract"])

const MOST_BACK = 60

export function attentionsIn(graph: readonly PatternNode[], model: Model): readonly FoundAttention[] {
  return graph.flatMap((node): readonly FoundAttention[] => {
    const found =
      node.role === "attention" ? asOperation(graph, node, model) : node.role === "softmax" ? writtenOut(graph, node) : undefined
    return found ? [found] : []
  })
}

/** Query, key and value as inputs, perhaps a mask behind them. */
function asOperation(graph: readonly PatternNode[], node: PatternNode, model: Model): FoundAttention | undefined {
  const [query, second, third, mask] = node.inputs
  if (query === undefined) return undefined
  const isDirect = node.name !== "scaleddotproductattention"
  const keys = [second, third].filter((index) => index !== undefined)
  const isSelf = isDirect
    ? keys.length === 0 || keys.some((key) => sharesOrigin(graph, query, key))
    : sharesStem(graph, query, second ?? query)
  return {
    node,
    isCross: !isSelf,
    isCausal: node.mask === "causal" || (node.mask === "given" && (mask === undefined || isOrdered(graph, mask) || isKept(graph, mask))),
    isMasked: node.mask !== undefined,
    query: formedFrom(graph, query),
    key: formedFrom(graph, second ?? query),
    width: widthBehind(graph, query),
    heads: headsOf(node, model),
  }
}

/** Said to the layer, or an axis of what it mixes. */
function headsOf({ layer, name, shape }: PatternNode, model: Model): number | undefined {
  const said = layer && layerFacts(layer, model).arguments["num_heads"]
  if (typeof said === "number") return said
  return name === "scaleddotproductattention" && shape.length === 4 ? (shape[1] ?? undefined) : undefined
}

/** product → scale, mask → softmax → product */
function writtenOut(graph: readonly PatternNode[], softmax: PatternNode): FoundAttention | undefined {
  const masks: PatternNode[] = []
  let scores = graph[softmax.inputs[0] ?? -1]
  for (let steps = 0; scores && SCALING.has(scores.role) && steps < 12; steps++) {
    if (scores.role === "mask" || scores.role === "add" || scores.role === "subtract") masks.push(scores)
    scores = productBehind(graph, scores)
  }
  if (scores?.role !== "matmul" || scores.inputs.length < 2) return undefined
  const mixing = mixedBy(graph, softmax)
  if (!mixing) return undefined
  const [query = -1, key = -1] = scores.inputs
  return {
    node: mixing,
    isCross: !sharesStem(graph, query, key),
    isCausal: masks.some((mask) => isCausalStep(graph, mask, softmax)),
    isMasked: masks.length > 0,
    query: formedFrom(graph, query),
    key: formedFrom(graph, key),
    width: widthBehind(graph, query),
    heads: softmax.shape.length === 4 ? (softmax.shape[1] ?? undefined) : undefined,
  }
}

/** Of what a scaling or masking reads, that which comes from a product of two tensors. */
function productBehind(graph: readonly PatternNode[], { inputs }: PatternNode): PatternNode | undefined {
  const nodes = inputs.flatMap((index) => graph[index] ?? [])
  return nodes.find(({ role }) => role === "matmul") ?? nodes.find((node) => reachesProduct(graph, node)) ?? nodes[0]
}

function reachesProduct(graph: readonly PatternNode[], from: PatternNode): boolean {
  let node: PatternNode | undefined = from
  for (let steps = 0; node && steps < 12; steps++) {
    if (node.role === "matmul") return true
    if (!SCALING.has(node.role)) return false
    node = graph[node.inputs[0] ?? -1]
  }
  return false
}

const AFTER: ReadonlySet<Role> = new Set(["dropout", "reshape", "other", "multiply", "mask", "select"])

function mixedBy(graph: readonly PatternNode[], softmax: PatternNode): PatternNode | undefined {
  const open: (readonly [number, number])[] = softmax.outputs.map((index) => [index, 0])
  for (const [index, steps] of open) {
    const node = graph[index]
    if (node?.role === "matmul") return node
    if (node && AFTER.has(node.role) && steps < 5)
      open.push(...node.outputs.map((output): readonly [number, number] => [output, steps + 1]))
  }
  return undefined
}

const TRIANGLE = /^(tril|triu|causalmask|generatesquaresubsequentmask|bandpart|linalgbandpart|matrixbandpart)$/

const COMPARISON = /^(ge|gt|le|lt|greater|greaterequal|less|lessequal)$/

/** Made of a triangle, or of positions compared with positions, whatever else has been joined with it. */
const isOrdered = (graph: readonly PatternNode[], mask: number): boolean =>
  [...ancestorsOf(graph, mask, MOST_BACK)].some((index) => {
    const name = graph[index]?.name ?? ""
    return TRIANGLE.test(name) || (COMPARISON.test(name) && isSquare(graph, index) && isFree(graph, index))
  })

function isSquare(graph: readonly PatternNode[], index: number): boolean {
  const shape = graph[index]?.shape ?? []
  return shape.length >= 2 && shape.at(-1) === shape.at(-2) && shape.at(-1) !== 1
}

/** No input has part in it. */
const isFree = (graph: readonly PatternNode[], index: number): boolean =>
  [...ancestorsOf(graph, index, MOST_BACK)].every((at) => at >= 0 && graph[at]?.role !== "embedding")

/** A square that no input has part in, the same for every sample: kept with the model. */
const isKept = (graph: readonly PatternNode[], mask: number): boolean =>
  isSquare(graph, mask) && isFree(graph, mask) && (graph[mask]?.shape ?? []).slice(0, -2).every((size) => size === 1)

/** A mask that depends on no input forbids positions by their place alone. */
function isCausalStep(graph: readonly PatternNode[], step: PatternNode, { shape }: PatternNode): boolean {
  const others = step.inputs.filter((index) => !(graph[index] && reachesProduct(graph, graph[index] as PatternNode)))
  if (others.some((index) => index >= 0 && isOrdered(graph, index))) return true
  const isAmongOwn = shape.length >= 2 && shape.at(-1) === shape.at(-2) && shape.at(-1) !== 1
  return step.role === "mask" && isAmongOwn && others.every((index) => isKept(graph, index))
}

/** What the nearest projections behind a query or key read; itself where there are none. */
function stemsOf(graph: readonly PatternNode[], from: number): ReadonlySet<number> {
  const stems = new Set<number>()
  const seen = new Set<number>()
  const open = [from]
  for (let at = open.pop(); at !== undefined && seen.size < MOST_BACK; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const node = graph[at]
    if (node && isProjection(node)) for (const stem of joinedIn(graph, originOf(graph, node.inputs[0] ?? at))) stems.add(stem)
    else if (node && (PASSING.has(node.role) || node.role === "add" || node.role === "subtract")) open.push(...node.inputs)
    else stems.add(at)
  }
  return stems
}

/** A product with one tensor of the graph is one with a weight. */
const isProjection = ({ role, inputs }: PatternNode): boolean =>
  role === "linear" || role === "convolution" || (role === "matmul" && inputs.length === 1)

/** Itself, what was joined to make it (kept positions and new ones), and what it was taken from (the first token of a text). */
function joinedIn(graph: readonly PatternNode[], index: number): readonly number[] {
  const node = graph[index]
  if (node?.role !== "concatenate" && node?.role !== "select") return [index]
  return [index, ...node.inputs.map((input) => originOf(graph, input))]
}

const FORMS: ReadonlySet<Role> = new Set(["reshape", "multiply", "dropout"])

function formedFrom(graph: readonly PatternNode[], index: number): number {
  let at = index
  for (let node = graph[at]; node && FORMS.has(node.role) && node.inputs.length > 0; node = graph[at]) at = node.inputs[0] as number
  return at
}

function widthBehind(graph: readonly PatternNode[], query: number): number | undefined {
  const [stem = -1] = stemsOf(graph, query)
  return graph[stem]?.shape.at(-1) ?? undefined
}

/** Past a normalisation and changes of form. */
function originOf(graph: readonly PatternNode[], index: number): number {
  let at = index
  for (let node = graph[at]; node && node.inputs.length > 0 && isPlain(node); node = graph[at]) at = node.inputs[0] as number
  return at
}

const isPlain = ({ role }: PatternNode): boolean => role === "normalisation" || role === "reshape" || role === "dropout"

function sharesStem(graph: readonly PatternNode[], query: number, key: number): boolean {
  return meets(graph, stemsOf(graph, query), stemsOf(graph, key))
}

/** The same tensor, or sums that share one, as when positions are added to queries and keys only. */
function sharesOrigin(graph: readonly PatternNode[], query: number, key: number): boolean {
  const partsOf = (index: number): readonly number[] => {
    const origin = originOf(graph, index)
    const node = graph[origin]
    return node?.role === "add" ? [origin, ...node.inputs.map((input) => originOf(graph, input))] : joinedIn(graph, origin)
  }
  return meets(graph, partsOf(query), partsOf(key))
}

/** One is the other, or both were made of one value nearby, as queries are that were pooled or keys that were convolved. */
function meets(graph: readonly PatternNode[], some: Iterable<number>, others: Iterable<number>): boolean {
  const near = new Set([...some].flatMap((index) => [...nearOf(graph, index)]))
  return [...others].some((index) => [...nearOf(graph, index)].some((at) => near.has(at)))
}

/** Ends of a stream: what stands before them is no longer the same vectors in another form. */
const ENDS: ReadonlySet<Role> = new Set(["add", "attention", "softmax", "matmul", "embedding", "concatenate"])
const NEAR = 10

function nearOf(graph: readonly PatternNode[], from: number): ReadonlySet<number> {
  const seen = new Set([from])
  for (const at of seen) {
    const node = graph[at]
    if (!node || ENDS.has(node.role) || seen.size > NEAR) continue
    for (const input of node.inputs) seen.add(input)
  }
  return seen
}
