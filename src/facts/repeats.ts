/** Folds modules that are alike and follow each other into one box: "Block × 12". */
import type { GraphEdge, GraphNode } from "../drawing/graph/graph.ts"
import { childrenOf } from "../drawing/graph/visible.ts"

/** Fewer than this are shown as they are. */
const LEAST = 3

export function foldRepeats(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): readonly GraphNode[] {
  const children = childrenOf(nodes)
  const feeds = feedsOf(nodes, edges)
  const signatures = new Map<string, string>()
  const signature = (node: GraphNode): string => {
    const known = signatures.get(node.id)
    if (known !== undefined) return known
    const inner = (children.get(node.id) ?? []).map(signature).join(",")
    const made = `${node.kind}:${node.label}:${node.shape}:${node.parameters}:${node.macs}(${inner})`
    signatures.set(node.id, made)
    return made
  }
  const moved = new Map<string, string>()
  const repeats: GraphNode[] = []
  for (const [parent, siblings] of children)
    for (const run of runsOf(
      siblings.filter(({ kind }) => kind === "module"),
      signature,
      feeds,
    )) {
      const [first] = run
      if (!first) continue
      const id = `${first.id}…${run.at(-1)?.id}`
      repeats.push({ ...foldedFrom(run, first), id, ...(parent !== undefined && { parent }) })
      for (const { id: member } of run) moved.set(member, id)
    }
  return ordered([...nodes.map((node) => (moved.has(node.id) ? { ...node, parent: moved.get(node.id) as string } : node)), ...repeats])
}

function foldedFrom(run: readonly GraphNode[], first: GraphNode): Omit<GraphNode, "id"> {
  const sum = (of: (node: GraphNode) => number | null): number | null =>
    run.reduce<number | null>((total, node) => (total === null || of(node) === null ? null : total + (of(node) ?? 0)), 0)
  const { parent: _, id: __, ...shown } = first
  return {
    ...shown,
    kind: "repeat",
    count: run.length,
    parameters: sum(({ parameters }) => parameters),
    macs: sum(({ macs }) => macs),
    memory: sum(({ memory }) => memory),
  }
}

/** "From" and "to" of all that feed each other side by side: an edge between what two neighbours hold is one between the neighbours. */
function feedsOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): ReadonlySet<string> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]))
  const chains = new Map<string, readonly string[]>()
  const chainOf = (id: string): readonly string[] => {
    const known = chains.get(id)
    if (known) return known
    const parent = parents.get(id)
    const made = parent === undefined ? [id] : [...chainOf(parent), id]
    chains.set(id, made)
    return made
  }
  return new Set(
    edges.flatMap(({ from, to }) => {
      const [source, target] = [chainOf(from), chainOf(to)]
      const fork = source.findIndex((id, depth) => id !== target[depth])
      return fork < 0 || target[fork] === undefined ? [] : [`${source[fork]}\n${target[fork]}`]
    }),
  )
}

/** Neighbours in order of call with the same signature, of which each feeds the next. */
function runsOf(siblings: readonly GraphNode[], signature: (node: GraphNode) => string, feeds: ReadonlySet<string>): GraphNode[][] {
  const runs: GraphNode[][] = []
  let run: GraphNode[] = []
  for (const node of siblings) {
    const last = run.at(-1)
    if (last && signature(last) === signature(node) && feeds.has(`${last.id}\n${node.id}`)) run.push(node)
    else {
      runs.push(run)
      run = [node]
    }
  }
  return [...runs, run].filter(({ length }) => length >= LEAST)
}

/** Parents before what they hold. */
function ordered(nodes: readonly GraphNode[]): GraphNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const depths = new Map<string, number>()
  const depth = (node: GraphNode): number => {
    const known = depths.get(node.id)
    if (known !== undefined) return known
    const parent = node.parent === undefined ? undefined : byId.get(node.parent)
    const made = parent ? depth(parent) + 1 : 0
    depths.set(node.id, made)
    return made
  }
  return nodes
    .map((node, index) => ({ node, index }))
    .sort((left, right) => depth(left.node) - depth(right.node) || left.index - right.index)
    .map(({ node }) => node)
}
