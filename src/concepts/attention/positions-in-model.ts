/** Positions in a model's graph: tables that depend on no input and are added to token vectors, and pairs turned before an attention. */
import type { Layer, Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"

export function positionsIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const [first] = found
  if (!first) return []
  const before = ancestorsOf(graph, first.node.index)
  const added = graph.filter(({ index }) => before.has(index)).flatMap((node) => addedAt(graph, node) ?? [])
  const turns = found.flatMap((each) => turnedFor(graph, each) ?? []).slice(0, 1)
  return [...added.slice(0, 1), ...turns]
}

const isFree = (graph: readonly PatternNode[], index: number): boolean =>
  index >= 0 && [...ancestorsOf(graph, index)].every((at) => at >= 0)

const PASSED: ReadonlySet<Role> = new Set(["multiply", "activation", "dropout", "normalisation", "reshape", "concatenate", "add", "other"])
/** What makes vectors of a sequence; scores that a mask is added to come from a product. */
const VECTORS: ReadonlySet<Role> = new Set(["embedding", "convolution", "linear"])

/** vectors of a sequence + a table */
function addedAt(graph: readonly PatternNode[], node: PatternNode): Match | undefined {
  const width = node.shape.at(-1)
  const isStepFirst = node.inputs.some((index) => graph[index]?.shape.length === 3 && graph[index]?.shape[1] === 1 && isFree(graph, index))
  const length = node.shape.at(isStepFirst ? 0 : 1)
  if (node.role !== "add" || node.shape.length !== 3 || length === undefined || (length ?? 2) < 2 || !width || width < 2) return undefined
  const bound = node.inputs.filter((index) => !isFree(graph, index))
  const free = node.inputs.find((index) => isFree(graph, index))
  if (bound.length !== 1 || !comesFromVectors(graph, bound[0] as number)) return undefined
  const table = free === undefined ? keptTable(node, length, width) : tableOf(graph, free, length, node.shape)
  if (!table) return undefined
  const { kind, rows, layer } = table
  const paths = [node.layer, layer].flatMap((each) => (each ? [each.path] : []))
  return {
    layers: [...new Set(paths)],
    label: `Positions · ${kind === "learned" ? "a learned" : "a fixed"} table of ${grouped(rows)} × ${grouped(width)}`,
    knobs: { kind, embedding_dim: width, length: rows, ...vocabularyOf(graph, bound[0] as number) },
  }
}

function comesFromVectors(graph: readonly PatternNode[], from: number): boolean {
  const open = new Set([from])
  for (const index of open) {
    const node = graph[index]
    if (node && VECTORS.has(node.role)) return true
    if (node && PASSED.has(node.role) && open.size < 16) for (const input of node.inputs) open.add(input)
  }
  return false
}

interface Table {
  readonly kind: "learned" | "sinusoidal"
  readonly rows: number
  readonly layer: Layer | undefined
}

/** Rows picked by their own numbers, or a tensor of the module's: a weight, else kept as it was made. */
function tableOf(graph: readonly PatternNode[], index: number, length: number | null, into: readonly (number | null)[]): Table | undefined {
  const node = graph[index]
  const width = into.at(-1) as number
  // Of a batch, or of steps that each hold a batch.
  const [steps, others] =
    node?.shape.length === 3 && node.shape[1] === 1 ? [node.shape[0], []] : [node?.shape.at(-2), node?.shape.slice(0, -2) ?? []]
  // Ids of the places may be written once for each example.
  const isCopied = node?.role === "embedding"
  if (!node || node.shape.at(-1) !== width || steps !== length || others.some((size, at) => size !== 1 && !(isCopied && size === into[at])))
    return undefined
  const picked = [...ancestorsOf(graph, index)].flatMap((at) => graph[at] ?? []).find(({ role }) => role === "embedding")
  const rows = picked?.layer && sizeOrNull(picked.layer.weights[0]?.shape[0] ?? 0)
  if (picked) return rows || length ? { kind: "learned", rows: rows || (length ?? 0), layer: picked.layer } : undefined
  return keptTable(node, length, width) ?? (length ? { kind: "sinusoidal", rows: length, layer: node.layer } : undefined)
}

/** A weight of the module that adds it, with a row for each position. */
function keptTable({ layer }: PatternNode, length: number | null, width: number): Table | undefined {
  if (!layer) return undefined
  const weight = layer.weights.find(({ shape }) => {
    const sizes = shape.map(sizeOrNull)
    return (
      sizes.length >= 2 && sizes.at(-1) === width && (sizes.at(-2) ?? 0) >= (length ?? 2) && sizes.slice(0, -2).every((size) => size === 1)
    )
  })
  // A linear layer has such a weight too, but adds nothing of this shape.
  return weight && !layer.isLeaf ? { kind: "learned", rows: sizeOrNull(weight.shape.at(-2) ?? 0) ?? length ?? 0, layer } : undefined
}

/** Of several tables that are added the tokens' is the longest; segments have two rows. */
function vocabularyOf(graph: readonly PatternNode[], from: number): Knobs {
  const tables = [...ancestorsOf(graph, from)].flatMap((at) => graph[at] ?? []).filter(({ role }) => role === "embedding")
  const rows = Math.max(0, ...tables.map(({ layer }) => sizeOrNull(layer?.weights[0]?.shape[0] ?? 0) ?? 0))
  return rows > 0 ? { num_embeddings: rows } : {}
}

const NEAR = 14

/** x · c + turned x · s with c and s of the places alone, on the way to an attention's queries. */
function turnedFor(graph: readonly PatternNode[], { node, query, heads }: FoundAttention): Match | undefined {
  const near = [...ancestorsOf(graph, query, NEAR)].flatMap((index) => graph[index] ?? [])
  const turn = near.find((each) => (each.role === "add" || each.role === "subtract") && isTurn(graph, each))
  const last = turn && near.find(({ index }) => index === query)?.shape.at(-1)
  if (!turn) return undefined
  const [length, depth] = [node.shape.length >= 3 ? node.shape.at(-2) : undefined, last]
  return {
    layers: [node.layer?.path ?? ""],
    label: `Positions · rotary${depth ? `, ${heads ? "heads" : "vectors"} of ${grouped(depth)}` : ""}`,
    knobs: { kind: "rotary", ...(depth && { embedding_dim: depth }), ...(length && length > 1 && { length }) },
  }
}

function isTurn(graph: readonly PatternNode[], { inputs }: PatternNode): boolean {
  const [one, other, ...more] = inputs.map((index) => turnedPart(graph, index))
  if (!one || !other || more.length > 0) return false
  const behind = ancestorsOf(graph, one.value, NEAR)
  return [...ancestorsOf(graph, other.value, NEAR)].some((index) => behind.has(index))
}

/** A value times something with a number for each place. */
function turnedPart(graph: readonly PatternNode[], index: number): { readonly value: number } | undefined {
  const node = graph[index]
  if (node?.role !== "multiply" || node.inputs.length !== 2) return undefined
  const free = node.inputs.find((input) => isFree(graph, input))
  const value = node.inputs.find((input) => !isFree(graph, input))
  const shape = graph[free ?? -1]?.shape ?? []
  const isByPlace = shape.length >= 2 && (shape.at(-1) ?? 1) > 1 && shape.some((size, at) => at < shape.length - 1 && size !== 1)
  return free !== undefined && value !== undefined && isByPlace ? { value } : undefined
}
