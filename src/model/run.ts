/** Runs a model of the user's code on stated inputs, or on inputs found from what its layers demand. */
import { closureOf } from "../evaluate/calls.ts"
import { CERTAINTY, type Evaluation, type FoundProblem } from "../evaluate/evaluation.ts"
import type { Changes } from "../evaluate/journal.ts"
import { exceptionText } from "../evaluate/modules.ts"
import { Raised, STOP_REASONS, Stopped } from "../evaluate/raised.ts"
import type { TraceEvent } from "../evaluate/trace.ts"
import { statedInputs } from "../layers/modules.ts"
import { requiredInputs } from "../layers/torch/define.ts"
import { exampleInputs } from "../layers/torch/lightning.ts"
import type { Parameter } from "../syntax/tree.ts"
import { parameterName } from "../syntax/walk.ts"
import type { Place } from "../text/source.ts"
import { type Dim, type DimSymbol, equals, isConcrete, symbolsOf } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import * as V from "../values/value.ts"
import { tensorsIn } from "./build.ts"
import { blankInput, hopeless, pinnedSizes, type Solution, solveSizes, spatialSymbols, substituteShape, unstated } from "./inputs.ts"
import type { Gap, Input } from "./model.ts"
import { type RemarkedShape, remarkedShape } from "./remarks.ts"

export interface Run {
  readonly inputs: readonly Input[]
  readonly events: readonly TraceEvent[]
  readonly output: V.Value | undefined
  readonly gaps: readonly Gap[]
  readonly problems: readonly FoundProblem[]
  /** what the call changed, such as weights that are made when an input is first seen */
  readonly changes?: Changes
}

/** Calls the model once on given values and takes back what that changed. */
export function runOn(
  evaluation: Evaluation,
  root: V.InstanceValue,
  args: readonly V.Value[],
  origin: Input["origin"],
  names: readonly string[] = [],
  keywords: ReadonlyMap<string, V.Value> = new Map(),
  unnamed?: V.UnknownValue,
): Run {
  const { trace, problems } = evaluation
  const mark = trace.length
  const known = problems.length
  evaluation.heap.begin()
  const gaps: Gap[] = []
  let output: V.Value | undefined
  try {
    output = evaluation.call(root, { positional: args, keywords, ...(unnamed && { unnamed }) }, root.place)
  } catch (thrown) {
    gaps.push({ reason: failureText(evaluation, thrown), place: root.place })
  }
  const named = [...args.map((value, index) => [names[index] ?? "", value] as const), ...keywords]
  const inputs = named.flatMap(([name, value]) => tensorsIn(value).map(({ shape, dtype }): Input => ({ name, origin, shape, dtype })))
  const changes = evaluation.heap.rollback()
  // Lists of layers are often filled by whoever uses the model; where it is known what it is called with, it is as it is.
  const found = problems.splice(known).filter(({ isLacking }) => origin === "stated" || !isLacking)
  return { inputs, output, gaps, events: trace.splice(mark), problems: found, changes }
}

function failureText(evaluation: Evaluation, thrown: unknown): string {
  if (thrown instanceof Raised) return exceptionText(evaluation, thrown.value)
  if (thrown instanceof Stopped && thrown.why !== "pending" && thrown.why !== "cancelled") return STOP_REASONS[thrown.why]
  if (thrown instanceof RangeError) return STOP_REASONS.depth
  throw thrown
}

/** Whose tensors a model takes. */
export const frameworkOf = ({ class: { mro } }: V.InstanceValue): V.Framework =>
  mro.some(({ qualifiedName }) => qualifiedName === "torch.nn.Module")
    ? "torch"
    : mro.some(({ qualifiedName }) => qualifiedName.startsWith("tfjs."))
      ? "tfjs"
      : "keras"

/** Finds inputs for a model nobody calls: first what rank and channels its layers demand, then which sizes fit. */
export function runOnFound(evaluation: Evaluation, root: V.InstanceValue, framework: V.Framework): Run {
  const stated = statedInputs(root)
  if (stated) return runOn(evaluation, root, [stated], "stated")
  const examples = exampleInputs(root)
  if (examples) return runOn(evaluation, root, [...examples], "stated")
  try {
    return find(evaluation, root, framework)
  } finally {
    evaluation.certainty = CERTAINTY.stated
  }
}

