/** The picture of the LSTM: the chain in time, one cell with its numbers moment by moment, and what the weights cost. */
import { percent, short } from "../knobs.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { affineLine, chain, chainEdges, elementwise, shownSteps, subscript, vector, wideVector } from "./cell-parts.ts"
import { costOf, readSizes, type RecurrentSizes, stateSize } from "./recurrent-layer.ts"
import { LSTM_WEIGHTS, lstmSteps, type LstmStep } from "./small-cell.ts"

/** What a step computes, one after the other. */
const STAGES = ["forget", "input", "candidate", "cell", "output", "hidden"] as const
type Stage = (typeof STAGES)[number]

const SAID: Readonly<Record<Stage, string>> = {
  forget: "The forget gate: which share of each number in the cell is kept.",
  input: "The input gate: which share of the candidate is written.",
  candidate: "The candidate: new content between −1 and 1. It is no gate.",
  cell: "The cell: what is kept, plus what is written. Nothing is multiplied by a weight here.",
  output: "The output gate: which share of the cell is shown.",
  hidden: "The hidden state: what goes up to the next layer, and on to the next step.",
}

export function lstmScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readSizes(knobs)
  const count = shownSteps(sizes.length)
  const moment = Math.min(selection.moment, count * STAGES.length - 1)
  const [time, at] = [Math.floor(moment / STAGES.length), moment % STAGES.length]
  const step = lstmSteps(time + 1)[time] as LstmStep
  const unrolled = {
    name: "LSTM",
    length: sizes.length,
    layers: sizes.layers,
    directions: sizes.directions,
    carried: "h, c",
    step: time,
    sizes: { x: String(sizes.input), h: String(sizes.directions * stateSize(sizes)) },
  }
  const stage = STAGES[at] as Stage
  return {
    title: "LSTM",
    description:
      `${sizes.length} steps of an LSTM with ${sizes.layers} layer${sizes.layers > 1 ? "s" : ""}; ${sizes.input} numbers come in at each step, ${stateSize(sizes)} are carried on as hidden state and ${sizes.hidden} as cell. ` +
      `Below, one cell with two numbers at step ${time + 1}: ${SAID[stage]}`,
    content: column([
      frame(selection, "chain", "The same cell at every step", chain(unrolled)),
      frame(selection, "cell", `Inside one cell, with two numbers instead of ${sizes.hidden}: step ${time + 1}`, cell(step, time, at)),
      frame(selection, "arithmetic", "The arithmetic of this moment", column([words(SAID[stage]), arithmetic(step, stage)], 10)),
      frame(selection, "costs", "What it costs, and its relatives", costs(sizes)),
    ]),
    edges: [...chainEdges(unrolled), ...CELL_EDGES],
    moments: { count: count * STAGES.length, perRow: STAGES.length, names: "moment" },
  }
}

/** So that gates stand in one line, whatever stands above them. */
const ABOVE_GATES = 117

function cell(step: LstmStep, time: number, at: number): Part {
  const showing = (stage: Stage) => ({ isKnown: at >= STAGES.indexOf(stage), isNow: STAGES[at] === stage })
  const gate = (stage: "forget" | "input" | "output", label: string) => vector(stage, label, step[stage], "third", showing(stage))
  const candidate = vector("candidate", "g: candidate", step.candidate, "first", showing("candidate"))
  const sum = column([words(["", ""], { size: "small" }), { kind: "node", id: "sum", tone: "second", text: "+" }], 0)
  const written = vector("written", "i ⊙ g", step.written, "second", showing("cell"))
  const lane: Part = row(
    [
      vector("before", "c before", step.before.cell, "second"),
      column([vector("kept", "f ⊙ c", step.kept, "second", showing("cell")), gate("forget", "f: forget")], ABOVE_GATES),
      column([sum, written, row([gate("input", "i: input"), candidate], 34)], 30),
      vector("cell", "c: cell", step.cell, "second", showing("cell")),
      column([vector("hidden", "h: hidden", step.hidden, "output", showing("hidden")), gate("output", "o: output")], ABOVE_GATES),
    ],
    40,
    "start",
  )
  const detail = `input x${subscript(time + 1)}, and hidden state before`
  return column([lane, wideVector("reading", "", step.reading, ["input", "input", "output", "output"], detail)], 22)
}

const flow = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ from, to, kind: "flow", ...more })

const CELL_EDGES: readonly Edge[] = [
  flow("before", "kept", { tone: "second" }),
  flow("kept", "sum", { tone: "second" }),
  flow("written", "sum", { tone: "second", direction: "up" }),
  flow("sum", "cell", { tone: "second" }),
  flow("cell", "hidden", { tone: "second", label: "tanh" }),
  flow("forget", "kept", { direction: "up", tone: "third", label: "×" }),
  flow("input", "written", { direction: "up", tone: "third" }),
  flow("candidate", "written", { direction: "up", tone: "first" }),
  flow("output", "hidden", { direction: "up", tone: "third", label: "×" }),
  ...["forget", "input", "candidate", "output"].map((gate) => flow("reading", gate, { direction: "up" })),
]

function arithmetic(step: LstmStep, stage: Stage): Part {
  if (stage === "cell")
    return elementwise([
      ["f", step.forget, "third"],
      "⊙",
      ["c before", step.before.cell, "second"],
      "+",
      ["i", step.input, "third"],
      "⊙",
      ["g", step.candidate, "first"],
      "=",
      ["c", step.cell, "second"],
    ])
  if (stage === "hidden")
    return elementwise([
      ["o", step.output, "third"],
      "⊙",
      ["tanh(c)", step.cell.map(Math.tanh), "second"],
      "=",
      ["h", step.hidden, "output"],
    ])
  const letter = { forget: "f", input: "i", candidate: "g", output: "o" }[stage]
  const isGate = stage !== "candidate"
  return affineLine(letter, LSTM_WEIGHTS[stage], step.reading, step.sums[stage], isGate ? "σ" : "tanh", {
    label: letter,
    values: step[stage],
    tone: isGate ? "third" : "first",
  })
}

function costs(sizes: RecurrentSizes): Part {
  const plain = { ...sizes, projection: 0 }
  const [lstm, gru, rnn] = [costOf(4, sizes), costOf(3, plain), costOf(1, plain)]
  const bars = (id: string, label: string, of: (cost: typeof lstm) => number): Part => ({
    kind: "bars",
    id,
    label,
    width: 200,
    rows: [
      { label: "LSTM", value: of(lstm), text: short(of(lstm)), tone: "output" },
      { label: "GRU", value: of(gru), text: `${short(of(gru))} · ${percent(of(gru), of(lstm))}`, tone: "plain" },
      { label: "plain RNN", value: of(rnn), text: `${short(of(rnn))} · ${percent(of(rnn), of(lstm))}`, tone: "plain" },
    ],
  })
  return row(
    [
      bars("parameter-bars", "Parameters", ({ parameters }) => parameters),
      bars("mac-bars", `MACs of ${sizes.length} steps`, ({ macs }) => macs),
    ],
    30,
  )
}
