/** Budgets: `# layerscope: max-params 5M, max-macs 1G` at a model makes a known count above it a problem. */
import type { FoundProblem } from "../evaluate/evaluation.ts"
import type { Model } from "../model/model.ts"
import type { Comment, Tree } from "../syntax/tree.ts"
import type { SourceFile } from "../text/source.ts"
import { type Dim, isConcrete } from "../values/dim.ts"
import { commentsFor } from "./directives.ts"
import { countText, perExample } from "./text.ts"

const BUDGET = /^[*\s]*layerscope\s*:\s*(max-.*)$/i
const LIMIT = /^max-(params|macs)\s*[:=]?\s*(\d[\d_]*(?:\.\d+)?|\d{1,3}(?:,\d{3})+)\s*([kmgbt]?)$/i

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, b: 1e9, t: 1e12 }

type Measure = "params" | "macs"

export interface Limit {
  readonly measure: Measure
  readonly most: number
  /** as it is written */
  readonly text: string
}

/** The limits of a comment; undefined when it is none, a text where a part of it cannot be read. */
export function readBudget({ text }: Pick<Comment, "text">): readonly Limit[] | string | undefined {
  const stated = BUDGET.exec(text.replace(/\s*\*\/\s*$/, ""))?.[1]
  if (stated === undefined) return undefined
  const limits: Limit[] = []
  for (const part of stated.split(/[,;]?\s+(?=max-)/i).map((one) => one.trim())) {
    const [, measure = "", digits = "", unit = ""] = LIMIT.exec(part) ?? []
    if (measure === "") return part
    const most = Number(digits.replace(/[_,]/g, "")) * (UNITS[unit.toLowerCase()] ?? 1)
    limits.push({ measure: measure.toLowerCase() as Measure, most, text: `${digits}${unit}` })
  }
  return limits
}

/** Models of this file above their budgets, and budgets that cannot be read. */
export function budgetProblems(file: SourceFile, tree: Tree, models: readonly Model[]): FoundProblem[] {
  if (!tree.comments.some(({ text }) => BUDGET.test(text))) return []
  const own = models.filter(({ place }) => place.file === file)
  return [...tree.comments.flatMap((comment) => unreadable(file, comment)), ...own.flatMap((model) => excessOf(tree, model))]
}

function unreadable(file: SourceFile, comment: Comment): FoundProblem[] {
  const read = readBudget(comment)
  if (typeof read !== "string") return []
  const message = `\`${read}\` does not read as a budget such as \`max-params 5M\``
  return [{ code: "unreadable-budget", message, subject: "", place: { file, span: comment.span }, trail: [], module: undefined }]
}

const MEASURES: Readonly<Record<Measure, { readonly name: string; readonly count: (model: Model) => Dim | undefined }>> = {
  params: { name: "parameters", count: ({ parameters }) => parameters.total },
  macs: { name: "MACs an example", count: macsOfOne },
}

/** Only what is certain can be over a budget: sizes that were assumed, or that others fit as well, prove nothing. */
function macsOfOne({ macs, inputs }: Model): Dim | undefined {
  if (inputs.some(({ origin, alternatives }) => origin === "assumed" || alternatives?.length)) return undefined
  const count = perExample(macs)
  const batch = inputs[0]?.shape?.[0]
  if (count === undefined || !isConcrete(count) || batch === undefined || !isConcrete(batch) || Number(batch) < 1) return count
  return Math.floor(Number(count) / Number(batch))
}

function excessOf(tree: Tree, model: Model): FoundProblem[] {
  const limits = commentsFor(tree, model.place, BUDGET).flatMap((comment) => {
    const read = readBudget(comment)
    return Array.isArray(read) ? (read as readonly Limit[]) : []
  })
  return limits.flatMap(({ measure, most, text }) => {
    const { name, count } = MEASURES[measure]
    const known = count(model)
    if (known === undefined || !isConcrete(known) || Number(known) <= most) return []
    const message = `has ${countText(known)} ${name}, its budget is ${text}`
    return [{ code: "over-budget", message, subject: `\`${model.name}\``, place: model.place, trail: [], module: undefined }]
  })
}
