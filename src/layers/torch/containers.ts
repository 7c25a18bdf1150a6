/** Containers of torch: Sequential, ModuleList, ModuleDict and their kin for parameters, with Python's protocols. */
import { type Arguments, Unclear } from "../arguments.ts"
import * as modules from "../modules.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, method } from "./define.ts"
import { type LayerDefinition, layerClass } from "./layer.ts"
import { asParameter } from "./parameters.ts"

type Registry = "_modules" | "_parameters"
type Named = [name: string, value: V.Value]
type Body = (call: Arguments, self: V.InstanceValue) => V.Value

/** Kinds of values that are certainly no modules. */
const NO_MODULES = new Set<V.Value["kind"]>([
  "list",
  "tuple",
  "integer",
  "float",
  "string",
  "boolean",
  "dictionary",
  "function",
  "native",
  "class",
  "tensor",
])

function entriesOf(self: V.InstanceValue, registry: Registry): Named[] {
  return [...modules.registryOf(self, registry).entries.values()].map(
    ({ key, value }): Named => [key.kind === "string" ? key.value : "?", value],
  )
}

/** Replaces all of a container's entries. */
function refill(call: Arguments, self: V.InstanceValue, registry: Registry, named: readonly Named[]): void {
  const { entries } = modules.registryOf(self, registry)
  call.interpreter.heap.touch(entries)
  entries.clear()
  for (const [name, value] of named) entries.set(`s:${name}`, { key: V.string(name), value })
}

const numbered = (values: readonly V.Value[]): Named[] => values.map((value, index) => [String(index), value])

/** The values an iterable gives; an unknown end is one unknown entry more. */
function itemsOf(call: Arguments, value: V.Value | undefined): V.Value[] {
  if (value === undefined) return []
  const items = call.interpreter.iterate(value)
  if (!Array.isArray(items)) return [items as V.UnknownValue]
  const rest = value.kind === "iterator" ? value.rest : undefined
  return rest ? [...(items as V.Value[]), rest] : [...(items as V.Value[])]
}

function prepare(call: Arguments, registry: Registry, values: readonly V.Value[]): V.Value[] {
  if (registry === "_parameters") return values.map((value) => (value.kind === "tensor" ? asParameter(value) : value))
  for (const value of values)
    if (NO_MODULES.has(value.kind))
      call.problem(
        "argument-error",
        `a container takes modules, got a ${value.kind === "class" ? `class, ${value.name}, that is not called` : value.kind}`,
      )
  return [...values]
}

/** The dictionary's entries, or the pairs of an iterable. */
function namedItems(call: Arguments, value: V.Value | undefined): Named[] {
  if (value?.kind === "dictionary")
    return [...value.entries.values()].map(({ key, value: item }): Named => [key.kind === "string" ? key.value : "?", item])
  if (modules.isModule(value)) return entriesOf(value, "_modules")
  return itemsOf(call, value).map((item): Named => {
    const pair = item.kind === "tuple" || item.kind === "list" ? item.items : []
    return pair.length === 2 && pair[0]?.kind === "string" && pair[1]
      ? [pair[0].value, pair[1]]
      : ["?", item.kind === "unknown" ? item : V.unknown("the name of an entry is not known", call.place)]
  })
}

const member =
  (owner: string, registry: Registry) =>
  (name: string, signature: string, body: (call: Arguments, self: V.InstanceValue, registry: Registry) => V.Value): Named => [
    name,
    method(`${owner}.${name}`, signature, (call, self) => {
      if (self.kind !== "instance") return call.unclear(`${name} is called on no container`)
      return CHANGING.has(name) ? changed(call, self, registry, () => body(call, self, registry)) : body(call, self, registry)
    }),
  ]

const CHANGING: ReadonlySet<string> = new Set(
  "__setitem__ __delitem__ append extend insert pop update setdefault popitem clear __iadd__".split(" "),
)

