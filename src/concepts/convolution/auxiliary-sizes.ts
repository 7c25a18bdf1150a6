/** The knobs of auxiliary classifiers, and what follows from them: the heads, the counts, the small network whose gradients are followed. */
import { numberOf, pairOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import { BENDS, gradientsByHand, smallDeep } from "./auxiliary-gradients.ts"
import { alexNet, auxiliaryHead, googLeNet, totalOf, upTo } from "./googlenet.ts"
import { channels, IMAGE_SIZE } from "./sliding.ts"

export const AUXILIARY_KNOBS: readonly Knob[] = [
  {
    kind: "number",
    name: "weight",
    label: "Weight of each head's loss",
    initial: 0.3,
    minimum: 0,
    maximum: 1,
    limit: 10,
    step: 0.05,
    help: "What a head's loss is multiplied by before it is added; 0.3 in the paper.",
  },
  {
    kind: "choice",
    name: "heads",
    label: "Heads",
    initial: "both",
    help: "Behind which blocks of GoogLeNet auxiliary classifiers stand.",
    choices: [
      { value: "both", label: "behind 4a and 4d, the paper's" },
      { value: "first", label: "behind 4a only" },
      { value: "second", label: "behind 4d only" },
      { value: "none", label: "none" },
    ],
  },
  { ...channels("classes", "Classes", 1000, "Scores that every head gives."), maximum: 1000 } as Knob,
  channels("filters", "1×1 in a head", 128, "Filters of the convolution in a head."),
  { ...channels("hidden", "Hidden in a head", 1024, "Neurons of a head's first fully connected layer."), maximum: 2048 } as Knob,
  { ...IMAGE_SIZE, initial: 224, minimum: 32, maximum: 448 } as Knob,
  {
    kind: "number",
    name: "depth",
    label: "Layers of the small network",
    initial: 12,
    minimum: 2,
    maximum: 24,
    limit: 40,
    help: "Of the network whose gradients are followed and executed.",
  },
  {
    kind: "number",
    name: "attached",
    label: "Its head behind layer",
    initial: 4,
    minimum: 1,
    maximum: 23,
    limit: 39,
    help: "Where the small network's auxiliary head reads.",
  },
  {
    kind: "choice",
    name: "bend",
    label: "Its activation",
    initial: "sigmoid",
    help: "Through sigmoids gradients vanish; through ReLU with good first weights they hardly do.",
    choices: BENDS,
  },
]

const PLACES: Readonly<Record<string, readonly string[]>> = { both: ["4a", "4d"], first: ["4a"], second: ["4d"], none: [] }

export const readAuxiliary = (knobs: Knobs) => ({
  weight: numberOf(knobs, "weight"),
  places: PLACES[String(knobs["heads"])] ?? [],
  classes: numberOf(knobs, "classes"),
  sizes: { filters: numberOf(knobs, "filters"), hidden: numberOf(knobs, "hidden"), classes: numberOf(knobs, "classes") },
  depth: numberOf(knobs, "depth"),
  attached: numberOf(knobs, "attached"),
  bend: String(knobs["bend"]),
})

export function auxiliaryOf(knobs: Knobs) {
  const { places, sizes, classes } = readAuxiliary(knobs)
  const trunk = googLeNet(pairOf(knobs, "image"), classes)
  const heads = places.map((place) => {
    const before = upTo(trunk, place)
    const maps = before.at(-1)?.output ?? []
    const stages = auxiliaryHead(maps, sizes)
    return { place, maps, depth: totalOf(before, "depth"), stages, parameters: totalOf(stages, "parameters") }
  })
  return {
    trunk,
    heads,
    depth: totalOf(trunk, "depth"),
    parameters: totalOf(trunk, "parameters"),
    added: heads.reduce((sum, { parameters }) => sum + parameters, 0),
    alexNet: totalOf(alexNet(classes), "parameters"),
  }
}

export type Auxiliary = ReturnType<typeof auxiliaryOf>

/** Of the small network, first layer first. */
export function followed(knobs: Knobs) {
  const { depth, attached, bend, weight } = readAuxiliary(knobs)
  return gradientsByHand(smallDeep(depth, attached, bend), weight)
}
