/** Arithmetic of tensors with broadcasting: functions, methods and Python's operators. */
import { type Arguments, isSeveral } from "../arguments.ts"
import type { Problem } from "../../values/problem.ts"
import { broadcastAll, type Shape, storing } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { floatingOf, operandOf, promote } from "./dtypes.ts"
import { combine } from "./elements.ts"
import { inPlace, sameShape } from "./pointwise.ts"
import { shapeOf } from "./tensors.ts"

type Compute = (left: number, right: number) => number | boolean
type Rule = (dtype: V.DataType | undefined) => V.DataType | undefined

export interface Together {
  readonly shape: Shape | undefined
  readonly problems: readonly Problem[]
  /** How a result of unknown shape hangs on its operands. */
  readonly link: Partial<V.TensorValue>
}

/** The shape operands have together. */
export function together(tensors: readonly V.TensorValue[]): Together {
  const open = tensors.filter(({ shape }) => shape === undefined)
  if (open.length === 0) return { ...broadcastAll(tensors.map(({ shape }) => shape as Shape)), link: {} }
  const reason = open.find(({ unknown }) => unknown)?.unknown
  if (reason) return { shape: undefined, problems: [], link: { unknown: reason } }
  const [only] = open
  // Numbers and vectors of features do not widen an input; anything larger might.
  const isNarrow = new Set(open).size === 1 && tensors.every((tensor) => tensor === only || (tensor.shape?.length ?? 2) < 2)
  return { shape: undefined, problems: [], link: isNarrow && only ? { sameShapeAs: only } : {} }
}

const keep: Rule = (dtype) => dtype

/** Applies an operator to two operands, either of which may be a number. */
export function elementwise(call: Arguments, left: V.Value, right: V.Value, rule: Rule = keep, compute?: Compute): V.Value {
  const [first, second] = [call.tensorOf(left), call.tensorOf(right)]
  const { shape, problems, link } = together([first, second])
  const dtype = rule(promote(operandOf(left), operandOf(right)))
  const data = compute && shape ? combine(first, second, shape, inPrecision(dtype, compute)) : {}
  return call.emit([left, right], { shape, problems }, dtype, { ...link, ...data })
}

/** Operands take the result's type before they are computed with, numbers too. */
const inPrecision = (dtype: V.DataType | undefined, compute: Compute): Compute =>
  dtype === "float32" ? (x, y) => compute(Math.fround(x), Math.fround(y)) : compute

const floorMod: Compute = (x, y) => x - Math.floor(x / y) * y

interface Definition {
  readonly names: string
  /** Python's operator method, with its reflection. */
  readonly dunder?: string
  readonly compute?: Compute
  readonly rule?: Rule
}

const ARITHMETIC: readonly Definition[] = [
  { names: "add", dunder: "add", compute: (x, y) => x + y },
  { names: "sub subtract", dunder: "sub", compute: (x, y) => x - y },
  { names: "mul multiply", dunder: "mul", compute: (x, y) => x * y },
  { names: "div divide true_divide", dunder: "truediv", compute: (x, y) => x / y, rule: floatingOf },
  { names: "floor_divide", dunder: "floordiv", compute: (x, y) => Math.floor(x / y) },
  { names: "remainder", dunder: "mod", compute: floorMod },
  { names: "fmod", compute: (x, y) => x % y },
  { names: "pow", dunder: "pow", compute: (x, y) => x ** y },
  { names: "bitwise_and", dunder: "and", compute: (x, y) => x & y },
  { names: "bitwise_or", dunder: "or", compute: (x, y) => x | y },
  { names: "bitwise_xor", dunder: "xor", compute: (x, y) => x ^ y },
  { names: "bitwise_left_shift", dunder: "lshift", compute: (x, y) => x * 2 ** y },
  { names: "bitwise_right_shift", dunder: "rshift", compute: (x, y) => Math.floor(x / 2 ** y) },
  { names: "maximum fmax", compute: Math.max },
  { names: "minimum fmin", compute: Math.min },
  { names: "atan2 arctan2", compute: Math.atan2, rule: floatingOf },
  { names: "hypot", compute: Math.hypot },
  { names: "copysign logaddexp logaddexp2 xlogy heaviside ldexp nextafter igamma igammac", rule: floatingOf },
  { names: "float_power", rule: () => "float64" },
  { names: "gcd lcm" },
]

