/** Autoencoders in a model's graph: the output has the input's size, and everything goes through something much smaller. */
import type { Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"
import { latentsIn } from "./latent-in-model.ts"

const LEARNED: ReadonlySet<Role> = new Set(["convolution", "transposedConvolution", "linear", "recurrent"])
/** Their outputs are of the input's size for other reasons. */
const FOREIGN: ReadonlySet<Role> = new Set(["attention", "embedding", "mask"])

type Sizes = readonly (number | null)[]

/** Of one example. */
export function volumeOf([, ...sizes]: Sizes): number | null {
  if (sizes.length === 0) return null
  return sizes.reduce<number | null>((product, size) => (product === null || size === null ? null : product * size), 1)
}

const isLearned = ({ role, layer }: PatternNode): boolean => LEARNED.has(role) && layer !== undefined

/** Nodes that all paths from the input to the output go through. */
function passages(nodes: readonly PatternNode[]): readonly PatternNode[] {
  const reaching = nodes.flatMap(({ index, inputs }) => inputs.map((from) => [from, index] as const))
  const within = new Set(nodes.map(({ index }) => index))
  return nodes.filter(({ index }) => !reaching.some(([from, to]) => from < index && to > index && (from < 0 || within.has(from))))
}

/** What comes in, or where its size is stated nowhere what it is reshaped to. */
function inputVolume(model: Model, nodes: readonly PatternNode[]): number | null {
  const [input, ...others] = model.inputs
  if (!input || others.some(({ dtype }) => dtype?.startsWith("int"))) return null
  const stated = input.shape === undefined || input.origin === "assumed" ? null : volumeOf(input.shape.map(sizeOrNull))
  const [first] = nodes
  if (stated !== null) return stated
  if (first?.role === "reshape") return volumeOf(first.shape)
  return first?.role === "linear" ? linearInput(first) : volumeOf((input.shape ?? []).map(sizeOrNull))
}

/** Of a vector that nobody states, the layer that reads it knows the size. */
function linearInput({ layer }: PatternNode): number | null {
  const kernel = layer?.weights.find(({ shape }) => shape.length === 2)
  const size = kernel?.shape[kernel.name.includes("kernel") ? 0 : 1]
  return size === undefined ? null : sizeOrNull(size)
}

export function autoencodersIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const [last] = model.producers
  if (last === undefined || last < 0) return []
  const nodes = [...ancestorsOf(graph, last)].sort((left, right) => left - right).flatMap((index) => graph[index] ?? [])
  const end = graph[last]
  const input = inputVolume(model, nodes)
  if (!end || input === null || isClassifying(end, model) || nodes.some(({ role }) => FOREIGN.has(role))) return []
  if (volumeOf(end.shape) !== input || nodes.every(({ role, shape }) => shape.length === 3 && role !== "recurrent")) return []
  const narrow = narrowest(passages(nodes))
  if (!narrow || narrow.volume > input / 2) return []
  const [before, after] = [
    nodes.filter((node) => isLearned(node) && node.index <= narrow.node.index),
    nodes.filter((node) => isLearned(node) && node.index > narrow.node.index),
  ]
  if (before.length === 0 || after.length === 0) return []
  const kind = latentsIn(graph, model).length > 0 ? "variational" : isSpoilt(nodes) ? "denoising" : "plain"
  const layers = [...new Set([...before, ...after].flatMap(({ layer }) => layer?.path ?? []))]
  const name = kind === "plain" ? "Autoencoder" : `Autoencoder, ${kind}`
  return [
    {
      layers,
      label: `${name} · code of ${grouped(narrow.volume)} for ${grouped(input)} numbers`,
      knobs: { kind, input, code: narrow.volume, ...hiddenOf(before) },
    },
  ]
}

/** Classes of each pixel may be as many as the picture's channels; they rebuild nothing. */
function isClassifying({ role, layer }: PatternNode, model: Model): boolean {
  return role === "softmax" || (layer !== undefined && layerFacts(layer, model).arguments["activation"] === "softmax")
}

/** The first of the smallest: an activation behind it has the same size. */
function narrowest(nodes: readonly PatternNode[]): { readonly node: PatternNode; readonly volume: number } | undefined {
  const sized = nodes.flatMap((node) => {
    const volume = volumeOf(node.shape)
    return volume === null ? [] : [{ node, volume }]
  })
  const smallest = Math.min(...sized.map(({ volume }) => volume))
  return sized.find(({ volume }) => volume === smallest)
}

/** The first layer's width, where it is fully connected. */
function hiddenOf([first]: readonly PatternNode[]): { readonly hidden?: number } {
  const size = first?.role === "linear" ? first.shape.at(-1) : undefined
  return typeof size === "number" ? { hidden: size } : {}
}

/** Noise or dropout before anything is learned. */
function isSpoilt(nodes: readonly PatternNode[]): boolean {
  const first = nodes.findIndex(isLearned)
  return nodes.slice(0, first).some(({ role, name }) => role === "dropout" || role === "random" || name === "gaussiannoise")
}
