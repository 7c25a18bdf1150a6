/** Pooling: windows that keep a maximum or an average, of a given size or of a given number. */
import type { Dim } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import { expectRank, free, type Outcome } from "./outcome.ts"
import { expectFits, type Layout, positions, positionsRoundedUp, sliding, type Window } from "./window.ts"

/**
 * Slides a window over the spatial axes, each channel for itself.
 *
 *   image     [batch, channels, ...axes], or without batch
 *   result    [batch, channels, ...positions]; rounded up under ceil_mode
 *   macs      0
 *   problems  rank-mismatch, kernel-too-large
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export function pool(image: Shape, windows: readonly Window[], roundUp = false, layout: Layout = "channels-first"): Outcome {
  const problems = expectRank(image, windows.length + 2, windows.length + 1)
  if (problems.length > 0) return free(image, problems)
  const count = roundUp ? positionsRoundedUp : positions
  const { axes, replace } = spatial(image, windows.length, layout)
  const shape = replace(axes.map((axis, index) => count(axis, windows[index] as Window)))
  return { ...free(shape, roundUp ? [] : expectFits(axes, windows)), sliding: sliding(windows) }
}

/**
 * Pools to given sizes; an undefined size keeps the axis.
 *
 *   image     [batch, channels, ...axes], or without batch
 *   result    [batch, channels, ...sizes]
 *   macs      0
 *   problems  rank-mismatch
 *   source   https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
export function adaptivePool(image: Shape, sizes: readonly (Dim | undefined)[], layout: Layout = "channels-first"): Outcome {
  // Pooling to a single value is a mean over the last axes to torch, which then needs no channels.
  const isMean = image.length === sizes.length && sizes.every((size) => size === 1)
  const problems = isMean ? [] : expectRank(image, sizes.length + 2, sizes.length + 1)
  if (problems.length > 0) return free(image, problems)
  const { axes, replace } = spatial(image, sizes.length, layout)
  return free(replace(axes.map((axis, index) => sizes[index] ?? axis)))
}

/** The spatial axes of an image, and a way to put others in their place. */
export function spatial(image: Shape, count: number, layout: Layout): { readonly axes: Shape; replace(axes: Shape): Shape } {
  const start = layout === "channels-first" ? image.length - count : image.length - count - 1
  return { axes: image.slice(start, start + count), replace: (axes) => [...image.slice(0, start), ...axes, ...image.slice(start + count)] }
}
