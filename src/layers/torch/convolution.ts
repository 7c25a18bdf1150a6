/** Convolutions of torch, forwards and transposed: layers, lazy layers and functions over one, two and three axes. */
import type { Arguments } from "../arguments.ts"
import { convolve, convolveTransposed, expectGroups } from "../../operators/convolve.ts"
import type { Outcome } from "../../operators/outcome.ts"
import type { Window } from "../../operators/window.ts"
import { add, type Dim, floorDivide, lessThan, multiply, subtract } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions, nativeClass } from "./define.ts"
import { isFloating } from "./dtypes.ts"
import { type Layer, type LayerDefinition, layer } from "./layer.ts"
import { materialise } from "./lazy.ts"
import { firstOf } from "./linear.ts"
import { MODULE_CLASS } from "./module.ts"
import { demand } from "./tensors.ts"

const AXES: readonly (readonly string[])[] = [[], ["L"], ["H", "W"], ["D", "H", "W"]]
const FORWARD =
  "in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None"
const TRANSPOSED =
  "in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None"

const CONV_BASE = nativeClass({ name: "torch.nn._ConvNd", bases: [MODULE_CLASS] })
const TRANSPOSED_BASE = nativeClass({ name: "torch.nn._ConvTransposeNd", bases: [CONV_BASE] })

/** A size for each axis; where the count is wrong the argument is reported and the first size serves. */
function perAxis(call: Arguments, name: string, count: number): Dim[] {
  const sizes = call.sizesFor(name, count)
  if (sizes) return sizes
  call.problem("argument-error", `${call.name} takes one ${name} or ${count}, got ${call.sizes(name).length}`)
  return new Array<Dim>(count).fill(call.sizes(name)[0] ?? 1)
}

/** The windows of a convolution whose kernel is known. */
function windowsOf(call: Arguments, sizes: readonly Dim[]): Window[] {
  const count = sizes.length
  const word = call.value("padding")?.kind === "string" ? call.text("padding") : undefined
  const [strides, dilations] = [perAxis(call, "stride", count), perAxis(call, "dilation", count)]
  const paddings = word === undefined ? perAxis(call, "padding", count) : []
  return sizes.map(
    (size, axis): Window => ({
      size,
      stride: strides[axis] as Dim,
      dilation: dilations[axis] as Dim,
      padding: word === "same" ? "same" : word === "valid" ? "valid" : (paddings[axis] as Dim),
    }),
  )
}

interface Operands {
  readonly input: V.TensorValue
  readonly weight: V.TensorValue
  readonly bias: V.TensorValue | undefined
  readonly axisCount: number
}

/** Records the convolution; kernels of unknown shape leave the result's sizes unknown. */
function record(
  call: Arguments,
  { input, weight, bias }: Operands,
  { shape, macs, problems, sliding }: Outcome,
  more: readonly Problem[] = [],
): V.Value {
  const inputs = [input, weight, ...(bias ? [bias] : [])]
  return call.emit(inputs, { shape, macs, problems: firstOf([...problems, ...more]), sliding }, weight.dtype ?? input.dtype)
}

/** Kernel sizes and strides that torch refuses. */
function windowProblems(windows: readonly Window[]): Problem[] {
  return windows
    .flatMap(({ size, stride, padding }): Problem[] => {
      if (lessThan(stride, 1) === true) return [{ code: "argument-error", message: "takes a stride of 1 or more" }]
      if (lessThan(size, 1) === true) return [{ code: "argument-error", message: "takes a kernel of size 1 or more" }]
      return typeof padding === "number" && padding < 0 ? [{ code: "argument-error", message: "takes no negative padding" }] : []
    })
    .slice(0, 1)
}

function dtypeProblems({ input, weight }: Operands): Problem[] {
  if (input.dtype === undefined || weight.dtype === undefined || isFloating(input.dtype) || input.dtype.startsWith("complex")) return []
  return [{ code: "dtype-mismatch", message: `expects an input of type ${weight.dtype}, got ${input.dtype}` }]
}

