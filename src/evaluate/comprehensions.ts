/** Comprehensions and generator expressions: nested loops that collect. */
import type * as Tree from "../syntax/tree.ts"
import * as V from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate, isKnown } from "./expressions.ts"
import { childScope, type Scope } from "./scope.ts"
import { elementWatch, type Further, LONG_TABLE } from "./tables.ts"
import { assign } from "./targets.ts"

/** More elements than this are not made. The longest real list of blocks is far below. */
const MAXIMUM_ELEMENTS = 100_000
/** Tables with more numbers than this are not made. */
const MAXIMUM_NUMBERS = 4_000_000
const NUMBERS_A_STEP = 64

export function comprehend(evaluation: Evaluation, node: Tree.Comprehension, scope: Scope): V.Value {
  const found: { key: V.Value | undefined; value: V.Value }[] = []
  const inner = childScope(scope, "block")
  const tooMany = () => evaluation.unknown(`more than ${MAXIMUM_ELEMENTS} elements`, scope.module.file, node.span)
  const reason = walk(evaluation, node, 0, inner, {
    take(at) {
      const key = node.key ? evaluate(evaluation, node.key, at) : undefined
      found.push({ key, value: evaluate(evaluation, node.element, at) })
      return found.length <= MAXIMUM_ELEMENTS ? undefined : tooMany()
    },
    fill({ size, make }, left) {
      if (left > MAXIMUM_ELEMENTS || left * size > MAXIMUM_NUMBERS) return tooMany()
      evaluation.spend(Math.ceil((left * size) / NUMBERS_A_STEP))
      for (let index = 0; index < left; index++) found.push({ key: undefined, value: make() })
      return undefined
    },
    last: (count) => found.slice(-count).map(({ value }) => value),
  })
  return reason ?? collect(evaluation, node.result, found)
}

interface Collector {
  take(scope: Scope): V.UnknownValue | undefined
  /** Takes `left` elements that need no evaluation. */
  fill(further: Further, left: number): V.UnknownValue | undefined
  last(count: number): readonly V.Value[]
}

/** Runs the clauses from `depth` on; answers why it stopped early, if it did. */
function walk(evaluation: Evaluation, node: Tree.Comprehension, depth: number, scope: Scope, into: Collector): V.UnknownValue | undefined {
  const clause = node.clauses[depth]
  if (!clause) return into.take(scope)
  const items = evaluation.iterate(evaluate(evaluation, clause.iterable, scope))
  if (!isKnown(items)) return observeOnce(evaluation, node, clause, scope, items)
  const watch = isPlainList(node) && items.length >= LONG_TABLE ? elementWatch(evaluation) : undefined
  for (const [at, item] of items.entries()) {
    const inner = childScope(scope, "block")
    assign(evaluation, clause.target, item, inner, inner)
    const wanted = passes(evaluation, clause.conditions, inner)
    if (wanted === undefined) return evaluation.unknown("a condition of the comprehension is not known", scope.module.file, clause.span)
    const round = () => walk(evaluation, node, depth + 1, inner, into)
    const reason = wanted ? (watch ? watch.round(round) : round()) : undefined
    if (reason) return reason
    const further = watch?.further(into.last)
    if (further) return into.fill(further, items.length - at - 1)
  }
  return undefined
}

/** `[… for … in …]`: as many elements as items. */
const isPlainList = ({ result, clauses: [clause, ...inner] }: Tree.Comprehension): boolean =>
  (result === "list" || result === "generator") && clause?.conditions.length === 0 && inner.length === 0

/** The number of rounds is not known, but one is evaluated so that hovers inside have something to say. */
function observeOnce(
  evaluation: Evaluation,
  node: Tree.Comprehension,
  clause: Tree.ComprehensionClause,
  scope: Scope,
  why: V.UnknownValue,
): V.UnknownValue {
  const inner = childScope(scope, "block")
  const { symbol: _, ...element } = why
  assign(evaluation, clause.target, element, inner, inner)
  evaluation.uncertain++
  const mark = evaluation.trace.length
  try {
    evaluate(evaluation, node.element, inner)
  } finally {
    evaluation.uncertain--
    evaluation.trace.length = mark
  }
  return V.unknown(why.symbol ? `the length of ${why.symbol} is not known` : why.reason, why.place)
}

function passes(evaluation: Evaluation, conditions: readonly Tree.Expression[], scope: Scope): boolean | undefined {
  for (const condition of conditions) {
    const truth = evaluation.truth(evaluate(evaluation, condition, scope))
    if (truth !== true) return truth
  }
  return true
}

function collect(
  evaluation: Evaluation,
  result: Tree.Comprehension["result"],
  found: readonly { key: V.Value | undefined; value: V.Value }[],
): V.Value {
  if (result === "list") return V.list(found.map(({ value }) => value))
  if (result === "generator") return { kind: "iterator", items: found.map(({ value }) => value), position: 0 }
  const entries = new Map<string, { key: V.Value; value: V.Value }>()
  for (const { key = undefined, value } of found) {
    const text = V.keyOf(key ?? value)
    if (text === undefined) return evaluation.unknown("a key is not known")
    entries.set(text, { key: key ?? value, value })
  }
  return { kind: result, entries }
}
