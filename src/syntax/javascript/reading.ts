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

/** Where a node's first token is; `pos` counts the white and comments before it. */
export function startOf({ ts, file }: Reading, node: ts.Node): number {
  return ts.getTokenPosOfNode(node, file)
}

export function spanOf(reading: Reading, node: ts.Node): Span {
  const start = startOf(reading, node)
  return { start, end: Math.max(start, node.end) }
}

export function broken(reading: Reading, node: ts.Node, children: Expression[] = []): Broken {
  return { kind: "broken", span: spanOf(reading, node), children }
}

export function textOfNode(reading: Reading, node: ts.Node): string {
  return reading.file.text.slice(startOf(reading, node), node.end)
}

/** The text of an identifier or literal; empty for what is missing or computed. */
export function nameText({ ts }: Reading, node: ts.Node): string {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return ts.idText(node)
  return "text" in node ? String(node.text) : ""
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const { modifiers } = node as { modifiers?: ts.NodeArray<ts.ModifierLike> }
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false
}
