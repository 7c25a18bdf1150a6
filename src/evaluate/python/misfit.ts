/** Whether the arguments of a call fit the parameters of a function of the source. */
import type { Parameter } from "../../syntax/tree.ts"
import { parameterName } from "../../syntax/walk.ts"
import type * as V from "../../values/value.ts"

/** "misses the argument `mask`"; undefined when all fits. */
export function misfit(parameters: readonly Parameter[], { positional, keywords }: V.CallArguments): string | undefined {
  const places = parameters.filter(({ form }) => form === "ordinary" || form === "positionalOnly")
  const has = (form: Parameter["form"]): boolean => parameters.some((parameter) => parameter.form === form)
  if (positional.length > places.length && !has("rest"))
    return `takes ${places.length} argument${places.length === 1 ? "" : "s"} by position, got ${positional.length}`
  const byName = parameters.filter(({ form }) => form === "ordinary" || form === "keywordOnly").map(parameterName)
  const strange = [...keywords].find(([name, value]) => !isMaybe(value) && !byName.includes(name))
  if (strange && !has("keywordRest")) return `has no argument \`${strange[0]}\``
  const missing = [...places.slice(positional.length), ...parameters.filter(({ form }) => form === "keywordOnly")].find(
    (parameter) => !parameter.default && !keywords.has(parameterName(parameter)),
  )
  return missing && `misses the argument \`${parameterName(missing)}\``
}

/** An entry of `**options` that may not be there. */
const isMaybe = (value: V.Value): boolean => value.kind === "unknown" && value.isMaybe === true
