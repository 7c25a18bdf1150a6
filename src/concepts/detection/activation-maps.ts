/** The subject "activation maps and masking": where in the image a class was seen, and the image times that mask. */
import { numberOf, percent, sizesText, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkActivationMaps } from "./activation-maps-check.ts"
import { activationMapScene } from "./activation-maps-diagram.ts"
import { pooledClassifiersIn } from "./pooled-classifier.ts"
import { CLASSES, classOf, MAP, exampleMap, maskOf, scoreOf } from "./seen-animal.ts"

const KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "class",
    label: "Class",
    initial: "cat",
    help: "Whose map of the example is shown.",
    choices: CLASSES.map(({ name }) => ({ value: name, label: name })),
  },
  {
    kind: "choice",
    name: "method",
    label: "Method",
    initial: "cam",
    help: "Weights of the last layer, or gradients; only gradients serve any network.",
    choices: [
      { value: "cam", label: "CAM: the classifier's weights" },
      { value: "grad", label: "Grad-CAM: mean gradients, then ReLU" },
    ],
  },
  {
    kind: "number",
    name: "threshold",
    label: "Threshold",
    initial: 0.4,
    minimum: 0.05,
    maximum: 0.95,
    limit: 1,
    step: 0.05,
    help: "Share of the largest value from which on a place belongs to the mask.",
  },
  countKnob("channels", "Feature maps", 512, 2048, "Of the last convolution."),
  { ...countKnob("map", "Side of a map", 7, 28, "In cells."), limit: 64 } as Knob,
  countKnob("image", "Image side", 224, 512, "In pixels; the map is enlarged to it."),
]

export const settingsOf = (knobs: Knobs) => ({
  animal: classOf(knobs),
  isGradient: knobs["method"] === "grad",
  threshold: numberOf(knobs, "threshold"),
  channels: numberOf(knobs, "channels"),
  map: numberOf(knobs, "map"),
  image: numberOf(knobs, "image"),
})

function numbers(knobs: Knobs): Numbers {
  const { animal, channels, map, image, threshold } = settingsOf(knobs)
  if (map > image) return { quantities: [], problems: [`A map of ${map} cells is larger than the image of ${image} pixels.`] }
  const kept = maskOf(knobs).flat().filter(Boolean).length
  return {
    quantities: [
      { name: "maps", label: "Feature maps", value: [channels, map, map] },
      {
        name: "pixels",
        label: "One cell stands for",
        value: sizesText([image / map, image / map].map(Math.round)),
        note: "pixels; nets see more around it",
      },
      { name: "macs", label: "MACs of a map", value: channels * map * map, note: "no backward pass with CAM" },
      { name: "score", label: `Example: score of ${animal.name}`, value: scoreOf(animal).toFixed(2), note: "before softmax, without bias" },
      { name: "share", label: "Example: mask keeps", value: percent(kept, maskOf(knobs).flat().length), note: `threshold ${threshold}` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { animal, isGradient, channels, map } = settingsOf(knobs)
  const cells = tex(map * map)
  const mean =
    exampleMap(animal)
      .flat()
      .reduce((sum, value) => sum + value, 0) /
    MAP ** 2
  return [
    {
      label: isGradient ? "Grad-CAM" : "CAM",
      tex: isGradient
        ? `M(y, x) = \\max\\Big(0, \\sum_{k=1}^{${tex(channels)}} \\alpha_k F_k(y, x)\\Big), \\quad \\alpha_k = \\frac{1}{${cells}} \\sum_{y, x} \\frac{\\partial s}{\\partial F_k(y, x)}`
        : `M(y, x) = \\sum_{k=1}^{${tex(channels)}} w_k F_k(y, x)`,
    },
    {
      label: "Its mean is the score",
      tex: `\\frac{1}{${MAP * MAP}} \\sum_{y, x} \\sum_k w_k F_k(y, x) = \\sum_k w_k \\overline{F_k} = ${mean.toFixed(2)}`,
    },
    { label: "Behind mean pooling", tex: `\\alpha_k = \\frac{w_k}{${cells}}: \\text{ both methods show the same where } M > 0` },
  ]
}

/** Pooling over all places: what goes in are the maps. */
function fromLayer({ type, input, framework }: LayerFacts): Knobs | undefined {
  if (!/^(AdaptiveAvgPool2d|GlobalAveragePooling2D|GlobalAvgPool2D)$/.test(type)) return undefined
  const [, first, second, third] = input ?? []
  const [channels, map] = framework === "torch" ? [first, second] : [third, first]
  return {
    ...(typeof channels === "number" && channels > 0 && { channels }),
    ...(typeof map === "number" && map > 0 && map <= 64 && { map }),
  }
}

export const activationMaps: Subject = {
  id: "activation-maps",
  title: "Activation maps and masking",
  group: "detection",
  summary: "Feature maps, weighted by what they mean for a class, show where it was seen; multiplied with the image they leave only that.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: activationMapScene,
  checked:
    "Makes the map in TensorFlow.js: its mean against the score of the pooled network, weights from back-propagated gradients against the classifier's, and the score of what the mask keeps.",
  check: checkActivationMaps,
  recognise: pooledClassifiersIn,
  fromLayer,
}
