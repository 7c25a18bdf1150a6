/** Branches whose condition is not known: every side is evaluated, taken back, and the sides that survive are joined. */
import { equals, sum } from "../values/dim.ts"
import { GROWN, markGrown } from "../values/growth.ts"
import { join } from "../values/join.ts"
import type { Value } from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import type { Change, Changes } from "./journal.ts"
import { type Completion, Raised } from "./raised.ts"
import type { TraceEvent } from "./trace.ts"

interface Side<T> {
  readonly result?: T
  readonly raised?: Raised
  readonly changes: Changes
  readonly events: TraceEvent[]
}

/** Evaluates both sides of an expression and joins their values. */
export function branchValues(evaluation: Evaluation, sides: readonly (() => Value)[]): Value {
  const survivors = settle(evaluation, sides)
  return survivors.map((side) => side.result as Value).reduce((left, right) => join(left, right))
}

/**
 * Runs both sides of a statement. A side that raises is taken not to happen, as long as another one survives.
 * A side that returns while another goes on leaves its value with the frame, which joins it at the end of the call.
 */
export function branchStatements(evaluation: Evaluation, sides: readonly (() => Completion)[]): Completion {
  const completions = settle(evaluation, sides, (completion: Completion) => completion !== undefined).map((side) => side.result)
  const returned = completions.flatMap((completion) => (completion?.kind === "return" ? [completion.value] : []))
  const others = completions.filter((completion) => completion?.kind !== "return")
  if (others.length === 0) return { kind: "return", value: returned.reduce((left, right) => join(left, right)) }
  evaluation.frame.maybeReturned.push(...returned)
  // A `break` or `continue` that may or may not happen is taken not to happen; what the loop changes later is joined there.
  return others.length === completions.length && others.every((completion) => completion !== undefined) ? others[0] : undefined
}

/** Runs each side in a heap frame of its own; `leaves` tells which results do not reach the code that follows. */
function settle<T>(evaluation: Evaluation, sides: readonly (() => T)[], leaves: (result: T) => boolean = () => false): Side<T>[] {
  evaluation.uncertain++
  let ran: Side<T>[]
  try {
    ran = sides.map((side) => runSide(evaluation, side))
  } finally {
    evaluation.uncertain--
  }
  const survivors = ran.filter((side) => !side.raised)
  if (survivors.length === 0) throw (ran[0] as Side<T>).raised
  const staying = survivors.filter((side) => !leaves(side.result as T))
  const effective = staying.length > 0 ? staying : survivors
  for (const side of survivors) if (!effective.includes(side)) markFilled(evaluation, side.changes)
  for (const events of reconciled(survivors, evaluation.uncertain > 0)) evaluation.trace.push(...events)
  mergeChanges(
    evaluation,
    effective.map((side) => side.changes),
  )
  return survivors
}

/** A list that is filled on the way out of a loop, or of a function, holds more than what follows sees. */
function markFilled(evaluation: Evaluation, changes: Changes): void {
  for (const [container, { before, after }] of changes)
    if (Array.isArray(before) && Array.isArray(after) && before.length < after.length)
      markGrown(container, evaluation.freshDim("len", GROWN.reason))
}

/** When all sides cost the same (fused attention against its two products), the cost is known: the first side's is counted, the others' not. */
function reconciled<T>(sides: readonly Side<T>[], isUncertain: boolean): readonly (readonly TraceEvent[])[] {
  const [first, ...others] = sides.map(({ events }) => events)
  const costs = sides.map(({ events }) => sum(events.map((event) => (event.kind === "operation" ? event.macs : 0))))
  const isSame = first !== undefined && others.length > 0 && costs.every((cost) => equals(cost, costs[0] ?? 0) === true)
  if (!isSame || costs[0] === 0) return sides.map(({ events }) => events)
  const counted = first.map((event) => (event.kind === "operation" ? { ...event, isUncertain } : event))
  return [counted, ...others.map((events) => events.map((event) => (event.kind === "operation" ? { ...event, macs: 0 } : event)))]
}

