/** The subject "DCGAN": a GAN whose generator is of transposed convolutions and whose discriminator is of strided ones. */
import { grouped, sizesText, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkDcgan } from "./dcgan-check.ts"
import { dcganDiagram } from "./dcgan-diagram.ts"
import { dcgansIn } from "./dcgan-in-models.ts"
import { dcganOf, isPowerOfTwo } from "./dcgan-networks.ts"

const KNOBS: readonly Knob[] = [
  countKnob("latent", "Noise", 100, 512, "Random numbers the generator starts from."),
  countKnob(
    "filters",
    "Filters beside the image",
    64,
    128,
    "Of the layer next to the image, in both networks; each layer further in has twice as many.",
  ),
  {
    kind: "number",
    name: "image",
    label: "Image side",
    initial: 64,
    minimum: 8,
    maximum: 128,
    limit: 256,
    step: 8,
    help: "Pixels: 4, doubled some times.",
  },
  countKnob("channels", "Colour channels", 3, 4, "Of the image."),
]

function numbers(knobs: Knobs): Numbers {
  const { image } = dcganOf(knobs)
  if (!isPowerOfTwo(image)) {
    return { quantities: [], problems: [`A side of ${grouped(image)} is not 4 doubled some times: choose 8, 16, 32, 64 or 128.`] }
  }
  const { made, judged, macs, generator, discriminator } = dcganOf(knobs)
  return {
    quantities: [
      { name: "generator", label: "Generator's parameters", value: made },
      { name: "discriminator", label: "Discriminator's parameters", value: judged, note: "not needed afterwards" },
      { name: "macs", label: "MACs to make one image", value: macs },
      { name: "layers", label: "Layers of each network", value: generator.length },
      { name: "first", label: "First maps", value: sizesText(generator[0]?.shape ?? []) },
      { name: "last", label: "Last maps judged", value: sizesText(discriminator.at(-2)?.shape ?? []) },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { generator, discriminator, latent, made, judged } = dcganOf(knobs)
  const side = generator[0]?.shape[1] ?? 4
  const [filters = 1] = generator[0]?.shape ?? []
  const sum = (layers: typeof generator): string => layers.map(({ parameters }) => tex(parameters)).join(" + ")
  return [
    { label: "A side doubles", tex: `(H - 1)\\, s + k - 2p = ${side - 1} \\cdot 2 + 4 - 2 = ${2 * side}` },
    {
      label: "First layer",
      tex: `${tex(latent)} \\cdot ${tex(filters)} \\cdot 4^2 + 2 \\cdot ${tex(filters)} = ${tex(generator[0]?.parameters ?? 0)}`,
    },
    { label: "Generator", tex: `${sum(generator)} = ${tex(made)}` },
    { label: "Discriminator", tex: `${sum(discriminator)} = ${tex(judged)}` },
  ]
}

export const dcgan: Subject = {
  id: "dcgan",
  title: "DCGAN",
  group: "generative",
  summary: "A GAN of convolutions: transposed ones grow noise to an image, strided ones shrink an image to a verdict.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: dcganDiagram,
  checked: "Runs both networks layer by layer, paints the worked example, and plays some rounds on small images in TensorFlow.js.",
  check: checkDcgan,
  recognise: dcgansIn,
  // Two networks against each other: no layer means it alone.
  fromLayer: () => undefined,
}
