/** The subject "shortcuts": ResNet adds what went in, DenseNet concatenates all that came before. */
import { convolve } from "../../operators/convolve.ts"
import { sum } from "../../values/dim.ts"
import { concatenated } from "../../values/shape.ts"
import type { Backend } from "../backend.ts"
import { compared } from "../executed.ts"
import { grouped, numberOf, short, sizesText, texNumber as tex } from "../knobs.ts"
import { shortcutExample } from "./shortcut-example.ts"
import { shortcutsIn } from "./shortcuts-in-model.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, Numbers, Subject } from "../subject.ts"
import type { Held } from "../tensors.ts"

const count = (name: string, label: string, initial: number, maximum: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: 1,
  maximum,
  limit: 1024,
  help,
})

const KNOBS: readonly Knob[] = [
  count("channels", "Channels in", 64, 256, "Feature maps that come into the block."),
  { ...count("layers", "Layers", 6, 12, "3 × 3 convolutions in the block, one after the other."), limit: 32 } as Knob,
  count("growth", "Growth rate k", 32, 64, "Feature maps that each layer of a dense block adds."),
  { ...count("image", "Image size", 56, 112, "Height and width of the feature maps."), limit: 512 } as Knob,
]

const read = (knobs: Knobs) => ({
  channels: numberOf(knobs, "channels"),
  layers: numberOf(knobs, "layers"),
  growth: numberOf(knobs, "growth"),
  image: numberOf(knobs, "image"),
})

const WINDOW = { size: 3, stride: 1, padding: 1, dilation: 1 } as const

interface Step {
  readonly channelsIn: number
  readonly channelsOut: number
  readonly parameters: number
  readonly macs: number
}

/** By the operators that analyse the reader's code; convolutions have no bias, as normalisation follows them. */
function step(channelsIn: number, channelsOut: number, image: number): Step {
  const { macs } = convolve([1, channelsIn, image, image], [channelsOut, channelsIn, 3, 3], [WINDOW, WINDOW], 1)
  return { channelsIn, channelsOut, parameters: channelsIn * channelsOut * 9, macs: Number(macs) }
}

function computed(knobs: Knobs) {
  const { channels, layers, growth, image } = read(knobs)
  const each = Array.from({ length: layers }, (_, layer) => layer)
  const residual = each.map(() => step(channels, channels, image))
  const dense = each.map((layer) => step(channels + layer * growth, growth, image))
  const joined = concatenated([[1, channels, image, image], ...each.map(() => [1, growth, image, image])], 1)
  const total = (steps: readonly Step[], of: (one: Step) => number): number => Number(sum(steps.map(of)))
  const shape = Array.isArray(joined) ? joined : joined.shape
  return {
    residual,
    dense,
    denseChannels: Number(shape[1] ?? channels + layers * growth),
    parameters: { residual: total(residual, (one) => one.parameters), dense: total(dense, (one) => one.parameters) },
    macs: { residual: total(residual, (one) => one.macs), dense: total(dense, (one) => one.macs) },
  }
}

