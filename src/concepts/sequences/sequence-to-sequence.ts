/** The subject "sequence to sequence": tokens in, tokens out, one conditional probability after the other. */
import { linear } from "../../operators/multiply.ts"
import type { Model } from "../../model/model.ts"
import { grouped, numberOf, percent, short, texNumber as tex } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode } from "../pattern-graph.ts"
import { column, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { Knob, Knobs, Match, Numbers, Subject } from "../subject.ts"
import { CELL, cellName, gatesOf } from "./encoder-decoder.ts"
import { cellOf, handovers, hiddenOf, repeats } from "./encoder-decoder-in-model.ts"
import { costOf, countKnob, LENGTH, ONE_LAYER } from "./recurrent-layer.ts"
import { checkTranslation } from "./sequence-to-sequence-check.ts"
import { contextPart, drawnSteps, feedbackEdges, type Steps, stepsEdges, stepsPart } from "./two-chains.ts"

const vocabulary = (name: string, label: string, initial: number): Knob =>
  countKnob(name, label, initial, 50_000, "Different tokens; each has a vector of its own in the embedding.", {
    minimum: 2,
    step: 100,
    limit: 250_000,
  })

const KNOBS: readonly Knob[] = [
  vocabulary("source_vocabulary", "Source vocabulary", 8000),
  vocabulary("target_vocabulary", "Target vocabulary", 10_000),
  countKnob("embedding", "Embedding size", 256, 1024, "Numbers that stand for a token."),
  countKnob("hidden_size", "Hidden size", 512, 1024, "Numbers in the state."),
  { ...CELL, initial: "4" } as Knob,
  { ...LENGTH, label: "Source length" } as Knob,
  countKnob("output_length", "Target length", 12, 100, "Tokens that are written, the end token included."),
]

const read = (knobs: Knobs) => ({
  gates: gatesOf(knobs),
  source: numberOf(knobs, "source_vocabulary"),
  target: numberOf(knobs, "target_vocabulary"),
  embedding: numberOf(knobs, "embedding"),
  hidden: numberOf(knobs, "hidden_size"),
  length: numberOf(knobs, "length"),
  outputLength: numberOf(knobs, "output_length"),
})

/** The parts' parameters and multiply-accumulates, for one pair of sentences. */
export function partsOf(knobs: Knobs) {
  const { gates, source, target, embedding, hidden, length, outputLength } = read(knobs)
  const [encoder, decoder] = [length, outputLength].map((steps) => costOf(gates, { ...ONE_LAYER, input: embedding, hidden, length: steps }))
  const output = Number(linear([1, outputLength, hidden], [target, hidden]).macs)
  const parts = [
    { name: "source embedding", parameters: source * embedding, macs: 0, shape: [source, embedding] },
    { name: "encoder", parameters: encoder?.parameters ?? 0, macs: encoder?.macs ?? 0 },
    { name: "target embedding", parameters: target * embedding, macs: 0, shape: [target, embedding] },
    { name: "decoder", parameters: decoder?.parameters ?? 0, macs: decoder?.macs ?? 0 },
    { name: "output layer", parameters: target * hidden + target, macs: output },
  ]
  const total = (of: "parameters" | "macs") => parts.reduce((sum, part) => sum + part[of], 0)
  return { parts, parameters: total("parameters"), macs: total("macs"), gates }
}

function numbers(knobs: Knobs): Numbers {
  const { length, outputLength, target, hidden, gates } = read(knobs)
  const { parameters, macs, parts } = partsOf(knobs)
  const last = parts.at(-1)
  return {
    quantities: [
      { name: "source", label: "Source", value: [length], note: "tokens" },
      { name: "context", label: "Context", value: gates === 4 ? 2 * hidden : hidden, note: gates === 4 ? "h and c" : "numbers" },
      { name: "output", label: "Output", value: [outputLength, target], note: "a probability for every token" },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: `${percent(last?.macs ?? 0, macs)} in the output layer` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { outputLength, target } = read(knobs)
  const { parts, parameters } = partsOf(knobs)
  return [
    { label: "Probability", tex: `p(y \\mid x) = \\prod_{t=1}^{${tex(outputLength)}} p(y_t \\mid y_1, \\dots, y_{t-1}, x)` },
    { label: "Output", tex: `p(y_t \\mid \\cdot) = \\mathrm{softmax}(W s_t + b) \\in \\mathbb{R}^{${tex(target)}}` },
    { label: "Parameters", tex: `${parts.map((part) => tex(part.parameters)).join(" + ")} = ${tex(parameters)}` },
  ]
}

const SOURCE = ["I", "like", "tea", "end"]
const TARGET = ["ich", "mag", "Tee", "end"]
/** What the example's softmax makes of these; the highest is what was to be written. */
const SCORES = [
  [3.1, 0.4, 0.2, -0.6],
  [0.1, 2.6, 0.9, -0.3],
  [0.2, 0.1, 3.4, 1.2],
  [-0.5, -0.2, 0.3, 3.2],
]

function chains(knobs: Knobs, moment: number): readonly [Steps, Steps] {
  const { gates, length, outputLength } = read(knobs)
  const cell = cellName(gates)
  const reader: Steps = {
    prefix: "read",
    length,
    cell,
    tone: "kernel",
    above: undefined,
    below: (at) => SOURCE[at] ?? "",
    now: Math.min(moment, drawnSteps({ length })),
  }
  const now = moment - drawnSteps({ length })
  const below = (at: number): string => (at === 0 ? "start" : (TARGET[at - 1] ?? ""))
  return [reader, { prefix: "write", length: outputLength, cell, tone: "third", above: (at) => TARGET[at] ?? "", below, now }]
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const [reader, writer] = chains(knobs, selection.moment)
  const step = Math.max(0, Math.min(writer.now, drawnSteps(writer) - 1))
  const { parameters } = partsOf(knobs)
  return {
    title: "Sequence to sequence",
    description: `An encoder reads ${reader.length} tokens; a decoder starts from its last state and a start token and writes ${writer.length} tokens, each chosen by a softmax over the vocabulary and read again at the next step. ${grouped(parameters)} parameters together.`,
    content: column([
      frame(
        selection,
        "translation",
        "Read to the end, then write until the end token",
        row(
          [
            stepsPart(reader),
            contextPart("context", [
              `${grouped(read(knobs).gates === 4 ? 2 * read(knobs).hidden : read(knobs).hidden)} numbers`,
              "last state",
            ]),
            stepsPart(writer),
          ],
          34,
        ),
      ),
      frame(selection, "softmax", `Which token at step ${step + 1}`, row([choice(step), modes()], 40)),
      frame(selection, "costs", "Where the parameters and the work are", costs(knobs)),
    ]),
    edges: [
      ...stepsEdges(reader),
      ...stepsEdges(writer, "third"),
      ...feedbackEdges(writer),
      { from: `read${drawnSteps(reader) - 1}`, to: "context", kind: "flow", tone: "second" },
      { from: "context", to: "write0", kind: "flow", tone: "second" },
    ],
    moments: { count: drawnSteps(reader) + drawnSteps(writer), perRow: 1, names: "step" },
  }
}

function choice(step: number): Part {
  const scores = SCORES[step] ?? []
  const powers = scores.map(Math.exp)
  const sum = powers.reduce((total, value) => total + value, 0)
  const best = Math.max(...powers)
  return {
    kind: "bars",
    id: "choice",
    label: "Softmax of four tokens, an example",
    width: 150,
    rows: powers.map((power, at) => ({
      label: TARGET[at] ?? "",
      value: power / sum,
      text: `${percent(power, sum)} · score ${scores[at]}`,
      tone: power === best ? ("output" as const) : ("plain" as const),
    })),
  }
}

const modes = (): Part =>
  words(
    [
      "training: reads the true token before",
      "(teacher forcing), whatever it chose",
      "",
      "use: reads the token it chose itself;",
      "greedy takes the best, beam search",
      "keeps several beginnings",
    ],
    { isQuiet: true, size: "small", align: "start" },
  )

function costs(knobs: Knobs): Part {
  const { parts, parameters, macs } = partsOf(knobs)
  const bars = (id: string, label: string, of: "parameters" | "macs", all: number): Part => ({
    kind: "bars",
    id,
    label,
    width: 130,
    rows: parts.map((part) => ({
      label: part.name,
      value: part[of],
      text: `${short(part[of])} · ${percent(part[of], all)}`,
      tone: "output" as const,
    })),
  })
  return row([bars("parameter-bars", "Parameters", "parameters", parameters), bars("mac-bars", "MACs", "macs", macs)], 24)
}

/** One recurrence reads a sequence, another one writes: tokens, or a result for each of its steps. */
function recognise(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  return [...handovers(graph), ...repeats(graph)].flatMap(({ encoder, decoder }) => {
    const isOfTokens = [encoder, decoder].every((node) => embedsWithin(graph, node.inputs[0], 6))
    if (!(isOfTokens || isWriting(graph, decoder, model)) || !encoder.layer || !decoder.layer) return []
    const hidden = hiddenOf(encoder)
    const knobs = { ...cellOf(decoder), ...(hidden !== undefined && { hidden_size: hidden }) }
    const name = (node: typeof encoder) => node.name.replace(/cell$/, "").toUpperCase()
    return [
      {
        layers: [encoder.layer.path, decoder.layer.path],
        label: `Sequence to sequence · ${name(encoder)} reads, ${name(decoder)} writes`,
        knobs,
      },
    ]
  })
}

/** A layer makes a result of each of the decoder's states; what comes out is not what came in, as an autoencoder's is. */
function isWriting(graph: readonly PatternNode[], decoder: PatternNode, { producers, inputs }: Model): boolean {
  const end = graph[producers[0] ?? -1]
  if (!end || end.shape.length !== 3 || decoder.shape.length !== 3) return false
  const before = ancestorsOf(graph, end.index)
  const hasLayer = [...before].some((index) => index > decoder.index && graph[index]?.role === "linear")
  const read = (inputs[0]?.shape ?? []).map(sizeOrNull)
  return before.has(decoder.index) && hasLayer && end.shape[1] === decoder.shape[1] && end.shape.slice(1).join() !== read.slice(1).join()
}

/** Whether a value was made from an embedding, a few operations before and through no other recurrence. */
function embedsWithin(graph: readonly PatternNode[], index: number | undefined, most: number): boolean {
  const node = index === undefined ? undefined : graph[index]
  if (!node || most === 0) return false
  return node.role === "embedding" || (node.role !== "recurrent" && node.inputs.some((input) => embedsWithin(graph, input, most - 1)))
}

export const sequenceToSequence: Subject = {
  id: "sequence-to-sequence",
  title: "Sequence to sequence (seq2seq)",
  group: "sequences",
  summary: "Reads a sequence of any length and writes another, token by token: translation, summaries, dialogue.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Executes a small decoder in TensorFlow.js on every possible output: the probabilities sum to one, and choosing greedily is measured against the best output.",
  check: checkTranslation,
  recognise,
  // A pattern of several layers: none of them means it alone.
  fromLayer: () => undefined,
}
