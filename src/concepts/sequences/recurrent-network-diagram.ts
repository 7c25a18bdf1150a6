/** The picture of the recurrent network: unrolled, gradients on the way back, and what is fed back while training. */
import { numberOf } from "../knobs.ts"
import { column, type Edge, frame, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { chain, chainEdges, shownSteps, subscript, twoDigits } from "./cell-parts.ts"
import { backThrough, predictions, readChain, type RecurrentChain, scientific, truth, WAVE_STEPS } from "./recurrence.ts"

/** States that have room beside each other. */
const MOST_STATES = 7

export function recurrenceScene(knobs: Knobs, selection: Selection): Scene {
  const network = readChain(knobs)
  const count = shownStates(network)
  const moment = Math.min(selection.moment, count - 1)
  const unrolled = {
    name: "cell",
    length: network.length,
    layers: 1,
    directions: 1 as const,
    carried: "h",
    step: Math.min(moment, shownSteps(network.length) - 1),
    sizes: { x: String(numberOf(knobs, "input_size")), h: String(numberOf(knobs, "hidden_size")) },
  }
  const last = backThrough(network)[0]?.gradient ?? 0
  return {
    title: "Recurrent network",
    description:
      `One cell at each of ${network.length} steps, with the same weights; its state goes on to the next step. On the way back a gradient of 1 at the last step has become ${scientific(last)} at the first` +
      `${network.window < network.length ? `, because it is truncated after ${network.window} steps` : ""}. In training each step reads ${network.isForced ? "the true value before it" : "its own prediction before it"}.`,
    content: column([
      frame(selection, "chain", "Unrolled: the same cell at every step", chain(unrolled)),
      frame(
        selection,
        "back",
        "Back-propagation through time, for a cell of one number",
        row([wayBack(network, moment), decay(network)], 30),
      ),
      frame(selection, "teacher", "Teacher forcing: what a step reads while training", row([feeding(network), drift()], 24)),
    ]),
    edges: [...chainEdges(unrolled), ...backEdges(network, moment), ...feedingEdges(network)],
    moments: { count, perRow: 1, names: "step" },
  }
}

const shownStates = ({ length }: RecurrentChain): number => Math.min(length, MOST_STATES)
/** Of the drawn states, which are the last ones. */
const firstShown = (network: RecurrentChain): number => network.length - shownStates(network)

const strengthOf = (gradient: number): number => Math.min(1, Math.max(0.04, Math.abs(gradient)))

/** States of the last steps from left to right; the gradient comes from the right. */
function wayBack(network: RecurrentChain, moment: number): Part {
  const passed = backThrough(network)
  const from = firstShown(network)
  const nodes = passed.slice(from).map(({ state, gradient }, at): Part => {
    const isReached = shownStates(network) - 1 - at <= moment
    return {
      kind: "node",
      id: `state${at}`,
      tone: gradient === 0 ? "plain" : "warning",
      text: twoDigits(state),
      label: `h${subscript(from + at + 1)}`,
      radius: 19,
      strength: isReached ? 0.55 * strengthOf(gradient) : 0.04,
    }
  })
  const known = passed.slice(from).at(-1 - moment)?.gradient ?? 0
  const stops = network.window < network.length ? `truncated after ${network.window}` : "not truncated"
  return column(
    [
      row(nodes, 34),
      words([`${moment} step${moment === 1 ? "" : "s"} back: ${scientific(known)} of the gradient is left`], {}),
      words([`each step multiplies it by (1 − h²) · ${network.weight}; ${stops}`], { isQuiet: true, size: "small" }),
    ],
    14,
  )
}

function backEdges(network: RecurrentChain, moment: number): readonly Edge[] {
  const passed = backThrough(network).slice(firstShown(network))
  return passed.slice(0, -1).map(({ gradient, factor }, at): Edge => {
    const isReached = passed.length - 2 - at < moment
    return {
      from: `state${at + 1}`,
      to: `state${at}`,
      kind: "flow",
      direction: "left",
      tone: "warning",
      strength: isReached ? strengthOf(gradient) : 0.05,
      isDashed: gradient === 0,
      ...(isReached && gradient !== 0 && { label: twoDigits(factor) }),
    }
  })
}

const POWERS = [-9, 3] as const
const tens = (value: number): number => Math.min(POWERS[1], Math.max(POWERS[0], Math.log10(Math.max(1e-30, Math.abs(value)))))

/** The reader's weight beside a smaller and a larger one. */
function decay(network: RecurrentChain): Plot {
  const curve = (weight: number, tone: Tone, isDashed: boolean, window: number) => {
    const passed = backThrough({ ...network, weight, window }).filter(({ gradient }) => gradient !== 0)
    return {
      tone,
      isDashed,
      name: `w = ${weight}`,
      points: passed.reverse().map(({ gradient }, steps) => [steps, tens(gradient)] as const),
    }
  }
  return {
    kind: "plot",
    id: "decay",
    label: "Gradient left",
    width: 170,
    height: 110,
    x: { label: "steps back", from: 0, to: Math.max(1, network.length - 1) },
    y: { label: "10 to the power of", from: POWERS[0], to: POWERS[1], ticks: [-9, -6, -3, 0, 3] },
    curves: [
      curve(0.5, "first", true, network.length),
      curve(1.5, "third", true, network.length),
      curve(network.weight, "warning", false, network.window),
    ],
  }
}

const FED = 3

function feeding({ isForced }: RecurrentChain): Part {
  const step = (at: number): Part =>
    column(
      [
        { kind: "node", id: `predicted${at}`, tone: "output", text: `ŷ${subscript(at + 1)}`, radius: 16 },
        { kind: "box", id: `fed${at}`, tone: "kernel", label: "cell", width: 58 },
        { kind: "node", id: `true${at}`, tone: "input", text: `y${subscript(at)}`, radius: 16, isFaint: !isForced && at > 0 },
      ],
      26,
    )
  const said = isForced
    ? ["Training reads the truth y:", "errors cannot feed", "on themselves."]
    : ["Training reads ŷ, as use does:", "errors feed on themselves."]
  return row(
    [
      row(
        Array.from({ length: FED }, (_, at) => step(at)),
        44,
      ),
      words(said, { isQuiet: true, size: "small", align: "start" }),
    ],
    18,
  )
}

const feedingEdges = ({ isForced }: RecurrentChain): readonly Edge[] =>
  Array.from({ length: FED }, (_, at) => at).flatMap((at): Edge[] => [
    { from: `fed${at}`, to: `predicted${at}`, kind: "flow", direction: "up" },
    ...(isForced || at === 0 ? [{ from: `true${at}`, to: `fed${at}`, kind: "flow", direction: "up", tone: "input" } as const] : []),
    ...(at + 1 < FED ? [{ from: `fed${at}`, to: `fed${at + 1}`, kind: "flow", tone: "kernel" } as const] : []),
    ...(!isForced && at + 1 < FED
      ? [{ from: `predicted${at}`, to: `fed${at + 1}`, kind: "flow", tone: "output", isDashed: true } as const]
      : []),
  ])

function drift(): Plot {
  const points = (values: readonly number[]) => values.map((value, step) => [step, Math.max(-3, Math.min(3, value))] as const)
  const wave = Array.from({ length: WAVE_STEPS }, (_, step) => truth(step))
  return {
    kind: "plot",
    id: "drift",
    label: "A predictor that is 2 % wrong",
    width: 210,
    height: 110,
    x: { label: "step", from: 0, to: WAVE_STEPS - 1 },
    y: { label: "", from: -3, to: 3, ticks: [-3, 0, 3] },
    curves: [
      { tone: "input", name: "truth", points: points(wave) },
      { tone: "output", name: "reads the truth", points: points(predictions(true)), isDashed: true },
      { tone: "warning", name: "reads itself", points: points(predictions(false)) },
    ],
  }
}
