/** Python text to tree: cut into top-level chunks, each parsed and lowered on its own, so that damage stays where it is. */

import type { SourceFile, Span } from "../../text/source.ts"
import type { Comment, Statement, SyntaxProblem, Tree } from "../tree.ts"
import { isTrailing } from "../walk.ts"
import { rememberingParser } from "./cache.ts"
import { documentationOf } from "./functions.ts"
import type { ParsedChunk } from "./library.ts"
import { assignedNames } from "./names.ts"
import { type Omitted, outerSpan, type Reading, spanBetween } from "./reading.ts"
import { type Chunk, type Cut, cutIntoChunks, type Omit } from "./repair.ts"
import { remember, takenFrom } from "./standing.ts"
import { lowerStatements } from "./statements.ts"

/** With the tree before the last keystroke, which is used up: its statements that still stand there are taken over. */
export function parsePython(file: SourceFile, last?: Tree): Tree {
  const parseChunk = rememberingParser(file.uri)
  const taken = last ? takenFrom(last) : () => undefined
  return joined(cutIntoChunks(file.text), (chunk) => {
    const standing = taken(chunk)
    if (standing) return standing
    const part = readChunk(chunk, parseChunk, undefined)
    remember(chunk, part)
    return part
  })
}

type ParseChunk = (text: string) => ParsedChunk

/** What is left out at first, and how it is read later. */
interface Omission {
  readonly omit: Omit
  readonly omitted: Omitted
}

export function readPython(file: SourceFile, parseChunk: ParseChunk, omission?: Omission): Tree {
  return joined(cutIntoChunks(file.text, omission?.omit), (chunk) => readChunk(chunk, parseChunk, omission?.omitted))
}

function joined({ chunks, unclosedTriples }: Cut, read: (chunk: Chunk) => Tree): Tree {
  const tree: Tree = { body: [], comments: [], problems: [] }
  for (const { quoteAt } of unclosedTriples) {
    tree.problems.push({ message: "This triple quote is never closed", span: { start: quoteAt, end: quoteAt + 3 } })
  }
  for (const chunk of chunks) {
    const part = read(chunk)
    for (const statement of part.body) tree.body.push(statement)
    for (const comment of part.comments) tree.comments.push(comment)
    for (const problem of part.problems) tree.problems.push(problem)
  }
  const documentation = documentationOf(tree.body)
  return documentation === undefined ? tree : { ...tree, documentation }
}

function readChunk(chunk: Chunk, parseChunk: ParseChunk, omitted: Omitted | undefined): Tree {
  try {
    const names = omitted && assignedNames(chunk)
    if (names) return { body: [names], comments: [], problems: [] }
    const parsed = parseChunk(chunk.text)
    const reading: Reading = { ...parsed, map: chunk.map, sawYield: false, depth: 0, omitted }
    const comments = commentsOf(reading)
    const body = lowerStatements(parsed.module.d.statements, reading)
    return { body, comments, problems: [...missing(chunk), ...problemsOf(reading, comments)] }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return tooDeep(chunk)
  }
}

/** The parser recurses; a chunk nested beyond the stack is one Broken statement. */
function tooDeep({ text, map }: Chunk): Tree {
  const span = { start: map.toFile(0), end: map.toFile(text.length) }
  const body: Statement[] = [{ kind: "brokenStatement", span, children: [] }]
  return { body, comments: [], problems: [{ message: "This is nested too deep to be read", span: { ...span } }] }
}

function commentsOf(reading: Reading): Comment[] {
  const comments: Comment[] = []
  for (let index = 0; index < reading.tokens.count; index++) {
    for (const { start, length, value } of reading.tokens.getItemAt(index).comments ?? []) {
      comments.push({ text: value, span: spanBetween(reading, start - 1, start + length), isTrailing: isTrailing(reading.text, start - 1) })
    }
  }
  return comments
}

function missing({ insertions }: Chunk): SyntaxProblem[] {
  return insertions.map(({ at, text }) => {
    const message = /["']$/.test(text) ? "This string is never closed" : `\`${text}\` is missing here`
    return { message, span: { start: at, end: at } }
  })
}

// A warning since 3.14, which pyright makes an error.
const WARNING = /"finally" block/

/** What pyright says about type comments is left out: most such comments are prose. */
function problemsOf(reading: Reading, comments: Comment[]): SyntaxProblem[] {
  const problems = reading.complaints.map(({ message, start, end }) => ({
    message,
    span: outerSpan(reading, { start, length: end - start }),
  }))
  return problems.filter(({ message, span }) => !WARNING.test(message) && !comments.some((comment) => touches(comment.span, span)))
}

function touches(comment: Span, problem: Span): boolean {
  return comment.start < problem.start && problem.start < comment.end
}
