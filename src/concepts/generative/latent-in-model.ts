/** Mean, log-variance and a sample of them, in a model's graph: μ + exp(…) · ε, with both made from the same values. */
import type { Model } from "../../model/model.ts"
import { ancestorsOf, type PatternNode, type Role } from "../pattern-graph.ts"

export interface Latent {
  readonly sample: PatternNode
  readonly mean: PatternNode
  readonly logVariance: PatternNode
  /** Numbers of the code. */
  readonly size: number | undefined
}

const LEARNED: ReadonlySet<Role> = new Set(["convolution", "linear"])
/** Between a head and where it is used. */
const PLAIN: ReadonlySet<Role> = new Set(["reshape", "activation", "normalisation", "multiply", "select", "exponential"])
const isBetween = ({ role, name }: PatternNode): boolean => PLAIN.has(role) || /^(clamp|clip|div|sqrt|square|truediv)$/.test(name)

/** The head a value comes from, and the half of it where one layer makes both. */
function headOf(graph: readonly PatternNode[], index: number): { readonly head: PatternNode; readonly part: number } | undefined {
  let node = graph[index]
  let part = index
  while (node) {
    if (LEARNED.has(node.role) && node.layer) return { head: node, part }
    if (!isBetween(node)) return undefined
    if (node.role === "select") part = node.index
    const from = node.inputs.filter((input) => input >= 0)
    if (from.length !== 1) return undefined
    node = graph[from[0] as number]
    if (node && LEARNED.has(node.role) && part === index) part = node.index
  }
  return undefined
}

/** exp(…) of a head, as one factor of a product; the other, if it is seen, is random and learned from nothing. */
function spreadOf(graph: readonly PatternNode[], product: PatternNode | undefined) {
  if (product?.role !== "multiply") return undefined
  for (const input of product.inputs) {
    const chain = chainBack(graph, input)
    const isExponential = chain.some((node) => isExponent(node) || node.outputs.some((at) => isChangedInPlace(graph[at])))
    const rest = product.inputs.filter((other) => other !== input)
    const isNoise = rest.every(
      (other) => other >= 0 && [...ancestorsOf(graph, other, 40)].every((at) => at >= 0 && !graph[at]?.layer?.weights.length),
    )
    if (isExponential && isNoise) return headOf(graph, input)
  }
  return undefined
}

const isExponent = (node: PatternNode | undefined): boolean => node?.role === "exponential" || node?.name === "softplus"
/** `exp_()`: who reads the value afterwards reads what it was changed into. */
const isChangedInPlace = (node: PatternNode | undefined): boolean => isExponent(node) && node?.outputs.length === 0

/** One value after the other, as long as nothing joins. */
function chainBack(graph: readonly PatternNode[], index: number): readonly PatternNode[] {
  const chain: PatternNode[] = []
  for (let node = graph[index]; node && isBetween(node); node = graph[node.inputs.find((input) => input >= 0) ?? -1]) {
    chain.push(node)
    if (node.inputs.filter((input) => input >= 0).length !== 1) break
  }
  return chain
}

export function latentsIn(graph: readonly PatternNode[], { producers }: Pick<Model, "producers">): readonly Latent[] {
  const found = sampledIn(graph)
  return found.length > 0 ? found : meansIn(graph, producers)
}

const sizeOf = ({ shape }: PatternNode): number | undefined => (typeof shape.at(-1) === "number" ? (shape.at(-1) as number) : undefined)

/** As it is used after training: the mean is decoded, and both heads are given out for the loss. */
function meansIn(graph: readonly PatternNode[], producers: Model["producers"]): readonly Latent[] {
  const [result, ...others] = producers
  if (result === undefined || others.length < 2) return []
  const before = ancestorsOf(graph, result)
  const heads = others.flatMap((at) => {
    const found = at === undefined ? undefined : headOf(graph, at)
    return found && found.head.index === at ? [found.head] : []
  })
  const mean = heads.find(({ index }) => before.has(index))
  const other = heads.find((head) => !before.has(head.index) && head.outputs.length === 0)
  const isPair = mean && other && isSameShape(mean, other) && mean.inputs.some((input) => other.inputs.includes(input))
  return isPair ? [{ sample: mean, mean, logVariance: other, size: sizeOf(mean) }] : []
}

const isSameShape = (one: PatternNode, other: PatternNode): boolean => one.shape.join() === other.shape.join()

function sampledIn(graph: readonly PatternNode[]): readonly Latent[] {
  return graph.flatMap((sample) => {
    if (sample.role !== "add" || sample.inputs.length !== 2) return []
    for (const [at, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const mean = headOf(graph, sample.inputs[at] ?? -1)
      const spread = spreadOf(graph, graph[sample.inputs[other] ?? -1])
      if (mean && spread && areSiblings(mean, spread)) {
        return [{ sample, mean: mean.head, logVariance: spread.head, size: sizeOf(sample) }]
      }
    }
    return []
  })
}

type Head = NonNullable<ReturnType<typeof headOf>>

/** Two layers that read the same value, or two halves of what one layer made. */
function areSiblings(mean: Head, spread: Head): boolean {
  if (mean.head === spread.head) return mean.part !== spread.part
  return mean.head.inputs.some((input) => spread.head.inputs.includes(input))
}
