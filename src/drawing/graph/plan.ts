/** What the layout engine is asked, and what it answers, as places of boxes and lines. The engine's own words stay in this file. */
import { textWidth } from "../box.ts"
import type { GraphNode } from "./graph.ts"
import type { Visible } from "./visible.ts"

/** As elkjs takes and gives it. */
export interface ElkNode {
  id: string
  x?: number
  y?: number
  width?: number
  height?: number
  children?: ElkNode[]
  edges?: ElkEdge[]
  layoutOptions?: Record<string, string>
}

interface ElkPoint {
  x: number
  y: number
}

export interface ElkEdge {
  id: string
  sources: string[]
  targets: string[]
  sections?: { startPoint: ElkPoint; endPoint: ElkPoint; bendPoints?: ElkPoint[] }[]
  /** The box whose corner its points are counted from. */
  container?: string
}

export const OPTIONS: Record<string, string> = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "10",
}

const INSIDE = { "elk.padding": "[top=34,left=14,bottom=14,right=14]" }

export const HEADING = 13
export const DETAIL = 11

/** The second line of a box. */
export function detailOf({ kind, shape, count }: GraphNode): string {
  if (kind === "repeat") return `× ${count}${shape ? ` · ${shape}` : ""}`
  return shape ?? ""
}

/** The last word of a path that is not a number alone: "h.0", "attn". */
export function nameOf({ path, kind }: GraphNode): string {
  if (kind === "operation") return ""
  const parts = path.split(".")
  const last = parts.at(-1) ?? ""
  return /^\d+$/.test(last) && parts.length > 1 ? parts.slice(-2).join(".") : last
}

export function headingOf(node: GraphNode): string {
  const name = nameOf(node)
  return name === "" ? node.label : `${node.label} ${name}`
}

function sizeOf(node: GraphNode): { width: number; height: number } {
  const width = Math.max(textWidth(headingOf(node), HEADING) * 1.06, textWidth(detailOf(node), DETAIL)) + 24
  return { width: Math.max(60, Math.ceil(width)), height: detailOf(node) === "" ? 28 : 44 }
}

export function questionOf({ nodes, edges, openable }: Visible): ElkNode {
  const root: ElkNode = { id: "", layoutOptions: OPTIONS, children: [], edges: [] }
  const made = new Map<string, ElkNode>()
  const shownParents = new Set(nodes.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))
  for (const node of nodes) {
    const isOpen = openable.has(node.id) && shownParents.has(node.id)
    const own: ElkNode = isOpen
      ? {
          id: node.id,
          layoutOptions: {
            ...INSIDE,
            "elk.nodeSize.constraints": "MINIMUM_SIZE",
            "elk.nodeSize.minimum": `(${sizeOf(node).width + 24},40)`,
          },
          children: [],
        }
      : { id: node.id, ...sizeOf(node) }
    made.set(node.id, own)
    const home = node.parent === undefined ? root : (made.get(node.parent) ?? root)
    home.children?.push(own)
  }
  root.edges = edges.map(({ from, to }, index) => ({ id: `edge${index}`, sources: [from], targets: [to] }))
  return root
}

export interface PlacedNode {
  readonly node: GraphNode
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly isOpen: boolean
  readonly isOpenable: boolean
}

export interface PlacedEdge {
  readonly from: string
  readonly to: string
  readonly label: string | undefined
  readonly points: readonly (readonly [number, number])[]
}

export interface Plan {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

export function planOf({ nodes, edges, openable }: Visible, answer: ElkNode): Plan {
  const corners = new Map<string, { x: number; y: number; node: ElkNode }>()
  const visit = (node: ElkNode, x: number, y: number): void => {
    const at = { x: x + (node.x ?? 0), y: y + (node.y ?? 0), node }
    corners.set(node.id, at)
    for (const child of node.children ?? []) visit(child, at.x, at.y)
  }
  visit(answer, 0, 0)
  const placed = nodes.flatMap((node): PlacedNode[] => {
    const at = corners.get(node.id)
    if (!at) return []
    const { width = 0, height = 0, children } = at.node
    return [{ node, x: at.x, y: at.y, width, height, isOpen: (children?.length ?? 0) > 0, isOpenable: openable.has(node.id) }]
  })
  return { width: answer.width ?? 0, height: answer.height ?? 0, nodes: placed, edges: placedEdges(edges, answer, corners) }
}

function placedEdges(edges: Visible["edges"], answer: ElkNode, corners: ReadonlyMap<string, { x: number; y: number }>): PlacedEdge[] {
  return (answer.edges ?? []).flatMap((edge): PlacedEdge[] => {
    const own = edges[Number(edge.id.slice("edge".length))]
    const [section] = edge.sections ?? []
    if (!own || !section) return []
    const { x, y } = corners.get(edge.container ?? "") ?? { x: 0, y: 0 }
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map((point) => [point.x + x, point.y + y] as const)
    return [{ from: own.from, to: own.to, label: own.label, points }]
  })
}
