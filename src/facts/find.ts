/** Which models a file holds: instances at top level, instances made on the way, and classes nobody instantiates. */
import type { Evaluation } from "../evaluate/evaluation.ts"
import { exceptionText, type ModuleRecord } from "../evaluate/modules.ts"
import { Raised, STOP_REASONS, Stopped } from "../evaluate/raised.ts"
import type { EnterEvent, TraceEvent } from "../evaluate/trace.ts"
import { childrenOf, isModule, modulesBelow, parametersOf, statedInputs } from "../layers/modules.ts"
import { tensorsIn } from "../model/build.ts"
import type { Gap } from "../model/model.ts"
import { openArguments, type Run, runOn, symbolicArguments } from "../model/run.ts"
import type { Place } from "../text/source.ts"
import type * as V from "../values/value.ts"

import { modelsOfBuilders } from "./builders.ts"
import { modelsInside, modelsKept } from "./inside.ts"
import { certainAmong, givenOtherwise } from "./otherwise.ts"
import { returnedModels } from "./returned.ts"

export interface Candidate {
  readonly root: V.InstanceValue
  readonly name: string
  /** where the reader looks for it: the class, or the assignment */
  readonly place: Place
  /** a call the file itself makes */
  readonly run?: Run
  readonly gaps?: readonly Gap[]
  /** other arguments, where the file makes it with others than the defaults it was made with here */
  readonly otherwise?: V.CallArguments
}

export function findModels(evaluation: Evaluation, record: ModuleRecord): Candidate[] {
  const returned = returnedModels(evaluation, record)
  const made = evaluation.instances.filter(isModule)
  const children = childrenIn(made)
  const named = topLevel(evaluation, record)
  const atTopLevel = new Set(named.map(([, instance]) => instance))
  const shown = new Set([...atTopLevel, ...returned.map(({ root }) => root)])
  const candidates = named.map(([name, instance]) => candidateOf(evaluation, record, instance, name))
  const classes = classesOf(record)
  for (const cls of classes) {
    const instances = made.filter((instance) => instance.class === cls)
    if (instances.some((instance) => atTopLevel.has(instance) || children.has(instance))) continue
    // What functions return stands at these functions; a class that can be made without them is shown as it is.
    if (instances.some((instance) => shown.has(instance)) && symbolicArguments(evaluation, cls).keywords.size > 0) continue
    const first = instances.find((instance) => !shown.has(instance))
    if (first) candidates.push(candidateOf(evaluation, record, first, cls.name))
    else if (!classes.some((other) => other !== cls && other.mro.includes(cls))) candidates.push(...uncalled(evaluation, record, cls))
  }
  const known = new Set([...shown, ...evaluation.summaries, ...candidates.map(({ root }) => root)])
  const inside = modelsInside(record, made, known)
  const kept = modelsKept(record, made, known, children).map(([name, root]) => candidateOf(evaluation, record, root, name))
  return withoutContained(
    [...candidates, ...returned, ...inside, ...kept, ...modelsOfBuilders(evaluation, record)],
    new Set([...shown, ...[...inside, ...kept].map(({ root }) => root)]),
  )
}

/** All modules that others hold; each is opened once, however deep they are nested. */
function childrenIn(made: readonly V.InstanceValue[]): Set<V.InstanceValue> {
  const seen = new Set<V.InstanceValue>()
  const children = new Set<V.InstanceValue>()
  for (const instance of made)
    for (const [, module] of modulesBelow(instance, "", seen))
      for (const [, child] of childrenOf(module)) if (child !== module) children.add(child)
  return children
}

/** Module instances bound to names of the file; the catalogue's own layers are parts, not models, unless one is trained alone. */
function topLevel({ trained }: Evaluation, record: ModuleRecord): [string, V.InstanceValue][] {
  const seen = new Set<V.Value>()
  const isTrainedAlone = (value: V.InstanceValue): boolean => trained.has(value) && parametersOf(value).length > 0
  return [...record.scope.variables].filter((entry): entry is [string, V.InstanceValue] => {
    const [, value] = entry
    const isModel = isModule(value) && (value.class.layer === undefined || modulesBelow(value).length > 1 || isTrainedAlone(value))
    return isModel && !seen.has(value) && Boolean(seen.add(value))
  })
}

/** Module classes that the file itself defines. */
function classesOf(record: ModuleRecord): V.ClassValue[] {
  return [...new Set(record.scope.variables.values())].filter(
    (value): value is V.ClassValue =>
      value.kind === "class" && value.place?.file === record.file && value.layer === undefined && isModuleClassValue(value),
  )
}

const isModuleClassValue = (cls: V.ClassValue): boolean =>
  cls.mro.some(
    ({ qualifiedName }) =>
      qualifiedName === "torch.nn.Module" ||
      qualifiedName === "keras.Model" ||
      qualifiedName === "keras.layers.Layer" ||
      qualifiedName === "keras.Layer",
  )

