/** Loops: run as often as the program would where that is known, once and widened where it is not. */
import type * as Tree from "../syntax/tree.ts"
import { GROWN, markGrown } from "../values/growth.ts"
import { join } from "../values/join.ts"
import * as V from "../values/value.ts"
import { branchStatements } from "./branches.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate, isKnown } from "./expressions.ts"
import { gainsAlike, repeatGains } from "./gains.ts"
import type { Changes } from "./journal.ts"
import type { Completion } from "./raised.ts"
import { birthOf, childScope, type Scope, youngest } from "./scope.ts"
import { executeBlock, executeInner, executeStatement } from "./statements.ts"
import { tableWatch } from "./tables.ts"
import { assign } from "./targets.ts"

/** A `while` that runs longer than this is taken not to end. */
const MAXIMUM_ROUNDS = 5_000
/** A loop outside every model that changes nothing for this many rounds (a training loop) is left early. */
const SAME_ROUNDS = 2

/** What a loop does after one round. */
type Round = "next" | "leave" | { readonly completion: Completion }

function after(completion: Completion, label: string | undefined): Round {
  if (!completion || (completion.kind !== "return" && completion.label !== undefined && completion.label !== label))
    return completion ? { completion } : "next"
  if (completion.kind === "continue") return "next"
  return completion.kind === "break" ? "leave" : { completion }
}

export function executeFor(evaluation: Evaluation, node: Tree.For, scope: Scope): Completion {
  const source = evaluate(evaluation, node.iterable, scope)
  const items = node.over === "keys" ? evaluation.language.keys(evaluation, source) : evaluation.iterate(source)
  const round = (item: V.Value): Completion => {
    const inner = evaluation.language.hoists ? childScope(scope, "block") : scope
    assign(evaluation, node.target, item, inner, node.binding ? inner : undefined)
    return executeBlock(evaluation, node.body, inner)
  }
  if (!isKnown(items)) return executeMaybe(evaluation, () => round(elementOf(items)), node.label)
  const table = tableWatch(evaluation, node.body, scope, items.length)
  const plain = watcher(evaluation, items.length)
  const watch = table ?? plain
  let rounds = 0
  for (const item of items) {
    const next = after(
      watch.round(() => round(item)),
      node.label,
    )
    if (next === "leave") return undefined
    if (next !== "next") return next.completion
    rounds++
    if (watch.isSettled()) {
      if (!table) plain.fill(items.length - rounds)
      break
    }
  }
  if (table?.isSettled()) {
    table.widen()
    if (!node.binding) assign(evaluation, node.target, items.at(-1) ?? V.NONE, scope)
  }
  return executeBlock(evaluation, node.otherwise, scope)
}

function elementOf(source: V.UnknownValue): V.Value {
  if (source.element) return source.element
  return V.unknown(source.symbol ? `an element of ${source.symbol} is not known` : source.reason, source.place)
}

export function executeWhile(evaluation: Evaluation, node: Tree.While, scope: Scope): Completion {
  const watch = watcher(evaluation, Number.POSITIVE_INFINITY)
  for (let rounds = 0; ; rounds++) {
    const truth = node.isPostTest && rounds === 0 ? true : evaluation.truth(evaluate(evaluation, node.test, scope))
    if (truth === false) return executeBlock(evaluation, node.otherwise, scope)
    if (truth === undefined) return executeMaybe(evaluation, () => executeInner(evaluation, node.body, scope), node.label)
    const next = after(
      watch.round(() => executeInner(evaluation, node.body, scope)),
      node.label,
    )
    if (next === "leave") return undefined
    if (next !== "next") return next.completion
    if (watch.isSettled()) return void watch.fill(Number.POSITIVE_INFINITY)
    if (rounds >= MAXIMUM_ROUNDS) return endless(evaluation, node, scope)
  }
}

/** What follows an endless loop is not reached; what it computed is not all there is. */
function endless(evaluation: Evaluation, node: Tree.While, scope: Scope): Completion {
  const reason = `the loop did not end within ${MAXIMUM_ROUNDS} rounds`
  evaluation.trace.push({ kind: "gap", reason, place: { file: scope.module.file, span: node.test.span } })
  // What it gathers and counts has no end in sight.
  executeMaybe(evaluation, () => executeInner(evaluation, node.body, scope), node.label)
  return undefined
}

export function executeForLoop(evaluation: Evaluation, node: Tree.ForLoop, outer: Scope): Completion {
  const scope = childScope(outer, "block")
  if (node.initial) executeStatement(evaluation, node.initial, scope)
  const body = (): Completion => {
    const completion = executeInner(evaluation, node.body, scope)
    if ((!completion || completion.kind === "continue") && node.update) evaluate(evaluation, node.update, scope)
    return completion
  }
  const watch = watcher(evaluation, Number.POSITIVE_INFINITY)
  for (let rounds = 0; rounds < MAXIMUM_ROUNDS * 20; rounds++) {
    const truth = node.test ? evaluation.truth(evaluate(evaluation, node.test, scope)) : true
    if (truth === false) return undefined
    if (truth === undefined) return executeMaybe(evaluation, body, node.label)
    const next = after(watch.round(body), node.label)
    if (next === "leave") return undefined
    if (next !== "next") return next.completion
    if (watch.isSettled()) return void watch.fill(Number.POSITIVE_INFINITY)
  }
  return undefined
}

