/** The subject "decoder block": masked attention to what has been written, attention to what is read, and a feed-forward network. */
import { known } from "../convolution/layer-kernel.ts"
import { grouped, percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkDecoderBlock } from "./decoder-block-check.ts"
import { decoderBlockScene } from "./decoder-block-diagram.ts"
import { decoderBlocksIn } from "./decoder-blocks-in-model.ts"
import { decoderCosts, readDecoder, totalOf } from "./decoder-sizes.ts"

const limited = (knob: Knob, limit: number): Knob => ({ ...knob, limit }) as Knob

const KNOBS: readonly Knob[] = [
  limited(countKnob("d_model", "Width", 512, 4096, "Numbers that stand for a token.", { arguments: { torch: "d_model" } }), 65_536),
  limited(
    countKnob("nhead", "Heads", 8, 64, "Parts of the width that attend apart from each other.", { arguments: { torch: "nhead" } }),
    256,
  ),
  limited(
    countKnob("dim_feedforward", "Inner width", 2048, 16_384, "Of the feed-forward network.", { arguments: { torch: "dim_feedforward" } }),
    262_144,
  ),
  limited(countKnob("target", "Written positions", 20, 512, "Of the text that is made."), 100_000),
  limited(countKnob("source", "Read positions", 30, 512, "Of the encoder's output."), 100_000),
  {
    kind: "flag",
    name: "norm_first",
    label: "Normalise first",
    initial: false,
    help: "Before each part instead of after it: deep stacks then train without a warm-up.",
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
  const sizes = readDecoder(knobs)
  const { width, heads, target, source } = sizes
  if (width % heads !== 0)
    return {
      quantities: [],
      problems: [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`],
    }
  const costs = decoderCosts(sizes)
  const crossing = costs.find(({ name }) => name === "cross-attention")
  const [parameters, macs] = [totalOf(costs, "parameters"), totalOf(costs, "macs")]
  return {
    quantities: [
      { name: "output", label: "In and out", value: [target, width] },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: "of one sentence, all positions at once" },
      {
        name: "crossing",
        label: "In cross-attention",
        value: percent(crossing?.parameters ?? 0, parameters),
        note: `of the parameters; ${percent(crossing?.macs ?? 0, macs)} of the MACs`,
      },
      {
        name: "weights",
        label: "Attention weights",
        value: heads * (target * target + target * source),
        note: `${target} × ${target} and ${target} × ${source} in each head`,
      },
      {
        name: "kept",
        label: "Kept while writing",
        value: 2 * width * (target + source),
        note: `${grouped(2 * width * source)} of them from the source, computed once`,
      },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const sizes = readDecoder(knobs)
  const { width, heads, inner, hasBias, isNormFirst } = sizes
  const costs = decoderCosts(sizes)
  const depth = `\\sqrt{${tex(width / heads)}}`
  const [d, f] = [tex(width), tex(inner)]
  return [
    {
      label: "Masked self-attention",
      tex: `\\mathrm{softmax}\\left(\\frac{(yW_Q)(yW_K)^\\top}{${depth}} + M\\right) yW_V, \\quad M_{ij} = -\\infty \\text{ for } j > i`,
    },
    {
      label: "Cross-attention",
      tex: `\\mathrm{softmax}\\left(\\frac{(yW_Q)(mW_K)^\\top}{${depth}}\\right) mW_V, \\quad m \\text{ from the encoder}`,
    },
    {
      label: "Around each part",
      tex: isNormFirst ? "y \\leftarrow y + \\mathrm{part}(\\mathrm{norm}(y))" : "y \\leftarrow \\mathrm{norm}(y + \\mathrm{part}(y))",
    },
    {
      label: "Parameters",
      tex: hasBias
        ? `8 \\cdot ${d}^2 + 2 \\cdot ${d} \\cdot ${f} + 15 \\cdot ${d} + ${f} = ${tex(totalOf(costs, "parameters"))}`
        : `8 \\cdot ${d}^2 + 2 \\cdot ${d} \\cdot ${f} + 3 \\cdot ${d} = ${tex(totalOf(costs, "parameters"))}`,
    },
  ]
}

/** torch's own layer; Keras and TensorFlow.js have none. */
function fromLayer({ type, framework, input, arguments: given }: LayerFacts): Knobs | undefined {
  if (type !== "TransformerDecoderLayer" || framework !== "torch") return undefined
  const isFirst = given["batch_first"] === true || input?.length === 2
  return known({
    d_model: given["d_model"],
    nhead: given["nhead"],
    dim_feedforward: given["dim_feedforward"],
    norm_first: given["norm_first"],
    bias: given["bias"],
    target: input?.[isFirst ? input.length - 2 : 0],
  })
}

export const decoderBlock: Subject = {
  id: "decoder-block",
  title: "Decoder block",
  group: "attention",
  summary:
    "Masked self-attention to what has been written, cross-attention to what is read, then a feed-forward network: one block of a transformer's decoder.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: decoderBlockScene,
  checked:
    "Runs a small block in TensorFlow.js: exchanges a written and a read token and compares what moves, reorders what is read, and writes step by step against all at once.",
  check: checkDecoderBlock,
  recognise: decoderBlocksIn,
  fromLayer,
}
