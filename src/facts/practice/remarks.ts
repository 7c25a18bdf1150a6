/** Shapes that comments and jaxtyping annotations state, against the shapes that were inferred. */
import { annotatedShape, lineShape, type RemarkedShape } from "../../model/remarks.ts"
import type { Comment, Expression, FunctionBody, Node, Statement } from "../../syntax/tree.ts"
import { children, isStatement, nodeAt } from "../../syntax/walk.ts"
import type { Span } from "../../text/source.ts"
import { equals } from "../../values/dim.ts"
import { type Shape, shapeText } from "../../values/shape.ts"
import { nodesOf } from "./classes.ts"
import { type Evidence, type Finder, problem } from "./evidence.ts"

export const wrongRemarks: Finder = (evidence) => [
  ...evidence.tree.comments.flatMap((comment) => commented(evidence, comment)),
  ...annotated(evidence),
]

/** `y = self.conv(x)  # (B, 64, H, W)` */
function commented(evidence: Evidence, comment: Comment) {
  const remark = comment.isTrailing ? lineShape(comment.text) : undefined
  const statement = remark && statementBefore(evidence, comment.span)
  const value = statement && valueOf(statement)
  return remark && value ? contradiction(evidence, value, comment.span, remark) : []
}

/** The statement that ends on the comment's line, whole: a comment inside a call speaks of a part. */
function statementBefore({ tree, file }: Evidence, { start }: Span): Statement | undefined {
  const code = file.text.slice(0, start).trimEnd()
  const found = nodeAt(tree, Math.max(0, code.length - 1)).findLast(isStatement)
  return found?.span.end === code.length ? found : undefined
}

const valueOf = (statement: Statement): Expression | undefined =>
  statement.kind === "assign" || statement.kind === "return" || statement.kind === "annotatedAssign"
    ? (statement.value ?? undefined)
    : undefined

/** `y: Float[Tensor, "batch 10"] = …`, and the first use of an annotated parameter. */
function annotated(evidence: Evidence): ReturnType<Finder> {
  return nodesOf(evidence.tree.body).flatMap((node) => {
    if (node.kind === "function") return parameters(evidence, node)
    const remark = node.kind === "annotatedAssign" && node.value ? annotatedShape(node.annotation) : undefined
    return remark && node.kind === "annotatedAssign" && node.value ? contradiction(evidence, node.value, node.annotation.span, remark) : []
  })
}

function parameters(evidence: Evidence, { parameters: all, body }: FunctionBody): ReturnType<Finder> {
  return all.flatMap(({ annotation, target }) => {
    const remark = annotation && annotatedShape(annotation)
    const use = remark && target.kind === "name" ? firstUse(body, target.name) : undefined
    return annotation && remark && use ? contradiction(evidence, use, annotation.span, remark) : []
  })
}

/** Before anything is bound to the name anew. */
function firstUse(nodes: readonly Node[], name: string): Expression | undefined {
  for (const node of nodes) {
    if (node.kind === "name") return node.name === name ? node : undefined
    const found = firstUse(node.kind === "assign" ? [node.value] : children(node), name)
    if (found) return found
    if (node.kind === "assign") return undefined
  }
  return undefined
}

/** A remark is wrong when no shape that was seen there agrees with it. */
function contradiction(evidence: Evidence, value: Expression, span: Span, remark: RemarkedShape) {
  const seen = evidence.observations.get(value)
  const shapes = seen ? [seen.value, ...seen.others].map((each) => (each.kind === "tensor" ? each.shape : undefined)) : []
  const [first] = shapes
  if (!first || shapes.some((shape) => !shape || !contradicts(remark, shape))) return []
  const stated = `(${remark.sizes.join(", ")})`
  const computed = shapeText(first)
  const found = problem("shape-remark", evidence, { file: evidence.file, span }, `says ${stated}, and the shape is ${computed}`)
  return found.map((each) => ({ ...each, fix: { argument: "shape", value: computed } }))
}

const contradicts = ({ sizes }: RemarkedShape, shape: Shape): boolean =>
  sizes.length !== shape.length || sizes.some((size, axis) => typeof size === "number" && equals(size, shape[axis] ?? size) === false)
