/** Plain convolutional networks in models: one chain from the picture to the scores, of convolutions, pooling and fully connected layers. */
import type { Layer, Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { type PatternNode, patternGraph, type Role } from "../pattern-graph.ts"
import type { Knobs, LayerFacts, Match } from "../subject.ts"
import { CNN_KNOBS, cnnCosts, cnnLayers } from "./cnn-layers.ts"
import { kernelOf, known, knownSizes, type LayerKernel, pairArgument } from "./layer-kernel.ts"

/** Changes no size that counts here, or is drawn as a layer of its own. */
const PASSING = new Set<Role>(["convolution", "linear", "pool", "normalisation", "activation", "dropout", "softmax", "reshape"])

interface Convolution {
  readonly node: PatternNode
  readonly facts: LayerFacts
  readonly kernel: LayerKernel
}

export function plainNetworks(model: Model): readonly Match[] {
  const chain = chainOf(model)
  if (!chain) return []
  const convolutions = chain.flatMap((node) => convolutionAt(node, model) ?? [])
  const linear = chain.filter(({ role }) => role === "linear")
  const pools = chain.filter(({ role }) => role === "pool")
  const isAll = convolutions.length === chain.filter(({ role }) => role === "convolution").length
  if (!isAll || convolutions.length < 2 || linear.length === 0 || pools.length === 0) return []
  if (chain.indexOf(linear[0] as PatternNode) < chain.indexOf(convolutions.at(-1)?.node as PatternNode)) return []
  // Pooling between convolutions: what only averages at the end is another pattern.
  const isBetween = pools.some((pool) => chain.indexOf(pool) < chain.indexOf(convolutions.at(-1)?.node as PatternNode)) || pools.length > 1
  if (!isBetween && pools.every((pool) => isGlobal(pool))) return []
  const { total } = model.parameters
  const size = total === undefined ? "" : ` · ${grouped(total)} parameters`
  const label = `Plain CNN · ${convolutions.length} convolutions, ${linear.length} fully connected${size}`
  const weighted = [...convolutions.map(({ node }) => node), ...linear]
  const knobs = knobsOf(model, chain, convolutions, linear)
  const layers = [...new Set(weighted.flatMap(({ layer }) => layer?.path ?? []))]
  return [{ layers, label, knobs: { ...knobs, ...others(knobs, model) } }]
}

/** Weights of what is not drawn, such as PReLU's slopes. */
function others(knobs: Knobs, { parameters: { total } }: Model): Knobs {
  const initial = Object.fromEntries(CNN_KNOBS.map((knob) => [knob.name, knob.initial]))
  const layers = cnnLayers({ ...initial, ...knobs })
  const { parameters } = cnnCosts(layers)
  const isWhole = layers.every(({ problems }) => problems.length === 0)
  return isWhole && typeof total === "number" && total > parameters ? { other: total - parameters } : {}
}

/** From the first operator to the one output, each reading only the one before. */
function chainOf(model: Model): readonly PatternNode[] | undefined {
  const graph = patternGraph(model)
  const end = model.outputs.length === 1 ? model.producers[0] : undefined
  const chain: PatternNode[] = []
  for (let at = end; at !== undefined && at >= 0; ) {
    const node = graph[at]
    if (!node || chain.includes(node)) return undefined
    const isMean = node.role === "reduce" && /mean|^global/.test(node.name)
    if (!PASSING.has(node.role) && !isMean) return undefined
    chain.unshift(node)
    const inputs = [...new Set(node.inputs)]
    if (inputs.length !== 1) return undefined
    at = inputs[0]
    if (at === undefined || at < 0) return chain
  }
  return undefined
}

/** Of two dimensions, each filter reading all channels. */
function convolutionAt(node: PatternNode, model: Model): Convolution | undefined {
  if (node.role !== "convolution" || !node.layer) return undefined
  const facts = layerFacts(node.layer, model)
  const kernel = kernelOf(facts)
  if (!kernel || kernel.axes !== 2) return undefined
  return kernel.channels === null || kernel.channels === kernel.channelsPerGroup ? { node, facts, kernel } : undefined
}

const isGlobal = ({ name, shape }: PatternNode): boolean =>
  /global/.test(name) || (/adaptive/.test(name) && shape.length === 4 && shape.slice(-2).every((size) => size === 1))
const isFinal = (node: PatternNode): boolean => /adaptive|global/.test(node.name) || node.role === "reduce"

/** What can be said in the knobs' words; what cannot, such as windows that are not square, is left out. */
function knobsOf(model: Model, chain: readonly PatternNode[], convolutions: readonly Convolution[], linear: readonly PatternNode[]): Knobs {
  const widths = linear.map(({ layer }) => outputsOf(layer, model))
  const normalised = chain.filter(({ role }) => role === "normalisation").length
  const biased = convolutions.filter(({ kernel }) => kernel.hasBias).length
  const pooling = chain.filter((node) => node.role === "pool" && !isFinal(node) && poolWindow(node, chain, model)?.size !== 1)
  const final = chain.find(isFinal)
  return known({
    image: knownSizes(convolutions[0]?.kernel.image ?? []),
    channels: convolutions[0]?.kernel.channels,
    filters: every(convolutions.map(({ kernel }) => kernel.filters)),
    kernel_size: every(convolutions.map(({ kernel }) => square(knownSizes(kernel.sizes)))),
    stride: every(convolutions.map(({ facts }) => square(pairArgument(facts, ["stride", "strides"], 2, 1)))),
    padding: every(convolutions.map(paddingOf)),
    ...poolingKnobs(model, chain, convolutions),
    ...(pooling.length > 0 && { pooling: pooling.every(({ name }) => /max/.test(name)) ? "max" : "average" }),
    final: final ? finalSide(final, model) : 0,
    hidden: widths.length === 1 ? [0] : every(widths.slice(0, -1)),
    classes: widths.at(-1),
    normalisation: normalised > 0,
    bias: biased > 0,
  })
}

/** All of them, or nothing. */
function every(values: readonly (number | null | undefined)[]): number[] | undefined {
  const numbers = values.filter((value): value is number => typeof value === "number")
  return numbers.length === values.length && numbers.length > 0 ? numbers : undefined
}

function square(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined
}

const isStepless = (facts: LayerFacts): boolean => pairArgument(facts, ["stride", "strides"], 2, 1) === 1

/** "same" with an odd kernel is as much on each side, whatever the stride; with an even one half a cell more or less. */
function paddingOf({ facts, kernel }: Convolution): number | undefined {
  const padding = pairArgument(facts, ["padding"], 2, 0)
  if (padding === "valid") return 0
  const size = square(knownSizes(kernel.sizes))
  if (padding === "same") return size !== undefined && (size % 2 === 1 || isStepless(facts)) ? (size - 1) / 2 : undefined
  return square(padding)
}

/** Weights of linear layers are [out, in], kernels of dense ones [in, out]. */
function outputsOf(layer: Layer | undefined, model: Model): number | null {
  const shape = layer?.weights.find(({ name }) => /weight$|kernel$/.test(name))?.shape
  const size = model.framework === "torch" ? shape?.[0] : shape?.[1]
  return size === undefined ? null : sizeOrNull(size)
}

/** Height and width stand last, or before the channels. */
const sidesOf = (shape: readonly (number | null)[], { framework }: Model): readonly (number | null)[] =>
  framework === "torch" ? shape.slice(-2) : shape.slice(-3, -1)

function finalSide(node: PatternNode, model: Model): number | null {
  if (node.role === "reduce" || /global/.test(node.name)) return 1
  const [high, wide] = sidesOf(node.shape, model)
  return high !== undefined && high === wide ? high : null
}

/** For each convolution the window of the pooling behind it, 1 where none is. */
function poolingKnobs(model: Model, chain: readonly PatternNode[], convolutions: readonly Convolution[]): Knobs {
  const windows = convolutions.map(({ node }, index) => {
    const [from, to] = [chain.indexOf(node) + 1, convolutions[index + 1]?.node]
    const between = chain.slice(from, to ? chain.indexOf(to) : chain.length).filter((each) => each.role === "pool" && !isFinal(each))
    // A window of 1 changes nothing.
    const found = between.map((each) => poolWindow(each, chain, model)).filter((window) => window?.size !== 1)
    return found.length === 0 ? { size: 1, stride: 1 } : found.length === 1 ? found[0] : undefined
  })
  const [sizes, strides] = [every(windows.map((window) => window?.size)), every(windows.map((window) => window?.stride))]
  return sizes && strides ? { pool: sizes, pool_stride: strides } : {}
}

/** A layer says its window; of a function only sizes are known, which tell the window where they divide. */
function poolWindow(node: PatternNode, chain: readonly PatternNode[], model: Model): { size: number; stride: number } | undefined {
  const facts = node.layer?.isLeaf ? layerFacts(node.layer, model) : undefined
  if (facts) {
    const size = square(pairArgument(facts, ["kernel_size", "pool_size", "poolSize"], 2, 1))
    const stride = square(pairArgument(facts, ["stride", "strides"], 2, 1) ?? size)
    const padding = pairArgument(facts, ["padding"], 2, 0) ?? 0
    const isPlain = (padding === 0 || padding === "valid") && facts.arguments["ceil_mode"] !== true
    return size !== undefined && stride !== undefined && isPlain ? { size, stride } : undefined
  }
  const before = sidesOf(chain[chain.indexOf(node) - 1]?.shape ?? [], model)[0]
  const after = sidesOf(node.shape, model)[0]
  const ratio = typeof before === "number" && typeof after === "number" ? before / after : Number.NaN
  return Number.isInteger(ratio) ? { size: ratio, stride: ratio } : undefined
}
