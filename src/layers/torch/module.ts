/** `torch.nn.Module`: registration, traversal and calling. How an instance holds its parts is told in `../modules.ts`. */
import type { Arguments } from "../arguments.ts"
import { Unclear } from "../arguments.ts"
import * as modules from "../modules.ts"
import { add, equals, multiply } from "../../values/dim.ts"
import { type Shape, shapeText } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { hooked, registerBefore, registerBehind } from "./hooks.ts"
import { callWith, constant, type Entry, method, nativeClass } from "./define.ts"

type Body = (call: Arguments, self: V.InstanceValue) => V.Value

const NAME = modules.MODULE

/** A method of `Module`, whose self must be an instance. */
function member(name: string, signature: string, body: Body): [string, V.NativeValue] {
  return [
    name,
    method(`${NAME}.${name}`, signature, (call, self) => {
      if (self.kind === "instance") return body(call, self)
      throw new Unclear(self.kind === "unknown" ? self : V.unknown(`${name} is called on no module`, call.place))
    }),
  ]
}

const iterator = (items: readonly V.Value[]): V.IteratorValue => ({ kind: "iterator", items, position: 0 })
const pairs = (items: readonly (readonly [string, V.Value])[]): V.IteratorValue =>
  iterator(items.map(([name, value]) => V.tuple([V.string(name), value])))
