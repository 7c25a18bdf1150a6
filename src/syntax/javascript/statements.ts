/** Lowers TypeScript's statement nodes to ours; a table from syntax kind to function. Types alone leave nothing behind. */

import type ts from "typescript"
import type { DictionaryEntry, Expression, Handler, Statement } from "../tree.ts"
import { lowerClassBody } from "./classes.ts"
import { lowerExpression } from "./expressions.ts"
import { lowerFunctionBody } from "./functions.ts"
import type { TypeScript } from "./library.ts"
import { lowerLoop } from "./loops.ts"
import { lowerExport, lowerExportAssignment, lowerImport, lowerImportEquals, withExport } from "./modules.ts"
import { DEPTH_LIMIT, hasModifier, nameText, type Reading, spanOf } from "./reading.ts"
import { lowerBinding } from "./targets.ts"

type Lowering = (node: never, reading: Reading) => Statement[]

function lowerings({ SyntaxKind: kind }: TypeScript): Record<number, Lowering> {
  return {
    [kind.ExpressionStatement]: lowerExpressionStatement,
    [kind.VariableStatement]: (node: ts.VariableStatement, reading) =>
      withExport(node, lowerDeclarations(node.declarationList, reading), reading),
    [kind.FunctionDeclaration]: lowerFunction,
    [kind.ClassDeclaration]: lowerClass,
    [kind.EnumDeclaration]: lowerEnum,
    [kind.ReturnStatement]: lowerReturn,
    [kind.IfStatement]: lowerIf,
    [kind.WhileStatement]: lowerLoop,
    [kind.DoStatement]: lowerLoop,
    [kind.ForStatement]: lowerLoop,
    [kind.ForOfStatement]: lowerLoop,
    [kind.ForInStatement]: lowerLoop,
    [kind.BreakStatement]: (node: ts.BreakStatement, reading) => lowerJump("break", node, reading),
    [kind.ContinueStatement]: (node: ts.ContinueStatement, reading) => lowerJump("continue", node, reading),
    [kind.ThrowStatement]: (node: ts.ThrowStatement, reading) => [
      { kind: "raise", span: spanOf(reading, node), value: lowerExpression(node.expression, reading) },
    ],
    [kind.TryStatement]: lowerTry,
    [kind.SwitchStatement]: lowerSwitch,
    [kind.LabeledStatement]: lowerLabeled,
    [kind.Block]: (node: ts.Block, reading) => [
      { kind: "block", span: spanOf(reading, node), body: lowerStatements(node.statements, reading) },
    ],
    [kind.ImportDeclaration]: lowerImport,
    [kind.ImportEqualsDeclaration]: lowerImportEquals,
    [kind.ExportDeclaration]: lowerExport,
    [kind.ExportAssignment]: lowerExportAssignment,
    [kind.EmptyStatement]: () => [],
    [kind.DebuggerStatement]: () => [],
    [kind.InterfaceDeclaration]: () => [],
    [kind.TypeAliasDeclaration]: () => [],
  }
}

let table: Record<number, Lowering> | undefined

export function lowerStatements(nodes: readonly ts.Statement[], reading: Reading): Statement[] {
  return nodes.flatMap((node) => lowerStatement(node, reading))
}

/** Mostly one statement; none for a type. `declare` says that the thing exists elsewhere. */
export function lowerStatement(node: ts.Statement, reading: Reading): Statement[] {
  table ??= lowerings(reading.ts)
  if (hasModifier(node, reading.ts.SyntaxKind.DeclareKeyword)) return []
  const lower = table[node.kind]
  if (!lower || reading.depth >= DEPTH_LIMIT) return [{ kind: "brokenStatement", span: spanOf(reading, node), children: [] }]
  reading.depth++
  const statements = lower(node as never, reading)
  reading.depth--
  return statements
}

/** The body of an `if` or loop, whether or not it has braces. */
export function lowerBody(node: ts.Statement | undefined, reading: Reading): Statement[] {
  if (!node) return []
  return reading.ts.isBlock(node) ? lowerStatements(node.statements, reading) : lowerStatement(node, reading)
}

function lowerExpressionStatement(node: ts.ExpressionStatement, reading: Reading): Statement[] {
  const expression = lowerExpression(node.expression, reading)
  const span = spanOf(reading, node)
  return [
    expression.kind === "broken"
      ? { kind: "brokenStatement", span, children: expression.children }
      : { kind: "expression", span, expression },
  ]
}

