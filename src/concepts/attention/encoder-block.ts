/** The subject "encoder block": self-attention to both sides and a feed-forward network, each with a shortcut, normalised before or after. */
import { known } from "../convolution/layer-kernel.ts"
import { grouped, percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkEncoderBlock } from "./encoder-block-check.ts"
import { encoderBlockScene } from "./encoder-block-diagram.ts"
import { encoderBlocksIn } from "./encoder-blocks-in-model.ts"
import { encoderCosts, readEncoder, sumOf } from "./encoder-sizes.ts"

const limited = (knob: Knob, limit: number): Knob => ({ ...knob, limit }) as Knob

const KNOBS: readonly Knob[] = [
  limited(countKnob("d_model", "Width", 512, 4096, "Numbers that stand for a position.", { arguments: { torch: "d_model" } }), 65_536),
  limited(
    countKnob("nhead", "Heads", 8, 64, "Parts of the width that attend apart from each other.", { arguments: { torch: "nhead" } }),
    256,
  ),
  limited(
    countKnob("dim_feedforward", "Inner width", 2048, 16_384, "Of the feed-forward network.", { arguments: { torch: "dim_feedforward" } }),
    262_144,
  ),
  limited(countKnob("length", "Positions", 100, 4096, "Of the text, or patches of the picture."), 1_000_000),
  {
    kind: "flag",
    name: "norm_first",
    label: "Normalise first",
    initial: false,
    help: "Before each part (pre-norm) instead of after the sum (post-norm).",
    arguments: { torch: "norm_first" },
  },
  {
    kind: "flag",
    name: "bias",
    label: "Bias",
    initial: true,
    help: "Whether linear layers and normalisations add learned numbers.",
    arguments: { torch: "bias" },
  },
]

function numbers(knobs: Knobs): Numbers {
  const sizes = readEncoder(knobs)
  const { width, heads, inner, length } = sizes
  if (width % heads !== 0)
    return {
      quantities: [],
      problems: [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`],
    }
  const costs = encoderCosts(sizes)
  const [parameters, macs] = [sumOf(costs, "parameters"), sumOf(costs, "macs")]
  const feed = costs.find(({ name }) => name === "feed-forward")
  const mixing = costs.find(({ name }) => name === "scores, mixture")
  return {
    quantities: [
      { name: "output", label: "In and out", value: [length, width] },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: `${percent(mixing?.macs ?? 0, macs)} in scores and mixtures` },
      { name: "feed", label: "In the feed-forward network", value: percent(feed?.parameters ?? 0, parameters), note: "of the parameters" },
      { name: "even", label: "Scores cost half of all at", value: 2 * width + inner, note: "positions" },
      {
        name: "weights",
        label: "Attention weights",
        value: heads * length * length,
        note: `${grouped(length)} × ${grouped(length)} in each head`,
      },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const sizes = readEncoder(knobs)
  const { width, inner, length, isNormFirst, hasBias } = sizes
  const costs = encoderCosts(sizes)
  const [d, f, n] = [width, inner, length].map(tex)
  return [
    {
      label: "Around each part",
      tex: isNormFirst ? "x \\leftarrow x + \\mathrm{part}(\\mathrm{norm}(x))" : "x \\leftarrow \\mathrm{norm}(x + \\mathrm{part}(x))",
    },
    { label: "Normalisation", tex: "\\mathrm{norm}(x) = \\gamma \\odot \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\varepsilon}} + \\beta" },
    { label: "Feed-forward", tex: "\\max(0,\\, xW_1 + b_1)\\, W_2 + b_2 \\quad \\text{at every position}" },
    {
      label: "Parameters",
      tex: `4 \\cdot ${d}^2 + 2 \\cdot ${d} \\cdot ${f} + ${hasBias ? `9 \\cdot ${d} + ${f}` : `2 \\cdot ${d}`} = ${tex(sumOf(costs, "parameters"))}`,
    },
    {
      label: "MACs",
      tex: `${n} \\cdot (4 \\cdot ${d}^2 + 2 \\cdot ${d} \\cdot ${f}) + 2 \\cdot ${n}^2 \\cdot ${d} = ${tex(sumOf(costs, "macs"))}`,
    },
  ]
}

/** torch's own layer; Keras and TensorFlow.js have none. */
function fromLayer({ type, framework, input, arguments: given }: LayerFacts): Knobs | undefined {
  if (type !== "TransformerEncoderLayer" || framework !== "torch") return undefined
  const isFirst = given["batch_first"] === true || input?.length === 2
  return known({
    d_model: given["d_model"],
    nhead: given["nhead"],
    dim_feedforward: given["dim_feedforward"],
    norm_first: given["norm_first"],
    bias: given["bias"],
    length: input?.[isFirst ? input.length - 2 : 0],
  })
}

export const encoderBlock: Subject = {
  id: "encoder-block",
  title: "Encoder block",
  group: "attention",
  summary:
    "Self-attention that sees both sides, then a feed-forward network, each with a shortcut around it and normalised before or after: what BERT and vision transformers are stacks of.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: encoderBlockScene,
  checked:
    "Runs small blocks in TensorFlow.js: what a changed position reaches, one position alone through the feed-forward network, weights of 0, and the spread after six blocks, both orders.",
  check: checkEncoderBlock,
  recognise: encoderBlocksIn,
  fromLayer,
}
