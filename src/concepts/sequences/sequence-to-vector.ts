/** The subject "sequence to vector": a sequence of any length in, one vector out; by the last state, the mean or the largest values. */
import type { Model } from "../../model/model.ts"
import { linear } from "../../operators/multiply.ts"
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal, sizeOfAll } from "../executed.ts"
import { grouped, numberOf, short, texNumber as tex } from "../knobs.ts"
import { patternGraph, type PatternNode, type Role } from "../pattern-graph.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, Match, Numbers, Refusal, Subject } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { CELL, cellName, gatesOf } from "./encoder-decoder.ts"
import { cellOf, hiddenOf, recurrentSources } from "./encoder-decoder-in-model.ts"
import { costOf, countKnob, HIDDEN_SIZE, INPUT_SIZE, LENGTH, ONE_LAYER } from "./recurrent-layer.ts"
import { blankState, randomCell, runCell, tensorsOf } from "./recurrent-run.ts"
import { summaryExample } from "./vector-example.ts"
import { drawnSteps, lettered, type Steps, stepsEdges, stepsPart } from "./two-chains.ts"

const KNOBS: readonly Knob[] = [
  { ...INPUT_SIZE, arguments: {} } as Knob,
  { ...HIDDEN_SIZE, arguments: {} } as Knob,
  {
    kind: "choice",
    name: "summary",
    label: "Vector is",
    initial: "last",
    help: "How the states of all steps become one vector.",
    choices: [
      { value: "last", label: "the last state" },
      { value: "mean", label: "the mean of all states" },
      { value: "max", label: "the largest of each number" },
    ],
  },
  countKnob("classes", "Classes", 2, 20, "Numbers that come out."),
  CELL,
  { ...LENGTH, help: "Steps of the sequence itself." } as Knob,
  {
    kind: "number",
    name: "padding",
    label: "Padding",
    initial: 3,
    minimum: 0,
    maximum: 20,
    limit: 50,
    help: "Steps of nothing behind it, so that sequences of a batch are equally long.",
  },
]

function partsOf(knobs: Knobs) {
  const [input, hidden, classes, length, padding] = ["input_size", "hidden_size", "classes", "length", "padding"].map((name) =>
    numberOf(knobs, name),
  ) as [number, number, number, number, number]
  const gates = gatesOf(knobs)
  const sizes = { ...ONE_LAYER, input, hidden, length }
  const [cell, padded] = [costOf(gates, sizes), costOf(gates, { ...sizes, length: length + padding })]
  const head = { parameters: hidden * classes + classes, macs: Number(linear([1, hidden], [classes, hidden]).macs) }
  return {
    input,
    hidden,
    classes,
    length,
    padding,
    gates,
    sizes,
    cell,
    head,
    parameters: cell.parameters + head.parameters,
    macs: padded.macs + head.macs,
    wasted: padded.macs - cell.macs,
  }
}

function numbers(knobs: Knobs): Numbers {
  const { input, hidden, classes, length, padding, parameters, macs, wasted } = partsOf(knobs)
  return {
    quantities: [
      {
        name: "input",
        label: "Input",
        value: [length + padding, input],
        note: padding > 0 ? `${padding} step${padding > 1 ? "s" : ""} of padding` : "no padding",
      },
      { name: "vector", label: "Vector", value: hidden, note: "whatever the length" },
      { name: "output", label: "Output", value: classes },
      { name: "parameters", label: "Parameters", value: parameters },
      { name: "macs", label: "MACs", value: macs, note: `${grouped(wasted)} of them on padding` },
    ],
    problems: [],
  }
}

const SUMMARIES = {
  last: { tex: (length: number) => `v = h_{${length}}`, said: "the last state" },
  mean: { tex: (length: number) => `v = \\frac{1}{${length}} \\sum_{t=1}^{${length}} h_t`, said: "the mean of all states" },
  max: { tex: (length: number) => `v_j = \\max_{t \\le ${length}} h_{t,j}`, said: "the largest of each number" },
} as const

const summaryOf = (knobs: Knobs): keyof typeof SUMMARIES =>
  knobs["summary"] === "mean" ? "mean" : knobs["summary"] === "max" ? "max" : "last"

