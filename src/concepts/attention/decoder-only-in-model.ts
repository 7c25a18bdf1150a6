/** Decoder-only transformers in a model's graph: token vectors that pass nothing but causal self-attention. */
import type { Model } from "../../model/model.ts"
import { grouped, short } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"

export function decodersIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const [first] = found
  // One attention that is not masked, or that reads something else, makes it another kind of model.
  if (!first || found.some(({ isCross, isCausal }) => isCross || !isCausal)) return []
  const tables = tablesBehind(graph, first.node)
  const [tokens] = tables
  if (!tokens) return []
  const blocks = new Set(found.map(({ node }) => node.layer?.path ?? node.index)).size
  const { total } = model.parameters
  const counted = total === undefined || typeof total === "object" ? "" : ` · ${short(total)} parameters`
  return [
    {
      layers: pathsOf(found, tokens),
      label: `GPT · ${grouped(blocks)} causal block${blocks === 1 ? "" : "s"}${counted}`,
      knobs: knobsOf(blocks, first, tables),
    },
  ]
}

interface Table {
  readonly node: PatternNode
  readonly rows: number | null
  readonly width: number | null
}

/** Embedding tables that the first attention reads: first those that an input picks from, tokens before segments, then positions. */
export function tablesBehind(graph: readonly PatternNode[], { index }: PatternNode): readonly Table[] {
  return [...ancestorsOf(graph, index)]
    .flatMap((at) => graph[at] ?? [])
    .filter(({ role }) => role === "embedding")
    .map((node) => {
      const [rows = null, width = null] = node.layer?.weights[0]?.shape.map(sizeOrNull) ?? []
      return { node, rows, width }
    })
    .toSorted(
      (one, other) => Number(isPicked(graph, other.node)) - Number(isPicked(graph, one.node)) || (other.rows ?? 0) - (one.rows ?? 0),
    )
}

const isPicked = (graph: readonly PatternNode[], { index }: PatternNode): boolean => [...ancestorsOf(graph, index)].some((at) => at < 0)

function knobsOf(blocks: number, { heads }: FoundAttention, [tokens, positions]: readonly Table[]): Knobs {
  const length = positions?.rows
  const width = tokens?.width
  return {
    n_layer: blocks,
    ...(tokens?.rows && { vocab_size: tokens.rows }),
    ...(width && { n_embd: width }),
    ...(heads && width && width % heads === 0 && { n_head: heads }),
    ...(length && length > 1 && { context: length }),
  }
}

function pathsOf(found: readonly FoundAttention[], { node }: Table): readonly string[] {
  const layers = [node, ...found.map((each) => each.node)].flatMap(({ layer }) => (layer && layer.path !== "" ? [layer.path] : []))
  return [...new Set(layers)]
}
