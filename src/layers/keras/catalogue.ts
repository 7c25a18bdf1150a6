/** The tables of everything known below `keras` and `tensorflow`, and below TensorFlow.js' `tf`, with the names libraries import from. */
import type { FrameworkCatalogue } from "../catalogue.ts"
import type * as V from "../../values/value.ts"
import { activationEntries } from "./activation.ts"
import { algebraEntries } from "./algebra.ts"
import { cloningEntries } from "./cloning.ts"
import { controlEntries } from "./control.ts"
import { numericalEntries } from "./numerical.ts"
import { pictureEntries } from "./pictures.ts"
import { addonEntries } from "./addons.ts"
import { arrangementEntries } from "./arrangement.ts"
import { attentionEntries } from "./attention.ts"
import { augmentationEntries } from "./augmentation.ts"
import { baseLayer } from "./base.ts"
import { convolutionEntries } from "./convolution.ts"
import { convolutionRecurrentEntries } from "./convolution-recurrent.ts"
import { coreEntries } from "./core.ts"
import { creationEntries } from "./creation.ts"
import { datasetEntries } from "./datasets.ts"
import type { Entry } from "./define.ts"
import { foreignEntries } from "./foreign.ts"
import { harmlessEntries } from "./harmless.ts"
import { inputEntries } from "./input.ts"
import { mergingEntries } from "./merging.ts"
import { modelEntries } from "./model.ts"
import { normalizationEntries } from "./normalization.ts"
import { pipelineEntries } from "./pipeline.ts"
import { textEntries } from "./texts.ts"
import { pointwiseEntries } from "./pointwise.ts"
import { opaqueValue } from "./opaque.ts"
import { poolingEntries } from "./pooling.ts"
import { preprocessingEntries } from "./preprocessing.ts"
import { productEntries } from "./products.ts"
import { recurrentEntries } from "./recurrent.ts"
import { reductionEntries } from "./reduction.ts"
import { regularizationEntries } from "./regularization.ts"
import { reshapingEntries } from "./reshaping.ts"
import { selectionEntries } from "./selection.ts"
import { sequentialEntries } from "./sequential.ts"
import { signalEntries } from "./signal.ts"
import { spectrumEntries } from "./spectra.ts"
import { tensorEntries, tensorProperty } from "./tensors.ts"
import { vocabularyEntries } from "./vocabulary.ts"
import { wrapperEntries } from "./wrappers.ts"

const FAMILIES: readonly (readonly Entry[])[] = [
  [
    ["keras.layers.Layer", () => baseLayer("keras")],
    ["tfjs.layers.Layer", () => baseLayer("tfjs")],
  ],
  inputEntries,
  modelEntries,
  sequentialEntries,
  coreEntries,
  activationEntries,
  regularizationEntries,
  normalizationEntries,
  convolutionEntries,
  poolingEntries,
  reshapingEntries,
  mergingEntries,
  recurrentEntries,
  convolutionRecurrentEntries,
  wrapperEntries,
  addonEntries,
  attentionEntries,
  preprocessingEntries,
  augmentationEntries,
  vocabularyEntries,
  spectrumEntries,
  foreignEntries,
  creationEntries,
  datasetEntries,
  pointwiseEntries,
  reductionEntries,
  arrangementEntries,
  productEntries,
  selectionEntries,
  signalEntries,
  numericalEntries,
  algebraEntries,
  controlEntries,
  pictureEntries,
  pipelineEntries,
  cloningEntries,
  textEntries,
  tensorEntries,
  harmlessEntries,
]

let table: ReadonlyMap<string, () => V.Value> | undefined
const made = new Map<string, V.Value>()

function makerOf(name: string): (() => V.Value) | undefined {
  table ??= new Map(FAMILIES.flat())
  return table.get(name)
}

/** Ways in which Keras is reached from outside. */
const PREFIX = /^(?:tensorflow\.(?:compat\.v[12]\.)?(?:python\.)?keras|tf_keras|keras\.src|keras\.api(?:\._v2)?(?:\.keras)?)(?=\.|$)/
/** Old and inner modules whose classes now stand together: `keras.layers.core.Dense`, `keras.layers.convolutional.Conv2D`. */
const INNER_LAYER = /^keras\.layers\.(?:[a-z_]+\.)+(\w+)$/
const INNER: readonly (readonly [RegExp, string])[] = [
  [/^keras\.engine(?:\.\w+)*\.(Layer|InputSpec|Input|InputLayer)$/, "keras.layers.$1"],
  [/^keras\.(?:engine|models)(?:\.\w+)*\.(Model|Sequential)$/, "keras.$1"],
  [/^keras\.(?:layers\.)?Layer$/, "keras.layers.Layer"],
  [/^keras\.ops\.(?:nn|numpy|math|core|linalg|einops)\./, "keras.ops."],
  [/^tensorflow\.experimental\.numpy\./, "keras.ops."],
  [/^tensorflow\.compat\.v[12]\./, "tensorflow."],
  [/^tensorflow\.(?:python\.ops\.)?(?:math|nn)_ops\./, "tensorflow."],
]

/** The name under which the table knows it. */
function canonicalName(name: string): string {
  let found = name.replace(PREFIX, "keras")
  const inner = INNER_LAYER.exec(found)
  if (inner) found = `keras.layers.${inner[1]}`
  for (const [pattern, replacement] of INNER) found = found.replace(pattern, replacement)
  return found
}

function find(name: string): V.Value | undefined {
  const known = made.get(name)
  if (known) return known
  const value = makerOf(name)?.() ?? opaqueValue(name)
  if (value) made.set(name, value)
  return value
}

const kerasValue = (name: string): V.Value | undefined =>
  /^(?:keras|tensorflow|tensorflow_(?:addons|io|similarity)|tf_keras)\b/.test(name) ? (find(name) ?? find(canonicalName(name))) : undefined

