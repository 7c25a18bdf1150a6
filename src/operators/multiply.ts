/** Matrix products: linear and bilinear layers, matmul, einsum. */
import { add, type Dim, dimText, equals, isConcrete, product } from "../values/dim.ts"
import type { Problem } from "../values/problem.ts"
import { broadcast, sameShape, type Shape, shapeText, volume } from "../values/shape.ts"
import { expectSame, type Outcome } from "./outcome.ts"

/**
 * input · weightᵀ over the last axis.
 *
 *   input     [..., in_features]
 *   weight    [out_features, in_features]
 *   result    [..., out_features]
 *   macs      one per weight per row
 *   problems  feature-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
export function linear(input: Shape, weight: Shape): Outcome {
  const [outFeatures = 1, inFeatures = 1] = weight
  const rows = input.slice(0, -1)
  return {
    shape: [...rows, outFeatures],
    macs: product([...rows, outFeatures, inFeatures]),
    problems:
      input.length === 0
        ? [{ code: "rank-mismatch" as const, message: "expects at least one dimension, got a number" }]
        : expectSame("feature-mismatch", "features", inFeatures, input.at(-1) as Dim, "in_features"),
  }
}

/**
 * left · W · right for every output feature.
 *
 *   left, right  [..., in1_features], [..., in2_features]
 *   weight       [out_features, in1_features, in2_features]
 *   result       [..., out_features]
 *   macs         the trilinear product: rows · out_features · in1_features · in2_features
 *   problems     feature-mismatch, shape-mismatch
 *   source       https://docs.pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
 */
export function bilinear(left: Shape, right: Shape, weight: Shape): Outcome {
  const [outFeatures = 1, first = 1, second = 1] = weight
  const rows = left.slice(0, -1)
  const isMismatch = sameShape(rows, right.slice(0, -1)) === false
  return {
    shape: [...rows, outFeatures],
    macs: product([...rows, outFeatures, first, second]),
    problems: [
      ...(isMismatch
        ? [
            {
              code: "shape-mismatch" as const,
              message: `gets inputs ${shapeText(left)} and ${shapeText(right)}, which differ before the features`,
            },
          ]
        : []),
      ...expectSame("feature-mismatch", "features in its first input", first, left.at(-1) ?? 1, "in1_features"),
      ...expectSame("feature-mismatch", "features in its second input", second, right.at(-1) ?? 1, "in2_features"),
    ],
  }
}

/**
 * Matrix product with torch's and NumPy's rules: vectors get an axis that is dropped again, leading axes broadcast.
 *
 *   left      [..., rows, inner] or [inner]
 *   right     [..., inner, columns] or [inner]
 *   result    [..., rows, columns]
 *   macs      the product of all indices
 *   problems  matmul-mismatch, broadcast-mismatch, rank-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
 */
export function matmul(left: Shape, right: Shape): Outcome {
  if (left.length === 0 || right.length === 0)
    return { shape: [], macs: 0, problems: [{ code: "rank-mismatch" as const, message: "multiplies a matrix with a single number" }] }
  const isRow = left.length === 1
  const isColumn = right.length === 1
  const [rows, inner] = isRow ? [1, left[0] as Dim] : (left.slice(-2) as [Dim, Dim])
  const [other, columns] = isColumn ? [right[0] as Dim, 1] : (right.slice(-2) as [Dim, Dim])
  const { shape: lead, problems } = broadcast(left.slice(0, -2), right.slice(0, -2))
  return {
    shape: [...lead, ...(isRow ? [] : [rows]), ...(isColumn ? [] : [columns])],
    macs: product([...lead, rows, inner, columns]),
    problems: [...innerProblems(left, right, inner, other), ...problems],
  }
}

function innerProblems(left: Shape, right: Shape, inner: Dim, other: Dim): Problem[] {
  const same = equals(inner, other)
  if (same === true) return []
  const message = `cannot multiply ${shapeText(left)} with ${shapeText(right)}: the inner sizes ${dimText(inner)} and ${dimText(other)} differ`
  return [{ code: "matmul-mismatch" as const, message, ...(same === undefined && { undecided: { expected: inner, actual: other } }) }]
}

