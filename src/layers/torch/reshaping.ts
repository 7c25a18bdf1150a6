/** Layers that only reshape or compare: Flatten, Unflatten, cosine similarity, distance. */
import { flatten, unflatten } from "../../operators/arrange.ts"
import type { Arguments } from "../arguments.ts"
import type { Outcome } from "../../operators/outcome.ts"
import type { Shape } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { layer } from "./layer.ts"
import { similarity } from "./reduction.ts"
import { openView } from "./views.ts"

function rearranged(call: Arguments, apply: (shape: Shape) => Outcome): V.Value {
  const input = call.tensor("input")
  // Whatever has no shape keeps its batch; what follows is one axis of unknown size.
  if (!input.shape) return openView(call, input, [call.fresh("N", "the shape of what is flattened is not known"), -1])
  const { shape, problems } = apply(input.shape)
  return call.emit([input], { shape, problems }, input.dtype)
}

export const reshapings: readonly Entry[] = [
  layer({
    name: "nn.Flatten",
    signature: "start_dim=1, end_dim=-1",
    sentence: "Merges axes into one, all but the first unless told otherwise.",
    forward: (call, self) => rearranged(call, (shape) => flatten(shape, self.integer("start_dim"), self.integer("end_dim"))),
  }),
  layer({
    name: "nn.Unflatten",
    signature: "dim, unflattened_size",
    sentence: "Splits an axis into several.",
    forward: (call, self) => rearranged(call, (shape) => unflatten(shape, self.integer("dim"), self.sizes("unflattened_size"))),
  }),
  layer({
    name: "nn.CosineSimilarity",
    signature: "dim=1, eps=1e-08",
    input: "x1, x2",
    sentence: "The cosine of the angle between two vectors.",
    forward: (call, self) => similarity(call, self.integer("dim"), false),
  }),
  layer({
    name: "nn.PairwiseDistance",
    signature: "p=2.0, eps=1e-06, keepdim=False",
    input: "x1, x2",
    sentence: "The distance between two vectors.",
    forward: (call, self) => similarity(call, -1, self.flag("keepdim") === true),
  }),
]
