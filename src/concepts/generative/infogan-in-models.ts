/** InfoGAN among the models of a file: a discriminator with a verdict and two or more codes, and a generator that was not told by labels. */
import type { Model } from "../../model/model.ts"
import type { Knobs, Match } from "../subject.ts"
import {
  headIn,
  headSizes,
  type Judge,
  layersOf,
  learnedIn,
  type Maker,
  makerOf,
  type Pair,
  pairIn,
  sizesOf,
} from "./adversaries-in-models.ts"

/** All heads but the verdict; several verdicts, as at several scales, are no codes. One alone might as well be the class of an auxiliary-classifier GAN, whose labels are given. */
function codesOf({ heads }: Judge): readonly number[] {
  const verdict = heads.indexOf(1)
  return heads.filter((_, at) => at !== verdict)
}

const FEWEST_CODES = 2

/** All other results of a model that reads maps or features. */
function headsReading(model: Model, width: number): readonly number[] | undefined {
  const known = headIn(model)
  const [first] = known?.learned ?? []
  if (!known || !first || sizesOf(first).from !== width) return undefined
  const sizes = headSizes(known)
  return sizes.length > 0 && sizes.every((size) => size !== null) ? sizes : undefined
}

interface Divided extends Judge {
  readonly maker: Maker
  readonly parts: readonly Model[]
}

/** A discriminator in parts: a trunk that reads what the maker makes, on it one head for the verdict, and one for the codes. */
function dividedJudge(maker: Maker, models: readonly Model[]): Divided | undefined {
  for (const model of models) {
    const trunk = model === maker.model ? undefined : learnedIn(model)
    const [first, last] = [trunk?.learned[0], trunk?.learned.at(-1)]
    if (!trunk || !first || !last || first.role !== "convolution" || sizesOf(first).from !== maker.channels) continue
    const width = sizesOf(last).to
    const heads = models.flatMap((each) => {
      const sizes = each === model || each === maker.model || width === null ? undefined : headsReading(each, width)
      return sizes ? [{ model: each, sizes }] : []
    })
    const verdict = heads.find(({ sizes }) => sizes.length === 1 && sizes[0] === 1)
    const codes = heads.find(({ sizes }) => sizes.length >= FEWEST_CODES)
    if (!verdict || !codes || maker.channels === undefined) continue
    const parts = [model, verdict.model, codes.model]
    return { ...trunk, model: codes.model, reads: maker.channels, isConvolutional: true, heads: [1, ...codes.sizes], maker, parts }
  }
  return undefined
}

function dividedPair(model: Model, beside: readonly Model[]): Pair | undefined {
  for (const other of beside) {
    const maker = makerOf(other)
    const judge = maker?.channels === undefined ? undefined : dividedJudge(maker, beside)
    if (maker && judge && (other === model || judge.parts.includes(model))) return { maker, judge, isConditioned: false }
  }
  return undefined
}

export function infoGansIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const pair = pairIn(model, beside) ?? dividedPair(model, beside)
  if (!pair) return []
  const { maker, judge } = pair
  const codes = codesOf(judge)
  const isLabelled = [...maker.graph, ...judge.graph].some(({ role }) => role === "embedding")
  const all = codes.reduce((sum, size) => sum + size, 0)
  if (codes.length < FEWEST_CODES || Math.max(...codes) < 2 || isLabelled || judge.model.inputs.length > 1) return []
  if (maker.noise === undefined || maker.noise <= all) return []
  const [categories = 0, ...others] = codes.toSorted((left, right) => right - left)
  const continuous = others.reduce((sum, size) => sum + size, 0)
  const knobs: Knobs = {
    noise: maker.noise - all,
    continuous,
    ...(categories >= 2 && { categories }),
    ...(maker.volume !== undefined && { size: maker.volume }),
  }
  const parts = `${codes.slice(0, -1).join(", ")} and ${codes.at(-1)}`
  const isMaker = maker.model === model
  return [
    {
      layers: isMaker ? layersOf(maker) : model === judge.model ? layersOf(headIn(model) ?? judge) : layersOf(judge),
      label: isMaker
        ? `InfoGAN · generator from ${maker.noise} numbers, whose codes of ${parts} ${judge.model.class} recovers`
        : `InfoGAN · discriminator that recovers codes of ${parts}`,
      knobs,
    },
  ]
}
