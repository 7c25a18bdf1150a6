/** Models that functions of the file made while it ran and kept to themselves, `def main(): model = Sequential(…)`, or that lost their names. */
import type { ModuleRecord } from "../evaluate/modules.ts"
import { isListedByKeras, isModule, modulesBelow, parametersOf, statedInputs } from "../layers/modules.ts"
import type { Span, Statement } from "../syntax/tree.ts"
import type { SourceFile } from "../text/source.ts"
import { shapeText } from "../values/shape.ts"
import type * as V from "../values/value.ts"
import type { Candidate } from "./find.ts"

/** A search over sizes makes hundreds. */
const MAXIMUM_INSIDE = 24

/** What stands at top level is found by its name. */
const HOLDERS = new Set<Statement["kind"]>(["functionDeclaration", "classDeclaration", "export"])

/** One of those that look alike; parts of other models are shown there. */
export function modelsInside(record: ModuleRecord, made: readonly V.InstanceValue[], shown: ReadonlySet<V.InstanceValue>): Candidate[] {
  const models = made.filter((instance) => isInside(record, instance))
  const parts = new Set(
    [...models, ...shown].flatMap((model) =>
      modulesBelow(model)
        .map(([, part]) => part)
        .filter((part) => part !== model),
    ),
  )
  const places = new Map<string, V.InstanceValue>()
  for (const model of models) if (!shown.has(model) && !parts.has(model)) places.set(lookOf(model), model)
  return [...places.values()].slice(0, MAXIMUM_INSIDE).map((root) => ({ root, name: nameAt(root), place: root.place }))
}

/** PyTorch's, of classes that other files define: a class of this file is shown where it stands, and with it what its constructor makes. */
export function modelsKept(
  { file, tree }: ModuleRecord,
  made: readonly V.InstanceValue[],
  shown: ReadonlySet<V.InstanceValue>,
  children: ReadonlySet<V.InstanceValue>,
): [string, V.InstanceValue][] {
  const classes = tree.body.filter(({ kind }) => kind === "classDeclaration")
  const isOfClass = ({ start }: Span): boolean => classes.some(({ span }) => span.start <= start && start < span.end)
  const models = made.filter(
    (instance) =>
      instance.place.file === file &&
      !shown.has(instance) &&
      !children.has(instance) &&
      !isOfClass(instance.place.span) &&
      isForeignModel(file, instance),
  )
  const places = new Map(models.map((model) => [lookOf(model), model]))
  return [...places.values()].slice(0, MAXIMUM_INSIDE).map((root) => [nameAt(root), root])
}

/** Of the catalogue's own these hold models; others, such as an encoder's layer that is copied, are parts. */
const HOLDERS_OF_MODELS = /\.(?:Sequential|DataParallel|DistributedDataParallel)$/

/** What the catalogue makes is a model where it holds layers with weights: a stack, a wrapper. */
function isForeignModel(file: SourceFile, instance: V.InstanceValue): boolean {
  const cls = instance.class
  if (cls.place?.file === file || !cls.mro.some(({ qualifiedName }) => qualifiedName === "torch.nn.Module")) return false
  const below = modulesBelow(instance)
  return (
    (cls.layer === undefined || HOLDERS_OF_MODELS.test(cls.qualifiedName)) && below.some(([, module]) => parametersOf(module).length > 0)
  )
}

/** Where it was made, of which layers and weights. */
const lookOf = (model: V.InstanceValue): string =>
  [
    model.place.span.start,
    ...modulesBelow(model).map(([, part]) => `${part.class.name} ${parametersOf(part).map(([, { shape }]) => shape && shapeText(shape))}`),
  ].join("; ")

function isInside({ file, tree }: ModuleRecord, instance: V.InstanceValue): boolean {
  const { place } = instance
  if (place.file !== file || !isModule(instance) || !isListedByKeras(instance) || statedInputs(instance) === undefined) return false
  const holder = tree.body.find(({ span }) => span.start <= place.span.start && place.span.start < span.end)
  // An expression of JavaScript's may hold functions: handlers of buttons and promises.
  const isHeld = holder !== undefined && (HOLDERS.has(holder.kind) || (holder.kind === "expression" && file.language !== "python"))
  return isHeld && modulesBelow(instance).length > 1
}

/** `model = Sequential(…)`: the name it is given where it is made. */
function nameAt({ place, class: cls }: V.InstanceValue): string {
  const { text } = place.file
  const before = text.slice(text.lastIndexOf("\n", place.span.start) + 1, place.span.start)
  return /([\p{L}_$][\p{L}\d_$]*)\s*(?::[^=]*)?=\s*(?:await\s+)?$/u.exec(before)?.[1] ?? cls.name
}
