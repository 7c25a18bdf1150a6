/** Definitions of functions and classes. */
import type { ClassBody, Expression, FunctionBody, Statement } from "../syntax/tree.ts"
import * as V from "../values/value.ts"
import { call, type Closure, fieldsOf, positional } from "./calls.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate, evaluateArguments } from "./expressions.ts"
import { childScope, type Scope } from "./scope.ts"
import { assembleClass } from "./inheritance.ts"
import { executeBlock } from "./statements.ts"

export function makeFunction(evaluation: Evaluation, node: FunctionBody, scope: Scope): V.FunctionValue {
  const defaults = new Map<number, V.Value>()
  const { language } = evaluation
  if (language.selfIsParameter)
    node.parameters.forEach((parameter, index) => {
      if (parameter.default) defaults.set(index, evaluate(evaluation, parameter.default, scope))
    })
  const closure: Closure = { node, scope, language, defaults }
  const name = node.name ?? "<lambda>"
  const owner = scope.kind === "class" ? `${scope.definingClass?.name ?? ""}.` : ""
  return {
    kind: "function",
    name,
    qualifiedName: `${scope.module.name}.${owner}${name}`,
    closure,
    place: { file: scope.module.file, span: node.span },
    attributes: new Map(),
  }
}

/** Applies decorators from the innermost out; one that is unknown is taken to give back what it was given. */
export function decorate(evaluation: Evaluation, decorators: readonly Expression[], value: V.Value, scope: Scope): V.Value {
  let decorated = value
  for (const node of decorators.toReversed()) {
    const decorator = evaluate(evaluation, node, scope)
    const result = call(evaluation, decorator, positional(decorated), { file: scope.module.file, span: node.span })
    if (result.kind === "unknown" || (result === decorated && !isFaithful(decorator, scope))) doubtful.add(decorated)
    if (result.kind !== "unknown") decorated = result
  }
  return decorated
}

/** What a decorator may have made into something that takes other arguments. */
const doubtful = new WeakSet<V.Value>()
export const isDoubtful = (value: V.Value): boolean => doubtful.has(value)

/** Decorators that are known to leave calls as they are: frameworks' own, Python's, and those whose source stands in the same file. */
function isFaithful(decorator: V.Value, { module }: Scope): boolean {
  switch (decorator.kind) {
    case "function":
      return decorator.place.file === module.file
    case "native":
      return FAITHFUL.test(decorator.name)
    case "class":
      return FAITHFUL.test(decorator.qualifiedName)
    case "instance":
      return FAITHFUL.test(decorator.class.qualifiedName)
    default:
      return false
  }
}

const FAITHFUL = /^(?:torch|tensorflow|keras|functools|abc|typing)\./

export function makeClass(evaluation: Evaluation, node: ClassBody, scope: Scope): V.Value {
  const { language } = evaluation
  const { positional: bases, keywords } = evaluateArguments(evaluation, node.bases, scope)
  const name = node.name ?? "<class>"
  const definingClass: { current: V.ClassValue | undefined; name: string } = { current: undefined, name }
  const body = childScope(scope, "class", { definingClass })
  const fields = node.body.filter((statement) => language.isInstanceField(statement))
  const cls = assembleClass(name, `${scope.module.name}.${name}`, bases, body.variables, {
    ...(keywords.get("metaclass") && { metaclass: keywords.get("metaclass") }),
    place: { file: scope.module.file, span: node.nameSpan ?? node.span },
  })
  definingClass.current = cls
  executeBlock(
    evaluation,
    node.body.filter((statement) => !language.isInstanceField(statement)),
    body,
  )
  if (node.documentation !== undefined && !body.variables.has("__doc__")) body.variables.set("__doc__", V.string(node.documentation))
  if (fields.length > 0) fieldsOf.set(cls, [(inner, instance) => runFieldStatements(inner, fields, instance, body)])
  const finished = language.finishClass(evaluation, cls, keywords)
  // Methods see the finished class as theirs, also when finishing made another one (an enum, a named tuple).
  if (finished.kind === "class") definingClass.current = finished
  return finished
}

function runFieldStatements(evaluation: Evaluation, fields: readonly Statement[], instance: V.InstanceValue, body: Scope): void {
  const scope = childScope(body, "function", { self: instance })
  scope.variables.set("this", instance)
  for (const field of fields) {
    const target = field.kind === "assign" ? field.targets[0] : field.kind === "annotatedAssign" ? field.target : undefined
    const given = field.kind === "assign" || field.kind === "annotatedAssign" ? field.value : undefined
    const value = given ? evaluate(evaluation, given, scope) : V.UNDEFINED
    if (target?.kind === "name") evaluation.setAttribute(instance, target.name, value)
  }
}
