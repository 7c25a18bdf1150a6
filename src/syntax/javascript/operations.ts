/** Lowers binary expressions: arithmetic, comparison, logic, assignment and the comma. */

import type ts from "typescript"
import type { AssignExpression, BinaryOperator, CompareOperator, Expression, Logical } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { type Reading, spanOf } from "./reading.ts"
import { lowerTarget } from "./targets.ts"

const ARITHMETIC: ReadonlySet<string> = new Set<BinaryOperator>(["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>"])
const COMPARISONS: ReadonlySet<string> = new Set<CompareOperator>(["<", "<=", ">", ">=", "==", "!=", "===", "!==", "in", "instanceof"])
const LOGIC: Record<string, Logical["operator"]> = { "&&": "and", "||": "or", "??": "??" }

/** The printed operator decides; a table of syntax kinds would only say the same. */
export function lowerOperation(node: ts.BinaryExpression, reading: Reading): Expression {
  const operator = reading.ts.tokenToString(node.operatorToken.kind) ?? ","
  if (operator === ",") return lowerSequence(node, reading)
  if (operator.endsWith("=") && !COMPARISONS.has(operator)) return lowerAssignment(node, operator.slice(0, -1), reading)
  const span = spanOf(reading, node)
  const left = lowerExpression(node.left, reading)
  const right = lowerExpression(node.right, reading)
  const logical = LOGIC[operator]
  if (logical) return { kind: "logical", span, operator: logical, left, right }
  if (ARITHMETIC.has(operator)) return { kind: "binary", span, operator: operator as BinaryOperator, left, right }
  return { kind: "compare", span, operands: [left, right], operators: [operator as CompareOperator] }
}

function lowerSequence(node: ts.BinaryExpression, reading: Reading): Expression {
  const left = lowerExpression(node.left, reading)
  const first = left.kind === "sequence" && reading.ts.isBinaryExpression(node.left) ? left.expressions : [left]
  return { kind: "sequence", span: spanOf(reading, node), expressions: [...first, lowerExpression(node.right, reading)] }
}

/** `operator` is what stands before the `=`. */
function lowerAssignment(node: ts.BinaryExpression, operator: string, reading: Reading): Expression {
  const assignment: AssignExpression = {
    kind: "assignExpression",
    span: spanOf(reading, node),
    target: lowerTarget(node.left, reading),
    value: lowerExpression(node.right, reading),
  }
  if (operator) assignment.operator = LOGIC[operator] ?? (operator as BinaryOperator)
  return assignment
}
