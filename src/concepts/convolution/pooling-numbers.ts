/** What pooling's knobs say, and what follows from them: shapes and costs beside a strided convolution's. */
import { convolve } from "../../operators/convolve.ts"
import { pool } from "../../operators/pool.ts"
import { product, sum } from "../../values/dim.ts"
import { flagOf, numberOf, pairOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import type { Kind } from "./pooling-example.ts"
import { channels, IMAGE_SIZE, KERNEL_SIZE, PADDING, STRIDE, windowsOf } from "./sliding.ts"

export const POOLING_KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "kind",
    label: "Made smaller by",
    initial: "max",
    help: "What becomes of the numbers under a window.",
    choices: [
      { value: "max", label: "max pooling" },
      { value: "average", label: "average pooling" },
      { value: "convolution", label: "strided convolution" },
    ],
  },
  channels("channels", "Channels", 16, "Feature maps; pooling treats each for itself, so that as many come out."),
  {
    ...KERNEL_SIZE,
    label: "Window size",
    initial: 2,
    help: "Height and width of the window.",
    arguments: { torch: "kernel_size", keras: "pool_size", tfjs: "poolSize" },
  } as Knob,
  { ...STRIDE, initial: 2, help: "The step from one window to the next; 1 skips none, 2 halves height and width." } as Knob,
  { ...PADDING, initial: 0, help: "Cells added on each side, or the word same or valid. Max pooling never picks them." } as Knob,
  {
    kind: "flag",
    name: "ceil_mode",
    label: "Round up",
    initial: false,
    help: "A last window that is only partly filled counts too.",
    arguments: { torch: "ceil_mode" },
  },
  {
    kind: "flag",
    name: "count_include_pad",
    label: "Average over padding",
    initial: true,
    help: "Divides by the whole window; otherwise by the cells that lie on the picture.",
    arguments: { torch: "count_include_pad" },
  },
  IMAGE_SIZE,
  {
    kind: "number",
    name: "shift",
    label: "Move the picture by",
    initial: 1,
    minimum: 0,
    maximum: 4,
    limit: 16,
    help: "Columns to the right: how much of the result stays?",
  },
]

export function readPooling(knobs: Knobs) {
  const kind = knobs["kind"] as Kind
  return {
    kind,
    channels: numberOf(knobs, "channels"),
    image: pairOf(knobs, "image"),
    size: pairOf(knobs, "kernel_size"),
    windows: windowsOf(knobs),
    roundUp: flagOf(knobs, "ceil_mode") && kind !== "convolution",
    countsPadding: flagOf(knobs, "count_include_pad"),
    shift: numberOf(knobs, "shift"),
  }
}

/** Output and costs, by the operators that analyse the reader's code. */
export function computedPooling(knobs: Knobs, image = readPooling(knobs).image, count = readPooling(knobs).channels) {
  const { kind, size, windows, roundUp } = readPooling(knobs)
  const pooled = pool([1, count, ...image], windows, roundUp)
  const kernel = [count, count, ...size]
  const strided = convolve([1, count, ...image], kernel, windows, 1)
  const whole = kind === "convolution" ? strided : pooled
  return {
    output: whole.shape.slice(1).map(Number),
    problems: whole.problems,
    macs: Number(whole.macs),
    parameters: kind === "convolution" ? Number(sum([product(kernel), count])) : 0,
    strided: { macs: Number(strided.macs), parameters: Number(sum([product(kernel), count])) },
    /** A convolution with stride 1, before it is pooled. */
    dense: {
      macs: Number(
        convolve(
          [1, count, ...image],
          kernel,
          windows.map((window) => ({ ...window, stride: 1 })),
          1,
        ).macs,
      ),
    },
  }
}
