/** Encoder blocks in a model's graph: self-attention that sees both sides, a shortcut around it, then a widening network with another. */
import type { Model } from "../../model/model.ts"
import { layerFacts, sizeOrNull } from "../layer-facts.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Knobs, Match } from "../subject.ts"
import { attentionsIn, type FoundAttention } from "./attention-in-model.ts"

interface Block {
  readonly own: FoundAttention
  readonly into: PatternNode
  readonly isNormFirst: boolean
  readonly width: number
}

export function encoderBlocksIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = attentionsIn(graph, model)
  const blocks = found.filter(({ isCross, isCausal }) => !isCross && !isCausal).flatMap((own) => blockOf(graph, own, model) ?? [])
  const [first] = blocks
  if (!first) return []
  const orders = new Set(blocks.map(({ isNormFirst }) => isNormFirst))
  const order = orders.size > 1 ? "normalised before or after each part" : first.isNormFirst ? "pre-norm" : "post-norm"
  return [
    {
      layers: [...new Set(blocks.map(pathOf))],
      label: `Encoder block${blocks.length > 1 ? ` ×${blocks.length}` : ""} · ${order}`,
      knobs: knobsOf(first),
    },
  ]
}

const PLAIN: ReadonlySet<Role> = new Set(["dropout", "reshape", "select", "normalisation", "multiply", "other", "linear", "concatenate"])
const CALM: ReadonlySet<Role> = new Set(["dropout", "reshape", "normalisation"])
const BENT: ReadonlySet<Role> = new Set(["dropout", "activation", "multiply", "reshape", "other"])

function blockOf(graph: readonly PatternNode[], own: FoundAttention, model: Model): Block | undefined {
  const sum = next(graph, own.node, PLAIN, ({ role, inputs }) => role === "add" && inputs.length === 2)
  if (!sum || !isAround(graph, sum, own.node)) return undefined
  const width = sum.shape.at(-1)
  const into = next(graph, sum, CALM, (node) => widthOf(node, model) !== undefined)
  const inner = into && widthOf(into, model)
  if (!into || !width || !inner || inner < width) return undefined
  const out = next(graph, into, BENT, (node) => widthOf(node, model) === width)
  if (!out || !isBent(graph, into, out, model)) return undefined
  const end = next(graph, out, CALM, ({ role, inputs }) => role === "add" && inputs.length === 2)
  if (!end || !isAround(graph, end, into)) return undefined
  return { own, into, width, isNormFirst: end.inputs.includes(sum.index) }
}

/** Of a linear layer at each position, which a convolution of kernel 1 is too. */
function widthOf({ role, shape, layer }: PatternNode, { framework }: Model): number | undefined {
  if (role === "linear") return shape.at(-1) ?? undefined
  const kernel = layer?.weights[0]?.shape.map(sizeOrNull) ?? []
  if (role !== "convolution" || kernel.length !== 3) return undefined
  // Torch has the kernel's size behind the channels, Keras before them.
  const [filters, size] = framework === "torch" ? [kernel[0], kernel[2]] : [kernel[2], kernel[0]]
  return size === 1 ? (filters ?? undefined) : undefined
}

/** The nearest node behind another that fits, past those that only pass on. */
function next(
  graph: readonly PatternNode[],
  from: PatternNode,
  passed: ReadonlySet<Role>,
  fits: (node: PatternNode) => boolean,
): PatternNode | undefined {
  const open: (readonly [number, number])[] = from.outputs.map((index) => [index, 0])
  for (const [index, steps] of open) {
    const node = graph[index]
    if (!node || steps > 10) continue
    if (fits(node)) return node
    if (passed.has(node.role) || isWrittenNorm(node) || (node.role === "add" && node.inputs.length === 1))
      open.push(...node.outputs.map((output): readonly [number, number] => [output, steps + 1]))
  }
  return undefined
}

/** A module's own arithmetic, whose weights are vectors only, as a normalisation has them. */
const isWrittenNorm = ({ layer }: PatternNode): boolean =>
  layer !== undefined && layer.weights.length > 0 && layer.weights.every(({ shape }) => shape.length === 1)

/** One of what is added did not pass the part, and the part was made from it. */
const isAround = (graph: readonly PatternNode[], sum: PatternNode, part: PatternNode): boolean => {
  const behind = ancestorsOf(graph, part.index)
  return sum.inputs.some((index) => behind.has(index) && !ancestorsOf(graph, index).has(part.index))
}

const isBent = (graph: readonly PatternNode[], into: PatternNode, out: PatternNode, model: Model): boolean =>
  isBentItself(into, model) || [...ancestorsOf(graph, out.index)].some((index) => index > into.index && graph[index]?.role === "activation")

/** A Keras layer may hold its activation. */
function isBentItself({ layer }: PatternNode, model: Model): boolean {
  if (!layer || model.framework === "torch") return false
  // A function is no plain fact: it is missing there.
  const { activation } = layerFacts(layer, model).arguments
  return activation !== null && activation !== "linear"
}

/** The layer around both parts. */
function pathOf({ own, into }: Block): string {
  const [one, other] = [own.node.layer?.path ?? "", into.layer?.path ?? ""]
  const parts = one.split(".")
  const shared = parts.filter((_, at) => other.startsWith(`${parts.slice(0, at + 1).join(".")}.`))
  return parts.slice(0, shared.length).join(".")
}

function knobsOf({ own, into, isNormFirst, width }: Block): Knobs {
  const [length, inner] = [into.shape.length >= 3 ? into.shape.at(-2) : undefined, into.shape.at(-1)]
  return {
    d_model: width,
    norm_first: isNormFirst,
    ...(own.heads && width % own.heads === 0 && { nhead: own.heads }),
    ...(inner && { dim_feedforward: inner }),
    ...(length && length > 1 && { length }),
  }
}
