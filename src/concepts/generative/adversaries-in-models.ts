/** Generators and discriminators among the models of a file: what the one makes, the other reads and judges with one number. */
import type { Layer, Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { volumeOf } from "./autoencoder-in-model.ts"

const LEARNED: ReadonlySet<Role> = new Set(["convolution", "transposedConvolution", "linear"])
export const GROWING: ReadonlySet<Role> = new Set(["transposedConvolution", "upsample"])
/** Judges and makers of sequences are other games. */
const FOREIGN: ReadonlySet<Role> = new Set(["attention", "recurrent"])

/** Where channels and features stand in a kernel: [out, in, …] in torch, […, in, out] elsewhere; transposed ones the other way. */
export function sizesOf({ role, layer }: PatternNode): { readonly from: number | null; readonly to: number | null } {
  const kernel = layer?.weights.find(({ shape }) => shape.length >= 2)
  const shape = (kernel?.shape ?? []).map(sizeOrNull)
  const isTorch = kernel !== undefined && !kernel.name.includes("kernel")
  const [first = null, second = null] = isTorch ? shape : shape.slice(-2)
  const isOutFirst = isTorch !== (role === "transposedConvolution")
  return isOutFirst ? { from: second, to: first } : { from: first, to: second }
}

export interface Learned {
  readonly model: Model
  readonly graph: readonly PatternNode[]
  readonly learned: readonly PatternNode[]
}

/** A part of a network; one layer is enough. */
export function headIn(model: Model): Learned | undefined {
  const graph = patternGraph(model)
  const learned = graph.filter(({ role, layer }) => LEARNED.has(role) && layer !== undefined && layer.weights.length > 0)
  return learned.length === 0 || graph.some(({ role }) => FOREIGN.has(role)) ? undefined : { model, graph, learned }
}

export function learnedIn(model: Model): Learned | undefined {
  const known = headIn(model)
  return known && known.learned.length >= 2 ? known : undefined
}

export interface Maker extends Learned {
  readonly noise: number | undefined
  readonly isImage: boolean
  /** Of what it makes, if it is an image and they are known. */
  readonly channels: number | undefined
  /** Numbers of what it makes, where they are known. */
  readonly volume: number | undefined
  readonly isConvolutional: boolean
}

/** From a few numbers to an image, or to a vector many times as long. */
export function makerOf(model: Model): Maker | undefined {
  const known = learnedIn(model)
  const last = model.producers[0]
  const end = known && last !== undefined ? known.graph[last] : undefined
  const [first] = known?.learned ?? []
  if (!known || !end || !first || first.role === "convolution") return undefined
  const noise = sizesOf(first).from ?? undefined
  const volume = volumeOf(end.shape) ?? undefined
  const isImage = end.shape.length === 4
  const channels = isImage ? (end.shape[model.framework === "torch" ? 1 : 3] ?? undefined) : undefined
  const isConvolutional = known.graph.filter(({ role }) => GROWING.has(role)).length >= 2
  const isOfFew = channels !== undefined ? channels <= 4 : isConvolutional
  const isGrowing = isImage ? isOfFew : volume !== undefined && noise !== undefined && volume >= 2 * noise
  const isVector = first.role === "transposedConvolution" || (volume ?? Number.POSITIVE_INFINITY) > 2 * (noise ?? 0)
  if (!isGrowing || !isVector) return undefined
  return { ...known, noise, isImage, channels, volume, isConvolutional }
}

export interface Judge extends Learned {
  /** Channels or features its first layer reads. */
  readonly reads: number | undefined
  readonly isConvolutional: boolean
  /** Sizes of all its answers. */
  readonly heads: readonly number[]
}

/** The learned layer a result comes from, if nothing but activations and reshaping lie between. */
export function headOf(graph: readonly PatternNode[], from: number | undefined): PatternNode | undefined {
  let node = from === undefined ? undefined : graph[from]
  while (node && !(LEARNED.has(node.role) && node.layer)) node = node.inputs.length === 1 ? graph[node.inputs[0] ?? -1] : undefined
  return node
}

/** How many numbers each result has; parts of what one layer makes are results of their own. */
export const headSizes = ({ model, graph }: Learned): readonly (number | null)[] =>
  model.producers.map((from) => {
    const head = headOf(graph, from)
    return head ? (cutSize(graph, from, head) ?? sizesOf(head).to) : null
  })

/** What a slice leaves of a layer's features; of one index, one. */
function cutSize(graph: readonly PatternNode[], from: number | undefined, head: PatternNode): number | undefined {
  for (let node = graph[from ?? -1]; node && node !== head; node = graph[node.inputs[0] ?? -1]) {
    const [before, after] = [graph[node.inputs[0] ?? -1]?.shape, node.shape]
    if (node.role !== "select" || before?.length !== 2 || after.length === 0 || after.length > 2) continue
    return after.length === 1 ? 1 : (after[1] ?? undefined)
  }
  return undefined
}

export function judgeOf(model: Model): Judge | undefined {
  const known = learnedIn(model)
  const [first] = known?.learned ?? []
  if (!known || !first || known.graph.some(({ role }) => GROWING.has(role))) return undefined
  const heads = headSizes(known)
  const reads = sizesOf(first).from ?? undefined
  if (heads.length === 0 || !heads.every((size) => size !== null) || !heads.includes(1)) return undefined
  return { ...known, reads, isConvolutional: first.role === "convolution", heads }
}

export interface Pair {
  readonly maker: Maker
  readonly judge: Judge
  readonly isConditioned: boolean
}

const isTold = ({ model, graph }: Learned): boolean => model.inputs.length > 1 || graph.some(({ role }) => role === "embedding")

/** The judge reads what the maker makes; with a condition beside it, it may read more. */
function pairOf(maker: Maker | undefined, judge: Judge | undefined): Pair | undefined {
  if (!maker || !judge) return undefined
  const made = judge.isConvolutional ? maker.channels : maker.volume
  const { reads } = judge
  const isConditioned = isTold(maker) && isTold(judge)
  // Both were given how many channels there are, and neither file nor caller says it.
  const areBothOpen = made === undefined && reads === undefined && maker.isImage && maker.isConvolutional && judge.isConvolutional
  const isJudged = made !== undefined && reads !== undefined && (reads === made || (isConditioned && reads > made))
  return areBothOpen || isJudged ? { maker, judge, isConditioned } : undefined
}

/** The pair that a model of a file is one of. */
export function pairIn(model: Model, beside: readonly Model[]): Pair | undefined {
  const [maker, judge] = [makerOf(model), judgeOf(model)]
  for (const other of beside) {
    if (other === model) continue
    const pair = pairOf(maker, judgeOf(other)) ?? pairOf(makerOf(other), judge)
    if (pair) return pair
  }
  return undefined
}

export function layersOf({ learned }: Learned): readonly string[] {
  return [...new Set(learned.flatMap(({ layer }) => (layer as Layer).path))]
}

/** Paths are of the model that was asked about. */
export function matchOf(model: Model, { maker, judge }: Pair, name: string, knobs: Knobs): Match {
  const isMaker = maker.model === model
  const size = maker.noise === undefined ? "" : ` from ${grouped(maker.noise)} numbers`
  return {
    layers: layersOf(isMaker ? maker : judge),
    label: isMaker
      ? `${name} · generator${size}, judged by ${judge.model.class}`
      : `${name} · discriminator of what ${maker.model.class} makes`,
    knobs,
  }
}

export function ganPairsIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const pair = pairIn(model, beside)
  if (!pair) return []
  const { noise, volume, learned } = pair.maker
  const hidden = learned.every(({ role }) => role === "linear") ? sizesOf(learned[0] as PatternNode).to : null
  return [
    matchOf(model, pair, "GAN", {
      ...(noise !== undefined && { latent: noise }),
      ...(volume !== undefined && { size: volume }),
      ...(hidden !== null && { hidden }),
    }),
  ]
}
