/** The subject "fully connected layer": every output reads every input, which is one matrix product. */
import type { Model } from "../../model/model.ts"
import { linear } from "../../operators/multiply.ts"
import { exampleNumber } from "../convolution/sliding.ts"
import { signed } from "../convolution/sliding-example.ts"
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal } from "../executed.ts"
import { flagOf, grouped, numberOf, short, sizesText, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { type Cell, column, frame, type Grid, type Part, row, type Scene, type Selection, sign, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, LayerFacts, Match, Numbers, Refusal, Subject } from "../subject.ts"

const count = (name: string, label: string, initial: number, maximum: number, help: string, names: Knob["arguments"] = {}): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: 1,
  maximum,
  limit: 1_000_000,
  help,
  arguments: names,
})

const KNOBS: readonly Knob[] = [
  count("in_features", "Inputs", 784, 4096, "Numbers that come in; a picture is flattened first.", { torch: "in_features" }),
  count("out_features", "Outputs", 128, 4096, "Neurons: numbers that come out.", { torch: "out_features", keras: "units", tfjs: "units" }),
  {
    kind: "flag",
    name: "bias",
    label: "Bias",
    initial: true,
    help: "One learned number is added to each output.",
    arguments: { torch: "bias", keras: "use_bias", tfjs: "useBias" },
  },
  count("batch", "Batch", 32, 256, "Examples that are computed together; they share the weights."),
]

const read = (knobs: Knobs) => ({
  inputs: numberOf(knobs, "in_features"),
  outputs: numberOf(knobs, "out_features"),
  hasBias: flagOf(knobs, "bias"),
  batch: numberOf(knobs, "batch"),
})

/** By the operator that analyses the reader's code. */
function computed(knobs: Knobs) {
  const { inputs, outputs, hasBias, batch } = read(knobs)
  const one = linear([1, inputs], [outputs, inputs])
  return {
    parameters: inputs * outputs + (hasBias ? outputs : 0),
    macs: Number(one.macs),
    batchMacs: Number(linear([batch, inputs], [outputs, inputs]).macs),
  }
}

