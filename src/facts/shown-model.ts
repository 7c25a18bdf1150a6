/** Which model "Show Model" shows, alone or against another. */
import type { ModelGraph } from "../drawing/graph/graph.ts"
import type { Model } from "../model/model.ts"
import { nodeAt } from "../syntax/walk.ts"
import { offsetAt, type Position } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { compared } from "./compare.ts"
import { graphOf } from "./graph.ts"
import { costOf } from "./lenses.ts"
import { modelsAt } from "./rows.ts"

export interface ShownModel {
  readonly position?: Position
  /** which it is of the models that begin at the position */
  readonly ordinal?: number
  readonly index?: number
  readonly compare?: Compared
}

type Compared =
  | { readonly index: number }
  | { readonly text: string; readonly label: string }
  | { readonly model: { readonly uri: string; readonly position: Position; readonly ordinal?: number } }

/** Ways to other analyses. */
export interface Others {
  /** of another text of the file */
  reread(text: string): Analysis | undefined
  /** of another document */
  beside(uri: string): Analysis | undefined
}

/** Undefined when the file holds no model. */
export function graphFact(
  analysis: Analysis,
  { position, ordinal, index, compare }: ShownModel,
  others: Others,
): { graph: ModelGraph; models: readonly string[]; chosen: number } | undefined {
  const { models } = analysis
  const chosen = index !== undefined && models[index] ? index : modelAt(analysis, position, ordinal)
  const model = models[chosen]
  if (!model) return undefined
  const names = models.map(({ name }) => name)
  const graph = graphOf(model)
  return { graph: compare ? against(graph, otherOf(analysis, model, compare, others)) : graph, models: names, chosen }
}

interface Other {
  readonly label: string
  readonly model: Model | undefined
}

const against = (graph: ModelGraph, { model, label }: Other): ModelGraph =>
  model ? compared(graph, graphOf(model), label) : { ...graph, comparedWith: `${label} (it has no such model)` }

function otherOf({ models }: Analysis, model: Model, compare: Compared, { reread, beside }: Others): Other {
  if ("text" in compare) return { label: compare.label, model: reread(compare.text)?.models.find(({ name }) => name === model.name) }
  if ("index" in compare) return { label: models[compare.index]?.name ?? "", model: models[compare.index] }
  const { uri, position, ordinal } = compare.model
  const file = uri.slice(uri.lastIndexOf("/") + 1)
  const elsewhere = beside(uri)
  const other = elsewhere?.models[modelAt(elsewhere, position, ordinal)]
  return { label: other ? `${costOf(other)} (${file})` : file, model: other }
}

/** The model made at a place, or that of the class around it, or the last one: what is built up to. */
function modelAt(analysis: Analysis, position: Position | undefined, ordinal = 0): number {
  const { models, file } = analysis
  if (!position) return models.length - 1
  const offset = offsetAt(file, position)
  const here = models.filter(({ place }) => place.file === file && place.span.start === offset)
  const around = here[ordinal] ?? modelAround(analysis, offset)
  return around ? models.indexOf(around) : models.length - 1
}

function modelAround(analysis: Analysis, offset: number): Model | undefined {
  const { models, file } = analysis
  const around = models.find(({ place }) => place.file === file && place.span.start <= offset && offset <= place.span.end)
  return around ?? modelsAt(analysis, { start: offset, end: offset })[0] ?? modelOfClass(analysis, offset)
}

/** Inside the body of a class: the model that it makes. */
function modelOfClass(analysis: Analysis, offset: number): Model | undefined {
  const around = nodeAt(analysis.tree, offset).findLast((node) => node.kind === "class")
  const name = around?.kind === "class" ? around.nameSpan : undefined
  return name && modelsAt(analysis, name)[0]
}

/** What the model at the cursor costs; undefined where there is none. */
export function costAt(analysis: Analysis, offset: number): string | undefined {
  const model = modelAround(analysis, offset)
  return model && costOf(model)
}
