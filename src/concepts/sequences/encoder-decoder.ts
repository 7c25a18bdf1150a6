/** The subject "encoder–decoder": one network makes a representation of the input, another makes the output from it. */
import { linear } from "../../operators/multiply.ts"
import type { Gates } from "../../operators/recur.ts"
import { grouped, numberOf, short, sizesText, texNumber as tex } from "../knobs.ts"
import { column, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkEncoderDecoder } from "./encoder-decoder-check.ts"
import { encoderDecodersIn } from "./encoder-decoder-in-model.ts"
import { costOf, countKnob, HIDDEN_SIZE, INPUT_SIZE, LENGTH, ONE_LAYER, type RecurrentSizes } from "./recurrent-layer.ts"
import { chainsExample } from "./two-chains-example.ts"
import { contextPart, drawnSteps, feedbackEdges, lettered, type Steps, stepsEdges, stepsPart } from "./two-chains.ts"

export const CELLS = [
  { value: "1", label: "plain RNN" },
  { value: "3", label: "GRU" },
  { value: "4", label: "LSTM" },
] as const

export const CELL: Knob = {
  kind: "choice",
  name: "cell",
  label: "Cell",
  initial: "3",
  help: "What both networks are made of here; convolutions and attention serve as well.",
  choices: CELLS,
}

export const cellName = (gates: Gates): string => ({ 1: "RNN", 3: "GRU", 4: "LSTM" })[gates]
export const gatesOf = (knobs: Knobs): Gates => (knobs["cell"] === "4" ? 4 : knobs["cell"] === "1" ? 1 : 3)

const KNOBS: readonly Knob[] = [
  { ...INPUT_SIZE, arguments: {} } as Knob,
  { ...HIDDEN_SIZE, arguments: {} } as Knob,
  countKnob("output_size", "Output size", 32, 512, "Numbers that come out at each step."),
  CELL,
  { ...LENGTH, label: "Input length" } as Knob,
  countKnob("output_length", "Output length", 6, 100, "Steps that are written; as many as wanted, whatever was read."),
]

export function partsOf(knobs: Knobs) {
  const gates = gatesOf(knobs)
  const hidden = numberOf(knobs, "hidden_size")
  const [length, outputLength, outputSize] = [numberOf(knobs, "length"), numberOf(knobs, "output_length"), numberOf(knobs, "output_size")]
  const encoder: RecurrentSizes = { ...ONE_LAYER, input: numberOf(knobs, "input_size"), hidden, length }
  const decoder: RecurrentSizes = { ...ONE_LAYER, input: outputSize, hidden, length: outputLength }
  const readout = {
    parameters: hidden * outputSize + outputSize,
    macs: Number(linear([1, outputLength, hidden], [outputSize, hidden]).macs),
  }
  const [read, written] = [costOf(gates, encoder), costOf(gates, decoder)]
  return {
    gates,
    encoder,
    decoder,
    outputSize,
    /** An LSTM hands over its cell too. */
    context: gates === 4 ? 2 * hidden : hidden,
    cost: { read, written, readout },
    parameters: read.parameters + written.parameters + readout.parameters,
    macs: read.macs + written.macs + readout.macs,
  }
}

