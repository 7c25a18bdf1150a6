/** Pooling of torch: maximum, average, power, adaptive, fractional, and the way back. */
import type { Arguments, Result } from "../arguments.ts"
import type { Outcome } from "../../operators/outcome.ts"
import { adaptivePool, pool, spatial } from "../../operators/pool.ts"
import type { Window } from "../../operators/window.ts"
import { add, type Dim, floorDivide, lessThan, multiply, subtract } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { floatingOf } from "./dtypes.ts"
import { type Entry, functions } from "./define.ts"
import { type LayerDefinition, layer } from "./layer.ts"
import { firstOf } from "./linear.ts"
import { demand } from "./tensors.ts"

const AXES: readonly (readonly string[])[] = [[], ["L"], ["H", "W"], ["D", "H", "W"]]

function sizesOver(options: Arguments, name: string, count: number): Dim[] {
  const sizes = options.sizesFor(name, count)
  if (sizes) return sizes
  options.problem("argument-error", `${options.name} takes one ${name} or ${count}, got ${options.sizes(name).length}`)
  return new Array<Dim>(count).fill(options.sizes(name)[0] ?? 1)
}

function windowsOf(options: Arguments, count: number): Window[] {
  const sizes = sizesOver(options, "kernel_size", count)
  const stride = options.value("stride")
  // An empty list is what old code passes for "as large as the window".
  const strides = stride === undefined || options.sequence(stride)?.length === 0 ? sizes : sizesOver(options, "stride", count)
  const paddings = options.has("padding") ? sizesOver(options, "padding", count) : sizes.map(() => 0)
  const dilations = options.has("dilation") ? sizesOver(options, "dilation", count) : sizes.map(() => 1)
  return sizes.map((size, axis) => ({
    size,
    stride: strides[axis] as Dim,
    padding: paddings[axis] as Dim,
    dilation: dilations[axis] as Dim,
  }))
}

function windowProblems(windows: readonly Window[]): Problem[] {
  return windows
    .flatMap(({ size, stride, padding }): Problem[] => {
      if (lessThan(stride, 1) === true) return [{ code: "argument-error", message: "takes a stride of 1 or more" }]
      if (lessThan(floorDivide(size, 2), padding as Dim) === true)
        return [{ code: "padding-too-large", message: "pads by more than half its window" }]
      return []
    })
    .slice(0, 1)
}

/** An image of unknown shape gets a batch, channels and as many axes as are pooled. */
function imageOf(call: Arguments, input: V.TensorValue, count: number): Shape {
  return demand(call, input, ["N", "C", ...(AXES[count] ?? [])])
}

function applyPool(call: Arguments, options: Arguments, count: number): V.Value {
  const input = call.tensor("input")
  const image = imageOf(call, input, count)
  const windows = windowsOf(options, count)
  const refused = windowProblems(windows)
  const { shape, problems, sliding }: Outcome =
    refused.length > 0 ? { shape: image, macs: 0, problems: refused } : pool(image, windows, options.flag("ceil_mode") === true)
  const empty: Problem[] =
    problems.length === 0 && image.length >= count && shape.slice(shape.length - count).some((size) => lessThan(size, 1) === true)
      ? [{ code: "kernel-too-large", message: "has a window larger than the input: nothing is left" }]
      : []
  return withPositions(call, options, input, { shape, problems: firstOf([...problems, ...empty]), sliding })
}

/** The pooled image, and where the maxima were when that is asked. */
function withPositions(call: Arguments, options: Arguments, input: V.TensorValue, { shape, problems = [], sliding }: Result): V.Value {
  if (options.flag("return_indices") !== true && !call.name.endsWith("_with_indices"))
    return call.emit([input], { shape, problems, sliding }, input.dtype)
  const record = { name: call.name, inputs: [input], macs: 0, problems, place: call.place, sliding }
  const results = [input.dtype, "int64"].map((dtype) => ({ shape, dtype }))
  return V.tuple(call.interpreter.operations(record, "torch", results))
}

/** `output_size` with None for axes that stay. */
function adaptiveSizes(options: Arguments, count: number): (Dim | undefined)[] {
  const value = options.read("output_size") ?? V.NONE
  if (V.isNone(value)) return new Array<undefined>(count).fill(undefined)
  const items = options.sequence(value)
  const sizes = items ? items.map((item) => (V.isNone(item) ? undefined : options.interpreter.dim(item))) : [options.interpreter.dim(value)]
  if (sizes.length === count) return sizes
  if (sizes.length !== 1) options.problem("argument-error", `${options.name} takes one output size or ${count}, got ${sizes.length}`)
  return new Array<Dim | undefined>(count).fill(sizes[0])
}

function applyAdaptive(call: Arguments, options: Arguments, count: number): V.Value {
  const input = call.tensor("input")
  return withPositions(call, options, input, adaptivePool(imageOf(call, input, count), adaptiveSizes(options, count)))
}

