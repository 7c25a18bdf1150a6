/** Writes what TensorFlow.js makes public to `public_names_tfjs.json`: functions, layers, and the methods of tensors. */
import { writeFileSync } from "node:fs"
import * as tf from "@tensorflow/tfjs"

const functionsOf = (object) =>
  Object.keys(object)
    .filter((name) => /^[a-z]/.test(name) && typeof object[name] === "function")
    .sort()

const methodsOf = (prototype) =>
  Object.getOwnPropertyNames(prototype)
    .filter((name) => /^[a-z]/.test(name) && name !== "constructor" && typeof Object.getOwnPropertyDescriptor(prototype, name).value === "function")
    .sort()

const found = {
  tfjs: tf.version.tfjs,
  layers: functionsOf(tf.layers),
  tf: functionsOf(tf),
  Tensor: methodsOf(tf.Tensor.prototype),
  ...Object.fromEntries(["image", "linalg", "losses", "signal", "spectral", "sparse", "string", "metrics", "initializers", "regularizers"].map((name) => [name, functionsOf(tf[name])])),
}
writeFileSync(new URL("public_names_tfjs.json", import.meta.url), `${JSON.stringify(found, null, 1)}\n`)
