/** Functions that make tensors: constants, random numbers, ranges, variables. */
import type { Arguments } from "../arguments.ts"
import { ceilDivide, type Dim, dimText, equals, subtract } from "../../values/dim.ts"
import { broadcastAll, type Shape, volume } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { shownShape } from "./entrance.ts"
import { functions, operand, shapeArgument, typeArgument } from "./function.ts"

function filled(call: Arguments, dtype: V.DataType): V.Value {
  return V.tensor(call.framework, shapeArgument(call, "shape"), typeArgument(call) ?? dtype)
}

/** A tensor of numbers the program writes down. */
function constant(call: Arguments): V.Value {
  const value = call.required("x")
  const found = operand(call, value)
  const shape: Shape | undefined = call.has("shape") ? call.sizes("shape") : found.shape
  const dtype = typeArgument(call) ?? (value.kind === "tensor" ? value.dtype : found.dtype)
  if (call.framework === "tfjs") countValues(call, found.shape, shape)
  return { ...found, id: V.newId(), framework: call.framework, shape, dtype }
}

/** TensorFlow repeats a single value; TensorFlow.js wants them all. */
function countValues(call: Arguments, written: Shape | undefined, shape: Shape | undefined): void {
  if (!written || !shape || written.length === 0 || equals(volume(written), volume(shape)) !== false) return
  call.problem("reshape-mismatch", `has ${dimText(volume(written))} values for the shape ${shownShape(shape, "tfjs")}`)
}

/** `tf.Variable(initial)`: a tensor that a layer holding it counts among its weights. */
function variable(call: Arguments): V.Value {
  const initial = call.required("x")
  const value =
    initial.kind === "function" || initial.kind === "method"
      ? call.interpreter.call(initial, { positional: [], keywords: new Map() }, call.place)
      : initial
  const tensor = operand(call, value)
  const trainable = call.read("trainable")
  const requiresGrad = trainable === undefined || call.interpreter.truth(trainable) !== false
  return V.tensor(
    call.framework,
    call.has("shape") && !tensor.shape ? call.sizes("shape") : tensor.shape,
    typeArgument(call) ?? tensor.dtype,
    { role: "parameter", requiresGrad, ...(tensor.unknown && { unknown: tensor.unknown }) },
  )
}

/** As many elements as the steps between two numbers. */
function counted(call: Arguments): V.Value {
  const start = call.required("start")
  const [from, to]: [Dim, Dim] = call.has("limit") ? [call.size("start"), call.size("limit")] : [0, call.interpreter.dim(start)]
  const step = call.has("step") ? call.number("step") : 1
  if (step === undefined || step === 0 || !Number.isInteger(step)) return call.unclear("the number of elements of a range is not known")
  const length = step > 0 ? ceilDivide(subtract(to, from), step) : ceilDivide(subtract(from, to), -step)
  const isSmall = typeof length === "number" && length >= 0 && length <= 64 && typeof from === "number"
  return V.tensor(
    call.framework,
    [length],
    typeArgument(call) ?? "int32",
    isSmall ? { data: Array.from({ length }, (_, index) => from + index * step) } : {},
  )
}

const made = (names: string, signature: string, dtype: V.DataType = "float32"): Entry[] =>
  functions(names, signature, (call) => filled(call, dtype))

/** `tf.random.gamma`: so many samples of each of its distributions, whose axes come behind those of the samples. */
function drawn(call: Arguments): V.Value {
  const parameters = ["alpha", "beta"].flatMap((name) => (call.has(name) ? [operand(call, call.required(name)).shape] : []))
  if (parameters.includes(undefined)) return call.unclear("the shape of what is drawn depends on a size that is not known")
  const { shape } = broadcastAll(parameters as Shape[])
  return V.tensor(call.framework, [...shapeArgument(call, "shape"), ...shape], typeArgument(call) ?? "float32")
}

function identity(call: Arguments): V.Value {
  const rows = call.size("rows")
  const columns = call.optionalSize("columns") ?? rows
  const batch = call.has("batch_shape") ? call.sizes("batch_shape") : []
  return V.tensor(call.framework, [...batch, rows, columns], typeArgument(call) ?? "float32")
}

