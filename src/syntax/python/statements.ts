/** Lowers pyright's statement nodes to ours; a table from node kind to function. */

import type {
  AssertNode,
  AssignmentNode,
  AugmentedAssignmentNode,
  BreakNode,
  ContinueNode,
  DelNode,
  ErrorNode,
  ExpressionNode,
  ForNode,
  GlobalNode,
  IfNode,
  ImportFromNode,
  ImportNode,
  MatchNode,
  ModuleNameNode,
  NonlocalNode,
  ParseNode,
  PassNode,
  RaiseNode,
  ReturnNode,
  StatementListNode,
  SuiteNode,
  TryNode,
  TypeAliasNode,
  TypeAnnotationNode,
  WhileNode,
  WithNode,
} from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { BinaryOperator, Expression, Handler, Statement } from "../tree.ts"
import { lowerError, lowerExpression, lowerName } from "./expressions.ts"
import { lowerClass, lowerFunction } from "./functions.ts"
import { nodeKind, operatorTexts } from "./kinds.ts"
import { lowerPattern } from "./patterns.ts"
import { DEPTH_LIMIT, innerSpan, outerSpan, type Reading } from "./reading.ts"

type Lowering = (node: never, reading: Reading) => Statement

const lowerings: Record<number, Lowering> = {
  [nodeKind.assignment]: lowerAssignment,
  [nodeKind.augmentedAssignment]: lowerAugmentedAssignment,
  [nodeKind.typeAnnotation]: (node: TypeAnnotationNode, reading) => lowerAnnotated(node, reading, node),
  [nodeKind.return]: lowerReturn,
  [nodeKind.if]: lowerIf,
  [nodeKind.while]: lowerWhile,
  [nodeKind.for]: lowerFor,
  [nodeKind.try]: lowerTry,
  [nodeKind.with]: lowerWith,
  [nodeKind.raise]: lowerRaise,
  [nodeKind.assert]: lowerAssert,
  [nodeKind.del]: lowerDelete,
  [nodeKind.global]: (node: GlobalNode, reading) => lowerScope(node, "global", reading),
  [nodeKind.nonlocal]: (node: NonlocalNode, reading) => lowerScope(node, "nonlocal", reading),
  [nodeKind.import]: lowerImport,
  [nodeKind.importFrom]: lowerImportFrom,
  [nodeKind.class]: lowerClass,
  [nodeKind.function]: lowerFunction,
  [nodeKind.match]: lowerMatch,
  [nodeKind.break]: (node: BreakNode, reading) => ({ kind: "break", span: outerSpan(reading, node) }),
  [nodeKind.continue]: (node: ContinueNode, reading) => ({ kind: "continue", span: outerSpan(reading, node) }),
  [nodeKind.pass]: (node: PassNode, reading) => ({ kind: "pass", span: outerSpan(reading, node) }),
  [nodeKind.typeAlias]: lowerTypeAlias,
  [nodeKind.error]: lowerBroken,
}

export function lowerStatements(nodes: ParseNode[], reading: Reading): Statement[] {
  return nodes.flatMap((node) => {
    if (Number(node.nodeType) === nodeKind.statementList)
      return (node as StatementListNode).d.statements.map((one) => lowerStatement(one, reading))
    return [lowerStatement(node, reading)]
  })
}

function lowerStatement(node: ParseNode, reading: Reading): Statement {
  const lower = lowerings[node.nodeType]
  if (!lower) return lowerExpressionStatement(node as ExpressionNode, reading)
  if (reading.depth >= DEPTH_LIMIT) return { kind: "brokenStatement", span: outerSpan(reading, node), children: [] }
  reading.depth++
  const statement = lower(node as never, reading)
  reading.depth--
  return statement
}

function lowerExpressionStatement(node: ExpressionNode, reading: Reading): Statement {
  const expression = lowerExpression(node, reading)
  if (expression.kind === "broken") return { kind: "brokenStatement", span: expression.span, children: expression.children }
  return { kind: "expression", span: outerSpan(reading, node), expression }
}

