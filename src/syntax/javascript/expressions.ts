/** Lowers TypeScript's expression nodes to ours; a table from syntax kind to function. */

import type ts from "typescript"
import type { Argument, DictionaryEntry, Expression, StringLiteral, Template, Unary } from "../tree.ts"
import { partsOf } from "../walk.ts"
import { lowerClassBody } from "./classes.ts"
import { lowerFunctionBody } from "./functions.ts"
import type { TypeScript } from "./library.ts"
import { lowerOperation } from "./operations.ts"
import { broken, DEPTH_LIMIT, nameText, type Reading, spanOf, textOfNode } from "./reading.ts"

type Lowering = (node: never, reading: Reading) => Expression

function lowerings({ SyntaxKind: kind }: TypeScript): Record<number, Lowering> {
  return {
    [kind.Identifier]: lowerIdentifier,
    [kind.PrivateIdentifier]: lowerWord,
    [kind.ThisKeyword]: lowerWord,
    [kind.SuperKeyword]: lowerWord,
    [kind.ImportKeyword]: lowerWord,
    [kind.MetaProperty]: lowerWord,
    [kind.NumericLiteral]: lowerNumber,
    [kind.BigIntLiteral]: lowerBigInt,
    [kind.StringLiteral]: lowerText,
    [kind.NoSubstitutionTemplateLiteral]: lowerText,
    [kind.TemplateExpression]: lowerTemplate,
    [kind.TaggedTemplateExpression]: lowerTagged,
    [kind.RegularExpressionLiteral]: lowerRegularExpression,
    [kind.TrueKeyword]: (node: ts.Node, reading) => ({ kind: "constant", span: spanOf(reading, node), value: "True" }),
    [kind.FalseKeyword]: (node: ts.Node, reading) => ({ kind: "constant", span: spanOf(reading, node), value: "False" }),
    [kind.NullKeyword]: (node: ts.Node, reading) => ({ kind: "constant", span: spanOf(reading, node), value: "null" }),
    [kind.OmittedExpression]: (node: ts.Node, reading) => ({ kind: "constant", span: spanOf(reading, node), value: "undefined" }),
    [kind.PropertyAccessExpression]: lowerPropertyAccess,
    [kind.ElementAccessExpression]: lowerElementAccess,
    [kind.CallExpression]: lowerCall,
    [kind.NewExpression]: lowerNew,
    [kind.ParenthesizedExpression]: lowerInner,
    [kind.AsExpression]: lowerInner,
    [kind.SatisfiesExpression]: lowerInner,
    [kind.NonNullExpression]: lowerInner,
    [kind.TypeAssertionExpression]: lowerInner,
    [kind.ExpressionWithTypeArguments]: lowerInner,
    [kind.BinaryExpression]: lowerOperation,
    [kind.PrefixUnaryExpression]: lowerPrefix,
    [kind.PostfixUnaryExpression]: (node: ts.PostfixUnaryExpression, reading) => lowerUpdate(node, false, reading),
    [kind.TypeOfExpression]: (node: ts.TypeOfExpression, reading) => lowerUnary("typeof", node, node.expression, reading),
    [kind.VoidExpression]: (node: ts.VoidExpression, reading) => lowerUnary("void", node, node.expression, reading),
    [kind.DeleteExpression]: (node: ts.DeleteExpression, reading) => lowerUnary("delete", node, node.expression, reading),
    [kind.ConditionalExpression]: lowerConditional,
    [kind.ArrowFunction]: lowerFunction,
    [kind.FunctionExpression]: lowerFunction,
    [kind.ClassExpression]: lowerClass,
    [kind.ArrayLiteralExpression]: lowerArray,
    [kind.ObjectLiteralExpression]: lowerObject,
    [kind.SpreadElement]: lowerSpread,
    [kind.AwaitExpression]: (node: ts.AwaitExpression, reading) => ({
      kind: "await",
      span: spanOf(reading, node),
      value: lowerExpression(node.expression, reading),
    }),
    [kind.YieldExpression]: lowerYield,
  }
}

let table: Record<number, Lowering> | undefined

/** JSX and whatever else has no place in the tree is Broken, with the expressions inside it. */
export function lowerExpression(node: ts.Expression | ts.Node, reading: Reading): Expression {
  table ??= lowerings(reading.ts)
  const lower = table[node.kind]
  if (!lower) return broken(reading, node, expressionsWithin(node, reading))
  if (reading.depth >= DEPTH_LIMIT) return broken(reading, node)
  reading.depth++
  const expression = lower(node as never, reading)
  reading.depth--
  // The flag says that the parser complained while it read this very node: an unclosed call, for one.
  if ((node.flags & reading.ts.NodeFlags.ThisNodeHasError) === 0 || expression.kind === "broken") return expression
  return broken(reading, node, partsOf(expression))
}

