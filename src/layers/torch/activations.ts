/** Activations, dropout and softmax: as layers, as functions and as tensor methods. */
import type { Arguments } from "../arguments.ts"
import { equals, floorDivide, isConcrete } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { dtypeOption } from "./creation.ts"
import { floatingOf } from "./dtypes.ts"
import { type Entry, functions, nativeClass } from "./define.ts"
import { isIntegral } from "./dtypes.ts"
import { layer } from "./layer.ts"
import { MODULE_CLASS } from "./module.ts"
import { inPlace, pointwise, sameShape } from "./pointwise.ts"

/** Layer, function, the constructor's signature, and what it does. */
const ACTIVATIONS: readonly (readonly [layer: string, name: string, signature: string, sentence: string])[] = [
  ["ReLU", "relu", "inplace=False", "Keeps what is positive and makes the rest zero."],
  ["ReLU6", "relu6", "inplace=False", "Keeps values between 0 and 6."],
  ["LeakyReLU", "leaky_relu", "negative_slope=0.01, inplace=False", "Like ReLU, but lets a little of the negative through."],
  ["ELU", "elu", "alpha=1.0, inplace=False", "Bends negative values smoothly towards −α."],
  ["SELU", "selu", "inplace=False", "An ELU scaled so that activations normalise themselves."],
  ["CELU", "celu", "alpha=1.0, inplace=False", "A continuously differentiable ELU."],
  ["GELU", "gelu", "approximate='none'", "Weights each value by the probability that a normal variable is smaller."],
  ["SiLU", "silu", "inplace=False", "Multiplies each value by its own sigmoid (swish)."],
  ["Mish", "mish", "inplace=False", "Multiplies each value by tanh of its softplus."],
  ["Hardswish", "hardswish", "inplace=False", "A piecewise approximation of SiLU."],
  ["Hardsigmoid", "hardsigmoid", "inplace=False", "A piecewise approximation of the sigmoid."],
  ["Hardtanh", "hardtanh", "min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None", "Cuts values off at two bounds."],
  ["Hardshrink", "hardshrink", "lambd=0.5", "Makes small values zero."],
  ["Softshrink", "softshrink", "lambd=0.5", "Moves values towards zero and stops there."],
  ["Tanhshrink", "tanhshrink", "*args, **kwargs", "Subtracts the hyperbolic tangent from each value."],
  ["Softplus", "softplus", "beta=1.0, threshold=20.0", "A smooth ReLU."],
  ["Softsign", "softsign", "*args, **kwargs", "Divides each value by one plus its magnitude."],
  ["LogSigmoid", "logsigmoid", "*args, **kwargs", "The logarithm of the sigmoid."],
  ["RReLU", "rrelu", "lower=0.125, upper=0.3333333333333333, inplace=False", "A leaky ReLU whose slope is random while training."],
  ["Threshold", "threshold", "threshold, value, inplace=False", "Replaces values that do not exceed a threshold."],
]

function activate(call: Arguments, input: V.TensorValue, isInPlace = false): V.Value {
  if (isInPlace) return inPlace(call, input)
  // These two are written with functions that make whole numbers floating; the others' kernels take no whole numbers, or keep them.
  const isFloating = /^(softsign|tanhshrink)$/i.test(call.name)
  return sameShape(call, input, isFloating ? floatingOf(input.dtype) : input.dtype)
}

const activationLayers: Entry[] = ACTIVATIONS.map(([name, , signature, sentence]) =>
  layer({
    name: `nn.${name}`,
    signature,
    sentence,
    forward: (call) => activate(call, call.tensor("input")),
  }),
)

const activationFunctions: Entry[] = ACTIVATIONS.filter(([, name]) => name !== "relu").flatMap(([, name]) => {
  const functional = functions(`F.${name} torch.${name} Tensor.${name}`, "input, *args, **kwargs", (call) =>
    activate(call, call.tensor("input")),
  )
  return [
    ...functional,
    ...functions(`F.${name}_ torch.${name}_ Tensor.${name}_`, "input, *args, **kwargs", (call) =>
      activate(call, call.tensor("input"), true),
    ),
  ]
})

