/** `torch.Tensor` itself: its class, what its attributes say, and tensors whose shape nobody stated. */
import type { Arguments } from "../arguments.ts"
import { type Dim, product, symbol } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, nativeClass } from "./define.ts"
import { bytesOf } from "../../values/bytes.ts"
import { deviceObject, dtypeObject, LEGACY_TYPES } from "./dtypes.ts"

let tensorClass: V.ClassValue | undefined
/** Made on demand: it and the functions below know each other. */
export function TENSOR_CLASS(): V.ClassValue {
  tensorClass ??= nativeClass({
    name: "torch.Tensor",
    construct: (interpreter, { positional }, place) => {
      const sizes = positional.every((value) => value.kind === "integer" || value.kind === "unknown")
      const name = sizes ? "torch.empty" : "torch.tensor"
      const made = interpreter.catalogue(name)
      const result = made
        ? interpreter.call(made, { positional, keywords: new Map() }, place)
        : V.unknown(`${name} is not in the catalogue`, place)
      return result.kind === "tensor"
        ? V.tensor("torch", result.shape, "float32", {
            ...(result.data && { data: result.data.map(Number) }),
            ...(result.unknown && { unknown: result.unknown }),
          })
        : result
    },
  })
  return tensorClass
}

export const sizeTuple = (shape: Shape): V.TupleValue => V.tuple(shape.map(V.integer), "torch.Size")

/** The shape as a value; unpacking the unknown one tells the rank. */
export function shapeValue(tensor: V.TensorValue): V.Value {
  if (tensor.shape) return sizeTuple(tensor.shape)
  const why = tensor.unknown ?? V.unknown("the shape of this tensor is not known")
  return { ...V.unknown(why.reason, why.place), ...(!tensor.unknown && { shapeOf: tensor }) }
}

/**
 * The shape of a tensor, or the one that a layer demands where it is not known: names become new symbols.
 * An input nobody stated takes that shape from here on; of a tensor that is unknown for a reason the sizes stay unknown.
 */
export function demand(call: Arguments, tensor: V.TensorValue, wanted: readonly (string | Dim)[], dtype?: string): Shape {
  if (tensor.shape) return tensor.shape
  const { unknown } = tensor
  // Layers that take any number of axes say nothing of the rank of what is unknown for a reason.
  if (unknown && wanted.length <= 2) call.unclear(unknown.reason)
  const shape = wanted.map((size) =>
    typeof size !== "string" ? size : unknown ? call.fresh(size, unknown.reason) : symbol(size, { lower: 1 }),
  )
  if (!unknown) call.interpreter.refine(tensor, shape, dtype)
  return shape
}

/**
 * The same for layers that take any number of axes (Linear, LayerNorm, Embedding): nothing may be invented for a tensor that is unknown for a reason.
 */
export function demandLast(call: Arguments, tensor: V.TensorValue, wanted: readonly (string | Dim)[], dtype?: string): Shape {
  return tensor.unknown ? shapeOf(call, tensor) : demand(call, tensor, wanted, dtype)
}

/** The shape where it is known; else the call ends with a tensor that is unknown for the same reason. */
export function shapeOf(call: Arguments, tensor: V.TensorValue): Shape {
  if (tensor.shape) return tensor.shape
  return call.unclear(tensor.unknown?.reason ?? "the shape of the input is not known")
}

type Getter = (
  tensor: V.TensorValue,
  call: { readonly interpreter: Arguments["interpreter"]; readonly place: Arguments["place"] },
) => V.Value

