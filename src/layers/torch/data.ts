/** `torch.utils.data`: what a loader gives in each round follows from what its dataset gives for one example. */
import type { Arguments } from "../arguments.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { add, ceilDivide, type Dim, floorDivide, isConcrete, modulo } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import type { Place } from "../../text/source.ts"
import { type Entry, functions, method, nativeClass, openClass } from "./define.ts"

const DATA = "torch.utils.data"

/** A dataset as a loader sees it. */
export interface Dataset {
  /** undefined when it is not known how many examples there are */
  readonly length: Dim | undefined
  /** one example; all others are like it */
  readonly example: (interpreter: Interpreter) => V.Value
}

interface DatasetState {
  readonly dataset: Dataset
}

/** An object of a dataset class of ours. */
export function datasetObject(interpreter: Interpreter, cls: V.ClassValue, dataset: Dataset, place: Place): V.InstanceValue {
  const made = interpreter.instantiate(cls, place)
  made.state = { dataset } satisfies DatasetState
  return made
}

/** Reads anything that has examples: our datasets, classes with `__getitem__`, lists and tensors. */
function datasetOf(interpreter: Interpreter, value: V.Value, place: Place): Dataset | undefined {
  if (value.kind === "list" || value.kind === "tuple")
    return { length: value.items.length, example: () => value.items[0] ?? V.unknown("there is no example", place) }
  if (value.kind === "tensor") return { length: value.shape?.[0], example: (current) => current.index(value, V.integer(0)) }
  if (value.kind !== "instance") return undefined
  return (value.state as Partial<DatasetState> | undefined)?.dataset ?? writtenDataset(interpreter, value, place)
}

/** A class of the user's: its first example stands for all. */
function writtenDataset(interpreter: Interpreter, value: V.InstanceValue, place: Place): Dataset | undefined {
  const read = interpreter.findAttribute(value, "__getitem__")
  if (read === undefined) return iterated(interpreter, value)
  const counted = interpreter.findAttribute(value, "__len__")
  const length = counted && interpreter.call(counted, { positional: [], keywords: new Map() }, place)
  return {
    length: length?.kind === "integer" ? length.value : undefined,
    example: (current) => current.call(read, { positional: [V.integer(0)], keywords: new Map() }, place),
  }
}

/** An `IterableDataset`: nobody knows how much it gives. */
function iterated(interpreter: Interpreter, value: V.InstanceValue): Dataset | undefined {
  if (interpreter.findAttribute(value, "__iter__") === undefined) return undefined
  const items = interpreter.iterate(value)
  const first = Array.isArray(items) ? (items as readonly V.Value[])[0] : (items as V.UnknownValue).element
  return first && { length: undefined, example: () => first }
}

/**
 * A batch of examples that are all alike, as `default_collate` makes it.
 *
 *   size  how many
 * Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 */
function collated(example: V.Value, size: Dim, place: Place): V.Value {
  switch (example.kind) {
    case "tensor":
      if (!example.shape) return V.tensor("torch", undefined, example.dtype, example.unknown ? { unknown: example.unknown } : {})
      return V.tensor("torch", [size, ...example.shape], example.dtype)
    case "integer":
      return V.tensor("torch", [size], "int64")
    case "boolean":
      return V.tensor("torch", [size], "bool")
    case "float":
      return V.tensor("torch", [size], "float64")
    case "tuple":
    case "list":
      return V.list(example.items.map((item) => collated(item, size, place)))
    case "dictionary":
      return {
        ...example,
        entries: new Map([...example.entries].map(([key, entry]) => [key, { key: entry.key, value: collated(entry.value, size, place) }])),
      }
    case "unknown":
      return example.type === "integer" ? V.tensor("torch", [size], "int64") : example
    default:
      return V.unknown(`how a batch of a ${example.kind} is made is not known`, place)
  }
}

/** Batches beyond this number are not listed one by one. */
const MAXIMUM_BATCHES = 100_000
/** A function of the user's that joins examples is given a list of them; longer ones are not made. */
const MAXIMUM_JOINED = 4096

interface LoaderState {
  readonly dataset: Dataset | undefined
  /** undefined: examples are given one by one, unjoined */
  readonly size: Dim | undefined
  readonly join: V.Value | undefined
  readonly dropsLast: boolean
}

/** Read anew for each loop: the loader may outlive the analysis that made it. */
function loaderState(call: Arguments): LoaderState {
  const given = call.required("dataset")
  const sampled = call.has("batch_sampler")
  return {
    dataset: datasetOf(call.interpreter, given, call.place),
    size: sampled ? call.fresh("batch", "a batch sampler decides the size of a batch") : call.optionalSize("batch_size"),
    join: call.value("collate_fn"),
    dropsLast: call.flag("drop_last") === true,
  }
}

