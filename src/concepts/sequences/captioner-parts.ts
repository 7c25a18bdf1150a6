/** What the parts of an image captioner cost, and a small attention that can be followed by hand. */
import { convolve } from "../../operators/convolve.ts"
import { linear } from "../../operators/multiply.ts"
import { pool } from "../../operators/pool.ts"
import { stepMacs } from "../../operators/recur.ts"
import type { Shape } from "../../values/shape.ts"
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { costOf, ONE_LAYER } from "./recurrent-layer.ts"

export const readCaptioner = (knobs: Knobs) => ({
  side: numberOf(knobs, "side"),
  attention: numberOf(knobs, "attention"),
  embedding: numberOf(knobs, "embedding"),
  hidden: numberOf(knobs, "hidden_size"),
  vocabulary: numberOf(knobs, "vocabulary"),
  length: numberOf(knobs, "length"),
})

const THREE = { size: 3, stride: 1, padding: 1, dilation: 1 }
const HALF = { size: 2, stride: 2, padding: 0, dilation: 1 }

/** VGG's five groups of 3 × 3 convolutions, pooled between but not behind. */
function encoder(side: number, depth: string) {
  const repeats = depth === "16" ? 3 : 4
  let [shape, macs, parameters]: [Shape, number, number] = [[1, 3, side, side], 0, 0]
  for (const [group, [filters, times]] of [
    [64, 2],
    [128, 2],
    [256, repeats],
    [512, repeats],
    [512, repeats],
  ].entries() as Iterable<[number, [number, number]]>) {
    if (group > 0) shape = pool(shape, [HALF, HALF]).shape
    for (let layer = 0; layer < times; layer++) {
      const channels = Number(shape[1])
      const outcome = convolve(shape, [filters, channels, 3, 3], [THREE, THREE], 1)
      shape = outcome.shape
      macs += Number(outcome.macs)
      parameters += filters * channels * 9 + filters
    }
  }
  return { map: shape.slice(1).map(Number), macs, parameters }
}

/** Shapes of the weights behind the encoder. */
export function decoderWeights(knobs: Knobs, channels: number): readonly (readonly number[])[] {
  const { attention, embedding, hidden, vocabulary } = readCaptioner(knobs)
  return [
    [channels, attention],
    [hidden, attention],
    [attention],
    [channels, hidden],
    [hidden],
    [channels, hidden],
    [hidden],
    [vocabulary, embedding],
    [embedding + channels, 4 * hidden],
    [hidden, 4 * hidden],
    [4 * hidden],
    [4 * hidden],
    [hidden, vocabulary],
    [vocabulary],
  ]
}

export function captionerParts(knobs: Knobs) {
  const { side, attention, embedding, hidden, vocabulary, length } = readCaptioner(knobs)
  const cnn = encoder(side, String(knobs["encoder"]))
  const [channels = 1, height = 1, width = 1] = cnn.map
  const places = height * width
  const compared = Number(linear([places, channels], [attention, channels]).macs)
  const eachStep = Number(linear([1, hidden], [attention, hidden]).macs) + places * attention + places * channels
  const lstm = costOf(4, { ...ONE_LAYER, input: embedding + channels, hidden, length })
  const start = 2 * channels * hidden
  const parts = [
    { name: "CNN", parameters: cnn.parameters, macs: cnn.macs },
    { name: "attention", parameters: (channels + hidden + 1) * attention, macs: compared + length * eachStep },
    { name: "first state", parameters: start + 2 * hidden, macs: start },
    { name: "embedding", parameters: vocabulary * embedding, macs: 0 },
    {
      name: "LSTM",
      parameters: lstm.parameters,
      macs: length * Number(stepMacs([1, embedding + channels], 4, embedding + channels, hidden)),
    },
    { name: "output layer", parameters: vocabulary * hidden + vocabulary, macs: length * vocabulary * hidden },
  ]
  const total = (of: "parameters" | "macs") => parts.reduce((sum, part) => sum + part[of], 0)
  return { map: cnn.map, places, parts, parameters: total("parameters"), macs: total("macs") }
}

export const WORDS = ["a", "bird", "over", "water"] as const

/** Four places of the example's image, two numbers each. */
export const PLACES = [
  { name: "sky", values: [0.9, -0.2] },
  { name: "bird", values: [-0.4, 1.2] },
  { name: "wave", values: [0.3, 0.5] },
  { name: "shore", values: [-0.8, -0.6] },
] as const

/** For each word, how well each place fits. */
export const SCORES: readonly (readonly number[])[] = [
  [0.4, 1.1, 0.2, 0.1],
  [-0.3, 2.9, 0.1, -0.5],
  [1.6, 0.9, 0.7, -0.2],
  [0.2, -0.1, 2.4, 1.2],
]

export function softmax(scores: readonly number[]): readonly number[] {
  const powers = scores.map(Math.exp)
  const sum = powers.reduce((total, value) => total + value, 0)
  return powers.map((power) => power / sum)
}

export const contextOf = (weights: readonly number[]): readonly number[] =>
  [0, 1].map((at) => PLACES.reduce((sum, { values }, place) => sum + (weights[place] ?? 0) * (values[at] ?? 0), 0))
