/** The subject "GPT": blocks whose positions see only what stands before them, one after the other, until a next token comes out. */
import { grouped, percent, short, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { decodersIn } from "./decoder-only-in-model.ts"
import { checkGpt } from "./gpt-check.ts"
import { gptScene } from "./gpt-diagram.ts"
import { blockWeights, bytesText, cachedPerToken, countOf, gptMacs, gptParameters, readGpt } from "./gpt-sizes.ts"

const KNOBS: readonly Knob[] = [
  { ...countKnob("n_layer", "Blocks", 12, 96, "Equal blocks one after the other, each with weights of its own."), limit: 256 } as Knob,
  { ...countKnob("n_head", "Heads", 12, 96, "Parts of the width that attend apart from each other."), limit: 256 } as Knob,
  {
    ...countKnob("n_embd", "Width", 768, 12_288, "Numbers that stand for a token, from the first block to the last."),
    limit: 65_536,
  } as Knob,
  {
    ...countKnob("vocab_size", "Vocabulary", 50_257, 200_000, "Tokens that there are: whole words and pieces of words."),
    limit: 1_000_000,
  } as Knob,
  {
    ...countKnob("context", "Context", 1024, 8192, "Positions that can be attended to at once; each has an embedding of its own."),
    limit: 1_000_000,
  } as Knob,
  {
    kind: "flag",
    name: "causal",
    label: "Causal mask in the example",
    initial: true,
    help: "Whether a position is kept from what stands after it.",
  },
  {
    kind: "flag",
    name: "tied",
    label: "Tied head",
    initial: true,
    help: "The last layer is the table of tokens again, so it has no weights of its own.",
  },
  { kind: "flag", name: "bias", label: "Bias", initial: true, help: "Whether linear layers and normalisations add learned numbers." },
  {
    kind: "choice",
    name: "bytes",
    label: "Cache numbers",
    initial: "2",
    help: "How many bytes a number of the key–value cache has.",
    choices: [
      { value: "4", label: "float32: 4 bytes" },
      { value: "2", label: "float16 or bfloat16: 2 bytes" },
      { value: "1", label: "int8 or float8: 1 byte" },
    ],
  },
]

function numbers(knobs: Knobs): Numbers {
  const sizes = readGpt(knobs)
  const { heads, width, context, bytes } = sizes
  if (width % heads !== 0)
    return {
      quantities: [],
      problems: [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`],
    }
  const parts = gptParameters(sizes)
  const cache = cachedPerToken(sizes) * bytes
  const whole = gptMacs(sizes, context, context)
  const [next, again] = [gptMacs(sizes, 1, context), gptMacs(sizes, context, context, 1)]
  return {
    quantities: [
      { name: "parameters", label: "Parameters", value: parts.total, note: `${grouped(parts.inBlock)} in each block` },
      { name: "embeddings", label: "In embeddings and head", value: percent(parts.tokens + parts.positions + parts.head, parts.total) },
      { name: "head_width", label: "Numbers of a head", value: width / heads },
      { name: "macs", label: "MACs of a full context", value: short(whole), note: `${grouped(context)} tokens, learned from all at once` },
      {
        name: "next",
        label: "MACs of the last token",
        value: next,
        note: `with kept keys and values; ${grouped(Math.round(again / next))} times as many without`,
      },
      { name: "cache", label: "Key–value cache", value: bytesText(cache * context), note: `${bytesText(cache)} for each token` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const sizes = readGpt(knobs)
  const { layers, heads, width, vocabulary, context, hasBias, isTied, bytes } = sizes
  const parts = gptParameters(sizes)
  const block = blockWeights(sizes)
  const depth = width / heads
  return [
    {
      label: "Masked self-attention",
      tex: `A = \\mathrm{softmax}\\left(\\frac{QK^\\top}{\\sqrt{${tex(depth)}}} + M\\right) V, \\quad M_{ij} = \\begin{cases} 0 & j \\le i \\\\ -\\infty & j > i \\end{cases}`,
    },
    {
      label: "What is learned",
      tex: "L = -\\sum_{i} \\log p(x_{i+1} \\mid x_1, \\dots, x_i)",
    },
    {
      label: "Parameters of a block",
      tex: `${hasBias ? "12d^2 + 13d" : "12d^2 + 2d"} = ${tex(countOf(block.attention))} + ${tex(countOf(block.feedForward))} + ${tex(countOf(block.norms))} = ${tex(parts.inBlock)}`,
    },
    {
      label: "Of all",
      tex: `${isTied ? "" : "2 \\cdot "}${tex(vocabulary)} \\cdot ${tex(width)} + ${tex(context)} \\cdot ${tex(width)} + ${tex(layers)} \\cdot ${tex(parts.inBlock)} + ${tex((hasBias ? 2 : 1) * width)} = ${tex(parts.total)}`,
    },
    {
      label: "Key–value cache",
      tex: `2 \\cdot ${tex(layers)} \\cdot ${tex(context)} \\cdot ${tex(width)} \\cdot ${bytes} \\text{ bytes} = ${tex(cachedPerToken(sizes) * context * bytes)}`,
    },
  ]
}

export const gpt: Subject = {
  id: "gpt",
  title: "GPT (decoder-only transformer)",
  group: "attention",
  summary:
    "A stack of blocks in which every position sees only what stands before it, trained to tell the next token and run by feeding each one back.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: gptScene,
  checked:
    "Runs a small GPT in TensorFlow.js: changes a later token and compares all earlier outputs, back-propagates to later positions, and continues a text with kept keys and values.",
  check: checkGpt,
  recognise: decodersIn,
  // It is a pattern of many layers; each of them has a subject of its own.
  fromLayer: () => undefined,
}
