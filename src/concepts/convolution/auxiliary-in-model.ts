/** Auxiliary classifiers in a model: outputs made by a head of their own from an activation inside, beside the main one of the same shape. */
import type { Layer, Model } from "../../model/model.ts"
import { ancestorsOf, type PatternNode, patternGraph, type Role, roleOf } from "../pattern-graph.ts"
import { sizeOrNull } from "../layer-facts.ts"
import type { Match } from "../subject.ts"

const LEARNED: ReadonlySet<Role> = new Set(["convolution", "transposedConvolution", "linear", "recurrent", "attention"])
/** What a body is made of; two heads of fully connected layers on one body are two tasks. */
const BODY: ReadonlySet<Role> = new Set(["convolution", "transposedConvolution", "recurrent", "attention"])

/** More outputs than this are lists of states. */
const MOST_OUTPUTS = 16

interface Output {
  readonly producer: number
  readonly sizes: readonly (number | null)[]
  readonly before: ReadonlySet<number>
}

export function auxiliaryHeadsIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const heads = calledHeads(graph, model)
  const layers = heads.length > 0 ? heads : uncalledHeads(graph, model)
  return layers.length > 0 ? [matchOf(layers, model)] : []
}

/** How many layers with weights lie on the longest way to each node. */
function depthsOf(graph: readonly PatternNode[]): readonly number[] {
  const depths: number[] = []
  for (const { inputs, role } of graph) {
    const before = inputs.map((input) => depths[input] ?? 0)
    depths.push(Math.max(0, ...before) + Number(LEARNED.has(role)))
  }
  return depths
}

const sizesAfterBatch = (shape: readonly (number | null)[]): readonly (number | null)[] => shape.slice(1)

function outputsOf(graph: readonly PatternNode[], { producers, outputs }: Model): readonly Output[] {
  const seen = new Set<number>()
  return producers.flatMap((producer, index) => {
    if (producer === undefined || producer < 0 || seen.has(producer)) return []
    seen.add(producer)
    const sizes = sizesAfterBatch((outputs[index]?.shape ?? []).map(sizeOrNull))
    return [{ producer, sizes, before: ancestorsOf(graph, producer) }]
  })
}

const isSameSizes = (one: Output, other: Output): boolean =>
  one.sizes.length > 0 &&
  one.sizes.length === other.sizes.length &&
  one.sizes.every((size, axis) => size !== null && size === other.sizes[axis])

/** The layers of each head that a run calls. */
function calledHeads(graph: readonly PatternNode[], model: Model): readonly (readonly Layer[])[] {
  if (model.outputs.length < 2 || model.outputs.length > MOST_OUTPUTS) return []
  const depths = depthsOf(graph)
  const outputs = outputsOf(graph, model)
  const [main] = [...outputs].sort((left, right) => (depths[right.producer] ?? 0) - (depths[left.producer] ?? 0))
  if (!main) return []
  return outputs.filter((output) => output !== main).flatMap((side) => headOf(graph, depths, main, side) ?? [])
}

function headOf(graph: readonly PatternNode[], depths: readonly number[], main: Output, side: Output): (readonly Layer[])[] | undefined {
  if (!isSameSizes(main, side) || main.before.has(side.producer)) return undefined
  const own = [...side.before].filter((index) => index >= 0 && !main.before.has(index))
  const shared = own.flatMap((index) => graph[index]?.inputs ?? []).filter((input) => main.before.has(input))
  const fork = Math.max(-1, ...shared.map((index) => (index < 0 ? 0 : (depths[index] ?? 0))))
  const learned = own.flatMap((index) => graph[index] ?? []).filter(({ role }) => LEARNED.has(role))
  const beyond = [...main.before].flatMap((index) => (side.before.has(index) ? [] : (graph[index] ?? [])))
  const [mainDepth, sideDepth] = [(depths[main.producer] ?? 0) - fork, (depths[side.producer] ?? 0) - fork]
  const isInside = fork >= 1 && mainDepth > sideDepth && beyond.some(({ role }) => BODY.has(role))
  const layers = [...new Set(learned.flatMap(({ layer }) => (layer ? [layer] : [])))]
  return isInside && layers.length > 0 ? [layers] : undefined
}

const outOf = ({ weights, qualifiedType }: Layer): number | undefined => {
  const [weight] = weights
  const size = weight && (qualifiedType.startsWith("torch") ? weight.shape[0] : weight.shape.at(-1))
  return size === undefined ? undefined : (sizeOrNull(size) ?? undefined)
}
const intoOf = ({ weights, qualifiedType }: Layer): number | undefined => {
  const [weight] = weights
  const size = weight && (qualifiedType.startsWith("torch") ? weight.shape[1] : weight.shape.at(-2))
  return size === undefined ? undefined : (sizeOrNull(size) ?? undefined)
}

/**
 * Heads that only training calls, as GoogLeNet's: a part of several layers that this run never called, which begins with as many channels as some
 * activation inside has, and ends with as many classes as the model.
 */
function uncalledHeads(graph: readonly PatternNode[], model: Model): readonly (readonly Layer[])[] {
  const axis = model.framework === "torch" ? 1 : -1
  const [output] = model.outputs
  const classes = output?.shape?.at(axis) === undefined ? null : sizeOrNull(output.shape.at(axis) as number)
  if (model.outputs.length !== 1 || classes === null || classes < 2) return []
  const inside = new Set(graph.filter(({ shape }) => shape.length === 4).map(({ shape }) => shape.at(axis)))
  const learned = model.layers.filter(({ isLeaf, type, weights }) => isLeaf && weights.length > 0 && LEARNED.has(roleOf(type)))
  const groups = new Map<string, Layer[]>()
  for (const layer of learned.filter(({ calls }) => calls === 0)) {
    const owner = ownerOf(layer.path, learned)
    if (owner !== undefined) groups.set(owner, [...(groups.get(owner) ?? []), layer])
  }
  return [...groups.values()].filter((layers) => {
    const [first, last] = [layers[0], layers.at(-1)]
    return layers.length >= 2 && first && last && outOf(last) === classes && BODY.has(roleOf(first.type)) && inside.has(intoOf(first))
  })
}

/** The widest part around a layer of which nothing is called. */
function ownerOf(path: string, learned: readonly Layer[]): string | undefined {
  const words = path.split(".")
  for (let length = 1; length < words.length; length++) {
    const owner = words.slice(0, length).join(".")
    if (learned.every((layer) => layer.calls === 0 || !layer.path.startsWith(`${owner}.`))) return owner
  }
  return undefined
}

function matchOf(heads: readonly (readonly Layer[])[], { parameters, outputs, framework, layers: all }: Model): Match {
  const side = new Set(heads.flat())
  const layers = all.filter((layer) => side.has(layer))
  const own = layers.reduce((sum, layer) => sum + Number(layer.parameters ?? Number.NaN), 0)
  const share = (100 * own) / Number(parameters.total ?? Number.NaN)
  const cost = Number.isFinite(share) ? ` · ${Number(share.toPrecision(2))} % of the parameters, for training only` : ""
  const classes = outputs[0]?.shape?.at(framework === "torch" ? 1 : -1)
  const count = classes === undefined ? null : sizeOrNull(classes)
  return {
    layers: layers.map(({ path }) => path),
    label: `${heads.length === 1 ? "Auxiliary classifier" : `${heads.length} auxiliary classifiers`}${cost}`,
    knobs: { heads: heads.length === 1 ? "first" : "both", ...(count !== null && { classes: count }) },
  }
}
