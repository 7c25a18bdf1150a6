/** Pictures before they are tensors: what PIL opens and what torchvision's datasets hold, with the sizes these publish. */
import type { Arguments } from "../arguments.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Dim } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import type { Place } from "../../text/source.ts"
import { datasetClass } from "./data.ts"
import { type Entry, functions, method, openClass } from "./define.ts"

export interface Picture {
  readonly channels: Dim
  readonly height: Dim
  readonly width: Dim
}

/** Channels of PIL's modes. Source: https://pillow.readthedocs.io/en/stable/handbook/concepts.html#modes */
const CHANNELS: Readonly<Record<string, number>> = {
  "1": 1,
  L: 1,
  P: 1,
  I: 1,
  F: 1,
  LA: 2,
  RGB: 3,
  YCbCr: 3,
  LAB: 3,
  HSV: 3,
  RGBA: 4,
  CMYK: 4,
}

const resized = (call: Arguments, self: V.Value): V.Value => {
  const picture = pictureOf(self)
  const [width, height] = call.sizes("size")
  return picture && width !== undefined && height !== undefined
    ? pictureObject(call.interpreter, { ...picture, height, width }, call.place)
    : V.unknown("the picture is not known", call.place)
}

const converted = (call: Arguments, self: V.Value): V.Value => {
  const picture = pictureOf(self)
  const channels = CHANNELS[call.text("mode") ?? ""]
  return picture && channels !== undefined
    ? pictureObject(call.interpreter, { ...picture, channels }, call.place)
    : V.unknown("the picture's mode is not known", call.place)
}

let pictureClass: V.ClassValue | undefined
const PICTURE = (): V.ClassValue =>
  (pictureClass ??= openClass({
    name: "PIL.Image.Image",
    attributes: [
      ["convert", method("PIL.Image.Image.convert", "mode=None, matrix=None, dither=None, palette=0, colors=256", converted)],
      ["resize", method("PIL.Image.Image.resize", "size, resample=None, box=None, reducing_gap=None", resized)],
      ...["copy", "transpose", "filter"].map((name): [string, V.Value] => [
        name,
        method(`PIL.Image.Image.${name}`, "*args, **kwargs", (_, self) => self),
      ]),
      [
        "size",
        {
          kind: "property",
          form: "property",
          get: method("PIL.Image.Image.size", "", ({ place }, self) => {
            const picture = pictureOf(self)
            return picture ? V.tuple([V.integer(picture.width), V.integer(picture.height)]) : V.unknown("the picture is not known", place)
          }),
        },
      ],
    ],
  }))

export function pictureObject(interpreter: Interpreter, picture: Picture, place: Place): V.InstanceValue {
  const made = interpreter.instantiate(PICTURE(), place)
  made.state = { picture }
  return made
}

export const pictureOf = (value: V.Value): Picture | undefined =>
  value.kind === "instance" ? (value.state as { picture?: Picture } | undefined)?.picture : undefined

/** A picture that lies in a file: nobody knows its sizes. */
function opened(interpreter: Interpreter, channels?: number): Picture {
  const size = (name: string): Dim => interpreter.freshDim(name, "the picture lies in a file")
  return { channels: channels ?? size("channels"), height: size("height"), width: size("width") }
}

/** Sizes and numbers of examples as the collections' own pages give them; a size left out differs from picture to picture. */
interface Collection {
  readonly channels: number
  readonly side?: number
  readonly sides?: readonly [height: number, width: number]
  readonly train?: number
  readonly test?: number
  /** how the constructor names the part: `train=True` or `split="train"` */
  readonly signature: string
}

const TRAIN = "root=None, train=True, transform=None, target_transform=None, download=False"
const SPLIT = "root=None, split='train', transform=None, target_transform=None, download=False"
const FOLDER = "root, transform=None, target_transform=None, loader=None, is_valid_file=None, allow_empty=False"

