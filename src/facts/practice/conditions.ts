/** Whether what was seen once holds always: nothing of it stands in a branch that another use of the code may take differently. */
import type { Node } from "../../syntax/tree.ts"
import { nodeAt } from "../../syntax/walk.ts"
import type { Place, SourceFile } from "../../text/source.ts"
import { within } from "./classes.ts"
import type { Evidence } from "./evidence.ts"
import type { Step } from "./flow.ts"

const CONDITIONAL: ReadonlySet<string> = new Set(["if", "conditional", "logical", "match", "switch", "try", "while"])

/** Nodes around a place, outermost first. */
const chainAt = ({ tree, file }: Evidence, { file: own, span }: Place): readonly Node[] | undefined =>
  own === file ? nodeAt(tree, span.start).filter((node) => node.span.start <= span.start && span.end <= node.span.end) : undefined

const conditionsAround = (evidence: Evidence, place: Place): readonly Node[] | undefined =>
  chainAt(evidence, place)?.filter(({ kind }) => CONDITIONAL.has(kind))

/** Wherever the one stands, the other does: it is in no branch that the one is not in, too. */
export function goesWith(evidence: Evidence, one: Place, other: Place): boolean {
  const [around, needed] = [conditionsAround(evidence, one), conditionsAround(evidence, other)]
  return around !== undefined && needed?.every((node) => around.includes(node)) === true
}

/** Both are made, and both are applied, without a branch that may put something between: side by side in a stack, or in functions without any. */
export function isStraight(evidence: Evidence, first: Step, second: Step): boolean {
  const [one, other] = [first.owner?.place, second.owner?.place]
  if (!one || !other) return false
  if (areNeighbours(evidence, one, other)) return true
  return [one, other, first.event.place, second.event.place].every((place) => isUnbranched(evidence, place))
}

/** Elements of one list, one after the other, or with what was seen between them. */
function areNeighbours(evidence: Evidence, one: Place, other: Place): boolean {
  if (one.span.start === other.span.start) return false
  const [left, right] = [chainAt(evidence, one), chainAt(evidence, other)]
  const shared = left?.findLast((node) => right?.includes(node))
  return shared?.kind === "list" || (shared?.kind === "call" && shared.callee.span.end <= Math.min(one.span.start, other.span.start))
}

/** Asked for each pair of neighbouring layers, of which a function has many. */
const plain = new WeakMap<Node, boolean>()

function isPlain(home: Node): boolean {
  const known = plain.get(home)
  if (known !== undefined) return known
  const found = [...within(home)].every(({ kind }) => !CONDITIONAL.has(kind))
  plain.set(home, found)
  return found
}

/** The function around, or the file's own statements, has no branch at all. */
function isUnbranched(evidence: Evidence, place: Place): boolean {
  const chain = chainAt(evidence, place)
  const home = chain?.findLast(({ kind }) => kind === "function")
  if (chain === undefined) return false
  if (home) return isPlain(home)
  return chain.every(({ kind }) => !CONDITIONAL.has(kind))
}

/** The model may do something else in training, when losses are taken: what is seen here is the model in use. */
export function differsInTraining({ file }: Pick<Evidence, "file">): boolean {
  const known = judged.get(file)
  if (known?.text === file.text) return known.differs
  const differs = TRAINING.test(file.text)
  judged.set(file, { text: file.text, differs })
  return differs
}

/** Several rules ask. */
const judged = new WeakMap<SourceFile, { readonly text: string; readonly differs: boolean }>()

/** A condition that asks for it, before or behind what it decides. */
const TRAINING = /\b(?:if|while|else|not|and|or)\b[^\n]*\btraining\b|\btraining\b[^\n]*\b(?:else|and|or)\b|\btraining\s*\?/

/** Whether a step is done whenever its function is called. */
export const isAlways = (evidence: Evidence, place: Place): boolean => conditionsAround(evidence, place)?.length === 0