function find(evaluation: Evaluation, root: V.InstanceValue, framework: V.Framework): Run {
  evaluation.certainty = CERTAINTY.probe
  const parameters = requiredParameters(evaluation, root)
  const names = parameters.map(parameterName)
  // A `forward(*args)` is called with something, nobody knows what.
  const unnamed = parameters.length === 0 ? V.unknown(`nobody says what ${root.class.name} is called with`, root.class.place) : undefined
  const probe = runOn(
    evaluation,
    root,
    parameters.map((parameter) => placeholder(framework, parameter)),
    "assumed",
    names,
    new Map(),
    unnamed,
  )
  evaluation.takeConstraints()
  return (
    onRemarked(evaluation, root, framework, parameters, probe.inputs) ?? onProbed(evaluation, root, framework, parameters, probe, unnamed)
  )
}

/** Runs on what the probe found out. */
function onProbed(
  evaluation: Evaluation,
  root: V.InstanceValue,
  framework: V.Framework,
  parameters: readonly Parameter[],
  probe: Run,
  unnamed: V.UnknownValue | undefined,
): Run {
  const names = parameters.map(parameterName)
  const unknown = probe.inputs
    .filter(({ shape }) => shape === undefined)
    .map(({ name }) => ({ reason: unstated(name), place: root.class.place }))
  if (unknown.length > 0 && unknown.length === probe.inputs.length) return { ...probe, gaps: [...probe.gaps, ...unknown] }
  evaluation.certainty = CERTAINTY.symbolic
  const on = (inputs: readonly Input[], keywords: ReadonlyMap<string, V.Value>) =>
    runOn(evaluation, root, argumentsFor(framework, parameters, inputs), "assumed", names, keywords, unnamed)
  const plain = withFittingRank(evaluation, probe.inputs, (inputs) => on(inputs, new Map()))
  const symbolic = withOptional(evaluation, root, plain, (keywords) => on(plain.inputs, keywords))
  return concrete(evaluation, root, framework, parameters, symbolic, unnamed)
}

/**
 * Runs on the shapes that remarks in the source give, where the code agrees with them: remarks age. Undefined when there are none, or when
 * something fails on them.
 */
function onRemarked(
  evaluation: Evaluation,
  root: V.InstanceValue,
  framework: V.Framework,
  parameters: readonly Parameter[],
  probed: readonly Input[],
): Run | undefined {
  const remarks = remarksOn(evaluation, root, parameters)
  const symbols = new Map<string, Dim>()
  const sizeOf = (name: string): Dim => {
    const known = name === "_" ? undefined : symbols.get(name)
    const size = known ?? evaluation.inputDim(name)
    symbols.set(name, size)
    return size
  }
  const inputs = probed.map((input) => remarkedInput(input, remarks.get(input.name), sizeOf))
  if (inputs.every((input, index) => input === probed[index]) || inputs.some(({ shape }) => shape === undefined)) return undefined
  evaluation.certainty = CERTAINTY.symbolic
  const symbolic = runOn(evaluation, root, argumentsFor(framework, parameters, inputs), "stated", parameters.map(parameterName))
  if (symbolic.problems.length > 0 || symbolic.gaps.length > 0 || symbolic.output === undefined) {
    evaluation.takeConstraints()
    return undefined
  }
  return concrete(evaluation, root, framework, parameters, { ...symbolic, inputs: symbolic.inputs.map(withOrigin(inputs)) }, undefined)
}

const withOrigin = (inputs: readonly Input[]) => (input: Input) => ({
  ...input,
  origin: inputs.find(({ name }) => name === input.name)?.origin ?? input.origin,
})