function lowerSuite(node: SuiteNode | undefined, reading: Reading): Statement[] {
  return node ? lowerStatements(node.d.statements, reading) : []
}

function optional(node: ExpressionNode | undefined, reading: Reading): Expression | undefined {
  return node && lowerExpression(node, reading)
}

/** `a = b = value` comes as an assignment whose value is an assignment. */
function lowerAssignment(node: AssignmentNode, reading: Reading): Statement {
  if (Number(node.d.leftExpr.nodeType) === nodeKind.typeAnnotation)
    return lowerAnnotated(node.d.leftExpr as TypeAnnotationNode, reading, node)
  const targets = [lowerExpression(node.d.leftExpr, reading)]
  let value = node.d.rightExpr
  while (Number(value.nodeType) === nodeKind.assignment) {
    targets.push(lowerExpression((value as unknown as AssignmentNode).d.leftExpr, reading))
    value = (value as unknown as AssignmentNode).d.rightExpr
  }
  targets.sort((one, other) => one.span.start - other.span.start)
  return { kind: "assign", span: outerSpan(reading, node), targets, value: lowerExpression(value, reading) }
}

function lowerAnnotated(annotated: TypeAnnotationNode, reading: Reading, whole: AssignmentNode | TypeAnnotationNode): Statement {
  const target = lowerExpression(annotated.d.valueExpr, reading)
  const annotation = lowerExpression(annotated.d.annotation, reading)
  const value = "rightExpr" in whole.d ? lowerExpression(whole.d.rightExpr, reading) : undefined
  return { kind: "annotatedAssign", span: outerSpan(reading, whole), target, annotation, ...(value && { value }) }
}

function lowerAugmentedAssignment(node: AugmentedAssignmentNode, reading: Reading): Statement {
  const operator = (operatorTexts[node.d.operator] ?? "+=").slice(0, -1) as BinaryOperator
  const target = lowerExpression(node.d.leftExpr, reading)
  return { kind: "augmentedAssign", span: outerSpan(reading, node), operator, target, value: lowerExpression(node.d.rightExpr, reading) }
}

function lowerReturn(node: ReturnNode, reading: Reading): Statement {
  const value = optional(node.d.expr, reading)
  return { kind: "return", span: outerSpan(reading, node), ...(value && { value }) }
}

function lowerIf(node: IfNode, reading: Reading): Statement {
  const { testExpr, ifSuite, elseSuite } = node.d
  const test = lowerExpression(testExpr, reading)
  const body = lowerSuite(ifSuite, reading)
  const isElif = elseSuite && Number(elseSuite.nodeType) === nodeKind.if
  const otherwise = isElif ? [lowerStatement(elseSuite as IfNode, reading)] : lowerSuite(elseSuite as SuiteNode | undefined, reading)
  return { kind: "if", span: outerSpan(reading, node), test, body, otherwise }
}

function lowerWhile(node: WhileNode, reading: Reading): Statement {
  const { testExpr, whileSuite, elseSuite } = node.d
  const test = lowerExpression(testExpr, reading)
  return {
    kind: "while",
    span: outerSpan(reading, node),
    test,
    body: lowerSuite(whileSuite, reading),
    otherwise: lowerSuite(elseSuite, reading),
  }
}

function lowerFor(node: ForNode, reading: Reading): Statement {
  const { targetExpr, iterableExpr, forSuite, elseSuite, isAsync } = node.d
  return {
    kind: "for",
    span: outerSpan(reading, node),
    target: lowerExpression(targetExpr, reading),
    iterable: lowerExpression(iterableExpr, reading),
    body: lowerSuite(forSuite, reading),
    otherwise: lowerSuite(elseSuite, reading),
    isAsync: isAsync ?? false,
    over: "values",
  }
}

