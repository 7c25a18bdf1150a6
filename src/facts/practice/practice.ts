/** All rules of practice over one file: what is not wrong for the framework, and still seldom meant. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import { batchMerged } from "./batch.ts"
import type { Evidence, Finder } from "./evidence.ts"
import { doubleSoftmax, dropoutAtEnd, missingSoftmax, regressionActivation } from "./losses.ts"
import { biasBeforeNormalisation, stackedLinear, vanishing } from "./order.ts"
import { wrongRemarks } from "./remarks.ts"
import { layerInForward, missingSuperInit, unregisteredLayers, unusedLayer } from "./registration.ts"

const FINDERS: readonly Finder[] = [
  doubleSoftmax,
  missingSoftmax,
  regressionActivation,
  dropoutAtEnd,
  stackedLinear,
  biasBeforeNormalisation,
  vanishing,
  batchMerged,
  missingSuperInit,
  unregisteredLayers,
  unusedLayer,
  layerInForward,
  wrongRemarks,
]

export const practiceIn = (evidence: Evidence): FoundProblem[] => FINDERS.flatMap((find) => [...find(evidence)])
