/** The subject "Inception block": four branches over the same input, made cheap by 1×1 convolutions, joined along the channels. */
import type { Model } from "../../model/model.ts"
import { convolve } from "../../operators/convolve.ts"
import { pool } from "../../operators/pool.ts"
import { add, type Dim, product, subtract, sum } from "../../values/dim.ts"
import { concatenated, type Shape } from "../../values/shape.ts"
import type { Backend, Measurement, Sliding } from "../backend.ts"
import type { Held } from "../tensors.ts"
import { channelsIn, type GraphNode, graphOf, sourceOf } from "./convolutions-in-model.ts"
import { affordable, channelsFirst, compared, refusal, sizeNote, sizeOfAll } from "../executed.ts"
import { flagOf, grouped, numberOf, pairOf, percent, short, sizesText, texNumber as tex } from "../knobs.ts"
import { REDUCTION_MOMENTS, reductionExample } from "./inception-example.ts"
import { known, knownSizes } from "./layer-kernel.ts"
import {
  type Bars,
  type Box,
  column,
  type Edge,
  frame,
  type Part,
  row,
  type Scene,
  type Selection,
  type Strip,
  type Tone,
  words,
} from "../scene.ts"
import { channels, IMAGE_SIZE } from "./sliding.ts"
import type { CheckResult, Knob, Knobs, Match, Numbers, Quantity, Refusal, Subject } from "../subject.ts"

// Block 3a of GoogLeNet, as in the paper's table.
const KNOBS: readonly Knob[] = [
  {
    kind: "flag",
    name: "reduction",
    label: "With 1×1 reduction",
    initial: true,
    help: "Without it, the block is the naive one of the paper: large kernels read all channels, and pooling passes all of them on.",
  },
  channels("in_channels", "Channels in", 192, "Feature maps that come in."),
  channels("ones", "1×1 alone", 64, "Filters of the first branch."),
  channels("threes_reduce", "1×1 before 3×3", 96, "1×1 filters that make the input of the 3×3 convolution thinner."),
  channels("threes", "3×3", 128, "Filters of the second branch."),
  channels("fives_reduce", "1×1 before large kernel", 16, "1×1 filters that make the input of the large kernel thinner."),
  channels("fives", "Large kernel", 32, "Filters of the third branch."),
  channels("pool_proj", "1×1 after pooling", 32, "1×1 filters behind the pooling of the fourth branch."),
  {
    kind: "choice",
    name: "large",
    label: "Size of the large kernel",
    initial: "5",
    help: "5×5 in the paper; torchvision's GoogLeNet has 3×3 there, as its own comment admits.",
    choices: [
      { value: "5", label: "5 × 5, the paper's" },
      { value: "3", label: "3 × 3, torchvision's" },
    ],
  },
  { kind: "flag", name: "bias", label: "Bias", initial: true, help: "Every convolution adds one learned number to each map." },
  { ...IMAGE_SIZE, initial: 28 } as Knob,
]

type Step =
  | { readonly kind: "convolution"; readonly size: number; readonly filters: number; readonly isReduction: boolean }
  | { readonly kind: "pool" }

interface Branch {
  readonly name: string
  readonly tone: Tone
  readonly steps: readonly Step[]
}

const convolution = (size: number, filters: number, isReduction = false): Step => ({ kind: "convolution", size, filters, isReduction })

/** The block as the knobs describe it, or without its reductions. */
function branches(knobs: Knobs, isReduced: boolean): readonly Branch[] {
  const of = (name: string): number => numberOf(knobs, name)
  const large = Number(knobs["large"])
  const reduced = (name: string): Step[] => (isReduced ? [convolution(1, of(name), true)] : [])
  return [
    { name: "branch1", tone: "first", steps: [convolution(1, of("ones"))] },
    { name: "branch2", tone: "second", steps: [...reduced("threes_reduce"), convolution(3, of("threes"))] },
    { name: "branch3", tone: "third", steps: [...reduced("fives_reduce"), convolution(large, of("fives"))] },
    { name: "branch4", tone: "fourth", steps: [{ kind: "pool" }, ...reduced("pool_proj")] },
  ]
}

interface Done {
  readonly step: Step
  readonly shape: Shape
  readonly macs: Dim
  readonly parameters: Dim
}

const window = (size: number) => ({ size, stride: 1, padding: (size - 1) / 2, dilation: 1 }) as const

