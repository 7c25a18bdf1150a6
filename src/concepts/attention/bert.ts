/** The subject "BERT": an encoder that reads text from both sides, pre-trained on hidden tokens, and tuned with a small head. */
import { grouped, percent, short, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkBert } from "./bert-check.ts"
import { bertScene } from "./bert-diagram.ts"
import { bertParameters, encoderMacs, readBert, SEGMENTS, TASKS } from "./bert-sizes.ts"
import { formatted, hiddenIn, PAIRS, pairOf } from "./bert-tokens.ts"
import { encodersIn } from "./bidirectional-in-model.ts"

const limited = (knob: Knob, limit: number): Knob => ({ ...knob, limit }) as Knob

const KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "text",
    label: "Text",
    initial: "next",
    help: "One or two sentences, cut into pieces.",
    choices: PAIRS.map(({ value, label }) => ({ value, label })),
  },
  {
    kind: "number",
    name: "length",
    label: "Length",
    initial: 16,
    minimum: 6,
    maximum: 20,
    limit: 24,
    help: "Positions of the input; shorter texts are padded, longer ones lose their end.",
  },
  {
    kind: "number",
    name: "share",
    label: "Hidden share, %",
    initial: 15,
    minimum: 5,
    maximum: 60,
    limit: 100,
    help: "Of the tokens, those that pre-training asks for.",
  },
  {
    kind: "number",
    name: "draw",
    label: "Draw",
    initial: 13,
    minimum: 1,
    maximum: 20,
    limit: 1000,
    help: "Another number draws other tokens to hide.",
  },
  { kind: "choice", name: "task", label: "Task", initial: "pretrain", help: "What stands on top of the encoder.", choices: TASKS },
  limited(countKnob("labels", "Labels", 2, 50, "Classes of the text, or of each token."), 10_000),
  limited(countKnob("num_hidden_layers", "Blocks", 12, 48, "Equal encoder blocks, each with weights of its own."), 128),
  limited(countKnob("num_attention_heads", "Heads", 12, 64, "Parts of the width that attend apart from each other."), 256),
  limited(countKnob("hidden_size", "Width", 768, 4096, "Numbers that stand for a token."), 16_384),
  limited(countKnob("intermediate_size", "Inner width", 3072, 16_384, "Of the feed-forward network in each block."), 65_536),
  limited(countKnob("vocab_size", "Vocabulary", 30_522, 200_000, "Pieces of words in the real vocabulary."), 1_000_000),
  limited(countKnob("max_positions", "Positions", 512, 4096, "The longest input that positions have been learned for."), 65_536),
]

function numbers(knobs: Knobs): Numbers {
  const sizes = readBert(knobs)
  const { heads, width, positions } = sizes
  const text = formatted(knobs)
  const length = text.tokens.length
  const problems = [
    ...(width % heads === 0 ? [] : [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`]),
    ...(length <= positions ? [] : [`A text of ${length} tokens does not fit into ${grouped(positions)} positions.`]),
  ]
  if (problems.length > 0) return { quantities: [], problems }
  const { encoder, inBlock, head } = bertParameters(sizes)
  const padding = length - text.real
  return {
    quantities: [
      { name: "parameters", label: "Parameters, encoder", value: encoder, note: `${grouped(inBlock)} in each block` },
      { name: "head", label: "Parameters, head", value: head, note: `${percent(head, encoder + head)} of all` },
      {
        name: "tokens",
        label: "Tokens of the text",
        value: text.real,
        note: text.left > 0 ? `${text.left} did not fit` : `${text.split} words cut into pieces`,
      },
      { name: "padding", label: "Padding", value: `${padding} of ${length}`, note: "computed, and hidden by the mask ids" },
      {
        name: "hidden",
        label: "Hidden tokens",
        value: hiddenIn(text, knobs).length,
        note: pairOf(knobs).follows === undefined ? "one sentence alone" : "and one question about the pair",
      },
      { name: "macs", label: "MACs of the blocks", value: short(encoderMacs(sizes, length)), note: `${length} positions, padding too` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const sizes = readBert(knobs)
  const { layers, width, vocabulary, positions } = sizes
  const { encoder, inBlock, pooler } = bertParameters(sizes)
  const d = tex(width)
  return [
    {
      label: "Input of a position",
      tex: "x_i = \\mathrm{LayerNorm}\\left(E_{\\text{token}}[t_i] + E_{\\text{segment}}[s_i] + E_{\\text{position}}[i]\\right)",
    },
    {
      label: "What is learned",
      tex: "L = -\\sum_{i \\in \\text{hidden}} \\log p(t_i \\mid \\text{all others}) - \\log p(\\text{B follows A} \\mid C)",
    },
    {
      label: "Parameters",
      tex: `(${tex(vocabulary)} + ${tex(positions)} + ${SEGMENTS}) \\cdot ${d} + 2 \\cdot ${d} + ${layers} \\cdot ${tex(inBlock)} + ${tex(pooler)} = ${tex(encoder)}`,
    },
  ]
}

export const bert: Subject = {
  id: "bert",
  title: "BERT (bidirectional encoder)",
  group: "attention",
  summary:
    "An encoder in which every token sees the whole text, pre-trained by telling hidden tokens and tuned to a task with a small head.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: bertScene,
  checked:
    "Runs a small BERT in TensorFlow.js: a later token must change C, padding must not, segments must, and 100,000 drawn tokens are counted against 80, 10 and 10 %.",
  check: checkBert,
  recognise: encodersIn,
  // It is a pattern of many layers; each of them has a subject of its own.
  fromLayer: () => undefined,
}
