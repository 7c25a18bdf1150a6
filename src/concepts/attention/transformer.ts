/** The subject "transformer": an encoder that reads all at once, a decoder that writes token by token, and what the whole holds and costs. */
import { known } from "../convolution/layer-kernel.ts"
import { grouped, percent, short, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkTransformer } from "./transformer-check.ts"
import { transformerScene } from "./transformer-diagram.ts"
import { readTransformer, transformerCosts } from "./transformer-sizes.ts"
import { transformersIn } from "./transformers-in-model.ts"

const count = (name: string, label: string, initial: number, maximum: number, help: string, limit: number, isTorch = true): Knob =>
  ({ ...countKnob(name, label, initial, maximum, help, isTorch ? { arguments: { torch: name } } : {}), limit }) as Knob

const KNOBS: readonly Knob[] = [
  count("d_model", "Width", 512, 4096, "Numbers that stand for a token.", 65_536),
  count("nhead", "Heads", 8, 64, "Parts of the width that attend apart from each other.", 256),
  count("dim_feedforward", "Inner width", 2048, 16_384, "Of the feed-forward networks.", 262_144),
  count("num_encoder_layers", "Encoder blocks", 6, 48, "One after the other, for what is read.", 256),
  count("num_decoder_layers", "Decoder blocks", 6, 48, "One after the other, for what is written.", 256),
  count("vocabulary", "Vocabulary", 37_000, 200_000, "Tokens that there are, shared by both languages.", 1_000_000, false),
  count("source", "Read positions", 30, 512, "Of the source.", 100_000, false),
  count("target", "Written positions", 30, 512, "Of the target.", 100_000, false),
  {
    kind: "flag",
    name: "tied",
    label: "One table",
    initial: true,
    help: "Both embeddings and the last layer share their numbers, as in the paper.",
  },
  {
    kind: "flag",
    name: "end",
    label: "Normalise behind stacks",
    initial: false,
    help: "One more normalisation behind each stack, as torch has it.",
  },
]

function numbers(knobs: Knobs): Numbers {
  const sizes = readTransformer(knobs)
  const { width, heads, encoders, decoders, source, target } = sizes
  if (width % heads !== 0)
    return {
      quantities: [],
      problems: [`${grouped(heads)} heads do not divide a width of ${grouped(width)}: each head takes an equal part.`],
    }
  const { parts, parameters, macs, stacks } = transformerCosts(sizes)
  return {
    quantities: [
      { name: "parameters", label: "Parameters", value: parameters, note: "with the tables" },
      { name: "stacks", label: "Of both stacks", value: stacks, note: "as nn.Transformer counts" },
      { name: "macs", label: "MACs", value: macs, note: "of one pair, all positions at once" },
      { name: "head", label: "In the last layer", value: percent(parts[0].macs, macs), note: "of the MACs" },
      { name: "encoders", label: "Encoder blocks", value: encoders, note: short(parts[1].parameters) },
      { name: "decoders", label: "Decoder blocks", value: decoders, note: short(parts[2].parameters) },
      { name: "pair", label: "Read and written", value: `${grouped(source)} and ${grouped(target)}`, note: "positions" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const sizes = readTransformer(knobs)
  const { parts, parameters, macs } = transformerCosts(sizes)
  return [
    { label: "Encoder, once", tex: "m = \\mathrm{encode}(x_1, \\dots, x_n)" },
    {
      label: "Decoder, token by token",
      tex: "p(y_{t+1} \\mid y_1, \\dots, y_t, m) = \\mathrm{softmax}(\\mathrm{decode}(y_1, \\dots, y_t, m)\\, E^\\top)",
    },
    { label: "Parameters", tex: `${parts.map((part) => tex(part.parameters)).join(" + ")} = ${tex(parameters)}` },
    { label: "MACs", tex: `${parts.map((part) => tex(part.macs)).join(" + ")} = ${tex(macs)}` },
  ]
}

/** torch's own layer has both stacks; the tables are not its part. */
function fromLayer({ type, framework, input, arguments: given }: LayerFacts): Knobs | undefined {
  if (type !== "Transformer" || framework !== "torch") return undefined
  // Counted here with bias only.
  if (given["bias"] === false) return undefined
  return known({
    d_model: given["d_model"],
    nhead: given["nhead"],
    dim_feedforward: given["dim_feedforward"],
    num_encoder_layers: given["num_encoder_layers"],
    num_decoder_layers: given["num_decoder_layers"],
    source: input?.[given["batch_first"] === true || input.length === 2 ? input.length - 2 : 0],
    end: true,
  })
}

export const transformer: Subject = {
  id: "transformer",
  title: "Transformer (encoder–decoder)",
  group: "attention",
  summary:
    "An encoder reads the whole source at once, a decoder writes token by token and looks back at it: translation without recurrence.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: transformerScene,
  checked:
    "Runs a small transformer in TensorFlow.js: what a read and a written token reach, writing step by step against all at once, and its parameters.",
  check: checkTransformer,
  recognise: transformersIn,
  fromLayer,
}