function remarksOn(evaluation: Evaluation, root: V.InstanceValue, parameters: readonly Parameter[]): Map<string, RemarkedShape> {
  const method = forwardOf(evaluation, root)
  const remarks = new Map<string, RemarkedShape>()
  if (!method) return remarks
  const { node, scope } = closureOf(method)
  for (const parameter of parameters) {
    const remark = remarkedShape(scope.module.file, { node, parameter, isOnly: parameters.length === 1 })
    if (remark) remarks.set(parameterName(parameter), remark)
  }
  return remarks
}

/** The input with the remark's names and numbers, as long as they do not contradict what layers demand of it. */
function remarkedInput(input: Input, remark: RemarkedShape | undefined, sizeOf: (name: string) => Dim): Input {
  if (!remark) return input
  const { shape } = input
  const sizes = remark.sizes.map((size) => (typeof size === "number" ? size : sizeOf(size)))
  // Layers that take any number of axes leave the rank open; what they demand of the last one stands.
  const isOpen = shape?.slice(0, -1).every((size) => !isConcrete(size)) === true
  const demanded = isOpen ? sizes.map((size, axis) => (axis === sizes.length - 1 ? (shape?.at(-1) ?? size) : size)) : (shape ?? sizes)
  if (demanded.length !== sizes.length || sizes.some((size, axis) => equals(size, demanded[axis] ?? size) === false)) return input
  const merged = sizes.map((size, axis) => (isConcrete(demanded[axis] ?? size) ? (demanded[axis] ?? size) : size))
  const isStated = remark.sizes.slice(1).every((size) => typeof size === "number")
  return { ...input, shape: merged, dtype: input.dtype ?? remark.dtype, origin: isStated ? "stated" : "assumed" }
}

/** Names of the axes before the last, for inputs that a layer such as Linear takes with any number of them. */
const LEADING_AXES: readonly (readonly string[])[] = [["N", "H", "W"], ["N", "L"], ["N"], ["N", "D", "H", "W"]]

/** What is said of a rank, and of how many values a shape is taken apart into. */
const OF_RANK: ReadonlySet<string> = new Set(["rank-mismatch", "length-mismatch"])

/**
 * A layer that takes any number of axes leaves the rank open: where the usual one makes the code fail, others are tried. When none is without a flaw,
 * one that fails nowhere is taken before one that does, and what is wrong has to be wrong for every rank that the code can run on.
 */
function withFittingRank(evaluation: Evaluation, inputs: readonly Input[], run: (inputs: readonly Input[]) => Run): Run {
  const first = run(inputs)
  if (first.problems.length === 0 && first.gaps.length === 0) return first
  const open = inputs.filter(({ shape }) => shape && shape.slice(0, -1).every((size) => !isConcrete(size)))
  if (open.length === 0) return withoutLength(evaluation, inputs, run, first)
  const tried: { readonly run: Run; readonly inputs: readonly Input[] }[] = [{ run: first, inputs }]
  for (const names of LEADING_AXES) {
    evaluation.takeConstraints()
    const axes = names.map((name) => evaluation.inputDim(name))
    const others = inputs.map((input) => (open.includes(input) ? { ...input, shape: withAxes(axes, input) } : input))
    const other = run(others)
    if (isPinned(axes, others, evaluation)) continue
    if (other.problems.length === 0 && other.gaps.length === 0) return run(others)
    tried.push({ run: other, inputs: others })
  }
  evaluation.takeConstraints()
  const finished = tried.filter(({ run: { output } }) => output !== undefined)
  const fitting = tried.filter(({ run: { problems } }) => !problems.some(({ code }) => OF_RANK.has(code)))
  const both = finished.filter((run) => fitting.includes(run))
  const possible = [both, finished, fitting].find(({ length }) => length > 0) ?? tried
  const faultless = first.problems.length > 0 ? possible.find(({ run: { problems } }) => problems.length === 0) : undefined
  const chosen = run(faultless?.inputs ?? inputs)
  const isCertain = (problem: FoundProblem) =>
    !OF_RANK.has(problem.code) && possible.every((other) => other.run.problems.some(isSame(problem)))
  // Code that fails on the rank itself may be meant for one that was not tried.
  return { ...chosen, problems: chosen.problems.filter(isCertain) }
}

