/** Calls of functions, classes, instances and natives. */
import type { FunctionBody, Parameter, Statement } from "../syntax/tree.ts"
import type { Place } from "../text/source.ts"
import { join } from "../values/join.ts"
import * as V from "../values/value.ts"
import { bind, lookUp } from "./attributes.ts"
import type { Evaluation, Frame } from "./evaluation.ts"
import type { Language } from "./language.ts"
import { Raised, STOP_REASONS, Stopped } from "./raised.ts"
import { addSample } from "./samples.ts"
import { childScope, type Scope } from "./scope.ts"
import { executeBlock } from "./statements.ts"

/** What a function of the source remembers. */
export interface Closure {
  readonly node: FunctionBody
  readonly scope: Scope
  readonly language: Language
  /** defaults by parameter position, evaluated where the function was defined */
  readonly defaults: ReadonlyMap<number, V.Value>
}

export const closureOf = (callee: V.FunctionValue): Closure => callee.closure as Closure
export const positional = (...values: V.Value[]): V.CallArguments => ({ positional: values, keywords: new Map() })

export function call(evaluation: Evaluation, callee: V.Value, args: V.CallArguments, place: Place): V.Value {
  evaluation.step()
  switch (callee.kind) {
    case "native":
      return evaluation.within(place, () => callee.call(evaluation, args, place))
    case "function":
      return callFunction(evaluation, callee, args, place, undefined)
    case "method":
      return callMethod(evaluation, callee, args, place)
    case "class":
      return construct(evaluation, callee, args, place)
    case "instance":
      return callInstance(evaluation, callee, args, place)
    case "property":
      return callee.get ? call(evaluation, callee.get, args, place) : evaluation.unknown("a property is no function")
    case "super":
      return callSuper(evaluation, callee, args, place)
    case "unknown":
      return unknownCall(evaluation, callee, args, place)
    default:
      return evaluation.unknown(`a ${callee.kind} is called, which is no function`)
  }
}

/** The result of an unknown function is unknown for the same reason, loses the name, and may be a module with weights. */
function unknownCall(evaluation: Evaluation, callee: V.UnknownValue, args: V.CallArguments, place: Place): V.UnknownValue {
  const reason = callee.symbol ? `what ${callee.symbol}() gives is not known` : callee.reason
  const given = [...args.positional, ...args.keywords.values()]
  const takesTensor = given.some((value) => value.kind === "tensor")
  const isSymbolic = given.some(
    (value) => (value.kind === "tensor" && value.graph !== undefined) || (value.kind === "unknown" && value.isSymbolic),
  )
  if (takesTensor) evaluation.gap(reason, place, callee)
  if (evaluation.language.hoists && evaluation.uncertain === 0)
    for (const each of args.positional) if (each.kind === "function") evaluation.callbacks.add(each)
  return { kind: "unknown", reason, place: callee.place ?? place, mayHoldWeights: true, ...(isSymbolic && { isSymbolic }) }
}

function callMethod(evaluation: Evaluation, callee: V.BoundMethodValue, args: V.CallArguments, place: Place): V.Value {
  const { self, function: target } = callee
  if (target.kind === "function" && !closureOf(target).language.selfIsParameter) return callFunction(evaluation, target, args, place, self)
  return call(evaluation, target, { ...args, positional: [self, ...args.positional] }, place)
}

function callInstance(evaluation: Evaluation, callee: V.InstanceValue, args: V.CallArguments, place: Place): V.Value {
  const entry = lookUp(callee.class, "__call__")
  if (entry) return call(evaluation, bind(evaluation, entry, callee, callee.class), args, place)
  return callee.class.unknownBase ?? evaluation.unknown(`${callee.class.name} has no __call__`)
}

/** JavaScript's `super(…)`: runs the parent's constructor on the same object. */
function callSuper(evaluation: Evaluation, callee: V.SuperValue, args: V.CallArguments, place: Place): V.Value {
  const { self } = callee
  if (self.kind !== "instance") return evaluation.unknown("super() outside a constructor")
  const rest = self.class.mro.slice(self.class.mro.indexOf(callee.after) + 1)
  initialise(evaluation, self, rest, args, place)
  runFields(evaluation, self, callee.after)
  return V.UNDEFINED
}

export function callFunction(
  evaluation: Evaluation,
  callee: V.FunctionValue,
  args: V.CallArguments,
  place: Place,
  self: V.Value | undefined,
): V.Value {
  const { node, scope: outer, language } = closureOf(callee)
  const replaced = language.replaced?.(evaluation, callee.qualifiedName, args)
  if (replaced) return replaced
  if (outer.module.file === evaluation.observedFile)
    addSample(evaluation.samples, node, evaluation.certainty, { callee, args, place, self })
  const receiver = self ?? (language.selfIsParameter ? args.positional[0] : undefined)
  const scope = childScope(outer, "function", receiver && !node.isArrow ? { self: receiver } : {})
  if (self && !node.isArrow) scope.variables.set("this", self)
  const locals = { scope, parameters: node.parameters }
  const { uncertain } = evaluation
  if (uncertain > 0 && openDepth(evaluation, node.parameters) >= MAXIMUM_OPEN_DEPTH) return V.unknown(ENDLESS, place)
  const frame: Frame = {
    name: callee.qualifiedName,
    place,
    language,
    maybeReturned: [],
    locals,
    uncertain,
    ...(node.isGenerator && { yields: [] }),
  }
  try {
    return evaluation.withFrame(frame, () => {
      language.bind(evaluation, callee, node, args, scope)
      return runBody(evaluation, node.body, scope, frame)
    })
  } catch (thrown) {
    // A recursion without end costs only itself: the outermost half of the calls goes on.
    const isDeep = (thrown instanceof Stopped && thrown.why === "depth") || thrown instanceof RangeError
    if (!isDeep || evaluation.frames.length > SHALLOW) throw thrown instanceof RangeError ? new Stopped("depth") : thrown
    return V.unknown(STOP_REASONS.depth, place)
  }
}

