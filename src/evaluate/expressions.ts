/** Expressions: one function per node kind, dispatched by a table. */
import type * as Tree from "../syntax/tree.ts"
import { join } from "../values/join.ts"
import * as V from "../values/value.ts"
import { branchValues } from "./branches.ts"
import { call } from "./calls.ts"
import { comprehend } from "./comprehensions.ts"
import { deferredValue, noteRead } from "./deferred.ts"
import { starValue } from "./stars.ts"
import type { Evaluation } from "./evaluation.ts"
import { makeClass, makeFunction } from "./functions.ts"
import { functionScope, type Scope, scopeOf } from "./scope.ts"
import { assign } from "./targets.ts"

type Evaluator<N> = (evaluation: Evaluation, node: N, scope: Scope) => V.Value

export function evaluate(evaluation: Evaluation, node: Tree.Expression, scope: Scope): V.Value {
  evaluation.step()
  const value = (EVALUATORS[node.kind] as Evaluator<Tree.Expression>)(evaluation, node, scope)
  if (scope.module.file === evaluation.observedFile) evaluation.observe(node, value)
  return value
}

const EVALUATORS: { [K in Tree.Expression["kind"]]: Evaluator<Extract<Tree.Expression, { kind: K }>> } = {
  number: evaluateNumber,
  string: (_, node) => ({ kind: "string", value: node.value, ...(node.isBytes && { isBytes: true }) }),
  template: evaluateTemplate,
  constant: (_, node) => CONSTANTS[node.value],
  regularExpression: (evaluation, node, scope) => evaluation.unknown("regular expressions are not evaluated", scope.module.file, node.span),
  name: evaluateName,
  attribute: evaluateAttribute,
  subscript: evaluateSubscript,
  slice: evaluateSlice,
  call: evaluateCall,
  binary: evaluateBinary,
  unary: evaluateUnary,
  compare: evaluateCompare,
  logical: evaluateLogical,
  conditional: evaluateConditional,
  functionExpression: (evaluation, node, scope) => makeFunction(evaluation, node.function, scope),
  classExpression: (evaluation, node, scope) => makeClass(evaluation, node.class, scope),
  list: (evaluation, node, scope) => collected(evaluateElements(evaluation, node.elements, scope), (items) => V.list([...items])),
  tuple: (evaluation, node, scope) => collected(evaluateElements(evaluation, node.elements, scope), (items) => V.tuple(items)),
  set: evaluateSet,
  dictionary: evaluateDictionary,
  comprehension: comprehend,
  starred: (evaluation, node, scope) => evaluate(evaluation, node.value, scope),
  await: (evaluation, node, scope) => evaluate(evaluation, node.value, scope),
  yield: evaluateYield,
  assignExpression: evaluateAssignment,
  update: evaluateUpdate,
  sequence: (evaluation, node, scope) => node.expressions.map((part) => evaluate(evaluation, part, scope)).at(-1) ?? V.UNDEFINED,
  defaultTarget: (evaluation, node, scope) => evaluate(evaluation, node.target, scope),
  broken: (evaluation, node, scope) => {
    for (const child of node.children) evaluate(evaluation, child, scope)
    return evaluation.unknown("this could not be read", scope.module.file, node.span)
  },
}

const CONSTANTS: Record<Tree.Constant["value"], V.Value> = {
  None: V.NONE,
  null: V.NONE,
  undefined: V.UNDEFINED,
  True: V.TRUE,
  False: V.FALSE,
  Ellipsis: V.ELLIPSIS,
  __debug__: V.TRUE,
}

function evaluateNumber(evaluation: Evaluation, node: Tree.NumberLiteral, scope: Scope): V.Value {
  if (node.isImaginary) return evaluation.unknown("complex numbers are not evaluated", scope.module.file, node.span)
  return node.isFloat ? V.float(Number(node.value)) : V.integer(node.value)
}

/** Longer texts are not put together. */
const MAXIMUM_TEXT = 1_000_000

function evaluateTemplate(evaluation: Evaluation, node: Tree.Template, scope: Scope): V.Value {
  let text = ""
  for (const part of node.parts) {
    const piece = typeof part === "string" ? part : fieldText(evaluation, part, scope)
    if (piece === undefined) return evaluation.unknown("part of the text is not known", scope.module.file, node.span)
    text += piece
    if (text.length > MAXIMUM_TEXT) return evaluation.unknown("the text is too long", scope.module.file, node.span)
  }
  return V.string(text)
}

