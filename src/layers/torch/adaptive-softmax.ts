/** The adaptive softmax over very many classes: a head for the frequent ones, smaller tails for clusters of rare ones. */
import type { Arguments } from "../arguments.ts"
import { type Dim, product, sum } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, method } from "./define.ts"
import { type Layer, layer, layerArguments } from "./layer.ts"
import { shapeOf } from "./tensors.ts"

interface Clusters {
  readonly features: number
  /** classes the head knows, clusters included */
  readonly head: number
  /** width and classes of each tail */
  readonly tails: readonly { readonly width: number; readonly classes: number }[]
}

function clustersOf(args: Arguments): Clusters {
  const features = args.integer("in_features")
  const classes = args.integer("n_classes")
  const given = args.integers("cutoffs") ?? []
  const cutoffs = given.at(-1) === classes ? given : [...given, classes]
  const divisor = args.number("div_value") ?? args.unclear("div_value is not known")
  const tails = cutoffs
    .slice(1)
    .map((end, index) => ({ width: Math.floor(features / divisor ** (index + 1)), classes: end - (cutoffs[index] as number) }))
  return { features, head: (cutoffs[0] as number) + tails.length, tails }
}

function build(args: Arguments, name: string, positional: readonly V.Value[]): V.Value {
  const cls = args.interpreter.catalogue(`torch.nn.${name}`)
  return cls ? callWith(args.interpreter, cls, positional, args.place) : V.unknown(`${name} is not in the catalogue`, args.place)
}

function children(args: Arguments): Record<string, V.Value> {
  const { features, head, tails } = clustersOf(args)
  const linear = (from: number, to: number, bias: V.Value) => build(args, "Linear", [V.integer(from), V.integer(to), bias])
  const sequences = tails.map(({ width, classes }) =>
    build(args, "Sequential", [linear(features, width, V.FALSE), linear(width, classes, V.FALSE)]),
  )
  return { head: linear(features, head, args.read("head_bias") ?? V.FALSE), tail: build(args, "ModuleList", [V.list(sequences)]) }
}

/** All classes are computed: the head and every tail. */
function logProbabilities(call: Arguments, self: Layer): V.Value {
  const input = call.tensor("input")
  const rows = shapeOf(call, input).slice(0, -1)
  const { features, head, tails } = clustersOf(self)
  const perRow: Dim = sum([features * head, ...tails.map(({ width, classes }) => width * (features + classes))])
  return call.emit([input], { shape: [...rows, self.size("n_classes")], macs: product([...rows, perRow]) }, input.dtype)
}

export const adaptiveSoftmax: readonly Entry[] = [
  layer({
    name: "nn.AdaptiveLogSoftmaxWithLoss",
    signature: "in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None",
    input: "input_, target_",
    sentence: "A softmax over very many classes that spends less on the rare ones.",
    children,
    forward: (call) => {
      const input = call.tensor("input_")
      const macs = call.fresh("macs", "which clusters are computed depends on the targets")
      const output = call.emit([input], { shape: shapeOf(call, input).slice(0, -1), macs }, input.dtype)
      return { kind: "tuple", names: ["output", "loss"], items: [output, V.tensor("torch", [], input.dtype)] }
    },
    more: [
      [
        "log_prob",
        method("torch.nn.AdaptiveLogSoftmaxWithLoss.log_prob", "input", (call, self) =>
          self.kind === "instance" ? logProbabilities(call, layerArguments(call, self)) : call.unclear("log_prob is called on no layer"),
        ),
      ],
    ],
  }),
]
