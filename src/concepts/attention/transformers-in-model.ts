/** Whole transformers in a model's graph: encoder blocks whose result decoder blocks read. */
import type { Model } from "../../model/model.ts"
import { short } from "../knobs.ts"
import { ancestorsOf, patternGraph } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"
import { attentionsIn } from "./attention-in-model.ts"
import { decoderBlocksIn } from "./decoder-blocks-in-model.ts"
import { encoderBlocksIn } from "./encoder-blocks-in-model.ts"

export function transformersIn(model: Model): readonly Match[] {
  const [decoder] = decoderBlocksIn(model)
  const [encoder] = decoder ? encoderBlocksIn(model) : []
  if (!decoder || !encoder || encoder.layers.some((path) => decoder.layers.includes(path))) return []
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const crossing = found.filter(({ isCross }) => isCross)
  const [first] = crossing
  if (!first) return []
  const behind = ancestorsOf(graph, first.key)
  const reading = found.filter(({ isCross, node }) => !isCross && behind.has(node.index))
  if (reading.length === 0) return []
  const { total } = model.parameters
  const counted = total === undefined || typeof total === "object" ? "" : ` · ${short(total)} parameters`
  return [
    {
      layers: [...new Set([...encoder.layers, ...decoder.layers])],
      label: `Transformer · ${reading.length} encoder and ${crossing.length} decoder blocks${counted}`,
      knobs: { ...encoder.knobs, ...decoder.knobs, num_encoder_layers: reading.length, num_decoder_layers: crossing.length },
    },
  ]
}
