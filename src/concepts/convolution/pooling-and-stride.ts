/** The subject "pooling and stride": smaller maps, by keeping the largest number of a window, its average, or a sum with learned weights. */
import type { Model } from "../../model/model.ts"
import { product } from "../../values/dim.ts"
import { percent, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { patternGraph, plainName } from "../pattern-graph.ts"
import type { Knobs, KnobValue, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { known, knownSizes, pairArgument } from "./layer-kernel.ts"
import { checkPooling } from "./pooling-check.ts"
import { poolingScene } from "./pooling-diagram.ts"
import type { Kind } from "./pooling-example.ts"
import { computedPooling, POOLING_KNOBS, readPooling } from "./pooling-numbers.ts"
import { paddingSides } from "./sliding.ts"

function problemsOf(knobs: Knobs): string[] {
  const { kind, image, size, windows } = readPooling(knobs)
  const { output, problems } = computedPooling(knobs)
  if (problems.length > 0) return [...new Set(problems.map(({ message }) => `The layer ${message}.`))]
  if (output.some((each) => each < 1)) return ["The window is larger than the picture: nothing is left."]
  const isWide =
    kind !== "convolution" && windows.some((window, axis) => paddingSides(image[axis as 0 | 1], window)[0] > (size[axis] ?? 1) / 2)
  return isWide ? ["Pooling may be padded by at most half its window."] : []
}

function numbers(knobs: Knobs): Numbers {
  const problems = problemsOf(knobs)
  if (problems.length > 0) return { quantities: [], problems }
  const { kind, channels: count, image, size, windows, countsPadding } = readPooling(knobs)
  const { output, macs, parameters } = computedPooling(knobs)
  const divisor = { value: size[0] * size[1], note: countsPadding ? "padding included" : "or fewer, where padding is left out" }
  const [before, after] = [product([count, ...image]), product(output)]
  const reach = size.map((each, axis) => each + 2 * Number(windows[axis as 0 | 1].stride))
  return {
    quantities: [
      { name: "input", label: "Input", value: [count, ...image] },
      { name: "output", label: "Output", value: output },
      { name: "kept", label: "Numbers left", value: percent(after, before), note: "of those that came in" },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: macs === 0 ? "only comparing or adding" : "for one image" },
      ...(kind === "average" ? [{ name: "divisor", label: "Each sum is divided by", ...divisor }] : []),
      { name: "reach", label: "A 3 × 3 filter behind it sees", value: reach, note: "of the picture, instead of 3 × 3" },
    ],
    problems,
  }
}

const VALUES: Readonly<Record<Kind, string>> = {
  max: "y_{c,i,j} = \\max_{u,v}\\; x_{c,\\; s i + u - p,\\; s j + v - p}",
  average: "y_{c,i,j} = \\tfrac{1}{k_h k_w} \\sum_{u,v} x_{c,\\; s i + u - p,\\; s j + v - p}",
  convolution: "y_{o,i,j} = b_o + \\sum_{c,u,v} w_{o,c,u,v}\\; x_{c,\\; s i + u - p,\\; s j + v - p}",
}
const GRADIENTS: Readonly<Record<Kind, string>> = {
  max: "\\frac{\\partial y}{\\partial x} = 1 \\text{ for the largest, } 0 \\text{ for all others}",
  average: "\\frac{\\partial y}{\\partial x} = \\frac{1}{k_h k_w}",
  convolution: "\\frac{\\partial y}{\\partial x} = w",
}

function formulas(knobs: Knobs) {
  const { kind, image, size, windows, roundUp, channels: count } = readPooling(knobs)
  const { output, macs } = computedPooling(knobs)
  // A sequence has no height worth a formula.
  const axis = image[0] === 1 ? 1 : 0
  const [before, after] = paddingSides(image[axis], windows[axis])
  const [open, close] = roundUp ? ["\\lceil", "\\rceil"] : ["\\lfloor", "\\rfloor"]
  const letter = axis === 0 ? "H" : "W"
  const isShared = kind === "average" ? ` = \\frac{1}{${size[0] * size[1]}}` : ""
  return [
    { label: "One output", tex: VALUES[kind] },
    {
      label: axis === 0 ? "Height" : "Width",
      tex: `\\left${open} \\frac{${letter} + p_1 + p_2 - k}{s} \\right${close} + 1 = \\left${open} \\frac{${image[axis]} + ${before} + ${after} - ${size[axis]}}{${windows[axis].stride}} \\right${close} + 1 = ${tex(output[axis + 1] ?? 0)}`,
    },
    { label: "Gradient", tex: `${GRADIENTS[kind]}${isShared}` },
    ...(kind === "convolution"
      ? [
          {
            label: "MACs",
            tex: `${output.map(tex).join(" \\cdot ")} \\cdot ${tex(count)} \\cdot ${size[0]} \\cdot ${size[1]} = ${tex(macs)}`,
          },
        ]
      : []),
  ]
}

const POOLING = /^(global)?(adaptive)?(max|avg|average)pool(ing)?([12])d$/

/** Adaptive and global pooling to one number is a window as large as the map. */
function fromLayer(facts: LayerFacts): Knobs | undefined {
  const [, isGlobal, isAdaptive, word, , rank] = POOLING.exec(plainName(facts.type)) ?? []
  if (!word) return undefined
  const axes = Number(rank)
  const { channels: count, image } = mapOf(facts, axes)
  const kind = word === "max" ? "max" : "average"
  const common = { kind, channels: count, image: knownSizes(image, axes), count_include_pad: facts.framework === "torch" }
  if (isGlobal || isAdaptive) {
    const isOne = isGlobal !== undefined || [facts.arguments["output_size"]].flat().every((size) => size === 1)
    return isOne ? known({ ...common, kernel_size: common.image, stride: common.image, padding: 0 }) : undefined
  }
  const dilation = pairArgument(facts, ["dilation"], axes, 1)
  if (dilation !== undefined && [dilation].flat().some((size) => size !== 1)) return undefined
  const size = pairArgument(facts, ["kernel_size", "pool_size", "poolSize"], axes, 1)
  return known({
    ...common,
    kernel_size: size,
    // Without a stride windows stand side by side.
    stride: pairArgument(facts, ["stride", "strides"], axes, 1) ?? size,
    padding: pairArgument(facts, ["padding"], axes, 0),
    ceil_mode: facts.arguments["ceil_mode"] === true,
    ...(typeof facts.arguments["count_include_pad"] === "boolean" && { count_include_pad: facts.arguments["count_include_pad"] }),
  })
}

function mapOf({ input, framework, arguments: given }: LayerFacts, axes: number) {
  const isFirst = framework === "torch" || given["data_format"] === "channels_first" || given["dataFormat"] === "channelsFirst"
  const tail = input?.slice(-axes - 1) ?? []
  if (tail.length <= axes) return { channels: null, image: [null] }
  const image = isFirst ? tail.slice(1) : tail.slice(0, -1)
  return { channels: (isFirst ? tail[0] : tail.at(-1)) ?? null, image: axes === 1 ? [1, ...image] : image }
}

/** A sequence in place of a picture; a window as large as the map where all of it is pooled. */
function standIn({ type }: LayerFacts): Knobs {
  const image = /1_?d$/i.test(type) ? [1, 16] : 7
  if (/^global|^adaptive/i.test(type)) return { image, kernel_size: image, stride: image }
  return /1_?d$/i.test(type) ? { image: [1, 64], kernel_size: [1, 2], stride: [1, 2] } : {}
}

const NAMES: Readonly<Record<string, string>> = { max: "Max pooling", average: "Average pooling" }

function labelOf(knobs: Knobs): string {
  const text = (value: KnobValue | undefined): string => (Array.isArray(value) ? value.join(" × ") : `${value} × ${value}`)
  const size = knobs["kernel_size"] === undefined ? "" : ` · ${text(knobs["kernel_size"])}`
  return `${NAMES[String(knobs["kind"])]}${size}`
}

/** Every layer that pools, and pooling functions: of those the graph knows the maps, not the window. */
function recognise(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  return graph.flatMap(({ role, name, layer }) => {
    if (role !== "pool") return []
    const knobs = layer?.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    if (knobs && layer) return [{ layers: [layer.path], label: labelOf(knobs), knobs }]
    if (layer?.isLeaf || !/[12]d$/.test(name)) return []
    const made = { kind: /max/.test(name) ? "max" : "average" }
    return [{ layers: [], label: labelOf(made), knobs: made }]
  })
}

export const poolingAndStride: Subject = {
  id: "pooling-and-stride",
  title: "Pooling and stride",
  group: "convolution",
  summary: "Windows that step by more than one cell make maps smaller: each keeps its largest number, its average, or a learned sum.",
  knobs: POOLING_KNOBS,
  numbers,
  formulas,
  diagram: poolingScene,
  checked:
    "Runs the layer on a random picture, compares it and its back-propagated gradient with a computation by hand, and moves the picture to see what stays.",
  check: checkPooling,
  recognise,
  fromLayer,
  standIn,
}