/** Normalisation takes features of a batch as well as of a sequence: where a sequence fails, and a batch alone does not, it is meant. */
function withoutLength(evaluation: Evaluation, inputs: readonly Input[], run: (inputs: readonly Input[]) => Run, first: Run): Run {
  const batch = evaluation.inputDim("N")
  const others = inputs.map((input): Input => {
    const [examples, features, ...rest] = input.shape ?? []
    const isSequence = rest.length === 1 && [examples, ...rest].every((size) => size !== undefined && !isConcrete(size))
    return isSequence && features !== undefined && isConcrete(features) ? { ...input, shape: [batch, features] } : input
  })
  if (others.every((input, index) => input === inputs[index])) return first
  evaluation.takeConstraints()
  const other = run(others)
  const pinned = pinnedSizes(evaluation.takeConstraints())
  const isFitting = other.problems.length === 0 && other.gaps.length === 0 && !symbolsOf(batch).some((symbol) => pinned.has(symbol))
  return run(isFitting ? others : inputs)
}

/** Code that takes the axis of the examples for features: then an index for each example is not what it is fed. Takes the run's conditions. */
function isPinned(axes: readonly Dim[], inputs: readonly Input[], evaluation: Evaluation): boolean {
  const pinned = pinnedSizes(evaluation.takeConstraints())
  const isAlone = inputs.some(({ shape }) => shape === axes)
  return isAlone && axes.some((axis) => symbolsOf(axis).some((symbol) => pinned.has(symbol)))
}

/** Features stay in last place; indices, as an embedding reads them, are axes alone: one for each of whatever there is. */
function withAxes(axes: readonly Dim[], { shape, dtype }: Input): Shape {
  const last = shape?.at(-1) ?? 1
  return dtype?.startsWith("int") && !isConcrete(last) ? axes : [...axes, last]
}

/** Who calls may give what `None` stands for, too: what is wrong without it must be wrong with it. */
function withOptional(
  evaluation: Evaluation,
  root: V.InstanceValue,
  run: Run,
  again: (keywords: ReadonlyMap<string, V.Value>) => Run,
): Run {
  const names = run.problems.length > 0 ? optionalParameters(evaluation, root) : []
  if (names.length === 0) return run
  const given = names.map((name): [string, V.Value] => [name, V.unknown(`nobody says what \`${name}\` is`, root.class.place)])
  const other = again(new Map(given))
  // The conditions that hold are those of the call as it stands.
  evaluation.takeConstraints()
  again(new Map())
  return { ...run, problems: run.problems.filter((problem) => other.problems.some(isSame(problem))) }
}

/** Parameters of `forward` that are `None` unless they are given. */
function optionalParameters(evaluation: Evaluation, root: V.InstanceValue): string[] {
  const method = forwardOf(evaluation, root)
  const parameters = method ? closureOf(method).node.parameters : []
  return parameters.filter((parameter) => parameter.default?.kind === "constant" && parameter.default.value === "None").map(parameterName)
}

const isSame = (problem: FoundProblem) => (other: FoundProblem) =>
  other.code === problem.code && other.place.file === problem.place.file && other.place.span.start === problem.place.span.start

