/** The coverage meter: how many layers and operators of a model are known, and how often each reason stops one. */
import type { TraceEvent } from "../evaluate/trace.ts"
import { isUnknown } from "../values/dim.ts"
import type { Coverage, Gap, Layer, Operation, Share, TensorFact } from "./model.ts"

const isKnownFact = ({ shape }: TensorFact): boolean => shape !== undefined && !shape.some(isUnknown)

/** A layer is known when its weights and multiply-accumulates are, and the shape of what it gives where that is a tensor. */
const isKnownLayer = ({ parameters, macs, output }: Layer): boolean =>
  parameters !== undefined && macs !== undefined && (output === undefined || isKnownFact(output))

const isKnownOperation = ({ outputs, macs }: Operation): boolean => !isUnknown(macs) && outputs.every(isKnownFact)

const share = (known: readonly boolean[], missing = 0): Share => ({
  known: known.filter(Boolean).length,
  total: known.length + missing,
})

/** Of what was called; calls of something unknown count as operators that are not known. */
export function coverageOf(
  layers: readonly Layer[],
  operations: readonly Operation[],
  events: readonly TraceEvent[],
  gaps: readonly Gap[],
): Coverage {
  const called = events.filter((event) => event.kind === "gap")
  const reasons = new Map<string, number>()
  for (const { reason } of [...gaps, ...called]) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return {
    layers: share(layers.map(isKnownLayer)),
    operations: share(operations.map(isKnownOperation), called.length),
    reasons: [...reasons].map(([reason, count]) => ({ reason, count })).sort((left, right) => right.count - left.count),
  }
}