const simple: Entry[] = [
  ...functions("F.relu", "input, inplace=False", (call) => activate(call, call.tensor("input"))),
  ...functions("F.relu_", "input", (call) => activate(call, call.tensor("input"), true)),
  ...functions("F.sigmoid F.tanh", "input", (call) =>
    sameShape(call, call.tensor("input"), isIntegral(call.tensor("input").dtype) ? "float32" : call.tensor("input").dtype),
  ),
  ...functions("F.hardtanh_", "input, min_val=-1.0, max_val=1.0", (call) => activate(call, call.tensor("input"), true)),
  layer({
    name: "nn.Sigmoid",
    signature: "*args, **kwargs",
    sentence: "Squeezes values between 0 and 1.",
    forward: (call) => floating(call),
  }),
  layer({
    name: "nn.Tanh",
    signature: "*args, **kwargs",
    sentence: "Squeezes values between −1 and 1.",
    forward: (call) => floating(call),
  }),
  layer({
    name: "nn.Identity",
    signature: "*args, **kwargs",
    sentence: "Gives back what it is given.",
    forward: (call) => call.read("input") ?? V.NONE,
  }),
]

const floating = (call: Arguments): V.Value => {
  const input = call.tensor("input")
  return sameShape(call, input, isIntegral(input.dtype) ? "float32" : input.dtype)
}

/** The axis counted from the front; a problem when there is none of that number. */
export function checkedAxis(axis: number, shape: Shape): { axis: number; problems: Problem[] } {
  const { length } = shape
  const found = axis < 0 ? axis + length : axis
  // A scalar may be treated as if it had one axis.
  if (found >= 0 && found < Math.max(1, length)) return { axis: found, problems: [] }
  const range = length <= 1 ? "-1 and 0" : `${-length} and ${length - 1}`
  return {
    axis: 0,
    problems: [
      { code: "axis-out-of-range", message: `names axis ${axis}, but the axes of a tensor of rank ${length} are between ${range}` },
    ],
  }
}

/** Softmax and the like: normalises along one axis. */
function along(call: Arguments, dim: number | undefined, dtype?: V.DataType): V.Value {
  const input = call.tensor("input")
  const problems = input.shape && dim !== undefined ? checkedAxis(dim, input.shape).problems : []
  if (problems.length === 0) return sameShape(call, input, dtype ?? input.dtype)
  return call.emit([input], { shape: input.shape, problems }, input.dtype)
}

const SOFTMAX: readonly (readonly [string, string, string])[] = [
  ["Softmax", "softmax", "Turns values along an axis into probabilities."],
  ["LogSoftmax", "log_softmax", "The logarithm of softmax."],
  ["Softmin", "softmin", "Softmax of the negated values."],
]

const softmaxes: Entry[] = [
  ...SOFTMAX.flatMap(([name, lower, sentence]) => [
    layer({ name: `nn.${name}`, signature: "dim=None", sentence, forward: (call, self) => along(call, self.optionalInteger("dim")) }),
    ...functions(`F.${lower} torch.${lower} Tensor.${lower}`, "input, dim=None, _stacklevel=3, dtype=None", (call) => {
      const second = call.value("_stacklevel")
      const stated = call.has("dtype")
        ? dtypeOption(call, undefined)
        : second?.kind === "instance"
          ? dtypeOption(call, undefined, "_stacklevel")
          : undefined
      return along(call, call.optionalInteger("dim"), stated)
    }),
  ]),
  layer({
    name: "nn.Softmax2d",
    signature: "*args, **kwargs",
    sentence: "Softmax over the channels at each position.",
    forward: (call) => along(call, -3),
  }),
  ...functions("F.gumbel_softmax", "logits, tau=1, hard=False, eps=1e-10, dim=-1", (call) =>
    sameShape(call, call.tensor("logits"), call.tensor("logits").dtype),
  ),
]

const DROPOUTS: readonly (readonly [string, string])[] = [
  ["Dropout", "Makes random values zero while training; does nothing in use."],
  ["Dropout1d", "Makes random channels zero while training; does nothing in use."],
  ["Dropout2d", "Makes random channels zero while training; does nothing in use."],
  ["Dropout3d", "Makes random channels zero while training; does nothing in use."],
  ["AlphaDropout", "Dropout that keeps mean and variance, for SELU networks."],
  ["FeatureAlphaDropout", "Alpha dropout of whole channels."],
]