function numbers(knobs: Knobs): Numbers {
  const { inputs, outputs, batch } = read(knobs)
  const { parameters, macs, batchMacs } = computed(knobs)
  return {
    quantities: [
      { name: "input", label: "Input", value: [batch, inputs] },
      { name: "output", label: "Output", value: [batch, outputs] },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs of one example", value: macs, note: `${grouped(batchMacs)} for the batch` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { inputs, outputs, hasBias } = read(knobs)
  const { parameters, macs } = computed(knobs)
  const bias = hasBias ? " + b" : ""
  return [
    { label: "Layer", tex: `y = W x${bias} \\qquad W \\in \\mathbb{R}^{${tex(outputs)} \\times ${tex(inputs)}}` },
    { label: "Parameters", tex: `${tex(outputs)} \\cdot ${tex(inputs)}${hasBias ? ` + ${tex(outputs)}` : ""} = ${tex(parameters)}` },
    { label: "MACs", tex: `${tex(outputs)} \\cdot ${tex(inputs)} = ${tex(macs)}` },
  ]
}

/** The worked example: so many inputs and outputs of the layer are shown. */
const SHOWN = { inputs: 5, outputs: 4 }
const weight = (output: number, input: number): number => exampleNumber(-2, 2, output, input, 3)
const inputNumber = (input: number): number => exampleNumber(0, 3, input, 11)
const biasNumber = (output: number): number => exampleNumber(-1, 1, output, 17)

function shownSizes(knobs: Knobs): { inputs: number; outputs: number } {
  const { inputs, outputs } = read(knobs)
  return { inputs: Math.min(inputs, SHOWN.inputs), outputs: Math.min(outputs, SHOWN.outputs) }
}

const numbersFrom = (length: number, of: (index: number) => number): number[] => Array.from({ length }, (_, index) => of(index))

function outputNumber(knobs: Knobs, output: number): number {
  const products = numbersFrom(shownSizes(knobs).inputs, (input) => weight(output, input) * inputNumber(input))
  return products.reduce((sum, product) => sum + product, read(knobs).hasBias ? biasNumber(output) : 0)
}

const grid = (id: string, label: string, tone: Grid["tone"], cells: readonly (readonly Cell[])[]): Grid => ({
  kind: "grid",
  id,
  tone,
  label,
  cells,
  side: 26,
})
const text = (value: number): string => signed(value)

/** A vector stands upright. */
const upright = (id: string, label: string, tone: Grid["tone"], length: number, of: (index: number) => Cell): Grid =>
  grid(
    id,
    label,
    tone,
    numbersFrom(length, (index) => index).map((index) => [of(index)]),
  )

const shade = (isRead: boolean): number => (isRead ? 0.62 : 0.1)

function weightsGrid(knobs: Knobs, moment: number): Grid {
  const { inputs, outputs } = shownSizes(knobs)
  const cell = (output: number, input: number): Cell => ({
    text: text(weight(output, input)),
    strength: shade(output === moment),
    moment: output,
  })
  const lines = numbersFrom(outputs, (output) => output).map((output) =>
    numbersFrom(inputs, (input) => input).map((input) => cell(output, input)),
  )
  return grid("weights", "W", "kernel", lines)
}

function arithmetic(knobs: Knobs, { moment }: Selection): Part {
  const { inputs, outputs } = shownSizes(knobs)
  const { hasBias } = read(knobs)
  const bias = (output: number): Cell => ({ text: text(biasNumber(output)), strength: shade(output === moment) })
  const result = (output: number): Cell => ({
    text: text(outputNumber(knobs, output)),
    isMarked: output === moment,
    isFaint: output > moment,
    moment: output,
  })
  const products = numbersFrom(inputs, (input) => input).map((input) => `${text(weight(moment, input))}·${text(inputNumber(input))}`)
  const terms = [...products, ...(hasBias ? [text(biasNumber(moment))] : [])]
  const equation: Part[] = [
    weightsGrid(knobs, moment),
    sign("·"),
    upright("input", "x", "input", inputs, (input) => ({ text: text(inputNumber(input)), strength: 0.3 })),
    ...(hasBias ? [sign("+"), upright("bias", "b", "third", outputs, bias)] : []),
    sign("="),
    upright("output", "y", "output", outputs, result),
  ]
  return column(
    [row(equation, 14), words(`y${moment + 1} = ${terms.join(" + ")} = ${text(outputNumber(knobs, moment))}`, { size: "small" })],
    12,
  )
}

function neurons(knobs: Knobs): Part {
  const { inputs, outputs } = read(knobs)
  return {
    kind: "columns",
    id: "neurons",
    layers: [
      { count: inputs, tone: "input", label: `${grouped(inputs)} inputs` },
      { count: outputs, tone: "output", label: `${grouped(outputs)} outputs` },
    ],
  }
}

/** A convolution of the same sizes would share its weights between places. */
function costs(knobs: Knobs): Part {
  const { inputs, outputs } = read(knobs)
  const { parameters } = computed(knobs)
  const shared = 9 + 1
  return {
    kind: "bars",
    id: "costs",
    label: "Weights",
    width: 190,
    rows: [
      { label: "this layer", value: parameters, text: short(parameters), tone: "output" },
      { label: "with twice the inputs", value: parameters + inputs * outputs, text: short(parameters + inputs * outputs), tone: "plain" },
      { label: "a 3 × 3 convolution, any size", value: shared, text: String(shared), tone: "third" },
    ],
  }
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { inputs, outputs } = read(knobs)
  const { parameters } = computed(knobs)
  const shown = shownSizes(knobs)
  const moment = Math.min(selection.moment, shown.outputs - 1)
  return {
    title: "Fully connected layer",
    description: `${grouped(inputs)} inputs are each joined to ${grouped(outputs)} outputs: ${grouped(parameters)} parameters. The example multiplies a ${sizesText([shown.outputs, shown.inputs])} matrix with ${shown.inputs} numbers.`,
    content: column([
      frame(selection, "neurons-frame", "Every output reads every input", row([neurons(knobs), costs(knobs)], 40)),
      frame(
        selection,
        "arithmetic",
        `One output after the other: the first ${shown.inputs} inputs and ${shown.outputs} outputs`,
        arithmetic(knobs, { ...selection, moment }),
      ),
    ]),
    moments: { count: shown.outputs, perRow: 1, names: "output" },
  }
}

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { inputs, outputs, hasBias, batch } = read(knobs)
  const refused = refusal(inputs * outputs)
  if (refused) return { refused }
  const { tensors } = backend
  const { parameters, macs } = computed(knobs)
  const rows = Math.max(1, Math.min(batch, Math.floor(backend.macsPerRun / macs)))
  const [x, weights, bias] = [
    backend.randomNormal([rows, inputs]),
    backend.randomNormal([inputs, outputs]),
    backend.randomNormal([outputs]),
  ]
  const run = () => (hasBias ? tensors.add(tensors.matMul(x, weights), bias) : tensors.matMul(x, weights))
  const result = run()
  const [values, left, right, added] = [
    await backend.values(result),
    await backend.values(x),
    await backend.values(weights),
    await backend.values(bias),
  ]
  let byHand = hasBias ? (added[0] ?? 0) : 0
  for (let input = 0; input < inputs; input++) byHand += (left[input] ?? 0) * (right[input * outputs] ?? 0)
  const [time] = await backend.time(run)
  return {
    backend: backend.name,
    rows: [
      compared("Output shape", sizesText([rows, outputs]), sizesText(result.shape)),
      compared("Parameters", grouped(parameters), grouped(weights.size + (hasBias ? bias.size : 0))),
      comparedNumber("First output, summed by hand", byHand, values[0] ?? Number.NaN),
    ],
    timings: time ? [{ what: `${rows} examples`, macs: macs * rows, ...time }] : [],
    note:
      rows === batch
        ? `A random batch of ${batch}.`
        : `A random batch of ${rows} instead of ${batch}, to be done in a moment; the weights are of full size.`,
  }
}

/** Dense kernels are [in, out], torch's weights [out, in]. */
function fromLayer({ type, weights, arguments: given, framework }: LayerFacts): Knobs | undefined {
  if (!/^(Lazy)?Linear$|^Dense$/.test(type)) return undefined
  const matrix = weights.find(({ name }) => /weight$|kernel$/.test(name))?.shape
  const [first, second] = matrix ?? []
  const [inputs, outputs] = framework === "torch" ? [second, first] : [first, second]
  const hasBias = weights.length > 0 ? weights.some(({ name }) => /bias$/.test(name)) : given["bias"] !== false
  return {
    ...(typeof inputs === "number" && { in_features: inputs }),
    ...(typeof outputs === "number" && { out_features: outputs }),
    bias: hasBias,
  }
}

function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    const label =
      knobs &&
      `Fully connected · ${grouped(Number(knobs["in_features"] ?? Number.NaN))} → ${grouped(Number(knobs["out_features"] ?? Number.NaN))}`
    return knobs && label && !label.includes("NaN") ? [{ layers: [layer.path], label, knobs }] : []
  })
}

export const fullyConnected: Subject = {
  id: "fully-connected",
  title: "Fully connected layer",
  group: "foundations",
  summary: "Every output is a weighted sum of all inputs; the whole layer is one matrix product.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Multiplies a random batch by a random matrix in TensorFlow.js: shape, parameters, and the first output against a sum by hand.",
  check,
  recognise,
  fromLayer,
}
