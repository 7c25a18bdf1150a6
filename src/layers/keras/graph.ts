/**
 * The graph behind the functional API: which call of which layer or function made a symbolic tensor.
 *
 * `Input(…)` and every call on a symbolic tensor add a node; `Model(inputs, outputs)` walks back from its outputs and can run the nodes
 * again on other inputs, in the order in which Keras runs them: the deepest first.
 */
import type { Place } from "../../text/source.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { CallArguments, InstanceValue, TensorValue, Value } from "../../values/value.ts"
import { mapCall, mapTensors, tensorsIn, tensorsInCall } from "./nesting.ts"

/** What a node calls: a layer, or a function that was applied to symbolic tensors. */
export interface Operation {
  readonly callee: Value
  /** "add", "conv2d_1": as Keras would name it */
  readonly name: string
  readonly layer?: InstanceValue
}

export interface GraphNode {
  readonly operation: Operation
  readonly call: CallArguments
  readonly inputs: readonly TensorValue[]
  readonly place: Place
  output: Value
}

interface GraphMark {
  readonly node: GraphNode
  readonly index: number
}

export const markOf = (tensor: TensorValue): GraphMark | undefined => tensor.graph as GraphMark | undefined
export const isSymbolic = (call: CallArguments): boolean => tensorsInCall(call).some((tensor) => tensor.graph !== undefined)

/** The call on tensors that stand outside the graph: what a layer computes inside is no node of the outer graph. */
export const outsideGraph = (call: CallArguments): CallArguments => mapCall(call, plainTensor)

function plainTensor(tensor: TensorValue): TensorValue {
  if (tensor.graph === undefined) return tensor
  const { graph: _, ...plain } = tensor
  return tensor.shape === undefined ? { ...plain, sameShapeAs: tensor } : plain
}

/** Adds a node and gives its output as tensors that remember it. */
export function addNode(operation: Operation, call: CallArguments, output: Value, place: Place): GraphNode {
  const node: GraphNode = { operation, call, inputs: tensorsInCall(call), place, output }
  let index = 0
  node.output = mapTensors(output, (tensor) => ({ ...tensor, id: nextId(), graph: { node, index: index++ } satisfies GraphMark }))
  return node
}

// Symbolic tensors are told apart by numbers below zero, so that they never meet those of `newId`.
let lastId = 0
const nextId = (): number => --lastId

interface Walk {
  /** Nodes so that each stands after those it needs, in the order in which Keras runs them. */
  readonly nodes: readonly GraphNode[]
  /** Tensors at which the walk stopped because nothing made them and they are no inputs. */
  readonly loose: readonly TensorValue[]
}

/** All nodes between inputs and outputs. */
export function walk(inputs: readonly TensorValue[], outputs: readonly TensorValue[]): Walk {
  const found = visit(inputs, outputs)
  const depths = depthsOf(found.nodes)
  for (const input of inputs) {
    const node = markOf(input)?.node
    if (node && node.inputs.length === 0 && !depths.has(node)) depths.set(node, 0)
  }
  // At one depth Keras lists layers as it came upon them from the outputs, inputs that lead nowhere first.
  const rank = (node: GraphNode): number => found.ranks.get(ownerOf(node)) ?? -1
  const nodes = [...depths.keys()].sort((left, right) => (depths.get(right) ?? 0) - (depths.get(left) ?? 0) || rank(left) - rank(right))
  return { nodes, loose: found.loose }
}

/** A layer is one thing however often it is called; each call of a function is an operation of its own. */
const ownerOf = (node: GraphNode): object => node.operation.layer ?? node

interface Visit {
  readonly nodes: GraphNode[]
  readonly loose: TensorValue[]
  /** layers and calls of functions, by when they were first come upon */
  readonly ranks: Map<object, number>
}

/** Depth first from the outputs; a stack of its own, because graphs may be deeper than the host's stack. */
function visit(inputs: readonly TensorValue[], outputs: readonly TensorValue[]): Visit {
  const found: Visit = { nodes: [], loose: [], ranks: new Map() }
  const boundary = new Set(inputs.map((tensor) => tensor.id))
  const entered = new Set<GraphNode>()
  const stack: { node: GraphNode; waiting: TensorValue[] }[] = []
  const enter = (tensor: TensorValue) => {
    const node = markOf(tensor)?.node
    if (!node) {
      if (tensor.role === undefined && tensor.data === undefined && !boundary.has(tensor.id)) found.loose.push(tensor)
      return
    }
    if (entered.has(node) || (boundary.has(tensor.id) && node.inputs.length > 0)) return
    entered.add(node)
    const owner = ownerOf(node)
    if (!found.ranks.has(owner)) found.ranks.set(owner, found.ranks.size)
    stack.push({ node, waiting: [...node.inputs].reverse() })
  }
  for (const output of outputs) {
    enter(output)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.waiting.pop()
      if (next) enter(next)
      else found.nodes.push((stack.pop() as { node: GraphNode }).node)
    }
  }
  return found
}

/** A node's depth is the longest way to an output; a shared layer's nodes lie at least as deep as its deepest. */
function depthsOf(nodes: readonly GraphNode[]): Map<GraphNode, number> {
  const included = new Set(nodes)
  const depths = new Map<GraphNode, number>()
  const layerDepths = new Map<object, number>()
  for (const node of [...nodes].reverse()) {
    const owner = ownerOf(node)
    const depth = Math.max(depths.get(node) ?? 0, layerDepths.get(owner) ?? 0)
    layerDepths.set(owner, depth)
    depths.set(node, depth)
    for (const input of node.inputs) {
      const parent = markOf(input)?.node
      if (parent && included.has(parent)) depths.set(parent, Math.max(depth + 1, depths.get(parent) ?? 0))
    }
  }
  return depths
}

/** Runs the nodes on other inputs; `values` holds what each symbolic tensor stands for by now, `told` hears what each gives. */
export function replay(
  interpreter: Interpreter,
  nodes: readonly GraphNode[],
  values: Map<number, Value>,
  told: (node: GraphNode, output: Value) => void,
): void {
  const current = (tensor: TensorValue): Value => values.get(tensor.id) ?? tensor
  for (const node of nodes) {
    const symbolic = tensorsIn(node.output)
    if (symbolic.length > 0 && symbolic.every((tensor) => values.has(tensor.id))) continue
    const output = interpreter.call(node.operation.callee, mapCall(node.call, current), node.place)
    told(node, output)
    const results = tensorsIn(output)
    symbolic.forEach((tensor, index) => values.set(tensor.id, results[index] ?? output))
  }
}