/** A change that cannot be followed leaves a container whose content is not known. */
function changed(call: Arguments, self: V.InstanceValue, registry: Registry, change: () => V.Value): V.Value {
  try {
    return change()
  } catch (thrown) {
    if (thrown instanceof Unclear) modules.register(call.interpreter, self, registry, modules.freshName(self, registry), thrown.value)
    throw thrown
  }
}

/** Concrete position of an index; Unclear when it is not known. */
function positionOf(call: Arguments, value: V.Value, count: number): number {
  const index = call.wholeOf(value, "the index")
  const position = index < 0 ? index + count : index
  if (position < 0 || position >= count) call.interpreter.raise("IndexError", `index ${index} is out of range`)
  return position
}

/** Start, end and step of a slice over `count` items. */
function sliced<T>(call: Arguments, slice: V.SliceValue, items: readonly T[]): T[] {
  const bound = (value: V.Value, fallback: number) => {
    if (V.isNone(value)) return fallback
    const given = call.wholeOf(value, "the slice")
    return Math.max(0, Math.min(items.length, given < 0 ? given + items.length : given))
  }
  const step = V.isNone(slice.step) ? 1 : call.wholeOf(slice.step, "the step")
  if (step < 0) return items.toReversed().filter((_, index) => index % -step === 0)
  return items.slice(bound(slice.lower, 0), bound(slice.upper, items.length)).filter((_, index) => index % step === 0)
}

/** A new container of the same kind; a subclass with a constructor of its own gives a plain one. */
function made(call: Arguments, self: V.InstanceValue, owner: string, registry: Registry, named: readonly Named[]): V.Value {
  const own = self.class.mro.find((ancestor) => ancestor.attributes.has("__init__"))
  const plain = self.class.mro.find((ancestor) => ancestor.qualifiedName === owner) ?? self.class
  const container = call.interpreter.instantiate(own === plain ? self.class : plain, call.place)
  refill(call, container, registry, named)
  return container
}

/** What lists of modules and of parameters share. */
function listMembers(owner: string, registry: Registry): Named[] {
  const define = member(owner, registry)
  const isSequential = owner.endsWith("Sequential")
  const values = (self: V.InstanceValue) => entriesOf(self, registry).map(([, value]) => value)
  return [
    define("__len__", "", (call, self) => lengthOf(call, values(self))),
    define("__iter__", "", (_, self) => iterator(values(self))),
    define("__contains__", "item", (call, self) => V.boolean(values(self).includes(call.required("item")))),
    define("__getitem__", "idx", (call, self) => {
      const index = call.required("idx")
      const named = entriesOf(self, registry)
      if (index.kind === "slice")
        return made(call, self, owner, registry, isSequential ? sliced(call, index, named) : numbered(sliced(call, index, values(self))))
      return named[positionOf(call, index, named.length)]?.[1] ?? V.NONE
    }),
    define("__setitem__", "idx, item", (call, self) => {
      const named = entriesOf(self, registry)
      const position = positionOf(call, call.required("idx"), named.length)
      const [value = V.NONE] = prepare(call, registry, [call.read("item") ?? V.NONE])
      refill(
        call,
        self,
        registry,
        named.map(([name, old], index): Named => [name, index === position ? value : old]),
      )
      return V.NONE
    }),
    define("__delitem__", "idx", (call, self) => {
      const index = call.required("idx")
      const kept = values(self)
      const dropped =
        index.kind === "slice"
          ? sliced(
              call,
              index,
              kept.map((_, position) => position),
            )
          : [positionOf(call, index, kept.length)]
      refill(call, self, registry, numbered(kept.filter((_, position) => !dropped.includes(position))))
      return V.NONE
    }),
    ...growingMembers(owner, registry),
  ]
}

