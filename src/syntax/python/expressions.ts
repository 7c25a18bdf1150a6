/** Lowers pyright's expression nodes to ours; a table from node kind to function. */

import type {
  ArgumentNode,
  AssignmentExpressionNode,
  AwaitNode,
  BinaryOperationNode,
  CallNode,
  ComprehensionForIfNode,
  ComprehensionNode,
  ConstantNode,
  DictionaryEntryNode,
  DictionaryNode,
  EllipsisNode,
  ErrorNode,
  ExpressionNode,
  IndexNode,
  LambdaNode,
  ListNode,
  MemberAccessNode,
  NameNode,
  NumberNode,
  ParseNode,
  SetNode,
  SliceNode,
  TernaryNode,
  TupleNode,
  UnaryOperationNode,
  UnpackNode,
  YieldFromNode,
  YieldNode,
} from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type {
  Argument,
  Binary,
  BinaryOperator,
  Compare,
  CompareOperator,
  Comprehension,
  ComprehensionClause,
  DictionaryEntry,
  Expression,
  Logical,
  Name,
  NumberLiteral,
  Unary,
} from "../tree.ts"
import { partsOf } from "../walk.ts"
import { lowerParameters, yieldsWithin } from "./functions.ts"
import { constantKeywords, nodeKind, operatorTexts } from "./kinds.ts"
import { DEPTH_LIMIT, endOf, innerSpan, outerSpan, type Reading, spanBetween } from "./reading.ts"
import { lowerStrings } from "./templates.ts"

type Lowering = (node: never, reading: Reading) => Expression

const lowerings: Record<number, Lowering> = {
  [nodeKind.name]: lowerName,
  [nodeKind.number]: lowerNumber,
  [nodeKind.constant]: lowerConstant,
  [nodeKind.ellipsis]: (node: EllipsisNode, reading) => ({ kind: "constant", span: innerSpan(reading, node), value: "Ellipsis" }),
  [nodeKind.stringList]: lowerStrings,
  [nodeKind.memberAccess]: lowerMemberAccess,
  [nodeKind.call]: lowerCall,
  [nodeKind.index]: lowerIndex,
  [nodeKind.slice]: lowerSlice,
  [nodeKind.binaryOperation]: lowerBinaryOperation,
  [nodeKind.unaryOperation]: lowerUnaryOperation,
  [nodeKind.ternary]: lowerTernary,
  [nodeKind.lambda]: lowerLambda,
  [nodeKind.list]: (node: ListNode, reading) => lowerItems("list", node, node.d.items, reading),
  [nodeKind.tuple]: (node: TupleNode, reading) => lowerItems("tuple", node, node.d.items, reading),
  [nodeKind.set]: lowerSet,
  [nodeKind.dictionary]: lowerDictionary,
  [nodeKind.comprehension]: (node: ComprehensionNode, reading) => lowerComprehension(node, "generator", node, reading),
  [nodeKind.unpack]: (node: UnpackNode, reading) => ({
    kind: "starred",
    span: innerSpan(reading, node),
    value: lowerExpression(node.d.expr, reading),
  }),
  [nodeKind.await]: (node: AwaitNode, reading) => ({
    kind: "await",
    span: innerSpan(reading, node),
    value: lowerExpression(node.d.expr, reading),
  }),
  [nodeKind.yield]: lowerYield,
  [nodeKind.yieldFrom]: lowerYield,
  [nodeKind.assignmentExpression]: lowerWalrus,
  [nodeKind.error]: lowerError,
}

/** Anything whose closing bracket the repair put in is Broken: what was meant is not known, but its parts are. */
export function lowerExpression(node: ExpressionNode, reading: Reading): Expression {
  const lower = lowerings[node.nodeType]
  if (!lower || reading.depth >= DEPTH_LIMIT) return { kind: "broken", span: outerSpan(reading, node), children: [] }
  reading.depth++
  const expression = lower(node as never, reading)
  reading.depth--
  if (!reading.map.hasInsertions || !reading.map.isInserted(endOf(node) - 1)) return expression
  return { kind: "broken", span: outerSpan(reading, node), children: partsOf(expression) }
}

export function lowerName(node: NameNode, reading: Reading): Name {
  return { kind: "name", span: outerSpan(reading, node.d.token), name: node.d.value }
}

function lowerNumber(node: NumberNode, reading: Reading): NumberLiteral {
  const { value, isInteger, isImaginary } = node.d
  const literal: NumberLiteral = { kind: "number", span: innerSpan(reading, node), value, isFloat: !isInteger }
  if (isImaginary) literal.isImaginary = true
  return literal
}

function lowerConstant(node: ConstantNode, reading: Reading): Expression {
  return { kind: "constant", span: innerSpan(reading, node), value: constantKeywords[node.d.constType] ?? "None" }
}

function lowerMemberAccess(node: MemberAccessNode, reading: Reading): Expression {
  const { leftExpr, member } = node.d
  const object = lowerExpression(leftExpr, reading)
  return { kind: "attribute", span: innerSpan(reading, node), object, name: member.d.value, nameSpan: outerSpan(reading, member) }
}

