/** Trace and module tree to model: rows, counts, graph, and the reasons for what is missing. */
import type { EnterEvent, OperationEvent, TraceEvent } from "../evaluate/trace.ts"
import {
  buffersOf,
  isDeepest,
  isListedByKeras,
  isModule,
  missingBase,
  modulesBelow,
  parametersOf,
  unknownBuffersOf,
  unknownEntriesOf,
} from "../layers/modules.ts"
import { operationOf } from "../layers/keras/operation.ts"
import type { Place } from "../text/source.ts"
import { bytesOf } from "../values/bytes.ts"
import { add, type Dim, isUnknown, multiply, product, sum } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import type { InstanceValue, TensorValue, UnknownValue, Value } from "../values/value.ts"
import { receptiveFields } from "./receptive-field.ts"
import { coverageOf } from "./coverage.ts"
import { MemoryLedger } from "./memory.ts"
import type { Edge, Gap, Input, Layer, Model, Operation, ReceptiveField, TensorFact, Weight } from "./model.ts"

export interface ModelSource {
  readonly name: string
  readonly place: Place
  readonly root: InstanceValue
  readonly inputs: readonly Input[]
  /** the events of one call of the root */
  readonly events: readonly TraceEvent[]
  readonly output: Value | undefined
  /** what went wrong on the way */
  readonly gaps: readonly Gap[]
}

/** What one module was seen to do. */
interface Doing {
  calls: number
  inputs: readonly TensorFact[]
  output: TensorFact | undefined
  macs: Dim | undefined
  order: number
}

export function buildModel(source: ModelSource): Model {
  const { root, events } = source
  const modules = modulesBelow(root)
  const paths = new Map<InstanceValue, string>()
  for (const [path, module] of modules) paths.set(module, path)
  const { doings, operations, edges, producerOf, ledger } = replay(events, root, paths)
  const { gaps: missing, hasUnknownPart, ...parameters } = countParameters(modules, suspicionOf(events, root))
  const lost = outputGaps(source.output)
  // What runs inside a part that is not known, or behind an output that is not known, may have computed anything.
  const hasGap =
    source.output === undefined ||
    hasUnknownPart ||
    lost.length > 0 ||
    source.gaps.length > 0 ||
    events.some((event) => event.kind === "gap")
  const layers = withFields(rows(modules, doings, root, isCutShort(source)), source.inputs, operations, edges)
  const gaps = [...source.gaps, ...missing, ...lost]
  return {
    name: source.name,
    class: root.class.name,
    framework: isTorch(root) ? "torch" : root.class.mro.some((cls) => cls.qualifiedName.startsWith("keras")) ? "keras" : "tfjs",
    place: source.place,
    inputs: source.inputs,
    outputs: outputsOf(source.output).map((value) => (value.kind === "tensor" ? factOf(value) : NOTHING_KNOWN)),
    producers: outputsOf(source.output).map((value) => (value.kind === "tensor" ? producerOf(value) : undefined)),
    parameters,
    macs: hasGap ? undefined : total([...doings.values()].map(({ macs }) => macs)),
    memory: {
      weights: hasUnknownPart ? undefined : weightBytes(modules),
      made: hasGap ? undefined : total(operations.map(({ memory }) => memory.made)),
      peak: hasGap ? undefined : ledger.peak(outputsOf(source.output).filter((value) => value.kind === "tensor")),
      kept: hasGap || !isTorch(root) ? undefined : total(operations.map(({ memory }) => memory.kept)),
    },
    coverage: coverageOf(layers, operations, events, gaps),
    layers,
    operations,
    edges,
    unknowns: unique([...gaps, ...traceGaps(events)]),
  }
}

/** The layers that slide a window know what they see of the input, the first time they are called. */
function withFields(layers: readonly Layer[], inputs: readonly Input[], operations: readonly Operation[], edges: readonly Edge[]): Layer[] {
  const fields = new Map<string, ReceptiveField>()
  for (const [index, field] of receptiveFields(inputs, operations, edges).entries()) {
    const { layer = "", sliding } = operations[index] ?? {}
    if (field && sliding && !fields.has(layer)) fields.set(layer, field)
  }
  return layers.map((layer) => {
    const receptiveField = layer.isLeaf ? fields.get(layer.path) : undefined
    return receptiveField ? withModule({ ...layer, receptiveField }, layer) : layer
  })
}

const isTorch = ({ class: { mro } }: InstanceValue): boolean => mro.some(({ qualifiedName }) => qualifiedName === "torch.nn.Module")

