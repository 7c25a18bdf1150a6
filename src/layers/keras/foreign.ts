/** Layers around code of other frameworks: known by name, their weights and results only when they run. */
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { layer } from "./layer.ts"

/** name, signature, whose code runs inside */
const TABLE: readonly (readonly [string, string, string])[] = [
  ["TFSMLayer", "filepath, call_endpoint='serve', call_training_endpoint=None", "a SavedModel on disk"],
  ["JaxLayer", "call_fn, init_fn=None, params=None, state=None, seed=None, native_serialization_platforms=None", "a function of JAX"],
  ["FlaxLayer", "module, method=None, variables=None, native_serialization_platforms=None", "a module of Flax"],
  ["TorchModuleWrapper", "module, output_shape=None", "a module of PyTorch"],
]

export const foreignEntries: readonly Entry[] = TABLE.flatMap(([name, signature, inside]) =>
  layer({
    name,
    signature,
    sentence: `Runs ${inside} as a layer.`,
    weights: () => ({ weights: V.unknown(`${inside} is not followed inside a Keras layer`) }),
    forward: (call) => call.unclear(`${inside} is not followed inside a Keras layer`),
  }),
)
