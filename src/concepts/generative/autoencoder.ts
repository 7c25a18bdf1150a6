/** The subject "autoencoder": a network that is to give back its input, through a code it cannot copy it into. */
import { numberOf, percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Quantity, Subject } from "../subject.ts"
import { checkAutoencoder } from "./autoencoder-check.ts"
import { autoencoderDiagram } from "./autoencoder-diagram.ts"
import { autoencodersIn } from "./autoencoder-in-model.ts"
import { kindOf, KINDS, networkOf, sparsity, tinyRun } from "./autoencoder-kinds.ts"
import { divergence } from "./gaussian.ts"

const decimal = (name: string, label: string, initial: number, minimum: number, maximum: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: maximum,
  step: 0.01,
  help,
})

const KNOBS: readonly Knob[] = [
  { kind: "choice", name: "kind", label: "Kind", initial: "plain", help: "What keeps it from copying.", choices: KINDS },
  countKnob("input", "Input", 784, 2000, "Numbers of an example: 784 are an image of 28 × 28."),
  countKnob("hidden", "Hidden layer", 128, 1000, "Between input and code, on both sides."),
  countKnob("code", "Code", 32, 256, "Numbers between encoder and decoder: the latent vector."),
  decimal("noise", "Noise σ", 0.5, 0.05, 2, "Of a denoising one: the standard deviation of what is added to the input."),
  decimal("target", "Sparsity ρ", 0.05, 0.01, 0.5, "Of a sparse one: how active a code number should be on average."),
  decimal("activity", "Mean activity ρ̂", 0.3, 0.01, 0.99, "Of a sparse one: how active the example's is."),
  { ...decimal("weight", "Weight β", 1, 0.1, 5, "Of a sparse one: how much activity costs beside the error."), step: 0.1 } as Knob,
]

/** What the kind's loss has beside the error. */
function extra(knobs: Knobs): Quantity | undefined {
  switch (kindOf(knobs)) {
    case "sparse": {
      const [target, activity, weight] = [numberOf(knobs, "target"), numberOf(knobs, "activity"), numberOf(knobs, "weight")]
      return {
        name: "price",
        label: "Price of the activity",
        value: (weight * sparsity(target, activity)).toFixed(3),
        note: "for each code number",
      }
    }
    case "denoising":
      return { name: "noise", label: "Noise added", value: `σ = ${numberOf(knobs, "noise")}` }
    case "variational":
      return {
        name: "divergence",
        label: "KL, example",
        value: divergence(1.2, 2 * Math.log(0.5)).toFixed(3),
        note: "N(1.2, 0.5²) from N(0, 1)",
      }
    default:
      return undefined
  }
}

function numbers(knobs: Knobs): Numbers {
  const { input, code, parameters, macs } = networkOf(knobs)
  const added = extra(knobs)
  return {
    quantities: [
      { name: "input", label: "Input and output", value: input },
      { name: "code", label: "Code", value: code, note: `${percent(code, input)} of the input` },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs },
      { name: "error", label: "Mean squared error, example", value: tinyRun(knobs).error.toFixed(4) },
      ...(added ? [added] : []),
    ],
    problems: [],
  }
}

function lossTex(knobs: Knobs): string {
  const error = tinyRun(knobs).error.toFixed(4)
  const [target, activity, weight] = [numberOf(knobs, "target"), numberOf(knobs, "activity"), numberOf(knobs, "weight")]
  return {
    plain: `\\textstyle\\frac{1}{n} \\lVert x - \\hat x \\rVert^2 = ${error}`,
    denoising: `\\textstyle\\frac{1}{n} \\lVert x - g(f(x + \\varepsilon)) \\rVert^2 = ${error}, \\quad \\varepsilon \\sim \\mathcal N(0, ${numberOf(knobs, "noise")}^2)`,
    sparse: `\\textstyle\\frac{1}{n} \\lVert x - \\hat x \\rVert^2 + \\beta \\sum_j KL(\\rho \\Vert \\hat\\rho_j), \\quad ${weight} \\cdot KL(${target} \\Vert ${activity}) = ${(weight * sparsity(target, activity)).toFixed(3)}`,
    variational: `\\textstyle\\lVert x - \\hat x \\rVert^2 + \\sum_j \\frac{1}{2} (\\mu_j^2 + \\sigma_j^2 - \\log \\sigma_j^2 - 1)`,
  }[kindOf(knobs)]
}

function formulas(knobs: Knobs) {
  const { input, code, heads, layers, parameters } = networkOf(knobs)
  const put = layers.map((layer) => tex(layer.parameters)).join(" + ")
  return [
    {
      label: "There and back",
      tex: `z = f(x) \\in \\mathbb{R}^{${tex(code)}}, \\quad \\hat x = g(z) \\in \\mathbb{R}^{${tex(input)}}${heads === 2 ? ", \\quad z = \\mu + \\sigma \\varepsilon" : ""}`,
    },
    { label: "Loss", tex: lossTex(knobs) },
    { label: "Parameters", tex: `${put} = ${tex(parameters)}` },
  ]
}

export const autoencoder: Subject = {
  id: "autoencoder",
  title: "Autoencoder",
  group: "generative",
  summary: "A network that is to give back its input, through a code too narrow, too quiet or too noisy to copy it.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: autoencoderDiagram,
  checked:
    "Trains a small autoencoder of the chosen kind in TensorFlow.js on data whose best code is known: principal components, Wiener's filter, a wanted activity.",
  check: checkAutoencoder,
  recognise: autoencodersIn,
  // A pattern of the whole network: no layer means it alone.
  fromLayer: () => undefined,
}
