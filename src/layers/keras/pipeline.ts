/** `tf.data`: what a data set gives in each round follows from how it was made. Elements are worked out when somebody asks for one. */
import type { Arguments } from "../arguments.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { ceilDivide, type Dim, floorDivide, isConcrete } from "../../values/dim.ts"
import type { Place } from "../../text/source.ts"
import * as V from "../../values/value.ts"
import { type Entry, method, nativeCall, nativeClass, property } from "./define.ts"
import { operand } from "./function.ts"
import { mapTensors, tensorsIn } from "./nesting.ts"

const NAME = "tensorflow.data.Dataset"

interface Pipeline {
  /** how many elements there are, where that is known */
  readonly length: Dim | undefined
  /** one element; all others are like it */
  readonly element: (interpreter: Interpreter) => V.Value
}

/** Elements beyond this number are not listed one by one. */
const MAXIMUM_LISTED = 64

export function datasetValue(interpreter: Interpreter, pipeline: Pipeline, place: Place): V.InstanceValue {
  let known: V.Value | undefined
  const made = interpreter.instantiate(datasetClass(), place)
  made.state = { pipeline: { ...pipeline, element: (current: Interpreter) => (known ??= pipeline.element(current)) } }
  return made
}

const pipelineOf = (value: V.Value | undefined): Pipeline | undefined =>
  value?.kind === "instance" ? (value.state as { pipeline?: Pipeline } | undefined)?.pipeline : undefined

const plain = (shape: V.TensorValue["shape"], { dtype, unknown }: V.TensorValue): V.TensorValue =>
  V.tensor("keras", shape, dtype, shape === undefined && unknown ? { unknown } : {})

/** Lists of numbers or texts are tensors; tuples and dictionaries hold several. */
function asTensors(call: Arguments, value: V.Value): V.Value {
  if (value.kind === "tuple") return { ...value, items: value.items.map((item) => asTensors(call, item)) }
  if (value.kind === "dictionary")
    return {
      ...value,
      entries: new Map([...value.entries].map(([key, entry]) => [key, { key: entry.key, value: asTensors(call, entry.value) }])),
    }
  if (value.kind === "list" && value.items.length > 0 && value.items.every((item) => item.kind === "string"))
    return V.tensor("keras", [value.items.length], "string")
  return operand(call, value)
}

const firstAxis = (value: V.Value): Dim | undefined => tensorsIn(value)[0]?.shape?.[0]

const slices = (call: Arguments, value: V.Value): Pipeline => {
  const whole = asTensors(call, value)
  return { length: firstAxis(whole), element: () => mapTensors(whole, (tensor) => plain(tensor.shape?.slice(1), tensor)) }
}

/** A new size for a batch that nobody can count. */
const openBatch = (interpreter: Interpreter): Dim => interpreter.freshDim("batch", "how many examples a batch has is known when it is read")

const withBatch = (value: V.Value, size: Dim): V.Value =>
  mapTensors(value, (tensor) => plain(tensor.shape && [size, ...tensor.shape], tensor))

function batched(call: Arguments, { length, element }: Pipeline): Pipeline {
  const size = call.size("batch_size")
  const dropsLast = call.flag("drop_remainder") === true
  const isWhole = dropsLast || (length !== undefined && isConcrete(length) && isConcrete(size) && Number(length) >= Number(size))
  return {
    length: length === undefined ? undefined : dropsLast ? floorDivide(length, size) : ceilDivide(length, size),
    element: (interpreter) => withBatch(element(interpreter), isWhole ? size : openBatch(interpreter)),
  }
}

/** A tuple is several arguments to a function, anything else is one. */
function applied(interpreter: Interpreter, callee: V.Value, element: V.Value, place: Place): V.Value {
  const positional = element.kind === "tuple" ? element.items : [element]
  const result = interpreter.call(callee, { positional, keywords: new Map() }, place)
  return result.kind === "list" ? V.tuple(result.items) : result
}

const mapped = (call: Arguments, { length, element }: Pipeline): Pipeline => {
  const [callee, place] = [call.required("function"), call.place]
  return { length, element: (interpreter) => applied(interpreter, callee, element(interpreter), place) }
}

