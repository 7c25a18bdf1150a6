/** What recurrent layers share: their knobs, weights and costs, and how a layer of the reader's code becomes knobs. */
import { type Gates, recur } from "../../operators/recur.ts"
import { known } from "../convolution/layer-kernel.ts"
import { flagOf, numberOf } from "../knobs.ts"
import type { Knob, Knobs, LayerFacts } from "../subject.ts"

export const countKnob = (name: string, label: string, initial: number, maximum: number, help: string, more: object = {}): Knob =>
  ({ kind: "number", name, label, initial, minimum: 1, maximum, limit: maximum * 8, help, ...more }) as Knob

export const INPUT_SIZE = countKnob("input_size", "Input size", 64, 512, "Numbers that come in at each step.", {
  arguments: { torch: "input_size" },
})
export const HIDDEN_SIZE = countKnob("hidden_size", "Hidden size", 128, 512, "Numbers in the state that is carried on.", {
  arguments: { torch: "hidden_size", keras: "units", tfjs: "units" },
})
export const LENGTH = countKnob("length", "Sequence length", 10, 100, "Steps; the weights are the same at each of them.")
const LAYERS = countKnob("num_layers", "Layers", 1, 4, "Cells one above the other: each reads the states of the one below.", {
  arguments: { torch: "num_layers" },
  limit: 16,
})
const BIDIRECTIONAL: Knob = {
  kind: "flag",
  name: "bidirectional",
  label: "Bidirectional",
  initial: false,
  help: "A second chain, with weights of its own, reads the sequence from its end.",
  arguments: { torch: "bidirectional" },
}
const BIAS: Knob = {
  kind: "flag",
  name: "bias",
  label: "Bias",
  initial: true,
  help: "Whether learned numbers are added to the products.",
  arguments: { torch: "bias", keras: "use_bias", tfjs: "useBias" },
}

/** `labels` say which framework keeps two bias vectors and which one. */
export const layerKnobs = (labels: { readonly two: string; readonly one: string }): readonly Knob[] => [
  INPUT_SIZE,
  HIDDEN_SIZE,
  LAYERS,
  BIDIRECTIONAL,
  BIAS,
  {
    kind: "choice",
    name: "biases",
    label: "Bias vectors",
    initial: "2",
    help: "One with the input's product and one with the state's, or one for both: the same function with fewer numbers.",
    choices: [
      { value: "2", label: labels.two },
      { value: "1", label: labels.one },
    ],
  },
  LENGTH,
]

export interface RecurrentSizes {
  readonly input: number
  readonly hidden: number
  readonly layers: number
  readonly directions: 1 | 2
  /** Bias vectors of a cell. */
  readonly biases: 0 | 1 | 2
  readonly length: number
  /** Of an LSTM; 0 is none. */
  readonly projection: number
}

export const readSizes = (knobs: Knobs): RecurrentSizes => ({
  input: numberOf(knobs, "input_size"),
  hidden: numberOf(knobs, "hidden_size"),
  layers: numberOf(knobs, "num_layers"),
  directions: flagOf(knobs, "bidirectional") ? 2 : 1,
  biases: flagOf(knobs, "bias") ? (knobs["biases"] === "1" ? 1 : 2) : 0,
  length: numberOf(knobs, "length"),
  projection: numberOf(knobs, "proj_size"),
})

export const ONE_LAYER = { layers: 1, directions: 1, biases: 2, projection: 0 } as const

/** What a layer hands on: its hidden state, or the projection of it. */
export const stateSize = ({ hidden, projection }: RecurrentSizes): number => projection || hidden

/** What the cells of a layer read besides their own state. */
export const readBy = (sizes: RecurrentSizes, layer: number): number => (layer === 0 ? sizes.input : sizes.directions * stateSize(sizes))

/** Shapes of the weights of one cell: input product, state product, biases, projection. */
export function cellWeights(gates: Gates, sizes: RecurrentSizes, layer: number): readonly (readonly number[])[] {
  const wide = gates * sizes.hidden
  return [
    [readBy(sizes, layer), wide],
    [stateSize(sizes), wide],
    ...Array.from({ length: sizes.biases }, () => [wide]),
    ...(sizes.projection > 0 ? [[sizes.hidden, sizes.projection]] : []),
  ]
}

export function costOf(gates: Gates, sizes: RecurrentSizes) {
  const { layers, directions, length, projection, input, hidden } = sizes
  const outcome = recur([1, length, input], {
    gates,
    inputSize: input,
    hiddenSize: hidden,
    layers,
    directions,
    isBatchFirst: true,
    ...(projection > 0 && { projection }),
  })
  let parameters = 0
  for (let layer = 0; layer < layers; layer++)
    for (const shape of cellWeights(gates, sizes, layer)) parameters += directions * shape.reduce((product, size) => product * size, 1)
  const [output = [], state = []] = outcome.shapes.map((shape) => shape.map(Number))
  return { parameters, macs: Number(outcome.macs), output: output.slice(1), state }
}

/** The cells of all three frameworks; `name` is "LSTM", "GRU" or "RNN". */
export function layerSizes(facts: LayerFacts, name: string): Knobs | undefined {
  const type = facts.type.replace(/^(CuDNN|Simple)/i, "").replace(/Cell$/, "")
  if (type.toLowerCase() !== name.toLowerCase() || !/^(torch|keras|tensorflow|tfjs|tf_keras)\b/.test(facts.qualifiedType)) return undefined
  const given = facts.arguments
  const isTorch = facts.framework === "torch"
  const kernel = facts.weights.find((weight) => /(^|[./])kernel$/.test(weight.name))?.shape
  const bias = facts.weights.find((weight) => /(^|[./])bias$/.test(weight.name))?.shape
  const hasBias = given[isTorch ? "bias" : "use_bias"]
  return known({
    input_size: isTorch ? given["input_size"] : kernel?.[0],
    hidden_size: given[isTorch ? "hidden_size" : "units"],
    ...(isTorch && { num_layers: given["num_layers"] ?? 1, bidirectional: given["bidirectional"] ?? false }),
    ...(typeof given["proj_size"] === "number" && { proj_size: given["proj_size"] }),
    bias: hasBias,
    biases: isTorch || bias?.length === 2 ? "2" : "1",
    length: lengthOf(facts),
  })
}

function lengthOf({ type, framework, input, arguments: given }: LayerFacts): number | null {
  if (/Cell$/.test(type)) return 1
  if (!input || input.length < 2) return null
  const isFirst = framework === "torch" && (input.length === 2 || given["batch_first"] === false)
  return input[isFirst ? 0 : 1] ?? null
}
