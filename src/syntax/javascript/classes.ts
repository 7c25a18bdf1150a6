/** Lowers JavaScript's classes: methods become function declarations, fields become assignments to names. */

import type ts from "typescript"
import type { ClassBody, FunctionBody, Statement } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { lowerConstructor, lowerDecorators, lowerFunctionBody } from "./functions.ts"
import { hasModifier, nameText, type Reading, spanOf, textOfNode } from "./reading.ts"
import { lowerStatements } from "./statements.ts"
import { lowerType } from "./types.ts"

export function lowerClassBody(node: ts.ClassLikeDeclaration, reading: Reading): ClassBody {
  const { ts } = reading
  const parents = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types ?? []
  return {
    kind: "class",
    span: spanOf(reading, node),
    ...(node.name && nameText(reading, node.name) && { name: nameText(reading, node.name), nameSpan: spanOf(reading, node.name) }),
    bases: parents.map((parent) => ({ kind: "argument", span: spanOf(reading, parent), value: lowerExpression(parent, reading) })),
    decorators: lowerDecorators(node, reading),
    body: node.members.flatMap((member) => lowerMember(member, reading)),
  }
}

/** Overloads, abstract members and index signatures are types and vanish. */
function lowerMember(node: ts.ClassElement, reading: Reading): Statement[] {
  const { ts } = reading
  const isStatic = hasModifier(node, ts.SyntaxKind.StaticKeyword)
  if (ts.isPropertyDeclaration(node)) return lowerField(node, isStatic, reading)
  if (ts.isClassStaticBlockDeclaration(node)) {
    return [{ kind: "block", span: spanOf(reading, node), body: lowerStatements(node.body.statements, reading), isStatic: true }]
  }
  if (ts.isConstructorDeclaration(node)) {
    return node.body ? [lowerMethod(node, lowerConstructor(node, reading), { form: "constructor", isStatic }, reading)] : []
  }
  if (!ts.isMethodDeclaration(node) && !ts.isAccessor(node)) return []
  if (!node.body) return []
  const form = ts.isGetAccessor(node) ? "get" : ts.isSetAccessor(node) ? "set" : "method"
  return [lowerMethod(node, lowerFunctionBody(node, reading), { form, isStatic }, reading)]
}

function lowerMethod(node: ts.FunctionLikeDeclaration, body: FunctionBody, method: FunctionBody["method"], reading: Reading): Statement {
  const name = node.name ? memberName(node.name, reading) : "constructor"
  const named = {
    ...body,
    name,
    nameSpan: node.name ? spanOf(reading, node.name) : { start: body.span.start, end: body.span.start + name.length },
  }
  return { kind: "functionDeclaration", span: spanOf(reading, node), function: { ...named, ...(method && { method }) } }
}

function lowerField(node: ts.PropertyDeclaration, isStatic: boolean, reading: Reading): Statement[] {
  if (hasModifier(node, reading.ts.SyntaxKind.DeclareKeyword) || hasModifier(node, reading.ts.SyntaxKind.AbstractKeyword)) return []
  const span = spanOf(reading, node)
  const target = { kind: "name" as const, span: spanOf(reading, node.name), name: memberName(node.name, reading) }
  const value = node.initializer && lowerExpression(node.initializer, reading)
  const placed = isStatic ? { isStatic } : {}
  if (node.type) {
    return [{ kind: "annotatedAssign", span, target, annotation: lowerType(node.type, reading), ...(value && { value }), ...placed }]
  }
  return [
    { kind: "assign", span, targets: [target], value: value ?? { kind: "constant", span: { ...span }, value: "undefined" }, ...placed },
  ]
}

/** A computed name is kept as it is written: `[Symbol.iterator]`. */
function memberName(node: ts.PropertyName, reading: Reading): string {
  return nameText(reading, node) || textOfNode(reading, node)
}
