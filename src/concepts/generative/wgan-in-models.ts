/** Wasserstein critics among the models of a file: scores without a sigmoid, averaged over the batch by the network itself. */
import type { Model } from "../../model/model.ts"
import { sizeOrNull } from "../layer-facts.ts"
import type { PatternNode } from "../pattern-graph.ts"
import type { Match } from "../subject.ts"
import { type Judge, matchOf, pairIn } from "./adversaries-in-models.ts"

const SQUASHED = /^(sigmoid|logsigmoid|tanh|softmax|logsoftmax|softplus)$/

/**
 * A score for each example might as well be a logit: what it is trained with stands elsewhere than in the network. But where a network
 * averages its scores over the batch, no cross-entropy can follow; only a loss that is linear in the scores.
 */
function isCritic({ model, graph }: Judge): boolean {
  const batch = sizeOrNull(model.inputs[0]?.shape?.[0] ?? 1)
  let node: PatternNode | undefined = graph[model.producers[0] ?? -1]
  let isAveraged = false
  while (node && node.inputs.length === 1 && (node.layer === undefined || node.layer.weights.length === 0 || !node.layer.isLeaf)) {
    const before: PatternNode | undefined = graph[node.inputs[0] ?? -1]
    if (SQUASHED.test(node.name)) return false
    if (node.name === "mean" && batch !== null && batch > 1 && before?.shape[0] === batch && node.shape[0] !== batch) isAveraged = true
    node = before
  }
  return isAveraged
}

export function criticsIn(model: Model, beside: readonly Model[] = []): readonly Match[] {
  const pair = pairIn(model, beside)
  if (!pair || pair.judge.heads.length !== 1 || !isCritic(pair.judge)) return []
  const { noise, volume } = pair.maker
  return [matchOf(model, pair, "WGAN", { ...(noise !== undefined && { latent: noise }), ...(volume !== undefined && { size: volume }) })]
}
