/** Attention layers: several heads with projections of their own, grouped queries, dot-product and additive attention. */
import type { Arguments } from "../arguments.ts"
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { type Dim, product, sum } from "../../values/dim.ts"
import type { AttentionMask } from "../../values/interpreter.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { UNKNOWN_INPUT, weightShape } from "./core.ts"
import type { Entry } from "./define.ts"
import { type Layer, layer, type WeightShape } from "./layer.ts"
import { demand, shapeOf } from "./tensors.ts"

const OPTIONS =
  "kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None"

interface Projection {
  readonly heads: Dim
  readonly width: Dim
}
interface Heads {
  readonly query: Projection
  readonly key: Projection
  readonly value: Projection
}

function multiHeads(layer: Layer): Heads {
  const heads = layer.size("num_heads")
  const width = layer.size("key_dim")
  return { query: { heads, width }, key: { heads, width }, value: { heads, width: layer.optionalSize("value_dim") ?? width } }
}

function groupedHeads(layer: Layer): Heads {
  const width = layer.size("head_dim")
  const shared = { heads: layer.size("num_key_value_heads"), width }
  return { query: { heads: layer.size("num_query_heads"), width }, key: shared, value: shared }
}

/** The features the layer gives: as many as the query has, unless `output_shape` says otherwise. */
const outputSizes = (layer: Layer, query: Shape): Dim[] => (layer.has("output_shape") ? layer.sizes("output_shape") : [query.at(-1) ?? 1])

function projectionWeights(
  layer: Layer,
  heads: Heads,
  [query, value, third]: readonly (Shape | undefined)[],
  given: ReadonlySet<string>,
): Record<string, WeightShape> {
  // Without a key the value is its own; masks come behind it.
  const key = given.has("key") ? third : value
  const hasBias = layer.flag("use_bias") !== false
  const found: Record<string, WeightShape> = {}
  for (const [name, shape] of [
    ["query", query],
    ["key", key],
    ["value", value],
  ] as const) {
    const { heads: count, width } = heads[name]
    found[`${name}/kernel`] = shape ? [shape.at(-1) ?? 1, count, width] : UNKNOWN_INPUT
    found[`${name}/bias`] = hasBias && [count, width]
  }
  const output = query ? outputSizes(layer, query) : undefined
  found["attention_output/kernel"] = output ? [heads.query.heads, heads.value.width, ...output] : UNKNOWN_INPUT
  found["attention_output/bias"] = hasBias && (output ?? UNKNOWN_INPUT)
  return found
}

/** One of the three inputs, projected for each head: its multiply-accumulates, and whether the features fit. */
function projected(self: Layer, name: string, shape: Shape): { macs: Dim; problems: readonly Problem[] } {
  const [features = 1, ...rest] = weightShape(self, name)
  return linear(shape, [product(rest), features])
}

/** Axes of the query that attend to each other: all but batch and features unless `attention_axes` names some. */
function attentionAxes(self: Layer, rank: number): number[] {
  const named = self.read("attention_axes") ? self.integers("attention_axes") : undefined
  return named?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? Array.from({ length: rank - 2 }, (_, index) => index + 1)
}

function attention(call: Arguments, self: Layer, heads: Heads): V.Value {
  const [query, value] = [call.tensor("query"), call.tensor("value")]
  const key = call.optionalTensor("key") ?? value
  const widths = ["query", "value", "key"].map((name) => weightShape(self, `${name}/kernel`)[0] ?? 1)
  // An input that is unknown for a reason may have any rank.
  for (const tensor of [query, value, key]) if (tensor.unknown) shapeOf(call, tensor)
  const [q, v, k] = [
    demand(call, query, ["N", "L", widths[0] ?? 1]),
    demand(call, value, ["N", "S", widths[1] ?? 1]),
    demand(call, key, ["N", "S", widths[2] ?? 1]),
  ] as const
  if (q.length < 3)
    return call.emit(
      [query],
      { shape: undefined, problems: [{ code: "rank-mismatch", message: `expects at least 3 dimensions, got ${q.length}` }] },
      query.dtype,
    )
  const axes = attentionAxes(self, q.length)
  const take = (shape: Shape): Dim => product(axes.map((axis) => shape[axis] ?? 1))
  const lead = (shape: Shape): Shape => shape.slice(0, -1).filter((_, axis) => !axes.includes(axis))
  const core = attend(
    [...lead(q), heads.query.heads, take(q), heads.query.width],
    [...lead(k), heads.query.heads, take(k), heads.key.width],
    [...lead(v), heads.query.heads, take(v), heads.value.width],
  )
  const parts = [projected(self, "query/kernel", q), projected(self, "key/kernel", k), projected(self, "value/kernel", v)]
  const output = outputSizes(self, q)
  const last = product([...q.slice(0, -1), heads.query.heads, heads.value.width, ...output])
  const shape = [...q.slice(0, -1), ...output]
  const macs = sum([core.macs, last, ...parts.map((part) => part.macs)])
  const given = givenMask(call)
  const inputs = [query, value, key, ...(given ? [given] : [])]
  const mask = maskKind(call)
  const problems = [...parts.flatMap((part) => part.problems), ...core.problems].slice(0, 1)
  if (call.flag("return_attention_scores") !== true) return call.emit(inputs, { shape, macs, problems, mask }, query.dtype)
  const scores = [...lead(q), heads.query.heads, ...axes.map((axis) => q[axis] ?? 1), ...axes.map((axis) => k[axis] ?? 1)]
  return V.tuple(call.emitAll(inputs, [shape, scores], query.dtype, { macs, problems, mask }))
}

