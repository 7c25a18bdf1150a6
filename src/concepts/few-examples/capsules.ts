/** The subject "capsules": vectors instead of numbers, squash instead of ReLU, routing by agreement instead of pooling. */
import { numberOf, grouped, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkCapsules } from "./capsules-check.ts"
import { capsulesScene } from "./capsules-diagram.ts"
import { routingIn } from "./capsules-in-model.ts"
import { lengthOf, type Routed, route } from "./capsule-routing.ts"
import { examplePredictions, NAMES } from "./capsules-example.ts"

const KNOBS: readonly Knob[] = [
  { ...countKnob("below", "Capsules below", 1152, 2048, "In the paper 32 kinds at each of 6 × 6 places."), limit: 16_384 } as Knob,
  countKnob("in_numbers", "Numbers of each", 8, 32, "A capsule below is a vector of so many numbers."),
  countKnob("above", "Capsules above", 10, 100, "One for each class or larger part."),
  countKnob("out_numbers", "Numbers of each above", 16, 64, "Its direction says how the part is placed, its length whether it is there."),
  { ...countKnob("iterations", "Routing iterations", 3, 12, "How often shares are reconsidered."), limit: 30 } as Knob,
  {
    kind: "number",
    name: "agreement",
    label: "Agreement in the example",
    initial: 0.9,
    minimum: 0,
    maximum: 1,
    limit: 1,
    step: 0.05,
    help: "How alike four of five capsules below see the first capsule above.",
  },
]

export function computed(knobs: Knobs) {
  const [below, size, above, wide] = ["below", "in_numbers", "above", "out_numbers"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
  ]
  const iterations = numberOf(knobs, "iterations")
  const weights = below * size * above * wide
  const predictions = examplePredictions(numberOf(knobs, "agreement"))
  const rounds = route(predictions, iterations)
  return {
    below,
    size,
    above,
    wide,
    iterations,
    weights,
    // Every iteration sums what is expected, and all but the last compare it with the sum.
    routing: (2 * iterations - 1) * below * above * wide,
    predictions,
    rounds,
    last: rounds.at(-1) as Routed,
  }
}

function numbers(knobs: Knobs): Numbers {
  const { below, size, above, wide, weights, routing, last } = computed(knobs)
  const [first = 0, second = 0] = last.outputs.map(lengthOf)
  const share = last.couplings[0]?.[0] ?? 0
  return {
    quantities: [
      { name: "input", label: "Below", value: [below, size] },
      { name: "output", label: "Above", value: [above, wide] },
      { name: "parameters", label: "Parameters", value: weights, note: "a matrix for each pair of capsules" },
      { name: "macs", label: "MACs", value: weights + routing, note: `${grouped(routing)} of them routing` },
      {
        name: "share",
        label: `Example: share of a capsule for the ${NAMES[0]}`,
        value: `${(100 * share).toFixed(0)} %`,
        note: "50 % before routing",
      },
      { name: "lengths", label: "Example: lengths", value: `${first.toFixed(2)}, ${second.toFixed(2)}`, note: `${NAMES[0]}, ${NAMES[1]}` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { below, size, above, wide, weights, last } = computed(knobs)
  const [sum = 0, output = 0] = [lengthOf(last.sums[0] ?? []), lengthOf(last.outputs[0] ?? [])]
  return [
    {
      label: "What is expected",
      tex: `\\hat{u}_{j|i} = W_{ij} u_i, \\quad ${tex(below)} \\cdot ${tex(above)} \\cdot ${tex(size)} \\cdot ${tex(wide)} = ${tex(weights)} \\text{ weights}`,
    },
    {
      label: "Routing",
      tex: "c_i = \\mathrm{softmax}(b_i), \\quad s_j = \\textstyle\\sum_i c_{ij} \\hat{u}_{j|i}, \\quad b_{ij} \\leftarrow b_{ij} + \\hat{u}_{j|i} \\cdot v_j",
    },
    {
      label: "Squash",
      tex: `v = \\frac{|s|^2}{1 + |s|^2} \\frac{s}{|s|}, \\quad |v| = \\frac{${sum.toFixed(2)}^2}{1 + ${sum.toFixed(2)}^2} = ${output.toFixed(2)}`,
    },
  ]
}

export const capsules: Subject = {
  id: "capsules",
  title: "Capsules",
  group: "few-examples",
  summary:
    "Vectors whose length says whether a part is there and whose direction says how it is placed; parts go to the whole on which they agree.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: (knobs, selection) => capsulesScene(computed(knobs), selection),
  checked:
    "Routes in TensorFlow.js: the example against numbers by hand, the slope of squash by back-propagation, and how much the vectors still change from iteration to iteration.",
  check: checkCapsules,
  recognise: routingIn,
  // No framework has a layer for it.
  fromLayer: () => undefined,
}
