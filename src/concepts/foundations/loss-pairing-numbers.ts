/** The knobs of the last layer and its loss, and the small example they make. */
import { numberOf } from "../knobs.ts"
import type { Knob, Knobs } from "../subject.ts"
import { LASTS, LOSSES, type Problem, type Task, type Last, type Loss, TASKS } from "./pairings.ts"

const choices = (entries: readonly { readonly value: string; readonly label: string }[]) =>
  entries.map(({ value, label }) => ({ value, label }))

export const PAIRING_KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "task",
    label: "What is asked",
    initial: "classes",
    help: "What the network shall answer.",
    choices: choices(TASKS),
  },
  {
    kind: "choice",
    name: "last",
    label: "Last activation",
    initial: "softmax",
    help: "What is applied to the last layer's numbers.",
    choices: choices(LASTS),
  },
  { kind: "choice", name: "loss", label: "Loss", initial: "cross-entropy", help: "What training makes small.", choices: choices(LOSSES) },
  {
    kind: "number",
    name: "outputs",
    label: "Outputs",
    initial: 4,
    minimum: 2,
    maximum: 10,
    limit: 1000,
    help: "How many classes or labels there are; a number has one.",
  },
  {
    kind: "number",
    name: "score",
    label: "First score",
    initial: -2,
    minimum: -8,
    maximum: 8,
    limit: 50,
    step: 0.1,
    help: "Of the right class, or of the first label; or what the last layer makes of the number.",
  },
  {
    kind: "number",
    name: "target",
    label: "Target number",
    initial: 0.8,
    minimum: -5,
    maximum: 5,
    limit: 1000,
    step: 0.1,
    help: "The right answer where a number is asked for.",
  },
]

/** Scores of the others, the same every time. */
const OTHERS = [0.5, 1.5, -1, 0.8, -0.4, 2, -1.6, 0.1, 1.1]

export const isSingle = (task: Task): boolean => task === "number" || task === "share"

export function readPairing(knobs: Knobs): Problem & { readonly task: Task; readonly count: number } {
  const task = knobs["task"] as Task
  const count = isSingle(task) ? 1 : numberOf(knobs, "outputs")
  const targetAt = (index: number): number =>
    isSingle(task) ? numberOf(knobs, "target") : task === "classes" ? Number(index === 0) : Number(index % 2 === 0)
  return {
    task,
    count,
    last: knobs["last"] as Last,
    loss: knobs["loss"] as Loss,
    scores: Array.from({ length: count }, (_, index) =>
      index === 0 ? numberOf(knobs, "score") : (OTHERS[(index - 1) % OTHERS.length] ?? 0),
    ),
    targets: Array.from({ length: count }, (_, index) => targetAt(index)),
  }
}

export const shown = (value: number): string => {
  if (value === Number.NEGATIVE_INFINITY) return "no bound"
  const text = Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2) : String(Number(value.toFixed(3)))
  return text.replace(/^-/, "−")
}
