/** Where a Python string literal ends, found by characters alone; how an unclosed one is closed or masked. */

const DOUBLE_QUOTE = 34
const SINGLE_QUOTE = 39
const BACKSLASH = 92
const NEW_LINE = 10
const CARRIAGE_RETURN = 13
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

export function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE
}

export interface StringEnd {
  end: number
  isTriple: boolean
  /** What must be put in at `end` to close the literal. */
  missing?: string
}

/** `quoteAt` is the offset of the first quote; `isFormat` says that braces hold expressions. */
export function endOfString(text: string, quoteAt: number, isFormat: boolean): StringEnd {
  const quote = text.charCodeAt(quoteAt)
  const isTriple = text.charCodeAt(quoteAt + 1) === quote && text.charCodeAt(quoteAt + 2) === quote
  return isTriple ? endOfTriple(text, quoteAt, quote) : endOfLine(text, quoteAt, quote, isFormat)
}

function endOfTriple(text: string, quoteAt: number, quote: number): StringEnd {
  const closer = String.fromCharCode(quote).repeat(3)
  for (let at = text.indexOf(closer, quoteAt + 3); at >= 0; at = text.indexOf(closer, at + 1)) {
    if (!isEscaped(text, at)) return { end: at + 3, isTriple: true }
  }
  return { end: text.length, isTriple: true, missing: closer }
}

function isEscaped(text: string, at: number): boolean {
  let count = 0
  while (text.charCodeAt(at - 1 - count) === BACKSLASH) count++
  return count % 2 === 1
}

/** The rest of a string that needs no second look. */
const PLAIN_REST: Readonly<Record<number, RegExp>> = { [DOUBLE_QUOTE]: /[^"\\\n\r]*"/y, [SINGLE_QUOTE]: /[^'\\\n\r]*'/y }

function plainEnd(text: string, quoteAt: number, quote: number): number | undefined {
  const pattern = PLAIN_REST[quote]
  if (!pattern) return undefined
  pattern.lastIndex = quoteAt + 1
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function endOfLine(text: string, quoteAt: number, quote: number, isFormat: boolean): StringEnd {
  const plain = isFormat ? undefined : plainEnd(text, quoteAt, quote)
  if (plain !== undefined) return { end: plain, isTriple: false }
  let braces = 0
  for (let at = quoteAt + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at += isLineBreakPair(text, at + 1) ? 2 : 1
    else if (code === NEW_LINE || code === CARRIAGE_RETURN) return unclosed(text, quoteAt, at, quote, braces)
    else if (isFormat && code === OPEN_BRACE) {
      if (text.charCodeAt(at + 1) === OPEN_BRACE && braces === 0) at++
      else braces++
    } else if (isFormat && code === CLOSE_BRACE && braces > 0) braces--
    else if (braces > 0 && isQuote(code) && nestsAt(text, at, quote)) at = simpleEnd(text, at) - 1
    else if (code === quote) return { end: at + 1, isTriple: false }
  }
  return unclosed(text, quoteAt, text.length, quote, braces)
}

function isLineBreakPair(text: string, at: number): boolean {
  return text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === NEW_LINE
}

function unclosed(text: string, quoteAt: number, lineEnd: number, quote: number, braces: number): StringEnd {
  let end = lineEnd
  while (end > quoteAt + 1 && text.charCodeAt(end - 1) === 32) end--
  return { end, isTriple: false, missing: "}".repeat(braces) + String.fromCharCode(quote) }
}

/** Whether a string begins here inside a replacement field. Since 3.12 it may use the outer quote, if a brace and a quote still follow. */
function nestsAt(text: string, at: number, outer: number): boolean {
  const end = simpleEnd(text, at)
  if (end < 0) return false
  if (text.charCodeAt(at) !== outer) return true
  AFTER_NESTED.lastIndex = end
  return AFTER_NESTED.test(text)
}

const AFTER_NESTED = /(?=[\s!:.\w\]),+}])[^"'\n]*\}[^\n]*["']/y

function simpleEnd(text: string, quoteAt: number): number {
  const quote = text.charCodeAt(quoteAt)
  for (let at = quoteAt + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === NEW_LINE) return -1
    else if (code === quote) return at + 1
  }
  return -1
}
