/** Shortcuts in a model's graph: sums of a value and of what layers made of it, and concatenations with what came before. */
import type { Model } from "../../model/model.ts"
import { patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"

const LEARNED: ReadonlySet<Role> = new Set(["convolution", "transposedConvolution", "linear", "recurrent", "attention", "matmul"])
const GROWING: ReadonlySet<Role> = new Set(["transposedConvolution", "upsample"])
/** What a shortcut may do to a value without being a layer of its own. */
const PASSING: ReadonlySet<Role> = new Set([
  "normalisation",
  "activation",
  "dropout",
  "pool",
  "reshape",
  "select",
  "upsample",
  "multiply",
  "subtract",
])
const PASSING_NAME = /pad([123]d)?$|^(identity|to|float|type|cast|i?truediv|div|contiguous|clone)$/
/** A value that learns nothing from what is behind it. */
const STOPPED = /^(detach|stopgradient)$/

/** Longest distance between a block's beginning and its sum, in operations. */
const LONGEST = 400

/** Where a shortcut may begin, seen from its end. */
interface Beginning {
  readonly index: number
  /** Layers of the shortcut itself: one projection at most. */
  readonly layers: number
  readonly grows: boolean
}

function beginningsOf(graph: readonly PatternNode[], end: number): readonly Beginning[] {
  const found: Beginning[] = []
  let [index, layers, projections, grows] = [end, 0, 0, false]
  for (;;) {
    found.push({ index, layers, grows })
    const node = graph[index]
    const [before, ...others] = node?.inputs ?? []
    if (!node || before === undefined || others.some((other) => other !== before) || !passes(graph, node, before)) return found
    if (LEARNED.has(node.role) && projections++ > 0) return found
    layers = Math.max(layers, projections)
    // A pooled copy beside one convolution is a branch, no shortcut.
    if (node.role === "pool") layers = Math.max(layers, 1)
    grows ||= GROWING.has(node.role)
    index = before
  }
}

/** Taking one step out of a sequence changes the rank, and is the way of recurrences. */
function passes(graph: readonly PatternNode[], node: PatternNode, before: number): boolean {
  if (node.role === "select") return node.shape.length === (graph[before]?.shape.length ?? node.shape.length)
  return PASSING.has(node.role) || PASSING_NAME.test(node.name) || node.role === "convolution" || node.role === "linear"
}

interface Way {
  /** Most layers on any way. */
  readonly layers: number
  readonly grows: boolean
}

/** The way from one value to a later one; undefined when there is none. */
function wayBetween(graph: readonly PatternNode[], from: number, to: number): Way | undefined {
  const ways = new Map<number, Way>([[from, { layers: 0, grows: false }]])
  if (to - Math.max(from, 0) > LONGEST) return undefined
  for (let index = Math.max(from + 1, 0); index <= to; index++) {
    const node = graph[index] as PatternNode
    if (STOPPED.test(node.name)) continue
    const before = valuesOf(graph, node).flatMap((input) => ways.get(input) ?? [])
    if (before.length === 0 || ways.has(index)) continue
    const layers = Math.max(...before.map((way) => way.layers)) + (LEARNED.has(node.role) ? 1 : 0)
    ways.set(index, { layers, grows: GROWING.has(node.role) || before.some(({ grows }) => grows) })
  }
  return ways.get(to)
}

const GATE = /^(hard)?sigmoid$/

/** What a gate multiplies is the value; the gate itself is none. */
function valuesOf(graph: readonly PatternNode[], { role, inputs }: PatternNode): readonly number[] {
  if (role !== "multiply" || inputs.length < 2) return inputs
  const values = inputs.filter((input) => !GATE.test(graph[input]?.name ?? ""))
  return values.length > 0 ? values : inputs
}

const isSameShape = (one: PatternNode | undefined, other: PatternNode | undefined): boolean =>
  !one || !other || (one.shape.length === other.shape.length && one.shape.every((size, axis) => isSame(size, other.shape[axis] ?? null)))

const isSame = (one: number | null, other: number | null): boolean => one === null || other === null || one === other

/** One side is the other's beginning, or one projection of it. */
function isResidual(graph: readonly PatternNode[], node: PatternNode): boolean {
  const [first, second, ...others] = node.inputs
  if (node.role !== "add" || first === undefined || second === undefined || first === second || others.length > 0) return false
  if (!isSameShape(graph[first], graph[second])) return false
  return goesAround(graph, first, second, node.shape.length) || goesAround(graph, second, first, node.shape.length)
}

function goesAround(graph: readonly PatternNode[], short: number, long: number, rank: number): boolean {
  for (const { index, layers, grows } of beginningsOf(graph, short)) {
    const way = wayBetween(graph, index, long)
    // What lies before the first value that both sides have in common is none of the block.
    if (way) return way.layers > layers && (grows || !way.grows) && (layers === 0 || rank >= FEWEST_AXES)
  }
  return false
}

/** Gates of recurrent cells add projections of vectors; those are no shortcuts. */
const FEWEST_AXES = 3

/** Joins a value with what layers made of it, without a smaller picture in between. */
function isDense(graph: readonly PatternNode[], node: PatternNode): boolean {
  if (node.role !== "concatenate" || node.name === "stack" || node.shape.length < 3) return false
  const [first = -1, ...others] = node.inputs
  return others.some((other) => isGrowth(graph, first, other) || isGrowth(graph, other, first))
}

function isGrowth(graph: readonly PatternNode[], earlier: number, later: number): boolean {
  const way = earlier < later ? wayBetween(graph, earlier, later) : undefined
  return way !== undefined && way.layers > 0 && !way.grows
}

/** Fewer concatenations are a block of another kind. */
const FEWEST_DENSE = 3

const pathsOf = (nodes: readonly PatternNode[]): string[] => [...new Set(nodes.flatMap(({ layer }) => (layer ? [layer.path] : [])))]

export function shortcutsIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const added = graph.filter((node) => isResidual(graph, node))
  const joined = graph.filter((node) => isDense(graph, node))
  const channels = added[0]?.shape.at(model.framework === "torch" ? 1 : -1)
  const knobs = {
    ...(typeof channels === "number" && { channels }),
    layers: Math.min(32, Math.max(1, added.length, joined.length)),
  }
  if (joined.length >= FEWEST_DENSE && joined.length > added.length)
    return [{ layers: pathsOf(joined), label: `Dense connections · ${joined.length} concatenations`, knobs }]
  const plural = added.length > 1 ? "s" : ""
  return added.length > 0 ? [{ layers: pathsOf(added), label: `Residual · ${added.length} shortcut${plural}`, knobs }] : []
}
