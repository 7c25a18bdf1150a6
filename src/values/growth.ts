/** Lists, sets and dictionaries that a loop of unknown length has filled: what they hold is a sample, and how much it is no one knows. */
import type { Dim } from "./dim.ts"
import type { UnknownValue, Value } from "./value.ts"

const sizes = new WeakMap<object, Dim>()

/** `container` is the array or map that holds the elements, `size` the symbol their number becomes. */
export const markGrown = (container: object, size: Dim): void => void sizes.set(container, size)

/** The number of elements where a loop left it open. */
export function grownSize(value: Value): Dim | undefined {
  if (value.kind === "list") return sizes.get(value.items)
  return value.kind === "dictionary" || value.kind === "set" ? sizes.get(value.entries) : undefined
}

export const GROWN: UnknownValue = { kind: "unknown", reason: "it was filled in a loop whose number of rounds is not known" }
