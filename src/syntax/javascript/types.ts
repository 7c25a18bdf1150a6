/** Lowers the types that have a place in the tree, written as the expressions they resemble; a type that resembles none is Broken. */

import type ts from "typescript"
import type { Expression } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { broken, DEPTH_LIMIT, nameText, type Reading, spanOf, textOfNode } from "./reading.ts"

export function lowerType(node: ts.TypeNode, reading: Reading): Expression {
  if (reading.depth >= DEPTH_LIMIT) return broken(reading, node)
  reading.depth++
  const type = lowerShallow(node, reading)
  reading.depth--
  return type
}

function lowerShallow(node: ts.TypeNode, reading: Reading): Expression {
  const { ts } = reading
  const span = spanOf(reading, node)
  if (ts.isTypeReferenceNode(node)) return generic(lowerEntity(node.typeName, reading), node.typeArguments, node, reading)
  if (ts.isArrayTypeNode(node)) {
    const object: Expression = { kind: "name", span: { ...span }, name: "Array" }
    return { kind: "subscript", span, object, index: lowerType(node.elementType, reading) }
  }
  if (ts.isUnionTypeNode(node)) return union(node, reading)
  if (ts.isParenthesizedTypeNode(node)) return lowerType(node.type, reading)
  if (ts.isLiteralTypeNode(node)) return lowerExpression(node.literal, reading)
  if (ts.isTupleTypeNode(node)) return { kind: "tuple", span, elements: node.elements.map((element) => lowerType(element, reading)) }
  const text = textOfNode(reading, node)
  return /^\w+$/.test(text) ? { kind: "name", span, name: text } : broken(reading, node)
}

function lowerEntity(node: ts.EntityName, reading: Reading): Expression {
  if (reading.ts.isIdentifier(node)) return lowerExpression(node, reading)
  const object = lowerEntity(node.left, reading)
  return {
    kind: "attribute",
    span: spanOf(reading, node),
    object,
    name: nameText(reading, node.right),
    nameSpan: spanOf(reading, node.right),
  }
}

function generic(object: Expression, parameters: readonly ts.TypeNode[] | undefined, node: ts.Node, reading: Reading): Expression {
  const [first, ...rest] = (parameters ?? []).map((parameter) => lowerType(parameter, reading))
  if (!first) return object
  const span = { start: first.span.start, end: (rest.at(-1) ?? first).span.end }
  return {
    kind: "subscript",
    span: spanOf(reading, node),
    object,
    index: rest.length ? { kind: "tuple", span, elements: [first, ...rest] } : first,
  }
}

function union(node: ts.UnionTypeNode, reading: Reading): Expression {
  const [first, ...rest] = node.types.map((type) => lowerType(type, reading))
  if (!first) return broken(reading, node)
  return rest.reduce((left, right) => {
    return { kind: "binary", span: { start: left.span.start, end: right.span.end }, operator: "|", left, right }
  }, first)
}
