/** Augmentation layers of Keras 3.7 and later: images change, their shape does not. */
import { keep } from "./activation.ts"
import type { Entry } from "./define.ts"
import { layer } from "./layer.ts"

/** name, signature, sentence */
const TABLE: readonly (readonly [string, string, string])[] = [
  ["RandomInvert", "factor=1.0, value_range=(0, 255), seed=None, data_format=None", "Inverts colours at random in training."],
  [
    "RandomPerspective",
    "factor=1.0, scale=1.0, interpolation='bilinear', fill_value=0.0, seed=None, data_format=None",
    "Tilts images at random in training.",
  ],
  [
    "RandomElasticTransform",
    "factor=1.0, scale=1.0, interpolation='bilinear', fill_mode='reflect', fill_value=0.0, value_range=(0, 255), seed=None, data_format=None",
    "Bends images at random in training.",
  ],
  ["RandomPosterization", "factor, value_range=(0, 255), data_format=None, seed=None", "Leaves fewer levels of colour in training."],
  [
    "ContrastLimitedAdaptiveHistogramEqualization",
    "value_range=(0, 255), clip_limit=4.0, tile_grid_size=(8, 8), data_format=None",
    "Evens out brightness tile by tile.",
  ],
  [
    "AugMix",
    "value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True, interpolation='bilinear', seed=None, data_format=None",
    "Mixes chains of augmentations in training.",
  ],
  ["MixUp", "alpha=0.2, data_format=None, seed=None", "Mixes pairs of images in training."],
  ["CutMix", "factor=1.0, seed=None, data_format=None", "Pastes parts of one image into another in training."],
  [
    "RandAugment",
    "value_range=(0, 255), num_ops=2, factor=0.5, interpolation='bilinear', seed=None, data_format=None",
    "Applies augmentations drawn at random in training.",
  ],
  [
    "RandomGaussianBlur",
    "factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, seed=None",
    "Blurs images at random in training.",
  ],
  ["RandomColorDegeneration", "factor, value_range=(0, 255), data_format=None, seed=None", "Fades colours at random in training."],
  [
    "RandomColorJitter",
    "value_range=(0, 255), brightness_factor=None, contrast_factor=None, saturation_factor=None, hue_factor=None, seed=None, data_format=None",
    "Changes colours at random in training.",
  ],
  ["RandomSharpness", "factor, value_range=(0, 255), data_format=None, seed=None", "Changes sharpness at random in training."],
  ["RandomGrayscale", "factor=0.5, data_format=None, seed=None", "Takes colour away at random in training; the channels stay."],
  [
    "RandomShear",
    "x_factor=0.0, y_factor=0.0, interpolation='bilinear', fill_mode='reflect', fill_value=0.0, data_format=None, seed=None",
    "Shears images at random in training.",
  ],
  [
    "Solarization",
    "addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None",
    "Inverts what is brighter than a threshold in training.",
  ],
  ["AutoContrast", "value_range=(0, 255)", "Stretches brightness to the whole range."],
  ["Equalization", "value_range=(0, 255), bins=256, data_format=None", "Evens out brightness."],
]

export const augmentationEntries: readonly Entry[] = TABLE.flatMap(([name, signature, sentence]) =>
  layer({ name, signature, sentence, forward: (call) => keep(call) }),
)