function lowerTry(node: TryNode, reading: Reading): Statement {
  const { trySuite, exceptClauses, elseSuite, finallySuite } = node.d
  const body = lowerSuite(trySuite, reading)
  const handlers = exceptClauses.map((clause): Handler => {
    const type = optional(clause.d.typeExpr, reading)
    const target = clause.d.name && lowerName(clause.d.name, reading)
    const span = outerSpan(reading, clause)
    return { kind: "handler", span, ...(type && { type }), ...(target && { target }), body: lowerSuite(clause.d.exceptSuite, reading) }
  })
  const [otherwise, last] = [lowerSuite(elseSuite, reading), lowerSuite(finallySuite, reading)]
  return { kind: "try", span: outerSpan(reading, node), body, handlers, otherwise, finally: last }
}

function lowerWith(node: WithNode, reading: Reading): Statement {
  const items = node.d.withItems.map(({ d }) => {
    const target = optional(d.target, reading)
    return { context: lowerExpression(d.expr, reading), ...(target && { target }) }
  })
  return { kind: "with", span: outerSpan(reading, node), items, body: lowerSuite(node.d.suite, reading), isAsync: node.d.isAsync ?? false }
}

function lowerRaise(node: RaiseNode, reading: Reading): Statement {
  const value = optional(node.d.expr, reading)
  const cause = optional(node.d.fromExpr, reading)
  return { kind: "raise", span: outerSpan(reading, node), ...(value && { value }), ...(cause && { cause }) }
}

function lowerAssert(node: AssertNode, reading: Reading): Statement {
  const message = optional(node.d.exceptionExpr, reading)
  return { kind: "assert", span: outerSpan(reading, node), test: lowerExpression(node.d.testExpr, reading), ...(message && { message }) }
}

function lowerDelete(node: DelNode, reading: Reading): Statement {
  return { kind: "delete", span: outerSpan(reading, node), targets: node.d.targets.map((target) => lowerExpression(target, reading)) }
}

function lowerScope(node: GlobalNode | NonlocalNode, form: "global" | "nonlocal", reading: Reading): Statement {
  return { kind: "scope", span: outerSpan(reading, node), form, names: node.d.targets.map(({ d }) => d.value) }
}

function lowerImport(node: ImportNode, reading: Reading): Statement {
  const modules = node.d.list.map((one) => {
    const alias = one.d.alias?.d.value
    return { name: dotted(one.d.module), ...(alias !== undefined && { alias }), span: outerSpan(reading, one) }
  })
  return { kind: "import", span: outerSpan(reading, node), modules }
}

function lowerImportFrom(node: ImportFromNode, reading: Reading): Statement {
  const { module, imports, isWildcardImport, wildcardToken } = node.d
  const names = imports.map((one) => {
    const alias = one.d.alias?.d.value
    return { name: one.d.name.d.value, ...(alias !== undefined && { alias }), span: outerSpan(reading, one) }
  })
  if (isWildcardImport) names.push({ name: "*", span: outerSpan(reading, wildcardToken ?? node) })
  return { kind: "importFrom", span: outerSpan(reading, node), module: dotted(module), level: module.d.leadingDots, names }
}

function dotted(node: ModuleNameNode): string {
  return node.d.nameParts.map(({ d }) => d.value).join(".")
}

function lowerMatch(node: MatchNode, reading: Reading): Statement {
  const cases = node.d.cases.map((one) => {
    const guard = optional(one.d.guardExpr, reading)
    const pattern = lowerPattern(one.d.pattern, reading)
    return { pattern, ...(guard && { guard }), body: lowerSuite(one.d.suite, reading), span: outerSpan(reading, one) }
  })
  return { kind: "match", span: outerSpan(reading, node), subject: lowerExpression(node.d.expr, reading), cases }
}

function lowerTypeAlias(node: TypeAliasNode, reading: Reading): Statement {
  return { kind: "typeAlias", span: outerSpan(reading, node), name: node.d.name.d.value, value: lowerExpression(node.d.expr, reading) }
}

function lowerBroken(node: ErrorNode, reading: Reading): Statement {
  const broken = lowerError(node, reading)
  return { kind: "brokenStatement", span: innerSpan(reading, node), children: broken.kind === "broken" ? broken.children : [broken] }
}
