/** Draws scores on their way through the last activation to the loss, and the gradient on its way back; beside a pair that fits. */
import { type Cell, column, frame, type Grid, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { readPairing, shown } from "./loss-pairing-numbers.ts"
import {
  gradientBy,
  LASTS,
  LOSSES,
  lastNamed,
  leastLoss,
  lossNamed,
  lossOf,
  MATCHED,
  outputsOf,
  type Problem,
  TASKS,
  type Task,
  verdictOf,
  withScore,
} from "./pairings.ts"

type Reading = ReturnType<typeof readPairing>

/** More outputs than this are not listed. */
const MOST_SHOWN = 8

export function pairingScene(knobs: Knobs, selection: Selection): Scene {
  const problem = readPairing(knobs)
  const { task, last, loss, count } = problem
  const { grade, reason } = verdictOf(task, last, loss)
  const listed = Math.min(count, MOST_SHOWN)
  const moment = Math.min(selection.moment, listed - 1)
  const names = `${lastNamed(last).label === "none" ? "No activation" : lastNamed(last).label} with ${lossNamed(loss).label}`
  const mark = { fits: "✓ ", works: "~ ", wrong: "✗ " }[grade]
  return {
    title: "Loss and last layer",
    description: `${names}: ${reason} The loss is ${shown(lossOf(problem))}, its gradient by the first score ${shown(gradientBy(problem, 0))}.`,
    content: column(
      [
        words(`${mark}${reason}`, { size: "large" }),
        frame(selection, "way", "Forward to the loss, and back to the scores", way(problem, listed, moment)),
        frame(selection, "curves", "When the first score moves", row([lossPlot(problem), gradientPlot(problem)], 30)),
        frame(selection, "pairs", `All pairs for ${TASKS.find(({ value }) => value === task)?.label ?? ""}`, table(problem)),
      ],
      16,
    ),
    moments: { count: listed, perRow: 1, names: "output" },
  }
}

const matchedOf = (problem: Reading): Problem => ({ ...problem, ...MATCHED[problem.task] })

/** Numbers one below the other. */
function upright(id: string, label: string, tone: Tone, cells: readonly Cell[]): Grid {
  return { kind: "grid", id, tone, label, side: 24, cellWidth: 62, cells: cells.map((cell) => [cell]) }
}

function way(problem: Reading, listed: number, moment: number): Part {
  const { last, loss, scores, targets, count } = problem
  const indices = Array.from({ length: listed }, (_, index) => index)
  const outputs = outputsOf(problem)
  const cellOf =
    (values: readonly number[]) =>
    (index: number): Cell => ({
      text: shown(values[index] ?? 0),
      moment: index,
      ...(index === moment && { isMarked: true }),
    })
  const rest = count > listed ? [words(`first ${listed} of ${count}`, { size: "small", isQuiet: true })] : []
  return column(
    [
      row(
        [
          upright("scores", "scores z", "input", indices.map(cellOf(scores))),
          { kind: "box", id: "last", tone: "kernel", label: lastNamed(last).label === "none" ? "as they are" : lastNamed(last).label },
          upright("outputs", "outputs a", "output", indices.map(cellOf(outputs))),
          upright("targets", "targets y", "third", indices.map(cellOf(targets))),
          { kind: "box", id: "loss", tone: "kernel", label: lossNamed(loss).short, detail: `loss ${shown(lossOf(problem))}` },
          gradients("back", "gradient", problem, indices, moment),
          gradients("fitting", "of a pair that fits", matchedOf(problem), indices, moment),
        ],
        16,
      ),
      words([outputEquation(problem, moment), gradientText(problem, moment)]),
      ...rest,
    ],
    12,
  )
}

/** Colour is the sign: scores that are to rise, and those that are to fall. */
function gradients(id: string, label: string, problem: Problem, indices: readonly number[], moment: number): Grid {
  const cells = indices.map((index): Cell => {
    const value = gradientBy(problem, index)
    return {
      text: shown(value),
      tone: value > 0 ? "warning" : "output",
      strength: Math.min(0.7, 0.08 + 0.6 * Math.abs(value)),
      moment: index,
      hint: value > 0 ? "is to fall" : "is to rise",
      ...(index === moment && { isMarked: true }),
    }
  })
  return upright(id, label, "plain", cells)
}

/** How one output comes about. */
function outputEquation({ last, scores }: Problem, index: number): string {
  const score = scores[index] ?? 0
  const [z, whole] = [shown(score), scores.reduce((total, each) => total + Math.exp(each), 0)]
  const name = `a${index + 1}`
  switch (last) {
    case "none":
      return `${name} = ${z}`
    case "softmax":
      return `${name} = e^${z} ÷ Σ e^z = ${shown(Math.exp(score))} ÷ ${shown(whole)} = ${shown(Math.exp(score) / whole)}`
    case "log-softmax":
      return `${name} = ${z} − ln Σ e^z = ${z} − ${shown(Math.log(whole))} = ${shown(score - Math.log(whole))}`
    case "sigmoid":
      return `${name} = 1 ÷ (1 + e^${shown(-score)}) = ${shown(1 / (1 + Math.exp(-score)))}`
    case "tanh":
      return `${name} = tanh ${z} = ${shown(Math.tanh(score))}`
    case "relu":
      return `${name} = max(0, ${z}) = ${shown(Math.max(0, score))}`
  }
}

function gradientText(problem: Reading, index: number): string {
  const [own, fitting] = [gradientBy(problem, index), gradientBy(matchedOf(problem), index)]
  const share = Math.abs(fitting) > 1e-9 ? Math.abs(own / fitting) : 1
  const text = `∂L/∂z${index + 1} = ${shown(own)}`
  if (problem.last === MATCHED[problem.task].last && problem.loss === MATCHED[problem.task].loss) return `${text}: it grows with the error.`
  return share < 0.995 || share > 1.005
    ? `${text}, where a pair that fits has ${shown(fitting)}.`
    : `${text}, the same as that of a pair that fits.`
}

const EDGE = 8
const SAMPLES = 97

function sampled(problem: Problem, of: (problem: Problem) => number, from: number, to: number): readonly (readonly [number, number])[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const score = -EDGE + (2 * EDGE * index) / (SAMPLES - 1)
    return [score, Math.max(from, Math.min(to, of(withScore(problem, 0, score))))] as const
  })
}

