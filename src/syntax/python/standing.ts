/** Statements whose text still stands there after a keystroke: they are taken over from the tree before, moved to their new place, instead of being lowered anew. */

import type { Span } from "../../text/source.ts"
import type { Comment, Statement, Tree } from "../tree.ts"
import type { Chunk } from "./repair.ts"

interface Standing {
  /** of the chunk that holds this statement alone */
  text: string
  /** where the chunk begins in the file */
  start: number
  /** as they were when the chunk began at `readAt` */
  readonly comments: readonly Comment[]
  readonly readAt: number
  /** every span of the statement, once; gathered when it is first moved */
  spans?: readonly Span[]
}

const known = new WeakMap<Statement, Standing>()

/** Damaged chunks, and those of several statements, are read anew. */
export function remember(chunk: Chunk, { body, comments, problems }: Tree): void {
  const [only] = body
  if (!only || body.length > 1 || problems.length > 0 || chunk.insertions.length > 0) return
  const start = chunk.map.toFile(0)
  known.set(only, { text: chunk.text, start, comments: comments.map(copied(0)), readAt: start })
}

/** The old statement has the new one's spans from now on, so it stands where that one stood. */
export function standsFor(old: Statement, fresh: Statement): void {
  if (old === fresh) return
  const standing = known.get(fresh)
  if (!standing) return void known.delete(old)
  const { text, start, comments, readAt } = standing
  known.set(old, { text, start, comments, readAt })
}

/** Takes each statement of the last tree over once, where its chunk still stands; the last tree is used up. */
export function takenFrom(last: Tree): (chunk: Chunk) => Tree | undefined {
  const waiting = new Map<string, Statement[]>()
  for (const statement of last.body) {
    const text = known.get(statement)?.text
    if (text !== undefined) waiting.set(text, [...(waiting.get(text) ?? []), statement])
  }
  return (chunk) => {
    const statement = chunk.insertions.length === 0 ? waiting.get(chunk.text)?.shift() : undefined
    return statement && movedTo(statement, chunk)
  }
}

function movedTo(statement: Statement, { text, map }: Chunk): Tree {
  const standing = known.get(statement) as Standing
  const start = map.toFile(0)
  const distance = start - standing.start
  if (distance !== 0) {
    standing.spans ??= spansOf(statement)
    for (const span of standing.spans) {
      span.start += distance
      span.end += distance
    }
  }
  // The text of the newest file, so that older ones are let go.
  standing.text = text
  standing.start = start
  return { body: [statement], comments: standing.comments.map(copied(start - standing.readAt)), problems: [] }
}

const copied =
  (distance: number) =>
  (comment: Comment): Comment => ({ ...comment, span: { start: comment.span.start + distance, end: comment.span.end + distance } })

/** Nodes may share a span. */
function spansOf(statement: Statement): readonly Span[] {
  const found = new Set<Span>()
  gather(statement, found)
  return [...found]
}

function gather(part: object, found: Set<Span>): void {
  for (const [key, value] of Object.entries(part)) {
    if (typeof value !== "object" || value === null) continue
    if (key === "span" || key === "nameSpan") found.add(value as Span)
    else gather(value as object, found)
  }
}
