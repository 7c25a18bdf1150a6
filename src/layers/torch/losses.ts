/** Losses: numbers without axes, or one per element where nothing is reduced. */
import type { Arguments } from "../arguments.ts"
import { dimText, equals, product } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { broadcast, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, functions, nativeClass } from "./define.ts"
import { isFloating, isIntegral } from "./dtypes.ts"
import { type Layer, layer } from "./layer.ts"
import { MODULE_CLASS } from "./module.ts"
import { shapeOf } from "./tensors.ts"

/** The reduction that counts: the old flags `size_average` and `reduce` win over the new one, as in torch. */
function reductionOf(call: Arguments): string {
  const [average, reduce] = [call.value("size_average"), call.value("reduce")]
  if (average === undefined && reduce === undefined) return call.text("reduction") ?? "mean"
  if (reduce && call.interpreter.truth(reduce) === false) return "none"
  return average && call.interpreter.truth(average) === false ? "sum" : "mean"
}

/** The shape without reduction, and what is wrong. */
interface Unreduced {
  readonly shape: Shape | undefined
  readonly problems: readonly Problem[]
}
type Rule = (call: Arguments, tensors: readonly V.TensorValue[]) => Unreduced

const shapeList = (shape: Shape): string => `(${shape.map(dimText).join(", ")})`

/** Two tensors that broadcast, as torch does with a warning. */
const together: Rule = (_, [input, target]) => {
  if (!input?.shape || !target?.shape) return { shape: undefined, problems: [] }
  const { shape, problems } = broadcast(input.shape, target.shape)
  return { shape, problems }
}

/** Two tensors that must have one shape. */
const alike: Rule = (_, [input, target]) => {
  if (!input?.shape || !target?.shape) return { shape: undefined, problems: [] }
  const [left, right] = [input.shape, target.shape]
  const differs = left.length !== right.length || left.some((size, axis) => equals(size, right[axis] ?? 0) === false)
  const problem = { code: "shape-mismatch" as const, message: `expects a target of shape ${shapeList(left)}, got ${shapeList(right)}` }
  return { shape: left, problems: differs ? [problem] : [] }
}

/** Probabilities or scores of two classes: the target has their shape, and their kind of number. */
const binary: Rule = (call, tensors) => {
  const { shape, problems } = alike(call, tensors)
  const [input, target] = tensors
  const isWhole = isFloating(input?.dtype) && isIntegral(target?.dtype)
  const message = `expects a target of ${input?.dtype}, got ${target?.dtype}`
  return { shape, problems: isWhole ? [...problems, { code: "dtype-mismatch", message }] : problems }
}

/** Scores [N, C, …] against class numbers [N, …] or, for cross entropy, probabilities of the same shape. */
const classes =
  (takesProbabilities: boolean): Rule =>
  (_, [input, target]) => {
    if (!input?.shape || !target?.shape) return { shape: undefined, problems: [] }
    const [scores, labels] = [input.shape, target.shape]
    const rest = scores.length === 1 ? [] : [...scores.slice(0, 1), ...scores.slice(2)]
    const isProbability = takesProbabilities && labels.length === scores.length && !isIntegral(target.dtype)
    const wanted = isProbability ? scores : rest
    const differs = wanted.length !== labels.length || wanted.some((size, axis) => equals(size, labels[axis] ?? 0) === false)
    const problems: Problem[] = differs
      ? [
          {
            code: "shape-mismatch",
            message: `expects a target of shape ${shapeList(wanted)} for scores of shape ${shapeList(scores)}, got ${shapeList(labels)}`,
          },
        ]
      : []
    if (!differs && !isProbability && target.dtype?.startsWith("float"))
      problems.push({ code: "dtype-mismatch" as const, message: `expects class numbers of type int64, got ${target.dtype}` })
    return { shape: rest, problems }
  }

/** One loss per row: the last axis is consumed. */
const rows: Rule = (_, [input]) => ({ shape: input?.shape?.slice(0, -1), problems: [] })
const firstAxis: Rule = (_, [input]) => ({ shape: input?.shape?.slice(0, 1), problems: [] })

interface LossDefinition {
  readonly layer: string
  readonly function: string
  /** of the layer */
  readonly signature: string
  readonly tensors: string
  /** the function's arguments after the tensors, when they differ from the layer's */
  readonly options?: string
  readonly rule: Rule
  readonly sentence: string
}

const OLD = "size_average=None, reduce=None, reduction='mean'"