/** As much of both curves as there is, up to a limit. */
function plot(problem: Reading, id: string, label: string, of: (problem: Problem) => number, lowest: number, highest: number): Plot {
  const at = Math.max(-EDGE, Math.min(EDGE, problem.scores[0] ?? 0))
  const [own, fitting] = [sampled(problem, of, lowest, highest), sampled(matchedOf(problem), of, lowest, highest)]
  const values = [...own, ...fitting].map(([, value]) => value)
  const [from, to] = [Math.floor(10 * Math.min(0, ...values)) / 10, Math.ceil(10 * Math.max(0.1, ...values)) / 10]
  return {
    kind: "plot",
    id,
    label,
    width: 250,
    height: 150,
    x: { label: "first score", from: -EDGE, to: EDGE, ticks: [-EDGE, -4, 0, 4, EDGE] },
    y: { label: "", from, to },
    curves: [
      { tone: "third", name: "a pair that fits", isDashed: true, points: fitting },
      { tone: "output", name: "this pair", points: own },
    ],
    dots: [{ x: at, y: Math.max(from, Math.min(to, of(problem))), tone: "output", radius: 4, hint: shown(of(problem)) }],
  }
}

const lossPlot = (problem: Reading): Plot => plot(problem, "loss-curve", `Loss · least ${shown(leastLoss(problem))}`, lossOf, -4, 8)
const gradientPlot = (problem: Reading): Plot =>
  plot(problem, "gradient-curve", "Gradient by the first score", (each) => gradientBy(each, 0), -4, 4)

const GRADE_TONES = { fits: "output", works: "third", wrong: "warning" } as const
const GRADE_SIGNS = { fits: "✓", works: "~", wrong: "✗" } as const

/** Losses down, activations across. */
function table({ task, last, loss }: Reading): Part {
  const cell = (ownLoss: (typeof LOSSES)[number], ownLast: (typeof LASTS)[number]): Cell => {
    const { grade, reason } = verdictOf(task as Task, ownLast.value, ownLoss.value)
    const isHere = ownLoss.value === loss && ownLast.value === last
    return {
      text: GRADE_SIGNS[grade],
      tone: GRADE_TONES[grade],
      strength: { fits: 0.7, works: 0.4, wrong: 0.12 }[grade],
      hint: reason,
      ...(isHere && { isMarked: true }),
    }
  }
  const grid = (id: string, label: string, own: (typeof LASTS)[number]): Grid => ({
    kind: "grid",
    id,
    tone: "plain",
    label,
    side: 24,
    cellWidth: 66,
    cells: LOSSES.map((each) => [cell(each, own)]),
  })
  const names = (id: string, label: string, cellWidth: number, of: (entry: (typeof LOSSES)[number]) => string): Grid => ({
    kind: "grid",
    id,
    tone: "plain",
    label,
    side: 24,
    cellWidth,
    cells: LOSSES.map((each) => [{ text: of(each), strength: 0, isMarked: each.value === loss }]),
  })
  return row(
    [
      names("names", "loss", 156, (each) => each.short),
      ...LASTS.map((each) => grid(`pairs-${each.value}`, each.label, each)),
      names("code", "in code", 210, ({ code }) => codeOf(code)),
    ],
    6,
  )
}

const codeOf = ({ torch, keras }: { readonly torch: string; readonly keras: string }): string =>
  torch === "–" ? `Keras ${keras}` : keras === "–" ? `torch ${torch}` : `torch ${torch}`
