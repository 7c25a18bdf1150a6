/** A light scan of Python's brackets, strings and lines: where unclosed brackets must have ended, and where top-level statements begin. */

import type { Span } from "../../text/source.ts"
import { endOfString, isQuote } from "./strings.ts"

export interface Insertion {
  at: number
  text: string
}

export interface TripleString {
  /** Offset of the prefix (`r`, `f`), or of the first quote. */
  start: number
  quoteAt: number
  end: number
}

export interface Layout {
  insertions: Insertion[]
  /** Offsets in column 0 where a top-level statement begins, its decorators included. */
  statementStarts: number[]
  triples: TripleString[]
  /** From the first statement of an outermost function's body to the end of its last; bodies on the line of their `def` are left out. */
  functionBodies: Span[]
  endsInTriple: boolean
  /** Brackets were still open at the end. */
  endsInBracket: boolean
  /** A closing bracket matched none, or the wrong one. */
  hasMismatch: boolean
}

interface Scan extends Layout {
  text: string
  soft: boolean
  /** Codes of the open brackets. */
  stack: number[]
  /** Indentation of the logical line that opened the brackets. */
  ownerIndent: number
  ownerIsHead: boolean
  ownerIsDecorator: boolean
  /** End of the last token: closers go here. */
  lastCode: number
  isContinued: boolean
  /** The outermost function that the scan is in: its indentation, and where its body begins once that is known. */
  inFunction: { readonly indent: number; bodyStart?: number } | undefined
}

/**
 * What can only begin a statement, never continue an expression. Meeting it inside brackets proves that they were never closed. An
 * assignment counts only to an attribute or element, since `name=` may be a keyword argument.
 */
const HARD =
  /(?:def|class|return|import|with|while|try|raise|del|pass|break|continue|global|nonlocal|assert|elif|except|finally)\b|async\s+(?:def|with)\b|[A-Za-z_]\w*(?:\.\w+|\[[^\]\n=]*\])+\s*(?:[-+*/%@&|^]|\/\/|\*\*|<<|>>)?=(?!=)|from\s+[.\w]+\s+import\b|@[\w.]+(?:\([^\n]*)?[ \t]*\n[ \t]*(?:def|class|async|@)\b/y
/** A loop or condition with its colon; inside brackets it may as well be part of a comprehension whose brackets close before the colon. */
const CLAUSE_WITH_COLON = /(?:(?:async\s+)?for|if)\b([^\n]*):[ \t]*(?:#[^\n]*)?(?=\n|$)/y
/** In a file known to be broken, any name not indented beyond its owner begins a statement. */
const SOFT = /[A-Za-z_@]/y
const HEAD = /(?:async\s+)?(?:def|class)\b/y
const FUNCTION = /(?:async\s+)?def\b/y
const CLAUSE = /else|elif|except|finally|[)\]}]/y
const PREFIX = /^(?:r|b|u|f|t|br|rb|fr|rf|tr|rt)$/i

const TAB = 9
const NEW_LINE = 10
const FORM_FEED = 12
const CARRIAGE_RETURN = 13
const SPACE = 32
const HASH = 35
const OPEN = 40
const CLOSE = 41
const COLON = 58
const AT = 64
const OPEN_SQUARE = 91
const BACKSLASH = 92
const CLOSE_SQUARE = 93
const OPEN_CURLY = 123
const CLOSE_CURLY = 125

/** `soft` trusts indentation too; only for text already known to be broken. */
export function scanLayout(text: string, soft: boolean): Layout {
  const scan: Scan = {
    text,
    soft,
    insertions: [],
    statementStarts: [],
    triples: [],
    functionBodies: [],
    endsInTriple: false,
    endsInBracket: false,
    hasMismatch: false,
    stack: [],
    ownerIndent: 0,
    ownerIsHead: false,
    ownerIsDecorator: false,
    lastCode: 0,
    isContinued: false,
    inFunction: undefined,
  }
  let at = startLine(scan, text.charCodeAt(0) === 0xfeff ? 1 : 0)
  while (at < text.length) at = step(scan, at)
  endFunction(scan)
  if (scan.stack.length) {
    scan.endsInBracket = true
    scan.hasMismatch = true
    scan.insertions.push({ at: scan.lastCode, text: closersOf(scan, 0) })
  }
  return scan
}

/** Looks at one token; answers where the next begins. */
function step(scan: Scan, at: number): number {
  const code = scan.text.charCodeAt(at)
  if (code === NEW_LINE) return startLine(scan, at + 1)
  if (code === SPACE || code === TAB || code === CARRIAGE_RETURN || code === FORM_FEED) return at + 1
  if (code === HASH) return lineEnd(scan.text, at)
  const end = isQuote(code) ? readString(scan, at, at, "") : isWordCode(code) ? readWord(scan, at) : readMark(scan, at, code)
  scan.lastCode = end
  return end
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at)
  return end < 0 ? text.length : end
}

