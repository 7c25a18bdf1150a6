/** The subject "GRU": one state, two gates; the update gate shares it out between old and new. */
import type { Model } from "../../model/model.ts"
import { grouped, percent, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import type { Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { gruScene } from "./gru-diagram.ts"
import { checkLayer } from "./recurrent-check.ts"
import { costOf, layerKnobs, layerSizes, readBy, readSizes } from "./recurrent-layer.ts"

const KNOBS = layerKnobs({ two: "two (PyTorch, Keras)", one: "one (TensorFlow.js)" })

function numbers(knobs: Knobs): Numbers {
  const sizes = readSizes(knobs)
  const [cost, lstm] = [costOf(3, sizes), costOf(4, sizes)]
  return {
    quantities: [
      { name: "output", label: "All states", value: cost.output },
      {
        name: "state",
        label: "Last state",
        value: [sizes.layers * sizes.directions, sizes.hidden],
        note: "one for each layer and direction",
      },
      {
        name: "parameters",
        label: "Parameters",
        value: cost.parameters,
        note: `${percent(cost.parameters, lstm.parameters)} of an LSTM's ${grouped(lstm.parameters)}`,
      },
      { name: "macs", label: "MACs", value: cost.macs, note: `${percent(cost.macs, lstm.macs)} of an LSTM's ${grouped(lstm.macs)}` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const sizes = readSizes(knobs)
  const { parameters, macs } = costOf(3, sizes)
  const cells = sizes.layers > 1 ? [0, 1] : [0]
  const terms = cells.map((layer) => {
    const times = layer === 1 && sizes.layers > 2 ? `${sizes.layers - 1} \\cdot ` : ""
    return `${times}3 \\cdot ${tex(sizes.hidden)} \\, (${tex(readBy(sizes, layer))} + ${tex(sizes.hidden)} + ${sizes.biases})`
  })
  const sum = terms.join(" + ")
  return [
    { label: "State", tex: "h_t = z_t \\odot h_{t-1} + (1 - z_t) \\odot n_t" },
    { label: "Candidate", tex: "n_t = \\tanh(W_n x_t + b_n + r_t \\odot (U_n h_{t-1} + b'_n))" },
    { label: "Gates", tex: "r_t, z_t = \\sigma(W x_t + U h_{t-1} + b)" },
    { label: "Parameters", tex: `${sizes.directions === 2 ? `2 \\left( ${sum} \\right)` : sum} = ${tex(parameters)}` },
    {
      label: "MACs",
      tex: `T \\cdot (\\text{weights without bias}) = ${tex(sizes.length)} \\cdot ${tex(macs / sizes.length)} = ${tex(macs)}`,
    },
  ]
}

const fromLayer = (facts: LayerFacts): Knobs | undefined => layerSizes(facts, "GRU")

function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    return knobs ? [{ layers: [layer.path], label: labelOf(knobs), knobs }] : []
  })
}

function labelOf(knobs: Knobs): string {
  if (knobs["input_size"] === undefined || knobs["hidden_size"] === undefined) return "GRU"
  const sizes = readSizes({ num_layers: 1, bidirectional: false, length: 1, ...knobs })
  const lstm = costOf(4, sizes).parameters
  return `GRU · ${percent(costOf(3, sizes).parameters, lstm)} of an LSTM's parameters`
}

export const gru: Subject = {
  id: "gru",
  title: "GRU (gated recurrent unit)",
  group: "sequences",
  summary: "A recurrent cell with one state and two gates: an LSTM's idea with three quarters of its weights.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: gruScene,
  checked:
    "Executes the picture's cell in TensorFlow.js against its numbers by hand; then the layer of these knobs, step by step, with its weights counted beside an LSTM's.",
  check: (backend, knobs) => checkLayer(backend, 3, readSizes(knobs)),
  recognise,
  fromLayer,
}