const signature = "input, other, alpha=None, *, rounding_mode=None, out=None"

/** Functions that call their second operand something else. */
const OTHERS: Record<string, string> = { pow: "exponent", float_power: "exponent", heaviside: "values" }

function arithmeticEntries({ names, dunder, compute, rule }: Definition): Entry[] {
  const entries = names.split(" ").flatMap((name) =>
    functions(`torch.${name} Tensor.${name}`, OTHERS[name] === undefined ? signature : `input, ${OTHERS[name]}, *, out=None`, (call) => {
      // In its old form `add(input, 2, other)` the factor comes first.
      const isSwapped = call.value("alpha")?.kind === "tensor"
      const other = call.required(OTHERS[name] ?? (isSwapped ? "alpha" : "other"))
      const isDivision = compute && name.includes("div") && call.has("rounding_mode")
      const changed = isDivision ? roundedDivision(call.text("rounding_mode")) : call.has("alpha") ? undefined : compute
      return elementwise(call, call.required("input"), other, isDivision ? keep : rule, changed)
    }),
  )
  if (dunder === undefined) return entries
  return [
    ...entries,
    ...functions(`Tensor.__${dunder}__`, "input, other", (call) =>
      single(call, (left, right) => elementwise(call, left, right, rule, compute)),
    ),
    ...functions(`Tensor.__r${dunder}__`, "input, other", (call) =>
      single(call, (left, right) => elementwise(call, right, left, rule, compute)),
    ),
    ...functions(`Tensor.__i${dunder}__`, "input, other", (call) =>
      operator(call, (left, right) => inPlaceOperator(call, left, right, compute)),
    ),
  ]
}

const roundedDivision =
  (mode: string | undefined): Compute =>
  (x, y) =>
    mode === "floor" ? Math.floor(x / y) : Math.trunc(x / y)

/** `x + attention(x, x, x)`: a tuple of tensors is added to nothing. */
function single(call: Arguments, apply: (left: V.Value, right: V.Value) => V.Value): V.Value {
  const other = call.read("other")
  if (!other || !isSeveral(other) || call.framework !== "torch") return operator(call, apply)
  const message = `a tensor cannot be combined with a tuple of ${other.items.length} values`
  call.problem("argument-error", message)
  return call.unclear(message)
}

/** Operands that no tensor takes leave the operator to the other side. */
export function operator(call: Arguments, apply: (left: V.Value, right: V.Value) => V.Value): V.Value {
  const [input, other] = [call.read("input") ?? V.NONE, call.read("other") ?? V.NONE]
  const takes = ["tensor", "integer", "float", "boolean", "unknown"].includes(other.kind)
  return takes ? apply(input, other) : V.NOT_IMPLEMENTED
}

/** `x += y`: the result has x's shape and type; a new value, because numbers may be known anew. */
function inPlaceOperator(call: Arguments, left: V.Value, right: V.Value, compute: Compute | undefined): V.Value {
  const [target, other] = [call.tensorOf(left), call.tensorOf(right)]
  if (target.role) return inPlace(call, target, [left, right])
  const { shape, problems, link } = together([target, other])
  if (!target.shape) return call.emit([left, right], { shape, problems }, target.dtype, link)
  return call.emit(
    [left, right],
    { shape: target.shape, problems: problems.length > 0 ? problems : storing(target.shape, other.shape) },
    target.dtype,
    compute && shape ? combine(target, other, target.shape, inPrecision(target.dtype, compute)) : {},
  )
}

