/** The trace: what was called and computed, in order; the model is built from it. */
import type { Place } from "../text/source.ts"
import type { Dim } from "../values/dim.ts"
import type { AttentionMask, Sliding } from "../values/interpreter.ts"
import type { Shape } from "../values/shape.ts"
import type { CallArguments, InstanceValue, TensorValue, UnknownValue, Value } from "../values/value.ts"

export interface EnterEvent {
  readonly kind: "enter"
  readonly module: InstanceValue
  readonly inputs: CallArguments
  readonly place: Place
  /** Inside a branch that may not be taken. */
  readonly isUncertain: boolean
}
export interface LeaveEvent {
  readonly kind: "leave"
  readonly module: InstanceValue
  readonly output: Value
  /** of a single tensor as it was given: who calls may change it in place */
  readonly shape?: Shape | undefined
}
export interface OperationEvent {
  readonly kind: "operation"
  readonly id: number
  readonly name: string
  readonly inputs: readonly Value[]
  readonly outputs: readonly TensorValue[]
  readonly macs: Dim
  readonly place: Place
  readonly isUncertain: boolean
  readonly mask?: AttentionMask
  readonly sliding?: Sliding
  /** The result stands where the first operand did; set, too, when `x += y` turns out to be one. */
  isInPlace?: boolean
}
/** Something unknown was called with tensors: what it computes is missing from the trace. */
export interface GapEvent {
  readonly kind: "gap"
  readonly reason: string
  readonly place: Place
  /** what was called, where it is a value */
  readonly callee?: UnknownValue | undefined
}
export type TraceEvent = EnterEvent | LeaveEvent | OperationEvent | GapEvent