const LOSSES: readonly LossDefinition[] = [
  {
    layer: "L1Loss",
    function: "l1_loss",
    signature: OLD,
    options: `${OLD}, weight=None`,
    tensors: "input, target",
    rule: together,
    sentence: "The mean absolute difference.",
  },
  {
    layer: "MSELoss",
    function: "mse_loss",
    signature: OLD,
    options: `${OLD}, weight=None`,
    tensors: "input, target",
    rule: together,
    sentence: "The mean squared difference.",
  },
  {
    layer: "SmoothL1Loss",
    function: "smooth_l1_loss",
    signature: `${OLD}, beta=1.0`,
    tensors: "input, target",
    rule: together,
    sentence: "Squared below beta, absolute above.",
  },
  {
    layer: "HuberLoss",
    function: "huber_loss",
    signature: "reduction='mean', delta=1.0",
    options: "reduction='mean', delta=1.0, weight=None",
    tensors: "input, target",
    rule: together,
    sentence: "Squared below delta, linear above.",
  },
  {
    layer: "KLDivLoss",
    function: "kl_div",
    signature: `${OLD}, log_target=False`,
    tensors: "input, target",
    rule: together,
    sentence: "How far one distribution is from another.",
  },
  {
    layer: "BCELoss",
    function: "binary_cross_entropy",
    signature: `weight=None, ${OLD}`,
    tensors: "input, target",
    rule: binary,
    sentence: "Cross entropy of probabilities of two classes.",
  },
  {
    layer: "BCEWithLogitsLoss",
    function: "binary_cross_entropy_with_logits",
    signature: `weight=None, ${OLD}, pos_weight=None`,
    tensors: "input, target",
    rule: binary,
    sentence: "Cross entropy of two classes, from scores.",
  },
  {
    layer: "CrossEntropyLoss",
    function: "cross_entropy",
    signature: "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
    tensors: "input, target",
    rule: classes(true),
    sentence: "Cross entropy of classes, from scores.",
  },
  {
    layer: "NLLLoss",
    function: "nll_loss",
    signature: "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
    tensors: "input, target",
    rule: classes(false),
    sentence: "The negative log-likelihood of classes.",
  },
  {
    layer: "NLLLoss2d",
    function: "nll_loss2d",
    signature: "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
    tensors: "input, target",
    rule: classes(false),
    sentence: "The negative log-likelihood of classes.",
  },
  {
    layer: "PoissonNLLLoss",
    function: "poisson_nll_loss",
    signature: "log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'",
    tensors: "input, target",
    rule: together,
    sentence: "The negative log-likelihood of counts.",
  },
  {
    layer: "GaussianNLLLoss",
    function: "gaussian_nll_loss",
    signature: "*, full=False, eps=1e-06, reduction='mean'",
    options: "full=False, eps=1e-06, reduction='mean'",
    tensors: "input, target, var",
    rule: together,
    sentence: "The negative log-likelihood of a normal distribution.",
  },
  {
    layer: "HingeEmbeddingLoss",
    function: "hinge_embedding_loss",
    signature: `margin=1.0, ${OLD}`,
    tensors: "input, target",
    rule: together,
    sentence: "Whether two inputs are similar, with a margin.",
  },
  {
    layer: "SoftMarginLoss",
    function: "soft_margin_loss",
    signature: OLD,
    tensors: "input, target",
    rule: together,
    sentence: "A logistic loss of two classes.",
  },
  {
    layer: "MarginRankingLoss",
    function: "margin_ranking_loss",
    signature: `margin=0.0, ${OLD}`,
    tensors: "input1, input2, target",
    rule: together,
    sentence: "Whether the first ranks above the second.",
  },
  {
    layer: "TripletMarginLoss",
    function: "triplet_margin_loss",
    signature: `margin=1.0, p=2.0, eps=1e-06, swap=False, ${OLD}`,
    tensors: "anchor, positive, negative",
    rule: rows,
    sentence: "Pulls the positive nearer than the negative.",
  },
  {
    layer: "TripletMarginWithDistanceLoss",
    function: "triplet_margin_with_distance_loss",
    signature: "*, distance_function=None, margin=1.0, swap=False, reduction='mean'",
    tensors: "anchor, positive, negative",
    rule: rows,
    sentence: "Pulls the positive nearer than the negative, by a distance of your own.",
  },
  {
    layer: "CosineEmbeddingLoss",
    function: "cosine_embedding_loss",
    signature: `margin=0.0, ${OLD}`,
    tensors: "input1, input2, target",
    rule: pairs,
    sentence: "Whether two vectors point the same way.",
  },
  {
    layer: "MultiMarginLoss",
    function: "multi_margin_loss",
    signature: `p=1, margin=1.0, weight=None, ${OLD}`,
    tensors: "input, target",
    rule: firstAxis,
    sentence: "A hinge loss of classes.",
  },
  {
    layer: "MultiLabelMarginLoss",
    function: "multilabel_margin_loss",
    signature: OLD,
    tensors: "input, target",
    rule: firstAxis,
    sentence: "A hinge loss of several classes at once.",
  },
  {
    layer: "MultiLabelSoftMarginLoss",
    function: "multilabel_soft_margin_loss",
    signature: `weight=None, ${OLD}`,
    tensors: "input, target",
    rule: (call, tensors) => {
      const { shape, problems } = together(call, tensors)
      return { shape: shape?.slice(0, -1), problems }
    },
    sentence: "Cross entropy of several classes at once.",
  },
  {
    layer: "CTCLoss",
    function: "ctc_loss",
    signature: "blank=0, reduction='mean', zero_infinity=False",
    tensors: "log_probs, targets, input_lengths, target_lengths",
    rule: aligned,
    sentence: "Aligns a sequence with a shorter one of labels.",
  },
]

