/** The subject "deep network": what makes a network deep, which of its layers are counted, and what depth is good for. */
import type { Model } from "../../model/model.ts"
import { grouped, texNumber as tex } from "../knobs.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { type PatternNode, patternGraph, plainName, type Role } from "../pattern-graph.ts"
import type { Knobs, Match, Numbers, Subject } from "../subject.ts"
import { checkDepth } from "./deep-network-check.ts"
import { depthScene } from "./deep-network-diagram.ts"
import { DEPTH_KNOBS, depthOf, modulesOf, readDepth } from "./depth.ts"

function numbers(knobs: Knobs): Numbers {
  const { hidden, bend, model } = readDepth(knobs)
  const modules = modulesOf(knobs)
  const depth = hidden.length + 1
  const parameters = modules.reduce((sum, { weights }) => sum + weights, 0)
  const isLinear = bend === "none"
  return {
    quantities: [
      { name: "depth", label: "Depth", value: depth, note: "layers with weights" },
      { name: "hidden", label: "Hidden layers", value: hidden.length },
      { name: "modules", label: "Lines in a summary", value: modules.length, note: "input, activations and the like included" },
      { name: "parameters", label: "Parameters", value: parameters },
      {
        name: "pieces",
        label: "A line folded by the hidden layers",
        value: isLinear ? 1 : bend === "relu" ? 2 ** hidden.length : "curved",
        note: isLinear
          ? "without activation all layers are one"
          : bend === "relu"
            ? "pieces, with 2 neurons in each"
            : "a smooth activation has no pieces",
      },
      ...(model.depth > 0
        ? [
            {
              name: "model",
              label: "Your model",
              value: model.depth,
              note: `longest path; ${grouped(model.layers)} layers with weights in all`,
            },
          ]
        : []),
    ],
    problems: model.layers > 0 && model.layers < model.depth ? ["The longest path cannot have more layers than there are."] : [],
  }
}

function formulas(knobs: Knobs) {
  const { hidden, inputs, outputs, bend } = readDepth(knobs)
  const widths = [inputs, ...hidden, outputs]
  const terms = widths.slice(1).map((count, index) => `${tex(widths[index] ?? 0)} \\cdot ${tex(count)} + ${tex(count)}`)
  const layers = widths.slice(1).reduce((sum, count, index) => sum + (widths[index] ?? 0) * count + count, 0)
  const last = hidden.length + 1
  const inner = last <= 2 ? "f(W_1 x)" : last === 3 ? "f(W_2\\, f(W_1 x))" : `f(W_{${last - 1}} \\cdots f(W_1 x))`
  const network = bend === "none" ? `W_{${last}} \\cdots W_1\\, x = W x` : `W_{${last}}\\, ${inner}`
  return [
    { label: "Depth", tex: `L = \\text{hidden} + 1 = ${hidden.length} + 1 = ${last}` },
    { label: "Network", tex: hidden.length === 0 ? "y = W_1 x + b_1" : `y = ${network}` },
    { label: "Linear layers", tex: `${terms.join(" + ")} = ${tex(layers)}` },
    ...(bend === "relu"
      ? [
          {
            label: "Pieces",
            tex: `\\text{deep: } 2^{${hidden.length}} = ${tex(2 ** hidden.length)} \\qquad \\text{as many neurons in one layer: } ${2 * hidden.length}`,
          },
        ]
      : []),
  ]
}

/** Of a whole model: the path that has most layers with weights. */
function recognise(model: Model): readonly Match[] {
  const depth = depthOf(model)
  if (!depth) return []
  const label = `Depth ${grouped(depth.path)} · ${grouped(depth.layers)} layers with weights`
  // It is about all layers and none of them, and stands behind what says more.
  return [
    { layers: [], label, knobs: { model_depth: depth.path, model_layers: Math.max(depth.layers, depth.path), ...plainNetwork(model) } },
  ]
}

const PLAIN = new Set<Role>(["linear", "activation", "normalisation", "dropout", "reshape", "softmax"])

/** Sizes of a network that is one chain of linear layers. */
function plainNetwork(model: Model): Knobs {
  const graph = patternGraph(model)
  const isChain = graph.every(({ role, inputs }) => PLAIN.has(role) && new Set(inputs).size === 1)
  const linear = graph.filter(({ role }) => role === "linear")
  const shapes = linear.map((node) => sidesOf(node, model))
  const widths = [shapes[0]?.[0], ...shapes.map((shape) => shape?.[1])]
  if (!isChain || linear.length > 20 || !widths.every((count) => typeof count === "number")) return {}
  const sizes = widths as number[]
  const bends = graph.flatMap((node) => bendOf(node, model) ?? [])
  return {
    inputs: sizes[0] ?? 1,
    hidden: sizes.length > 2 ? sizes.slice(1, -1) : [0],
    outputs: sizes.at(-1) ?? 1,
    activation: bends[0] ?? "none",
    normalisation: graph.some(({ role }) => role === "normalisation"),
    dropout: graph.some(({ role }) => role === "dropout"),
  }
}

/** Inputs and outputs of a linear layer. */
function sidesOf({ layer }: PatternNode, { framework }: Model): readonly (number | null)[] | undefined {
  const shape = layer?.weights.find(({ name }) => /weight$|kernel$/.test(name))?.shape.map(sizeOrNull)
  return framework === "torch" ? shape?.toReversed() : shape
}

const BEND_NAMES: Readonly<Record<string, string>> = { relu: "relu", tanh: "tanh", sigmoid: "sigmoid" }

/** Keras layers may hold their activation themselves. */
function bendOf({ role, name, layer }: PatternNode, model: Model): string | undefined {
  if (role === "activation") return BEND_NAMES[name] ?? "relu"
  const own = role === "linear" && layer ? layerFacts(layer, model).arguments["activation"] : undefined
  return typeof own === "string" ? BEND_NAMES[plainName(own)] : undefined
}

export const deepNetwork: Subject = {
  id: "deep-network",
  title: "Deep network",
  group: "foundations",
  summary:
    "Layers behind layers: only those with weights are counted, and with a bend between them each one can double what the last could draw.",
  knobs: DEPTH_KNOBS,
  numbers,
  formulas,
  diagram: depthScene,
  checked:
    "Counts weights; folds a line with the hidden layers and counts its pieces, beside one layer with as many neurons; and multiplies layers without activation into one.",
  check: checkDepth,
  recognise,
  // One layer alone is not deep.
  fromLayer: () => undefined,
}
