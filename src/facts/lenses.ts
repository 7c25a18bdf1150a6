/** The line above each model: name, parameters, MACs, shapes, and what of it was assumed. */
import type { Model } from "../model/model.ts"
import { type Position, positionAt } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { macText } from "./hover-layer.ts"
import { countText, tensorText } from "./text.ts"

export interface LensFact {
  /** where the model's class or making begins */
  readonly at: Position
  /** "LeNet5 · 61,706 params · 416,520 MACs · (N, 1, 32, 32) → (N, 10)" */
  readonly title: string
  /** "assumed input (N, 3, 224, 224) · change": when nobody states it */
  readonly input?: { readonly title: string; readonly proposal: string }
  /** the subject that the title is of, when it is a pattern's */
  readonly subject?: string
}

/** One a model of this file; several made by one class stand in one line each. */
export function lensesOf({ models, file }: Analysis): LensFact[] {
  return models
    .filter(({ place }) => place.file === file)
    .map((model) => ({ at: positionAt(file, model.place.span.start), title: titleOf(model), ...inputOf(model) }))
}

/** An unknown part is left out where the rest says enough. */
export function titleOf(model: Model): string {
  const parts = [
    costOf(model),
    ...(model.inputs.some(({ shape }) => shape) ? [`${listText(model.inputs)} → ${listText(model.outputs)}`] : []),
  ]
  return parts.join(" · ")
}

/** "LeNet5 · 61,706 params · 416,520 MACs". */
export function costOf(model: Model): string {
  const macs = model.macs === undefined ? [] : [macText(model.macs, model, " MACs")]
  return [model.name, `${countText(model.parameters.total)} params`, ...macs].join(" · ")
}

/** More tensors than this are counted. */
const LISTED_TENSORS = 3

function listText(facts: readonly { readonly shape: Model["inputs"][number]["shape"] }[]): string {
  const listed = facts.slice(0, LISTED_TENSORS).map(({ shape }) => tensorText({ shape, dtype: undefined }))
  return `${listed.join(", ") || "?"}${facts.length > LISTED_TENSORS ? `, … (${facts.length})` : ""}`
}

function inputOf({ inputs }: Model): Pick<LensFact, "input"> {
  const found = inputs.find(({ origin }) => origin !== "stated")
  if (!found) return {}
  const proposal = inputs.map((input) => proposalText(input)).join(", ")
  const others = found.alternatives?.length ? ` (${found.alternatives.slice(0, LISTED_TENSORS).join(", ")} fit too)` : ""
  return { input: { title: found.shape ? `${found.origin} input${others} · change` : "input not known · say what it is", proposal } }
}

/** What the input box starts with: symbols become 1, since a comment states numbers. */
function proposalText({ shape, dtype }: Model["inputs"][number]): string {
  if (!shape) return "(1, 3, 224, 224)"
  const sizes = shape.map((size) => (typeof size === "object" ? 1 : size))
  return `(${sizes.join(", ")})${dtype && dtype !== "float32" ? `:${dtype}` : ""}`
}
