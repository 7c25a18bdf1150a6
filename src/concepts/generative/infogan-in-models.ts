/** InfoGAN among the models of a file: a discriminator with a verdict and two or more codes, and a generator that was not told by labels. */
import type { Model } from "../../model/model.ts"
import type { Knobs, Match } from "../subject.ts"
import { type Judge, layersOf, pairIn } from "./adversaries-in-models.ts"

/** All heads but the verdict; several verdicts, as at several scales, are no codes. One alone might as well be the class of an auxiliary-classifier GAN, whose labels are given. */
function codesOf({ heads }: Judge): readonly number[] {
  const verdict = heads.indexOf(1)
  return heads.filter((_, at) => at !== verdict)
}

const FEWEST_CODES = 2

export function infoGansIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const pair = pairIn(model, beside)
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
      layers: layersOf(isMaker ? maker : judge),
      label: isMaker
        ? `InfoGAN · generator from ${maker.noise} numbers, whose codes of ${parts} ${judge.model.class} recovers`
        : `InfoGAN · discriminator that recovers codes of ${parts}`,
      knobs,
    },
  ]
}
