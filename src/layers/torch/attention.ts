/** Attention of torch: scaled dot products, and the layer with several heads and its projections. */
import type { Arguments } from "../arguments.ts"
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { expectRank, expectSame } from "../../operators/outcome.ts"
import { add, type Dim, dimText, divides, equals, floorDivide, multiply, product, sum } from "../../values/dim.ts"
import type { AttentionMask } from "../../values/interpreter.ts"
import type { Problem } from "../../values/problem.ts"
import { broadcast, sameShape, type Shape, shapeText } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, functions } from "./define.ts"
import { type Layer, layer, type Weight } from "./layer.ts"
import { firstOf } from "./linear.ts"
import { demand, shapeOf } from "./tensors.ts"

function scaledDotProduct(call: Arguments): V.Value {
  const [query, key, value] = [call.tensor("query"), call.tensor("key"), call.tensor("value")]
  const mask = call.optionalTensor("attn_mask")
  const outcome = attend(shapeOf(call, query), shapeOf(call, key), shapeOf(call, value), call.flag("enable_gqa") === true)
  const scores = [...outcome.shape.slice(0, -1), shapeOf(call, key).at(-2) ?? 1]
  const joined = mask?.shape ? broadcast(mask.shape, scores) : undefined
  const isWrong = joined && (joined.problems.some(({ undecided }) => !undecided) || sameShape(joined.shape, scores) === false)
  const masks: Problem[] = isWrong
    ? [{ code: "mask-mismatch", message: `has a mask of shape ${shapeText(mask?.shape ?? [])} for scores of shape ${shapeText(scores)}` }]
    : []
  return call.emit(
    [query, key, value, ...(mask ? [mask] : [])],
    { ...outcome, problems: firstOf([...outcome.problems, ...masks]), mask: maskKind(call) },
    query.dtype,
  )
}

/** A mask of unknown value may be None. */
const givenMask = (call: Arguments): V.TensorValue | undefined => {
  const mask = call.value("attn_mask")
  return mask?.kind === "tensor" ? mask : undefined
}

const maskKind = (call: Arguments): AttentionMask | undefined => (call.flag("is_causal") === true ? "causal" : givenMask(call) && "given")

/** Whether keys and values have the queries' width, so that one matrix projects all three. */
const isUniform = (args: Arguments): boolean => {
  const width = args.size("embed_dim")
  return ["kdim", "vdim"].every((name) => !args.has(name) || equals(args.size(name), width) === true)
}

/** `in_proj_weight` stacks the three projections; other widths have matrices of their own. */
function weightsOf(args: Arguments): Record<string, Weight> {
  const width = args.size("embed_dim")
  const [keyWidth, valueWidth] = [args.optionalSize("kdim") ?? width, args.optionalSize("vdim") ?? width]
  const bias = args.flag("bias")
  const extra = args.flag("add_bias_kv")
  const optional = (flag: boolean | undefined, shape: Shape): Weight =>
    flag === undefined ? V.unknown("whether bias is set is not known", args.place) : flag && shape
  const matrices: Record<string, Weight> = isUniform(args)
    ? { in_proj_weight: [multiply(3, width), width], q_proj_weight: false, k_proj_weight: false, v_proj_weight: false }
    : { q_proj_weight: [width, width], k_proj_weight: [width, keyWidth], v_proj_weight: [width, valueWidth], in_proj_weight: false }
  return {
    ...matrices,
    in_proj_bias: optional(bias, [multiply(3, width)]),
    bias_k: optional(extra, [1, 1, width]),
    bias_v: optional(extra, [1, 1, width]),
  }
}

function outputProjection(args: Arguments): V.Value {
  const cls = args.interpreter.catalogue("torch.nn.NonDynamicallyQuantizableLinear")
  const [width, bias] = [args.required("embed_dim"), args.read("bias") ?? V.TRUE]
  return cls
    ? callWith(args.interpreter, cls, [width, width, bias], args.place)
    : V.unknown("the output projection is not in the catalogue", args.place)
}

/** Sequences as [batch, length, width]; without batch as [length, width]. */
interface Sequence {
  readonly tensor: V.TensorValue
  readonly batch: readonly Dim[]
  readonly length: Dim
  readonly width: Dim
}