/** Members that add and remove: append, extend, insert, pop, and the operators. */
function growingMembers(owner: string, registry: Registry): Named[] {
  const define = member(owner, registry)
  const isSequential = owner.endsWith("Sequential")
  const values = (self: V.InstanceValue) => entriesOf(self, registry).map(([, value]) => value)
  const append: Body = (call, self) => {
    const added = prepare(call, registry, [call.read("item") ?? V.NONE])
    const { length } = entriesOf(self, registry)
    for (const value of added) modules.register(call.interpreter, self, registry, String(length), value)
    return self
  }
  const extend: Body = (call, self) => {
    refill(call, self, registry, [
      ...entriesOf(self, registry),
      ...prepare(call, registry, itemsOf(call, call.required("items"))).map(
        (value, index): Named => [String(entriesOf(self, registry).length + index), value],
      ),
    ])
    return self
  }
  return [
    define("append", "item", append),
    define("extend", "items", extend),
    define("__iadd__", "items", extend),
    define("__add__", "other", (call, self) =>
      made(call, self, owner, registry, numbered([...values(self), ...itemsOf(call, call.required("other"))])),
    ),
    define("__mul__", "count", (call, self) =>
      made(
        call,
        self,
        owner,
        registry,
        numbered(new Array(Math.max(0, Math.min(10_000, call.integer("count")))).fill(values(self)).flat() as V.Value[]),
      ),
    ),
    define("insert", "index, item", (call, self) => {
      const kept = values(self)
      const index = call.integer("index")
      kept.splice(index, 0, ...prepare(call, registry, [call.read("item") ?? V.NONE]))
      refill(call, self, registry, numbered(kept))
      return isSequential ? self : V.NONE
    }),
    define("pop", "key", (call, self) => {
      const kept = values(self)
      const [removed = V.NONE] = kept.splice(positionOf(call, call.required("key"), kept.length), 1)
      refill(call, self, registry, numbered(kept))
      return removed
    }),
  ]
}

const iterator = (items: readonly V.Value[]): V.IteratorValue => {
  const doubt = items.findIndex((item) => item.kind === "unknown")
  return { kind: "iterator", items, position: 0, ...(doubt >= 0 && { rest: items[doubt] as V.UnknownValue }) }
}

function lengthOf(call: Arguments, values: readonly V.Value[]): V.Value {
  const doubt = values.find((value) => value.kind === "unknown")
  return doubt?.kind === "unknown" ? V.integer(call.fresh("length", doubt.reason)) : V.integer(values.length)
}

/** What dictionaries of modules and of parameters share. */
function dictionaryMembers(owner: string, registry: Registry): Named[] {
  const define = member(owner, registry)
  const keyOf = (call: Arguments, name = "key") => call.text(name) ?? call.unclear("the key is not known")
  const update: Body = (call, self) => {
    for (const [name, value] of namedItems(call, call.value("items")))
      modules.register(call.interpreter, self, registry, name, prepare(call, registry, [value])[0] ?? value)
    return V.NONE
  }
  const names = (self: V.InstanceValue) => entriesOf(self, registry).map(([name]) => V.string(name))
  return [
    define("__len__", "", (call, self) =>
      lengthOf(
        call,
        entriesOf(self, registry).map(([, value]) => value),
      ),
    ),
    define("__iter__", "", (_, self) => iterator(names(self))),
    define("__contains__", "key", (call, self) => V.boolean(entriesOf(self, registry).some(([name]) => name === keyOf(call)))),
    define("keys", "", (_, self) => iterator(names(self))),
    define("values", "", (_, self) => iterator(entriesOf(self, registry).map(([, value]) => value))),
    define("items", "", (_, self) => iterator(entriesOf(self, registry).map(([name, value]) => V.tuple([V.string(name), value])))),
    define("__getitem__", "key", (call, self) => {
      const key = keyOf(call)
      return entriesOf(self, registry).find(([name]) => name === key)?.[1] ?? call.interpreter.raise("KeyError", key)
    }),
    define(
      "get",
      "key, default=None",
      (call, self) => entriesOf(self, registry).find(([name]) => name === keyOf(call))?.[1] ?? call.read("default") ?? V.NONE,
    ),
    define("__setitem__", "key, value", (call, self) => {
      const key = keyOf(call)
      modules.register(call.interpreter, self, registry, key, prepare(call, registry, [call.read("value") ?? V.NONE])[0] ?? V.NONE)
      return V.NONE
    }),
    define("__delitem__", "key", (call, self) => {
      modules.forget(call.interpreter, self, keyOf(call))
      return V.NONE
    }),
    define("pop", "key", (call, self) => {
      const key = keyOf(call)
      const found = entriesOf(self, registry).find(([name]) => name === key)?.[1]
      modules.forget(call.interpreter, self, key)
      return found ?? V.NONE
    }),
    define("clear", "", (call, self) => {
      refill(call, self, registry, [])
      return V.NONE
    }),
    define("update", "items", update),
  ]
}