const join = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`)

/** Tensors of all modules below, each once unless duplicates are wanted. */
function namedTensors(
  self: V.InstanceValue,
  own: (instance: V.InstanceValue) => [string, V.TensorValue][],
  prefix = "",
  recurse = true,
  isUnique = true,
): [string, V.TensorValue][] {
  const seen = new Set<V.TensorValue>()
  const below: [string, V.InstanceValue][] = recurse ? modules.modulesBelow(self, prefix) : [[prefix, self]]
  return below
    .flatMap(([path, module]) => own(module).map(([name, tensor]): [string, V.TensorValue] => [join(path, name), tensor]))
    .filter(([, tensor]) => !isUnique || (!seen.has(tensor) && seen.add(tensor)))
}

/** What hides the module's contents: an entry nobody knows. Traversal then cannot be complete. */
function uncertain(self: V.InstanceValue): V.UnknownValue | undefined {
  for (const [, module] of modules.modulesBelow(self)) {
    const [first] = modules.unknownEntriesOf(module)
    if (first) return first[1]
  }
  return undefined
}

function withDoubt(found: V.IteratorValue, self: V.InstanceValue): V.IteratorValue {
  const rest = uncertain(self)
  return rest ? { ...found, rest } : found
}

const TRAVERSAL: [string, V.NativeValue][] = [
  member("children", "", (_, self) => iterator(unique(modules.childrenOf(self)).map(([, child]) => child))),
  member("named_children", "", (_, self) => pairs(unique(modules.childrenOf(self)))),
  member("modules", "remove_duplicate=True", (_, self) => iterator(modules.modulesBelow(self).map(([, module]) => module))),
  member("named_modules", "memo=None, prefix='', remove_duplicate=True", (call, self) =>
    pairs(modules.modulesBelow(self, call.text("prefix") ?? "")),
  ),
  member("parameters", "recurse=True", (call, self) => {
    call.interpreter.asksParameters(self)
    const found = namedTensors(self, modules.parametersOf, "", call.flag("recurse") !== false)
    return withDoubt(iterator(found.map(([, tensor]) => tensor)), self)
  }),
  member("named_parameters", "prefix='', recurse=True, remove_duplicate=True", (call, self) => {
    const found = namedTensors(
      self,
      modules.parametersOf,
      call.text("prefix") ?? "",
      call.flag("recurse") !== false,
      call.flag("remove_duplicate") !== false,
    )
    return withDoubt(pairs(found), self)
  }),
  member("buffers", "recurse=True", (call, self) =>
    iterator(namedTensors(self, modules.buffersOf, "", call.flag("recurse") !== false).map(([, tensor]) => tensor)),
  ),
  member("named_buffers", "prefix='', recurse=True, remove_duplicate=True", (call, self) =>
    pairs(namedTensors(self, modules.buffersOf, call.text("prefix") ?? "", call.flag("recurse") !== false)),
  ),
  member("state_dict", "*args, destination=None, prefix='', keep_vars=False", (call, self) => {
    const prefix = call.text("prefix") ?? ""
    const found = modules
      .modulesBelow(self)
      .flatMap(([path, module]) =>
        [...modules.parametersOf(module), ...modules.buffersOf(module)].map(([name, tensor]): [string, V.Value] => [
          prefix + join(path, name),
          tensor,
        ]),
      )
    return V.dictionaryOf(found, { typeName: "OrderedDict" })
  }),
]

function unique(children: [string, V.InstanceValue][]): [string, V.InstanceValue][] {
  const seen = new Set<V.InstanceValue>()
  return children.filter(([, child]) => !seen.has(child) && seen.add(child))
}

/** Walks a dotted path from a module; Unclear when a part is missing. */
function follow(call: Arguments, self: V.InstanceValue, path: string): V.Value {
  let current: V.Value = self
  for (const part of path.split(".").filter((name) => name !== "")) {
    const next = call.interpreter.findAttribute(current, part)
    if (next === undefined) return call.unclear(`the module has nothing called ${part}`)
    current = next
  }
  return current
}

const target: Body = (call, self) => follow(call, self, call.text("target") ?? "")

/** A name that is not known gets one of its own: what is registered counts all the same. */
function nameOf(call: Arguments, self: V.InstanceValue, registry: modules.Registry): string {
  const name = call.read("name")
  return name?.kind === "string" ? name.value : modules.freshName(self, registry)
}

const REGISTRATION: [string, V.NativeValue][] = [
  member("__init__", "*args, **kwargs", (_, self) => {
    for (const registry of ["_parameters", "_buffers", "_modules"] as const) modules.registryOf(self, registry)
    return V.NONE
  }),
  ...["register_module", "add_module"].map((name) =>
    member(name, "name, module", (call, self) => {
      modules.register(call.interpreter, self, "_modules", nameOf(call, self, "_modules"), call.read("module") ?? V.NONE)
      return V.NONE
    }),
  ),
  member("register_parameter", "name, param", (call, self) => {
    modules.register(call.interpreter, self, "_parameters", nameOf(call, self, "_parameters"), call.read("param") ?? V.NONE)
    return V.NONE
  }),
  member("register_buffer", "name, tensor, persistent=True", (call, self) => {
    modules.register(call.interpreter, self, "_buffers", nameOf(call, self, "_buffers"), call.read("tensor") ?? V.NONE)
    return V.NONE
  }),
  member("__setattr__", "name, value", (call, self) => {
    const name = nameOf(call, self, "_modules")
    const value = call.read("value") ?? V.NONE
    if (modules.setModuleAttribute(call.interpreter, self, name, value)) return V.NONE
    call.interpreter.heap.touch(self.attributes)
    self.attributes.set(name, value)
    return V.NONE
  }),
  member("__getattr__", "name", (call, self) => {
    const name = call.text("name")
    const found = name === undefined ? undefined : modules.findModuleAttribute(self, name)
    return found ?? call.interpreter.raise("AttributeError", `'${self.class.name}' object has no attribute '${name}'`)
  }),
  member("__delattr__", "name", (call, self) => {
    modules.forget(call.interpreter, self, call.text("name") ?? "")
    return V.NONE
  }),
  member("get_submodule", "target", target),
  member("get_parameter", "target", target),
  member("get_buffer", "target", target),
  member("set_submodule", "target, module, strict=False", (call, self) => {
    const path = (call.text("target") ?? "").split(".")
    const parent = follow(call, self, path.slice(0, -1).join("."))
    call.interpreter.setAttribute(parent, path.at(-1) ?? "", call.required("module"))
    return V.NONE
  }),
]

/** Conversions and switches that leave the structure as it is, and answer the module. */
const CHAINED = "cuda cpu xpu npu ipu half float double bfloat16 type share_memory to_empty compile requires_grad_ to".split(" ")
/** Bookkeeping without a result. */
const SILENT =
  "zero_grad register_full_backward_hook register_backward_hook _register_load_state_dict_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_state_dict_pre_hook _register_state_dict_hook register_full_backward_pre_hook set_extra_state".split(
    " ",
  )

function requireGradients(call: Arguments, self: V.InstanceValue): V.Value {
  const value = call.read("requires_grad")
  const isWanted = value === undefined ? true : call.interpreter.truth(value)
  for (const [, tensor] of namedTensors(self, modules.parametersOf)) {
    call.interpreter.heap.touch(tensor)
    if (isWanted === undefined) delete tensor.requiresGrad
    else tensor.requiresGrad = isWanted
  }
  return self
}

const DATA_TYPES: Record<string, string> = { half: "float16", float: "float32", double: "float64", bfloat16: "bfloat16" }

/** `.half()`, `.to(torch.float16)`: floating weights change their type, in place. */
function convert(call: Arguments, self: V.InstanceValue, dtype: string | undefined): V.Value {
  if (dtype === undefined || !/float/.test(dtype)) return self
  for (const own of [modules.parametersOf, modules.buffersOf])
    for (const [, tensor] of namedTensors(self, own)) {
      if (tensor.dtype === dtype || !tensor.dtype?.includes("float")) continue
      call.interpreter.heap.touch(tensor)
      tensor.dtype = dtype
    }
  return self
}

const dtypeIn = (values: readonly V.Value[]): string | undefined =>
  values
    .map((value) =>
      value.kind === "instance" && value.class.qualifiedName === "torch.dtype"
        ? String(value.state)
        : value.kind === "tensor"
          ? value.dtype
          : undefined,
    )
    .find((dtype) => dtype !== undefined)

/** Tells the modules below, for some do more than torch's own: freeze a part, or keep a table for use. */
function switched(call: Arguments, self: V.InstanceValue, mode: V.Value): V.Value {
  for (const [, child] of modules.childrenOf(self)) {
    if (!modules.switchesItself(child)) switched(call, child, mode)
    else {
      const train = call.interpreter.findAttribute(child, "train")
      if (train) call.interpreter.call(train, { positional: [mode], keywords: new Map() }, call.place)
    }
  }
  return self
}

/** Tensors are copied by name, and the first that does not fit ends the loading. Modules may fit what comes to themselves before that. */
function compareState(call: Arguments, self: V.InstanceValue): void {
  const state = call.value("state_dict")
  if (state?.kind !== "dictionary" || modules.modulesBelow(self).some(([, module]) => fitsState(module))) return
  for (const [name, tensor] of [...namedTensors(self, modules.parametersOf), ...namedTensors(self, modules.buffersOf)]) {
    const loaded = state.entries.get(`s:${name}`)?.value
    if (loaded?.kind !== "tensor" || !loaded.shape || !tensor.shape || isSameShape(loaded.shape, tensor.shape)) continue
    call.problem("shape-mismatch", `cannot load \`${name}\` of shape ${shapeText(loaded.shape)} into ${shapeText(tensor.shape)}`)
    return
  }
}

