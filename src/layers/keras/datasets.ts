/** The data sets that Keras loads, by the shapes of their arrays, and the functions that prepare targets and sequences. */
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions, operand } from "./function.ts"

type Part = readonly [shape: Shape, dtype: string]

/** Inputs and targets for training, then for testing. */
const SETS: Record<string, readonly (readonly [Part, Part])[]> = {
  mnist: images(28, 28, 60_000, 10_000, []),
  fashion_mnist: images(28, 28, 60_000, 10_000, []),
  cifar10: images(32, 32, 50_000, 10_000, [3], true),
  cifar100: images(32, 32, 50_000, 10_000, [3], true),
  boston_housing: [
    [
      [[404, 13], "float64"],
      [[404], "float64"],
    ],
    [
      [[102, 13], "float64"],
      [[102], "float64"],
    ],
  ],
}

function images(height: number, width: number, training: number, testing: number, channels: Shape, isColumn = false) {
  return [training, testing].map((count): readonly [Part, Part] => [
    [[count, height, width, ...channels], "uint8"],
    [isColumn ? [count, 1] : [count], isColumn ? "int64" : "uint8"],
  ])
}

const array = ([shape, dtype]: Part): V.Value => V.tensor("numpy", shape, dtype)

const loaders = Object.entries(SETS).map(
  ([name, parts]): Entry => [
    `keras.datasets.${name}.load_data`,
    () => V.native("load_data", () => V.tuple(parts.map(([inputs, targets]) => V.tuple([array(inputs), array(targets)])))),
  ],
)

export const datasetEntries: readonly Entry[] = [
  ...loaders,
  ...functions("keras.utils.to_categorical keras.utils.np_utils.to_categorical", "y, num_classes=None", (call) => {
    const { shape } = operand(call, call.required("y"))
    if (!shape) return call.unclear("the shape of the classes is not known")
    const rows = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape
    const classes = call.optionalSize("num_classes") ?? call.fresh("classes", "the number of classes depends on the data")
    return V.tensor("numpy", [...rows, classes], "float64")
  }),
  ...functions("keras.utils.pad_sequences keras.preprocessing.sequence.pad_sequences", "sequences, maxlen=None, dtype='int32'", (call) => {
    const rows = call.fresh("rows", "the number of sequences depends on the data")
    return call.has("maxlen") ? V.tensor("numpy", [rows, call.size("maxlen")], "int32") : call.unclear("the longest sequence is not known")
  }),
]