/** One step after the other, by the operators that analyse the reader's code. */
function follow(steps: readonly Step[], input: Shape, hasBias: boolean): Done[] {
  let shape = input
  return steps.map((step) => {
    const kernel: Shape = step.kind === "pool" ? [] : [step.filters, shape[1] ?? 1, step.size, step.size]
    const outcome =
      step.kind === "pool" ? pool(shape, [window(3), window(3)]) : convolve(shape, kernel, [window(step.size), window(step.size)])
    shape = outcome.shape
    const parameters = step.kind === "pool" ? 0 : add(product(kernel), hasBias ? step.filters : 0)
    return { step, shape, macs: outcome.macs, parameters }
  })
}

function computed(knobs: Knobs, isReduced: boolean, image = pairOf(knobs, "image")) {
  const input: Shape = [1, numberOf(knobs, "in_channels"), ...image]
  const all = branches(knobs, isReduced).map((branch) => ({ ...branch, done: follow(branch.steps, input, flagOf(knobs, "bias")) }))
  const output = concatenated(
    all.map(({ done }) => done.at(-1)?.shape ?? input),
    1,
  ).shape
  const total = (of: (done: Done) => Dim): Dim => sum(all.flatMap(({ done }) => done.map(of)))
  return {
    branches: all,
    output: output.slice(1).map(Number),
    macs: total(({ macs }) => macs),
    parameters: total(({ parameters }) => parameters),
  }
}

/** The block with its reductions, for networks made of such blocks. */
export const inceptionParts = (knobs: Knobs) => computed(knobs, true)

function numbers(knobs: Knobs): Numbers {
  const [reduced, naive] = [computed(knobs, true), computed(knobs, false)]
  const isReduced = flagOf(knobs, "reduction")
  const [shown, other] = isReduced ? [reduced, naive] : [naive, reduced]
  const against = isReduced ? "without 1×1" : "with 1×1"
  const quantity = (name: string, label: string, of: (block: typeof shown) => Dim): Quantity => ({
    name,
    label,
    value: of(shown),
    note: `${grouped(of(other))} ${against}`,
  })
  return {
    quantities: [
      { name: "input", label: "Input", value: [numberOf(knobs, "in_channels"), ...pairOf(knobs, "image")] },
      { name: "output", label: "Output", value: shown.output, note: `${sizesText(other.output)} ${against}` },
      quantity("parameters", "Parameters", ({ parameters }) => parameters),
      quantity("macs", "MACs", ({ macs }) => macs),
      { name: "saved", label: "1×1 saves", value: subtract(naive.macs, reduced.macs), note: savingText(naive.macs, reduced.macs) },
    ],
    problems: [],
  }
}

/** "71 % of the MACs", or that it costs more. */
function savingText(naive: Dim, reduced: Dim): string {
  const saved = subtract(naive, reduced)
  return Number(saved) >= 0 ? `${percent(saved, naive)} of the MACs` : `nothing: ${percent(subtract(0, saved), naive)} more MACs`
}

function formulas(knobs: Knobs) {
  const of = (name: string): string => tex(numberOf(knobs, name))
  const [high, wide] = pairOf(knobs, "image")
  const large = Number(knobs["large"])
  const macs = (isReduced: boolean): Dim => sum((computed(knobs, isReduced).branches[2]?.done ?? []).map((done) => done.macs))
  const last = computed(knobs, true).branches.map(({ done }) => tex(done.at(-1)?.shape[1] ?? 0))
  const size = `${tex(high)} \\cdot ${tex(wide)}`
  return [
    {
      label: "Output channels",
      tex: `C_{1} + C_{3} + C_{${large}} + C_{pool} = ${last.join(" + ")} = ${tex(computed(knobs, true).output[0] ?? 0)}`,
    },
    {
      label: `${large}×${large} directly`,
      tex: `H W \\cdot k^2 \\, C_{in} \\, C_{${large}} = ${size} \\cdot ${large * large} \\cdot ${of("in_channels")} \\cdot ${of("fives")} = ${tex(macs(false))}`,
    },
    {
      label: `${large}×${large} reduced`,
      tex: `H W \\left( C_{in} R + k^2 R \\, C_{${large}} \\right) = ${size} \\left( ${of("in_channels")} \\cdot ${of("fives_reduce")} + ${large * large} \\cdot ${of("fives_reduce")} \\cdot ${of("fives")} \\right) = ${tex(macs(true))}`,
    },
  ]
}

/** Of the widest band, in units of the drawing. */
const WIDEST = 520
const NARROWEST = 3

const OPERATION_WIDTH = 116