/** A bias must have one number for each filter. */
const biasProblems = ({ bias }: Operands, filters: Dim | undefined): Problem[] =>
  bias?.shape &&
  filters !== undefined &&
  bias.shape[0] !== undefined &&
  (lessThan(bias.shape[0], filters) === true || lessThan(filters, bias.shape[0]) === true)
    ? [{ code: "channel-mismatch", message: "has a bias of another size than its filters" }]
    : []

/** Wanting a kernel of `axisCount` spatial axes. */
function kernelOf(call: Arguments, { weight, axisCount }: Operands): Shape {
  const kernel = weight.shape
  if (!kernel) return call.unclear(weight.unknown?.reason ?? "the kernel's shape is not known")
  if (kernel.length !== axisCount + 2) {
    call.problem("rank-mismatch", `${call.name} expects a weight of ${axisCount + 2} axes, got ${kernel.length}`)
    return call.unclear("the weight has the wrong number of axes")
  }
  return kernel
}

/** Forward convolution. */
function forward(call: Arguments, options: Arguments, operands: Operands): V.Value {
  const kernel = kernelOf(call, operands)
  const groups = options.size("groups")
  const windows = windowsOf(options, kernel.slice(2))
  const channels = multiply(kernel[1] as Dim, groups)
  const image = demand(call, operands.input, ["N", channels, ...(AXES[operands.axisCount] ?? [])])
  const refused = windowProblems(windows)
  if (refused.length > 0) return record(call, operands, { shape: image, macs: 0, problems: refused })
  const outcome = convolve(image, kernel, windows, groups)
  return record(call, operands, outcome, [
    ...dtypeProblems(operands),
    ...biasProblems(operands, kernel[0]),
    ...reflectionProblems(options, image, windows),
  ])
}

/** Mirrored and wrapped padding cannot be wider than the image. */
function reflectionProblems(options: Arguments, image: Shape, windows: readonly Window[]): Problem[] {
  const mode = options.read("padding_mode")
  if (mode?.kind !== "string" || mode.value === "zeros" || mode.value === "replicate") return []
  const axes = image.slice(image.length - windows.length)
  const isTooWide = windows.some(
    ({ padding }, axis) =>
      typeof padding === "number" && lessThan(axes[axis] ?? padding, mode.value === "reflect" ? padding + 1 : padding) === true,
  )
  return isTooWide ? [{ code: "padding-too-large", message: `pads by ${mode.value} wider than the image` }] : []
}

/** Transposed convolution; a wanted output size decides what is padded at the end. */
function transposed(call: Arguments, options: Arguments, operands: Operands, wanted?: V.Value): V.Value {
  const kernel = kernelOf(call, operands)
  const groups = options.size("groups")
  const windows = windowsOf(options, kernel.slice(2))
  const image = demand(call, operands.input, ["N", kernel[0] as Dim, ...(AXES[operands.axisCount] ?? [])])
  const refused = windowProblems(windows)
  if (refused.length > 0) return record(call, operands, { shape: image, macs: 0, problems: refused })
  const outputPadding = wanted ? windows.map(() => 0) : perAxis(options, "output_padding", operands.axisCount)
  const outcome = convolveTransposed(image, kernel, windows, outputPadding, groups)
  const problems = [
    ...dtypeProblems(operands),
    ...biasProblems(operands, multiply(kernel[1] as Dim, groups)),
    ...outputPaddingProblems(outputPadding, windows),
    ...emptyProblems(outcome.shape, image, operands.axisCount),
  ]
  return record(call, operands, wanted ? stretched(call, outcome, call.sizesOf(wanted), windows) : outcome, problems)
}

function outputPaddingProblems(paddings: readonly Dim[], windows: readonly Window[]): Problem[] {
  const isTooLarge = paddings.some((padding, axis) => {
    const { stride, dilation } = windows[axis] as Window
    return lessThan(padding, stride) === false && lessThan(padding, dilation) === false
  })
  return isTooLarge ? [{ code: "argument-error", message: "has an output_padding that is not smaller than its stride or dilation" }] : []
}

