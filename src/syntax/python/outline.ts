/** Python files that are only imported: the bodies of functions are read when they are first asked for, since most never are. */
import type { FunctionNode } from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { SourceFile, Span } from "../../text/source.ts"
import type { Statement, Tree } from "../tree.ts"
import { type ParsedChunk, parseWithPyright } from "./library.ts"
import { readPython } from "./parse.ts"
import type { Layout } from "./layout.ts"
import type { Omitted } from "./reading.ts"
import { lowerStatements } from "./statements.ts"

/** Something shorter costs less than the way back to it. */
const LEAST_OMITTED = 60
/** Whether a function is a generator has to be known before its body is. */
const YIELD = /\byield\b/
/** What makes the content of a string differ from its text. */
const DECODED = /[\\\r]/

/** The same tree as `parsePython` gives, but for comments and problems within bodies that nobody asked for. */
export function outlinePython(file: SourceFile): Tree {
  const bodies = new Map<number, Span>()
  const strings = new Map<number, Span>()
  const omit = (text: string, layout: Layout): readonly Span[] => {
    for (const body of longBodies(text, layout)) bodies.set(body.start, body)
    const within = [...bodies.values()]
    for (const string of longStrings(text, layout)) if (!lies(string, within)) strings.set(string.start, string)
    return [...within, ...strings.values()].sort((one, other) => one.start - other.start)
  }
  const omitted: Omitted = {
    bodyAt: (offset) => bodies.get(offset),
    readBody: (body, isAsync) => readBody(file.text, body, isAsync),
    stringAt(offset) {
      const string = strings.get(offset)
      return string && file.text.slice(string.start + 3, string.end - 3)
    },
  }
  return readPython(file, (text) => parseWithPyright(text, false), { omit, omitted })
}

const isLong = ({ start, end }: Span): boolean => end - start >= LEAST_OMITTED

const longBodies = (text: string, { functionBodies }: Layout): Span[] =>
  functionBodies.filter((body) => isLong(body) && !YIELD.test(text.slice(body.start, body.end)))

/** Triple-quoted ones without a prefix that mean what they say: mostly documentation. */
const longStrings = (text: string, { triples }: Layout): Span[] =>
  triples.filter((string) => isLong(string) && string.start === string.quoteAt && !DECODED.test(text.slice(string.start, string.end)))

const lies = ({ start }: Span, within: readonly Span[]): boolean => {
  const before = within.findLast((body) => body.start <= start)
  return before !== undefined && start < before.end
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
