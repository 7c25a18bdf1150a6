/** Windows that slide: knobs to the operators' windows, explicit padding, and an example small enough to be drawn. */
import { paddingOf, positions, span, type Window } from "../../operators/window.ts"
import type { Sliding } from "../backend.ts"
import { pairOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"

/** Windows for height and width. */
export function windowsOf(knobs: Knobs, kernel = "kernel_size"): readonly [Window, Window] {
  const sizes = pairOf(knobs, kernel)
  const [strides, dilations] = [pairOf(knobs, "stride"), pairOf(knobs, "dilation")]
  const { padding } = knobs
  const paddings = padding === "same" || padding === "valid" ? ([padding, padding] as const) : pairOf(knobs, "padding")
  const window = (axis: 0 | 1): Window => ({
    size: sizes[axis],
    stride: strides[axis],
    padding: paddings[axis],
    dilation: dilations[axis] || 1,
  })
  return [window(0), window(1)]
}

/** Before and after. "same" pads as TensorFlow does: what is odd goes after. */
export function paddingSides(axis: number, window: Window): readonly [number, number] {
  if (Array.isArray(window.padding)) return [Number(window.padding[0]), Number(window.padding[1])]
  const whole = paddingOf(window)
  if (whole !== undefined) return [Number(whole) / 2, Number(whole) / 2]
  const needed = (Math.ceil(axis / Number(window.stride)) - 1) * Number(window.stride) + Number(span(window)) - axis
  const total = Math.max(0, needed)
  return [Math.floor(total / 2), Math.ceil(total / 2)]
}

/** As a backend wants it. */
export function slidingOf(axes: readonly [number, number], [high, wide]: readonly [Window, Window]): Sliding {
  return {
    strides: [Number(high.stride), Number(wide.stride)],
    padding: [paddingSides(axes[0], high), paddingSides(axes[1], wide)],
    dilations: [Number(high.dilation), Number(wide.dilation)],
  }
}

/** One axis of the picture: the real one where it is small, else as much of it as shows the window sliding. */
export interface DrawnAxis {
  readonly size: number
  readonly before: number
  readonly after: number
  readonly count: number
  readonly window: number
  readonly stride: number
  readonly dilation: number
  readonly span: number
  readonly isReal: boolean
}

const MOST_POSITIONS = 5
/** Cells in a row, padding included. */
const MOST_CELLS = 11

export function drawnAxis(axis: number, window: Window): DrawnAxis {
  const [before, after] = paddingSides(axis, window)
  const [reach, stride] = [Number(span(window)), Number(window.stride)]
  const sizeFor = (count: number): number => Math.max(1, Math.min(axis, reach + stride * (count - 1) - before - after))
  let wanted = MOST_POSITIONS
  while (wanted > 2 && sizeFor(wanted) + before + after > MOST_CELLS) wanted--
  const size = sizeFor(wanted)
  const count = Number(positions(size, { ...window, padding: [before, after] }))
  return {
    size,
    before,
    after,
    count,
    window: Number(window.size),
    stride,
    dilation: Number(window.dilation),
    span: reach,
    isReal: size === axis,
  }
}

/** Small whole numbers that look arbitrary and are always the same. */
export function exampleNumber(lowest: number, highest: number, ...seed: readonly number[]): number {
  let mixed = 2166136261
  for (const part of seed) mixed = Math.imul(mixed ^ (part + 17), 16777619) ^ (mixed >>> 13)
  return lowest + ((mixed >>> 8) % (highest - lowest + 1))
}

const AXIS_LIMIT = 65_536

const sizes = (name: string, label: string, initial: number, minimum: number, maximum: number, help: string, more: object = {}): Knob => ({
  kind: "sizes",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: 1024,
  help,
  ...more,
})

/** The knobs of everything that slides a window. */
export const KERNEL_SIZE = sizes("kernel_size", "Kernel size", 3, 1, 11, "Height and width of the sliding window.", {
  arguments: { torch: "kernel_size", keras: "kernel_size", tfjs: "kernelSize" },
})
export const STRIDE = sizes("stride", "Stride", 1, 1, 4, "The step from one window to the next; 1 skips none.", {
  arguments: { torch: "stride", keras: "strides", tfjs: "strides" },
})
export const PADDING = sizes("padding", "Padding", 1, 0, 5, "Zeros added on each side, or the word same or valid.", {
  words: ["same", "valid"],
  arguments: { torch: "padding", keras: "padding", tfjs: "padding" },
})
export const DILATION = sizes("dilation", "Dilation", 1, 1, 4, "The distance between the elements of one window.", {
  arguments: { torch: "dilation", keras: "dilation_rate", tfjs: "dilationRate" },
})
export const IMAGE_SIZE: Knob = {
  kind: "sizes",
  name: "image",
  label: "Image size",
  initial: 32,
  minimum: 1,
  maximum: 256,
  limit: AXIS_LIMIT,
  help: "Height and width of what comes in.",
}

export const channels = (name: string, label: string, initial: number, help: string, names?: Knob["arguments"], minimum = 1): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum: 512,
  limit: AXIS_LIMIT,
  help,
  ...(names && { arguments: names }),
})