/** Parameters and buffers, each once. */
function weightBytes(modules: readonly [string, InstanceValue][]): ReadonlyMap<string, Dim> | undefined {
  const held = new Set(modules.flatMap(([, module]) => [...parametersOf(module), ...buffersOf(module)].map(([, tensor]) => tensor)))
  const bytes = new Map<string, Dim>()
  for (const { shape, dtype = "float32" } of held) {
    if (!shape || isUnknown(product(shape))) return undefined
    bytes.set(dtype, add(bytes.get(dtype) ?? 0, multiply(product(shape), bytesOf(dtype))))
  }
  return bytes
}

/** Whether more may have been called than was seen. */
const isCutShort = ({ output, events }: ModelSource): boolean => output === undefined || events.some((event) => event.kind === "gap")

/** Follows the calls: which module ran when, on what, and what it computed itself. */
function replay(events: readonly TraceEvent[], root: InstanceValue, paths: ReadonlyMap<InstanceValue, string>) {
  const doings = new Map<InstanceValue, Doing>()
  const operations: Operation[] = []
  const edges: Edge[] = []
  const ledger = new MemoryLedger()
  const positions = new Map<number, number>()
  const inputs = new Map<TensorValue, number>()
  const written = new Map<TensorValue, number>()
  const producerOf = (tensor: TensorValue): number | undefined =>
    written.get(tensor) ?? (tensor.producer === undefined ? undefined : positions.get(tensor.producer)) ?? inputs.get(tensor)
  // Modules made on the fly belong to no path: what they compute counts for the module that called them.
  const stack: InstanceValue[] = [root]
  const entered: boolean[] = []
  for (const event of events) {
    if (event.kind === "enter") {
      const isKnown = paths.has(event.module)
      if (event.module === root && inputs.size === 0) {
        for (const tensor of tensorsOf(event)) inputs.set(tensor, -1 - inputs.size)
        ledger.give([...inputs.keys()])
      }
      entered.push(isKnown)
      if (isKnown) stack.push(event.module)
      if (isKnown) begin(doings, event)
    } else if (event.kind === "leave") {
      if (entered.pop()) stack.pop()
      const doing = doings.get(event.module)
      if (doing && doing.output === undefined) doing.output = firstFact(event.output, event.shape)
    } else if (event.kind === "gap") {
      // Whatever is not known may have computed anything.
      doingOf(doings, stack.at(-1) ?? root).macs = undefined
    } else if (event.kind === "operation") {
      const owner = stack.at(-1) ?? root
      addMacs(doings, operationIn(doings, paths, event) ?? owner, event)
      positions.set(event.id, operations.length)
      for (const from of event.inputs.flatMap(tensorsIn).map(producerOf))
        if (from !== undefined) edges.push({ from, to: operations.length })
      const [target] = event.inputs
      if (target?.kind === "tensor" && IN_PLACE.test(event.name)) written.set(target, operations.length)
      operations.push({
        name: event.name,
        layer: paths.get(owner) ?? "",
        outputs: event.outputs.map(factOf),
        macs: event.macs,
        memory: ledger.add(event, owner),
        ...(event.mask && { mask: event.mask }),
        ...(event.sliding && { sliding: event.sliding }),
      })
    }
  }
  return { doings, operations, edges, producerOf, ledger }
}

/** The operation of a Keras graph, a row of its own, that gave an operator's result. */
function operationIn(
  doings: Map<InstanceValue, Doing>,
  paths: ReadonlyMap<InstanceValue, string>,
  { outputs: [first], inputs }: OperationEvent,
): InstanceValue | undefined {
  const unit = first && operationOf(first)
  if (!first || !unit || !paths.has(unit)) return undefined
  const doing = doingOf(doings, unit)
  doing.calls++
  doing.inputs = doing.calls === 1 ? inputs.flatMap(tensorsIn).map(factOf) : doing.inputs
  doing.output ??= factOf(first)
  return unit
}

/** Who reads the tensor afterwards reads what was written into it. */
const IN_PLACE = /[^_]_$|^__setitem__$/

function begin(doings: Map<InstanceValue, Doing>, event: EnterEvent): void {
  const known = doings.get(event.module)
  if (known) known.calls++
  if (known?.calls === 1) known.inputs = inputsOf(event)
  if (!known) doings.set(event.module, { calls: 1, inputs: inputsOf(event), output: undefined, macs: 0, order: doings.size })
}

const tensorsOf = (event: EnterEvent): TensorValue[] => [...event.inputs.positional, ...event.inputs.keywords.values()].flatMap(tensorsIn)
const inputsOf = (event: EnterEvent): TensorFact[] => tensorsOf(event).map(factOf)

