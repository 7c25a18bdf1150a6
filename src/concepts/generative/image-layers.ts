/** Convolutions of image-making networks one behind the other, counted by the operators that analyse the reader's model. */
import { convolve, convolveTransposed } from "../../operators/convolve.ts"
import type { CountedLayer } from "./counted-layers.ts"

/** Channels, height and width. */
type Sizes = readonly number[]
export type MakeLayer = (input: Sizes) => CountedLayer

interface Kernel {
  readonly filters: number
  readonly size: number
  readonly stride?: number
  readonly padding?: number
  readonly outputPadding?: number
  readonly isTransposed?: boolean
}

/** With a bias. */
export function convolutional(label: string, kernel: Kernel): MakeLayer {
  const { filters, size, stride = 1, padding = (size - 1) / 2, outputPadding = 0, isTransposed = false } = kernel
  const window = { size, stride, padding, dilation: 1 }
  return (input) => {
    const from = input[0] ?? 1
    const { shape, macs } = isTransposed
      ? convolveTransposed([1, ...input], [from, filters, size, size], [window, window], [outputPadding, outputPadding])
      : convolve([1, ...input], [filters, from, size, size], [window, window])
    return { label, shape: shape.slice(1).map(Number), parameters: from * filters * size * size + filters, macs: Number(macs) }
  }
}

export function layersBehind(input: Sizes, make: readonly MakeLayer[]): readonly CountedLayer[] {
  const made: CountedLayer[] = []
  for (const layer of make) made.push(layer(made.at(-1)?.shape ?? input))
  return made
}
