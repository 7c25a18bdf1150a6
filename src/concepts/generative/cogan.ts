/** The subject "CoGAN": two GANs that share layers learn two sets of images that belong together, without pairs. */
import { percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkCoGan } from "./cogan-check.ts"
import { coupledDiagram } from "./cogan-diagram.ts"
import { coupledOf } from "./cogan-example.ts"
import { coupledGansIn } from "./cogan-in-models.ts"
import { SHAPES } from "./plane-points.ts"

const sharedKnob = (name: string, label: string, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial: 3,
  minimum: 0,
  maximum: 7,
  limit: 7,
  help,
})

const KNOBS: readonly Knob[] = [
  countKnob("latent", "Noise", 100, 512, "Random numbers both generators start from: the same ones."),
  countKnob("hidden", "Hidden layers", 256, 512, "Numbers in each of them, in all four networks."),
  countKnob("size", "Size of an example", 784, 3000, "Numbers, of either set: 784 are an image of 28 × 28."),
  {
    kind: "number",
    name: "depth",
    label: "Layers",
    initial: 4,
    minimum: 2,
    maximum: 8,
    limit: 8,
    help: "With weights, in each of the four networks.",
  },
  sharedKnob("first", "Shared by the generators", "Their first layers: what is shown, before how it looks."),
  sharedKnob("last", "Shared by the discriminators", "Their last layers: what is seen, after how it looked."),
  {
    kind: "number",
    name: "weight",
    label: "Example: shared weight",
    initial: 0.5,
    minimum: -2,
    maximum: 2,
    limit: 4,
    step: 0.1,
    help: "In the worked example, whose slope comes from both sides.",
  },
  {
    kind: "choice",
    name: "shape",
    label: "Real points",
    initial: "ring",
    help: "The live check's first set; its second is the same, smaller.",
    choices: SHAPES,
  },
  {
    kind: "number",
    name: "rounds",
    label: "Rounds",
    initial: 80,
    minimum: 40,
    maximum: 120,
    limit: 200,
    help: "Of each of the live check's two games.",
  },
]

function numbers(knobs: Knobs): Numbers {
  const { generators, discriminators, together, apart, slopes, problems } = coupledOf(knobs)
  return {
    quantities: [
      {
        name: "generators",
        label: "Parameters of both generators",
        value: generators.together,
        note: `${percent(generators.together, generators.apart)} of two apart`,
      },
      {
        name: "discriminators",
        label: "Parameters of both discriminators",
        value: discriminators.together,
        note: `${percent(discriminators.together, discriminators.apart)} of two apart`,
      },
      { name: "together", label: "All four, coupled", value: together },
      { name: "apart", label: "All four, apart", value: apart },
      { name: "saved", label: "Saved by sharing", value: apart - together, note: percent(apart - together, apart) },
      { name: "slope", label: "Shared weight's slope", value: (slopes[0] + slopes[1]).toFixed(3), note: "in the example" },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { together, apart, generators, discriminators, slopes } = coupledOf(knobs)
  return [
    {
      label: "The game",
      tex: "\\min_{G_1, G_2} \\max_{D_1, D_2} \\; V(D_1, G_1) + V(D_2, G_2) \\quad \\text{with shared layers}",
    },
    {
      label: "Parameters",
      tex: `${tex(apart)} - ${tex(generators.shared)} - ${tex(discriminators.shared)} = ${tex(together)}`,
    },
    {
      label: "A shared weight",
      tex: `\\frac{\\partial (L_1 + L_2)}{\\partial w} = ${slopes[0].toFixed(3)} + (${slopes[1].toFixed(3)}) = ${(slopes[0] + slopes[1]).toFixed(3)}`,
    },
  ]
}

export const cogan: Subject = {
  id: "cogan",
  title: "Coupled GANs (CoGAN)",
  group: "generative",
  summary: "Two GANs share the layers that decide what is shown: from the same noise they make two images that belong together.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: coupledDiagram,
  checked:
    "Makes all weights and counts them, back-propagates both losses to a shared weight, and plays two games, coupled and apart, in TensorFlow.js.",
  check: checkCoGan,
  recognise: coupledGansIn,
  // Four networks together: no layer means it alone.
  fromLayer: () => undefined,
}
