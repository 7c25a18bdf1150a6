/** The subject "bilinear upsampling": larger maps whose new numbers are mixed from the nearest old ones, without weights. */
import type { Model } from "../../model/model.ts"
import { product } from "../../values/dim.ts"
import { texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { patternGraph, plainName } from "../pattern-graph.ts"
import type { Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { known, knownSizes } from "./layer-kernel.ts"
import { neighboursOf, placeOf, readUpsampling, UPSAMPLING_KNOBS, upsampledShape } from "./upsampling.ts"
import { checkUpsampling } from "./upsampling-check.ts"
import { upsamplingScene } from "./upsampling-diagram.ts"

function numbers(knobs: Knobs): Numbers {
  const { channels, image, scale, mode } = readUpsampling(knobs)
  const output = upsampledShape(knobs)
  const kernel = scale.map((factor) => 2 * factor - (factor % 2))
  return {
    quantities: [
      { name: "input", label: "Input", value: [channels, ...image] },
      { name: "output", label: "Output", value: output },
      { name: "parameters", label: "Parameters", value: 0 },
      { name: "reads", label: "Each new number reads", value: mode === "nearest" ? 1 : 4, note: "old ones" },
      {
        name: "times",
        label: "Numbers",
        value: product(output),
        note: `from ${tex(product([channels, ...image])).replaceAll("{,}", ",")}`,
      },
      ...(mode === "bilinear" && scale.every(Number.isInteger)
        ? [{ name: "kernel", label: "As a transposed convolution", value: kernel, note: "kernel that never learns" }]
        : []),
    ],
    problems: output.some((size) => size < 1) ? ["Nothing is left of the map."] : [],
  }
}

const PLACES = {
  "half-pixel": "s = \\left( i + \\tfrac{1}{2} \\right) \\frac{n}{m} - \\tfrac{1}{2}",
  aligned: "s = i \\, \\frac{n - 1}{m - 1}",
  asymmetric: "s = i \\, \\frac{n}{m}",
} as const

function formulas(knobs: Knobs) {
  const { image, mode, corners } = readUpsampling(knobs)
  const axis = image[0] === 1 ? 1 : 0
  const [from, to] = [image[axis], upsampledShape(knobs)[axis + 1] ?? 1]
  const stretch = { from, to, mode, corners }
  const at = Math.min(to - 1, 2)
  if (mode === "nearest")
    return [{ label: "Nearest", tex: `y_i = x_{\\lfloor i \\, n / m \\rfloor} \\qquad y_{${at}} = x_{${neighboursOf(stretch, at).first}}` }]
  const { first, second, share } = neighboursOf(stretch, at)
  const part = (value: number): string => String(Number(value.toFixed(3)))
  return [
    {
      label: "Place",
      tex: `${PLACES[corners]} \\qquad n = ${tex(from)},\\; m = ${tex(to)},\\; i = ${at}:\\; s = ${part(placeOf(stretch, at))}`,
    },
    {
      label: "Along one axis",
      tex: `y_{${at}} = (1 - t)\\, x_{\\lfloor s \\rfloor} + t\\, x_{\\lfloor s \\rfloor + 1} = ${part(1 - share)}\\, x_{${first}} + ${part(share)}\\, x_{${second}}`,
    },
    { label: "Along both", tex: "y = (1-t)(1-u)\\, x_{00} + (1-t)\\, u\\, x_{01} + t\\,(1-u)\\, x_{10} + t\\,u\\, x_{11}" },
  ]
}

const TYPES = /^(upsample|upsamplingnearest2d|upsamplingbilinear2d|upsampling2d)$/

function fromLayer(facts: LayerFacts): Knobs | undefined {
  const name = plainName(facts.type)
  if (!TYPES.test(name)) return undefined
  const { framework, arguments: given } = facts
  const word = given["mode"] ?? given["interpolation"] ?? (/bilinear/.test(name) ? "bilinear" : "nearest")
  if (word !== "bilinear" && word !== "nearest") return undefined
  const isFirst = framework === "torch" || given["data_format"] === "channels_first" || given["dataFormat"] === "channelsFirst"
  const sides = (shape: LayerFacts["input"]) => (shape?.length === 4 ? (isFirst ? shape.slice(2) : shape.slice(1, 3)) : [])
  const [before, after] = [sides(facts.input), sides(facts.output)]
  const scale =
    before.length === 2 ? before.map((size, axis) => ratio(after[axis], size)) : [asked(given["scale_factor"] ?? given["size"], framework)]
  const isAligned = given["align_corners"] === true || name === "upsamplingbilinear2d"
  return known({
    mode: word,
    corners: isAligned ? "aligned" : framework === "tfjs" ? "asymmetric" : "half-pixel",
    scale: knownSizes(scale),
    channels: facts.input?.length === 4 ? facts.input.at(isFirst ? 1 : -1) : null,
    image: knownSizes(before),
  })
}

const ratio = (after: number | null | undefined, before: number | null): number | null =>
  typeof after === "number" && before !== null && before > 0 ? after / before : null

/** A factor; torch's `size` is one of the result and says none. */
const asked = (value: unknown, framework: string): number | null =>
  typeof value === "number" && framework !== "torch" ? value : typeof value === "number" && value <= 16 ? value : null

function recognise(model: Model): readonly Match[] {
  return patternGraph(model).flatMap(({ role, layer }) => {
    const knobs = role === "upsample" && layer?.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    if (!knobs || !layer) return []
    const scale = knobs["scale"]
    const times = scale === undefined ? "" : ` · × ${Array.isArray(scale) ? scale.join(", ") : scale}`
    return [{ layers: [layer.path], label: `Upsampling, ${knobs["mode"]}${times}`, knobs }]
  })
}

export const bilinearUpsampling: Subject = {
  id: "bilinear-upsampling",
  title: "Bilinear upsampling",
  group: "convolution",
  summary: "Makes maps larger without weights: each new number is a copy of the nearest old one, or mixed from the four around it.",
  knobs: UPSAMPLING_KNOBS,
  numbers,
  formulas,
  diagram: upsamplingScene,
  checked:
    "Enlarges a random map, compares every number with one by hand, and does the same with a transposed convolution whose kernel is a tent.",
  check: checkUpsampling,
  recognise,
  fromLayer,
}
