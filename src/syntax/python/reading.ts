/** What lowering needs beside a node: the tokens, where offsets lie in the file, and which characters the repair put in. */

import type { ExpressionNode, ParseNode } from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { Span } from "../../text/source.ts"
import type { Statement } from "../tree.ts"
import { nodeKind, tokenKind } from "./kinds.ts"
import type { ParsedChunk } from "./library.ts"
import type { ChunkMap } from "./repair.ts"

/** What was left out of the text, by the offset in the file at which it begins. */
export interface Omitted {
  bodyAt(offset: number): Span | undefined
  readBody(body: Span, isAsync: boolean): Statement[]
  /** The content of a string that was left out. */
  stringAt(offset: number): string | undefined
}

export interface Reading extends ParsedChunk {
  map: ChunkMap
  omitted?: Omitted | undefined
  /** Set by every `yield`; functions save and restore it. */
  sawYield: boolean
  depth: number
}

/** Trees deeper than this would end the stack of everything that walks them. */
export const DEPTH_LIMIT = 300

interface Extent {
  start: number
  length: number
}

export function spanBetween(reading: Reading, start: number, end: number): Span {
  return { start: reading.map.toFile(start), end: reading.map.toFile(Math.max(start, end)) }
}

export function outerSpan(reading: Reading, node: Extent): Span {
  return spanBetween(reading, node.start, node.start + node.length)
}

export function endOf(node: Extent): number {
  return node.start + node.length
}

const OPEN_PARENTHESIS = 40

/** pyright counts enclosing parentheses into a node; CPython and we do not. */
export function innerSpan(reading: Reading, node: ParseNode): Span {
  if (reading.text.charCodeAt(node.start) !== OPEN_PARENTHESIS) return outerSpan(reading, node)
  const count = enclosingParentheses(reading, node)
  if (count <= 0) return outerSpan(reading, node)
  const first = reading.tokens.getItemAtPosition(node.start) + count
  let last = reading.tokens.getItemAtPosition(endOf(node) - 1)
  for (let left = count; left > 0 && reading.tokens.getItemAt(last).type === tokenKind.closeParenthesis; left--) last--
  return spanBetween(reading, reading.tokens.getItemAt(first).start, endOf(reading.tokens.getItemAt(Math.max(first, last))))
}

function enclosingParentheses(reading: Reading, node: ParseNode): number {
  const limit = leadingPart(node)?.start ?? Number.POSITIVE_INFINITY
  let index = reading.tokens.getItemAtPosition(node.start)
  let count = 0
  for (; index < reading.tokens.count; index++, count++) {
    const token = reading.tokens.getItemAt(index)
    if (token.type !== tokenKind.openParenthesis || token.start >= limit) break
  }
  return ownsParentheses(node) ? count - 1 : count
}

function ownsParentheses(node: ParseNode): boolean {
  return (
    (node.nodeType === nodeKind.tuple || node.nodeType === nodeKind.comprehension) && (node as { d: { hasParens: boolean } }).d.hasParens
  )
}

/** The part a node begins with, whose own parentheses are not the node's. */
function leadingPart(node: ParseNode): Extent | undefined {
  const parts = node.d as {
    leftExpr?: ExpressionNode
    ifExpr?: ExpressionNode
    items?: ExpressionNode[]
    expr?: ExpressionNode
    name?: Extent
  }
  switch (Number(node.nodeType)) {
    case nodeKind.call:
    case nodeKind.index:
    case nodeKind.memberAccess:
    case nodeKind.binaryOperation:
      return parts.leftExpr
    case nodeKind.ternary:
      return parts.ifExpr
    case nodeKind.tuple:
      return parts.items?.[0]
    case nodeKind.comprehension:
      return parts.expr
    case nodeKind.assignmentExpression:
      return parts.name
    default:
      return undefined
  }
}
