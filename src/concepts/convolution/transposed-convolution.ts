/** The subject "transposed convolution": each number paints a kernel, and maps become larger with weights that learn. */
import type { Model } from "../../model/model.ts"
import { sizesText, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { patternGraph, plainName } from "../pattern-graph.ts"
import type { Knobs, KnobValue, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { known, knownSizes, pairArgument } from "./layer-kernel.ts"
import { checkTransposed } from "./transposed-check.ts"
import { transposedScene } from "./transposed-diagram.ts"
import { computedTransposed, coverage, paintedAxis, readTransposed, TRANSPOSED_KNOBS } from "./transposing.ts"

function problemsOf(knobs: Knobs): string[] {
  const { windows, more } = readTransposed(knobs)
  const { problems } = computedTransposed(knobs)
  if (windows.some(({ size, padding }) => typeof padding === "number" && padding >= Number(size)))
    return ["Padding must be smaller than the kernel: more would cut away all that numbers at the edge paint."]
  if (more > 0 && windows.some(({ stride }) => more >= Number(stride))) return ["Output padding must be smaller than the stride."]
  return [...new Set(problems.map(({ message }) => `The layer ${message}.`))]
}

function numbers(knobs: Knobs): Numbers {
  const problems = problemsOf(knobs)
  if (problems.length > 0) return { quantities: [], problems }
  const { inChannels, image, size, windows } = readTransposed(knobs)
  const { output, parameters, macs } = computedTransposed(knobs)
  const isEven = size.every((each, axis) => each % Number(windows[axis as 0 | 1].stride) === 0)
  const [least, most] = [0, 1].map((end) =>
    size.reduce((times, each, axis) => times * (coverage(each, Number(windows[axis as 0 | 1].stride))[end] ?? 1), 1),
  )
  return {
    quantities: [
      { name: "input", label: "Input", value: [inChannels, ...image] },
      { name: "output", label: "Output", value: output },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: "for one image" },
      {
        name: "covered",
        label: "Each inner cell is painted",
        value: least === most ? `${most} times` : `${least} to ${most} times`,
        note: isEven ? "evenly" : "unevenly: a checkerboard",
      },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { image, size, windows, more, filters, inChannels, hasBias } = readTransposed(knobs)
  const { output, parameters, macs } = computedTransposed(knobs)
  const axis = image[0] === 1 ? 1 : 0
  const letter = axis === 0 ? "H" : "W"
  const { stride, padding } = windows[axis]
  const isNumber = typeof padding === "number"
  const { before } = paintedAxis(image[axis], output[axis + 1] ?? 1, windows[axis])
  const sides =
    padding === "same"
      ? `${letter} \\cdot s = ${image[axis]} \\cdot ${stride}`
      : `(${letter} - 1)\\, s + k - 2p + p_o = ${image[axis] - 1} \\cdot ${stride} + ${size[axis]} - ${isNumber ? 2 * before : 0} + ${more}`
  return [
    { label: "Painting", tex: "y_{o,\\; s i + u - p,\\; s j + v - p} \\mathrel{+}= w_{c,o,u,v}\\; x_{c,i,j}" },
    { label: axis === 0 ? "Height" : "Width", tex: `${sides} = ${tex(output[axis + 1] ?? 0)}` },
    {
      label: "Parameters",
      tex: `${tex(inChannels)} \\cdot ${tex(filters)} \\cdot ${size[0]} \\cdot ${size[1]}${hasBias ? ` + ${tex(filters)}` : ""} = ${tex(parameters)}`,
    },
    {
      label: "MACs",
      tex: `C_{in} H W \\cdot C_{out} k_h k_w = ${tex(inChannels)} \\cdot ${image.map(tex).join(" \\cdot ")} \\cdot ${tex(filters)} \\cdot ${size[0]} \\cdot ${size[1]} = ${tex(macs)}`,
    },
    { label: "Transpose", tex: "\\langle \\mathrm{conv}(a), b \\rangle = \\langle a, \\mathrm{conv}^{\\top}(b) \\rangle" },
  ]
}

const TYPES = /^(lazy)?convtranspose2d$|^conv(olution)?2dtranspose$/

/** One group, and kernels without gaps; others are no part of these knobs. */
function fromLayer(facts: LayerFacts): Knobs | undefined {
  if (!TYPES.test(plainName(facts.type))) return undefined
  const { framework, arguments: given, weights } = facts
  const shape = weights.find(({ name }) => /(^|[./])(weight|kernel)$/.test(name))?.shape
  const isPlain =
    (given["groups"] ?? 1) === 1 &&
    [pairArgument(facts, ["dilation", "dilation_rate", "dilationRate"], 2, 1) ?? 1].flat().every((size) => size === 1)
  if (shape?.length !== 4 || !isPlain) return undefined
  const isTorch = framework === "torch"
  const [inChannels, filters] = isTorch ? [shape[0], shape[1]] : [shape[3], shape[2]]
  const isFirst = isTorch || given["data_format"] === "channels_first" || given["dataFormat"] === "channelsFirst"
  const more = pairArgument(facts, ["output_padding"], 2, 0)
  return known({
    in_channels: inChannels,
    out_channels: filters,
    kernel_size: knownSizes(isTorch ? shape.slice(2) : shape.slice(0, 2)),
    stride: pairArgument(facts, ["stride", "strides"], 2, 1),
    padding: pairArgument(facts, ["padding"], 2, 0),
    output_padding: typeof more === "number" ? more : undefined,
    bias: weights.some(({ name }) => /(^|[./])bias$/.test(name)),
    image: facts.input?.length === 4 ? knownSizes(isFirst ? facts.input.slice(2) : facts.input.slice(1, 3)) : undefined,
  })
}

function recognise(model: Model): readonly Match[] {
  const layers = new Set(
    patternGraph(model).flatMap(({ role, layer }) => (role === "transposedConvolution" && layer?.isLeaf ? [layer] : [])),
  )
  return [...layers].flatMap((layer) => {
    const knobs = fromLayer(layerFacts(layer, model))
    const text = (value: KnobValue | undefined): string => sizesText(Array.isArray(value) ? value : [Number(value), Number(value)])
    return knobs
      ? [
          {
            layers: [layer.path],
            label: `Transposed convolution${knobs["kernel_size"] === undefined ? "" : ` · ${text(knobs["kernel_size"])}`}`,
            knobs,
          },
        ]
      : []
  })
}

export const transposedConvolution: Subject = {
  id: "transposed-convolution",
  title: "Transposed convolution",
  group: "convolution",
  summary:
    "Each number of a map paints a kernel, a stride apart; where kernels overlap they add up: a larger map, with weights that learn.",
  knobs: TRANSPOSED_KNOBS,
  numbers,
  formulas,
  diagram: transposedScene,
  checked:
    "Runs the layer, adds up map 1 by hand, shows that it is the transpose of a convolution with the same kernel, and counts how often each cell is painted.",
  check: checkTransposed,
  recognise,
  fromLayer,
}
