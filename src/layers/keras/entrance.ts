/** What a model says of the tensors that enter it: Keras corrects a missing last axis and refuses other ranks and sizes. */
import { type Dim, dimText, equals } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Shape } from "../../values/shape.ts"
import type { Place } from "../../text/source.ts"
import type * as V from "../../values/value.ts"
import { markOf } from "./graph.ts"
import { isOpen } from "./open.ts"
import { nameOf } from "./state.ts"

/** A shape as the framework writes it: sizes left open are `None` or `null`. */
export function shownShape(shape: Shape, framework: V.Framework): string {
  const sizes = shape.map((dim) => (isOpen(dim) ? (framework === "tfjs" ? "null" : "None") : dimText(dim)))
  if (framework === "tfjs") return `[${sizes.join(", ")}]`
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`
}

/** Whether two sizes can never be the same; one that is left open takes any. */
export const isOther = (expected: Dim, actual: Dim): boolean => !isOpen(expected) && !isOpen(actual) && equals(expected, actual) === false

/** The name of the input layer, or what it is called in the program. */
export function inputName(input: V.TensorValue): string | undefined {
  const layer = markOf(input)?.node.operation.layer
  return layer && nameOf(layer)
}

interface Entrance {
  /** A functional model compares every size but the batch, a stack the number of axes only. */
  readonly isExact: boolean
  readonly place: Place
}

/** The tensor as the model lets it in; undefined when it refuses it, which is reported. */
export function admitted(
  interpreter: Interpreter,
  wanted: V.TensorValue,
  actual: V.TensorValue,
  { isExact, place }: Entrance,
): V.TensorValue | undefined {
  const [expected, given] = [wanted.shape, actual.shape]
  if (!expected || !given || wanted.framework === "tfjs") return actual
  const shape = withRank(given, expected)
  const isRefused = !shape || (isExact && differs(expected, shape))
  if (!isRefused) return shape === given ? actual : { ...actual, shape }
  const name = isExact ? inputName(wanted) : undefined
  const message = `expects ${shownShape(expected, "keras")}${name ? ` as input \`${name}\`` : ""}, got ${shownShape(given, "keras")}`
  interpreter.problem({ code: "input-mismatch", message }, place)
  return undefined
}

/** Keras leaves a last axis of one out of the comparison, on either side: such a model takes any last axis. */
function differs(expected: Shape, given: Shape): boolean {
  const [wanted, actual] = [expected, given].map((shape) => (shape.at(-1) === 1 ? shape.slice(0, -1) : shape)) as [Shape, Shape]
  return wanted.some((dim, axis) => axis > 0 && axis < actual.length && isOther(dim, actual[axis] as Dim))
}

/** A last axis of one is added or taken away where only that differs. */
function withRank(given: Shape, expected: Shape): Shape | undefined {
  if (given.length === expected.length) return given
  if (given.length === expected.length + 1 && given.at(-1) === 1) return given.slice(0, -1)
  return given.length === expected.length - 1 && expected.at(-1) === 1 ? [...given, 1] : undefined
}
