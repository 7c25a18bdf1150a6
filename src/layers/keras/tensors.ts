/** Tensors of Keras, TensorFlow and TensorFlow.js: what their attributes say, and tensors whose shape nobody stated. */
import type { Arguments } from "../arguments.ts"
import { type Dim, product, symbol } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, nativeClass, SHAPE_TYPE, visibleShape } from "./define.ts"

/**
 * The shape of a tensor, or the one that a layer demands where it is not known: names become new symbols.
 * An input nobody stated takes that shape from here on; of a tensor that is unknown for a reason the sizes stay unknown.
 */
export function demand(call: Arguments, tensor: V.TensorValue, wanted: readonly (string | Dim)[], dtype?: string): Shape {
  if (tensor.shape) return tensor.shape
  const { unknown } = tensor
  const shape = wanted.map((size) =>
    typeof size !== "string" ? size : unknown ? call.fresh(size, unknown.reason) : symbol(size, { lower: 1 }),
  )
  if (!unknown) call.interpreter.refine(tensor, shape, dtype)
  return shape
}

/** The shape where it is known; else the call ends Unknown for the same reason. */
export function shapeOf(call: Arguments, tensor: V.TensorValue): Shape {
  return tensor.shape ?? call.unclear(tensor.unknown?.reason ?? "the shape of the input is not known")
}

/** Sizes that `tf.shape` gives: whole numbers in a row, computed with as Python does. */
export const sizeTuple = (shape: Shape): V.Value => V.tuple(shape.map(V.integer))

const why = (tensor: V.TensorValue): V.UnknownValue => tensor.unknown ?? V.unknown("the shape of this tensor is not known")

const shapeAttribute = (tensor: V.TensorValue): V.Value => (tensor.shape ? visibleShape(tensor.shape, tensor.framework) : why(tensor))
const dtypeAttribute = (tensor: V.TensorValue): V.Value =>
  tensor.dtype === undefined ? V.unknown("the dtype is not known") : V.string(tensor.dtype)
const rankAttribute = (tensor: V.TensorValue): V.Value => (tensor.shape ? V.integer(tensor.shape.length) : why(tensor))
const sizeAttribute = (tensor: V.TensorValue): V.Value => (tensor.shape ? V.integer(product(tensor.shape)) : why(tensor))

type Getter = (tensor: V.TensorValue) => V.Value

const SHARED: Record<string, Getter> = { shape: shapeAttribute, dtype: dtypeAttribute, size: sizeAttribute }
const PYTHON: Record<string, Getter> = {
  ...SHARED,
  ndim: rankAttribute,
  trainable: (tensor) => V.boolean(tensor.requiresGrad !== false),
  value: (tensor) => tensor,
  name: (tensor) => V.string(`tensor_${Math.abs(tensor.id)}`),
  device: () => V.string("CPU:0"),
}
const JAVASCRIPT: Record<string, Getter> = { ...SHARED, rank: rankAttribute, rankType: rankAttribute, isDisposed: () => V.FALSE }
const TABLES: Partial<Record<V.Framework, Record<string, Getter>>> = { keras: PYTHON, tfjs: JAVASCRIPT }

const properties = new Map<string, V.PropertyValue>()

/** `tensor.shape` and the like. */
export function tensorProperty(framework: V.Framework, name: string): V.PropertyValue | undefined {
  const key = `${framework}.${name}`
  const known = properties.get(key)
  if (known) return known
  const table = TABLES[framework]
  const getter = table && Object.hasOwn(table, name) ? table[name] : undefined
  if (!getter) return undefined
  const get = V.native(key, (_, { positional: [self] }, place) =>
    self?.kind === "tensor" ? getter(self) : V.unknown(`${name} of no tensor`, place),
  )
  const made: V.PropertyValue = { kind: "property", form: "property", get }
  properties.set(key, made)
  return made
}

const classOf = (name: string): Entry => [name, () => nativeClass({ name })]

/** `tf.TensorShape([None, 3])`; without dimensions nothing is known. */
const shapeClass = (): V.ClassValue =>
  nativeClass({
    name: SHAPE_TYPE,
    construct: (interpreter, { positional: [dims] }, place) => {
      const items = dims === undefined || V.isNone(dims) ? undefined : interpreter.iterate(dims)
      return Array.isArray(items) ? V.tuple(items as V.Value[], SHAPE_TYPE) : V.unknown("the shape is not known", place)
    },
  })

const classes = [
  "tensorflow.Tensor",
  "keras.KerasTensor",
  "keras.layers.InputSpec",
  "keras.random.SeedGenerator",
  "tensorflow.RaggedTensor",
  "tensorflow.SparseTensor",
  "tfjs.Tensor",
  "tfjs.SymbolicTensor",
].map(classOf)

export const tensorEntries: readonly Entry[] = [...classes, [SHAPE_TYPE, shapeClass]]
