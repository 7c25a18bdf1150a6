/** The subject "attention": queries compared with keys, softmax, and a mixture of values; its kinds by score, by what is read, and by heads. */
import { known } from "../convolution/layer-kernel.ts"
import { grouped, percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkAttention } from "./attention-check.ts"
import { attentionScene } from "./attention-diagram.ts"
import { attentionKindsIn } from "./attention-kinds-in-model.ts"
import { attentionMacs, attentionParameters, type AttentionSizes, readAttention } from "./attention-sizes.ts"
import { bytesText } from "./gpt-sizes.ts"

const KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "reading",
    label: "What is read",
    initial: "self",
    help: "Where keys and values come from, and which of them may be seen.",
    choices: [
      { value: "self", label: "Self: the same sequence" },
      { value: "causal", label: "Causal: the same, only what came before" },
      { value: "cross", label: "Cross: another sequence" },
    ],
  },
  {
    kind: "choice",
    name: "scoring",
    label: "Score",
    initial: "scaled",
    help: "How a query is compared with a key.",
    choices: [
      { value: "scaled", label: "Scaled dot product" },
      { value: "dot", label: "Dot product" },
      { value: "additive", label: "Additive (a small network)" },
    ],
  },
  {
    ...countKnob("embed_dim", "Width", 512, 4096, "Numbers that stand for a position.", { arguments: { torch: "embed_dim" } }),
    limit: 65_536,
  } as Knob,
  {
    ...countKnob("num_heads", "Heads", 8, 64, "Attentions side by side, each with weights of its own.", {
      arguments: { torch: "num_heads", keras: "num_heads" },
    }),
    limit: 1024,
  } as Knob,
  {
    kind: "number",
    name: "key_dim",
    label: "Numbers of a head",
    initial: 0,
    minimum: 0,
    maximum: 256,
    limit: 65_536,
    help: "0 shares the width out equally, as torch does; Keras wants a number.",
    arguments: { keras: "key_dim" },
  },
  { ...countKnob("queries", "Positions", 100, 4096, "Of the sequence that asks."), limit: 1_000_000 } as Knob,
  { ...countKnob("keys", "Read positions", 80, 4096, "Of the other sequence; for cross-attention."), limit: 1_000_000 } as Knob,
  {
    kind: "flag",
    name: "projected",
    label: "Learned projections",
    initial: true,
    help: "Matrices that make queries, keys and values, and one behind the heads.",
  },
  {
    kind: "flag",
    name: "bias",
    label: "Bias",
    initial: true,
    help: "Whether the projections add learned numbers.",
    arguments: { torch: "bias", keras: "use_bias" },
  },
]

