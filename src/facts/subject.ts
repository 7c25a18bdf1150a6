/** What the panel is told of the layer or model at a place: which subject explains it, with the reader's own values. */
import { SUBJECTS } from "../concepts/catalogue.ts"
import type { Knobs, KnobValue, LayerFacts, Match, Subject } from "../concepts/subject.ts"
import { parametersOf } from "../layers/modules.ts"
import type { Layer, Model } from "../model/model.ts"
import { nodeAt } from "../syntax/walk.ts"
import { type Range, rangeOf } from "../text/source.ts"
import { type Dim, isConcrete } from "../values/dim.ts"
import type { InstanceValue, Value } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"
import { type Target, targetAt } from "./at.ts"
import { callAt } from "./edits.ts"
import { type Row, rowsMadeAt } from "./rows.ts"
import { countText, perExample } from "./text.ts"

export interface ChosenSubject {
  /** id of the subject */
  readonly id: string
  readonly knobs: Knobs
  /** paths of the layers it was recognised in */
  readonly layers: readonly string[]
}

export interface SubjectFact {
  /** "Conv2d conv1 of LeNet5", "LeNet5" */
  readonly title: string
  /** the layer pointed at; undefined when it is a whole model */
  readonly layer?: LayerFacts
  /** the subjects that fit, best first */
  readonly subjects: readonly ChosenSubject[]
  /** where the layer is made, when that is in this file */
  readonly call?: Range
  readonly model?: { readonly name: string; readonly parameters: string; readonly macs: string }
}

export function subjectAt(analysis: Analysis, offset: number): SubjectFact | undefined {
  const target = targetAt(analysis, offset) ?? targetAt(analysis, offset, true) ?? surroundings(analysis, offset)
  if (target?.kind === "layer") return instanceSubject(analysis, target.instance)
  const cls = target?.kind === "class" ? target.node.name : surroundingClass(analysis, offset)
  const model = analysis.models.find((candidate) => candidate.class === cls) ?? (cls === undefined ? analysis.models[0] : undefined)
  if (model) return { title: model.name, subjects: ofModel(model, ""), model: modelFact(model) }
  return partSubject(analysis, cls)
}

/** The class around an offset, when nothing at the offset itself says more. */
function surroundings(analysis: Analysis, offset: number): Target | undefined {
  const node = nodeAt(analysis.tree, offset).findLast((candidate) => candidate.kind === "class")
  return node?.kind === "class" ? { kind: "class", node } : undefined
}

function surroundingClass(analysis: Analysis, offset: number): string | undefined {
  const found = surroundings(analysis, offset)
  return found?.kind === "class" ? found.node.name : undefined
}

function instanceSubject(analysis: Analysis, instance: InstanceValue): SubjectFact {
  const [row] = rowsMadeAt(analysis, instance.place.span)
  const model = row?.model ?? analysis.models.find((candidate) => candidate.class === instance.class.name)
  const isMadeHere = instance.place.file === analysis.file && callAt(analysis, instance.place.span) !== undefined
  const call = isMadeHere ? { call: rangeOf(instance.place) } : {}
  if (!row && model) return { title: model.name, subjects: ofModel(model, ""), model: modelFact(model), ...call }
  const facts = row ? layerFacts(row, argumentsOf(instance)) : bareFacts(instance)
  return {
    title: row ? `${row.layer.type} ${row.layer.path} of ${row.model.class}` : instance.class.name,
    layer: facts,
    subjects: [...ofLayer(facts), ...(row ? ofModel(row.model, row.layer.path) : [])],
    ...call,
    ...(row && { model: modelFact(row.model) }),
  }
}

/** A layer that is part of no model: its weights and arguments are known all the same. */
function bareFacts(instance: InstanceValue): LayerFacts {
  const { class: cls } = instance
  const weights = parametersOf(instance).flatMap(([name, { shape }]) => (shape ? [{ name, shape: shape.map(sizeOrNull) }] : []))
  return { framework: cls.layer?.framework ?? "torch", path: "", type: cls.name, qualifiedType: cls.layer?.name ?? cls.qualifiedName, weights, arguments: argumentsOf(instance), input: null, output: null }
}

