/** Functions of a file that was analysed can be run again with other bodies, on what they were called with. */
import { callFunction, closureOf } from "../evaluate/calls.ts"
import type { Evaluation, Observation } from "../evaluate/evaluation.ts"
import type { Changes } from "../evaluate/journal.ts"
import type { ModuleRecord } from "../evaluate/modules.ts"
import { Raised, Stopped } from "../evaluate/raised.ts"
import type { SampledCall } from "../evaluate/samples.ts"
import type { FunctionBody } from "../syntax/tree.ts"
import type { Budget } from "../text/host.ts"

export interface Rerun {
  /** Whether the function was seen to be called. */
  knows(body: FunctionBody): boolean
  /** What the expressions of the new body give on what the old one was called with; undefined where the budget ended first. */
  run(old: FunctionBody, fresh: FunctionBody, budget: Budget): ReadonlyMap<object, Observation> | undefined
}

/** `changes` are what the analysis did to the heap, which has been taken back. */
export const rerunOf = (evaluation: Evaluation, record: ModuleRecord, changes: Changes): Rerun => ({
  knows: (body) => evaluation.samples.has(body),
  run(old, fresh, budget) {
    const { certainty, calls } = evaluation.samples.get(old) ?? { certainty: 0, calls: [] }
    return aside(evaluation, changes, budget, () => {
      evaluation.certainty = certainty
      const place = { file: record.file, span: fresh.span }
      const frame = { name: record.value.name, place, language: evaluation.languageOf(record.file), maybeReturned: [] }
      evaluation.withFrame(frame, () => {
        for (const call of calls) callAgain(evaluation, call, fresh)
      })
    })
  },
})

/** Does something after the end of the analysis, of which nothing stays but what was observed. */
function aside(evaluation: Evaluation, changes: Changes, budget: Budget, body: () => void): ReadonlyMap<object, Observation> | undefined {
  const { observations, certainty, trace, problems, instances } = evaluation
  const lengths = [trace, problems, instances].map((list) => [list, list.length] as const)
  const seen = new Map<object, Observation>()
  evaluation.observations = seen
  evaluation.renew(budget)
  evaluation.heap.begin()
  try {
    evaluation.heap.apply(changes)
    body()
    return seen
  } catch (thrown) {
    if (thrown instanceof Stopped) return undefined
    throw thrown
  } finally {
    evaluation.heap.rollback()
    evaluation.takeConstraints()
    for (const [list, length] of lengths) list.length = length
    evaluation.observations = observations
    evaluation.certainty = certainty
  }
}

/** What goes wrong in it is told by the next analysis. */
function callAgain(evaluation: Evaluation, { callee, args, place, self }: SampledCall, node: FunctionBody): void {
  try {
    callFunction(evaluation, { ...callee, closure: { ...closureOf(callee), node } }, args, place, self)
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown
  }
}
