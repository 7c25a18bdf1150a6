/** What stands at an offset: the expression a reader points at, what it was seen to be, and what it means for the reader. */
import type { Observation } from "../evaluate/evaluation.ts"
import type { Call, ClassBody, Expression, Node, Statement } from "../syntax/tree.ts"
import { isExpression, isStatement, nodeAt } from "../syntax/walk.ts"
import type { InstanceValue, Value } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"

export type Target =
  | { readonly kind: "class"; readonly node: ClassBody }
  | {
      readonly kind: "layer"
      readonly node: Expression
      readonly instance: InstanceValue
      readonly all: readonly InstanceValue[]
      readonly result?: Observation
    }
  | { readonly kind: "value"; readonly node: Expression; readonly observation: Observation }

/** The innermost thing at the offset of which something is known. With `isWholeLine` the most telling thing of the statement there. */
export function targetAt(analysis: Analysis, offset: number, isWholeLine = false): Target | undefined {
  const chain = nodeAt(analysis.tree, offset)
  const whole = isWholeLine ? wholeStatement(analysis, chain, offset) : undefined
  if (whole) return whole
  for (let index = chain.length - 1; index >= 0; index--) {
    const node = chain[index] as Node
    if (node.kind === "class")
      return node.nameSpan && node.nameSpan.start <= offset && offset <= node.nameSpan.end ? { kind: "class", node } : undefined
    if (node.kind === "function" || isStatement(node)) return undefined
    const target = isExpression(node) ? expressionTarget(analysis, node, chain[index - 1]) : undefined
    if (target !== "outer" && target) return target
    if (target === undefined && isExpression(node) && !LITERALS.has(node.kind)) return undefined
  }
  return undefined
}

// What a literal is worth saying is said by the call it stands in.
const LITERALS: ReadonlySet<string> = new Set([
  "number",
  "string",
  "constant",
  "template",
  "tuple",
  "list",
  "dictionary",
  "starred",
  "conditional",
  "unary",
])

/** Layers are the instances the catalogue or the user's own modules make. */
export const isLayerValue = (value: Value | undefined): value is InstanceValue =>
  value?.kind === "instance" && value.class.mro.some(({ qualifiedName }) => LAYER_BASES.has(qualifiedName))

const LAYER_BASES: ReadonlySet<string> = new Set(["torch.nn.Module", "keras.layers.Layer", "tfjs.layers.Layer", "keras.Model"])

function expressionTarget(analysis: Analysis, node: Expression, outer: Node | undefined): Target | "outer" | undefined {
  const observation = analysis.observations.get(node)
  const call = outer?.kind === "call" && outer.callee === node ? outer : undefined
  if (isLayerValue(observation?.value)) return layerTarget(analysis, node, observation, call)
  if (call && (!observation || isCallable(observation.value))) return calledTarget(analysis, node, call)
  if (LITERALS.has(node.kind)) return observation?.value.kind === "unknown" ? { kind: "value", node, observation } : "outer"
  return observation && { kind: "value", node, observation }
}

const isCallable = ({ kind }: Value): boolean =>
  kind === "class" || kind === "native" || kind === "function" || kind === "method" || kind === "unknown"

/** A callee says what the call gives: the layer it makes, or the tensor it computes. `layer.apply(x)` is a call of the layer. */
function calledTarget(analysis: Analysis, node: Expression, call: Call): Target | "outer" | undefined {
  const result = analysis.observations.get(call)
  if (isLayerValue(result?.value)) return layerTarget(analysis, call, result, undefined)
  const owner = node.kind === "attribute" && APPLYING.has(node.name) ? analysis.observations.get(node.object) : undefined
  if (owner && isLayerValue(owner.value)) return layerTarget(analysis, call, owner, call)
  return result ? { kind: "value", node: call, observation: result } : undefined
}

const APPLYING: ReadonlySet<string> = new Set(["apply", "forward", "call"])

function layerTarget(analysis: Analysis, node: Expression, { value, others }: Observation, call: Call | undefined): Target {
  const result = call && analysis.observations.get(call)
  const instance = value as InstanceValue
  return { kind: "layer", node: call ?? node, instance, all: [instance, ...others.filter(isLayerValue)], ...(result && { result }) }
}

/** The class a line begins, the layer it makes or calls, else the value it computes. */
function wholeStatement(analysis: Analysis, chain: readonly Node[], offset: number): Target | undefined {
  const statement = chain.findLast((node): node is Statement => isStatement(node) && node.span.start >= lineStart(analysis, offset))
  if (!statement) return undefined
  if (statement.kind === "classDeclaration") return { kind: "class", node: statement.class }
  const value = valueOf(statement)
  const observation = value && analysis.observations.get(value)
  if (!value || !observation) return undefined
  if (value.kind === "call") {
    const called = expressionTarget(analysis, value.callee, value)
    if (called !== "outer" && called?.kind === "layer") return called
  }
  return isLayerValue(observation.value)
    ? layerTarget(analysis, value, observation, undefined)
    : { kind: "value", node: value, observation }
}

const lineStart = ({ file }: Analysis, offset: number): number => file.text.lastIndexOf("\n", offset - 1) + 1

/** The expression a statement is about: what it assigns, returns or computes. */
export function valueOf(statement: Statement): Expression | undefined {
  if (statement.kind === "expression") return statement.expression
  if (statement.kind === "assign" || statement.kind === "annotatedAssign" || statement.kind === "declare" || statement.kind === "return")
    return statement.value
  return statement.kind === "augmentedAssign" ? statement.target : undefined
}
