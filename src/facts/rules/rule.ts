/** What a rule is: its page, of which the examples are its tests. */
import type { ProblemCode } from "../../values/problem.ts"

export type Severity = "error" | "warning" | "hint"

/** What a rule's page says. The examples stand after the imports of their language. */
export interface RuleText {
  readonly severity: Severity
  /** what the rule finds, in one sentence */
  readonly title: string
  /** when exactly it is found */
  readonly what: string
  /** what the framework does then */
  readonly why: string
  readonly language?: "python" | "javascript"
  readonly wrong: string
  readonly right: string
  /** how it is mended */
  readonly fix: string
}

export interface Rule extends RuleText {
  readonly code: ProblemCode
}

/** What every example starts with. */
export const IMPORTS: Record<"python" | "javascript", string> = {
  python:
    "import keras\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom einops import rearrange\nfrom torch import nn\n\n",
  javascript: 'import * as tf from "@tensorflow/tfjs"\n\n',
}
