/** `match` and `switch`: patterns against values, with three answers. */
import type * as Tree from "../syntax/tree.ts"
import * as V from "../values/value.ts"
import { branchStatements } from "./branches.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate } from "./expressions.ts"
import type { Completion } from "./raised.ts"
import { childScope, type Scope } from "./scope.ts"
import { executeBlock } from "./statements.ts"
import { assignName } from "./targets.ts"

export function executeMatch(evaluation: Evaluation, node: Tree.Match, scope: Scope): Completion {
  return executeCases(evaluation, node, evaluate(evaluation, node.subject, scope), scope, 0)
}

/** Tries the cases from `from` on; where one may or may not match, both ways are followed. */
function executeCases(evaluation: Evaluation, node: Tree.Match, subject: V.Value, scope: Scope, from: number): Completion {
  const entry = node.cases[from]
  if (!entry) return undefined
  const rest = () => executeCases(evaluation, node, subject, scope, from + 1)
  const matched = matches(evaluation, entry.pattern, subject, scope)
  const passed = matched === false || !entry.guard ? matched : both(matched, evaluation.truth(evaluate(evaluation, entry.guard, scope)))
  if (passed === false) return rest()
  const body = () => executeBlock(evaluation, entry.body, scope)
  return passed ? body() : branchStatements(evaluation, [body, rest])
}

const both = (left: boolean | undefined, right: boolean | undefined): boolean | undefined =>
  left === false || right === false ? false : left === undefined || right === undefined ? undefined : true

function matches(evaluation: Evaluation, pattern: Tree.Pattern, subject: V.Value, scope: Scope): boolean | undefined {
  switch (pattern.kind) {
    case "valuePattern":
      return evaluation.equals(subject, evaluate(evaluation, pattern.value, scope))
    case "capturePattern": {
      const matched = pattern.pattern ? matches(evaluation, pattern.pattern, subject, scope) : true
      if (matched !== false && pattern.name && pattern.name !== "_") assignName(evaluation, scope, pattern.name, subject)
      return matched
    }
    case "alternatives":
      return pattern.patterns.reduce<boolean | undefined>(
        (found, one) => either(found, () => matches(evaluation, one, subject, scope)),
        false,
      )
    case "sequencePattern":
      return matchesSequence(evaluation, pattern.elements, subject, scope)
    case "mappingPattern":
      return matchesMapping(evaluation, pattern, subject, scope)
    case "classPattern":
      return matchesClass(evaluation, pattern, subject, scope)
    case "starPattern":
      return true
  }
}

const either = (found: boolean | undefined, next: () => boolean | undefined): boolean | undefined => {
  if (found === true) return true
  const other = next()
  return other === true ? true : found === undefined ? undefined : other
}

function matchesSequence(evaluation: Evaluation, elements: readonly Tree.Pattern[], subject: V.Value, scope: Scope): boolean | undefined {
  if (subject.kind === "unknown") return undefined
  if (subject.kind !== "list" && subject.kind !== "tuple") return false
  const star = elements.findIndex((element) => element.kind === "starPattern")
  const { items } = subject
  if (star < 0 ? items.length !== elements.length : items.length < elements.length - 1) return false
  return elements.reduce<boolean | undefined>((found, element, index) => {
    if (element.kind === "starPattern") {
      if (element.name) assignName(evaluation, scope, element.name, V.list(items.slice(star, items.length - (elements.length - star - 1))))
      return found
    }
    const item = items[star >= 0 && index > star ? items.length - elements.length + index : index] as V.Value
    return both(found, matches(evaluation, element, item, scope))
  }, true)
}

function matchesMapping(
  evaluation: Evaluation,
  pattern: Extract<Tree.Pattern, { kind: "mappingPattern" }>,
  subject: V.Value,
  scope: Scope,
): boolean | undefined {
  if (subject.kind === "unknown") return undefined
  if (subject.kind !== "dictionary") return false
  let found: boolean | undefined = true
  for (const { key, value } of pattern.entries) {
    const text = V.keyOf(evaluate(evaluation, key, scope))
    const entry = text === undefined ? undefined : subject.entries.get(text)
    found = both(found, entry ? matches(evaluation, value, entry.value, scope) : text === undefined ? undefined : false)
  }
  return found
}

function matchesClass(
  evaluation: Evaluation,
  pattern: Extract<Tree.Pattern, { kind: "classPattern" }>,
  subject: V.Value,
  scope: Scope,
): boolean | undefined {
  const found = evaluation.language.catches(evaluation, evaluate(evaluation, pattern.class, scope), subject)
  return pattern.keywords.reduce<boolean | undefined>((so, { name, value }) => {
    const member = so === false ? undefined : evaluation.findAttribute(subject, name)
    return member ? both(so, matches(evaluation, value, member, scope)) : so
  }, found)
}

/** JavaScript's switch: falls through until `break`. */
export function executeSwitch(evaluation: Evaluation, node: Tree.Switch, outer: Scope): Completion {
  const scope = childScope(outer, "block")
  const subject = evaluate(evaluation, node.subject, scope)
  const answers = node.cases.map((entry) => (entry.test ? evaluation.equals(subject, evaluate(evaluation, entry.test, scope)) : false))
  const run = (from: number) => (): Completion => {
    for (const entry of node.cases.slice(from)) {
      const completion = executeBlock(evaluation, entry.body, scope)
      if (completion?.kind === "break" && (completion.label === undefined || completion.label === node.label)) return undefined
      if (completion) return completion
    }
    return undefined
  }
  const certain = answers.indexOf(true)
  const fallback = node.cases.findIndex((entry) => !entry.test)
  const last = certain >= 0 ? certain : fallback >= 0 ? fallback : node.cases.length
  const possible = answers.flatMap((answer, index) =>
    answer === undefined && index < (certain >= 0 ? certain : answers.length) ? [index] : [],
  )
  return possible.length === 0 ? run(last)() : branchStatements(evaluation, [...possible, last].map(run))
}
