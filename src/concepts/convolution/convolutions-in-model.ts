/** A model's graph reduced to what patterns of convolutions are made of. */
import type { Layer, Model } from "../../model/model.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { type LayerKernel, kernelOf } from "./layer-kernel.ts"

type Role = "convolution" | "pool" | "concatenate" | "passing" | "other"

export interface GraphNode {
  readonly index: number
  readonly role: Role
  readonly layer: Layer | undefined
  readonly kernel: LayerKernel | undefined
  readonly inputs: readonly number[]
  /** Of the first output. */
  readonly shape: readonly (number | null)[]
}

// What an operator or layer of a name does to a pattern, whatever the framework. The first line that fits counts.
const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/^(Lazy)?(Depthwise|Separable)?_?conv(olution)?_?[123]d$|convolution$/i, "convolution"],
  [/(max|avg|average)_?pool(ing)?_?[123]d$/i, "pool"],
  [/^(cat|concat|concatenate)$/i, "concatenate"],
  // Element by element: channels are neither mixed nor lost.
  [
    /norm(alization)?(_?[123]d)?$|relu6?$|^(leaky_?relu|elu|gelu|selu|silu|swish|hardswish|hardsigmoid|mish|prelu|sigmoid|tanh|activation|dropout(_?[123]d)?|identity|clamp|clip|zero_?padding_?[123]d|pad)$/i,
    "passing",
  ],
]

const lastWord = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

export function graphOf(model: Model): readonly GraphNode[] {
  const layers = new Map(model.layers.map((layer) => [layer.path, layer]))
  const inputs = model.operations.map(() => [] as number[])
  for (const { from, to } of model.edges) inputs[to]?.push(from)
  return model.operations.map(({ name, layer: path, outputs }, index) => {
    const layer = layers.get(path)
    const role = ROLES.find(([pattern]) => pattern.test(lastWord(name)))?.[1] ?? "other"
    const kernel = role === "convolution" && layer ? kernelOf(layerFacts(layer, model)) : undefined
    return { index, role, layer, kernel, inputs: inputs[index] ?? [], shape: (outputs[0]?.shape ?? []).map(sizeOrNull) }
  })
}

/** The node an input comes from when everything that only passes is skipped; undefined where something else joins in. */
export function sourceOf(graph: readonly GraphNode[], index: number): GraphNode | undefined {
  let node = graph[index]
  while (node?.role === "passing" && node.inputs.length === 1) node = graph[node.inputs[0] as number]
  return node
}

/** Channels of the input, as the input itself says; layouts differ between frameworks. */
export function channelsIn({ layer }: Pick<GraphNode, "layer">, { framework }: Model): number | null {
  const shape = layer?.inputs[0]?.shape
  const channels = framework === "torch" ? shape?.at(-3) : shape?.at(-1)
  return channels === undefined ? null : sizeOrNull(channels)
}
