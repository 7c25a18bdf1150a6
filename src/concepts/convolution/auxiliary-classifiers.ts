/** The subject "auxiliary classifiers": heads in the middle of a deep network, whose losses help to train it, and GoogLeNet counted. */
import { texNumber as tex } from "../knobs.ts"
import type { Knobs, Numbers, Subject } from "../subject.ts"
import { checkAuxiliary } from "./auxiliary-check.ts"
import { auxiliaryScene } from "./auxiliary-diagram.ts"
import { auxiliaryHeadsIn } from "./auxiliary-in-model.ts"
import { AUXILIARY_KNOBS, auxiliaryOf, followed, readAuxiliary } from "./auxiliary-sizes.ts"

function problemsOf(knobs: Knobs): readonly string[] {
  const { depth, attached } = readAuxiliary(knobs)
  const { trunk, heads } = auxiliaryOf(knobs)
  const missing = attached >= depth ? [`A head behind layer ${attached} needs more than ${depth} layers.`] : []
  return [
    ...trunk.flatMap(({ problems }) => problems),
    ...heads.flatMap(({ stages }) => stages.flatMap(({ problems }) => problems)),
    ...missing,
  ]
}

const times = (whole: number, part: number): string => Number((whole / part).toPrecision(3)).toString()

function numbers(knobs: Knobs): Numbers {
  const problems = [...new Set(problemsOf(knobs))]
  if (problems.length > 0) return { quantities: [], problems }
  const { depth, parameters, added, alexNet, heads } = auxiliaryOf(knobs)
  const [first] = followed(knobs)
  const nearest = heads[0] ? heads[0].depth + heads[0].stages.reduce((sum, each) => sum + each.depth, 0) : depth
  return {
    quantities: [
      { name: "depth", label: "Layers with weights", value: depth, note: "on the longest way through GoogLeNet" },
      { name: "nearest", label: "From the nearest loss", value: nearest, note: "layers with weights to the first one" },
      { name: "parameters", label: "GoogLeNet in use", value: parameters },
      { name: "added", label: "Heads add", value: added, note: "while training only" },
      { name: "alexnet", label: "AlexNet", value: alexNet },
      { name: "fewer", label: "Times fewer", value: times(alexNet, parameters), note: "the paper says 12" },
      {
        name: "gain",
        label: "Small network, layer 1",
        value: `${times(first?.both ?? 0, first?.main || Number.NaN)} times`,
        note: "the gradient with its head against without",
      },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { weight, sizes } = readAuxiliary(knobs)
  const { trunk, heads, parameters, alexNet, depth } = auxiliaryOf(knobs)
  const depths = trunk.map((each) => each.depth).filter((each) => each > 0)
  const [head] = heads
  const [channels = 0] = head?.maps ?? []
  const flat = (head?.stages[1]?.output ?? []).reduce((product, each) => product * each, 1)
  const sum = ["L_{main}", ...heads.map(({ place }) => `${weight} \\cdot L_{${place}}`)].join(" + ")
  const inHead = head && {
    label: "Parameters of a head",
    tex: `(${tex(channels)} + 1) \\cdot ${tex(sizes.filters)} + (${tex(flat)} + 1) \\cdot ${tex(sizes.hidden)} + (${tex(sizes.hidden)} + 1) \\cdot ${tex(sizes.classes)} = ${tex(head.parameters)}`,
  }
  return [
    { label: "Loss while training", tex: `L = ${sum}` },
    ...(inHead ? [inHead] : []),
    { label: "Layers with weights", tex: `${depths.join(" + ")} = ${depth}` },
    { label: "Against AlexNet", tex: `\\frac{${tex(alexNet)}}{${tex(parameters)}} = ${times(alexNet, parameters)}` },
  ]
}

export const auxiliaryClassifiers: Subject = {
  id: "auxiliary-classifiers",
  title: "Auxiliary classifiers and GoogLeNet",
  group: "convolution",
  summary:
    "Heads in the middle of a deep network add their losses with weight 0.3 while it trains, so that gradients need not come all the way.",
  knobs: AUXILIARY_KNOBS,
  numbers,
  formulas,
  diagram: auxiliaryScene,
  checked: `Executes a head, and back-propagates through a small deep network with and without one: how much gradient reaches each layer.`,
  check: checkAuxiliary,
  recognise: auxiliaryHeadsIn,
  // One layer alone is no head.
  fromLayer: () => undefined,
}