/** What the data set that a function gives for each element holds. */
const flattened = (call: Arguments, { element }: Pipeline): Pipeline => {
  const [callee, place] = [call.required("function"), call.place]
  const inner = (interpreter: Interpreter): V.Value => {
    const found = pipelineOf(applied(interpreter, callee, element(interpreter), place))
    return found?.element(interpreter) ?? V.unknown("what the function gives is no data set", place)
  }
  return { length: undefined, element: inner }
}

const taken = (call: Arguments, { length, element }: Pipeline): Pipeline => {
  const count = call.size("count")
  const isShorter = length !== undefined && isConcrete(length) && isConcrete(count) && Number(length) < Number(count)
  return { length: isShorter || Number(count) < 0 ? length : count, element }
}

const windowed = (call: Arguments, { element }: Pipeline): Pipeline => {
  const [size, place] = [call.size("size"), call.place]
  const each = (interpreter: Interpreter, value: V.Value): V.Value =>
    datasetValue(interpreter, { length: size, element: () => value }, place)
  return {
    length: undefined,
    element: (interpreter) => {
      const one = element(interpreter)
      return one.kind === "tuple" ? V.tuple(one.items.map((item) => each(interpreter, item))) : each(interpreter, one)
    },
  }
}

type Step = (call: Arguments, pipeline: Pipeline) => Pipeline

const STEPS: readonly (readonly [names: string, signature: string, step: Step])[] = [
  [
    "shuffle prefetch cache with_options snapshot ignore_errors shard sparse_batch rejection_resample",
    "*args, **kwargs",
    (_, pipeline) => pipeline,
  ],
  ["skip filter apply_filter", "*args, **kwargs", (_, { element }) => ({ length: undefined, element })],
  ["repeat", "count=None", (_, { element }) => ({ length: undefined, element })],
  ["batch", "batch_size, drop_remainder=False, *args, **kwargs", batched],
  ["padded_batch", "batch_size, padded_shapes=None, padding_values=None, drop_remainder=False, **kwargs", batched],
  ["map", "function, *args, **kwargs", mapped],
  ["flat_map interleave", "function, *args, **kwargs", flattened],
  ["take", "count, **kwargs", taken],
  ["window", "size, *args, **kwargs", windowed],
  [
    "unbatch",
    "**kwargs",
    (_, { element }) => ({
      length: undefined,
      element: (interpreter) => mapTensors(element(interpreter), (tensor) => plain(tensor.shape?.slice(1), tensor)),
    }),
  ],
  ["concatenate", "dataset, **kwargs", (_, { element }) => ({ length: undefined, element })],
  [
    "enumerate",
    "*args, **kwargs",
    (_, { length, element }) => ({ length, element: (interpreter) => V.tuple([V.tensor("keras", [], "int64"), element(interpreter)]) }),
  ],
]

function items(pipeline: Pipeline | undefined, { interpreter, place }: Arguments): V.IteratorValue {
  if (!pipeline) return { kind: "iterator", items: [], position: 0, rest: V.unknown("what the data set gives is not known", place) }
  const { length } = pipeline
  const element = pipeline.element(interpreter)
  if (length !== undefined && isConcrete(length) && Number(length) <= MAXIMUM_LISTED)
    return { kind: "iterator", items: new Array<V.Value>(Number(length)).fill(element), position: 0 }
  const rest = { ...V.unknown("how many elements the data set has is not known", place), element }
  return { kind: "iterator", items: [element], position: 0, rest }
}

const lengthOf = (pipeline: Pipeline | undefined, place: Place): V.Value =>
  pipeline?.length === undefined
    ? { ...V.unknown("how many elements the data set has is not known", place), type: "integer" }
    : V.integer(pipeline.length)