/** Marks a module with a hook that sees the state before it is loaded. */
const FITTING = "_load_state_dict_pre_hooks"

const fitsState = ({ class: { mro }, attributes }: V.InstanceValue): boolean =>
  attributes.has(FITTING) || mro.some((cls) => cls.attributes.has("_load_from_state_dict"))

const isSameShape = (one: Shape, other: Shape): boolean =>
  one.length === other.length && one.every((size, axis) => equals(size, other[axis] ?? size) !== false)

const BEHAVIOUR: [string, V.NativeValue][] = [
  ...CHAINED.map((name) =>
    member(name, "*args, **kwargs", (call, self) => {
      const keywords = call.value("kwargs")
      const given = [
        ...call.items("args"),
        ...(keywords?.kind === "dictionary" ? [...keywords.entries.values()].map(({ value }) => value) : []),
      ]
      if (name === "to" || name === "type") return convert(call, self, dtypeIn(given))
      return convert(call, self, DATA_TYPES[name])
    }),
  ),
  member("train", "mode=True", (call, self) => switched(call, self, call.read("mode") ?? V.TRUE)),
  member("eval", "", (call, self) => {
    const train = call.interpreter.findAttribute(self, "train")
    return train ? call.interpreter.call(train, { positional: [V.FALSE], keywords: new Map() }, call.place) : self
  }),
  member("requires_grad_", "requires_grad=True", requireGradients),
  ...SILENT.map((name) =>
    member(name, "*args, **kwargs", (call, self) => {
      if (name.includes("load_state_dict_pre_hook")) {
        call.interpreter.heap.touch(self.attributes)
        self.attributes.set(FITTING, V.TRUE)
      }
      return V.unknown(`${name} has no result`, call.place)
    }),
  ),
  member("register_forward_pre_hook", "hook, *, prepend=False, with_kwargs=False", registerBefore),
  member("register_forward_hook", "hook, *, prepend=False, with_kwargs=False, always_call=False", registerBehind),
  member("zero_grad", "set_to_none=True", () => V.NONE),
  member("load_state_dict", "state_dict, strict=True, assign=False", (call, self) => {
    compareState(call, self)
    return V.unknown("what the loaded state lacks is not known", call.place)
  }),
  member("extra_repr", "", () => V.string("")),
  member("_get_name", "", (_, self) => V.string(self.class.name)),
  member("_apply", "fn, recurse=True", (_, self) => self),
  member("apply", "fn", (call, self) => {
    for (const [, module] of modules.modulesBelow(self).reverse()) callWith(call.interpreter, call.required("fn"), [module], call.place)
    return self
  }),
  ["__call__", V.native(`${NAME}.__call__`, callModule, true)],
  ["_call_impl", V.native(`${NAME}.__call__`, callModule, true)],
  ["forward", V.native(`${NAME}.forward`, (_, __, place) => V.unknown("the module has no forward", place), true)],
]

