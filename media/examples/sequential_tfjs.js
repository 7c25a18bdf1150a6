// A convolutional network for handwritten digits, built layer upon layer in the browser.
import * as tf from "@tensorflow/tfjs"

const IMAGE_SIZE = 28
const CLASSES = 10

export function createModel() {
  const model = tf.sequential()
  model.add(
    tf.layers.conv2d({
      inputShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
      kernelSize: 5,
      filters: 8,
      strides: 1,
      activation: "relu",
      kernelInitializer: "varianceScaling",
    }),
  )
  model.add(tf.layers.maxPooling2d({ poolSize: [2, 2], strides: [2, 2] }))
  model.add(tf.layers.conv2d({ kernelSize: 5, filters: 16, activation: "relu" }))
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }))
  model.add(tf.layers.batchNormalization())
  model.add(tf.layers.flatten())
  model.add(tf.layers.dropout({ rate: 0.25 }))
  model.add(tf.layers.dense({ units: CLASSES, activation: "softmax" }))
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] })
  return model
}

export const model = createModel()
