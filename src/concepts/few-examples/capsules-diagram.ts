/** The picture of capsules: a network of them, routing in the example iteration by iteration, and squash. */
import { short, sizesText } from "../knobs.ts"
import { type Cell, column, type Edge, frame, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import { lengthOf, type Routed, squashedLength, type Vector } from "./capsule-routing.ts"
import { NAMES, PARTS } from "./capsules-example.ts"
import type { computed } from "./capsules.ts"

type Found = ReturnType<typeof computed>

const TONES: readonly Tone[] = ["first", "third"]

export function capsulesScene(found: Found, selection: Selection): Scene {
  const moment = Math.max(0, Math.min(found.rounds.length - 1, selection.moment))
  const round = found.rounds[moment] as Routed
  const [first = 0, second = 0] = round.outputs.map(lengthOf)
  return {
    title: "Capsules",
    description: `${found.below} capsules of ${found.size} numbers expect something of each of ${found.above} capsules of ${found.wide}. In the example after iteration ${moment + 1} the ${NAMES[0]} has length ${first.toFixed(2)}, the ${NAMES[1]} ${second.toFixed(2)}.`,
    content: column([
      frame(selection, "network", "From parts to wholes", network(found)),
      frame(selection, "routing", `Routing by agreement: iteration ${moment + 1} of ${found.rounds.length}`, routing(found, round, moment)),
      frame(selection, "squash", "Squash: a length becomes a probability", row([squashCurve(round), changes(found, moment)], 34)),
    ]),
    edges: [
      { from: "below", to: "matrices", kind: "flow" },
      { from: "matrices", to: "router", kind: "flow" },
      { from: "router", to: "above", kind: "flow", tone: "output" },
      ...shares(round),
    ],
    moments: { count: found.rounds.length, perRow: 1, names: "iteration" },
  }
}

function network({ below, size, above, wide, weights, iterations }: Found): Part {
  return row(
    [
      { kind: "box", id: "below", tone: "input", label: `${short(below)} capsules`, detail: `${size} numbers each`, width: 120 },
      { kind: "box", id: "matrices", tone: "kernel", label: "a matrix for each pair", detail: `${short(weights)} weights`, width: 150 },
      {
        kind: "box",
        id: "router",
        tone: "second",
        label: "routing",
        detail: `${iterations} iteration${iterations === 1 ? "" : "s"}`,
        width: 100,
      },
      { kind: "box", id: "above", tone: "output", label: `${short(above)} capsules`, detail: sizesText([above, wide]), width: 120 },
    ],
    34,
  )
}

/** Thick where much of a capsule goes. */
const shares = ({ couplings }: Routed): readonly Edge[] =>
  couplings.flatMap((line, part) =>
    line.map((share, whole) => ({
      from: `part${part}`,
      to: `whole${whole}`,
      kind: "flow" as const,
      tone: TONES[whole] as Tone,
      strength: share,
    })),
  )

function routing(found: Found, round: Routed, moment: number): Part {
  const parts = PARTS.map((name, part): Part => ({ kind: "node", id: `part${part}`, tone: "input", text: name, radius: 21 }))
  const wholes = NAMES.map((name, whole): Part => {
    const length = lengthOf(round.outputs[whole] ?? [])
    return {
      kind: "node",
      id: `whole${whole}`,
      tone: TONES[whole] as Tone,
      text: name,
      label: `length ${length.toFixed(2)}`,
      radius: 25,
      strength: length,
    }
  })
  return column(
    [
      row([row([column(parts, 8), column(wholes, 44)], 90), couplingTable(round)], 34),
      row(
        NAMES.map((_, whole) => arrows(found, round, whole, moment)),
        50,
      ),
    ],
    18,
  )
}

function couplingTable({ couplings, agreements }: Routed): Part {
  const cells = couplings.map((line, part) => [
    { text: PARTS[part] ?? "" },
    ...line.map((share, whole): Cell => ({ text: share.toFixed(2), strength: share, tone: TONES[whole] as Tone })),
    ...(agreements[part] ?? []).map((value): Cell => ({ text: value.toFixed(2).replace("-", "−") })),
  ])
  const header = ["", ...NAMES.map((name) => `c ${name}`), ...NAMES.map((name) => `û·v ${name}`)].map((text) => ({ text }))
  return {
    kind: "grid",
    id: "couplings",
    tone: "plain",
    label: "Shares c, and agreement û·v",
    cells: [header, ...cells],
    side: 24,
    cellWidth: 62,
  }
}

/** What each part expects of a whole, as dots as large as its share, and the vector that results. */
function arrows({ predictions }: Found, { outputs, couplings }: Routed, whole: number, moment: number): Plot {
  const [x = 0, y = 0] = outputs[whole] ?? []
  const expected = predictions.map((of) => of[whole] ?? [])
  return {
    kind: "plot",
    id: `expected${whole}`,
    label: `What is expected of the ${NAMES[whole]}`,
    width: 150,
    height: 150,
    x: { label: "", from: -1.1, to: 1.1, ticks: [-1, 0, 1] },
    y: { label: "", from: -1.1, to: 1.1, ticks: [-1, 0, 1] },
    curves: [
      {
        tone: TONES[whole] as Tone,
        points: [
          [0, 0],
          [x, y],
        ],
      },
    ],
    dots: [
      ...expected.map(([across = 0, up = 0], part) => ({
        x: across,
        y: up,
        tone: "input" as const,
        radius: 2 + 6 * (couplings[part]?.[whole] ?? 0),
        hint: `${PARTS[part]}, share ${(couplings[part]?.[whole] ?? 0).toFixed(2)}`,
      })),
      { x, y, tone: TONES[whole] as Tone, radius: 5, hint: `v after iteration ${moment + 1}` },
    ],
  }
}

const SAMPLES = 61
const FARTHEST = 5

function squashCurve({ sums }: Routed): Plot {
  const dots = sums.map((sum, whole) => {
    const length = lengthOf(sum)
    return { x: length, y: squashedLength(length), tone: TONES[whole] as Tone, radius: 5, hint: NAMES[whole] ?? "" }
  })
  return {
    kind: "plot",
    id: "squash-curve",
    label: "Length before and after squash",
    width: 230,
    height: 130,
    x: { label: "|s|", from: 0, to: FARTHEST, ticks: [0, 1, 2, 3, 4, 5] },
    y: { label: "|v|", from: 0, to: 1, ticks: [0, 0.5, 1] },
    curves: [
      {
        tone: "output",
        points: Array.from({ length: SAMPLES }, (_, at) => {
          const length = (FARTHEST * at) / (SAMPLES - 1)
          return [length, squashedLength(length)] as const
        }),
      },
    ],
    dots,
  }
}

/** How far the vectors moved by each iteration. */
function changes({ rounds }: Found, moment: number): Part {
  if (rounds.length < 2)
    return words(["With one iteration nothing is routed:", "every share stays the same."], { isQuiet: true, align: "start" })
  const moved = rounds.slice(1).map(({ outputs }, at) => distance(outputs, rounds[at]?.outputs ?? []))
  return {
    kind: "bars",
    id: "changes",
    label: "How far the vectors still move",
    width: 150,
    rows: moved.slice(0, 6).map((value, at) => ({
      label: `iteration ${at + 2}`,
      value,
      text: value.toFixed(3),
      tone: at + 1 === moment ? ("output" as const) : ("plain" as const),
    })),
  }
}

export const distance = (one: readonly Vector[], other: readonly Vector[]): number =>
  Math.sqrt(
    one
      .flatMap((vector, at) => vector.map((value, index) => (value - (other[at]?.[index] ?? 0)) ** 2))
      .reduce((sum, each) => sum + each, 0),
  )
