/** Judges what the analysis says of a program with a fault and of its mended twin. */
import { type Analysis, analyze } from "../../src/facts/analyze.ts"
import { type FixFact, fixesOf } from "../../src/facts/fixes/fixes.ts"
import { problemsOf, severityOf } from "../../src/facts/problems.ts"
import { memoryHost } from "../../src/text/host.ts"
import { offsetAt, sourceFile } from "../../src/text/source.ts"

/** As the framework itself was seen to judge it. */
export interface Program {
  readonly id: string
  readonly framework: "pytorch" | "keras" | "tfjs"
  readonly kind: string
  readonly code: string
  readonly fixed: string
  readonly error: string
  /** where code of the program raises, the deepest frame */
  readonly line: number
  /** what has to be changed */
  readonly fault_line: number
  /** false where nobody calls the model: the fault shows from the constructor's sizes */
  readonly called: boolean
}

export interface Judgement {
  readonly program: Program
  /** errors as "line: message" */
  readonly errors: readonly string[]
  readonly isOnLine: boolean
  /** at the line that raises, which is stricter */
  readonly isWhereRaised: boolean
  /** errors of the mended twin */
  readonly falseErrors: readonly string[]
  /** hints and warnings of the mended twin */
  readonly remarks: readonly string[]
  /** titles of the fixes offered, and how many of them leave no error */
  readonly fixes: readonly string[]
  readonly isMended: boolean
}

const FUEL = 20_000_000

function analysisOf(text: string, { framework }: Program): Analysis {
  const name = framework === "tfjs" ? "program.js" : "program.py"
  const file = sourceFile(name, framework === "tfjs" ? "javascript" : "python", text)
  return analyze(file, `/${name}`, memoryHost({}), { budget: { fuel: FUEL, cancelled: () => false } })
}

const isError = ({ severity }: { readonly severity: string }): boolean => severity === "error"
const textOf = ({ range, message }: ReturnType<typeof problemsOf>[number]): string => `${range.start.line + 1}: ${message}`

export function judge(program: Program): Judgement {
  const analysis = analysisOf(program.code, program)
  const twin = problemsOf(analysisOf(program.fixed, program))
  const errors = problemsOf(analysis).filter(isError)
  const lines = errors.map(({ range }) => range.start.line + 1)
  const fixes = analysis.problems
    .filter((problem) => severityOf(problem) === "error")
    .flatMap((problem) => fixesOf(analysis, problem, (text) => analysisOf(text, program)))
  return {
    program,
    errors: errors.map(textOf),
    isOnLine: lines.includes(program.line) || lines.includes(program.fault_line),
    isWhereRaised: lines.includes(program.line),
    falseErrors: twin.filter(isError).map(textOf),
    remarks: twin.filter((problem) => !isError(problem)).map(textOf),
    fixes: fixes.map(({ title }) => title),
    isMended: fixes.some((fix) => !leavesErrors(analysis, fix, program)),
  }
}

function leavesErrors({ file }: Analysis, { range, text }: FixFact, program: Program): boolean {
  const mended = file.text.slice(0, offsetAt(file, range.start)) + text + file.text.slice(offsetAt(file, range.end))
  return analysisOf(mended, program).problems.some((problem) => severityOf(problem) === "error")
}
