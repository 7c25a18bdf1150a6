/** `view(-1, features)` with the wrong number of features: rows of several examples are cut out of the batch, and nothing raises. */
import { equals, floorDivide, isConcrete, product } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import { type Evidence, type Finder, problem } from "./evidence.ts"
import { inputOf, isInModel, isLayerStep, type Step } from "./flow.ts"

const RESHAPING: ReadonlySet<string> = new Set(["view", "reshape", "flatten"])
const HEADS: ReadonlySet<string> = new Set(["Linear"])
const SPATIAL = /conv\d|pool\d|relu|batchnorm\d|dropout/i

export const batchMerged: Finder = (evidence) =>
  evidence.flow.steps.flatMap((step) => {
    if (!RESHAPING.has(step.event.name) || !isInModel(step) || !isAfterImages(step)) return []
    const [before, after] = [inputOf(step)?.shape, step.event.outputs[0]?.shape]
    const [next] = step.consumers
    if (!before || !after || before.length < 3 || !next || !step.consumers.every((one) => isLayerStep(one, HEADS))) return []
    const times = factor(before, after)
    if (times === undefined || !reachesEnd(step, after)) return []
    const rows =
      after.length === 1 ? "all examples of the batch into one vector" : `each example into ${times} rows, as if the batch were larger`
    return merged(evidence, step, rows)
  })

const merged = (evidence: Evidence, step: Step, rows: string) =>
  problem("batch-merged", evidence, step.event.place, `${step.event.name} makes ${rows}`)

/** Channels, height and width become one axis of features. */
const isAfterImages = (step: Step): boolean => step.sources.length === 1 && SPATIAL.test(step.sources[0]?.event.name ?? "")

/** How many rows each example becomes; 1 is right and gives undefined. */
function factor(before: Shape, after: Shape): number | undefined {
  const [batch, ...sizes] = before
  if (batch === undefined || !sizes.every(isConcrete)) return undefined
  if (after.length === 1) return batch !== 1 && equals(after[0] ?? 0, product(before)) === true ? 1 : undefined
  const [rows, features] = after
  if (after.length !== 2 || rows === undefined || !features || !isConcrete(features)) return undefined
  const times = floorDivide(product(sizes), features)
  return isConcrete(times) && Number(times) > 1 && equals(rows, product([batch, times])) === true ? Number(times) : undefined
}

/** Whoever wanted the rows apart puts them together again later. */
function reachesEnd(step: Step, after: Shape): boolean {
  const [output, ...others] = step.passage.outputs
  const [rows] = after
  return (
    output?.shape !== undefined &&
    others.length === 0 &&
    rows !== undefined &&
    equals(output.shape[0] ?? 0, after.length === 1 ? (output.shape[0] ?? 0) : rows) === true
  )
}
