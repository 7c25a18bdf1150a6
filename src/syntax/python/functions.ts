/** Lowers Python's functions, classes and parameters. */

import type { ClassNode, DecoratorNode, FunctionNode, ParameterNode } from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { Span } from "../../text/source.ts"
import type { Expression, FunctionBody, Parameter, Statement } from "../tree.ts"
import { lowerArguments, lowerExpression, lowerName } from "./expressions.ts"
import { endOf, outerSpan, type Reading, spanBetween } from "./reading.ts"
import { lowerStatements } from "./statements.ts"

/** The declaration's span begins at the first decorator, the function's at `def` or `async`. */
export function lowerFunction(node: FunctionNode, reading: Reading): Statement {
  const { name, params, returnAnnotation, suite, isAsync, firstToken } = node.d
  const { result: body, yields: isGenerator } = yieldsWithin(reading, () => lowerStatements(suite.d.statements, reading))
  const span = spanFrom(reading, node.d.decorators, firstToken.start, node)
  const lowered: FunctionBody = {
    kind: "function",
    span,
    name: name.d.value,
    nameSpan: outerSpan(reading, name),
    parameters: lowerParameters(params, reading),
    body,
    decorators: lowerDecorators(node.d.decorators, reading),
    ...(returnAnnotation && { returns: lowerExpression(returnAnnotation, reading) }),
    isAsync,
    isGenerator,
    isArrow: false,
    ...documented(body),
  }
  const first = suite.d.statements[0]
  const omitted = first && reading.omitted?.bodyAt(reading.map.toFile(first.start))
  if (omitted) readWhenAsked(lowered, () => reading.omitted?.readBody(omitted, isAsync) ?? [])
  return { kind: "functionDeclaration", span: outerSpan(reading, node), function: lowered }
}

/** A body that was left out takes its place when it is first asked for, its documentation with it. */
function readWhenAsked(lowered: FunctionBody, read: () => Statement[]): void {
  const settle = (): FunctionBody => {
    const body = read()
    return Object.defineProperties(lowered, {
      body: { value: body, enumerable: true, writable: true },
      documentation: { value: documentationOf(body), enumerable: true, writable: true },
    })
  }
  Object.defineProperties(lowered, {
    body: { get: () => settle().body, enumerable: true, configurable: true },
    documentation: { get: () => settle().documentation, enumerable: true, configurable: true },
  })
}

export function lowerClass(node: ClassNode, reading: Reading): Statement {
  const { name, suite, decorators } = node.d
  // pyright invents a nameless class to hold decorators that decorate nothing.
  if (name.d.value === "")
    return { kind: "brokenStatement", span: outerSpan(reading, node), children: lowerDecorators(decorators, reading) }
  const body = lowerStatements(suite.d.statements, reading)
  return {
    kind: "classDeclaration",
    span: outerSpan(reading, node),
    class: {
      kind: "class",
      span: spanFrom(reading, decorators, node.d.firstToken.start, node),
      name: name.d.value,
      nameSpan: outerSpan(reading, name),
      bases: lowerArguments(node.d.arguments, reading),
      decorators: lowerDecorators(decorators, reading),
      body,
      ...documented(body),
    },
  }
}

/** `firstToken` is `def` even after `async`; without decorators the node itself begins at the right word. */
function spanFrom(reading: Reading, decorators: DecoratorNode[], keyword: number, node: FunctionNode | ClassNode): Span {
  if (decorators.length === 0) return outerSpan(reading, node)
  const before = reading.tokens.getItemAt(Math.max(0, reading.tokens.getItemAtPosition(keyword) - 1))
  const isAsync = reading.text.slice(before.start, endOf(before)) === "async"
  return spanBetween(reading, isAsync ? before.start : keyword, endOf(node))
}

function lowerDecorators(nodes: DecoratorNode[], reading: Reading): Expression[] {
  return nodes.map(({ d }) => lowerExpression(d.expr, reading))
}

const ARGUMENTS_LIST = 1
const KEYWORDS_DICTIONARY = 2

/** A bare `/` and `*` are nameless parameters that change the form of those beside them. */
export function lowerParameters(nodes: ParameterNode[], reading: Reading): Parameter[] {
  const slash = nodes.findIndex(({ d }) => !d.name && Number(d.category) === 0)
  let afterStar = false
  return nodes.flatMap((node, index) => {
    const { category, name, annotation, defaultValue } = node.d
    const isRest = Number(category) === ARGUMENTS_LIST
    const ordinary = index < slash ? "positionalOnly" : afterStar ? "keywordOnly" : "ordinary"
    const form = isRest ? "rest" : Number(category) === KEYWORDS_DICTIONARY ? "keywordRest" : ordinary
    afterStar ||= isRest
    if (!name) return []
    const parameter: Parameter = { kind: "parameter", span: outerSpan(reading, node), target: lowerName(name, reading), form }
    if (defaultValue) parameter.default = lowerExpression(defaultValue, reading)
    if (annotation) parameter.annotation = lowerExpression(annotation, reading)
    return [parameter]
  })
}

/** Runs `lower`, and tells whether a `yield` stood in it that belongs to no inner function. */
export function yieldsWithin<Result>(reading: Reading, lower: () => Result): { result: Result; yields: boolean } {
  const outer = reading.sawYield
  reading.sawYield = false
  const result = lower()
  const yields = reading.sawYield
  reading.sawYield = outer
  return { result, yields }
}

function documented(body: Statement[]): { documentation?: string } {
  const documentation = documentationOf(body)
  return documentation === undefined ? {} : { documentation }
}

export function documentationOf(body: Statement[]): string | undefined {
  const first = body[0]
  if (first?.kind !== "expression" || first.expression.kind !== "string" || first.expression.isBytes) return undefined
  return withoutIndentation(first.expression.value)
}

/** As `inspect.cleandoc` and, since 3.13, the compiler: the indentation common to all lines but the first goes. */
function withoutIndentation(text: string): string {
  const [first = "", ...rest] = text.replaceAll("\t", "        ").split(/\r?\n/)
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length)
  const margin = Math.min(...indents)
  const lines = [first.trimStart(), ...rest.map((line) => (Number.isFinite(margin) ? line.slice(margin) : line.trimStart()))]
  return lines.join("\n").replace(/^\n+|\s+$/g, "")
}
