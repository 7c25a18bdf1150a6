/** Image-to-image generators judged by a discriminator of single images, as CycleGAN has them: same size in and out, with residual blocks, or two that go opposite ways. */
import type { Model } from "../../model/model.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, type PatternNode } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { GROWING, headOf, judgeOf, type Judge, layersOf, type Learned, learnedIn, sizesOf } from "./adversaries-in-models.ts"

interface Translator extends Learned {
  /** Of what it reads and of what it makes; unknown where the file says neither. */
  readonly reads: number | undefined
  readonly channels: number | undefined
  readonly blocks: number
  readonly filters: number | null
  readonly side: number | null
}

/** Sums of something with what was made of it. */
function residualSums({ graph }: Learned): number {
  return graph.filter(({ role, inputs: [left, right] }) => {
    if (role !== "add" || left === undefined || right === undefined) return false
    return ancestorsOf(graph, left).has(right) || ancestorsOf(graph, right).has(left)
  }).length
}

function sidesOf(model: Model, shape: readonly (number | null)[]): readonly (number | null)[] {
  return shape.length === 4 ? (model.framework === "torch" ? shape.slice(2) : shape.slice(1, 3)) : []
}

/** From an image to one of as many pixels; through something smaller. */
function translatorOf(model: Model): Translator | undefined {
  const known = learnedIn(model)
  const [first] = known?.learned ?? []
  const [end] = model.producers
  if (!known || first?.role !== "convolution" || end === undefined || model.inputs.length !== 1 || model.producers.length !== 1)
    return undefined
  const head = headOf(known.graph, end)
  const { from, to } = sizesOf(first)
  const made = head && sizesOf(head).to
  if (made === undefined || (from ?? 1) > 4 || (made ?? 1) > 4 || !known.graph.some(({ role }) => GROWING.has(role))) return undefined
  const blocks = residualSums(known)
  const kept = { ...known, reads: from ?? undefined, channels: made ?? undefined, blocks, filters: to }
  const given = sidesOf(model, (model.inputs[0]?.shape ?? []).map(sizeOrNull))
  const sides = sidesOf(model, known.graph[end]?.shape ?? [])
  // A module whose sizes nobody states shrinks as often as it grows.
  if (given.length !== 2 || given.some((side) => side === null)) return isSymmetric(known) ? { ...kept, side: null } : undefined
  if (given.some((side, at) => side !== sides[at])) return undefined
  const isStated = model.inputs[0]?.origin === "stated"
  return { ...kept, side: isStated ? (given[0] ?? null) : null }
}

function isSymmetric({ model, graph, learned }: Learned): boolean {
  const strideOf = ({ layer }: PatternNode): number => {
    const { stride, strides } = layer ? layerFacts(layer, model).arguments : {}
    const each = [stride ?? strides ?? 1].flat()[0]
    return typeof each === "number" ? each : 1
  }
  const shrinking = learned.filter((node) => node.role === "convolution" && strideOf(node) > 1)
  return shrinking.length > 0 && shrinking.length === graph.filter(({ role }) => GROWING.has(role)).length
}

/** Of one image, with one verdict for it or for each of its patches. */
function soleJudgeOf(model: Model): Judge | undefined {
  const judge = judgeOf(model)
  return judge?.isConvolutional && judge.heads.length === 1 && model.inputs.length === 1 ? judge : undefined
}

/** The paper's generator has 6 or 9 blocks; fewer sums are found in many networks. */
const FEWEST_BLOCKS = 3

/** As many channels on both sides; or another network goes the way back. */
const isKeeping = ({ reads, channels }: Translator): boolean => reads === channels
const isInverse = (one: Translator, other: Translator): boolean =>
  one.model !== other.model && one.reads === other.channels && one.channels === other.reads

function judgedTranslator(models: readonly Model[], judge: Judge): Translator | undefined {
  const all = models.flatMap((model) => translatorOf(model) ?? [])
  const judged = all.filter(({ channels }) => channels === judge.reads)
  const withBlocks = judged.find((each) => each.blocks >= FEWEST_BLOCKS && isKeeping(each))
  return withBlocks ?? judged.find((each) => all.some((other) => isInverse(each, other)))
}

const knobsOf = ({ channels, blocks, filters, side }: Translator): Knobs => ({
  ...(channels !== undefined && { channels }),
  ...(blocks > 0 && { blocks }),
  ...(filters !== null && { filters }),
  ...(side !== null && { image: side }),
})

export function cycleGansIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const others = beside.filter((other) => other !== model)
  const own = soleJudgeOf(model)
  const made = own && judgedTranslator(others, own)
  if (own && made)
    return [{ layers: layersOf(own), label: `CycleGAN's pattern · discriminator of what ${made.model.class} makes`, knobs: knobsOf(made) }]
  const translator = translatorOf(model)
  if (!translator) return []
  const judge = others.flatMap((other) => soleJudgeOf(other) ?? []).find(({ reads }) => reads === translator.channels)
  const found = judge && judgedTranslator(beside.includes(model) ? beside : [model, ...beside], judge)
  if (!judge || !found || (translator.blocks < FEWEST_BLOCKS && found.blocks >= FEWEST_BLOCKS)) return []
  const blocks = translator.blocks > 0 ? ` with ${translator.blocks} residual blocks` : ""
  return [
    {
      layers: layersOf(translator),
      label: `CycleGAN's pattern · image to image${blocks}, judged by ${judge.model.class}`,
      knobs: knobsOf(translator),
    },
  ]
}
