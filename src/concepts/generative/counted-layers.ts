/** Layers with their shapes, parameters and multiply-accumulates, by the operators that analyse the reader's model. */
import { convolve, convolveTransposed } from "../../operators/convolve.ts"
import { linear } from "../../operators/multiply.ts"
import type { Outcome } from "../../operators/outcome.ts"

export interface CountedLayer {
  readonly label: string
  /** Without the batch. */
  readonly shape: readonly number[]
  readonly parameters: number
  readonly macs: number
  readonly problems: readonly string[]
}

export const totalOf = (layers: readonly CountedLayer[], of: "parameters" | "macs"): number =>
  layers.reduce((sum, layer) => sum + layer[of], 0)

export const problemsOf = (layers: readonly CountedLayer[]): readonly string[] => [...new Set(layers.flatMap(({ problems }) => problems))]

export function dense(from: number, to: number, label = "fully connected"): CountedLayer {
  return {
    label,
    shape: [to],
    parameters: from * to + to,
    macs: Number(linear([1, from], [to, from]).macs),
    problems: [],
  }
}

/** Fully connected layers, each reading the one before. */
export const denseChain = (sizes: readonly number[]): readonly CountedLayer[] =>
  sizes.slice(1).map((size, at) => dense(sizes[at] ?? 1, size))

export interface Sliding {
  readonly size: number
  readonly stride: number
  readonly padding: number
  readonly bias: boolean
}

const windows = ({ size, stride, padding }: Sliding) => {
  const axis = { size, stride, padding, dilation: 1 }
  return [axis, axis]
}

function counted(label: string, { shape, macs, problems }: Outcome, parameters: number): CountedLayer {
  return {
    label,
    shape: shape.slice(1).map(Number),
    parameters,
    macs: Number(macs),
    problems: problems.map(({ message }) => `The ${label} ${message}.`),
  }
}

const sidesText = ({ size, stride }: Sliding): string => `${size} × ${size}${stride > 1 ? `, stride ${stride}` : ""}`

/** `input` is [channels, height, width]. */
export function convolution(input: readonly number[], filters: number, sliding: Sliding): CountedLayer {
  const [channels = 1] = input
  const kernel = [filters, channels, sliding.size, sliding.size]
  const outcome = convolve([1, ...input], kernel, windows(sliding))
  return counted(`convolution ${sidesText(sliding)}`, outcome, filters * channels * sliding.size ** 2 + (sliding.bias ? filters : 0))
}

export function transposed(input: readonly number[], filters: number, sliding: Sliding, outputPadding = 0): CountedLayer {
  const [channels = 1] = input
  const kernel = [channels, filters, sliding.size, sliding.size]
  const outcome = convolveTransposed([1, ...input], kernel, windows(sliding), [outputPadding, outputPadding])
  return counted(
    `transposed convolution ${sidesText(sliding)}`,
    outcome,
    filters * channels * sliding.size ** 2 + (sliding.bias ? filters : 0),
  )
}
