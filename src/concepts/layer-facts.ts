/** A layer of a model as plain facts: what subjects read, and what the panel is sent. */
import { moduleOf } from "../model/build.ts"
import type { Layer, Model } from "../model/model.ts"
import { type Dim, isConcrete } from "../values/dim.ts"
import type { InstanceValue, Value } from "../values/value.ts"
import type { KnobValue, LayerFacts } from "./subject.ts"

export function layerFacts(layer: Layer, { framework }: Model): LayerFacts {
  const { path, type, qualifiedType, weights, inputs, output } = layer
  const module = moduleOf(layer)
  return {
    framework,
    path,
    type,
    qualifiedType,
    weights: weights.map(({ name, shape }) => ({ name, shape: shape.map(sizeOrNull) })),
    arguments: module ? argumentsOf(module) : {},
    input: inputs[0]?.shape?.map(sizeOrNull) ?? null,
    output: output?.shape?.map(sizeOrNull) ?? null,
  }
}

export const sizeOrNull = (dim: Dim): number | null => (isConcrete(dim) ? Number(dim) : null)

/** The arguments the constructor was given, defaults included. */
function argumentsOf(instance: InstanceValue): Record<string, KnobValue | null> {
  const found: Record<string, KnobValue | null> = {}
  for (const [name, value] of givenTo(instance.state)) {
    const fact = argumentFact(value)
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