function diagram(knobs: Knobs, selection: Selection): Scene {
  const isReduced = flagOf(knobs, "reduction")
  const block = computed(knobs, isReduced)
  const [reduced, naive] = [computed(knobs, true), computed(knobs, false)]
  const inChannels = numberOf(knobs, "in_channels")
  const image = pairOf(knobs, "image")
  // One scale for both variants, so that the toggle compares.
  const scale = WIDEST / Math.max(inChannels, reduced.output[0] ?? 1, naive.output[0] ?? 1)
  const band = (id: string, label: string, segments: Strip["segments"], whole: number): Strip => ({
    kind: "strip",
    id,
    label,
    labelSide: id === "input" ? "above" : "below",
    width: Math.max(NARROWEST, whole * scale),
    segments,
  })
  const input = band(
    "input",
    `input  ${sizesText([inChannels, ...image])}`,
    [{ size: inChannels, tone: "input", text: grouped(inChannels) }],
    inChannels,
  )
  const joined = block.branches.map(({ tone, done }) => ({
    size: Number(done.at(-1)?.shape[1]),
    tone,
    text: grouped(done.at(-1)?.shape[1] ?? 0),
  }))
  const output = band("output", `concatenated along channels  ${sizesText(block.output)}`, joined, block.output[0] ?? 1)
  return {
    title: isReduced ? "Inception block with 1×1 reduction" : "Inception block without 1×1 reduction",
    description: `${descriptionOf(block)} ${isReduced ? "With" : "Without"} 1×1 reduction: ${grouped(block.parameters)} parameters and ${grouped(block.macs)} multiply-accumulates.`,
    content: column(
      [
        column(
          [
            input,
            row(
              block.branches.map((branch) => branchPart(branch, scale)),
              22,
              "start",
            ),
            output,
          ],
          34,
        ),
        words(
          isReduced ? "Bands are as wide as they have channels; the 1×1 reductions are green." : "Bands are as wide as they have channels.",
          { isQuiet: true, size: "small" },
        ),
        onePixel(knobs, selection),
        frame(selection, "costs", "With against without 1×1 reduction", costs(reduced, naive)),
        frame(selection, "steps", "Where the multiplications are", stepBars(block), false),
      ],
      18,
    ),
    edges: block.branches.flatMap((branch, index) => branchEdges(branch, index)),
    moments: REDUCTION_MOMENTS,
  }
}

function onePixel(knobs: Knobs, selection: Selection): Part {
  const kernel = Number(knobs["large"])
  const sizes = { channels: numberOf(knobs, "in_channels"), reduced: numberOf(knobs, "fives_reduce"), kernel }
  return frame(selection, "pixel", `One pixel through the 1×1 before ${kernel}×${kernel}`, reductionExample(sizes, selection.moment))
}

function descriptionOf({ branches: all, output }: ReturnType<typeof computed>): string {
  const each = all.map(({ steps }) => steps.map(stepName).join(", then "))
  return `Four branches read the same input: ${each.join("; ")}. Their outputs are concatenated to ${sizesText(output)}.`
}

const stepName = (step: Step): string => (step.kind === "pool" ? "max-pool 3×3" : `${step.size}×${step.size} convolution`)

/** Operations, each followed by what comes out of it, as wide as it has channels. */
function branchPart({ name, tone, done }: ReturnType<typeof computed>["branches"][number], scale: number): Part {
  const parts = done.flatMap(({ step, shape, macs }, index): Part[] => {
    const count = Number(shape[1])
    const operation: Box = {
      kind: "box",
      id: `${name}.${index}`,
      tone: step.kind === "convolution" && step.isReduction ? "output" : tone,
      label: step.kind === "pool" ? "max-pool 3×3" : `${step.size}×${step.size}`,
      detail: step.kind === "pool" ? "no weights" : `${short(macs)} MACs`,
      width: OPERATION_WIDTH,
    }
    const segment = { size: count, tone, text: grouped(count) }
    return [
      operation,
      {
        kind: "strip",
        id: `${name}.${index}.maps`,
        width: Math.max(NARROWEST, Math.min(OPERATION_WIDTH * 1.6, count * scale)),
        segments: [segment],
      },
    ]
  })
  return column(parts, 22)
}

function branchEdges({ name, tone, done }: ReturnType<typeof computed>["branches"][number], index: number): Edge[] {
  const flow = (from: string, to: string): Edge => ({ from, to, kind: "flow", direction: "down", tone })
  const inside = done.flatMap((_, step) => [
    flow(`${name}.${step}`, `${name}.${step}.maps`),
    ...(step + 1 < done.length ? [flow(`${name}.${step}.maps`, `${name}.${step + 1}`)] : []),
  ])
  return [flow("input", `${name}.0`), ...inside, flow(`${name}.${done.length - 1}.maps`, `output.${index}`)]
}

