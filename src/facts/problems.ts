/** Problems as people read them: one rule table, one message a problem. */
import type { FoundProblem } from "../evaluate/evaluation.ts"

export interface Rule {
  readonly code: string
  readonly severity: "error" | "warning" | "hint"
  /** what the rule finds, in one sentence */
  readonly title: string
}

/** Every code an operator or layer may give. */
export const RULES: readonly Rule[] = [
  { code: "channel-mismatch", severity: "error", title: "A convolution or normalisation gets another number of channels than it was made for." },
  { code: "feature-mismatch", severity: "error", title: "A linear, recurrent or normalising layer gets another number of features than it was made for." },
  { code: "rank-mismatch", severity: "error", title: "A layer or function gets a tensor with too many or too few dimensions." },
  { code: "broadcast-mismatch", severity: "error", title: "Two tensors are combined whose sizes neither agree nor broadcast." },
  { code: "matmul-mismatch", severity: "error", title: "A matrix product whose inner sizes differ." },
  { code: "reshape-mismatch", severity: "error", title: "A reshape that changes the number of elements." },
  { code: "concatenate-mismatch", severity: "error", title: "Tensors are joined that differ in another size than the joined one." },
  { code: "argument-error", severity: "error", title: "A layer or function is called with arguments it does not take." },
]

const SEVERITIES = new Map(RULES.map(({ code, severity }) => [code, severity]))

export const severityOf = (problem: FoundProblem): Rule["severity"] => problem.severity ?? SEVERITIES.get(problem.code) ?? "error"

/** "Conv2d `stem` expects 4 channels, got 3". */
export const messageOf = ({ subject, message }: FoundProblem): string => (subject ? `${subject} ${message}` : message)
