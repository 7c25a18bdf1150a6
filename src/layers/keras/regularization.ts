/** Layers that act in training only: what goes in comes out with the same shape. */
import type { Entry } from "./define.ts"
import { keep } from "./activation.ts"
import { layer } from "./layer.ts"

/** name, name in TensorFlow.js, signature, sentence */
const TABLE: readonly (readonly [string, string | undefined, string, string])[] = [
  ["Dropout", "dropout", "rate, noise_shape=None, seed=None", "Sets a share of the values to zero in training."],
  ["SpatialDropout1D", "spatialDropout1d", "rate, seed=None", "Drops whole channels of a sequence in training."],
  ["SpatialDropout2D", undefined, "rate, data_format=None, seed=None", "Drops whole channels of an image in training."],
  ["SpatialDropout3D", undefined, "rate, data_format=None, seed=None", "Drops whole channels of a volume in training."],
  ["AlphaDropout", "alphaDropout", "rate, noise_shape=None, seed=None", "Drops values in training and keeps mean and variance."],
  ["GaussianDropout", "gaussianDropout", "rate, seed=None", "Multiplies by random numbers around one in training."],
  ["GaussianNoise", "gaussianNoise", "stddev, seed=None", "Adds random numbers in training."],
  ["ActivityRegularization", undefined, "l1=0.0, l2=0.0", "Adds a penalty on the values to the loss."],
  ["Identity", undefined, "", "Gives its input."],
  ["Masking", "masking", "mask_value=0.0", "Marks the steps of a sequence to be skipped."],
]

export const regularizationEntries: readonly Entry[] = TABLE.flatMap(([name, tfjs, signature, sentence]) =>
  layer({ name, ...(tfjs !== undefined && { tfjs }), signature, sentence, forward: (call) => keep(call) }),
)
