/** Folds modules that are alike and follow each other into one box: "Block × 12". */
import type { GraphEdge, GraphNode } from "../drawing/graph/graph.ts"

/** Fewer than this are shown as they are. */
const LEAST = 3

export function foldRepeats(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): readonly GraphNode[] {
  const children = new Map<string | undefined, GraphNode[]>()
  for (const node of nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node])
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
      edges,
      children,
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

/** Neighbours in order of call with the same signature, of which each feeds the next. */
function runsOf(
  siblings: readonly GraphNode[],
  signature: (node: GraphNode) => string,
  edges: readonly GraphEdge[],
  children: ReadonlyMap<string | undefined, readonly GraphNode[]>,
): GraphNode[][] {
  const owner = new Map<string, string>()
  const own = (node: GraphNode, id: string): void => {
    owner.set(node.id, id)
    for (const child of children.get(node.id) ?? []) own(child, id)
  }
  for (const node of siblings) own(node, node.id)
  const feeds = new Set(edges.map(({ from, to }) => `${owner.get(from)}\n${owner.get(to)}`))
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
