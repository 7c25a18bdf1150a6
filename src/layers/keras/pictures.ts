/** Functions on images of `keras.ops.image` and `tf.image`: colours, sizes, windows; and reading images from files. */
import type { Arguments } from "../arguments.ts"
import { rearrange } from "../../operators/rearrange.ts"
import { fold, unfold } from "../../operators/resize.ts"
import type { Window } from "../../operators/window.ts"
import { add, type Dim, product, subtract } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions, operand, shapeArgument, typeArgument } from "./function.ts"
import { sameShape } from "./pointwise.ts"
import { shapeOf } from "./tensors.ts"

const image = (call: Arguments): V.TensorValue => operand(call, call.required("x"))
const isFirst = (call: Arguments): boolean => /first|NC/.test(call.text("data_format") ?? "")

/** Where height stands, with or without a batch in front. */
const heightAxis = (shape: Shape, call: Arguments): number => (isFirst(call) ? shape.length - 2 : shape.length - 3)

function withSides(shape: Shape, call: Arguments, height: Dim, width: Dim): Shape {
  const axis = heightAxis(shape, call)
  if (axis < 0) return call.unclear("an image has height, width and channels")
  return shape.map((dim, index) => (index === axis ? height : index === axis + 1 ? width : dim))
}

const changing = (names: string, signature: string, change: (shape: Shape, call: Arguments) => Shape, dtype?: V.DataType): Entry[] =>
  functions(names, signature, (call) => {
    const input = image(call)
    return call.emit([input], { shape: change(shapeOf(call, input), call) }, dtype ?? input.dtype)
  })

const KEPT =
  "flip_left_right flip_up_down random_flip_left_right random_flip_up_down adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation adjust_jpeg_quality random_brightness random_contrast random_hue random_saturation random_jpeg_quality stateless_random_brightness stateless_random_contrast stateless_random_flip_left_right stateless_random_flip_up_down stateless_random_hue stateless_random_saturation per_image_standardization rgb_to_hsv hsv_to_rgb rgb_to_yiq rgb_to_yuv yuv_to_rgb transpose_square affine_transform perspective_transform elastic_transform"

/** Two of a margin, another margin and a size stand for the third. */
function edges(shape: Shape, call: Arguments, isCropped: boolean): Shape {
  const word = isCropped ? "cropping" : "padding"
  const axis = heightAxis(shape, call)
  const side = (before: string, after: string, target: string, size: Dim): Dim => {
    if (call.has(target)) return call.size(target)
    const margins = [before, after].map((name) => call.optionalSize(`${name}_${word}`) ?? 0)
    return margins.reduce<Dim>((left, margin) => (isCropped ? subtract(left, margin) : add(left, margin)), size)
  }
  return withSides(
    shape,
    call,
    side("top", "bottom", "target_height", shape[axis] ?? 1),
    side("left", "right", "target_width", shape[axis + 1] ?? 1),
  )
}

const EDGES = (word: string): string =>
  `x, top_${word}=None, left_${word}=None, bottom_${word}=None, right_${word}=None, target_height=None, target_width=None, data_format=None`

const grey =
  (count: number): ((shape: Shape, call: Arguments) => Shape) =>
  (shape, call) =>
    isFirst(call) ? shape.map((dim, axis) => (axis === shape.length - 3 ? count : dim)) : [...shape.slice(0, -1), count]

/** A picture of unknown height and width. */
const decoded = functions(
  "tf.io.decode_image tf.image.decode_image tf.io.decode_jpeg tf.image.decode_jpeg tf.io.decode_png tf.image.decode_png tf.io.decode_bmp tf.io.decode_gif",
  "contents, channels=0, dtype=None",
  (call) => {
    const channels = call.optionalSize("channels")
    const sides = ["H", "W"].map((name) => call.fresh(name, "the size of a picture is known when it is read"))
    const depth =
      channels === undefined || channels === 0 ? call.fresh("channels", "the channels of a picture are known when it is read") : channels
    return V.tensor(call.framework, [...sides, depth], typeArgument(call) ?? "uint8")
  },
)

const sizesOf = (call: Arguments, name: string, fallback: number): Dim[] =>
  call.has(name) ? (call.sizesFor(name, 2) ?? []) : [fallback, fallback]

function windowsOf(call: Arguments): Window[] {
  const [sizes, dilations, margins, strides] = [
    sizesOf(call, "kernel_size", 1),
    sizesOf(call, "dilation", 1),
    sizesOf(call, "padding", 0),
    sizesOf(call, "stride", 1),
  ]
  return sizes.map((size, axis) => ({ size, stride: strides[axis] ?? 1, dilation: dilations[axis] ?? 1, padding: margins[axis] ?? 0 }))
}