function emptyProblems(shape: Shape, image: Shape, axisCount: number): Problem[] {
  const axes = shape.slice(shape.length - axisCount)
  return image.length > axisCount && axes.some((size) => lessThan(size, 1) === true)
    ? [{ code: "empty-output", message: "pads away more than it paints: nothing is left" }]
    : []
}

/** The result at the size asked for, which must lie within one stride of the smallest. */
function stretched(call: Arguments, outcome: Outcome, wanted: readonly Dim[], windows: readonly Window[]): Outcome {
  const { shape } = outcome
  const target = wanted.slice(-windows.length)
  const isOut = target.some((size, axis) => {
    const smallest = shape[shape.length - windows.length + axis] as Dim
    const { stride } = windows[axis] as Window
    return lessThan(size, smallest) === true || lessThan(subtract(add(smallest, stride), 1), size) === true
  })
  const problems: Problem[] = isOut
    ? [...outcome.problems, { code: "argument-error", message: "is asked for an output size its stride cannot give" }]
    : [...outcome.problems]
  return { ...outcome, shape: [...shape.slice(0, shape.length - windows.length), ...target], problems }
}

/** What torch keeps as tuples. */
const attributes =
  (count: number, names: readonly string[]): LayerDefinition["attributes"] =>
  (args) =>
    Object.fromEntries([
      ...names.map((name): [string, V.Value] => [
        name,
        args.value(name)?.kind === "string" ? (args.value(name) as V.Value) : V.tuple(perAxis(args, name, count).map(V.integer)),
      ]),
      ["transposed", V.FALSE],
      ["output_padding", V.tuple(new Array<V.Value>(count).fill(V.integer(0)))],
    ])

const PADDING_MODES = ["zeros", "reflect", "replicate", "circular"]

function check(args: Arguments): string | Problem | undefined {
  const padding = args.value("padding")
  if (padding?.kind === "string" && !["same", "valid"].includes(padding.value))
    return `takes the paddings 'same' and 'valid', got '${padding.value}'`
  if (padding?.kind === "string" && padding.value === "same" && args.sizes("stride").some((size) => typeof size === "number" && size !== 1))
    return "cannot pad to the same size with a stride"
  const mode = args.text("padding_mode") ?? "zeros"
  if (!PADDING_MODES.includes(mode)) return `takes the padding modes ${PADDING_MODES.join(", ")}, got '${mode}'`
  const [problem] = args.has("in_channels") ? expectGroups(args.size("in_channels"), args.size("out_channels"), args.size("groups")) : []
  return problem
}

const SENTENCES = ["", "a sequence", "an image", "a volume"]
const bias = (args: Arguments): Shape | false | V.UnknownValue => {
  const flag = args.flag("bias")
  return flag === undefined ? V.unknown("whether bias is set is not known", args.place) : flag && [args.size("out_channels")]
}

function operandsOf(call: Arguments, self: Layer, axisCount: number): Operands {
  return { input: call.tensor("input"), weight: self.tensor("weight"), bias: self.optionalTensor("bias"), axisCount }
}

