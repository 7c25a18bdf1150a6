/** The classes of a file with the objects made of them: what stands in their methods, and what of it is never seen by the framework. */
import type { Call, ClassBody, Expression, FunctionBody, Node, Statement } from "../../syntax/tree.ts"
import { children } from "../../syntax/walk.ts"
import type { Span } from "../../text/source.ts"
import type { ClassValue, InstanceValue, Value } from "../../values/value.ts"
import type { Evidence } from "./evidence.ts"

/** A class of modules that the file defines. */
export interface Defined {
  readonly node: ClassBody
  readonly value: ClassValue
  readonly instances: readonly InstanceValue[]
  readonly framework: "torch" | "keras"
  method(...names: readonly string[]): FunctionBody | undefined
}

const FRAMEWORKS: Record<string, "torch" | "keras"> = { "torch.nn.Module": "torch", "keras.layers.Layer": "keras", "keras.Model": "keras" }

export function definedClasses({ tree, file, modules }: Evidence): readonly Defined[] {
  if (file.language !== "python") return []
  return tree.body.flatMap((statement): Defined[] => {
    if (statement.kind !== "classDeclaration") return []
    const { class: node } = statement
    const instances = modules.filter(({ class: { place } }) => place?.file === file && isAt(node, place.span))
    const value = instances[0]?.class
    const framework = value?.mro.map(({ qualifiedName }) => FRAMEWORKS[qualifiedName]).find((found) => found !== undefined)
    if (!value || !framework) return []
    return [{ node, value, instances, framework, method: (...names) => methodOf(node, names) }]
  })
}

const isAt = ({ nameSpan, span }: ClassBody, place: Span): boolean => place.start === (nameSpan ?? span).start || place.start === span.start

function methodOf({ body }: ClassBody, names: readonly string[]): FunctionBody | undefined {
  for (const statement of body)
    if (statement.kind === "functionDeclaration" && names.includes(statement.function.name ?? "")) return statement.function
  return undefined
}

/** Whether each base is the framework's own: nothing is inherited that the file does not show. */
export const hasOwnBasesOnly = ({ value }: Defined): boolean =>
  value.unknownBase === undefined && value.bases.every((base) => base.kind === "class" && base.place === undefined)

/** All nodes below, the node itself first. */
export function* within(node: Node): Generator<Node> {
  // No recursion: each level of generators would pass every node on.
  const left = [node]
  for (let next = left.pop(); next; next = left.pop()) {
    yield next
    left.push(...children(next).toReversed())
  }
}

const nodes = new WeakMap<Statement, readonly Node[]>()

/** All nodes of statements. They are remembered: many rules ask, and most statements outlive a keystroke. */
export function nodesOf(statements: readonly Statement[]): readonly Node[] {
  return statements.flatMap((statement) => {
    let found = nodes.get(statement)
    if (!found) nodes.set(statement, (found = [...within(statement)]))
    return found
  })
}

export interface SelfAssignment {
  readonly name: string
  readonly value: Expression
  readonly statement: Statement
}

/** `self.name = value` wherever it stands in a method; only those with one target. */
export function selfAssignments(method: FunctionBody): readonly SelfAssignment[] {
  const self = method.parameters[0]?.target
  if (self?.kind !== "name") return []
  const found: SelfAssignment[] = []
  for (const node of nodesOf(method.body)) {
    const target =
      node.kind === "assign" && node.targets.length === 1 ? node.targets[0] : node.kind === "annotatedAssign" ? node.target : undefined
    if ((node.kind !== "assign" && node.kind !== "annotatedAssign") || !node.value) continue
    if (target?.kind === "attribute" && target.object.kind === "name" && target.object.name === self.name)
      found.push({ name: target.name, value: node.value, statement: node })
  }
  return found
}

export const seenAs = ({ observations }: Evidence, node: Node): Value | undefined => observations.get(node)?.value

/** Calls that are made whenever the method runs to its end: not those in branches, handlers and functions of its own. */
export function plainCalls(statements: readonly Statement[]): readonly Call[] {
  const found: Call[] = []
  const visit = (node: Node): void => {
    if (CONDITIONAL.has(node.kind)) return
    if (node.kind === "call") found.push(node)
    for (const child of children(node)) visit(child)
  }
  for (const statement of statements) visit(statement)
  return found
}

const CONDITIONAL: ReadonlySet<string> = new Set([
  ...[
    "if",
    "try",
    "while",
    "conditional",
    "logical",
    "functionExpression",
    "functionDeclaration",
    "classDeclaration",
    "match",
    "comprehension",
  ],
])
