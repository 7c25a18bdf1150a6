/** Python's argument binding. Source: https://docs.python.org/3/reference/expressions.html#calls */
import type { FunctionBody, Parameter } from "../../syntax/tree.ts"
import * as V from "../../values/value.ts"
import { closureOf } from "../calls.ts"
import type { Evaluation } from "../evaluation.ts"
import type { Scope } from "../scope.ts"

export function bindPython(evaluation: Evaluation, callee: V.FunctionValue, node: FunctionBody, call: V.CallArguments, scope: Scope): void {
  const { defaults } = closureOf(callee)
  const keywords = new Map(call.keywords)
  let next = 0
  node.parameters.forEach((parameter, index) => {
    const name = parameter.target.kind === "name" ? parameter.target.name : ""
    const bound = boundValue(evaluation, parameter, name, call, keywords, () => call.positional[next++])
    const value = bound ?? defaults.get(index) ?? missing(evaluation, callee, name, call)
    scope.variables.set(name, value)
    if (scope.module.file === evaluation.observedFile) evaluation.observe(parameter.target, value)
  })
  const left = call.positional.length - next
  if (left > 0) evaluation.raise("TypeError", `${callee.name}() got ${left} positional argument${left > 1 ? "s" : ""} too many`)
  const [strange] = [...keywords].find(([, value]) => value.kind !== "unknown" || !value.isMaybe) ?? []
  if (strange !== undefined) evaluation.raise("TypeError", `${callee.name}() got an unexpected keyword argument '${strange}'`)
}

/** The value the call gives a parameter; undefined when it gives none. Takes what it uses out of `keywords`. */
function boundValue(
  evaluation: Evaluation,
  parameter: Parameter,
  name: string,
  call: V.CallArguments,
  keywords: Map<string, V.Value>,
  take: () => V.Value | undefined,
): V.Value | undefined {
  switch (parameter.form) {
    case "rest":
      return restOf(call, take)
    case "keywordRest": {
      const rest = V.dictionaryOf(keywords)
      keywords.clear()
      return call.rest ?? call.unnamed ?? rest
    }
    case "keywordOnly":
      return takeKeyword(keywords, name) ?? call.rest
    default: {
      const first = take()
      const named = parameter.form === "positionalOnly" ? undefined : takeKeyword(keywords, name)
      if (first !== undefined && named !== undefined) evaluation.raise("TypeError", `got multiple values for argument '${name}'`)
      return first ?? named ?? call.rest
    }
  }
}

function restOf(call: V.CallArguments, take: () => V.Value | undefined): V.Value {
  const items: V.Value[] = []
  for (let item = take(); item !== undefined; item = take()) items.push(item)
  if (call.unnamed && items.length === 0) return call.unnamed
  return call.rest?.isSpread ? call.rest : V.tuple(items)
}

function takeKeyword(keywords: Map<string, V.Value>, name: string): V.Value | undefined {
  const value = keywords.get(name)
  keywords.delete(name)
  return value
}

function missing(evaluation: Evaluation, callee: V.FunctionValue, name: string, call: V.CallArguments): V.Value {
  return call.rest ?? evaluation.raise("TypeError", `${callee.name}() is missing the argument '${name}'`)
}
