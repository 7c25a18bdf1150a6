/** What programs take from scikit-learn to feed a model: data sets by their shapes, splits into training and test data, scalers. */
import type { Arguments } from "../arguments.ts"
import { add, ceilDivide, type Dim, isConcrete, subtract } from "../../values/dim.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, entry } from "./create.ts"

const array = (shape: Shape, dtype: string): V.TensorValue => V.tensor("numpy", shape, dtype)

/** Examples and features of the data sets that come with the library or are fetched by it, and the targets' type. Source: their documentation. */
const SETS: Readonly<Record<string, readonly [examples: number, features: number, target: string]>> = {
  load_iris: [150, 4, "int64"],
  load_wine: [178, 13, "int64"],
  load_breast_cancer: [569, 30, "int64"],
  load_digits: [1797, 64, "int64"],
  load_diabetes: [442, 10, "float64"],
  fetch_california_housing: [20_640, 8, "float64"],
  fetch_olivetti_faces: [400, 4096, "int64"],
  fetch_covtype: [581_012, 54, "int32"],
}

/** The bunch of a data set: its arrays are attributes, and found by name as well. */
const bunchClass: V.ClassValue = plainClass("sklearn.utils.Bunch", [
  [
    "__getitem__",
    V.native(
      "__getitem__",
      (interpreter, { positional: [self, key] }, place) =>
        (self && key?.kind === "string" ? interpreter.findAttribute(self, key.value) : undefined) ??
        V.unknown("the data set has no such part", place),
      true,
    ),
  ],
])

function plainClass(qualifiedName: string, attributes: Iterable<readonly [string, V.Value]> = []): V.ClassValue {
  const name = qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1)
  const made: V.ClassValue = { kind: "class", name, qualifiedName, bases: [], mro: [], attributes: new Map(attributes) }
  ;(made.mro as V.ClassValue[]).push(made)
  return made
}

const loader = (name: string): Entry =>
  entry(`sklearn.datasets.${name}`, "return_X_y=False, as_frame=False", (call) => {
    const [examples, features, type] = SETS[name] as (typeof SETS)[string]
    if (call.flag("as_frame") !== false) return call.unclear("what a table of pandas holds is not followed")
    const [data, target] = [array([examples, features], "float64"), array([examples], type)]
    if (call.flag("return_X_y")) return V.tuple([data, target])
    const bunch = call.interpreter.instantiate(bunchClass, call.place)
    bunch.attributes.set("data", data)
    bunch.attributes.set("target", target)
    for (const other of ["feature_names", "target_names", "DESCR", "frame", "images", "filename"])
      bunch.attributes.set(other, V.unknown(`\`${other}\` of a data set is not followed`, call.place))
    return bunch
  })

/** How many samples are made; a pair names them class by class. */
function sampleCount(call: Arguments): Dim {
  const sizes = call.has("n_samples") ? call.sizes("n_samples") : [100]
  return sizes.reduce((sum, size) => add(sum, size))
}

/** Made data: the features of an example, and the type of its target. */
const made = (name: string, first: string, featuresOf: (call: Arguments) => Dim, target: string): Entry =>
  entry(`sklearn.datasets.${name}`, `n_samples=100, ${first}`, (call) => {
    const count = sampleCount(call)
    return V.tuple([array([count, featuresOf(call)], "float64"), array([count], target)])
  })

const named =
  (usual: number) =>
  (call: Arguments): Dim =>
    call.optionalSize("n_features") ?? usual

const regression = entry(
  "sklearn.datasets.make_regression",
  "n_samples=100, n_features=100, n_informative=10, n_targets=1, coef=False",
  (call) => {
    if (call.flag("coef") !== false) return call.unclear("coefficients are not followed")
    const [count, targets] = [sampleCount(call), call.optionalSize("n_targets") ?? 1]
    return V.tuple([array([count, named(100)(call)], "float64"), array(targets === 1 ? [count] : [count, targets], "float64")])
  },
)

const generators: readonly Entry[] = [
  ...["make_moons", "make_circles"].map((name) => made(name, "shuffle=True", () => 2, "int64")),
  made("make_blobs", "n_features=2, centers=None", named(2), "int64"),
  made("make_classification", "n_features=20", named(20), "int64"),
  made("make_friedman1", "n_features=10", named(10), "float64"),
  ...["make_swiss_roll", "make_s_curve"].map((name) => made(name, "noise=0.0", () => 3, "float64")),
  regression,
]

/** How many of so many examples stand in the training and the test part: the test part is rounded up. */
function partSizes(call: Arguments, total: Dim): [Dim, Dim] {
  const [test, train] = [partOf(call, "test_size", total, Math.ceil), partOf(call, "train_size", total, Math.floor)]
  if (test !== undefined && train !== undefined) return [train, test]
  if (train !== undefined) return [train, subtract(total, train)]
  const rest = test ?? ceilDivide(total, 4)
  return [subtract(total, rest), rest]
}

/** A share is a number below one; a whole number counts examples. */
function partOf(call: Arguments, name: string, total: Dim, rounded: (share: number) => number): Dim | undefined {
  const value = call.value(name)
  if (value === undefined) return undefined
  if (value.kind === "integer") return value.value
  if (value.kind === "float" && value.value !== undefined && isConcrete(total)) return rounded(value.value * Number(total))
  return call.fresh(name, "how many examples stand in a part is not known")
}

/** Each array in two parts, side by side. */
const split = entry("sklearn.model_selection.train_test_split", "*arrays, test_size=None, train_size=None", (call) => {
  const arrays = call.sequence(call.required("arrays")) ?? []
  return V.list(arrays.flatMap((each) => partsOf(call, each)))
})

function partsOf(call: Arguments, value: V.Value): V.Value[] {
  const open = (reason: string): V.Value[] => [V.unknown(reason, call.place), V.unknown(reason, call.place)]
  if (value.kind === "unknown") return open(value.reason)
  if (value.kind !== "tensor" || !value.shape) return open("how a part of it looks is not known")
  const [total, ...rest] = value.shape
  if (total === undefined) return open("a single number has no parts")
  return partSizes(call, total).map((count) => ({ ...value, id: V.newId(), data: undefined, shape: [count, ...rest] }))
}

const SCALERS =
  "StandardScaler MinMaxScaler MaxAbsScaler RobustScaler Normalizer QuantileTransformer PowerTransformer Binarizer LabelEncoder OrdinalEncoder"

/** What a scaler gives is as large as what it is given. */
function scaler(name: string): Entry {
  const dtype = name === "LabelEncoder" ? "int64" : "float64"
  const scaled = ["fit_transform", "transform", "inverse_transform"].map((method) =>
    entry(
      method,
      "X",
      (call) => {
        const given = call.required("X")
        if (given.kind !== "tensor") return given.kind === "unknown" ? given : call.unclear("what is scaled is not followed")
        return V.tensor("numpy", given.shape, dtype, given.unknown ? { unknown: given.unknown } : {})
      },
      true,
    ),
  )
  const fit = ["fit", "partial_fit", "set_params"].map(
    (method): Entry => [method, V.native(method, (_, { positional: [self] }) => self ?? V.NONE, true)],
  )
  const accepting: Entry = ["__init__", V.native("__init__", () => V.NONE, true)]
  return [`sklearn.preprocessing.${name}`, plainClass(`sklearn.preprocessing.${name}`, [accepting, ...fit, ...scaled])]
}

export const scikit: readonly Entry[] = [...Object.keys(SETS).map(loader), ...generators, split, ...SCALERS.split(" ").map(scaler)]