type Block = ReturnType<typeof computed>

function costs(reduced: Block, naive: Block): Part {
  const bars = (id: string, label: string, of: (block: Block) => Dim): Bars => ({
    kind: "bars",
    id,
    label,
    width: 150,
    rows: [
      { label: "with", value: Number(of(reduced)), text: `${short(of(reduced))} · ${percent(of(reduced), of(naive))}`, tone: "output" },
      { label: "without", value: Number(of(naive)), text: short(of(naive)), tone: "plain" },
    ],
  })
  return row([bars("parameter-bars", "Parameters", ({ parameters }) => parameters), bars("mac-bars", "MACs", ({ macs }) => macs)], 28)
}

function stepBars({ branches: all }: Block): Part {
  const rows = all.flatMap(({ tone, done }, index) =>
    done
      .filter(({ step }) => step.kind === "convolution")
      .map(({ step, macs, shape }) => ({
        label: `branch ${index + 1}: ${stepName(step)}, ${grouped(shape[1] ?? 0)} filters`,
        value: Number(macs),
        text: `${short(macs)} MACs`,
        tone,
      })),
  )
  return { kind: "bars", id: "step-bars", label: "MACs of each convolution", width: 220, rows }
}

interface Running {
  readonly steps: readonly { readonly kernel: Held | undefined; readonly bias: Held | undefined; readonly size: number }[]
}

const around = (size: number): Sliding => ({
  strides: [1, 1],
  dilations: [1, 1],
  padding: [
    [(size - 1) / 2, (size - 1) / 2],
    [(size - 1) / 2, (size - 1) / 2],
  ],
})

/** Makes the weights; their number follows from what the convolutions accept, not from the formula. */
function prepare(backend: Backend, knobs: Knobs, isReduced: boolean): readonly Running[] {
  return branches(knobs, isReduced).map(({ steps }) => {
    let depth = numberOf(knobs, "in_channels")
    return {
      steps: steps.map((step) => {
        if (step.kind === "pool") return { kernel: undefined, bias: undefined, size: 3 }
        const kernel = backend.randomNormal([step.size, step.size, depth, step.filters])
        depth = step.filters
        return { kernel, bias: flagOf(knobs, "bias") ? backend.randomNormal([step.filters]) : undefined, size: step.size }
      }),
    }
  })
}

function run(backend: Backend, image: Held, block: readonly Running[]): Held {
  const ends = block.map(({ steps }) =>
    steps.reduce((maps, { kernel, bias, size }) => {
      if (!kernel) return backend.maxPool(maps, [size, size], around(size))
      const result = backend.conv2d(maps, kernel, around(size))
      return bias ? backend.add(result, bias) : result
    }, image),
  )
  return backend.concat(ends, 3)
}

const weightsOf = (block: readonly Running[]): Held[] =>
  block.flatMap(({ steps }) => steps.flatMap(({ kernel, bias }) => [kernel, bias].filter((held) => held !== undefined)))

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const refused = refusal(Number(computed(knobs, true).parameters) + Number(computed(knobs, false).parameters))
  if (refused) return { refused }
  const image = pairOf(knobs, "image")
  const sides = affordable(backend, image, 7, (smaller) => Number(computed(knobs, false, smaller).macs))
  const pixels = backend.randomNormal([1, ...sides, numberOf(knobs, "in_channels")])
  const variants = (
    [
      [true, "With 1×1"],
      [false, "Without 1×1"],
    ] as const
  ).map(([isReduced, what]) => ({ what, predicted: computed(knobs, isReduced, sides), block: prepare(backend, knobs, isReduced) }))
  const rows = variants.flatMap(({ what, predicted, block }) => [
    compared(`Output shape, ${what.toLowerCase()}`, sizesText(predicted.output), channelsFirst(run(backend, pixels, block))),
    compared(`Parameters, ${what.toLowerCase()}`, grouped(predicted.parameters), grouped(sizeOfAll(weightsOf(block)))),
  ])
  const times = await backend.time(
    ...variants.map(
      ({ block }) =>
        () =>
          run(backend, pixels, block),
    ),
  )
  const timings = variants.map(({ what, predicted }, index) => ({ what, macs: Number(predicted.macs), ...(times[index] as Measurement) }))
  return { backend: backend.name, rows, timings, note: sizeNote(image, sides) }
}

