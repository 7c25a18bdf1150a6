/** Tables of numbers that are filled element by element, as position encodings are: beyond the first rounds only their size matters. */
import { children } from "../syntax/walk.ts"
import type * as Tree from "../syntax/tree.ts"
import { sameShape } from "../values/shape.ts"
import * as V from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import type { Changes } from "./journal.ts"
import { birthOf, type Scope, scopeOf, youngest } from "./scope.ts"

/** Shorter loops are run in full. */
export const LONG_TABLE = 128
/** So many rounds are run before the rest is judged by them. */
const ROUNDS = 32
const REASON = "one of many numbers of a table, of which only the first are computed"

/** One value for all of them: a table has millions. */
const A_NUMBER: V.UnknownValue = { ...V.unknown(REASON), type: "float" }
const isDecimal = (value: V.Value | undefined): boolean => value?.kind === "float" || (value?.kind === "unknown" && value.type === "float")
/** A decimal, or NumPy's kind of one. */
const isScalar = (value: V.Value): boolean =>
  isDecimal(value) || (value.kind === "tensor" && value.framework === "numpy" && value.shape?.length === 0)

/** What all further elements of a table are. */
export interface Further {
  /** How many numbers each holds. */
  readonly size: number
  make(): V.Value
}

/** Watches a long comprehension. */
export interface ElementWatch {
  round<T>(run: () => T): T
  /** What all further elements are, once that is plain. */
  further(last: (count: number) => readonly V.Value[]): Further | undefined
}

export function elementWatch(evaluation: Evaluation): ElementWatch {
  let rounds = 0
  let isPure = false
  return {
    round: (run) =>
      ++rounds === ROUNDS
        ? watched(evaluation, run, (changes, birth, isSilent) => {
            isPure = isSilent && [...changes.keys()].every((container) => birthOf(container) > birth)
          })
        : run(),
    further: (last) => (rounds === ROUNDS && isPure ? further(last(ROUNDS / 2)) : undefined),
  }
}

/** Runs a round and tells what it changed, the birth of the youngest scope before it, and whether it made no layer and no multiplication that counts. */
function watched<T>(evaluation: Evaluation, run: () => T, tell: (changes: Changes, birth: number, isSilent: boolean) => void): T {
  const [created, traced, birth] = [evaluation.instances.length, evaluation.trace.length, youngest()]
  evaluation.heap.begin()
  try {
    return run()
  } finally {
    const changes = evaluation.heap.commit()
    const isFree = evaluation.trace.slice(traced).every((event) => event.kind === "operation" && event.macs === 0)
    tell(changes, birth, isFree && evaluation.instances.length === created)
  }
}

/** What comes after elements that are all decimals, or all rows of equally many decimals. */
function further(found: readonly V.Value[]): Further | undefined {
  const last = found.at(-1)
  if (found.every(isScalar)) return { size: 1, make: () => (last?.kind === "tensor" ? last : A_NUMBER) }
  if (last?.kind !== "list" || last.items.length === 0) return undefined
  const { items } = last
  const isRow = (row: V.Value) => row.kind === "list" && row.items.length === items.length && row.items.every(isScalar)
  return found.every(isRow)
    ? { size: items.length, make: () => V.list(items.map((item) => (item.kind === "tensor" ? item : A_NUMBER))) }
    : undefined
}

const PLAIN: ReadonlySet<Tree.Node["kind"]> = new Set([
  ...(["for", "assign", "augmentedAssign", "expression", "block", "pass"] as const),
  ...(["name", "number", "string", "attribute", "subscript", "slice", "call", "argument", "binary", "unary", "tuple"] as const),
])

/** Whether a body only computes and assigns, by operators and by functions that are not the user's own. */
function isPlain(nodes: readonly Tree.Node[], scope: Scope): boolean {
  return nodes.every((node) => PLAIN.has(node.kind) && (node.kind !== "call" || isForeign(node, scope)) && isPlain(children(node), scope))
}

function isForeign(call: Tree.Call, scope: Scope): boolean {
  let root: Tree.Expression = call.callee
  while (root.kind === "attribute" || root.kind === "subscript") root = root.object
  if (root.kind !== "name") return root.kind === "call"
  const kind = scopeOf(scope, root.name)?.variables.get(root.name)?.kind
  return kind === undefined || kind === "native" || kind === "module" || kind === "tensor" || kind === "float" || kind === "integer"
}

export interface TableWatch {
  round<T>(body: () => T): T
  /** Further rounds would only compute more numbers of the same kind. */
  isSettled(): boolean
  /** Forgets the numbers that the rounds not run would have changed. */
  widen(): void
}

/** Watches a long loop over `length` items that may be filling a table; undefined when its body does more than that. */
export function tableWatch(evaluation: Evaluation, body: readonly Tree.Statement[], scope: Scope, length: number): TableWatch | undefined {
  if (length < LONG_TABLE || !isPlain(body, scope)) return undefined
  let rounds = 0
  let settled: Changes | undefined
  return {
    round(run) {
      if (++rounds !== ROUNDS) return run()
      return watched(evaluation, run, (changes, birth, isFree) => {
        const isNumeric = [...changes].every(
          ([container, change]) => birthOf(container) > birth || onlyNumbers(change.before, change.after),
        )
        if (isNumeric && isFree) settled = changes
      })
    },
    isSettled: () => settled !== undefined,
    widen() {
      for (const [container, { before, after }] of settled ?? [])
        if (before instanceof Map && after instanceof Map) forget(evaluation, container, before, after)
    },
  }
}

function forget(
  evaluation: Evaluation,
  container: object,
  before: ReadonlyMap<unknown, unknown>,
  after: ReadonlyMap<unknown, unknown>,
): void {
  for (const [key, value] of after) {
    const [was, { kind }] = [before.get(key) as V.Value | undefined, value as V.Value]
    if (was === value || (kind !== "integer" && kind !== "float")) continue
    if (was && V.keyOf(was) !== undefined && V.keyOf(was) === V.keyOf(value as V.Value)) continue
    evaluation.heap.touch(container)
    ;(container as Map<unknown, unknown>).set(key, { ...V.unknown(REASON), type: kind })
  }
}

/** Whether two contents of a container differ in numbers only: in decimals, counters, and what tensors of one shape hold. */
function onlyNumbers(before: unknown, after: unknown): boolean {
  if (before instanceof Map && after instanceof Map)
    return before.size === after.size && [...after].every(([key, value]) => isSameKind(before.get(key), value))
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && after.every((value, at) => isSameKind(before[at], value))
  return isSameKind(before, after)
}

function isSameKind(before: unknown, after: unknown): boolean {
  if (before === after) return true
  const [left, right] = [before as V.Value | undefined, after as V.Value | undefined]
  if (isDecimal(left) && isDecimal(right)) return true
  if (left?.kind === "integer" && right?.kind === "integer") return true
  if (left?.kind !== "tensor" || right?.kind !== "tensor" || left.dtype !== right.dtype) return false
  return left.shape !== undefined && right.shape !== undefined && sameShape(left.shape, right.shape) === true
}
