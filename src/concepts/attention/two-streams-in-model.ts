/** Two-stream attention in a model's graph: within one layer two different queries read the same keys, under masks of their own. */
import type { Model } from "../../model/model.ts"
import { patternGraph } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"

export function twoStreamsIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const pairs = found.flatMap((one, at) => {
    const other = found.slice(at + 1).find((each) => isSecondStream(one, each))
    return other ? [{ one, other }] : []
  })
  const [first] = pairs
  // In one layer of many it is something else; here every layer has both streams.
  if (!first || 2 * pairs.length < found.length) return []
  const paths = pairs.flatMap(({ one: { node } }) => (node.layer && node.layer.path !== "" ? [node.layer.path] : []))
  return [
    {
      layers: [...new Set(paths)],
      label: `XLNet · ${pairs.length} layer${pairs.length === 1 ? "" : "s"} with two streams`,
      knobs: knobsOf(pairs.length, first.one),
    },
  ]
}

/** The same keys, another query, one of them a stream of its own, and masks for both. */
const isSecondStream = (one: FoundAttention, other: FoundAttention): boolean =>
  one.key === other.key &&
  one.query !== other.query &&
  one.node.layer === other.node.layer &&
  one.isMasked &&
  other.isMasked &&
  one.isCross !== other.isCross

const knobsOf = (layers: number, { heads, width }: FoundAttention): Knobs => ({
  n_layer: layers,
  ...(width && { d_model: width }),
  ...(heads && width && width % heads === 0 && { n_head: heads }),
})
