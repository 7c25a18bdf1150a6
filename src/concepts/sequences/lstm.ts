/** The subject "LSTM": a memory cell that is written and erased through gates, so that gradients pass many steps. */
import { grouped, percent, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import type { Knob, Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import type { Model } from "../../model/model.ts"
import { lstmScene } from "./lstm-diagram.ts"
import { checkLayer } from "./recurrent-check.ts"
import { costOf, layerKnobs, layerSizes, readBy, readSizes, type RecurrentSizes, stateSize } from "./recurrent-layer.ts"

const KNOBS: readonly Knob[] = [
  ...layerKnobs({ two: "two (PyTorch)", one: "one (Keras, TensorFlow.js)" }),
  {
    kind: "number",
    name: "proj_size",
    label: "Projection",
    initial: 0,
    minimum: 0,
    maximum: 256,
    limit: 4096,
    help: "The hidden state is projected to so many numbers before it goes on; 0 for none.",
    arguments: { torch: "proj_size" },
  },
]

function numbers(knobs: Knobs): Numbers {
  const sizes = readSizes(knobs)
  if (sizes.projection >= sizes.hidden && sizes.projection > 0)
    return { quantities: [], problems: [`A projection of ${sizes.projection} is not smaller than the hidden size of ${sizes.hidden}.`] }
  const cost = costOf(4, sizes)
  const gru = costOf(3, { ...sizes, projection: 0 }).parameters
  return {
    quantities: [
      { name: "output", label: "All hidden states", value: cost.output },
      {
        name: "state",
        label: "Last h",
        value: [sizes.layers * sizes.directions, stateSize(sizes)],
        note: "one for each layer and direction",
      },
      { name: "cell", label: "Last c", value: [sizes.layers * sizes.directions, sizes.hidden] },
      {
        name: "parameters",
        label: "Parameters",
        value: cost.parameters,
        note: `${percent(cost.parameters, gru)} of a GRU's ${grouped(gru)}`,
      },
      { name: "macs", label: "MACs", value: cost.macs, note: `${sizes.length} step${sizes.length > 1 ? "s" : ""} of one sequence` },
    ],
    problems: [],
  }
}

/** Of one cell, with the numbers of the layer. */
function cellTex(sizes: RecurrentSizes, layer: number): string {
  const [hidden, state, input] = [tex(sizes.hidden), tex(stateSize(sizes)), tex(readBy(sizes, layer))]
  const projected = sizes.projection > 0 ? ` + ${hidden} \\cdot ${state}` : ""
  return `4 \\cdot ${hidden} \\, (${input} + ${state} + ${sizes.biases})${projected}`
}

function formulas(knobs: Knobs) {
  const sizes = readSizes(knobs)
  const { parameters, macs } = costOf(4, sizes)
  const shown = [...new Set([0, ...(sizes.layers > 1 ? [1] : [])])].map((layer) => cellTex(sizes, layer))
  const repeated = sizes.layers > 2 ? `${sizes.layers - 1} \\cdot ${shown[1]}` : shown[1]
  const sum = [shown[0], repeated].filter((part) => part !== undefined).join(" + ")
  const all = sizes.directions === 2 ? `2 \\left( ${sum} \\right)` : sum
  return [
    { label: "Cell", tex: "c_t = f_t \\odot c_{t-1} + i_t \\odot g_t" },
    { label: "Hidden state", tex: `h_t = ${sizes.projection > 0 ? "W_p \\," : ""} o_t \\odot \\tanh(c_t)` },
    { label: "Gates", tex: "f_t, i_t, o_t = \\sigma(W x_t + U h_{t-1} + b) \\qquad g_t = \\tanh(W_g x_t + U_g h_{t-1} + b_g)" },
    { label: "Parameters", tex: `${all} = ${tex(parameters)}` },
    {
      label: "MACs",
      tex: `T \\cdot (\\text{weights without bias}) = ${tex(sizes.length)} \\cdot ${tex(macs / sizes.length)} = ${tex(macs)}`,
    },
  ]
}

const fromLayer = (facts: LayerFacts): Knobs | undefined => layerSizes(facts, "LSTM")

function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    if (!knobs) return []
    const isKnown = knobs["input_size"] !== undefined && knobs["hidden_size"] !== undefined
    const directions = knobs["bidirectional"] === true ? "bidirectional " : ""
    const label = isKnown ? `${directions}LSTM · ${costLabel(knobs)}` : `${directions}LSTM`
    return [{ layers: [layer.path], label, knobs }]
  })
}

function costLabel(knobs: Knobs): string {
  const sizes = readSizes({ num_layers: 1, bidirectional: false, length: 1, ...knobs })
  return `${grouped(costOf(4, sizes).parameters)} parameters, 4 products a step`
}

export const lstm: Subject = {
  id: "lstm",
  title: "LSTM (long short-term memory)",
  group: "sequences",
  summary: "A recurrent cell with a memory beside its state: gates decide what is erased, written and shown, so that it lasts many steps.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: lstmScene,
  checked:
    "Executes the picture's cell in TensorFlow.js against its numbers by hand; then the layer of these knobs, step by step, with its weights counted beside a GRU's.",
  check: (backend, knobs) => checkLayer(backend, 4, readSizes(knobs)),
  recognise,
  fromLayer,
}