/** Replaces the sides of images by numbers where layers pin them down, or by what is usual. */
function concrete(
  evaluation: Evaluation,
  root: V.InstanceValue,
  framework: V.Framework,
  parameters: readonly Parameter[],
  symbolic: Run,
  unnamed: V.UnknownValue | undefined,
): Run {
  const constraints = evaluation.takeConstraints()
  const sides = new Set(symbolic.inputs.flatMap(({ shape }) => (shape ? spatialSymbols(shape) : [])))
  const pinned = new Map([...pinnedSizes(constraints)].filter(([symbol]) => !sides.has(symbol)))
  const shapes = symbolic.inputs.map(({ shape }) => shape && substituteShape(shape, pinned))
  // What is pinned may tell which axis holds the channels.
  const spatial = [...new Set(shapes.flatMap((shape) => (shape ? spatialSymbols(shape) : [])))]
  const isImage = shapes.some((shape) => shape?.length === 4 && spatialSymbols(shape).length > 0 && isPicture(shape))
  const solution = solveSizes(spatial, constraints, isImage)
  const sizes = new Map([...pinned, ...solution.sizes])
  const sized = symbolic.inputs.map((input): Input => (input.origin === "stated" ? input : sizedInput(input, sizes, solution)))
  evaluation.certainty = CERTAINTY.sized
  const args = argumentsFor(framework, parameters, sized, "float32")
  const run = runOn(evaluation, root, args, solution.origin, parameters.map(parameterName), new Map(), unnamed)
  // Sizes that were solved or assumed prove nothing: only what fails for every size is a problem.
  const hopelessOnes = hopeless(spatial, constraints).flatMap(({ problem }) => problem ?? [])
  const problems = [...symbolic.problems, ...(symbolic.problems.length === 0 ? hopelessOnes.slice(0, 1) : [])]
  return { ...run, inputs: run.inputs.map((input, index) => ({ ...input, ...originOf(sized[index]) })), problems }
}

/** Channels come first, or they come last and are those of a picture: other sizes in last place are features of a layer inside. */
const isPicture = (shape: Shape): boolean => isConcrete(shape[1] ?? 0) || [1, 3, 4].includes(Number(shape.at(-1)))

const originOf = (input: Input | undefined): Partial<Input> =>
  input ? { origin: input.origin, ...(input.alternatives && { alternatives: input.alternatives }) } : {}

function sizedInput(input: Input, sizes: ReadonlyMap<DimSymbol, number>, { origin, alternatives }: Solution): Input {
  if (!input.shape) return input
  return { ...input, shape: substituteShape(input.shape, sizes), origin, ...(alternatives.length > 0 && { alternatives }) }
}

function argumentsFor(framework: V.Framework, parameters: readonly Parameter[], inputs: readonly Input[], fallback?: string): V.Value[] {
  return parameters.map((parameter) => {
    const input = inputs.find(({ name }) => name === parameterName(parameter))
    return input?.shape ? V.tensor(framework, input.shape, input.dtype ?? fallback) : placeholder(framework, parameter)
  })
}

/** Parameters of `forward` or `call` that a caller must give, the object itself left out. */
export function requiredParameters(evaluation: Evaluation, root: V.InstanceValue): readonly Parameter[] {
  const method = forwardOf(evaluation, root)
  if (!method) return inputsOfLayer(evaluation, root)
  const { node, language } = closureOf(method)
  return node.parameters
    .slice(language.selfIsParameter ? 1 : 0)
    .filter((parameter) => !parameter.default && (parameter.form === "ordinary" || parameter.form === "positionalOnly"))
}

/** The function of the user's source that a call of the object runs. */
function forwardOf(evaluation: Evaluation, root: V.InstanceValue): V.FunctionValue | undefined {
  for (const name of ["forward", "call"]) {
    const member = evaluation.findAttribute(root, name)
    if (member?.kind === "method" && member.function.kind === "function") return member.function
  }
  return undefined
}

const unwritten = (name: string): Parameter => ({
  kind: "parameter",
  form: "ordinary",
  span: { start: 0, end: 0 },
  target: { kind: "name", name, span: { start: 0, end: 0 } },
})

/** What a layer of the catalogue is called with: one tensor, or as many as a loss wants. */
function inputsOfLayer(evaluation: Evaluation, root: V.InstanceValue): readonly Parameter[] {
  const member = evaluation.findAttribute(root, "forward")
  const native = member?.kind === "method" && member.function.kind === "native" ? member.function : undefined
  const names = native ? requiredInputs(native) : []
  return (names.length > 0 ? names : ["input"]).map(unwritten)
}

const SCALARS: Record<string, string> = { int: "integer", float: "float", bool: "boolean", str: "string" }

/** A tensor to be found out, or an unknown number where the annotation says that no tensor is wanted. */
function placeholder(framework: V.Framework, parameter: Parameter): V.Value {
  const name = parameterName(parameter)
  const annotated = parameter.annotation?.kind === "name" ? SCALARS[parameter.annotation.name] : undefined
  if (annotated === undefined) return blankInput(framework)
  return { kind: "unknown", reason: `nobody says what \`${name}\` is`, symbol: name, type: annotated }
}