/** A mask of unknown value may be None. */
const givenMask = (call: Arguments): V.TensorValue | undefined => {
  const mask = call.value("attention_mask")
  return mask?.kind === "tensor" ? mask : undefined
}

const maskKind = (call: Arguments): AttentionMask | undefined =>
  call.flag("use_causal_mask") === true ? "causal" : givenMask(call) && "given"

const INPUTS =
  "query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None, return_attention_scores=False, use_causal_mask=False"

const MULTI_HEAD = layer({
  name: "MultiHeadAttention",
  signature: `num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None, flash_attention=None, use_gate=False, ${OPTIONS}, seed=None`,
  input: INPUTS,
  sentence: "Lets every position of the query gather from all positions of the value, in several heads at once.",
  formula:
    "(features + 1) · num_heads · key_dim for query and key, the same with value_dim for value, and (num_heads · value_dim + 1) · features at the end",
  weights: (layer, shapes, given) => projectionWeights(layer, multiHeads(layer), shapes, given),
  forward: (call, self) => attention(call, self, multiHeads(self)),
})

const GROUPED = layer({
  name: "GroupQueryAttention",
  aliases: ["GroupedQueryAttention"],
  signature: `head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, flash_attention=None, use_gate=False, ${OPTIONS}, seed=None`,
  input: INPUTS,
  sentence: "Multi-head attention in which several query heads share one head of keys and values.",
  weights: (layer, shapes, given) => projectionWeights(layer, groupedHeads(layer), shapes, given),
  forward: (call, self) => attention(call, self, groupedHeads(self)),
})

/** `[query, value]` or `[query, value, key]`. */
function listed(call: Arguments): { tensors: V.TensorValue[]; query: Shape; value: Shape; key: Shape } {
  const given = call.required("inputs")
  // An input that nobody states may be a list.
  if (given.kind === "tensor" && given.shape)
    call.problem("argument-error", "is called with a list of query, value and perhaps key, got one tensor")
  if (given.kind === "tensor") return call.unclear("the layer is called with a list: query, value and perhaps key")
  const tensors = call.tensors("inputs")
  const [query, value, key = value] = tensors.map((tensor) => shapeOf(call, tensor))
  if (!query || !value || !key) return call.unclear("the layer is called with a list: query, value and perhaps key")
  return { tensors, query, value, key }
}

/** The mixture of values, and the scores where they are products. */
function mixed(call: Arguments, countsScores: boolean): V.Value {
  const { tensors, query, value, key } = listed(call)
  const outcome = attend(query, key, value)
  const mixture = product([...query.slice(0, -1), key.at(-2) ?? 1, value.at(-1) ?? 1])
  const macs = countsScores ? outcome.macs : mixture
  const [dtype] = tensors.map((tensor) => tensor.dtype)
  if (call.flag("return_attention_scores") !== true)
    return call.emit(tensors, { shape: outcome.shape, macs, problems: outcome.problems, mask: maskKind(call) }, dtype)
  return V.tuple(
    call.emitAll(tensors, [outcome.shape, [...query.slice(0, -1), key.at(-2) ?? 1]], dtype, {
      macs,
      problems: outcome.problems,
      mask: maskKind(call),
    }),
  )
}

const LISTED = "inputs, return_attention_scores=False, use_causal_mask=False"

const DOT_PRODUCT = layer({
  name: "Attention",
  signature: "use_scale=False, score_mode='dot', dropout=0.0, seed=None",
  input: LISTED,
  sentence: "Mixes values by how well their keys match the query.",
  weights: (layer) => ({ scale: layer.flag("use_scale") === true && [], concat_score_weight: layer.text("score_mode") === "concat" && [] }),
  forward: (call, self) => mixed(call, self.text("score_mode") !== "concat"),
})

const ADDITIVE = layer({
  name: "AdditiveAttention",
  signature: "use_scale=True, dropout=0.0, seed=None",
  input: LISTED,
  sentence: "Mixes values by a learned score of query plus key.",
  formula: "features",
  weights: (layer, [query]) => ({ scale: layer.flag("use_scale") !== false && (query ? [query.at(-1) ?? 1] : UNKNOWN_INPUT) }),
  forward: (call) => mixed(call, false),
})

export const attentionEntries: readonly Entry[] = [...MULTI_HEAD, ...GROUPED, ...DOT_PRODUCT, ...ADDITIVE]
