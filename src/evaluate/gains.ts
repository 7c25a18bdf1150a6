/** What the rounds of a loop add to lists: whether each adds the same, and what the rounds that are left out would have added. */
import { GROWN, markGrown } from "../values/growth.ts"
import { join } from "../values/join.ts"
import type { Value } from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import type { Changes } from "./journal.ts"

/** What training loops collect: losses, accuracies. A list that gains one more of them decides no shape. */
const MEASUREMENTS = new Set<Value["kind"]>(["tensor", "unknown", "float"])
/** Longer lists are left as samples of an open length. */
const MAXIMUM_GAINS = 100_000

/** Whether a list has gained measurements, or what it gained in the round before. */
export function gainsAlike(before: readonly unknown[], contents: readonly unknown[]): boolean {
  const gained = contents.length - before.length
  return contents
    .slice(before.length)
    .every(
      (cell, index) =>
        MEASUREMENTS.has((cell as Value).kind) || isRepeated(contents[before.length + index - gained] as Value, cell as Value),
    )
}

/** Whether a value says what the one of the round before did: equal constants, measurements of one kind, lists of such. */
function isRepeated(earlier: Value | undefined, value: Value): boolean {
  if (earlier?.kind !== value.kind) return false
  if (MEASUREMENTS.has(value.kind)) return true
  if ((value.kind === "list" || value.kind === "tuple") && (earlier.kind === "list" || earlier.kind === "tuple"))
    return value.items.length === earlier.items.length && value.items.every((item, index) => isRepeated(earlier.items[index], item))
  // A label of 0 or 1, that no one knows, is another symbol in each round.
  if (value.kind === "integer" && typeof value.value !== "number") return earlier.kind === "integer" && typeof earlier.value !== "number"
  return join(earlier, value) === earlier
}

/** Adds what the last round added so many times more; a number of rounds that is not known leaves the lists' lengths open. */
export function repeatGains(evaluation: Evaluation, last: Changes, rounds: number): void {
  for (const [container, { before, after }] of last) {
    if (!Array.isArray(container) || !Array.isArray(before) || !Array.isArray(after) || after.length <= before.length) continue
    const gained: readonly unknown[] = after.slice(before.length)
    if (gained.length * rounds > MAXIMUM_GAINS) {
      markGrown(container, evaluation.freshDim("len", GROWN.reason))
      continue
    }
    evaluation.heap.touch(container)
    for (let round = 0; round < rounds; round++) container.push(...gained)
  }
}
