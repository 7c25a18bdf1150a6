/** NumPy's functions and methods on arrays: shapes follow those of `keras.ops`, which took its names from NumPy. */
import { product } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { type Entry, entry } from "./create.ts"
import { typeNamed } from "./types.ts"

/** The type of a result: that of the array it came from, one of its own, or not known. */
type Type = "same" | "open" | (string & {})

/** The same call of another function of the catalogue; arrays come back as arrays. */
function delegated(name: string, target: string, type: Type, isMethod = false): Entry {
  const call: V.NativeCall = (interpreter, args, place) => {
    const run = interpreter.catalogue(target)
    if (!run) return V.unknown(`${name} is not evaluated`, place)
    const first = args.positional.find((value): value is V.TensorValue => value.kind === "tensor")
    return asArrays(interpreter.call(run, args, place), type === "same" ? first?.dtype : type === "open" ? undefined : type)
  }
  return [name, V.native(name, call, isMethod)]
}

function asArrays(value: V.Value, dtype: string | undefined): V.Value {
  // What a symbolic tensor of Keras took part in stays in its graph.
  if (value.kind === "tensor")
    return value.graph === undefined && value.framework === "keras" ? { ...value, framework: "numpy", dtype } : value
  if (value.kind === "list" || value.kind === "tuple")
    return { ...value, items: value.items.map((item) => asArrays(item, dtype)) } as V.Value
  return value
}

const MOVING =
  "reshape transpose squeeze expand_dims concatenate stack vstack hstack moveaxis swapaxes repeat tile flip roll split array_split ravel take clip pad triu tril".split(
    " ",
  )
const REDUCING = "mean sum prod std var".split(" ")
const CHOOSING = "max min amax amin".split(" ")
const ELEMENTWISE =
  "exp log log2 log10 log1p expm1 sqrt square abs absolute sin cos tan tanh sign floor ceil round power maximum minimum add subtract multiply divide where".split(
    " ",
  )
const PRODUCTS = "matmul dot einsum tensordot".split(" ")

/** Methods whose sizes or axes may stand side by side: `x.reshape(2, 3)`. */
const gathered = (name: string): Entry => [
  `numpy.ndarray.${name}`,
  V.native(
    `numpy.ndarray.${name}`,
    (interpreter, { positional: [self, ...sizes], keywords }, place) => {
      const run = interpreter.catalogue(`keras.ops.${name}`)
      const isSpread = sizes.length > 1 || sizes[0]?.kind === "integer"
      const positional = [self as V.Value, ...(isSpread ? [V.tuple(sizes)] : sizes)]
      if (!run || self?.kind !== "tensor") return V.unknown(`${name} is not evaluated`, place)
      const order = [...keywords].filter(([key]) => key !== "order")
      return asArrays(interpreter.call(run, { positional, keywords: new Map(order) }, place), self.dtype)
    },
    true,
  ),
]

const cast = entry("numpy.ndarray.astype", "dtype", () => V.NONE, true)[0]
const astype: Entry = [
  cast,
  V.native(
    cast,
    (_, { positional: [self, type], keywords }) => {
      const wanted = type ?? keywords.get("dtype")
      return self?.kind === "tensor" ? { ...self, id: V.newId(), dtype: wanted && typeNamed(wanted) } : V.NONE
    },
    true,
  ),
]

const copied = (name: string): Entry => [
  `numpy.ndarray.${name}`,
  V.native(`numpy.ndarray.${name}`, (_, { positional: [self] }) => (self?.kind === "tensor" ? { ...self, id: V.newId() } : V.NONE), true),
]

/** What torch's method of that name gives: numbers, where they are known. */
const read = (name: string): Entry => [
  `numpy.ndarray.${name}`,
  V.native(
    `numpy.ndarray.${name}`,
    (interpreter, args, place) => {
      const run = interpreter.catalogue(`torch.Tensor.${name}`)
      return run ? interpreter.call(run, args, place) : V.unknown(`${name} is not evaluated`, place)
    },
    true,
  ),
]

const flattened = (name: string): Entry => [
  `numpy.ndarray.${name}`,
  V.native(
    `numpy.ndarray.${name}`,
    (_, { positional: [self] }, place) =>
      self?.kind === "tensor" && self.shape
        ? V.tensor("numpy", [product(self.shape)], self.dtype)
        : V.unknown("the shape of the array is not known", place),
    true,
  ),
]

const OPERATORS = "add sub mul truediv floordiv mod pow matmul radd rsub rmul rtruediv rpow neg abs".split(" ")
const COMPARISONS = "lt le gt ge eq ne".split(" ")

export const application: readonly Entry[] = [
  ...MOVING.map((name) => delegated(`numpy.${name}`, `keras.ops.${name}`, "same")),
  ...[...REDUCING, ...ELEMENTWISE, ...PRODUCTS].map((name) => delegated(`numpy.${name}`, `keras.ops.${name}`, "open")),
  ...CHOOSING.map((name) => delegated(`numpy.${name}`, `keras.ops.${name}`, "same")),
  ...["argmax", "argmin", "argsort"].map((name) => delegated(`numpy.${name}`, `keras.ops.${name}`, "int64")),
  ...["reshape", "transpose"].map(gathered),
  ...["squeeze", "repeat", "take", "clip", "swapaxes"].map((name) => delegated(`numpy.ndarray.${name}`, `keras.ops.${name}`, "same", true)),
  ...["mean", "sum", "prod", "std", "var"].map((name) => delegated(`numpy.ndarray.${name}`, `keras.ops.${name}`, "open", true)),
  ...["max", "min"].map((name) => delegated(`numpy.ndarray.${name}`, `keras.ops.${name}`, "same", true)),
  ...["argmax", "argmin"].map((name) => delegated(`numpy.ndarray.${name}`, `keras.ops.${name}`, "int64", true)),
  ...["flatten", "ravel"].map(flattened),
  ...["item", "tolist", "__int__", "__float__", "__bool__"].map(read),
  astype,
  copied("copy"),
  ...OPERATORS.map((name) => delegated(`numpy.ndarray.__${name}__`, `keras.Tensor.__${name}__`, "open", true)),
  ...COMPARISONS.map((name) => delegated(`numpy.ndarray.__${name}__`, `keras.Tensor.__${name}__`, "bool", true)),
  ...["__getitem__", "__len__", "__iter__"].map((name) => delegated(`numpy.ndarray.${name}`, `keras.Tensor.${name}`, "same", true)),
]
