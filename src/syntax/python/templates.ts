/** Lowers Python string literals: adjacent ones are joined, and f-strings become templates read from their tokens. */

import type { ExpressionNode, FormatStringNode, StringListNode, StringNode } from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { FStringMiddleToken, OperatorToken, Token } from "@zzzen/pyright-internal/dist/parser/tokenizerTypes.js"
import type { Broken, Expression, StringLiteral, Template, TemplateField } from "../tree.ts"
import { decodeEscapes } from "./escapes.ts"
import { lowerExpression } from "./expressions.ts"
import { assignOperator, nodeKind, stringFlag, tokenKind } from "./kinds.ts"
import { endOf, innerSpan, type Reading, spanBetween } from "./reading.ts"

export function lowerStrings(node: StringListNode, reading: Reading): StringLiteral | Template | Broken {
  const span = innerSpan(reading, node)
  const { strings } = node.d
  if (strings.some(isUnreadable)) return { kind: "broken", span, children: strings.flatMap((string) => fieldsOf(string, reading)) }
  if (strings.every(isPlain)) return joined(strings, span, reading)
  const parts = strings.flatMap((string) => (isPlain(string) ? [textOf(string, reading)] : readTemplate(string, reading)))
  return { kind: "template", span, parts: merged(parts) }
}

function isPlain(string: StringNode | FormatStringNode): string is StringNode {
  return Number(string.nodeType) !== nodeKind.formatString
}

// A t-string's value is a template object, not text; nothing here can say what it is.
function isUnreadable(string: StringNode | FormatStringNode): boolean {
  if ((string.d.token.flags & (stringFlag.template | stringFlag.unterminated)) !== 0) return true
  return !isPlain(string) && string.d.fieldExprs.some((field) => Number(field.nodeType) === nodeKind.error)
}

function fieldsOf(string: StringNode | FormatStringNode, reading: Reading): Expression[] {
  return isPlain(string) ? [] : string.d.fieldExprs.map((field) => lowerExpression(field, reading))
}

function textOf({ start, d }: StringNode, { omitted, map }: Reading): string {
  return omitted?.stringAt(map.toFile(start)) ?? decodeEscapes(d.token.escapedValue, d.token.flags)
}

function joined(strings: StringNode[], span: StringLiteral["span"], reading: Reading): StringLiteral {
  const literal: StringLiteral = { kind: "string", span, value: strings.map((string) => textOf(string, reading)).join("") }
  if (strings.some(({ d }) => (d.token.flags & stringFlag.bytes) !== 0)) literal.isBytes = true
  return literal
}

function merged(parts: Template["parts"]): Template["parts"] {
  const result: Template["parts"] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (typeof part === "string" && typeof last === "string") result[result.length - 1] = last + part
    else if (part !== "") result.push(part)
  }
  return result
}

/** pyright keeps the expressions of all fields, nested ones included, in one list; their places come from the tokens. */
interface Cursor {
  reading: Reading
  index: number
  fields: ExpressionNode[]
}

function readTemplate(node: FormatStringNode, reading: Reading): Template["parts"] {
  const cursor = { reading, index: reading.tokens.getItemAtPosition(node.d.token.start) + 1, fields: [...node.d.fieldExprs] }
  return readParts(cursor, node.d.token.start + node.length, false)
}

function readParts(cursor: Cursor, limit: number, isFormat: boolean): Template["parts"] {
  const parts: Template["parts"] = []
  for (let token = tokenAt(cursor); token && token.start < limit; token = tokenAt(cursor)) {
    if (Number(token.type) === tokenKind.fStringMiddle) parts.push(middleText(token as FStringMiddleToken, isFormat))
    else if (Number(token.type) === tokenKind.openCurlyBrace) parts.push(...readField(cursor, token))
    else break
    cursor.index++
  }
  return merged(parts)
}

function tokenAt({ reading, index }: Cursor): Token | undefined {
  return index < reading.tokens.count ? reading.tokens.getItemAt(index) : undefined
}

function middleText(token: FStringMiddleToken, isFormat: boolean): string {
  const { escapedValue, flags } = token
  return decodeEscapes(isFormat ? escapedValue : escapedValue.replaceAll("{{", "{").replaceAll("}}", "}"), flags)
}

const CONVERSIONS: Record<string, TemplateField["conversion"]> = { r: "r", s: "s", a: "a" }

/** Leaves the cursor on the closing brace. `{x=}` also shows its own source, and then `repr` unless told otherwise. */
function readField(cursor: Cursor, open: Token): Template["parts"] {
  const { reading, fields } = cursor
  const expression = fields.shift()
  if (!expression) return []
  while ((tokenAt(cursor)?.start ?? Number.POSITIVE_INFINITY) < endOf(expression)) cursor.index++
  const field: TemplateField = { kind: "field", span: { start: 0, end: 0 }, value: lowerExpression(expression, reading) }
  const shown = readSelfDocumentation(cursor, open)
  if (Number(tokenAt(cursor)?.type) === tokenKind.exclamationMark) {
    cursor.index++
    const token = tokenAt(cursor)
    field.conversion = token && CONVERSIONS[reading.text.slice(token.start, endOf(token))]
    cursor.index++
  }
  const colon = tokenAt(cursor)
  if (colon && Number(colon.type) === tokenKind.colon) field.format = readFormat(cursor, colon)
  else if (shown && !field.conversion) field.conversion = "r"
  field.span = spanBetween(reading, open.start, endOf(tokenAt(cursor) ?? expression))
  return shown ? [shown, field] : [field]
}

function readSelfDocumentation(cursor: Cursor, open: Token): string | undefined {
  const token = tokenAt(cursor)
  if (Number(token?.type) !== tokenKind.operator || Number((token as OperatorToken).operatorType) !== assignOperator) return undefined
  cursor.index++
  return cursor.reading.text.slice(open.start + 1, tokenAt(cursor)?.start)
}

function readFormat(cursor: Cursor, colon: Token): Template {
  cursor.index++
  const parts = readParts(cursor, Number.POSITIVE_INFINITY, true)
  return { kind: "template", span: spanBetween(cursor.reading, endOf(colon), tokenAt(cursor)?.start ?? endOf(colon)), parts }
}
