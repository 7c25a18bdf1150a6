/** Coupled GANs among the models of a file: one model that makes two images through the same first layers, one that judges two with the same weights. */
import type { Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { ancestorsOf } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"
import { GROWING, headSizes, layersOf, type Learned, learnedIn, sizesOf } from "./adversaries-in-models.ts"

interface Coupled extends Learned {
  /** Paths of the layers both sides use. */
  readonly shared: readonly string[]
}

/** Two results, each through layers both have in common and through some of its own. */
function coupledIn(model: Model, inputs: number): Coupled | undefined {
  const known = learnedIn(model)
  const [first, second, ...others] = model.producers
  if (!known || first === undefined || second === undefined || others.length > 0 || model.inputs.length !== inputs) return undefined
  const sides = [first, second].map((end) => {
    const before = ancestorsOf(known.graph, end)
    return new Set(known.learned.filter(({ index }) => before.has(index)).map(({ layer }) => layer?.path ?? ""))
  })
  const [left, right] = sides as [Set<string>, Set<string>]
  const shared = [...left].filter((path) => right.has(path))
  return shared.length > 0 && left.size > shared.length && right.size > shared.length ? { ...known, shared } : undefined
}

/** Of noise: a vector, or a map of one pixel that is painted larger. */
function coupledMaker(model: Model): Coupled | undefined {
  const known = coupledIn(model, 1)
  const [first] = known?.learned ?? []
  const [one, two] = known ? headSizes(known) : []
  return first && first.role !== "convolution" && one !== null && one === two && (one !== 1 || paintsTwo(known as Coupled))
    ? known
    : undefined
}

/** Two pictures of one size, grown from one vector: nothing but coupled generators makes them, whoever judges. */
function paintsTwo({ model, graph }: Coupled): boolean {
  const [one, other] = model.producers.map((from) => graph[from ?? -1]?.shape ?? [])
  const channels = one?.[model.framework === "torch" ? 1 : 3] ?? 0
  const isSame = one?.length === 4 && one.every((size, at) => size === other?.[at])
  return isSame && channels > 0 && channels <= 4 && graph.some(({ role }) => GROWING.has(role))
}

/** Of two images; each gets one verdict. */
function coupledJudge(model: Model): Coupled | undefined {
  const known = coupledIn(model, 2)
  return known && headSizes(known).every((size) => size === 1) ? known : undefined
}

export function coupledGansIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const others = beside.filter((other) => other !== model)
  const maker = coupledMaker(model)
  const judge = maker ? undefined : coupledJudge(model)
  const other = maker ? others.find(coupledJudge) : judge ? others.find(coupledMaker) : undefined
  const own = maker ?? judge
  if (!own || !(other || (maker && paintsTwo(maker)))) return []
  const noise = maker?.learned[0] && sizesOf(maker.learned[0]).from
  const layers = own.shared.length === 1 ? "1 layer" : `${grouped(own.shared.length)} layers`
  return [
    {
      layers: layersOf(own),
      label: maker
        ? `CoGAN · two generators that share ${layers}${other ? `, judged by ${other.class}` : ""}`
        : `CoGAN · two discriminators that share ${layers}, of what ${other?.class} makes`,
      knobs: noise ? { latent: noise } : {},
    },
  ]
}
