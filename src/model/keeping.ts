/** What torch's operators keep for the backward pass: a line each. Source: tools/autograd/derivatives.yaml of PyTorch 2; measured in test/oracle. */
import type { OperationEvent } from "../evaluate/trace.ts"
import { optionOf } from "../layers/modules.ts"
import { bytesOf } from "../values/bytes.ts"
import { add, type Dim, multiply, product } from "../values/dim.ts"
import type { InstanceValue, TensorValue, Value } from "../values/value.ts"

/** "torch.nn.Conv2d", "__iadd__" → "conv2d", "add": the last word, small, without marks. */
export const operatorName = (name: string): string =>
  name
    .slice(name.lastIndexOf(".") + 1)
    .toLowerCase()
    .replaceAll("_", "")
    .replace(/^[ir](?=(?:add|sub|mul|truediv|matmul|pow)$)/, "")
    .replace(/^truediv$/, "div")
    .replace(/^lazy/, "")

/** One operator whose result wants a gradient. */
export interface Applied {
  readonly name: string
  readonly event: OperationEvent
  readonly tensors: readonly TensorValue[]
  readonly result: TensorValue | undefined
  readonly isInPlace: boolean
  readonly wantsGradient: (tensor: TensorValue) => boolean
  /** whether its axes were exchanged, so that it does not lie in memory as its shape says */
  readonly isPermuted: (tensor: TensorValue) => boolean
  /** what the layer was made with */
  readonly option: (name: string) => Value | undefined
}

/** Tensors whose memory is kept, and bytes beside them: statistics, positions, masks. */
export interface Held {
  readonly tensors: readonly TensorValue[]
  readonly more: Dim | undefined
}

type Rule = (applied: Applied) => Held | undefined

const held = (tensors: readonly (TensorValue | undefined)[], more: Dim | undefined = 0): Held => ({
  tensors: tensors.filter((tensor) => tensor !== undefined),
  more,
})
const nothing: Rule = () => held([])
const result: Rule = (applied) => held([applied.result])

/** What is overwritten in place is copied first. */
const input: Rule = ({ tensors: [first], isInPlace }) =>
  isInPlace ? held([], first?.shape && multiply(product(first.shape), bytesOf(first.dtype))) : held([first])

const sizes = (tensor: TensorValue | undefined): readonly Dim[] | undefined => tensor?.shape

/** Mean and deviation of each group that is normalised, in single precision. */
const statistics = (count: (shape: readonly Dim[], applied: Applied) => Dim | undefined): Rule => {
  return (applied) => {
    const [first] = applied.tensors
    const shape = sizes(first)
    const groups = shape && count(shape, applied)
    return groups === undefined ? undefined : held([first], multiply(groups, 8))
  }
}

/** Axes that are not normalised over: all before the last ones that the weight has. */
function rowsOf(shape: readonly Dim[], { option, tensors: [, weight] }: Applied): Dim | undefined {
  const normalised = option("normalized_shape")
  const count = normalised?.kind === "tuple" || normalised?.kind === "list" ? normalised.items.length : weight?.shape?.length
  return count === undefined ? undefined : product(shape.slice(0, Math.max(0, shape.length - count)))
}

function groupsOf([batch = 1]: readonly Dim[], { option }: Applied): Dim | undefined {
  const groups = option("num_groups")
  return groups?.kind === "integer" ? multiply(batch, groups.value) : undefined
}

/** Where the maxima were, a 64-bit number each. */
const positions: Rule = ({ tensors: [first], result: pooled }) => {
  const shape = sizes(pooled)
  return shape && held([first], multiply(product(shape), 8))
}

/** What an operator makes beside its result and gives up at once: maximum pooling looks for positions in inference, too. */
export const workspace = (name: string, pooled: TensorValue | undefined): Dim | undefined =>
  pooled?.shape && /^maxpool[123]d$/.test(name) ? multiply(product(pooled.shape), 8) : undefined

/** The mean over all positions keeps nothing; other adaptive averages do. */
const adaptive: Rule = ({ tensors: [first], result: pooled }) => {
  const spatial = sizes(pooled)?.slice(2)
  return spatial?.every((size) => size === 1) ? held([]) : held([first])
}

/** Each operand is kept for the other's gradient. */
const product2: Rule = ({ tensors: [left, right], wantsGradient }) =>
  right === undefined ? held([]) : held([wantsGradient(right) ? left : undefined, left && wantsGradient(left) ? right : undefined])

const quotient: Rule = ({ tensors: [left, right], wantsGradient }) =>
  right === undefined ? held([]) : held([right, wantsGradient(right) ? left : undefined])

const bytesIn = (tensor: TensorValue | undefined): Dim | undefined =>
  tensor?.shape && multiply(product(tensor.shape), bytesOf(tensor.dtype))

/** A layer keeps its input for its weight's gradient only; one whose axes were exchanged is copied first. */
const weighted: Rule = ({ tensors: [first, weight], wantsGradient, isPermuted }) => {
  if (!first || (weight !== undefined && !wantsGradient(weight))) return held([])
  return isPermuted(first) ? held([], bytesIn(first)) : held([first])
}

/** Products of many matrices copy operands that do not lie in order; whether they do depends on the strides. */
const matrices: Rule = (applied) => {
  const isPlain = applied.tensors.every((tensor) => (tensor.shape?.length ?? 3) < 3 || !applied.isPermuted(tensor))
  return isPlain ? product2(applied) : undefined
}

