/** Layers that rearrange: flatten, reshape, permute, repeat, pad, crop, enlarge. */
import { add, type Dim, dimText, lessThan, multiply, product, subtract } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { expectRank } from "../../operators/outcome.ts"
import { reshape } from "../../values/shape.ts"
import type { Entry } from "./define.ts"
import { axesOf, isChannelsFirst, withAxes } from "./images.ts"
import { type Layer, layer } from "./layer.ts"
import { demand, shapeOf } from "./tensors.ts"

const FLATTEN = layer({
  name: "Flatten",
  tfjs: "flatten",
  signature: "data_format=None",
  sentence: "Makes one long vector of each example.",
  forward: (call) => {
    const input = call.tensor("inputs")
    const [batch = 1, ...rest] = shapeOf(call, input)
    const problems =
      call.framework === "tfjs" && rest.length < 2
        ? [{ code: "rank-mismatch" as const, message: `expects at least 3 dimensions, got ${rest.length + 1}` }]
        : []
    return call.emit([input], { shape: [batch, product(rest)], problems }, input.dtype)
  },
})

const RESHAPE = layer({
  name: "Reshape",
  tfjs: "reshape",
  signature: "target_shape",
  sentence: "Gives each example another shape with as many elements.",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const [batch = 1, ...rest] = shapeOf(call, input)
    const { shape, problems } = reshape(rest, self.sizes("target_shape"))
    return call.emit([input], { shape: [batch, ...shape], problems }, input.dtype)
  },
})

const PERMUTE = layer({
  name: "Permute",
  tfjs: "permute",
  signature: "dims",
  sentence: "Puts the axes after the batch into another order, counted from 1.",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const order = self.integers("dims") ?? []
    const shape = shapeOf(call, input)
    const problems = expectRank(shape, order.length + 1)
    if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
    return call.emit([input], { shape: [shape[0] ?? 1, ...order.map((axis) => shape[axis] ?? 1)] }, input.dtype)
  },
})

const REPEAT = layer({
  name: "RepeatVector",
  tfjs: "repeatVector",
  signature: "n",
  sentence: "Repeats each vector n times.",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const shape = demand(call, input, ["N", "features"])
    const [batch = 1, features = 1] = shape
    return call.emit([input], { shape: [batch, self.size("n"), features], problems: expectRank(shape, 2) }, input.dtype)
  },
})

/** Sizes before and after each axis: one number for all, one for each axis, or a pair for each axis. */
function margins(layer: Layer, name: string, axes: number): [Dim, Dim][] {
  const value = layer.required(name)
  const items = layer.sequence(value)
  if (!items) return Array.from({ length: axes }, () => [layer.size(name), layer.size(name)])
  if (axes === 1 && items.length === 2 && items.every((item) => layer.sequence(item) === undefined))
    return [layer.sizesOf(value) as [Dim, Dim]]
  return items.map((item) => {
    const [before = 0, after = before] = layer.sizesOf(item)
    return [before, after]
  })
}

type Change = (axis: Dim, before: Dim, after: Dim) => Dim

function marginLayer(
  name: string,
  tfjs: string | undefined,
  rank: number,
  argument: string,
  usual: number,
  sentence: string,
  change: Change,
): Entry[] {
  const standard =
    rank === 1
      ? String(usual)
      : `(${new Array(rank).fill(rank === 2 && argument === "cropping" ? `(${usual}, ${usual})` : usual).join(", ")})`
  return layer({
    name,
    ...(tfjs !== undefined && { tfjs }),
    signature: `${argument}=${standard}${rank > 1 ? ", data_format=None" : ""}`,
    sentence,
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const shape = shapeOf(call, input)
      const problems: Problem[] = expectRank(shape, rank + 2)
      if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
      const isFirst = isChannelsFirst(self)
      const sizes = margins(self, argument, rank)
      const axes = axesOf(shape, isFirst).map((axis, index) => change(axis, sizes[index]?.[0] ?? 0, sizes[index]?.[1] ?? 0))
      if (axes.some((axis) => lessThan(axis, 1) === true))
        problems.push({ code: "empty-output" as const, message: `crops all of (${axesOf(shape, isFirst).map(dimText).join(", ")}) away` })
      return call.emit([input], { shape: withAxes(shape, isFirst, axes), problems }, input.dtype)
    },
  })
}

const pad: Change = (axis, before, after) => add(axis, add(before, after))
const crop: Change = (axis, before, after) => subtract(axis, add(before, after))

function upSampling(rank: number, tfjs?: string): Entry[] {
  return layer({
    name: `UpSampling${rank}D`,
    ...(tfjs !== undefined && { tfjs }),
    signature:
      rank === 1 ? "size=2" : rank === 2 ? "size=(2, 2), data_format=None, interpolation='nearest'" : "size=(2, 2, 2), data_format=None",
    sentence: "Enlarges the input by whole factors.",
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const shape = shapeOf(call, input)
      const problems = expectRank(shape, rank + 2)
      const factors = self.sizesFor("size", rank) ?? []
      if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
      const isFirst = isChannelsFirst(self)
      const axes = axesOf(shape, isFirst).map((axis, index) => multiply(axis, factors[index] ?? 1))
      return call.emit([input], { shape: withAxes(shape, isFirst, axes), problems }, input.dtype)
    },
  })
}

export const reshapingEntries: readonly Entry[] = [
  ...FLATTEN,
  ...RESHAPE,
  ...PERMUTE,
  ...REPEAT,
  ...[1, 2, 3].flatMap((rank) =>
    marginLayer(`ZeroPadding${rank}D`, rank === 2 ? "zeroPadding2d" : undefined, rank, "padding", 1, "Adds zeros around the input.", pad),
  ),
  ...marginLayer("Cropping1D", undefined, 1, "cropping", 1, "Cuts steps off both ends.", crop),
  ...marginLayer("Cropping2D", "cropping2D", 2, "cropping", 0, "Cuts rows and columns off the borders.", crop),
  ...marginLayer("Cropping3D", undefined, 3, "cropping", 1, "Cuts slices off the borders.", crop),
  ...upSampling(1),
  ...upSampling(2, "upSampling2d"),
  ...upSampling(3),
]
