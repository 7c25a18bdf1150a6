/** Recurrent layers of torch: RNN, GRU and LSTM over sequences, packed ones too, and their single steps. */
import type { Arguments } from "../arguments.ts"
import { expectRank, expectSame } from "../../operators/outcome.ts"
import { type Gates, recur, stepMacs } from "../../operators/recur.ts"
import { type Dim, equals, lessThan, multiply, product } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { type Shape, shapeText } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, nativeClass } from "./define.ts"
import { isIntegral } from "./dtypes.ts"
import { type Layer, layer, type Weight } from "./layer.ts"
import { firstOf } from "./linear.ts"
import { MODULE_CLASS } from "./module.ts"
import { pack, packedOf, sumOf } from "./sequences.ts"
import { demand } from "./tensors.ts"

/** One-hot vectors and other whole numbers are converted by nobody. */
const wholeNumbers = (input: V.TensorValue | undefined): Problem[] =>
  isIntegral(input?.dtype)
    ? [{ code: "dtype-mismatch", message: `expects an input with decimals such as float32, got ${input?.dtype}` }]
    : []

/** `nn.RNNBase`: the class that user code asks for with isinstance. */
const RNN_BASE = nativeClass({ name: "torch.nn.RNNBase", bases: [MODULE_CLASS] })
const CELL_BASE = nativeClass({ name: "torch.nn.RNNCellBase", bases: [MODULE_CLASS] })

interface Kind {
  readonly name: string
  readonly gates: Gates
  readonly signature: string
  readonly cellSignature: string
  readonly sentence: string
}

const START = "input_size, hidden_size, num_layers=1"
const REST = "bias=True, batch_first=False, dropout=0.0, bidirectional=False"
const END = "device=None, dtype=None"

const KINDS: readonly Kind[] = [
  {
    name: "RNN",
    gates: 1,
    signature: `${START}, nonlinearity='tanh', ${REST}, ${END}`,
    cellSignature: `input_size, hidden_size, bias=True, nonlinearity='tanh', ${END}`,
    sentence: "Carries a hidden state along a sequence.",
  },
  {
    name: "GRU",
    gates: 3,
    signature: `${START}, ${REST}, ${END}`,
    cellSignature: `input_size, hidden_size, bias=True, ${END}`,
    sentence: "Carries a hidden state along a sequence, with a reset and an update gate.",
  },
  {
    name: "LSTM",
    gates: 4,
    signature: `${START}, ${REST}, proj_size=0, ${END}`,
    cellSignature: `input_size, hidden_size, bias=True, ${END}`,
    sentence: "Carries a hidden state and a memory cell along a sequence, with input, forget and output gates.",
  },
]

interface Sizes {
  readonly input: Dim
  readonly hidden: Dim
  readonly layers: number
  readonly directions: 1 | 2
  /** undefined without projection */
  readonly projection: Dim | undefined
}

function sizesOf(args: Arguments): Sizes {
  const projection = args.has("proj_size") ? args.size("proj_size") : 0
  const isBidirectional = args.flag("bidirectional") ?? args.unclear("whether it is bidirectional is not known")
  return {
    input: args.size("input_size"),
    hidden: args.size("hidden_size"),
    layers: args.integer("num_layers"),
    directions: isBidirectional ? 2 : 1,
    projection: projection === 0 ? undefined : projection,
  }
}

/** `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_hr_l0`, and the same with `_reverse`. */
function weightsOf(args: Arguments, gates: Gates): Record<string, Weight> {
  const { input, hidden, layers, directions, projection } = sizesOf(args)
  const hasBias = args.flag("bias")
  const state = projection ?? hidden
  const rows = multiply(gates, hidden)
  const weights: Record<string, Weight> = {}
  for (let index = 0; index < layers; index++)
    for (const suffix of directions === 2 ? ["", "_reverse"] : [""]) {
      const end = `l${index}${suffix}`
      weights[`weight_ih_${end}`] = [rows, index === 0 ? input : multiply(directions, state)]
      weights[`weight_hh_${end}`] = [rows, state]
      for (const bias of ["bias_ih", "bias_hh"])
        weights[`${bias}_${end}`] = hasBias === undefined ? V.unknown("whether bias is set is not known", args.place) : hasBias && [rows]
      if (projection !== undefined) weights[`weight_hr_${end}`] = [projection, hidden]
    }
  return weights
}