const fixedRank = (name: string): Entry[] => functions(`js.${name}`, "x, shape=None, dtype=None", constant)

export const creationEntries: readonly Entry[] = [
  ...made("tf.zeros tf.ones ops.zeros ops.ones ops.empty K.zeros K.ones js.zeros js.ones", "shape, dtype=None"),
  ...made("tf.fill ops.full js.fill", "shape, value=None, dtype=None"),
  ...made(
    "tf.random.normal tf.random.truncated_normal tf.compat.v1.random_normal tf.compat.v1.truncated_normal random.normal random.truncated_normal K.random_normal K.truncated_normal K.random_normal_variable js.randomNormal js.truncatedNormal js.randomStandardNormal",
    "shape, mean=0.0, stddev=1.0, dtype=None",
  ),
  ...made(
    "tf.random.uniform random.uniform K.random_uniform K.random_uniform_variable js.randomUniform js.randomUniformInt js.rand",
    "shape, minval=0, maxval=None, dtype=None",
  ),
  ...made("random.beta random.gamma", "shape, alpha=1.0, beta=1.0, dtype=None"),
  ...functions("tf.random.gamma", "shape, alpha, beta=1.0, dtype=None", drawn),
  ...functions("tf.random.poisson", "shape, alpha, dtype=None", drawn),
  ...made("random.binomial", "shape, counts=None, probabilities=None, dtype=None"),
  ...made(
    "tf.random.stateless_normal tf.random.stateless_uniform tf.random.stateless_truncated_normal",
    "shape, seed=None, first=None, second=None, dtype=None",
  ),
  ...functions("random.categorical tf.random.categorical", "x, num_samples, dtype=None", (call) => {
    const logits = operand(call, call.required("x"))
    if (!logits.shape) return call.unclear("the shape of the logits is not known")
    return call.emit([logits], { shape: [...logits.shape.slice(0, -1), call.size("num_samples")] }, typeArgument(call) ?? "int64")
  }),
  ...functions("random.dropout random.shuffle tf.random.shuffle", "x", (call) => {
    const input = operand(call, call.required("x"))
    return call.emit([input], { shape: input.shape }, input.dtype, input.shape ? {} : { sameShapeAs: input })
  }),
  ...made("random.randint", "shape, minval=0, maxval=None, dtype=None", "int32"),
  ...functions(
    "tf.constant tf.convert_to_tensor ops.convert_to_tensor ops.array tf.compat.v1.constant",
    "x, dtype=None, shape=None",
    constant,
  ),
  ...functions("K.constant K.cast_to_floatx", "x, dtype=None, shape=None", constant),
  ...functions("js.tensor", "x, shape=None, dtype=None", constant),
  ...["tensor1d", "tensor2d", "tensor3d", "tensor4d", "tensor5d"].flatMap(fixedRank),
  // One number, also where nobody knows which.
  ...functions("js.scalar", "x, dtype=None", (call) => {
    const { dtype, data } = operand(call, call.required("x"))
    return V.tensor(call.framework, [], typeArgument(call) ?? dtype, data ? { data } : {})
  }),
  ...functions(
    "tf.Variable K.variable tf.compat.v1.Variable",
    "x=None, trainable=None, validate_shape=True, caching_device=None, name=None, variable_def=None, dtype=None, import_scope=None, constraint=None, synchronization=None, aggregation=None, shape=None",
    variable,
  ),
  ...functions("keras.Variable K.Variable", "x, shape=None, dtype=None, trainable=True", variable),
  ...functions("js.variable", "x, trainable=True, name=None, dtype=None", variable),
  ...functions("tf.range ops.arange K.arange js.range", "start, limit=None, step=1, dtype=None", counted),
  ...functions("tf.linspace ops.linspace js.linspace", "start, stop, num=50", (call) =>
    V.tensor(call.framework, [call.size("num")], "float32"),
  ),
  ...functions("tf.eye", "rows, columns=None, batch_shape=None, dtype=None", identity),
  ...functions("ops.eye K.eye js.eye ops.identity", "rows, columns=None, dtype=None", identity),
]
