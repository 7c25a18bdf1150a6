/** The subject "activation functions": what they do to a number, and to the gradient on its way back through many layers. */
import type { Model } from "../../model/model.ts"
import type { Backend } from "../backend.ts"
import type { Held } from "../tensors.ts"
import { comparedNumber } from "../executed.ts"
import { layerFacts } from "../layer-facts.ts"
import { numberOf } from "../knobs.ts"
import { column, frame, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { ACTIVATIONS, type Activation, activationNamed, activationOf } from "./activations.ts"

const KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "function",
    label: "Function",
    initial: "sigmoid",
    help: "What is applied to every number by itself.",
    choices: ACTIVATIONS.map(({ name, label }) => ({ value: name, label })),
  },
  {
    kind: "number",
    name: "x",
    label: "Input x",
    initial: 1,
    minimum: -5,
    maximum: 5,
    limit: 20,
    step: 0.1,
    help: "One number that comes in.",
  },
  {
    kind: "number",
    name: "layers",
    label: "Layers",
    initial: 10,
    minimum: 1,
    maximum: 40,
    limit: 100,
    help: "How many times the function is applied, one layer after the other.",
  },
  {
    kind: "number",
    name: "slope",
    label: "Negative slope α",
    initial: 0.01,
    minimum: 0,
    maximum: 0.5,
    limit: 1,
    step: 0.01,
    help: "Of Leaky ReLU, for numbers below zero.",
    arguments: { torch: "negative_slope", keras: "negative_slope", tfjs: "alpha" },
  },
]

const read = (knobs: Knobs) => ({
  activation: activationNamed(knobs["function"]),
  x: numberOf(knobs, "x"),
  layers: numberOf(knobs, "layers"),
  slope: numberOf(knobs, "slope"),
})

/** Layer after layer: the number that arrives, and the derivative of the last by the first. */
function through(
  { value, derivative }: Activation,
  x: number,
  layers: number,
  slope: number,
): readonly { value: number; gradient: number }[] {
  const passed = [{ value: x, gradient: 1 }]
  for (let layer = 0; layer < layers; layer++) {
    const { value: arriving, gradient } = passed[layer] as { value: number; gradient: number }
    passed.push({ value: value(arriving, slope), gradient: gradient * derivative(arriving, slope) })
  }
  return passed
}

const shown = (value: number): string => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4))