/** A size that was left open stands for itself. */
function specified(call: Arguments, spec: V.Value): V.Value {
  if (spec.kind === "tuple" || spec.kind === "list") return V.tuple(spec.items.map((item) => specified(call, item)))
  if (spec.kind === "dictionary")
    return {
      ...spec,
      entries: new Map([...spec.entries].map(([key, entry]) => [key, { key: entry.key, value: specified(call, entry.value) }])),
    }
  return spec.kind === "tensor" ? plain(spec.shape, spec) : V.unknown("what the generator gives is not known", call.place)
}

/** `tf.TensorSpec((None, 3), tf.float32)`: a tensor of that shape. */
function tensorSpec(call: Arguments): V.Value {
  const shape = call.value("shape")
  const sizes = shape && call.sequence(shape)
  const open = (): Dim => call.fresh("?", "a size that the specification leaves open")
  return V.tensor(
    "keras",
    sizes?.map((size) => (V.isNone(size) ? open() : call.interpreter.dim(size))),
    call.text("dtype") ?? "float32",
  )
}

function generated(call: Arguments): Pipeline {
  const signature = call.value("output_signature")
  if (signature) return { length: undefined, element: () => specified(call, signature) }
  return { length: undefined, element: () => V.unknown("what the generator gives is not known", call.place) }
}

function zipped(call: Arguments): Pipeline {
  const given = call.items("datasets")
  const [only] = given
  const nested = given.length === 1 && only && (only.kind === "tuple" || only.kind === "list") ? only.items : given
  const parts = nested.map(pipelineOf)
  const lengths = parts.map((part) => part?.length)
  return {
    length: lengths.every((length) => length !== undefined && length === lengths[0]) ? lengths[0] : undefined,
    element: (interpreter) =>
      V.tuple(parts.map((part) => part?.element(interpreter) ?? V.unknown("what is zipped is no data set", call.place))),
  }
}

const texts = (): Pipeline => ({ length: undefined, element: () => V.tensor("keras", [], "string") })

const SOURCES: readonly (readonly [name: string, signature: string, make: (call: Arguments) => Pipeline])[] = [
  ["from_tensor_slices", "tensors, **kwargs", (call) => slices(call, call.required("tensors"))],
  ["from_tensors", "tensors, **kwargs", (call) => ({ length: 1, element: () => asTensors(call, call.required("tensors")) })],
  ["from_generator", "generator, output_types=None, output_shapes=None, args=None, output_signature=None, **kwargs", generated],
  ["range", "*args, **kwargs", () => ({ length: undefined, element: () => V.tensor("keras", [], "int64") })],
  ["zip", "*datasets, **kwargs", zipped],
  ["list_files", "*args, **kwargs", texts],
]

const maker = (name: string, signature: string, make: (call: Arguments) => Pipeline): V.NativeValue =>
  V.native(
    name,
    nativeCall(name, "keras", signature, (call) => datasetValue(call.interpreter, make(call), call.place)),
  )

let known: V.ClassValue | undefined
const datasetClass = (): V.ClassValue => (known ??= makeClass())

function makeClass(): V.ClassValue {
  const steps = STEPS.flatMap(([names, signature, step]) =>
    names.split(" ").map((name): [string, V.Value] => [
      name,
      method(`${NAME}.${name}`, signature, (call, self) => {
        const pipeline = pipelineOf(self)
        return pipeline
          ? datasetValue(call.interpreter, step(call, pipeline), call.place)
          : V.unknown("what the data set gives is not known", call.place)
      }),
    ]),
  )
  return nativeClass({
    name: NAME,
    attributes: [
      ...SOURCES.map(([name, signature, make]): [string, V.Value] => [name, maker(`${NAME}.${name}`, signature, make)]),
      ...steps,
      ["__iter__", method(`${NAME}.__iter__`, "", (call, self) => items(pipelineOf(self), call))],
      ["as_numpy_iterator", method(`${NAME}.as_numpy_iterator`, "", (call, self) => items(pipelineOf(self), call))],
      ["__len__", method(`${NAME}.__len__`, "", (call, self) => lengthOf(pipelineOf(self), call.place))],
      ["cardinality", method(`${NAME}.cardinality`, "*args, **kwargs", (call, self) => lengthOf(pipelineOf(self), call.place))],
      [
        "element_spec",
        property(
          "element_spec",
          (self, call) => pipelineOf(self)?.element(call.interpreter) ?? V.unknown("what the data set gives is not known", call.place),
        ),
      ],
    ],
  })
}

