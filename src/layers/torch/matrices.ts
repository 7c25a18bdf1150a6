/** Matrices taken apart, raised to powers and correlated. */
import type { Arguments } from "../arguments.ts"
import { broadcast, type Shape } from "../../values/shape.ts"
import { type Dim, minimum, multiply, product } from "../../values/dim.ts"
import type * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { floatingOf, operandOf, promote } from "./dtypes.ts"
import { sameShape } from "./pointwise.ts"
import { shapeOf } from "./tensors.ts"

interface Matrix {
  readonly input: V.TensorValue
  readonly shape: Shape
  readonly lead: Shape
  readonly rows: Dim
  readonly columns: Dim
  readonly least: Dim
}

function matrixOf(call: Arguments, name = "input"): Matrix {
  const input = call.tensor(name)
  const shape = shapeOf(call, input)
  const [rows, columns] = shape.slice(-2)
  if (rows === undefined || columns === undefined) return call.unclear("what is given is no matrix")
  return { input, shape, lead: shape.slice(0, -2), rows, columns, least: minimum(rows, columns) }
}

const named = (items: readonly V.Value[], names: readonly string[]): V.TupleValue => ({ kind: "tuple", items, names })

/** Orthogonal and triangular. */
function qr(call: Arguments): V.Value {
  const { input, lead, rows, columns, least } = matrixOf(call, call.has("A") ? "A" : "input")
  const mode = call.text("mode") ?? (call.flag("some") === false ? "complete" : "reduced")
  const inner = mode === "complete" ? rows : least
  const shapes: Shape[] = [mode === "r" ? [0] : [...lead, rows, inner], [...lead, inner, columns]]
  return named(call.emitAll([input], shapes, input.dtype), ["Q", "R"])
}

/** Left vectors, values, right vectors; `Vh` of `torch.linalg` is transposed. */
function svd(call: Arguments, isFull: boolean, isTransposed: boolean): V.Value {
  const { input, lead, rows, columns, least } = matrixOf(call, call.has("A") ? "A" : "input")
  const [left, right] = isFull ? [rows, columns] : [least, least]
  const last = isTransposed ? [right, columns] : [columns, right]
  const shapes: Shape[] = [
    [...lead, rows, left],
    [...lead, least],
    [...lead, ...last],
  ]
  return named(call.emitAll([input], shapes, input.dtype), ["U", "S", isTransposed ? "Vh" : "V"])
}

/** Squares and multiplies: torch takes one product for each squaring and one for each further bit. */
function power(call: Arguments): V.Value {
  const { input, shape, rows } = matrixOf(call)
  const exponent = Math.abs(call.integer("n"))
  const bits = exponent.toString(2)
  const squarings = Math.max(0, bits.length - 1)
  const further = [...bits].filter((bit) => bit === "1").length - 1
  // Two and three are written out by torch, with as many products.
  const macs = multiply(product([...shape, rows]), Math.max(0, squarings + further))
  return call.emit([input], { shape, macs }, input.dtype)
}

/** Rows are variables, columns observations: one product of the matrix with itself. */
function covariance(call: Arguments): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const [rows, columns] = shape
  if (rows === undefined || columns === undefined) return call.emit([input], { shape: [], macs: rows ?? 0 }, floatingOf(input.dtype))
  return call.emit([input], { shape: [rows, rows], macs: product([rows, rows, columns]) }, floatingOf(input.dtype))
}

