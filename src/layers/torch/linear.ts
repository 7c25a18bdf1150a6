/** Linear and bilinear layers. */
import type { Arguments } from "../arguments.ts"
import { bilinear, linear } from "../../operators/multiply.ts"
import { expectSame } from "../../operators/outcome.ts"
import { equals, lessThan } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { isFloating } from "./dtypes.ts"
import { layer } from "./layer.ts"
import { materialise } from "./lazy.ts"
import { demandLast, shapeOf } from "./tensors.ts"

export function applyLinear(call: Arguments, input: V.TensorValue, weight: V.TensorValue, bias: V.TensorValue | undefined): V.Value {
  const matrix = shapeOf(call, weight)
  const [outFeatures, inFeatures] = matrix
  if (outFeatures === undefined) return call.unclear("the weight has no axes")
  const inputs = [input, weight, ...(bias ? [bias] : [])]
  // A weight without output axis is a vector: one number per row.
  if (inFeatures === undefined) {
    const shape = demandLast(call, input, ["N", outFeatures])
    return call.emit(
      inputs,
      {
        shape: shape.slice(0, -1),
        macs: linear(shape, [1, outFeatures]).macs,
        problems: expectSame("feature-mismatch", "features", outFeatures, shape.at(-1) ?? 1),
      },
      input.dtype,
    )
  }
  const { shape, macs, problems } = linear(demandLast(call, input, ["N", inFeatures]), matrix)
  return call.emit(
    inputs,
    { shape, macs, problems: firstOf([...problems, ...typeProblems(input, weight), ...biasProblems(bias, shape)]) },
    weight.dtype ?? input.dtype,
  )
}

/** One mistake is told once; conditions are all kept. */
export function firstOf(problems: readonly Problem[]): Problem[] {
  const certain = problems.find(({ undecided }) => !undecided)
  return [...(certain ? [certain] : []), ...problems.filter(({ undecided }) => undecided)]
}

export function typeProblems(input: V.TensorValue, weight: V.TensorValue): Problem[] {
  const { dtype: actual } = input
  const { dtype: expected } = weight
  if (actual === undefined || expected === undefined || actual === expected || actual.startsWith("complex")) return []
  // Half precision comes and goes with autocast; only what no setting repairs is told.
  const isWrong = !isFloating(actual) || (actual === "float64" && expected === "float32")
  return isWrong ? [{ code: "dtype-mismatch" as const, message: `expects an input of type ${expected}, got ${actual}` }] : []
}

function biasProblems(bias: V.TensorValue | undefined, shape: Shape): Problem[] {
  const [size] = bias?.shape ?? []
  const filters = shape.at(-1)
  return bias?.shape?.length === 1 && size !== undefined && filters !== undefined && size !== 1 && equals(size, filters) === false
    ? expectSame("feature-mismatch", "numbers in its bias", filters, size)
    : []
}

const flagged = (args: Arguments, shape: () => Shape): Shape | false | V.UnknownValue => {
  const flag = args.flag("bias")
  return flag === undefined ? V.unknown("whether bias is set is not known", args.place) : flag && shape()
}

const negative = (args: Arguments, ...names: string[]): string | undefined => {
  const name = names.find((candidate) => lessThan(args.size(candidate), 0) === true)
  return name && `takes no negative ${name}`
}

export const linears: readonly Entry[] = [
  ...["nn.Linear", "nn.NonDynamicallyQuantizableLinear"].map((name) =>
    layer({
      name,
      signature: "in_features, out_features, bias=True, device=None, dtype=None",
      sentence: "Multiplies the features with a learned matrix and adds a bias.",
      formula: "(in_features + 1) · out_features",
      check: (args) => negative(args, "in_features", "out_features"),
      weights: (args) => ({
        weight: [args.size("out_features"), args.size("in_features")],
        bias: flagged(args, () => [args.size("out_features")]),
      }),
      forward: (call, self) => applyLinear(call, call.tensor("input"), self.tensor("weight"), self.optionalTensor("bias")),
    }),
  ),
  layer({
    name: "nn.LazyLinear",
    signature: "out_features, bias=True, device=None, dtype=None",
    sentence: "A linear layer that learns its input size from the first input.",
    forward: (call, self) => materialise(call, self, "torch.nn.Linear", ["in_features"], -1),
  }),
  layer({
    name: "nn.Bilinear",
    signature: "in1_features, in2_features, out_features, bias=True, device=None, dtype=None",
    input: "input1, input2",
    sentence: "Multiplies two vectors with a learned matrix for each output.",
    formula: "in1_features · in2_features · out_features + out_features",
    weights: (args) => ({
      weight: [args.size("out_features"), args.size("in1_features"), args.size("in2_features")],
      bias: flagged(args, () => [args.size("out_features")]),
    }),
    forward: (call, self) => applyBilinear(call, self.tensor("weight"), self.optionalTensor("bias")),
  }),
  ...functions("F.linear torch._C._nn.linear", "input, weight, bias=None", (call) =>
    applyLinear(call, call.tensor("input"), call.tensor("weight"), call.optionalTensor("bias")),
  ),
  ...functions("F.bilinear torch.bilinear", "input1, input2, weight, bias=None", (call) =>
    applyBilinear(call, call.tensor("weight"), call.optionalTensor("bias")),
  ),
]

function applyBilinear(call: Arguments, weight: V.TensorValue, bias: V.TensorValue | undefined): V.Value {
  const [left, right] = [call.tensor("input1"), call.tensor("input2")]
  const cube = shapeOf(call, weight)
  const [first, second] = [demandLast(call, left, ["N", cube[1] ?? 1]), demandLast(call, right, ["N", cube[2] ?? 1])]
  const { shape, macs, problems } = bilinear(first, second, cube)
  const differs = first.slice(0, -1).some((size, axis) => equals(size, second[axis] ?? size) === false)
  const more = differs ? [{ code: "shape-mismatch" as const, message: "takes two inputs whose leading axes agree" }] : []
  return call.emit([left, right, weight, ...(bias ? [bias] : [])], { shape, macs, problems: firstOf([...problems, ...more]) }, left.dtype)
}