function numbers(knobs: Knobs): Numbers {
  const { channels, image, layers } = read(knobs)
  const { denseChannels, parameters, macs } = computed(knobs)
  return {
    quantities: [
      { name: "residual_output", label: "ResNet: out", value: [channels, image, image], note: "as wide as what came in" },
      { name: "dense_output", label: "DenseNet: out", value: [denseChannels, image, image], note: `after ${layers} layers` },
      { name: "residual_parameters", label: "ResNet: parameters", value: parameters.residual },
      { name: "dense_parameters", label: "DenseNet: parameters", value: parameters.dense },
      { name: "residual_macs", label: "ResNet: MACs", value: macs.residual },
      { name: "dense_macs", label: "DenseNet: MACs", value: macs.dense },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { channels, layers, growth } = read(knobs)
  const { denseChannels, parameters } = computed(knobs)
  return [
    { label: "ResNet", tex: "x_l = x_{l-1} + F_l(x_{l-1})" },
    { label: "DenseNet", tex: "x_l = F_l([x_0, x_1, \\ldots, x_{l-1}])" },
    { label: "Channels", tex: `k_0 + k \\cdot L = ${tex(channels)} + ${tex(growth)} \\cdot ${layers} = ${tex(denseChannels)}` },
    { label: "ResNet weights", tex: `L \\cdot 9\\,C^2 = ${layers} \\cdot 9 \\cdot ${tex(channels)}^2 = ${tex(parameters.residual)}` },
    { label: "DenseNet weights", tex: `\\sum_{l=1}^{${layers}} 9\\,k\\,(k_0 + k(l-1)) = ${tex(parameters.dense)}` },
  ]
}

const TONES: readonly Tone[] = ["second", "third", "fourth", "first"]
const toneOf = (layer: number): Tone => TONES[layer % TONES.length] as Tone
/** More layers than this are not drawn. */
const SHOWN = 5

function residualPart(knobs: Knobs): { part: Part; edges: Edge[] } {
  const { channels, layers } = read(knobs)
  const shown = Math.min(layers, SHOWN)
  const parts: Part[] = [{ kind: "node", id: "r0", tone: "input", text: "x₀", label: grouped(channels) }]
  const edges: Edge[] = []
  for (let layer = 1; layer <= shown; layer++) {
    parts.push(
      { kind: "box", id: `f${layer}`, tone: "kernel", label: "3 × 3" },
      { kind: "node", id: `r${layer}`, tone: "output", text: "+", label: grouped(channels) },
    )
    edges.push(
      { from: `r${layer - 1}`, to: `f${layer}`, kind: "flow" },
      { from: `f${layer}`, to: `r${layer}`, kind: "flow" },
      { from: `r${layer - 1}`, to: `r${layer}`, kind: "flow", direction: "over", tone: "output" },
    )
  }
  const rest = layers > shown ? [words(`… ${layers} layers`, { isQuiet: true, size: "small" })] : []
  // Room for the shortcuts, which go above.
  return { part: column([words(" "), row([...parts, ...rest], 26)], 4), edges }
}

/** Each layer's input as a band: all that came before, side by side. */
function densePart(knobs: Knobs, { moment }: Selection): Part {
  const { channels, layers, growth } = read(knobs)
  const shown = Math.min(layers, SHOWN + 1)
  const widest = channels + layers * growth
  const bands = Array.from({ length: shown }, (_, layer): Part => {
    const segments = [
      { size: channels, tone: "input" as Tone, text: grouped(channels) },
      ...Array.from({ length: layer }, (__, before) => ({ size: growth, tone: toneOf(before), text: grouped(growth) })),
    ]
    const wide = channels + layer * growth
    return row(
      [
        readingOf(layer, wide, layer === moment, widest),
        { kind: "strip", id: `band${layer}`, width: Math.max(30, (wide / widest) * 330), segments },
        words(`adds ${grouped(growth)}`, { size: "small", isQuiet: true }),
      ],
      14,
    )
  })
  const rest = layers > shown ? [words(`⋮ up to layer ${layers}`, { isQuiet: true, size: "small" })] : []
  return column([...bands, ...rest], 0, "start")
}

/** All as wide as the widest, so that the bands begin below one another. */
const readingOf = (layer: number, wide: number, isNow: boolean, widest: number): Part => ({
  kind: "grid",
  id: `reading${layer}`,
  tone: "input",
  label: " ",
  side: 18,
  cellWidth: 92 + 6 * grouped(widest).length,
  cells: [[{ text: `layer ${layer + 1} reads ${grouped(wide)}`, isMarked: isNow, isFaint: !isNow }]],
})

function costs(knobs: Knobs): Part {
  const { parameters, macs } = computed(knobs)
  const bars = (id: string, label: string, of: { residual: number; dense: number }): Part => ({
    kind: "bars",
    id,
    label,
    width: 170,
    rows: [
      { label: "ResNet", value: of.residual, text: short(of.residual), tone: "output" },
      { label: "DenseNet", value: of.dense, text: short(of.dense), tone: "second" },
    ],
  })
  return row([bars("parameter-bars", "Parameters", parameters), bars("mac-bars", "MACs", macs)], 40)
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { channels, layers, growth } = read(knobs)
  const { denseChannels } = computed(knobs)
  const residual = residualPart(knobs)
  const shown = Math.min(layers, SHOWN + 1)
  const layerNow = Math.min(selection.moment, shown - 1)
  return {
    title: "Shortcuts: ResNet and DenseNet",
    description: `${layers} layers: a residual block adds its input to its output and stays ${grouped(channels)} channels wide; a dense block appends ${grouped(growth)} channels with each layer and ends with ${grouped(denseChannels)}.`,
    content: column([
      frame(selection, "residual", "ResNet: what went in is added", residual.part),
      frame(
        selection,
        "dense",
        "DenseNet: all that came before is read again",
        densePart(knobs, { ...selection, moment: Math.min(selection.moment, shown - 1) }),
      ),
      frame(selection, "example", `Two numbers through layer ${layerNow + 1}: added, appended`, shortcutExample(layerNow)),
      frame(selection, "costs", "What it costs", costs(knobs)),
    ]),
    edges: residual.edges,
    moments: { count: shown, perRow: 1, names: "dense layer" },
  }
}

/** A small stack that is really back-propagated: so wide, and with weights that shrink a little. */
const WIDTH = 16
const DEPTH = 24
const GAIN = 0.5

function gradientNorm(backend: Backend, weights: readonly Held[], x: Held, hasShortcut: boolean): Promise<number> {
  const { tensors } = backend
  const [gradient] = backend.gradients(
    (input) => {
      let value = input as Held
      for (const weight of weights) {
        const made = tensors.tanh(tensors.matMul(value, weight))
        value = hasShortcut ? tensors.add(value, made) : made
      }
      return tensors.sum(value)
    },
    [x],
  )
  return backend.number(tensors.sqrt(tensors.sum(tensors.square(gradient as Held))))
}

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { channels, layers, growth } = read(knobs)
  const { tensors } = backend
  const { denseChannels } = computed(knobs)
  const small = 4
  let dense = tensors.zeros([1, small, small, channels])
  for (let layer = 0; layer < layers; layer++) dense = tensors.concat([dense, tensors.zeros([1, small, small, growth])], 3)
  const added = tensors.add(tensors.zeros([1, small, small, channels]), tensors.zeros([1, small, small, channels]))
  const weights = Array.from({ length: DEPTH }, (_, index) =>
    tensors.randomNormal([WIDTH, WIDTH], 0, GAIN / Math.sqrt(WIDTH), "float32", index + 1),
  )
  const x = tensors.randomNormal([1, WIDTH], 0, 1, "float32", 99)
  const [plain, shortcut] = [await gradientNorm(backend, weights, x, false), await gradientNorm(backend, weights, x, true)]
  // Every layer scales a gradient by about GAIN at most; the sum's own gradient is √WIDTH long.
  const bound = GAIN ** DEPTH * 2 ** 8 * Math.sqrt(WIDTH)
  return {
    backend: backend.name,
    rows: [
      compared("Channels after concatenating", grouped(denseChannels), grouped(dense.shape[3] ?? 0)),
      compared(
        "Shape after adding",
        sizesText([channels, small, small]),
        sizesText([added.shape[3] ?? 0, added.shape[1] ?? 0, added.shape[2] ?? 0]),
      ),
      {
        what: `Gradient through ${DEPTH} plain layers`,
        predicted: `below ${bound.toExponential(0)}`,
        measured: plain.toExponential(1),
        agrees: plain < bound,
      },
      {
        what: `Gradient through ${DEPTH} layers with shortcuts`,
        predicted: "above 1",
        measured: shortcut.toFixed(2),
        agrees: shortcut > 1,
      },
    ],
    timings: [],
    note: `The gradients are those of ${DEPTH} layers tanh(Wx) of ${WIDTH} numbers with small random weights, by the library's own back-propagation.`,
  }
}

export const shortcuts: Subject = {
  id: "shortcuts",
  title: "Shortcuts: ResNet and DenseNet",
  group: "convolution",
  summary: "A way around layers lets gradients and features through: ResNet adds what went in, DenseNet concatenates all that came before.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Adds and concatenates in TensorFlow.js, and back-propagates through deep stacks with and without shortcuts.",
  check,
  recognise: shortcutsIn,
  // One layer alone is no shortcut.
  fromLayer: () => undefined,
}