const rearranged = functions("ops.rearrange", "x, pattern", (call) => {
  const input = image(call)
  const others = call.value("others")
  const sizes = new Map<string, Dim>()
  if (others?.kind === "dictionary")
    for (const { key, value } of others.entries.values()) if (key.kind === "string") sizes.set(key.value, call.interpreter.dim(value))
  const outcome = rearrange(shapeOf(call, input), call.text("pattern") ?? call.unclear("the pattern is not known"), sizes)
  return typeof outcome === "string" ? call.unclear(outcome) : call.emit([input], outcome, input.dtype)
})

const adaptive = changing("ops.adaptive_average_pool ops.adaptive_max_pool", "x, output_size, data_format=None", (shape, call) => {
  const sizes = call.sizesFor("output_size", shape.length - 2) ?? call.unclear("a size for each axis is needed")
  return isFirst(call) ? [...shape.slice(0, 2), ...sizes] : [shape[0] ?? 1, ...sizes, shape.at(-1) ?? 1]
})

export const pictureEntries: readonly Entry[] = [
  ...KEPT.split(" ").flatMap((name) =>
    functions(`tf.image.${name} ops.image.${name}`, "x", (call) => sameShape(call, image(call), image(call).dtype)),
  ),
  ...changing("tf.image.rgb_to_grayscale ops.image.rgb_to_grayscale", "x, data_format=None", grey(1)),
  ...changing("tf.image.grayscale_to_rgb js.image.grayscaleToRGB", "x, data_format=None", grey(3)),
  ...changing("ops.image.crop_images", EDGES("cropping"), (shape, call) => edges(shape, call, true)),
  ...changing("ops.image.pad_images", EDGES("padding"), (shape, call) => edges(shape, call, false)),
  ...changing("tf.image.resize_with_crop_or_pad tf.image.resize_with_pad", "x, target_height, target_width", (shape, call) =>
    withSides(shape, call, call.size("target_height"), call.size("target_width")),
  ),
  ...changing("tf.image.crop_to_bounding_box", "x, offset_height, offset_width, target_height, target_width", (shape, call) =>
    withSides(shape, call, call.size("target_height"), call.size("target_width")),
  ),
  ...changing("tf.image.pad_to_bounding_box", "x, offset_height, offset_width, target_height, target_width", (shape, call) =>
    withSides(shape, call, call.size("target_height"), call.size("target_width")),
  ),
  ...changing("tf.image.random_crop tf.image.stateless_random_crop", "x, size", (_, call) => shapeArgument(call, "size")),
  ...functions("tf.image.convert_image_dtype", "x, dtype", (call) => sameShape(call, image(call), typeArgument(call))),
  ...functions("tf.image.crop_and_resize js.image.cropAndResize", "x, boxes, box_indices, crop_size", (call) => {
    const [count = 1] = shapeOf(call, operand(call, call.required("boxes")))
    return call.emit([image(call)], { shape: [count, ...call.sizes("crop_size"), shapeOf(call, image(call)).at(-1) ?? 1] }, "float32")
  }),
  ...functions("ops.image.map_coordinates", "x, coordinates, order", (call) =>
    call.emit([image(call)], { shape: shapeOf(call, operand(call, call.required("coordinates"))).slice(1) }, image(call).dtype),
  ),
  ...functions("ops.image.scale_and_translate", "x, output_shape", (call) =>
    call.emit([image(call)], { shape: call.sizes("output_shape") }, image(call).dtype),
  ),
  ...functions("ops.image.gaussian_blur", "x, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None", (call) => {
    const shape = shapeOf(call, image(call))
    return call.emit([image(call)], { shape, macs: product([...shape, ...sizesOf(call, "kernel_size", 3)]) }, image(call).dtype)
  }),
  ...decoded,
  ...functions("tf.io.read_file", "filename", (call) => V.tensor(call.framework, [], "string")),
  ...functions("ops.unfold", "x, kernel_size, dilation=1, padding=0, stride=1", (call) =>
    call.emit([image(call)], unfold(shapeOf(call, image(call)), windowsOf(call)), image(call).dtype),
  ),
  ...functions("ops.fold", "x, output_size, kernel_size, dilation=1, padding=0, stride=1", (call) =>
    call.emit([image(call)], fold(shapeOf(call, image(call)), sizesOf(call, "output_size", 1), windowsOf(call)), image(call).dtype),
  ),
  ...rearranged,
  ...adaptive,
]
