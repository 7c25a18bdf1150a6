/** The subject "gates": a sigmoid that multiplies, so that a cell can keep, write and show; and the candidate, which is no gate. */
import { layerFacts } from "../layer-facts.ts"
import type { Model } from "../../model/model.ts"
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import { column, type Edge, frame, type Part, type Plot, row, type Scene, type Selection, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { layerSizes } from "./recurrent-layer.ts"
import { sigmoid } from "./small-cell.ts"

const tenth = (name: string, label: string, initial: number, most: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: -most,
  maximum: most,
  limit: most,
  step: 0.1,
  help,
})

const KNOBS: readonly Knob[] = [
  tenth("forget", "Forget gate's sum", 2, 6, "What the forget gate's weights make of input and state, before the sigmoid."),
  tenth("input", "Input gate's sum", 0.5, 6, "The same for the input gate."),
  tenth("candidate", "Candidate's sum", 1, 6, "What is to be written, before the tanh."),
  tenth("output", "Output gate's sum", 0, 6, "The same for the output gate."),
  tenth("cell", "Cell before", 1.5, 5, "The number that the cell holds."),
  {
    kind: "number",
    name: "steps",
    label: "Steps",
    initial: 20,
    minimum: 1,
    maximum: 100,
    limit: 200,
    help: "How long something is to be kept.",
  },
]

function computed(knobs: Knobs) {
  const at = (name: string): number => numberOf(knobs, name)
  const [forget, input, output] = [sigmoid(at("forget")), sigmoid(at("input")), sigmoid(at("output"))]
  const [candidate, before, steps] = [Math.tanh(at("candidate")), at("cell"), at("steps")]
  const [kept, written] = [forget * before, input * candidate]
  const cell = kept + written
  return { forget, input, output, candidate, before, steps, kept, written, cell, hidden: output * Math.tanh(cell), left: forget ** steps }
}

const shown = (value: number): string =>
  (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toFixed(3)).replace("-", "−")

function numbers(knobs: Knobs): Numbers {
  const { forget, input, output, candidate, cell, hidden, steps, left } = computed(knobs)
  const share = (value: number): string => `${shown(100 * value)} %`
  return {
    quantities: [
      { name: "forget", label: "Forget gate", value: share(forget), note: "of the cell is kept" },
      { name: "input", label: "Input gate", value: share(input), note: "of the candidate is written" },
      { name: "candidate", label: "Candidate", value: shown(candidate), note: "a value, not a share" },
      { name: "output", label: "Output gate", value: share(output), note: "of the cell is shown" },
      { name: "cell", label: "Cell", value: shown(cell) },
      { name: "hidden", label: "Hidden state", value: shown(hidden) },
      { name: "left", label: `Left after ${steps} step${steps === 1 ? "" : "s"}`, value: share(left), note: "with the same forget gate" },
    ],
    problems: [],
  }
}

const tex = (value: number): string => value.toFixed(3)

function formulas(knobs: Knobs) {
  const { forget, input, output, candidate, before, cell, hidden, steps, left } = computed(knobs)
  return [
    { label: "Gate", tex: `f = \\sigma(${numberOf(knobs, "forget")}) = ${tex(forget)} \\in (0, 1)` },
    { label: "Candidate", tex: `g = \\tanh(${numberOf(knobs, "candidate")}) = ${tex(candidate)} \\in (-1, 1)` },
    { label: "Cell", tex: `f c + i g = ${tex(forget)} \\cdot ${before} + ${tex(input)} \\cdot (${tex(candidate)}) = ${tex(cell)}` },
    { label: "Hidden state", tex: `o \\tanh(c) = ${tex(output)} \\cdot ${tex(Math.tanh(cell))} = ${tex(hidden)}` },
    {
      label: "Memory",
      tex: `f^{${steps}} = ${tex(forget)}^{${steps}} = ${left.toExponential(2).replace(/e\+?(-?\d+)/, " \\cdot 10^{$1}")}`,
    },
  ]
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const found = computed(knobs)
  return {
    title: "Gates",
    description: `A cell holds ${found.before}. The forget gate keeps ${shown(found.forget)} of it, the input gate writes ${shown(found.input)} of the candidate ${shown(found.candidate)}; the cell becomes ${shown(found.cell)}. The output gate shows ${shown(found.output)} of its tanh: ${shown(found.hidden)}.`,
    content: column([
      frame(selection, "cell-frame", "One number through the gates of an LSTM", cellPart(found)),
      frame(selection, "bends", "A gate is a share, the candidate a value", row([bends(knobs), memory(found)], 30)),
      frame(selection, "names", "Which cell has which", names()),
    ]),
    edges: edgesOf(found),
  }
}