/** Arguments for a constructor nobody calls: a symbol of its own name for each parameter without a default, and nothing for `*args` and `**kwargs`. */
export function symbolicArguments(evaluation: Evaluation, cls: V.ClassValue): V.CallArguments {
  const keywords = new Map<string, V.Value>()
  const constructor = evaluation.findAttribute(cls, "__init__")
  if (constructor?.kind !== "function") return { positional: [], keywords }
  for (const parameter of closureOf(constructor).node.parameters.slice(1)) {
    if (parameter.default || isOpen(parameter)) continue
    keywords.set(parameterName(parameter), symbolicValue(evaluation, constructor, parameter))
  }
  return { positional: [], keywords }
}

/** A call of a function nobody calls: what has no default is open. */
export function openCall(evaluation: Evaluation, callee: V.FunctionValue): V.CallArguments {
  const required = closureOf(callee).node.parameters.filter((parameter) => !parameter.default && !isOpen(parameter))
  return { positional: required.map((parameter) => symbolicValue(evaluation, callee, parameter)), keywords: new Map() }
}

const isOpen = ({ form }: Parameter): boolean => form === "rest" || form === "keywordRest"

/**
 * The same arguments with whatever `*args` and `**kwargs` may hold, or else with counts that are 0 unless somebody chooses them (`num_experts=0`), empty
 * lists, and other layers than those by default (`conv=nn.Conv2d`); undefined when the constructor takes no such thing. A constructor that is a layer's of the catalogue may be given anything.
 */
export function openArguments(evaluation: Evaluation, cls: V.ClassValue, given: V.CallArguments): V.CallArguments | undefined {
  const constructor = evaluation.findAttribute(cls, "__init__")
  if (constructor?.kind !== "function") return { ...given, rest: V.unknown(`nobody says what a ${cls.name} is made with`, cls.place) }
  const { parameters } = closureOf(constructor).node
  const open = parameters.find(isOpen)
  if (!open) return chosenArguments(evaluation, constructor, given)
  const place: Place = { file: constructor.place.file, span: open.span }
  return { ...given, unnamed: V.unknown(`nobody says what \`${parameterName(open)}\` holds`, place) }
}

/** A default that stands for whatever is given instead: another class or function, or a list that has something in it. */
const isReplaced = ({ default: given }: Parameter): boolean =>
  given?.kind === "attribute" ||
  given?.kind === "name" ||
  ((given?.kind === "tuple" || given?.kind === "list") && given.elements.length === 0)

const isNamed = ({ form }: Parameter): boolean => form === "ordinary" || form === "keywordOnly"

const isZero = ({ default: given }: Parameter): boolean => given?.kind === "number" && given.value === 0 && !given.isFloat

function chosenArguments(evaluation: Evaluation, constructor: V.FunctionValue, given: V.CallArguments): V.CallArguments | undefined {
  const named = closureOf(constructor).node.parameters.filter(isNamed)
  const chosen = [
    ...named
      .filter(isZero)
      .map((parameter) => [parameterName(parameter), V.integer(evaluation.namedDim(parameterName(parameter)))] as const),
    ...named.filter(isReplaced).map((parameter) => [parameterName(parameter), symbolicValue(evaluation, constructor, parameter)] as const),
  ]
  return chosen.length === 0 ? undefined : { ...given, keywords: new Map([...given.keywords, ...chosen]) }
}

export function symbolicValue(evaluation: Evaluation, constructor: V.FunctionValue, parameter: Parameter): V.Value {
  const name = parameterName(parameter)
  const place: Place = { file: constructor.place.file, span: parameter.span }
  const annotated = parameter.annotation?.kind === "name" ? SCALARS[parameter.annotation.name] : undefined
  if (annotated === "integer") return V.integer(evaluation.namedDim(name))
  return { kind: "unknown", reason: `nobody says what \`${name}\` is`, place, symbol: name, ...(annotated && { type: annotated }) }
}
