/** Conditional GANs among the models of a file: both networks join what comes from a label alone with what comes from noise, or a picture. */
import type { Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { GROWING, headOf, layersOf, type Learned, learnedIn, sizesOf } from "./adversaries-in-models.ts"
import { volumeOf } from "./autoencoder-in-model.ts"

const JOINS: ReadonlySet<Role> = new Set(["concatenate", "multiply", "add"])

interface Told extends Learned {
  readonly join: PatternNode
  /** The first learned layer that noise or picture passes, and what it reads. */
  readonly reads: number | null
  /** Where it lies behind the join, it reads the label's numbers as well. */
  readonly isJoinedFirst: boolean
  /** What noise or picture is, without the batch. */
  readonly given: readonly (number | null)[]
  readonly label: Label
}

interface Label {
  /** For certain: it is looked up, or made one-hot. */
  readonly isClass: boolean
  /** Numbers, or channels, that are joined. */
  readonly width: number | null
  readonly classes: number | undefined
  readonly embedding: number | undefined
}

const inputsBefore = (graph: readonly PatternNode[], from: number): ReadonlySet<number> =>
  new Set([...ancestorsOf(graph, from)].filter((index) => index < 0))

const shapeOf = ({ model, graph }: Learned, index: number): readonly (number | null)[] =>
  index < 0 ? (model.inputs[-1 - index]?.shape ?? []).map(sizeOrNull) : (graph[index]?.shape ?? [])

/** A class is one number for each example, or a short vector of them; it has no height and width. */
function labelOf(known: Learned, side: number, input: number): Label | undefined {
  const { graph, model } = known
  const before = [...ancestorsOf(graph, side)].flatMap((index) => graph[index] ?? [])
  const table = before.find(({ role, layer }) => role === "embedding" && layer !== undefined)?.layer?.weights[0]?.shape.map(sizeOrNull)
  const given = shapeOf(known, input)
  const isClass = before.some(({ role, name }) => role === "embedding" || name === "onehot")
  if (!isClass && given.length !== 2) return undefined
  const shape = shapeOf(known, side)
  const channels = shape.length === 4 ? shape[model.framework === "torch" ? 1 : 3] : shape.at(-1)
  return {
    isClass,
    width: channels ?? null,
    classes: table?.[0] ?? (isClass ? undefined : (given[1] ?? undefined)),
    embedding: table?.[1] ?? undefined,
  }
}

/** The first place where a side that knows nothing but the label meets one that knows the other input. */
function toldIn(model: Model, isMain: (shape: readonly (number | null)[]) => boolean): Told | undefined {
  const known = model.inputs.length === 2 ? learnedIn(model) : undefined
  if (!known) return undefined
  for (const join of known.graph) {
    const [left, right, ...others] = join.inputs
    if (!JOINS.has(join.role) || left === undefined || right === undefined || others.length > 0) continue
    const [first] = [sidesOf(known, join, left, right), sidesOf(known, join, right, left)]
      .flatMap((each) => (each && isMain(each.given) ? [each] : []))
      // Of two vectors the short one says what the other is to be.
      .sort((one, other) => rankOf(one.label) - rankOf(other.label))
    if (first) return first
  }
  return undefined
}

const rankOf = ({ isClass, width }: Label): number => (isClass ? 0 : (width ?? Number.POSITIVE_INFINITY))

function sidesOf(known: Learned, join: PatternNode, side: number, other: number): Told | undefined {
  const [own, ...more] = inputsBefore(known.graph, side)
  const [main, ...rest] = inputsBefore(known.graph, other)
  if (own === undefined || main === undefined || more.length > 0 || rest.length > 0 || own === main) return undefined
  const label = labelOf(known, side, own)
  return label && told(known, join, main, shapeOf(known, main), label)
}

function told(known: Learned, join: PatternNode, main: number, given: readonly (number | null)[], label: Label): Told | undefined {
  const passed = known.learned.filter(({ index }) => ancestorsOf(known.graph, index).has(main))
  const [first] = passed
  if (!first) return undefined
  return { ...known, join, reads: sizesOf(first).from, isJoinedFirst: ancestorsOf(known.graph, first.index).has(join.index), given, label }
}

/** Noise, or an input nobody states. */
const isVector = (shape: readonly (number | null)[]): boolean =>
  shape.length === 0 || shape.length === 2 || (shape.length === 4 && shape.slice(2).every((side) => side === 1))

const isJoinedBefore = ({ isJoinedFirst, join }: Told): boolean => isJoinedFirst && join.role === "concatenate"

/** How many numbers of noise there are: what is stated, or what the first layer leaves for it. */
function noiseOf(maker: Told): number | null {
  const { given, reads, label } = maker
  if (given.length > 0) return volumeOf(given)
  if (!isJoinedBefore(maker)) return reads
  return reads === null || label.width === null ? null : reads - label.width
}

interface Made {
  readonly channels: number | undefined
  readonly volume: number | undefined
}

/** From noise to an image, or to a vector at least twice as long. */
function madeBy(maker: Told): Made | undefined {
  const { model, graph, learned } = maker
  if (learned[0]?.role === "convolution") return undefined
  const end = graph[model.producers[0] ?? -1]?.shape ?? []
  const volume = volumeOf(end) ?? undefined
  const channels = end.length === 4 ? (end[model.framework === "torch" ? 1 : 3] ?? undefined) : undefined
  const isLarger = volume !== undefined && volume >= 2 * (noiseOf(maker) ?? Number.POSITIVE_INFINITY)
  const isPicture = channels !== undefined && channels <= 4 && graph.some(({ role }) => GROWING.has(role) || role === "reshape")
  return isLarger || (isPicture && volume === undefined) ? { channels, volume } : undefined
}

/** One verdict, and nothing that grows. */
function isJudge({ model, graph }: Told): boolean {
  const [only, ...others] = model.producers
  const head = headOf(graph, only)
  return others.length === 0 && head !== undefined && sizesOf(head).to === 1
}

/** The judge reads what is made, with the label's numbers where they are joined first. */
function fits(judge: Told, { channels, volume }: Made): boolean {
  const { reads, label, learned } = judge
  if (reads === null) return false
  const isImage = learned.some(({ role }) => role === "convolution") && channels !== undefined
  const made = isImage ? channels : volume
  if (made === undefined) return false
  const isWider = isJoinedBefore(judge)
  return reads === made + (isWider ? (label.width ?? Number.NaN) : 0) || (isWider && label.width === null && reads > made)
}

function pairOf(maker: Told | undefined, judge: Told | undefined): boolean {
  const made = maker && madeBy(maker)
  return made !== undefined && judge !== undefined && isJudge(judge) && fits(judge, made)
}

function knobsOf(maker: Told): Knobs {
  const { label, model, graph } = maker
  const noise = noiseOf(maker)
  const end = graph[model.producers[0] ?? -1]?.shape ?? []
  const isTorch = model.framework === "torch"
  const [channels, side] = end.length === 4 ? [end[isTorch ? 1 : 3], end[isTorch ? 2 : 1]] : []
  return {
    ...(noise !== null && { latent: noise }),
    ...(label.classes !== undefined && { classes: label.classes }),
    ...(label.embedding !== undefined
      ? { embedding: label.embedding, told: "embedding" }
      : label.classes !== undefined && { told: "one-hot" }),
    ...(typeof channels === "number" && { channels }),
    ...(typeof side === "number" && { side }),
  }
}

const asMaker = (model: Model): Told | undefined => toldIn(model, isVector)
const asJudge = (model: Model): Told | undefined => toldIn(model, () => true)

export function conditionalGansIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const [maker, judge] = [asMaker(model), asJudge(model)]
  if (!maker && !judge) return []
  for (const other of beside) {
    if (other === model) continue
    const [theirMaker, theirJudge] = [asMaker(other), asJudge(other)]
    if (maker && pairOf(maker, theirJudge)) {
      const { classes } = maker.label
      const of = classes === undefined ? "a label" : `${grouped(classes)} classes`
      return [
        { layers: layersOf(maker), label: `Conditional GAN · generator told of ${of}, judged by ${other.class}`, knobs: knobsOf(maker) },
      ]
    }
    if (judge && theirMaker && pairOf(theirMaker, judge))
      return [
        {
          layers: layersOf(judge),
          label: `Conditional GAN · discriminator told the label of what ${other.class} makes`,
          knobs: knobsOf(theirMaker),
        },
      ]
  }
  return []
}
