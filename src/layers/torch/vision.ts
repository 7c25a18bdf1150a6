/** The compiled functions of torchvision: how many boxes remain depends on the data, everything else is known. */
import type { Arguments } from "../arguments.ts"
import type { Dim } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { constant, type Entry, functions } from "./define.ts"

const kept = (call: Arguments): V.Value => {
  const boxes = call.tensor("boxes")
  return call.emit([boxes], { shape: [call.fresh("kept", "how many boxes remain depends on the data")] }, "int64")
}

/** One piece of [channels, height, width] for each region of interest. */
function regions(call: Arguments, channelsOf: (channels: Dim, size: readonly Dim[]) => Dim | undefined): V.Value {
  const input = call.tensor("input")
  const boxes = call.required("boxes")
  const [height = 1, width = height] = call.has("pooled_height")
    ? [call.size("pooled_height"), call.size("pooled_width")]
    : call.sizes("output_size")
  const count =
    boxes.kind === "tensor" && boxes.shape?.[0] !== undefined
      ? boxes.shape[0]
      : call.fresh("regions", "how many regions there are depends on the data")
  const channels = input.shape?.[1]
  const wide = channels === undefined ? undefined : channelsOf(channels, [height, width])
  return call.emit([input], { shape: [count, wide ?? call.fresh("C", "the input's channels are not known"), height, width] }, input.dtype)
}

const POOLED = "input, boxes, spatial_scale=1.0, pooled_height=None, pooled_width=None, sampling_ratio=-1, aligned=False"
const PUBLIC = "input, boxes, output_size, spatial_scale=1.0, sampling_ratio=-1, aligned=False"

export const compiledVision: readonly Entry[] = [
  ...functions("torch.ops.torchvision.nms", "boxes, scores, iou_threshold", kept),
  ...functions("torchvision.ops.nms torchvision.ops.boxes.nms", "boxes, scores, iou_threshold", kept),
  ...functions("torchvision.ops.batched_nms torchvision.ops.boxes.batched_nms", "boxes, scores, idxs, iou_threshold", kept),
  ...functions("torch.ops.torchvision.roi_align", POOLED, (call) => regions(call, (channels) => channels)),
  ...functions("torchvision.ops.roi_align", PUBLIC, (call) => regions(call, (channels) => channels)),
  ...functions("torch.ops.torchvision.roi_pool", POOLED, (call) =>
    V.tuple([regions(call, (channels) => channels), V.unknown("the positions of the maxima are not followed", call.place)]),
  ),
  ...functions("torchvision.ops.roi_pool", PUBLIC, (call) => regions(call, (channels) => channels)),
  ...functions("torchvision.extension._assert_has_ops torchvision.extension._has_ops", "", () => V.TRUE),
  ...constant("torchvision.extension._HAS_OPS", V.TRUE),
]
