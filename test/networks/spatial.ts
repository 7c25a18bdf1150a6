/** Layers and steps over signals, images and volumes: [batch, channels, one to three axes]. */
import {
  argumentsText,
  divisors,
  fresh,
  type Layer,
  type LayerKind,
  perAxis,
  type Scope,
  type Shape,
  type Step,
  size,
  volume,
} from "./draft.ts"
import { activation, elementwise } from "./pointwise.ts"

const axesOf = (shape: Shape): readonly number[] => shape.slice(2)
const dimensions = (shape: Shape): string => `${shape.length - 2}d`
const channelsOf = (shape: Shape): number => shape[1] as number
const positive = (axes: readonly number[]): boolean => axes.every((axis) => axis >= 1)

interface Window {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
}

/** The same number for all axes most of the time. */
function perAxisChoice({ random }: Scope, count: number, draw: () => number): number[] {
  const first = draw()
  return random.chance(0.75) ? Array(count).fill(first) : Array.from({ length: count }, draw)
}

function drawWindow(scope: Scope, count: number, dilated: boolean): Window {
  const { random } = scope
  const kernel = perAxisChoice(scope, count, () => random.pick([1, 2, 3, 3, 4, 5]))
  const smallest = Math.min(...kernel)
  return {
    kernel,
    stride: perAxisChoice(scope, count, () => random.pick([1, 1, 2, 3])),
    padding: perAxisChoice(scope, count, () => random.whole(0, Math.floor(smallest / 2))),
    dilation: dilated && random.chance(0.2) ? perAxisChoice(scope, count, () => 2) : Array(count).fill(1),
  }
}

/** Positions of a window; `ceil` as torch's poolings round up: no window starts in the padding on the right. */
export function positions(axis: number, kernel: number, stride: number, padding: number, dilation: number, ceil = false): number {
  const room = axis + 2 * padding - dilation * (kernel - 1) - 1
  if (!ceil) return Math.floor(room / stride) + 1
  const count = Math.ceil(room / stride) + 1
  return (count - 1) * stride >= axis + padding ? count - 1 : count
}

const slide = (axes: readonly number[], { kernel, stride, padding, dilation }: Window, ceil = false): number[] =>
  axes.map((axis, i) => positions(axis, kernel[i] as number, stride[i] as number, padding[i] as number, dilation[i] as number, ceil))

const CHANNELS = [1, 2, 4, 6, 8, 12, 16]

function groupsFor(scope: Scope, incoming: number, outgoing: number): number {
  const common = divisors(incoming).filter((divisor) => outgoing % divisor === 0)
  return scope.random.chance(0.3) ? scope.random.pick(common) : 1
}

const windowText = (scope: Scope, { stride, padding, dilation }: Window, transposed = ""): (string | false)[] => [
  stride.some((step) => step > 1) && `stride=${perAxis(scope.random, stride)}`,
  padding.some((width) => width > 0) && `padding=${perAxis(scope.random, padding)}`,
  transposed !== "" && `output_padding=${transposed}`,
  dilation.some((step) => step > 1) && `dilation=${perAxis(scope.random, dilation)}`,
]

export const convolution: LayerKind = (scope, shape) => {
  const { random } = scope
  const axes = axesOf(shape)
  const window = drawWindow(scope, axes.length, true)
  const out = slide(axes, window)
  if (!positive(out) || volume(shape) > 60_000) return undefined
  const outgoing = random.pick(CHANNELS)
  const groups = groupsFor(scope, channelsOf(shape), outgoing)
  const modes = axes.every((axis, i) => axis > (window.padding[i] as number)) ? ["circular", "reflect", "replicate"] : []
  const lazy = random.chance(0.05)
  const text = argumentsText([
    !lazy && size(scope, channelsOf(shape)),
    size(scope, outgoing),
    `${random.chance(0.3) ? "kernel_size=" : ""}${perAxis(random, window.kernel)}`,
    ...windowText(scope, window),
    groups > 1 && `groups=${groups}`,
    random.chance(0.3) && "bias=False",
    modes.length > 0 && window.padding.some((width) => width > 0) && random.chance(0.1) && `padding_mode="${random.pick(modes)}"`,
  ])
  // Arguments by position may not follow those by name.
  return { make: `nn.${lazy ? "Lazy" : ""}Conv${dimensions(shape)}(${text})`, shape: [shape[0] as number, outgoing, ...out] }
}

