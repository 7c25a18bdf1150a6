/** Images of other sizes: interpolation, shuffled pixels, unfolded windows, sampled grids. */
import { type Arguments, numberOf } from "../arguments.ts"
import { expectRank } from "../../operators/outcome.ts"
import { fold, interpolate, pixelShuffle, pixelUnshuffle, unfold } from "../../operators/resize.ts"
import { expectFits, type Window } from "../../operators/window.ts"
import { add, type Dim, divides, dimText, floorDivide, subtract } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { normaliseAxis, type Shape, sameShape, shapeText } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { layer } from "./layer.ts"
import { demand, shapeOf } from "./tensors.ts"

/** New sizes or factors for every spatial axis; `size` wins in the layer, both at once are refused by torch. */
function resized(call: Arguments, options: Arguments): V.Value {
  const input = call.tensor("input")
  const image = imageOf(call, options, input)
  const count = Math.max(1, image.length - 2)
  const both = argumentProblems(options, image.length)
  if (both.length > 0) return call.emit([input], { shape: image, problems: both.slice(0, 1) }, input.dtype)
  const { shape, problems } = options.has("size")
    ? interpolate(image, { sizes: spread(options.sizes("size"), count) })
    : interpolate(image, { factors: factorsOf(options, count) })
  return call.emit([input], { shape, problems }, input.dtype)
}

/** The rank that a mode is for. */
const RANKS: Record<string, number> = { linear: 3, bilinear: 4, bicubic: 4, trilinear: 5 }
const SPATIAL: Readonly<Record<number, readonly string[]>> = { 1: ["L"], 2: ["H", "W"], 3: ["D", "H", "W"] }

/** The mode tells the rank, or the number of sizes does; where neither does, an input is taken for an image, and of what is unknown nothing is said. */
function imageOf(call: Arguments, options: Arguments, input: V.TensorValue): Shape {
  const mode = options.value("mode")
  const given = options.value("size") ?? options.value("scale_factor")
  const sizes = given && options.sequence(given)
  const told = (mode?.kind === "string" ? RANKS[mode.value] : undefined) ?? (sizes && sizes.length + 2)
  if (told === undefined && input.unknown) return shapeOf(call, input)
  return demand(call, input, ["N", "C", ...(SPATIAL[(told ?? 4) - 2] ?? ["H", "W"])])
}

/** What torch refuses before it looks at sizes. */
function argumentProblems(options: Arguments, rank: number): Problem[] {
  const [hasSize, hasFactor] = [options.has("size"), options.has("scale_factor")]
  if (hasSize === hasFactor)
    return [{ code: "argument-error", message: hasSize ? "takes a size or a scale_factor, not both" : "needs a size or a scale_factor" }]
  const mode = options.value("mode")
  const wanted = mode?.kind === "string" ? RANKS[mode.value] : undefined
  if (wanted !== undefined && wanted !== rank)
    return [{ code: "rank-mismatch", message: `interpolates in a way that takes ${wanted} dimensions, got ${rank}` }]
  const takesCorners = wanted !== undefined || mode?.kind !== "string"
  return !takesCorners && options.value("align_corners")?.kind === "boolean"
    ? [{ code: "argument-error", message: "takes align_corners for linear and cubic interpolation only" }]
    : []
}

const spread = (sizes: readonly Dim[], count: number): readonly Dim[] =>
  sizes.length === 1 ? new Array<Dim>(count).fill(sizes[0] ?? 1) : sizes

function factorsOf(options: Arguments, count: number): number[] {
  const given = options.required("scale_factor")
  const factors = (options.sequence(given) ?? [given]).map((factor) => numberOf(factor) ?? options.unclear("the scale_factor is not known"))
  return factors.length === 1 ? new Array<number>(count).fill(factors[0] ?? 1) : factors
}

function pair(options: Arguments, name: string): Dim[] {
  const sizes = options.has(name) ? options.sizes(name) : [name === "padding" ? 0 : 1]
  return sizes.length === 1 ? [...sizes, ...sizes] : sizes
}

function windowsOf(options: Arguments): Window[] {
  const [dilations, paddings, strides] = [pair(options, "dilation"), pair(options, "padding"), pair(options, "stride")]
  return pair(options, "kernel_size").map((size, axis) => ({
    size,
    stride: strides[axis] ?? 1,
    padding: paddings[axis] ?? 0,
    dilation: dilations[axis] ?? 1,
  }))
}

function unfolded(call: Arguments, options: Arguments): V.Value {
  const input = call.tensor("input")
  const image = demand(call, input, ["N", "C", "H", "W"])
  const { shape, problems } = unfold(image, windowsOf(options))
  return call.emit([input], { shape, problems: [...problems, ...expectFits(image.slice(-2), windowsOf(options))].slice(0, 1) }, input.dtype)
}

function folded(call: Arguments, options: Arguments): V.Value {
  const input = call.tensor("input")
  return call.emit([input], fold(shapeOf(call, input), pair(options, "output_size"), windowsOf(options)), input.dtype)
}

/** `tensor.unfold(dimension, size, step)`: a window's elements become a last axis. */
function windowed(call: Arguments): V.Value {
  const input = call.tensor("input")
  const shape = shapeOf(call, input)
  const axis = normaliseAxis(call.integer("dimension"), Math.max(1, shape.length))
  const [size, step] = [call.size("size"), call.size("step")]
  if (axis === undefined) return call.unclear(`there is no dimension ${call.integer("dimension")}`)
  const places = add(floorDivide(subtract(shape[axis] ?? 1, size), step), 1)
  return call.emit([input], { shape: [...shape.map((old, at) => (at === axis ? places : old)), size] }, input.dtype)
}

