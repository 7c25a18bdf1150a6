/** Encoder and decoder in numbers: two numbers of state, read step by step, handed over, and written from. */
import { column, type Part, row, words } from "../scene.ts"
import { subscript, twoDigits, vector } from "./cell-parts.ts"
import { affineOf, applied, gruStep, inputAt, type Vector, ZEROS } from "./small-cell.ts"

/** Decoder's read-out; its cell has the encoder's weights here, to keep the example small. */
const READ_OUT = affineOf(9)

const put = (value: number): string => (value < 0 ? `(${twoDigits(value)})` : twoDigits(value))

const written = (state: Vector): Vector =>
  applied({ weights: READ_OUT.weights.map((one) => one.slice(0, state.length)), bias: READ_OUT.bias }, state)

/** All states of reading so many steps, the state before the first included. */
function statesOf(steps: number): readonly Vector[] {
  const states: Vector[] = [ZEROS]
  for (let step = 0; step < steps; step++) states.push(gruStep(inputAt(step), states[step] ?? ZEROS).hidden)
  return states
}

/** One step of reading, the handing over, or one step of writing. */
export function chainsExample(reads: number, moment: number): Part {
  if (moment < reads) return reading(moment)
  const context = statesOf(reads).at(-1) ?? ZEROS
  return moment === reads ? handing(context, reads) : writing(context, moment - reads - 1)
}

function reading(step: number): Part {
  const states = statesOf(step + 1)
  const [before = ZEROS, state = ZEROS] = states.slice(-2)
  const { update, candidate } = gruStep(inputAt(step), before)
  const [z = 0, n = 0, h = 0] = [update[0], candidate[0], before[0]]
  return column(
    [
      row(
        [
          vector("example-read", `reads x${subscript(step + 1)}`, inputAt(step), "input"),
          vector("example-before", `h${subscript(step)}`, before, "kernel"),
          words("gates →"),
          vector("example-update", "z", update, "plain"),
          vector("example-candidate", "n", candidate, "plain"),
          words("mixed →"),
          vector("example-state", `h${subscript(step + 1)}`, state, "kernel", { isNow: true }),
        ],
        16,
      ),
      words(`first number: z · h + (1 − z) · n = ${put(z)} · ${put(h)} + ${put(1 - z)} · ${put(n)} = ${twoDigits(state[0] ?? 0)}`),
    ],
    10,
  )
}

function handing(context: Vector, reads: number): Part {
  return column(
    [
      row(
        [
          vector("example-last", `h${subscript(reads)}`, context, "kernel"),
          words("is →"),
          vector("example-context", "c", context, "second", { isNow: true }),
          words("is →"),
          vector("example-first", "s₀", context, "third"),
        ],
        16,
      ),
      words(`The two numbers (${context.map(twoDigits).join(", ")}) are all that is left of ${reads * 2} that were read.`),
    ],
    10,
  )
}

function writing(context: Vector, step: number): Part {
  let [before, state, read] = [context, context, ZEROS]
  for (let at = 0; at <= step; at++) {
    if (at > 0) read = written(state)
    before = state
    state = gruStep(read, before).hidden
  }
  const output = written(state)
  const [u = 0, w = 0] = READ_OUT.weights[0] ?? []
  return column(
    [
      row(
        [
          vector("example-read", step === 0 ? "reads start" : `reads y${subscript(step)}`, read, "input"),
          vector("example-before", `s${subscript(step)}`, before, "third"),
          words("GRU →"),
          vector("example-state", `s${subscript(step + 1)}`, state, "third", { isNow: true }),
          words("U s + d →"),
          vector("example-written", `y${subscript(step + 1)}`, output, "output", { isNow: true }),
        ],
        16,
      ),
      words(
        `first number: ${put(u)} · ${put(state[0] ?? 0)} + ${put(w)} · ${put(state[1] ?? 0)} + ${put(READ_OUT.bias[0] ?? 0)} = ${twoDigits(output[0] ?? 0)}`,
      ),
    ],
    10,
  )
}
