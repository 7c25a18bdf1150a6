/** How many places a sliding window takes along an axis. */
import { add, ceilDivide, type Dim, dimText, floorDivide, isConcrete, lessThan, minimum, multiply, subtract } from "../values/dim.ts"
import type { Sliding } from "../values/interpreter.ts"
import type { Problem } from "../values/problem.ts"

/** One axis of a window. "same" and "valid" are the words of TensorFlow and torch. */
export interface Window {
  readonly size: Dim
  readonly stride: Dim
  /** on each side; or before and after; or a rule */
  readonly padding: Dim | readonly [Dim, Dim] | "same" | "valid"
  readonly dilation: Dim
}

/** What the trace keeps of windows. */
export const sliding = (windows: readonly Window[], isTransposed = false): Sliding => ({
  spans: windows.map(span),
  strides: windows.map(({ stride }) => stride),
  ...(isTransposed && { isTransposed }),
})

/** Where the framework puts the channels. */
export type Layout = "channels-first" | "channels-last"

const SAME_SIDES = (padding: Dim): readonly [Dim, Dim] => [padding, padding]

/** The sum of both sides; undefined for "same", which depends on the axis. */
export function paddingOf({ padding }: Window): Dim | undefined {
  if (padding === "same") return undefined
  if (padding === "valid") return 0
  const [before, after] = Array.isArray(padding) ? (padding as [Dim, Dim]) : SAME_SIDES(padding as Dim)
  return add(before, after)
}

/** Elements the window spans: dilation·(size − 1) + 1. */
export const span = ({ size, dilation }: Window): Dim => add(multiply(dilation, subtract(size, 1)), 1)

/**
 * ⌊(axis + padding − span) / stride⌋ + 1; for "same" ⌈axis / stride⌉.
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
export function positions(axis: Dim, window: Window): Dim {
  const padding = paddingOf(window)
  if (padding === undefined) return ceilDivide(axis, window.stride)
  return add(floorDivide(subtract(add(axis, padding), span(window)), window.stride), 1)
}

/**
 * The same rounded up, without a window that would start in the padding behind the end.
 * Source: `ceil_mode` in https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export function positionsRoundedUp(axis: Dim, window: Window): Dim {
  const padding = paddingOf(window)
  if (padding === undefined) return ceilDivide(axis, window.stride)
  const count = add(ceilDivide(subtract(add(axis, padding), span(window)), window.stride), 1)
  return minimum(count, ceilDivide(add(axis, paddingBefore(window)), window.stride))
}

function paddingBefore({ padding }: Window): Dim {
  if (typeof padding === "string") return 0
  return Array.isArray(padding) ? (padding[0] as Dim) : (padding as Dim)
}

/** A window that is certainly larger than the padded axis. */
export function expectFits(axes: readonly Dim[], windows: readonly Window[]): Problem[] {
  return axes.flatMap((axis, index) => {
    const window = windows[index] as Window
    const padding = paddingOf(window)
    if (padding === undefined || lessThan(add(axis, padding), span(window)) !== true) return []
    const padded = isConcrete(padding) && padding === 0 ? dimText(axis) : `${dimText(axis)} plus padding ${dimText(padding)}`
    return [{ code: "kernel-too-large", message: `has a window of ${dimText(span(window))}, which is larger than the input's ${padded}` }]
  })
}
