/** How bad a rule's problems are, where the reader decides otherwise than its table. */
import type { ProblemFact } from "./problems.ts"
import type { Severity } from "./rules/rule.ts"

export type Level = Severity | "off"

/** By the code of the rule. */
export type Levels = Readonly<Record<string, Level>>

export function levelled(facts: readonly ProblemFact[], levels: Levels): ProblemFact[] {
  return facts.flatMap((fact) => {
    const level = Object.hasOwn(levels, fact.code) ? levels[fact.code] : fact.severity
    return level === undefined || level === "off" ? [] : [{ ...fact, severity: level }]
  })
}
