/** A model's operations by the part they play, whatever framework and whichever of its names they have: what patterns are looked for in. */
import type { Layer, Model } from "../model/model.ts"
import type { AttentionMask } from "../values/interpreter.ts"
import { layerFacts, sizeOrNull } from "./layer-facts.ts"

export type Role =
  | "convolution"
  | "transposedConvolution"
  | "linear"
  | "pool"
  | "upsample"
  | "normalisation"
  | "activation"
  | "dropout"
  | "embedding"
  | "recurrent"
  | "attention"
  | "softmax"
  | "matmul"
  | "add"
  | "subtract"
  | "multiply"
  | "concatenate"
  | "exponential"
  | "random"
  | "mask"
  | "reduce"
  | "reshape"
  | "select"
  | "other"

// The last word of an operator's or layer's name, in lower case without "_". The first line that fits counts.
const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/^(lazy)?convtranspose[123]d$|^conv[123]dtranspose$/, "transposedConvolution"],
  [/^(lazy)?(depthwise|separable)?conv(olution)?[123]d$|^convolution$/, "convolution"],
  [/^(lazy)?linear$|^dense$|^einsumdense$|^bilinear$|^addmm$/, "linear"],
  [/(max|avg|average|lp)pool(ing)?[123]d$/, "pool"],
  [/^upsampl(e|ing)([123]d|nearest.*|bilinear.*)?$|^interpolate$|^resize(bilinear|nearestneighbor)?$|^pixelshuffle$/, "upsample"],
  [/norm(alization)?([123]d)?$/, "normalisation"],
  [/^(log)?softmax$|^softmin$/, "softmax"],
  [
    /^(relu6?|leakyrelu|prelu|rrelu|elu|selu|celu|gelu|silu|swish|mish|hardswish|hardsigmoid|hardtanh|sigmoid|tanh|erf|softplus|softsign|glu|activation|logsigmoid)$/,
    "activation",
  ],
  [/dropout[123]?d?$|^droppath$|^stochasticdepth$/, "dropout"],
  [/^embedding(bag)?$/, "embedding"],
  [/^(simple)?(rnn|lstm|gru)(cell)?$|^conv(lstm)[123]d$|^bidirectional$/, "recurrent"],
  [
    /^(multiheadattention(forward)?|multiheadattention|groupqueryattention|scaleddotproductattention|attention|additiveattention)$/,
    "attention",
  ],
  [/^(b?matmul|bmm|mm|einsum|dot|baddbmm)$/, "matmul"],
  [/^[ir]?add$/, "add"],
  [/^[ir]?(sub|subtract)$/, "subtract"],
  [/^[ir]?(mul|multiply)$/, "multiply"],
  [/^(cat|concat|concatenate|hstack|vstack|stack)$/, "concatenate"],
  [/^exp$/, "exponential"],
  [/^(randn(like)?|normal|randomnormal|rand(like)?|randint|randomuniform|bernoulli|sample|rsample)$/, "random"],
  [/^(maskedfill|where|tril|triu)$/, "mask"],
  [
    /^(mean|sum|amax|amin|max|min|norm|std|var|reduce\w*|global(average|max)pooling[123]d|cosinesimilarity|pairwisedistance|cdist)$/,
    "reduce",
  ],
  [
    /^(view|reshape|flatten|permute|transpose|unsqueeze|squeeze|expand|expandas|viewas|contiguous|rearrange|movedim|swapaxes|t|unflatten|repeat|tile)$/,
    "reshape",
  ],
  [/^(getitem|split|chunk|select|narrow|unbind|gather|indexselect|slice)$/, "select"],
]

export interface PatternNode {
  readonly index: number
  readonly role: Role
  /** As ROLES read it: "conv2d", "add". */
  readonly name: string
  /** The module that applied it. */
  readonly layer: Layer | undefined
  /** Nodes it reads; negative ones are inputs of the model. */
  readonly inputs: readonly number[]
  /** Nodes that read it. */
  readonly outputs: readonly number[]
  /** Of the first result; null where a size is not known. */
  readonly shape: readonly (number | null)[]
  /** Of an attention. */
  readonly mask: AttentionMask | undefined
}

export const plainName = (name: string): string =>
  name
    .slice(name.lastIndexOf(".") + 1)
    .toLowerCase()
    .replaceAll("_", "")

export const roleOf = (name: string): Role => ROLES.find(([pattern]) => pattern.test(plainName(name)))?.[1] ?? "other"

/** Keras has a layer that is told which activation it is. */
const isSoftmax = (name: string, layer: Layer | undefined, model: Model): boolean =>
  plainName(name) === "activation" && layer !== undefined && layerFacts(layer, model).arguments["activation"] === "softmax"

/** What they are given besides tells a shape, and nothing of its values goes on. */
const SHAPED_BY_ANOTHER = /^(expand|view|reshape|type)as$/

export function patternGraph(model: Model): readonly PatternNode[] {
  const layers = new Map(model.layers.map((layer) => [layer.path, layer]))
  const inputs = model.operations.map(() => [] as number[])
  const outputs = model.operations.map(() => [] as number[])
  for (const { from, to } of model.edges) {
    if (inputs[to]?.length === 1 && SHAPED_BY_ANOTHER.test(plainName(model.operations[to]?.name ?? ""))) continue
    inputs[to]?.push(from)
    outputs[from]?.push(to)
  }
  return model.operations.map(({ name, layer, outputs: results, mask }, index) => ({
    index,
    role: isSoftmax(name, layers.get(layer), model) ? "softmax" : roleOf(name),
    name: plainName(name),
    layer: layers.get(layer),
    inputs: inputs[index] ?? [],
    outputs: outputs[index] ?? [],
    shape: (results[0]?.shape ?? []).map(sizeOrNull),
    mask,
  }))
}

/** All that a node's value was made of, itself included; at most so many nodes back. */
export function ancestorsOf(graph: readonly PatternNode[], index: number, most = Number.POSITIVE_INFINITY): ReadonlySet<number> {
  const seen = new Set<number>()
  const open = [index]
  for (let at = open.pop(); at !== undefined && seen.size < most; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    if (at >= 0) open.push(...(graph[at]?.inputs ?? []))
  }
  return seen
}