const POSITIVE = ["hidden_size", "num_layers"]

function checkSizes(args: Arguments): string | undefined {
  const wrong = POSITIVE.find((name) => equals(args.size(name), 0) === true)
  if (wrong !== undefined) return `needs a ${wrong} of 1 or more`
  const dropout = args.number("dropout") ?? 0
  if (dropout < 0 || dropout > 1) return `takes a dropout between 0 and 1, got ${dropout}`
  const nonlinearity = args.value("nonlinearity")
  if (nonlinearity && nonlinearity.kind !== "unknown" && (nonlinearity.kind !== "string" || !["tanh", "relu"].includes(nonlinearity.value)))
    return "takes the nonlinearities 'tanh' and 'relu'"
  const { projection, hidden } = sizesOf(args)
  return projection !== undefined && lessThan(projection, hidden) === false ? "needs a proj_size smaller than its hidden_size" : undefined
}

function run(call: Arguments, self: Layer, { gates, name }: Kind): V.Value {
  const given = call.required("input")
  const packed = packedOf(given)
  const { input, hidden, layers, directions, projection } = sizesOf(self)
  const isBatchFirst = self.flag("batch_first") ?? call.unclear("batch_first is not known")
  const tensor = packed ? undefined : call.tensorOf(given)
  const wanted = isBatchFirst ? ["N", "L", input] : ["L", "N", input]
  const sequence = packed ? packed.padded : demand(call, tensor as V.TensorValue, wanted)
  const cell = {
    gates,
    inputSize: input,
    hiddenSize: hidden,
    layers,
    directions,
    isBatchFirst: packed ? false : isBatchFirst,
    ...(projection !== undefined && { projection }),
  }
  const { shapes, macs, problems } = recur(sequence, cell)
  const [output = [], last = [], memory = []] = shapes
  const steps = packed ? packedMacs(call, packed.lengths, sequence, macs) : macs
  const states = stateProblems(call, name === "LSTM" ? [last, memory] : [last])
  const results = name === "LSTM" ? [output, last, memory] : [output, last]
  const dtype = tensor?.dtype === undefined || tensor.dtype.startsWith("int") ? "float32" : tensor.dtype
  const read = given.kind === "instance" ? given.attributes.get("data") : given
  const [sequenceOut, ...hiddenOut] = call.emitAll([...(read?.kind === "tensor" ? [read] : []), ...statesOf(call)], results, dtype, {
    macs: steps,
    problems: firstOf([...problems, ...states, ...wholeNumbers(tensor)]),
  })
  const first =
    packed && sequenceOut ? pack(call, { padded: output, lengths: packed.lengths }, dtype, [sequenceOut]) : (sequenceOut ?? V.NONE)
  return V.tuple([first, hiddenOut.length === 1 ? (hiddenOut[0] as V.Value) : V.tuple(hiddenOut)])
}

/** A packed batch takes as many steps as its lengths sum to. */
function packedMacs(call: Arguments, lengths: V.Value, [time = 1, batch = 1]: Shape, macs: Dim): Dim {
  const rows = sumOf(lengths)
  if (rows === undefined) return call.fresh("macs", "the lengths of the packed sequences are data")
  const all = product([time, batch])
  return typeof macs === "number" && typeof all === "number" && all > 0
    ? (macs / all) * rows
    : call.fresh("macs", "the size of a packed batch is not known")
}

/** What a caller hands in to start from: the graph then shows where it comes from. */
function statesOf(call: Arguments): readonly V.TensorValue[] {
  const given = call.value("hx")
  const states = given?.kind === "tuple" || given?.kind === "list" ? given.items : given ? [given] : []
  return states.filter((state) => state.kind === "tensor")
}

