/** A model as the graph that "Show Model" draws: modules within modules, repeats folded, operations between, shapes on the edges. */
import type { GraphEdge, GraphNode, ModelGraph } from "../drawing/graph/graph.ts"
import type { Layer, Model, Operation, TensorFact } from "../model/model.ts"
import { type Dim, dimText, isConcrete } from "../values/dim.ts"
import { positionAt } from "../text/source.ts"
import { foldRepeats } from "./repeats.ts"
import { perExample } from "./text.ts"

/** What a module is before its sums are known. */
interface Branch {
  readonly layer: Layer
  readonly parent: string | undefined
  macs: number | null
  parameters: number | null
  memory: number | null
}

export function graphOf(model: Model): ModelGraph {
  const branches = branchesOf(model)
  const homes = model.operations.map(({ layer }) => homeOf(branches, layer))
  addOperations(branches, model, homes)
  const root = branches.get("")
  const nodes: GraphNode[] = [
    ...model.inputs.map(
      (input, index): GraphNode => ({
        ...EMPTY,
        id: `input${index}`,
        kind: "input",
        label: input.name || (model.inputs.length > 1 ? `input ${index + 1}` : "input"),
        path: "",
        ...shaped(input),
      }),
    ),
    ...moduleNodes(branches, homes),
    ...operationNodes(model, branches, homes),
    ...model.outputs.map(
      (output, index): GraphNode => ({
        ...EMPTY,
        id: `output${index}`,
        kind: "output",
        label: model.outputs.length > 1 ? `output ${index + 1}` : "output",
        path: "",
        ...shaped(output),
      }),
    ),
  ]
  const edges = edgesOf(model, branches, homes)
  const folded = foldRepeats(nodes, edges)
  return {
    name: model.name,
    framework: model.framework,
    nodes: folded,
    edges,
    parameters: numberOf(model.parameters.total),
    macs: numberOf(model.macs),
    memory: root?.memory ?? null,
  }
}

const EMPTY = { parameters: null, macs: null, memory: null } as const

/** Of one example where the batch is a symbol. */
function numberOf(dim: Dim | undefined): number | null {
  const one = perExample(dim)
  return one !== undefined && isConcrete(one) ? Number(one) : null
}
const plus = (left: number | null, right: number | null): number | null => (left === null || right === null ? null : left + right)

const shaped = ({ shape }: TensorFact): { shape?: string } =>
  shape === undefined ? {} : { shape: shape.length === 0 ? "scalar" : shape.map((dim) => dimText(dim)).join(" × ") }

/** Of one example, in bytes; results whose size is not known are not guessed. */
const resultBytes = ({ memory }: Operation): number | null => numberOf(memory.made)

/** Modules that were called, under the nearest one around them that was; the root is not drawn. */
function branchesOf({ layers }: Model): Map<string, Branch> {
  const branches = new Map<string, Branch>()
  for (const layer of layers)
    if (layer.calls > 0 || layer.path === "")
      branches.set(layer.path, { layer, parent: undefined, macs: numberOf(layer.macs), parameters: numberOf(layer.parameters), memory: 0 })
  for (const [path, branch] of branches) {
    const parent = path === "" ? undefined : homeOf(branches, path.slice(0, Math.max(0, path.lastIndexOf("."))))
    branches.set(path, { ...branch, parent: parent === "" ? undefined : parent })
  }
  for (const path of [...branches.keys()].sort((left, right) => right.split(".").length - left.split(".").length)) {
    const branch = branches.get(path)
    const outer = branch && path !== "" ? branches.get(branch.parent ?? "") : undefined
    if (!branch || !outer) continue
    outer.macs = plus(outer.macs, branch.macs)
    outer.parameters = plus(outer.parameters, branch.parameters)
  }
  return branches
}

/** The drawn module in which something at a path happens. */
function homeOf(branches: ReadonlyMap<string, unknown>, path: string): string {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) if (at === "" || branches.has(at)) return at
}

/** What operations leave in memory counts for all modules around them. */
function addOperations(branches: Map<string, Branch>, { operations }: Model, homes: readonly string[]): void {
  operations.forEach((operation, index) => {
    const bytes = resultBytes(operation)
    for (let at: string | undefined = homes[index]; at !== undefined; at = at === "" ? undefined : (branches.get(at)?.parent ?? "")) {
      const branch = branches.get(at)
      if (branch) branch.memory = plus(branch.memory, bytes)
    }
  })
}

