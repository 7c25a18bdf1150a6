/** Which shapes of targets a loss compares with an output: what `fit` refuses before it computes anything. */
import type { Dim } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import { shortName } from "./define.ts"
import { isOther } from "./entrance.ts"
import { snakeCase } from "./naming.ts"

/** Losses by what they want of a target: the output's own shape, a class number for each output vector, or a shape that broadcasts. */
const KINDS: Record<string, "same" | "classes" | "broadcast"> = {
  categorical_crossentropy: "same",
  binary_crossentropy: "same",
  sparse_categorical_crossentropy: "classes",
  mean_squared_error: "broadcast",
  mean_absolute_error: "broadcast",
  mean_squared_logarithmic_error: "broadcast",
  huber: "broadcast",
  log_cosh: "broadcast",
}
const SHORT: Record<string, string> = {
  mse: "mean_squared_error",
  mae: "mean_absolute_error",
  msle: "mean_squared_logarithmic_error",
  logcosh: "log_cosh",
}

/** The name of a loss given as text, function or object; undefined for one of the program's own. */
export function lossName(loss: V.Value | undefined): string | undefined {
  if (loss?.kind === "list" && loss.items.length === 1) return lossName(loss.items[0])
  if (loss?.kind === "string") return loss.value
  if (loss?.kind === "native") return shortName(loss.name)
  const isOwn = loss?.kind === "instance" && /^keras\.losses\./.test(loss.class.qualifiedName)
  return isOwn ? snakeCase(loss.class.name) : undefined
}

/** Keras' full name: "mse" and "MeanSquaredError" are the same. */
export function fullName(name: string): string {
  const snake = snakeCase(name)
  return SHORT[name.toLowerCase()] ?? (snake in KINDS ? snake : name)
}

/** Whether Keras' loss of that name certainly refuses the target. */
export function refuses(name: string, target: Shape, output: Shape): boolean {
  const kind = KINDS[name]
  const [wanted, given] = alike(target, output)
  if (kind === "same") return differs(wanted, given)
  if (kind === "broadcast") return !broadcasts(wanted, given)
  if (kind !== "classes") return false
  const classes = wanted.length === given.length && wanted.at(-1) === 1 ? wanted.slice(0, -1) : wanted
  return differs(classes, given.slice(0, -1))
}

const differs = (left: Shape, right: Shape): boolean =>
  left.length !== right.length || left.some((dim, axis) => isOther(dim, right[axis] as Dim))

/** The losses of Keras first take away or add a last axis of one where only that differs. */
function alike(target: Shape, output: Shape): readonly [Shape, Shape] {
  if (target.length === output.length + 1 && target.at(-1) === 1)
    return output.length === 1 ? [target, [...output, 1]] : [target.slice(0, -1), output]
  if (output.length === target.length + 1 && output.at(-1) === 1)
    return target.length === 1 ? [[...target, 1], output] : [target, output.slice(0, -1)]
  return [target, output]
}

function broadcasts(left: Shape, right: Shape): boolean {
  const count = Math.min(left.length, right.length)
  return Array.from({ length: count }, (_, index) => [left.at(-1 - index) as Dim, right.at(-1 - index) as Dim] as const).every(
    ([one, other]) => one === 1 || other === 1 || !isOther(one, other),
  )
}

/** TensorFlow.js wants the output's shape, or one class number for each output vector. */
export function targetShape(name: string | undefined, output: Shape): Shape {
  return name === "sparseCategoricalCrossentropy" ? [...output.slice(0, -1), 1] : output
}