function numbers(knobs: Knobs): Numbers {
  const { encoder, decoder, outputSize, context, parameters, macs } = partsOf(knobs)
  const read = encoder.length * encoder.input
  return {
    quantities: [
      { name: "input", label: "Input", value: [encoder.length, encoder.input] },
      { name: "context", label: "Context", value: context, note: `for ${grouped(read)} numbers that were read` },
      { name: "output", label: "Output", value: [decoder.length, outputSize] },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { encoder, decoder, context, cost, parameters } = partsOf(knobs)
  return [
    { label: "Encoder", tex: `c = f_{enc}(x_1, \\dots, x_{${tex(encoder.length)}}) \\in \\mathbb{R}^{${tex(context)}}` },
    { label: "Decoder", tex: `y_t = f_{dec}(y_{t-1}, s_{t-1}), \\quad s_0 = c, \\quad t = 1, \\dots, ${tex(decoder.length)}` },
    {
      label: "Parameters",
      tex: `${tex(cost.read.parameters)} + ${tex(cost.written.parameters)} + ${tex(cost.readout.parameters)} = ${tex(parameters)}`,
    },
  ]
}

function stepsOf(knobs: Knobs, moment: number): readonly [Steps, Steps] {
  const { gates, encoder, decoder } = partsOf(knobs)
  const cell = cellName(gates)
  const reader: Steps = {
    prefix: "read",
    length: encoder.length,
    cell,
    tone: "kernel",
    above: undefined,
    below: lettered("x"),
    now: Math.min(moment, drawnSteps(encoder)),
    note: `${encoder.input} numbers each`,
  }
  const writer: Steps = {
    ...reader,
    prefix: "write",
    length: decoder.length,
    tone: "third",
    above: lettered("y"),
    below: undefined,
    now: -1,
  }
  const now = moment - drawnSteps(encoder) - 1
  return [reader, { ...writer, now, note: `${decoder.input} numbers each` }]
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { encoder, decoder, context, outputSize } = partsOf(knobs)
  const [reader, writer] = stepsOf(knobs, selection.moment)
  const lines = [`${grouped(context)} numbers`, "all that the decoder", "sees of the input"]
  return {
    title: "Encoder–decoder",
    description: `An encoder reads ${encoder.length} steps of ${encoder.input} numbers into a context of ${context} numbers; a decoder writes ${decoder.length} steps of ${outputSize} numbers from it, each step reading the one before.`,
    content: column([
      frame(selection, "network", "Read all, then write", row([stepsPart(reader), contextPart("context", lines), stepsPart(writer)], 40)),
      frame(
        selection,
        "numbers",
        `Step ${selection.moment + 1}, in two numbers (GRU)`,
        chainsExample(drawnSteps(encoder), selection.moment),
      ),
      frame(selection, "bottleneck", "Through the bottleneck, and what the parts cost", row([sizes(knobs), costs(knobs)], 30)),
      frame(selection, "kinds", "The same idea elsewhere", kinds(), false),
    ]),
    edges: [
      ...stepsEdges(reader),
      ...stepsEdges(writer, "third"),
      ...feedbackEdges(writer),
      { from: `read${drawnSteps(reader) - 1}`, to: "context", kind: "flow", tone: "second" },
      { from: "context", to: "write0", kind: "flow", tone: "second" },
    ],
    moments: { count: drawnSteps(reader) + 1 + drawnSteps(writer), perRow: 1, names: "step" },
  }
}

function sizes(knobs: Knobs): Part {
  const { encoder, decoder, context, outputSize } = partsOf(knobs)
  const [read, written] = [encoder.length * encoder.input, decoder.length * outputSize]
  return {
    kind: "bars",
    id: "numbers",
    label: "Numbers",
    width: 150,
    rows: [
      { label: "read", value: read, text: `${short(read)} = ${sizesText([encoder.length, encoder.input])}`, tone: "input" },
      { label: "context", value: context, text: short(context), tone: "second" },
      { label: "written", value: written, text: `${short(written)} = ${sizesText([decoder.length, outputSize])}`, tone: "output" },
    ],
  }
}

function costs(knobs: Knobs): Part {
  const { cost } = partsOf(knobs)
  return {
    kind: "bars",
    id: "parameters",
    label: "Parameters",
    width: 150,
    rows: [
      { label: "encoder", value: cost.read.parameters, text: short(cost.read.parameters), tone: "kernel" },
      { label: "decoder", value: cost.written.parameters, text: short(cost.written.parameters), tone: "third" },
      { label: "read-out", value: cost.readout.parameters, text: short(cost.readout.parameters), tone: "output" },
    ],
  }
}

const kinds = (): Part =>
  words(
    [
      "translation: both recurrent, or both stacks of attention (transformer)",
      "captions: the encoder convolutional, the decoder recurrent",
      "segmentation: both convolutional; U-Net hands details over by skips",
      "autoencoder: the output is the input again, and the context is what one wants",
    ],
    { align: "start" },
  )

export const encoderDecoder: Subject = {
  id: "encoder-decoder",
  title: "Encoder–decoder",
  group: "sequences",
  summary: "One network reads the input into a representation, another writes the output from it; lengths and kinds may differ.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Executes encoder and decoder in TensorFlow.js, counts their weights, and measures by back-propagation that the input reaches the output through the context only.",
  check: checkEncoderDecoder,
  recognise: encoderDecodersIn,
  // A pattern of several layers: none of them means it alone.
  fromLayer: () => undefined,
}
