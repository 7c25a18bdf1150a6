/** How bad a rule's problems are, where the reader decides otherwise than its table. */
import type { Severity } from "./rules/rule.ts"

export type Level = Severity | "off"

/** By the code of the rule. */
export type Levels = Readonly<Record<string, Level>>

/** The problems at the reader's levels, without those that are off. */
export function levelled<T extends { readonly code: string; readonly severity: Severity }>(facts: readonly T[], levels: Levels): T[] {
  return facts.flatMap((fact) => {
    const level = Object.hasOwn(levels, fact.code) ? levels[fact.code] : fact.severity
    return level === undefined || level === "off" ? [] : [{ ...fact, severity: level }]
  })
}
