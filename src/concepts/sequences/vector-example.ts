/** Between one vector and a sequence, in numbers: two numbers of state, as the small GRU makes them. */
import { column, type Part, row, sign, words } from "../scene.ts"
import { subscript, twoDigits, vector } from "./cell-parts.ts"
import { affineOf, applied, gruStep, gruSteps, type Vector, ZEROS } from "./small-cell.ts"

const SHOWN = 4

type Summary = "last" | "mean" | "max"

const SUMMARIES: Readonly<Record<Summary, { readonly of: (values: Vector) => number; readonly said: (values: Vector) => string }>> = {
  last: { of: (values) => values.at(-1) ?? 0, said: (values) => `the last: ${twoDigits(values.at(-1) ?? 0)}` },
  mean: {
    of: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
    said: (values) => `(${values.map(put).join(" + ")}) ÷ ${values.length}`,
  },
  max: { of: (values) => Math.max(...values), said: (values) => `the largest of ${values.map(twoDigits).join(", ")}` },
}

const put = (value: number): string => (value < 0 ? `(${twoDigits(value)})` : twoDigits(value))

/** All states, and what is taken of them; a step of padding behind changes the state, and is not read. */
export function summaryExample(summary: Summary, length: number, hasPadding: boolean): Part {
  const steps = gruSteps(Math.min(length, SHOWN))
  const states = steps.map(({ hidden }) => hidden)
  const padded = gruStep(ZEROS, states.at(-1) ?? ZEROS).hidden
  const { of, said } = SUMMARIES[summary]
  const firsts = states.map(([first = 0]) => first)
  const result = (states[0] ?? ZEROS).map((_, at) => of(states.map((state) => state[at] ?? 0)))
  const taken = (at: number): boolean => summary !== "last" || at === states.length - 1
  return column(
    [
      row(
        [
          ...states.map((state, at) => vector(`example-h${at}`, `h${subscript(at + 1)}`, state, "output", { isNow: taken(at) })),
          ...(hasPadding ? [vector("example-padding", "padding", padded, "warning", { detail: "not read" })] : []),
          sign("→"),
          vector("example-vector", "vector", result, "second", { isNow: true }),
        ],
        12,
      ),
      words(`first number: ${said(firsts)}${summary === "last" ? "" : ` = ${twoDigits(result[0] ?? 0)}`}`),
    ],
    10,
  )
}

const [START, READ_OUT] = [affineOf(8), affineOf(9)].map(({ weights, bias }) => ({ weights: weights.map((one) => one.slice(0, 2)), bias }))
const GIVEN: Vector = [0.8, -0.3]

/** One step of writing: what it reads, the state, and the number that comes out. */
export function writingExample(isState: boolean, moment: number): Part {
  if (!START || !READ_OUT) return words("")
  let [reading, state] = isState ? [ZEROS, applied(START, GIVEN).map(Math.tanh)] : [GIVEN, ZEROS]
  let before = state
  let read = reading
  for (let step = 0; step <= moment; step++) {
    ;[before, read] = [state, reading]
    state = gruStep(reading, state).hidden
    if (isState) reading = applied(READ_OUT, state)
  }
  const written = applied(READ_OUT, state)
  const [u = 0, w = 0] = READ_OUT.weights[0] ?? []
  const readName = isState ? (moment === 0 ? "start" : `y${subscript(moment)}`) : "v"
  return column(
    [
      row(
        [
          vector("example-read", `reads ${readName}`, read, "input"),
          vector("example-before", `s${subscript(moment)}`, before, "third"),
          words("GRU →"),
          vector("example-state", `s${subscript(moment + 1)}`, state, "third", { isNow: true }),
          words("U s + d →"),
          vector("example-written", `y${subscript(moment + 1)}`, written, "output", { isNow: true }),
        ],
        16,
      ),
      words(
        `first number: ${put(u)} · ${put(state[0] ?? 0)} + ${put(w)} · ${put(state[1] ?? 0)} + ${put(READ_OUT.bias[0] ?? 0)} = ${twoDigits(written[0] ?? 0)}`,
      ),
      words(
        isState
          ? `s₀ = tanh(W v + b) of v = (${GIVEN.map(twoDigits).join(", ")}); later steps see v through the state only.`
          : `v = (${GIVEN.map(twoDigits).join(", ")}) is read again at every step.`,
        { isQuiet: true, size: "small" },
      ),
    ],
    10,
  )
}
