/** Shapes at the ends of lines: what each step of a model's computation gives. */
import type { Observation } from "../evaluate/evaluation.ts"
import type { Expression, Node, Statement } from "../syntax/tree.ts"
import { children, isStatement } from "../syntax/walk.ts"
import { type Position, positionAt, type Span } from "../text/source.ts"
import type { TensorValue, Value } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"
import { valueOf } from "./at.ts"
import { tensorText } from "./text.ts"

export interface HintFact {
  readonly at: Position
  readonly text: string
  /** all shapes, where code runs more than once on different ones */
  readonly tooltip?: string
}

/** Shapes that are listed in the tooltip. */
const LISTED_SHAPES = 12

/** What hints are made of. */
export interface Observed extends Pick<Analysis, "file" | "tree"> {
  readonly observations: Pick<Analysis["observations"], "get">
}

/** Hints of the statements that end within `range`, in order. */
export function hintsIn(analysis: Observed, range: Span = { start: 0, end: analysis.file.text.length }): HintFact[] {
  const found: HintFact[] = []
  collect(analysis, analysis.tree.body, range, found)
  return found
}

/** A shape is said once where the steps of one body keep it. */
function collect(analysis: Observed, nodes: readonly Node[], range: Span, found: HintFact[]): void {
  let last: string | undefined
  for (const node of nodes) {
    if (node.span.start > range.end || node.span.end < range.start) continue
    const hint = isStatement(node) ? hintOf(analysis, node) : undefined
    if (hint && hint.text !== last) found.push(hint)
    last = hint?.text ?? last
    if (hint === undefined || node.kind === "functionDeclaration") collect(analysis, children(node), range, found)
  }
}

function hintOf(analysis: Observed, statement: Statement): HintFact | undefined {
  const value = valueOf(statement)
  const seen = value && value.kind !== "name" && statement.kind !== "expression" ? analysis.observations.get(value) : undefined
  const text = value && seen && shapesText(value, seen.value)
  if (!value || !seen || !text) return undefined
  const all = [...new Set([text, ...seen.others.map((other) => shapesText(value, other)).filter((other) => other !== undefined)])]
  const at = positionAt(analysis.file, endOf(analysis, value.span.end))
  return all.length === 1 ? { at, text } : { at, text: `${text} …`, tooltip: tooltip(all, seen) }
}

const tooltip = (all: readonly string[], { count }: Observation): string =>
  `Seen ${count} times:\n${all.slice(0, LISTED_SHAPES).join("\n")}${all.length > LISTED_SHAPES ? "\n…" : ""}`

/** Behind brackets and semicolons that close the statement on the same line. */
function endOf({ file }: Observed, offset: number): number {
  const closing = /^[ \t]*(?:as [\w.]+)?[)\];]*/.exec(file.text.slice(offset, offset + 80))
  return offset + (closing?.[0].trimEnd().length ?? 0)
}

/** Tensors of which something is known; what is created as data (weights, constants with their sizes written out) is no step. */
function shapesText(node: Expression, value: Value): string | undefined {
  const tensors =
    value.kind === "tensor"
      ? [value]
      : value.kind === "tuple"
        ? value.items.filter((item): item is TensorValue => item.kind === "tensor")
        : []
  if (tensors.length === 0 || (value.kind === "tuple" && (tensors.length < value.items.length || tensors.length > 4))) return undefined
  if (tensors.some(({ shape, role }) => !shape || role !== undefined)) return undefined
  if (node.kind === "attribute" || node.kind === "number") return undefined
  return tensors.map(tensorText).join(", ")
}
