/** What the panel is told of the layer or model at a place: which subject explains it, with the reader's own values. */
import { SUBJECTS } from "../concepts/catalogue.ts"
import { layerFacts } from "../concepts/layer-facts.ts"
import type { Knobs, LayerFacts, Match, Subject } from "../concepts/subject.ts"
import type { Model } from "../model/model.ts"
import { nodeAt } from "../syntax/walk.ts"
import { type Range, rangeOf } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { type Target, targetAt } from "./at.ts"
import { callAt } from "./edits.ts"
import { matchesOf } from "./recognised.ts"
import { modelsAt, type Row, rowsOf } from "./rows.ts"

export interface ChosenSubject {
  /** id of the subject */
  readonly id: string
  /** What the match itself says; the layer says the rest. */
  readonly knobs: Knobs
  /** the layer it shows, when it is about one */
  readonly layer?: LayerFacts
  /** where that layer is made, when that is in this file */
  readonly call?: Range
}

export interface SubjectFact {
  /** "Conv2d conv1 of LeNet5", "LeNet5" */
  readonly title: string
  /** the subjects that fit, best first */
  readonly subjects: readonly ChosenSubject[]
  /** set when no subject explains what was pointed at, but something else of the model */
  readonly isNear: boolean
}

export function subjectAt(analysis: Analysis, offset: number): SubjectFact | undefined {
  const exact = targetAt(analysis, offset)
  const isTelling = exact?.kind === "class" || (exact?.kind === "layer" && exact.node.kind !== "name")
  const target =
    (isTelling ? exact : madeByStatement(analysis, offset)) ?? exact ?? targetAt(analysis, offset, true) ?? surroundings(analysis, offset)
  if (target?.kind === "layer") return instanceSubject(analysis, target)
  const made =
    target?.kind === "class"
      ? undefined
      : analysis.models.find(({ place: { file, span } }) => file === analysis.file && span.start <= offset && offset <= span.end)
  if (made) return { title: made.name, subjects: ofModel(analysis, made, ""), isNear: false }
  const cls = target?.kind === "class" ? target.node.name : surroundingClass(analysis, offset)
  const model = analysis.models.find((candidate) => candidate.class === cls) ?? (cls === undefined ? analysis.models[0] : undefined)
  return model ? { title: model.name, subjects: ofModel(analysis, model, ""), isNear: false } : partSubject(analysis, cls)
}

/** The layer that the statement around an offset makes or calls: `nn`, `self` and blanks mean it too. */
function madeByStatement(analysis: Analysis, offset: number): Target | undefined {
  const statement = nodeAt(analysis.tree, offset).findLast((candidate) => candidate.kind === "assign")
  const value = statement?.kind === "assign" ? statement.value : undefined
  return value?.kind === "call" ? targetAt(analysis, value.span.end - 1) : undefined
}

/** The class around an offset, when nothing at the offset itself says more. */
function surroundings(analysis: Analysis, offset: number): Target | undefined {
  const node = nodeAt(analysis.tree, offset).findLast((candidate) => candidate.kind === "class")
  return node?.kind === "class" ? { kind: "class", node } : undefined
}

function surroundingClass(analysis: Analysis, offset: number): string | undefined {
  const found = surroundings(analysis, offset)
  return found?.kind === "class" ? found.node.name : undefined
}

function instanceSubject(analysis: Analysis, { node, instance, all }: Extract<Target, { kind: "layer" }>): SubjectFact | undefined {
  const [row] = rowsOf(analysis, node, all)
  const model = modelsAt(analysis, instance.place.span)[0] ?? analysis.models.find((candidate) => candidate.class === instance.class.name)
  if (row) return rowSubject(analysis, row)
  return model && { title: model.name, subjects: ofModel(analysis, model, ""), isNear: false }
}

/** What fits the layer itself, else what lies below it, else something else of its model. */
function rowSubject(analysis: Analysis, row: Row): SubjectFact {
  const { layer, model } = row
  const own = [...ofLayer(analysis, row), ...(layer.isLeaf ? [] : ofModel(analysis, model, layer.path))]
  return {
    title: `${layer.type} ${layer.path} of ${model.class}`,
    subjects: own.length > 0 ? own : ofModel(analysis, model, ""),
    isNear: own.length === 0,
  }
}

/** A class whose objects are parts of a model. */
function partSubject(analysis: Analysis, name: string | undefined): SubjectFact | undefined {
  for (const model of analysis.models) {
    const layer = model.layers.find(({ type }) => type === name)
    if (layer) return rowSubject(analysis, { model, layer })
  }
  return undefined
}

/** The special ones stand behind the general ones in the catalogue. */
const SPECIAL_FIRST = SUBJECTS.toReversed().sort((left, right) => Number(left.isBackground ?? false) - Number(right.isBackground ?? false))

/** Subjects a layer's own arguments fit. */
function ofLayer(analysis: Analysis, row: Row): ChosenSubject[] {
  const layer = layerFacts(row.layer, row.model)
  return SPECIAL_FIRST.flatMap((subject: Subject) =>
    subject.fromLayer(layer) ? [{ id: subject.id, knobs: {}, layer, ...callOf(analysis, row) }] : [],
  )
}

/** Subjects recognised among the layers below a path; those that span most layers come first, then the special before the general. */
function ofModel(analysis: Analysis, model: Model, path: string): ChosenSubject[] {
  const below = (match: Match) => path === "" || match.layers.some((layer) => layer === path || layer.startsWith(`${path}.`))
  const found = SPECIAL_FIRST.flatMap((subject) =>
    matchesOf(subject, model, analysis.models)
      .filter(below)
      .slice(0, 1)
      .map((match) => ({ subject, match })),
  )
  return found
    .sort((left, right) => right.match.layers.length - left.match.layers.length)
    .map(({ subject, match }) => ({ id: subject.id, knobs: match.knobs, ...soleLayer(analysis, model, match) }))
}

/** A match of one layer shows that layer's values. */
function soleLayer(analysis: Analysis, model: Model, { layers }: Match): Pick<ChosenSubject, "layer" | "call"> {
  const layer = layers.length === 1 ? model.layers.find(({ path }) => path === layers[0]) : undefined
  return layer ? { layer: layerFacts(layer, model), ...callOf(analysis, { model, layer }) } : {}
}

function callOf(analysis: Analysis, { layer: { place } }: Row): Pick<ChosenSubject, "call"> {
  return place.file === analysis.file && callAt(analysis, place.span) ? { call: rangeOf(place) } : {}
}