/**
 * Queries, keys and values lie in one copy of the projection; beside it there are the attention itself, or its logarithmic sums where no
 * weights are asked for, and what the last projection reads. A batch of one needs no copy where the batch comes first.
 * Source: multi_head_attention_forward in torch/nn/functional.py
 */
const multiHead: Rule = ({ tensors, option, event, isPermuted }) => {
  const [query, key, value] = tensors
  const [first, heads, batchFirst, dropout] = [query?.shape, option("num_heads"), option("batch_first"), option("dropout")]
  const isSelf = query !== undefined && query === key && key === value
  if (!isSelf || !first || first.length !== 3 || heads?.kind !== "integer" || tensors.length > 3 || isPermuted(query)) return undefined
  const isFirst = batchFirst?.kind === "boolean" && batchFirst.value
  const [batch, length] = isFirst ? [first[0], first[1]] : [first[1], first[0]]
  if (typeof batch !== "number" || length === undefined || (dropout?.kind === "float" && dropout.value > 0)) return undefined
  const whole = bytesIn(query) ?? 0
  const weights = multiply(product([batch, heads.value, length, length]), 4)
  const isCopied = batch > 1
  const beside =
    event.outputs.length > 1
      ? add(multiply(whole, 5), weights)
      : add(multiply(whole, isCopied ? 5 : 4), multiply(product([batch, heads.value, length]), 4))
  return isFirst && isCopied ? held([], add(beside, whole)) : held([query], beside)
}

/** Fused attention keeps its operands, its result and the logarithmic sum of each row. */
const fusedAttention: Rule = ({ tensors: [query, key, value, ...more], result: attended }) => {
  const rows = query?.shape?.slice(0, -1)
  return rows && more.length === 0 ? held([query, key, value, attended], multiply(product(rows), 4)) : undefined
}

/** A number for each element that was dropped or scaled: torch on a CPU keeps it in the input's own type. */
const noise =
  (axes: (shape: readonly Dim[]) => readonly Dim[]): Rule =>
  ({ tensors: [first], option }) => {
    const p = option("p")
    if (p?.kind === "float" && p.value === 0) return held([])
    const shape = sizes(first)
    return shape && held([], multiply(product(axes(shape)), bytesOf(first?.dtype)))
  }

const VIEWS =
  "view viewas reshape transpose permute split chunk unsqueeze squeeze expand expandas getitem flatten unflatten unbind narrow select t mt identity contiguous swapaxes movedim tensorsplit detach"
const FREE =
  "add sub neg sum mean cat concat concatenate stack hstack vstack pad constantpad2d zeropad2d upsample interpolate pixelshuffle roll flip repeat"
const OF_INPUT =
  "gelu silu swish mish hardswish hardsigmoid hardtanh relu6 softplus elu celu selu logsigmoid conv1d conv2d conv3d convtranspose1d convtranspose2d convtranspose3d avgpool1d avgpool2d avgpool3d abs clamp clip sin cos log square pow"
const OF_RESULT = "relu sigmoid tanh softmax logsoftmax exp sqrt rsqrt"

const all = (names: string, rule: Rule): [string, Rule][] => names.split(" ").map((name) => [name, rule])

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...all(VIEWS, nothing),
  ...all(FREE, nothing),
  ...all(OF_INPUT, input),
  ...all(OF_RESULT, result),
  ...all("leakyrelu", (applied) => (applied.isInPlace ? result(applied) : input(applied))),
  ...all("linear", weighted),
  ...all("mul", product2),
  ...all("matmul bmm mm", matrices),
  ...all("multiheadattention", multiHead),
  ...all("scaleddotproductattention", fusedAttention),
  ...all("maskedfill", ({ tensors: [, mask] }) => held([mask])),
  ...all("where", ({ tensors: [condition] }) => held([condition])),
  ...all("div", quotient),
  ...all(
    "batchnorm1d batchnorm2d batchnorm3d",
    statistics((shape) => shape[1]),
  ),
  ...all(
    "instancenorm1d instancenorm2d instancenorm3d",
    statistics((shape) => product(shape.slice(0, 2))),
  ),
  ...all("layernorm", statistics(rowsOf)),
  ...all("groupnorm", statistics(groupsOf)),
  ...all("maxpool1d maxpool2d maxpool3d adaptivemaxpool1d adaptivemaxpool2d adaptivemaxpool3d", positions),
  ...all("adaptiveavgpool1d adaptiveavgpool2d adaptiveavgpool3d", adaptive),
  ...all(
    "dropout",
    noise((shape) => shape),
  ),
  ...all(
    "dropout1d dropout2d dropout3d",
    noise((shape) => shape.slice(0, 2)),
  ),
  ...all("embedding", ({ tensors: [ids] }) => held([ids])),
])

const ELEMENTWISE = new Set(
  "add sub neg mul div gelu silu swish mish hardswish hardsigmoid hardtanh relu6 relu leakyrelu sigmoid tanh exp sqrt rsqrt abs dropout clamp pow square".split(
    " ",
  ),
)
export const isElementwise = (name: string): boolean => ELEMENTWISE.has(name)

const SHARING = new Set(VIEWS.split(" "))

/** What the operator keeps; undefined when that is not known. */
export const keeps = (applied: Applied): Held | undefined => RULES.get(applied.name)?.(applied)

/** Whether the result shares its first operand's memory; indices that are tensors pick copies. */
export function isView(event: OperationEvent, owner: InstanceValue): boolean {
  const name = operatorName(event.name)
  if (name === "dropout") {
    const p = optionOf(owner, "p")
    return p?.kind === "float" && p.value === 0
  }
  return SHARING.has(name) && event.inputs.filter(({ kind }) => kind === "tensor").length <= 1
}
