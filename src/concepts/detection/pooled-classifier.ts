/** Classifiers whose activation map can be read off: feature maps, their mean, and one linear layer, found in a model's graph. */
import type { Model } from "../../model/model.ts"
import { patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"

/** What may stand between mean and classifier without changing which map means what. */
const NEUTRAL: ReadonlySet<Role> = new Set(["reshape", "dropout", "select"])
const AFTER: ReadonlySet<Role> = new Set(["softmax", "activation", "reshape", "dropout", "select"])

/** The one node that reads it. */
function onlyReader(graph: readonly PatternNode[], { outputs }: PatternNode): PatternNode | undefined {
  const readers = [...new Set(outputs)]
  return readers.length === 1 ? graph[readers[0] ?? -1] : undefined
}

/** Height and width of four-dimensional maps, whichever axis channels are. */
function spatial(shape: readonly (number | null)[], { framework }: Model): readonly (number | null)[] {
  if (shape.length !== 4) return []
  return framework === "torch" ? shape.slice(2) : shape.slice(1, 3)
}

const MEANS = /^(adaptiveavgpool2d|avgpool2d|averagepooling2d|globalaveragepooling2d|globalavgpool2d|mean|reducemean)$/

/** All places of each map become one number. */
function isGlobalMean(graph: readonly PatternNode[], node: PatternNode, model: Model): boolean {
  if (!MEANS.test(node.name) || node.inputs.length !== 1) return false
  const before = spatial(graph[node.inputs[0] ?? -1]?.shape ?? [], model)
  const after = spatial(node.shape, model)
  const isLarge = before.length === 2 && before.every((size) => size === null || size > 1)
  return isLarge && (node.shape.length === 2 || (after.length === 2 && after.every((size) => size === 1)))
}

export function pooledClassifiersIn(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  // Further results are side products: style codes, auxiliary scores.
  const ends = new Set(model.producers.slice(0, 1))
  return graph.flatMap((mean): readonly Match[] => {
    if (!isGlobalMean(graph, mean, model)) return []
    let node = onlyReader(graph, mean)
    while (node && NEUTRAL.has(node.role)) node = onlyReader(graph, node)
    const isClassifier = node?.role === "linear" || (node?.role === "convolution" && spatial(node.shape, model).every((size) => size === 1))
    if (!node?.layer || !isClassifier || !endsWith(graph, node, ends)) return []
    const maps = graph[mean.inputs[0] ?? -1]
    const [height, width] = spatial(maps?.shape ?? [], model)
    const channels = model.framework === "torch" ? maps?.shape[1] : maps?.shape[3]
    const paths = [mean.layer, node.layer].flatMap((layer) => (layer && layer.path !== "" ? [layer.path] : []))
    return [
      {
        layers: [...new Set(paths)],
        label: `Activation map · ${height && width ? `${height} × ${width}, ` : ""}from the last layer's weights`,
        knobs: { ...(channels && { channels }), ...(height && height <= 64 && { map: height }) },
      },
    ]
  })
}

/** Its scores are what the model gives, perhaps as probabilities. */
function endsWith(graph: readonly PatternNode[], from: PatternNode, ends: ReadonlySet<number | undefined>): boolean {
  let node: PatternNode | undefined = from
  while (node) {
    if (ends.has(node.index)) return true
    node = onlyReader(graph, node)
    if (node && !AFTER.has(node.role)) return false
  }
  return false
}
