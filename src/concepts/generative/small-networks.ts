/** Small networks for live checks: fully connected, with weights that are the same each time. */
import type { Backend } from "../backend.ts"
import type { Held } from "../tensors.ts"

export interface SmallNetwork {
  readonly variables: readonly Held[]
  apply(x: Held): Held
}

/** Leaky ReLU between the layers, nothing behind the last. */
export function smallNetwork(backend: Backend, sizes: readonly number[], seed: number): SmallNetwork {
  const { tensors } = backend
  const layers = sizes.slice(1).map((size, at) => {
    const from = sizes[at] ?? 1
    const weights = tensors.randomNormal([from, size], 0, Math.sqrt(1.6 / from), "float32", seed + at)
    return [backend.variable(weights), backend.variable(tensors.zeros([size]))] as const
  })
  return {
    variables: layers.flat(),
    apply: (x) =>
      layers.reduce<Held>((value, [weights, bias], at) => {
        const made = tensors.add(tensors.matMul(value, weights), bias)
        return at === layers.length - 1 ? made : tensors.leakyRelu(made, 0.2)
      }, x),
  }
}

/** Of logits: what a verdict costs that should be 1, and one that should be 0. */
export const costOfOne = ({ tensors }: Backend, logits: Held): Held => tensors.mean(tensors.softplus(tensors.neg(logits)))
export const costOfZero = ({ tensors }: Backend, logits: Held): Held => tensors.mean(tensors.softplus(logits))
