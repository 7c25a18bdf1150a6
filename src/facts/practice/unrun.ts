/**
 * Losses in functions that nobody calls, such as `train(model, loader)` or Lightning's `training_step`: what they get is known where the file
 * defines a single model, and they call it by a name that can mean nothing else.
 */
import type { Call, Expression, FunctionBody, Node } from "../../syntax/tree.ts"
import type { InstanceValue } from "../../values/value.ts"
import { nodesOf } from "./classes.ts"
import type { Evidence } from "./evidence.ts"
import type { Passage, Step } from "./flow.ts"

/** A loss, by the name of its class or function, and the model whose output it gets. */
export interface UnrunLoss {
  readonly name: string
  readonly call: Call
  readonly end: Step
  readonly passage: Passage
}

export function unrunLosses(evidence: Evidence, losses: ReadonlySet<string>): readonly UnrunLoss[] {
  const only = evidence.isPart ? undefined : onlyModel(evidence)
  if (!only || evidence.file.language !== "python") return []
  const named = namedLosses(evidence, losses)
  return functionsIn(evidence).flatMap((body) =>
    [...nodesOf(body.body)].flatMap((node): UnrunLoss[] => {
      if (node.kind !== "call") return []
      const name = lossOf(node.callee, named, losses)
      const [first] = node.arguments
      const isOpen = first && first.name === undefined && isUnseen(evidence, first.value)
      const isJudged = isOpen && isOutput(evidence, first.value, body, only.root)
      return name && isJudged ? [{ name, call: node, ...only }] : []
    }),
  )
}

/** What was never seen, or only as something unknown: the flow of tensors does not show it. */
const isUnseen = ({ observations }: Evidence, node: Expression): boolean => {
  const value = observations.get(node)?.value
  return value === undefined || value.kind === "unknown" || (value.kind === "tensor" && value.producer === undefined)
}

const functionsIn = ({ tree }: Evidence): FunctionBody[] =>
  [...nodesOf(tree.body)].filter((node): node is FunctionBody => node.kind === "function" && !node.isArrow)

/** The one class of models that the file defines and nothing in it holds, with what every run of it ended in. */
function onlyModel({ flow, file }: Evidence): { readonly root: InstanceValue; readonly end: Step; readonly passage: Passage } | undefined {
  const runs = flow.passages.filter(({ root }) => root?.class.place?.file === file)
  const classes = new Set(runs.map(({ root }) => root?.class))
  const ends = runs.map((passage) => ({ passage, root: passage.root, end: flow.stepOf(passage.outputs[0]) }))
  const [first] = ends
  if (classes.size !== 1 || !first?.root || !first.end) return undefined
  const isKnown = ends.every(
    ({ passage, end }) => passage.isWhole && passage.outputs.length === 1 && end?.event.name === first.end?.event.name,
  )
  return isKnown ? { root: first.root, end: first.end, passage: first.passage } : undefined
}

/** `criterion = nn.CrossEntropyLoss()`: names that stand for one loss in the whole file. */
function namedLosses({ tree }: Evidence, losses: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const node of nodesOf(tree.body)) {
    if (node.kind !== "assign" || node.targets.length !== 1) continue
    const [target] = node.targets
    const name = target && dotted(target)
    if (name === undefined) continue
    const loss = node.value.kind === "call" ? (dotted(node.value.callee)?.split(".").at(-1) ?? "") : ""
    if (losses.has(loss) && (!found.has(name) || found.get(name) === loss)) found.set(name, loss)
    else if (found.has(name)) found.set(name, "")
  }
  return found
}

function lossOf(callee: Expression, named: ReadonlyMap<string, string>, losses: ReadonlySet<string>): string | undefined {
  if (callee.kind === "call") return losses.has(lastName(callee.callee)) ? lastName(callee.callee) : undefined
  const name = dotted(callee)
  const own = name === undefined ? undefined : named.get(name)
  if (own) return own
  const last = lastName(callee)
  return callee.kind === "attribute" && /^[a-z]/.test(last) && losses.has(last) ? last : undefined
}

const lastName = (node: Expression): string => (node.kind === "attribute" || node.kind === "name" ? node.name : "")

function dotted(node: Expression): string | undefined {
  if (node.kind === "name") return node.name
  const before = node.kind === "attribute" ? dotted(node.object) : undefined
  return node.kind === "attribute" && before !== undefined ? `${before}.${node.name}` : undefined
}

/** The call of the model itself, or a variable that the function gives nothing else. */
function isOutput(evidence: Evidence, node: Expression, body: FunctionBody, root: InstanceValue): boolean {
  if (node.kind === "call") return isModel(evidence, node.callee, body, root)
  if (node.kind !== "name") return false
  const values = [...nodesOf(body.body)].flatMap((part) => assigned(part, node.name))
  return values.length > 0 && values.every((value) => value?.kind === "call" && isModel(evidence, value.callee, body, root))
}

function assigned(part: Node, name: string): (Expression | undefined)[] {
  if (part.kind === "assign")
    return part.targets.flatMap((target) => (namesIn(target).includes(name) ? [target.kind === "name" ? part.value : undefined] : []))
  if (part.kind === "augmentedAssign") return namesIn(part.target).includes(name) ? [undefined] : []
  return part.kind === "for" && namesIn(part.target).includes(name) ? [undefined] : []
}

const namesIn = (target: Expression): string[] =>
  target.kind === "name" ? [target.name] : target.kind === "tuple" || target.kind === "list" ? target.elements.flatMap(namesIn) : []

/** Usual names of a model that is handed in or held. */
const MODEL = /^(?:self\.)?(?:model|net|network|classifier)$/

function isModel({ observations, tree }: Evidence, callee: Expression, body: FunctionBody, root: InstanceValue): boolean {
  const seen = observations.get(callee)?.value
  if (seen && seen.kind !== "unknown") return seen.kind === "instance" && seen.class === root.class
  const name = dotted(callee)
  if (name === "self" || name === "self.forward")
    return tree.body.some((part) => part.kind === "classDeclaration" && isOf(part.class.nameSpan, root) && holds(part, body))
  if (name === undefined || !MODEL.test(name)) return false
  return !name.includes(".") || !isOwnPart(root, name.slice("self.".length))
}

const isOf = (name: { start: number } | undefined, { class: { place } }: InstanceValue): boolean => name?.start === place?.span.start
const holds = (outer: Node, inner: Node): boolean => outer.span.start <= inner.span.start && inner.span.end <= outer.span.end
/** `self.net` within the model itself is a part of it. */
const isOwnPart = ({ attributes }: InstanceValue, name: string): boolean => {
  const modules = attributes.get("_modules")
  return modules?.kind === "dictionary" && modules.entries.has(`s:${name}`)
}