/** The states a caller hands in must have the shape of those that come out. */
function stateProblems(call: Arguments, expected: readonly Shape[]): Problem[] {
  const given = call.value("hx")
  // What nobody says the shape of may be both states at once.
  if (!given || given.kind === "unknown" || (given.kind === "tensor" && given.shape === undefined)) return []
  const states = given.kind === "tuple" || given.kind === "list" ? given.items : [given]
  if (states.length !== expected.length)
    return [
      {
        code: "hidden-state-mismatch",
        message: `takes ${expected.length === 2 ? "a pair of states (hidden, cell)" : "one state"}, got ${states.length}`,
      },
    ]
  return states.flatMap((state, index): Problem[] => {
    const [actual, wanted] = [state.kind === "tensor" ? state.shape : undefined, expected[index] as Shape]
    if (!actual) return []
    const differs = actual.length !== wanted.length || actual.some((size, axis) => equals(size, wanted[axis] ?? size) === false)
    return differs
      ? [{ code: "hidden-state-mismatch", message: `expects a state of shape ${shapeText(wanted)}, got ${shapeText(actual)}` }]
      : []
  })
}

function step(call: Arguments, self: Layer, { gates, name }: Kind): V.Value {
  const tensor = call.tensor("input")
  const [inputSize, hiddenSize] = [self.size("input_size"), self.size("hidden_size")]
  const shape = demand(call, tensor, ["N", inputSize])
  const state = [...shape.slice(0, -1), hiddenSize]
  const problems = firstOf([
    ...expectRank(shape, 1, 2),
    ...expectSame("feature-mismatch", "features", inputSize, shape.at(-1) ?? 1, "input_size"),
    ...stateProblems(call, name === "LSTM" ? [state, state] : [state]),
  ])
  const states = call.emitAll([tensor, ...statesOf(call)], name === "LSTM" ? [state, state] : [state], tensor.dtype, {
    macs: stepMacs(shape, gates, inputSize, hiddenSize),
    problems,
  })
  return name === "LSTM" ? V.tuple(states) : (states[0] ?? V.NONE)
}

function cellWeights(args: Arguments, gates: Gates): Record<string, Weight> {
  const [input, hidden, bias] = [args.size("input_size"), args.size("hidden_size"), args.flag("bias")]
  const rows = multiply(gates, hidden)
  const biasWeight: Weight = bias === undefined ? V.unknown("whether bias is set is not known", args.place) : bias && [rows]
  return { weight_ih: [rows, input], weight_hh: [rows, hidden], bias_ih: biasWeight, bias_hh: biasWeight }
}

/** `flatten_parameters` only arranges memory. */
const harmless: [string, V.Value] = ["flatten_parameters", V.native("flatten_parameters", () => V.NONE, true)]

export const recurrences: readonly Entry[] = [
  ["torch.nn.RNNBase", () => RNN_BASE],
  ["torch.nn.RNNCellBase", () => CELL_BASE],
  ...KINDS.flatMap((kind) => [
    layer({
      name: `nn.${kind.name}`,
      base: RNN_BASE,
      signature: kind.signature,
      input: "input, hx=None",
      sentence: kind.sentence,
      formula: `${kind.gates} · hidden_size · (input_size + hidden_size + 2)`,
      check: checkSizes,
      weights: (args) => weightsOf(args, kind.gates),
      forward: (call, self) => run(call, self, kind),
      more: [harmless],
    }),
    layer({
      name: `nn.${kind.name}Cell`,
      base: CELL_BASE,
      signature: kind.cellSignature,
      input: "input, hx=None",
      sentence: `One step of ${kind.name}.`,
      formula: `${kind.gates} · hidden_size · (input_size + hidden_size + 2)`,
      weights: (args) => cellWeights(args, kind.gates),
      forward: (call, self) => step(call, self, kind),
    }),
  ]),
]