function sequenceOf(call: Arguments, name: string, width: Dim, isBatchFirst: boolean): Sequence {
  const tensor = call.tensor(name)
  const shape = tensor.shape ?? demand(call, tensor, isBatchFirst ? ["N", "L", width] : ["L", "N", width])
  if (shape.length === 2) return { tensor, batch: [], length: shape[0] as Dim, width: shape[1] as Dim }
  const [first = 1, second = 1, last = 1] = shape
  return { tensor, batch: [isBatchFirst ? first : second], length: isBatchFirst ? second : first, width: last }
}

interface Heads {
  readonly width: Dim
  readonly keyWidth: Dim
  readonly valueWidth: Dim
  readonly count: Dim
  /** positions that `add_bias_kv` and `add_zero_attn` put behind the keys */
  readonly added: number
  readonly isBatchFirst: boolean
}

function attendWithHeads(call: Arguments, heads: Heads, weights: readonly V.TensorValue[]): V.Value {
  const { width, keyWidth, valueWidth, count, added, isBatchFirst } = heads
  const query = sequenceOf(call, "query", width, isBatchFirst)
  const key = sequenceOf(call, "key", keyWidth, isBatchFirst)
  const value = sequenceOf(call, "value", valueWidth, isBatchFirst)
  const keys = add(key.length, added)
  const depth = floorDivide(width, count)
  const each = [...query.batch, count]
  const scores = attend([...each, query.length, depth], [...each, keys, depth], [...each, keys, depth])
  const projections = [query, key, value].map(({ batch, length, width: from }) => linear([...batch, length, from], [width, from]).macs)
  const output = product([...query.batch, query.length, width, width])
  const shape =
    query.batch.length === 0
      ? [query.length, width]
      : isBatchFirst
        ? [...query.batch, query.length, width]
        : [query.length, ...query.batch, width]
  const mask = givenMask(call)
  const inputs = [query.tensor, key.tensor, value.tensor, ...weights, ...(mask ? [mask] : [])]
  const problems = firstOf([
    ...problemsOf(heads, query, key, value),
    ...maskProblems(call, query, key, count),
    ...paddingProblems(call, key),
  ])
  const attended = call.emit(
    inputs,
    { shape, macs: sum([...projections, scores.macs, output]), problems, mask: maskKind(call) },
    query.tensor.dtype,
  )
  return V.tuple([attended, attentionWeights(call, attended, query, keys, count)])
}

/** The weights averaged over the heads, or each head's, or none. */
function attentionWeights(call: Arguments, attended: V.TensorValue, query: Sequence, keys: Dim, count: Dim): V.Value {
  if (call.flag("need_weights") === false) return V.NONE
  const isAveraged = call.flag("average_attn_weights") !== false
  const shape = [...query.batch, ...(isAveraged ? [] : [count]), query.length, keys]
  return V.tensor("torch", shape, attended.dtype, attended.producer === undefined ? {} : { producer: attended.producer })
}

/** A mask is [queries, keys], or one for each sample and head. */
function maskProblems(call: Arguments, query: Sequence, key: Sequence, count: Dim): Problem[] {
  const mask = call.value("attn_mask")
  if (mask?.kind !== "tensor" || !mask.shape) return []
  const each = mask.shape.length === 3 ? [product([...query.batch, count])] : []
  if (mask.shape.length !== each.length + 2) return expectRank(mask.shape, 2, 3)
  const wanted = [...each, query.length, key.length]
  const differs = wanted.some((size, axis) => equals(size, mask.shape?.[axis] ?? size) === false)
  return differs ? [{ code: "mask-mismatch", message: `expects a mask of shape ${shapeText(wanted)}, got ${shapeText(mask.shape)}` }] : []
}

/** Which keys are padding: a row for each sequence, whatever the order of the axes. */
function paddingProblems(call: Arguments, key: Sequence): Problem[] {
  const { shape } = call.has("key_padding_mask") ? call.tensor("key_padding_mask") : {}
  const wanted = [...key.batch, key.length]
  const isWrong = shape && (shape.length !== wanted.length || wanted.some((size, axis) => equals(size, shape[axis] ?? size) === false))
  return isWrong
    ? [{ code: "mask-mismatch", message: `expects a padding mask of shape ${shapeText(wanted)}, got ${shapeText(shape)}` }]
    : []
}

