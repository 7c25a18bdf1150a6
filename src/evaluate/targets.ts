/** What stands left of `=`: names, attributes, subscripts and patterns. */
import type * as Tree from "../syntax/tree.ts"
import * as V from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate, isKnown } from "./expressions.ts"
import type { Scope } from "./scope.ts"

/** Assigns; `declared` is the scope that bare names go to when the statement declares them. */
export function assign(evaluation: Evaluation, target: Tree.Expression, value: V.Value, scope: Scope, declared?: Scope): void {
  switch (target.kind) {
    case "name":
      if (scope.module.file === evaluation.observedFile) evaluation.observe(target, value)
      return assignName(evaluation, declared ?? evaluation.language.assignmentScope(scope, target.name), target.name, value)
    case "attribute":
      if (scope.module.file === evaluation.observedFile) evaluation.observe(target, value)
      return evaluation.setAttribute(evaluate(evaluation, target.object, scope), target.name, value)
    case "subscript":
      return assignItem(evaluation, target, value, scope)
    case "tuple":
    case "list":
      return unpack(evaluation, target.elements, value, scope, declared)
    case "starred":
      return assign(evaluation, target.value, value, scope, declared)
    case "dictionary":
      return destructure(evaluation, target, value, scope, declared)
    case "defaultTarget": {
      const isMissing = value.kind === "constant" && value.name === "undefined"
      return assign(evaluation, target.target, isMissing ? evaluate(evaluation, target.default, scope) : value, scope, declared)
    }
    default:
      evaluate(evaluation, target, scope)
  }
}

function assignItem(evaluation: Evaluation, target: Tree.Subscript, value: V.Value, scope: Scope): void {
  const object = evaluate(evaluation, target.object, scope)
  const index = evaluate(evaluation, target.index, scope)
  evaluation.atOperator(scope.module.file, target.span, [object], () => evaluation.language.setIndex(evaluation, object, index, value))
}

export function assignName(evaluation: Evaluation, scope: Scope, name: string, value: V.Value): void {
  evaluation.heap.touch(scope.variables)
  scope.variables.set(name, value)
}

function unpack(
  evaluation: Evaluation,
  targets: readonly Tree.Expression[],
  value: V.Value,
  scope: Scope,
  declared: Scope | undefined,
): void {
  const star = targets.findIndex((target) => target.kind === "starred")
  const items = value.kind === "unknown" ? unpackUnknown(evaluation, targets, value) : evaluation.iterate(value)
  if (!isKnown(items)) {
    for (const target of targets) assign(evaluation, target, V.unknown(items.reason, items.place), scope, declared)
    return
  }
  if (star < 0 && value.kind === "tuple" && items.length !== targets.length) miscounted(evaluation, targets, value, scope)
  const after = star < 0 ? 0 : targets.length - star - 1
  targets.forEach((target, index) => {
    if (index === star) assign(evaluation, target, V.list(items.slice(star, items.length - after)), scope, declared)
    else
      assign(
        evaluation,
        target,
        items[star >= 0 && index > star ? items.length - targets.length + index : index] ?? missing(evaluation, items.length),
        scope,
        declared,
      )
  })
}

/** Python takes a tuple apart into exactly as many names. The rank of a tensor shows where its shape is taken apart. */
function miscounted(evaluation: Evaluation, targets: readonly Tree.Expression[], { items, typeName }: V.TupleValue, scope: Scope): void {
  const [first, last] = [targets[0], targets.at(-1)]
  if (!first || !last || evaluation.language.hoists) return
  const span = { start: first.span.start, end: last.span.end }
  const isShape = typeName === "torch.Size"
  const message = `${isShape ? `a shape of ${items.length} dimensions` : `${items.length} values`} cannot be unpacked into ${targets.length} names`
  evaluation.problem({ code: isShape ? "rank-mismatch" : "length-mismatch", message }, { file: scope.module.file, span })
}

const missing = (evaluation: Evaluation, count: number): V.Value => evaluation.language.missingElement(evaluation, count)

/** An unknown with a name unpacks into unknowns with names; the shape of an input nobody stated gets its rank from the number of targets. */
function unpackUnknown(
  evaluation: Evaluation,
  targets: readonly Tree.Expression[],
  value: V.UnknownValue,
): readonly V.Value[] | V.UnknownValue {
  const tensor = value.shapeOf
  if (!tensor || targets.some((target) => target.kind === "starred")) return value
  const names = targets.map((target) => (target.kind === "name" && target.name !== "_" ? target.name : "size"))
  const shape = names.map((name) => evaluation.inputDim(name))
  evaluation.refine(tensor, shape)
  return shape.map((size) => V.integer(size))
}

function destructure(evaluation: Evaluation, target: Tree.Dictionary, value: V.Value, scope: Scope, declared: Scope | undefined): void {
  const taken = new Set<string>()
  for (const entry of target.entries) {
    if (entry.kind === "entry") {
      const key = evaluate(evaluation, entry.key, scope)
      if (key.kind === "string") taken.add(`s:${key.value}`)
      const found =
        value.kind === "unknown"
          ? value
          : key.kind === "string"
            ? (evaluation.findAttribute(value, key.value) ?? V.UNDEFINED)
            : evaluation.index(value, key)
      assign(evaluation, entry.value, found, scope, declared)
    } else {
      const rest = value.kind === "dictionary" ? [...value.entries].filter(([key]) => !taken.has(key)) : undefined
      const left: V.Value = rest
        ? { kind: "dictionary", entries: new Map(rest), isObject: true }
        : V.unknown("the rest of an unknown object")
      assign(evaluation, entry.value, left, scope, declared)
    }
  }
}
