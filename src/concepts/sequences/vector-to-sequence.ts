/** The subject "vector to sequence": one vector in, a sequence out; it may start the state, or be read again at each step. */
import { linear } from "../../operators/multiply.ts"
import type { Model } from "../../model/model.ts"
import type { Backend } from "../backend.ts"
import { compared, refusal, sizeOfAll } from "../executed.ts"
import { grouped, numberOf, short, sizesText, texNumber as tex } from "../knobs.ts"
import { ancestorsOf, patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, Match, Numbers, Refusal, Subject } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { CELL, cellName, gatesOf } from "./encoder-decoder.ts"
import { cellOf, hiddenOf, recurrentSources, repeatedInto } from "./encoder-decoder-in-model.ts"
import { costOf, countKnob, HIDDEN_SIZE, ONE_LAYER } from "./recurrent-layer.ts"
import { randomCell, type State, stepOf, tensorsOf } from "./recurrent-run.ts"
import { writingExample } from "./vector-example.ts"
import { drawnSteps, lettered, type Steps, stepsEdges, stepsPart } from "./two-chains.ts"

const KNOBS: readonly Knob[] = [
  countKnob("vector", "Vector", 256, 1024, "Numbers that come in, once."),
  {
    kind: "choice",
    name: "given",
    label: "Given to",
    initial: "state",
    help: "Where the vector enters: it makes the first state, or is what each step reads (Keras' RepeatVector).",
    choices: [
      { value: "state", label: "the first state" },
      { value: "steps", label: "every step" },
    ],
  },
  { ...HIDDEN_SIZE, arguments: {} } as Knob,
  countKnob("output_size", "Output size", 32, 512, "Numbers that come out at each step."),
  CELL,
  countKnob("length", "Output length", 8, 100, "Steps that are written."),
]

function partsOf(knobs: Knobs) {
  const [vector, hidden, outputSize, length] = ["vector", "hidden_size", "output_size", "length"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
    number,
  ]
  const gates = gatesOf(knobs)
  const isState = knobs["given"] !== "steps"
  const sizes = { ...ONE_LAYER, input: isState ? outputSize : vector, hidden, length }
  const cell = costOf(gates, sizes)
  const states = isState ? (gates === 4 ? 2 : 1) : 0
  const start = { parameters: states * (vector * hidden + hidden), macs: states * Number(linear([1, vector], [hidden, vector]).macs) }
  const readout = { parameters: hidden * outputSize + outputSize, macs: Number(linear([1, length, hidden], [outputSize, hidden]).macs) }
  const parameters = start.parameters + cell.parameters + readout.parameters
  return {
    vector,
    hidden,
    outputSize,
    length,
    gates,
    isState,
    sizes,
    cell,
    start,
    readout,
    states,
    parameters,
    macs: start.macs + cell.macs + readout.macs,
  }
}

