/** Functions of a file that was analysed can be run again with other bodies, on what they were called with. */
import { aside } from "../evaluate/aside.ts"
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
    const seen = new Map<object, Observation>()
    evaluation.renew(budget)
    const isDone = aside(evaluation, () => {
      Object.assign(evaluation, { observations: seen, certainty })
      evaluation.heap.apply(changes)
      const place = { file: record.file, span: fresh.span }
      const frame = { name: record.value.name, place, language: evaluation.languageOf(record.file), maybeReturned: [] }
      return evaluation.withFrame(frame, () => calls.every((call) => callAgain(evaluation, call, fresh)))
    })
    return isDone ? seen : undefined
  },
})

/** False when the budget ended first. What goes wrong in it is told by the next analysis. */
function callAgain(evaluation: Evaluation, { callee, args, place, self }: SampledCall, node: FunctionBody): boolean {
  try {
    callFunction(evaluation, { ...callee, closure: { ...closureOf(callee), node } }, args, place, self)
    return true
  } catch (thrown) {
    if (!(thrown instanceof Raised || thrown instanceof Stopped)) throw thrown
    return thrown instanceof Raised
  }
}