/** Runs `forward` and its hooks; those of the backward pass and of loading are not run. */
function callModule(
  ...[
    interpreter,
    {
      positional: [self, ...positional],
      keywords,
      rest,
      unnamed,
    },
    place,
  ]: Parameters<V.NativeCall>
): V.Value {
  if (self?.kind !== "instance") return V.unknown("a module's __call__ needs an instance", place)
  const call: V.CallArguments = { positional, keywords, ...(rest && { rest }), ...(unnamed && { unnamed }) }
  return interpreter.enter(self, call, place, () => {
    normaliseSpectrally(interpreter, self, place)
    workOutWeights(interpreter, self, place)
    const forward = interpreter.findAttribute(self, "forward")
    if (!forward) return V.unknown("the module has no forward", place)
    return hooked(interpreter, self, call, place, (given) => interpreter.call(forward, given, place))
  })
}

/** Spectral normalisation works out the largest singular value anew at each call: one product of matrix and vector, one of vectors. */
function normaliseSpectrally(
  ...[interpreter, self, place]: [Parameters<V.NativeCall>[0], V.InstanceValue, Parameters<V.NativeCall>[2]]
): void {
  const marked = self.attributes.get(modules.SPECTRAL)
  if (marked?.kind !== "tuple") return
  const [rows = 1, columns = 1] = marked.items.map((item) => interpreter.dim(item))
  interpreter.operation(
    { name: "spectral_norm", inputs: [], macs: multiply(rows, add(columns, 1)), problems: [], place },
    "torch",
    [rows, columns],
    "float32",
  )
}

/** Weights under `parametrizations` are worked out by modules of their own; torch does so whenever one is read, we once a call. */
function workOutWeights(...[interpreter, self, place]: [Parameters<V.NativeCall>[0], V.InstanceValue, Parameters<V.NativeCall>[2]]): void {
  const holder = modules.findModuleAttribute(self, "parametrizations")
  if (holder?.kind !== "instance") return
  for (const [name, list] of modules.childrenOf(holder)) {
    const weight = callWith(interpreter, list, [], place)
    interpreter.heap.touch(self.attributes)
    self.attributes.set(name, weight)
  }
}

export const MODULE_CLASS = nativeClass({
  name: NAME,
  attributes: [...TRAVERSAL, ...REGISTRATION, ...BEHAVIOUR, ["dump_patches", V.FALSE], ["call_super_init", V.FALSE]],
})

export const moduleEntries: readonly Entry[] = constant("torch.nn.Module", MODULE_CLASS)