function doingOf(doings: Map<InstanceValue, Doing>, owner: InstanceValue): Doing {
  const doing = doings.get(owner) ?? { calls: 0, inputs: [], output: undefined, macs: 0, order: doings.size }
  doings.set(owner, doing)
  return doing
}

function addMacs(doings: Map<InstanceValue, Doing>, owner: InstanceValue, event: OperationEvent): void {
  if (event.macs === 0) return
  const doing = doingOf(doings, owner)
  // An operator in a branch that may not be taken makes the sum unknown.
  doing.macs = doing.macs === undefined || event.isUncertain || isUnknown(event.macs) ? undefined : add(doing.macs, event.macs)
}

function rows(
  modules: readonly [string, InstanceValue][],
  doings: ReadonlyMap<InstanceValue, Doing>,
  root: InstanceValue,
  isCut: boolean,
): Layer[] {
  const seen = modules
    .map(([path, module], index) => ({ path, module, index, doing: doings.get(module) }))
    .filter(({ module, doing }) => module === root || isShown(module, doing))
  // Keras lists the layers of a graph or a stack in an order of its own.
  const isListed = isListedByKeras(root)
  const called = (order: { module: InstanceValue; doing: Doing | undefined }): number =>
    order.module === root ? -1 : isListed ? 0 : order.doing && order.doing.calls > 0 ? order.doing.order : Number.POSITIVE_INFINITY
  seen.sort((left, right) => called(left) - called(right) || left.index - right.index || 0)
  const parents = new Set(modules.map(([path]) => path.slice(0, Math.max(0, path.lastIndexOf(".")))))
  return seen.map(({ path, module, doing }) => rowOf(path, module, doing, !parents.has(path) && path !== "", isCut))
}

const isShown = (module: InstanceValue, doing: Doing | undefined): boolean =>
  (doing?.calls ?? 0) > 0 || parametersOf(module).length + buffersOf(module).length > 0

function rowOf(path: string, module: InstanceValue, doing: Doing | undefined, isLeaf: boolean, isCut: boolean): Layer {
  const parameters = parametersOf(module)
  const weights: Weight[] = []
  for (const [name, { shape, dtype, requiresGrad }] of parameters)
    if (shape) weights.push({ name, shape, dtype, isTrainable: requiresGrad !== false })
  const isWhole = weights.length === parameters.length && unknownEntriesOf(module).length === 0
  const layer: Layer = {
    path,
    type: module.class.name,
    qualifiedType: module.class.layer?.name ?? module.class.qualifiedName,
    isLeaf,
    weights,
    parameters: isWhole ? known(sum(weights.map(({ shape }) => product(shape)))) : undefined,
    inputs: doing?.inputs ?? [],
    output: doing?.output,
    // Where the run was cut short, what did not end may have had more to do.
    macs: isCut && doing?.output === undefined ? undefined : doing ? doing.macs : 0,
    calls: doing?.calls ?? 0,
    place: module.place,
  }
  modules.set(layer, module)
  return layer
}

/** A row made from another speaks of the same object. */
function withModule(layer: Layer, origin: Layer): Layer {
  const module = modules.get(origin)
  if (module) modules.set(layer, module)
  return layer
}

const modules = new WeakMap<Layer, InstanceValue>()
/** The object behind a row, for those who want its arguments. */
export const moduleOf = (layer: Layer): InstanceValue | undefined => modules.get(layer)

