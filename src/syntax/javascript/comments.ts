/** Finds a JavaScript file's comments: whatever looks like one outside the literals that the tree knows. */

import type ts from "typescript"
import type { Comment, Span } from "../tree.ts"
import { isTrailing } from "../walk.ts"
import { type Reading, startOf } from "./reading.ts"

export function commentsOf(reading: Reading): Comment[] {
  const { text } = reading.file
  const literals = literalSpans(reading)
  const pattern = /\/\/[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$)/g
  const comments: Comment[] = []
  let next = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index
    while ((literals[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++
    const literal = literals[next]
    if (literal && literal.start <= start) pattern.lastIndex = literal.end
    else comments.push(commentFrom(match[0], start, text))
  }
  return comments
}

function commentFrom(written: string, start: number, text: string): Comment {
  const inner = written.startsWith("/*") ? written.replace(/\*\/$/, "") : written
  return { text: inner.slice(2), span: { start, end: start + written.length }, isTrailing: isTrailing(text, start) }
}

/** In the order of the text; literals do not hold each other, since templates come in pieces. */
function literalSpans(reading: Reading): Span[] {
  const { ts, file } = reading
  const spans: Span[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      spans.push({ start: startOf(reading, node), end: node.end })
    } else if (ts.isJsxText(node)) spans.push({ start: node.pos, end: node.end })
    else ts.forEachChild(node, visit)
  }
  visit(file)
  return spans
}