function expressionsWithin(node: ts.Node, reading: Reading): Expression[] {
  const found: Expression[] = []
  const { SyntaxKind: kind } = reading.ts
  reading.ts.forEachChild(node, (child) => {
    if (child.kind === kind.JsxExpression || child.kind === kind.JsxSpreadAttribute) {
      const { expression } = child as ts.JsxExpression
      if (expression) found.push(lowerExpression(expression, reading))
    } else found.push(...expressionsWithin(child, reading))
  })
  return found
}

function lowerIdentifier(node: ts.Identifier, reading: Reading): Expression {
  const name = nameText(reading, node)
  if (name === "") return broken(reading, node)
  if (name === "undefined") return { kind: "constant", span: spanOf(reading, node), value: "undefined" }
  return { kind: "name", span: spanOf(reading, node), name }
}

function lowerWord(node: ts.Node, reading: Reading): Expression {
  return { kind: "name", span: spanOf(reading, node), name: textOfNode(reading, node).replace(/\s/g, "") }
}

function lowerNumber(node: ts.NumericLiteral, reading: Reading): Expression {
  const value = Number(node.text)
  return { kind: "number", span: spanOf(reading, node), value, isFloat: !Number.isInteger(value) }
}

function lowerBigInt(node: ts.BigIntLiteral, reading: Reading): Expression {
  return { kind: "number", span: spanOf(reading, node), value: BigInt(node.text.slice(0, -1)), isFloat: false }
}

function lowerText(node: ts.StringLiteralLike, reading: Reading): Expression {
  return { kind: "string", span: spanOf(reading, node), value: node.text }
}

function lowerTemplate(node: ts.TemplateExpression, reading: Reading): Template {
  const parts: Template["parts"] = node.head.text ? [node.head.text] : []
  for (const { expression, literal } of node.templateSpans) {
    const value = lowerExpression(expression, reading)
    parts.push({ kind: "field", span: { ...value.span }, value })
    if (literal.text) parts.push(literal.text)
  }
  return { kind: "template", span: spanOf(reading, node), parts }
}

function lowerTagged(node: ts.TaggedTemplateExpression, reading: Reading): Expression {
  const span = spanOf(reading, node.template)
  const isPlain = node.template.kind === reading.ts.SyntaxKind.NoSubstitutionTemplateLiteral
  const value = isPlain
    ? plainTemplate(node.template as ts.NoSubstitutionTemplateLiteral, reading)
    : lowerExpression(node.template, reading)
  return {
    kind: "call",
    span: spanOf(reading, node),
    callee: lowerExpression(node.tag, reading),
    arguments: [{ kind: "argument", span, value }],
  }
}

function plainTemplate(node: ts.NoSubstitutionTemplateLiteral, reading: Reading): Template {
  return { kind: "template", span: spanOf(reading, node), parts: node.text ? [node.text] : [] }
}

function lowerRegularExpression(node: ts.RegularExpressionLiteral, reading: Reading): Expression {
  const end = node.text.lastIndexOf("/")
  return { kind: "regularExpression", span: spanOf(reading, node), pattern: node.text.slice(1, end), flags: node.text.slice(end + 1) }
}

function lowerPropertyAccess(node: ts.PropertyAccessExpression, reading: Reading): Expression {
  const object = lowerExpression(node.expression, reading)
  const name = nameText(reading, node.name)
  if (name === "") return broken(reading, node, [object])
  const nameSpan = spanOf(reading, node.name)
  return {
    kind: "attribute",
    span: spanOf(reading, node),
    object,
    name,
    nameSpan,
    ...(node.questionDotToken && { isOptional: true }),
  }
}

function lowerElementAccess(node: ts.ElementAccessExpression, reading: Reading): Expression {
  const object = lowerExpression(node.expression, reading)
  const index = lowerExpression(node.argumentExpression, reading)
  return { kind: "subscript", span: spanOf(reading, node), object, index, ...(node.questionDotToken && { isOptional: true }) }
}

function lowerCall(node: ts.CallExpression, reading: Reading): Expression {
  const callee = lowerExpression(node.expression, reading)
  const args = lowerArguments(node.arguments, reading)
  return { kind: "call", span: spanOf(reading, node), callee, arguments: args, ...(node.questionDotToken && { isOptional: true }) }
}

function lowerNew(node: ts.NewExpression, reading: Reading): Expression {
  const callee = lowerExpression(node.expression, reading)
  return { kind: "call", span: spanOf(reading, node), callee, arguments: lowerArguments(node.arguments ?? [], reading), isNew: true }
}

