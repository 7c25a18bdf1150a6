/** The subject "what filters learn": edges and colours in the first layer, and deeper whatever more of the picture can show. */
import type { Model } from "../../model/model.ts"
import { pairOf, percent, texNumber as tex } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import { filtersScene } from "./filters-diagram.ts"
import { answerTo, convolutionsOf, FILTER_KNOBS, problemsOf, readFilters } from "./filters-sizes.ts"
import { checkFilters } from "./filters-training.ts"
import { kernelOf, known, knownSizes } from "./layer-kernel.ts"

function numbers(knobs: Knobs): Numbers {
  const problems = problemsOf(knobs)
  if (problems.length > 0) return { quantities: [], problems }
  const { orientation, size, filters } = readFilters(knobs)
  const layers = convolutionsOf(knobs)
  const [last, [high, wide]] = [layers.at(-1)?.sees ?? 1, pairOf(knobs, "image")]
  return {
    quantities: [
      { name: "own", label: "Answer to its own direction", value: answerTo(knobs, orientation).toFixed(2) },
      { name: "across", label: "Turned by 90°", value: Math.max(0, answerTo(knobs, orientation + 90)).toFixed(2), note: "after ReLU" },
      { name: "first", label: "First layer sees", value: [layers[0]?.sees ?? 1, layers[0]?.sees ?? 1], note: "pixels" },
      {
        name: "last",
        label: `Convolution ${layers.length} sees`,
        value: [last, last],
        note: `${percent(Math.min(last, high) * Math.min(last, wide), high * wide)} of the picture`,
      },
      { name: "weights", label: "Weights the check learns", value: filters * size * size, note: "in its kernels" },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const { orientation } = readFilters(knobs)
  const layers = convolutionsOf(knobs)
  const sees = layers.map((layer) => tex(layer.sees))
  return [
    {
      label: "Answer",
      tex: `y = \\max\\left(0, \\sum_{i,j} w_{ij}\\, x_{ij}\\right) = ${Math.max(0, answerTo(knobs, orientation)).toFixed(2)}`,
    },
    { label: "One number sees", tex: `r_l = 1 + \\sum_{m \\le l} (k_m - 1) \\prod_{i < m} s_i: \\quad ${sees.join(",\\; ")}` },
  ]
}

/** Grey or colour: deeper layers read maps that are no pictures. */
const OF_PICTURES: ReadonlySet<number | null> = new Set([1, 3])

/** A convolution that reads a picture, with filters large enough to show something. */
function fromLayer(facts: LayerFacts): Knobs | undefined {
  const kernel = kernelOf(facts)
  const [high, wide] = kernel?.sizes ?? []
  if (!kernel || kernel.axes !== 2 || !OF_PICTURES.has(kernel.channels) || !high || high !== wide || high < 3 || high > 11) return undefined
  return known({ kernel_size: high, image: knownSizes(kernel.image) })
}

/** Behind one of these there is no picture any more, or not the whole one. */
const MAKING: ReadonlySet<Role> = new Set([
  "convolution",
  "transposedConvolution",
  "linear",
  "embedding",
  "recurrent",
  "attention",
  "matmul",
  "pool",
  "random",
])

/** Scaled, normalised, padded or resized at most. */
function isPicture(graph: readonly PatternNode[], input: number): boolean {
  const before = ancestorsOf(graph, input, MOST_STEPS)
  return [...before].some((at) => at < 0) && [...before].every((at) => !MAKING.has(graph[at]?.role ?? "other"))
}

/** Detectors prepare each picture of a batch. */
const MOST_STEPS = 200

/** The convolutions of a model that read its input itself. */
function recognise(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  return graph.flatMap(({ role, inputs: [input], layer }) => {
    const isFirst = role === "convolution" && input !== undefined && isPicture(graph, input)
    const knobs = isFirst && layer ? fromLayer(layerFacts(layer, model)) : undefined
    const size = knobs?.["kernel_size"]
    return layer && knobs ? [{ layers: [layer.path], label: `First filters · ${size} × ${size} over the picture`, knobs }] : []
  })
}

export const whatFiltersLearn: Subject = {
  id: "what-filters-learn",
  title: "What filters learn",
  group: "convolution",
  summary:
    "First layers come to hold edges and colours, whatever they are trained on; deeper ones combine them over ever larger parts of the picture.",
  knobs: FILTER_KNOBS,
  numbers,
  formulas,
  diagram: filtersScene,
  checked:
    "Trains a small convolution on pictures of bars, sets its kernels beside edges made by formula, and measures how much deeper layers see.",
  check: checkFilters,
  recognise,
  fromLayer,
  isBackground: true,
}