/** One batch of that size. */
function batchOf(interpreter: Interpreter, { join, size: whole }: LoaderState, example: V.Value, size: Dim, place: Place): V.Value {
  if (join === undefined) return whole === undefined ? example : collated(example, size, place)
  if (!isConcrete(size) || Number(size) > MAXIMUM_JOINED) return V.unknown("what joins the examples is not followed for so many", place)
  const examples = V.list(new Array<V.Value>(Number(size)).fill(example))
  return interpreter.call(join, { positional: [examples], keywords: new Map() }, place)
}

/** Every batch where their number is known; else one that stands for all. */
function batches(interpreter: Interpreter, state: LoaderState, place: Place): readonly V.Value[] | V.UnknownValue {
  const { dataset, size = 1 } = state
  if (!dataset) return V.unknown("what the dataset gives is not known", place)
  const { length } = dataset
  const example = dataset.example(interpreter)
  if (length === undefined || !isConcrete(length) || !isConcrete(size) || Number(length) / Number(size) > MAXIMUM_BATCHES) {
    const element = batchOf(interpreter, state, example, size, place)
    return { ...V.unknown("how many batches there are is not known", place), element }
  }
  const count = Number(floorDivide(length, size))
  const left = modulo(length, size)
  interpreter.spend(count)
  const whole = count > 0 ? new Array<V.Value>(count).fill(batchOf(interpreter, state, example, size, place)) : []
  return left === 0 || state.dropsLast ? whole : [...whole, batchOf(interpreter, state, example, left, place)]
}

function stateOf(self: V.Value, { interpreter, place }: Arguments): LoaderState | undefined {
  const given = self.kind === "instance" ? (self.state as { given?: Arguments } | undefined)?.given : undefined
  return given && loaderState(given.within(interpreter, place))
}

function iteratorOf(items: readonly V.Value[] | V.UnknownValue): V.IteratorValue {
  if (!("kind" in items)) return { kind: "iterator", items, position: 0 }
  const { element } = items
  return { kind: "iterator", items: element ? [element] : [], position: 0, rest: items }
}

const SIGNATURE =
  "dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, pin_memory=False, drop_last=False, timeout=0, worker_init_fn=None, multiprocessing_context=None, generator=None, *, prefetch_factor=None, persistent_workers=False, pin_memory_device='', in_order=True"

const loader = (): V.ClassValue =>
  openClass({
    name: `${DATA}.DataLoader`,
    attributes: [
      [
        "__init__",
        method(`${DATA}.DataLoader`, SIGNATURE, (call, self) => {
          if (self.kind !== "instance") return V.NONE
          call.interpreter.heap.touch(self)
          self.state = { given: call }
          call.interpreter.heap.touch(self.attributes)
          for (const name of ["dataset", "batch_size", "drop_last", "num_workers", "collate_fn"])
            self.attributes.set(name, call.read(name) ?? V.NONE)
          return V.NONE
        }),
      ],
      [
        "__iter__",
        method(`${DATA}.DataLoader.__iter__`, "", (call, self) => {
          const state = stateOf(self, call)
          return iteratorOf(state ? batches(call.interpreter, state, call.place) : V.unknown("what is loaded is not known", call.place))
        }),
      ],
      [
        "__len__",
        method(`${DATA}.DataLoader.__len__`, "", (call, self) => {
          const { dataset, size = 1, dropsLast } = stateOf(self, call) ?? {}
          const length = dataset?.length
          if (length === undefined) return { ...V.unknown("how many batches there are is not known", call.place), type: "integer" }
          return V.integer(dropsLast ? floorDivide(length, size) : ceilDivide(length, size))
        }),
      ],
    ],
  })

const datasetMembers = (name: string): [string, V.Value][] => [
  [
    "__getitem__",
    method(`${name}.__getitem__`, "index", ({ interpreter, place }, self) => {
      const { dataset } = ((self.kind === "instance" && self.state) || {}) as Partial<DatasetState>
      return dataset?.example(interpreter) ?? V.unknown("what the dataset gives is not known", place)
    }),
  ],
  [
    "__len__",
    method(`${name}.__len__`, "", ({ place }, self) => {
      const { dataset } = ((self.kind === "instance" && self.state) || {}) as Partial<DatasetState>
      const length = dataset?.length
      return length === undefined ? { ...V.unknown("how many examples there are is not known", place), type: "integer" } : V.integer(length)
    }),
  ],
]

