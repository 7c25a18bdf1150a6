/** Ways in which evaluation leaves an expression other than with a value. */
import type { Value } from "../values/value.ts"

/** An exception of the user's language that is raised for certain. */
export class Raised {
  constructor(readonly value: Value) {}
}

/** Analysis ended early: out of fuel, too deep, or cancelled. No `except` of the user's catches it. */
export class Stopped {
  constructor(readonly why: "fuel" | "depth" | "time" | "cancelled" | "pending") {}
}

export const STOP_REASONS: Record<Stopped["why"], string> = {
  fuel: "analysis stopped here: the program takes more steps than the limit",
  time: "running this took the larger part of the time limit: it was not run to its end",
  depth: "calls are nested deeper than the limit",
  cancelled: "analysis was cancelled or took longer than its time limit",
  pending: "a file is still being fetched",
}

/** How a statement ends: undefined when the next one follows. */
export type Completion =
  | undefined
  | { readonly kind: "return"; readonly value: Value }
  | { readonly kind: "break" | "continue"; readonly label?: string }
