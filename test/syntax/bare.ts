/** Trees without their spans, for tests that are about meaning. */

import assert from "node:assert/strict"
import { parse } from "../../src/syntax/parse.ts"
import type { Expression, Statement, Tree } from "../../src/syntax/tree.ts"
import { type Language, sourceFile } from "../../src/text/source.ts"

export function read(text: string, language: Language = "python"): Tree {
  return parse(sourceFile(language === "python" ? "file.py" : "file.ts", language, text))
}

/** The statements of a valid text, spans removed. */
export function statements(text: string, language: Language = "python"): unknown {
  const tree = read(text, language)
  assert.deepEqual(tree.problems, [])
  return bare(tree.body)
}

/** The one expression a valid text consists of, spans removed. */
export function expression(text: string, language: Language = "python"): unknown {
  return bare(only(text, language))
}

/** The same with spans. */
export function only(text: string, language: Language = "python"): Expression {
  const [statement] = read(text, language).body
  assert.equal(statement?.kind, "expression")
  return (statement as Extract<Statement, { kind: "expression" }>).expression
}

export function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== "object" || value === null) return value
  const kept = Object.entries(value).filter(([key, part]) => key !== "span" && key !== "nameSpan" && part !== undefined)
  return Object.fromEntries(kept.map(([key, part]) => [key, bare(part)]))
}

/** The text a span covers. */
export function covered(text: string, { span }: { span: { start: number; end: number } }): string {
  return text.slice(span.start, span.end)
}
