/** Where channels stand: Keras puts them last unless `data_format="channels_first"` says otherwise. */
import type { Arguments } from "../arguments.ts"
import type { Dim } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import type { Layer } from "./layer.ts"
import { demand } from "./tensors.ts"

export function isChannelsFirst(layer: Arguments): boolean {
  const format = layer.read("data_format")
  return format?.kind === "string" && /first/i.test(format.value)
}

export const channelsOf = (shape: Shape, isFirst: boolean): Dim => (isFirst ? shape[1] : shape.at(-1)) ?? 1

/** The spatial axes. */
export const axesOf = (shape: Shape, isFirst: boolean): Shape => (isFirst ? shape.slice(2) : shape.slice(1, -1))

/** The same batch and channels with other spatial axes. */
export const withAxes = (shape: Shape, isFirst: boolean, axes: Shape, channels: Dim = channelsOf(shape, isFirst)): Shape =>
  isFirst ? [shape[0] ?? 1, channels, ...axes] : [shape[0] ?? 1, ...axes, channels]

const AXES: Record<number, readonly string[]> = { 1: ["L"], 2: ["H", "W"], 3: ["D", "H", "W"] }

/** The shape of an image, or of what such a layer demands. */
export function imageShape(call: Arguments, layer: Layer, input: V.TensorValue, rank: number, channels: string | Dim = "C"): Shape {
  const axes = AXES[rank] ?? []
  return demand(call, input, isChannelsFirst(layer) ? ["N", channels, ...axes] : ["N", ...axes, channels])
}