function lowerCall(node: CallNode, reading: Reading): Expression {
  const callee = lowerExpression(node.d.leftExpr, reading)
  return { kind: "call", span: innerSpan(reading, node), callee, arguments: lowerArguments(node.d.args, reading) }
}

export function lowerArguments(nodes: ArgumentNode[], reading: Reading): Argument[] {
  return nodes.map((node) => {
    const { name, valueExpr, argCategory } = node.d
    const argument: Argument = { kind: "argument", span: outerSpan(reading, node), value: lowerExpression(valueExpr, reading) }
    if (name) Object.assign(argument, { name: name.d.value, nameSpan: outerSpan(reading, name) })
    if (Number(argCategory) === 1) argument.spread = "sequence"
    else if (Number(argCategory) === 2) argument.spread = "mapping"
    return argument
  })
}

function lowerIndex(node: IndexNode, reading: Reading): Expression {
  const { leftExpr, items, trailingComma } = node.d
  const elements = items.map((item) => lowerSubscript(item, reading))
  const [first] = elements
  const last = elements.at(-1)
  const object = lowerExpression(leftExpr, reading)
  if (!first || !last) return { kind: "broken", span: innerSpan(reading, node), children: [object] }
  const isTuple = elements.length > 1 || trailingComma || first.kind === "starred"
  const index: Expression = isTuple ? { kind: "tuple", span: { start: first.span.start, end: last.span.end }, elements } : first
  return { kind: "subscript", span: innerSpan(reading, node), object, index }
}

function lowerSubscript(item: ArgumentNode, reading: Reading): Expression {
  const value = lowerExpression(item.d.valueExpr, reading)
  return Number(item.d.argCategory) === 0 ? value : { kind: "starred", span: outerSpan(reading, item), value }
}

function lowerSlice(node: SliceNode, reading: Reading): Expression {
  const { startValue, endValue, stepValue } = node.d
  return {
    kind: "slice",
    span: outerSpan(reading, node),
    ...(startValue && { lower: lowerExpression(startValue, reading) }),
    ...(endValue && { upper: lowerExpression(endValue, reading) }),
    ...(stepValue && { step: lowerExpression(stepValue, reading) }),
  }
}

const COMPARISONS: ReadonlySet<string> = new Set<CompareOperator>(["<", "<=", ">", ">=", "==", "!=", "in", "not in", "is", "is not"])

function lowerBinaryOperation(node: BinaryOperationNode, reading: Reading): Compare | Logical | Binary {
  const operator = operatorTexts[node.d.operator] ?? "+"
  if (COMPARISONS.has(operator)) return lowerComparison(node, reading)
  const span = innerSpan(reading, node)
  const left = lowerExpression(node.d.leftExpr, reading)
  const right = lowerExpression(node.d.rightExpr, reading)
  if (operator === "and" || operator === "or") return { kind: "logical", span, operator, left, right }
  return { kind: "binary", span, operator: operator as BinaryOperator, left, right }
}

/** `a < b < c` comes as `a < (b < c)`, told from the parenthesised one by a flag. */
function lowerComparison(node: BinaryOperationNode, reading: Reading): Compare {
  const operands = [lowerExpression(node.d.leftExpr, reading)]
  const operators = [comparisonOf(node)]
  let right = node.d.rightExpr
  while (isChained(right)) {
    operands.push(lowerExpression(right.d.leftExpr, reading))
    operators.push(comparisonOf(right))
    right = right.d.rightExpr
  }
  operands.push(lowerExpression(right, reading))
  return { kind: "compare", span: innerSpan(reading, node), operands, operators }
}

function isChained(node: ExpressionNode): node is BinaryOperationNode {
  if (Number(node.nodeType) !== nodeKind.binaryOperation) return false
  const { operator, hasParens } = (node as BinaryOperationNode).d
  return !hasParens && COMPARISONS.has(operatorTexts[operator] ?? "")
}

function comparisonOf(node: BinaryOperationNode): CompareOperator {
  return operatorTexts[node.d.operator] as CompareOperator
}

function lowerUnaryOperation(node: UnaryOperationNode, reading: Reading): Unary {
  const operator = operatorTexts[node.d.operator] as Unary["operator"]
  return { kind: "unary", span: innerSpan(reading, node), operator, operand: lowerExpression(node.d.expr, reading) }
}

function lowerTernary(node: TernaryNode, reading: Reading): Expression {
  const { testExpr, ifExpr, elseExpr } = node.d
  const [consequent, test, alternate] = [ifExpr, testExpr, elseExpr].map((part) => lowerExpression(part, reading)) as [
    Expression,
    Expression,
    Expression,
  ]
  return { kind: "conditional", span: innerSpan(reading, node), test, consequent, alternate }
}

function lowerLambda(node: LambdaNode, reading: Reading): Expression {
  const span = innerSpan(reading, node)
  const { result: value, yields: isGenerator } = yieldsWithin(reading, () => lowerExpression(node.d.expr, reading))
  const body = [{ kind: "return" as const, span: value.span, value }]
  const parameters = lowerParameters(node.d.params, reading)
  return {
    kind: "functionExpression",
    span,
    function: { kind: "function", span, parameters, body, decorators: [], isAsync: false, isGenerator, isArrow: true },
  }
}

