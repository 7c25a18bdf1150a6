/** What a keystroke inside one function shows at once, before the file is analysed anew: the function is run again on what it was called with. */
import type { Observation } from "../evaluate/evaluation.ts"
import { isDirective, isSame } from "../syntax/reconcile.ts"
import type { ClassBody, Comment, FunctionBody, Statement, Tree } from "../syntax/tree.ts"
import type { Budget } from "../text/host.ts"
import type { SourceFile } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import type { Observed } from "./hints.ts"

/** The new text with what is known of it: what was seen in statements that still stand, and what the changed function gives now. */
export function glance(before: Analysis, file: SourceFile, tree: Tree, budget: Budget): Observed | undefined {
  const edit = editBetween(before.tree, tree)
  if (!edit) return undefined
  const { counterparts, changed } = edit
  const seen = changed && before.rerun?.knows(changed.old) ? before.rerun.run(changed.old, changed.fresh, budget) : NOTHING
  if (!seen) return undefined
  return { file, tree, observations: { get: (node) => seen.get(node) ?? before.observations.get(counterparts.get(node) ?? node) } }
}

const NOTHING: ReadonlyMap<object, Observation> = new Map()

/** Two functions that differ in their bodies only. */
interface ChangedFunction {
  readonly old: FunctionBody
  readonly fresh: FunctionBody
}

interface Edit {
  /** the old node of each new one that stands for the same code */
  readonly counterparts: ReadonlyMap<object, object>
  readonly changed?: ChangedFunction
}

/** Undefined where more was changed than the body of one function. */
function editBetween(old: Tree, fresh: Tree): Edit | undefined {
  if (!areSameDirectives(old.comments, fresh.comments)) return undefined
  const counterparts = new Map<object, object>()
  const middle = differing(old.body, fresh.body, counterparts)
  if (middle.length === 0) return { counterparts }
  const changed = middle.length === 1 && middle[0] ? changedFunction(...middle[0], counterparts) : undefined
  return changed && { counterparts, changed }
}

const areSameDirectives = (old: readonly Comment[], fresh: readonly Comment[]): boolean =>
  textOf(old.filter(isDirective)) === textOf(fresh.filter(isDirective))

const textOf = (comments: readonly Comment[]): string => comments.map(({ text }) => text.trim()).join("\n")

type Pair = readonly [old: Statement | undefined, fresh: Statement | undefined]

/** The statements between those at the start and those at the end that are the same. */
function differing(old: readonly Statement[], fresh: readonly Statement[], counterparts: Map<object, object>): Pair[] {
  const same = (was: Statement | undefined, is: Statement | undefined) => isCounterpart(was, is, counterparts)
  const shorter = Math.min(old.length, fresh.length)
  let head = 0
  while (head < shorter && same(old[head], fresh[head])) head++
  let tail = 0
  while (tail < shorter - head && same(old.at(-1 - tail), fresh.at(-1 - tail))) tail++
  const [before, after] = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)]
  return (before.length > after.length ? before : after).map((_, index) => [before[index], after[index]])
}

function isCounterpart(old: unknown, fresh: unknown, counterparts: Map<object, object>): boolean {
  const met: [object, object][] = []
  if (!isSame(old, fresh, (was, is) => void met.push([is, was]))) return false
  for (const [is, was] of met) counterparts.set(is, was)
  return true
}

/** Looks into classes and what is exported. */
function changedFunction(
  old: Statement | undefined,
  fresh: Statement | undefined,
  counterparts: Map<object, object>,
): ChangedFunction | undefined {
  if (old?.kind === "functionDeclaration" && fresh?.kind === "functionDeclaration")
    return isCounterpart(headOf(old.function), headOf(fresh.function), counterparts)
      ? { old: old.function, fresh: fresh.function }
      : undefined
  if (old?.kind === "export" && fresh?.kind === "export") return changedFunction(old.declaration, fresh.declaration, counterparts)
  if (old?.kind !== "classDeclaration" || fresh?.kind !== "classDeclaration") return undefined
  if (!isCounterpart(headOf(old.class), headOf(fresh.class), counterparts)) return undefined
  const middle = differing(old.class.body, fresh.class.body, counterparts)
  return middle.length === 1 && middle[0] ? changedFunction(...middle[0], counterparts) : undefined
}

/** All but the body. */
const headOf = <T extends FunctionBody | ClassBody>(node: T): T => ({ ...node, body: [], documentation: "" })
