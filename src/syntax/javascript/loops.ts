/** Lowers JavaScript's five loops. */

import type ts from "typescript"
import type { For, Statement } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { type Reading, spanOf } from "./reading.ts"
import { bindingOf, lowerBody, lowerDeclarations } from "./statements.ts"
import { lowerBinding, lowerTarget } from "./targets.ts"

export function lowerLoop(node: ts.IterationStatement, reading: Reading): Statement[] {
  const { ts } = reading
  if (ts.isForStatement(node)) return [lowerForLoop(node, reading)]
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return [lowerIteration(node, reading)]
  const test = lowerExpression((node as ts.WhileStatement | ts.DoStatement).expression, reading)
  const isPostTest = ts.isDoStatement(node)
  return [
    {
      kind: "while",
      span: spanOf(reading, node),
      test,
      body: lowerBody(node.statement, reading),
      otherwise: [],
      ...(isPostTest && { isPostTest }),
    },
  ]
}

function lowerForLoop(node: ts.ForStatement, reading: Reading): Statement {
  const initial = node.initializer && lowerInitial(node.initializer, reading)
  return {
    kind: "forLoop",
    span: spanOf(reading, node),
    ...(initial && { initial }),
    ...(node.condition && { test: lowerExpression(node.condition, reading) }),
    ...(node.incrementor && { update: lowerExpression(node.incrementor, reading) }),
    body: lowerBody(node.statement, reading),
  }
}

function lowerInitial(node: ts.ForInitializer, reading: Reading): Statement | undefined {
  if (reading.ts.isVariableDeclarationList(node)) return lowerDeclarations(node, reading)[0]
  return { kind: "expression", span: spanOf(reading, node), expression: lowerExpression(node, reading) }
}

function lowerIteration(node: ts.ForOfStatement | ts.ForInStatement, reading: Reading): For {
  const { ts } = reading
  const list = ts.isVariableDeclarationList(node.initializer) ? node.initializer : undefined
  const declared = list?.declarations[0]
  return {
    kind: "for",
    span: spanOf(reading, node),
    target: declared ? lowerBinding(declared.name, reading) : lowerTarget(node.initializer as ts.Expression, reading),
    iterable: lowerExpression(node.expression, reading),
    body: lowerBody(node.statement, reading),
    otherwise: [],
    isAsync: ts.isForOfStatement(node) && node.awaitModifier !== undefined,
    over: ts.isForOfStatement(node) ? "values" : "keys",
    ...(list && { binding: bindingOf(list, reading) }),
  }
}