function problemsOf({ width, heads, depth, isProjected }: AttentionSizes): readonly string[] {
  if (!Number.isInteger(depth))
    return [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`]
  if (!isProjected && heads * depth !== width)
    return [`Without projections ${grouped(heads)} heads of ${grouped(depth)} numbers must be the width, ${grouped(width)}.`]
  return []
}

function numbers(knobs: Knobs): Numbers {
  const sizes = readAttention(knobs)
  const problems = problemsOf(sizes)
  if (problems.length > 0) return { quantities: [], problems }
  const { width, heads, depth, queries, keys, scoring, isProjected } = sizes
  const { mixing, total } = attentionMacs(sizes)
  const weights = heads * queries * keys
  return {
    quantities: [
      { name: "output", label: "Out", value: [queries, width], note: `${grouped(heads)} heads of ${grouped(depth)}` },
      { name: "parameters", label: "Parameters", value: attentionParameters(sizes), note: "whatever the length is" },
      { name: "macs", label: "MACs", value: total, note: `${percent(mixing, total)} of them in scores and mixtures` },
      { name: "weights", label: "Attention weights", value: weights, note: `${bytesText(4 * weights)}, each row sums to 1` },
      {
        name: "even",
        label: "Mixing costs as much as projections",
        value: isProjected ? grouped(2 * width) : "0",
        note: isProjected ? "positions of self-attention; beyond, the square rules" : "positions: there are no projections",
      },
      { name: "depth", label: "Numbers of a head", value: depth },
      {
        name: "spread",
        label: "Spread of a dot product",
        value: `√${grouped(depth)} ≈ ${Math.sqrt(depth).toFixed(1)}`,
        note: scoring === "scaled" ? "divided by it, 1 is left" : "of independent numbers that spread by 1",
      },
    ],
    problems: [],
  }
}

const SCORES = {
  scaled: (depth: number): string =>
    `s_{ij} = \\frac{q_i \\cdot k_j}{\\sqrt{d}} = \\frac{q_i \\cdot k_j}{${Number(Math.sqrt(depth).toFixed(2))}}`,
  dot: (): string => "s_{ij} = q_i \\cdot k_j",
  additive: (): string => "s_{ij} = v^\\top \\tanh(q_i + k_j)",
} as const

const READS = {
  self: "q = xW_Q, \\quad k = xW_K, \\quad v = xW_V",
  causal: "q = xW_Q, \\quad k = xW_K, \\quad v = xW_V, \\quad s_{ij} = -\\infty \\text{ for } j > i",
  cross: "q = yW_Q, \\quad k = mW_K, \\quad v = mW_V, \\quad m \\text{ the sequence that is read}",
} as const

function formulas(knobs: Knobs) {
  const sizes = readAttention(knobs)
  const { scoring, reading, heads, depth, width, queries, keys, isProjected, hasBias } = sizes
  const { projections, mixing, total } = attentionMacs(sizes)
  const inner = tex(heads * depth)
  const scores = scoring === "additive" ? ` + ${inner}` : ""
  return [
    ...(isProjected ? [{ label: "Queries, keys, values", tex: READS[reading] }] : []),
    { label: "Score", tex: SCORES[scoring](depth) },
    { label: "Weights and result", tex: "a_{ij} = \\frac{e^{s_{ij}}}{\\sum_m e^{s_{im}}}, \\qquad o_i = \\sum_j a_{ij} v_j" },
    ...(isProjected ? [{ label: `Of ${grouped(heads)} heads`, tex: "\\mathrm{concat}(o^1, \\dots, o^h)\\, W_O" }] : []),
    ...(isProjected
      ? [
          {
            label: "Parameters",
            tex: `4 \\cdot ${tex(width)} \\cdot ${inner}${hasBias ? ` + 3 \\cdot ${inner} + ${tex(width)}` : ""}${scores} = ${tex(attentionParameters(sizes))}`,
          },
        ]
      : []),
    {
      label: "MACs",
      tex: `${tex(projections)} + 2 \\cdot ${tex(queries)} \\cdot ${tex(keys)} \\cdot ${inner} = ${tex(projections)} + ${tex(mixing)} = ${tex(total)}`,
    },
  ]
}

/** Keras' Attention and AdditiveAttention only mix: what they are given is query, value and key already. */
function fromLayer(facts: LayerFacts): Knobs | undefined {
  const { type, input, framework, arguments: given } = facts
  const [queries, width] = [input?.at(-2), input?.at(-1)]
  if (framework === "torch") {
    if (type !== "MultiheadAttention") return undefined
    // Keys and values of widths of their own would have other projections.
    if ([given["kdim"], given["vdim"]].some((size) => typeof size === "number" && size !== given["embed_dim"])) return undefined
    const length = given["batch_first"] === true || input?.length === 2 ? queries : input?.[0]
    return known({ embed_dim: given["embed_dim"], num_heads: given["num_heads"], key_dim: 0, bias: given["bias"], queries: length })
  }
  // Values, or a result, of widths of their own would have other projections.
  if ([given["value_dim"], given["output_shape"]].some((size) => size !== undefined && size !== null)) return undefined
  if (type === "MultiHeadAttention")
    return known({ embed_dim: width, num_heads: given["num_heads"], key_dim: given["key_dim"], bias: given["use_bias"], queries })
  if (type !== "Attention" && type !== "AdditiveAttention") return undefined
  // Attention may learn one number for all scores; AdditiveAttention may leave its vector out.
  if (given["use_scale"] === (type === "Attention") || given["score_mode"] === "concat") return undefined
  const scoring = type === "Attention" ? "dot" : "additive"
  return known({ scoring, embed_dim: width, num_heads: 1, key_dim: 0, projected: false, bias: false, queries })
}

export const attention: Subject = {
  id: "attention",
  title: "Attention and its kinds",
  group: "attention",
  summary:
    "Each position asks, all answer, and it takes a mixture of what they offer: additive, dot and scaled dot scores; self, causal and cross; one head or many.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: attentionScene,
  checked:
    "Runs the example and a multi-head attention in TensorFlow.js against sums by hand, exchanges and reorders positions, measures the spread of dot products, and times four lengths.",
  check: checkAttention,
  recognise: attentionKindsIn,
  fromLayer,
}