/** Fractional pooling gives a size, or a share of the input's. */
function applyFractional(call: Arguments, options: Arguments, count: number): V.Value {
  const input = call.tensor("input")
  const image = imageOf(call, input, count)
  if (options.has("output_size")) return withPositions(call, options, input, adaptivePool(image, sizesOver(options, "output_size", count)))
  const ratio = options.required("output_ratio")
  const ratios = (options.sequence(ratio) ?? [ratio]).map((item) => (item.kind === "float" ? item.value : 1))
  const { axes, replace } = spatial(image, count, "channels-first")
  const sizes = axes.map((size, axis) =>
    typeof size === "number"
      ? Math.floor(size * (ratios[axis] ?? ratios[0] ?? 1))
      : call.fresh("size", "a share of a size that is not known"),
  )
  return withPositions(call, options, input, { shape: replace(sizes) })
}

/** Puts maxima back where they were. */
function applyUnpool(call: Arguments, options: Arguments, count: number): V.Value {
  const [input, indices] = [call.tensor("input"), call.tensor("indices")]
  const image = imageOf(call, input, count)
  const wanted = call.value("output_size")
  const { axes, replace } = spatial(image, count, "channels-first")
  const windows = windowsOf(options, count)
  const sizes = wanted
    ? call.sizesOf(wanted).slice(-count)
    : axes.map((size, axis) => {
        const { size: width, stride, padding } = windows[axis] as Window
        return add(subtract(multiply(subtract(size, 1), stride), multiply(2, padding as Dim)), width)
      })
  return call.emit([input, indices], { shape: replace(sizes) }, input.dtype)
}

const floating = (value: V.Value): V.Value => (value.kind === "tensor" ? { ...value, dtype: floatingOf(value.dtype) } : value)

const MAXIMUM = "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False"
const AVERAGE = "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True"
const POWER = "norm_type, kernel_size, stride=None, ceil_mode=False"
const FRACTIONAL = "kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None"

type Apply = (call: Arguments, options: Arguments, count: number) => V.Value

interface PoolDefinition {
  /** "MaxPool", "max_pool" */
  readonly layer: string
  readonly function: string
  readonly signature: (count: number) => string
  /** the function's, when its order differs */
  readonly options?: string
  readonly input?: string
  readonly counts: readonly number[]
  readonly apply: Apply
  readonly sentence: string
}

const POOLS: readonly PoolDefinition[] = [
  {
    layer: "MaxPool",
    function: "max_pool",
    signature: () => MAXIMUM,
    options: "kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False",
    counts: [1, 2, 3],
    apply: applyPool,
    sentence: "Keeps the largest value of each window.",
  },
  {
    layer: "AvgPool",
    function: "avg_pool",
    signature: (count) => (count === 1 ? AVERAGE : `${AVERAGE}, divisor_override=None`),
    counts: [1, 2, 3],
    apply: applyPool,
    sentence: "Averages each window.",
  },
  {
    layer: "LPPool",
    function: "lp_pool",
    signature: () => POWER,
    counts: [1, 2, 3],
    // The power mean of whole numbers is a floating number.
    apply: (call, options, count) => floating(applyPool(call, options, count)),
    sentence: "Takes the power mean of each window.",
  },
  {
    layer: "AdaptiveAvgPool",
    function: "adaptive_avg_pool",
    signature: () => "output_size",
    counts: [1, 2, 3],
    apply: applyAdaptive,
    sentence: "Averages into a given number of windows.",
  },
  {
    layer: "AdaptiveMaxPool",
    function: "adaptive_max_pool",
    signature: () => "output_size, return_indices=False",
    counts: [1, 2, 3],
    apply: applyAdaptive,
    sentence: "Keeps the largest values of a given number of windows.",
  },
  {
    layer: "FractionalMaxPool",
    function: "fractional_max_pool",
    signature: () => FRACTIONAL,
    counts: [2, 3],
    apply: applyFractional,
    sentence: "Keeps the largest value of windows of varying size.",
  },
  {
    layer: "MaxUnpool",
    function: "max_unpool",
    signature: () => "kernel_size, stride=None, padding=0",
    options: "kernel_size, stride=None, padding=0, output_size=None",
    input: "input, indices, output_size=None",
    counts: [1, 2, 3],
    apply: applyUnpool,
    sentence: "Puts the maxima of a pooling back where they were.",
  },
]

function entriesOf(definition: PoolDefinition): Entry[] {
  return definition.counts.flatMap((count) => {
    const signature = definition.signature(count)
    const own: LayerDefinition = {
      name: `nn.${definition.layer}${count}d`,
      signature,
      sentence: definition.sentence,
      ...(definition.input !== undefined && { input: definition.input }),
      // torch sets the stride to the window where none is given.
      attributes: (args): Record<string, V.Value> =>
        !args.has("stride") && signature.includes("stride") ? { stride: args.required("kernel_size") } : {},
      forward: (call, self) => definition.apply(call, self, count),
    }
    const before = definition.input === undefined ? "input" : "input, indices"
    const names = [
      `F.${definition.function}${count}d`,
      `torch.${definition.function}${count}d`,
      `F.${definition.function}${count}d_with_indices`,
    ].join(" ")
    return [layer(own), ...functions(names, `${before}, ${definition.options ?? signature}`, (call) => definition.apply(call, call, count))]
  })
}

export const poolings: readonly Entry[] = POOLS.flatMap(entriesOf)
