/** What a rule of practice is given, and how it says what it found. */
import type { FoundProblem, Observation } from "../../evaluate/evaluation.ts"
import type { Call, Tree } from "../../syntax/tree.ts"
import { nodeAt } from "../../syntax/walk.ts"
import type { Place, SourceFile, Span } from "../../text/source.ts"
import type { ProblemCode } from "../../values/problem.ts"
import type { InstanceValue } from "../../values/value.ts"
import type { Flow, Step } from "./flow.ts"

export interface Evidence {
  readonly file: SourceFile
  readonly tree: Tree
  readonly observations: ReadonlyMap<object, Observation>
  readonly flow: Flow
  /** every module that was made, children included */
  readonly modules: readonly InstanceValue[]
  /** whether this is a part of the file, and others define models of their own */
  readonly isPart: boolean
}

/** One rule: what it finds wrong in a file. It speaks only where it is certain. */
export type Finder = (evidence: Evidence) => readonly FoundProblem[]

/** A hint at a place of the file; undefined when the place is elsewhere. */
export function problem(code: ProblemCode, { file }: Evidence, place: Place, message: string, module?: InstanceValue): FoundProblem[] {
  if (place.file !== file || place.span.end <= place.span.start) return []
  return [{ code, message, place, subject: "", trail: [], module }]
}

/** The call that begins and ends where the span does. */
export function callNode(tree: Tree, { start, end }: Span): Call | undefined {
  return nodeAt(tree, start).find((node): node is Call => node.kind === "call" && node.span.start === start && node.span.end === end)
}

/**
 * Where a reader would look for the step: the call in the code that applies it, or where the layer is made when it is applied by a container
 * or by a loop over several.
 */
export function siteOf(evidence: Evidence, { event, owner }: Step): Place {
  if (!owner?.class.layer) return event.place
  const call = event.place.file === evidence.file ? callNode(evidence.tree, event.place.span) : undefined
  const seen = call?.callee.kind === "attribute" ? evidence.observations.get(call.callee) : undefined
  return seen?.value === owner && seen.others.length === 0 ? event.place : owner.place
}

/**
 * Steps of layers by the place that makes these: what is said of a line of code has to hold for each layer made there, and each time it is applied.
 */
export function byPlace({ file, flow }: Evidence, isWanted: (step: Step) => boolean): ReadonlyMap<number, readonly Step[]> {
  const found = new Map<number, Step[]>()
  for (const step of flow.steps) {
    const place = step.owner?.place
    if (!place || place.file !== file || !isWanted(step)) continue
    const known = found.get(place.span.start)
    if (known) known.push(step)
    else found.set(place.span.start, [step])
  }
  return found
}
