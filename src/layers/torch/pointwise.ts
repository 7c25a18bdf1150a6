/** Functions of one tensor, element by element: the shape stays, whatever it is. */
import type { Arguments } from "../arguments.ts"
import { storing } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { dropData, type Entry, functions } from "./define.ts"
import { dtypeOption } from "./creation.ts"
import { floatingOf, legacyType, operandOf, promote } from "./dtypes.ts"
import { mapElements } from "./elements.ts"

/** A tensor of the input's shape; where that is not known yet, finding the one finds the other. */
export function sameShape(
  call: Arguments,
  input: V.TensorValue,
  dtype: V.DataType | undefined,
  more: Partial<V.TensorValue> = {},
  inputs: readonly V.Value[] = [input],
): V.TensorValue {
  const link = input.shape ? {} : input.unknown ? { unknown: input.unknown } : { sameShapeAs: input }
  return call.emit(inputs, { shape: input.shape }, dtype, { ...link, ...more })
}

type Element = (element: number) => number | boolean

/** Functions that keep the type, with their effect on known numbers. */
const KEEPING: Record<string, Element | undefined> = {
  abs: Math.abs,
  absolute: Math.abs,
  neg: (x) => -x,
  negative: (x) => -x,
  positive: (x) => x,
  square: (x) => x * x,
  sign: Math.sign,
  sgn: Math.sign,
  relu: (x) => Math.max(0, x),
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  fix: Math.trunc,
  frac: (x) => x - Math.trunc(x),
  bitwise_not: undefined,
  conj: undefined,
  conj_physical: undefined,
  resolve_conj: undefined,
  resolve_neg: undefined,
  nan_to_num: undefined,
  bernoulli: undefined,
  clone: (x) => x,
}

/** Functions that give floating numbers, whole ones becoming float32. */
const FLOATING: Record<string, Element | undefined> = {
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  arcsin: Math.asin,
  acos: Math.acos,
  arccos: Math.acos,
  atan: Math.atan,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  arcsinh: Math.asinh,
  acosh: Math.acosh,
  arccosh: Math.acosh,
  atanh: Math.atanh,
  arctanh: Math.atanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  expit: (x) => 1 / (1 + Math.exp(-x)),
  erf: undefined,
  erfc: undefined,
  erfinv: undefined,
  lgamma: undefined,
  digamma: undefined,
  i0: undefined,
  sinc: undefined,
  logit: undefined,
  deg2rad: (x) => (x * Math.PI) / 180,
  rad2deg: (x) => (x * 180) / Math.PI,
  angle: undefined,
}

/** Questions about each element. */
const QUESTIONS: Record<string, Element | undefined> = {
  isnan: Number.isNaN,
  isinf: (x) => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY,
  isfinite: Number.isFinite,
  isposinf: (x) => x === Number.POSITIVE_INFINITY,
  isneginf: (x) => x === Number.NEGATIVE_INFINITY,
  isreal: undefined,
  signbit: (x) => x < 0,
  logical_not: (x) => x === 0,
}

type Rule = (dtype: V.DataType | undefined) => V.DataType | undefined

function unary(name: string, element: Element | undefined, rule: Rule): Entry[] {
  const names = `torch.${name} Tensor.${name}`
  return [
    ...functions(names, "input, *args, out=None, **kwargs", (call) => {
      const input = call.tensor("input")
      const isMagnitude = (name === "abs" || name === "angle") && input.dtype?.startsWith("complex")
      return sameShape(call, input, isMagnitude ? "float32" : rule(input.dtype), element && input.shape ? mapElements(input, element) : {})
    }),
    ...functions(`torch.${name}_ Tensor.${name}_`, "input, *args, **kwargs", (call) => inPlace(call, call.tensor("input"))),
  ]
}

/** What an in-place function gives: the tensor itself, whose numbers are not followed any further. */
export function inPlace(call: Arguments, input: V.TensorValue, inputs: readonly V.Value[] = [input]): V.TensorValue {
  dropData(call.interpreter, input)
  // The trace sees the operator; the value stays the same object, because in torch it does.
  call.emit(inputs, { shape: input.shape }, input.dtype)
  return input
}