/** A convolution that keeps the axes: what residual blocks and branches are made of. */
export const keeping: LayerKind = (scope, shape) => {
  const { random } = scope
  const kernel = perAxisChoice(scope, axesOf(shape).length, () => random.pick([1, 3, 3, 5]))
  const outgoing = random.chance(0.4) ? channelsOf(shape) : random.pick(CHANNELS)
  const groups = groupsFor(scope, channelsOf(shape), outgoing)
  const same = random.chance(0.3)
  const padding = kernel.map((width) => (width - 1) / 2)
  const text = argumentsText([
    size(scope, channelsOf(shape)),
    size(scope, outgoing),
    perAxis(random, kernel),
    same ? 'padding="same"' : `padding=${perAxis(random, padding)}`,
    groups > 1 && `groups=${groups}`,
    random.chance(0.5) && "bias=False",
  ])
  return { make: `nn.Conv${dimensions(shape)}(${text})`, shape: [shape[0] as number, outgoing, ...axesOf(shape)] }
}

export const transposedConvolution: LayerKind = (scope, shape) => {
  const { random } = scope
  const axes = axesOf(shape)
  const window = drawWindow(scope, axes.length, true)
  if (window.kernel.some((kernel, i) => kernel <= 2 * (window.padding[i] as number)) || volume(shape) > 4000) return undefined
  const extra = random.chance(0.3) ? window.stride.map((step, i) => Math.min(1, Math.max(step, window.dilation[i] as number) - 1)) : []
  const out = axes.map(
    (axis, i) =>
      (axis - 1) * (window.stride[i] as number) -
      2 * (window.padding[i] as number) +
      (window.dilation[i] as number) * ((window.kernel[i] as number) - 1) +
      (extra[i] ?? 0) +
      1,
  )
  const outgoing = random.pick(CHANNELS)
  const groups = groupsFor(scope, channelsOf(shape), outgoing)
  const text = argumentsText([
    size(scope, channelsOf(shape)),
    size(scope, outgoing),
    perAxis(random, window.kernel),
    ...windowText(scope, window, extra.some((width) => width > 0) ? perAxis(random, extra) : ""),
    groups > 1 && `groups=${groups}`,
    random.chance(0.3) && "bias=False",
  ])
  return positive(out)
    ? { make: `nn.ConvTranspose${dimensions(shape)}(${text})`, shape: [shape[0] as number, outgoing, ...out] }
    : undefined
}

export const pooling: LayerKind = (scope, shape) => {
  const { random } = scope
  const axes = axesOf(shape)
  const window = drawWindow(scope, axes.length, false)
  const ceil = random.chance(0.25)
  const out = slide(axes, window, ceil)
  if (!positive(out) || !positive(slide(axes, window))) return undefined
  const kind = random.pick(["Max", "Max", "Avg"])
  const text = argumentsText([
    perAxis(random, window.kernel),
    `stride=${perAxis(random, window.stride)}`,
    ...windowText(scope, { ...window, stride: [] }),
    ceil && "ceil_mode=True",
  ])
  return { make: `nn.${kind}Pool${dimensions(shape)}(${text})`, shape: [...shape.slice(0, 2), ...out] }
}

export const adaptivePooling: LayerKind = (scope, shape) => {
  const { random } = scope
  const out = perAxisChoice(scope, axesOf(shape).length, () => random.pick([1, 1, 2, 3, 4]))
  const text = perAxis(random, out)
  const kept = out.length > 1 && random.chance(0.1)
  const make = `nn.Adaptive${random.pick(["Avg", "Max"])}Pool${dimensions(shape)}`
  if (kept) return { make: `${make}((None, ${out.slice(1).join(", ")}))`, shape: [...shape.slice(0, 3), ...out.slice(1)] }
  return { make: `${make}(${text})`, shape: [...shape.slice(0, 2), ...out] }
}

