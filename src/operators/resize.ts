/** Changes the sizes of spatial axes: interpolation, padding, folding, shuffling pixels. */
import { add, type Dim, dimText, divides, floorDivide, isConcrete, lessThan, multiply, product, symbol } from "../values/dim.ts"
import type { Problem } from "../values/problem.ts"
import { type Shape, shapeText } from "../values/shape.ts"
import { expectRank, expectSame, free, type Outcome } from "./outcome.ts"
import { spatial } from "./pool.ts"
import { type Layout, positions, type Window } from "./window.ts"

/**
 * Resizes the spatial axes, those behind batch and channels.
 *
 *   sizes    new sizes, or factors: ⌊axis · factor⌋
 *   source   https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
export function interpolate(
  image: Shape,
  to: { readonly sizes: readonly Dim[] } | { readonly factors: readonly number[] },
  layout: Layout = "channels-first",
): Outcome {
  const count = image.length - 2
  if (count < 1) return free(image, expectRank(image, 3, 4, 5))
  const { axes, replace } = spatial(image, count, layout)
  if ("sizes" in to) {
    if (to.sizes.length !== count)
      return free(image, [
        { code: "rank-mismatch", message: `gets ${to.sizes.length} sizes for the ${count} spatial dimensions of ${shapeText(image)}` },
      ])
    return free(replace(to.sizes))
  }
  return free(replace(axes.map((axis, index) => scaled(axis, to.factors[index] ?? to.factors[0] ?? 1))))
}

/** ⌊axis · factor⌋ for whole factors, simple fractions, and any factor of a known axis. */
export function scaled(axis: Dim, factor: number): Dim {
  if (Number.isInteger(factor)) return multiply(axis, factor)
  if (isConcrete(axis)) return Math.floor(Number(axis) * factor)
  const denominator = Math.round(1 / factor)
  if (Math.abs(denominator * factor - 1) < 1e-12) return floorDivide(axis, denominator)
  return Number.isInteger(factor * 2)
    ? floorDivide(multiply(axis, factor * 2), 2)
    : symbol("?", { lower: 0, reason: `${dimText(axis)} is scaled by ${factor}` })
}

/** Adds to the ends of axes: `amounts` are [before, after] pairs from the last axis forwards, as torch has them. */
export function pad(shape: Shape, amounts: readonly Dim[]): Outcome {
  const pairs = Math.floor(amounts.length / 2)
  if (pairs > shape.length)
    return free(shape, [
      { code: "rank-mismatch", message: `pads ${pairs} dimensions of a tensor with ${shape.length}: ${shapeText(shape)}` },
    ])
  const padded = shape.map((size, axis) => {
    const pair = shape.length - 1 - axis
    return pair < pairs ? add(size, add(amounts[2 * pair] as Dim, amounts[2 * pair + 1] as Dim)) : size
  })
  const empty = padded.find((size) => lessThan(size, 0) === true)
  return free(
    padded,
    empty === undefined ? [] : [{ code: "padding-mismatch", message: `cuts more than there is from ${shapeText(shape)}` }],
  )
}

/** Sliding windows as columns: [batch, channels · window, places]. Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html */
export function unfold(image: Shape, windows: readonly Window[]): Outcome {
  const problems = expectRank(image, windows.length + 2, windows.length + 1)
  if (problems.length > 0) return free(image, problems)
  const axes = image.slice(-windows.length)
  const lead = image.slice(0, -windows.length - 1)
  const channels = image[lead.length] as Dim
  const places = product(axes.map((axis, index) => positions(axis, windows[index] as Window)))
  return free([...lead, product([channels, ...windows.map(({ size }) => size)]), places])
}

/** The reverse: columns summed back into an image of given sizes. Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html */
export function fold(columns: Shape, sizes: readonly Dim[], windows: readonly Window[]): Outcome {
  const ranks = expectRank(columns, 2, 3)
  if (ranks.length > 0) return free(columns, ranks)
  const window = product(windows.map(({ size }) => size))
  const [rows = 1, places = 1] = columns.slice(-2)
  const wanted = product(sizes.map((size, axis) => positions(size, windows[axis] as Window)))
  const problems: Problem[] =
    divides(window, rows) === false
      ? [{ code: "reshape-mismatch", message: `cannot fold ${dimText(rows)} rows into windows of ${dimText(window)}` }]
      : []
  return free(
    [...columns.slice(0, -2), floorDivide(rows, window), ...sizes],
    [...problems, ...expectSame("length-mismatch", "columns", wanted, places)],
  )
}

/** Channels become pixels: [batch, channels / r², height · r, width · r]. Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html */
export function pixelShuffle(image: Shape, factor: Dim): Outcome {
  const [channels = 1, height = 1, width = 1] = image.slice(-3)
  const block = multiply(factor, factor)
  const problems: Problem[] =
    divides(block, channels) === false
      ? [{ code: "channel-mismatch", message: `needs channels that ${dimText(block)} divides, got ${dimText(channels)}` }]
      : []
  return free([...image.slice(0, -3), floorDivide(channels, block), multiply(height, factor), multiply(width, factor)], problems)
}

/** Pixels become channels, the reverse. */
export function pixelUnshuffle(image: Shape, factor: Dim): Outcome {
  const [channels = 1, height = 1, width = 1] = image.slice(-3)
  return free([...image.slice(0, -3), product([channels, factor, factor]), floorDivide(height, factor), floorDivide(width, factor)])
}
