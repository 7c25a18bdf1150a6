/** Functions and operators on symbolic tensors as summaries list them: Keras 3's operations, or the layers that Keras 2 made of them. */
import type { SourceFile } from "../../text/source.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { ClassValue, InstanceValue, TensorValue } from "../../values/value.ts"
import { nativeClass, shortName } from "./define.ts"
import type { GraphNode } from "./graph.ts"
import { countedOperation } from "./naming.ts"
import { tensorsIn } from "./nesting.ts"
import type { LayerState } from "./state.ts"

/** Operators of KerasTensors are operations with names of their own. */
export const OPERATION_NAMES: Readonly<Record<string, string>> = {
  __add__: "Add",
  __radd__: "Add",
  __sub__: "Subtract",
  __rsub__: "Subtract",
  __mul__: "Multiply",
  __rmul__: "Multiply",
  __truediv__: "TrueDivide",
  __rtruediv__: "TrueDivide",
  __pow__: "Power",
  __rpow__: "Power",
  __matmul__: "Matmul",
  __rmatmul__: "Matmul",
  __getitem__: "GetItem",
  __neg__: "Negative",
  __floordiv__: "FloorDivide",
  __mod__: "Mod",
}

/** What Keras 2 called the operators. */
const EARLIER_NAMES: Readonly<Record<string, string>> = {
  Add: "tf.__operators__.add",
  Subtract: "tf.math.subtract",
  Multiply: "tf.math.multiply",
  TrueDivide: "tf.math.truediv",
  Power: "tf.math.pow",
  Matmul: "tf.linalg.matmul",
  GetItem: "tf.__operators__.getitem",
  Negative: "tf.math.negative",
  FloorDivide: "tf.math.floordiv",
  Mod: "tf.math.floormod",
}

/** Activations whose operation has a name of its own. */
const ACTIVATION_CLASSES: Readonly<Record<string, string>> = { relu: "ReLU", swish: "Silu", hard_swish: "HardSilu", exponential: "Exp" }

const classes = new Map<string, ClassValue>()

function classOf(name: string): ClassValue {
  let known = classes.get(name)
  if (!known) classes.set(name, (known = nativeClass({ name: `keras.ops.${name}` })))
  return known
}

/** "keras.ops.expand_dims" → "ExpandDims" */
export function operationClass(name: string): string {
  const short = shortName(name)
  const activation = name.startsWith("keras.activations.") ? ACTIVATION_CLASSES[short] : undefined
  return activation ?? OPERATION_NAMES[short] ?? short.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())
}

const qualifiedName = ({ operation: { callee } }: GraphNode): string => (callee.kind === "native" ? callee.name : "")

/** TensorFlow's own functions take symbolic tensors in Keras 2 only. */
const isEarlier = (nodes: readonly GraphNode[]): boolean =>
  nodes.some((node) => qualifiedName(node).startsWith("tensorflow.") || isEarlierFile(node.place.file))

/** What only Keras 2 has; code that names it never runs with Keras 3. */
const EARLIER_ONLY = new RegExp(
  [
    /\b(?:tensorflow_(?:addons|similarity|hub)|np_utils|fit_generator|multi_gpu_model|HDF5Matrix|TF\w+Model)\b/,
    /\bkeras\.(?:layers\.experimental|preprocessing\.text|engine|wrappers)\b/,
    /\b(?:losses\.Reduction|optimizers\.legacy)\b/,
    /\b(?:set_learning_phase|[gs]et_session|tf\.placeholder|tf\.Session|tf\.estimator)\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
)
const earlierFiles = new WeakMap<SourceFile, boolean>()

function isEarlierFile(file: SourceFile): boolean {
  let known = earlierFiles.get(file)
  if (known === undefined) earlierFiles.set(file, (known = EARLIER_ONLY.test(file.text)))
  return known
}

function earlierName(name: string): string {
  const short = shortName(name)
  const operator = OPERATION_NAMES[short]
  if (operator) return EARLIER_NAMES[operator] ?? `tf.math.${operator.toLowerCase()}`
  if (name.startsWith("tensorflow.")) return `tf.${name.slice("tensorflow.".length)}`
  return name.startsWith("keras.activations.") ? `tf.nn.${short === "swish" ? "silu" : short}` : `tf.${short}`
}

/** What the calls of functions in a network are in its summary. */
export function operationUnits(interpreter: Interpreter, nodes: readonly GraphNode[]): ReadonlyMap<GraphNode, InstanceValue> {
  const isOld = isEarlier(nodes)
  const units = new Map<GraphNode, InstanceValue>()
  for (const node of nodes) {
    const name = qualifiedName(node)
    if (node.operation.layer || name === "" || name.startsWith("tfjs.")) continue
    const earlier = earlierName(name)
    const type = !isOld ? operationClass(name) : earlier.endsWith("getitem") ? "SlicingOpLambda" : "TFOpLambda"
    const unit = interpreter.instantiate(classOf(type), node.place)
    const label = isOld ? countedOperation(interpreter.heap, earlier) : node.operation.name
    unit.state = {
      kind: "keras",
      name: label,
      arguments: new Map(),
      isBuilt: true,
      isTrainable: true,
      weights: [],
      nodes: [],
    } satisfies LayerState
    units.set(node, unit)
  }
  return units
}

const makers = new WeakMap<TensorValue, InstanceValue>()

/** Remembers which operation of a network gave a result. */
export function remember(unit: InstanceValue | undefined, results: Parameters<typeof tensorsIn>[0]): void {
  if (unit) for (const tensor of tensorsIn(results)) makers.set(tensor, unit)
}

/** The operation of a network that gave the tensor. */
export const operationOf = (tensor: TensorValue): InstanceValue | undefined => makers.get(tensor)
