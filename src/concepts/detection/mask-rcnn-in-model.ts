/** Mask heads in a model's graph: regions cut out of feature maps, convolved and enlarged. */
import type { Model } from "../../model/model.ts"
import { patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"

const REGIONS = /^(multiscale)?(roialign|roipool)(rotated)?$|^cropandresize$/

const ON_THE_WAY: ReadonlySet<Role> = new Set([
  "convolution",
  "activation",
  "normalisation",
  "reshape",
  "select",
  "concatenate",
  "dropout",
  "other",
  "mask",
])

/** What enlarges the regions' features, found through convolutions. */
function enlargedBy(graph: readonly PatternNode[], regions: PatternNode): PatternNode | undefined {
  const seen = new Set<number>()
  const open = [...regions.outputs]
  let convolutions = 0
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    const node = graph[at]
    if (!node || seen.has(at)) continue
    seen.add(at)
    if (node.role === "transposedConvolution" && convolutions > 0) return node
    if (node.role === "convolution") convolutions++
    if (ON_THE_WAY.has(node.role)) open.push(...node.outputs)
  }
  return undefined
}

export function maskHeadsIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  const found = new Map<string, Match>()
  for (const regions of graph.filter(({ name }) => REGIONS.test(name))) {
    const enlarged = enlargedBy(graph, regions)
    if (!enlarged?.layer || found.has(enlarged.layer.path)) continue
    const side = enlarged.shape.at(model.framework === "torch" ? -1 : -2)
    const bins = regions.shape.at(model.framework === "torch" ? -1 : -2)
    const paths = [regions.layer, enlarged.layer].flatMap((layer) => (layer && layer.path !== "" ? [layer.path] : []))
    found.set(enlarged.layer.path, {
      layers: [...new Set(paths)],
      label: `Mask R-CNN · masks${side ? ` of ${side} × ${side}` : ""} in each region`,
      // The mask head reads regions of twice the box head's bins.
      knobs: bins && bins % 2 === 0 && bins <= 56 ? { bins: bins / 2 } : {},
    })
  }
  return [...found.values()]
}
