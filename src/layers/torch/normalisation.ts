/** Normalisation: batch, layer, group, instance, RMS and local response. The shape stays; channels must agree. */
import type { Arguments } from "../arguments.ts"
import { expectRank, expectSame } from "../../operators/outcome.ts"
import { type Dim, dimText, divides, equals } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions, nativeClass } from "./define.ts"
import { type LayerDefinition, layer, layerClass } from "./layer.ts"
import { materialise } from "./lazy.ts"
import { MODULE_CLASS } from "./module.ts"
import { sameShape } from "./pointwise.ts"
import { demand, demandLast } from "./tensors.ts"

const SPATIAL: readonly (readonly string[])[] = [[], ["L"], ["H", "W"], ["D", "H", "W"]]

const mismatch = (expected: Dim, actual: Dim | undefined, argument?: string): Problem[] =>
  actual === undefined ? [] : expectSame("channel-mismatch", "channels", expected, actual, argument)

/** Keeps the input's shape and reports; everything here works so. */
function normalise(
  call: Arguments,
  input: V.TensorValue,
  shape: Shape,
  problems: readonly Problem[],
  weights: readonly (V.TensorValue | undefined)[] = [],
): V.Value {
  const inputs = [input, ...weights.filter((weight) => weight !== undefined)]
  return call.emit(inputs, { shape, problems }, input.dtype)
}

const BATCH_SIGNATURE =
  "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"
const INSTANCE_SIGNATURE =
  "num_features, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True"

const NORM_BASE = nativeClass({ name: "torch.nn._NormBase", bases: [MODULE_CLASS] })

/** A weight that hangs on a flag; nobody knows whether it is there when nobody knows the flag. */
export function when(call: Arguments, flag: string, shape: () => Shape): Shape | false | V.UnknownValue {
  const known = call.flag(flag)
  if (known === undefined) return V.unknown(`whether ${flag} is set is not known`, call.place)
  return known && shape()
}

const affine: LayerDefinition["weights"] = (args) => {
  const shape = (): Shape => [args.size("num_features")]
  const weight = when(args, "affine", shape)
  return { weight, bias: args.flag("bias") === false ? false : weight }
}
const statistics: LayerDefinition["buffers"] = (args) => {
  const running = when(args, "track_running_stats", () => [args.size("num_features")])
  return { running_mean: running, running_var: running, num_batches_tracked: running && !("kind" in running) ? [] : running }
}

const BATCH_BASE = layerClass({
  name: "nn._BatchNorm",
  base: NORM_BASE,
  signature: BATCH_SIGNATURE,
  sentence: "Normalises each channel over the batch.",
  weights: affine,
  buffers: statistics,
  forward: (call, self) => batchNorm(call, self, undefined),
})

/** Batch and instance normalisation over `axes` spatial axes; undefined takes any. */
function batchNorm(call: Arguments, self: Arguments, ranks: readonly number[] | undefined, channelAxis = 1): V.Value {
  const input = call.tensor("input")
  const features = self.size("num_features")
  const wanted = ["N", features, ...(SPATIAL[(ranks?.at(-1) ?? 4) - 2] ?? [])]
  // With or without a length: of what is unknown for a reason nothing is said.
  const shape = ranks?.[0] === 2 ? demandLast(call, input, wanted) : demand(call, input, wanted)
  const axis = channelAxis < 0 ? shape.length + channelAxis : channelAxis
  const problems = [
    ...(ranks ? expectRank(shape, ...ranks) : []),
    ...(ranks && !ranks.includes(shape.length) ? [] : mismatch(features, shape[axis], "num_features")),
  ]
  return normalise(call, input, shape, problems, [self.optionalTensor("weight"), self.optionalTensor("bias")])
}

const batchNorms: Entry[] = [
  ["torch.nn._NormBase", () => NORM_BASE],
  ["torch.nn._BatchNorm", () => BATCH_BASE],
  ...(
    [
      ["1d", [2, 3]],
      ["2d", [4]],
      ["3d", [5]],
    ] as const
  ).flatMap(([suffix, ranks]) => [
    layer({
      name: `nn.BatchNorm${suffix}`,
      base: BATCH_BASE,
      signature: BATCH_SIGNATURE,
      sentence: "Normalises each channel over the batch, then scales and shifts it.",
      formula: "2 · num_features",
      weights: affine,
      buffers: statistics,
      forward: (call, self) => batchNorm(call, self, ranks),
    }),
    layer({
      name: `nn.LazyBatchNorm${suffix}`,
      base: BATCH_BASE,
      signature: BATCH_SIGNATURE.replace("num_features, ", ""),
      sentence: "Batch normalisation that learns its channel count from the first input.",
      forward: (call, self) => materialise(call, self, `torch.nn.BatchNorm${suffix}`, ["num_features"]),
    }),
  ]),
  layer({
    name: "nn.SyncBatchNorm",
    base: BATCH_BASE,
    signature: BATCH_SIGNATURE.replace("device", "process_group=None, device"),
    sentence: "Batch normalisation over all processes.",
    formula: "2 · num_features",
    weights: affine,
    buffers: statistics,
    forward: (call, self) => batchNorm(call, self, undefined),
    more: [
      [
        "convert_sync_batchnorm",
        {
          kind: "property",
          form: "classmethod",
          get: V.native("torch.nn.SyncBatchNorm.convert_sync_batchnorm", (_, { positional: [, module = V.NONE] }) => module),
        },
      ],
    ],
  }),
]

