/** `torchvision.transforms`, both generations: what they make of a picture's or a tensor's sizes. */
import type { Arguments } from "../arguments.ts"
import { add, type Dim, equals } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, method, openClass } from "./define.ts"
import { dtypeNamed } from "./dtypes.ts"
import { type Picture, pictureObject, pictureOf } from "./pictures.ts"

/** What a transform works on: a picture of PIL's, or a tensor with its sizes in the last axes. */
interface Seen extends Picture {
  /** set for tensors: what stands before channels, and the type of an element */
  readonly tensor?: { readonly leading: Shape; readonly dtype: V.DataType | undefined }
}

/** The transform's own arguments, and what it is called with. */
type Rule = (call: Arguments, seen: Seen) => Seen

interface Definition {
  readonly signature: string
  readonly rule: Rule
}

const same: Rule = (_, seen) => seen

/** Two numbers are height and width, one is both. */
function sidesOf(call: Arguments, name: string): readonly [height: Dim, width: Dim] | undefined {
  const sizes = call.sizesFor(name, 2)
  const [height, width] = sizes ?? []
  return height === undefined || width === undefined ? undefined : [height, width]
}

const cropped =
  (name: string): Rule =>
  (call, seen) => {
    const [height, width] = sidesOf(call, name) ?? [seen.height, seen.width]
    return { ...seen, height, width }
  }

/** One number is the length of the shorter edge, so that the other follows from the picture. */
const resize: Rule = (call, seen) => {
  const value = call.required("size")
  const items = call.sequence(value)
  const sizes = call.sizes("size")
  const [first = 1, second] = sizes
  if (items && second !== undefined) return { ...seen, height: first, width: second }
  if (equals(seen.height, seen.width) === true) return { ...seen, height: first, width: first }
  const { height, width } = seen
  if (typeof height === "number" && typeof width === "number" && typeof first === "number")
    return height < width
      ? { ...seen, height: first, width: Math.trunc((first * width) / height) }
      : { ...seen, height: Math.trunc((first * height) / width), width: first }
  const side = (name: string) => call.fresh(name, "the longer side follows from the picture")
  return { ...seen, height: side("height"), width: side("width") }
}

/** One number for all sides, two for left/right and top/bottom, four from the left clockwise. */
const padded: Rule = (call, seen) => {
  const [left = 0, top = left, right = left, bottom = top] = call.sizes("padding")
  return { ...seen, height: add(seen.height, add(top, bottom)), width: add(seen.width, add(left, right)) }
}

const asTensor =
  (dtype: V.DataType): Rule =>
  (_, seen) => ({ ...seen, tensor: { leading: seen.tensor?.leading ?? [], dtype } })

const gray: Rule = (call, seen) => ({ ...seen, channels: call.size("num_output_channels") })

/** `ToDtype(torch.float32)` and `ConvertImageDtype(torch.float32)` change tensors only. */
const typed: Rule = (call, seen) => {
  const dtype = dtypeNamed(call.required("dtype"))
  return seen.tensor ? { ...seen, tensor: { ...seen.tensor, dtype } } : seen
}

/** `expand=True` makes room for the corners. */
const rotated: Rule = (call, seen) => {
  if (call.flag("expand") === false) return seen
  const side = (name: string) => call.fresh(name, "it depends on the angle")
  return { ...seen, height: side("height"), width: side("width") }
}

const KEEPING =
  "Normalize RandomHorizontalFlip RandomVerticalFlip ColorJitter RandomAffine RandomErasing GaussianBlur AutoAugment RandAugment TrivialAugmentWide AugMix RandomPerspective RandomAdjustSharpness RandomAutocontrast RandomEqualize RandomInvert RandomPosterize RandomSolarize RandomGrayscale ElasticTransform RandomPhotometricDistort RandomChannelPermutation GaussianNoise RGB ToPureTensor ClampBoundingBoxes SanitizeBoundingBoxes JPEG"

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  ...Object.fromEntries(KEEPING.split(" ").map((name) => [name, { signature: "*args, **kwargs", rule: same }])),
  RandomRotation: { signature: "degrees, interpolation=None, expand=False, center=None, fill=0", rule: rotated },
  ToTensor: { signature: "", rule: asTensor("float32") },
  PILToTensor: { signature: "", rule: asTensor("uint8") },
  ToImage: { signature: "", rule: asTensor("uint8") },
  ToImageTensor: { signature: "", rule: asTensor("uint8") },
  ConvertImageDtype: { signature: "dtype", rule: typed },
  ToDtype: { signature: "dtype, scale=False", rule: typed },
  ConvertDtype: { signature: "dtype", rule: typed },
  Resize: { signature: "size, interpolation=None, max_size=None, antialias=True", rule: resize },
  CenterCrop: { signature: "size", rule: cropped("size") },
  RandomCrop: { signature: "size, padding=None, pad_if_needed=False, fill=0, padding_mode='constant'", rule: cropped("size") },
  RandomResizedCrop: {
    signature: "size, scale=(0.08, 1.0), ratio=(0.75, 1.3333), interpolation=None, antialias=True",
    rule: cropped("size"),
  },
  Pad: { signature: "padding, fill=0, padding_mode='constant'", rule: padded },
  Grayscale: { signature: "num_output_channels=1", rule: gray },
}