const PROPERTIES: Record<string, Getter> = {
  shape: shapeValue,
  dtype: (tensor) => (tensor.dtype === undefined ? V.unknown("the dtype is not known") : dtypeObject(tensor.dtype)),
  device: (_, { place }) => deviceObject(undefined, place),
  ndim: (tensor) => rank(tensor),
  requires_grad: (tensor) =>
    tensor.requiresGrad === undefined && tensor.role !== "parameter" ? V.FALSE : V.boolean(tensor.requiresGrad !== false),
  data: (tensor) =>
    V.tensor("torch", tensor.shape, tensor.dtype, {
      ...(tensor.unknown && { unknown: tensor.unknown }),
      ...(tensor.producer !== undefined && { producer: tensor.producer }),
      ...(!tensor.shape && !tensor.unknown && { sameShapeAs: tensor }),
    }),
  grad: () => V.NONE,
  grad_fn: () => V.NONE,
  is_cuda: () => V.FALSE,
  is_sparse: () => V.FALSE,
  is_quantized: () => V.FALSE,
  is_leaf: () => V.TRUE,
  is_meta: () => V.FALSE,
  is_mps: () => V.FALSE,
  is_nested: () => V.FALSE,
  layout: () => V.string("torch.strided"),
  itemsize: (tensor) => V.integer(bytesOf(tensor.dtype)),
  nbytes: (tensor) => (tensor.shape ? V.integer(product([...tensor.shape, bytesOf(tensor.dtype)])) : V.unknown("the shape is not known")),
  names: (tensor) => (tensor.shape ? V.tuple(tensor.shape.map(() => V.NONE)) : V.unknown("the shape is not known")),
  // Views that change the order of the axes or the type are methods; the property asks them.
  T: (tensor, call) => ask(call, tensor, "Tensor.t_reversed"),
  mT: (tensor, call) => ask(call, tensor, "Tensor.t_matrix"),
  H: (tensor, call) => ask(call, tensor, "Tensor.t_matrix"),
  mH: (tensor, call) => ask(call, tensor, "Tensor.t_matrix"),
  real: (tensor, call) => ask(call, tensor, "Tensor.real_part"),
  imag: (tensor, call) => ask(call, tensor, "Tensor.real_part"),
}

function ask({ interpreter, place }: Parameters<Getter>[1], tensor: V.TensorValue, name: string): V.Value {
  const found = interpreter.catalogue(`torch.${name}`)
  return found
    ? interpreter.call(found, { positional: [tensor], keywords: new Map() }, place)
    : V.unknown(`${name} is not in the catalogue`, place)
}

export function rank(tensor: V.TensorValue): V.Value {
  return tensor.shape
    ? V.integer(tensor.shape.length)
    : V.unknown(tensor.unknown?.reason ?? "nothing tells how many axes this tensor has", tensor.unknown?.place)
}

const properties = new Map<string, V.PropertyValue>()

/** `tensor.shape` and the like. */
export function tensorProperty(name: string): V.PropertyValue | undefined {
  if (!Object.hasOwn(PROPERTIES, name)) return undefined
  const getter = PROPERTIES[name] as Getter
  let property = properties.get(name)
  if (!property) {
    const get = V.native(`torch.Tensor.${name}`, (interpreter, { positional: [self] }, place) =>
      self?.kind === "tensor" ? getter(self, { interpreter, place }) : V.unknown(`${name} of no tensor`, place),
    )
    properties.set(name, (property = { kind: "property", form: "property", get }))
  }
  return property
}

export const tensorClassEntries: readonly Entry[] = [
  ["torch.Tensor", TENSOR_CLASS],
  ...Object.entries(LEGACY_TYPES).flatMap(([name, dtype]) =>
    ["torch.", "torch.cuda."].map((prefix): Entry => [`${prefix}${name}`, () => legacyClass(`${prefix}${name}`, dtype)]),
  ),
]

function legacyClass(name: string, dtype: string): V.ClassValue {
  return nativeClass({
    name,
    bases: [TENSOR_CLASS()],
    construct: (interpreter, call, place) => {
      const made = TENSOR_CLASS().construct?.(interpreter, call, place) ?? V.NONE
      return made.kind === "tensor" ? { ...made, dtype, id: V.newId() } : made
    },
  })
}
