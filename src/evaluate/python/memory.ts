/** Bounds what one evaluation may hold: fuel counts steps, but one step of Python can make a million elements. */
import type { Interpreter } from "../../values/interpreter.ts"
import { type UnknownValue, unknown } from "../../values/value.ts"

/** Elements that containers and texts may be given in all; some hundred megabytes. */
const MAXIMUM_ELEMENTS = 8_000_000
/** Elements of one container. */
const MAXIMUM_LENGTH = 1_000_000
/** Characters take less room than elements. */
const CHARACTERS_PER_ELEMENT = 16

const made = new WeakMap<Interpreter, number>()

/** Counts elements that are about to be made; answers why they must not be when that is too much. */
export function refusal(interpreter: Interpreter, count: number, what: "list" | "string" | "range" = "list"): UnknownValue | undefined {
  if (!(count <= MAXIMUM_LENGTH)) return unknown(`the ${what} is too long`)
  const elements = what === "string" ? Math.ceil(count / CHARACTERS_PER_ELEMENT) : count
  interpreter.spend(elements >> 4)
  const total = (made.get(interpreter) ?? 0) + elements
  if (total > MAXIMUM_ELEMENTS) return unknown("the program makes more elements than the limit")
  made.set(interpreter, total)
  return undefined
}
