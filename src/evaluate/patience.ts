/** Slow statements of a script, such as a loop over data: each may use a part of the time, so that what comes after it is still run. */
import { GROWN, markGrown } from "../values/growth.ts"
import type { Value } from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import type { Changes } from "./journal.ts"
import { STOP_REASONS, Stopped } from "./raised.ts"

/** Of what is left of the time of the script. */
const SHARE_OF_REST = 0.5

/** Runs a statement. Where it is cut off, what it has changed so far is not what it would have made: that becomes unknown. */
export function runPatiently(evaluation: Evaluation, run: () => void): void {
  const spent = evaluation.budget.spent?.() ?? 0
  if (evaluation.timeShare >= 1 || evaluation.budget.spent === undefined) return run()
  evaluation.patience = { share: spent + (evaluation.timeShare - spent) * SHARE_OF_REST, instances: evaluation.instances.length }
  evaluation.heap.begin()
  let isCut = false
  try {
    run()
  } catch (thrown) {
    isCut = thrown instanceof Stopped && thrown.why === "time"
    throw thrown
  } finally {
    evaluation.patience = undefined
    const changes = evaluation.heap.commit()
    if (isCut) forget(evaluation, changes)
  }
}

/** Whether the time of the whole script is used up, and not only that of the statement. */
export const isLate = (evaluation: Evaluation): boolean => (evaluation.budget.spent?.() ?? 0) > evaluation.timeShare

function forget(evaluation: Evaluation, changes: Changes): void {
  for (const [container, { before, after }] of changes) {
    if (Array.isArray(before) && Array.isArray(after) && before.length !== after.length)
      markGrown(container, evaluation.freshDim("len", GROWN.reason))
    if (!(before instanceof Map) || !(after instanceof Map)) continue
    if (before.size !== after.size) markGrown(container, evaluation.freshDim("len", GROWN.reason))
    const map = container as Map<unknown, unknown>
    evaluation.heap.touch(map)
    for (const [key, value] of after) if (before.get(key) !== value) map.set(key, forgotten(evaluation, value))
  }
}

/** Functions, classes and modules are whole as soon as they are there. */
function forgotten(evaluation: Evaluation, cell: unknown): unknown {
  const nothing = evaluation.unknown(STOP_REASONS.time)
  if (typeof cell !== "object" || cell === null) return cell
  if (!("kind" in cell)) return "key" in cell && "value" in cell ? { ...cell, value: nothing } : cell
  return WHOLE.has((cell as Value).kind) ? cell : nothing
}

const WHOLE = new Set<Value["kind"]>(["function", "native", "method", "class", "module", "instance"])
