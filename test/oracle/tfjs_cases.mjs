// Cases of TensorFlow.js layers and operators: `constructor | inputs, separated by ; | call`, the call being `layer.apply(a)` when left out.

const IMAGE = { 1: "2,17,8", 2: "2,17,14,8", 3: "2,9,10,11,8" }
const SEQUENCE = "3,5,10"

const grid = (name, fixed, image, variants) => variants.map((extra) => `tf.layers.${name}({${[fixed, extra].filter(Boolean).join(", ")}}) | ${image}`)

const WINDOWS = [
  "",
  "strides: 2",
  "padding: 'same'",
  "strides: 2, padding: 'same'",
  "useBias: false",
  "activation: 'relu'",
  "dilationRate: 2",
  "padding: 'same', dilationRate: 2, activation: 'elu'",
]

function convolutions() {
  const six = "filters: 6, kernelSize: 3"
  return [
    ...[1, 2, 3].flatMap((n) => grid(`conv${n}d`, six, IMAGE[n], n === 3 ? WINDOWS.slice(0, 6) : WINDOWS)),
    ...grid("conv2d", six, "2,8,17,14", ["dataFormat: 'channelsFirst'"]),
    ...grid("conv1d", six, IMAGE[1], ["padding: 'causal'", "padding: 'causal', dilationRate: 4"]),
    ...grid("conv2dTranspose", six, IMAGE[2], WINDOWS.slice(0, 6)),
    ...grid("conv2dTranspose", "filters: 6, kernelSize: 4", IMAGE[2], ["strides: 2, padding: 'same'", "strides: 4"]),
    ...grid("conv3dTranspose", six, IMAGE[3], ["", "strides: 2, padding: 'same'"]),
    ...grid("separableConv2d", six, IMAGE[2], ["", "padding: 'same'", "strides: 2, padding: 'same'", "depthMultiplier: 2", "useBias: false"]),
    ...grid("depthwiseConv2d", "kernelSize: 3", IMAGE[2], ["", "padding: 'same'", "strides: 2, padding: 'same'", "depthMultiplier: 2", "useBias: false"]),
    ...grid("conv2d", "filters: 6", IMAGE[2], [
      "kernelSize: [3, 5]",
      "kernelSize: [3, 5], strides: [2, 1], padding: 'same'",
      "kernelSize: 1",
      "kernelSize: 4, padding: 'same', strides: 3",
      "kernelSize: 3, name: 'stem', trainable: false",
      "kernelSize: 3, kernelRegularizer: 'l1l2', kernelInitializer: 'heNormal'",
    ]),
    // What TensorFlow.js refuses.
    ...["{filters: 6}", "{kernelSize: 3}", "{filters: 6, kernelSize: [3, 3, 3]}", "{filters: 0, kernelSize: 3}", "{filters: 6, kernelSize: 3, activation: 'reluu'}", "{filters: 6, kernelSize: 3, padding: 'full'}", "{filters: 6, kernelSize: 3, strides: 2, dilationRate: 2}"].map((text) => `tf.layers.conv2d(${text}) | ${IMAGE[2]}`),
    `tf.layers.conv2d({filters: 6, kernelSize: 3}) | ${IMAGE[1]}`,
    `tf.layers.conv1d({filters: 6, kernelSize: 3}) | ${IMAGE[2]}`,
  ]
}

function poolings() {
  const pools = ["", "poolSize: 3", "poolSize: 3, strides: 2", "poolSize: 3, strides: 2, padding: 'same'", "poolSize: 2, padding: 'same'"]
  return [
    ...[1, 2, 3].flatMap((n) => ["maxPooling", "averagePooling"].flatMap((kind) => grid(`${kind}${n}d`, "", IMAGE[n], pools))),
    ...["globalMaxPooling1d", "globalAveragePooling1d"].flatMap((name) => grid(name, "", IMAGE[1], [""])),
    ...["globalMaxPooling2d", "globalAveragePooling2d"].flatMap((name) => grid(name, "", IMAGE[2], [""])),
    ...grid("maxPooling2d", "", IMAGE[2], ["poolSize: [2, 3]", "poolSize: [2, 2], strides: [2, 1]", "poolSize: 0"]),
    ...grid("maxPool2d", "", IMAGE[2], ["poolSize: 2"]),
    ...grid("globalAveragePooling2d", "dataFormat: 'channelsFirst'", "2,8,17,14", [""]),
    ...grid("upSampling2d", "", IMAGE[2], ["", "size: [2, 3]", "interpolation: 'bilinear'"]),
    ...grid("zeroPadding2d", "", IMAGE[2], ["", "padding: 2", "padding: [1, 2]", "padding: [[1, 0], [2, 3]]"]),
    ...grid("cropping2D", "", IMAGE[2], ["cropping: [[1, 2], [3, 4]]"]),
    ...grid("resizing", "", IMAGE[2], ["height: 20, width: 30"]),
    ...grid("rescaling", "", IMAGE[2], ["scale: 0.5"]),
    "tf.layers.maxPooling2d({poolSize: 2}) | 2,17,8",
  ]
}

