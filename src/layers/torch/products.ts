/** Matrix products: matmul and its kin, einsum, outer products. */
import type { Arguments } from "../arguments.ts"
import { einsum, matmul } from "../../operators/multiply.ts"
import type { Outcome } from "../../operators/outcome.ts"
import { expectRank, expectSame } from "../../operators/outcome.ts"
import { add, type Dim, product } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { broadcast, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { operator } from "./arithmetic.ts"
import { type Entry, functions } from "./define.ts"
import { promote, operandOf } from "./dtypes.ts"
import { firstOf } from "./linear.ts"
import { demand, demandLast, shapeOf } from "./tensors.ts"

/** Records a product of two tensors. */
function multiplied(call: Arguments, left: V.TensorValue, right: V.TensorValue, outcome: Outcome, more: readonly Problem[] = []): V.Value {
  return call.emit(
    [left, right],
    { ...outcome, problems: firstOf([...outcome.problems, ...more]) },
    promote(operandOf(left), operandOf(right)),
  )
}

/** Operands of different types are refused, unlike in arithmetic. */
function typesDiffer(left: V.TensorValue, right: V.TensorValue): Problem[] {
  const [one, other] = [left.dtype, right.dtype]
  if (one === undefined || other === undefined || one === other) return []
  const isWrong = /^(u?int|bool)/.test(one) !== /^(u?int|bool)/.test(other) || [one, other].sort().join() === "float32,float64"
  return isWrong ? [{ code: "dtype-mismatch", message: `multiplies ${one} with ${other}` }] : []
}

/** A left operand of unknown shape multiplied with a known matrix is [..., inner]. */
function shapesOf(call: Arguments, left: V.TensorValue, right: V.TensorValue): [Shape, Shape] {
  if (!left.shape && right.shape && right.shape.length === 2 && right.role === "parameter")
    return [demandLast(call, left, ["N", right.shape[0] as Dim]), right.shape]
  return [shapeOf(call, left), shapeOf(call, right)]
}

function applyMatmul(call: Arguments, left: V.TensorValue, right: V.TensorValue): V.Value {
  const [first, second] = shapesOf(call, left, right)
  return multiplied(call, left, right, matmul(first, second), typesDiffer(left, right))
}

/** Products that want operands of exact rank. */
function ranked(
  names: string,
  right: string,
  ranks: readonly [number, number],
  apply: (left: Shape, right: Shape) => Outcome = matmul,
): Entry[] {
  return functions(names, `input, ${right}, *, out=None`, (call) => {
    const [left, second] = [call.tensor("input"), call.tensor(right)]
    const [first, other] = [shapeOf(call, left), shapeOf(call, second)]
    const wrong = [...expectRank(first, ranks[0]), ...expectRank(other, ranks[1])]
    if (wrong.length > 0) return call.emit([left, second], { shape: matmul(first, other).shape, problems: firstOf(wrong) }, left.dtype)
    const same =
      first.length === 3 && other.length === 3
        ? expectSame("matmul-mismatch", "matrices in its second operand", first[0] as Dim, other[0] as Dim)
        : []
    return multiplied(call, left, second, apply(first, other), apply === matmul ? [...same, ...typesDiffer(left, second)] : [])
  })
}

/** `beta·input + alpha·(left · right)`. */
function added(names: string, left: string, right: string, isSummed = false): Entry[] {
  return functions(names, `input, ${left}, ${right}, *, beta=1, alpha=1, out=None`, (call) => {
    const [base, first, second] = [call.tensor("input"), call.tensor(left), call.tensor(right)]
    const outcome = matmul(shapeOf(call, first), shapeOf(call, second))
    const shape = isSummed ? outcome.shape.slice(1) : outcome.shape
    const { problems } = base.shape ? broadcast(shape, base.shape) : { problems: [] }
    return call.emit(
      [base, first, second],
      { shape, macs: outcome.macs, problems: firstOf([...outcome.problems, ...problems]) },
      first.dtype,
    )
  })
}

/** `einsum(a, [0, 1], b, [1, 2], [0, 2])` as the equation it stands for, `abc…` by number, and its operands. */
function spelledOut(call: Arguments, given: readonly V.Value[]): readonly V.Value[] {
  if (given[0]?.kind !== "tensor") return given
  const lettersOf = (value: V.Value): string =>
    (call.sequence(value) ?? [])
      .map((item) => (item.kind === "constant" ? "..." : String.fromCharCode(97 + call.wholeOf(item, "a letter"))))
      .join("")
  const operands = given.filter((value, index) => index % 2 === 0 && value.kind === "tensor")
  const terms = operands.map((_, index) => lettersOf(given[2 * index + 1] ?? V.NONE)).join(",")
  const result = given.length % 2 === 1 ? `->${lettersOf(given.at(-1) ?? V.NONE)}` : ""
  return [V.string(terms + result), ...operands]
}

function applyEinsum(call: Arguments): V.Value {
  const [equation, ...rest] = spelledOut(call, call.items("args"))
  if (equation?.kind !== "string") return call.unclear("the equation of einsum is not known")
  const operands = (rest.length === 1 && rest[0] && rest[0].kind !== "tensor" ? (call.sequence(rest[0]) ?? rest) : rest).map((item) =>
    call.tensorOf(item),
  )
  const shapes = operands.map((operand) => operand.shape)
  const known = shapes.map((shape, index) => shape ?? fromEquation(call, equation.value, operands[index] as V.TensorValue, index))
  const outcome = einsum(equation.value, known)
  if (typeof outcome === "string") {
    call.problem("einsum-mismatch", `einsum: ${outcome}`)
    return call.unclear(outcome)
  }
  return call.emit(operands, outcome, operands[0]?.dtype)
}

/** An operand of unknown shape has as many axes as the equation gives it letters. */
function fromEquation(call: Arguments, equation: string, operand: V.TensorValue, index: number): Shape {
  const letters = equation.split("->")[0]?.split(",")[index]?.trim() ?? ""
  if (letters.includes("...")) return shapeOf(call, operand)
  return demand(call, operand, [...letters.replaceAll(" ", "")])
}

const outer = (left: Shape, right: Shape): Outcome => ({ shape: [...left, ...right], macs: 0, problems: [] })

/** Contracts the last axes of one with the first of the other, or named ones. */
function tensordot(call: Arguments): V.Value {
  const [left, right] = [call.tensor("a"), call.tensor("b")]
  const [first, second] = [shapeOf(call, left), shapeOf(call, right)]
  const dims = call.required("dims")
  const pair = call.sequence(dims)
  const count = pair ? 0 : call.integer("dims")
  const axes = pair ? pair.map((item) => (call.sequence(item) ?? [item]).map((axis) => call.wholeOf(axis, "dims"))) : []
  const leftAxes = pair
    ? (axes[0] ?? []).map((axis) => (axis < 0 ? axis + first.length : axis))
    : first.map((_, axis) => axis).slice(first.length - count)
  const rightAxes = pair
    ? (axes[1] ?? []).map((axis) => (axis < 0 ? axis + second.length : axis))
    : second.map((_, axis) => axis).slice(0, count)
  const problems = leftAxes.flatMap((axis, index) =>
    expectSame("matmul-mismatch", "elements along the contracted axis", first[axis] ?? 1, second[rightAxes[index] ?? 0] ?? 1),
  )
  const rest = second.filter((_, axis) => !rightAxes.includes(axis))
  const shape = [...first.filter((_, axis) => !leftAxes.includes(axis)), ...rest]
  return call.emit([left, right], { shape, macs: product([...first, ...rest]), problems: firstOf(problems) }, left.dtype)
}

/** Distances between all pairs of rows; torch computes larger ones by a matrix product. */
function cdist(call: Arguments): V.Value {
  const [left, right] = [call.tensor("x1"), call.tensor("x2")]
  const [first, second] = [shapeOf(call, left), shapeOf(call, right)]
  const { shape, problems } = broadcast(first.slice(0, -2), second.slice(0, -2))
  const features = expectSame("feature-mismatch", "features in its second operand", first.at(-1) ?? 1, second.at(-1) ?? 1)
  return call.emit(
    [left, right],
    { shape: [...shape, first.at(-2) ?? 1, second.at(-2) ?? 1], problems: firstOf([...features, ...problems]) },
    left.dtype,
  )
}

export const products: readonly Entry[] = [
  ...functions("torch.matmul Tensor.matmul torch.linalg.matmul", "input, other, *, out=None", (call) =>
    applyMatmul(call, call.tensor("input"), call.tensor("other")),
  ),
  ...functions("Tensor.__matmul__ Tensor.__imatmul__", "input, other", (call) =>
    operator(call, (left, right) => applyMatmul(call, call.tensorOf(left), call.tensorOf(right))),
  ),
  ...functions("Tensor.__rmatmul__", "input, other", (call) =>
    operator(call, (left, right) => applyMatmul(call, call.tensorOf(right), call.tensorOf(left))),
  ),
  ...ranked("torch.mm Tensor.mm torch.spmm", "mat2", [2, 2]),
  ...ranked("torch.bmm Tensor.bmm", "mat2", [3, 3]),
  ...ranked("torch.mv Tensor.mv", "vec", [2, 1]),
  ...ranked("torch.dot Tensor.dot", "tensor", [1, 1]),
  ...ranked("torch.vdot Tensor.vdot", "other", [1, 1]),
  ...ranked("torch.outer Tensor.outer torch.ger Tensor.ger", "vec2", [1, 1], outer),
  ...added("torch.addmm Tensor.addmm", "mat1", "mat2"),
  ...added("torch.baddbmm Tensor.baddbmm", "batch1", "batch2"),
  ...added("torch.addbmm Tensor.addbmm", "batch1", "batch2", true),
  ...added("torch.addmv Tensor.addmv", "mat", "vec"),
  ...functions("torch.inner Tensor.inner", "input, other, *, out=None", (call) => {
    const [left, right] = [call.tensor("input"), call.tensor("other")]
    const [first, second] = [shapeOf(call, left), shapeOf(call, right)]
    const shape = [...first.slice(0, -1), ...second.slice(0, -1)]
    const problems = expectSame("matmul-mismatch", "elements in the last axis of its second operand", first.at(-1) ?? 1, second.at(-1) ?? 1)
    return call.emit([left, right], { shape, macs: product([...shape, first.at(-1) ?? 1]), problems }, left.dtype)
  }),
  ...functions("torch.einsum", "*args", applyEinsum),
  ...functions("torch.tensordot", "a, b, dims=2, out=None", tensordot),
  ...functions("torch.cdist", "x1, x2, p=2.0, compute_mode=None", cdist),
  ...functions("torch.chain_matmul torch.linalg.multi_dot", "*matrices, out=None", (call) => {
    const given = call.items("matrices")
    const items = (given.length === 1 && given[0] ? (call.sequence(given[0]) ?? given) : given).map((item) => call.tensorOf(item))
    const [first, ...others] = items
    if (!first) return call.unclear("there is nothing to multiply")
    let shape = shapeOf(call, first)
    let macs: Dim = 0
    for (const other of others) {
      const outcome = matmul(shape, shapeOf(call, other))
      shape = outcome.shape
      macs = add(macs, outcome.macs)
    }
    return call.emit(items, { shape, macs }, first.dtype)
  }),
  ...functions("torch.kron Tensor.kron", "input, other, *, out=None", (call) => {
    const [first, second] = [shapeOf(call, call.tensor("input")), shapeOf(call, call.tensor("other"))]
    const rank = Math.max(first.length, second.length)
    const sizeAt = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1
    return call.emit(
      [call.tensor("input"), call.tensor("other")],
      { shape: Array.from({ length: rank }, (_, axis) => product([sizeAt(first, axis), sizeAt(second, axis)])) },
      promote(operandOf(call.tensor("input")), operandOf(call.tensor("other"))),
    )
  }),
  ...functions("torch.cross Tensor.cross torch.linalg.cross", "input, other, dim=None, *, out=None", (call) => {
    const { shape, problems } = broadcast(shapeOf(call, call.tensor("input")), shapeOf(call, call.tensor("other")))
    return call.emit([call.tensor("input"), call.tensor("other")], { shape, problems }, call.tensor("input").dtype)
  }),
]
