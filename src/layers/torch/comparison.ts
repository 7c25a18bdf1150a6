/** Comparisons and logic of tensors: element by element, or one answer for all. */
import type { Arguments } from "../arguments.ts"
import { equals } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { elementwise, operator } from "./arithmetic.ts"
import { type Entry, functions } from "./define.ts"

type Compute = (left: number, right: number) => boolean

const COMPARISONS: readonly (readonly [names: string, dunder: string, compute: Compute | undefined])[] = [
  ["eq", "__eq__", (x, y) => x === y],
  ["ne not_equal", "__ne__", (x, y) => x !== y],
  ["lt less", "__lt__", (x, y) => x < y],
  ["le less_equal", "__le__", (x, y) => x <= y],
  ["gt greater", "__gt__", (x, y) => x > y],
  ["ge greater_equal", "__ge__", (x, y) => x >= y],
  ["logical_and", "", (x, y) => x !== 0 && y !== 0],
  ["logical_or", "", (x, y) => x !== 0 || y !== 0],
  ["logical_xor", "", (x, y) => (x !== 0) !== (y !== 0)],
  ["isclose", "", undefined],
]

const always = (): V.DataType => "bool"

/** `torch.equal`: one answer. Shapes that differ are not equal; elements are known of constants only. */
function equalAsWhole(call: Arguments): V.Value {
  const [left, right] = [call.tensor("input"), call.tensor("other")]
  const differs =
    left.shape &&
    right.shape &&
    (left.shape.length !== right.shape.length || left.shape.some((size, axis) => equals(size, right.shape?.[axis] ?? 0) === false))
  if (differs) return V.FALSE
  if (left.data && right.data) return V.boolean(left.data.every((element, index) => Number(element) === Number(right.data?.[index])))
  return V.unknown("whether two tensors are equal depends on the data", call.place)
}

export const comparisons: readonly Entry[] = [
  ...COMPARISONS.flatMap(([names, dunder, compute]) => [
    ...names
      .split(" ")
      .flatMap((name) =>
        functions(`torch.${name} Tensor.${name}`, "input, other, rtol=1e-05, atol=1e-08, equal_nan=False, *, out=None", (call) =>
          elementwise(call, call.required("input"), call.required("other"), always, compute),
        ),
      ),
    ...(dunder === ""
      ? []
      : functions(`Tensor.${dunder}`, "input, other", (call) =>
          operator(call, (left, right) => elementwise(call, left, right, always, compute)),
        )),
  ]),
  ...functions(
    "torch.equal Tensor.equal torch.allclose Tensor.allclose",
    "input, other, rtol=1e-05, atol=1e-08, equal_nan=False",
    equalAsWhole,
  ),
  ...functions("torch.isin", "elements, test_elements, *, assume_unique=False, invert=False", (call) =>
    call.emit([call.required("elements")], { shape: call.tensor("elements").shape }, "bool"),
  ),
]