function layersOver(axisCount: number): Entry[] {
  const tuples = ["kernel_size", "stride", "padding", "dilation"]
  const shaped = attributes(axisCount, tuples)
  return [
    layer({
      name: `nn.Conv${axisCount}d`,
      base: CONV_BASE,
      signature: FORWARD,
      sentence: `Slides learned kernels over ${SENTENCES[axisCount]}.`,
      formula: "(in_channels / groups · kernel_size + 1) · out_channels",
      check,
      attributes: shaped,
      weights: (args) => ({
        weight: [
          args.size("out_channels"),
          floorDivide(args.size("in_channels"), args.size("groups")),
          ...perAxis(args, "kernel_size", axisCount),
        ],
        bias: bias(args),
      }),
      forward: (call, self) => forward(call, self, operandsOf(call, self, axisCount)),
      more: [["_conv_forward", convForward(axisCount)]],
    }),
    layer({
      name: `nn.ConvTranspose${axisCount}d`,
      base: TRANSPOSED_BASE,
      signature: TRANSPOSED,
      input: "input, output_size=None",
      sentence: `Paints learned kernels into ${SENTENCES[axisCount]}, which grows by the stride.`,
      formula: "(in_channels · kernel_size / groups + 1) · out_channels",
      check: (args) => (args.text("padding_mode") !== "zeros" ? "pads with zeros only" : check(args)),
      attributes: (args) => ({
        ...attributes(axisCount, [...tuples, "output_padding"])?.(args),
        output_padding: V.tuple(perAxis(args, "output_padding", axisCount).map(V.integer)),
        transposed: V.TRUE,
      }),
      weights: (args) => ({
        weight: [
          args.size("in_channels"),
          floorDivide(args.size("out_channels"), args.size("groups")),
          ...perAxis(args, "kernel_size", axisCount),
        ],
        bias: bias(args),
      }),
      forward: (call, self) => transposed(call, self, operandsOf(call, self, axisCount), call.value("output_size")),
    }),
    ...lazyLayersOver(axisCount),
  ]
}

function lazyLayersOver(axisCount: number): Entry[] {
  return [
    layer({
      name: `nn.LazyConv${axisCount}d`,
      base: CONV_BASE,
      signature: FORWARD.replace("in_channels, ", ""),
      sentence: "A convolution that learns its channel count from the first input.",
      forward: (call, self) => materialise(call, self, `torch.nn.Conv${axisCount}d`, ["in_channels"]),
    }),
    layer({
      name: `nn.LazyConvTranspose${axisCount}d`,
      base: TRANSPOSED_BASE,
      signature: TRANSPOSED.replace("in_channels, ", ""),
      input: "input, output_size=None",
      sentence: "A transposed convolution that learns its channel count from the first input.",
      forward: (call, self) => materialise(call, self, `torch.nn.ConvTranspose${axisCount}d`, ["in_channels"]),
    }),
  ]
}

/** `self._conv_forward(x, weight, bias)`, which subclasses call with weights of their own. */
function convForward(axisCount: number): V.NativeValue {
  return V.native(
    `torch.nn.Conv${axisCount}d._conv_forward`,
    (interpreter, { positional: [self, input = V.NONE, weight = V.NONE, bias = V.NONE] }, place) => {
      const functional = interpreter.catalogue(`torch.nn.functional.conv${axisCount}d`)
      const options = ["stride", "padding", "dilation", "groups"].flatMap((name): [string, V.Value][] => {
        const value = self && interpreter.findAttribute(self, name)
        return value ? [[name, value]] : []
      })
      return functional ? interpreter.call(functional, { positional: [input, weight, bias], keywords: new Map(options) }, place) : V.NONE
    },
    true,
  )
}

function functionsOver(axisCount: number): Entry[] {
  const operands = (call: Arguments): Operands => ({
    input: call.tensor("input"),
    weight: call.tensor("weight"),
    bias: call.optionalTensor("bias"),
    axisCount,
  })
  return [
    ...functions(
      `F.conv${axisCount}d torch.conv${axisCount}d`,
      "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1",
      (call) => {
        const isStrided = call.text("padding") === "same" && call.sizes("stride").some((size) => typeof size === "number" && size !== 1)
        if (isStrided) call.problem("argument-error", `${call.name} cannot pad to the same size with a stride`)
        return forward(call, call, operands(call))
      },
    ),
    ...functions(
      `F.conv_transpose${axisCount}d torch.conv_transpose${axisCount}d`,
      "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1",
      (call) => transposed(call, call, operands(call)),
    ),
  ]
}

export const convolutions: readonly Entry[] = [
  ["torch.nn._ConvNd", () => CONV_BASE],
  ["torch.nn._ConvTransposeNd", () => TRANSPOSED_BASE],
  ...[1, 2, 3].flatMap(layersOver),
  ...[1, 2, 3].flatMap(functionsOver),
]