const flow = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ from, to, kind: "flow", ...more })
const edgesOf = ({ kept, written, hidden }: ReturnType<typeof computed>): readonly Edge[] => [
  flow("before", "keep", { tone: "second" }),
  flow("keep", "sum", { tone: "second", label: shown(kept) }),
  flow("sum", "cell", { tone: "second" }),
  flow("cell", "show", { tone: "second", label: "tanh" }),
  flow("show", "hidden", { tone: "output", label: shown(hidden) }),
  flow("forget", "keep", { tone: "third", direction: "up" }),
  flow("write", "sum", { tone: "second", direction: "up", label: shown(written) }),
  flow("input", "write", { tone: "third" }),
  flow("candidate", "write", { tone: "first", direction: "left" }),
  flow("output", "show", { tone: "third", direction: "up" }),
]

/** All in one line, and what acts on it below. */
function cellPart({ before, forget, input, candidate, output, cell, hidden }: ReturnType<typeof computed>): Part {
  const number = (id: string, label: string, value: number, tone: "second" | "output"): Part => ({
    kind: "node",
    id,
    tone,
    text: value.toFixed(2).replace("-", "−"),
    label,
    radius: 22,
  })
  const gate = (id: string, label: string, value: number): Part => ({
    kind: "box",
    id,
    tone: "third",
    label,
    detail: `σ: ${shown(value)}`,
    width: 92,
  })
  const times = (id: string): Part => ({ kind: "node", id, tone: "plain", text: "×", radius: 22 })
  const writing = row(
    [
      gate("input", "input gate", input),
      times("write"),
      { kind: "box", id: "candidate", tone: "first", label: "candidate", detail: `tanh: ${shown(candidate)}`, width: 92 },
    ],
    24,
  )
  return row(
    [
      number("before", "cell before", before, "second"),
      column([times("keep"), gate("forget", "forget gate", forget)], 30),
      column([{ kind: "node", id: "sum", tone: "second", text: "+", radius: 22 }, writing], 30),
      number("cell", "cell", cell, "second"),
      column([times("show"), gate("output", "output gate", output)], 30),
      number("hidden", "hidden state", hidden, "output"),
    ],
    24,
    "start",
  )
}

function bends(knobs: Knobs): Plot {
  const samples = Array.from({ length: 61 }, (_, index) => -6 + index / 5)
  return {
    kind: "plot",
    id: "bends-plot",
    label: "Before and after the bend",
    width: 210,
    height: 120,
    x: { label: "sum", from: -6, to: 6, ticks: [-6, 0, 6] },
    y: { label: "", from: -1, to: 1, ticks: [-1, 0, 1] },
    curves: [
      { tone: "third", name: "σ: gates", points: samples.map((x) => [x, sigmoid(x)] as const) },
      { tone: "first", name: "tanh: candidate", isDashed: true, points: samples.map((x) => [x, Math.tanh(x)] as const) },
    ],
    dots: [
      ...["forget", "input", "output"].map((name) => ({
        x: numberOf(knobs, name),
        y: sigmoid(numberOf(knobs, name)),
        tone: "third" as const,
        radius: 4,
        hint: `${name} gate`,
      })),
      { x: numberOf(knobs, "candidate"), y: Math.tanh(numberOf(knobs, "candidate")), tone: "first", radius: 4, hint: "candidate" },
    ],
  }
}

