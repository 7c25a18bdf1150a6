/** Which boxes are seen, given what is open, and the edges between them. */
import type { GraphEdge, GraphNode, ModelGraph } from "./graph.ts"

export interface Visible {
  /** Parents before what they hold. */
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  /** Boxes that hold something: open or closed. */
  readonly openable: ReadonlySet<string>
}

/** More boxes than this are not opened at first. */
const COMFORTABLE = 45

export function childrenOf(nodes: readonly GraphNode[]): ReadonlyMap<string | undefined, readonly GraphNode[]> {
  const found = new Map<string | undefined, GraphNode[]>()
  for (const node of nodes) {
    const siblings = found.get(node.parent)
    if (siblings) siblings.push(node)
    else found.set(node.parent, [node])
  }
  return found
}

/** Closed boxes hide what they hold; an edge from inside one starts at the box. */
export function visiblePart(graph: ModelGraph, open: ReadonlySet<string>): Visible {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const openable = new Set(graph.nodes.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))
  const shownAs = new Map<string, string>()
  const nodes: GraphNode[] = []
  for (const node of graph.nodes) {
    const parent = node.parent === undefined ? undefined : byId.get(node.parent)
    const isShown = !parent || (shownAs.get(parent.id) === parent.id && open.has(parent.id))
    shownAs.set(node.id, isShown ? node.id : (shownAs.get(parent?.id ?? "") ?? node.id))
    if (isShown) nodes.push(node)
  }
  return { nodes, edges: liftedEdges(graph, shownAs, byId), openable }
}

function liftedEdges({ edges }: ModelGraph, shownAs: ReadonlyMap<string, string>, byId: ReadonlyMap<string, GraphNode>): GraphEdge[] {
  const found = new Map<string, GraphEdge>()
  for (const { from, to, label } of edges) {
    const [start, end] = [shownAs.get(from), shownAs.get(to)]
    if (start === undefined || end === undefined || start === end || holds(byId, start, end) || holds(byId, end, start)) continue
    const key = `${start}\n${end}`
    if (!found.has(key)) found.set(key, { from: start, to: end, ...(label !== undefined && { label }) })
  }
  return [...found.values()]
}

function holds(byId: ReadonlyMap<string, GraphNode>, outer: string, inner: string): boolean {
  for (let parent = byId.get(inner)?.parent; parent !== undefined; parent = byId.get(parent)?.parent) if (parent === outer) return true
  return false
}

/** Opened at first: from the top down, as long as the picture stays comfortable. Repeats stay closed: that is what they are for. */
export function openAtFirst(graph: ModelGraph): Set<string> {
  const children = childrenOf(graph.nodes)
  const open = new Set<string>()
  let seen = children.get(undefined)?.length ?? 0
  let level = children.get(undefined) ?? []
  while (level.length > 0) {
    const next: GraphNode[] = []
    for (const node of level) {
      const inner = children.get(node.id)
      if (!inner || node.kind === "repeat" || seen + inner.length > COMFORTABLE) continue
      open.add(node.id)
      seen += inner.length
      next.push(...inner)
    }
    level = next
  }
  return open
}

/** Everything, but of blocks that repeat only the first: the others look like it, and 96 of them would be a wall. */
export function allOpen({ nodes }: ModelGraph): Set<string> {
  const repeats = new Set(nodes.flatMap(({ id, kind }) => (kind === "repeat" ? [id] : [])))
  const shown = new Set<string>()
  const alike = new Set<string>()
  for (const { id, parent } of nodes) {
    if (parent === undefined || !repeats.has(parent)) continue
    if (shown.has(parent)) alike.add(id)
    shown.add(parent)
  }
  return new Set(nodes.flatMap(({ parent }) => (parent === undefined || alike.has(parent) ? [] : [parent])))
}

/** What has to be open for a box to be seen. */
export function ancestorsOf(graph: ModelGraph, id: string): readonly string[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const found: string[] = []
  for (let parent = byId.get(id)?.parent; parent !== undefined; parent = byId.get(parent)?.parent) found.push(parent)
  return found
}
