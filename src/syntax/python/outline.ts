/** Python files that are only imported: the bodies of functions are read when they are first asked for, since most never are. */
import type { FunctionNode } from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { SourceFile, Span } from "../../text/source.ts"
import type { Statement, Tree } from "../tree.ts"
import { type ParsedChunk, parseWithPyright } from "./library.ts"
import { readPython } from "./parse.ts"
import type { OmittedBodies } from "./reading.ts"
import { lowerStatements } from "./statements.ts"

/** A shorter body costs less than the way back to it. */
const LEAST_OMITTED = 60
/** What stands in a body's place: a string of the same length, so that whatever encloses it ends where it did. */
const standIn = (length: number): string => `"${" ".repeat(length - 2)}"`
/** Whether a function is a generator has to be known before its body is. */
const YIELD = /\byield\b/

/** The same tree as `parsePython` gives, but for comments and problems within bodies that nobody asked for. */
export function outlinePython(file: SourceFile): Tree {
  const omitted = new Map<number, Span>()
  const omit = (text: string, bodies: readonly Span[]): string => {
    const parts: string[] = []
    let copied = 0
    for (const body of bodies) {
      const length = body.end - body.start
      if (length < LEAST_OMITTED || YIELD.test(text.slice(body.start, body.end))) continue
      omitted.set(body.start, body)
      parts.push(text.slice(copied, body.start), standIn(length))
      copied = body.end
    }
    return parts.join("") + text.slice(copied)
  }
  const bodies: OmittedBodies = {
    at: (offset) => omitted.get(offset),
    read: (body, isAsync) => readBody(file.text, body, isAsync),
  }
  return readPython(file, (text) => parseWithPyright(text, false), { omit, bodies })
}

function readBody(text: string, { start, end }: Span, isAsync: boolean): Statement[] {
  const indentation = text.slice(text.lastIndexOf("\n", start - 1) + 1, start)
  const head = `${isAsync ? "async " : ""}def _():\n${indentation}`
  const map = { toFile: (offset: number) => Math.max(start, start + offset - head.length), isInserted: () => false, hasInsertions: false }
  try {
    const parsed: ParsedChunk = parseWithPyright(head + text.slice(start, end), false)
    const { suite } = (parsed.module.d.statements[0] as FunctionNode).d
    return lowerStatements(suite.d.statements, { ...parsed, map, sawYield: false, depth: 0 })
  } catch (error) {
    // Nested beyond the stack.
    if (!(error instanceof RangeError)) throw error
    return [{ kind: "brokenStatement", span: { start, end }, children: [] }]
  }
}