function lowerItems(kind: "list" | "tuple", node: ListNode | TupleNode, items: ExpressionNode[], reading: Reading): Expression {
  const comprehension = soleComprehension(items)
  if (kind === "list" && comprehension) return lowerComprehension(comprehension, "list", node, reading)
  return { kind, span: innerSpan(reading, node), elements: items.map((item) => lowerExpression(item, reading)) }
}

/** `[x for …]` is a list whose only item is a comprehension without parentheses; `[(x for …)]` holds a generator. */
function soleComprehension(items: ParseNode[]): ComprehensionNode | undefined {
  const [only] = items
  if (items.length !== 1 || Number(only?.nodeType) !== nodeKind.comprehension) return undefined
  return (only as ComprehensionNode).d.hasParens ? undefined : (only as ComprehensionNode)
}

function lowerSet(node: SetNode, reading: Reading): Expression {
  const comprehension = soleComprehension(node.d.items)
  if (comprehension) return lowerComprehension(comprehension, "set", node, reading)
  return { kind: "set", span: innerSpan(reading, node), elements: node.d.items.map((item) => lowerExpression(item, reading)) }
}

function lowerDictionary(node: DictionaryNode, reading: Reading): Expression {
  const comprehension = soleComprehension(node.d.items)
  if (comprehension) return lowerComprehension(comprehension, "dictionary", node, reading)
  const entries = node.d.items.map((item) => lowerEntry(item, reading))
  return { kind: "dictionary", span: innerSpan(reading, node), isObject: false, entries }
}

function lowerEntry(node: DictionaryEntryNode, reading: Reading): DictionaryEntry {
  const span = outerSpan(reading, node)
  if ("keyExpr" in node.d) {
    return { kind: "entry", span, key: lowerExpression(node.d.keyExpr, reading), value: lowerExpression(node.d.valueExpr, reading) }
  }
  return { kind: "spread", span, value: lowerExpression(node.d.expr as ExpressionNode, reading) }
}

function lowerComprehension(node: ComprehensionNode, result: Comprehension["result"], whole: ParseNode, reading: Reading): Expression {
  const element = node.d.expr
  const span = innerSpan(reading, whole)
  const clauses = lowerClauses(node.d.forIfNodes, reading)
  if (Number(element.nodeType) === nodeKind.dictionaryKeyEntry) {
    const entry = lowerEntry(element as DictionaryEntryNode, reading)
    if (entry.kind === "entry") return { kind: "comprehension", span, result, key: entry.key, element: entry.value, clauses }
  }
  if (Number(element.nodeType) === nodeKind.dictionaryExpandEntry) {
    return { kind: "broken", span, children: [lowerEntry(element as DictionaryEntryNode, reading).value] }
  }
  return { kind: "comprehension", span, result, element: lowerExpression(element as ExpressionNode, reading), clauses }
}

function lowerClauses(nodes: ComprehensionForIfNode[], reading: Reading): ComprehensionClause[] {
  const clauses: ComprehensionClause[] = []
  for (const node of nodes) {
    if ("testExpr" in node.d) {
      clauses.at(-1)?.conditions.push(lowerExpression(node.d.testExpr, reading))
      continue
    }
    const target = lowerExpression(node.d.targetExpr, reading)
    const iterable = lowerExpression(node.d.iterableExpr, reading)
    const clause: ComprehensionClause = { kind: "clause", span: outerSpan(reading, node), target, iterable, conditions: [] }
    if (node.d.isAsync) clause.isAsync = true
    clauses.push(clause)
  }
  for (const { span, conditions } of clauses) span.end = Math.max(span.end, conditions.at(-1)?.span.end ?? 0)
  return clauses
}

function lowerYield(node: YieldNode | YieldFromNode, reading: Reading): Expression {
  reading.sawYield = true
  const isDelegated = Number(node.nodeType) === nodeKind.yieldFrom
  const value = node.d.expr && lowerExpression(node.d.expr, reading)
  return { kind: "yield", span: innerSpan(reading, node), ...(value && { value }), isDelegated }
}

function lowerWalrus(node: AssignmentExpressionNode, reading: Reading): Expression {
  const { name, rightExpr } = node.d
  return {
    kind: "assignExpression",
    span: innerSpan(reading, node),
    target: lowerName(name, reading),
    value: lowerExpression(rightExpr, reading),
  }
}

export function lowerError(node: ErrorNode, reading: Reading): Expression {
  const decorators = (node.d.decorators ?? []).map((decorator) => lowerExpression(decorator.d.expr, reading))
  const child = node.d.child && lowerExpression(node.d.child, reading)
  const children = child ? [...decorators, child] : decorators
  const start = Math.min(node.start, node.d.child?.start ?? node.start)
  return { kind: "broken", span: spanBetween(reading, start, Math.max(endOf(node), endOf(node.d.child ?? node))), children }
}