/** What is left of a number when nothing is written. */
function memory({ forget, steps }: ReturnType<typeof computed>): Plot {
  const curve = (share: number) => Array.from({ length: steps + 1 }, (_, step) => [step, share ** step] as const)
  return {
    kind: "plot",
    id: "memory",
    label: "Left in the cell, if nothing is written",
    width: 230,
    height: 120,
    x: { label: "steps", from: 0, to: steps },
    y: { label: "", from: 0, to: 1, ticks: [0, 0.5, 1] },
    curves: [
      { tone: "third", name: `f = ${forget.toFixed(3)}`, points: curve(forget) },
      { tone: "plain", name: "f = σ(0) = 0.5", isDashed: true, points: curve(0.5) },
      { tone: "second", name: "f = σ(1) = 0.73", isDashed: true, points: curve(sigmoid(1)) },
    ],
  }
}

const names = (): Part =>
  row(
    [
      words(["plain RNN", "LSTM", "GRU"], { align: "start" }),
      words(
        [
          "none",
          "input, forget and output gate; the candidate is no gate",
          "reset and update gate; the update gate is forget and input in one",
        ],
        { align: "start", isQuiet: true },
      ),
    ],
    24,
  )

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { tensors } = backend
  const found = computed(knobs)
  const sum = (name: string): Held => tensors.scalar(numberOf(knobs, name))
  const after = (cell: Held): Held =>
    tensors.add(
      tensors.mul(tensors.sigmoid(sum("forget")), cell),
      tensors.mul(tensors.sigmoid(sum("input")), tensors.tanh(sum("candidate"))),
    )
  const before = tensors.scalar(found.before)
  const cell = after(before)
  const hidden = tensors.mul(tensors.sigmoid(sum("output")), tensors.tanh(cell))
  const chained = (start: Held): Held => {
    let current = start
    for (let step = 0; step < found.steps; step++) current = after(current)
    return current
  }
  const [slope] = backend.gradients((start) => chained(start as Held), [before])
  const measured = await backend.number(slope as Held)
  return {
    backend: backend.name,
    rows: [
      comparedNumber("Cell", found.cell, await backend.number(cell)),
      comparedNumber("Hidden state", found.hidden, await backend.number(hidden)),
      {
        what: `Gradient of the cell through ${found.steps} step${found.steps === 1 ? "" : "s"}: the forget gate's power`,
        predicted: found.left.toExponential(3),
        measured: measured.toExponential(3),
        agrees: Math.abs(measured - found.left) <= 1e-3 * found.left + 1e-36,
      },
    ],
    timings: [],
    note: "The same gates at every step; the gradient is the library's own back-propagation, through the cell alone.",
  }
}

/** A gated layer opens with the bias that its framework gives the forget gate at first. */
function fromLayer(facts: LayerFacts): Knobs | undefined {
  const sizes = layerSizes(facts, "LSTM") ?? layerSizes(facts, "GRU")
  if (!sizes) return undefined
  const length = sizes["length"]
  const startsAtOne = facts.arguments["unit_forget_bias"] === true
  return { ...(/LSTM/i.test(facts.type) && { forget: startsAtOne ? 1 : 0 }), ...(typeof length === "number" && { steps: length }) }
}

function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    if (!knobs) return []
    const label = /LSTM/i.test(layer.type) ? "Gates · input, forget, output" : "Gates · reset, update"
    return [{ layers: [layer.path], label, knobs }]
  })
}

export const gates: Subject = {
  id: "gates",
  title: "Gates",
  group: "sequences",
  summary: "A sigmoid makes a share between 0 and 1 and multiplies: so a cell learns what to keep, what to write and what to show.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Executes the cell in TensorFlow.js, and back-propagates through many steps: what arrives is the forget gate's power.",
  check,
  recognise,
  fromLayer,
}
