/** Problems as people read them: where, how bad, one message a problem. */
import type { FoundProblem } from "../evaluate/evaluation.ts"
import { type Place, type Range, rangeOf } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { ruleOf } from "./rules/catalogue.ts"
import type { Severity } from "./rules/rule.ts"

export const severityOf = (problem: FoundProblem): Severity => problem.severity ?? ruleOf(problem.code).severity

/** Python's names of operators are for those who write classes. */
const SIGNS: Record<string, string> = {
  add: "`+`",
  sub: "`-`",
  mul: "`*`",
  truediv: "`/`",
  floordiv: "`//`",
  mod: "`%`",
  pow: "`**`",
  matmul: "`@`",
  and: "`&`",
  or: "`|`",
  xor: "`^`",
  lt: "`<`",
  le: "`<=`",
  gt: "`>`",
  ge: "`>=`",
  eq: "`==`",
  ne: "`!=`",
  getitem: "the subscript",
  setitem: "the assignment to a subscript",
}

const subjectText = (subject: string): string => SIGNS[/^__[ir]?(\w+)__$/.exec(subject)?.[1] ?? ""] ?? subject

/** "Conv2d `stem` expects 4 channels, got 3". */
export const messageOf = ({ subject, message }: FoundProblem): string => (subject ? `${subjectText(subject)} ${message}` : message)

/** A problem in editor terms: where, what and why. */
export interface ProblemFact {
  readonly range: Range
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly documentation?: string
  readonly related: readonly { readonly uri: string; readonly range: Range; readonly message: string }[]
}

/** The problems of the analysed file; what an import does wrong is its own file's problem, shown at the call that led there. */
export function problemsOf(analysis: Analysis): ProblemFact[] {
  return analysis.problems.flatMap((problem) => {
    const place = shownPlace(analysis, problem)
    return place ? [problemFact(problem, place)] : []
  })
}

/** Where the file shows a problem: at its place, or at the call that led there. */
export const shownPlace = ({ file }: Analysis, { place, trail }: FoundProblem): Place | undefined =>
  [place, ...trail.toReversed()].find((at) => at.file === file && at.span.end > at.span.start)

function problemFact(problem: FoundProblem, place: Place): ProblemFact {
  const documentation = problem.module?.class.mro.find(({ layer }) => layer)?.layer?.documentation
  return {
    range: rangeOf(place),
    code: problem.code,
    severity: severityOf(problem),
    message: messageOf(problem),
    related: relatedPlaces(problem, place),
    ...(documentation && { documentation }),
  }
}

/** Where the layer was made, and the calls that led there. */
function relatedPlaces({ place, module, trail, also = [] }: FoundProblem, shown: Place): ProblemFact["related"] {
  const isShown = module?.place.file === shown.file && module.place.span.start === shown.span.start
  const made = module && !isShown ? [{ place: module.place, message: `${module.class.name} is made here` }] : []
  const inside = place === shown ? [] : [{ place, message: "found here" }]
  const calls = trail
    .filter(({ span, file }) => span.end > span.start && !(file === shown.file && span.start === shown.span.start))
    .slice(-MAXIMUM_TRAIL)
  const same = also.map((other) => ({ place: other, message: "the same here" }))
  const all = [...inside, ...made, ...calls.toReversed().map((call) => ({ place: call, message: "called from here" })), ...same]
  return all.map(({ place: at, message }) => ({ uri: at.file.uri, range: rangeOf(at), message }))
}

/** More calls than these are no explanation. */
const MAXIMUM_TRAIL = 3
