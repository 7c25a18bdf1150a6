/** The picture of the GRU: the chain in time, one cell with its numbers moment by moment, and what the weights cost. */
import { percent, short } from "../knobs.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { affineLine, chain, chainEdges, elementwise, shownSteps, subscript, vector, wideVector } from "./cell-parts.ts"
import { costOf, readSizes, type RecurrentSizes } from "./recurrent-layer.ts"
import { GRU_WEIGHTS, type GruStep, gruSteps, rest } from "./small-cell.ts"

const STAGES = ["reset", "update", "candidate", "hidden"] as const
type Stage = (typeof STAGES)[number]

const SAID: Readonly<Record<Stage, string>> = {
  reset: "The reset gate: how much of the state before the candidate may see.",
  update: "The update gate: which share of the state before stays.",
  candidate: "The candidate: new content from the input, and from what the reset gate let through.",
  hidden: "The new state lies between the old one and the candidate: z and 1 − z are shares of a whole.",
}

export function gruScene(knobs: Knobs, selection: Selection): Scene {
  const sizes = readSizes(knobs)
  const count = shownSteps(sizes.length)
  const moment = Math.min(selection.moment, count * STAGES.length - 1)
  const [time, at] = [Math.floor(moment / STAGES.length), moment % STAGES.length]
  const step = gruSteps(time + 1)[time] as GruStep
  const stage = STAGES[at] as Stage
  const unrolled = {
    name: "GRU",
    length: sizes.length,
    layers: sizes.layers,
    directions: sizes.directions,
    carried: "h",
    step: time,
    sizes: { x: String(sizes.input), h: String(sizes.directions * sizes.hidden) },
  }
  return {
    title: "GRU",
    description:
      `${sizes.length} steps of a GRU with ${sizes.layers} layer${sizes.layers > 1 ? "s" : ""}; ${sizes.input} numbers come in at each step, ${sizes.hidden} are carried on. ` +
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

function cell(step: GruStep, time: number, at: number): Part {
  const showing = (stage: Stage) => ({ isKnown: at >= STAGES.indexOf(stage), isNow: STAGES[at] === stage })
  const candidate = vector("candidate", "n: candidate", step.candidate, "first", showing("candidate"))
  const sum = column([words(["", ""], { size: "small" }), { kind: "node", id: "sum", tone: "output", text: "+" }], 0)
  const written = vector("written", "(1 − z) ⊙ n", step.written, "output", showing("hidden"))
  const lane: Part = row(
    [
      column(
        [vector("before", "h before", step.before, "output"), vector("reset", "r: reset", step.reset, "third", showing("reset"))],
        ABOVE_GATES,
      ),
      column(
        [
          vector("kept", "z ⊙ h", step.kept, "output", showing("hidden")),
          vector("update", "z: update", step.update, "third", showing("update")),
        ],
        ABOVE_GATES,
      ),
      column([sum, written, candidate], 30),
      vector("hidden", "h: new state", step.hidden, "output", showing("hidden")),
    ],
    64,
    "start",
  )
  const detail = `input x${subscript(time + 1)}, and state before`
  return column([lane, wideVector("reading", "", step.reading, ["input", "input", "output", "output"], detail)], 30)
}

const flow = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ from, to, kind: "flow", ...more })

const CELL_EDGES: readonly Edge[] = [
  flow("before", "kept", { tone: "output" }),
  flow("kept", "sum", { tone: "output" }),
  flow("written", "sum", { tone: "output", direction: "up" }),
  flow("sum", "hidden", { tone: "output" }),
  flow("update", "kept", { direction: "up", tone: "third", label: "×" }),
  flow("update", "written", { tone: "third", label: "1 −" }),
  flow("candidate", "written", { direction: "up", tone: "first" }),
  flow("reset", "candidate", { direction: "under", tone: "third" }),
  ...["reset", "update", "candidate"].map((gate) => flow("reading", gate, { direction: "up" })),
]

function arithmetic(step: GruStep, stage: Stage): Part {
  if (stage === "candidate")
    return elementwise([
      ["W x + b", step.parts.fromInput, "input"],
      "+",
      ["r", step.reset, "third"],
      "⊙",
      ["U h", step.parts.fromState, "output"],
      "tanh →",
      ["n", step.candidate, "first"],
    ])
  if (stage === "hidden")
    return elementwise([
      ["z", step.update, "third"],
      "⊙",
      ["h before", step.before, "output"],
      "+",
      ["1 − z", rest(step.update), "third"],
      "⊙",
      ["n", step.candidate, "first"],
      "=",
      ["h", step.hidden, "output"],
    ])
  const letter = stage === "reset" ? "r" : "z"
  return affineLine(letter, GRU_WEIGHTS[stage], step.reading, step.sums[stage], "σ", { label: letter, values: step[stage], tone: "third" })
}

function costs(sizes: RecurrentSizes): Part {
  const [lstm, gru, rnn] = [costOf(4, sizes), costOf(3, sizes), costOf(1, sizes)]
  const bars = (id: string, label: string, of: (cost: typeof lstm) => number): Part => ({
    kind: "bars",
    id,
    label,
    width: 200,
    rows: [
      { label: "GRU", value: of(gru), text: short(of(gru)), tone: "output" },
      { label: "LSTM", value: of(lstm), text: `${short(of(lstm))} · ${percent(of(lstm), of(gru))}`, tone: "plain" },
      { label: "plain RNN", value: of(rnn), text: `${short(of(rnn))} · ${percent(of(rnn), of(gru))}`, tone: "plain" },
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