const MERGES = ["add", "average", "maximum", "minimum", "multiply"].map((name) => `tf.layers.${name}() | 2,5;2,5 | layer.apply([a, b])`)

const PLAIN = [
  "tf.layers.dense({units: 20}) | 3,10",
  "tf.layers.dense({units: 20}) | 2,5,10",
  "tf.layers.dense({units: 20, useBias: false}) | 3,10",
  "tf.layers.dense({units: 20, activation: 'softmax'}) | 3,10",
  "tf.layers.dense({units: 20, activation: 'relu', kernelInitializer: 'heNormal'}) | 2,3,4,10",
  "tf.layers.dense({units: 20, trainable: false}) | 3,10",
  "tf.layers.embedding({inputDim: 30, outputDim: 16}) | 4,7:int32",
  "tf.layers.embedding({inputDim: 30, outputDim: 16, maskZero: true}) | 4,7:int32",
  "tf.layers.flatten() | 2,5,4,3",
  "tf.layers.flatten() | 2,5",
  "tf.layers.flatten({dataFormat: 'channelsFirst'}) | 2,5,4,3",
  "tf.layers.reshape({targetShape: [6, 4]}) | 2,24",
  "tf.layers.reshape({targetShape: [-1, 4]}) | 2,24",
  "tf.layers.permute({dims: [2, 1]}) | 2,5,3",
  "tf.layers.permute({dims: [3, 1, 2]}) | 2,5,4,3",
  "tf.layers.repeatVector({n: 4}) | 2,5",
  "tf.layers.masking() | 2,5,3",
  "tf.layers.dropout({rate: 0.3}) | 2,5",
  "tf.layers.spatialDropout1d({rate: 0.2}) | 2,5,3",
  "tf.layers.gaussianNoise({stddev: 0.1}) | 2,5",
  "tf.layers.gaussianDropout({rate: 0.1}) | 2,5",
  "tf.layers.alphaDropout({rate: 0.1}) | 2,5",
  "tf.layers.activation({activation: 'relu'}) | 2,5",
  "tf.layers.reLU() | 2,5",
  "tf.layers.reLU({maxValue: 6}) | 2,5",
  "tf.layers.leakyReLU({alpha: 0.2}) | 2,5",
  "tf.layers.prelu() | 2,5",
  "tf.layers.prelu({sharedAxes: [1, 2]}) | 2,5,4,3",
  "tf.layers.elu() | 2,5",
  "tf.layers.softmax() | 2,5",
  "tf.layers.thresholdedReLU() | 2,5",
  ...MERGES,
  "tf.layers.add() | 2,5,4;2,1,4 | layer.apply([a, b])",
  "tf.layers.concatenate() | 2,5;2,7 | layer.apply([a, b])",
  "tf.layers.concatenate({axis: 1}) | 2,5,3;2,4,3 | layer.apply([a, b])",
  "tf.layers.concatenate({axis: -1}) | 2,5,4,3;2,5,4,6;2,5,4,1 | layer.apply([a, b, c])",
  "tf.layers.dot({axes: 1}) | 2,5;2,5 | layer.apply([a, b])",
  "tf.layers.dot({axes: [2, 1]}) | 2,5,3;2,3,7 | layer.apply([a, b])",
  "tf.layers.timeDistributed({layer: tf.layers.dense({units: 6})}) | 2,5,10",
  "tf.layers.timeDistributed({layer: tf.layers.conv2d({filters: 6, kernelSize: 3})}) | 2,3,9,9,8",
  "tf.layers.batchNormalization() | 2,5,4,8",
  "tf.layers.batchNormalization() | 2,8",
  "tf.layers.batchNormalization({axis: 1}) | 2,8,5,4",
  "tf.layers.batchNormalization({scale: false}) | 2,5,4,8",
  "tf.layers.batchNormalization({center: false, scale: false, momentum: 0.9}) | 2,5,8",
  "tf.layers.batchNormalization({trainable: false}) | 2,8",
  "tf.layers.layerNormalization() | 2,5,8",
  "tf.layers.layerNormalization({axis: [1, 2]}) | 2,5,8",
  "tf.layers.layerNormalization({center: false, epsilon: 1e-6}) | 2,5,8",
  // What TensorFlow.js refuses.
  "tf.layers.dense({}) | 3,10",
  "tf.layers.dense({units: -1}) | 3,10",
  "tf.layers.dense({units: 20, activation: 'softmx'}) | 3,10",
  "tf.layers.dense({units: 20}) | 10",
  "tf.layers.reshape({targetShape: [5, 5]}) | 2,24",
  "tf.layers.reshape({targetShape: [-1, -1]}) | 2,24",
  "tf.layers.permute({dims: [1, 2, 3]}) | 2,5,3",
  "tf.layers.repeatVector({n: 4}) | 2,5,3",
  "tf.layers.add() | 2,5;2,4 | layer.apply([a, b])",
  "tf.layers.add() | 2,5 | layer.apply([a])",
  "tf.layers.concatenate() | 2,5,3;2,4,3 | layer.apply([a, b])",
  "tf.layers.concatenate({axis: 1}) | 2,5,3;2,4,4 | layer.apply([a, b])",
  "tf.layers.dot({axes: 1}) | 2,5;2,4 | layer.apply([a, b])",
  "tf.layers.embedding({inputDim: 30}) | 4,7:int32",
  "tf.layers.timeDistributed({layer: tf.layers.dense({units: 6})}) | 2,10",
]