export function lowerArguments(nodes: readonly ts.Expression[], reading: Reading): Argument[] {
  return nodes.map((node) => {
    const span = spanOf(reading, node)
    if (node.kind !== reading.ts.SyntaxKind.SpreadElement) return { kind: "argument", span, value: lowerExpression(node, reading) }
    return { kind: "argument", span, value: lowerExpression((node as ts.SpreadElement).expression, reading), spread: "sequence" }
  })
}

/** Parentheses and types vanish. */
function lowerInner(node: ts.ParenthesizedExpression | ts.AsExpression, reading: Reading): Expression {
  return lowerExpression(node.expression, reading)
}

function lowerPrefix(node: ts.PrefixUnaryExpression, reading: Reading): Expression {
  const { SyntaxKind: kind } = reading.ts
  const operators: Partial<Record<ts.SyntaxKind, Unary["operator"]>> = {
    [kind.PlusToken]: "+",
    [kind.MinusToken]: "-",
    [kind.TildeToken]: "~",
    [kind.ExclamationToken]: "not",
  }
  const operator = operators[node.operator]
  return operator ? lowerUnary(operator, node, node.operand, reading) : lowerUpdate(node, true, reading)
}

function lowerUnary(operator: Unary["operator"], node: ts.Node, operand: ts.Expression, reading: Reading): Expression {
  return { kind: "unary", span: spanOf(reading, node), operator, operand: lowerExpression(operand, reading) }
}

function lowerUpdate(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, isPrefix: boolean, reading: Reading): Expression {
  const operator = node.operator === reading.ts.SyntaxKind.PlusPlusToken ? "+" : "-"
  return { kind: "update", span: spanOf(reading, node), target: lowerExpression(node.operand, reading), operator, isPrefix }
}

function lowerConditional(node: ts.ConditionalExpression, reading: Reading): Expression {
  const test = lowerExpression(node.condition, reading)
  const consequent = lowerExpression(node.whenTrue, reading)
  return { kind: "conditional", span: spanOf(reading, node), test, consequent, alternate: lowerExpression(node.whenFalse, reading) }
}

function lowerFunction(node: ts.ArrowFunction | ts.FunctionExpression, reading: Reading): Expression {
  return { kind: "functionExpression", span: spanOf(reading, node), function: lowerFunctionBody(node, reading) }
}

function lowerClass(node: ts.ClassExpression, reading: Reading): Expression {
  return { kind: "classExpression", span: spanOf(reading, node), class: lowerClassBody(node, reading) }
}

function lowerArray(node: ts.ArrayLiteralExpression, reading: Reading): Expression {
  return { kind: "list", span: spanOf(reading, node), elements: node.elements.map((element) => lowerExpression(element, reading)) }
}

function lowerSpread(node: ts.SpreadElement, reading: Reading): Expression {
  return { kind: "starred", span: spanOf(reading, node), value: lowerExpression(node.expression, reading) }
}

function lowerObject(node: ts.ObjectLiteralExpression, reading: Reading): Expression {
  return {
    kind: "dictionary",
    span: spanOf(reading, node),
    isObject: true,
    entries: node.properties.map((property) => lowerProperty(property, reading)),
  }
}

function lowerProperty(node: ts.ObjectLiteralElementLike, reading: Reading): DictionaryEntry {
  const { ts } = reading
  const span = spanOf(reading, node)
  if (ts.isSpreadAssignment(node)) return { kind: "spread", span, value: lowerExpression(node.expression, reading) }
  const key = lowerKey(node.name, reading)
  if (ts.isPropertyAssignment(node)) return { kind: "entry", span, key, value: lowerExpression(node.initializer, reading) }
  if (ts.isShorthandPropertyAssignment(node)) return { kind: "entry", span, key, value: lowerExpression(node.name, reading) }
  const value: Expression = { kind: "functionExpression", span: { ...span }, function: lowerFunctionBody(node, reading) }
  const accessor = ts.isGetAccessor(node) ? "get" : ts.isSetAccessor(node) ? "set" : undefined
  return { kind: "entry", span, key, value, ...(accessor && { accessor }) }
}

/** Keys are strings, whatever they are written as, unless computed. */
export function lowerKey(node: ts.PropertyName, reading: Reading): Expression {
  if (reading.ts.isComputedPropertyName(node)) return lowerExpression(node.expression, reading)
  const key: StringLiteral = { kind: "string", span: spanOf(reading, node), value: nameText(reading, node) }
  return key
}

function lowerYield(node: ts.YieldExpression, reading: Reading): Expression {
  const value = node.expression && lowerExpression(node.expression, reading)
  return { kind: "yield", span: spanOf(reading, node), ...(value && { value }), isDelegated: node.asteriskToken !== undefined }
}