const table = (functionsOf: Record<string, Element | undefined>, rule: Rule): Entry[] =>
  Object.entries(functionsOf).flatMap(([name, element]) => unary(name, element, rule))

const rounding: Entry[] = functions("torch.round Tensor.round", "input, *, decimals=0, out=None", (call) => {
  const input = call.tensor("input")
  return sameShape(
    call,
    input,
    input.dtype,
    input.shape ? mapElements(input, (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))) : {},
  )
})

/** Shape-keeping functions that take more arguments, none of which matter to the shape. */
const SHAPED =
  "torch.poisson torch.native_channel_shuffle Tensor.to_sparse Tensor.to_sparse_coo Tensor.to_sparse_csr Tensor.to_sparse_csc torch.to_sparse torch.cumsum Tensor.cumsum torch.cumprod Tensor.cumprod torch.logcumsumexp Tensor.logcumsumexp torch.flip Tensor.flip torch.fliplr Tensor.fliplr torch.flipud Tensor.flipud torch.roll Tensor.roll torch.tril Tensor.tril torch.triu Tensor.triu torch.renorm Tensor.renorm torch.clamp_min Tensor.clamp_min torch.clamp_max Tensor.clamp_max torch.fake_quantize_per_tensor_affine torch.matrix_exp torch.linalg.matrix_exp torch.fft.fftshift torch.fft.ifftshift"

const shaped: Entry[] = functions(SHAPED, "input, *args, **kwargs", (call) => {
  const input = call.tensor("input")
  const isSum = call.name.startsWith("cum")
  return sameShape(
    call,
    input,
    isSum ? (input.dtype === "bool" || input.dtype?.includes("int") ? "int64" : input.dtype) : input.dtype,
    isSum || call.name === "flip" ? alongOnlyAxis(call, input) : {},
  )
})

/** Running sums and reversals of known numbers along their only axis. */
function alongOnlyAxis(call: Arguments, { data, shape }: V.TensorValue): Partial<V.TensorValue> {
  if (!data || shape?.length !== 1) return {}
  if (call.name === "flip") return { data: data.toReversed() }
  let running = call.name === "cumprod" ? 1 : 0
  return { data: data.map((element) => (running = call.name === "cumprod" ? running * Number(element) : running + Number(element))) }
}

/** In-place methods that keep shape and type. */
const IN_PLACE =
  "Tensor.not_equal_ Tensor.less_ Tensor.less_equal_ Tensor.greater_ Tensor.greater_equal_ Tensor.xlogy_ Tensor.copysign_ Tensor.polygamma_ Tensor.mvlgamma_ Tensor.logical_xor_ Tensor.nextafter_ Tensor.igamma_ Tensor.igammac_ Tensor.hypot_ Tensor.ldexp_ Tensor.bitwise_xor_ Tensor.bitwise_left_shift_ Tensor.bitwise_right_shift_ Tensor.heaviside_ Tensor.gcd_ Tensor.lcm_ Tensor.float_power_ Tensor.addr_ Tensor.addbmm_ Tensor.addmv_ Tensor.index_reduce_ Tensor.fill_ Tensor.zero_ Tensor.normal_ Tensor.uniform_ Tensor.random_ Tensor.bernoulli_ Tensor.exponential_ Tensor.geometric_ Tensor.log_normal_ Tensor.cauchy_ Tensor.copy_ Tensor.clamp_ Tensor.clip_ Tensor.clamp_min_ Tensor.clamp_max_ Tensor.masked_fill_ Tensor.masked_scatter_ Tensor.add_ Tensor.sub_ Tensor.mul_ Tensor.div_ Tensor.pow_ Tensor.subtract_ Tensor.multiply_ Tensor.divide_ Tensor.true_divide_ Tensor.floor_divide_ Tensor.remainder_ Tensor.fmod_ Tensor.addcmul_ Tensor.addcdiv_ Tensor.addmm_ Tensor.baddbmm_ Tensor.lerp_ Tensor.round_ Tensor.tril_ Tensor.triu_ Tensor.cumsum_ Tensor.cumprod_ Tensor.index_fill_ Tensor.index_add_ Tensor.index_copy_ Tensor.index_put_ Tensor.scatter_ Tensor.scatter_add_ Tensor.scatter_reduce_ Tensor.fill_diagonal_ Tensor.logical_and_ Tensor.logical_or_ Tensor.logical_not_ Tensor.bitwise_and_ Tensor.bitwise_or_ Tensor.eq_ Tensor.ne_ Tensor.gt_ Tensor.lt_ Tensor.ge_ Tensor.le_ Tensor.erfinv_ Tensor.renorm_ Tensor.put_ Tensor.floor_ Tensor.atan2_ Tensor.detach_ Tensor.share_memory_ torch.dropout_ torch.fill_"

