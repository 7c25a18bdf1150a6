/** Fixes that are tried before they are offered: only what makes its problem go away, and brings no new one, is shown. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { Range, Span } from "../../text/source.ts"
import { rangeOf } from "../../text/source.ts"
import type { Analysis } from "../analyze.ts"
import type { TextEditFact } from "../directives.ts"
import { argumentEdit } from "../edits.ts"
import { shownPlace, severityOf } from "../problems.ts"
import { practiceFixes } from "./practice.ts"
import { refactorings } from "./refactorings.ts"
import { type Candidate, edited } from "./rewriting.ts"
import { shapeFixes } from "./shapes.ts"

/** An edit that was tried. */
export interface FixFact {
  readonly title: string
  readonly range: Range
  readonly text: string
  /** the problem it mends; none for a refactoring */
  readonly problem?: { readonly code: string; readonly range: Range }
}

/** Analyses another text of the same file; undefined when there is no time left. */
export type Reread = (text: string) => Analysis | undefined

const MAXIMUM_FIXES = 4
/** Setting one size may make the next layer's wrong, and so on. */
const MAXIMUM_ROUNDS = 6

/** What can be done about the problems that are shown within a span, and with the layers made there. */
export function fixesIn(analysis: Analysis, span: Span, reread: Reread): FixFact[] {
  const concerned = analysis.problems.flatMap((problem) => {
    const place = shownPlace(analysis, problem)
    return place && place.span.start <= span.end && span.start <= place.span.end ? [{ problem, range: rangeOf(place) }] : []
  })
  const mended = concerned.flatMap(({ problem, range }) =>
    fixesOf(analysis, problem, reread).map((fact): FixFact => ({ ...fact, problem: { code: problem.code, range } })),
  )
  return [...mended, ...refactorings(analysis, span).flatMap((candidate) => tried(analysis, candidate, undefined, reread)?.fix ?? [])]
}

/** The fixes of one problem, each of which leaves the file without it: those that leave no error at all, where there are any. */
export function fixesOf(analysis: Analysis, problem: FoundProblem, reread: Reread): FixFact[] {
  const found = new Map<string, Tried>()
  for (const candidate of [...practiceFixes(analysis, problem), ...shapeFixes(analysis, problem)]) {
    if (candidate.isLast && found.size > 0) break
    const outcome = tried(analysis, candidate, problem, reread)
    const { range, text } = outcome?.fix ?? {}
    const key = `${range?.start.line} ${range?.start.character} ${text}`
    if (outcome && !found.has(key)) found.set(key, outcome)
    if ([...found.values()].filter(({ isClean }) => isClean).length === MAXIMUM_FIXES) break
  }
  const all = [...found.values()]
  const clean = all.filter(({ isClean }) => isClean)
  return (clean.length > 0 ? clean : all).map(({ fix }) => fix).slice(0, MAXIMUM_FIXES)
}

interface Tried {
  readonly fix: FixFact
  /** no error is left, not even one that has nothing to do with it */
  readonly isClean: boolean
}

const isError = (problem: FoundProblem): boolean => severityOf(problem) === "error"
const isSame = (one: FoundProblem) => (other: FoundProblem) => one.code === other.code && one.message === other.message

/** The candidate with all that follows from it, when nothing but other problems that were there before is left. */
function tried(analysis: Analysis, candidate: Candidate, problem: FoundProblem | undefined, reread: Reread): Tried | undefined {
  let text = edited(analysis.file.text, candidate.edits)
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const again = reread(text)
    if (!again || again.isPending || lost(analysis, again)) return undefined
    const left = again.problems.filter((one) => isError(one) || one.code === problem?.code)
    const fix: FixFact = { title: candidate.title, ...difference(analysis, text) }
    if (left.length === 0) return isNew(analysis, again) ? undefined : { fix, isClean: true }
    const next = candidate.mayFollow ? left.flatMap((one) => sizeEdit(again, one) ?? [])[0] : undefined
    if (!next) return left.every((one) => isOld(analysis, one, problem)) && !isNew(analysis, again) ? { fix, isClean: false } : undefined
    text = edited(text, [next])
  }
  return undefined
}

/** A hint that was not there before; where the model was not run to its end, it may have been there unseen. */
const isNew = (before: Analysis, after: Analysis): boolean =>
  !before.models.some(({ unknowns }) => unknowns.length > 0) &&
  after.problems.some((one) => !isError(one) && !before.problems.some(isSame(one)))

const isOld = (before: Analysis, one: FoundProblem, problem: FoundProblem | undefined): boolean =>
  before.problems.some(isSame(one)) && !(problem && isSame(problem)(one) && isRepeated(before, problem) === false)

/** The same hint may stand at several places, each of which has its own fix; an error repeated is one that was not mended. */
const isRepeated = (before: Analysis, problem: FoundProblem): boolean =>
  !isError(problem) && before.problems.filter(isSame(problem)).length > 1

function sizeEdit(analysis: Analysis, { fix, module }: FoundProblem): TextEditFact | undefined {
  return fix && module?.place.file === analysis.file ? argumentEdit(analysis, module.place.span, fix.argument, fix.value) : undefined
}

/** A fix that hides the model, or makes the file unreadable, is none. */
const lost = (before: Analysis, { tree, models, gaps }: Analysis): boolean =>
  tree.problems.length > before.tree.problems.length ||
  models.length < before.models.length ||
  gaps.length > before.gaps.length ||
  models.some(
    ({ unknowns }, index) =>
      unknowns.length > (before.models[index]?.unknowns.length ?? 0) && (before.models[index]?.outputs.length ?? 0) > 0,
  )

/** The one edit between two texts. */
function difference({ file }: Analysis, text: string): { readonly range: Range; readonly text: string } {
  const old = file.text
  let start = 0
  while (start < old.length && start < text.length && old[start] === text[start]) start++
  let tail = 0
  while (tail < old.length - start && tail < text.length - start && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++
  return { range: rangeOf({ file, span: { start, end: old.length - tail } }), text: text.slice(start, text.length - tail) }
}
