/** Encoders that are applied to two inputs and compared, found in a model's graph by weights that both sides share. */
import type { Layer, Model } from "../../model/model.ts"
import { grouped } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"

export interface SharedEncoder {
  readonly match: Match
  /** One side is a mean of embeddings: examples of a class become its prototype. */
  readonly isPrototype: boolean
}

/** A table that two inputs look words up in is shared often, and compares nothing. */
const ENCODING: ReadonlySet<Role> = new Set(["convolution", "transposedConvolution", "linear", "recurrent", "attention"])
/** What brings two sides together without comparing them: enough only where they come from different inputs of the model. */
const JOINING: ReadonlySet<Role> = new Set(["concatenate", "add"])
const COMPARING: ReadonlySet<Role> = new Set(["subtract", "multiply", "matmul", "reduce", "other"])

interface Side {
  readonly encoders: ReadonlySet<Layer>
  readonly weighted: ReadonlySet<Layer>
  readonly sources: readonly number[]
  readonly means: number
}

const hasWeights = (layer: Layer | undefined): layer is Layer => layer !== undefined && layer.weights.length > 0

/** What one value is made of that the other is not. */
function sideOf(graph: readonly PatternNode[], own: ReadonlySet<number>, other: ReadonlySet<number>): Side {
  const exclusive = [...own].filter((index) => !other.has(index))
  const nodes = exclusive.flatMap((index) => graph[index] ?? [])
  const isSource = ({ role, inputs }: PatternNode): boolean => role === "select" && inputs.length > 0 && inputs.every((input) => input < 0)
  return {
    encoders: new Set(nodes.flatMap(({ layer, role }) => (layer && ENCODING.has(role) && hasWeights(layer) ? [layer] : []))),
    weighted: new Set(nodes.flatMap(({ layer }) => (hasWeights(layer) ? [layer] : []))),
    sources: [...exclusive.filter((index) => index < 0), ...nodes.filter(isSource).map(({ index }) => index)],
    means: nodes.filter(({ name }) => name === "mean").length,
  }
}

const isSame = <Item>(one: ReadonlySet<Item>, other: ReadonlySet<Item>): boolean =>
  one.size === other.size && [...one].every((item) => other.has(item))

/** Two values that the same layers made from different inputs. */
function sharedBy(graph: readonly PatternNode[], left: number, right: number, joinsOnly: boolean): readonly [Side, Side] | undefined {
  if (left === right) return undefined
  const [one, other] = [ancestorsOf(graph, left), ancestorsOf(graph, right)]
  const sides = [sideOf(graph, one, other), sideOf(graph, other, one)] as const
  const [first, second] = sides
  const isShared = first.encoders.size > 0 && isSame(first.weighted, second.weighted)
  const needed = joinsOnly ? (source: number): boolean => source < 0 : () => true
  return isShared && first.sources.some(needed) && second.sources.some(needed) ? sides : undefined
}

/** Layers that several operations apply: without any, nothing is shared. */
function isAnyShared(graph: readonly PatternNode[]): boolean {
  const seen = new Set<Layer>()
  return graph.some(({ layer, role }) => {
    if (!hasWeights(layer) || !ENCODING.has(role)) return false
    if (seen.has(layer)) return true
    seen.add(layer)
    return false
  })
}

const pairsOf = (values: readonly number[]): readonly (readonly [number, number])[] =>
  values.flatMap((left, at) => values.slice(at + 1).map((right) => [left, right] as const))

/** More values than this are joined by something else than a comparison. */
const MOST_JOINED = 4

export function sharedEncodersIn(model: Model): readonly SharedEncoder[] {
  const graph = patternGraph(model)
  if (!isAnyShared(graph)) return []
  const found: SharedEncoder[] = []
  const known = new Set<Layer>()
  const look = (values: readonly number[], joinsOnly: boolean): void => {
    if (values.length > MOST_JOINED) return
    for (const [left, right] of pairsOf(values)) {
      const sides = sharedBy(graph, left, right, joinsOnly)
      if (!sides || [...sides[0].encoders].some((layer) => known.has(layer))) continue
      for (const layer of sides[0].encoders) known.add(layer)
      found.push({ match: matchOf(sides[0]), isPrototype: sides[0].means !== sides[1].means })
    }
  }
  // From the end: what is compared last went through the whole encoder.
  look(
    model.producers.flatMap((index) => index ?? []),
    true,
  )
  for (const { role, inputs } of [...graph].reverse()) if (JOINING.has(role) || COMPARING.has(role)) look(inputs, JOINING.has(role))
  return found
}

function matchOf({ weighted, encoders }: Side): Match {
  const sizes = [...weighted].flatMap(({ weights }) => weights.map(({ shape }) => shape.map(sizeOrNull)))
  const isKnown = sizes.every((shape) => shape.every((size) => size !== null))
  const parameters = sizes.reduce((sum, shape) => sum + shape.reduce<number>((product, size) => product * (size ?? 0), 1), 0)
  return {
    layers: [...weighted].map(({ path }) => path),
    label: isKnown ? `Siamese · ${grouped(parameters)} parameters used twice` : "Siamese · one encoder used twice",
    knobs: kindOf([...encoders]),
  }
}

function kindOf(encoders: readonly Layer[]): Knobs {
  const recurrent = encoders.find(({ type }) => /LSTM|GRU|RNN|Bidirectional/i.test(type))
  if (!recurrent) return { encoder: "cnn" }
  const isBoth = recurrent.weights.some(({ name }) => /reverse|backward/.test(name))
  return { encoder: isBoth || /Bidirectional/.test(recurrent.type) ? "bilstm" : "lstm" }
}