const CHANNELS: Readonly<Record<string, number>> = { rgb: 3, rgba: 4, grayscale: 1 }

/** Numbers, a column, or vectors as wide as there are classes. */
function labels(call: Arguments, batch: Dim[]): V.Value | undefined {
  const mode = call.value("label_mode")
  if (mode === undefined) return undefined
  if (mode.kind !== "string") return V.unknown("what the labels are is not known", call.place)
  if (mode.value === "int") return V.tensor("keras", batch, "int32")
  const width = mode.value === "binary" ? 1 : call.fresh("classes", "the folders tell how many classes there are")
  return V.tensor("keras", [...batch, width], "float32")
}

function fromFolder(call: Arguments, example: (batch: Dim[]) => V.Value): Pipeline {
  const batch = (): Dim[] => (call.has("batch_size") ? [openBatch(call.interpreter)] : [])
  return {
    length: undefined,
    element: () => {
      const size = batch()
      const [inputs, targets] = [example(size), labels(call, size)]
      return targets ? V.tuple([inputs, targets]) : inputs
    },
  }
}

function images(call: Arguments): Pipeline {
  const sides = call.sizes("image_size")
  const channels = CHANNELS[call.text("color_mode") ?? "rgb"] ?? 3
  return fromFolder(call, (batch) => V.tensor("keras", [...batch, ...sides, channels], "float32"))
}

/** Windows of a long row, each as long as asked for. */
function timeSeries(call: Arguments): Pipeline {
  const data = operand(call, call.required("data"))
  const targets = call.value("targets")
  const batch = (): Dim[] => (call.has("batch_size") ? [openBatch(call.interpreter)] : [])
  const length = call.size("sequence_length")
  return {
    length: undefined,
    element: () => {
      const size = batch()
      const inputs = plain(data.shape && [...size, length, ...data.shape.slice(1)], data)
      if (!targets) return inputs
      const wanted = operand(call, targets)
      return V.tuple([inputs, plain(wanted.shape && [...size, ...wanted.shape.slice(1)], wanted)])
    },
  }
}

const FOLDER =
  "directory, labels='inferred', label_mode='int', class_names=None, color_mode='rgb', batch_size=32, image_size=(256, 256), *args, **kwargs"
const everywhere = (name: string, signature: string, make: (call: Arguments) => Pipeline): Entry[] =>
  [
    "keras.utils",
    "keras.preprocessing",
    "keras.preprocessing.image",
    "keras.preprocessing.text",
    "keras.preprocessing.sequence",
    "keras.preprocessing.timeseries",
  ].map((space): Entry => [`${space}.${name}`, () => maker(`${space}.${name}`, signature, make)])

export const pipelineEntries: readonly Entry[] = [
  [NAME, datasetClass],
  ...["TextLineDataset", "TFRecordDataset"].map(
    (name): Entry => [`tensorflow.data.${name}`, () => maker(`tensorflow.data.${name}`, "*args, **kwargs", texts)],
  ),
  ["tensorflow.data.AUTOTUNE", () => V.integer(-1)],
  ["tensorflow.data.experimental.AUTOTUNE", () => V.integer(-1)],
  [
    "tensorflow.TensorSpec",
    () => V.native("tensorflow.TensorSpec", nativeCall("TensorSpec", "keras", "shape=None, dtype=None, name=None", tensorSpec)),
  ],
  ...everywhere("image_dataset_from_directory", FOLDER, images),
  ...everywhere(
    "text_dataset_from_directory",
    "directory, labels='inferred', label_mode='int', class_names=None, batch_size=32, *args, **kwargs",
    (call) => fromFolder(call, (batch) => V.tensor("keras", batch, "string")),
  ),
  ...everywhere(
    "timeseries_dataset_from_array",
    "data, targets=None, sequence_length=None, sequence_stride=1, sampling_rate=1, batch_size=128, *args, **kwargs",
    timeSeries,
  ),
]
