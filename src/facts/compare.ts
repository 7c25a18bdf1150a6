/** Two graphs of models as one: what is new, what is gone, what is different, layer by layer. */
import type { Change, GraphNode, ModelGraph } from "../drawing/graph/graph.ts"

/** `now` with its differences to `before` marked; layers that are gone stand where they stood, without connections. */
export function compared(now: ModelGraph, before: ModelGraph, comparedWith: string): ModelGraph {
  const [old, fresh] = [modulesOf(before), modulesOf(now)]
  const nodes = now.nodes.map((node): GraphNode => {
    const change = node.kind === "module" ? changeOf(node, old.get(node.path)) : undefined
    return change ? { ...node, change } : node
  })
  const shown = new Set(nodes.map(({ id }) => id))
  const gone = [...old.values()].filter(({ path }) => !fresh.has(path))
  const goneFrom = new Map(gone.map(({ path, id }) => [path, `−${id}`]))
  const removed = gone.map((node): GraphNode => {
    const { parent: _, place: __, ...rest } = node
    const home = homeOf(node.path, shown, goneFrom)
    return { ...rest, id: `−${node.id}`, ...(home !== undefined && { parent: home }), change: { kind: "removed", text: summaryOf(node) } }
  })
  return { ...now, nodes: [...nodes, ...removed], comparedWith }
}

const modulesOf = ({ nodes }: ModelGraph): ReadonlyMap<string, GraphNode> =>
  new Map(nodes.filter(({ kind }) => kind === "module").map((node) => [node.path, node]))

/** The nearest box around a path: one that is gone as well, or one that is still there. */
function homeOf(path: string, shown: ReadonlySet<string>, gone: ReadonlyMap<string, string>): string | undefined {
  for (let at = path; at.includes("."); ) {
    at = at.slice(0, at.lastIndexOf("."))
    const box = gone.get(at)
    if (box !== undefined) return box
    if (shown.has(at)) return at
  }
  return undefined
}

const count = (value: number | null): string => (value === null ? "?" : value.toLocaleString("en-US"))
const summaryOf = ({ label, shape, parameters }: GraphNode): string =>
  `${label}${shape ? ` → ${shape}` : ""}, ${count(parameters)} parameters`

function changeOf(node: GraphNode, old: GraphNode | undefined): Change | undefined {
  if (!old) return { kind: "added", text: summaryOf(node) }
  const differences = [
    node.label === old.label ? "" : `${node.label} was ${old.label}`,
    node.shape === old.shape ? "" : `output ${node.shape ?? "?"} was ${old.shape ?? "?"}`,
    node.parameters === old.parameters ? "" : `${count(node.parameters)} parameters were ${count(old.parameters)}`,
    node.macs === old.macs ? "" : `${count(node.macs)} MACs were ${count(old.macs)}`,
  ].filter(Boolean)
  return differences.length > 0 ? { kind: "changed", text: differences.join("; ") } : undefined
}
