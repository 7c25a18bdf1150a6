/** After an edit that changed only layout or remarks: moves the new spans into the old tree, so that whatever refers to its spans stays right. */

import { standsFor } from "./python/standing.ts"
import type { Comment, Span, Statement, Tree } from "./tree.ts"

/**
 * True when the trees are equal in all but spans and comments; the old tree then has the new one's spans, in its own objects, and its comments
 * and problems. False leaves the old tree untouched. Comments addressed to us count as code.
 */
export function reconcile(oldTree: Tree, newTree: Tree): boolean {
  const moves: Span[] = []
  if (isReordered(oldTree.body, newTree.body)) return false
  if (oldTree.documentation !== newTree.documentation || !collectMoves(oldTree.body, newTree.body, moves)) return false
  const directives = oldTree.comments.filter(isDirective)
  if (!sameDirectives(directives, newTree.comments.filter(isDirective), moves)) return false
  const kept = directives.values()
  oldTree.comments = newTree.comments.map((comment) => (isDirective(comment) ? moved(kept.next().value ?? comment, comment.span) : comment))
  oldTree.problems = newTree.problems
  for (let index = 0; index < moves.length; index += 2) Object.assign(moves[index] as Span, moves[index + 1])
  oldTree.body.forEach((statement, index) => void standsFor(statement, newTree.body[index] ?? statement))
  return true
}

/** Whether a statement of the old tree, taken over as it is, now stands in another's place. */
function isReordered(old: readonly Statement[], fresh: readonly Statement[]): boolean {
  const all = new Set(old)
  return fresh.some((statement, index) => statement !== old[index] && all.has(statement))
}

/** A statement with the remarks in it and above it that count as code. */
export interface RemarkedStatement {
  readonly statement: Statement
  readonly directives: readonly Comment[]
}

/** The same for one statement: the moves that give the old one, and its remarks, the new one's spans. Undefined where they differ in more. */
export function movesBetween(old: RemarkedStatement, fresh: RemarkedStatement): (() => void) | undefined {
  const moves: Span[] = []
  if (!collectMoves(old.statement, fresh.statement, moves) || !sameDirectives(old.directives, fresh.directives, moves)) return undefined
  return () => {
    for (let index = 0; index < moves.length; index += 2) Object.assign(moves[index] as Span, moves[index + 1])
    standsFor(old.statement, fresh.statement)
    old.directives.forEach((comment, index) => Object.assign(comment.span, fresh.directives[index]?.span))
  }
}

/** The same statement as another object, of which nothing is known. */
export function renewed({ statement, directives }: RemarkedStatement): RemarkedStatement {
  const copy = { ...statement }
  standsFor(copy, statement)
  return { statement: copy, directives }
}

/** Fills `moves` with pairs of an old span and the new one it takes. */
const collectMoves = (old: unknown, fresh: unknown, moves: Span[]): boolean =>
  isSame(old, fresh, (was, is) => {
    for (const key of SPANS) if (was[key]) moves.push(was[key] as Span, is[key] as Span)
  })

const SPANS = ["span", "nameSpan"] as const

type AnyRecord = Readonly<Record<string, unknown>>

/** Whether two parts of trees are equal in all but spans; `met` is told of each pair of records that are. */
export function isSame(old: unknown, fresh: unknown, met: (old: AnyRecord, fresh: AnyRecord) => void): boolean {
  if (old === fresh) return true
  if (typeof old !== "object" || typeof fresh !== "object" || old === null || fresh === null) return Object.is(old, fresh)
  if (Array.isArray(old)) return Array.isArray(fresh) && areSame(old, fresh, met)
  if (Array.isArray(fresh)) return false
  return isSameRecord(old as AnyRecord, fresh as AnyRecord, met)
}

function areSame(old: unknown[], fresh: unknown[], met: (old: AnyRecord, fresh: AnyRecord) => void): boolean {
  if (old.length !== fresh.length) return false
  for (let index = 0; index < old.length; index++) if (!isSame(old[index], fresh[index], met)) return false
  return true
}

function isSameRecord(old: AnyRecord, fresh: AnyRecord, met: (old: AnyRecord, fresh: AnyRecord) => void): boolean {
  if (old["kind"] !== fresh["kind"]) return false
  let count = 0
  for (const key in old) {
    const [was, is] = [old[key], fresh[key]]
    if (key === "span" || key === "nameSpan") {
      if (is === undefined) return false
    } else if (!isSame(was, is, met)) return false
    if (was !== undefined) count++
  }
  for (const key in fresh) if (fresh[key] !== undefined) count--
  if (count === 0) met(old, fresh)
  return count === 0
}

/** `# layerscope: …` states an input or switches something off, and `# x: (B, T, C)` may say what a function is given. */
export function isDirective({ text }: Comment): boolean {
  return /^[*\s]*layerscope\s*:/i.test(text) || STATES_SHAPE.test(text)
}

const STATES_SHAPE = /[[(][^[\]()]*\w\s*(?:,|\s[x×]\s)[^[\]()]*[\])]|\w\s+[x×]\s+\w/

/** Directives are the same when they say the same at the same place among the nodes. Spans in `moves` alternate between old and new. */
function sameDirectives(old: readonly Comment[], fresh: readonly Comment[], moves: readonly Span[]): boolean {
  if (old.length !== fresh.length) return false
  return old.every((was, index) => {
    const is = fresh[index] as Comment
    return was.text.trim() === is.text.trim() && was.isTrailing === is.isTrailing && rank(was, moves, 0) === rank(is, moves, 1)
  })
}

/** How many nodes begin, and how many end, before the comment. */
function rank({ span }: Comment, moves: readonly Span[], parity: 0 | 1): number {
  let count = 0
  for (let index = parity; index < moves.length; index += 2) {
    const { start, end } = moves[index] as Span
    count += (start < span.start ? 1 : 0) + (end <= span.start ? 1 : 0)
  }
  return count
}

function moved(comment: Comment, span: Span): Comment {
  Object.assign(comment.span, span)
  return comment
}
