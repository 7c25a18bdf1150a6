/** The subject "variational autoencoder": a code that is a distribution, sampled in a way gradients can pass. */
import { numberOf, percent, texNumber as tex } from "../knobs.ts"
import type { Model } from "../../model/model.ts"
import { patternGraph } from "../pattern-graph.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Match, Numbers, Subject } from "../subject.ts"
import { latentsIn } from "./latent-in-model.ts"
import { checkVariational } from "./variational-check.ts"
import { computed } from "./variational-code.ts"
import { variationalDiagram } from "./variational-diagram.ts"

const decimal = (name: string, label: string, initial: number, minimum: number, maximum: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: 10,
  step: 0.1,
  help,
})

const KNOBS: readonly Knob[] = [
  countKnob("input", "Input", 784, 2000, "Numbers of an example."),
  countKnob("hidden", "Hidden layer", 400, 1000, "Between input and code, on both sides."),
  countKnob("latent", "Code", 20, 128, "Numbers of the latent vector z: as many means, and as many log-variances."),
  decimal("mean", "Mean μ₁", 1.2, -3, 3, "What the encoder gives for the first code number of the example."),
  decimal("log_variance", "log σ²₁", -1.4, -4, 2, "The logarithm of its variance: any number will do, so no activation is needed."),
  decimal("noise", "Noise ε₁", 0.8, -3, 3, "Drawn from N(0, 1), new each time."),
  {
    ...decimal("beta", "Weight β", 1, 0, 8, "Of the divergence beside the error; 1 is the bound itself, more is a β-VAE."),
    limit: 100,
  } as Knob,
]

function numbers(knobs: Knobs): Numbers {
  const { code, deviation, z, price, parameters, macs } = computed(knobs)
  const latent = numberOf(knobs, "latent")
  return {
    quantities: [
      { name: "latent", label: "Code", value: latent, note: `${percent(latent, numberOf(knobs, "input"))} of the input` },
      { name: "parameters", label: "Parameters", value: parameters, note: "two heads of the encoder" },
      { name: "macs", label: "MACs", value: macs },
      { name: "deviation", label: "σ₁", value: deviation.toFixed(3) },
      { name: "sample", label: "z₁ = μ₁ + σ₁ε₁", value: z.toFixed(3) },
      { name: "divergence", label: "KL of z₁", value: (code[0]?.divergence ?? 0).toFixed(3), note: "nats" },
      { name: "price", label: "β · KL, four numbers", value: price.toFixed(3) },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { mean, logVariance, deviation, noise, z, code, layers, parameters } = computed(knobs)
  const variance = Math.exp(logVariance).toFixed(3)
  return [
    { label: "Sample", tex: `z = \\mu + \\sigma \\varepsilon = ${mean} + ${deviation.toFixed(3)} \\cdot (${noise}) = ${z.toFixed(3)}` },
    {
      label: "Divergence",
      tex: `KL = \\tfrac{1}{2} (\\mu^2 + \\sigma^2 - \\log \\sigma^2 - 1) = \\tfrac{1}{2} (${(mean ** 2).toFixed(3)} + ${variance} - (${logVariance}) - 1) = ${(code[0]?.divergence ?? 0).toFixed(3)}`,
    },
    {
      label: "Bound",
      tex: `\\log p(x) \\ge \\mathbb{E}_{q(z|x)} [\\log p(x|z)] - KL(q(z|x) \\,\\Vert\\, p(z))`,
    },
    { label: "Parameters", tex: `${layers.map((layer) => tex(layer.parameters)).join(" + ")} = ${tex(parameters)}` },
  ]
}

function recognise(model: Model): readonly Match[] {
  return latentsIn(patternGraph(model), model).map(({ mean, logVariance, size }) => ({
    layers: [...new Set([mean, logVariance].flatMap(({ layer }) => layer?.path ?? []))],
    label: size === undefined ? "VAE · mean, log-variance and a sample" : `VAE · ${size} means, ${size} log-variances, a sample`,
    knobs: { ...(size !== undefined && { latent: size }) },
  }))
}

export const variationalAutoencoder: Subject = {
  id: "variational-autoencoder",
  title: "Variational autoencoder (VAE)",
  group: "generative",
  summary: "An autoencoder whose code is a distribution near a known one, so that random codes decode to new examples.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: variationalDiagram,
  checked:
    "Compares the divergence's formula with 100,000 samples in TensorFlow.js, and back-propagates through the sampling to mean and deviation.",
  check: checkVariational,
  recognise,
  // Two heads and a sample: no layer means it alone.
  fromLayer: () => undefined,
}
