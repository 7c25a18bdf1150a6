/** Rows of models that belong to a piece of code: the layers made there, and what lies below them. */
import { moduleOf } from "../model/build.ts"
import type { Layer, Model } from "../model/model.ts"
import type { Place, Span } from "../text/source.ts"
import { add, type Dim } from "../values/dim.ts"
import type { InstanceValue } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"

export interface Row {
  readonly model: Model
  readonly layer: Layer
}

/** The layers of all models that were made by the expression of that span, in call order. The outermost module of a model is no row. */
export function rowsMadeAt({ models, file }: Analysis, span: Span): Row[] {
  return models.flatMap((model) =>
    model.layers.filter((layer) => layer.path !== "" && isAt(layer.place, { file, span })).map((layer) => ({ model, layer })),
  )
}

/** The rows of instances that one expression was seen to be; of all that its line makes when it is the maker itself. */
export function rowsOf(analysis: Analysis, node: { readonly span: Span }, instances: readonly InstanceValue[]): Row[] {
  const made = instances.flatMap(({ place }) => (place.file === analysis.file ? rowsMadeAt(analysis, place.span) : [])).filter(isFirst)
  if (instances.some(({ place }) => isAt(place, { file: analysis.file, span: node.span }))) return made
  const own = made.filter(({ layer }) => instances.some((instance) => moduleOf(layer) === instance))
  return own.length > 0 ? own : made
}

const isFirst = (row: Row, index: number, rows: readonly Row[]): boolean => rows.findIndex(({ layer }) => layer === row.layer) === index

const isAt = (left: Place, right: Place): boolean =>
  left.file === right.file && (left.span === right.span || (left.span.start === right.span.start && left.span.end === right.span.end))

/** A count of the layer and everything below it; undefined when some part of it is not known. */
export function totalBelow({ model, layer }: Row, count: (layer: Layer) => Dim | undefined): Dim | undefined {
  const parts = model.layers.filter(({ path }) => path === layer.path || path.startsWith(`${layer.path}.`)).map(count)
  return parts.reduce((left, right) => (left === undefined || right === undefined ? undefined : add(left, right)), 0)
}

/** The models whose class, or whose making, stands at a span. */
export const modelsAt = ({ models, file }: Analysis, span: Span): Model[] => models.filter(({ place }) => isAt(place, { file, span }))
