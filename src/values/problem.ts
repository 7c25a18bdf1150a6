/** Problems and conditions: what an operator finds wrong with its operands, and what must hold for it to be right. */
import type { Dim } from "./dim.ts"

export interface Undecided {
  readonly expected: Dim
  readonly actual: Dim
}

/** What an operator finds wrong, in words that continue a sentence which begins with the layer's name. */
export interface Problem {
  /** stable rule code, such as "channel-mismatch" */
  readonly code: string
  /** A predicate: "expects 4 channels, got 3". The interpreter puts "Conv2d `stem`" before it. */
  readonly message: string
  readonly severity?: "error" | "warning" | "hint"
  /** The argument that would mend it and its right value, when there is one: {argument: "in_channels", value: "3"}. */
  /** Set when it is no problem but a condition: two sizes that must be equal and may be. Input sizes are solved from these. */
  readonly undecided?: Undecided
  readonly fix?: { readonly argument: string; readonly value: string }
}
