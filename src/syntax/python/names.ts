/** Long lists of plain texts (the names of a data set's classes) in imported files, read without the parser: it would take longer for them than for the program. */
import type { Statement, StringLiteral } from "../tree.ts"
import type { Chunk } from "./repair.ts"

/** Shorter ones cost no more than the look at them. */
const LEAST_LENGTH = 2000
const HEAD = /^([A-Za-z_]\w*) = \[/
/** One text with the comma behind it; a text without one is joined with the next, which is the parser's business. */
const ELEMENT = /\s*("[^"\\\r\n]*"|'[^'\\\r\n]*')[ \t]*(,|(?=\s*\]))/y
const TAIL = /\s*\]\s*$/y

/** `NAME = ["…", "…"]`; undefined for anything else, comments included. */
export function assignedNames({ text, map }: Chunk): Statement | undefined {
  const head = text.length < LEAST_LENGTH || map.hasInsertions ? null : HEAD.exec(text)
  if (!head) return undefined
  const elements: StringLiteral[] = []
  let at = head[0].length
  for (let found = matchAt(ELEMENT, text, at); found; found = matchAt(ELEMENT, text, at)) {
    const [whole, literal = ""] = found
    const start = text.indexOf(literal, at)
    elements.push({ kind: "string", span: span(start, start + literal.length), value: literal.slice(1, -1) })
    at += whole.length
  }
  if (!matchAt(TAIL, text, at)) return undefined
  const end = text.lastIndexOf("]") + 1
  const name = head[1] ?? ""
  return {
    kind: "assign",
    span: span(0, end),
    targets: [{ kind: "name", span: span(0, name.length), name }],
    value: { kind: "list", span: span(head[0].length - 1, end), elements },
  }

  function span(from: number, to: number) {
    return { start: map.toFile(from), end: map.toFile(to) }
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