/**
 * One box stands for a leaf, unless it holds nothing and is called again elsewhere: an activation that a block uses three times would
 * tie it into a knot, though nothing is shared. Then each call is a box.
 */
const isOneBox = ({ layer }: Branch): boolean => layer.isLeaf && (layer.calls < 2 || layer.weights.length > 0)
const isLeaf = (branches: ReadonlyMap<string, Branch>, path: string): boolean => {
  const branch = branches.get(path)
  return branch !== undefined && isOneBox(branch)
}
const isSplit = (branch: Branch | undefined): boolean => branch !== undefined && branch.layer.isLeaf && !isOneBox(branch)

/** All modules in which something is computed. */
function busyPaths(homes: readonly string[]): ReadonlySet<string> {
  const busy = new Set<string>()
  for (const home of homes) for (let at = home; at !== "" && !busy.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) busy.add(at)
  return busy
}

/** Without what neither computes nor holds anything, as Keras' input layers and identities: nothing would lead to their box, or from it. */
function moduleNodes(branches: ReadonlyMap<string, Branch>, homes: readonly string[]): GraphNode[] {
  const busy = busyPaths(homes)
  // Parents before what they hold.
  return [...branches.values()]
    .filter((branch) => branch.layer.path !== "" && !isSplit(branch) && (busy.has(branch.layer.path) || branch.parameters !== 0))
    .sort((left, right) => left.layer.path.split(".").length - right.layer.path.split(".").length)
    .map(({ layer, parent, macs, parameters, memory }) => ({
      id: layer.path,
      kind: "module" as const,
      label: layer.type,
      path: layer.path,
      ...(parent !== undefined && { parent }),
      parameters,
      macs,
      memory,
      ...(layer.output && shaped(layer.output)),
      place: placeOf(layer),
    }))
}

const placeOf = ({ place: { file, span } }: Layer) => ({ uri: file.uri, line: positionAt(file, span.start).line })
const nameOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1)

/** "__add__" → "add" */
const operatorName = (name: string): string => name.slice(name.lastIndexOf(".") + 1).replace(/^__(\w+)__$/, "$1")

/** What a leaf computes is the leaf; other operations are boxes of their own. */
function operationNodes({ operations }: Model, branches: ReadonlyMap<string, Branch>, homes: readonly string[]): GraphNode[] {
  return operations.flatMap((operation, index): GraphNode[] => {
    const home = homes[index] ?? ""
    if (isLeaf(branches, home) && home !== "") return []
    const [first] = operation.outputs
    const branch = branches.get(home)
    const parent = isSplit(branch) ? branch?.parent : home
    return [
      {
        id: `#${index}`,
        kind: "operation",
        label: branch && isSplit(branch) ? `${branch.layer.type} ${nameOf(home)}` : operatorName(operation.name),
        path: home,
        ...(parent && { parent }),
        ...(branch && isSplit(branch) && { place: placeOf(branch.layer) }),
        parameters: 0,
        macs: numberOf(operation.macs),
        memory: resultBytes(operation),
        ...(first && shaped(first)),
      },
    ]
  })
}

function edgesOf(model: Model, branches: ReadonlyMap<string, Branch>, homes: readonly string[]): GraphEdge[] {
  const nodeOf = (index: number): string => {
    if (index < 0) return `input${-1 - index}`
    const home = homes[index] ?? ""
    return isLeaf(branches, home) && home !== "" ? home : `#${index}`
  }
  const found = new Map<string, GraphEdge>()
  for (const { from, to } of model.edges) {
    const [start, end] = [nodeOf(from), nodeOf(to)]
    if (start === end) continue
    const fact = from < 0 ? model.inputs[-1 - from] : model.operations[from]?.outputs[0]
    const shape = fact ? shaped(fact).shape : undefined
    found.set(`${start}\n${end}`, { from: start, to: end, ...(shape !== undefined && { label: shape }) })
  }
  for (const [index, producer] of (model.producers ?? []).entries())
    if (producer !== undefined) {
      const shape = shaped(model.outputs[index] as TensorFact).shape
      found.set(`output${index}`, { from: nodeOf(producer), to: `output${index}`, ...(shape !== undefined && { label: shape }) })
    }
  return [...found.values()]
}
