/** BERT-like encoders in a model's graph: embedded tokens, only unmasked self-attention, and a head on the first token or on hidden ones, or a table of two segments. */
import type { Model } from "../../model/model.ts"
import { grouped, short } from "../knobs.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"
import { SEGMENTS } from "./bert-sizes.ts"
import { tablesBehind } from "./decoder-only-in-model.ts"

export function encodersIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const [first] = found
  if (!first || found.some(({ isCross, isCausal }) => isCross || isCausal)) return []
  const tables = tablesBehind(graph, first.node)
  const [tokens] = tables
  if (!tokens || tokens.width === null) return []
  const hasSegments = tables.some(isOfSegments)
  const hasHead = graph.some((node) => isFirstToken(graph, node, found) || tellsTokens(graph, node, found, tokens.rows))
  if (!hasSegments && !hasHead) return []
  const blocks = new Set(found.map(({ node }) => node.layer?.path ?? node.index)).size
  const { total } = model.parameters
  const counted = total === undefined || typeof total === "object" ? "" : ` · ${short(total)} parameters`
  const layers = [tokens.node, ...found.map(({ node }) => node)].flatMap(({ layer }) => (layer && layer.path !== "" ? [layer.path] : []))
  return [
    {
      layers: [...new Set(layers)],
      label: `BERT · ${grouped(blocks)} ${blocks === 1 ? "block that sees" : "blocks that see"} both sides${counted}`,
      knobs: knobsOf(blocks, first, tokens.rows, tokens.width, tables.filter((table) => !isOfSegments(table))[1]?.rows),
    },
  ]
}

/** Two rows, or three where padding has one. */
const isOfSegments = ({ rows }: { readonly rows: number | null }): boolean => rows === SEGMENTS || rows === SEGMENTS + 1

function knobsOf(
  blocks: number,
  { heads }: FoundAttention,
  vocabulary: number | null,
  width: number,
  positions: number | null | undefined,
): Knobs {
  return {
    num_hidden_layers: blocks,
    hidden_size: width,
    ...(vocabulary && { vocab_size: vocabulary }),
    ...(heads && width % heads === 0 && { num_attention_heads: heads }),
    ...(positions && { max_positions: positions }),
  }
}

/** Scores of all tokens at every position: hidden ones are to be told, unless a mask that was given hides the later ones. */
const tellsTokens = (
  graph: readonly PatternNode[],
  { role, shape, index }: PatternNode,
  found: readonly FoundAttention[],
  rows: number | null,
): boolean =>
  role === "linear" &&
  shape.length === 3 &&
  shape[2] === rows &&
  found.every(({ isMasked }) => !isMasked) &&
  found.every(({ node }) => ancestorsOf(graph, index).has(node.index))

const BETWEEN: ReadonlySet<Role> = new Set(["reshape", "dropout", "normalisation", "select"])

/** One position of what the attentions made, read by a linear layer. */
function isFirstToken(graph: readonly PatternNode[], node: PatternNode, found: readonly FoundAttention[]): boolean {
  if (node.role !== "select" || node.name === "split" || node.name === "chunk") return false
  const before = graph[node.inputs[0] ?? -1]
  if (before?.shape.length !== 3) return false
  const [length, width] = before.shape.slice(1)
  const isOne = (node.shape.length === 2 && node.shape[1] === width) || (node.shape.length === 3 && node.shape[1] === 1)
  if (!isOne || length === 1 || width === undefined) return false
  const last = found.at(-1)?.node.index ?? Number.POSITIVE_INFINITY
  if (!ancestorsOf(graph, node.index).has(last)) return false
  return isReadByLinear(graph, node)
}

function isReadByLinear(graph: readonly PatternNode[], from: PatternNode): boolean {
  const open = new Set(from.outputs)
  for (const index of open) {
    const node = graph[index]
    if (node?.role === "linear") return true
    if (node && BETWEEN.has(node.role)) for (const output of node.outputs) open.add(output)
  }
  return false
}
