/** The subject "convolution": a kernel slides over a picture and sums products. */
import type { Model } from "../../model/model.ts"
import { convolve } from "../../operators/convolve.ts"
import { product, sum } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import type { Backend, Measurement, Sliding } from "../backend.ts"
import type { Held } from "../tensors.ts"
import { affordable, channelsFirst, compared, comparedNumber, firstCellByHand, refusal, sizeNote, sizeOfAll } from "../executed.ts"
import { flagOf, grouped, numberOf, pairOf, sizesText, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { kernelOf, known, knownSizes, pairArgument } from "./layer-kernel.ts"
import { column, frame, type Part, row, type Scene, type Selection, sign, type Volume, words } from "../scene.ts"
import { channels, DILATION, drawnAxis, IMAGE_SIZE, KERNEL_SIZE, PADDING, paddingSides, STRIDE, slidingOf, windowsOf } from "./sliding.ts"
import {
  channelSum,
  type Example,
  exampleBias,
  imageGrid,
  imageWindow,
  kernelGrid,
  momentsOf,
  outputCell,
  outputGrid,
  productGrid,
  signed,
  spotAt,
  summedChannels,
} from "./sliding-example.ts"
import type { CheckResult, Knob, Knobs, LayerFacts, Match, Numbers, Refusal, Subject } from "../subject.ts"

const KNOBS: readonly Knob[] = [
  channels("in_channels", "Channels in", 3, "Feature maps that come in; 3 for a colour picture.", { torch: "in_channels" }),
  channels("out_channels", "Filters", 16, "How many filters there are, and so how many feature maps come out.", {
    torch: "out_channels",
    keras: "filters",
    tfjs: "filters",
  }),
  KERNEL_SIZE,
  STRIDE,
  PADDING,
  DILATION,
  {
    ...channels("groups", "Groups", 1, "Each group of filters reads only its share of the channels.", { torch: "groups", keras: "groups" }),
    maximum: 64,
  } as Knob,
  {
    kind: "flag",
    name: "bias",
    label: "Bias",
    initial: true,
    help: "Adds one learned number to each feature map.",
    arguments: { torch: "bias", keras: "use_bias", tfjs: "useBias" },
  },
  IMAGE_SIZE,
]

const read = (knobs: Knobs) => ({
  inChannels: numberOf(knobs, "in_channels"),
  filters: numberOf(knobs, "out_channels"),
  groups: numberOf(knobs, "groups"),
  hasBias: flagOf(knobs, "bias"),
  image: pairOf(knobs, "image"),
  size: pairOf(knobs, "kernel_size"),
  windows: windowsOf(knobs),
})

/** Kernel and result, by the operator that analyses the reader's code. */
function computed(knobs: Knobs, image = read(knobs).image) {
  const { inChannels, filters, groups, hasBias, size, windows } = read(knobs)
  const perFilter = inChannels / groups
  const kernel: Shape = [filters, perFilter, ...size]
  const { shape, macs, problems } = convolve([1, inChannels, ...image], kernel, windows, groups)
  return {
    perFilter,
    kernel,
    output: shape.slice(1).map(Number),
    macs,
    problems,
    parameters: sum([product(kernel), hasBias ? filters : 0]),
  }
}

function problemsOf(knobs: Knobs): string[] {
  const { inChannels, filters, groups } = read(knobs)
  if (inChannels % groups !== 0) return [`${groups} groups do not divide ${inChannels} channels in.`]
  if (filters % groups !== 0) return [`${groups} groups do not divide ${filters} filters.`]
  return [...new Set(computed(knobs).problems.map(({ message }) => `The layer ${message}.`))]
}

function numbers(knobs: Knobs): Numbers {
  const problems = problemsOf(knobs)
  if (problems.length > 0) return { quantities: [], problems }
  const { perFilter, output, macs, parameters } = computed(knobs)
  const { size, inChannels, image } = read(knobs)
  return {
    quantities: [
      { name: "input", label: "Input", value: [inChannels, ...image] },
      { name: "output", label: "Output", value: output },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: "for one image" },
      { name: "reads", label: "Numbers each output sums", value: product([perFilter, ...size]), note: sizesText([perFilter, ...size]) },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { filters, inChannels, groups, hasBias, image, size, windows } = read(knobs)
  const { output, macs, parameters } = computed(knobs)
  // A sequence has no height worth a formula.
  const axis = image[0] === 1 ? 1 : 0
  const [before, after] = paddingSides(image[axis], windows[axis])
  const { stride, dilation } = windows[axis]
  const share = groups === 1 ? tex(inChannels) : `\\tfrac{${tex(inChannels)}}{${tex(groups)}}`
  const window = `${size[0]} \\cdot ${size[1]}`
  return [
    {
      label: "One output",
      tex: "y_{o,i,j} = b_o + \\sum_{c} \\sum_{u} \\sum_{v} \\; w_{o,c,u,v} \\; x_{c,\\; s i + d u - p,\\; s j + d v - p}",
    },
    {
      label: axis === 0 ? "Height" : "Width",
      tex: `\\left\\lfloor \\frac{${axis === 0 ? "H" : "W"} + p_1 + p_2 - d\\,(k-1) - 1}{s} \\right\\rfloor + 1 = \\left\\lfloor \\frac{${image[axis]} + ${before} + ${after} - ${dilation} \\cdot ${size[axis] - 1} - 1}{${stride}} \\right\\rfloor + 1 = ${tex(output[axis + 1] ?? 0)}`,
    },
    {
      label: "Parameters",
      tex: `C_{out} \\left( \\tfrac{C_{in}}{g} k_h k_w ${hasBias ? "+ 1" : ""} \\right) = ${tex(filters)} \\left( ${share} \\cdot ${window} ${hasBias ? "+ 1" : ""} \\right) = ${tex(parameters)}`,
    },
    {
      label: "MACs",
      tex: `C_{out} H' W' \\cdot \\tfrac{C_{in}}{g} k_h k_w = ${output.map(tex).join(" \\cdot ")} \\cdot ${share} \\cdot ${window} = ${tex(macs)}`,
    },
  ]
}

function exampleOf(knobs: Knobs): Example {
  const { image, windows, hasBias } = read(knobs)
  return { rows: drawnAxis(image[0], windows[0]), columns: drawnAxis(image[1], windows[1]), channels: computed(knobs).perFilter, hasBias }
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const example = exampleOf(knobs)
  const { filters, inChannels, image, size } = read(knobs)
  const { output, perFilter } = computed(knobs)
  return {
    title: "Convolution",
    description: `A stack of ${grouped(inChannels)} feature maps of ${sizesText(image)}. ${grouped(filters)} filters of ${sizesText([perFilter, ...size])} slide over it, and each makes one feature map: ${sizesText(output)}.`,
    content: column(
      [
        overview(knobs, example, selection),
        frame(selection, "cell", "How one output number is made", arithmetic(knobs, example, selection.moment)),
      ],
      20,
    ),
    edges: [
      { from: "input.window", to: "filter.front", kind: "cone" },
      { from: "filter.front", to: "output.cell", kind: "cone", tone: "output" },
    ],
    moments: momentsOf(example),
  }
}

/** Sides of a drawn map, the longer one as asked. */
function sides(rows: number, columns: number, longest: number): { width: number; height: number } {
  const scale = longest / Math.max(rows, columns)
  return { width: Math.max(12, columns * scale), height: Math.max(12, rows * scale) }
}

function overview(knobs: Knobs, example: Example, { moment }: Selection): Part {
  const { inChannels, filters, image, size } = read(knobs)
  const { output, perFilter } = computed(knobs)
  const { rows, columns } = example
  const spot = spotAt(example, moment)
  const unit = 110 / Math.max(rows.size, columns.size)
  const input: Volume = {
    kind: "volume",
    id: "input",
    tone: "input",
    label: "input",
    detail: sizesText([inChannels, ...image]),
    channels: inChannels,
    rows: rows.size,
    columns: columns.size,
    ...sides(rows.size, columns.size, 110),
    padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
    window: imageWindow(example, spot),
  }
  const result: Volume = {
    kind: "volume",
    id: "output",
    tone: "output",
    label: "output",
    detail: sizesText(output),
    channels: filters,
    rows: rows.count,
    columns: columns.count,
    ...sides(rows.count, columns.count, Math.max(40, Math.min(110, unit * Math.max(rows.count, columns.count)))),
    cell: spot,
  }
  return row([input, filterStack(filters, perFilter, size, unit), result], 70)
}

const SHOWN_FILTERS = 3

/** The first filters one below the other; the first is the one that is followed. */
function filterStack(filters: number, perFilter: number, size: readonly [number, number], unit: number): Part {
  const longest = Math.max(18, Math.min(44, unit * Math.max(...size)))
  const filter = (index: number): Volume => ({
    kind: "volume",
    id: index === 0 ? "filter" : `filter${index}`,
    tone: "kernel",
    label: `filter ${index + 1}`,
    channels: perFilter,
    rows: size[0],
    columns: size[1],
    ...sides(size[0], size[1], longest),
    ...(index === 0 && { detail: sizesText([perFilter, ...size]) }),
  })
  const shown = Math.min(filters, SHOWN_FILTERS)
  const rest = filters > shown ? [words(["⋮", `${grouped(filters)} filters`], { isQuiet: true, size: "small" })] : []
  return column([...Array.from({ length: shown }, (_, index) => filter(index)), ...rest], 8)
}

function arithmetic(knobs: Knobs, example: Example, moment: number): Part {
  const { image, inChannels } = read(knobs)
  const ofMany = inChannels > 1 ? `, channel 1 of ${grouped(inChannels)}` : ""
  const isReal = example.rows.isReal && example.columns.isReal
  const size = sizesText([example.rows.size, example.columns.size])
  const note = isReal ? "Example numbers." : `Example numbers, on ${size} instead of ${sizesText(image)}.`
  return column(
    [
      row(
        [
          imageGrid(example, moment, `input${ofMany}`, 210),
          sign("∗"),
          kernelGrid(example, "filter 1", 130),
          sign("="),
          outputGrid(example, moment, "output map 1", 130),
        ],
        16,
      ),
      row([productGrid(example, moment, "pixel · weight"), sign("→"), sums(example, moment)], 16),
      words(note, { size: "small", isQuiet: true }),
    ],
    18,
  )
}

/** The lines of the sum, down to the output number. */
function sums(example: Example, moment: number): Part {
  const { row: at, column: across } = spotAt(example, moment)
  const first = channelSum(example, 0, at, across)
  const whole = outputCell(example, at, across)
  const bias = exampleBias(example)
  const others = whole - first - bias
  const count = summedChannels(example)
  const beyond = example.channels > count ? ` (${count} of ${grouped(example.channels)} summed here)` : ""
  return column(
    [
      words(
        [
          `channel 1:  ${signed(first)}`,
          ...(count > 1 ? [`${count === 2 ? "channel 2" : `channels 2 to ${count}`}:  ${signed(others)}${beyond}`] : []),
          ...(example.hasBias ? [`bias:  ${bias}`] : []),
        ],
        { align: "start" },
      ),
      words(`output[${at + 1}, ${across + 1}] = ${signed(whole)}`, { size: "large", align: "start" }),
    ],
    6,
    "start",
  )
}

/** Runs the layer on one image; filters of each group read their own channels. */
function run(backend: Backend, image: Held, kernels: readonly Held[], bias: Held | undefined, sliding: Sliding): Held {
  const parts = kernels.length === 1 ? [image] : backend.split(image, kernels.length, 3)
  const results = parts.map((part, group) => backend.conv2d(part, kernels[group] as Held, sliding))
  const whole = results.length === 1 ? (results[0] as Held) : backend.concat(results, 3)
  return bias ? backend.add(whole, bias) : whole
}

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { inChannels, filters, groups, hasBias, image, size, windows } = read(knobs)
  const { perFilter, parameters } = computed(knobs)
  const refused =
    refusal(Number(parameters)) ?? (groups > 64 ? "More than 64 groups are run one after the other and would take too long." : undefined)
  if (refused) return { refused }
  const least = Math.max(16, ...windows.map(({ size: wide, dilation }) => Number(wide) * Number(dilation)))
  const sidesRun = affordable(backend, image, least, (sides) => Number(computed(knobs, sides).macs))
  const predicted = computed(knobs, sidesRun)
  const pixels = backend.randomNormal([1, ...sidesRun, inChannels])
  const kernels = Array.from({ length: groups }, () => backend.randomNormal([...size, perFilter, filters / groups]))
  const bias = hasBias ? backend.randomNormal([filters]) : undefined
  const sliding = slidingOf(sidesRun, windows)
  const result = run(backend, pixels, kernels, bias, sliding)
  const byHand = await firstCellByHand(
    backend,
    pixels,
    kernels[0] as Held,
    [sliding.padding[0][0], sliding.padding[1][0]],
    sliding.dilations,
  )
  const shift = bias ? ((await backend.values(bias))[0] ?? 0) : 0
  const [timing] = await backend.time(() => run(backend, pixels, kernels, bias, sliding))
  return {
    backend: backend.name,
    rows: [
      compared("Output shape", sizesText(predicted.output), channelsFirst(result)),
      compared("Parameters", grouped(parameters), grouped(sizeOfAll(bias ? [...kernels, bias] : kernels))),
      comparedNumber("First output number", byHand + shift, (await backend.values(result))[0] ?? Number.NaN),
    ],
    timings: [{ what: "Convolution", macs: Number(predicted.macs), ...(timing as Measurement) }],
    note: sizeNote(image, sidesRun),
  }
}

function fromLayer(facts: LayerFacts): Knobs | undefined {
  const kernel = kernelOf(facts)
  if (!kernel) return undefined
  const { filters, channels: inChannels, channelsPerGroup, axes } = kernel
  return known({
    in_channels: inChannels,
    out_channels: filters,
    groups: inChannels !== null && channelsPerGroup ? inChannels / channelsPerGroup : null,
    kernel_size: knownSizes(kernel.sizes, axes),
    stride: pairArgument(facts, ["stride", "strides"], axes, 1),
    padding: pairArgument(facts, ["padding"], axes, 0),
    dilation: pairArgument(facts, ["dilation", "dilation_rate", "dilationRate"], axes, 1),
    bias: kernel.hasBias,
    image: knownSizes(kernel.image, axes),
  })
}

/** A sequence in place of a picture. */
const standIn = (facts: LayerFacts): Knobs => (kernelOf(facts)?.axes === 1 ? { image: [1, 64], kernel_size: [1, 3], padding: [0, 1] } : {})

/** Every layer that convolves in one or two dimensions. */
function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = fromLayer(layerFacts(layer, model))
    const size = knobs?.["kernel_size"] === undefined ? "" : ` · ${sizesText(pairOf(knobs, "kernel_size"))}`
    return knobs ? [{ layers: [layer.path], label: `Convolution${size}`, knobs }] : []
  })
}

export const convolution: Subject = {
  id: "convolution",
  title: "Convolution",
  group: "convolution",
  summary: "A small window of weights slides over the picture; at each place it sums products into one output number.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Runs this layer on a random image and compares shape, parameters and one output number with what was predicted.",
  check,
  recognise,
  fromLayer,
  standIn,
}
