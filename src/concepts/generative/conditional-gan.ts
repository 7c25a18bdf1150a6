/** The subject "conditional GAN": both networks are told a label, so that one can ask for what is made. */
import { percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkConditional } from "./conditional-check.ts"
import { conditionalDiagram } from "./conditional-diagram.ts"
import { conditionalOf, WORKED } from "./conditional-example.ts"
import { conditionalGansIn } from "./conditional-in-models.ts"

const KNOBS: readonly Knob[] = [
  { kind: "number", name: "classes", label: "Classes", initial: 10, minimum: 2, maximum: 20, limit: 1000, help: "Labels there are." },
  {
    kind: "number",
    name: "label",
    label: "Label",
    initial: 3,
    minimum: 0,
    maximum: 9,
    limit: 999,
    help: "What is asked for, counted from 0.",
  },
  {
    kind: "choice",
    name: "told",
    label: "Told as",
    initial: "embedding",
    help: "What stands for a class.",
    choices: [
      { value: "embedding", label: "embedding (learned)" },
      { value: "one-hot", label: "one-hot" },
    ],
  },
  countKnob("embedding", "Embedding size", 10, 128, "Numbers in a row of the table; one-hot needs as many as classes."),
  countKnob("latent", "Noise", 100, 512, "Random numbers the generator starts from: latent_dim."),
  countKnob("hidden", "Hidden layer", 128, 1024, "Of both networks."),
  { kind: "number", name: "side", label: "Image side", initial: 28, minimum: 4, maximum: 64, limit: 256, help: "Pixels." },
  countKnob("channels", "Colour channels", 1, 4, "Of the image."),
  {
    kind: "number",
    name: "rounds",
    label: "Rounds",
    initial: 100,
    minimum: 40,
    maximum: 200,
    limit: 300,
    help: "Of each of the live check's two games.",
  },
]

function numbers(knobs: Knobs): Numbers {
  const { generator, discriminator, told, plain, width, table, worked, problems } = conditionalOf(knobs)
  return {
    quantities: [
      { name: "generator", label: "Generator's parameters", value: generator, note: `${percent(told, plain.generator)} more than untold` },
      {
        name: "discriminator",
        label: "Discriminator's parameters",
        value: discriminator,
        note: `${percent(told, plain.discriminator)} more than untold`,
      },
      { name: "told", label: "For the label, in each", value: told, note: table > 0 ? "table and weights" : "weights alone" },
      { name: "width", label: "Numbers for a label", value: width },
      { name: "hears", label: "A hidden number gets", value: worked.before.toFixed(2), note: "in the example" },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { told, table, width, hidden, classes, isEmbedded, worked } = conditionalOf(knobs)
  return [
    {
      label: "The game",
      tex: "\\min_G \\max_D \\; \\mathbb{E}_{x, y} [\\log D(x \\mid y)] + \\mathbb{E}_{z, y} [\\log (1 - D(G(z \\mid y) \\mid y))]",
    },
    {
      label: "For the label",
      tex: isEmbedded
        ? `${tex(classes)} \\cdot ${tex(width)} + ${tex(width)} \\cdot ${tex(hidden)} = ${tex(table)} + ${tex(width * hidden)} = ${tex(told)}`
        : `${tex(classes)} \\cdot ${tex(hidden)} = ${tex(told)}`,
    },
    {
      label: "One hidden number",
      tex: `w_z \\cdot z + w_e \\cdot e(y) + b = ${worked.noise.toFixed(2)} + (${(worked.adds[worked.own] ?? 0).toFixed(2)}) + ${WORKED.bias} = ${worked.before.toFixed(2)}`,
    },
  ]
}

export const conditionalGan: Subject = {
  id: "conditional-gan",
  title: "Conditional GAN",
  group: "generative",
  summary: "Generator and discriminator are both told a label: then one can ask for what is made.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: conditionalDiagram,
  checked: "Makes all weights and counts them, computes the worked example, and plays games with and without labels in TensorFlow.js.",
  check: checkConditional,
  recognise: conditionalGansIn,
  // Two networks against each other: no layer means it alone.
  fromLayer: () => undefined,
}
