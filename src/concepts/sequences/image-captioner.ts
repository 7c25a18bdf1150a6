/** The subject "image captioner": a convolutional network sees, attention chooses where to look, an LSTM writes a sentence. */
import type { Model } from "../../model/model.ts"
import { percent, texNumber as tex } from "../knobs.ts"
import { ancestorsOf, patternGraph } from "../pattern-graph.ts"
import type { Knob, Knobs, Match, Numbers, Subject } from "../subject.ts"
import { captionerParts, readCaptioner } from "./captioner-parts.ts"
import { hiddenOf } from "./encoder-decoder-in-model.ts"
import { checkCaptioner } from "./image-captioner-check.ts"
import { captionerScene } from "./image-captioner-diagram.ts"
import { countKnob } from "./recurrent-layer.ts"

const KNOBS: readonly Knob[] = [
  countKnob("side", "Image side", 224, 448, "Pixels; both sides are equal.", { minimum: 32, step: 16, limit: 1024 }),
  {
    kind: "choice",
    name: "encoder",
    label: "Encoder",
    initial: "19",
    help: "The convolutions that make the feature map, without their last pooling.",
    choices: [
      { value: "16", label: "VGG-16" },
      { value: "19", label: "VGG-19 (the paper's)" },
    ],
  },
  countKnob("attention", "Attention size", 256, 512, "Numbers in which a place and the state are compared."),
  countKnob("embedding", "Embedding size", 256, 512, "Numbers that stand for a word."),
  countKnob("hidden_size", "Hidden size", 512, 1024, "Numbers in the LSTM's state."),
  countKnob("vocabulary", "Vocabulary", 5000, 20_000, "Words that can be written.", { minimum: 2, step: 100, limit: 100_000 }),
  countKnob("length", "Caption length", 12, 40, "Words, the end included."),
]

function numbers(knobs: Knobs): Numbers {
  const { length } = readCaptioner(knobs)
  const { places, map, parts, parameters, macs } = captionerParts(knobs)
  const [cnn] = parts
  return {
    quantities: [
      { name: "map", label: "Feature map", value: map, note: `${places} places with ${map[0]} numbers each` },
      { name: "weights", label: "Attention weights", value: [length, places], note: "one map for each word" },
      { name: "parameters", label: "Parameters", value: parameters, note: `${percent(cnn?.parameters ?? 0, parameters)} in the encoder` },
      { name: "macs", label: "MACs", value: macs, note: `${percent(cnn?.macs ?? 0, macs)} in the encoder` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { attention, hidden, length } = readCaptioner(knobs)
  const { places, map, parts } = captionerParts(knobs)
  const [channels = 0] = map
  const attending = parts.find(({ name }) => name === "attention")?.macs ?? 0
  const once = `${places} \\cdot ${channels} \\cdot ${tex(attention)}`
  return [
    { label: "Score", tex: "e_{t,i} = v^\\top \\tanh(W a_i + U h_{t-1})" },
    { label: "Weights", tex: `\\alpha_t = \\mathrm{softmax}(e_t), \\quad i = 1, \\dots, ${places}` },
    { label: "Context", tex: `z_t = \\sum_i \\alpha_{t,i} \\, a_i \\in \\mathbb{R}^{${channels}}` },
    {
      label: "Attention's MACs",
      tex: `${once} + ${length} \\, (${tex(hidden)} \\cdot ${tex(attention)} + ${places} \\cdot ${tex(attention)} + ${places} \\cdot ${channels}) = ${tex(attending)}`,
    },
  ]
}

/** A recurrent operation that reads words and what convolutions saw. */
function recognise(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = new Map<string, Match>()
  for (const node of graph) {
    if (node.role !== "recurrent" || !node.layer || found.has(node.layer.path) || node.name.startsWith("conv")) continue
    const before = [...ancestorsOf(graph, node.index)].flatMap((index) => graph[index] ?? [])
    const convolutions = before.filter(({ role, shape }) => role === "convolution" && shape.length === 4)
    const hasWords = before.some(({ role }) => role === "embedding")
    if (convolutions.length < 3 || !hasWords) continue
    const attends = before.some(({ role }) => role === "softmax" || role === "attention")
    const hidden = hiddenOf(node)
    const name = node.name.replace(/cell$/, "").toUpperCase()
    found.set(node.layer.path, {
      layers: [node.layer.path],
      label: `Image captioner · CNN${attends ? ", attention" : ""}, ${name}`,
      knobs: hidden === undefined ? {} : { hidden_size: hidden },
    })
  }
  return [...found.values()]
}

export const imageCaptioner: Subject = {
  id: "image-captioner",
  title: "Image captioner",
  group: "sequences",
  summary: "A convolutional network sees the image, attention chooses places in it for each word, an LSTM writes the sentence.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: captionerScene,
  checked:
    "Executes the picture's attention in TensorFlow.js against its numbers by hand, then one step at full size: weights sum to one, order of places does not matter, parameters are counted.",
  check: checkCaptioner,
  recognise,
  // A pattern of many layers: none of them means it alone.
  fromLayer: () => undefined,
}