function fieldText(evaluation: Evaluation, field: Tree.TemplateField, scope: Scope): string | undefined {
  const value = evaluate(evaluation, field.value, scope)
  const format = field.format ? evaluateTemplate(evaluation, field.format, scope) : undefined
  if (format && format.kind !== "string") return undefined
  return evaluation.language.text(evaluation, value, format?.value, field.conversion)
}

function evaluateName(evaluation: Evaluation, node: Tree.Name, scope: Scope): V.Value {
  const found = scopeOf(scope, node.name)
  const value = found?.variables.get(node.name)
  if (value !== undefined) {
    if (evaluation.hasDeferred && found?.kind === "module") noteRead(evaluation, value, scope.module)
    return value
  }
  return (
    (evaluation.hasDeferred ? deferredValue(evaluation, scope.module, node.name) : undefined) ??
    starValue(scope.module, node.name, true) ??
    evaluation.language.global(evaluation, node.name, scope) ??
    starValue(scope.module, node.name) ??
    evaluation.unknown(`\`${node.name}\` is not defined`, scope.module.file, node.span)
  )
}

function evaluateAttribute(evaluation: Evaluation, node: Tree.Attribute, scope: Scope): V.Value {
  const object = evaluate(evaluation, node.object, scope)
  if (node.isOptional && V.isNone(object)) return V.UNDEFINED
  return evaluation.findAttribute(object, node.name) ?? missingAttribute(evaluation, node, object, scope)
}

function missingAttribute(evaluation: Evaluation, node: Tree.Attribute, object: V.Value, scope: Scope): V.Value {
  const place = { file: scope.module.file, span: node.span }
  // Read from outside, the object may be what some function made of it.
  const method = functionScope(scope)
  const isOwn =
    place.file === evaluation.main?.file && node.object.kind === "name" && method.self === object && method.parent?.kind === "class"
  const wrong = isOwn ? evaluation.language.misusedAttribute?.(evaluation, object, node.name) : undefined
  if (wrong) evaluation.problem(wrong, place)
  const owner =
    object.kind === "instance" ? object.class.name : object.kind === "class" || object.kind === "module" ? object.name : object.kind
  return evaluation.language.missingAttribute(evaluation, object, `${owner} has no attribute \`${node.name}\``, place)
}

function evaluateSubscript(evaluation: Evaluation, node: Tree.Subscript, scope: Scope): V.Value {
  const object = evaluate(evaluation, node.object, scope)
  if (node.isOptional && V.isNone(object)) return V.UNDEFINED
  const index = evaluate(evaluation, node.index, scope)
  return evaluation.atOperator(scope.module.file, node.span, [object], () => evaluation.language.index(evaluation, object, index))
}

function evaluateSlice(evaluation: Evaluation, node: Tree.Slice, scope: Scope): V.Value {
  const part = (expression: Tree.Expression | undefined) => (expression ? evaluate(evaluation, expression, scope) : V.NONE)
  return { kind: "slice", lower: part(node.lower), upper: part(node.upper), step: part(node.step) }
}

function evaluateCall(evaluation: Evaluation, node: Tree.Call, scope: Scope): V.Value {
  const special = evaluation.language.specialCall(evaluation, node, scope)
  if (special !== undefined) return special
  const callee = evaluate(evaluation, node.callee, scope)
  if (node.isOptional && V.isNone(callee)) return V.UNDEFINED
  const args = evaluateArguments(evaluation, node.arguments, scope)
  const place = { file: scope.module.file, span: node.span }
  // Code of others is taken to be right: where it does not seem so, the mistake is more likely ours. What `*args` and `**options` hold, others may choose.
  const isPlain = place.file === evaluation.main?.file && !node.arguments.some(({ spread }) => spread)
  const wrong = isPlain ? evaluation.language.misusedCall?.(evaluation, callee, args) : undefined
  if (wrong) evaluation.problem(wrong, place)
  return call(evaluation, callee, args, place)
}

export function evaluateArguments(evaluation: Evaluation, nodes: readonly Tree.Argument[], scope: Scope): V.CallArguments {
  const positional: V.Value[] = []
  const keywords = new Map<string, V.Value>()
  let rest: V.UnknownValue | undefined
  for (const node of nodes) {
    const value = evaluate(evaluation, node.value, scope)
    if (node.name !== undefined) keywords.set(node.name, value)
    else if (node.spread === "sequence") rest = spreadSequence(evaluation, value, positional) ?? rest
    else if (node.spread === "mapping") rest = spreadMapping(evaluation, value, keywords) ?? rest
    else positional.push(value)
  }
  return { positional, keywords, ...(rest && { rest }) }
}