const INSTANCE_BASE = nativeClass({ name: "torch.nn._InstanceNorm", bases: [NORM_BASE] })

/** Without learned weights instance normalisation takes any channel count. */
function instanceNorm(call: Arguments, self: Arguments, rank: number): V.Value {
  const input = call.tensor("input")
  const features = self.size("num_features")
  const shape = demand(call, input, ["N", features, ...(SPATIAL[rank - 2] ?? [])])
  const checks = self.has("weight") || self.has("running_mean")
  const wrongRank = expectRank(shape, rank - 1, rank)
  const problems = [
    ...wrongRank,
    ...(checks && wrongRank.length === 0 ? mismatch(features, shape[shape.length - rank + 1], "num_features") : []),
  ]
  return normalise(call, input, shape, problems, [self.optionalTensor("weight"), self.optionalTensor("bias")])
}

const instanceNorms: Entry[] = [
  ["torch.nn._InstanceNorm", () => INSTANCE_BASE],
  ...(
    [
      ["1d", 3],
      ["2d", 4],
      ["3d", 5],
    ] as const
  ).flatMap(([suffix, rank]) => [
    layer({
      name: `nn.InstanceNorm${suffix}`,
      base: INSTANCE_BASE,
      signature: INSTANCE_SIGNATURE,
      sentence: "Normalises each channel of each sample on its own.",
      formula: "2 · num_features, if affine",
      weights: affine,
      buffers: statistics,
      forward: (call, self) => instanceNorm(call, self, rank),
    }),
    layer({
      name: `nn.LazyInstanceNorm${suffix}`,
      base: INSTANCE_BASE,
      // As torch has it, although the layer it becomes has other defaults.
      signature: INSTANCE_SIGNATURE.replace("num_features, ", "").replace(
        "affine=False, track_running_stats=False",
        "affine=True, track_running_stats=True",
      ),
      sentence: "Instance normalisation that learns its channel count from the first input.",
      forward: (call, self) => materialise(call, self, `torch.nn.InstanceNorm${suffix}`, ["num_features"]),
    }),
  ]),
]

/** The last axes must be what is normalised. */
function layerNorm(
  call: Arguments,
  input: V.TensorValue,
  normalised: readonly Dim[],
  weights: readonly (V.TensorValue | undefined)[],
): V.Value {
  const shape = demandLast(call, input, normalised.length === 1 ? ["N", "L", ...normalised] : ["N", ...normalised])
  const tail = shape.slice(Math.max(0, shape.length - normalised.length))
  const differs = shape.length < normalised.length || normalised.some((size, index) => equals(size, tail[index] ?? 0) === false)
  const problems: Problem[] = differs
    ? [
        {
          code: "shape-mismatch",
          message: `normalises (${normalised.map(dimText).join(", ")}), but the input's last axes are (${tail.map(dimText).join(", ")})`,
          ...(normalised.length === 1 && typeof tail[0] === "number" && { fix: { argument: "normalized_shape", value: String(tail[0]) } }),
        },
      ]
    : []
  for (const weight of weights)
    if (weight?.shape && weight.shape.some((size, index) => equals(size, normalised[index] ?? 0) === false))
      problems.push({
        code: "shape-mismatch",
        message: `has a weight of shape (${weight.shape.map(dimText).join(", ")}) for normalised axes (${normalised.map(dimText).join(", ")})`,
      })
  return normalise(call, input, shape, problems.slice(0, 1), weights)
}

/** `normalized_shape` is kept as a tuple. */
const normalisedShape: LayerDefinition["attributes"] = (args) => ({
  normalized_shape: V.tuple(args.sizes("normalized_shape").map(V.integer)),
})

