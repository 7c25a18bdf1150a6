/** Ways through a tree that need no knowledge of its kinds: the parts of a node, and the nodes around an offset. */

import type { Expression, Node, Parameter, Span, Statement, Tree } from "./tree.ts"

/** The nodes directly below, in the order they are stored. A declaration answers for the decorators of its function or class. */
export function children(node: Node): Node[] {
  const found: Node[] = []
  for (const key in node) if (key !== "span" && key !== "nameSpan") collect(node[key as keyof Node], found)
  if (node.kind === "function" || node.kind === "class") return found.filter((child) => !(node.decorators as Node[]).includes(child))
  if ("function" in node) return [...node.function.decorators, ...found]
  return "class" in node && node.kind !== "classPattern" ? [...node.class.decorators, ...found] : found
}

// Records that only group nodes, such as dictionary entries and cases, are passed through.
function collect(value: unknown, found: Node[]): void {
  if (typeof value !== "object" || value === null) return
  if (Array.isArray(value)) for (const item of value) collect(item, found)
  else if (isNode(value)) found.push(value)
  else for (const key in value) if (key !== "span") collect(value[key as keyof typeof value], found)
}

function isNode(value: object): value is Node {
  return "kind" in value && value.kind !== "entry" && value.kind !== "spread"
}

/** Nothing for a pattern. */
export const parameterName = ({ target }: Parameter): string => (target.kind === "name" ? target.name : "")

/** The expressions a node is made of, arguments and clauses opened. */
export function partsOf(node: Node): Expression[] {
  return children(node).flatMap((child) => (isExpression(child) ? [child] : isStatement(child) ? [] : partsOf(child)))
}

/** The nodes around an offset, outermost first. An offset right behind a node counts as within it. */
export function nodeAt(tree: Tree, offset: number): Node[] {
  const chain: Node[] = []
  let level: Node[] = tree.body
  for (;;) {
    const inside = innermost(level, offset)
    if (!inside) return chain
    chain.push(inside)
    level = children(inside)
  }
}

function innermost(nodes: Node[], offset: number): Node | undefined {
  return nodes.find(({ span }) => span.start <= offset && offset < span.end) ?? nodes.find(({ span }) => touches(span, offset))
}

function touches(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end
}

// biome-ignore format: a table reads better unbroken
const EXPRESSION_KINDS: ReadonlySet<string> = new Set<Expression["kind"]>([
  "number", "string", "template", "constant", "regularExpression", "name", "attribute", "subscript", "slice", "call", "binary", "unary",
  "compare", "logical", "conditional", "functionExpression", "classExpression", "list", "tuple", "set", "dictionary", "comprehension",
  "starred", "await", "yield", "assignExpression", "update", "sequence", "defaultTarget", "broken",
])

// biome-ignore format: a table reads better unbroken
const STATEMENT_KINDS: ReadonlySet<string> = new Set<Statement["kind"]>([
  "expression", "assign", "augmentedAssign", "annotatedAssign", "declare", "return", "if", "while", "for", "forLoop", "try", "with", "raise",
  "assert", "delete", "scope", "import", "importFrom", "export", "classDeclaration", "functionDeclaration", "match", "switch", "break",
  "continue", "pass", "block", "typeAlias", "brokenStatement",
])

export function isExpression(node: Node): node is Expression {
  return EXPRESSION_KINDS.has(node.kind)
}

export function isStatement(node: Node): node is Statement {
  return STATEMENT_KINDS.has(node.kind)
}

/** Whether code stands between the start of the line and `offset`. */
export function isTrailing(text: string, offset: number): boolean {
  for (let at = offset - 1; at >= 0; at--) {
    const code = text.charCodeAt(at)
    if (code === 10 || code === 13) return false
    if (code !== 32 && code !== 9) return true
  }
  return false
}
