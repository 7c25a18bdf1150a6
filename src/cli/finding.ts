/** Problems as code scanners follow them through time: what stays when lines above are added, removed or moved. */
import type { FoundProblem } from "../evaluate/evaluation.ts"
import { type ProblemSummary, problemSummary } from "../facts/summary.ts"

export interface Finding extends ProblemSummary {
  /** the code in the problem's first line, without layout */
  readonly text: string
}

export function findingOf(problem: FoundProblem): Finding {
  const { file, span } = problem.place
  const start = file.text.lastIndexOf("\n", span.start - 1) + 1
  const [line = ""] = file.text.slice(start).split("\n", 1)
  return { ...problemSummary(problem), text: line.trim().replace(/\s+/g, " ") }
}