function numbers(knobs: Knobs): Numbers {
  const { vector, outputSize, length, parameters, macs, isState } = partsOf(knobs)
  return {
    quantities: [
      { name: "vector", label: "Vector", value: vector, note: isState ? "read once" : `read ${length} time${length > 1 ? "s" : ""}` },
      { name: "output", label: "Output", value: [length, outputSize] },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { start, cell, readout, parameters, isState, length } = partsOf(knobs)
  return [
    isState
      ? { label: "Start", tex: "s_0 = \\tanh(W v + b), \\qquad s_t = f(y_{t-1}, s_{t-1})" }
      : { label: "Every step", tex: "s_0 = 0, \\qquad s_t = f(v, s_{t-1})" },
    { label: "Output", tex: `y_t = U s_t + d, \\quad t = 1, \\dots, ${length}` },
    { label: "Parameters", tex: `${tex(start.parameters)} + ${tex(cell.parameters)} + ${tex(readout.parameters)} = ${tex(parameters)}` },
  ]
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { vector, length, outputSize, isState, gates, start, cell, readout } = partsOf(knobs)
  const steps: Steps = {
    prefix: "write",
    length,
    cell: cellName(gates),
    tone: "third",
    above: lettered("y"),
    below: isState ? undefined : () => "v",
    now: Math.min(selection.moment, drawnSteps({ length }) - 1),
    note: `${outputSize} numbers each`,
  }
  const fed: readonly Edge[] = isState
    ? Array.from({ length: drawnSteps(steps) - 1 }, (_, at) => ({
        from: `write-above${at}`,
        to: `write${at + 1}`,
        kind: "flow",
        tone: "output",
        isDashed: true,
      }))
    : []
  const given: Part = { kind: "box", id: "vector", tone: "input", label: "vector", detail: `${grouped(vector)} numbers` }
  return {
    title: "Vector to sequence",
    description: `A vector of ${vector} numbers ${isState ? "makes the first state of a recurrent network" : "is read at every step of a recurrent network"}, which writes ${length} steps of ${outputSize} numbers.`,
    content: column([
      frame(
        selection,
        "network",
        isState ? "The vector is the first state" : "The vector is read at every step",
        row([given, stepsPart(steps)], 60),
      ),
      frame(selection, "example", `Step ${steps.now + 1}, in two numbers`, writingExample(isState, steps.now)),
      frame(selection, "costs", "What the parts cost", costs([start.parameters, cell.parameters, readout.parameters], isState)),
    ]),
    edges: [
      ...stepsEdges(steps, "third"),
      ...fed,
      { from: "vector", to: isState ? "write0" : "write-below0", kind: "flow", tone: "input", label: isState ? "s₀" : "v" },
    ],
    moments: { count: drawnSteps(steps), perRow: 1, names: "step" },
  }
}

function costs(parameters: readonly number[], isState: boolean): Part {
  const names = ["first state", "cell", "read-out"]
  const said = isState
    ? ["The vector is seen once:", "what it says must last", "in the state."]
    : ["The vector is seen at every step;", "steps differ only by", "their state."]
  return row(
    [
      {
        kind: "bars",
        id: "parameters",
        label: "Parameters",
        width: 170,
        rows: parameters.map((value, at) => ({ label: names[at] ?? "", value, text: short(value), tone: "third" as const })),
      },
      words(said, { isQuiet: true, size: "small", align: "start" }),
    ],
    24,
  )
}

const MOST_STEPS = 12

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { vector, hidden, outputSize, gates, isState, sizes, states, parameters, macs, length } = partsOf(knobs)
  const refused = refusal(parameters)
  if (refused) return { refused: refused.replace("channels", "numbers in the state") }
  const { tensors } = backend
  const steps = Math.max(1, Math.min(length, MOST_STEPS, Math.floor((length * backend.macsPerRun) / (4 * macs))))
  const uniform = (shape: readonly number[], seed: number): Held =>
    tensors.randomUniform(shape, -1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden), "float32", seed)
  const starts = Array.from({ length: states }, (_, at) => [uniform([vector, hidden], 31 + at), uniform([hidden], 41 + at)] as const)
  const cell = randomCell(backend, gates, sizes, 0, 51)
  const [readout, bias] = [uniform([hidden, outputSize], 61), uniform([outputSize], 62)]
  const write = (given: Held): readonly Held[] => {
    const [first = tensors.zeros([1, hidden]), second = tensors.zeros([1, hidden])] = starts.map(([weights, added]) =>
      tensors.tanh(tensors.add(tensors.matMul(given, weights), added)),
    )
    let state: State = { hidden: first, ...(gates === 4 && { cell: second }) }
    const outputs: Held[] = []
    for (let step = 0; step < steps; step++) {
      state = stepOf(gates)(backend, cell, isState ? (outputs.at(-1) ?? tensors.zeros([1, outputSize])) : given, state)
      outputs.push(tensors.add(tensors.matMul(state.hidden, readout), bias))
    }
    return outputs
  }
  const given = tensors.randomNormal([1, vector], 0, 1, "float32", 7)
  const output = backend.concat(write(given), 0)
  const [slope] = backend.gradients((at) => tensors.sum(write(at as Held).at(-1) as Held), [given])
  const influence = await backend.number(tensors.sum(tensors.abs(slope as Held)))
  const counted = sizeOfAll([...starts.flat(), ...tensorsOf(cell), readout, bias])
  return {
    backend: backend.name,
    rows: [
      compared("Output", sizesText([steps, outputSize]), sizesText(output.shape)),
      compared("Parameters", grouped(parameters), grouped(counted)),
      {
        what: `Influence of the vector on step ${steps} (sum of slopes)`,
        predicted: "more than 0",
        measured: influence.toExponential(2),
        agrees: influence > 0,
      },
    ],
    timings: [],
    note: `Random weights, ${steps} step${steps > 1 ? "s" : ""}${steps < length ? ` instead of ${length}` : ""}.`,
  }
}

/** A vector that no recurrence made, repeated for each step of one, or read before the first token. */
function recognise(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  return graph.flatMap((node) => {
    const from = repeatedInto(graph, node)
    const isRepeated = from !== undefined && recurrentSources(graph, from).length === 0
    if (!node.layer || !(isRepeated || (node.role === "recurrent" && beginsWithVector(graph, node)))) return []
    const hidden = hiddenOf(node)
    const knobs = { ...(isRepeated && { given: "steps" }), ...cellOf(node), ...(hidden !== undefined && { hidden_size: hidden }) }
    const how = isRepeated ? "the vector is read at every step" : "the vector is read as the first token"
    return [{ layers: [node.layer.path], label: `Vector to sequence · ${how}`, knobs }]
  })
}

/** Its sequence is one step, and behind it tokens. */
function beginsWithVector(graph: readonly PatternNode[], { inputs }: PatternNode): boolean {
  let joined = graph[inputs[0] ?? -1]
  while (joined?.name === "packpaddedsequence") joined = graph[joined.inputs[0] ?? -1]
  const [first, ...others] = joined?.role === "concatenate" ? joined.inputs : []
  const vector = graph[first ?? -1]
  const isOneStep =
    vector?.shape.length === 3 && vector.shape.slice(0, 2).includes(1) && joined?.shape.slice(0, 2).every((size) => size !== 1)
  return (
    Boolean(isOneStep) && !holds(graph, first, ["embedding", "recurrent"]) && others.some((other) => holds(graph, other, ["embedding"]))
  )
}

const holds = (graph: readonly PatternNode[], index: number | undefined, roles: readonly Role[]): boolean =>
  [...ancestorsOf(graph, index ?? -1)].some((at) => roles.includes(graph[at]?.role ?? "other"))

export const vectorToSequence: Subject = {
  id: "vector-to-sequence",
  title: "Vector to sequence (vec2seq)",
  group: "sequences",
  summary: "One vector in, a sequence out: a caption from an image's features, music from a style.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Executes it in TensorFlow.js, counts its weights, and measures by back-propagation how far the vector reaches.",
  check,
  recognise,
  // A pattern of several layers: none of them means it alone.
  fromLayer: () => undefined,
}