/** Several tensors that broadcast together. */
function jointly(names: string, parameters: string, dtypeFrom: number): Entry[] {
  const listed = parameters.split(", ")
  return functions(names, `${parameters}, shifted=None, *, value=1, out=None`, (call) => {
    // In its old form `addcmul(input, 2, a, b)` the factor stands second.
    const given = listed.map((name) => call.required(name))
    const values = call.has("shifted") ? [...given.filter((_, at) => at !== 1), call.required("shifted")] : given
    const tensors = values.map((value) => call.tensorOf(value))
    const { shape, problems, link } = together(tensors)
    const operands = values.slice(dtypeFrom).map(operandOf)
    const dtype = operands.reduce((left, right) => ({
      dtype: promote(left, right),
      isScalar: left.isScalar && right.isScalar,
      isNumber: left.isNumber && right.isNumber,
    })).dtype
    return call.emit(values, { shape, problems }, dtype, link)
  })
}

/** Takes elements of one tensor where a condition holds, else of the other. */
function choose(call: Arguments): V.Value {
  if (!call.has("input")) {
    const tensor = call.tensor("condition")
    const found = call.fresh("found", "where a condition holds depends on the data")
    return V.tuple(call.emitAll([tensor], new Array<Shape>(shapeOf(call, tensor).length).fill([found]), "int64"))
  }
  const [condition, input, other] = [call.required("condition"), call.required("input"), call.required("other")]
  const { shape, problems, link } = together([condition, input, other].map((value) => call.tensorOf(value)))
  return call.emit([condition, input, other], { shape, problems }, promote(operandOf(input), operandOf(other)), link)
}

const several: Entry[] = [
  ...functions("torch.where", "condition, input=None, other=None, *, out=None", choose),
  ...functions("Tensor.where", "input, condition, other", choose),
  ...jointly("torch.lerp Tensor.lerp", "input, end, weight", 0),
  ...jointly("torch.addcmul Tensor.addcmul torch.addcdiv Tensor.addcdiv", "input, tensor1, tensor2", 0),
  ...functions("torch.masked_fill Tensor.masked_fill", "input, mask, value", (call) => {
    const input = call.tensor("input")
    const { shape, problems, link } = together([input, call.tensor("mask")])
    return call.emit([input, call.required("mask")], { shape, problems }, input.dtype, link)
  }),
  ...functions("torch.masked_scatter Tensor.masked_scatter", "input, mask, source", (call) =>
    sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  ),
  ...functions("torch.broadcast_tensors", "*tensors", (call) => {
    const items = call.items("tensors").map((item) => call.tensorOf(item))
    const { shape, problems } = together(items)
    return V.tuple(items.map((item) => call.emit([item], { shape, problems }, item.dtype)))
  }),
  ...functions("Tensor.__pos__", "input", (call) => call.required("input")),
  ...functions("Tensor.__neg__", "input", (call) =>
    sameShape(
      call,
      call.tensor("input"),
      call.tensor("input").dtype,
      negated(call.tensor("input"), (x) => -x),
    ),
  ),
  ...functions("Tensor.__abs__", "input", (call) =>
    sameShape(call, call.tensor("input"), call.tensor("input").dtype, negated(call.tensor("input"), Math.abs)),
  ),
  ...functions("Tensor.__invert__", "input", (call) =>
    sameShape(
      call,
      call.tensor("input"),
      call.tensor("input").dtype,
      call.tensor("input").dtype === "bool" ? negated(call.tensor("input"), (x) => x === 0) : {},
    ),
  ),
  ...functions("torch.rsub", "input, other, *, alpha=1", (call) =>
    elementwise(call, call.required("other"), call.required("input"), keep, (x, y) => x - y),
  ),
]

const negated = ({ data, shape }: V.TensorValue, change: (x: number) => number | boolean): Partial<V.TensorValue> =>
  data && shape ? { data: data.map((element) => change(Number(element))) } : {}

export const arithmetic: readonly Entry[] = [...ARITHMETIC.flatMap(arithmeticEntries), ...several]