function seenOf(call: Arguments, value: V.Value): Seen | undefined {
  const picture = pictureOf(value)
  if (picture) return picture
  if (value.kind !== "tensor" || !value.shape || value.shape.length < 2) return undefined
  const { shape, dtype, framework } = value
  // NumPy's pictures have their channels last.
  if (framework === "numpy") {
    const [height = 1, width = 1, channels = 1] = shape
    return shape.length <= 3 ? { channels, height, width, tensor: { leading: [], dtype } } : undefined
  }
  const [height = 1, width = 1] = shape.slice(-2)
  const channels = shape.at(-3) ?? call.fresh("channels", "the tensor has no axis of channels")
  return { channels, height, width, tensor: { leading: shape.slice(0, -3), dtype } }
}

function valueOf(call: Arguments, { tensor, ...picture }: Seen): V.Value {
  if (!tensor) return pictureObject(call.interpreter, picture, call.place)
  return V.tensor("torch", [...tensor.leading, picture.channels, picture.height, picture.width], tensor.dtype)
}

/** What a transform that was made with some arguments gives for a value. */
type Transform = (given: Arguments, value: V.Value) => V.Value

/** `if self.transform:` asks for it. */
const TRUTH = method("torchvision.transforms.__bool__", "", () => V.TRUE)

/** A transform is made with its arguments and called with what it transforms. */
function transformClass(name: string, signature: string, run: Transform): V.ClassValue {
  const construct = method(name, signature, (call, self) => {
    if (self.kind !== "instance") return V.NONE
    call.interpreter.heap.touch(self)
    self.state = { given: call }
    call.interpreter.heap.touch(self.attributes)
    const parts = call.value("transforms")
    if (parts) self.attributes.set("transforms", parts)
    return V.NONE
  })
  const apply = method(`${name}.__call__`, "img, *more", (call, self) => {
    const given = self.kind === "instance" ? (self.state as { given?: Arguments } | undefined)?.given : undefined
    const value = call.required("img")
    return given ? run(given.within(call.interpreter, call.place), value) : V.unknown("the transform is not known", call.place)
  })
  return openClass({
    name,
    attributes: [
      ["__init__", construct],
      ["__call__", apply],
      ["forward", apply],
      ["__bool__", TRUTH],
    ],
  })
}

/** Transforms of sizes. */
const following =
  (rule: Rule): Transform =>
  (given, value) => {
    const seen = seenOf(given, value)
    if (seen) return valueOf(given, rule(given, seen))
    return value.kind === "unknown" ? value : V.unknown(`what ${given.name} is given is no picture`, given.place)
  }

/** Transforms that call others: all in turn, those that may or may not happen, a function of the user's. */
const inTurn: Transform = (given, value) => given.items("transforms").reduce((seen, transform) => called(given, transform, seen), value)

const calling: Transform = (given, value) => called(given, given.required("lambd"), value)

const called = (given: Arguments, callee: V.Value, value: V.Value): V.Value =>
  given.interpreter.call(callee, { positional: [value], keywords: new Map() }, given.place)

/** Whichever is taken: the first stands for all. */
const firstOf: Transform = (given, value) => {
  const [first] = given.items("transforms")
  return first ? called(given, first, value) : value
}

const CALLING: Readonly<Record<string, readonly [signature: string, run: Transform]>> = {
  Compose: ["transforms", inTurn],
  RandomApply: ["transforms, p=0.5", inTurn],
  RandomOrder: ["transforms", inTurn],
  RandomChoice: ["transforms, p=None", firstOf],
  Lambda: ["lambd", calling],
}

const HOMES = ["torchvision.transforms", "torchvision.transforms.v2", "torchvision.transforms.transforms"]

export const transformEntries: readonly Entry[] = HOMES.flatMap((home): Entry[] => [
  ...Object.entries(DEFINITIONS).map(
    ([name, { signature, rule }]): Entry => [`${home}.${name}`, () => transformClass(`${home}.${name}`, signature, following(rule))],
  ),
  ...Object.entries(CALLING).map(
    ([name, [signature, run]]): Entry => [`${home}.${name}`, () => transformClass(`${home}.${name}`, signature, run)],
  ),
])
