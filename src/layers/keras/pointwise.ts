/** Functions of tensors element by element: the shape stays, or broadcasts. */
import type { Arguments } from "../arguments.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { broadcastOperands, functions, jointType, operand, typeArgument } from "./function.ts"

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const EVERYWHERE = ["tf.", "tf.math.", "tf.nn.", "ops.", "ops.nn.", "K.", "act.", "js.", "jsT."]

/** The function in every namespace that may have it. */
const everywhere = (name: string): string =>
  EVERYWHERE.map((prefix) => prefix + (prefix.startsWith("js") ? camelCase(name) : name)).join(" ")

/** One tensor of the input's shape; where that is not known yet, finding the one finds the other. */
export function sameShape(call: Arguments, input: V.TensorValue, dtype: V.DataType | undefined): V.Value {
  const link = input.shape ? {} : input.unknown ? { unknown: input.unknown } : { sameShapeAs: input }
  return call.emit([input], { shape: input.shape }, dtype, link)
}

const KEEPING =
  "abs absolute neg negative positive square sqrt rsqrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh arcsin arccos arctan erf erfinv sign floor ceil round rint reciprocal softplus softsign sigmoid log_sigmoid hard_sigmoid hard_tanh tanh_shrink soft_shrink hard_shrink sparse_plus squareplus relu relu6 elu selu celu gelu silu swish hard_swish hard_silu mish leaky_relu prelu linear softmax log_softmax sparsemax threshold clip clip_by_value clip_by_norm stop_gradient identity l2_normalize normalize cumsum cumprod cumulative_logsumexp tril triu flip reverse roll nan_to_num lrn local_response_normalization dropout step exponential print_tensor batch_set_value ensure_shape grad_pass_through sort invert_permutation fake_quant conj real imag logical_not clone angle arccosh arcsinh arctanh bitwise_invert bitwise_not cbrt conjugate copy deg2rad erfc erfcinv exp2 fabs fliplr flipud i0 rad2deg sinc sparse_sigmoid trunc nancumprod nancumsum lgamma digamma bessel_i0 bessel_i0e bessel_i1 ndtri view unwrap to_float to_int to_bool as_type variable_value read to_tensor"

const MAKING = "ones_like zeros_like full_like empty_like"
const ASKING = "isnan is_nan is_na_n isinf is_inf isfinite is_finite isneginf isposinf isreal signbit"

/** The first argument of a shape-keeping function. */
const unary = (names: string): Entry[] =>
  functions(names, "x", (call) => sameShape(call, operand(call, call.required("x")), firstType(call)))

function firstType(call: Arguments): V.DataType | undefined {
  const value = call.required("x")
  return typeArgumentOf(call) ?? (value.kind === "tensor" ? value.dtype : operand(call, value).dtype)
}

const typeArgumentOf = (call: Arguments): V.DataType | undefined => {
  const others = call.value("others")
  const given = others?.kind === "dictionary" ? others.entries.get("s:dtype")?.value : undefined
  return given?.kind === "string" ? given.value : undefined
}

const BINARY =
  "add subtract multiply divide true_divide divide_no_nan multiply_no_nan floor_divide floor_div floordiv mod floormod truncatemod pow power maximum minimum squared_difference logaddexp atan2 arctan2 bitwise_and bitwise_or bitwise_xor sub mul div div_no_nan xdivy xlogy add_strict mul_strict hypot bias_add bitwise_left_shift bitwise_right_shift left_shift right_shift fmax fmin fmod gcd lcm heaviside ldexp logaddexp2 nextafter polar"
const COMPARING = "equal not_equal greater greater_equal less less_equal logical_and logical_or logical_xor isclose"

const binary = (names: string, dtype?: V.DataType): Entry[] =>
  functions(names, "x, y", (call) => {
    const operands = [operand(call, call.required("x")), operand(call, call.required("y"))]
    return broadcastOperands(call, operands, dtype ?? jointType(operands))
  })

/** Of two plain numbers, such as sizes, the answer is known. */
const COMPARED: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  equal: (x, y) => x === y,
  not_equal: (x, y) => x !== y,
  greater: (x, y) => x > y,
  greater_equal: (x, y) => x >= y,
  less: (x, y) => x < y,
  less_equal: (x, y) => x <= y,
}