export const normalisation: LayerKind = (scope, shape) => {
  const { random } = scope
  const channels = channelsOf(shape)
  const several = volume(shape) / channels > 1
  const written = size(scope, channels)
  const kinds = [
    `nn.BatchNorm${dimensions(shape)}(${argumentsText([written, random.chance(0.1) && "affine=False", random.chance(0.1) && "eps=1e-3"])})`,
    `nn.GroupNorm(${random.pick(divisors(channels))}, ${written})`,
    `nn.LocalResponseNorm(${random.whole(2, 5)})`,
    `nn.LazyBatchNorm${dimensions(shape)}()`,
    ...(several && axesOf(shape).some((axis) => axis > 1)
      ? [`nn.InstanceNorm${dimensions(shape)}(${argumentsText([written, random.chance(0.5) && "affine=True"])})`]
      : []),
    `nn.LayerNorm([${axesOf(shape).join(", ")}])`,
  ]
  return { make: random.pick(kinds), shape }
}

export const resizing: LayerKind = ({ random }, shape) => {
  const axes = axesOf(shape)
  if (volume(shape) > 6000) return undefined
  const modes = ["nearest", ["linear", "bilinear", "trilinear"][axes.length - 1] as string]
  const mode = `mode="${random.pick(modes)}"`
  if (random.chance(0.5))
    return { make: `nn.Upsample(scale_factor=2, ${mode})`, shape: [...shape.slice(0, 2), ...axes.map((axis) => axis * 2)] }
  const target = axes.map((axis) => axis + random.whole(0, 4))
  return { make: `nn.Upsample(size=${perAxis(random, target)}, ${mode})`, shape: [...shape.slice(0, 2), ...target] }
}

export const paddingLayer: LayerKind = ({ random }, shape) => {
  const axes = axesOf(shape)
  if (Math.min(...axes) < 3 || volume(shape) > 20_000) return undefined
  const widths = axes.flatMap(() => [random.whole(0, 2), random.whole(0, 2)])
  // torch pads the last axis first.
  const out = axes.map(
    (axis, i) => axis + (widths[2 * (axes.length - 1 - i)] as number) + (widths[2 * (axes.length - 1 - i) + 1] as number),
  )
  const kind = random.pick(["Zero", "Reflection", "Replication", "Constant", "Circular"])
  const text = `(${widths.join(", ")})${kind === "Constant" ? ", 0.5" : ""}`
  return { make: `nn.${kind}Pad${dimensions(shape)}(${text})`, shape: [...shape.slice(0, 2), ...out] }
}

export const shuffling: LayerKind = ({ random }, shape) => {
  const [batch, channels, ...axes] = shape as [number, number, ...number[]]
  const options: Layer[] = [{ make: `nn.ChannelShuffle(${random.pick(divisors(channels))})`, shape }]
  const [height, width] = axes as [number, number]
  if (axes.length === 2 && channels % 4 === 0)
    options.push({ make: "nn.PixelShuffle(2)", shape: [batch, channels / 4, height * 2, width * 2] })
  if (axes.length === 2 && height % 2 === 0 && width % 2 === 0)
    options.push({ make: "nn.PixelUnshuffle(2)", shape: [batch, channels * 4, height / 2, width / 2] })
  // ChannelShuffle takes three axes and more.
  return random.pick(options)
}

export const spatialLayers: readonly LayerKind[] = [
  convolution,
  convolution,
  convolution,
  keeping,
  transposedConvolution,
  pooling,
  adaptivePooling,
  normalisation,
  normalisation,
  resizing,
  paddingLayer,
  shuffling,
  activation,
]

/** Depthwise and pointwise, as MobileNet has them. */
const separable: Step = (scope, shape) => {
  const channels = size(scope, channelsOf(shape))
  const [depthwise, pointwise] = [fresh(scope, "depthwise"), fresh(scope, "pointwise")]
  const outgoing = scope.random.pick(CHANNELS)
  scope.init.push(`self.${depthwise} = nn.Conv${dimensions(shape)}(${channels}, ${channels}, 3, padding=1, groups=${channels})`)
  scope.init.push(`self.${pointwise} = nn.Conv${dimensions(shape)}(${channels}, ${outgoing}, kernel_size=1, bias=False)`)
  scope.forward.push(`x = self.${pointwise}(F.relu6(self.${depthwise}(x)))`)
  return [shape[0] as number, outgoing, ...axesOf(shape)]
}

