/** Fourier transforms, and functions of matrices and series that are met now and then. */
import type { Arguments } from "../arguments.ts"
import { expectSame } from "../../operators/outcome.ts"
import { add, type Dim, floorDivide, multiply, subtract } from "../../values/dim.ts"
import { normaliseAxis, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { checkedAxis } from "./activations.ts"
import { callWith, type Entry, functions } from "./define.ts"
import { floatingOf } from "./dtypes.ts"
import { shapeOf } from "./tensors.ts"

const complexOf = (dtype: V.DataType | undefined): V.DataType | undefined =>
  dtype === undefined || dtype.startsWith("complex") ? dtype : dtype === "float64" ? "complex128" : "complex64"
const realOf = (dtype: V.DataType | undefined): V.DataType | undefined =>
  dtype === "complex128" ? "float64" : dtype === undefined ? undefined : "float32"

type LastSize = (size: Dim) => Dim
/** What a transform makes of its last axis, and of the type. */
const KINDS: Record<string, { readonly last: LastSize; readonly dtype: typeof complexOf }> = {
  fft: { last: (size) => size, dtype: complexOf },
  ifft: { last: (size) => size, dtype: complexOf },
  rfft: { last: (size) => add(floorDivide(size, 2), 1), dtype: complexOf },
  irfft: { last: (size) => multiply(2, subtract(size, 1)), dtype: realOf },
}

/** `n` or `s` states the length before (or, for irfft, after) the transform. */
function transformed(call: Arguments, kind: string, axes: readonly number[], lengths: readonly Dim[] | undefined): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const { last, dtype } = KINDS[kind] as (typeof KINDS)[string]
  const at = axes.map((axis) => checkedAxis(axis, shape))
  const result = shape.map((size, axis) => {
    const position = at.findIndex((one) => one.axis === axis)
    if (position < 0) return size
    const stated = lengths?.[position]
    if (position < at.length - 1) return stated ?? size
    return stated !== undefined && kind === "irfft" ? stated : last(stated ?? size)
  })
  return call.emit([input], { shape: result, problems: at.flatMap(({ problems }) => problems).slice(0, 1) }, dtype(input.dtype))
}

const transforms: Entry[] = Object.keys(KINDS).flatMap((kind) => [
  ...functions(`torch.fft.${kind}`, "input, n=None, dim=-1, norm=None, *, out=None", (call) =>
    transformed(call, kind, [call.integer("dim")], call.has("n") ? call.sizes("n") : undefined),
  ),
  ...functions(`torch.fft.${kind}2`, "input, s=None, dim=(-2, -1), norm=None, *, out=None", (call) =>
    transformed(call, kind, call.integers("dim") ?? [-2, -1], call.has("s") ? call.sizes("s") : undefined),
  ),
  ...functions(`torch.fft.${kind}n`, "input, s=None, dim=None, norm=None, *, out=None", (call) => {
    const lengths = call.has("s") ? call.sizes("s") : undefined
    const { length } = shapeOf(call, call.tensor("input"))
    const count = lengths?.length ?? length
    return transformed(call, kind, call.integers("dim") ?? Array.from({ length: count }, (_, index) => length - count + index), lengths)
  }),
])

/** Frames of a signal, each transformed: [batch, frequencies, frames]. */
function shortTime(call: Arguments): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const width = call.size("n_fft")
  const hop = call.optionalSize("hop_length") ?? floorDivide(width, 4)
  const samples = call.flag("center") === false ? (shape.at(-1) ?? 1) : add(shape.at(-1) ?? 1, multiply(2, floorDivide(width, 2)))
  const frequencies = call.flag("onesided") === false && call.has("onesided") ? width : add(floorDivide(width, 2), 1)
  const frames = add(floorDivide(subtract(samples, width), hop), 1)
  const isComplex = call.flag("return_complex") === true
  return call.emit(
    [input],
    { shape: [...shape.slice(0, -1), frequencies, frames, ...(isComplex ? [] : [2])] },
    isComplex ? complexOf(input.dtype) : input.dtype,
  )
}

/** `torch.istft`: as many samples as the windows span, without the padding of centred ones. */
function fromShortTime(call: Arguments): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const width = call.size("n_fft")
  const hop = call.optionalSize("hop_length") ?? floorDivide(width, 4)
  const between = multiply(hop, subtract(shape.at(-1) ?? 1, 1))
  const samples = call.optionalSize("length") ?? (call.flag("center") === false ? add(between, width) : between)
  return call.emit(
    [input],
    { shape: [...shape.slice(0, -2), samples] },
    call.flag("return_complex") === true ? input.dtype : realOf(input.dtype),
  )
}

