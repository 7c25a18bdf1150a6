/** Layers in an order that wastes them: nothing between two linear ones, a bias that normalisation removes, sigmoids one behind the other. */
import { parametersOf } from "../../layers/modules.ts"
import type { InstanceValue } from "../../values/value.ts"
import { goesWith, isStraight } from "./conditions.ts"
import { byPlace, type Evidence, type Finder, problem } from "./evidence.ts"
import { feedsOnly, inputOf, integerOf, isInModel, isLayerStep, ownActivation, type Step } from "./flow.ts"

const LINEAR: ReadonlySet<string> = new Set(["Linear", "Conv1d", "Conv2d", "Conv3d", "Dense", "Conv1D", "Conv2D", "Conv3D"])
const NORMALISED: ReadonlySet<string> = new Set([
  ...LINEAR,
  ...["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Conv2DTranspose", "Conv3DTranspose", "SeparableConv2D", "DepthwiseConv2D"],
])
const BATCH_NORMS: ReadonlySet<string> = new Set(["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "BatchNormalization"])
const TRANSPARENT: ReadonlySet<string> = new Set(["Dropout"])

const isCatalogueLayer = (step: Step): boolean => step.owner?.class.layer !== undefined
const isPlain = (step: Step): boolean => step.owner !== undefined && ownActivation(step.owner) === "linear"

/** The layers at one place each time they are applied within a model; undefined when they are also applied alone. */
const certain = (steps: readonly Step[]): readonly Step[] | undefined => {
  const inModels = steps.filter(isInModel)
  const others = steps.filter((step) => step.passage.root !== step.owner && !isInModel(step))
  return inModels.length > 0 && others.length === 0 ? inModels : undefined
}

/** Said once of a class or function, however many layers it is true of: it is a habit of whoever wrote it, and nothing breaks. */
export const biasBeforeNormalisation: Finder = (evidence) =>
  byDefinition(evidence, biasedLayers(evidence)).flatMap((owners) => {
    const [owner, ...others] = owners.toSorted((left, right) => left.place.span.start - right.place.span.start)
    if (!owner) return []
    const message =
      others.length === 0
        ? `the bias of ${owner.class.name} is taken away by the normalisation right after it`
        : `the biases of ${owners.length} layers, from this ${owner.class.name} on, are taken away by the normalisations right after them`
    const also = others.map(({ place }) => place)
    return problem("bias-before-normalisation", evidence, owner.place, message, owner).map((one) => ({ ...one, also }))
  })

const biasedLayers = (evidence: Evidence): InstanceValue[] =>
  [...byPlace(evidence, (step) => isLayerStep(step, NORMALISED)).values()].flatMap((steps) => {
    const all = certain(steps)
    return all?.every((step) => hasBias(step) && isPlain(step) && isNormalisedNext(evidence, step)) ? (all[0]?.owner ?? []) : []
  })

function byDefinition(evidence: Evidence, layers: readonly InstanceValue[]): InstanceValue[][] {
  const groups = new Map<number | undefined, InstanceValue[]>()
  for (const layer of layers) {
    const definition = definitionAround(evidence, layer.place)
    groups.set(definition, [...(groups.get(definition) ?? []), layer])
  }
  return [...groups.values()]
}

/** The class or function at top level that a place belongs to; undefined for what a script does itself. */
const definitionAround = ({ tree }: Evidence, { span }: InstanceValue["place"]): number | undefined =>
  tree.body.find(
    (part) =>
      (part.kind === "classDeclaration" || part.kind === "functionDeclaration") &&
      part.span.start <= span.start &&
      span.end <= part.span.end,
  )?.span.start

const hasBias = ({ owner }: Step): boolean => owner !== undefined && parametersOf(owner).some(([name]) => name === "bias")

function isNormalisedNext(evidence: Evidence, step: Step): boolean {
  const [next] = step.consumers
  return (
    next !== undefined &&
    isTogether(evidence, step, next) &&
    isLayerStep(next, BATCH_NORMS) &&
    feedsOnly(step, next) &&
    inputOf(next)?.producer === step.event.id &&
    isOnChannels(step, next)
  )
}

/** Nobody can leave the normalisation out, or put another one in its place. */
function isTogether(evidence: Evidence, step: Step, next: Step): boolean {
  const [layer, norm] = [step.owner?.place, next.owner?.place]
  const isNamed = norm && /BatchNorm|batchNorm|BatchNormalization/.test(evidence.file.text.slice(norm.span.start, norm.span.end))
  return (
    layer !== undefined && isNamed === true && goesWith(evidence, layer, norm) && goesWith(evidence, step.event.place, next.event.place)
  )
}

/** Normalisation of another axis than the one the bias belongs to does not remove it: of a linear layer's rows, for instance. */
const isOnChannels = (step: Step, { owner }: Step): boolean => {
  const features = owner && integerOf(owner, "num_features")
  return features === undefined || features === outgoing(step)
}

const outgoing = ({ owner }: Step): number | undefined => owner && integerOf(owner, "out_features", "out_channels", "units", "filters")

function incoming(step: Step): number | undefined {
  const own = step.owner && integerOf(step.owner, "in_features", "in_channels")
  const last = inputOf(step)?.shape?.at(-1)
  return own ?? (step.owner?.class.layer?.framework !== "torch" && typeof last === "number" ? last : undefined)
}

export const stackedLinear: Finder = (evidence) =>
  [...byPlace(evidence, (step) => isLayerStep(step, LINEAR)).values()].flatMap((steps) => {
    const all = certain(steps)
    const before = all?.map(linearBefore)
    if (!all || !before?.every((step, index) => step !== undefined && isStraight(evidence, step, all[index] as Step))) return []
    const [{ owner }, first] = [all[0] as Step, before[0]?.owner]
    if (!owner || !first) return []
    const message = `${owner.class.name} follows ${first.class.name} without a non-linearity between: together they are one linear layer`
    return problem("stacked-linear", evidence, owner.place, message, owner)
  })

/** The linear layer whose result goes into this one unbent, and which is not there to save weights. */
function linearBefore(step: Step): Step | undefined {
  let [source, next] = [sourceOf(step), step]
  while (source && isLayerStep(source, TRANSPARENT) && feedsOnly(source, next)) [source, next] = [sourceOf(source), source]
  if (!source || !isLayerStep(source, LINEAR) || !feedsOnly(source, next) || !isPlain(source)) return undefined
  if (source.owner === step.owner || rankOf(source) !== rankOf(step)) return undefined
  return isNoBottleneck(source, step) && isDense(source) && isDense(step) ? source : undefined
}

const sourceOf = (step: Step): Step | undefined => step.sources.find(({ event }) => event.id === inputOf(step)?.producer)
const rankOf = ({ owner }: Step): string => /\d/.exec(owner?.class.name ?? "")?.[0] ?? "0"

/** Two factors of a matrix with few columns between them are made on purpose: fewer weights, lower rank. */
function isNoBottleneck(first: Step, second: Step): boolean {
  const [before, between, after] = [incoming(first), outgoing(first), outgoing(second)]
  return before !== undefined && between !== undefined && after !== undefined && between >= Math.min(before, after)
}

/** Neither depthwise nor one side of a kernel that was taken apart. */
function isDense({ owner, event }: Step): boolean {
  if (!owner) return false
  const groups = integerOf(owner, "groups")
  const kernel = event.inputs[1]?.kind === "tensor" ? event.inputs[1].shape : undefined
  const sizes = owner.class.layer?.framework === "torch" ? kernel?.slice(2) : kernel?.slice(0, -2)
  return (groups ?? 1) === 1 && (!sizes || sizes.every((size) => size === sizes[0]))
}

const SATURATING: ReadonlySet<string> = new Set(["sigmoid", "tanh"])
/** How many in a row make the gradient small: sigmoid's slope is at most 1/4, so that four leave less than 1/256 of it; tanh's may be 1. */
const MAXIMUM_IN_A_ROW = { sigmoid: 3, tanh: 7 } as const

export const vanishing: Finder = (evidence) =>
  [...evidence.flow.steps].flatMap((step) => {
    const kind = saturatingKind(step)
    if (!kind || !isInModel(step) || step.consumers.some(continues(kind))) return []
    const chain = chainOf(step, kind)
    if (chain.length <= MAXIMUM_IN_A_ROW[kind]) return []
    const site = (chain.findLast(({ owner }) => owner?.place.file === evidence.file)?.owner ?? step.owner)?.place ?? step.event.place
    const place = isCatalogueLayer(step) ? site : step.event.place
    const least = kind === "sigmoid" ? `: the gradient reaches the first with at most 1/${4 ** chain.length} of its size` : ""
    return problem("vanishing-gradients", evidence, place, `${chain.length} layers in a row end in ${kind}${least}`)
  })

const continues =
  (kind: "sigmoid" | "tanh") =>
  (next: Step): boolean =>
    isWeighted(next) && (saturatingKind(next) === kind || next.consumers.some((one) => saturatingKind(one) === kind))

function saturatingKind(step: Step): "sigmoid" | "tanh" | undefined {
  const own = step.event.name.toLowerCase()
  const name = SATURATING.has(own) ? own : isLayerStep(step, LINEAR) && step.owner ? ownActivation(step.owner) : undefined
  return name === "sigmoid" || name === "tanh" ? name : undefined
}

const isWeighted = (step: Step): boolean => isLayerStep(step, LINEAR)

/** The same activation again and again, with nothing but one weighted layer, pooling or flattening between, and no way around. */
function chainOf(last: Step, kind: "sigmoid" | "tanh"): readonly Step[] {
  const chain: Step[] = []
  for (let step: Step | undefined = last; step; step = previous(step, kind)) chain.push(step)
  return chain
}

function previous(step: Step, kind: "sigmoid" | "tanh"): Step | undefined {
  let weighted = isWeighted(step) ? 1 : 0
  let next = step
  for (let source = sourceOf(step); source; [next, source] = [source, sourceOf(source)]) {
    if (!feedsOnly(source, next)) return undefined
    if (saturatingKind(source) === kind) return weighted > 0 ? source : undefined
    if (isWeighted(source)) weighted++
    else if (!/pool|flatten|view|reshape|dropout/i.test(source.event.name)) return undefined
  }
  return undefined
}