function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57) || code > 127
}

function readWord(scan: Scan, at: number): number {
  let end = at + 1
  while (end < scan.text.length && isWordCode(scan.text.charCodeAt(end))) end++
  if (end - at > 2 || !isQuote(scan.text.charCodeAt(end))) return end
  const word = scan.text.slice(at, end)
  return PREFIX.test(word) ? readString(scan, at, end, word) : end
}

function readString(scan: Scan, start: number, quoteAt: number, prefix: string): number {
  const { end, isTriple, missing } = endOfString(scan.text, quoteAt, /[ft]/i.test(prefix))
  if (isTriple) scan.triples.push({ start, quoteAt, end })
  if (missing && isTriple) scan.endsInTriple = true
  else if (missing) scan.insertions.push({ at: end, text: missing })
  return end
}

function readMark(scan: Scan, at: number, code: number): number {
  if (code === OPEN || code === OPEN_SQUARE || code === OPEN_CURLY) scan.stack.push(code)
  else if (code === CLOSE || code === CLOSE_SQUARE || code === CLOSE_CURLY) closeBracket(scan, code === CLOSE ? OPEN : code - 2)
  else if (code === BACKSLASH) {
    const next = scan.text.charCodeAt(at + 1)
    scan.isContinued = next === NEW_LINE || next === CARRIAGE_RETURN
  }
  return at + 1
}

function closeBracket(scan: Scan, opener: number): void {
  if (scan.stack.length === 0) return
  if (scan.stack.at(-1) !== opener) {
    scan.hasMismatch = true
    const matching = scan.stack.lastIndexOf(opener)
    if (matching < 0) return
    scan.insertions.push({ at: scan.lastCode, text: closersOf(scan, matching + 1) })
    scan.stack.length = matching + 1
  }
  scan.stack.pop()
}

function closersOf({ stack }: Scan, from: number): string {
  const closers = stack.slice(from).map((code) => (code === OPEN ? ")" : String.fromCharCode(code + 2)))
  return closers.reverse().join("")
}

/** Measures indentation; closes brackets that a statement proves unclosed; notes where logical lines begin. */
function startLine(scan: Scan, lineStart: number): number {
  const { text } = scan
  let indent = 0
  let at = lineStart
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === SPACE) indent++
    else if (code === TAB) indent += 8 - (indent & 7)
    else if (code === FORM_FEED) indent = 0
    else break
  }
  const code = text.charCodeAt(at)
  if (at < text.length && code !== NEW_LINE && code !== CARRIAGE_RETURN && code !== HASH) startCode(scan, at, indent)
  scan.isContinued = false
  return at
}

function startCode(scan: Scan, at: number, indent: number): void {
  if (scan.stack.length && (mustBegin(scan.text, at) || (scan.soft && indent <= scan.ownerIndent && matches(SOFT, scan.text, at)))) {
    const needsColon = scan.ownerIsHead && scan.text.charCodeAt(scan.lastCode - 1) !== COLON
    scan.insertions.push({ at: scan.lastCode, text: closersOf(scan, 0) + (needsColon ? ":" : "") })
    scan.stack.length = 0
    scan.isContinued = false
  }
  if (scan.stack.length || scan.isContinued) return
  followFunction(scan, at, indent)
  scan.ownerIndent = indent
  scan.ownerIsHead = matches(HEAD, scan.text, at)
  if (indent === 0 && !matches(CLAUSE, scan.text, at)) startStatement(scan, at)
}

function followFunction(scan: Scan, at: number, indent: number): void {
  if (scan.inFunction && indent <= scan.inFunction.indent) endFunction(scan)
  if (scan.inFunction) scan.inFunction.bodyStart ??= at
  else if (matches(FUNCTION, scan.text, at)) scan.inFunction = { indent }
}

function endFunction(scan: Scan): void {
  const start = scan.inFunction?.bodyStart
  if (start !== undefined) scan.functionBodies.push({ start, end: scan.lastCode })
  scan.inFunction = undefined
}

function mustBegin(text: string, at: number): boolean {
  if (matches(HARD, text, at)) return true
  CLAUSE_WITH_COLON.lastIndex = at
  const clause = CLAUSE_WITH_COLON.exec(text)?.[1]
  return clause !== undefined && closesWhatItOpens(clause) && !/\belse\b|\blambda\b/.test(clause)
}

/** Brackets in strings are counted too: too rare to matter, and only for text that is broken anyway. */
function closesWhatItOpens(line: string): boolean {
  let depth = 0
  for (const mark of line) {
    if ("([{".includes(mark)) depth++
    else if (")]}".includes(mark) && --depth < 0) return false
  }
  return depth === 0
}

function startStatement(scan: Scan, at: number): void {
  if (!scan.ownerIsDecorator) scan.statementStarts.push(at)
  scan.ownerIsDecorator = scan.text.charCodeAt(at) === AT
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}