/**
 * A body that runs no one knows how often: once or not at all, and what it changed is not known exactly. A first round that
 * turned a flag (`first_line = False`) took another way than those behind it, which are run for what they fill and find.
 */
function executeMaybe(evaluation: Evaluation, body: () => Completion, label: string | undefined): Completion {
  const created = evaluation.instances.length
  const { completion, changes } = maybeOnce(evaluation, body, label)
  const isAnother = !completion && evaluation.instances.length === created && [...changes.values()].some(turnsFlag)
  return isAnother ? maybeOnce(evaluation, body, label).completion : completion
}

const turnsFlag = ({ before, after: contents }: { readonly before: unknown; readonly after: unknown }): boolean =>
  before instanceof Map &&
  contents instanceof Map &&
  [...contents].some(([key, value]) => (before.get(key) as V.Value | undefined)?.kind === "boolean" && before.get(key) !== value)

function maybeOnce(
  evaluation: Evaluation,
  body: () => Completion,
  label: string | undefined,
): { readonly completion: Completion; readonly changes: Changes } {
  evaluation.heap.begin()
  let completion: Completion
  let changes: Changes = new Map()
  try {
    completion = branchStatements(evaluation, [
      () => {
        const end = body()
        const next = after(end, label)
        return next === "next" || next === "leave" ? undefined : next.completion
      },
      () => undefined,
    ])
  } finally {
    changes = evaluation.heap.commit()
    widen(evaluation, changes)
  }
  return { completion, changes }
}

/** Numbers that a round changed would change again in the next: they become unknown. */
function widen(evaluation: Evaluation, changes: Changes): void {
  for (const [container, { before, after: contents }] of changes) {
    if (isFilled(before, contents)) markGrown(container, evaluation.freshDim("len", GROWN.reason))
    if (!(before instanceof Map) || !(contents instanceof Map)) continue
    for (const [key, value] of contents) {
      const was = before.get(key) as V.Value | undefined
      if (was === undefined || was === value || !isNumber(was)) continue
      evaluation.heap.touch(container)
      ;(container as Map<unknown, unknown>).set(key, evaluation.unknown("it changes in a loop whose number of rounds is not known"))
    }
  }
}

/** Layers in a list stay in sight: a model's blocks are shown even where their number is open. */
function isFilled(before: unknown, contents: unknown): boolean {
  if (before instanceof Map && contents instanceof Map) return before.size !== contents.size
  if (!Array.isArray(before) || !Array.isArray(contents) || before.length === contents.length) return false
  return contents.every((cell) => (cell as V.Value | undefined)?.kind !== "instance")
}

const isNumber = (value: V.Value): boolean => value.kind === "integer" || value.kind === "float"

interface Watch {
  round(body: () => Completion): Completion
  isSettled(): boolean
  /** Gives the lists that rounds add to what the rounds that are left out would have added. */
  fill(rounds: number): void
}
const UNWATCHED: Watch = { round: (body) => body(), isSettled: () => false, fill() {} }
/** Shorter loops are always run in full. */
const SHORT_LOOP = 8

/** Watches a long loop outside every model: when rounds no longer change what is known, the rest is skipped. */
function watcher(evaluation: Evaluation, length: number): Watch {
  if (length <= SHORT_LOOP || evaluation.moduleStack.length > 0) return UNWATCHED
  let same = 0
  let last: Changes | undefined
  // Remembering what a round changes costs as much as a list it appends to is long: only rounds after one that computed tensors are watched.
  let isWorthwhile = false
  return {
    round(body) {
      const isWatched = isWorthwhile
      if (isWatched) evaluation.heap.begin()
      const created = evaluation.instances.length
      const traced = evaluation.trace.length
      const birth = youngest()
      const before = V.newId()
      try {
        return body()
      } finally {
        const changes = isWatched ? evaluation.heap.commit() : undefined
        // A loop that computes no tensors is cheap, and its variable may matter: it is always run in full.
        isWorthwhile = evaluation.trace.length > traced && evaluation.instances.length === created
        const isSame =
          isWorthwhile &&
          changes !== undefined &&
          [...changes].every(([container, change]) => isMadeSince(container, birth, before) || isAlike(change.before, change.after))
        same = isSame ? same + 1 : 0
        last = changes
      }
    },
    isSettled: () => same >= SAME_ROUNDS,
    fill: (rounds) => repeatGains(evaluation, last ?? new Map(), rounds),
  }
}

/** A scope of the round itself, or a tensor that the round made and then changed, as `requires_grad_` does. */
const isMadeSince = (container: object, birth: number, id: number): boolean =>
  birthOf(container) > birth || ("kind" in container && container.kind === "tensor" && (container as V.TensorValue).id > id)

/** Whether two contents of a container would look the same to the rest of the program, as far as shapes go. */
function isAlike(before: unknown, contents: unknown): boolean {
  if (before instanceof Map && contents instanceof Map)
    return before.size === contents.size && [...contents].every(([key, value]) => isAlikeCell(before.get(key), value))
  if (!Array.isArray(before) || !Array.isArray(contents) || contents.length < before.length) return false
  return contents.slice(0, before.length).every((cell, index) => isAlikeCell(before[index], cell)) && gainsAlike(before, contents)
}

function isAlikeCell(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== "object" || typeof right !== "object" || !left || !right || !("kind" in left) || !("kind" in right)) return false
  const joined = join(left as V.Value, right as V.Value)
  return joined.kind !== "unknown" || (left.kind === "unknown" && right.kind === "unknown") || isNumber(left as V.Value)
}