function numbers(knobs: Knobs): Numbers {
  const { activation, x, layers, slope } = read(knobs)
  const last = through(activation, x, layers, slope).at(-1)
  return {
    quantities: [
      { name: "value", label: "f(x)", value: shown(activation.value(x, slope)) },
      { name: "derivative", label: "f′(x)", value: shown(activation.derivative(x, slope)) },
      { name: "steepest", label: "Steepest slope", value: String(activation.steepest) },
      { name: "layers", label: "Layers", value: layers },
      { name: "gradient", label: "Gradient through them", value: shown(last?.gradient ?? 1), note: "of the last output by x" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { activation, x, layers, slope } = read(knobs)
  const gradient = through(activation, x, layers, slope).at(-1)?.gradient ?? 1
  return [
    { label: activation.label, tex: `f(x) = ${activation.tex} \\quad f(${x}) = ${shown(activation.value(x, slope))}` },
    { label: "Derivative", tex: `f'(x) = ${activation.derivativeTex} \\quad f'(${x}) = ${shown(activation.derivative(x, slope))}` },
    { label: "Chain rule", tex: `\\prod_{l=1}^{${layers}} f'(x_l) = ${texScientific(gradient)}` },
  ]
}

const texScientific = (value: number): string =>
  shown(value)
    .replace(/e([+-]?\d+)/, " \\cdot 10^{$1}")
    .replace("+", "")

const SAMPLES = 121
const samples = (from: number, to: number): readonly number[] =>
  Array.from({ length: SAMPLES }, (_, index) => from + ((to - from) * index) / (SAMPLES - 1))

function curves({ value, derivative, label }: Activation, x: number, slope: number): Plot {
  const edge = Math.max(5, Math.ceil(Math.abs(x)))
  const points = (of: (x: number) => number) => samples(-edge, edge).map((at) => [at, of(at)] as const)
  return {
    kind: "plot",
    id: "curves",
    label,
    width: 230,
    height: 150,
    x: { label: "x", from: -edge, to: edge, ticks: [-edge, 0, edge] },
    y: { label: "", from: -1.5, to: 3, ticks: [-1, 0, 1, 2, 3] },
    curves: [
      { tone: "output", name: "f(x)", points: points((at) => value(at, slope)) },
      { tone: "kernel", name: "f′(x)", isDashed: true, points: points((at) => derivative(at, slope)) },
    ],
    dots: [
      { x, y: Math.max(-1.5, Math.min(3, value(x, slope))), tone: "output", radius: 4, hint: `f(${x})` },
      { x, y: derivative(x, slope), tone: "kernel", radius: 4, hint: `f′(${x})` },
    ],
  }
}

/** Tens, as a gradient that vanishes does so by tens. */
const tens = (value: number): number => Math.max(-12, Math.log10(Math.max(1e-12, Math.abs(value))))
const TONES: readonly Tone[] = ["first", "second", "third", "fourth"]

function vanishing(selected: Activation, x: number, layers: number, slope: number): Plot {
  const others = ACTIVATIONS.filter(({ name }) => name !== selected.name && ["sigmoid", "relu", "tanh"].includes(name))
  return {
    kind: "plot",
    id: "vanishing",
    label: "Gradient left after each layer",
    width: 230,
    height: 150,
    x: { label: "layers passed", from: 0, to: layers },
    y: { label: "10 to the power of", from: -12, to: 1, ticks: [-12, -9, -6, -3, 0] },
    curves: [selected, ...others].map((activation, index) => ({
      tone: index === 0 ? ("output" as const) : (TONES[index] as Tone),
      name: activation.label,
      isDashed: index > 0,
      points: through(activation, x, layers, slope).map(({ gradient }, layer) => [layer, tens(gradient)] as const),
    })),
  }
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { activation, x, layers, slope } = read(knobs)
  const last = through(activation, x, layers, slope).at(-1)?.gradient ?? 1
  return {
    title: "Activation functions",
    description: `${activation.label} and its derivative: at ${x} it gives ${shown(activation.value(x, slope))} with slope ${shown(activation.derivative(x, slope))}. Through ${layers} layers a gradient of 1 becomes ${shown(last)}.`,
    content: column([
      frame(selection, "function", "The function and its slope", row([curves(activation, x, slope), choices(activation, x, slope)], 30)),
      frame(
        selection,
        "depth",
        "The same slope, layer after layer",
        row([vanishing(activation, x, layers, slope), advice(activation, last, layers)], 24),
      ),
    ]),
  }
}

function choices(selected: Activation, x: number, slope: number) {
  return {
    kind: "bars" as const,
    id: "slopes",
    label: `Slope at x = ${x}`,
    width: 110,
    rows: ACTIVATIONS.map((each) => ({
      label: each.label,
      value: Math.max(0, each.derivative(x, slope)),
      text: shown(each.derivative(x, slope)),
      tone: each.name === selected.name ? ("output" as const) : ("plain" as const),
    })),
  }
}

function advice({ label }: Activation, gradient: number, layers: number) {
  const lines =
    Math.abs(gradient) < 1e-3
      ? [`${shown(gradient)} of the gradient is left`, `after ${layers} layers of ${label}:`, "the first layers hardly learn."]
      : [`${shown(gradient)} of the gradient is left`, `after ${layers} layers of ${label}.`]
  return words(lines, { align: "start", isQuiet: true })
}

/** Of random inputs, enough for a share to two digits. */
const INPUTS = 20_000

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { activation, x, layers, slope } = read(knobs)
  const { tensors } = backend
  const apply = (at: number, times: number) =>
    backend.gradients((held) => repeated(backend, activation, held as Held, times, slope), [tensors.scalar(at)])[0]
  const chain = through(activation, x, layers, slope)
  const measured = await backend.number(apply(x, layers) as Held)
  const inputs = tensors.randomNormal([INPUTS], 0, 1, "float32", 7)
  const [slopes] = backend.gradients((held) => tensors.sum(tensors.relu(held as Held)), [inputs])
  const dead = 1 - (await backend.number(tensors.mean(slopes as Held)))
  return {
    backend: backend.name,
    rows: [
      comparedNumber("f(x)", activation.value(x, slope), await backend.number(repeated(backend, activation, tensors.scalar(x), 1, slope))),
      comparedNumber("f′(x) by back-propagation", activation.derivative(x, slope), await backend.number(apply(x, 1) as Held)),
      sameTens(`Gradient through ${layers} layers`, chain.at(-1)?.gradient ?? 1, measured),
      {
        what: "Share of normal inputs for which ReLU passes no gradient",
        predicted: "50 %",
        measured: `${(100 * dead).toFixed(1)} %`,
        agrees: Math.abs(dead - 0.5) < 0.02,
      },
    ],
    timings: [],
    note: `The derivative is the library's own back-propagation; the share is of ${INPUTS.toLocaleString("en-US")} random inputs.`,
  }
}

function repeated(backend: Backend, activation: Activation, x: Held, times: number, slope: number) {
  let value = x
  for (let layer = 0; layer < times; layer++) value = activation.execute(backend.tensors, value, slope)
  return value
}

/** Small numbers are compared by their size. */
function sameTens(what: string, predicted: number, measured: number) {
  const agrees = Math.abs(predicted - measured) <= 1e-2 * Math.abs(predicted) + 1e-30
  return { what, predicted: shown(predicted), measured: shown(measured), agrees }
}

function fromLayer({ type, arguments: given }: LayerFacts): Knobs | undefined {
  const activation = activationOf(type)
  const slope = given["negative_slope"] ?? given["alpha"]
  return activation && { function: activation.name, ...(typeof slope === "number" && { slope }) }
}

/** Every layer that is an activation; functions applied in `forward` have no layer to show. */
function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    return knobs ? [{ layers: [layer.path], label: activationNamed(knobs["function"]).label, knobs }] : []
  })
}

export const activationFunctions: Subject = {
  id: "activation-functions",
  title: "Activation functions",
  group: "foundations",
  summary:
    "A bend after each layer, without which many layers would be no more than one; its slope decides whether gradients reach the first layers.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Applies the function in TensorFlow.js, and lets it back-propagate through all the layers: value, slope and what is left of the gradient.",
  check,
  recognise,
  fromLayer,
}
