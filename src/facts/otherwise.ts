/** Classes that the file makes with other arguments than their defaults: what fails with the defaults is certain only if it fails whatever is given. */
import { aside } from "../evaluate/aside.ts"
import { closureOf } from "../evaluate/calls.ts"
import type { Evaluation, FoundProblem } from "../evaluate/evaluation.ts"
import type { ModuleRecord } from "../evaluate/modules.ts"
import { Raised, Stopped } from "../evaluate/raised.ts"
import { frameworkOf, runOnFound, symbolicArguments, symbolicValue } from "../model/run.ts"
import type { Argument, Call, Node, Parameter, Tree } from "../syntax/tree.ts"
import { children, parameterName } from "../syntax/walk.ts"
import type { Place } from "../text/source.ts"
import type * as V from "../values/value.ts"

const calls = new WeakMap<Tree, ReadonlyMap<string, readonly Call[]>>()

/** All calls of a name in a file, run or not. */
function callsIn(tree: Tree): ReadonlyMap<string, readonly Call[]> {
  const known = calls.get(tree)
  if (known) return known
  const found = new Map<string, Call[]>()
  const open: Node[] = [...tree.body]
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind === "call" && node.callee.kind === "name") found.set(node.callee.name, [...(found.get(node.callee.name) ?? []), node])
    open.push(...children(node))
  }
  calls.set(tree, found)
  return found
}

/** Arguments with a symbol for each that some call of the file chooses in the place of a default; undefined when none does. */
export function givenOtherwise(evaluation: Evaluation, { tree }: ModuleRecord, cls: V.ClassValue): V.CallArguments | undefined {
  const constructor = evaluation.findAttribute(cls, "__init__")
  if (constructor?.kind !== "function") return undefined
  const parameters = closureOf(constructor).node.parameters.slice(1)
  const given = (callsIn(tree).get(cls.name) ?? []).flatMap(({ arguments: all }) => chosenIn(all, parameters))
  const chosen = new Set(given.filter(({ default: value, form }) => value && form !== "rest" && form !== "keywordRest"))
  if (chosen.size === 0) return undefined
  const symbols = [...chosen].map((parameter) => [parameterName(parameter), symbolicValue(evaluation, constructor, parameter)] as const)
  return { positional: [], keywords: new Map([...symbolicArguments(evaluation, cls).keywords, ...symbols]) }
}

/** The parameters that a call gives, or may give. */
function chosenIn(given: readonly Argument[], parameters: readonly Parameter[]): readonly Parameter[] {
  if (given.some(({ spread }) => spread === "sequence")) return parameters
  const names = new Set(given.flatMap(({ name }) => name ?? []))
  const count = given.filter(({ name, spread }) => name === undefined && !spread).length
  return parameters.filter((parameter, index) => index < count || names.has(parameterName(parameter)))
}

/** Those of the problems that are there with the other arguments, too. */
export function certainAmong(
  evaluation: Evaluation,
  cls: V.ClassValue,
  otherwise: V.CallArguments,
  found: readonly FoundProblem[],
): FoundProblem[] {
  if (found.length === 0) return []
  const others = aside(evaluation, () => problemsWith(evaluation, cls, otherwise))
  return found.filter((problem) => others.some((other) => isSame(problem, other)))
}

const isSame = (one: FoundProblem, other: FoundProblem): boolean =>
  one.code === other.code && one.place.file === other.place.file && one.place.span.start === other.place.span.start

function problemsWith(evaluation: Evaluation, cls: V.ClassValue, given: V.CallArguments): readonly FoundProblem[] {
  const known = evaluation.problems.length
  evaluation.observedFile = undefined
  try {
    const root = evaluation.call(cls, given, cls.place as Place)
    const run = root.kind === "instance" ? runOnFound(evaluation, root, frameworkOf(root)) : undefined
    return [...evaluation.problems.slice(known), ...(run?.problems ?? [])]
  } catch (thrown) {
    const isFailure = thrown instanceof Raised || (thrown instanceof Stopped && thrown.why !== "pending" && thrown.why !== "cancelled")
    if (!isFailure) throw thrown
    return evaluation.problems.slice(known)
  }
}