const RECURRENT = ["", "returnSequences: true", "returnState: true", "returnSequences: true, returnState: true", "useBias: false", "goBackwards: true", "dropout: 0.2", "activation: 'relu', returnSequences: true"]

function recurrences() {
  return ["simpleRNN", "lstm", "gru"].flatMap((name) => [
    ...grid(name, "units: 20", SEQUENCE, RECURRENT),
    `tf.layers.bidirectional({layer: tf.layers.${name}({units: 20}), mergeMode: 'concat'}) | ${SEQUENCE}`,
    `tf.layers.bidirectional({layer: tf.layers.${name}({units: 20, returnSequences: true}), mergeMode: 'sum'}) | ${SEQUENCE}`,
    `tf.layers.rnn({cell: tf.layers.${name}Cell({units: 20}), returnSequences: true}) | ${SEQUENCE}`,
    `tf.layers.rnn({cell: [tf.layers.${name}Cell({units: 20}), tf.layers.${name}Cell({units: 12})]}) | ${SEQUENCE}`,
    `tf.layers.${name}({units: 20}) | 3,10`,
    `tf.layers.${name}({}) | ${SEQUENCE}`,
  ])
}

const MODELS = [
  "tf.sequential({layers: [tf.layers.dense({units: 20, inputShape: [10], activation: 'relu'}), tf.layers.dense({units: 5})]}) | 3,10",
  "tf.sequential({layers: [tf.layers.conv2d({inputShape: [28, 28, 1], filters: 6, kernelSize: 5}), tf.layers.maxPooling2d({poolSize: 2}), tf.layers.flatten(), tf.layers.dense({units: 10})]}) | 2,28,28,1",
  "tf.sequential({layers: [tf.layers.embedding({inputDim: 30, outputDim: 16, inputLength: 7}), tf.layers.globalAveragePooling1d({}), tf.layers.dense({units: 1, activation: 'sigmoid'})]}) | 4,7:int32",
  "tf.sequential({layers: [tf.layers.lstm({units: 20, inputShape: [5, 10], returnSequences: true}), tf.layers.lstm({units: 8}), tf.layers.dense({units: 1})]}) | 3,5,10",
  "tf.sequential({layers: [tf.layers.lstm({units: 20, inputShape: [5, 10]}), tf.layers.lstm({units: 8})]}) | 3,5,10",
  "tf.sequential({layers: [tf.layers.dense({units: 20})]}) | 3,10",
  "tf.sequential({layers: [tf.layers.dense({units: 20, inputShape: [12]})]}) | 3,10",
]

export const LAYERS = [...convolutions(), ...poolings(), ...PLAIN, ...recurrences(), ...MODELS]