/** The base that users derive their datasets from. */
const BASE = ((): (() => V.ClassValue) => {
  let made: V.ClassValue | undefined
  const joined = (call: Arguments, self: V.Value) => concatenatedObject(call, [self, call.required("other")])
  return () =>
    (made ??= nativeClass({
      name: `${DATA}.Dataset`,
      attributes: [
        ["__init__", method(`${DATA}.Dataset.__init__`, "*args, **kwargs", () => V.NONE)],
        ["__add__", method(`${DATA}.Dataset.__add__`, "other", joined)],
      ],
    }))
})()

/** A dataset class of ours: its constructor says what it holds. */
export function datasetClass(name: string, signature: string, make: (call: Arguments) => Dataset | undefined): V.ClassValue {
  const construct = method(name, signature, (call, self) => {
    const dataset = make(call)
    if (self.kind !== "instance") return V.NONE
    call.interpreter.heap.touch(self)
    self.state = { dataset }
    return V.NONE
  })
  return nativeClass({ name, bases: [BASE()], attributes: [["__init__", construct], ...datasetMembers(name)] })
}

function tensorDataset(call: Arguments): Dataset {
  const tensors = call.items("tensors").map((value) => call.tensorOf(value))
  const first = V.integer(0)
  return {
    length: tensors.find(({ shape }) => shape?.[0] !== undefined)?.shape?.[0],
    example: (interpreter) => V.tuple(tensors.map((tensor) => (tensor.shape ? interpreter.index(tensor, first) : tensor))),
  }
}

function subset(call: Arguments): Dataset | undefined {
  const whole = datasetOf(call.interpreter, call.required("dataset"), call.place)
  const indices = call.required("indices")
  const items =
    indices.kind === "range" || indices.kind === "list" || indices.kind === "tuple" ? call.interpreter.iterate(indices) : undefined
  const length = Array.isArray(items) ? items.length : indices.kind === "tensor" ? indices.shape?.[0] : undefined
  return whole && { length, example: whole.example }
}

const once = (make: () => V.ClassValue): (() => V.ClassValue) => {
  let made: V.ClassValue | undefined
  return () => (made ??= make())
}
const SUBSET = once(() => datasetClass(`${DATA}.Subset`, "dataset, indices", subset))
const CONCATENATED = once(() =>
  datasetClass(`${DATA}.ConcatDataset`, "datasets", (call) => concatenated(call, call.sequence(call.required("datasets")) ?? [])),
)

function concatenated(call: Arguments, parts: readonly V.Value[]): Dataset | undefined {
  const datasets = parts.map((part) => datasetOf(call.interpreter, part, call.place))
  const [first] = datasets
  const lengths = datasets.map((dataset) => dataset?.length)
  return first && { length: lengths.includes(undefined) ? undefined : (lengths as Dim[]).reduce(add, 0), example: first.example }
}

function concatenatedObject(call: Arguments, parts: readonly V.Value[]): V.Value {
  const dataset = concatenated(call, parts)
  return dataset
    ? datasetObject(call.interpreter, CONCATENATED(), dataset, call.place)
    : V.unknown("what is joined is not known", call.place)
}

/** Lengths, or shares of the whole: what is left over goes to the parts in turn, one each. */
function partLengths(call: Arguments, total: Dim | undefined): readonly (Dim | undefined)[] {
  const given = call.sequence(call.required("lengths")) ?? []
  if (!given.some(({ kind }) => kind === "float")) return given.map((value) => (value.kind === "integer" ? value.value : undefined))
  if (total === undefined || !isConcrete(total)) return given.map(() => undefined)
  const parts = given.map((value) => Math.floor((value.kind === "float" ? value.value : Number.NaN) * Number(total)))
  const left = Number(total) - parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part, index) => (Number.isNaN(part) ? undefined : part + (index < left ? 1 : 0)))
}

const split: Entry[] = functions(`${DATA}.random_split ${DATA}.dataset.random_split`, "dataset, lengths, generator=None", (call) => {
  const whole = datasetOf(call.interpreter, call.required("dataset"), call.place)
  if (!whole) return call.unclear("what the dataset gives is not known")
  const { example } = whole
  return V.list(partLengths(call, whole.length).map((length) => datasetObject(call.interpreter, SUBSET(), { length, example }, call.place)))
})

const classes: Readonly<Record<string, () => V.ClassValue>> = {
  DataLoader: once(loader),
  Dataset: BASE,
  TensorDataset: once(() => datasetClass(`${DATA}.TensorDataset`, "*tensors", tensorDataset)),
  Subset: SUBSET,
  ConcatDataset: CONCATENATED,
}
const HOMES: Readonly<Record<string, string>> = { DataLoader: "dataloader" }

export const dataEntries: readonly Entry[] = [
  ...Object.entries(classes).flatMap(([name, make]): Entry[] => [
    [`${DATA}.${name}`, make],
    [`${DATA}.${HOMES[name] ?? "dataset"}.${name}`, make],
  ]),
  ...split,
]
