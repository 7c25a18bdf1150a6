/** Recurrent layers, their cells, and RNN over cells. */
import type { Arguments } from "../arguments.ts"
import { expectRank, expectSame } from "../../operators/outcome.ts"
import { type Gates, recur, stepMacs } from "../../operators/recur.ts"
import { add, type Dim, multiply } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import type { Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { buildLayer } from "./base.ts"
import { floating, UNKNOWN_INPUT, weightShape } from "./core.ts"
import { type Entry, shapeValue } from "./define.ts"
import { type Layer, layer, layerArguments, type WeightShape } from "./layer.ts"
import { tensorsIn } from "./nesting.ts"
import { isLayer } from "./state.ts"
import { demand } from "./tensors.ts"

interface Kind {
  readonly name: "SimpleRNN" | "GRU" | "LSTM"
  readonly gates: Gates
  readonly tfjs: string
  readonly arguments: string
  readonly sentence: string
  readonly formula: string
}

const ACTIVATIONS =
  "activation='tanh', recurrent_activation='sigmoid', use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros'"
const CONSTRAINTS =
  "kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, seed=None"
const SEQUENCE =
  "return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False, zero_output_for_mask=False, implementation=2"

const KINDS: readonly Kind[] = [
  {
    name: "SimpleRNN",
    gates: 1,
    tfjs: "simpleRNN",
    arguments: `units, ${ACTIVATIONS.replace("recurrent_activation='sigmoid', ", "")}, ${CONSTRAINTS}`,
    sentence: "Reads a sequence step by step and keeps a state of `units` numbers.",
    formula: "(features + units + 1) · units",
  },
  {
    name: "GRU",
    gates: 3,
    tfjs: "gru",
    arguments: `units, ${ACTIVATIONS}, ${CONSTRAINTS}, reset_after=True, use_cudnn='auto'`,
    sentence: "Reads a sequence step by step; two gates decide what of the state is kept and renewed.",
    formula: "3 · (features + units + 2) · units",
  },
  {
    name: "LSTM",
    gates: 4,
    tfjs: "lstm",
    arguments: `units, ${ACTIVATIONS}, unit_forget_bias=True, ${CONSTRAINTS}, use_cudnn='auto'`,
    sentence: "Reads a sequence step by step; three gates guard a memory cell of `units` numbers.",
    formula: "4 · (features + units + 1) · units",
  },
]

/** TensorFlow.js keeps one bias for a GRU. */
const TFJS_DEFAULTS = { reset_after: V.FALSE, recurrent_activation: V.string("hardSigmoid") }

function cellWeights(kind: Kind, layer: Layer, shape: Shape | undefined): Record<string, WeightShape> {
  const units = layer.size("units")
  const wide = multiply(kind.gates, units)
  const bias: Shape = kind.name === "GRU" && layer.flag("reset_after") !== false ? [2, wide] : [wide]
  return {
    kernel: shape ? [shape.at(-1) ?? 1, wide] : UNKNOWN_INPUT,
    recurrent_kernel: [units, wide],
    bias: layer.flag("use_bias") !== false && bias,
  }
}

const stateCount = (kind: Kind): number => (kind.name === "LSTM" ? 2 : 1)

/** Output, and with `return_state` the states behind it. */
function results(
  call: Arguments,
  self: Layer,
  input: V.TensorValue,
  output: { sequence: Shape; last: Shape; states: Shape[] },
  macs: Dim,
  problems: readonly Problem[],
): V.Value {
  const shapes = [
    self.flag("return_sequences") === true ? output.sequence : output.last,
    ...(self.flag("return_state") === true ? output.states : []),
  ]
  const dtype = floating(input.dtype)
  const [only] = shapes
  const read = [input, ...tensorsIn(call.value("initial_state")), ...tensorsIn(call.value("sequence")).filter((tensor) => tensor !== input)]
  if (shapes.length === 1) return call.emit(read, { shape: only, macs, problems }, dtype)
  const tensors = call.emitAll(read, shapes, dtype, { macs, problems })
  return call.framework === "tfjs" ? V.list(tensors) : V.tuple(tensors)
}

/** Whether given initial states have as many features as the layer has units. */
function stateProblems(call: Arguments, units: Dim): Problem[] {
  return tensorsIn(call.value("initial_state")).flatMap((state) =>
    state.shape ? expectSame("feature-mismatch", "features in its initial state", units, state.shape.at(-1) ?? 1, "units") : [],
  )
}

function sequenceLayer(kind: Kind): Entry[] {
  return layer({
    name: kind.name,
    aliases: kind.name === "SimpleRNN" ? [] : [`CuDNN${kind.name}`],
    tfjs: kind.tfjs,
    tfjsDefaults: TFJS_DEFAULTS,
    signature: `${kind.arguments}, ${SEQUENCE}`,
    input: "sequence, initial_state=None",
    sentence: kind.sentence,
    formula: kind.formula,
    weights: (layer, [shape]) => cellWeights(kind, layer, shape),
    forward: (call, self) => {
      const { input, initial } = sequenceInput(call)
      const [features = 1] = weightShape(self, "kernel")
      const shape = demand(call, input, ["N", "L", features])
      const problems = expectRank(shape, 3)
      if (problems.length > 0) return call.emit([input], { shape: undefined, problems }, input.dtype)
      const units = self.size("units")
      const outcome = recur(shape, {
        gates: kind.gates,
        inputSize: features,
        hiddenSize: units,
        layers: 1,
        directions: 1,
        isBatchFirst: true,
      })
      const last = [shape[0] ?? 1, units]
      const found = [...outcome.problems, ...(initial ? [] : stateProblems(call, units))]
      return results(
        call,
        self,
        input,
        { sequence: outcome.shapes[0] ?? last, last, states: new Array<Shape>(stateCount(kind)).fill(last) },
        outcome.macs,
        found,
      )
    },
  })
}

/** The sequence may come in a list with the initial states behind it. */
function sequenceInput(call: Arguments): { input: V.TensorValue; initial: boolean } {
  const value = call.required("sequence")
  const first = value.kind === "list" || value.kind === "tuple" ? value.items[0] : undefined
  return first ? { input: call.tensorOf(first), initial: true } : { input: call.tensor("sequence"), initial: false }
}

function cell(kind: Kind): Entry[] {
  return layer({
    name: `${kind.name}Cell`,
    tfjs: `${kind.tfjs}Cell`,
    tfjsDefaults: TFJS_DEFAULTS,
    signature: `${kind.arguments}, implementation=2`,
    input: "inputs, states=None",
    sentence: `One step of a ${kind.name}.`,
    formula: kind.formula,
    weights: (layer, [shape]) => cellWeights(kind, layer, shape),
    forward: (call, self) => {
      const input = call.tensor("inputs")
      const [features = 1] = weightShape(self, "kernel")
      const shape = demand(call, input, ["N", features])
      const units = self.size("units")
      const output = [...shape.slice(0, -1), units]
      const made = call.emitAll([input], new Array<Shape>(1 + stateCount(kind)).fill(output), floating(input.dtype), {
        macs: stepMacs(shape, kind.gates, features, units),
        problems: expectSame("feature-mismatch", "features", features, shape.at(-1) ?? 1),
      })
      return V.tuple([made[0] as V.Value, V.list(made.slice(1))])
    },
  })
}

interface Steps {
  readonly output: Dim
  readonly macs: Dim
  readonly states: Shape[]
}

/** What a cell does over a whole sequence, and how wide its output is; undefined for a cell of the user's own. */
function runCell(call: Arguments, cell: V.Value, sequence: Shape): Steps | undefined {
  if (!isLayer(cell)) return undefined
  const arguments_ = layerArguments(call.interpreter, cell, call.place)
  const stacked = arguments_.value("cells")
  if (cell.class.name === "StackedRNNCells" && stacked) return runStack(call, arguments_.sequence(stacked) ?? [], sequence)
  const kind = KINDS.find(({ name }) => cell.class.qualifiedName.endsWith(`.${name}Cell`))
  if (!kind) return undefined
  const features = sequence.at(-1) ?? 1
  buildLayer(call.interpreter, cell, [shapeValue([sequence[0] ?? 1, features])], call.place)
  const units = arguments_.size("units")
  const { macs } = recur(sequence, {
    gates: kind.gates,
    inputSize: features,
    hiddenSize: units,
    layers: 1,
    directions: 1,
    isBatchFirst: true,
  })
  return { output: units, macs, states: new Array<Shape>(stateCount(kind)).fill([sequence[0] ?? 1, units]) }
}

function runStack(call: Arguments, cells: readonly V.Value[], sequence: Shape): Steps | undefined {
  let so: Steps = { output: sequence.at(-1) ?? 1, macs: 0, states: [] }
  for (const next of cells) {
    const step = runCell(call, next, [...sequence.slice(0, -1), so.output])
    if (!step) return undefined
    so = { output: step.output, macs: add(so.macs, step.macs), states: [...so.states, ...step.states] }
  }
  return so
}

const STACKED = layer({
  name: "StackedRNNCells",
  tfjs: "stackedRNNCells",
  signature: "cells",
  input: "inputs, states=None",
  sentence: "Several cells, one on top of the other.",
  forward: (call) => call.unclear("stacked cells are run by an RNN layer"),
})

/** A list of cells becomes one stack, as in Keras. */
function heldCell(layer: Layer): V.Value {
  const given = layer.required("cell")
  if (given.kind !== "list" && given.kind !== "tuple") return given
  const cls = layer.interpreter.catalogue(`${layer.framework}.layers.StackedRNNCells`)
  const call =
    layer.framework === "tfjs"
      ? { positional: [V.dictionaryOf([["cells", given]], { isObject: true })], keywords: new Map() }
      : { positional: [given], keywords: new Map() }
  return cls ? layer.interpreter.call(cls, call, layer.place) : given
}

const RNN = layer({
  name: "RNN",
  tfjs: "rnn",
  signature: `cell, ${SEQUENCE}`,
  input: "sequence, initial_state=None",
  sentence: "Runs a cell over a sequence.",
  children: (layer) => ({ cell: heldCell(layer) }),
  forward: (call, self) => {
    const { input } = sequenceInput(call)
    const shape = demand(call, input, ["N", "L", "C"])
    const steps = runCell(call, self.required("cell"), shape)
    if (!steps) return runOwnCell(call, self, input, shape)
    const [batch = 1, length = 1] = shape
    return results(
      call,
      self,
      input,
      { sequence: [batch, length, steps.output], last: [batch, steps.output], states: steps.states },
      steps.macs,
      [],
    )
  },
})

/** A cell of the user's own is run for one step, which tells the shapes; the other steps' products are not counted, so the sum is unknown. */
function runOwnCell(call: Arguments, self: Layer, input: V.TensorValue, shape: Shape): V.Value {
  const [batch = 1, length = 1, ...rest] = shape
  const cell = self.required("cell")
  const size = call.interpreter.findAttribute(cell, call.framework === "tfjs" ? "stateSize" : "state_size")
  const sizes =
    size === undefined || size.kind === "unknown"
      ? call.unclear("the size of the cell's state is not known")
      : (self.sequence(size) ?? [size])
  const states = sizes.map((value) => V.tensor(call.framework, [batch, ...self.sizesOf(value)], "float32"))
  const step = V.tensor(call.framework, [batch, ...rest], input.dtype)
  const answer = call.interpreter.call(cell, { positional: [step, V.list(states)], keywords: new Map() }, call.place)
  const [output] = tensorsIn(answer)
  if (!output?.shape) return call.unclear("what the cell gives is not known")
  const [, ...features] = output.shape
  const macs = call.fresh("macs", "a cell of the program's own is followed for one step only")
  return results(
    call,
    self,
    input,
    { sequence: [batch, length, ...features], last: output.shape, states: states.map((state) => state.shape ?? []) },
    macs,
    [],
  )
}

export const recurrentEntries: readonly Entry[] = [...KINDS.flatMap(sequenceLayer), ...KINDS.flatMap(cell), ...STACKED, ...RNN]
