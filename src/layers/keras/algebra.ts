/** Linear algebra, spectra and losses of `keras.ops` and `tf`: what their results look like. */
import type { Arguments } from "../arguments.ts"
import { add, type Dim, floorDivide, minimum, multiply, product, subtract } from "../../values/dim.ts"
import { normaliseAxis, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions, operand } from "./function.ts"
import { shapeOf } from "./tensors.ts"

const input = (call: Arguments, name = "x"): V.TensorValue => operand(call, call.required(name))

/** A matrix, or many: the last two axes. */
const matrices = (
  names: string,
  signature: string,
  result: (lead: Shape, rows: Dim, columns: Dim, call: Arguments) => Shape | Shape[],
): Entry[] =>
  functions(names, signature, (call) => {
    const matrix = input(call)
    const shape = shapeOf(call, matrix)
    if (shape.length < 2) return call.unclear("a matrix is needed")
    const found = result(shape.slice(0, -2), shape.at(-2) ?? 1, shape.at(-1) ?? 1, call)
    return isMany(found) ? V.tuple(call.emitAll([matrix], found, matrix.dtype)) : call.emit([matrix], { shape: found }, matrix.dtype)
  })

const isMany = (shapes: Shape | Shape[]): shapes is Shape[] => shapes.some((shape) => Array.isArray(shape))

function decomposed(lead: Shape, rows: Dim, columns: Dim, call: Arguments): Shape[] {
  const isFull = call.flag("full_matrices") !== false
  const rank = minimum(rows, columns)
  return [
    [...lead, rows, isFull ? rows : rank],
    [...lead, rank],
    [...lead, isFull ? columns : rank, columns],
  ]
}

function orthogonal(lead: Shape, rows: Dim, columns: Dim, call: Arguments): Shape[] {
  const isComplete = call.text("mode") === "complete"
  const rank = isComplete ? rows : minimum(rows, columns)
  return [
    [...lead, rows, rank],
    [...lead, rank, columns],
  ]
}

const solutions = functions("ops.solve ops.solve_triangular tf.linalg.solve tf.linalg.triangular_solve", "x, y", (call) => {
  const [matrix, right] = [input(call), input(call, "y")]
  return call.emit([matrix, right], { shape: shapeOf(call, right) }, right.dtype)
})

const leastSquares = functions("ops.lstsq", "x, y", (call) => {
  const [matrix, right] = [input(call), input(call, "y")]
  return call.emit([matrix, right], { shape: [shapeOf(call, matrix).at(-1) ?? 1, ...shapeOf(call, right).slice(1)] }, right.dtype)
})

/** Real and imaginary parts stand side by side. */
const transforms = functions("ops.fft ops.fft2 ops.ifft2", "x", (call) => {
  const parts = (call.sequence(call.required("x")) ?? call.unclear("real and imaginary parts are needed")).map((item) =>
    operand(call, item),
  )
  return V.tuple(
    call.emitAll(
      parts,
      parts.map((part) => shapeOf(call, part)),
      parts[0]?.dtype,
    ),
  )
})

const half = (length: Dim): Dim => add(floorDivide(length, 2), 1)

const realTransforms = [
  ...functions("ops.rfft", "x, fft_length=None", (call) => {
    const signal = input(call)
    const shape = shapeOf(call, signal)
    const result = [...shape.slice(0, -1), half(call.optionalSize("fft_length") ?? shape.at(-1) ?? 1)]
    return V.tuple(call.emitAll([signal], [result, result], signal.dtype))
  }),
  ...functions("ops.irfft", "x, fft_length=None", (call) => {
    const parts = (call.sequence(call.required("x")) ?? call.unclear("real and imaginary parts are needed")).map((item) =>
      operand(call, item),
    )
    const shape = shapeOf(call, parts[0] ?? call.unclear("real and imaginary parts are needed"))
    const length = call.optionalSize("fft_length") ?? multiply(2, subtract(shape.at(-1) ?? 1, 1))
    return call.emit(parts, { shape: [...shape.slice(0, -1), length] }, parts[0]?.dtype)
  }),
  ...functions("tf.signal.rfft", "x, fft_length=None", (call) => {
    const signal = input(call)
    const shape = shapeOf(call, signal)
    const length = call.has("fft_length") ? call.sizes("fft_length")[0] : shape.at(-1)
    return call.emit([signal], { shape: [...shape.slice(0, -1), half(length ?? 1)] }, undefined)
  }),
  ...functions("tf.signal.irfft", "x, fft_length=None", (call) => {
    const signal = input(call)
    const shape = shapeOf(call, signal)
    const length = call.has("fft_length") ? call.sizes("fft_length")[0] : multiply(2, subtract(shape.at(-1) ?? 1, 1))
    return call.emit([signal], { shape: [...shape.slice(0, -1), length ?? 1] }, "float32")
  }),
  ...functions(
    "tf.signal.fft tf.signal.ifft tf.signal.fft2d tf.signal.ifft2d tf.signal.fft3d tf.signal.ifft3d tf.signal.fftshift tf.signal.ifftshift tf.signal.dct tf.signal.idct tf.complex",
    "x",
    (call) => call.emit([input(call)], { shape: shapeOf(call, input(call)) }, call.name === "dct" ? "float32" : undefined),
  ),
]