/** Source: https://docs.pytorch.org/vision/stable/datasets.html and the pages it links */
const COLLECTIONS: Readonly<Record<string, Collection>> = {
  MNIST: { channels: 1, side: 28, train: 60_000, test: 10_000, signature: TRAIN },
  FashionMNIST: { channels: 1, side: 28, train: 60_000, test: 10_000, signature: TRAIN },
  KMNIST: { channels: 1, side: 28, train: 60_000, test: 10_000, signature: TRAIN },
  EMNIST: { channels: 1, side: 28, signature: "root, split, train=True, transform=None, target_transform=None, download=False" },
  USPS: { channels: 1, side: 16, train: 7291, test: 2007, signature: TRAIN },
  CIFAR10: { channels: 3, side: 32, train: 50_000, test: 10_000, signature: TRAIN },
  CIFAR100: { channels: 3, side: 32, train: 50_000, test: 10_000, signature: TRAIN },
  SVHN: { channels: 3, side: 32, train: 73_257, test: 26_032, signature: SPLIT },
  STL10: {
    channels: 3,
    side: 96,
    train: 5000,
    test: 8000,
    signature: "root, split='train', folds=None, transform=None, target_transform=None, download=False",
  },
  CelebA: {
    channels: 3,
    sides: [218, 178],
    train: 162_770,
    test: 19_962,
    signature: "root, split='train', target_type='attr', transform=None, target_transform=None, download=False",
  },
  Food101: { channels: 3, train: 75_750, test: 25_250, signature: SPLIT },
  Flowers102: { channels: 3, train: 1020, test: 6149, signature: SPLIT },
  GTSRB: { channels: 3, train: 26_640, test: 12_630, signature: SPLIT },
  DTD: { channels: 3, signature: "root, split='train', partition=1, transform=None, target_transform=None, download=False" },
  EuroSAT: { channels: 3, side: 64, train: 27_000, signature: "root, transform=None, target_transform=None, download=False" },
  OxfordIIITPet: {
    channels: 3,
    signature: "root, split='trainval', target_types='category', transforms=None, transform=None, target_transform=None, download=False",
  },
  ImageFolder: { channels: 3, signature: FOLDER },
  ImageNet: { channels: 3, signature: "root, split='train', transform=None, target_transform=None, **kwargs" },
}

function lengthOf(call: Arguments, { train, test }: Collection): number | undefined {
  const isTrain = call.value("train") === undefined ? (call.value("split")?.kind === "unknown" ? undefined : true) : call.flag("train")
  const split = call.read("split")
  if (split?.kind === "string") return split.value === "train" ? train : split.value === "test" ? test : undefined
  return isTrain === undefined ? undefined : isTrain ? train : test
}

/** The picture and its label as the dataset's `transform` and `target_transform` leave them. */
function transformed(given: Arguments, interpreter: Interpreter, picture: V.Value, label: V.Value): V.Value {
  const run = (name: string, value: V.Value): V.Value => {
    const callee = given.value(name)
    return callee ? interpreter.call(callee, { positional: [value], keywords: new Map() }, given.place) : value
  }
  return V.tuple([run("transform", picture), run("target_transform", label)])
}

function collection(name: string, known: Collection): Entry {
  const qualified = `torchvision.datasets.${name}`
  const [height, width] = known.sides ?? [known.side, known.side]
  const make = () =>
    datasetClass(qualified, known.signature, (given) => ({
      length: lengthOf(given, known),
      example: (interpreter) => {
        const blank = opened(interpreter, known.channels)
        const picture = { ...blank, height: height ?? blank.height, width: width ?? blank.width }
        const label: V.UnknownValue = { ...V.unknown("the label of an example is not known", given.place), type: "integer" }
        return transformed(given, interpreter, pictureObject(interpreter, picture, given.place), label)
      },
    }))
  return [qualified, make]
}

/** Random pictures of a size that is given. */
const fakeData: Entry = [
  "torchvision.datasets.FakeData",
  () =>
    datasetClass(
      "torchvision.datasets.FakeData",
      "size=1000, image_size=(3, 224, 224), num_classes=10, transform=None, target_transform=None, random_offset=0",
      (given) => {
        const [channels, height, width] = given.sizes("image_size")
        if (channels === undefined || height === undefined || width === undefined) return undefined
        const example = (interpreter: Interpreter) =>
          transformed(given, interpreter, pictureObject(interpreter, { channels, height, width }, given.place), V.integer(0))
        return { length: given.size("size"), example }
      },
    ),
]

export const pictureEntries: readonly Entry[] = [
  ...functions("PIL.Image.open", "fp, mode='r', formats=None", ({ interpreter, place }) =>
    pictureObject(interpreter, opened(interpreter), place),
  ),
  ["PIL.Image.Image", PICTURE],
  ...Object.entries(COLLECTIONS).map(([name, known]) => collection(name, known)),
  fakeData,
]
