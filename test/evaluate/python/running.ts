/** Runs a Python text through the evaluator statement by statement, and tells what its top-level expressions give. */
import { Evaluation } from "../../../src/evaluate/evaluation.ts"
import { evaluate } from "../../../src/evaluate/expressions.ts"
import { addMainModule, exceptionText } from "../../../src/evaluate/modules.ts"
import { pythonLanguage } from "../../../src/evaluate/python/language.ts"
import { pythonRepr } from "../../../src/evaluate/python/text.ts"
import { Raised } from "../../../src/evaluate/raised.ts"
import { executeStatement } from "../../../src/evaluate/statements.ts"
import { parse } from "../../../src/syntax/parse.ts"
import { memoryHost } from "../../../src/text/host.ts"
import { positionAt, sourceFile } from "../../../src/text/source.ts"
import { dimText } from "../../../src/values/dim.ts"
import type { Value } from "../../../src/values/value.ts"

export interface Answer {
  /** zero-based line on which the expression ends */
  readonly line: number
  /** "=> repr", "raises Error", or "unknown: reason" */
  readonly text: string
}

/** `names` are bound before the text runs. */
export function answersOf(text: string, names: Readonly<Record<string, Value>> = {}): Answer[] {
  const file = sourceFile("/spec.py", "python", text)
  const evaluation = new Evaluation(memoryHost({}), { fuel: 1_000_000, cancelled: () => false })
  const { scope, tree } = addMainModule(evaluation, file, parse(file), "/spec.py", "spec", "")
  for (const [name, value] of Object.entries(names)) scope.variables.set(name, value)
  const place = { file, span: { start: 0, end: 0 } }
  const answers: Answer[] = []
  evaluation.withFrame({ name: "spec", place, language: pythonLanguage, maybeReturned: [] }, () => {
    for (const statement of tree.body) {
      if (statement.kind !== "expression") {
        executeStatement(evaluation, statement, scope)
        continue
      }
      const { line } = positionAt(file, statement.span.end)
      answers.push({ line, text: outcome(evaluation, () => evaluate(evaluation, statement.expression, scope)) })
    }
  })
  return answers
}

function outcome(evaluation: Evaluation, run: () => Value): string {
  try {
    return describe(evaluation, run())
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown
    return `raises ${exceptionText(evaluation, thrown.value).split(":")[0]}`
  }
}

function describe(evaluation: Evaluation, value: Value): string {
  if (value.kind === "unknown") return `unknown: ${value.reason}`
  if (value.kind === "integer" && typeof value.value === "object") return `=> ${dimText(value.value)}`
  const text = pythonRepr(evaluation, value)
  return text === undefined ? `unknown: no text of a ${value.kind}` : `=> ${text}`
}