/** Parallel branches over one input, joined along channels, of which at least one reduces with 1×1 before a larger kernel. */
function recognise(model: Model): readonly Match[] {
  const graph = graphOf(model)
  return graph.filter(({ role }) => role === "concatenate").flatMap((node) => blockAt(graph, node, model) ?? [])
}

interface FoundBranch {
  readonly root: number | undefined
  /** From the input to the end. */
  readonly nodes: readonly GraphNode[]
}

/** Longer branches, such as Inception-v3's, are no block of this kind. */
const LONGEST_BRANCH = 3

/** Back from a branch's end to all places where it may begin, nearest first. */
function traced(graph: readonly GraphNode[], end: number): FoundBranch[] {
  const found: FoundBranch[] = []
  let [node, nodes] = [sourceOf(graph, end), [] as GraphNode[]]
  while (node && nodes.length < LONGEST_BRANCH && (node.role === "convolution" || node.role === "pool")) {
    nodes = [node, ...nodes]
    // What comes from outside of the graph is the model's input.
    const before: GraphNode | undefined = node.inputs[0] === undefined ? undefined : sourceOf(graph, node.inputs[0])
    found.push({ root: before?.index, nodes })
    node = before
  }
  return found
}

function blockAt(graph: readonly GraphNode[], join: GraphNode, model: Model): Match | undefined {
  const ends = join.inputs.map((input) => traced(graph, input))
  if (ends.length < 3 || ends.some((paths) => paths.length === 0)) return undefined
  const root = ends[0]?.map((path) => path.root).find((candidate) => ends.every((paths) => paths.some((path) => path.root === candidate)))
  const found = ends.map((paths) => paths.find((path) => path.root === root)).filter((path) => path !== undefined)
  if (found.length < ends.length || !found.some(({ nodes }) => isReducing(nodes))) return undefined
  const layers = found.flatMap(({ nodes }) => nodes.flatMap(({ layer }) => (layer ? [layer.path] : [])))
  const knobs = knobsOf(found, model)
  return { layers, label: labelOf(found, knobs), knobs }
}

const sizeOf = ({ kernel }: GraphNode): number => Math.max(0, ...(kernel?.sizes ?? []).map((size) => size ?? 0))

const isReducing = (nodes: readonly GraphNode[]): boolean =>
  nodes.some((node, index) => sizeOf(node) === 1 && nodes.slice(index + 1).some((later) => sizeOf(later) > 1))

/** The block's widths, when it is made of GoogLeNet's four branches. */
function knobsOf(found: readonly FoundBranch[], model: Model): Knobs {
  const plain = found.find(({ nodes }) => nodes.length === 1 && sizeOf(nodes[0] as GraphNode) === 1)
  const pooled = found.find(({ nodes }) => nodes[0]?.role === "pool")
  const [threes, fives] = found
    .filter(({ nodes }) => nodes.length === 2 && isReducing(nodes))
    .sort((left, right) => sizeOf(left.nodes[1] as GraphNode) - sizeOf(right.nodes[1] as GraphNode))
  const [first] = plain?.nodes ?? []
  if (found.length !== 4 || !first || !pooled || !threes || !fives) return {}
  const filters = ({ nodes }: FoundBranch, index: number): number | null => nodes[index]?.kernel?.filters ?? null
  return known({
    reduction: true,
    in_channels: channelsIn(first, model),
    ones: first.kernel?.filters,
    threes_reduce: filters(threes, 0),
    threes: filters(threes, 1),
    fives_reduce: filters(fives, 0),
    fives: filters(fives, 1),
    pool_proj: filters(pooled, 1),
    large: String(Math.min(5, sizeOf(fives.nodes[1] as GraphNode))),
    bias: first.kernel?.hasBias,
    image: knownSizes(first.kernel?.image ?? []),
  })
}

function labelOf(found: readonly FoundBranch[], knobs: Knobs): string {
  if (!("ones" in knobs)) return `Inception-like block · ${found.length} branches`
  const all = { ...Object.fromEntries(KNOBS.map(({ name, initial }) => [name, initial])), ...knobs }
  const [naive, reduced] = [computed(all, false).macs, computed(all, true).macs]
  return `Inception block · 1×1 saves ${savingText(naive, reduced).replace(" of the MACs", " MACs")}`
}

export const inceptionBlock: Subject = {
  id: "inception-block",
  title: "Inception block",
  group: "convolution",
  summary: "Four branches look at the same input with windows of different size; 1×1 convolutions keep that affordable.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Runs the block with and without its 1×1 reductions on the same random input: shapes, parameters and time.",
  check,
  recognise,
  fromLayer: () => undefined,
}
