/** Preprocessing layers: rescaling, resizing, encoding, and augmentation that acts in training only. */
import { keep } from "./activation.ts"
import type { Entry } from "./define.ts"
import { isChannelsFirst, withAxes } from "./images.ts"
import { type Layer, layer } from "./layer.ts"
import type { Arguments } from "../arguments.ts"
import { type Dim, symbol } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { mapTensors } from "./nesting.ts"
import { shapeOf } from "./tensors.ts"

const KEEPING: readonly (readonly [string, string | undefined, string, string])[] = [
  ["Rescaling", "rescaling", "scale, offset=0.0", "Multiplies by a scale and adds an offset."],
  ["RandomFlip", undefined, "mode='horizontal_and_vertical', seed=None", "Flips images at random in training."],
  [
    "RandomRotation",
    undefined,
    "factor, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None",
    "Turns images at random in training.",
  ],
  [
    "RandomZoom",
    undefined,
    "height_factor, width_factor=None, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None",
    "Zooms images at random in training.",
  ],
  [
    "RandomTranslation",
    undefined,
    "height_factor, width_factor, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None",
    "Shifts images at random in training.",
  ],
  ["RandomContrast", undefined, "factor, value_range=(0, 255), seed=None", "Changes contrast at random in training."],
  ["RandomBrightness", undefined, "factor, value_range=(0, 255), seed=None", "Changes brightness at random in training."],
  ["RandomSaturation", undefined, "factor, value_range=(0, 255), data_format=None, seed=None", "Changes saturation at random in training."],
  ["RandomHue", undefined, "factor, value_range=(0, 255), data_format=None, seed=None", "Changes hue at random in training."],
  [
    "RandomErasing",
    undefined,
    "factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), seed=None, data_format=None",
    "Erases part of images at random in training.",
  ],
]

/** Images of another size. */
function resized(call: Arguments, self: Layer, height: Dim, width: Dim): V.Value {
  const input = call.tensor("inputs")
  const shape = shapeOf(call, input)
  if (shape.length !== 3) return call.emit([input], { shape: withAxes(shape, isChannelsFirst(self), [height, width]) }, input.dtype)
  const [first = 1, , last = 1] = shape
  return call.emit([input], { shape: isChannelsFirst(self) ? [first, height, width] : [height, width, last] }, input.dtype)
}

const sized = (name: string, tfjs: string | undefined, more: string, sentence: string): Entry[] =>
  layer({
    name,
    ...(tfjs !== undefined && { tfjs }),
    signature: `height, width${more}`,
    sentence,
    forward: (call, self) => resized(call, self, self.size("height"), self.size("width")),
  })

/** Words of a text as numbers: one row of them for each text. */
const TEXT = layer({
  name: "TextVectorization",
  signature:
    "max_tokens=None, standardize='lower_and_strip_punctuation', split='whitespace', ngrams=None, output_mode='int', output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None, idf_weights=None, sparse=False, ragged=False, encoding='utf-8'",
  sentence: "Turns texts into rows of word numbers.",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const [batch = 1] = shapeOf(call, input)
    if (self.text("output_mode") === "int")
      return call.emit([input], { shape: [batch, self.optionalSize("output_sequence_length") ?? symbol("L", { lower: 1 })] }, "int64")
    return self.has("max_tokens") && self.flag("pad_to_max_tokens") === true
      ? call.emit([input], { shape: [batch, self.size("max_tokens")] }, "float32")
      : call.unclear("the size of the vocabulary is not known")
  },
})

/** Another height or width in training; the same in use, though Keras does not promise it to what follows. */
const randomlySized = (name: string, tfjs: string | undefined, axis: number): Entry[] =>
  layer({
    name,
    ...(tfjs !== undefined && { tfjs }),
    signature: "factor, interpolation='bilinear', seed=None",
    sentence: "Changes a side of the image at random in training.",
    forward: (call) => {
      const input = call.tensor("inputs")
      const shape = shapeOf(call, input)
      const open = shape.length + axis - 4
      return call.emit(
        [input],
        { shape: shape.map((dim, index) => (index === open ? symbol(axis === 1 ? "H" : "W", { lower: 1 }) : dim)) },
        input.dtype,
      )
    },
  })

const CATEGORY = layer({
  name: "CategoryEncoding",
  tfjs: "categoryEncoding",
  signature: "num_tokens=None, output_mode='multi_hot', sparse=False",
  sentence: "Turns category numbers into vectors.",
  forward: (call, self) => {
    const input = call.tensor("inputs")
    const shape = shapeOf(call, input)
    const count = self.size("num_tokens")
    const isOneHot = self.text("output_mode") === "one_hot"
    const lead = isOneHot ? (shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape) : shape.slice(0, -1)
    return call.emit([input], { shape: [...lead, count] }, "float32")
  },
})

/** Only boxes and labels change: as many for each image. */
const BOXES = layer({
  name: "MaxNumBoundingBoxes",
  signature: "max_number, fill_value=-1",
  sentence: "Gives every image the same number of bounding boxes.",
  forward: (call, self) => {
    const inputs = call.required("inputs")
    const boxes = inputs.kind === "dictionary" ? inputs.entries.get("s:bounding_boxes")?.value : undefined
    if (inputs.kind !== "dictionary" || boxes?.kind !== "dictionary") return inputs
    const filled = mapTensors(boxes, ({ shape, dtype }) =>
      shape
        ? call.emit([], { shape: [shape[0] ?? 1, self.size("max_number"), ...shape.slice(2)] }, dtype)
        : call.unclear("the boxes are not known"),
    )
    return { ...inputs, entries: new Map([...inputs.entries, ["s:bounding_boxes", { key: V.string("bounding_boxes"), value: filled }]]) }
  },
})

export const preprocessingEntries: readonly Entry[] = [
  ...KEEPING.flatMap(([name, tfjs, signature, sentence]) =>
    layer({ name, ...(tfjs !== undefined && { tfjs }), signature, sentence, forward: (call) => keep(call) }),
  ),
  ...sized(
    "Resizing",
    "resizing",
    ", interpolation='bilinear', crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, fill_mode='constant', fill_value=0.0, antialias=False, data_format=None",
    "Resizes images.",
  ),
  ...sized("CenterCrop", "centerCrop", ", data_format=None", "Cuts the middle out of images."),
  ...sized("RandomCrop", undefined, ", seed=None, data_format=None", "Cuts a random part out of images in training."),
  ...TEXT,
  ...randomlySized("RandomHeight", undefined, 1),
  ...randomlySized("RandomWidth", "randomWidth", 2),
  ...CATEGORY,
  ...BOXES,
]
