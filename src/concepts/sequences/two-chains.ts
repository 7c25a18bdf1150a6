/** Chains of cells that read and that write, drawn side by side: what encoder–decoders, seq2seq, vec2seq and seq2vec are made of. */
import { column, type Edge, type Part, row, type Tone, words } from "../scene.ts"
import { subscript } from "./cell-parts.ts"

export interface Steps {
  /** Of the ids. */
  readonly prefix: string
  readonly length: number
  readonly cell: string
  readonly tone: Tone
  /** Above each cell, and below it; nothing where undefined. */
  readonly above: ((at: number) => string) | undefined
  readonly below: ((at: number) => string) | undefined
  /** The step that is looked at; none when it is outside. */
  readonly now: number
  readonly most?: number
  /** Below the cells, as words. */
  readonly note?: string
}

const MOST = 4
export const drawnSteps = ({ length, most = MOST }: Pick<Steps, "length" | "most">): number => Math.min(length, most)

export function stepsPart(steps: Steps): Part {
  const { prefix, length, cell, tone, above, below, now, note } = steps
  const times = Array.from({ length: drawnSteps(steps) }, (_, at) =>
    column(
      [
        ...(above ? [round(`${prefix}-above${at}`, "output", above(at), at <= now)] : []),
        { kind: "box" as const, id: `${prefix}${at}`, tone: at === now ? ("output" as const) : tone, label: cell, width: 50 },
        ...(below ? [round(`${prefix}-below${at}`, "input", below(at), at <= now)] : []),
      ],
      24,
    ),
  )
  const more = length > times.length ? `${length} steps, ${times.length} drawn` : `${length} step${length === 1 ? "" : "s"}`
  return column([row(times, 26), words(note === undefined ? more : `${more} · ${note}`, { isQuiet: true, size: "small" })], 12)
}

const round = (id: string, tone: Tone, text: string, isSeen: boolean): Part => ({
  kind: "node",
  id,
  tone,
  text,
  radius: 17,
  strength: isSeen ? 0.4 : 0.08,
})

export function stepsEdges(steps: Steps, tone: Tone = "kernel"): readonly Edge[] {
  const { prefix, above, below } = steps
  const count = drawnSteps(steps)
  return Array.from({ length: count }, (_, at) => at).flatMap((at): Edge[] => [
    ...(at + 1 < count ? [{ from: `${prefix}${at}`, to: `${prefix}${at + 1}`, kind: "flow", tone } as const] : []),
    ...(above ? [{ from: `${prefix}${at}`, to: `${prefix}-above${at}`, kind: "flow", direction: "up" } as const] : []),
    ...(below ? [{ from: `${prefix}-below${at}`, to: `${prefix}${at}`, kind: "flow", direction: "up" } as const] : []),
  ])
}

/** What a step wrote is what the next one reads. */
export const feedbackEdges = (steps: Steps): readonly Edge[] =>
  Array.from({ length: Math.max(0, drawnSteps(steps) - 1) }, (_, at) => ({
    from: `${steps.prefix}-above${at}`,
    to: `${steps.prefix}${at + 1}`,
    kind: "flow" as const,
    tone: "output" as const,
    isDashed: true,
  }))

/** The one vector between the two. */
export const contextPart = (id: string, lines: readonly string[]): Part =>
  column(
    [
      { kind: "box", id, tone: "second", label: "context", detail: lines[0] ?? "" },
      words(lines.slice(1), { isQuiet: true, size: "small" }),
    ],
    8,
  )

export const lettered =
  (letter: string) =>
  (at: number): string =>
    `${letter}${subscript(at + 1)}`
