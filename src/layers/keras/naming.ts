/** The names that Keras and TensorFlow.js give to layers nobody named: counted for each analysis. */
import type { Heap } from "../../values/heap.ts"
import type { Framework } from "../../values/value.ts"

const counters = new WeakMap<Heap, Map<string, number>>()

function count(heap: Heap, key: string): number {
  let known = counters.get(heap)
  if (!known) counters.set(heap, (known = new Map()))
  heap.touch(known)
  const before = known.get(key) ?? 0
  known.set(key, before + 1)
  return before
}

/** "MaxPooling2D" → "max_pooling2d", as `keras.src.utils.naming.to_snake_case` does. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
}

/** Keras: "conv2d", "conv2d_1". TensorFlow.js: "conv2d_Conv2D1". */
export function automaticName(heap: Heap, framework: Framework, className: string): string {
  const prefix = snakeCase(className)
  if (framework === "tfjs") return `${prefix}_${className}${count(heap, `tfjs:${className}`) + 1}`
  const before = count(heap, prefix)
  return before === 0 ? prefix : `${prefix}_${before}`
}

/** TensorFlow.js counts models by a prefix alone: "sequential_1", "model1". */
export function countedName(heap: Heap, prefix: string): string {
  return `${prefix}${count(heap, `tfjs:${prefix}`) + 1}`
}

/** Keras 2 counts each function by its name: "tf.nn.relu", "tf.nn.relu_1". */
export function countedOperation(heap: Heap, name: string): string {
  const before = count(heap, `operation:${name}`)
  return before === 0 ? name : `${name}_${before}`
}