function shuffled(call: Arguments, options: Arguments, argument: string, operator: typeof pixelShuffle): V.Value {
  const input = call.tensor("input")
  const image = demand(call, input, ["N", "C", "H", "W"])
  const factor = options.size(argument)
  const { shape, problems } = operator(image, factor)
  const odd = operator === pixelUnshuffle ? image.slice(-2).find((size) => divides(factor, size) === false) : undefined
  const uneven: Problem[] =
    odd === undefined ? [] : [{ code: "indivisible", message: `needs sides that ${dimText(factor)} divides, got ${dimText(odd)}` }]
  return call.emit([input], { shape, problems: [...problems, ...uneven] }, input.dtype)
}

/** Values read at the places a grid names: [batch, channels, ...places of the grid]. */
function sampled(call: Arguments): V.Value {
  const [input, grid] = [call.tensor("input"), call.tensor("grid")]
  const [image, places] = [shapeOf(call, input), shapeOf(call, grid)]
  return call.emit(
    [input, grid],
    { shape: [...image.slice(0, 2), ...places.slice(1, -1)], problems: expectRank(places, image.length) },
    input.dtype,
  )
}

function channelShuffled(call: Arguments, options: Arguments): V.Value {
  const input = call.tensor("input")
  const shape = demand(call, input, ["N", "C", "H", "W"])
  const [channels, groups] = [shape[1] ?? 1, options.size("groups")]
  const problems: Problem[] =
    divides(groups, channels) === false
      ? [{ code: "group-divisibility", message: `has ${dimText(channels)} channels, which ${dimText(groups)} groups do not divide` }]
      : []
  return call.emit([input], { shape, problems }, input.dtype)
}

const WINDOW = "kernel_size, dilation=1, padding=0, stride=1"
const SIZES = "size=None, scale_factor=None"
const MODES = "mode='nearest', align_corners=None"

const grid = (call: Arguments): Shape => {
  const size = call.sizes("size")
  return [size[0] ?? 1, ...size.slice(2), size.length - 2]
}

/** One matrix an image, with a row an axis and a column more for the shift. */
function matrices(call: Arguments): Problem[] {
  const { shape } = call.tensor("theta")
  const [examples = 1, ...rest] = call.sizes("size")
  const axes = rest.length - 1
  const wanted: Shape = [examples, axes, axes + 1]
  if (!shape || sameShape(shape, wanted) !== false) return []
  return [{ code: "shape-mismatch", message: `expects matrices of shape ${shapeText(wanted)}, got ${shapeText(shape)}` }]
}

export const resamplings: readonly Entry[] = [
  layer({
    name: "nn.Upsample",
    signature: `${SIZES}, ${MODES}, recompute_scale_factor=None`,
    sentence: "Resizes images by interpolation.",
    forward: resized,
  }),
  layer({ name: "nn.UpsamplingNearest2d", signature: SIZES, sentence: "Resizes images by repeating the nearest pixel.", forward: resized }),
  layer({ name: "nn.UpsamplingBilinear2d", signature: SIZES, sentence: "Resizes images by bilinear interpolation.", forward: resized }),
  ...functions("F.interpolate", `input, ${SIZES}, ${MODES}, recompute_scale_factor=None, antialias=False`, (call) => resized(call, call)),
  ...functions("F.upsample", `input, ${SIZES}, ${MODES}`, (call) => resized(call, call)),
  ...functions("F.upsample_nearest F.upsample_bilinear", `input, ${SIZES}`, (call) => resized(call, call)),
  layer({
    name: "nn.PixelShuffle",
    signature: "upscale_factor",
    sentence: "Turns channels into pixels.",
    forward: (call, self) => shuffled(call, self, "upscale_factor", pixelShuffle),
  }),
  layer({
    name: "nn.PixelUnshuffle",
    signature: "downscale_factor",
    sentence: "Turns pixels into channels.",
    forward: (call, self) => shuffled(call, self, "downscale_factor", pixelUnshuffle),
  }),
  ...functions("F.pixel_shuffle torch.pixel_shuffle", "input, upscale_factor", (call) =>
    shuffled(call, call, "upscale_factor", pixelShuffle),
  ),
  ...functions("F.pixel_unshuffle torch.pixel_unshuffle", "input, downscale_factor", (call) =>
    shuffled(call, call, "downscale_factor", pixelUnshuffle),
  ),
  layer({ name: "nn.ChannelShuffle", signature: "groups", sentence: "Mixes the channels of groups.", forward: channelShuffled }),
  ...functions("F.channel_shuffle F.native_channel_shuffle torch.channel_shuffle", "input, groups", (call) => channelShuffled(call, call)),
  layer({ name: "nn.Unfold", signature: WINDOW, sentence: "Takes sliding windows apart into columns.", forward: unfolded }),
  layer({ name: "nn.Fold", signature: `output_size, ${WINDOW}`, sentence: "Sums columns back into an image.", forward: folded }),
  ...functions("F.unfold", `input, ${WINDOW}`, (call) => unfolded(call, call)),
  ...functions("F.fold", `input, output_size, ${WINDOW}`, (call) => folded(call, call)),
  ...functions("Tensor.unfold", "input, dimension, size, step", windowed),
  ...functions("F.grid_sample torch.grid_sampler", "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None", sampled),
  ...functions("F.affine_grid torch.affine_grid_generator", "theta, size, align_corners=None", (call) =>
    call.emit([call.tensor("theta")], { shape: grid(call), problems: matrices(call) }, call.tensor("theta").dtype),
  ),
]