/** Every parameter once, however many modules share it. A total that hangs on something unknown is unknown. */
function countParameters(modules: readonly [string, InstanceValue][], mayHold: Suspicion) {
  const parameters = new Set<TensorValue>()
  const buffers = new Set<TensorValue>()
  const gaps: Gap[] = []
  const lost: Gap[] = []
  const missing = ([name, value]: [string, UnknownValue], module: InstanceValue): Gap => ({
    reason: `${name === "__init__" ? `a base class of ${module.class.name}` : `\`${name}\` of ${module.class.name}`}: ${value.reason}`,
    place: value.place,
  })
  for (const [path, module] of modules) {
    if (isDeepest(path)) gaps.push({ reason: "modules are nested deeper than Python can walk", place: module.place })
    for (const [, tensor] of parametersOf(module)) parameters.add(tensor)
    for (const [, tensor] of buffersOf(module)) buffers.add(tensor)
    gaps.push(...[...unknownEntriesOf(module), ...strangersOf(module, mayHold)].map((entry) => missing(entry, module)))
    lost.push(...unknownBuffersOf(module).map((entry) => missing(entry, module)))
  }
  const all = [...parameters]
  return {
    total: countOf(all, gaps),
    trainable: countOf(
      all.filter((tensor) => tensor.requiresGrad !== false),
      gaps,
    ),
    buffers: countOf([...buffers], [...gaps, ...lost]),
    gaps: [...gaps, ...lost],
    hasUnknownPart: gaps.length > 0,
  }
}

const countOf = (tensors: readonly TensorValue[], gaps: readonly Gap[]): Dim | undefined =>
  gaps.length > 0 ? undefined : total(tensors.map(({ shape }) => (shape ? product(shape) : undefined)))

/** Whether what is not known may hold weights, by what was done with it. */
type Suspicion = (value: UnknownValue) => boolean

/** What was called with tensors may, itself or by a method of its own; where nothing was seen to run, so may whatever its maker is given. */
function suspicionOf(events: readonly TraceEvent[], root: InstanceValue): Suspicion {
  const callees = events.flatMap((event) => (event.kind === "gap" && event.callee ? [event.callee] : []))
  const isRun = events.some((event) => event.kind === "operation" || event.kind === "gap" || event.module !== root)
  const isOf = (callee: UnknownValue, { place, symbol }: UnknownValue): boolean =>
    symbol !== undefined && callee.place === place && callee.symbol?.startsWith(`${symbol}.`) === true
  return (value) =>
    isRun ? callees.some((callee) => callee === value || isOf(callee, value)) : value.symbol !== undefined && value.type === undefined
}

/**
 * Attributes that hold a module with weights of its own, perhaps: the result of something unknown, an object of a class derived from it, or what
 * the constructor was given and is used like one.
 */
function strangersOf(module: InstanceValue, mayHold: Suspicion): [string, UnknownValue][] {
  return [...module.attributes].flatMap(([name, value]): [string, UnknownValue][] => {
    const stranger = value.kind === "instance" && !isModule(value) ? missingBase(value) : value
    return stranger?.kind === "unknown" && (stranger !== value || stranger.mayHoldWeights || mayHold(stranger)) ? [[name, stranger]] : []
  })
}

const known = (dim: Dim): Dim | undefined => (isUnknown(dim) ? undefined : dim)

function total(parts: readonly (Dim | undefined)[]): Dim | undefined {
  return parts.includes(undefined) ? undefined : known(sum(parts as Dim[]))
}

export const factOf = ({ shape, dtype }: TensorValue): TensorFact => ({ shape, dtype })

/** The first tensor of what a layer gives; undefined, too, when something unknown stands before it. */
function firstFact(output: Value | undefined, given?: Shape): TensorFact | undefined {
  const [first] = output ? leavesOf(output) : []
  return first?.kind === "tensor" ? factOf(given ? { ...first, shape: given } : first) : undefined
}

const NOTHING_KNOWN: TensorFact = { shape: undefined, dtype: undefined }

/** What is not known among several outputs keeps its place. */
const outputsOf = (output: Value | undefined): Value[] => (output && output.kind !== "unknown" ? leavesOf(output) : [])

const leavesOf = (value: Value): Value[] => {
  if (value.kind === "unknown") return [value]
  if (value.kind === "tuple" || value.kind === "list") return value.items.flatMap(leavesOf)
  return tensorsIn(value)
}

/** The tensors in a value, in order: tuples, lists and dictionaries opened. */
export function tensorsIn(value: Value | undefined): TensorValue[] {
  if (!value) return []
  switch (value.kind) {
    case "tensor":
      return [value]
    case "tuple":
    case "list":
    case "iterator":
      return value.items.flatMap(tensorsIn)
    case "dictionary":
      return [...value.entries.values()].flatMap((entry) => tensorsIn(entry.value))
    case "instance":
      // A record of outputs, tuples of hidden states included; other objects keep their own.
      return [...value.attributes.values()].flatMap((held) => (held.kind === "instance" ? [] : tensorsIn(held)))
    default:
      return []
  }
}

function traceGaps(events: readonly TraceEvent[]): Gap[] {
  return events.flatMap((event) => (event.kind === "gap" ? [{ reason: event.reason, place: event.place }] : []))
}

function outputGaps(output: Value | undefined): Gap[] {
  if (output?.kind === "unknown") return [{ reason: output.reason, place: output.place }]
  return tensorsIn(output).flatMap((tensor) => (tensor.unknown ? [{ reason: tensor.unknown.reason, place: tensor.unknown.place }] : []))
}

function unique(gaps: readonly Gap[]): Gap[] {
  const seen = new Set<string>()
  return gaps.filter(({ reason, place }) => {
    const key = `${reason} ${place?.file.uri}:${place?.span.start}`
    return !seen.has(key) && seen.add(key)
  })
}