/** `keras.ops.stft`: frames centred on every step unless told otherwise. */
const shortTime = functions("ops.stft", "x, sequence_length, sequence_stride, fft_length, window='hann', center=True", (call) => {
  const signal = input(call)
  const shape = shapeOf(call, signal)
  const length = call.size("fft_length")
  const whole = call.flag("center") === false ? (shape.at(-1) ?? 1) : add(shape.at(-1) ?? 1, multiply(2, floorDivide(length, 2)))
  const frames = add(floorDivide(subtract(whole, length), call.size("sequence_stride")), 1)
  const result = [...shape.slice(0, -1), frames, half(length)]
  return V.tuple(call.emitAll([signal], [result, result], signal.dtype))
})

const frames = functions(
  "ops.extract_sequences tf.signal.frame js.signal.frame",
  "x, sequence_length, sequence_stride, pad_end=False",
  (call) => {
    const signal = input(call)
    const shape = shapeOf(call, signal)
    const [length, stride] = [call.size("sequence_length"), call.size("sequence_stride")]
    const isPadded = call.flag("pad_end") === true
    const count = isPadded
      ? floorDivide(add(shape.at(-1) ?? 1, subtract(stride, 1)), stride)
      : add(floorDivide(subtract(shape.at(-1) ?? 1, length), stride), 1)
    return call.emit([signal], { shape: [...shape.slice(0, -1), count, length] }, signal.dtype)
  },
)

/** Losses of single examples: the axis of the classes is gone, or nothing is. */
const losses = [
  ...functions("ops.binary_crossentropy", "target, output, from_logits=False", (call) =>
    call.emit([input(call, "output")], { shape: shapeOf(call, input(call, "output")) }, "float32"),
  ),
  ...functions("ops.categorical_crossentropy ops.sparse_categorical_crossentropy", "target, output, from_logits=False, axis=-1", (call) => {
    const shape = shapeOf(call, input(call, "output"))
    const axis = normaliseAxis(call.integer("axis"), shape.length) ?? shape.length - 1
    return call.emit([input(call, "output")], { shape: shape.filter((_, index) => index !== axis) }, "float32")
  }),
  ...functions("tf.nn.sigmoid_cross_entropy_with_logits tf.nn.weighted_cross_entropy_with_logits", "labels, logits", (call) =>
    call.emit([input(call, "logits")], { shape: shapeOf(call, input(call, "logits")) }, "float32"),
  ),
  ...functions(
    "tf.nn.softmax_cross_entropy_with_logits tf.nn.sparse_softmax_cross_entropy_with_logits",
    "labels, logits, axis=-1",
    (call) => call.emit([input(call, "logits")], { shape: shapeOf(call, input(call, "logits")).slice(0, -1) }, "float32"),
  ),
  ...functions("tf.nn.l2_loss", "x", (call) => call.emit([input(call)], { shape: [] }, input(call).dtype)),
  ...functions("ops.ctc_loss", "target, output, target_length, output_length, mask_index=0", (call) =>
    call.emit([input(call, "output")], { shape: shapeOf(call, input(call, "output")).slice(0, 1) }, "float32"),
  ),
  ...functions("ops.psnr", "x, y, max_val", (call) => call.emit([input(call)], { shape: [] }, "float32")),
  ...functions("ops.image.ssim tf.image.ssim tf.image.psnr tf.image.ssim_multiscale", "x, y", (call) =>
    call.emit([input(call)], { shape: shapeOf(call, input(call)).slice(0, -3) }, "float32"),
  ),
]

const products = [
  ...functions("ops.inner", "x, y", (call) => {
    const [one, other] = [input(call), input(call, "y")]
    const [left, right] = [shapeOf(call, one), shapeOf(call, other)]
    const rest = [...left.slice(0, -1), ...right.slice(0, -1)]
    return call.emit([one, other], { shape: rest, macs: product([...rest, left.at(-1) ?? 1]) }, one.dtype)
  }),
  ...functions("ops.vdot", "x, y", (call) =>
    call.emit([input(call), input(call, "y")], { shape: [], macs: product(shapeOf(call, input(call))) }, input(call).dtype),
  ),
]

export const algebraEntries: readonly Entry[] = [
  ...matrices("ops.det ops.logdet ops.matrix_rank tf.linalg.det tf.linalg.logdet", "x", (lead) => lead),
  ...matrices("ops.slogdet tf.linalg.slogdet", "x", (lead) => [lead, lead]),
  ...matrices("ops.eig ops.eigh tf.linalg.eigh tf.linalg.eig", "x", (lead, rows) => [
    [...lead, rows],
    [...lead, rows, rows],
  ]),
  ...matrices("ops.pinv tf.linalg.pinv", "x", (lead, rows, columns) => [...lead, columns, rows]),
  ...matrices(
    "ops.cholesky ops.cholesky_inverse ops.inv tf.linalg.cholesky tf.linalg.inv tf.linalg.expm tf.linalg.sqrtm tf.linalg.band_part tf.linalg.set_diag",
    "x",
    (lead, rows, columns) => [...lead, rows, columns],
  ),
  ...matrices("ops.qr tf.linalg.qr", "x, mode='reduced'", orthogonal),
  ...matrices("ops.svd", "x, full_matrices=True, compute_uv=True", decomposed),
  ...matrices("ops.lu_factor", "x", (lead, rows, columns) => [
    [...lead, rows, columns],
    [...lead, minimum(rows, columns)],
  ]),
  ...matrices("ops.corrcoef", "x", (_, rows) => [rows, rows]),
  ...solutions,
  ...leastSquares,
  ...transforms,
  ...realTransforms,
  ...shortTime,
  ...frames,
  ...losses,
  ...products,
]
