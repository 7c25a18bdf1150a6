/** The lines above blocks: which pattern of the explainer a class, a building function or a model is, in the match's own words. */
import { SUBJECTS } from "../concepts/catalogue.ts"
import { layerFacts } from "../concepts/layer-facts.ts"
import type { Match, Subject } from "../concepts/subject.ts"
import { moduleOf } from "../model/build.ts"
import type { Layer, Model } from "../model/model.ts"
import type { Node } from "../syntax/tree.ts"
import { nodeAt } from "../syntax/walk.ts"
import { positionAt } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import type { LensFact } from "./lenses.ts"
import { matchesOf } from "./recognised.ts"

/** More patterns than this stand above no line. */
const MOST = 3

interface Found {
  readonly subject: Subject
  readonly match: Match
  /** Where its class, function or model begins. */
  readonly start: number
}

/** Patterns of several layers; what one layer means alone stands in its hover. */
export function patternLensesOf(analysis: Analysis): LensFact[] {
  const here = analysis.models.filter(({ place }) => place.file === analysis.file)
  // The special stand behind the general in the catalogue; what every network is made of is no news.
  const subjects = SUBJECTS.filter(({ group }) => group !== "foundations").toReversed()
  const found = here.flatMap((model) => subjects.flatMap((subject) => foundIn(analysis, model, subject)))
  return [...grouped(found, ({ start }) => start)].flatMap(([start, all]) => {
    const at = positionAt(analysis.file, start)
    return [...grouped(all, ({ subject }) => subject)]
      .slice(0, MOST)
      .map(([subject, same]) => ({ at, title: titleOf(same), subject: subject.id }))
  })
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function titleOf(found: readonly Found[]): string {
  const labels = new Set(found.map(({ match }) => match.label))
  const [first = ""] = labels
  return labels.size === 1 ? first : `${first} · the first of ${found.length}`
}

function foundIn(analysis: Analysis, model: Model, subject: Subject): Found[] {
  const layers = new Map(model.layers.map((layer) => [layer.path, layer]))
  return matchesOf(subject, model, analysis.models)
    .filter((match) => isPattern(match, subject, model, layers))
    .map((match) => ({ subject, match, start: startOf(analysis, model, match, layers) }))
}

type Layers = ReadonlyMap<string, Layer>

/** Some of its layers do not mean the subject alone. */
const isPattern = ({ layers: paths }: Match, subject: Subject, model: Model, layers: Layers): boolean =>
  paths.some((path) => {
    const layer = layers.get(path)
    return !layer || subject.fromLayer(layerFacts(layer, model)) === undefined
  })

function startOf(analysis: Analysis, model: Model, match: Match, layers: Layers): number {
  const common = commonClass(analysis, match, layers)
  const owner = ownerOf(match, layers)
  if (common !== undefined || !owner) return common ?? model.place.span.start
  const made = owner.path === "" ? builderOf(analysis, match, layers) : ownersPlace(analysis, owner, match, layers)
  return made ?? model.place.span.start
}

const ownersPlace = (analysis: Analysis, owner: Layer, match: Match, layers: Layers): number | undefined =>
  classOf(analysis, owner) ?? enclosing(analysis, partsOf(owner, match, layers))

/** The innermost module that holds all layers of a match. */
function ownerOf({ layers: paths }: Match, layers: Layers): Layer | undefined {
  const [first = "", ...others] = paths.map((path) => (layers.get(path)?.isLeaf ? parentOf(path) : path))
  let path = first
  while (path !== "" && !(layers.has(path) && others.every((other) => isWithin(other, path)))) path = parentOf(path)
  return layers.get(path)
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")))
const isWithin = (path: string, owner: string): boolean => owner === "" || path === owner || path.startsWith(`${owner}.`)

/** Where the class of a layer begins, when this file declares it. */
function classOf({ file }: Analysis, layer: Layer): number | undefined {
  const place = moduleOf(layer)?.class.place
  return place?.file === file ? place.span.start : undefined
}

/** The one class whose objects all matched layers are: the block of a network of such blocks. */
function commonClass(analysis: Analysis, { layers: paths }: Match, layers: Layers): number | undefined {
  const found = paths.map((path) => (path === "" ? undefined : layers.get(path)))
  const [first] = found
  const start = first && classOf(analysis, first)
  return found.every((layer) => layer && moduleOf(layer)?.class === (first && moduleOf(first)?.class)) ? start : undefined
}

/** The function that makes all layers of a model that has no class of its own. */
function builderOf(analysis: Analysis, match: Match, layers: Layers): number | undefined {
  const root = layers.get("")
  if (!root || classOf(analysis, root) !== undefined) return undefined
  return enclosing(analysis, partsOf(root, match, layers))
}

/** The owner's own parts that hold the matched layers. */
function partsOf(owner: Layer, { layers: paths }: Match, layers: Layers): readonly Layer[] {
  return paths.flatMap((path) => {
    let part = layers.get(path)
    for (let at = path; at !== owner.path && at !== ""; at = parentOf(at)) part = layers.get(at) ?? part
    return part ?? []
  })
}

/** The innermost class or function of this file that makes all these layers; a method is its class. */
function enclosing(analysis: Analysis, made: readonly Layer[]): number | undefined {
  const chains = made.map(({ place: { file, span } }) =>
    file === analysis.file ? nodeAt(analysis.tree, span.start).filter(isDeclaration) : [],
  )
  const common = (chains[0] ?? []).filter((node) => chains.every((chain) => chain.includes(node)))
  const innermost = common.findLast((node, index) => node.kind === "classDeclaration" || common[index - 1]?.kind !== "classDeclaration")
  return innermost?.span.start
}

const isDeclaration = ({ kind }: Node): boolean => kind === "classDeclaration" || kind === "functionDeclaration"
