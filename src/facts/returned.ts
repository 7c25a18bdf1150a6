/** Functions nobody calls that make and return a PyTorch model when they are told nothing: `def resnet18(): return ResNet(BasicBlock, [2, 2, 2, 2])`. */
import { closureOf } from "../evaluate/calls.ts"
import type { Evaluation } from "../evaluate/evaluation.ts"
import type { ModuleRecord } from "../evaluate/modules.ts"
import { Raised, Stopped } from "../evaluate/raised.ts"
import { isModule, modulesBelow } from "../layers/modules.ts"
import type { FunctionBody, Node, Parameter } from "../syntax/tree.ts"
import { children } from "../syntax/walk.ts"
import type { Place } from "../text/source.ts"
import type * as V from "../values/value.ts"
import type { Candidate } from "./find.ts"

/** Each costs what it costs to build and run its model; libraries define a hundred in a file. */
const MAXIMUM_RETURNED = 8
/** What calling them may use of the time, so that the models found can still be run. */
const TIME_SHARE = 0.6
/** A function of the file may leave the making to another: `resnet18` to `_resnet`. */
const MAXIMUM_DEPTH = 4

export function returnedModels(evaluation: Evaluation, record: ModuleRecord): Candidate[] {
  const called = new Set([...evaluation.observations.keys()])
  const found: Candidate[] = []
  for (const { name, node } of builders(record)) {
    if (found.length >= MAXIMUM_RETURNED || (evaluation.budget.spent?.() ?? 0) > TIME_SHARE) break
    const value = record.scope.variables.get(name)
    if (value?.kind !== "function" || isSeen(node, called) || !makesModule(record, node, MAXIMUM_DEPTH)) continue
    const place = { file: record.file, span: node.span }
    const root = modelOf(evaluation, value, place)
    if (root) found.push({ root, name, place })
  }
  return found
}

interface Builder {
  readonly name: string
  readonly node: FunctionBody
}

/** Functions of the file that return something and can be called without arguments, whatever their decorators made of them. */
const builders = ({ tree, file }: ModuleRecord): Builder[] =>
  file.language !== "python"
    ? []
    : tree.body.flatMap((statement) => {
        if (statement.kind !== "functionDeclaration") return []
        const { function: node } = statement
        return node.name !== undefined && node.parameters.every(isOptional) && returns(node) ? [{ name: node.name, node }] : []
      })

const isOptional = ({ default: value, form }: Parameter): boolean => value !== undefined || form === "rest" || form === "keywordRest"

/** What a function says itself; functions inside it speak for themselves. */
function* own(node: Node): Generator<Node> {
  for (const child of children(node)) {
    yield child
    if (child.kind !== "functionDeclaration" && child.kind !== "functionExpression") yield* own(child)
  }
}

const bodyOf = function* ({ body }: FunctionBody): Generator<Node> {
  for (const statement of body) {
    yield statement
    yield* own(statement)
  }
}

const returns = (node: FunctionBody): boolean => [...bodyOf(node)].some((each) => each.kind === "return" && each.value !== undefined)

/** Whether something of its body was evaluated: the file calls it. */
const isSeen = (node: FunctionBody, called: ReadonlySet<object>): boolean => [...bodyOf(node)].some((each) => called.has(each))

/** Whether it names a class of modules, or a function of the file that does. */
function makesModule(record: ModuleRecord, node: FunctionBody, depth: number): boolean {
  for (const each of bodyOf(node)) {
    const value = each.kind === "name" ? record.scope.variables.get(each.name) : undefined
    if (value?.kind === "class" && isModuleClass(value)) return true
    if (value?.kind === "module" && value.catalogue && value.name === "torch.nn") return true
    if (
      value?.kind === "function" &&
      value.place.file === record.file &&
      depth > 0 &&
      makesModule(record, closureOf(value).node, depth - 1)
    )
      return true
  }
  return false
}

const isModuleClass = ({ mro }: V.ClassValue): boolean => mro.some(({ qualifiedName }) => qualifiedName === "torch.nn.Module")

/** What it returns, where that is a model. It may never be meant to be called alone: nothing that goes wrong in it is reported. */
function modelOf(evaluation: Evaluation, builder: V.FunctionValue, place: Place): V.InstanceValue | undefined {
  const [made, known, traced] = [evaluation.instances.length, evaluation.problems.length, evaluation.trace.length]
  evaluation.heap.begin()
  evaluation.refuel()
  const root = result(evaluation, builder, place)
  evaluation.problems.length = known
  if (root) {
    evaluation.heap.commit()
    return root
  }
  evaluation.heap.rollback()
  evaluation.instances.length = made
  evaluation.trace.length = traced
  return undefined
}

function result(evaluation: Evaluation, builder: V.FunctionValue, place: Place): V.InstanceValue | undefined {
  try {
    const value = evaluation.call(builder, { positional: [], keywords: new Map() }, place)
    const isModel = value.kind === "instance" && isModule(value) && isModuleClass(value.class) && modulesBelow(value).length > 1
    return isModel ? value : undefined
  } catch (thrown) {
    if (thrown instanceof Stopped && (thrown.why === "pending" || thrown.why === "cancelled")) throw thrown
    if (!(thrown instanceof Raised || thrown instanceof Stopped)) throw thrown
    return undefined
  }
}
