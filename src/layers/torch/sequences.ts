/** Packed sequences: `nn.utils.rnn` packs padded batches; their shapes are those of the padded ones, lengths being data. */
import type { Arguments } from "../arguments.ts"
import type { Dim } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions, method, nativeClass } from "./define.ts"
import { shapeOf } from "./tensors.ts"

/** What a packed sequence was made from. */
export interface Packed {
  /** [time, batch, ...features] */
  readonly padded: Shape
  readonly lengths: V.Value
}

/** As Python's named tuple has them. */
const FIELDS = ["data", "batch_sizes", "sorted_indices", "unsorted_indices"]

const field = method("torch.nn.utils.rnn.PackedSequence.__getitem__", "index", (call, self) => {
  const at = call.integer("index")
  const name = FIELDS.at(at)
  const found = self.kind === "instance" && name !== undefined ? self.attributes.get(name) : undefined
  return found ?? V.unknown("a packed sequence has four fields", call.place)
})

export const PACKED = nativeClass({ name: "torch.nn.utils.rnn.PackedSequence", attributes: [["__getitem__", field]] })

export const packedOf = (value: V.Value | undefined): Packed | undefined =>
  value?.kind === "instance" && value.class === PACKED ? (value.state as Packed) : undefined

/** A packed sequence; its data lie in one long axis of as many rows as the lengths sum to. */
export function pack(call: Arguments, packed: Packed, dtype: V.DataType | undefined, sources: readonly V.TensorValue[]): V.InstanceValue {
  const instance = call.interpreter.instantiate(PACKED, call.place)
  instance.state = packed
  const rows: Dim = sumOf(packed.lengths) ?? call.fresh("rows", "the lengths of the sequences are data")
  const tensor = call.emit(sources, { shape: [rows, ...packed.padded.slice(2)] }, dtype)
  instance.attributes.set("data", tensor)
  instance.attributes.set("batch_sizes", V.tensor("torch", packed.padded.slice(0, 1), "int64"))
  instance.attributes.set("sorted_indices", V.NONE)
  instance.attributes.set("unsorted_indices", V.NONE)
  return instance
}

/** The sum of known lengths. */
export function sumOf(lengths: V.Value): number | undefined {
  const items =
    lengths.kind === "tensor"
      ? lengths.data?.map(Number)
      : lengths.kind === "list" || lengths.kind === "tuple"
        ? lengths.items.map((item) => (item.kind === "integer" && typeof item.value === "number" ? item.value : Number.NaN))
        : undefined
  const sum = items?.reduce((total, item) => total + item, 0)
  return sum === undefined || Number.isNaN(sum) ? undefined : sum
}

const swap = ([first, second, ...rest]: Shape): Shape => (first === undefined || second === undefined ? [] : [second, first, ...rest])

export const sequences: readonly Entry[] = [
  ["torch.nn.utils.rnn.PackedSequence", () => PACKED],
  ...functions("torch.nn.utils.rnn.pack_padded_sequence", "input, lengths, batch_first=False, enforce_sorted=True", (call) => {
    const input = call.tensor("input")
    const shape = shapeOf(call, input)
    return pack(call, { padded: call.flag("batch_first") ? swap(shape) : shape, lengths: call.required("lengths") }, input.dtype, [input])
  }),
  ...functions("torch.nn.utils.rnn.pad_packed_sequence", "sequence, batch_first=False, padding_value=0.0, total_length=None", (call) => {
    const value = call.required("sequence")
    const packed = packedOf(value)
    if (!packed || value.kind !== "instance") return V.unknown("what is unpacked is no known packed sequence", call.place)
    const data = value.attributes.get("data")
    const [time = 1, batch = 1, ...features] = packed.padded
    const longest = call.optionalSize("total_length") ?? time
    const shape = call.flag("batch_first") ? [batch, longest, ...features] : [longest, batch, ...features]
    const output = call.emit(data ? [data] : [], { shape }, data?.kind === "tensor" ? data.dtype : "float32")
    return V.tuple([output, packed.lengths.kind === "tensor" ? packed.lengths : V.tensor("torch", [batch], "int64")])
  }),
  ...functions("torch.nn.utils.rnn.pad_sequence", "sequences, batch_first=False, padding_value=0.0, padding_side='right'", (call) => {
    const items = call.tensors("sequences")
    const [first] = items
    if (!first?.shape) return V.unknown("the sequences are not known", call.place)
    const lengths = items.map(({ shape }) => shape?.[0])
    const longest = lengths.every((size): size is number => typeof size === "number")
      ? Math.max(...lengths)
      : call.fresh("time", "the longest sequence is not known")
    const shape = call.flag("batch_first")
      ? [items.length, longest, ...first.shape.slice(1)]
      : [longest, items.length, ...first.shape.slice(1)]
    return call.emit(items, { shape }, first.dtype)
  }),
  ...functions("torch.nn.utils.rnn.pack_sequence", "sequences, enforce_sorted=True", (call) => {
    const items = call.tensors("sequences")
    const [first] = items
    if (!first?.shape) return V.unknown("the sequences are not known", call.place)
    const lengths = V.list(items.map(({ shape }) => V.integer(shape?.[0] ?? 1)))
    return pack(call, { padded: [first.shape[0] ?? 1, items.length, ...first.shape.slice(1)], lengths }, first.dtype, items)
  }),
]
