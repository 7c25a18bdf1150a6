// A two-headed network on the functional API of TensorFlow.js: residual blocks share a trunk that answers what is seen, and where.
import * as tf from "@tensorflow/tfjs"

interface Options {
  size: number
  channels: number
  classes: number
}

function residualBlock(input: tf.SymbolicTensor, filters: number, strides: number, name: string): tf.SymbolicTensor {
  const convolve = (x: tf.SymbolicTensor, kernelSize: number, step: number, suffix: string) =>
    tf.layers
      .conv2d({ filters, kernelSize, strides: step, padding: "same", useBias: false, name: `${name}_${suffix}` })
      .apply(x) as tf.SymbolicTensor

  let x = convolve(input, 3, strides, "conv1")
  x = tf.layers.batchNormalization({ name: `${name}_bn1` }).apply(x) as tf.SymbolicTensor
  x = tf.layers.reLU({ name: `${name}_relu1` }).apply(x) as tf.SymbolicTensor
  x = convolve(x, 3, 1, "conv2")
  x = tf.layers.batchNormalization({ name: `${name}_bn2` }).apply(x) as tf.SymbolicTensor

  const shortcut = strides > 1 ? convolve(input, 1, strides, "shortcut") : input
  const sum = tf.layers.add({ name: `${name}_add` }).apply([x, shortcut]) as tf.SymbolicTensor
  return tf.layers.activation({ activation: "relu", name: `${name}_out` }).apply(sum) as tf.SymbolicTensor
}

export function buildDetector({ size, channels, classes }: Options): tf.LayersModel {
  const image = tf.input({ shape: [size, size, channels], name: "image" })
  let x = tf.layers
    .conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu", name: "stem" })
    .apply(image) as tf.SymbolicTensor

  const widths = [16, 32, 64]
  widths.forEach((filters, index) => {
    x = residualBlock(x, filters, index === 0 ? 1 : 2, `block${index + 1}`)
  })

  const pooled = tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast", name: "pool" }).apply(x) as tf.SymbolicTensor
  const hidden = tf.layers.dense({ units: 64, activation: "relu", name: "hidden" }).apply(pooled) as tf.SymbolicTensor
  const label = tf.layers.dense({ units: classes, activation: "softmax", name: "label" }).apply(hidden) as tf.SymbolicTensor
  const box = tf.layers.dense({ units: 4, activation: "sigmoid", name: "box" }).apply(hidden) as tf.SymbolicTensor

  return tf.model({ inputs: image, outputs: [label, box], name: "detector" })
}

export const detector = buildDetector({ size: 64, channels: 3, classes: 20 })