/** A function that calls itself under conditions nobody knows, each inside the one before, is followed so deep: every level may double the work. */
const MAXIMUM_OPEN_DEPTH = 4
const ENDLESS = "how deep the function calls itself depends on conditions that are not known"

/** How many calls of a function are running, each under more open conditions than the one around it. */
function openDepth({ frames, uncertain }: Evaluation, parameters: readonly Parameter[]): number {
  let depth = 0
  let inner = uncertain
  for (let at = frames.length - 1; at >= 0; at--) {
    const frame = frames[at] as Frame
    if (frame.locals?.parameters !== parameters || (frame.uncertain ?? 0) >= inner) continue
    inner = frame.uncertain ?? 0
    depth++
  }
  return depth
}

/** Calls nested deeper than this hand a depth stop on to their callers. */
const SHALLOW = 60

function runBody(evaluation: Evaluation, body: readonly Statement[], scope: Scope, frame: Frame): V.Value {
  let end: V.Value | undefined
  let raised: Raised | undefined
  try {
    const completion = executeBlock(evaluation, body, scope)
    end = completion?.kind === "return" ? completion.value : frame.language.nothing
  } catch (thrown) {
    if (!(thrown instanceof Raised) || (frame.maybeReturned.length === 0 && !frame.yields?.length)) throw thrown
    raised = thrown
  }
  const possible = end === undefined ? frame.maybeReturned : [...frame.maybeReturned, end]
  if (frame.yields) return { kind: "iterator", items: frame.yields, position: 0 }
  if (possible.length === 0) throw raised
  return possible.reduce((left, right) => join(left, right))
}

export function makeInstance(evaluation: Evaluation, cls: V.ClassValue, place: Place): V.InstanceValue {
  const instance: V.InstanceValue = { kind: "instance", class: cls, attributes: new Map(), place, id: V.newId() }
  evaluation.instances.push(instance)
  return instance
}

/** Makes an object of a class: `__new__` where the user wrote one, then the constructor. */
export function construct(evaluation: Evaluation, cls: V.ClassValue, args: V.CallArguments, place: Place): V.Value {
  const meta = cls.metaclass?.kind === "class" ? lookUp(cls.metaclass, "__call__") : undefined
  if (meta?.kind === "function" && !evaluation.frames.some((frame) => frame.name === meta.qualifiedName))
    return callFunction(evaluation, meta, { ...args, positional: [cls, ...args.positional] }, place, undefined)
  if (cls.construct) return cls.construct(evaluation, args, place)
  const maker = lookUp(cls, "__new__")
  if (maker && maker.kind !== "constant") {
    const made = call(
      evaluation,
      maker.kind === "property" && maker.get ? maker.get : maker,
      { ...args, positional: [cls, ...args.positional] },
      place,
    )
    if (made.kind !== "instance" || !made.class.mro.includes(cls)) return made
    initialise(evaluation, made, cls.mro, args, place)
    return made
  }
  const instance = makeInstance(evaluation, cls, place)
  initialise(evaluation, instance, cls.mro, args, place)
  return instance
}

/** Runs the first constructor along `order`; a class without one runs its fields only. */
function initialise(
  evaluation: Evaluation,
  instance: V.InstanceValue,
  order: readonly V.ClassValue[],
  args: V.CallArguments,
  place: Place,
): void {
  const owner = order.find((cls) => cls.attributes.has("__init__") || cls.attributes.has("constructor"))
  const entry = owner?.attributes.get("__init__") ?? owner?.attributes.get("constructor")
  const before = owner ? order.slice(0, order.indexOf(owner)) : order
  const isDerived = owner !== undefined && owner.bases.length > 0
  if (owner && entry) {
    if (!isDerived) runFields(evaluation, instance, owner)
    call(evaluation, bind(evaluation, entry, instance, instance.class), args, place)
  }
  for (const cls of before.toReversed()) runFields(evaluation, instance, cls)
}

/** JavaScript's instance fields, evaluated anew for each object. */
function runFields(evaluation: Evaluation, instance: V.InstanceValue, cls: V.ClassValue): void {
  for (const field of fieldsOf.get(cls) ?? []) field(evaluation, instance)
}

/** Initialisers of instance fields, by class; the class statement fills it. */
export const fieldsOf = new WeakMap<V.ClassValue, ((evaluation: Evaluation, instance: V.InstanceValue) => void)[]>()
