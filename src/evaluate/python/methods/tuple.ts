/** Methods of Python's `tuple`, and those of named tuples. */

import { product } from "../../../values/dim.ts"
import { dictionaryOf, integer, string, type TupleValue, tuple, unknown } from "../../../values/value.ts"
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
