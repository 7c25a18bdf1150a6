/** Analyses of a file that is typed into: parts that a keystroke does not touch keep what was found in them. */
import type { Observation } from "../../evaluate/evaluation.ts"
import { STOP_REASONS } from "../../evaluate/raised.ts"
import { isDirective, movesBetween, type RemarkedStatement, renewed } from "../../syntax/reconcile.ts"
import type { Comment, Statement, Tree } from "../../syntax/tree.ts"
import { replaceText, type SourceFile } from "../../text/source.ts"
import { type Analysis, distinct } from "../analyze.ts"
import { differsInTraining } from "../practice/conditions.ts"
import type { Rerun } from "../rerun.ts"
import { independentParts, ownerOf, type Part } from "./split.ts"

/** What is known of a file after its last analysis. */
export interface KeptFile {
  readonly file: SourceFile
  readonly tree: Tree
  readonly parts: readonly KeptPart[]
}

interface KeptPart {
  readonly statements: readonly Statement[]
  readonly analysis: Analysis
  /** what the hints of the part depend on elsewhere in the file */
  readonly differsInTraining: boolean
}

/** Analyses one part, or the file as a whole; undefined when a keystroke came in between. */
export type AnalyzeTree = (file: SourceFile, tree: Tree, isPart: boolean) => Analysis | undefined

export interface PartlyAnalysis {
  /** undefined when a keystroke came in between */
  readonly analysis: Analysis | undefined
  /** what the next analysis may build on */
  readonly kept: KeptFile | undefined
}

/** Analyses a new text. What was found in statements that are still there is found in the same parts again, at their new places. */
export function analyzeByParts(fresh: SourceFile, parsed: Tree, before: KeptFile | undefined, analyzeTree: AnalyzeTree): PartlyAnalysis {
  const { file, tree } = before ? carriedOver(before, fresh, parsed) : { file: fresh, tree: parsed }
  const parts = independentParts(file, tree)
  const analysis = parts ? ofParts(file, tree, parts, before?.parts ?? [], analyzeTree) : undefined
  if (analysis) return analysis
  const whole = analyzeTree(file, tree, false)
  return { analysis: whole, kept: undefined }
}

/** The old file with the new text, and a tree of the old statements where they are still there. */
function carriedOver(before: KeptFile, fresh: SourceFile, parsed: Tree): { readonly file: SourceFile; readonly tree: Tree } {
  const [old, now] = [remarked(before.tree), remarked(parsed)]
  const moves: (() => void)[] = []
  const standing = new Set(before.tree.body)
  const same = (was: RemarkedStatement | undefined, is: RemarkedStatement | undefined): boolean => {
    // A statement that was taken over as it is stands for no other.
    if (!was || !is || (was.statement !== is.statement && standing.has(is.statement))) return false
    const move = movesBetween(was, is)
    if (move) moves.push(move)
    return move !== undefined
  }
  const shorter = Math.min(old.length, now.length)
  let head = 0
  while (head < shorter && same(old[head], now[head])) head++
  let tail = 0
  while (tail < shorter - head && same(old.at(-1 - tail), now.at(-1 - tail))) tail++
  for (const move of moves) move()
  // What stands between is analysed anew, for a remark on it or its place may be another: its statement is another, too.
  const between = now.slice(head, now.length - tail).map((each) => (standing.has(each.statement) ? renewed(each) : each))
  const kept = [...old.slice(0, head), ...between, ...old.slice(old.length - tail)]
  replaceText(before.file, fresh.text)
  return { file: before.file, tree: { ...parsed, body: kept.map(({ statement }) => statement), comments: commentsOf(parsed, kept) } }
}

/** The new comments; those that count as code are the objects that facts refer to. */
function commentsOf(parsed: Tree, kept: readonly RemarkedStatement[]): Comment[] {
  const directives = kept.flatMap((each) => each.directives).values()
  return parsed.comments.map((comment) => (isDirective(comment) ? (directives.next().value ?? comment) : comment))
}