/** Those that write element by element what their operand gives. */
const WRITING = /^(?:copy|add|sub|mul|div|subtract|multiply|divide|true_divide|floor_divide|remainder|fmod|pow|atan2|hypot)_$/

const inPlaces: Entry[] = functions(IN_PLACE, "input, *args, **kwargs", (call) => {
  const input = call.tensor("input")
  const [written] = call.items("args")
  if (WRITING.test(call.name) && written?.kind === "tensor")
    for (const { code, message } of storing(input.shape, written.shape)) call.problem(code, message)
  return call.name === "detach_" || call.name === "share_memory_"
    ? input
    : inPlace(call, input, [input, ...call.items("args").filter(({ kind }) => kind === "tensor")])
})

/** Copies that are the same values under another owner, and types changed. */
const CASTS: Record<string, string> = {
  float: "float32",
  double: "float64",
  chalf: "complex32",
  half: "float16",
  bfloat16: "bfloat16",
  long: "int64",
  int: "int32",
  short: "int16",
  char: "int8",
  byte: "uint8",
  bool: "bool",
  cfloat: "complex64",
  cdouble: "complex128",
}

export function cast(call: Arguments, input: V.TensorValue, dtype: V.DataType | undefined): V.TensorValue {
  const isWhole = dtype !== undefined && /int/.test(dtype)
  const convert: Element = dtype === "bool" ? (x) => x !== 0 : isWhole ? Math.trunc : (x) => x
  return sameShape(call, input, dtype, input.shape ? mapElements(input, convert) : {})
}

