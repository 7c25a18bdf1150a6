/** Encoder–decoders in a model's graph: recurrent ones by the state that is handed over, convolutional ones by shrinking and growing. */
import type { Model } from "../../model/model.ts"
import { autoencodersIn } from "../generative/autoencoder-in-model.ts"
import { grouped } from "../knobs.ts"
import { sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"

/** What a state may pass between encoder and decoder, as one layer that fits its size. */
const BRIDGE: ReadonlySet<Role> = new Set([
  "linear",
  "activation",
  "dropout",
  "normalisation",
  "reshape",
  "select",
  "concatenate",
  "add",
  "reduce",
])

export interface Handover {
  readonly encoder: PatternNode
  readonly decoder: PatternNode
}

/** The recurrent operations that a value comes from, through a bridge. */
export function recurrentSources(graph: readonly PatternNode[], index: number): readonly PatternNode[] {
  const node = graph[index]
  if (!node) return []
  // A wrapper such as Keras' Bidirectional reads what its cells made.
  if (node.role === "recurrent") return [node]
  return BRIDGE.has(node.role) ? node.inputs.flatMap((input) => recurrentSources(graph, input)) : []
}

/** A recurrent operation whose first state comes from another one that read another sequence. */
export function handovers(graph: readonly PatternNode[]): readonly Handover[] {
  const found = new Map<string, Handover>()
  for (const decoder of graph) {
    // A wrapper of two directions reads what its cells made; neither hands its state to the other.
    if (decoder.role !== "recurrent" || !decoder.layer || decoder.name === "bidirectional") continue
    const [sequence, ...states] = decoder.inputs
    for (const encoder of states.flatMap((state) => recurrentSources(graph, state))) {
      const isItself = !encoder.layer || encoder.layer === decoder.layer || encoder.name === "bidirectional"
      // Stacked layers that share a state read one another.
      const isStacked = sequence !== undefined && graph[sequence] === encoder
      const key = `${encoder.layer?.path} ${decoder.layer.path}`
      if (!isItself && !isStacked && !found.has(key)) found.set(key, { encoder, decoder })
    }
  }
  return found.size > 0 ? [...found.values()] : attended(graph)
}

/** Without a state handed over: one recurrence's states weigh those of another one. */
function attended(graph: readonly PatternNode[]): readonly Handover[] {
  const found = new Map<string, Handover>()
  for (const context of graph) {
    const [shares, values] = context.role === "matmul" ? context.inputs : []
    const scores = shares === undefined ? undefined : scoresOf(graph, shares)
    if (!scores || values === undefined) continue
    const [encoder] = recurrentSources(graph, values)
    const decoder = scores.inputs.flatMap((input) => recurrentSources(graph, input)).find(({ layer }) => layer && layer !== encoder?.layer)
    const isSecond = encoder?.layer && decoder?.layer && !ancestorsOf(graph, encoder.index).has(decoder.index)
    if (isSecond) found.set(`${encoder.layer.path} ${decoder.layer?.path}`, { encoder, decoder })
  }
  return [...found.values()]
}

/** The product whose softmax these shares are. */
function scoresOf(graph: readonly PatternNode[], shares: number): PatternNode | undefined {
  let node = graph[shares]
  while (node && SHARING.has(node.role)) node = graph[node.inputs[0] ?? -1]
  return node?.role === "matmul" && node.index !== shares ? node : undefined
}

const SHARING: ReadonlySet<Role> = new Set(["softmax", "activation", "dropout", "reshape"])

const REPEATED = /^(repeatvector|repeat|tile|expand)$/

/** A recurrent operation that reads one vector again at each step. */
export function repeatedInto(graph: readonly PatternNode[], decoder: PatternNode): number | undefined {
  const [sequence] = decoder.inputs
  const repeat = decoder.role === "recurrent" && sequence !== undefined ? graph[sequence] : undefined
  return repeat && REPEATED.test(repeat.name) ? repeat.inputs[0] : undefined
}

/** An encoder's last state, read again at each step of another recurrence. */
export function repeats(graph: readonly PatternNode[]): readonly Handover[] {
  return graph.flatMap((decoder) => {
    const from = repeatedInto(graph, decoder)
    const [encoder] = from === undefined ? [] : recurrentSources(graph, from)
    return encoder ? [{ encoder, decoder }] : []
  })
}

const pathsOf = (nodes: readonly PatternNode[]): readonly string[] => [
  ...new Set(nodes.flatMap(({ layer }) => (layer && layer.path !== "" ? [layer.path] : []))),
]

export function encoderDecodersIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const recurrent = [...handovers(graph), ...repeats(graph)].map(({ encoder, decoder }) => recurrentMatch(encoder, decoder))
  if (recurrent.length > 0) return recurrent
  const convolutional = convolutionalMatch(graph, model)
  return convolutional ? [convolutional] : autoencodersIn(model).map(codeMatch)
}