/** One `declare` per declarator; several stand in a block without a scope. */
export function lowerDeclarations(list: ts.VariableDeclarationList, reading: Reading): Statement[] {
  const body = list.declarations.map((node): Statement => {
    const value = node.initializer && lowerExpression(node.initializer, reading)
    return {
      kind: "declare",
      span: spanOf(reading, node),
      binding: bindingOf(list, reading),
      target: lowerBinding(node.name, reading),
      ...(value && { value }),
    }
  })
  return body.length > 1 ? [{ kind: "block", span: spanOf(reading, list), body, isScopeless: true }] : body
}

export function bindingOf(list: ts.VariableDeclarationList, { ts }: Reading): "var" | "let" | "const" {
  if ((list.flags & ts.NodeFlags.Const) !== 0 || (list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return "const"
  return (list.flags & ts.NodeFlags.Let) !== 0 ? "let" : "var"
}

function lowerFunction(node: ts.FunctionDeclaration, reading: Reading): Statement[] {
  if (!node.body) return []
  return withExport(
    node,
    [{ kind: "functionDeclaration", span: spanOf(reading, node), function: lowerFunctionBody(node, reading) }],
    reading,
  )
}

function lowerClass(node: ts.ClassDeclaration, reading: Reading): Statement[] {
  return withExport(node, [{ kind: "classDeclaration", span: spanOf(reading, node), class: lowerClassBody(node, reading) }], reading)
}

/** An enum is a constant object; members without a value count on from the one before. */
function lowerEnum(node: ts.EnumDeclaration, reading: Reading): Statement[] {
  let next = 0
  const entries = node.members.map((member): DictionaryEntry => {
    const span = spanOf(reading, member)
    const value: Expression = member.initializer
      ? lowerExpression(member.initializer, reading)
      : { kind: "number", span: { ...span }, value: next, isFloat: false }
    next = value.kind === "number" ? Number(value.value) + 1 : Number.NaN
    const name = nameText(reading, member.name)
    return { kind: "entry", span, key: { kind: "string", span: spanOf(reading, member.name), value: name }, value }
  })
  const span = spanOf(reading, node)
  const value: Expression = { kind: "dictionary", span: { ...span }, isObject: true, entries }
  return withExport(node, [{ kind: "declare", span, binding: "const", target: lowerExpression(node.name, reading), value }], reading)
}

function lowerReturn(node: ts.ReturnStatement, reading: Reading): Statement[] {
  return [{ kind: "return", span: spanOf(reading, node), ...(node.expression && { value: lowerExpression(node.expression, reading) }) }]
}

function lowerIf(node: ts.IfStatement, reading: Reading): Statement[] {
  const test = lowerExpression(node.expression, reading)
  const body = lowerBody(node.thenStatement, reading)
  return [{ kind: "if", span: spanOf(reading, node), test, body, otherwise: lowerBody(node.elseStatement, reading) }]
}

function lowerJump(kind: "break" | "continue", node: ts.BreakOrContinueStatement, reading: Reading): Statement[] {
  return [{ kind, span: spanOf(reading, node), ...(node.label && { label: nameText(reading, node.label) }) }]
}

function lowerTry(node: ts.TryStatement, reading: Reading): Statement[] {
  const handlers = node.catchClause ? [lowerCatch(node.catchClause, reading)] : []
  const last = lowerBody(node.finallyBlock, reading)
  return [{ kind: "try", span: spanOf(reading, node), body: lowerBody(node.tryBlock, reading), handlers, otherwise: [], finally: last }]
}

function lowerCatch(node: ts.CatchClause, reading: Reading): Handler {
  const target = node.variableDeclaration && lowerBinding(node.variableDeclaration.name, reading)
  return { kind: "handler", span: spanOf(reading, node), ...(target && { target }), body: lowerBody(node.block, reading) }
}

function lowerSwitch(node: ts.SwitchStatement, reading: Reading): Statement[] {
  const cases = node.caseBlock.clauses.map((clause) => ({
    ...(reading.ts.isCaseClause(clause) && { test: lowerExpression(clause.expression, reading) }),
    body: lowerStatements(clause.statements, reading),
    span: spanOf(reading, clause),
  }))
  return [{ kind: "switch", span: spanOf(reading, node), subject: lowerExpression(node.expression, reading), cases }]
}

const LABELLED: ReadonlySet<Statement["kind"]> = new Set<Statement["kind"]>(["while", "for", "forLoop", "switch", "block"])

function lowerLabeled(node: ts.LabeledStatement, reading: Reading): Statement[] {
  const body = lowerStatement(node.statement, reading)
  const [only] = body
  const label = nameText(reading, node.label)
  if (only && body.length === 1 && LABELLED.has(only.kind)) return [{ ...only, label } as Statement]
  return [{ kind: "block", span: spanOf(reading, node), body, label }]
}