const casts: Entry[] = [
  ...Object.entries(CASTS).flatMap(([name, dtype]) =>
    functions(`Tensor.${name}`, "input, memory_format=None", (call) => cast(call, call.tensor("input"), dtype)),
  ),
  ...functions("Tensor.to Tensor.type", "input, *args, **kwargs", (call) => {
    const input = call.tensor("input")
    const keywords = call.value("kwargs")
    const named = keywords?.kind === "dictionary" ? (keywords.entries.get("s:dtype") ?? keywords.entries.get("s:other"))?.value : undefined
    const given = [...call.items("args"), ...(named ? [named] : [])]
    const asked = given.find(
      (value) => value.kind === "tensor" || (value.kind === "instance" && value.class.qualifiedName === "torch.dtype"),
    )
    if (asked?.kind === "tensor") return input.dtype === asked.dtype && input.dtype !== undefined ? input : cast(call, input, asked.dtype)
    if (call.name === "type" && given.length === 0) return V.string(`torch.${input.dtype ?? "float32"}`)
    if (asked?.kind === "instance") return input.dtype === asked.state ? input : cast(call, input, asked.state as string)
    const legacy = call.name === "type" ? legacyType(given[0]) : undefined
    if (legacy) return cast(call, input, legacy)
    // A number is taken as a tensor whose type is wanted.
    if (given[0]?.kind === "float" && call.name === "to") return cast(call, input, "float64")
    return given.some(({ kind }) => kind === "unknown") && input.dtype !== undefined ? cast(call, input, undefined) : input
  }),
  ...functions("Tensor.to_dense", "input, dtype=None, *, masked_grad=True", (call) => {
    const input = call.tensor("input")
    return call.has("dtype") ? cast(call, input, dtypeOption(call, input.dtype)) : input
  }),
  ...functions("torch.mvlgamma Tensor.mvlgamma", "input, p, *, out=None", (call) =>
    sameShape(call, call.tensor("input"), floatingOf(call.tensor("input").dtype)),
  ),
  ...functions("Tensor.polygamma", "input, n", (call) => sameShape(call, call.tensor("input"), floatingOf(call.tensor("input").dtype))),
  ...functions("torch.polygamma", "n, input, *, out=None", (call) =>
    sameShape(call, call.tensor("input"), floatingOf(call.tensor("input").dtype)),
  ),
  ...functions("torch.frexp Tensor.frexp", "input, *, out=None", (call) => {
    const input = call.tensor("input")
    return V.tuple([sameShape(call, input, input.dtype), sameShape(call, input, "int32")])
  }),
  ...functions("Tensor.type_as", "input, other", (call) => cast(call, call.tensor("input"), call.tensor("other").dtype)),
  ...functions("Tensor.detach torch.detach Tensor.alias", "input", (call) => {
    const input = call.tensor("input")
    return sameShape(call, input, input.dtype, input.data ? { data: input.data } : {})
  }),
  ...functions(
    "Tensor.contiguous Tensor.cpu Tensor.cuda Tensor.pin_memory Tensor.retain_grad Tensor.coalesce Tensor.share_memory Tensor.__deepcopy__ Tensor.__copy__ Tensor.as_subclass Tensor.rename Tensor.refine_names Tensor.align_as Tensor.dequantize",
    "input, *args, **kwargs",
    (call) => call.tensor("input"),
  ),
  ...functions("Tensor.requires_grad_", "input, requires_grad=True", (call) => {
    const tensor = call.tensor("input")
    call.interpreter.heap.touch(tensor)
    const isWanted = call.flag("requires_grad")
    if (isWanted === undefined) delete tensor.requiresGrad
    else tensor.requiresGrad = isWanted
    return tensor
  }),
  ...functions(
    "Tensor.backward Tensor.register_hook Tensor.record_stream Tensor.register_post_accumulate_grad_hook Tensor.set_",
    "input, *args, **kwargs",
    () => V.NONE,
  ),
]

/** Softmax and its kin: along an axis that must exist. */
export const pointwise: readonly Entry[] = [
  ...table(KEEPING, (dtype) => dtype),
  ...table(FLOATING, floatingOf),
  ...table(QUESTIONS, () => "bool"),
  ...rounding,
  ...shaped,
  ...inPlaces,
  ...casts,
  ...functions("torch.clamp Tensor.clamp torch.clip Tensor.clip", "input, min=None, max=None, *, out=None", (call) => {
    const input = call.tensor("input")
    const [low, high] = [call.number("min") ?? Number.NEGATIVE_INFINITY, call.number("max") ?? Number.POSITIVE_INFINITY]
    const dtype = ["min", "max"]
      .map((name) => call.value(name))
      .reduce<V.DataType | undefined>(
        (found, bound) => (bound ? promote({ ...operandOf(input), dtype: found }, operandOf(bound)) : found),
        input.dtype,
      )
    return sameShape(call, input, dtype, input.shape ? mapElements(input, (x) => Math.min(high, Math.max(low, x))) : {})
  }),
  ...functions("torch.complex", "real, imag, *, out=None", (call) => sameShape(call, call.tensor("real"), "complex64")),
  ...functions("torch.polar", "abs, angle, *, out=None", (call) => sameShape(call, call.tensor("abs"), "complex64")),
  ...functions("torch.quantize_per_tensor", "input, scale, zero_point, dtype", (call) =>
    sameShape(call, call.tensor("input"), dtypeOption(call, undefined)),
  ),
]
