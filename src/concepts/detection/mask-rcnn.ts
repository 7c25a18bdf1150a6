/** The subject "Mask R-CNN": a detector with a small fully convolutional network for masks, and regions that are not rounded. */
import { convolve, convolveTransposed } from "../../operators/convolve.ts"
import { numberOf, percent, texNumber as tex } from "../knobs.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, LayerFacts, Numbers, Subject } from "../subject.ts"
import { checkMaskRcnn } from "./mask-rcnn-check.ts"
import { maskRcnnScene } from "./mask-rcnn-diagram.ts"
import { maskHeadsIn } from "./mask-rcnn-in-model.ts"
import { aligned, EXAMPLE, MAP, pooled, type Region, regionOf, rounded } from "./region-sampling.ts"

const place = (name: string, label: string, initial: number, maximum: number, help: string, minimum = 0): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: maximum,
  step: 0.05,
  help,
})

const KNOBS: readonly Knob[] = [
  place("roi_x", "Region: left", 2.4, MAP.columns - 1, "In cells of the feature map; drag it in the picture."),
  place("roi_y", "Region: top", 1.55, MAP.rows - 1, "In cells."),
  place("roi_width", "Region: width", 5.3, MAP.columns, "In cells.", 0.5),
  place("roi_height", "Region: height", 3.8, MAP.rows, "In cells.", 0.5),
  { ...countKnob("stride", "Stride", 16, 32, "Pixels of the image that one cell stands for."), limit: 64 } as Knob,
  { ...countKnob("bins", "Bins", 7, 14, "Every region becomes so many by so many numbers."), limit: 28 } as Knob,
  {
    ...countKnob("ratio", "Sampling ratio", 2, 4, "Samples along each side of a bin.", { arguments: { torch: "sampling_ratio" } }),
    limit: 8,
  } as Knob,
  countKnob("channels", "Channels", 256, 512, "Of the feature maps and of the mask head."),
  countKnob("classes", "Classes", 80, 100, "Each has a mask of its own, so that they need not compete."),
]

const WINDOW = { size: 3, stride: 1, padding: 1, dilation: 1 } as const
const TWICE = { size: 2, stride: 2, padding: 0, dilation: 1 } as const
const ONE = { size: 1, stride: 1, padding: 0, dilation: 1 } as const
const HIDDEN = 4

/** Four convolutions, one that doubles the sides, one 1 × 1 for the classes; it reads regions of twice the box head's bins. */
function maskHead(channels: number, classes: number, side: number) {
  const deep = convolve([1, channels, side, side], [channels, channels, 3, 3], [WINDOW, WINDOW])
  const grown = convolveTransposed([1, channels, side, side], [channels, channels, 2, 2], [TWICE, TWICE], [0, 0])
  const last = convolve(grown.shape, [classes, channels, 1, 1], [ONE, ONE])
  return {
    parameters: HIDDEN * (9 * channels * channels + channels) + 4 * channels * channels + channels + channels * classes + classes,
    macs: HIDDEN * Number(deep.macs) + Number(grown.macs) + Number(last.macs),
    mask: last.shape.slice(1).map(Number),
  }
}

const overlap = (one: Region, other: Region): number => {
  const wide = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const high = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return Math.max(0, wide) * Math.max(0, high)
}

export function computed(knobs: Knobs) {
  const [stride, bins, ratio, channels, classes] = ["stride", "bins", "ratio", "channels", "classes"].map((name) =>
    numberOf(knobs, name),
  ) as [number, number, number, number, number]
  const region = regionOf(knobs)
  const whole = rounded(region)
  const shared = overlap(region, whole)
  const union = region.width * region.height + whole.width * whole.height - shared
  const edges = [
    { label: "left", value: Math.abs(region.x - whole.x) },
    { label: "top", value: Math.abs(region.y - whole.y) },
    { label: "right", value: Math.abs(region.x + region.width - whole.x - whole.width) },
    { label: "bottom", value: Math.abs(region.y + region.height - whole.y - whole.height) },
  ].map(({ label, value }) => ({ label, pixels: value * stride }))
  return { stride, bins, ratio, channels, classes, region, whole, edges, iou: shared / union, head: maskHead(channels, classes, 2 * bins) }
}

function numbers(knobs: Knobs): Numbers {
  const { region, whole, stride, edges, iou, head, bins, channels } = computed(knobs)
  const pixels = ({ width, height }: Region): string => `${(width * stride).toFixed(1)} × ${(height * stride).toFixed(1)}`
  return {
    quantities: [
      { name: "region", label: "Region, pixels", value: pixels(region) },
      { name: "rounded", label: "As RoIPool has it", value: pixels(whole), note: `${percent(iou, 1)} IoU with the region` },
      {
        name: "shift",
        label: "An edge is off by up to",
        value: `${Math.max(...edges.map((edge) => edge.pixels)).toFixed(1)} pixels`,
        note: "RoIAlign: 0",
      },
      { name: "features", label: "Of each region", value: [channels, bins, bins] },
      { name: "mask", label: "Masks of each region", value: head.mask },
      { name: "parameters", label: "Mask head", value: head.parameters, note: "parameters" },
      { name: "macs", label: "MACs of a region", value: head.macs, note: "of the mask head" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { region, ratio, bins, stride, whole, head, channels, classes } = computed(knobs)
  const [first, other] = [aligned(EXAMPLE, region, bins, ratio, 0), pooled(EXAMPLE, region, bins, 0)]
  const samples = ratio * ratio
  return [
    {
      label: "RoIAlign, first bin",
      tex: `\\frac{1}{${samples}} \\sum_{s=1}^{${samples}} \\sum_{i,j} (1 - |y_s - i|)_+ (1 - |x_s - j|)_+ F_{ij} = ${first.toFixed(3)}`,
    },
    {
      label: "RoIPool, first bin",
      tex: `[${(region.x * stride).toFixed(1)} / ${stride}] = ${whole.x}, \\quad \\max F_{ij} = ${other}`,
    },
    {
      label: "Mask head",
      tex: `4\\,(9 C^2 + C) + (4 C^2 + C) + (C + 1) K = ${tex(head.parameters)}, \\quad C = ${tex(channels)},\\ K = ${tex(classes)}`,
    },
  ]
}

function fromLayer({ type, arguments: given }: LayerFacts): Knobs | undefined {
  if (!/^(MultiScale)?RoIAlign$/.test(type)) return undefined
  const size = given["output_size"]
  const bins = Array.isArray(size) ? size[0] : size
  const ratio = given["sampling_ratio"]
  const scale = given["spatial_scale"]
  return {
    ...(typeof bins === "number" && bins >= 1 && bins <= 28 && { bins }),
    ...(typeof ratio === "number" && ratio >= 1 && ratio <= 8 && { ratio }),
    ...(typeof scale === "number" && scale > 0 && scale <= 1 && { stride: Math.min(64, Math.round(1 / scale)) }),
  }
}

export const maskRcnn: Subject = {
  id: "mask-rcnn",
  title: "Mask R-CNN and RoIAlign",
  group: "detection",
  summary: "Faster R-CNN with one more branch: a small fully convolutional network draws a mask in each region, read without rounding.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram: (knobs, selection) => maskRcnnScene(computed(knobs), selection),
  checked:
    "Reads regions in TensorFlow.js both ways: the example against numbers by hand, the error on a map whose true values are known, and what a move by one pixel changes.",
  check: checkMaskRcnn,
  recognise: maskHeadsIn,
  fromLayer,
}
