/** Decoder blocks in a model's graph: self-attention, and behind it attention to something that is not being written. */
import type { Model } from "../../model/model.ts"
import { ancestorsOf, patternGraph, type PatternNode } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"

interface Block {
  readonly own: FoundAttention
  readonly cross: FoundAttention
}

export function decoderBlocksIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const blocks = found.flatMap((cross, at): readonly Block[] => {
    // The attention right before it in the same stream.
    const own = found.slice(0, at).findLast((each) => isBehind(graph, cross, each))
    return cross.isCross &&
      own &&
      !own.isCross &&
      (own.isCausal || readsEncoder(graph, cross, found) || (own.isMasked && readsInput(graph, cross)))
      ? [{ own, cross }]
      : []
  })
  const [first] = blocks
  if (!first) return []
  return [
    {
      layers: [...new Set(blocks.flatMap(pathsOf))],
      label: `Decoder block${blocks.length > 1 ? ` ×${blocks.length}` : ""} · self-attention ${maskOf(blocks)}, then cross-attention`,
      knobs: knobsOf(first.own),
    },
  ]
}

/** A mask that comes from outside may hide anything. */
function maskOf(blocks: readonly Block[]): string {
  if (blocks.every(({ own }) => own.isCausal)) return "under a causal mask"
  return blocks.every(({ own }) => own.isMasked) ? "under a given mask" : "without a causal mask"
}

/** The queries of one were made of the other. */
const isBehind = (graph: readonly PatternNode[], { query }: FoundAttention, other: FoundAttention): boolean =>
  ancestorsOf(graph, query).has(other.node.index)

/** What it attends to has been attended itself, as an encoder's output has. */
const readsEncoder = (graph: readonly PatternNode[], { key }: FoundAttention, found: readonly FoundAttention[]): boolean => {
  const behind = ancestorsOf(graph, key)
  return found.some((other) => !other.isCross && behind.has(other.node.index))
}

/** What it attends to comes into the model on its own. */
const readsInput = (graph: readonly PatternNode[], { query, key }: FoundAttention): boolean => {
  const behind = ancestorsOf(graph, query)
  return [...ancestorsOf(graph, key)].some((index) => index < 0 && !behind.has(index))
}

/** The layer around both, where there is one. */
function pathsOf({ own, cross }: Block): readonly string[] {
  const [one, other] = [own, cross].map(({ node }) => node.layer?.path ?? "") as [string, string]
  const parts = one.split(".")
  const shared = parts.filter((_, at) => other.startsWith(`${parts.slice(0, at + 1).join(".")}.`))
  const around = parts.slice(0, shared.length).join(".")
  return around === "" ? [one, other].filter((path) => path !== "") : [around]
}

const knobsOf = ({ heads, width }: FoundAttention): Knobs => ({
  ...(width && { d_model: width }),
  ...(heads && (!width || width % heads === 0) && { nhead: heads }),
})
