/** Pooling layers: windows that keep the largest or the average value, and global pooling over all positions. */
import { expectRank } from "../../operators/outcome.ts"
import { pool } from "../../operators/pool.ts"
import type { Dim } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import { sizesFor, windowsOf } from "./convolution.ts"
import type { Entry } from "./define.ts"
import { channelsOf, imageShape, isChannelsFirst } from "./images.ts"
import { type Layer, layer } from "./layer.ts"

const RANKS = [1, 2, 3] as const
type Kind = "Max" | "Average"
const WORDS: Record<Kind, string> = { Max: "largest", Average: "average" }

/** A window whose size is not known still leaves batch and channels as they are. */
function openSizes(layer: Layer, name: string, rank: number): Dim[] {
  const value = layer.value(name)
  if (value?.kind !== "unknown") return sizesFor(layer, name, rank)
  const size = layer.interpreter.dim(value)
  return new Array<Dim>(rank).fill(size)
}

function windowed(kind: Kind, rank: number): Entry[] {
  const size = rank === 1 ? "2" : `(${new Array(rank).fill(2).join(", ")})`
  const short = kind === "Max" ? "Max" : "Avg"
  return layer({
    name: `${kind}Pooling${rank}D`,
    aliases: [`${short}Pool${rank}D`],
    tfjs: `${kind.toLowerCase()}Pooling${rank}d`,
    tfjsAliases: kind === "Max" ? [`maxPool${rank}d`] : [`avgPool${rank}d`, `avgPooling${rank}d`],
    signature: `pool_size=${size}, strides=None, padding='valid', data_format=None`,
    sentence: `Keeps the ${WORDS[kind]} value of each window, channel by channel.`,
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const shape = imageShape(call, self, input, rank)
      const sizes = openSizes(self, "pool_size", rank)
      const windows = windowsOf(self, rank, sizes, self.has("strides") ? openSizes(self, "strides", rank) : sizes)
      const ranks = expectRank(shape, rank + 2)
      if (ranks.length > 0) return call.emit([input], { shape: undefined, problems: ranks }, input.dtype)
      return call.emit([input], pool(shape, windows, false, isChannelsFirst(self) ? "channels-first" : "channels-last"), input.dtype)
    },
  })
}

function global(kind: Kind, rank: number): Entry[] {
  const short = kind === "Max" ? "Max" : "Avg"
  return layer({
    name: `Global${kind}Pooling${rank}D`,
    aliases: [`Global${short}Pool${rank}D`],
    ...(rank < 3 && { tfjs: `global${kind}Pooling${rank}d`, ...(kind === "Max" && { tfjsAliases: [`globalMaxPool${rank}d`] }) }),
    signature: "data_format=None, keepdims=False",
    sentence: `Keeps the ${WORDS[kind]} value of each channel over all positions.`,
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const shape = imageShape(call, self, input, rank)
      const problems = expectRank(shape, rank + 2)
      if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
      return call.emit([input], { shape: globalShape(shape, isChannelsFirst(self), self.flag("keepdims") === true) }, input.dtype)
    },
  })
}

function globalShape(shape: Shape, isFirst: boolean, keepsAxes: boolean): Shape {
  const [batch = 1] = shape
  const channels = channelsOf(shape, isFirst)
  const ones = keepsAxes ? shape.slice(2).map(() => 1) : []
  return isFirst ? [batch, channels, ...ones] : [batch, ...ones, channels]
}

/** Keras' adaptive pooling gives a fixed number of positions. */
function adaptive(kind: Kind, rank: number): Entry[] {
  return layer({
    name: `Adaptive${kind}Pooling${rank}D`,
    signature: "output_size, data_format=None",
    sentence: `Divides each axis into a given number of parts and keeps the ${WORDS[kind]} value of each.`,
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const shape = imageShape(call, self, input, rank)
      const problems = expectRank(shape, rank + 2)
      if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
      const sizes = sizesFor(self, "output_size", rank)
      const [batch = 1] = shape
      const channels = channelsOf(shape, isChannelsFirst(self))
      return call.emit([input], { shape: isChannelsFirst(self) ? [batch, channels, ...sizes] : [batch, ...sizes, channels] }, input.dtype)
    },
  })
}

const KINDS: readonly Kind[] = ["Max", "Average"]

export const poolingEntries: readonly Entry[] = KINDS.flatMap((kind) =>
  RANKS.flatMap((rank) => [...windowed(kind, rank), ...global(kind, rank), ...adaptive(kind, rank)]),
)