const decompositions: Entry[] = [
  ...functions("torch.qr Tensor.qr", "input, some=True, *, out=None", qr),
  ...functions("torch.linalg.qr", "A, mode='reduced', *, out=None", qr),
  ...functions("torch.svd Tensor.svd", "input, some=True, compute_uv=True, *, out=None", (call) =>
    svd(call, call.flag("some") === false, false),
  ),
  ...functions("torch.linalg.svd", "A, full_matrices=True, *, driver=None, out=None", (call) =>
    svd(call, call.flag("full_matrices") !== false, true),
  ),
  ...functions("torch.linalg.svdvals", "A, *, driver=None, out=None", (call) => {
    const { input, lead, least } = matrixOf(call, "A")
    return call.emit([input], { shape: [...lead, least] }, input.dtype)
  }),
  ...functions("torch.linalg.eigvals torch.linalg.eigvalsh", "A, UPLO='L', *, out=None", (call) => {
    const { input, lead, rows } = matrixOf(call, "A")
    const isComplex = call.name === "eigvals"
    return call.emit(
      [input],
      { shape: [...lead, rows] },
      isComplex ? (input.dtype === "float64" ? "complex128" : "complex64") : input.dtype,
    )
  }),
  ...functions("torch.geqrf Tensor.geqrf", "input, *, out=None", (call) => {
    const { input, shape, lead, least } = matrixOf(call)
    return named(call.emitAll([input], [shape, [...lead, least]], input.dtype), ["a", "tau"])
  }),
  ...functions("torch.slogdet Tensor.slogdet torch.linalg.slogdet", "input, *, out=None", (call) => {
    const { input, lead } = matrixOf(call)
    return named(call.emitAll([input], [lead, lead], input.dtype), ["sign", "logabsdet"])
  }),
  ...functions("Tensor.cholesky_solve torch.cholesky_solve", "B, L, upper=False, *, out=None", (call) =>
    sameShape(call, call.tensor("B"), call.tensor("B").dtype),
  ),
  ...functions(
    "torch.triangular_solve Tensor.triangular_solve",
    "b, A, upper=True, transpose=False, unitriangular=False, *, out=None",
    (call) => {
      const [right, left] = [call.tensor("b"), call.tensor("A")]
      return named(call.emitAll([right, left], [shapeOf(call, right), shapeOf(call, left)], right.dtype), [
        "solution",
        "cloned_coefficient",
      ])
    },
  ),
  ...functions("torch.linalg.solve_triangular", "A, B, *, upper, left=True, unitriangular=False, out=None", (call) =>
    sameShape(call, call.tensor("B"), call.tensor("B").dtype),
  ),
]

const multiplied: Entry[] = [
  ...functions("torch.matrix_power Tensor.matrix_power torch.linalg.matrix_power", "input, n, *, out=None", power),
  ...functions("torch.cov Tensor.cov", "input, *, correction=1, fweights=None, aweights=None", covariance),
  ...functions("torch.corrcoef Tensor.corrcoef", "input", covariance),
  ...functions("torch.addr Tensor.addr", "input, vec1, vec2, shifted=None, *, beta=1, alpha=1, out=None", (call) => {
    // In its old form `addr(input, 2, a, b)` the factor stands second.
    const [one, other] = call.has("shifted") ? ["vec2", "shifted"] : ["vec1", "vec2"]
    const [input, first, second] = [call.tensor("input"), call.tensor(one as string), call.tensor(other as string)]
    const { shape, problems } = broadcast(shapeOf(call, input), [...shapeOf(call, first), ...shapeOf(call, second)])
    return call.emit([input, first, second], { shape, problems }, promote(operandOf(input), operandOf(first)))
  }),
  ...functions("torch.linalg.vecdot", "x, y, *, dim=-1, out=None", (call) => {
    const [first, second] = [call.tensor("x"), call.tensor("y")]
    const { shape, problems } = broadcast(shapeOf(call, first), shapeOf(call, second))
    const axis = call.integer("dim")
    const rest = shape.filter((_, at) => at !== (axis < 0 ? axis + shape.length : axis))
    // Vectors alone are torch's dot product; batches of them are multiplied and summed.
    const macs = shapeOf(call, first).length === 1 && shapeOf(call, second).length === 1 ? product(shape) : 0
    return call.emit([first, second], { shape: rest, macs, problems }, first.dtype)
  }),
]

export const matrices: readonly Entry[] = [...decompositions, ...multiplied]
