/** What a whole transformer holds and costs: its table, both stacks and the last layer, by what their blocks cost. */
import { linear } from "../../operators/multiply.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { decoderCosts, totalOf } from "./decoder-sizes.ts"
import { encoderCosts, sumOf } from "./encoder-sizes.ts"

export interface TransformerSizes {
  readonly width: number
  readonly heads: number
  readonly inner: number
  readonly encoders: number
  readonly decoders: number
  readonly vocabulary: number
  readonly source: number
  readonly target: number
  /** One table for what is read, what is written, and the last layer. */
  readonly isTied: boolean
  /** One more normalisation behind each stack. */
  readonly hasEnd: boolean
}

export const readTransformer = (knobs: Knobs): TransformerSizes => ({
  width: numberOf(knobs, "d_model"),
  heads: numberOf(knobs, "nhead"),
  inner: numberOf(knobs, "dim_feedforward"),
  encoders: numberOf(knobs, "num_encoder_layers"),
  decoders: numberOf(knobs, "num_decoder_layers"),
  vocabulary: numberOf(knobs, "vocabulary"),
  source: numberOf(knobs, "source"),
  target: numberOf(knobs, "target"),
  isTied: flagOf(knobs, "tied"),
  hasEnd: flagOf(knobs, "end"),
})

export function transformerCosts(sizes: TransformerSizes, hasBias = true) {
  const { width, encoders, decoders, vocabulary, source, target, isTied, hasEnd } = sizes
  const own = { ...sizes, hasBias, isNormFirst: false }
  const [reading, writing] = [encoderCosts({ ...own, length: source }), decoderCosts(own)]
  const ends = hasEnd ? 2 * (hasBias ? 2 : 1) * width : 0
  const parts = [
    {
      name: "tables and last layer",
      parameters: (isTied ? 1 : 3) * vocabulary * width,
      macs: Number(linear([target, width], [vocabulary, width]).macs),
    },
    { name: "encoder", parameters: encoders * sumOf(reading, "parameters"), macs: encoders * sumOf(reading, "macs") },
    { name: "decoder", parameters: decoders * totalOf(writing, "parameters") + ends, macs: decoders * totalOf(writing, "macs") },
  ] as const
  const total = (of: "parameters" | "macs"): number => parts.reduce((sum, part) => sum + part[of], 0)
  return { parts, parameters: total("parameters"), macs: total("macs"), stacks: total("parameters") - parts[0].parameters }
}
