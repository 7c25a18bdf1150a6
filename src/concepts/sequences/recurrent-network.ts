/** The subject "recurrent network": one cell unrolled in time, gradients back through time, and teacher forcing, which is another thing. */
import type { Model } from "../../model/model.ts"
import { flagOf, grouped, numberOf, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import type { Knob, Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { checkRecurrence } from "./recurrent-network-check.ts"
import { recurrenceScene } from "./recurrent-network-diagram.ts"
import { costOf, countKnob, HIDDEN_SIZE, INPUT_SIZE, LENGTH, layerSizes, ONE_LAYER } from "./recurrent-layer.ts"
import { backThrough, readChain, scientific, texPower } from "./recurrence.ts"

const KNOBS: readonly Knob[] = [
  { ...LENGTH, initial: 8 } as Knob,
  {
    kind: "number",
    name: "weight",
    label: "Recurrent weight w",
    initial: 0.9,
    minimum: 0,
    maximum: 2.5,
    limit: 10,
    step: 0.05,
    help: "What the state is multiplied by at each step, in the small chain of one number.",
  },
  countKnob("window", "Truncated after", 8, 100, "Back-propagation stops after so many steps; what lies before is not learned from."),
  {
    kind: "flag",
    name: "teacher_forcing",
    label: "Teacher forcing",
    initial: true,
    help: "While training, each step reads the true value before it, not the one the network predicted.",
  },
  INPUT_SIZE,
  HIDDEN_SIZE,
]

const sizesOf = (knobs: Knobs) => ({
  ...ONE_LAYER,
  input: numberOf(knobs, "input_size"),
  hidden: numberOf(knobs, "hidden_size"),
  length: numberOf(knobs, "length"),
})

function numbers(knobs: Knobs): Numbers {
  const chain = readChain(knobs)
  const cost = costOf(1, sizesOf(knobs))
  const reached = Math.min(chain.window, chain.length)
  return {
    quantities: [
      { name: "parameters", label: "Parameters", value: cost.parameters, note: "the same at every step" },
      { name: "macs", label: "MACs", value: cost.macs, note: `forward, ${grouped(chain.length)} steps` },
      {
        name: "gradient",
        label: "Gradient at the first step",
        value: scientific(backThrough(chain)[0]?.gradient ?? 0),
        note: "of the last state",
      },
      {
        name: "stored",
        label: "Kept for the way back",
        value: reached * numberOf(knobs, "hidden_size"),
        note: `states of ${grouped(reached)} step${reached > 1 ? "s" : ""}`,
      },
      { name: "fed", label: "Fed back in training", value: flagOf(knobs, "teacher_forcing") ? "the true value" : "its own prediction" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const chain = readChain(knobs)
  const { hidden, input } = sizesOf(knobs)
  const gradient = backThrough(chain)[0]?.gradient ?? 0
  const span = chain.length - 1
  return [
    { label: "Step", tex: "h_t = \\tanh(W x_t + U h_{t-1} + b)" },
    {
      label: "Jacobian",
      tex: `\\frac{\\partial h_t}{\\partial h_{t-1}} = \\mathrm{diag}(1 - h_t^2)\\, U \\qquad (1 - h_t^2) \\cdot ${chain.weight}`,
    },
    {
      label: "Through time",
      tex: `\\frac{\\partial h_{${chain.length}}}{\\partial h_1} = \\prod_{t=2}^{${chain.length}} (1 - h_t^2)\\, w = ${texPower(gradient)} \\qquad |\\cdot| \\le ${chain.weight}^{${span}}`,
    },
    {
      label: "Parameters",
      tex: `H (I + H + 2) = ${tex(hidden)} \\, (${tex(input)} + ${tex(hidden)} + 2) = ${tex(costOf(1, sizesOf(knobs)).parameters)}`,
    },
  ]
}

function fromLayer(facts: LayerFacts): Knobs | undefined {
  const sizes = layerSizes(facts, "RNN")
  if (!sizes) return undefined
  const { input_size, hidden_size, length } = sizes
  return Object.fromEntries(
    Object.entries({ input_size, hidden_size, length }).filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
}

/** Plain recurrent layers; gated ones are subjects of their own. */
function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    return knobs ? [{ layers: [layer.path], label: "Recurrent network · no gates: gradients vanish or explode with length", knobs }] : []
  })
}

export const recurrentNetwork: Subject = {
  id: "recurrent-network",
  title: "Recurrent network (RNN)",
  group: "sequences",
  summary: "One cell, applied at every step with the same weights, that hands a state to itself; learning goes back through all steps.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: recurrenceScene,
  checked:
    "Back-propagates through the unrolled chain in TensorFlow.js against the product of Jacobians, with and without truncation; then lets a trained predictor run free.",
  check: checkRecurrence,
  recognise,
  fromLayer,
}