/** Functions of square matrices must get such. */
function squared(call: Arguments, shapeFrom: (shape: Shape) => Shape, dtype = floatingOf): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const problems =
    shape.length < 2
      ? [{ code: "rank-mismatch" as const, message: `takes matrices, got ${shape.length} dimensions` }]
      : expectSame("shape-mismatch", "columns, as many as rows", shape.at(-2) ?? 1, shape.at(-1) ?? 1)
  return call.emit([input], { shape: shapeFrom(shape), problems }, dtype(input.dtype))
}

const matrices: Entry[] = [
  ...functions(
    "torch.inverse Tensor.inverse torch.linalg.inv torch.cholesky Tensor.cholesky torch.linalg.cholesky torch.cholesky_inverse Tensor.cholesky_inverse Tensor.matrix_exp",
    "input, *args, **kwargs",
    (call) => squared(call, (shape) => shape),
  ),
  ...functions("torch.det Tensor.det torch.logdet Tensor.logdet torch.linalg.det", "input, *, out=None", (call) =>
    squared(call, (shape) => shape.slice(0, -2)),
  ),
  ...functions("torch.pinverse Tensor.pinverse torch.linalg.pinv", "input, *args, **kwargs", (call) => {
    const shape = shapeOf(call, call.tensor("input"))
    return call.emit([call.tensor("input")], { shape: [...shape.slice(0, -2), ...shape.slice(-2).reverse()] }, call.tensor("input").dtype)
  }),
  ...functions("torch.linalg.matrix_rank", "input, *args, **kwargs", (call) =>
    call.emit([call.tensor("input")], { shape: shapeOf(call, call.tensor("input")).slice(0, -2) }, "int64"),
  ),
]

const series: Entry[] = [
  ...functions("torch.trapezoid torch.trapz", "y, x=None, *, dx=None, dim=-1", (call) => {
    const input = call.tensor("y")
    const shape = shapeOf(call, input)
    const { axis, problems } = checkedAxis(call.integer("dim"), shape)
    return call.emit([input], { shape: shape.filter((_, at) => at !== axis), problems }, floatingOf(input.dtype))
  }),
  ...functions("torch.cumulative_trapezoid", "y, x=None, *, dx=None, dim=-1", (call) => {
    const input = call.tensor("y")
    const shape = shapeOf(call, input)
    const { axis, problems } = checkedAxis(call.integer("dim"), shape)
    return call.emit(
      [input],
      { shape: shape.map((size, at) => (at === axis ? subtract(size, 1) : size)), problems },
      floatingOf(input.dtype),
    )
  }),
  ...functions("torch.vander torch.linalg.vander", "x, N=None, increasing=False", (call) => {
    const shape = shapeOf(call, call.tensor("x"))
    return call.emit([call.tensor("x")], { shape: [...shape, call.optionalSize("N") ?? shape.at(-1) ?? 1] }, call.tensor("x").dtype)
  }),
  ...functions("torch.gradient", "input, *, spacing=1, dim=None, edge_order=1", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    const axes = call.integers("dim")?.map((axis) => normaliseAxis(axis, shape.length)) ?? shape
    return V.list(
      call.emitAll(
        [input],
        axes.map(() => shape),
        floatingOf(input.dtype),
      ),
    )
  }),
  ...functions(
    "torch.stft Tensor.stft",
    "input, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode='reflect', normalized=False, onesided=None, return_complex=None, align_to_window=None",
    shortTime,
  ),
  ...functions(
    "torch.istft Tensor.istft",
    "input, n_fft, hop_length=None, win_length=None, window=None, center=True, normalized=False, onesided=None, length=None, return_complex=False",
    fromShortTime,
  ),
  ...functions(
    "torch.nn.parallel.data_parallel",
    "module, inputs, device_ids=None, output_device=None, dim=0, module_kwargs=None",
    (call) => {
      const inputs = call.required("inputs")
      return callWith(call.interpreter, call.required("module"), inputs.kind === "tuple" ? inputs.items : [inputs], call.place)
    },
  ),
]

export const spectra: readonly Entry[] = [...transforms, ...matrices, ...series]
