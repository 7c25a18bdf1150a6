/** What is certainly wrong with a layer's arguments, whatever the version: one small test for each parameter's name. */
import type { Arguments } from "../arguments.ts"
import { type Dim, dimText, isConcrete, lessThan } from "../../values/dim.ts"
import { snakeCase } from "./naming.ts"

/** A predicate such as "needs a positive `filters`, got 0"; undefined when nothing is wrong for certain. */
type Check = (layer: Arguments, name: string) => string | undefined

// Zero is let pass: a collection that a callback fills looks empty to us.
const positive: Check = (layer, name) => {
  const sizes = sizesIn(layer, name)
  const wrong = sizes?.find((size) => lessThan(size, 0) === true)
  return wrong === undefined ? undefined : `needs a positive \`${name}\`, got ${dimText(wrong)}`
}

/** The sizes of an argument, as far as it has such. */
function sizesIn(layer: Arguments, name: string): Dim[] | undefined {
  const value = layer.value(name)
  const items = value?.kind === "tuple" || value?.kind === "list" ? value.items : value ? [value] : []
  return items.length > 0 && items.every((item) => item.kind === "integer") ? items.map((item) => layer.interpreter.dim(item)) : undefined
}

const rankOf = (layer: Arguments): number | undefined => Number(/([123])D(Transpose)?$/.exec(layer.name)?.[1]) || undefined

const oneForEachAxis: Check = (layer, name) => {
  const rank = rankOf(layer)
  const value = layer.value(name)
  const count = value?.kind === "tuple" || value?.kind === "list" ? value.items.length : undefined
  if (rank !== undefined && count !== undefined && count !== rank && count !== 1) return `needs ${rank} sizes as \`${name}\`, got ${count}`
  return positive(layer, name)
}

const padding: Check = (layer) => {
  const value = layer.value("padding")
  if (value?.kind !== "string" || rankOf(layer) === undefined || /ZeroPadding/.test(layer.name)) return undefined
  // TensorFlow.js reads "causal" and then says that it has not been implemented.
  const allowed = ["valid", "same", ...(layer.name === "Conv1D" && layer.framework !== "tfjs" ? ["causal"] : [])]
  return allowed.includes(value.value.toLowerCase())
    ? undefined
    : `has no padding "${value.value}": it is ${allowed.map((word) => `"${word}"`).join(" or ")}`
}

const ACTIVATIONS = new Set(
  "celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink threshold gelu_new crelu".split(
    " ",
  ),
)

/** Names registered by the program are classes or functions with a prefix: "package>name". */
const activation: Check = (layer, name) => {
  const value = layer.value(name)
  if (value?.kind !== "string" || /\W/.test(value.value) || ACTIVATIONS.has(snakeCase(value.value)) || ACTIVATIONS.has(value.value))
    return undefined
  return `knows no activation "${value.value}"`
}

const share: Check = (layer, name) => {
  const rate = layer.number(name)
  return rate !== undefined && (rate < 0 || rate > 1) ? `needs a \`${name}\` between 0 and 1, got ${rate}` : undefined
}

const oneOpenSize: Check = (layer, name) => {
  const open = sizesIn(layer, name)?.filter((size) => isConcrete(size) && lessThan(size, 0) === true) ?? []
  return open.length > 1 ? `leaves ${open.length} sizes of \`${name}\` open; only one can be worked out` : undefined
}

const permutation: Check = (layer, name) => {
  const order = sizesIn(layer, name)
  if (!order?.every(isConcrete)) return undefined
  const sorted = order.map(Number).sort((left, right) => left - right)
  return sorted.every((axis, index) => axis === index + 1)
    ? undefined
    : `needs the axes 1 to ${order.length} as \`${name}\`, got (${order.join(", ")})`
}

const strideOrDilation: Check = (layer, name) => {
  const isLarger = (of: string) => sizesIn(layer, of)?.some((size) => lessThan(1, size) === true) === true
  return /^Conv[123]D$/.test(layer.name) && isLarger(name) && isLarger("strides")
    ? "cannot have both strides and dilation_rate above 1"
    : undefined
}

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  filters: [positive],
  units: [positive],
  kernel_size: [oneForEachAxis],
  pool_size: [oneForEachAxis],
  strides: [oneForEachAxis],
  dilation_rate: [oneForEachAxis, strideOrDilation],
  padding: [padding],
  activation: [activation],
  recurrent_activation: [activation],
  rate: [share],
  target_shape: [oneOpenSize],
  dims: [permutation],
}

/** The first thing that is certainly wrong with the arguments the call gives. */
export function wrongArgument(layer: Arguments): string | undefined {
  for (const [name, checks] of Object.entries(CHECKS)) {
    if (!layer.has(name)) continue
    const found = checks.map((check) => check(layer, name)).find((text) => text !== undefined)
    if (found !== undefined) return found
  }
  return undefined
}
