/** What lowering needs beside a node: the library with its numbers, the file's text, and how deep we are. */

import type ts from "typescript"
import type { Span } from "../../text/source.ts"
import type { Broken, Expression } from "../tree.ts"
import type { TypeScript } from "./library.ts"

export interface Reading {
  ts: TypeScript
  file: ts.SourceFile
  depth: number
}

/** Trees deeper than this would end the stack of everything that walks them. */
export const DEPTH_LIMIT = 300

export function spanOf(reading: Reading, node: ts.Node): Span {
  const start = node.getStart(reading.file)
  return { start, end: Math.max(start, node.end) }
}

export function broken(reading: Reading, node: ts.Node, children: Expression[] = []): Broken {
  return { kind: "broken", span: spanOf(reading, node), children }
}

export function textOfNode(reading: Reading, node: ts.Node): string {
  return reading.file.text.slice(node.getStart(reading.file), node.end)
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const { modifiers } = node as { modifiers?: ts.NodeArray<ts.ModifierLike> }
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false
}