function problemsOf({ width, keyWidth, valueWidth }: Heads, query: Sequence, key: Sequence, value: Sequence): Problem[] {
  const ranks = [query, key, value].flatMap(({ tensor }) => (tensor.shape ? expectRank(tensor.shape, 2, 3) : []))
  const batches =
    query.batch[0] !== undefined && key.batch[0] !== undefined
      ? expectSame("batch-mismatch", "sequences in the key's batch, as many as the query's", query.batch[0], key.batch[0])
      : []
  return [
    ...ranks,
    ...expectSame("feature-mismatch", "features in the query", width, query.width, "embed_dim"),
    ...expectSame("feature-mismatch", "features in the key", keyWidth, key.width, "kdim"),
    ...expectSame("feature-mismatch", "features in the value", valueWidth, value.width, "vdim"),
    ...expectSame("length-mismatch", "values, as many as keys", key.length, value.length),
    ...batches,
  ]
}

function headsOf(self: Layer): Heads {
  const width = self.size("embed_dim")
  return {
    width,
    keyWidth: self.optionalSize("kdim") ?? width,
    valueWidth: self.optionalSize("vdim") ?? width,
    count: self.size("num_heads"),
    added: Number(self.flag("add_bias_kv") === true) + Number(self.flag("add_zero_attn") === true),
    isBatchFirst: self.flag("batch_first") ?? self.unclear("batch_first is not known"),
  }
}

const FORWARD = "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, is_causal=False"

/** The functional form knows the widths from its weights. */
function functionalHeads(call: Arguments): Heads {
  const width = call.size("embed_dim_to_check")
  const separate = (name: string) => (call.has(name) ? (call.tensor(name).shape?.at(-1) ?? width) : width)
  return {
    width,
    keyWidth: separate("k_proj_weight"),
    valueWidth: separate("v_proj_weight"),
    count: call.size("num_heads"),
    added: Number(call.has("bias_k")) + Number(call.flag("add_zero_attn") === true),
    isBatchFirst: false,
  }
}

export const attention: readonly Entry[] = [
  layer({
    name: "nn.MultiheadAttention",
    signature:
      "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, batch_first=False, device=None, dtype=None",
    input: FORWARD,
    sentence: "Lets every position of the query gather from the values what its keys match, in several heads side by side.",
    formula: "4 · embed_dim · (embed_dim + 1)",
    check: (args) =>
      divides(args.size("num_heads"), args.size("embed_dim")) === false
        ? `needs an embed_dim that num_heads divides, got ${dimText(args.size("embed_dim"))} and ${dimText(args.size("num_heads"))}`
        : undefined,
    attributes: (args) => ({
      head_dim: V.integer(floorDivide(args.size("embed_dim"), args.size("num_heads"))),
      kdim: V.integer(args.optionalSize("kdim") ?? args.size("embed_dim")),
      vdim: V.integer(args.optionalSize("vdim") ?? args.size("embed_dim")),
      _qkv_same_embed_dim: V.boolean(isUniform(args)),
    }),
    weights: weightsOf,
    children: (args) => ({ out_proj: outputProjection(args) }),
    forward: (call, self) => attendWithHeads(call, headsOf(self), []),
  }),
  ...functions(
    "F.scaled_dot_product_attention torch._C._nn.scaled_dot_product_attention",
    "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False",
    scaledDotProduct,
  ),
  ...functions(
    "F.multi_head_attention_forward",
    "query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn, dropout_p, out_proj_weight, out_proj_bias, training=True, key_padding_mask=None, need_weights=True, attn_mask=None, use_separate_proj_weight=False, q_proj_weight=None, k_proj_weight=None, v_proj_weight=None, static_k=None, static_v=None, average_attn_weights=True, is_causal=False",
    (call) => widened(call, attendWithHeads(call, functionalHeads(call), [])),
  ),
]

/** `out_proj_weight` may lead to another width than the attention's (CLIP's pooling does). */
function widened(call: Arguments, result: V.Value): V.Value {
  const rows = call.has("out_proj_weight") ? call.tensor("out_proj_weight").shape?.[0] : undefined
  const attended = result.kind === "tuple" ? result.items[0] : undefined
  if (
    rows === undefined ||
    attended?.kind !== "tensor" ||
    !attended.shape ||
    equals(rows, attended.shape.at(-1) ?? rows) === true ||
    result.kind !== "tuple"
  )
    return result
  const width = call.size("embed_dim_to_check")
  const extra = multiply(product(attended.shape.slice(0, -1)), multiply(width, add(rows, multiply(-1, width))))
  const output = call.emit([attended], { shape: [...attended.shape.slice(0, -1), rows], macs: extra }, attended.dtype)
  return V.tuple([output, ...result.items.slice(1)])
}