function candidateOf(evaluation: Evaluation, record: ModuleRecord, root: V.InstanceValue, name: string): Candidate {
  // A model that states its inputs is shown on these, as its own summary does: a call fixes the batch.
  const run = statedInputs(root) ? undefined : callIn(evaluation, root)
  const place = root.class.place?.file === record.file ? root.class.place : root.place
  const label = root.class.place?.file === record.file ? root.class.name : name
  return { root, name: label, place, ...(run && { run }) }
}

/** The call of the file. One that may not happen is made again, for its own sake: what is computed in it is certain once it does. */
function callIn(evaluation: Evaluation, root: V.InstanceValue): Run | undefined {
  const run = callInTrace(evaluation.trace, root)
  const [enter] = run?.events ?? []
  if (!run || enter?.kind !== "enter" || !enter.isUncertain) return run
  const { positional, keywords } = enter.inputs
  return { ...runOn(evaluation, root, positional, "stated", [], keywords), inputs: run.inputs, problems: [] }
}

/** The first call of the instance that the file itself makes, from the model's point of view. */
export function callInTrace(trace: readonly TraceEvent[], root: V.InstanceValue): Run | undefined {
  const start = trace.findIndex((event) => event.kind === "enter" && event.module === root)
  const end = trace.findIndex((event, index) => index > start && event.kind === "leave" && event.module === root)
  if (start < 0 || end < 0) return undefined
  const { inputs, place } = trace[start] as EnterEvent
  const { output } = trace[end] as { output: V.Value }
  const given = [...inputs.positional, ...inputs.keywords.values()].flatMap(tensorsIn)
  if (given.length === 0 || given.some(({ shape }) => shape === undefined)) return undefined
  const facts = given.map(({ shape, dtype }) => ({ name: "", origin: "stated" as const, shape, dtype, source: place }))
  return { inputs: facts, events: trace.slice(start, end + 1), output, gaps: [], problems: [] }
}

/** An instance made from symbols, or nothing when the constructor cannot be followed. */
function uncalled(evaluation: Evaluation, record: ModuleRecord, cls: V.ClassValue): Candidate[] {
  const place = cls.place as Place
  const given = symbolicArguments(evaluation, cls)
  const [before, known] = [evaluation.instances.length, evaluation.problems.length]
  evaluation.heap.begin()
  const first = construct(evaluation, cls, given)
  const open = isContainer(evaluation, cls) || lacksArguments(evaluation, first, known) ? openArguments(evaluation, cls, given) : undefined
  if (open) {
    evaluation.heap.rollback()
    evaluation.instances.length = before
    evaluation.problems.length = known
  } else evaluation.heap.commit()
  const { root, reason } = open ? construct(evaluation, cls, open) : first
  const otherwise = open ? undefined : givenOtherwise(evaluation, record, cls)
  if (otherwise) evaluation.problems.push(...certainAmong(evaluation, cls, otherwise, evaluation.problems.splice(known)))
  if (root?.kind === "instance") return [{ root, name: cls.name, place, ...(otherwise && { otherwise }) }]
  const partial = evaluation.instances[before]
  return reason !== undefined && partial?.class === cls ? [{ root: partial, name: cls.name, place, gaps: [{ reason, place }] }] : []
}

/** A kind of `ModuleList` without a constructor of its own: who makes one says what it holds. */
const isContainer = (evaluation: Evaluation, cls: V.ClassValue): boolean =>
  cls.mro.some(({ layer, attributes }) => layer !== undefined && attributes.has("__getitem__")) &&
  evaluation.findAttribute(cls, "__init__")?.kind === "native"

/** A class that is not called alone may be meant to be called with more: `**kwargs` that hold a kernel's size. */
const lacksArguments = (evaluation: Evaluation, { reason }: Construction, known: number): boolean =>
  reason !== undefined || evaluation.problems.slice(known).some(({ code }) => code === "argument-error")

interface Construction {
  readonly root?: V.Value
  readonly reason?: string
}

function construct(evaluation: Evaluation, cls: V.ClassValue, given: V.CallArguments): Construction {
  try {
    return { root: evaluation.call(cls, given, cls.place as Place) }
  } catch (thrown) {
    if (thrown instanceof Stopped && (thrown.why === "pending" || thrown.why === "cancelled")) throw thrown
    if (!(thrown instanceof Raised || thrown instanceof Stopped)) throw thrown
    return { reason: thrown instanceof Raised ? exceptionText(evaluation, thrown.value) : STOP_REASONS[thrown.why] }
  }
}

/** Classes whose objects turn up inside other candidates are parts of these; what has a name at top level is shown all the same. */
function withoutContained(candidates: readonly Candidate[], shown: ReadonlySet<V.InstanceValue>): Candidate[] {
  const inside = new Set(
    candidates.flatMap(({ root }) =>
      modulesBelow(root)
        .slice(1)
        .map(([, module]) => module.class),
    ),
  )
  return candidates.filter(({ root, run }) => run || shown.has(root) || !inside.has(root.class))
}