const numberIn = (value: V.Value): number | undefined =>
  (value.kind === "integer" || value.kind === "float") && typeof value.value === "number" ? value.value : undefined

const comparing = (name: string): Entry[] =>
  functions(everywhere(name), "x, y", (call) => {
    const values = [call.required("x"), call.required("y")]
    const operands = values.map((value) => operand(call, value))
    const [x, y] = values.map(numberIn)
    const compare = COMPARED[name]
    if (compare === undefined || x === undefined || y === undefined) return broadcastOperands(call, operands, "bool")
    return call.emit(operands, { shape: [] }, "bool", { data: [compare(x, y)] })
  })

const ARITHMETIC = "add sub mul truediv floordiv mod pow and or xor"
const COMPARISONS = "eq ne lt le gt ge"

const casts: Entry[] = [
  ...functions(
    "tf.cast tf.saturate_cast ops.saturate_cast ops.cast K.cast js.cast jsT.cast jsT.asType tf.dtypes.cast",
    "x, dtype",
    (call) => sameShape(call, operand(call, call.required("x")), typeArgument(call)),
  ),
  ...functions("jsT.toFloat", "x", (call) => sameShape(call, call.tensor("x"), "float32")),
  ...functions("jsT.toInt", "x", (call) => sameShape(call, call.tensor("x"), "int32")),
  ...functions("jsT.toBool", "x", (call) => sameShape(call, call.tensor("x"), "bool")),
]

/** A choice between two tensors. */
const where = functions("tf.where tf.compat.v1.where ops.where K.switch js.where", "condition, x=None, y=None", (call) => {
  const condition = operand(call, call.required("condition"))
  if (!call.has("x")) return call.unclear("which elements a condition holds for is not known")
  const operands = [operand(call, call.required("x")), operand(call, call.required("y"))]
  return broadcastOperands(call, [condition, ...operands], jointType(operands))
})

const sums = functions("tf.add_n tf.math.add_n js.addN tf.math.accumulate_n", "values", (call) => {
  const operands = call.tensors("values")
  return broadcastOperands(call, operands, jointType(operands))
})

const normalisations = functions(
  "tf.nn.batch_normalization ops.batch_normalization tf.nn.fused_batch_norm ops.layer_normalization ops.rms_normalization js.batchNorm js.batchNorm2d js.batchNorm3d js.batchNorm4d jsT.batchNorm",
  "x",
  (call) => sameShape(call, call.tensor("x"), call.tensor("x").dtype),
)

export const pointwiseEntries: readonly Entry[] = [
  ...KEEPING.split(" ").flatMap((name) => unary(everywhere(name))),
  ...MAKING.split(" ").flatMap((name) => unary(everywhere(name))),
  ...ASKING.split(" ").flatMap((name) =>
    functions(everywhere(name), "x", (call) => sameShape(call, operand(call, call.required("x")), "bool")),
  ),
  ...BINARY.split(" ").flatMap((name) => binary(everywhere(name))),
  ...COMPARING.split(" ").flatMap(comparing),
  ...ARITHMETIC.split(" ").flatMap((name) => binary(`T.__${name}__ T.__r${name}__`)),
  ...COMPARISONS.split(" ").flatMap((name) => binary(`T.__${name}__`, "bool")),
  ...unary("T.__neg__ T.__pos__ T.__abs__ T.assign_pass"),
  // A text comes back as bytes, which are no array.
  ...functions("T.numpy", "x", (call) => {
    const { dtype, shape } = call.tensor("x")
    const isText = dtype === "string" && (shape === undefined || shape.length === 0)
    return isText ? call.unclear("the text is known only when the program runs") : sameShape(call, call.tensor("x"), dtype)
  }),
  ...functions("T.__invert__", "x", (call) => sameShape(call, call.tensor("x"), "bool")),
  ...functions("T.assign T.assign_add T.assign_sub", "x, value=None", (call) => call.tensor("x")),
  ...functions(
    "T.set_shape jsT.dispose jsT.print jsT.data jsT.dataSync jsT.array jsT.arraySync jsT.assign js.dispose_tensor",
    "x",
    (call) => (call.name === "set_shape" ? V.NONE : V.unknown("the values of a tensor are known only when the program runs", call.place)),
  ),
  ...casts,
  ...where,
  ...sums,
  ...normalisations,
]
