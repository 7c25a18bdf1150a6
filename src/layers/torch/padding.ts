/** Padding of torch: constants, mirror images, repeated borders, wrapped around. */
import type { Arguments } from "../arguments.ts"
import { expectRank } from "../../operators/outcome.ts"
import { pad } from "../../operators/resize.ts"
import { atMost, type Dim, dimText, lessThan } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import type * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { layer } from "./layer.ts"
import { firstOf } from "./linear.ts"
import { demand, shapeOf } from "./tensors.ts"

const AXES: readonly (readonly string[])[] = [[], ["L"], ["H", "W"], ["D", "H", "W"]]

/** A mirror shows no more than there is: reflection needs less padding than the side, wrapping no more than it. */
function borderProblems(shape: Shape, amounts: readonly Dim[], mode: string): Problem[] {
  if (mode !== "reflect" && mode !== "circular") return []
  return amounts.flatMap((amount, index): Problem[] => {
    const size = shape[shape.length - 1 - Math.floor(index / 2)]
    const isTooMuch = size !== undefined && (mode === "reflect" ? atMost(size, amount) : lessThan(size, amount)) === true
    return isTooMuch
      ? [
          {
            code: "padding-mismatch",
            message: `pads by ${dimText(amount)}, more than a side of ${dimText(size)} can be ${mode === "reflect" ? "mirrored" : "wrapped"}`,
          },
        ]
      : []
  })
}

function padded(
  call: Arguments,
  input: V.TensorValue,
  from: Shape,
  amounts: readonly Dim[],
  mode: string,
  more: readonly Problem[] = [],
): V.Value {
  const { shape, problems } = pad(from, amounts)
  return call.emit([input], { shape, problems: firstOf([...more, ...problems, ...borderProblems(from, amounts, mode)]) }, input.dtype)
}

/** One amount for all sides, or a pair for each axis from the last forwards. */
function amountsOf(options: Arguments, count: number): Dim[] {
  const amounts = options.sizes("padding")
  return amounts.length === 1 ? new Array<Dim>(2 * count).fill(amounts[0] ?? 0) : amounts
}

const KINDS = [
  { name: "ZeroPad", mode: "constant", signature: "padding", sentence: "Adds a border of zeros." },
  { name: "ConstantPad", mode: "constant", signature: "padding, value", sentence: "Adds a border of one value." },
  { name: "ReflectionPad", mode: "reflect", signature: "padding", sentence: "Adds a border that mirrors the image." },
  { name: "ReplicationPad", mode: "replicate", signature: "padding", sentence: "Adds a border that repeats the outermost pixels." },
  { name: "CircularPad", mode: "circular", signature: "padding", sentence: "Adds a border that continues at the opposite side." },
]

const layers = KINDS.flatMap(({ name, mode, signature, sentence }) =>
  [1, 2, 3].map((count) =>
    layer({
      name: `nn.${name}${count}d`,
      signature,
      sentence,
      forward: (call, self) => {
        const input = call.tensor("input")
        const shape = demand(call, input, ["N", "C", ...(AXES[count] ?? [])])
        const ranks = mode === "constant" ? [] : expectRank(shape, count + 2, count + 1)
        return padded(call, input, shape, amountsOf(self, count), mode, ranks)
      },
    }),
  ),
)

export const paddings: readonly Entry[] = [
  ...layers,
  ...functions("F.pad torch._C._nn.pad", "input, pad, mode='constant', value=None", (call) => {
    const input = call.tensor("input")
    return padded(call, input, shapeOf(call, input), call.sizes("pad"), call.text("mode") ?? "constant")
  }),
  ...functions("torch.constant_pad_nd", "input, pad, value=0", (call) => {
    const input = call.tensor("input")
    return padded(call, input, shapeOf(call, input), call.sizes("pad"), "constant")
  }),
]
