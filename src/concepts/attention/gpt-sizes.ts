/** What a decoder-only transformer holds and costs: weights by their shapes, products by the operators that analyse models too. */
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"

export interface GptSizes {
  readonly layers: number
  readonly heads: number
  readonly width: number
  readonly vocabulary: number
  readonly context: number
  /** Whether the last layer is the table of tokens again. */
  readonly isTied: boolean
  readonly hasBias: boolean
  /** Of one number in the cache. */
  readonly bytes: number
}

/** The inner layer of a block is so many times as wide as the block. */
export const WIDENED = 4

export const readGpt = (knobs: Knobs): GptSizes => ({
  layers: numberOf(knobs, "n_layer"),
  heads: numberOf(knobs, "n_head"),
  width: numberOf(knobs, "n_embd"),
  vocabulary: numberOf(knobs, "vocab_size"),
  context: numberOf(knobs, "context"),
  isTied: flagOf(knobs, "tied"),
  hasBias: flagOf(knobs, "bias"),
  bytes: Number(knobs["bytes"]),
})

type Shapes = readonly (readonly number[])[]

/** Shapes of the weights of one block. */
export function blockWeights({ width, hasBias }: GptSizes) {
  const bias = (size: number): Shapes => (hasBias ? [[size]] : [])
  const wide = WIDENED * width
  return {
    attention: [[width, 3 * width], ...bias(3 * width), [width, width], ...bias(width)],
    feedForward: [[width, wide], ...bias(wide), [wide, width], ...bias(width)],
    norms: [[width], ...bias(width), [width], ...bias(width)],
  } satisfies Record<string, Shapes>
}

export const countOf = (shapes: Shapes): number =>
  shapes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0)

export function gptParameters(sizes: GptSizes) {
  const { layers, width, vocabulary, context, isTied, hasBias } = sizes
  const block = blockWeights(sizes)
  const tokens = vocabulary * width
  const positions = context * width
  const [attention, feedForward] = [layers * countOf(block.attention), layers * countOf(block.feedForward)]
  const norms = layers * countOf(block.norms) + (hasBias ? 2 : 1) * width
  const head = isTied ? 0 : tokens
  const inBlock = countOf(block.attention) + countOf(block.feedForward) + countOf(block.norms)
  return {
    tokens,
    positions,
    attention,
    feedForward,
    norms,
    head,
    inBlock,
    total: tokens + positions + attention + feedForward + norms + head,
  }
}

/** Multiply-accumulates when `queries` positions are computed and each may look at `keys`; scores behind the mask are computed too, as plain code does. */
export function gptMacs({ layers, heads, width, vocabulary }: GptSizes, queries: number, keys: number, predicted = queries): number {
  const product = (rows: number, from: number, to: number): number => Number(linear([rows, from], [to, from]).macs)
  const depth = width / heads
  const mixing = Number(attend([heads, queries, depth], [heads, keys, depth], [heads, keys, depth]).macs)
  const block =
    product(queries, width, 3 * width) +
    mixing +
    product(queries, width, width) +
    product(queries, width, WIDENED * width) +
    product(queries, WIDENED * width, width)
  return layers * block + product(predicted, width, vocabulary)
}

/** Numbers that each position leaves behind: a key and a value in every block. */
export const cachedPerToken = ({ layers, width }: GptSizes): number => 2 * layers * width

/** "36 KB", "37.7 MB": thousands, as memory is sold. */
export function bytesText(bytes: number): string {
  const [divisor, unit] =
    bytes >= 1e12 ? [1e12, "TB"] : bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : bytes >= 1e3 ? [1e3, "KB"] : [1, "bytes"]
  return `${Number((bytes / divisor).toPrecision(3))} ${unit}`
}
