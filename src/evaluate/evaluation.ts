/** One evaluation: its heap, its budget, its trace, and the interpreter interface that natives and layers see. */
import type { Budget, Host } from "../text/host.ts"
import type { Parameter } from "../syntax/tree.ts"
import type { Place, SourceFile, Span } from "../text/source.ts"
import { catalogueValue } from "../layers/catalogue.ts"
import { deleteModuleAttribute } from "../layers/modules.ts"
import { type Dim, symbol } from "../values/dim.ts"
import { GROWN, grownSize } from "../values/growth.ts"
import type { Interpreter, OperationRecord } from "../values/interpreter.ts"
import type { Problem, Undecided } from "../values/problem.ts"
import type { Shape } from "../values/shape.ts"
import * as V from "../values/value.ts"
import { findAttribute, plainAttribute, setAttribute } from "./attributes.ts"
import { call as callValue, closureOf, makeInstance } from "./calls.ts"
import { settle } from "./deferred.ts"
import { Journal } from "./journal.ts"
import type { Language } from "./language.ts"
import { LANGUAGES, type ModuleRecord } from "./modules.ts"
import { Raised, Stopped } from "./raised.ts"
import type { Samples } from "./samples.ts"
import { argumentsIn, functionScope, type Scope } from "./scope.ts"
import type { TraceEvent } from "./trace.ts"

/** A running call. */
export interface Frame {
  readonly name: string
  /** where it was called */
  readonly place: Place
  readonly language: Language
  /** the operator or subscript of its code that is being worked out, for it may call a method of an operand */
  operator?: Place | undefined
  /** the call of its code for which layers written elsewhere are run: it answers for what they find wrong */
  blamed?: Place | undefined
  /** what a generator has given so far */
  yields?: V.Value[]
  /** the variables of a function that runs, and its parameters */
  readonly locals?: { readonly scope: Scope; readonly parameters: readonly Parameter[] }
  /** how many open conditions the call stands under */
  readonly uncertain?: number
  /** values returned in branches that may not have been taken */
  readonly maybeReturned: V.Value[]
}

export interface FoundProblem extends Problem {
  readonly place: Place
  /** "Conv2d `stem`", or the function's name */
  readonly subject: string
  /** the calls that led there, outermost first */
  readonly trail: readonly Place[]
  /** further places of which the same is said */
  readonly also?: readonly Place[]
  /** the layer that found it, if one did */
  readonly module: V.InstanceValue | undefined
}

/** Two sizes that must be equal and may be, with what is wrong where they are not. */
export interface Condition extends Undecided {
  readonly problem?: FoundProblem
}

/** What an expression of the observed file was seen to be: the first value, some later ones, and how often it was evaluated. */
export interface Observation {
  readonly value: V.Value
  /** later values, each once, up to a limit */
  readonly others: V.Value[]
  count: number
  /** of the run it was seen in; values that are known count above all */
  readonly weight: number
}

/** How much a run tells of values: the first search for an input's rank least, what the file itself calls most. */
export const CERTAINTY = { probe: 0, symbolic: 1, sized: 2, stated: 3 } as const

/** Further values of one expression that are kept. */
const MAXIMUM_OTHERS = 15

/** Deeper nesting of calls is given up; Python's own limit is 1,000. */
const MAXIMUM_DEPTH = 220
/** How often the budget's clock is asked, in steps. */
const STEPS_BETWEEN_CHECKS = 2048

export class Evaluation implements Interpreter {
  readonly heap = new Journal((count) => this.spend(count))
  readonly frames: Frame[] = []
  readonly trace: TraceEvent[] = []
  readonly problems: FoundProblem[] = []
  observations = new Map<object, Observation>()
  /** How the functions of the observed file were called, by their bodies. */
  readonly samples: Samples = new Map()
  readonly modules: Map<string, ModuleRecord>
  /** Files whose expressions are recorded for hovers. */
  observedFile: SourceFile | undefined
  /** told of each `model.summary()` of the program */
  onSummary: ((model: V.InstanceValue, place: Place) => void) | undefined
  /** Above 0 inside branches that may not be taken, and in `try` bodies whose failure is handled: problems there are not certain. */
  uncertain = 0
  /** The part of the time limit that the present phase may use. */
  timeShare = 1
  /** Above 0 in a `try` with handlers: there missing modules and attributes raise, and problems are not certain. */
  handlers = 0
  /** What one statement of a script may use; one that builds layers is given all there is. */
  patience: { readonly share: number; readonly instances: number } | undefined
  /** Files that are being run for an import, innermost last. */
  readonly running: ModuleRecord[] = []
  /** Whether some star import may still wait (`deferred.ts`). */
  hasDeferred: boolean
  /** The file that is analysed. */
  main: ModuleRecord | undefined
  /** Python packages that are folders without `__init__.py`, by dotted name. */
  readonly namespaces = new Map<string, V.ModuleValue>()
  /** Folders in which absolute imports are looked up, in order. */
  importRoots: readonly string[] = []
  /** Every module instance that was made, in order. */
  readonly instances: V.InstanceValue[] = []
  /** Models that the program printed. */
  readonly summaries = new Set<V.InstanceValue>()
  /** Modules whose parameters the program asks for. */
  readonly trained = new Set<V.InstanceValue>()
  /** Functions of a script that something unknown may call later, such as a button. */
  readonly callbacks = new Set<V.Value>()
  readonly moduleStack: V.InstanceValue[] = []
  /** What is seen now counts so much; values of surer runs replace those of less sure ones. */
  certainty: number = CERTAINTY.stated
  #steps = 0
  #nextCheck = STEPS_BETWEEN_CHECKS
  #symbols = new Map<string, Dim>()
  #ids = 0
  readonly #undecided: Condition[] = []
  #cancelled: () => boolean