function runSide<T>(evaluation: Evaluation, side: () => T): Side<T> {
  const mark = evaluation.trace.length
  evaluation.heap.begin()
  let isEnded = false
  try {
    const result = side()
    isEnded = true
    return { result, changes: evaluation.heap.rollback(), events: evaluation.trace.splice(mark) }
  } catch (thrown) {
    if (!isEnded) evaluation.heap.rollback()
    evaluation.trace.length = Math.min(mark, evaluation.trace.length)
    if (!(thrown instanceof Raised)) throw thrown
    return { raised: thrown, changes: new Map(), events: [] }
  }
}

/** Makes the heap what it may be after any of the sides. */
function mergeChanges(evaluation: Evaluation, sides: readonly Changes[]): void {
  const only = sides[0]
  if (!only) return
  if (sides.length === 1) return evaluation.heap.apply(only)
  for (const container of new Set(sides.flatMap((changes) => [...changes.keys()]))) {
    const first = sides.find((changes) => changes.has(container))?.get(container) as Change
    const contents = sides.map((changes) => changes.get(container)?.after ?? first.before)
    evaluation.heap.replace(
      container,
      contents.reduce((left, right) => joinContents(left, right)),
    )
  }
}

type Contents = Change["after"]

export function joinContents(left: Contents, right: Contents): Contents {
  if (left instanceof Map && right instanceof Map) return joinMaps(left, right)
  if (Array.isArray(left) && Array.isArray(right)) return joinArrays(left, right)
  const joined: Record<string, unknown> = { ...left }
  for (const [key, value] of Object.entries(right)) joined[key] = joinCells(joined[key], value)
  return joined
}

/**
 * A name bound on one side only keeps its value: code that reads it later means that side.
 * An entry of a dictionary that stands on one side only may or may not be there: it is unknown.
 */
function joinMaps(left: ReadonlyMap<unknown, unknown>, right: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
  const joined = new Map([...left].map(([key, value]) => [key, right.has(key) ? joinCells(value, right.get(key)) : oneSided(value)]))
  for (const [key, value] of right) if (!joined.has(key)) joined.set(key, oneSided(value))
  return joined
}

function oneSided(cell: unknown): unknown {
  if (!isEntry(cell)) return cell
  const { kind } = cell.value
  const value: Value = {
    kind: "unknown",
    reason: "it is there only under a condition that is not known",
    isMaybe: true,
    ...((kind === "instance" || kind === "tensor" || kind === "unknown") && { mayHoldWeights: true }),
  }
  return { key: cell.key, value }
}

/** Lists of different lengths keep the longer one's elements. */
function joinArrays(left: readonly unknown[], right: readonly unknown[]): unknown[] {
  const [longer, shorter] = left.length >= right.length ? [left, right] : [right, left]
  return longer.map((item, index) => (index < shorter.length ? joinCells(item, shorter[index]) : item))
}

function joinCells(left: unknown, right: unknown): unknown {
  if (left === right || right === undefined) return left
  if (left === undefined) return right
  if (isEntry(left) && isEntry(right)) return { key: left.key, value: joinCells(left.value, right.value) }
  return isValue(left) && isValue(right) ? join(left, right) : left
}

/** Records that natives keep with their objects have kinds of their own. */
const isValue = (cell: unknown): cell is Value =>
  typeof cell === "object" && cell !== null && "kind" in cell && Object.hasOwn(VALUE_KINDS, String(cell.kind))

const VALUE_KINDS: Record<Value["kind"], true> = {
  constant: true,
  boolean: true,
  integer: true,
  float: true,
  string: true,
  tuple: true,
  list: true,
  dictionary: true,
  set: true,
  slice: true,
  range: true,
  iterator: true,
  function: true,
  method: true,
  native: true,
  property: true,
  class: true,
  instance: true,
  module: true,
  super: true,
  tensor: true,
  unknown: true,
}
const isEntry = (cell: unknown): cell is { key: Value; value: Value } =>
  typeof cell === "object" && cell !== null && !("kind" in cell) && "key" in cell
