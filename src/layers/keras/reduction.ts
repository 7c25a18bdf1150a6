/** Reductions over axes: sums, means, extremes and their places. */
import type { Arguments } from "../arguments.ts"
import { reduce } from "../../operators/reduce.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions, operand } from "./function.ts"
import { shapeOf } from "./tensors.ts"

/** Of a few known numbers, such as the sizes of a shape, the answer is known. */
const FOLDED: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  sum: (numbers) => numbers.reduce((total, number) => total + number, 0),
  prod: (numbers) => numbers.reduce((total, number) => total * number, 1),
  max: (numbers) => Math.max(...numbers),
  min: (numbers) => Math.min(...numbers),
}

function folded(call: Arguments, { data, shape }: V.TensorValue): { data?: number[] } {
  const fold = FOLDED[call.name.replace("reduce_", "")]
  const isWhole = shape?.length === 1 && !call.has("axis") && call.flag("keepdims") !== true
  return fold && data && data.length > 0 && isWhole ? { data: [fold(data.map(Number))] } : {}
}

function reduced(call: Arguments, dtype: (input: V.TensorValue) => V.DataType | undefined): V.Value {
  const input = operand(call, call.required("x"))
  const axes = call.integers("axis")
  const known = folded(call, input)
  if (known.data) return call.emit([input], { shape: [] }, "int32", known)
  return call.emit([input], reduce(shapeOf(call, input), axes, call.flag("keepdims") === true), dtype(input))
}

const same = (input: V.TensorValue): V.DataType | undefined => input.dtype

const NAMES = "sum mean max min prod std var all any logsumexp median nansum nanmean nanmax nanmin nanprod nanstd nanvar nanmedian ptp"
const FROM_TENSORFLOW: Record<string, string> = { std: "reduce_std tf.math.reduce_std", var: "reduce_variance tf.math.reduce_variance" }

const namesOf = (name: string): string =>
  [
    `ops.${name}`,
    `K.${name}`,
    `js.${name}`,
    `jsT.${name}`,
    ...(FROM_TENSORFLOW[name]
      ? [`tf.math.reduce_${name === "var" ? "variance" : name}`]
      : [`tf.reduce_${name}`, `tf.math.reduce_${name}`, `tf.compat.v1.reduce_${name}`]),
  ].join(" ")

const places = (names: string, axis: string, dtype: V.DataType): Entry[] =>
  functions(names, `x, axis=${axis}, keepdims=False`, (call) => reduced(call, () => dtype))

export const reductionEntries: readonly Entry[] = [
  ...NAMES.split(" ").flatMap((name) =>
    functions(namesOf(name), "x, axis=None, keepdims=False", (call) =>
      reduced(call, name === "all" || name === "any" ? () => "bool" : same),
    ),
  ),
  ...functions(
    "ops.amax ops.amin ops.average ops.count_nonzero tf.math.count_nonzero tf.reduce_euclidean_norm tf.math.reduce_euclidean_norm js.logSumExp jsT.logSumExp",
    "x, axis=None, keepdims=False",
    (call) => reduced(call, same),
  ),
  ...functions("tf.norm tf.linalg.norm js.norm jsT.norm", "x, ord='euclidean', axis=None, keepdims=False", (call) => reduced(call, same)),
  ...functions("ops.norm ops.linalg.norm", "x, ord=None, axis=None, keepdims=False", (call) => reduced(call, same)),
  ...places("ops.argmax ops.argmin ops.nanargmax ops.nanargmin", "None", "int32"),
  ...places("K.argmax K.argmin", "-1", "int64"),
  ...places("tf.argmax tf.argmin tf.math.argmax tf.math.argmin", "0", "int64"),
  ...places("js.argMax js.argMin jsT.argMax jsT.argMin", "0", "int32"),
  ...functions("tf.nn.moments ops.moments js.moments", "x, axis, keepdims=False", (call) => {
    const input = call.tensor("x")
    const { shape, problems } = reduce(shapeOf(call, input), call.integers("axis") ?? call.integers("axes"), call.flag("keepdims") === true)
    return V.tuple(call.emitAll([input], [shape, shape], input.dtype, { problems }))
  }),
]
