/** All rules: one line a code, complete because every code that can be reported must have its text. */
import type { ProblemCode } from "../../values/problem.ts"
import { budgetRules } from "./budgets.ts"
import { dataRules } from "./data.ts"
import { layerRules } from "./layers.ts"
import { practiceRules } from "./practice.ts"
import type { Rule, RuleText } from "./rule.ts"
import { tensorRules } from "./tensors.ts"

const TEXTS: Readonly<Record<ProblemCode, RuleText>> = { ...layerRules, ...tensorRules, ...dataRules, ...practiceRules, ...budgetRules }

/** Every code an operator, layer or model may give, in alphabetical order. */
export const RULES: readonly Rule[] = (Object.keys(TEXTS) as ProblemCode[]).sort().map((code) => ({ code, ...TEXTS[code] }))

export const ruleOf = (code: ProblemCode): Rule => ({ code, ...TEXTS[code] })