function spreadSequence(evaluation: Evaluation, value: V.Value, into: V.Value[]): V.UnknownValue | undefined {
  const items = evaluation.iterate(value)
  if (!isKnown(items)) return { ...items, isSpread: true }
  if (into.length + items.length > MAXIMUM_ARGUMENTS) return evaluation.unknown("a call has more arguments than the limit")
  for (const item of items) into.push(item)
  return undefined
}

/** More arguments of one call are not passed on. */
const MAXIMUM_ARGUMENTS = 50_000

function spreadMapping(evaluation: Evaluation, value: V.Value, into: Map<string, V.Value>): V.UnknownValue | undefined {
  if (value.kind !== "dictionary") return value.kind === "unknown" ? value : evaluation.unknown(`** of a ${value.kind} is not evaluated`)
  for (const entry of value.entries.values()) if (entry.key.kind === "string") into.set(entry.key.value, entry.value)
  return undefined
}

export const isKnown = <T>(items: readonly T[] | V.UnknownValue): items is readonly T[] => Array.isArray(items)

/** Longer displays are not made. */
const MAXIMUM_ELEMENTS = 1_000_000

/** Evaluates the elements of a display, spreading `*x`. */
function evaluateElements(evaluation: Evaluation, nodes: readonly Tree.Expression[], scope: Scope): readonly V.Value[] | V.UnknownValue {
  const items: V.Value[] = []
  for (const node of nodes) {
    if (node.kind !== "starred") items.push(evaluate(evaluation, node, scope))
    else {
      const spread = evaluation.iterate(evaluate(evaluation, node.value, scope))
      if (!isKnown(spread)) return nodes.length === 1 ? spread : withoutRank(spread)
      if (items.length + spread.length > MAXIMUM_ELEMENTS) return evaluation.unknown("the list is too long")
      for (const item of spread) items.push(item)
    }
  }
  return items
}

/** `*x.shape, x.device`: how many there are says nothing of x alone. */
const withoutRank = ({ shapeOf: _, ...spread }: V.UnknownValue): V.UnknownValue => spread

const collected = (items: readonly V.Value[] | V.UnknownValue, make: (items: readonly V.Value[]) => V.Value): V.Value =>
  isKnown(items) ? make(items) : items

function evaluateSet(evaluation: Evaluation, node: Tree.SetDisplay, scope: Scope): V.Value {
  return collected(evaluateElements(evaluation, node.elements, scope), (items) => {
    const entries = new Map<string, { key: V.Value; value: V.Value }>()
    for (const item of items) {
      const key = V.keyOf(item)
      if (key === undefined) return evaluation.unknown("an element of the set is not known")
      entries.set(key, { key: item, value: item })
    }
    return { kind: "set", entries }
  })
}

function evaluateDictionary(evaluation: Evaluation, node: Tree.Dictionary, scope: Scope): V.Value {
  const entries = new Map<string, { key: V.Value; value: V.Value }>()
  for (const entry of node.entries) {
    if (entry.kind === "spread") {
      const spread = evaluate(evaluation, entry.value, scope)
      if (spread.kind === "dictionary") for (const [key, inner] of spread.entries) entries.set(key, inner)
      // JavaScript's `...(condition && {…})` spreads nothing when the condition is false.
      else if (!V.isNone(spread) && spread.kind !== "boolean")
        return spread.kind === "unknown" ? spread : evaluation.unknown("what is spread here is not evaluated")
      continue
    }
    const key = evaluate(evaluation, entry.key, scope)
    const value = evaluate(evaluation, entry.value, scope)
    const text = V.keyOf(key)
    if (text === undefined) return evaluation.unknown("a key of the dictionary is not known", scope.module.file, entry.span)
    entries.set(text, { key, value })
  }
  return { kind: "dictionary", entries, ...(node.isObject && { isObject: true }) }
}

function evaluateBinary(evaluation: Evaluation, node: Tree.Binary, scope: Scope): V.Value {
  const left = evaluate(evaluation, node.left, scope)
  const right = evaluate(evaluation, node.right, scope)
  return evaluation.atOperator(scope.module.file, node.span, [left, right], () =>
    evaluation.language.binary(evaluation, node.operator, left, right),
  )
}

function evaluateUnary(evaluation: Evaluation, node: Tree.Unary, scope: Scope): V.Value {
  const operand = evaluate(evaluation, node.operand, scope)
  if (node.operator !== "not") return evaluation.language.unary(evaluation, node.operator, operand)
  const truth = evaluation.truth(operand)
  return truth === undefined ? conditionUnknown(evaluation, operand) : V.boolean(!truth)
}