/** Scores [T, N, C]: the lengths are one for each of the N sequences. */
function aligned(_: Arguments, [scores, , ...lengths]: readonly V.TensorValue[]): Unreduced {
  if (scores?.shape?.length !== 3) return { shape: scores?.shape?.slice(1, 2), problems: [] }
  const [, sequences = 1] = scores.shape
  const wrong = lengths.find(({ shape }) => shape?.length === 1 && equals(shape[0] ?? 1, sequences) === false)
  const message = `expects lengths of ${dimText(sequences)} sequences for scores of shape ${shapeList(scores.shape)}, got ${shapeList(wrong?.shape ?? [])}`
  return { shape: [sequences], problems: wrong ? [{ code: "shape-mismatch", message }] : [] }
}

/** One number per pair; the targets must be as many. */
function pairs(_: Arguments, [left, , target]: readonly V.TensorValue[]): Unreduced {
  const shape = left?.shape?.slice(0, -1)
  const differs =
    shape &&
    target?.shape &&
    (target.shape.length !== shape.length || shape.some((size, axis) => equals(size, target.shape?.[axis] ?? 0) === false))
  const problems = differs
    ? [{ code: "shape-mismatch" as const, message: `expects a target of shape ${shapeList(shape)}, got ${shapeList(target.shape ?? [])}` }]
    : []
  return { shape, problems }
}

function evaluateLoss(call: Arguments, options: Arguments, { tensors, rule }: LossDefinition): V.Value {
  const inputs = tensors.split(", ").map((name) => call.tensor(name))
  const { shape, problems } = rule(call, inputs)
  const reduction = reductionOf(options)
  const known = reduction === "none" ? shape : []
  const dtype = isIntegral(inputs[0]?.dtype) ? "float32" : inputs[0]?.dtype
  const why = inputs.find(({ shape: own }) => own === undefined)?.unknown ?? V.unknown("the shape of an input is not known", call.place)
  return call.emit(inputs, { shape: known, problems }, dtype, known === undefined ? { unknown: why } : {})
}

const BASE = nativeClass({ name: "torch.nn._Loss", bases: [MODULE_CLASS] })
const WEIGHTED = nativeClass({ name: "torch.nn._WeightedLoss", bases: [BASE] })

/** Class weights are buffers, as torch registers them. */
function weightBuffers(args: Arguments): Record<string, Shape | false> {
  const found: Record<string, Shape | false> = {}
  for (const name of ["weight", "pos_weight"]) {
    const value = args.value(name)
    if (value?.kind === "tensor" && value.shape) found[name] = value.shape
  }
  return found
}

/** Scores by a linear layer, and their cross entropy, in one. */
const linearCrossEntropy = layer({
  name: "nn.LinearCrossEntropyLoss",
  base: WEIGHTED,
  signature:
    "in_features, num_classes, *, out_features=(), bias=False, device=None, dtype=None, reduction='mean', weight=None, ignore_index=None, label_smoothing=0.0, options=None",
  input: "input, target",
  sentence: "A linear layer and the cross entropy of what it gives.",
  children: (args) => {
    const cls = args.interpreter.catalogue("torch.nn.Linear")
    const outgoing = product([args.size("num_classes"), ...args.sizes("out_features")])
    const given = [V.integer(args.size("in_features")), V.integer(outgoing), args.read("bias") ?? V.FALSE]
    return { linear: cls ? callWith(args.interpreter, cls, given, args.place) : V.NONE }
  },
  forward: (call, self) => {
    const [input, target] = [call.tensor("input"), call.tensor("target")]
    const rows = shapeOf(call, input).slice(0, -1)
    const further = self.sizes("out_features")
    const macs = product([...shapeOf(call, input), self.size("num_classes"), ...further])
    return call.emit([input, target], { shape: reductionOf(self) === "none" ? [...rows, ...further] : [], macs }, input.dtype)
  },
})

export const losses: readonly Entry[] = [
  linearCrossEntropy,
  ["torch.nn._Loss", () => BASE],
  ["torch.nn._WeightedLoss", () => WEIGHTED],
  ...LOSSES.flatMap((definition) => [
    layer({
      name: `nn.${definition.layer}`,
      base: definition.signature.includes("weight") ? WEIGHTED : BASE,
      signature: definition.signature,
      input: definition.tensors,
      sentence: definition.sentence,
      buffers: weightBuffers,
      forward: (call, self: Layer) => evaluateLoss(call, self, definition),
    }),
    ...functions(
      `F.${definition.function} torch.${definition.function}`,
      `${definition.tensors}, ${definition.options ?? definition.signature}`,
      (call) => evaluateLoss(call, call, definition),
    ),
  ]),
]