/** Squeeze-and-excitation: a gate for each channel. */
const squeeze: Step = (scope, shape) => {
  const channels = channelsOf(shape)
  const name = fresh(scope, "gate")
  const inner = Math.max(1, channels >> 1)
  const axes = axesOf(shape).map((_, i) => i + 2)
  scope.init.push(
    `self.${name} = nn.Sequential(nn.Linear(${size(scope, channels)}, ${inner}), nn.ReLU(inplace=True), nn.Linear(${inner}, ${size(scope, channels)}), nn.Sigmoid())`,
  )
  scope.forward.push(`gate = self.${name}(x.mean(dim=(${axes.join(", ")}${axes.length === 1 ? "," : ""})))`)
  scope.forward.push(
    `x = x * gate${scope.random.chance(0.5) ? `.view(x.size(0), -1${", 1".repeat(axes.length)})` : `[:, :${", None".repeat(axes.length)}]`}`,
  )
  return shape
}

/** A kernel of one's own and the functional form. */
const functionalConvolution: Step = (scope, shape) => {
  const name = fresh(scope, "kernel")
  const outgoing = scope.random.pick(CHANNELS)
  const kernel = axesOf(shape).map(() => 3)
  scope.init.push(`self.${name} = nn.Parameter(torch.randn(${outgoing}, ${size(scope, channelsOf(shape))}, ${kernel.join(", ")}))`)
  scope.forward.push(`x = F.conv${dimensions(shape)}(x, self.${name}, padding=1)`)
  return [shape[0] as number, outgoing, ...axesOf(shape)]
}

const functionalPooling: Step = (scope, shape) => {
  const { random } = scope
  const axes = axesOf(shape)
  if (Math.min(...axes) < 2) return undefined
  scope.forward.push(
    `x = F.${random.pick(["max", "avg"])}_pool${dimensions(shape)}(x, ${random.chance(0.5) ? "2" : "kernel_size=2, stride=2"})`,
  )
  return [...shape.slice(0, 2), ...axes.map((axis) => axis >> 1)]
}

const interpolate: Step = (scope, shape) => {
  const axes = axesOf(shape)
  if (volume(shape) > 6000) return undefined
  if (scope.random.chance(0.5)) {
    scope.forward.push("x = F.interpolate(x, scale_factor=1.5)")
    return [...shape.slice(0, 2), ...axes.map((axis) => Math.floor(axis * 1.5))]
  }
  scope.forward.push(`x = F.interpolate(x, size=[s + 1 for s in x.shape[2:]], mode="nearest")`)
  return [...shape.slice(0, 2), ...axes.map((axis) => axis + 1)]
}

const pad: Step = (scope, shape) => {
  if (volume(shape) > 20_000) return undefined
  const [before, after] = [scope.random.whole(0, 2), scope.random.whole(0, 2)]
  scope.forward.push(`x = F.pad(x, (${before}, ${after}))`)
  return [...shape.slice(0, -1), (shape.at(-1) as number) + before + after]
}

/** Every channel's positions as the rows of a product: non-local attention. */
const nonLocal: Step = (scope, shape) => {
  const [batch, channels, ...axes] = shape as [number, number, ...number[]]
  if (volume(axes) > 150) return undefined
  const [query, key, value] = ["query", "key", "value"].map((stem) => fresh(scope, stem)) as [string, string, string]
  const inner = Math.max(1, channels >> 1)
  for (const name of [query, key]) scope.init.push(`self.${name} = nn.Conv${dimensions(shape)}(${size(scope, channels)}, ${inner}, 1)`)
  scope.init.push(`self.${value} = nn.Conv${dimensions(shape)}(${size(scope, channels)}, ${size(scope, channels)}, 1)`)
  scope.forward.push(`scores = torch.bmm(self.${query}(x).flatten(2).transpose(1, 2), self.${key}(x).flatten(2))`)
  scope.forward.push(`weights = scores.softmax(dim=-1)`)
  scope.forward.push(`x = x + torch.bmm(self.${value}(x).flatten(2), weights.transpose(1, 2)).view_as(x)`)
  return [batch, channels, ...axes]
}

export const spatialSteps: readonly Step[] = [
  separable,
  squeeze,
  functionalConvolution,
  functionalPooling,
  interpolate,
  pad,
  nonLocal,
  elementwise,
]
