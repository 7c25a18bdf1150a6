/** Layers that number words and values: how wide their vectors are follows from a vocabulary that the program writes down. */
import type { Arguments } from "../arguments.ts"
import { add, type Dim } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, method } from "./define.ts"
import { type Layer, layer, layerArguments } from "./layer.ts"
import { shapeOf } from "./tensors.ts"

/** One number for each value, or vectors as wide as there are numbers. */
function encoded(call: Arguments, self: Layer, input: V.TensorValue, dtype: V.DataType, width: () => Dim): V.Value {
  const shape = shapeOf(call, input)
  const mode = self.text("output_mode") ?? "int"
  if (mode === "int") return call.emit([input], { shape }, dtype)
  const isWhole = mode === "one_hot" && shape.at(-1) !== 1
  if (!isWhole && shape.length < 2) return call.unclear("the width of the vectors is not known")
  const lead: Shape = isWhole ? shape : shape.slice(0, -1)
  return call.emit([input], { shape: [...lead, width()] }, "float32")
}

/** Words, numbers of words that are not in the vocabulary, and the mask where numbers are given. */
function vocabularySize(self: Layer): Dim {
  const words = self.value("vocabulary")
  const padded = self.flag("pad_to_max_tokens") === true && self.text("output_mode") !== "int" ? self.optionalSize("max_tokens") : undefined
  if (padded !== undefined) return padded
  const items = words?.kind === "string" || words === undefined ? undefined : self.sequence(words)
  if (!items) return self.unclear("the vocabulary is known only when the program runs")
  const hasMask = self.has("mask_token") && self.text("output_mode") === "int"
  const special = add(self.size("num_oov_indices"), hasMask ? 1 : 0)
  return add(items.length, startsSpecial(self, items) ? 0 : special)
}

/** A vocabulary that another layer gave already begins with the mark for unknown words. */
function startsSpecial(self: Layer, items: readonly V.Value[]): boolean {
  const mark = self.value("oov_token")
  return mark !== undefined && items.slice(0, 2).some((item) => self.interpreter.equals(item, mark) === true)
}

const sized = (name: string) =>
  [name, method(name, "", (call, self) => V.integer(vocabularySize(layerArguments(call.interpreter, self, call.place))))] as const

const lookup = (name: string, signature: string, sentence: string): Entry[] =>
  layer({
    name,
    signature,
    sentence,
    more: [
      sized("vocabulary_size"),
      sized("vocab_size"),
      [
        "get_vocabulary",
        method("get_vocabulary", "include_special_tokens=True", (call, self) => {
          const words = layerArguments(call.interpreter, self, call.place)
          const size = vocabularySize(words)
          const items = words.sequence(words.required("vocabulary")) ?? []
          const missing = typeof size === "number" ? size - items.length : 0
          const mark = words.value("oov_token") ?? V.string("[UNK]")
          return V.list([...new Array<V.Value>(Math.max(missing, 0)).fill(mark), ...items])
        }),
      ],
      ["adapt", method("adapt", "*args, **kwargs", () => V.NONE)],
      [
        "set_vocabulary",
        method("set_vocabulary", "vocabulary, idf_weights=None", (call, self) => {
          call.interpreter.heap.touch(self.attributes)
          self.attributes.set("vocabulary", call.required("vocabulary"))
          return V.NONE
        }),
      ],
    ],
    forward: (call, self) =>
      encoded(call, self, call.tensor("inputs"), self.flag("invert") === true ? "string" : "int64", () => vocabularySize(self)),
  })

/** As many bins as boundaries leave, or as many as are asked for. */
function binCount(self: Layer): Dim {
  const boundaries = self.value("bin_boundaries")
  const items = boundaries && self.sequence(boundaries)
  return items ? items.length + 1 : self.size("num_bins")
}

const binned = (name: string, signature: string, dtype: V.DataType, sentence: string): Entry[] =>
  layer({
    name,
    signature,
    sentence,
    more: [["adapt", method("adapt", "*args, **kwargs", () => V.NONE)]],
    forward: (call, self) => encoded(call, self, call.tensor("inputs"), dtype, () => binCount(self)),
  })

/** Two columns of the same shape give one. */
const CROSSING = layer({
  name: "HashedCrossing",
  signature: "num_bins, output_mode='int', sparse=False",
  sentence: "Hashes pairs of values into numbered bins.",
  forward: (call, self) => {
    const [first] = call.tensors("inputs")
    return encoded(call, self, first ?? call.unclear("two inputs are crossed"), "int64", () => self.size("num_bins"))
  },
})

export const vocabularyEntries: readonly Entry[] = [
  ...binned(
    "Discretization",
    "bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode='int', sparse=False",
    "int32",
    "Puts numbers into numbered bins.",
  ),
  ...binned(
    "Hashing",
    "num_bins, mask_value=None, salt=None, output_mode='int', sparse=False",
    "int64",
    "Hashes values into numbered bins.",
  ),
  ...lookup(
    "StringLookup",
    "max_tokens=None, num_oov_indices=1, mask_token=None, oov_token='[UNK]', vocabulary=None, idf_weights=None, invert=False, output_mode='int', pad_to_max_tokens=False, sparse=False, encoding='utf-8'",
    "Gives each word its number in a vocabulary.",
  ),
  ...lookup(
    "IntegerLookup",
    "max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, vocabulary=None, vocabulary_dtype='int64', idf_weights=None, invert=False, output_mode='int', sparse=False, pad_to_max_tokens=False",
    "Gives each number its place in a vocabulary.",
  ),
  ...CROSSING,
]
