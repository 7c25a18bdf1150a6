/** `try`, `with`: what may go wrong, and who takes it. */
import type * as Tree from "../syntax/tree.ts"
import * as V from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate } from "./expressions.ts"
import { type Completion, Raised } from "./raised.ts"
import { childScope, type Scope } from "./scope.ts"
import { executeBlock, executeInner } from "./statements.ts"
import { assign } from "./targets.ts"

/** Problems inside a handled `try` are not certain to be problems. */
export function executeTry(evaluation: Evaluation, node: Tree.Try, scope: Scope): Completion {
  let completion: Completion
  try {
    completion = tryBody(evaluation, node, scope)
  } catch (thrown) {
    if (thrown instanceof Raised) executeInner(evaluation, node.finally, scope)
    throw thrown
  }
  return executeInner(evaluation, node.finally, scope) ?? completion
}

function tryBody(evaluation: Evaluation, node: Tree.Try, scope: Scope): Completion {
  const isHandled = node.handlers.length > 0
  try {
    if (isHandled) evaluation.handlers++
    try {
      const completion = executeInner(evaluation, node.body, scope)
      if (completion) return completion
    } finally {
      if (isHandled) evaluation.handlers--
    }
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown
    const handler = node.handlers.find((candidate) => takes(evaluation, candidate, thrown.value, scope))
    if (!handler) throw thrown
    return handleOrGoOn(evaluation, node, handler, thrown, scope)
  }
  return executeBlock(evaluation, node.otherwise, scope)
}

/** A handler that gives up on a missing module says that the program needs it: then it is there, and we do not know it. */
function handleOrGoOn(evaluation: Evaluation, node: Tree.Try, handler: Tree.Handler, thrown: Raised, scope: Scope): Completion {
  try {
    return handle(evaluation, handler, thrown.value, scope)
  } catch (again) {
    if (!(again instanceof Raised) || !isImportError(thrown.value)) throw again
    const { handlers } = evaluation
    evaluation.handlers = 0
    try {
      return executeInner(evaluation, node.body, scope)
    } finally {
      evaluation.handlers = handlers
    }
  }
}

const isImportError = (value: V.Value): boolean => value.kind === "instance" && value.class.mro.some(({ name }) => name === "ImportError")

function takes(evaluation: Evaluation, handler: Tree.Handler, exception: V.Value, scope: Scope): boolean {
  if (!handler.type) return true
  return evaluation.language.catches(evaluation, evaluate(evaluation, handler.type, scope), exception) !== false
}

function handle(evaluation: Evaluation, handler: Tree.Handler, exception: V.Value, scope: Scope): Completion {
  const inner = evaluation.language.hoists ? childScope(scope, "block") : scope
  if (handler.target) assign(evaluation, handler.target, exception, inner, inner)
  return executeBlock(evaluation, handler.body, inner)
}

/** Enters and leaves context managers; one whose `__enter__` is not known gives itself. */
export function executeWith(evaluation: Evaluation, node: Tree.With, scope: Scope): Completion {
  const entered: V.Value[] = []
  for (const item of node.items) {
    const context = evaluate(evaluation, item.context, scope)
    const value = callMember(evaluation, context, node.isAsync ? "__aenter__" : "__enter__", []) ?? context
    entered.push(context)
    if (item.target) assign(evaluation, item.target, value, scope)
  }
  try {
    return executeInner(evaluation, node.body, scope)
  } finally {
    for (const context of entered.toReversed())
      callMember(evaluation, context, node.isAsync ? "__aexit__" : "__exit__", [V.NONE, V.NONE, V.NONE])
  }
}

function callMember(evaluation: Evaluation, object: V.Value, name: string, positional: V.Value[]): V.Value | undefined {
  if (object.kind === "unknown") return undefined
  const member = evaluation.findAttribute(object, name)
  if (!member || member.kind === "unknown") return undefined
  return evaluation.call(member, { positional, keywords: new Map() }, evaluation.place)
}