function formulas(knobs: Knobs) {
  const { cell, head, parameters, length } = partsOf(knobs)
  return [
    { label: "States", tex: "h_t = f(x_t, h_{t-1})" },
    { label: "Vector", tex: SUMMARIES[summaryOf(knobs)].tex(length) },
    { label: "Classes", tex: "p = \\mathrm{softmax}(W v + b)" },
    { label: "Parameters", tex: `${tex(cell.parameters)} + ${tex(head.parameters)} = ${tex(parameters)}` },
  ]
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { hidden, classes, length, padding, gates, cell, head, wasted } = partsOf(knobs)
  const which = summaryOf(knobs)
  const steps: Steps = {
    prefix: "read",
    length,
    cell: cellName(gates),
    tone: "kernel",
    above: lettered("h"),
    below: lettered("x"),
    ...(padding > 0 && { note: `then ${padding} of padding, not to be read` }),
    now: Math.min(selection.moment, drawnSteps({ length }) - 1),
  }
  const drawn = drawnSteps(steps)
  const taken = which === "last" ? [drawn - 1] : Array.from({ length: drawn }, (_, at) => at)
  const joined: readonly Edge[] = taken.map((at) => ({
    from: `read-above${at}`,
    to: "vector",
    kind: "flow",
    tone: "second",
    direction: at === drawn - 1 ? "right" : "over",
  }))
  return {
    title: "Sequence to vector",
    description: `A recurrent network reads ${length} steps; ${SUMMARIES[which].said}, ${hidden} numbers, stands for the whole sequence, and a linear layer makes ${classes} numbers of it. ${padding} steps of padding follow the sequence.`,
    content: column([
      frame(
        selection,
        "network",
        `Read all; the vector is ${SUMMARIES[which].said}`,
        column([
          words(" "),
          row(
            [
              stepsPart(steps),
              { kind: "box", id: "vector", tone: "second", label: "vector", detail: `${grouped(hidden)} numbers` },
              { kind: "box", id: "head", tone: "kernel", label: "linear" },
              { kind: "node", id: "out", tone: "output", text: "p", label: `${grouped(classes)} classes`, radius: 17 },
            ],
            30,
          ),
        ]),
      ),
      frame(selection, "example", "The vector, in two numbers", summaryExample(which, length, padding > 0)),
      frame(selection, "costs", "What the parts cost", costs(cell.parameters, head.parameters, wasted, cell.macs)),
    ]),
    edges: [
      ...stepsEdges(steps),
      ...joined,
      { from: "vector", to: "head", kind: "flow" },
      { from: "head", to: "out", kind: "flow", tone: "output" },
    ],
    moments: { count: drawn, perRow: 1, names: "step" },
  }
}

function costs(cell: number, head: number, wasted: number, macs: number): Part {
  const bar = (label: string, value: number, tone: "kernel" | "output" | "warning") => ({ label, value, text: short(value), tone })
  return row(
    [
      {
        kind: "bars",
        id: "parameters",
        label: "Parameters",
        width: 150,
        rows: [bar("recurrent", cell, "kernel"), bar("linear", head, "output")],
      },
      {
        kind: "bars",
        id: "macs",
        label: "MACs of the steps",
        width: 150,
        rows: [bar("sequence", macs, "kernel"), bar("padding", wasted, "warning")],
      },
    ],
    30,
  )
}

const MOST_STEPS = 16

