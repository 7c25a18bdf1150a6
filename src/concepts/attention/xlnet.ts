/** The subject "XLNet": tokens told one after the other in any order, so that each sees both sides without a [MASK]. */
import { grouped, short, texNumber as tex, numberOf } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { countOf } from "./gpt-sizes.ts"
import { twoStreamsIn } from "./two-streams-in-model.ts"
import { checkXlnet } from "./xlnet-check.ts"
import { xlnetScene } from "./xlnet-diagram.ts"
import { ORDERS, ordered, seenPairs } from "./xlnet-order.ts"

const limited = (knob: Knob, limit: number): Knob => ({ ...knob, limit }) as Knob

const KNOBS: readonly Knob[] = [
  { kind: "choice", name: "order", label: "Order", initial: "drawn", help: "In which the tokens are told.", choices: ORDERS },
  {
    kind: "number",
    name: "draw",
    label: "Draw",
    initial: 4,
    minimum: 1,
    maximum: 20,
    limit: 1000,
    help: "Another number draws another order.",
  },
  { kind: "number", name: "tokens", label: "Tokens", initial: 6, minimum: 3, maximum: 10, limit: 10, help: "Of the example." },
  {
    kind: "number",
    name: "targets",
    label: "Told tokens",
    initial: 3,
    minimum: 1,
    maximum: 10,
    limit: 10,
    help: "Only the last of the order are told: the first ones have seen too little.",
  },
  limited(countKnob("mem_len", "Memory", 384, 1024, "Positions of the text before, whose vectors are kept and can be seen by all."), 8192),
  limited(countKnob("n_layer", "Layers", 12, 48, "Each with weights of its own; both streams use the same."), 128),
  limited(countKnob("n_head", "Heads", 12, 64, "Parts of the width that attend apart from each other."), 256),
  limited(countKnob("d_model", "Width", 768, 4096, "Numbers that stand for a token."), 16_384),
  limited(countKnob("d_inner", "Inner width", 3072, 16_384, "Of the feed-forward network."), 65_536),
  limited(countKnob("vocab_size", "Vocabulary", 32_000, 200_000, "Pieces of words."), 1_000_000),
]

/** Shapes of one layer: five projections (positions have their own), three biases of scores, segments, two normalisations, feed-forward. */
function layerWeights(width: number, inner: number): readonly (readonly number[])[] {
  const projections = Array.from({ length: 5 }, () => [width, width])
  const norms = [[width], [width], [width], [width]]
  return [...projections, [3, width], [2, width], ...norms, [width, inner], [inner], [inner, width], [width]]
}

export function xlnetParameters(knobs: Knobs) {
  const [layers, width, inner, vocabulary] = ["n_layer", "d_model", "d_inner", "vocab_size"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
  ]
  const inLayer = countOf(layerWeights(width, inner))
  // One more vector: what the query stream starts from.
  return { layers, width, vocabulary, inLayer, total: vocabulary * width + width + layers * inLayer }
}

function problemsOf(knobs: Knobs): readonly string[] {
  const [heads, width, tokens, targets] = ["n_head", "d_model", "tokens", "targets"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
  ]
  return [
    ...(width % heads === 0 ? [] : [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`]),
    ...(targets <= tokens ? [] : [`${targets} told tokens are more than the ${tokens} there are.`]),
  ]
}

function numbers(knobs: Knobs): Numbers {
  const problems = problemsOf(knobs)
  if (problems.length > 0) return { quantities: [], problems }
  const text = ordered(knobs)
  const { left, right } = seenPairs(text)
  const { total, inLayer } = xlnetParameters(knobs)
  const factorial = text.words.reduce((product, _, at) => product * (at + 1), 1)
  const reach = numberOf(knobs, "mem_len") * numberOf(knobs, "n_layer")
  return {
    quantities: [
      { name: "orders", label: "Orders of the example", value: factorial, note: "the text itself is never reordered" },
      { name: "left", label: "Seen on the left", value: left, note: `by the ${text.targets} told tokens together` },
      { name: "right", label: "Seen on the right", value: right, note: "0 from left to right" },
      { name: "parameters", label: "Parameters", value: total, note: `${grouped(inLayer)} in each layer` },
      { name: "head_width", label: "Numbers of a head", value: numberOf(knobs, "d_model") / numberOf(knobs, "n_head") },
      { name: "reach", label: "Memory reaches back", value: short(reach), note: "tokens, a stretch further with each layer" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { words, order, targets } = ordered(knobs)
  const { layers, width, vocabulary, inLayer, total } = xlnetParameters(knobs)
  const told = order.slice(words.length - targets)
  const factor = (place: number): string => {
    const before = order.slice(0, order.indexOf(place)).map((at) => `\\text{${words[at]}}_{${at + 1}}`)
    return `p(\\text{${words[place]}}_{${place + 1}}${before.length > 0 ? ` \\mid ${before.join(", ")}` : ""})`
  }
  return [
    {
      label: "What is learned",
      tex: `\\max\\; \\mathbb{E}_{z} \\sum_{t=${words.length - targets + 1}}^{${words.length}} \\log p(x_{z_t} \\mid x_{z_1}, \\dots, x_{z_{t-1}})`,
    },
    { label: "In this order", tex: told.slice(0, 4).map(factor).join(" \\cdot ") + (told.length > 4 ? " \\cdots" : "") },
    {
      label: "Two streams",
      tex: "g_{z_t} \\leftarrow \\mathrm{attend}(g_{z_t};\\; h_{z_1 \\dots z_{t-1}}), \\quad h_{z_t} \\leftarrow \\mathrm{attend}(h_{z_t};\\; h_{z_1 \\dots z_t})",
    },
    {
      label: "Parameters",
      tex: `${tex(vocabulary)} \\cdot ${tex(width)} + ${tex(width)} + ${layers} \\cdot ${tex(inLayer)} = ${tex(total)}`,
    },
  ]
}

export const xlnet: Subject = {
  id: "xlnet",
  title: "XLNet (permutation order)",
  group: "attention",
  summary:
    "Tells tokens one by one in a random order instead of left to right, so that each learns from both sides and nothing need be masked out.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: xlnetScene,
  checked:
    "Runs two streams in TensorFlow.js, exchanges one token after the other, and compares which outputs move with the permutation's mask; left to right it must equal a causal mask.",
  check: checkXlnet,
  recognise: twoStreamsIn,
  // It is a pattern of several layers; each of them has a subject of its own.
  fromLayer: () => undefined,
}
