/** DCGAN's two networks: maps that double from noise to an image, maps that halve from an image to a verdict, and one axis painted by hand. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { type CountedLayer, totalOf } from "./counted-layers.ts"
import { convolutional, layersBehind, type MakeLayer } from "./image-layers.ts"

const KERNEL = 4

/** Without biases: batch normalisation, where it follows, brings a shift and a scale for each channel. */
function unbiased(filters: number, isNormalised: boolean, make: MakeLayer): MakeLayer {
  return (input) => {
    const layer = make(input)
    return { ...layer, parameters: layer.parameters - filters + (isNormalised ? 2 * filters : 0) }
  }
}

const up = (filters: number, isFirst: boolean, isNormalised: boolean): MakeLayer =>
  unbiased(
    filters,
    isNormalised,
    convolutional(isFirst ? "4×4" : "4×4, stride 2", {
      filters,
      size: KERNEL,
      stride: isFirst ? 1 : 2,
      padding: isFirst ? 0 : 1,
      isTransposed: true,
    }),
  )

const down = (filters: number, isLast: boolean, isNormalised: boolean): MakeLayer =>
  unbiased(
    filters,
    isNormalised,
    convolutional(isLast ? "4×4" : "4×4, stride 2", { filters, size: KERNEL, stride: isLast ? 1 : 2, padding: isLast ? 0 : 1 }),
  )

export interface ConvolutionalGan {
  readonly latent: number
  readonly filters: number
  readonly image: number
  readonly channels: number
  readonly generator: readonly CountedLayer[]
  readonly discriminator: readonly CountedLayer[]
}

export const isPowerOfTwo = (image: number): boolean => image >= 8 && Number.isInteger(Math.log2(image))

/** 4 × 4 first, then doubled until it is the image; channels halve as sides double. */
export function networksOf(latent: number, filters: number, image: number, channels: number): ConvolutionalGan {
  const doublings = Math.max(1, Math.round(Math.log2(image / 4)))
  const widths = Array.from({ length: doublings }, (_, at) => filters * 2 ** (doublings - 1 - at))
  const generator = [...widths.map((width, at) => up(width, at === 0, true)), up(channels, false, false)]
  const discriminator = [...widths.toReversed().map((width, at) => down(width, false, at > 0)), down(1, true, false)]
  return {
    latent,
    filters,
    image,
    channels,
    generator: layersBehind([latent, 1, 1], generator),
    discriminator: layersBehind([channels, image, image], discriminator),
  }
}

export function dcganOf(knobs: Knobs) {
  const size = (name: string): number => numberOf(knobs, name)
  const networks = networksOf(size("latent"), size("filters"), size("image"), size("channels"))
  return {
    ...networks,
    made: totalOf(networks.generator, "parameters"),
    judged: totalOf(networks.discriminator, "parameters"),
    macs: totalOf(networks.generator, "macs"),
  }
}

/** One axis of a small map, and a kernel of four that is moved by two and loses one at each end. */
export const PAINTED = { input: [1, 2, -1, 0.5], kernel: [0.25, 0.75, 0.75, 0.25] } as const

/** What reaches a cell of the result: number by number, weight by weight. */
export function paintsOf(cell: number): readonly { readonly at: number; readonly weight: number; readonly product: number }[] {
  return PAINTED.input.flatMap((x, from) => {
    const at = cell + 1 - 2 * from
    const weight = PAINTED.kernel[at]
    return weight === undefined ? [] : [{ at: from, weight, product: x * weight }]
  })
}

export const paintedCells = (): readonly number[] =>
  Array.from({ length: 2 * PAINTED.input.length }, (_, cell) => paintsOf(cell).reduce((sum, { product }) => sum + product, 0))