/** Autoencoders of vectors have no maps that shrink and grow. */
function codeMatch({ layers, knobs }: Match): Match {
  const { code } = knobs
  return { layers, label: `Encoder–decoder${typeof code === "number" ? ` · code of ${grouped(code)} numbers` : ""}`, knobs: {} }
}

function recurrentMatch(encoder: PatternNode, decoder: PatternNode): Match {
  const hidden = hiddenOf(encoder)
  const knobs: Knobs = { ...(hidden !== undefined && { hidden_size: hidden }), ...cellOf(decoder) }
  const context = hidden === undefined ? "" : ` · context of ${hidden} numbers`
  return { layers: pathsOf([encoder, decoder]), label: `Encoder–decoder${context}`, knobs }
}

/** Of the state weights: as many columns, or rows in Keras, as the state has numbers. */
export function hiddenOf({ layer }: PatternNode): number | undefined {
  const state = layer?.weights.find(({ name }) => /weight_hh|recurrent_kernel/.test(name))
  const size = state && sizeOrNull(state.shape[state.name.includes("weight_hh") ? 1 : 0] ?? 0)
  return size ?? undefined
}

export function cellOf({ name }: PatternNode): Knobs {
  const kind = name.replace(/cell$/, "")
  return kind.endsWith("lstm") ? { cell: "4" } : kind.endsWith("gru") ? { cell: "3" } : kind.endsWith("rnn") ? { cell: "1" } : {}
}

/** Height and width of an image or of feature maps; the length of a signal. */
function sidesOf(shape: readonly (number | null)[], rank: number, { framework }: Model): readonly (number | null)[] {
  if (shape.length !== rank) return []
  return framework === "torch" ? shape.slice(2) : shape.slice(1, -1)
}

const GROWING: ReadonlySet<Role> = new Set(["transposedConvolution", "upsample"])
/** An image or a signal, with channels and the batch. */
const RANKS = [3, 4]

/** From an image to maps of a quarter of its sides or less, and by two steps or more back to its size, or to the half that is missing. */
function convolutionalMatch(graph: readonly PatternNode[], model: Model): Match | undefined {
  const shape = (model.inputs[0]?.shape ?? []).map(sizeOrNull)
  const rank = shape.length
  const [image] = RANKS.includes(rank) ? sidesOf(shape, rank, model) : []
  const [last] = model.producers
  const end = last === undefined ? undefined : graph[last]
  const [result] = end ? sidesOf(end.shape, rank, model) : []
  if (!image || !end || (result !== image && result !== image / 2)) return undefined
  const before = [...ancestorsOf(graph, end.index)].flatMap((index) => graph[index] ?? [])
  const growing = before.filter((node) => GROWING.has(node.role) && node.shape.length === rank)
  const convolutions = before.filter(({ role }) => role === "convolution")
  const sides = [...convolutions, ...before.filter(({ role }) => role === "pool")].map(
    (node) => sidesOf(node.shape, rank, model)[0] ?? image,
  )
  const smallest = Math.min(image, ...sides)
  if (growing.length < 2 || smallest > image / 4 || smallest > result / 4 || convolutions.length < 2) return undefined
  const grown = new Set(growing.map(({ index }) => index))
  const skips = before.filter((node) => isSkip(graph, node, grown)).length
  const label = skips > 0 ? `Encoder–decoder · ${skips} skip${skips > 1 ? "s" : ""} past the bottleneck` : "Encoder–decoder · no skips"
  return { layers: pathsOf(before.filter(({ role }) => role === "convolution" || GROWING.has(role))), label, knobs: {} }
}

/** Joins what has been grown with what has not. */
function isSkip(graph: readonly PatternNode[], { role, inputs, name }: PatternNode, grown: ReadonlySet<number>): boolean {
  if ((role !== "concatenate" || name === "stack") && role !== "add") return false
  const sides = inputs.filter((input) => input >= 0).map((input) => [...ancestorsOf(graph, input)].some((index) => grown.has(index)))
  return sides.includes(true) && sides.includes(false)
}
