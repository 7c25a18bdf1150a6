/** Generator against discriminator, drawn: what goes in, what is judged, and whose turn it is. */
import { column, type Edge, type Part, row, type Tone } from "../scene.ts"

interface Labelled {
  readonly label: string
  readonly detail: string
}

export interface Adversaries {
  /** What the generator reads; the first is noise. */
  readonly given: readonly Labelled[]
  readonly generator: Labelled
  readonly fake: Labelled
  readonly real: Labelled
  /** The discriminator reads the last of `given` beside an example. */
  readonly isTold?: true
  readonly discriminator: Labelled
  /** What comes out: the first is the verdict. */
  readonly verdicts: readonly Labelled[]
}

/** The discriminator sees a real example, then one that was made; then the generator is told what was wrong with it. */
export const TURNS = ["real", "fake", "generator"] as const
export type Turn = (typeof TURNS)[number]
export const turnAt = (moment: number): Turn => TURNS[Math.max(0, Math.min(TURNS.length - 1, moment))] as Turn

const box = (id: string, tone: Tone, { label, detail }: Labelled, width = 104): Part => ({ kind: "box", id, tone, label, detail, width })

export function adversariesPart({ given, generator, fake, real, discriminator, verdicts }: Adversaries): Part {
  return row(
    [
      column(
        given.map((each, at) => box(`given${at}`, at === 0 ? "fourth" : "second", each)),
        22,
      ),
      box("generator", "kernel", generator, 118),
      column([box("fake", "output", fake), box("real", "input", real)], 26),
      box("discriminator", "third", discriminator, 126),
      column(
        verdicts.map((each, at) => box(`verdict${at}`, at === 0 ? "plain" : "second", each, 116)),
        22,
      ),
    ],
    44,
  )
}

/** Lit where the turn passes; the gradient goes back to whoever learns. */
export function adversariesEdges({ given, isTold, verdicts }: Adversaries, turn: Turn): readonly Edge[] {
  const isMade = turn !== "real"
  const flow = (from: string, to: string, tone: Tone, isLit: boolean): Edge => ({
    from,
    to,
    kind: "flow",
    isDashed: !isLit,
    ...(isLit && { tone }),
  })
  return [
    ...given.map((_, at) => flow(`given${at}`, "generator", "kernel", isMade)),
    flow("generator", "fake", "output", isMade),
    flow("fake", "discriminator", "output", isMade),
    flow("real", "discriminator", "input", !isMade),
    ...(isTold ? [{ ...flow(`given${given.length - 1}`, "discriminator", "second", true), direction: "under" as const }] : []),
    ...verdicts.map((_, at) => flow("discriminator", `verdict${at}`, "third", true)),
    {
      from: "verdict0",
      to: turn === "generator" ? "generator" : "discriminator",
      kind: "flow",
      tone: "warning",
      direction: "over",
      isDashed: true,
      label: turn === "generator" ? "gradient, through the discriminator" : "gradient",
    },
  ]
}

export const TURN_WORDS: Readonly<Record<Turn, string>> = {
  real: "The discriminator learns: a real example is to get a 1.",
  fake: "The discriminator learns: what was made is to get a 0. The generator is left as it is.",
  generator: "The generator learns: what it makes is to get a 1. The discriminator is left as it is.",
}
