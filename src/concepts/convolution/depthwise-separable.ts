/** The subject "depthwise-separable convolution": first each channel for itself, then 1×1 across channels; beside the standard convolution. */
import type { Layer, Model } from "../../model/model.ts"
import { convolve } from "../../operators/convolve.ts"
import type { Outcome } from "../../operators/outcome.ts"
import { add, type Dim, product } from "../../values/dim.ts"
import type { Backend, Measurement } from "../backend.ts"
import type { Held } from "../tensors.ts"
import { type SeparablePair, separablePairs } from "./depthwise-in-model.ts"
import { affordable, channelsFirst, compared, refusal, sizeNote, sizeOfAll } from "../executed.ts"
import { grouped, numberOf, pairOf, percent, short, sizesText, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { kernelOf, known, knownSizes, pairArgument } from "./layer-kernel.ts"
import { type Bars, column, frame, type Part, row, type Scene, type Selection, type Tone, type Volume, words } from "../scene.ts"
import { separableExample } from "./separable-example.ts"
import { channels, DILATION, drawnAxis, IMAGE_SIZE, KERNEL_SIZE, PADDING, STRIDE, slidingOf, windowsOf } from "./sliding.ts"
import { type Example, imageWindow, momentsOf, spotAt } from "./sliding-example.ts"
import type { CheckResult, Knob, Knobs, LayerFacts, Match, Numbers, Refusal, Subject } from "../subject.ts"

const KNOBS: readonly Knob[] = [
  { ...channels("in_channels", "Channels in", 32, "Feature maps that come in."), initial: 32 } as Knob,
  channels("out_channels", "Filters", 64, "Feature maps that come out.", { keras: "filters", tfjs: "filters" }),
  KERNEL_SIZE,
  STRIDE,
  PADDING,
  DILATION,
  {
    ...channels("multiplier", "Depth multiplier", 1, "How many filters each channel has of its own.", {
      keras: "depth_multiplier",
      tfjs: "depthMultiplier",
    }),
    maximum: 4,
  } as Knob,
  {
    kind: "choice",
    name: "bias",
    label: "Bias",
    initial: "none",
    help: "Which convolutions add a learned number to each map; with batch normalisation behind them, none.",
    choices: [
      { value: "none", label: "none" },
      { value: "pointwise", label: "pointwise only" },
      { value: "both", label: "both convolutions" },
    ],
  },
  { ...IMAGE_SIZE, initial: 56 } as Knob,
]

const read = (knobs: Knobs) => ({
  inChannels: numberOf(knobs, "in_channels"),
  filters: numberOf(knobs, "out_channels"),
  multiplier: numberOf(knobs, "multiplier"),
  image: pairOf(knobs, "image"),
  size: pairOf(knobs, "kernel_size"),
  windows: windowsOf(knobs),
  hasBias: knobs["bias"] !== "none",
  hasInnerBias: knobs["bias"] === "both",
})

const ONE = { size: 1, stride: 1, padding: 0, dilation: 1 } as const

interface Cost {
  readonly outcome: Outcome
  readonly parameters: Dim
}

/** The three convolutions, by the operator that analyses the reader's code. */
function computed(knobs: Knobs, image = read(knobs).image) {
  const { inChannels, filters, multiplier, size, windows, hasBias, hasInnerBias } = read(knobs)
  const inner = inChannels * multiplier
  const cost = (input: readonly Dim[], kernel: readonly Dim[], at: typeof windows, groups: number, biases: number): Cost => ({
    outcome: convolve(input, kernel, at, groups),
    parameters: add(product(kernel), biases),
  })
  const standard = cost([1, inChannels, ...image], [filters, inChannels, ...size], windows, 1, hasBias ? filters : 0)
  const depthwise = cost([1, inChannels, ...image], [inner, 1, ...size], windows, inChannels, hasInnerBias ? inner : 0)
  const pointwise = cost(depthwise.outcome.shape, [filters, inner, 1, 1], [ONE, ONE], 1, hasBias ? filters : 0)
  return {
    inner,
    standard,
    depthwise,
    pointwise,
    output: standard.outcome.shape.slice(1).map(Number),
    between: depthwise.outcome.shape.slice(1).map(Number),
    parameters: add(depthwise.parameters, pointwise.parameters),
    macs: add(depthwise.outcome.macs, pointwise.outcome.macs),
  }
}

function numbers(knobs: Knobs): Numbers {
  const { output, between, parameters, macs, standard } = computed(knobs)
  const problems = [...new Set(standard.outcome.problems.map(({ message }) => `The layer ${message}.`))]
  if (problems.length > 0) return { quantities: [], problems }
  const { inChannels, image } = read(knobs)
  return {
    quantities: [
      { name: "input", label: "Input", value: [inChannels, ...image] },
      { name: "between", label: "Between the two", value: between },
      { name: "output", label: "Output", value: output },
      {
        name: "parameters",
        label: "Parameters",
        value: parameters,
        note: `${percent(parameters, standard.parameters)} of ${grouped(standard.parameters)}`,
      },
      { name: "macs", label: "MACs", value: macs, note: `${percent(macs, standard.outcome.macs)} of ${grouped(standard.outcome.macs)}` },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { filters, inChannels, multiplier, size } = read(knobs)
  const { macs, standard, depthwise, pointwise, inner, output } = computed(knobs)
  const ratio = Number(macs) / Number(standard.outcome.macs)
  const [positions, window] = [output.slice(1).map(tex).join(" \\cdot "), size.join(" \\cdot ")]
  const times = multiplier === 1 ? "" : "m"
  const open = multiplier === 1 ? "" : `${multiplier} \\left(`
  const close = multiplier === 1 ? "" : "\\right)"
  return [
    {
      label: "Standard",
      tex: `H' W' k^2 \\, C_{in} C_{out} = ${positions} \\cdot ${window} \\cdot ${tex(inChannels)} \\cdot ${tex(filters)} = ${tex(standard.outcome.macs)}`,
    },
    {
      label: "Depthwise",
      tex: `H' W' k^2 \\, C_{in} ${times} = ${positions} \\cdot ${window} \\cdot ${tex(inner)} = ${tex(depthwise.outcome.macs)}`,
    },
    {
      label: "Pointwise",
      tex: `H' W' \\, C_{in} ${times} \\, C_{out} = ${positions} \\cdot ${tex(inner)} \\cdot ${tex(filters)} = ${tex(pointwise.outcome.macs)}`,
    },
    {
      label: "Ratio of MACs",
      tex: `${multiplier === 1 ? "" : "m \\left("}\\frac{1}{C_{out}} + \\frac{1}{k^2}${close} = ${open}\\frac{1}{${tex(filters)}} + \\frac{1}{${size[0] * size[1]}}${close} = ${ratio.toPrecision(3)}`,
    },
  ]
}

/** Channels keep their colour for as long as they are not mixed. */
const CHANNEL_TONES: readonly Tone[] = ["first", "second", "third", "fourth"]
const SIDE = 84

function exampleOf(knobs: Knobs): Example {
  const { image, windows } = read(knobs)
  return { rows: drawnAxis(image[0], windows[0]), columns: drawnAxis(image[1], windows[1]), channels: 1, hasBias: false }
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const example = exampleOf(knobs)
  const { inChannels, filters, size } = read(knobs)
  const { standard, macs, inner } = computed(knobs)
  return {
    title: "Depthwise-separable convolution",
    description:
      `Above, a standard convolution: each of ${grouped(filters)} filters reads all ${grouped(inChannels)} channels, ${grouped(standard.outcome.macs)} multiply-accumulates. ` +
      `Below, ${grouped(inner)} depthwise filters of ${sizesText(size)} read one channel each, then ${grouped(filters)} pointwise filters of 1 × 1 mix the channels: ${grouped(macs)}, or ${percent(macs, standard.outcome.macs)}.`,
    content: column([
      frame(selection, "standard", "Standard: every filter reads all channels", standardPart(knobs, example, selection)),
      frame(
        selection,
        "separable",
        "Separable: each channel for itself, then 1 × 1 across channels",
        separablePart(knobs, example, selection),
      ),
      frame(selection, "example", "How one output number is made", separableExample(example, selection.moment, read(knobs).inChannels)),
      frame(selection, "costs", "What it costs", costs(knobs)),
    ]),
    edges: [
      { from: "input.window", to: "filter.front", kind: "cone", tone: "plain" },
      { from: "filter.front", to: "output.cell", kind: "cone", tone: "output" },
      { from: "image.window", to: "depthwise1.front", kind: "cone", tone: CHANNEL_TONES[0] as Tone },
      { from: "depthwise1.front", to: "between.window", kind: "cone", tone: CHANNEL_TONES[0] as Tone },
      { from: "between.window", to: "pointwise1.front", kind: "cone", tone: "plain" },
      { from: "pointwise1.front", to: "result.cell", kind: "cone", tone: "output" },
    ],
    moments: momentsOf(example),
  }
}

const scaled = (rows: number, columns: number, longest: number) => ({
  width: Math.max(10, (columns * longest) / Math.max(rows, columns)),
  height: Math.max(10, (rows * longest) / Math.max(rows, columns)),
})

function imageVolume(id: string, knobs: Knobs, example: Example, { moment }: Selection): Volume {
  const { inChannels, image } = read(knobs)
  const { rows, columns } = example
  return {
    kind: "volume",
    id,
    tone: "first",
    tones: CHANNEL_TONES,
    label: "input",
    detail: sizesText([inChannels, ...image]),
    channels: inChannels,
    rows: rows.size,
    columns: columns.size,
    ...scaled(rows.size, columns.size, SIDE),
    padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
    window: imageWindow(example, spotAt(example, moment)),
  }
}

function outputVolume(
  id: string,
  label: string,
  sizes: readonly number[],
  example: Example,
  { moment }: Selection,
  more: Partial<Volume>,
): Volume {
  const { rows, columns } = example
  const longest = Math.max(34, Math.min(SIDE, (SIDE / Math.max(rows.size, columns.size)) * Math.max(rows.count, columns.count)))
  return {
    kind: "volume",
    id,
    tone: "output",
    label,
    detail: sizesText(sizes),
    channels: sizes[0] ?? 1,
    rows: rows.count,
    columns: columns.count,
    ...scaled(rows.count, columns.count, longest),
    cell: spotAt(example, moment),
    ...more,
  }
}

const SHOWN_FILTERS = 3

/** Some filters one below the other, and how many there are. */
function filters(count: number, rest: string, filter: (index: number) => Volume): Part {
  const shown = Math.min(count, SHOWN_FILTERS)
  return column(
    [
      ...Array.from({ length: shown }, (_, index) => filter(index)),
      words(count > shown ? ["⋮", rest] : rest, { isQuiet: true, size: "small" }),
    ],
    6,
  )
}

function standardPart(knobs: Knobs, example: Example, selection: Selection): Part {
  const { inChannels, filters: count, size } = read(knobs)
  const { output } = computed(knobs)
  const longest = filterSide(example)
  const filter = (index: number): Volume => ({
    kind: "volume",
    id: index === 0 ? "filter" : `filter${index + 1}`,
    tone: "first",
    tones: CHANNEL_TONES,
    label: `filter ${index + 1}`,
    channels: inChannels,
    rows: size[0],
    columns: size[1],
    ...scaled(...size, longest),
  })
  return row(
    [
      imageVolume("input", knobs, example, selection),
      filters(count, `${grouped(count)} filters of ${sizesText([inChannels, ...size])}`, filter),
      outputVolume("output", "output", output, example, selection, {}),
    ],
    56,
  )
}

const filterSide = ({ rows, columns }: Example): number =>
  Math.max(16, Math.min(38, (SIDE / Math.max(rows.size, columns.size)) * Math.max(rows.window, columns.window)))

function separablePart(knobs: Knobs, example: Example, selection: Selection): Part {
  const { filters: count, size, multiplier } = read(knobs)
  const { output, between, inner } = computed(knobs)
  const toneOf = (index: number): Tone => CHANNEL_TONES[Math.floor(index / multiplier) % CHANNEL_TONES.length] as Tone
  const spot = spotAt(example, selection.moment)
  const depthwise = (index: number): Volume => ({
    kind: "volume",
    id: `depthwise${index + 1}`,
    tone: toneOf(index),
    label: `channel ${Math.floor(index / multiplier) + 1}`,
    channels: 1,
    rows: size[0],
    columns: size[1],
    ...scaled(...size, filterSide(example)),
  })
  const pointwise = (index: number): Volume => ({
    kind: "volume",
    id: `pointwise${index + 1}`,
    tone: "first",
    tones: CHANNEL_TONES,
    label: `filter ${index + 1}`,
    channels: inner,
    rows: 1,
    columns: 1,
    width: 13,
    height: 13,
  })
  const middle = outputVolume("between", "between", between, example, selection, {
    tone: "first",
    tones: CHANNEL_TONES,
    window: { ...spot, rows: 1, columns: 1 },
  })
  return row(
    [
      imageVolume("image", knobs, example, selection),
      filters(inner, `${grouped(inner)} of ${sizesText(size)}`, depthwise),
      middle,
      filters(count, `${grouped(count)} of ${sizesText([inner, 1, 1])}`, pointwise),
      outputVolume("result", "output", output, example, selection, {}),
    ],
    34,
  )
}

function costs(knobs: Knobs): Part {
  const { standard, depthwise, pointwise, parameters, macs } = computed(knobs)
  const bars = (id: string, label: string, of: (cost: Cost) => Dim, together: Dim): Bars => ({
    kind: "bars",
    id,
    label,
    width: 200,
    rows: [
      { label: "standard", value: Number(of(standard)), text: short(of(standard)), tone: "plain" },
      { label: "separable", value: Number(together), text: `${short(together)} · ${percent(together, of(standard))}`, tone: "output" },
      { label: "depthwise", value: Number(of(depthwise)), text: short(of(depthwise)), tone: "third" },
      { label: "pointwise", value: Number(of(pointwise)), text: short(of(pointwise)), tone: "second" },
    ],
  })
  return row(
    [
      bars("parameter-bars", "Parameters", (cost) => cost.parameters, parameters),
      bars("mac-bars", "MACs", ({ outcome }) => outcome.macs, macs),
    ],
    30,
  )
}

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { inChannels, filters: count, multiplier, image, size, windows, hasBias, hasInnerBias } = read(knobs)
  const whole = computed(knobs)
  const refused = refusal(Number(whole.standard.parameters) * 2)
  if (refused) return { refused }
  const least = Math.max(16, ...windows.map(({ size: wide, dilation }) => Number(wide) * Number(dilation)))
  const sides = affordable(backend, image, least, (smaller) => Number(computed(knobs, smaller).standard.outcome.macs))
  const predicted = computed(knobs, sides)
  const pixels = backend.randomNormal([1, ...sides, inChannels])
  const [depth, point] = [backend.randomNormal([...size, inChannels, multiplier]), backend.randomNormal([1, 1, whole.inner, count])]
  const biases = [...(hasBias ? [backend.randomNormal([count])] : []), ...(hasInnerBias ? [backend.randomNormal([whole.inner])] : [])]
  const same = await mixed(backend, depth, point)
  const sliding = slidingOf(sides, windows)
  const [separable, standard] = [backend.separableConv2d(pixels, depth, point, sliding), backend.conv2d(pixels, same, sliding)]
  const difference = await largestDifference(backend, separable, standard)
  const [slow, fast] = await backend.time(
    () => backend.conv2d(pixels, same, sliding),
    () => backend.separableConv2d(pixels, depth, point, sliding),
  )
  return {
    backend: backend.name,
    rows: [
      compared("Output shape, separable", sizesText(predicted.output), channelsFirst(separable)),
      compared("Output shape, standard", sizesText(predicted.output), channelsFirst(standard)),
      compared("Parameters, separable", grouped(whole.parameters), grouped(sizeOfAll([depth, point, ...biases]))),
      compared("Parameters, standard", grouped(whole.standard.parameters), grouped(same.size + (hasBias ? count : 0))),
      { what: "Difference to a standard kernel D · P", predicted: "0.000", measured: difference.toFixed(3), agrees: difference < 1e-3 },
    ],
    timings: [
      { what: "Standard", macs: Number(predicted.standard.outcome.macs), ...(slow as Measurement) },
      { what: "Separable", macs: Number(predicted.macs), ...(fast as Measurement) },
    ],
    note: `${sizeNote(image, sides)}${hasBias ? " Bias is left out of the timing." : ""}`,
  }
}

/** The standard kernel that does the same: K[u, v, c, o] = Σ over the multiplier of D[u, v, c, m] · P[c·m, o]. */
async function mixed(backend: Backend, depth: Held, point: Held): Promise<Held> {
  const [high = 1, wide = 1, inChannels = 1, multiplier = 1] = depth.shape
  const count = point.shape[3] ?? 1
  const [spatial, across] = [await backend.values(depth), await backend.values(point)]
  const kernel = new Float32Array(high * wide * inChannels * count)
  for (let at = 0; at < high * wide * inChannels; at++)
    for (let own = 0; own < multiplier; own++) {
      const [weight, from] = [spatial[at * multiplier + own] ?? 0, ((at % inChannels) * multiplier + own) * count]
      for (let filter = 0; filter < count; filter++)
        kernel[at * count + filter] = (kernel[at * count + filter] ?? 0) + weight * (across[from + filter] ?? 0)
    }
  return backend.tensor(kernel, [high, wide, inChannels, count])
}

/** As a share of the largest value, as sums of many numbers round. */
async function largestDifference(backend: Backend, left: Held, right: Held): Promise<number> {
  const [one, other] = [await backend.values(left), await backend.values(right)]
  let [difference, largest] = [0, 1]
  for (let at = 0; at < one.length; at++) {
    difference = Math.max(difference, Math.abs((one[at] ?? 0) - (other[at] ?? 0)))
    largest = Math.max(largest, Math.abs(one[at] ?? 0))
  }
  return one.length === other.length ? difference / largest : Number.POSITIVE_INFINITY
}

function fromLayer(facts: LayerFacts): Knobs | undefined {
  return /^Separable_?Conv(olution)?2D$/i.test(facts.type) ? fromSeparable(facts) : fromDepthwise(facts)
}

function fromSeparable(facts: LayerFacts): Knobs | undefined {
  const [depth, point] = ["depthwise_kernel", "pointwise_kernel"].map(
    (name) => facts.weights.find((weight) => weight.name.endsWith(name))?.shape,
  )
  if (!depth || !point) return undefined
  const [inChannels, multiplier] = depth.slice(-2)
  const image = facts.input?.slice(-3, -1) ?? []
  return known({
    in_channels: inChannels,
    out_channels: point.at(-1),
    multiplier,
    kernel_size: knownSizes(depth.slice(0, 2)),
    ...windowArguments(facts),
    bias: facts.weights.some(({ name }) => name.endsWith("bias")) ? "pointwise" : "none",
    image: knownSizes(image),
  })
}

const windowArguments = (facts: LayerFacts) => ({
  stride: pairArgument(facts, ["stride", "strides"], 2, 1),
  padding: pairArgument(facts, ["padding"], 2, 0),
  dilation: pairArgument(facts, ["dilation", "dilation_rate", "dilationRate"], 2, 1),
})

/** A depthwise layer alone says nothing of the pointwise one behind it. */
function fromDepthwise(facts: LayerFacts): Knobs | undefined {
  const kernel = kernelOf(facts)
  if (!kernel || kernel.channelsPerGroup !== 1 || !kernel.channels || kernel.channels < 2 || kernel.axes === 1) return undefined
  return known({
    in_channels: kernel.channels,
    multiplier: kernel.filters === null ? null : kernel.filters / kernel.channels,
    kernel_size: knownSizes(kernel.sizes),
    ...windowArguments(facts),
    bias: kernel.hasBias ? "both" : "none",
    image: knownSizes(kernel.image),
  })
}

/** Layers that do both, and depthwise convolutions whose result goes to a pointwise one. */
function recognise(model: Model): readonly Match[] {
  const layers = model.layers.flatMap((layer) => separableLayer(layer, model) ?? [])
  return [...layers, ...separablePairs(model).map((pair) => matchOf(pair, model))]
}

function separableLayer(layer: Layer, model: Model): Match | undefined {
  const knobs = /^Separable_?Conv(olution)?2D$/i.test(layer.type) ? fromSeparable(layerFacts(layer, model)) : undefined
  return knobs && { layers: [layer.path], label: labelOf(knobs), knobs }
}

function matchOf({ depthwise, pointwise }: SeparablePair, model: Model): Match {
  const bias = depthwise.kernel.hasBias ? "both" : pointwise.mixing.hasBias ? "pointwise" : "none"
  const knobs = known({ ...fromDepthwise(layerFacts(depthwise.layer, model)), out_channels: pointwise.mixing.filters, bias })
  return { layers: [depthwise.layer.path, pointwise.layer.path], label: labelOf(knobs), knobs }
}

function labelOf(knobs: Knobs): string {
  const all = { ...Object.fromEntries(KNOBS.map(({ name, initial }) => [name, initial])), ...knobs }
  const { macs, standard } = computed(all)
  return `Depthwise-separable · ${percent(macs, standard.outcome.macs)} of a standard convolution's MACs`
}

export const depthwiseSeparable: Subject = {
  id: "depthwise-separable",
  title: "Depthwise-separable convolution",
  group: "convolution",
  summary: "Two cheap convolutions in place of one: each channel is filtered for itself, then 1 × 1 filters mix the channels.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Runs both on the same random image: shapes, parameters and time; and shows that the pair equals one standard convolution whose kernel is the product of the two.",
  check,
  recognise,
  fromLayer,
}
