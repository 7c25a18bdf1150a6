/** A 1×1 convolution, or a linear layer, that brings a shortcut to the shape of what it is added to. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { ClassBody, Expression, Node, Statement } from "../../syntax/tree.ts"
import { isConcrete } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import type { Analysis } from "../analyze.ts"
import { nodesOf } from "../practice/classes.ts"
import { type Candidate, lineAfter, replace, textAt } from "./rewriting.ts"

export function projections(analysis: Analysis, { code }: FoundProblem, [sum]: readonly Node[]): readonly Candidate[] {
  if (code !== "broadcast-mismatch" || sum?.kind !== "binary") return []
  const sides = [
    [sum.right, sum.left],
    [sum.left, sum.right],
  ] as const
  return sides.flatMap(([short, long]) => projection(analysis, short, long) ?? [])
}

function projection(analysis: Analysis, short: Expression, long: Expression): Candidate | undefined {
  const [from, to] = [shapeOf(analysis, short), shapeOf(analysis, long)]
  const last = endOfConstructor(analysis, short)
  const layer = from && to && layerFor(from, to)
  const namespace = /\b(?:torch\.)?nn\.(?=[A-Z])/.exec(analysis.file.text)?.[0]
  if (!layer || !last || !namespace || analysis.file.text.includes("self.shortcut")) return undefined
  return {
    title: "Project the shortcut to the same shape",
    edits: [
      lineAfter(analysis, last, `self.shortcut = ${namespace}${layer}`),
      replace(short, `self.shortcut(${textAt(analysis, short.span)})`),
    ],
  }
}

function shapeOf({ observations }: Analysis, node: Expression): Shape | undefined {
  const value = observations.get(node)?.value
  return value?.kind === "tensor" && value.framework === "torch" ? value.shape : undefined
}

function layerFor(from: Shape, to: Shape): string | undefined {
  if (from.length !== to.length) return undefined
  if (from.length < 4) return isConcrete(from.at(-1) ?? 0) ? `Linear(${from.at(-1)}, ${to.at(-1)})` : undefined
  const [, incoming, height] = from
  const [, outgoing, lower] = to
  if (![incoming, outgoing].every((size) => typeof size === "number")) return undefined
  const stride = typeof height === "number" && typeof lower === "number" && lower < height ? Math.ceil(height / lower) : 1
  return `Conv2d(${incoming}, ${outgoing}, 1${stride > 1 ? `, stride=${stride}` : ""})`
}

function endOfConstructor({ tree }: Analysis, { span }: Expression): Statement | undefined {
  const cls = [...nodesOf(tree.body)].find(
    (node): node is ClassBody => node.kind === "class" && node.span.start <= span.start && span.end <= node.span.end,
  )
  const constructor = cls?.body.find((statement) => statement.kind === "functionDeclaration" && statement.function.name === "__init__")
  return constructor?.kind === "functionDeclaration" ? constructor.function.body.at(-1) : undefined
}
