/** NumPy's functions that make arrays: only shape and type matter, and random numbers have both. */
import { Arguments, Unclear } from "../arguments.ts"
import { bindArguments } from "../signature.ts"
import { grownSize } from "../../values/growth.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { typeNamed } from "./types.ts"

export type Entry = readonly [name: string, value: V.Value]

/** An entry whose function reads its arguments by name; what it cannot tell becomes Unknown. */
export function entry(name: string, signature: string, run: (call: Arguments) => V.Value, isMethod = false): Entry {
  const short = name.slice(name.lastIndexOf(".") + 1)
  const call: V.NativeCall = (interpreter, { positional, ...more }, place) => {
    const { values, given } = bindArguments(`${signature}, *more, **others`, {
      positional: isMethod ? positional.slice(1) : positional,
      ...more,
    })
    try {
      return run(new Arguments(interpreter, place, short, "numpy", (argument) => values.get(argument), given))
    } catch (thrown) {
      if (!(thrown instanceof Unclear)) throw thrown
      return thrown.value
    }
  }
  return [name, V.native(name, call, isMethod)]
}

const array = (call: Arguments, shape: Shape, dtype: string): V.Value => {
  const type = call.value("dtype")
  return V.tensor("numpy", shape, type ? typeNamed(type) : dtype)
}

const filled = (name: string): Entry => entry(name, "shape, dtype=None", (call) => array(call, call.sizes("shape"), "float64"))

const like = (name: string): Entry =>
  entry(name, "a, dtype=None", (call) => {
    const { shape, dtype } = elements(call, call.required("a"))
    return array(call, shape, dtype ?? "float64")
  })

interface Elements {
  readonly shape: Shape
  readonly dtype: string | undefined
}

const SCALARS: Partial<Record<V.Value["kind"], string>> = { integer: "int64", float: "float64", boolean: "bool" }
const MAXIMUM_DEPTH = 8

/** Shape and type of numbers in nested lists; the first element speaks for its neighbours, as long as all are of its kind. */
function elements(call: Arguments, value: V.Value, depth = 0): Elements {
  if (value.kind === "tensor") return { shape: value.shape ?? call.unclear("the shape of the array is not known"), dtype: value.dtype }
  const scalar = SCALARS[value.kind]
  if (scalar) return { shape: [], dtype: scalar }
  // A number that is not computed is a number all the same.
  if (value.kind === "unknown" && value.type === "float") return { shape: [], dtype: "float64" }
  const size = grownSize(value)
  // One round of a loop tells what the rows look like.
  const items = size !== undefined && value.kind === "list" ? value.items : depth < MAXIMUM_DEPTH ? call.sequence(value) : undefined
  if (!items) return call.unclear(value.kind === "unknown" ? value.reason : "the array is not evaluated")
  const parts = items.map((item) => elements(call, item, depth + 1))
  const [first] = parts
  if (!first) return { shape: [0], dtype: "float64" }
  if (parts.some(({ shape }) => shape.length !== first.shape.length)) return call.unclear("the rows of the array have different lengths")
  const types = parts.map(({ dtype }) => dtype)
  const dtype = ["float64", "int64", "bool"].find((type) => types.includes(type))
  return {
    shape: [size ?? items.length, ...first.shape],
    dtype: types.every((type) => type && SCALAR_TYPES.has(type)) ? dtype : first.dtype,
  }
}

const SCALAR_TYPES = new Set(["float64", "int64", "bool"])

const literal = (name: string): Entry =>
  entry(name, "object, dtype=None", (call) => {
    const { shape, dtype } = elements(call, call.required("object"))
    const type = call.value("dtype")
    return V.tensor("numpy", shape, type ? typeNamed(type) : dtype)
  })

/** Random numbers whose sizes stand side by side: `rand(2, 3)`. */
const spread = (name: string, isMethod = false): Entry =>
  entry(
    name,
    "first=None",
    (call) => {
      const first = call.value("first")
      const more = call.read("more")
      const rest = more?.kind === "tuple" || more?.kind === "list" ? more.items : []
      return first ? V.tensor("numpy", call.sizesOf(V.tuple([first, ...rest])), "float64") : call.unclear("it is random")
    },
    isMethod,
  )

/** Random numbers with a `size`; without one a single number that nobody knows. */
const sized = (name: string, signature: string, dtype: string | undefined, isMethod = false): Entry =>
  entry(
    name,
    `${signature}${signature && ", "}size=None, dtype=None`,
    (call) => {
      if (!call.has("size")) return call.unclear("it is random")
      const type = call.value("dtype")
      return V.tensor("numpy", call.sizes("size"), type ? typeNamed(type) : dtype)
    },
    isMethod,
  )

const TWO_PARAMETERS = "normal uniform laplace gumbel logistic lognormal beta gamma binomial".split(" ")

function distributions(prefix: string, isMethod: boolean): Entry[] {
  return [
    ...["random", "random_sample", "ranf", "standard_normal"].map((name) => sized(`${prefix}${name}`, "", "float64", isMethod)),
    ...TWO_PARAMETERS.map((name) => sized(`${prefix}${name}`, "a=None, b=None", name === "binomial" ? "int64" : "float64", isMethod)),
    ...["poisson", "exponential"].map((name) => sized(`${prefix}${name}`, "a=None", name === "poisson" ? "int64" : "float64", isMethod)),
    ...["randint", "integers", "random_integers"].map((name) => sized(`${prefix}${name}`, "low=None, high=None", "int64", isMethod)),
    sized(`${prefix}choice`, "a=None", undefined, isMethod),
    ...["rand", "randn"].map((name) => spread(`${prefix}${name}`, isMethod)),
    entry(`${prefix}permutation`, "x", (call) => array(call, permuted(call), "int64"), isMethod),
  ]
}

const permuted = (call: Arguments): Shape => {
  const x = call.required("x")
  return x.kind === "integer" ? [x.value] : elements(call, x).shape
}

const generator: V.ClassValue = {
  kind: "class",
  name: "Generator",
  qualifiedName: "numpy.random.Generator",
  bases: [],
  mro: [],
  attributes: new Map(distributions("", true)),
}
;(generator.mro as V.ClassValue[]).push(generator)

export const creation: readonly Entry[] = [
  ...["zeros", "ones", "empty"].map((name) => filled(`numpy.${name}`)),
  entry("numpy.full", "shape, fill_value=None, dtype=None", (call) => array(call, call.sizes("shape"), "float64")),
  ...["zeros_like", "ones_like", "empty_like", "full_like"].map((name) => like(`numpy.${name}`)),
  ...["array", "asarray", "ascontiguousarray", "asanyarray"].map((name) => literal(`numpy.${name}`)),
  entry("numpy.eye", "N, M=None, dtype=None", (call) => array(call, [call.size("N"), call.optionalSize("M") ?? call.size("N")], "float64")),
  entry("numpy.identity", "n, dtype=None", (call) => array(call, [call.size("n"), call.size("n")], "float64")),
  ...distributions("numpy.random.", false),
  ...["default_rng", "RandomState"].map(
    (name): Entry => [
      `numpy.random.${name}`,
      V.native(`numpy.random.${name}`, (interpreter, _, place) => interpreter.instantiate(generator, place)),
    ],
  ),
]
