/** Convolutions: kernels that slide over the spatial axes, forwards and transposed. */
import { add, type Dim, divides, dimText, lessThan, multiply, product, subtract } from "../values/dim.ts"
import type { Problem } from "../values/problem.ts"
import type { Shape } from "../values/shape.ts"
import { expectRank, expectSame, type Outcome } from "./outcome.ts"
import { expectFits, type Layout, paddingOf, positions, sliding, span, type Window } from "./window.ts"

/** An image taken apart; `lead` is the batch, or nothing for a single image. */
interface Image {
  readonly lead: Shape
  readonly channels: Dim
  readonly axes: Shape
}

function takeApart(image: Shape, axisCount: number, layout: Layout): Image {
  const lead = image.slice(0, Math.max(0, image.length - axisCount - 1))
  const rest = image.slice(lead.length)
  return layout === "channels-first"
    ? { lead, channels: rest[0] ?? 1, axes: rest.slice(1) }
    : { lead, channels: rest.at(-1) ?? 1, axes: rest.slice(0, -1) }
}

const putTogether = ({ lead, channels, axes }: Image, layout: Layout): Shape =>
  layout === "channels-first" ? [...lead, channels, ...axes] : [...lead, ...axes, channels]

/**
 * Slides kernels over the spatial axes of an image.
 *
 *   image     [batch, channels, ...axes], or without batch; channels last under that layout
 *   kernel    [filters, channels / groups, ...sizes]
 *   result    [batch, filters, ...positions(axis, window)]
 *   macs      one per kernel element per output element; padding counts, bias is free
 *   problems  channel-mismatch, rank-mismatch, kernel-too-large
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export function convolve(
  image: Shape,
  kernel: Shape,
  windows: readonly Window[],
  groups: Dim = 1,
  layout: Layout = "channels-first",
): Outcome {
  const [filters = 1, channelsPerGroup = 1, ...sizes] = kernel
  const ranks = expectRank(image, windows.length + 2, windows.length + 1)
  if (ranks.length > 0) return { shape: image, macs: 0, problems: ranks }
  const { lead, channels, axes } = takeApart(image, windows.length, layout)
  const spots = axes.map((axis, index) => positions(axis, windows[index] as Window))
  return {
    shape: putTogether({ lead, channels: filters, axes: spots }, layout),
    macs: product([...lead, filters, ...spots, channelsPerGroup, ...sizes]),
    problems: [
      ...expectSame("channel-mismatch", "channels", multiply(channelsPerGroup, groups), channels, "in_channels"),
      ...expectFits(axes, windows),
    ],
    sliding: sliding(windows),
  }
}

/**
 * The transpose of a convolution: every input element paints a kernel.
 *
 *   image     [batch, channels, ...axes], or without batch
 *   kernel    [channels, filters / groups, ...sizes]
 *   result    [batch, filters, ...(axis − 1)·stride − padding + span + output_padding]; "same" gives axis·stride
 *   macs      one per kernel element per input element
 *   problems  channel-mismatch, rank-mismatch, padding-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
export function convolveTransposed(
  image: Shape,
  kernel: Shape,
  windows: readonly Window[],
  outputPadding: readonly Dim[],
  groups: Dim = 1,
  layout: Layout = "channels-first",
): Outcome {
  const [inChannels = 1, filtersPerGroup = 1, ...sizes] = kernel
  const ranks = expectRank(image, windows.length + 2, windows.length + 1)
  if (ranks.length > 0) return { shape: image, macs: 0, problems: ranks }
  const { lead, channels, axes } = takeApart(image, windows.length, layout)
  const sides = axes.map((axis, index) => painted(axis, windows[index] as Window, outputPadding[index] ?? 0))
  return {
    shape: putTogether({ lead, channels: multiply(filtersPerGroup, groups), axes: sides }, layout),
    macs: product([...lead, inChannels, ...axes, filtersPerGroup, ...sizes]),
    problems: [...expectSame("channel-mismatch", "channels", inChannels, channels, "in_channels"), ...expectSomething(sides)],
    sliding: sliding(windows, true),
  }
}

/** More padding than there is to cut away leaves nothing. */
function expectSomething(sides: Shape): Problem[] {
  const empty = sides.find((side) => lessThan(side, 1) === true)
  return empty === undefined
    ? []
    : [{ code: "padding-mismatch", message: `leaves ${dimText(empty)} positions of an axis: its padding cuts away more than there is` }]
}

function painted(axis: Dim, window: Window, outputPadding: Dim): Dim {
  const padding = paddingOf(window)
  if (padding === undefined) return multiply(axis, window.stride)
  const full = add(multiply(subtract(axis, 1), window.stride), span(window))
  return add(subtract(full, padding), outputPadding)
}

/** What is certainly wrong with the numbers of channels and groups. */
export function expectGroups(channels: Dim, filters: Dim, groups: Dim): Problem[] {
  return [
    { what: "in_channels", size: channels },
    { what: "out_channels", size: filters },
  ].flatMap(({ what, size }) =>
    divides(groups, size) === false
      ? [{ code: "group-divisibility", message: `has ${what} ${dimText(size)}, which ${dimText(groups)} groups do not divide` }]
      : [],
  )
}