/** A class whose objects are parts of a model. */
function partSubject({ models }: Analysis, name: string | undefined): SubjectFact | undefined {
  for (const model of models) {
    const part = model.layers.find(({ type }) => type === name)
    if (part) return { title: `${part.type} ${part.path} of ${model.class}`, subjects: ofModel(model, part.path), model: modelFact(model) }
  }
  return undefined
}

/** Subjects a layer's own arguments fit; those that fit few layers say more than those that fit many. */
function ofLayer(facts: LayerFacts): ChosenSubject[] {
  return SUBJECTS.toReversed().flatMap((subject: Subject) => {
    const knobs = subject.fromLayer(facts)
    return knobs ? [{ id: subject.id, knobs, layers: [facts.path] }] : []
  })
}

/** Subjects recognised among the layers below a path; those that span most layers come first. */
function ofModel(model: Model, path: string): ChosenSubject[] {
  const below = (match: Match) => path === "" || match.layers.some((layer) => layer === path || layer.startsWith(`${path}.`))
  const found = SUBJECTS.flatMap((subject) => subject.recognise(model).filter(below).slice(0, 1).map((match) => ({ id: subject.id, layers: match.layers, knobs: knobsOf(subject, match, model) })))
  return found.sort((left, right) => right.layers.length - left.layers.length)
}

/** A match of one layer has that layer's values. */
function knobsOf(subject: Subject, { layers, knobs }: Match, model: Model): Knobs {
  const layer = layers.length === 1 ? model.layers.find(({ path }) => path === layers[0]) : undefined
  const own = layer && subject.fromLayer(layerFacts({ model, layer }, {}))
  return { ...own, ...knobs }
}

const modelFact = ({ name, parameters, macs }: Model) => ({ name, parameters: countText(parameters.total), macs: countText(perExample(macs)) })

function layerFacts({ layer, model }: Row, given: LayerFacts["arguments"]): LayerFacts {
  const { path, type, qualifiedType, weights, inputs, output } = layer
  const input = inputs[0]?.shape
  return {
    framework: model.framework,
    path,
    type,
    qualifiedType,
    weights: weights.map(({ name, shape }: Layer["weights"][number]) => ({ name, shape: shape.map(sizeOrNull) })),
    arguments: given,
    input: input?.map(sizeOrNull) ?? null,
    output: output?.shape?.map(sizeOrNull) ?? null,
  }
}

const sizeOrNull = (dim: Dim): number | null => (isConcrete(dim) ? Number(dim) : null)

/** The constructor's arguments as the layer keeps them now. */
function argumentsOf(instance: InstanceValue): Record<string, KnobValue | null> {
  const given = givenTo(instance.state)
  const found: Record<string, KnobValue | null> = {}
  for (const [name, value] of given) {
    const fact = argumentFact(instance.attributes.get(name) ?? value)
    if (fact !== undefined) found[name] = fact
  }
  return found
}

/** Torch layers keep a map, Keras layers a record with one. */
function givenTo(state: unknown): ReadonlyMap<string, Value> {
  const kept = typeof state === "object" && state !== null && "arguments" in state ? state.arguments : state
  return kept instanceof Map ? (kept as ReadonlyMap<string, Value>) : new Map()
}

function argumentFact(value: Value): KnobValue | null | undefined {
  switch (value.kind) {
    case "integer":
      return sizeOrNull(value.value)
    case "float":
    case "boolean":
    case "string":
      return value.value
    case "constant":
      return null
    case "tuple":
    case "list": {
      const items = value.items.map(argumentFact)
      return items.every((item): item is number => typeof item === "number") ? items : undefined
    }
    default:
      return undefined
  }
}