/** Namespaces of Keras and TensorFlow that hold what we know, or things that change nothing. */
const NAMESPACES = new Set(
  (
    "keras keras.layers keras.models keras.ops keras.ops.operation_utils keras.ops.nn keras.ops.image keras.ops.numpy keras.ops.linalg keras.ops.math keras.ops.core keras.ops.einops keras.backend keras.activations keras.initializers keras.regularizers keras.constraints keras.optimizers keras.optimizers.schedules keras.optimizers.legacy keras.losses keras.metrics keras.callbacks " +
    "keras.utils keras.datasets keras.datasets.mnist keras.datasets.cifar10 keras.datasets.cifar100 keras.datasets.imdb keras.datasets.fashion_mnist keras.datasets.boston_housing keras.utils.np_utils keras.preprocessing keras.preprocessing.image keras.preprocessing.text keras.preprocessing.sequence keras.preprocessing.timeseries keras.random keras.mixed_precision keras.saving keras.config keras.distribution keras.tree keras.dtype_policies keras.quantizers keras.wrappers " +
    "keras.engine keras.engine.topology keras.engine.training keras.engine.base_layer keras.layers.experimental keras.layers.experimental.preprocessing keras.layers.core keras.layers.convolutional keras.layers.pooling keras.layers.normalization keras.layers.recurrent keras.layers.embeddings keras.layers.merge keras.layers.advanced_activations keras.layers.wrappers keras.layers.noise keras.layers.local keras.layers.attention keras.layers.reshaping keras.layers.regularization keras.layers.rnn keras.layers.merging keras.layers.activation keras.layers.preprocessing keras.layers.preprocessing.image_preprocessing " +
    "tensorflow_addons tensorflow_addons.layers tensorflow_addons.optimizers tensorflow_addons.losses tensorflow_addons.metrics tensorflow_addons.callbacks tensorflow_io tensorflow_io.audio tensorflow_io.experimental tensorflow_io.experimental.audio tensorflow_similarity tensorflow_similarity.layers tensorflow_similarity.models tensorflow_similarity.losses " +
    "tensorflow tensorflow.nn tensorflow.math tensorflow.random tensorflow.linalg tensorflow.image tensorflow.signal tensorflow.strings tensorflow.data tensorflow.data.experimental tensorflow.audio tensorflow.io tensorflow.config tensorflow.config.experimental tensorflow.distribute tensorflow.train tensorflow.summary tensorflow.errors tensorflow.debugging tensorflow.dtypes tensorflow.experimental tensorflow.experimental.numpy tensorflow.initializers tensorflow.test tensorflow.compat tensorflow.compat.v1 tensorflow.compat.v2 tensorflow.python tensorflow.python.framework tensorflow.python.ops tensorflow.python.keras tensorflow.saved_model tensorflow.types tensorflow.autodiff tensorflow.sparse tensorflow.ragged tensorflow.sets tensorflow.lookup tensorflow.raw_ops tensorflow.quantization tensorflow.losses tensorflow.metrics tensorflow.optimizers tensorflow.graph_util tensorflow.lite tensorflow.compat.v1.nn tensorflow.compat.v1.layers"
  ).split(" "),
)

/** Inner modules of `keras.layers`, whose classes the table holds: `keras.src.layers.layer`. */
const INNER_MODULE = /^keras\.layers(?:\.[a-z_]+)+$/

function isKerasNamespace(name: string): boolean {
  const canonical = name.replace(PREFIX, "keras")
  return NAMESPACES.has(name) || (canonical !== name && (NAMESPACES.has(canonical) || INNER_MODULE.test(canonical)))
}

/** The engines of TensorFlow and Keras are never evaluated; `keras.applications` is. */
const CLOSED = [
  "tensorflow",
  "tensorflow_addons",
  "tensorflow_io",
  "tensorflow_similarity",
  "tf_keras",
  "keras.src.backend",
  "keras.src.ops",
  "keras.src.layers",
  "keras.src.models",
  "keras.src.trainers",
  "keras.src.utils",
  "keras.src.saving",
  "keras.src.optimizers",
  "keras.src.losses",
  "keras.src.metrics",
  "keras.src.activations",
  "keras.src.initializers",
  "keras.src.regularizers",
  "keras.src.constraints",
  "keras.src.random",
  "keras.src.dtype_policies",
  "keras.src.quantizers",
]

export const kerasCatalogue: FrameworkCatalogue = {
  value: kerasValue,
  isNamespace: isKerasNamespace,
  names: () => [],
  closed: CLOSED,
  sourceName: (name) => (/^keras\./.test(canonicalName(name)) ? canonicalName(name) : undefined),
  tensorAttribute: (name) => tensorProperty("keras", name) ?? find(`keras.Tensor.${name}`),
}

const JAVASCRIPT_NAMESPACES = new Set(
  "tfjs tfjs.layers tfjs.train tfjs.losses tfjs.metrics tfjs.initializers tfjs.regularizers tfjs.constraints tfjs.callbacks tfjs.data tfjs.io tfjs.image tfjs.linalg tfjs.math tfjs.browser tfjs.util tfjs.env tfjs.models tfjs.signal tfjs.spectral tfjs.node tfjs.nodeBackend tfjs.serialization tfjs.random".split(
    " ",
  ),
)

export const tfjsCatalogue: FrameworkCatalogue = {
  value: (name) => (name.startsWith("tfjs") ? find(name) : undefined),
  isNamespace: (name) => JAVASCRIPT_NAMESPACES.has(name),
  names: () => [],
  closed: [],
  tensorAttribute: (name) => tensorProperty("tfjs", name) ?? find(`tfjs.Tensor.${name}`),
}
