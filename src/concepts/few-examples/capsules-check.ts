/** Check of capsules: the example routed in tensors, the slope of squash, and whether routing settles on many capsules. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { lengthOf, type RoutedHeld, routeHeld, squashHeld } from "./capsule-routing.ts"
import { NAMES } from "./capsules-example.ts"
import { computed } from "./capsules.ts"

/** Of the larger routing: as many as a check can do at once. */
const BELOW = 64
const ABOVE = 10
const NUMBERS = 8
const ITERATIONS = 30

export async function checkCapsules(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { predictions, last, iterations } = computed(knobs)
  const { tensors } = backend
  const shape = [1, predictions.length, NAMES.length, 2]
  const rounds = routeHeld(backend, backend.tensor(Float32Array.from(predictions.flat(2)), shape), iterations)
  const outputs = await backend.values((rounds.at(-1) as RoutedHeld).outputs)
  const couplings = await backend.values((rounds.at(-1) as RoutedHeld).couplings)
  const settled = await settling(backend)
  const [most, end] = [Math.max(...settled.moved), settled.moved.at(-1) ?? 1]
  const sum = lengthOf(last.sums[0] ?? [])
  const [slope] = backend.gradients((at) => tensors.sum(squashHeld(backend, tensors.reshape(at as Held, [1, 1]))), [tensors.scalar(sum)])
  return {
    backend: backend.name,
    rows: [
      ...NAMES.map((name, whole) =>
        comparedNumber(
          `Length of the ${name}, after ${iterations}`,
          lengthOf(last.outputs[whole] ?? []),
          lengthOf([...outputs.slice(2 * whole, 2 * whole + 2)]),
        ),
      ),
      comparedNumber("Share of the first part for the face", last.couplings[0]?.[0] ?? 0, couplings[0] ?? 0),
      comparedNumber(
        "Slope of squash by back-propagation, 2n ÷ (1 + n²)²",
        (2 * sum) / (1 + sum * sum) ** 2,
        await backend.number(slope as Held),
      ),
      {
        what: `How far vectors move: the most in an iteration, and in iteration ${ITERATIONS}`,
        predicted: `below a tenth of ${most.toFixed(3)}`,
        measured: end.toFixed(4),
        agrees: end < most / 10,
      },
      {
        what: "Shares grow decided: largest share, on average",
        predicted: `above ${(settled.decided[0] ?? 0).toFixed(2)}, where all start`,
        measured: (settled.decided.at(-1) ?? 0).toFixed(2),
        agrees: (settled.decided.at(-1) ?? 0) > (settled.decided[0] ?? 1),
      },
    ],
    timings: [],
    picture: pictureOf(settled),
    note: `The example, and ${BELOW} random capsules routed to ${ABOVE} of ${NUMBERS} numbers, half of which agree on one of them, ${ITERATIONS} times.`,
  }
}

interface Settled {
  /** From each iteration to the next. */
  readonly moved: readonly number[]
  readonly decided: readonly number[]
}

/** Half of the capsules expect nearly the same of the first capsule above; all else is random. */
async function settling(backend: Backend): Promise<Settled> {
  const { tensors } = backend
  const noise = tensors.randomNormal([1, BELOW, ABOVE, NUMBERS], 0, 0.4, "float32", 5)
  const agreed = new Float32Array(BELOW * ABOVE * NUMBERS)
  for (let below = 0; below < BELOW / 2; below++) agreed.fill(0.5, below * ABOVE * NUMBERS, below * ABOVE * NUMBERS + NUMBERS)
  const rounds = routeHeld(backend, tensors.add(noise, backend.tensor(agreed, noise.shape)), ITERATIONS)
  const moved: number[] = []
  for (const [at, { outputs }] of rounds.slice(1).entries()) {
    const before = (rounds[at] as RoutedHeld).outputs
    moved.push(await backend.number(tensors.sqrt(tensors.sum(tensors.square(tensors.sub(outputs, before))))))
  }
  const decided: number[] = []
  for (const { couplings } of rounds) decided.push(await backend.number(tensors.mean(tensors.max(couplings, 2))))
  return { moved, decided }
}

function pictureOf({ moved, decided }: Settled): Scene {
  const most = Math.max(...moved, 0.01)
  return {
    title: "Routing settles",
    description: `The vectors move by ${(moved[0] ?? 0).toFixed(3)} in the second iteration and by ${(moved.at(-1) ?? 0).toFixed(4)} in the last.`,
    content: {
      kind: "plot",
      id: "settled",
      label: "Routing settles, and grows decided",
      width: 300,
      height: 150,
      x: { label: "iteration", from: 1, to: ITERATIONS },
      y: { label: "of the most", from: 0, to: 1, ticks: [0, 0.5, 1] },
      curves: [
        { tone: "kernel", name: "how far vectors moved", points: moved.map((value, at) => [at + 2, value / most] as const) },
        { tone: "output", name: "largest share", points: decided.map((value, at) => [at + 1, value] as const) },
      ],
    },
  }
}
