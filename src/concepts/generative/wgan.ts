/** The subject "WGAN": a critic that measures how far real and made are apart, instead of a discriminator that tells them apart. */
import { texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkWgan } from "./wgan-check.ts"
import { wganDiagram } from "./wgan-diagram.ts"
import { wassersteinOf } from "./wgan-example.ts"
import { criticsIn } from "./wgan-in-models.ts"

const decimal = (
  name: string,
  label: string,
  [initial, minimum, maximum, step]: readonly [number, number, number, number],
  help: string,
): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: maximum,
  step,
  help,
})

const KNOBS: readonly Knob[] = [
  decimal("apart", "Distance θ", [3, 0, 6, 0.1], "From what is made to what is real, in the example on a line."),
  decimal("width", "Width", [1, 0, 3, 0.1], "Of both heaps; without any they are the paper's parallel lines."),
  decimal("clip", "Clipping c", [0.01, 0.001, 1, 0.001], "After each step the critic's weights are brought back within ±c."),
  decimal("penalty", "Penalty λ", [10, 1, 50, 1], "Of the critic's slope where it is not 1: the other way to hold it."),
  {
    kind: "number",
    name: "steps",
    label: "Critic steps",
    initial: 5,
    minimum: 1,
    maximum: 20,
    limit: 20,
    help: "For each step of the generator: n_critic.",
  },
  countKnob("latent", "Noise", 100, 512, "Random numbers the generator starts from: latent_dim."),
  countKnob("hidden", "Hidden layer", 128, 1024, "Numbers in each of them, in both networks."),
  { kind: "number", name: "depth", label: "Hidden layers", initial: 2, minimum: 1, maximum: 6, limit: 8, help: "In both networks." },
  countKnob("size", "Size of an example", 784, 3000, "Numbers: 784 are an image of 28 × 28."),
]

const few = (value: number): string => (value >= 0.001 && value < 100_000 ? String(Number(value.toPrecision(4))) : value.toExponential(2))

function numbers(knobs: Knobs): Numbers {
  const { critic, macs, divergence, apart, overlap, steepest, slope, steps } = wassersteinOf(knobs)
  return {
    quantities: [
      { name: "distance", label: "Wasserstein distance", value: apart.toFixed(3) },
      {
        name: "divergence",
        label: "Jensen–Shannon divergence",
        value: divergence.toFixed(3),
        note: overlap === 0 ? "log 2, however far apart" : "nats",
      },
      { name: "slope", label: "Critic's slope with the penalty", value: slope.toFixed(3), note: "1 + θ ÷ 2λ" },
      { name: "steepest", label: "Steepest when clipped", value: few(steepest), note: "by one input number" },
      { name: "critic", label: "Critic's parameters", value: critic, note: "as many as a discriminator's" },
      { name: "macs", label: "MACs forward, each round", value: macs, note: `${steps} × the critic, 1 × the generator; one example` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { apart, overlap, divergence, clip, hidden, depth, steepest, penalty, slope, pairing } = wassersteinOf(knobs)
  const sum = pairing.moves.map((move) => move.toFixed(2)).join(" + ")
  return [
    {
      label: "Kantorovich–Rubinstein",
      tex: "W_1(P, P') = \\sup_{\\|f\\|_L \\leq 1} \\; \\mathbb{E}_{x \\sim P} [f(x)] - \\mathbb{E}_{x \\sim P'} [f(x)]",
    },
    { label: "On a line", tex: `W_1 = \\tfrac{1}{n} \\sum_i |x_{(i)} - x'_{(i)}| = \\tfrac{1}{4} (${sum}) = ${pairing.mean.toFixed(2)}` },
    { label: "Jensen–Shannon", tex: `(1 - ${overlap.toFixed(3)}) \\cdot \\log 2 = ${divergence.toFixed(3)}` },
    {
      label: "Clipping",
      tex: `c \\, (h c)^{L} = ${clip} \\cdot (${tex(hidden)} \\cdot ${clip})^{${depth}} = ${few(steepest)}`.replace(
        /([\d.]+)e([+-]\d+)/,
        "$1 \\cdot 10^{$2}",
      ),
    },
    {
      label: "Gradient penalty",
      tex: `\\lambda \\, \\mathbb{E} (\\|\\nabla f(\\hat{x})\\| - 1)^2, \\; \\lambda = ${penalty}: \\quad s = 1 + \\tfrac{${apart}}{2 \\cdot ${penalty}} = ${slope.toFixed(3)}`,
    },
  ]
}

export const wgan: Subject = {
  id: "wgan",
  title: "Wasserstein GAN (WGAN)",
  group: "generative",
  summary:
    "A GAN whose discriminator becomes a critic: its scores measure a distance, which has a slope however far apart real and made are.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: wganDiagram,
  checked:
    "Measures both distances on samples, trains critics held by clipping and by a penalty, and plays two games from afar in TensorFlow.js.",
  check: checkWgan,
  recognise: criticsIn,
  // Two networks against each other: no layer means it alone.
  fromLayer: () => undefined,
}
