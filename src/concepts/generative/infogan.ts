/** The subject "InfoGAN": a code that must be recoverable from what was made of it, by a bound on mutual information. */
import { texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkInfoGan } from "./infogan-check.ts"
import { infoDiagram } from "./infogan-diagram.ts"
import { infoGansIn } from "./infogan-in-models.ts"
import { infoOf } from "./infogan-information.ts"

const decimal = (name: string, label: string, initial: number, maximum: number, help: string, minimum = 0): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: maximum,
  step: 0.1,
  help,
})

const KNOBS: readonly Knob[] = [
  countKnob("noise", "Noise", 62, 256, "Random numbers that may mean anything."),
  {
    kind: "number",
    name: "categories",
    label: "Categories",
    initial: 4,
    minimum: 2,
    maximum: 10,
    limit: 20,
    help: "Of the discrete code: one of them is drawn for each example.",
  },
  {
    kind: "number",
    name: "continuous",
    label: "Continuous codes",
    initial: 2,
    minimum: 0,
    maximum: 8,
    limit: 64,
    help: "Numbers that are to vary something smoothly, such as slant.",
  },
  countKnob("hidden", "Hidden layer", 128, 1024, "Of both networks; Q reads the discriminator's."),
  countKnob("size", "Size of an example", 784, 3000, "Numbers: 784 are an image of 28 × 28."),
  decimal("apart", "Distance", 2, 6, "Between what is made of neighbouring codes, in standard deviations."),
  decimal(
    "trust",
    "Trust of Q",
    0.4,
    3,
    "In what it sees: with 1 it is the true posterior, with 0 it knows nothing, above 1 it is too sure.",
  ),
  decimal("weight", "Weight λ", 1, 4, "Of the bound beside the discriminator's verdict.", 0.5),
  {
    kind: "number",
    name: "rounds",
    label: "Rounds",
    initial: 60,
    minimum: 40,
    maximum: 120,
    limit: 150,
    help: "Of each of the live check's two games.",
  },
]

function numbers(knobs: Knobs): Numbers {
  const { given, generator, discriminator, recovery, entropy, information, bound } = infoOf(knobs)
  return {
    quantities: [
      { name: "given", label: "Numbers the generator reads", value: given },
      { name: "generator", label: "Generator's parameters", value: generator },
      { name: "discriminator", label: "Discriminator's parameters", value: discriminator },
      { name: "recovery", label: "Parameters Q adds", value: recovery, note: "a last layer beside the verdict's" },
      { name: "entropy", label: "Entropy of the discrete code", value: entropy.toFixed(3), note: "nats" },
      { name: "information", label: "Mutual information, exact", value: information.toFixed(3), note: "nats" },
      {
        name: "bound",
        label: "Bound by the example's Q",
        value: bound.toFixed(3),
        note: bound < 0 ? "worse than knowing nothing" : "nats",
      },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { weight, entropy, bound, information, hidden, categories, continuous, recovery } = infoOf(knobs)
  return [
    { label: "The game", tex: `\\min_{G, Q} \\max_D \\; V(D, G) - ${weight} \\, L_I(G, Q)` },
    { label: "The bound", tex: "I(c; G(z, c)) \\geq L_I = H(c) + \\mathbb{E}_{c,\\, x = G(z, c)} [\\log Q(c \\mid x)]" },
    {
      label: "The example",
      tex: `${information.toFixed(3)} \\geq ${entropy.toFixed(3)} - ${(entropy - bound).toFixed(3)} = ${bound.toFixed(3)}`,
    },
    {
      label: "What Q adds",
      tex: `(${tex(hidden)} + 1) \\cdot (${categories} + ${continuous}) = ${tex(recovery)}`,
    },
  ]
}

export const infogan: Subject = {
  id: "infogan",
  title: "InfoGAN",
  group: "generative",
  summary: "A GAN that finds meaningful controls by itself: a part of its noise must be recoverable from what is made.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: infoDiagram,
  checked: "Samples the bound against the exact information, trains a Q, and plays games without the bound and with it, in TensorFlow.js.",
  check: checkInfoGan,
  recognise: infoGansIn,
  // Two networks against each other: no layer means it alone.
  fromLayer: () => undefined,
}
