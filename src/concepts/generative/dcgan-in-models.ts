/** DCGANs in models: a vector grown by transposed or upsampling convolutions to an image that tanh or sigmoid ends, and who judges it by convolutions. */
import type { Model } from "../../model/model.ts"
import { grouped, sizesText } from "../knobs.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { patternGraph, type PatternNode } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { GROWING, layersOf, type Maker, makerOf, matchOf, pairIn, sizesOf } from "./adversaries-in-models.ts"
import { autoencodersIn } from "./autoencoder-in-model.ts"
import { isPowerOfTwo } from "./dcgan-networks.ts"
import { latentsIn } from "./latent-in-model.ts"

const BOUNDED = /^(tanh|sigmoid)$/

/** The last word on a pixel: tanh for −1 … 1, sigmoid for 0 … 1. */
function isBounded({ model, graph }: Maker): boolean {
  let node: PatternNode | undefined = graph[model.producers[0] ?? -1]
  while (node && (node.role === "reshape" || /^(cropping|zeropadding)2d$/.test(node.name))) node = graph[node.inputs[0] ?? -1]
  if (!node) return false
  if (BOUNDED.test(node.name)) return true
  const activation = node.layer ? layerFacts(node.layer, model).arguments["activation"] : undefined
  return typeof activation === "string" && BOUNDED.test(activation)
}

/** Not said how large it is, a map that the first layer enlarges to its kernel, or only mixes, is a vector: others begin with a stride. */
function isProjection({ layer }: PatternNode, model: Model): boolean {
  if (!layer) return false
  const { stride, padding, strides } = layerFacts(layer, model).arguments
  const isPlain = (value: unknown, none: number): boolean => [value].flat().every((each) => each === none || each === undefined)
  return isPlain(stride ?? strides, 1) && (isPlain(padding, 0) || padding === "valid")
}

/** One cell deep into the sides, however it was given: a transposed convolution may grow maps too. */
function isFromVector({ model, learned }: Maker): boolean {
  const [first] = learned
  if (first?.role === "linear") return true
  const shape = first?.layer?.inputs[0]?.shape
  const sides = shape?.length === 4 ? (model.framework === "torch" ? shape.slice(2) : shape.slice(1, 3)).map(sizeOrNull) : []
  if (sides.length === 2 && sides.every((side) => side === 1)) return true
  const isOpen = model.inputs[0]?.origin === "assumed" || sides.every((side) => side === null)
  return isOpen && first !== undefined && isProjection(first, model)
}

/** Behind the first layer everything is convolution, and nothing shrinks. */
function isGrown({ graph, learned, isConvolutional, isImage }: Maker): boolean {
  const isPlain = learned.slice(1).every(({ role }) => role !== "linear")
  return isConvolutional && isImage && isPlain && graph.some(({ role }) => GROWING.has(role)) && !graph.some(({ role }) => role === "pool")
}

const isDeepMaker = (maker: Maker): boolean => isGrown(maker) && isFromVector(maker) && isBounded(maker)

/** Decoders look like generators; then the file has who is trained to restore. */
const isDecoded = (beside: readonly Model[]): boolean =>
  beside.some((other) => autoencodersIn(other).length > 0 || latentsIn(patternGraph(other), other).length > 0)

function knobsOf({ model, graph, learned, noise, channels }: Maker): Knobs {
  const end = graph[model.producers[0] ?? -1]?.shape ?? []
  const side = end[2]
  const filters = sizesOf(learned.at(-1) as PatternNode).from
  return {
    ...(noise !== undefined && { latent: noise }),
    ...(channels !== undefined && { channels }),
    ...(typeof side === "number" && isPowerOfTwo(side) && { image: side }),
    ...(filters !== null && { filters }),
  }
}

export function dcgansIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const pair = pairIn(model, beside)
  if (pair) return isDeepMaker(pair.maker) && pair.judge.isConvolutional ? [matchOf(model, pair, "DCGAN", knobsOf(pair.maker))] : []
  const maker = makerOf(model)
  if (!maker || !isDeepMaker(maker) || isDecoded(beside)) return []
  const size = maker.noise === undefined ? "a vector" : `${grouped(maker.noise)} numbers`
  const image = (maker.graph[model.producers[0] ?? -1]?.shape ?? []).slice(1).flatMap((side) => side ?? [])
  return [{ layers: layersOf(maker), label: `DCGAN's pattern · generator from ${size} to ${sizesText(image)}`, knobs: knobsOf(maker) }]
}
