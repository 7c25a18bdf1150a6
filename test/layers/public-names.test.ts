/** Every public layer and function of Keras and TensorFlow.js against the catalogue: what comes new with a release must be decided on. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { catalogueValue, tensorAttribute } from "../../src/layers/catalogue.ts"
import { parametersOf } from "../../src/layers/signature.ts"

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../oracle/${name}`, import.meta.url), "utf8")) as T
type Names = Record<string, string[]>
const keras = read<{ readonly layers: Record<string, string | null> }>("public_names_keras.json")
const kerasFunctions = read<Names>("public_names_keras.json")
const tfjs = read<Names>("public_names_tfjs.json")

/** Not in the catalogue; what they give is unknown, never guessed. */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  keras: {
    "the result is as long as the data says": "ops.unique ops.numpy.unique ops.ctc_decode ops.nn.ctc_decode",
    "takes functions apart or wraps them":
      "ops.associative_scan ops.custom_gradient ops.jvp ops.linalg.jvp ops.vectorize ops.numpy.vectorize activations.serialize",
    "rare in models":
      "ops.cdist ops.correlate ops.numpy.correlate ops.istft ops.separable_conv ops.nn.separable_conv ops.view_as_complex ops.view_as_real ops.image.extract_patches_3d ops.image.sobel_edges",
    "leaves the graph": "ops.convert_to_numpy",
  },
  tfjs: {
    "the engine, its backends and devices":
      "backend copyRegisteredKernels deprecationWarn deregisterOp disableDeprecationWarnings enableDebugMode engine env findBackend findBackendFactory forceHalfFloat getBackend getGradient getKernel getKernelsForBackend memory op profile registerBackend registerCallbackConstructor registerKernel registerOp removeBackend setPlatform setWebGLContext time unregisterGradient unregisterKernel upcastType sumOutType Tensor.buffer Tensor.bufferSync Tensor.bytes Tensor.dataToGPU Tensor.throwIfDisposed Tensor.toString buffer",
    "gradients of functions": "customGrad grad grads valueAndGrad valueAndGrads variableGrads",
    "models of files and the network": "loadGraphModel loadGraphModelSync loadLayersModel",
    "the result is as long as the data says":
      "setdiff1dAsync unique Tensor.unique whereAsync raggedGather raggedRange raggedTensorToTensor sparse.sparseFillEmptyRows sparse.sparseReshape sparse.sparseSegmentMean sparse.sparseSegmentSum image.nonMaxSuppression image.nonMaxSuppressionAsync image.nonMaxSuppressionPadded image.nonMaxSuppressionPaddedAsync image.nonMaxSuppressionWithScore image.nonMaxSuppressionWithScoreAsync string.staticRegexReplace string.stringNGrams string.stringSplit string.stringToHashBucketFast",
    "losses and metrics, which decide no shape of a model":
      "losses.absoluteDifference losses.computeWeightedLoss losses.cosineDistance losses.hingeLoss losses.huberLoss losses.logLoss losses.meanSquaredError losses.sigmoidCrossEntropy losses.softmaxCrossEntropy metrics.binaryAccuracy metrics.binaryCrossentropy metrics.categoricalAccuracy metrics.categoricalCrossentropy metrics.cosineProximity metrics.mape metrics.meanAbsoluteError metrics.meanAbsolutePercentageError metrics.meanSquaredError metrics.mse metrics.precision metrics.r2Score metrics.recall metrics.sparseCategoricalAccuracy",
    "not yet":
      "basicLSTMCell batchToSpaceND broadcastArgs complex cosineWindow denseBincount diag dilation2d enclosingPowerOfTwo euclideanNorm fft ifft inTopKAsync irfft lowerBound maxPoolWithArgmax movingAverage multiRNNCell multinomial outerProduct pool randomGamma rfft scatterND searchSorted separableConv2d spaceToBatchND sparseToDense stridedSlice tensor6d tensorScatterUpdate train unsortedSegmentSum upperBound Tensor.batchToSpaceND Tensor.depthToSpace Tensor.dilation2d Tensor.euclideanNorm Tensor.fft Tensor.ifft Tensor.irfft Tensor.oneHot Tensor.pool Tensor.rfft Tensor.separableConv2d Tensor.spaceToBatchND Tensor.stack Tensor.stridedSlice Tensor.unsortedSegmentSum Tensor.variable Tensor.where image.flipLeftRight image.rgbToGrayscale image.rotateWithOffset image.threshold image.transform linalg.bandPart linalg.gramSchmidt linalg.qr signal.hammingWindow signal.hannWindow signal.stft spectral.fft spectral.ifft spectral.irfft spectral.rfft layers.convLstm2dCell",
  },
}

const leftOut = (framework: string): Set<string> => new Set(Object.values(LEFT_OUT[framework] ?? {}).flatMap((names) => names.split(" ")))

test("every layer of Keras is in the catalogue", () => {
  const missing = Object.keys(keras.layers).filter((name) => catalogueValue(`keras.layers.${name}`) === undefined)
  assert.deepEqual(missing, [])
  assert(Object.keys(keras.layers).length > 160)
})

test("every function of keras.ops, keras.random, activations and initializers is, but for what is listed", () => {
  const { keras: _, layers: __, ...modules } = kerasFunctions
  const names = Object.entries(modules).flatMap(([module, functions]) => functions.map((name) => `${module}.${name}`))
  assert.deepEqual(names.filter((name) => catalogueValue(`keras.${name}`) === undefined).sort(), [...leftOut("keras")].sort())
})

test("every layer, function and tensor method of TensorFlow.js is, but for what is listed", () => {
  const { tfjs: _, Tensor: methods = [], tf: functions = [], ...modules } = tfjs
  const missing = [
    ...functions.filter((name) => catalogueValue(`tfjs.${name}`) === undefined),
    ...methods.filter((name) => tensorAttribute("tfjs", name) === undefined).map((name) => `Tensor.${name}`),
    ...Object.entries(modules)
      .flatMap(([module, names]) => names.map((name) => `${module}.${name}`))
      .filter((name) => catalogueValue(`tfjs.${name}`) === undefined),
  ]
  assert.deepEqual(missing.sort(), [...leftOut("tfjs")].sort())
})

/** Known to differ far behind (`synchronized`, `seed`, `unroll`, `use_gate`): nobody writes so many arguments by position. */
const OTHER_ORDER = "BatchNormalization GRU GRUCell GroupQueryAttention InputLayer LSTM MultiHeadAttention SimpleRNN"

test("arguments of Keras' layers stand in Keras' order", () => {
  const differing = Object.entries(keras.layers).filter(([name, signature]) => {
    const layer = catalogueValue(`keras.layers.${name}`)
    const own = layer?.kind === "class" ? layer.layer?.signature : undefined
    if (own === undefined || signature === null) return false
    const [ours, theirs] = [own, signature].map((text) =>
      parametersOf(text).flatMap(({ kind, name }) => (kind === "positional" ? [name] : [])),
    )
    const shared = theirs?.filter((parameter) => ours?.includes(parameter)) ?? []
    return shared.join() !== ours?.filter((parameter) => shared.includes(parameter)).join()
  })
  assert.deepEqual(differing.map(([name]) => name).join(" "), OTHER_ORDER)
})