const DROPOUT_BASE = nativeClass({ name: "torch.nn._DropoutNd", bases: [MODULE_CLASS] })

function wrongProbability(call: Arguments): string | undefined {
  const p = call.number("p")
  return p !== undefined && (p < 0 || p > 1) ? `takes a probability p between 0 and 1, got ${p}` : undefined
}

const dropouts: Entry[] = [
  ["torch.nn._DropoutNd", () => DROPOUT_BASE],
  ...DROPOUTS.map(([name, sentence]) =>
    layer({
      name: `nn.${name}`,
      base: DROPOUT_BASE,
      signature: "p=0.5, inplace=False",
      sentence,
      check: wrongProbability,
      forward: (call) => sameShape(call, call.tensor("input"), call.tensor("input").dtype),
    }),
  ),
  ...functions(
    "F.dropout F.dropout1d F.dropout2d F.dropout3d F.alpha_dropout F.feature_alpha_dropout torch.dropout",
    "input, p=0.5, training=True, inplace=False",
    (call) => {
      const wrong = wrongProbability(call)
      if (wrong !== undefined) call.problem("argument-error", `${call.name} ${wrong}`)
      // With nothing to drop torch gives back what it was given.
      if (call.number("p") === 0) return call.tensor("input")
      return sameShape(call, call.tensor("input"), call.tensor("input").dtype)
    },
  ),
]

/** Gates one half of an axis by the other. */
function gate(call: Arguments, dim: number): V.Value {
  const input = call.tensor("input")
  if (!input.shape) return V.unknown(input.unknown?.reason ?? "the shape of the input is not known", call.place)
  const { axis, problems } = checkedAxis(dim, input.shape)
  const size = input.shape[axis] ?? 1
  if (typeof size === "number" && size % 2 === 1)
    problems.push({ code: "indivisible", message: `halves axis ${dim}, whose size ${size} is odd` })
  const shape = input.shape.map((old, index) => (index === axis ? floorDivide(old, 2) : old))
  return call.emit([input], { shape, problems }, input.dtype)
}

/** PReLU learns one slope, or one for each channel. */
function prelu(call: Arguments, weight: V.TensorValue): V.Value {
  const input = call.tensor("input")
  const slopes = weight.shape?.[0]
  const channels = input.shape && input.shape.length > 1 ? input.shape[1] : 1
  const problems: Problem[] = []
  if (
    slopes !== undefined &&
    isConcrete(slopes) &&
    slopes !== 1 &&
    channels !== undefined &&
    equals(slopes, channels) === false &&
    input.shape
  )
    problems.push({
      code: "channel-mismatch",
      message: `has ${slopes} slopes for ${String(channels)} channels`,
      fix: { argument: "num_parameters", value: String(channels) },
    })
  if (problems.length > 0) return call.emit([input, weight], { shape: input.shape, problems }, input.dtype)
  return sameShape(call, input, input.dtype, {}, [input, weight])
}

const gated: Entry[] = [
  layer({
    name: "nn.GLU",
    signature: "dim=-1",
    sentence: "Halves an axis and gates one half by the sigmoid of the other.",
    forward: (call, self) => gate(call, self.integer("dim")),
  }),
  ...functions("F.glu torch.glu", "input, dim=-1", (call) => gate(call, call.integer("dim"))),
  layer({
    name: "nn.PReLU",
    signature: "num_parameters=1, init=0.25, device=None, dtype=None",
    sentence: "A leaky ReLU that learns its slopes.",
    formula: "num_parameters",
    weights: (args) => ({ weight: [args.size("num_parameters")] }),
    forward: (call, self) => prelu(call, self.tensor("weight")),
  }),
  ...functions("F.prelu torch.prelu Tensor.prelu", "input, weight", (call) => prelu(call, call.tensor("weight"))),
]

export const activations: readonly Entry[] = [
  ...pointwise,
  ...activationFunctions,
  ...activationLayers,
  ...simple,
  ...softmaxes,
  ...dropouts,
  ...gated,
]
