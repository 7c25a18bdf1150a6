/** Methods of Python's `tuple`, and those of named tuples. */

import { product } from "../../../values/dim.ts"
import {
  boolean,
  dictionaryOf,
  integer,
  isNone,
  list,
  NONE,
  string,
  type TupleValue,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { containerMethods } from "./containers.ts"
import { counted } from "./list.ts"
import { methodsOf } from "./receivers.ts"

const method = methodsOf("tuple", "tuple")

export const tupleMethods = [
  ...containerMethods("tuple", false),
  method("count", "item", (interpreter, self, { item }) => counted(interpreter, self.items, item)),
  method("index", "item", (interpreter, self, { item }) => {
    for (const [position, other] of self.items.entries()) {
      const isEqual = other === item && item.kind !== "unknown" ? true : interpreter.equals(other, item)
      if (isEqual === undefined) return unknown("where the item stands is not known")
      if (isEqual) return integer(position)
    }
    return interpreter.raise("ValueError", "tuple.index(x): x not in tuple")
  }),
]

/** `torch.Size` is a tuple of sizes. */
export const sizeMethods = [
  methodsOf("torch.Size", "tuple")("numel", "", (interpreter, self) => integer(product(self.items.map((item) => interpreter.dim(item))))),
]

const shapeMethod = methodsOf("tensorflow.TensorShape", "tuple")

/** What TensorFlow's shapes have besides. Source: https://www.tensorflow.org/api_docs/python/tf/TensorShape */
export const tensorShapeMethods = [
  shapeMethod("as_list", "", (_, { items }) => list([...items])),
  shapeMethod("num_elements", "", (interpreter, { items }) =>
    items.some(isNone) ? NONE : integer(product(items.map((item) => interpreter.dim(item)))),
  ),
  shapeMethod("is_fully_defined", "", (_, { items }) => boolean(!items.some(isNone))),
  ...["with_rank", "with_rank_at_least", "with_rank_at_most"].map((name) => shapeMethod(name, "rank", (_, self) => self)),
  ...["assert_has_rank", "assert_is_compatible_with", "assert_is_fully_defined", "assert_same_rank"].map((name) =>
    shapeMethod(name, "", () => NONE),
  ),
  shapeMethod("concatenate", "other", (interpreter, self, { other }) => interpreter.binary("+", self, other)),
]

const shapeRank = define("tensorflow.TensorShape.rank", "self", (_, { self }) =>
  self.kind === "tuple" ? integer(self.items.length) : unknown("the rank is not known"),
)

export const tensorShapeAttributes: [string, Value][] = ["rank", "ndims"].map((name) => [
  name,
  { kind: "property", form: "property", get: shapeRank },
])

const pairs = ({ items, names = [] }: TupleValue) =>
  names.map((name, index) => [name, items[index] ?? unknown("the field is missing")] as const)

export const namedTupleMethods = [
  method("_asdict", "", (_, self) => dictionaryOf(pairs(self))),
  method("_replace", "", (_, self, __, { keywords }) => ({
    ...self,
    items: pairs(self).map(([name, item]) => keywords.get(name) ?? item),
  })),
]

export const fieldNames = ({ names = [] }: TupleValue) => tuple(names.map(string))
