/** Problems and conditions: what an operator finds wrong with its operands, and what must hold for it to be right. */
import type { Dim } from "./dim.ts"

/** The stable codes of all rules. Whoever reports a problem names one; the rule table in `facts` explains each. */
export type ProblemCode =
  | "argument-error"
  | "axis-out-of-range"
  | "batch-merged"
  | "batch-mismatch"
  | "bias-before-normalisation"
  | "broadcast-mismatch"
  | "channel-mismatch"
  | "concatenate-mismatch"
  | "double-softmax"
  | "dropout-at-end"
  | "dtype-mismatch"
  | "einsum-mismatch"
  | "empty-output"
  | "feature-mismatch"
  | "group-divisibility"
  | "hidden-state-mismatch"
  | "index-dtype"
  | "index-mismatch"
  | "index-out-of-range"
  | "index-rank"
  | "indivisible"
  | "input-mismatch"
  | "kernel-too-large"
  | "layer-in-forward"
  | "length-mismatch"
  | "mask-mismatch"
  | "matmul-mismatch"
  | "missing-attribute"
  | "missing-input-shape"
  | "missing-softmax"
  | "missing-super-init"
  | "not-callable"
  | "over-budget"
  | "padding-mismatch"
  | "padding-too-large"
  | "rank-mismatch"
  | "rearrange-mismatch"
  | "regression-activation"
  | "reshape-mismatch"
  | "shape-mismatch"
  | "shape-remark"
  | "split-mismatch"
  | "stacked-linear"
  | "target-mismatch"
  | "unreadable-budget"
  | "unregistered-layers"
  | "unused-layer"
  | "vanishing-gradients"

export interface Undecided {
  readonly expected: Dim
  readonly actual: Dim
}

/** What an operator finds wrong, in words that continue a sentence which begins with the layer's name. */
export interface Problem {
  readonly code: ProblemCode
  /** A predicate: "expects 4 channels, got 3". The interpreter puts "Conv2d `stem`" before it. */
  readonly message: string
  readonly severity?: "error" | "warning" | "hint"
  /** Something is missing that others may add before the model is called: no problem where nobody is seen to call it. */
  readonly isLacking?: true
  /** What Python raises, for code that catches it: it may have another way. */
  readonly raises?: "TypeError"
  /** The argument that would mend it and its right value, when there is one: {argument: "in_channels", value: "3"}. */
  /** Set when it is no problem but a condition: two sizes that must be equal and may be. Input sizes are solved from these. */
  readonly undecided?: Undecided
  readonly fix?: { readonly argument: string; readonly value: string }
}
