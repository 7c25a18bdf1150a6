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
  readonly index?: number
  readonly compare?: { readonly index: number } | { readonly text: string; readonly label: string }
}

/** Undefined when the file holds no model. `reread` analyses another text of the file. */
export function graphFact(
  analysis: Analysis,
  { position, index, compare }: ShownModel,
  reread: (text: string) => Analysis | undefined,
): { graph: ModelGraph; models: readonly string[]; chosen: number } | undefined {
  const { models } = analysis
  const chosen = index !== undefined && models[index] ? index : modelAt(analysis, position)
  const model = models[chosen]
  if (!model) return undefined
  const graph = graphOf(model)
  const names = models.map(({ name }) => name)
  const other = compare && ("text" in compare ? otherIn(reread(compare.text), model.name) : models[compare.index])
  if (!compare) return { graph, models: names, chosen }
  const label = "text" in compare ? compare.label : (names[compare.index] ?? "")
  return {
    graph: other ? compared(graph, graphOf(other), label) : { ...graph, comparedWith: `${label} (it has no such model)` },
    models: names,
    chosen,
  }
}

/** Of the same name in another text of the file. */
const otherIn = (analysis: Analysis | undefined, name: string) => analysis?.models.find((model) => model.name === name)

/** The model made at a place, or that of the class around it, or the last one: what is built up to. */
function modelAt(analysis: Analysis, position: Position | undefined): number {
  const { models, file } = analysis
  if (!position) return models.length - 1
  const around = modelAround(analysis, offsetAt(file, position))
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