const conditionUnknown = (evaluation: Evaluation, value: V.Value): V.UnknownValue =>
  value.kind === "unknown" ? V.unknown(value.reason, value.place) : evaluation.unknown("the condition depends on values that are not known")

function evaluateCompare(evaluation: Evaluation, node: Tree.Compare, scope: Scope): V.Value {
  let left = evaluate(evaluation, node.operands[0] as Tree.Expression, scope)
  let result: V.Value = V.TRUE
  for (let index = 0; index < node.operators.length; index++) {
    const right = evaluate(evaluation, node.operands[index + 1] as Tree.Expression, scope)
    const operator = node.operators[index] as string
    const one = evaluation.atOperator(scope.module.file, node.span, [left, right], () =>
      evaluation.language.compare(evaluation, operator, left, right),
    )
    if (index === 0) result = one
    else if (evaluation.truth(result) !== true) result = evaluation.truth(one) === false ? V.FALSE : result
    else result = one
    if (evaluation.truth(result) === false) return result
    left = right
  }
  return result
}

function evaluateLogical(evaluation: Evaluation, node: Tree.Logical, scope: Scope): V.Value {
  const left = evaluate(evaluation, node.left, scope)
  const stops = node.operator === "??" ? !V.isNone(left) && left.kind !== "unknown" : stopsAt(evaluation.truth(left), node.operator)
  if (stops === true) return left
  if (stops === false && left.kind !== "unknown") return evaluate(evaluation, node.right, scope)
  if (stops === false && node.operator !== "??") return evaluate(evaluation, node.right, scope)
  let right: V.Value | undefined
  const value = branchValues(evaluation, [() => left, () => (right = evaluate(evaluation, node.right, scope))])
  // `unknown and False` is false either way.
  return right?.kind === "boolean" && node.operator !== "??" && right.value === (node.operator === "or") ? right : value
}

const stopsAt = (truth: boolean | undefined, operator: "and" | "or"): boolean | undefined =>
  truth === undefined ? undefined : truth === (operator === "or")

function evaluateConditional(evaluation: Evaluation, node: Tree.Conditional, scope: Scope): V.Value {
  const truth = evaluation.truth(evaluate(evaluation, node.test, scope))
  if (truth !== undefined) return evaluate(evaluation, truth ? node.consequent : node.alternate, scope)
  return branchValues(evaluation, [() => evaluate(evaluation, node.consequent, scope), () => evaluate(evaluation, node.alternate, scope)])
}

/** Generators are run to their end when they are called; longer ones than this are cut. */
const MAXIMUM_YIELDS = 10_000

function evaluateYield(evaluation: Evaluation, node: Tree.Yield, scope: Scope): V.Value {
  const value = node.value ? evaluate(evaluation, node.value, scope) : V.NONE
  const given = evaluation.frame.yields
  if (!given) return evaluation.unknown("yield outside a generator")
  const items = node.isDelegated ? evaluation.iterate(value) : [value]
  if (given.length < MAXIMUM_YIELDS) for (const item of isKnown(items) ? items : [items]) given.push(item)
  return V.NONE
}

function evaluateAssignment(evaluation: Evaluation, node: Tree.AssignExpression, scope: Scope): V.Value {
  if (node.operator === undefined) {
    const value = evaluate(evaluation, node.value, scope)
    assign(evaluation, node.target, value, scope)
    return value
  }
  const before = evaluate(evaluation, node.target, scope)
  const value = combined(evaluation, node.operator, before, () => evaluate(evaluation, node.value, scope))
  assign(evaluation, node.target, value, scope)
  return value
}

function combined(evaluation: Evaluation, operator: Tree.AssignExpression["operator"], before: V.Value, after: () => V.Value): V.Value {
  if (operator === "??") return V.isNone(before) ? after() : before.kind === "unknown" ? join(before, after()) : before
  if (operator !== "and" && operator !== "or") return evaluation.language.binary(evaluation, operator as string, before, after())
  const stops = stopsAt(evaluation.truth(before), operator)
  return stops === undefined ? join(before, after()) : stops ? before : after()
}

function evaluateUpdate(evaluation: Evaluation, node: Tree.UpdateExpression, scope: Scope): V.Value {
  const before = evaluate(evaluation, node.target, scope)
  const after = evaluation.language.binary(evaluation, node.operator, before, V.integer(1))
  assign(evaluation, node.target, after, scope)
  return node.isPrefix ? after : before
}