export const OPERATORS = {
  "a=2,5,8;b=2,8,7;c=8,4;d=2,5,8": [
    "tf.matMul(a, b)", "tf.matMul(a, d, false, true)", "a.matMul(b)", "tf.dot(a.reshape([10, 8]), c)", "tf.einsum('bij,bjk->bik', a, b)", "tf.add(a, d)", "a.add(d)", "a.mul(2)", "tf.sub(a, 1)", "a.div(d)", "tf.concat([a, d], 1)", "tf.concat([a, d])", "a.concat(d, 2)", "tf.stack([a, d])", "tf.stack([a, d], 1)", "tf.unstack(a, 1)", "tf.split(a, 2, 2)", "tf.split(a, [1, 4], 1)",
    "tf.reshape(a, [2, -1])", "a.reshape([10, 8])", "a.flatten()", "a.as1D()", "tf.transpose(a)", "tf.transpose(a, [1, 0, 2])", "a.transpose([0, 2, 1])", "tf.expandDims(a, 1)", "a.expandDims(-1)", "tf.squeeze(a.expandDims(0))", "a.sum()", "a.sum(1)", "tf.sum(a, -1, true)", "tf.mean(a, [0, 1])", "a.mean()", "a.max(1)", "a.argMax(-1)", "tf.softmax(a)", "a.softmax()", "tf.relu(a)", "a.sigmoid()", "tf.tanh(a)", "a.square()", "tf.sqrt(a)", "a.neg()", "tf.exp(a)", "a.abs()",
    "tf.slice(a, [0, 1, 0], [2, 3, 4])", "a.slice([0, 1])", "tf.gather(a, tf.tensor1d([0, 2], 'int32'), 1)", "tf.tile(a, [1, 2, 1])", "tf.pad(a, [[0, 0], [1, 2], [0, 0]])", "tf.oneHot(tf.tensor1d([0, 1], 'int32'), 5)", "tf.cast(a, 'int32')", "a.toFloat()", "tf.zeros([2, 3])", "tf.ones([4])", "tf.fill([2, 2], 3)", "tf.range(0, 5)", "tf.linspace(0, 1, 5)", "tf.eye(3)", "tf.zerosLike(a)", "tf.randomNormal([2, 3])", "tf.tensor2d([[1, 2], [3, 4]])", "tf.tensor([1, 2, 3])", "tf.scalar(3)", "tf.tensor1d([1, 2])", "tf.where(a.greater(0.5), a, d)", "a.greater(0.5)", "tf.topk(a, 3)", "tf.cumsum(a, 1)", "tf.reverse(a, 1)", "tf.norm(a)", "tf.moments(a, [0])", "a.shape", "a.rank", "a.size", "a.shape[1]", "tf.clipByValue(a, 0, 1)", "tf.broadcastTo(c, [2, 8, 4])", "tf.outerProduct(tf.ones([3]), tf.ones([4]))",
    "tf.conv2d(tf.ones([2, 8, 8, 3]), tf.ones([3, 3, 3, 6]), 1, 'same')", "tf.conv2d(tf.ones([2, 8, 8, 3]), tf.ones([3, 3, 3, 6]), [2, 2], 'valid')", "tf.conv1d(tf.ones([2, 8, 3]), tf.ones([3, 3, 6]), 1, 'same')", "tf.depthwiseConv2d(tf.ones([2, 8, 8, 3]), tf.ones([3, 3, 3, 2]), 1, 'same')", "tf.separableConv2d(tf.ones([2, 8, 8, 3]), tf.ones([3, 3, 3, 1]), tf.ones([1, 1, 3, 6]), 1, 'same')", "tf.conv2dTranspose(tf.ones([2, 4, 4, 3]), tf.ones([3, 3, 6, 3]), [2, 8, 8, 6], 2, 'same')", "tf.maxPool(tf.ones([2, 8, 8, 3]), 2, 2, 'valid')", "tf.avgPool(tf.ones([2, 8, 8, 3]), 3, 1, 'same')", "tf.image.resizeBilinear(tf.ones([2, 8, 8, 3]), [16, 12])", "tf.batchNorm(a, tf.zeros([8]), tf.ones([8]))",
    "tf.matMul(a, d)", "tf.concat([a, b], 1)", "a.reshape([3, -1])", "tf.stack([a, b])", "a.add(b)", "a.transpose([0, 1])", "tf.split(a, 3, 2)", "a.sum(3)", "tf.slice(a, [0, 4, 0], [2, 3, 4])", "tf.conv2d(tf.ones([2, 8, 8, 3]), tf.ones([3, 3, 4, 6]), 1, 'same')", "tf.dot(a, c)", "tf.squeeze(a, [1])", "tf.topk(a, 9)",
  ],
}
