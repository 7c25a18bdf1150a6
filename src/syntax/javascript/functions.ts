/** Lowers JavaScript's functions, methods, arrows and their parameters. */

import type ts from "typescript"
import type { Assign, FunctionBody, Parameter, Statement } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { hasModifier, nameText, type Reading, spanOf } from "./reading.ts"
import { lowerStatements } from "./statements.ts"
import { lowerBinding } from "./targets.ts"
import { lowerType } from "./types.ts"

export function lowerFunctionBody(node: ts.FunctionLikeDeclaration, reading: Reading): FunctionBody {
  const { ts } = reading
  const name = node.name && nameText(reading, node.name)
  const returns = node.type && lowerType(node.type, reading)
  return {
    kind: "function",
    span: spanOf(reading, node),
    ...(node.name && name && { name, nameSpan: spanOf(reading, node.name) }),
    parameters: lowerParameters(node.parameters, reading),
    body: [...lowerBlock(node.body, reading)],
    decorators: lowerDecorators(node, reading),
    ...(returns && { returns }),
    isAsync: hasModifier(node, ts.SyntaxKind.AsyncKeyword),
    isGenerator: node.asteriskToken !== undefined,
    isArrow: ts.isArrowFunction(node),
  }
}

function lowerBlock(node: ts.ConciseBody | undefined, reading: Reading): Statement[] {
  if (!node) return []
  if (reading.ts.isBlock(node)) return lowerStatements(node.statements, reading)
  const value = lowerExpression(node, reading)
  return [{ kind: "return", span: { ...value.span }, value }]
}

export function lowerDecorators(node: ts.Node, reading: Reading): FunctionBody["decorators"] {
  const { modifiers } = node as { modifiers?: ts.NodeArray<ts.ModifierLike> }
  return (modifiers ?? []).flatMap((modifier) => (reading.ts.isDecorator(modifier) ? [lowerExpression(modifier.expression, reading)] : []))
}

/** TypeScript's `this` parameter is only a type. */
export function lowerParameters(nodes: readonly ts.ParameterDeclaration[], reading: Reading): Parameter[] {
  return nodes.filter(({ name }) => nameText(reading, name) !== "this").map((node) => lowerParameter(node, reading))
}

function lowerParameter(node: ts.ParameterDeclaration, reading: Reading): Parameter {
  const annotation = node.type && lowerType(node.type, reading)
  return {
    kind: "parameter",
    span: spanOf(reading, node),
    target: lowerBinding(node.name, reading),
    ...(node.initializer && { default: lowerExpression(node.initializer, reading) }),
    ...(annotation && { annotation }),
    form: node.dotDotDotToken ? "rest" : "ordinary",
  }
}

/** `constructor(private width: number)` also assigns `this.width`, after the call of `super`. */
export function lowerConstructor(node: ts.ConstructorDeclaration, reading: Reading): FunctionBody {
  const body = lowerFunctionBody(node, reading)
  const assigned = node.parameters.flatMap((parameter) => parameterProperty(parameter, reading))
  const first = body.body.findIndex(isSuperCall) + 1
  body.body.splice(first, 0, ...assigned)
  return body
}

function isSuperCall(statement: Statement): boolean {
  if (statement.kind !== "expression" || statement.expression.kind !== "call") return false
  const { callee } = statement.expression
  return callee.kind === "name" && callee.name === "super"
}

function parameterProperty(node: ts.ParameterDeclaration, reading: Reading): Assign[] {
  const { SyntaxKind: kind } = reading.ts
  const makes = [kind.PrivateKeyword, kind.PublicKeyword, kind.ProtectedKeyword, kind.ReadonlyKeyword]
  if (!makes.some((modifier) => hasModifier(node, modifier)) || !reading.ts.isIdentifier(node.name)) return []
  const [span, name] = [spanOf(reading, node), nameText(reading, node.name)]
  const object = { kind: "name" as const, span: { ...span }, name: "this" }
  const target = { kind: "attribute" as const, span: { ...span }, object, name, nameSpan: spanOf(reading, node.name) }
  return [{ kind: "assign", span, targets: [target], value: { kind: "name", span: { ...span }, name } }]
}