const initialise =
  (registry: Registry, fill: (call: Arguments) => Named[]) =>
  (call: Arguments, self: V.InstanceValue): V.Value => {
    for (const name of ["_parameters", "_buffers", "_modules"] as const) modules.registryOf(self, name)
    const named = fill(call)
    const prepared = prepare(
      call,
      registry,
      named.map(([, value]) => value),
    )
    refill(
      call,
      self,
      registry,
      named.map(([name], index): Named => [name, prepared[index] ?? V.NONE]),
    )
    return V.NONE
  }

interface ContainerDefinition extends Pick<LayerDefinition, "name" | "signature" | "sentence"> {
  readonly registry: Registry
  readonly isList: boolean
  readonly fill: (call: Arguments) => Named[]
  readonly forward?: LayerDefinition["forward"]
}

function container({ name, signature, sentence, registry, isList, fill, forward }: ContainerDefinition): Entry {
  const owner = name.replace("nn.", "torch.nn.")
  return [
    owner,
    () =>
      layerClass({
        name,
        signature,
        sentence,
        forward: forward ?? ((call) => V.unknown(`${name} has no forward`, call.place)),
        more: [
          ...(isList ? listMembers(owner, registry) : dictionaryMembers(owner, registry)),
          member(owner, registry)("__init__", signature, initialise(registry, fill)),
        ],
      }),
  ]
}

/** Runs the children one after another. */
const chain: LayerDefinition["forward"] = (call, { self }) => {
  let value = call.read("input") ?? V.NONE
  for (const [, child] of entriesOf(self, "_modules"))
    value = child.kind === "unknown" ? child : callWith(call.interpreter, child, [value], call.place)
  return value
}

function sequentialItems(call: Arguments): Named[] {
  const given = call.required("args")
  if (given.kind === "unknown") return [["?", given]]
  const items = call.sequence(given) ?? []
  const [only] = items
  return items.length === 1 && only?.kind === "dictionary" ? namedItems(call, only) : numbered(items)
}

export const containers: readonly Entry[] = [
  container({
    name: "nn.Sequential",
    signature: "*args",
    sentence: "Runs its layers one after another.",
    registry: "_modules",
    isList: true,
    fill: sequentialItems,
    forward: chain,
  }),
  container({
    name: "nn.ModuleList",
    signature: "modules=None",
    sentence: "A list whose modules are registered.",
    registry: "_modules",
    isList: true,
    fill: (call) => numbered(itemsOf(call, call.value("modules"))),
  }),
  container({
    name: "nn.ModuleDict",
    signature: "modules=None",
    sentence: "A dictionary whose modules are registered.",
    registry: "_modules",
    isList: false,
    fill: (call) => namedItems(call, call.value("modules")),
  }),
  container({
    name: "nn.ParameterList",
    signature: "values=None",
    sentence: "A list whose parameters are registered.",
    registry: "_parameters",
    isList: true,
    fill: (call) => numbered(itemsOf(call, call.value("values"))),
  }),
  container({
    name: "nn.ParameterDict",
    signature: "parameters=None",
    sentence: "A dictionary whose parameters are registered.",
    registry: "_parameters",
    isList: false,
    fill: (call) => namedItems(call, call.value("parameters")),
  }),
]
