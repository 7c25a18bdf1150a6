/** The subject "embeddings and positional encoding": a row for each token, and where it stands as sines, as a learned row, or as a turn. */
import { known } from "../convolution/layer-kernel.ts"
import { grouped, percent, short, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkPositions } from "./positional-check.ts"
import { positionalScene } from "./positional-diagram.ts"
import { pairsOf, positionWeights, readPositions, speedOf, tokenWeights } from "./positional-sizes.ts"
import { positionsIn } from "./positions-in-model.ts"

const KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "kind",
    label: "Positions",
    initial: "sinusoidal",
    help: "How a position is told.",
    choices: [
      { value: "sinusoidal", label: "Sinusoidal: fixed sines and cosines, added" },
      { value: "learned", label: "Learned: a second table, added" },
      { value: "rotary", label: "Rotary: queries and keys are turned" },
    ],
  },
  {
    ...countKnob("num_embeddings", "Vocabulary", 32_000, 200_000, "Tokens that there are: rows of the table.", {
      arguments: { torch: "num_embeddings", keras: "input_dim", tfjs: "inputDim" },
    }),
    limit: 10_000_000,
  } as Knob,
  {
    ...countKnob("embedding_dim", "Width", 512, 4096, "Numbers that stand for a token; of a head, where queries and keys are turned.", {
      arguments: { torch: "embedding_dim", keras: "output_dim", tfjs: "outputDim" },
    }),
    limit: 65_536,
  } as Knob,
  { ...countKnob("length", "Length", 128, 4096, "Positions that there are."), limit: 1_000_000 } as Knob,
  {
    ...countKnob("base", "Base", 10_000, 1_000_000, "The slowest pair takes nearly 2π times as many positions for a turn."),
    limit: 100_000_000,
  } as Knob,
]

function numbers(knobs: Knobs): Numbers {
  const sizes = readPositions(knobs)
  const { kind, vocabulary, width, length } = sizes
  if (kind !== "learned" && width % 2 !== 0)
    return {
      quantities: [],
      problems: [`A width of ${grouped(width)} is odd: sines and cosines, or the numbers that are turned, come in pairs.`],
    }
  const [tokens, positions] = [tokenWeights(sizes), positionWeights(sizes)]
  const turn = (pair: number): string => turnText((2 * Math.PI) / speedOf(pair, sizes))
  const last = Math.max(0, pairsOf(sizes) - 1)
  return {
    quantities: [
      { name: "output", label: "Out", value: [length, width] },
      {
        name: "parameters",
        label: "Parameters",
        value: tokens + positions,
        note: `${percent(tokens, tokens + positions)} in the table of tokens`,
      },
      {
        name: "positions",
        label: "Of positions",
        value: positions,
        note: kind === "learned" ? `${grouped(length)} rows` : "computed, not learned",
      },
      { name: "shortest", label: "Fastest pair", value: turn(0), note: "positions a turn" },
      { name: "longest", label: "Slowest pair", value: turn(last), note: "positions a turn" },
      {
        name: "product",
        label: "As a one-hot product",
        value: short(length * vocabulary * width),
        note: "MACs for what a look-up does with none",
      },
    ],
    problems: [],
  }
}

const turnText = (positions: number): string => (positions < 1000 ? positions.toFixed(2) : grouped(Math.round(positions)))

function formulas(knobs: Knobs) {
  const sizes = readPositions(knobs)
  const { kind, vocabulary, width, length, base } = sizes
  const speed = `\\omega_i = ${tex(base)}^{-2i/${tex(width)}}`
  const rows = kind === "learned" ? `(${tex(vocabulary)} + ${tex(length)})` : tex(vocabulary)
  const parameters = {
    label: "Parameters",
    tex: `${rows} \\cdot ${tex(width)} = ${tex(tokenWeights(sizes) + positionWeights(sizes))}`,
  }
  if (kind === "learned") return [{ label: "Input of a position", tex: "x_p = E[t_p] + P[p]" }, parameters]
  if (kind === "rotary")
    return [
      {
        label: "A pair is turned",
        tex: `R_p = \\begin{pmatrix} \\cos p\\omega_i & -\\sin p\\omega_i \\\\ \\sin p\\omega_i & \\cos p\\omega_i \\end{pmatrix}, \\quad ${speed}`,
      },
      { label: "Only the distance counts", tex: "(R_m q) \\cdot (R_n k) = q \\cdot R_{n-m}\\, k" },
      parameters,
    ]
  return [
    { label: "Input of a position", tex: "x_p = E[t_p] + \\mathrm{PE}_p" },
    { label: "Encoding", tex: `\\mathrm{PE}_{p,2i} = \\sin p\\omega_i, \\quad \\mathrm{PE}_{p,2i+1} = \\cos p\\omega_i, \\quad ${speed}` },
    { label: "Only the distance counts", tex: "\\mathrm{PE}_p \\cdot \\mathrm{PE}_{p+k} = \\sum_i \\cos k\\omega_i" },
    parameters,
  ]
}

function fromLayer({ type, input, framework, arguments: given }: LayerFacts): Knobs | undefined {
  if (!/^embedding$/i.test(type)) return undefined
  const [rows, width] = { torch: ["num_embeddings", "embedding_dim"], keras: ["input_dim", "output_dim"], tfjs: ["inputDim", "outputDim"] }[
    framework as "torch" | "keras" | "tfjs"
  ] ?? ["", ""]
  return known({ num_embeddings: given[rows ?? ""], embedding_dim: given[width ?? ""], length: input?.at(-1) })
}

export const positionalEncoding: Subject = {
  id: "positional-encoding",
  title: "Embeddings and positional encoding",
  group: "attention",
  summary:
    "A learned vector for each token, and its place in the sequence: as sines and cosines, as a second table, or as a turn of queries and keys.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: positionalScene,
  checked:
    "Looks up rows as a product, runs attention with and without positions on reversed texts, and compares dot products at equal distances, in TensorFlow.js.",
  check: checkPositions,
  recognise: positionsIn,
  fromLayer,
}