  constructor(
    readonly host: Host,
    public budget: Budget,
    shared?: { modules: Map<string, ModuleRecord> },
  ) {
    this.modules = shared?.modules ?? new Map()
    this.hasDeferred = [...this.modules.values()].some(({ scope }) => (scope.module.deferred?.length ?? 0) > 0)
    this.#cancelled = () => budget.cancelled()
    this.importRoots = host.importRoots
  }

  get steps(): number {
    return this.#steps
  }

  /** Counts one step and stops when the budget is used up. */
  step(): void {
    if (++this.#steps >= this.#nextCheck) this.#check()
  }

  spend(count: number): void {
    this.#steps += count
    if (this.#steps >= this.#nextCheck) this.#check()
  }

  #check(): void {
    this.#nextCheck = this.#steps + STEPS_BETWEEN_CHECKS
    if (this.#steps > this.budget.fuel) throw new Stopped("fuel")
    if (this.budget.cancelled()) throw new Stopped("cancelled")
    if (this.timeShare < 1 && (this.budget.spent?.() ?? 0) > this.#share()) throw new Stopped("time")
  }

  #share(): number {
    const { patience } = this
    return patience && this.instances.length === patience.instances ? Math.min(patience.share, this.timeShare) : this.timeShare
  }

  /** For work that is done after the analysis has ended. */
  renew(budget: Budget): void {
    this.budget = budget
    this.#cancelled = () => budget.cancelled()
    this.refuel()
  }

  /** Gives the next phase fuel of its own. */
  refuel(share = 1): void {
    this.budget = { ...this.budget, fuel: this.budget.fuel * share, cancelled: this.#cancelled }
    this.#steps = 0
    this.#nextCheck = STEPS_BETWEEN_CHECKS
  }

  get frame(): Frame {
    const frame = this.frames.at(-1)
    if (!frame) throw new Error("no frame is running")
    return frame
  }

  get language(): Language {
    return this.frame.language
  }

  languageOf(file: SourceFile): Language {
    return LANGUAGES[file.language]
  }

  get place(): Place {
    const { operator, place } = this.frame
    return operator ?? place
  }

  /** Works out an operator of the source: what its operands' methods find stands there, not where the function was called. */
  atOperator<T>(file: SourceFile, span: Span, operands: readonly V.Value[], work: () => T): T {
    return operands.some(({ kind }) => kind === "tensor" || kind === "instance" || kind === "tuple" || kind === "list")
      ? this.within({ file, span }, work)
      : work()
  }

  /** What functions of the libraries do to their operands stands where they are called. */
  within<T>(place: Place, work: () => T): T {
    const { frame } = this
    const outer = frame.operator
    frame.operator = place
    try {
      return work()
    } finally {
      frame.operator = outer
    }
  }

  withFrame<T>(frame: Frame, body: () => T): T {
    if (this.frames.length >= MAXIMUM_DEPTH) throw new Stopped("depth")
    this.frames.push(frame)
    try {
      return body()
    } finally {
      this.frames.pop()
    }
  }

  deleteAttribute(object: V.Value, name: string): void {
    if (object.kind === "instance" && deleteModuleAttribute(this, object, name)) return
    if (!("attributes" in object) || !(object.attributes instanceof Map)) return
    this.heap.touch(object.attributes)
    object.attributes.delete(name)
  }

  observe(node: object, value: V.Value): void {
    const isKnown = value.kind === "tensor" ? value.shape !== undefined : value.kind !== "unknown"
    const weight = this.certainty + (isKnown ? CERTAINTY.stated + 1 : 0)
    const seen = this.observations.get(node)
    if (!seen || seen.weight < weight) this.observations.set(node, { value, others: [], count: 1, weight })
    else if (seen.weight === weight) {
      seen.count++
      if (seen.others.length < MAXIMUM_OTHERS && seen.value !== value && !seen.others.includes(value)) seen.others.push(value)
    }
  }

  unknown(reason: string, file?: SourceFile, span?: Span): V.UnknownValue {
    return V.unknown(reason, file && span ? { file, span } : this.frames.at(-1)?.place)
  }

  call(callee: V.Value, call: V.CallArguments, place: Place): V.Value {
    return callValue(this, callee, call, place)
  }

  findAttribute(object: V.Value, name: string): V.Value | undefined {
    return findAttribute(this, object, name)
  }

  plainAttribute(object: V.Value, name: string): V.Value | undefined {
    return object.kind === "instance" ? plainAttribute(this, object, name) : findAttribute(this, object, name)
  }

  importModule(name: string): V.Value {
    const scope = (this.running.at(-1) ?? this.main)?.scope
    return scope ? this.language.importModule(this, scope, name, 0) : this.unknown(`the module ${name} was not found`)
  }

  setAttribute(object: V.Value, name: string, value: V.Value): void {
    setAttribute(this, object, name, value)
  }

  summarised(model: V.InstanceValue, place: Place): void {
    this.summaries.add(model)
    if (this.moduleStack.length === 0) this.onSummary?.(model, place)
  }

  asksParameters(module: V.InstanceValue): void {
    this.trained.add(module)
  }

  iterate(value: V.Value): readonly V.Value[] | V.UnknownValue {
    if (grownSize(value) !== undefined) return GROWN
    const items = this.language.iterate(this, value)
    if (!("kind" in items)) this.spend(items.length >> 4)
    return items
  }

  truth(value: V.Value): boolean | undefined {
    return this.language.truth(this, value)
  }

  equals(left: V.Value, right: V.Value): boolean | undefined {
    return this.language.equals(this, left, right)
  }

  binary(operator: string, left: V.Value, right: V.Value): V.Value {
    return this.language.binary(this, operator, left, right)
  }

  index(object: V.Value, index: V.Value): V.Value {
    return this.language.index(this, object, index)
  }

  dim(value: V.Value): Dim {
    if (value.kind === "integer") return value.value
    if (value.kind === "boolean") return Number(value.value)
    if (value.kind === "float" && Number.isInteger(value.value)) return value.value
    if (value.kind === "tensor" && value.data?.length === 1 && Number.isInteger(Number(value.data[0]))) return Number(value.data[0])
    if (value.kind !== "unknown") return this.freshDim("?", `${value.kind} is no size`)
    if (value.symbol === undefined) return this.freshDim("?", value.reason)
    return this.namedDim(value.symbol)
  }

  /** The one symbol of this name. */
  namedDim(name: string): Dim {
    let dim = this.#symbols.get(name)
    if (dim === undefined) this.#symbols.set(name, (dim = symbol(name, { lower: 1 })))
    return dim
  }

  /** A size of an input nobody stated. */
  inputDim(name: string): Dim {
    return symbol(name, { lower: 1 })
  }

  freshDim(name: string, reason: string): Dim {
    return symbol(name, { lower: 0, reason })
  }

  isSubclass(value: V.ClassValue, qualifiedName: string): boolean {
    return value.mro.some((ancestor) => ancestor.qualifiedName === qualifiedName)
  }

  takes(callee: V.Value, argument: string): boolean {
    const method = callee.kind === "method" ? callee.function : callee
    if (method.kind !== "function") return false
    return closureOf(method).node.parameters.some(
      ({ form, target }) => form === "keywordRest" || (target.kind === "name" && target.name === argument),
    )
  }

  constructorArguments(instance: V.InstanceValue): ReadonlyMap<string, V.Value> {
    const found = new Map<string, V.Value>()
    for (const { name, locals } of this.frames.toReversed())
      if (locals?.scope.self === instance && name.endsWith("__init__"))
        for (const [argument, value] of argumentsIn(locals.scope, locals.parameters.slice(1))) found.set(argument, value)
    return found
  }

  variables(of: "function" | "file"): Map<string, V.Value> | undefined {
    const scope = this.frames.at(-1)?.locals?.scope ?? (this.running.at(-1) ?? this.main)?.scope
    if (!scope) return undefined
    if (of === "function") return functionScope(scope).variables
    settle(this, scope.module)
    return scope.module.scope.variables
  }

  loadedModule(name: string): V.Value | undefined {
    if (this.main?.value.name === name) return this.main.value
    for (const record of [...this.modules.values()].reverse()) if (record.value.name === name) return record.value
    return undefined
  }

  instantiate(cls: V.ClassValue, place: Place): V.InstanceValue {
    return makeInstance(this, cls, place)
  }

  raise(type: string, message: string): never {
    throw new Raised(this.language.exception(this, type, message))
  }

  catalogue(qualifiedName: string): V.Value | undefined {
    return catalogueValue(qualifiedName)
  }

  operation(
    record: OperationRecord,
    framework: V.Framework,
    shape: Shape | undefined,
    dtype: string | undefined,
    more: Partial<V.TensorValue> = {},
  ): V.TensorValue {
    const id = ++this.#ids
    const output = V.tensor(framework, shape, dtype, { ...more, producer: id })
    this.#record(id, record, [output])
    return output
  }

  operations(
    record: OperationRecord,
    framework: V.Framework,
    results: readonly { shape: Shape | undefined; dtype: string | undefined }[],
  ): V.TensorValue[] {
    const id = ++this.#ids
    const outputs = results.map(({ shape, dtype }) => V.tensor(framework, shape, dtype, { producer: id }))
    this.#record(id, record, outputs)
    return outputs
  }

  #record(id: number, record: OperationRecord, outputs: readonly V.TensorValue[]): void {
    const { name, inputs, macs, place, mask, sliding, isInPlace } = record
    const more = { ...(mask && { mask }), ...(sliding && { sliding }), ...(isInPlace && { isInPlace }) }
    this.trace.push({ kind: "operation", id, name, inputs, outputs, macs, place, isUncertain: this.uncertain > 0, ...more })
    for (const problem of record.problems) this.#found(problem, place, name)
  }

  /** Pairs of sizes that operators compared and that may or may not be equal, since this was last asked. */
  takeConstraints(): readonly Condition[] {
    return this.#undecided.splice(0)
  }

  problem(problem: Problem, place: Place): void {
    if (problem.raises !== undefined && this.handlers > 0) this.raise(problem.raises, problem.message)
    this.#found(problem, place, "")
  }

  blaming<T>(place: Place, body: () => T): T {
    const { frame } = this
    if (frame.blamed) return body()
    frame.blamed = place
    try {
      return body()
    } finally {
      frame.blamed = undefined
    }
  }

  #found(problem: Problem, place: Place, operator: string): void {
    const isCertain = this.uncertain === 0 && this.handlers === 0
    if (!isCertain && !problem.undecided) return
    const module = this.moduleStack.at(-1)
    const isLayer = module?.class.layer !== undefined
    const subject = isLayer && module ? describeModule(module, this.moduleStack.at(-2)) : operator
    const trail = this.frames.map((frame) => frame.place)
    const blamed = this.frames.at(-1)?.blamed ?? place
    const { undecided, ...certain } = problem
    const found = { ...certain, place: blamed, subject, trail, module: isLayer ? module : undefined }
    if (undecided) this.#undecided.push({ ...undecided, ...(isCertain && { problem: found }) })
    else this.problems.push(found)
  }

  gap(reason: string, place: Place, callee?: V.UnknownValue): void {
    if (this.moduleStack.length > 0) this.trace.push({ kind: "gap", reason, place, callee })
  }

  refine(tensor: V.TensorValue, shape: Shape, dtype?: string): void {
    for (let target: V.TensorValue | undefined = tensor; target; target = target.sameShapeAs) {
      const isOpen = target.shape === undefined
      const isUntyped = dtype !== undefined && target.dtype === undefined
      if (!isOpen && !isUntyped) return
      this.heap.touch(target)
      if (isOpen) target.shape = shape
      if (isUntyped) target.dtype = dtype
    }
  }

  enter(module: V.InstanceValue, inputs: V.CallArguments, place: Place, body: () => V.Value): V.Value {
    this.trace.push({ kind: "enter", module, inputs, place, isUncertain: this.uncertain > 0 })
    this.moduleStack.push(module)
    let output: V.Value = this.unknown(`the call of ${module.class.name} did not end`)
    try {
      output = body()
      return output
    } finally {
      this.moduleStack.pop()
      this.trace.push({ kind: "leave", module, output, ...(output.kind === "tensor" && { shape: output.shape }) })
    }
  }
}

/** "Conv2d `stem`": the class, and the attribute of the parent that holds it. */
function describeModule(module: V.InstanceValue, parent: V.InstanceValue | undefined): string {
  const held = parent?.attributes.get("_modules")
  if (held?.kind === "dictionary")
    for (const { key, value } of held.entries.values())
      if (value === module && key.kind === "string")
        return /^\d+$/.test(key.value) ? `${module.class.name} [${key.value}]` : `${module.class.name} \`${key.value}\``
  return module.class.name
}
