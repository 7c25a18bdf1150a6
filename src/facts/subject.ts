/** What the panel is told of the layer or model at a place: the layer, its arguments, its surroundings. */
import type { Layer, Model } from "../model/model.ts"
import type { Call } from "../syntax/tree.ts"
import { nodeAt } from "../syntax/walk.ts"
import { type Range, rangeOf } from "../text/source.ts"
import { dimCode, isConcrete } from "../values/dim.ts"
import type { InstanceValue, Value } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"
import { type Target, targetAt } from "./at.ts"
import { rowsMadeAt } from "./rows.ts"
import { type Size, sizeOf } from "./summary.ts"

export type ArgumentFact = Size | boolean | readonly (Size | boolean)[]

export interface LayerFact {
  /** path in the model; "" for the model itself */
  readonly path: string
  /** "Conv2d" */
  readonly type: string
  /** "torch.nn.Conv2d" */
  readonly qualifiedType: string
  readonly parameters: Size
  readonly macs: Size
  readonly inputs: readonly (readonly Size[] | null)[]
  readonly output: readonly Size[] | null
}

export interface SubjectFact {
  readonly framework: "torch" | "keras" | "tfjs"
  /** the layer pointed at; undefined when it is a whole model */
  readonly layer?: LayerFact
  /** its arguments in the framework's names, as far as they are known */
  readonly arguments: Readonly<Record<string, ArgumentFact>>
  /** where the layer is made, when that is in this file */
  readonly call?: Range
  /** the model it belongs to */
  readonly model?: { readonly name: string; readonly class: string; readonly parameters: Size; readonly macs: Size; readonly layers: readonly LayerFact[] }
}

export function subjectAt(analysis: Analysis, offset: number): SubjectFact | undefined {
  const target = targetAt(analysis, offset) ?? targetAt(analysis, offset, true) ?? surroundings(analysis, offset)
  if (target?.kind === "layer") return layerSubject(analysis, target.instance)
  const name = target?.kind === "class" ? target.node.name : undefined
  const model = analysis.models.find((candidate) => candidate.class === name) ?? (target ? undefined : analysis.models[0])
  if (model) return modelSubject(model)
  return name === undefined ? undefined : partSubject(analysis, name)
}

/** The class around an offset. */
function surroundings({ tree }: Analysis, offset: number): Target | undefined {
  const node = nodeAt(tree, offset).findLast((candidate) => candidate.kind === "class")
  return node?.kind === "class" ? { kind: "class", node } : undefined
}

function layerSubject(analysis: Analysis, instance: InstanceValue): SubjectFact {
  const [row] = rowsMadeAt(analysis, instance.place.span)
  const isHere = instance.place.file === analysis.file && callSpanOf(analysis, instance) !== undefined
  const model = row?.model ?? analysis.models.find((candidate) => candidate.class === instance.class.name)
  return {
    framework: model?.framework ?? instance.class.layer?.framework ?? "torch",
    arguments: argumentsOf(instance),
    ...(row && { layer: layerFact(row.layer) }),
    ...(isHere && { call: rangeOf(instance.place) }),
    ...(model && { model: modelFact(model) }),
  }
}

function callSpanOf({ tree }: Analysis, { place }: InstanceValue): Call | undefined {
  return nodeAt(tree, place.span.start).find((node): node is Call => node.kind === "call" && node.span.start === place.span.start && node.span.end === place.span.end)
}

const modelSubject = (model: Model): SubjectFact => ({ framework: model.framework, arguments: {}, model: modelFact(model) })

/** A class whose objects are parts of a model. */
function partSubject({ models }: Analysis, name: string): SubjectFact | undefined {
  for (const model of models) {
    const part = model.layers.find(({ type }) => type === name)
    if (part) return { framework: model.framework, arguments: {}, layer: layerFact(part), model: modelFact(model) }
  }
  return undefined
}

const modelFact = (model: Model) => ({ name: model.name, class: model.class, parameters: sizeOf(model.parameters.total), macs: sizeOf(model.macs), layers: model.layers.map(layerFact) })

function layerFact({ path, type, qualifiedType, parameters, macs, inputs, output }: Layer): LayerFact {
  return { path, type, qualifiedType, parameters: sizeOf(parameters), macs: sizeOf(macs), inputs: inputs.map(({ shape }) => shape?.map(sizeOf) ?? null), output: output?.shape?.map(sizeOf) ?? null }
}

/** The constructor's arguments as the layer keeps them. */
export function argumentsOf(instance: InstanceValue): Record<string, ArgumentFact> {
  const given = instance.state instanceof Map ? (instance.state as ReadonlyMap<string, Value>) : stateArguments(instance.state)
  const found: Record<string, ArgumentFact> = {}
  for (const [name, value] of [...given, ...[...instance.attributes].filter(([name]) => given.has(name))]) {
    const fact = argumentFact(value)
    if (fact !== undefined) found[name] = fact
  }
  return found
}

/** Keras layers keep their arguments within a record. */
function stateArguments(state: unknown): ReadonlyMap<string, Value> {
  const found = typeof state === "object" && state !== null && "arguments" in state ? state.arguments : undefined
  return found instanceof Map ? (found as ReadonlyMap<string, Value>) : new Map()
}

function argumentFact(value: Value): ArgumentFact | undefined {
  switch (value.kind) {
    case "integer":
      return isConcrete(value.value) ? sizeOf(value.value) : dimCode(value.value)
    case "float":
      return value.value
    case "boolean":
      return value.value
    case "string":
      return value.value
    case "constant":
      return null
    case "tuple":
    case "list": {
      const items = value.items.map(argumentFact)
      return items.every((item): item is Size | boolean => item !== undefined && !Array.isArray(item)) ? items : undefined
    }
    default:
      return undefined
  }
}

