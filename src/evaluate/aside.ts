/** Does something of which nothing stays: the heap, the trace, problems and instances are then as they were. */
import type { Evaluation } from "./evaluation.ts"

export function aside<T>(evaluation: Evaluation, body: () => T): T {
  const { observedFile, observations, certainty, trace, problems, instances } = evaluation
  const lengths = [trace, problems, instances].map((list) => [list, list.length] as const)
  evaluation.heap.begin()
  try {
    return body()
  } finally {
    evaluation.heap.rollback()
    evaluation.takeConstraints()
    for (const [list, length] of lengths) list.length = length
    Object.assign(evaluation, { observedFile, observations, certainty })
  }
}
