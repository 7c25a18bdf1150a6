/** The encoders a Siamese network may have, layer by layer with shapes and costs, by the operators that analyse the reader's model. */
import { convolve } from "../../operators/convolve.ts"
import { linear } from "../../operators/multiply.ts"
import { numberOf } from "../knobs.ts"
import { costOf, ONE_LAYER } from "../sequences/recurrent-layer.ts"
import type { Knobs } from "../subject.ts"

export const ENCODERS = [
  { value: "cnn", label: "CNN" },
  { value: "lstm", label: "LSTM" },
  { value: "bilstm", label: "bidirectional LSTM" },
  { value: "capsule", label: "capsules" },
] as const

export type EncoderKind = (typeof ENCODERS)[number]["value"]

export const encoderOf = (knobs: Knobs): EncoderKind => ENCODERS.find(({ value }) => value === knobs["encoder"])?.value ?? "cnn"

export interface EncoderLayer {
  readonly label: string
  /** Without the batch. */
  readonly shape: readonly number[]
  readonly parameters: number
  readonly macs: number
}

export interface Encoder {
  readonly input: readonly number[]
  readonly layers: readonly EncoderLayer[]
  readonly problems: readonly string[]
}

const ENCODER: Readonly<Record<EncoderKind, (knobs: Knobs) => Encoder>> = {
  cnn: convolutional,
  lstm: (knobs) => recurrent(knobs, 1),
  bilstm: (knobs) => recurrent(knobs, 2),
  capsule: capsular,
}

export const encoderLayers = (knobs: Knobs): Encoder => ENCODER[encoderOf(knobs)](knobs)

/** One of the two inputs is enough to count: the weights are the same. */
export const totalOf = ({ layers }: Encoder, of: "parameters" | "macs"): number => layers.reduce((sum, layer) => sum + layer[of], 0)

const window = (size: number, stride: number, padding: number) => {
  const axis = { size, stride, padding, dilation: 1 }
  return [axis, axis]
}

interface Convolved extends EncoderLayer {
  readonly problems: readonly string[]
}

function convolution(input: readonly number[], filters: number, size: number, stride: number, padding: number): Convolved {
  const [channels = 1] = input
  const { shape, macs, problems } = convolve([1, ...input], [filters, channels, size, size], window(size, stride, padding))
  return {
    label: `convolution ${size} × ${size}${stride > 1 ? `, stride ${stride}` : ""}`,
    shape: shape.slice(1).map(Number),
    parameters: filters * channels * size * size + filters,
    macs: Number(macs),
    problems: problems.map(({ message }) => `The encoder's convolution ${message}.`),
  }
}

function toEmbedding(from: number, embedding: number): EncoderLayer {
  return {
    label: "fully connected",
    shape: [embedding],
    parameters: from * embedding + embedding,
    macs: Number(linear([1, from], [embedding, from]).macs),
  }
}

function convolutional(knobs: Knobs): Encoder {
  const [side, filters] = [numberOf(knobs, "image"), numberOf(knobs, "filters")]
  const input = [1, side, side]
  const first = convolution(input, filters, 3, 2, 1)
  const second = convolution(first.shape, 2 * filters, 3, 2, 1)
  const mean = { label: "mean of each map", shape: [2 * filters], parameters: 0, macs: 0 }
  return {
    input,
    layers: [first, second, mean, toEmbedding(2 * filters, numberOf(knobs, "embedding"))],
    problems: [...first.problems, ...second.problems],
  }
}

function recurrent(knobs: Knobs, directions: 1 | 2): Encoder {
  const [length, features, hidden] = [numberOf(knobs, "length"), numberOf(knobs, "features"), numberOf(knobs, "hidden")]
  const cost = costOf(4, { ...ONE_LAYER, input: features, hidden, length, directions })
  const label = directions === 2 ? "LSTM, both ways: last states" : "LSTM: last state"
  const cell = { label, shape: [directions * hidden], parameters: cost.parameters, macs: cost.macs }
  return { input: [length, features], layers: [cell, toEmbedding(directions * hidden, numberOf(knobs, "embedding"))], problems: [] }
}

/** Numbers of a capsule: of those that come from convolutions, and of those routed to. */
export const PRIMARY = 8
export const ROUTED = 16
export const ITERATIONS = 3

/** As in the capsule paper, with the routed capsules' numbers side by side as the embedding. */
function capsular(knobs: Knobs): Encoder {
  const [side, filters, embedding] = [numberOf(knobs, "image"), numberOf(knobs, "filters"), numberOf(knobs, "embedding")]
  const input = [1, side, side]
  const first = convolution(input, filters, 9, 1, 0)
  const second = convolution(first.shape, 4 * PRIMARY, 9, 2, 0)
  const problems = [...new Set([...first.problems, ...second.problems])]
  if (problems.length > 0) return { input, layers: [], problems }
  const below = second.shape.reduce((product, size) => product * size, 1) / PRIMARY
  const above = embedding / ROUTED
  const weights = below * above * PRIMARY * ROUTED
  return {
    input,
    layers: [
      first,
      { ...second, label: "primary capsules, 9 × 9, stride 2", shape: [below, PRIMARY] },
      {
        label: `routing, ${ITERATIONS} iterations`,
        shape: [above, ROUTED],
        parameters: weights,
        // Each iteration sums what is expected; all but the last also compare it.
        macs: weights + (2 * ITERATIONS - 1) * below * embedding,
      },
    ],
    problems: Number.isInteger(above)
      ? []
      : [`An embedding of ${embedding} numbers is not made of whole capsules of ${ROUTED}: choose a multiple of ${ROUTED}.`],
  }
}
