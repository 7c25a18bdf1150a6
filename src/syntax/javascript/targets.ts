/** Lowers what is assigned to: names, elements, and destructuring patterns in declarations, parameters and assignments. */

import type ts from "typescript"
import type { DictionaryEntry, Expression } from "../tree.ts"
import { lowerExpression, lowerKey } from "./expressions.ts"
import { type Reading, spanOf } from "./reading.ts"

/** The left side of an assignment, where patterns are written as literals. */
export function lowerTarget(node: ts.Expression, reading: Reading): Expression {
  const { ts } = reading
  if (ts.isParenthesizedExpression(node)) return lowerTarget(node.expression, reading)
  if (ts.isArrayLiteralExpression(node)) {
    return { kind: "list", span: spanOf(reading, node), elements: node.elements.map((element) => lowerTarget(element, reading)) }
  }
  if (ts.isSpreadElement(node)) return { kind: "starred", span: spanOf(reading, node), value: lowerTarget(node.expression, reading) }
  if (ts.isObjectLiteralExpression(node)) return lowerObjectTarget(node, reading)
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return lowerExpression(node, reading)
  return withDefault(node, lowerTarget(node.left, reading), node.right, reading)
}

function lowerObjectTarget(node: ts.ObjectLiteralExpression, reading: Reading): Expression {
  const { ts } = reading
  const entries = node.properties.flatMap((property): DictionaryEntry[] => {
    const span = spanOf(reading, property)
    if (ts.isSpreadAssignment(property)) return [{ kind: "spread", span, value: lowerTarget(property.expression, reading) }]
    if (ts.isPropertyAssignment(property)) {
      return [{ kind: "entry", span, key: lowerKey(property.name, reading), value: lowerTarget(property.initializer, reading) }]
    }
    if (!ts.isShorthandPropertyAssignment(property)) return []
    const name = lowerExpression(property.name, reading)
    const value = withDefault(property, name, property.objectAssignmentInitializer, reading)
    return [{ kind: "entry", span, key: lowerKey(property.name, reading), value }]
  })
  return { kind: "dictionary", span: spanOf(reading, node), isObject: true, entries }
}

/** The name in a declaration or parameter, or the pattern in its place. */
export function lowerBinding(node: ts.BindingName, reading: Reading): Expression {
  const { ts } = reading
  if (ts.isObjectBindingPattern(node)) {
    const entries = node.elements.map((element) => lowerObjectElement(element, reading))
    return { kind: "dictionary", span: spanOf(reading, node), isObject: true, entries }
  }
  if (!ts.isArrayBindingPattern(node)) return lowerExpression(node, reading)
  const elements = node.elements.map((element) =>
    ts.isBindingElement(element) ? lowerElement(element, reading) : lowerExpression(element, reading),
  )
  return { kind: "list", span: spanOf(reading, node), elements }
}

function lowerElement(node: ts.BindingElement, reading: Reading): Expression {
  const target = lowerBinding(node.name, reading)
  if (node.dotDotDotToken) return { kind: "starred", span: spanOf(reading, node), value: target }
  return withDefault(node, target, node.initializer, reading)
}

function lowerObjectElement(node: ts.BindingElement, reading: Reading): DictionaryEntry {
  const span = spanOf(reading, node)
  const target = lowerBinding(node.name, reading)
  if (node.dotDotDotToken) return { kind: "spread", span, value: target }
  const key: Expression = node.propertyName
    ? lowerKey(node.propertyName, reading)
    : { kind: "string", span: { ...target.span }, value: nameOf(target) }
  return { kind: "entry", span, key, value: withDefault(node, target, node.initializer, reading) }
}

function nameOf(target: Expression): string {
  return target.kind === "name" ? target.name : ""
}

function withDefault(node: ts.Node, target: Expression, initializer: ts.Expression | undefined, reading: Reading): Expression {
  if (!initializer) return target
  return { kind: "defaultTarget", span: spanOf(reading, node), target, default: lowerExpression(initializer, reading) }
}
