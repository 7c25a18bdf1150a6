/** The subject "CycleGAN": translating between two kinds of images without pairs, by the demand that what goes forth comes back. */
import { grouped, sizesText, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkCycleGan } from "./cyclegan-check.ts"
import { cycleDiagram } from "./cyclegan-diagram.ts"
import { cycleGansIn } from "./cyclegan-in-models.ts"
import { cycleOf } from "./cyclegan-networks.ts"
import { SHAPES } from "./plane-points.ts"

const scaleKnob = (name: string, label: string, initial: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: -2,
  maximum: 2,
  limit: 4,
  step: 0.1,
  help,
})

const KNOBS: readonly Knob[] = [
  {
    kind: "number",
    name: "image",
    label: "Image side",
    initial: 256,
    minimum: 24,
    maximum: 512,
    limit: 2048,
    step: 4,
    help: "Pixels; divisible by 4.",
  },
  countKnob("channels", "Colour channels", 3, 4, "Of the images, in both sets."),
  countKnob("filters", "First filters", 64, 128, "Of the first layers; deeper ones have two, four, eight times as many."),
  countKnob("blocks", "Residual blocks", 9, 16, "In each generator: 6 for images of 128, 9 from 256 on."),
  {
    kind: "number",
    name: "weight",
    label: "Weight λ of the cycle",
    initial: 10,
    minimum: 1,
    maximum: 20,
    limit: 100,
    help: "How much the way back counts beside the discriminators' verdicts.",
  },
  scaleKnob("forth", "Example: G scales by", 1.5, "In the worked cycle, what G does to every number."),
  scaleKnob("back", "Example: F scales by", 0.5, "In the worked cycle; it undoes G where the product is 1."),
  {
    kind: "choice",
    name: "shape",
    label: "Points of y",
    initial: "ring",
    help: "What the live check's G is to make of points on a bent line.",
    choices: SHAPES,
  },
  {
    kind: "number",
    name: "rounds",
    label: "Rounds",
    initial: 60,
    minimum: 30,
    maximum: 120,
    limit: 200,
    help: "Of each of the live check's two games.",
  },
]

function numbers(knobs: Knobs): Numbers {
  const { image, parameters, judge, macs, verdicts, patch, loss } = cycleOf(knobs)
  return {
    quantities: [
      { name: "generator", label: "Parameters of a generator", value: parameters, note: "there are two" },
      { name: "discriminator", label: "Parameters of a discriminator", value: judge, note: "two as well, not needed afterwards" },
      { name: "all", label: "Parameters in training", value: 2 * (parameters + judge) },
      { name: "macs", label: "MACs to translate one image", value: macs },
      { name: "verdicts", label: "Verdicts on an image", value: sizesText(verdicts), note: `each on ${patch} × ${patch} pixels` },
      { name: "loss", label: "Cycle loss of the example", value: loss.toFixed(3) },
    ],
    problems:
      image % 4 === 0
        ? []
        : [`A side of ${grouped(image)} is not divisible by 4: halved twice and doubled twice, another size would come back.`],
  }
}

function formulas(knobs: Knobs) {
  const { weight, forth, back, error, loss, parameters, judge } = cycleOf(knobs)
  return [
    {
      label: "Cycle",
      tex: "\\mathcal{L}_{cyc} = \\mathbb{E}_x \\lVert F(G(x)) - x \\rVert_1 + \\mathbb{E}_y \\lVert G(F(y)) - y \\rVert_1",
    },
    { label: "Together", tex: `\\mathcal{L}_{GAN}(G, D_Y) + \\mathcal{L}_{GAN}(F, D_X) + ${weight} \\, \\mathcal{L}_{cyc}` },
    {
      label: "The example",
      tex: `\\lambda \\cdot \\overline{|${back} \\cdot ${forth} \\, x - x|} = ${weight} \\cdot ${error.toFixed(3)} = ${loss.toFixed(3)}`,
    },
    { label: "In training", tex: `2 \\cdot (${tex(parameters)} + ${tex(judge)}) = ${tex(2 * (parameters + judge))}` },
  ]
}

export const cyclegan: Subject = {
  id: "cyclegan",
  title: "CycleGAN",
  group: "generative",
  summary: "Two generators translate between two kinds of images without pairs: what goes forth must come back the same.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: cycleDiagram,
  checked:
    "Back-propagates the example's cycle, and trains two maps between sets of points against two discriminators, without the cycle and with it, in TensorFlow.js.",
  check: checkCycleGan,
  recognise: cycleGansIn,
  // Four networks together: no layer means it alone.
  fromLayer: () => undefined,
}