const layerNorms: Entry[] = [
  layer({
    name: "nn.LayerNorm",
    signature: "normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None",
    sentence: "Normalises the last axes of each sample, then scales and shifts them.",
    formula: "2 · normalized_shape",
    attributes: normalisedShape,
    weights: (args) => {
      const weight = when(args, "elementwise_affine", () => args.sizes("normalized_shape"))
      return { weight, bias: weight && when(args, "bias", () => args.sizes("normalized_shape")) }
    },
    forward: (call, self) =>
      layerNorm(call, call.tensor("input"), self.sizes("normalized_shape"), [self.optionalTensor("weight"), self.optionalTensor("bias")]),
  }),
  layer({
    name: "nn.RMSNorm",
    signature: "normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None",
    input: "x",
    sentence: "Divides the last axes by their root mean square, then scales them.",
    formula: "normalized_shape",
    attributes: normalisedShape,
    weights: (args) => ({ weight: when(args, "elementwise_affine", () => args.sizes("normalized_shape")) }),
    forward: (call, self) => layerNorm(call, call.tensor("x"), self.sizes("normalized_shape"), [self.optionalTensor("weight")]),
  }),
  ...functions("F.layer_norm torch.layer_norm", "input, normalized_shape, weight=None, bias=None, eps=1e-05, cudnn_enable=True", (call) =>
    layerNorm(call, call.tensor("input"), call.sizes("normalized_shape"), [call.optionalTensor("weight"), call.optionalTensor("bias")]),
  ),
  ...functions("F.rms_norm torch.rms_norm", "input, normalized_shape, weight=None, eps=None", (call) =>
    layerNorm(call, call.tensor("input"), call.sizes("normalized_shape"), [call.optionalTensor("weight")]),
  ),
]

function groupNorm(call: Arguments, groups: Dim, channels: Dim | undefined, weights: readonly (V.TensorValue | undefined)[]): V.Value {
  const input = call.tensor("input")
  const shape = demandLast(call, input, ["N", channels ?? "C", "H", "W"])
  const actual = shape[1]
  const problems =
    shape.length < 2
      ? [{ code: "rank-mismatch" as const, message: `expects 2 axes or more, got ${shape.length}` }]
      : channels === undefined
        ? []
        : mismatch(channels, actual, "num_channels")
  if (problems.length === 0 && actual !== undefined && divides(groups, actual) === false)
    problems.push({
      code: "indivisible" as const,
      message: `cannot split ${dimText(actual)} channels into ${dimText(groups)} equal groups`,
    })
  return normalise(call, input, shape, problems, weights)
}

const groupNorms: Entry[] = [
  layer({
    name: "nn.GroupNorm",
    signature: "num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, *, bias=True",
    sentence: "Normalises groups of channels of each sample, then scales and shifts each channel.",
    formula: "2 · num_channels",
    check: (args) => {
      const [groups, channels] = [args.size("num_groups"), args.size("num_channels")]
      return divides(groups, channels) === false
        ? `cannot split num_channels=${dimText(channels)} into num_groups=${dimText(groups)} equal groups`
        : undefined
    },
    weights: (args) => {
      const weight = when(args, "affine", () => [args.size("num_channels")])
      return { weight, bias: args.flag("bias") === false ? false : weight }
    },
    forward: (call, self) =>
      groupNorm(call, self.size("num_groups"), self.size("num_channels"), [self.optionalTensor("weight"), self.optionalTensor("bias")]),
  }),
  ...functions("F.group_norm torch.group_norm", "input, num_groups, weight=None, bias=None, eps=1e-05, cudnn_enabled=True", (call) =>
    groupNorm(call, call.size("num_groups"), undefined, [call.optionalTensor("weight"), call.optionalTensor("bias")]),
  ),
]

const functionals: Entry[] = [
  ...functions(
    "F.batch_norm torch.batch_norm",
    "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05, cudnn_enabled=True",
    (call) => {
      const input = call.tensor("input")
      const mean = call.optionalTensor("running_mean")
      const problems = mean?.shape?.[0] !== undefined && input.shape ? mismatch(mean.shape[0], input.shape[1]) : []
      const weights = [mean, call.optionalTensor("running_var"), call.optionalTensor("weight"), call.optionalTensor("bias")].filter(
        (weight) => weight !== undefined,
      )
      return problems.length > 0
        ? call.emit([input, ...weights], { shape: input.shape, problems }, input.dtype)
        : sameShape(call, input, input.dtype, {}, [input, ...weights])
    },
  ),
  ...functions(
    "F.instance_norm torch.instance_norm",
    "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05, cudnn_enabled=True",
    (call) => sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  ),
  ...functions("F.local_response_norm", "input, size, alpha=0.0001, beta=0.75, k=1.0", (call) =>
    sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  ),
  ...functions("F.normalize", "input, p=2.0, dim=1, eps=1e-12, out=None", (call) =>
    sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  ),
  layer({
    name: "nn.LocalResponseNorm",
    signature: "size, alpha=0.0001, beta=0.75, k=1.0",
    sentence: "Divides each value by the energy of neighbouring channels.",
    forward: (call) => sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  }),
  layer({
    name: "nn.CrossMapLRN2d",
    signature: "size, alpha=0.0001, beta=0.75, k=1",
    sentence: "Divides each value by the energy of neighbouring channels.",
    forward: (call) => sameShape(call, call.tensor("input"), call.tensor("input").dtype),
  }),
]

export const normalisations: readonly Entry[] = [...batchNorms, ...instanceNorms, ...layerNorms, ...groupNorms, ...functionals]
