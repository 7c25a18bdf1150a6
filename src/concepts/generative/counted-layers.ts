/** Layers with their shapes, parameters and multiply-accumulates, by the operators that analyse the reader's model. */
import { linear } from "../../operators/multiply.ts"

export interface CountedLayer {
  readonly label: string
  /** Without the batch. */
  readonly shape: readonly number[]
  readonly parameters: number
  readonly macs: number
}

export const totalOf = (layers: readonly CountedLayer[], of: "parameters" | "macs"): number =>
  layers.reduce((sum, layer) => sum + layer[of], 0)

export function dense(from: number, to: number, label = "fully connected"): CountedLayer {
  return {
    label,
    shape: [to],
    parameters: from * to + to,
    macs: Number(linear([1, from], [to, from]).macs),
  }
}

/** Fully connected layers, each reading the one before. */
export const denseChain = (sizes: readonly number[]): readonly CountedLayer[] =>
  sizes.slice(1).map((size, at) => dense(sizes[at] ?? 1, size))