function remarked({ body, comments }: Tree): RemarkedStatement[] {
  const directives = new Map<number, Comment[]>()
  for (const comment of comments.filter(isDirective)) {
    const owner = ownerOf(body, comment)
    directives.set(owner, [...(directives.get(owner) ?? []), comment])
  }
  return body.map((statement, index) => ({ statement, directives: directives.get(index) ?? [] }))
}

/** Undefined where the file has to be seen as a whole after all. */
function ofParts(
  file: SourceFile,
  tree: Tree,
  parts: readonly Part[],
  known: readonly KeptPart[],
  analyzeTree: AnalyzeTree,
): PartlyAnalysis | undefined {
  const differs = differsInTraining({ file })
  const done: KeptPart[] = []
  for (const part of parts) {
    const same = known.find((other) => other.differsInTraining === differs && isSamePart(other, part))
    const analysis = same?.analysis ?? analyzeTree(file, part.tree, true)
    // What was found before the keystroke is kept for the next one.
    if (!analysis) return { analysis: undefined, kept: { file, tree, parts: [...done, ...known] } }
    if (analysis.isImported) return undefined
    done.push({ statements: part.statements, analysis, differsInTraining: differs })
  }
  const analyses = done.map(({ analysis }) => analysis)
  if (analyses.filter(({ models }) => models.some(({ place }) => place.file === file)).length < 2) return undefined
  return { analysis: merged(file, tree, analyses), kept: { file, tree, parts: done.filter(({ analysis }) => !isCutOff(analysis)) } }
}

const isSamePart = ({ statements }: KeptPart, part: Part): boolean =>
  statements.length === part.statements.length && statements.every((statement, index) => statement === part.statements[index])

/** With more time there would be more. */
function isCutOff({ gaps, models, isPending }: Analysis): boolean {
  const reasons = [...gaps, ...models.flatMap(({ unknowns }) => unknowns)].map(({ reason }) => reason)
  return isPending || reasons.includes(STOP_REASONS.time) || reasons.includes(STOP_REASONS.cancelled)
}

function merged(file: SourceFile, tree: Tree, parts: readonly Analysis[]): Analysis {
  return {
    file,
    tree,
    models: parts.flatMap(({ models }) => models).sort((one, other) => placeIn(file, one.place) - placeIn(file, other.place)),
    problems: distinct(parts.flatMap(({ problems }) => problems)),
    observations: mergedObservations(parts),
    gaps: parts
      .flatMap(({ gaps }) => gaps)
      .filter((gap, index, all) => all.findIndex(({ place }) => place?.span === gap.place?.span) === index),
    isPending: parts.some(({ isPending }) => isPending),
    isImported: false,
    rerun: mergedRerun(parts.flatMap(({ rerun }) => rerun ?? [])),
  }
}

/** A function is run again in the first part that calls it. */
const mergedRerun = (reruns: readonly Rerun[]): Rerun => ({
  knows: (body) => reruns.some((rerun) => rerun.knows(body)),
  run: (old, fresh, budget) => reruns.find((rerun) => rerun.knows(old))?.run(old, fresh, budget),
})

const placeIn = (file: SourceFile, place: Analysis["models"][number]["place"]): number =>
  place.file === file ? place.span.start : Number.MAX_SAFE_INTEGER

/** Functions that several parts call were seen in each. */
function mergedObservations(parts: readonly Analysis[]): ReadonlyMap<object, Observation> {
  const all = new Map<object, Observation>()
  for (const { observations } of parts)
    for (const [node, seen] of observations) {
      const known = all.get(node)
      all.set(node, known ? joined(known, seen) : seen)
    }
  return all
}

function joined(known: Observation, seen: Observation): Observation {
  if (known.weight !== seen.weight) return known.weight > seen.weight ? known : seen
  return { ...known, others: [...known.others, seen.value, ...seen.others], count: known.count + seen.count }
}