/**
 * Einstein summation, operands contracted pairwise from the left as torch does it.
 *
 *   equation  "bhid,bhjd->bhij"; an ellipsis stands for leading axes; without "->" indices that occur once are kept, in order of the alphabet
 *   result    a text says why the equation fits no operands of these ranks
 *   macs      for each pair that sums over common indices, the product of all its indices; else it is an element-wise product
 *   problems  einsum-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.einsum.html
 */
export function einsum(equation: string, operands: readonly Shape[]): Outcome | string {
  const [inputs = "", output] = equation.replaceAll(" ", "").split("->")
  const subscripts = inputs.split(",")
  if (subscripts.length !== operands.length) return `the equation names ${subscripts.length} operands, ${operands.length} are given`
  const sizes = new Map<string, Dim>()
  const problems: Problem[] = []
  const labels: string[][] = []
  for (const [index, shape] of operands.entries()) {
    const names = labelsOf(subscripts[index] as string, shape.length)
    if (typeof names === "string") return names
    labels.push(names)
    names.forEach((name, axis) => meet(sizes, name, shape[axis] as Dim, problems))
  }
  const result = output === undefined ? implicitOutput(labels) : outputLabels(output, labels)
  const strange = result.find((name) => !sizes.has(name))
  if (strange !== undefined) return `the output index \`${strange}\` occurs in no operand`
  return { shape: result.map((name) => sizes.get(name) ?? 1), macs: contractions(labels, result, sizes), problems }
}

/** One label an axis; the axes of an ellipsis are called "…1", counted from the right. */
function labelsOf(subscript: string, rank: number): string[] | string {
  const [before = "", after] = subscript.split("...")
  if (after === undefined)
    return before.length === rank ? [...before] : `the operand \`${subscript}\` names ${before.length} axes of a tensor with ${rank}`
  const hidden = rank - before.length - after.length
  if (hidden < 0) return `the operand \`${subscript}\` names more axes than its tensor's ${rank}`
  return [...before, ...Array.from({ length: hidden }, (_, index) => `…${hidden - index}`), ...after]
}

function meet(sizes: Map<string, Dim>, name: string, size: Dim, problems: Problem[]): void {
  const before = sizes.get(name)
  if (before === undefined || before === 1 || (isConcrete(size) && size !== 1)) sizes.set(name, size)
  if (before === undefined || before === 1 || size === 1) return
  const same = equals(before, size)
  if (same === true) return
  const message = `has index \`${name}\` with sizes ${dimText(before)} and ${dimText(size)}`
  problems.push({ code: "einsum-mismatch" as const, message, ...(same === undefined && { undecided: { expected: before, actual: size } }) })
}

const ellipsisOf = (labels: readonly string[][]): string[] =>
  [...new Set(labels.flat().filter((name) => name.startsWith("…")))].sort((left, right) => Number(right.slice(1)) - Number(left.slice(1)))

function outputLabels(output: string, labels: readonly string[][]): string[] {
  const [before = "", after] = output.split("...")
  return after === undefined ? [...before] : [...before, ...ellipsisOf(labels), ...after]
}

function implicitOutput(labels: readonly string[][]): string[] {
  const all = labels.flat()
  const once = [...new Set(all)].filter((name) => !name.startsWith("…") && all.indexOf(name) === all.lastIndexOf(name)).sort()
  return [...ellipsisOf(labels), ...once]
}

function contractions(labels: readonly string[][], result: readonly string[], sizes: ReadonlyMap<string, Dim>): Dim {
  const [first = [], ...others] = labels
  let held = [...new Set(first)]
  let macs: Dim = 0
  others.forEach((next, index) => {
    const needed = new Set([...result, ...labels.slice(index + 2).flat()])
    // Indices that one operand alone holds and nothing later needs are summed before the product.
    const left = held.filter((name) => needed.has(name) || next.includes(name))
    const right = [...new Set(next)].filter((name) => needed.has(name) || held.includes(name))
    const indices = [...new Set([...left, ...right])]
    const isSummed = indices.some((name) => !needed.has(name) && sizes.get(name) !== 1)
    if (isSummed) macs = add(macs, volume(indices.map((name) => sizes.get(name) ?? 1)))
    held = indices.filter((name) => needed.has(name))
  })
  return macs
}