/** One vector of states; by hand from the numbers that came out, or in tensors. */
const BY_HAND = {
  last: (values: readonly number[]) => values.at(-1) ?? 0,
  mean: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values: readonly number[]) => Math.max(...values),
}

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { input, hidden, classes, gates, sizes, parameters, cell: cost, length, padding } = partsOf(knobs)
  const refused = refusal(parameters)
  if (refused) return { refused: refused.replace("channels", "numbers in the state") }
  const { tensors } = backend
  const fitted = Math.max(1, Math.min(length, MOST_STEPS, Math.floor((length * backend.macsPerRun) / (4 * cost.macs))))
  const empty = Math.min(padding, MOST_STEPS)
  const cell = randomCell(backend, gates, sizes, 0, 33)
  const head = [tensors.randomUniform([hidden, classes], -0.1, 0.1, "float32", 34), tensors.zeros([classes])] as const
  const sequence = Array.from({ length: fitted }, (_, at) => tensors.randomNormal([1, input], 0, 1, "float32", at + 8))
  const rest = Array.from({ length: empty }, () => tensors.zeros([1, input]))
  const all = runCell(backend, gates, cell, [...sequence, ...rest], blankState(backend, gates, sizes)).map(({ hidden: state }) => state)
  const alone = runCell(backend, gates, cell, sequence, blankState(backend, gates, sizes)).map(({ hidden: state }) => state)
  const which = summaryOf(knobs)
  const summary = (states: readonly Held[]): Held => {
    const joined = backend.concat(states, 0)
    if (which === "last") return states.at(-1) as Held
    return which === "mean" ? tensors.mean(joined, 0, true) : tensors.max(joined, 0, true)
  }
  const vector = summary(alone)
  const chances = tensors.softmax(tensors.add(tensors.matMul(vector, head[0]), head[1]))
  const firsts = [...(await backend.values(tensors.slice(backend.concat(alone, 0), [0, 0], [fitted, 1])))]
  const distance = async (other: Held): Promise<number> => backend.number(tensors.max(tensors.abs(tensors.sub(vector, other))))
  const [masked, careless] = [await distance(summary(all.slice(0, fitted))), await distance(summary(all))]
  return {
    backend: backend.name,
    rows: [
      compared("Parameters", grouped(parameters), grouped(sizeOfAll([...tensorsOf(cell), ...head]))),
      comparedNumber("First number of the vector", BY_HAND[which](firsts), (await backend.values(vector))[0] ?? Number.NaN),
      comparedNumber("Chances, summed", 1, await backend.number(tensors.sum(chances))),
      { what: "Change by padding that is left out", predicted: "0", measured: masked.toExponential(1), agrees: masked < 1e-5 },
      ...(empty > 0 && which !== "max"
        ? [
            {
              what: "Change by padding that is read",
              predicted: "more than 0",
              measured: careless.toExponential(1),
              agrees: careless > 1e-5,
            },
          ]
        : []),
    ],
    timings: [],
    note: `Random weights, ${fitted} step${fitted > 1 ? "s" : ""}${fitted < length ? ` instead of ${length}` : ""} and ${empty} of padding.`,
  }
}

/** A sum of one value adds a bias of the model's own. */
const PASSED: ReadonlySet<Role> = new Set(["dropout", "normalisation", "activation", "softmax", "linear", "add"])

/** A recurrence whose states lose their steps and go through linear layers to the model's output; no recurrence is behind it. */
function recognise(model: Model): readonly Match[] {
  const graph = patternGraph(model)
  return model.producers.flatMap((producer) => {
    const end = producer === undefined ? undefined : graph[producer]
    const [head, vector] = end ? headBefore(graph, end) : [undefined, undefined]
    // One row for each sequence: a rank of three still has steps.
    if (!head || !vector || head.shape.length !== 2 || isPacked(graph, vector)) return []
    const readers = [...new Set(recurrentOf(graph, vector))].filter(({ layer, name }) => layer && !name.endsWith("cell"))
    const [reader] = readers
    if (!reader?.layer) return []
    const hidden = hiddenOf(reader)
    const knobs = { ...cellOf(reader), ...(hidden !== undefined && { hidden_size: hidden }) }
    const layers = [...new Set(readers.flatMap(({ layer }) => (layer ? [layer.path] : [])))]
    return [{ layers, label: "Sequence to vector · one vector for any length", knobs }]
  })
}

/** All steps of a packed batch, one row each: what the layer made, put together again by the layer itself. */
function isPacked(graph: readonly PatternNode[], { role, layer, inputs }: PatternNode): boolean {
  const before = graph[inputs[0] ?? -1]
  return role === "recurrent" && before?.role === "recurrent" && before.layer === layer
}

/** The first linear layer of the last ones, and what it reads. */
function headBefore(graph: readonly PatternNode[], end: PatternNode): readonly [PatternNode | undefined, PatternNode | undefined] {
  let [node, head]: [PatternNode | undefined, PatternNode | undefined] = [end, undefined]
  while (node && PASSED.has(node.role) && node.inputs.length === 1) {
    if (node.role === "linear") head = node
    node = graph[node.inputs[0] as number]
  }
  return [head, node]
}

const recurrentOf = (graph: readonly PatternNode[], node: PatternNode): readonly PatternNode[] =>
  node.name === "bidirectional" ? node.inputs.flatMap((input) => recurrentSources(graph, input)) : recurrentSources(graph, node.index)

export const sequenceToVector: Subject = {
  id: "sequence-to-vector",
  title: "Sequence to vector (seq2vec)",
  group: "sequences",
  summary: "A sequence of any length in, one vector of fixed size out: sentiment, topic, speaker, kind of gesture.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Executes it in TensorFlow.js against the summary by hand, counts its weights, and measures what padding does to the vector, left out and read.",
  check,
  recognise,
  // A pattern of several layers: none of them means it alone.
  fromLayer: () => undefined,
}
