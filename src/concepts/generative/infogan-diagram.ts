/** InfoGAN drawn: a code that goes in and is to be read out again, what an example says about it, and the bound in numbers. */
import { grouped, numberOf, short } from "../knobs.ts"
import { column, type Edge, frame, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { type Adversaries, adversariesEdges, adversariesPart, TURN_WORDS, TURNS, turnAt } from "./adversarial-diagram.ts"
import { curveOf, density } from "./gaussian.ts"
import { boundOf, guessOf, infoOf, places } from "./infogan-information.ts"

const TONES: readonly Tone[] = ["first", "output", "warning", "third", "second", "fourth"]
const toneAt = (at: number): Tone => TONES[at % TONES.length] as Tone

function adversaries(knobs: Knobs): Adversaries {
  const { noise, categories, continuous, generator, discriminator, size, recovery } = infoOf(knobs)
  const also = continuous > 0 ? ` + ${continuous}` : ""
  return {
    given: [
      { label: "noise z", detail: `${grouped(noise)} numbers` },
      { label: "code c", detail: `1 of ${categories}${also}` },
    ],
    generator: { label: "generator G", detail: `${short(generator)} parameters` },
    fake: { label: "made G(z, c)", detail: `${grouped(size)} numbers` },
    real: { label: "real x", detail: `${grouped(size)} numbers` },
    discriminator: { label: "discriminator D", detail: `${short(discriminator)} parameters` },
    verdicts: [
      { label: "real?", detail: "D's last layer" },
      { label: "which code? Q", detail: `${short(recovery)} parameters` },
    ],
  }
}

const RECOVERS = "Q says which code it was. Generator and Q both learn to make that easy: the code must be seen in what is made."

function gameEdges(both: Adversaries, moment: number): readonly Edge[] {
  if (moment < TURNS.length) return adversariesEdges(both, turnAt(moment))
  const back: Edge = {
    from: "verdict1",
    to: "generator",
    kind: "flow",
    tone: "warning",
    direction: "under",
    isDashed: true,
    label: "gradient of the bound",
  }
  return [...adversariesEdges(both, "generator").slice(0, -1), back]
}

function plots(knobs: Knobs): readonly [Plot, Plot] {
  const { categories, apart, trust } = infoOf(knobs)
  const at = places(categories, apart)
  const edge = Math.ceil(Math.abs(at[0] ?? 0) + 3)
  const plot = { kind: "plot" as const, width: 250, height: 150, x: { label: "x", from: -edge, to: edge, ticks: [-edge, 0, edge] } }
  const middle = Math.floor((categories - 1) / 2)
  return [
    {
      ...plot,
      id: "densities",
      label: "What is made of each code",
      y: { label: "", from: 0, to: 0.45, ticks: [0, 0.4] },
      curves: at.map((place, which) => ({ tone: toneAt(which), isFilled: true, points: curveOf((x) => density(x, place), -edge, edge) })),
    },
    {
      ...plot,
      id: "guesses",
      label: `How likely was it code ${middle + 1}?`,
      y: { label: "", from: 0, to: 1, ticks: [0, 0.5, 1] },
      curves: [
        { tone: toneAt(middle), name: "truth p(c|x)", points: curveOf((x) => guessOf(x, at, 1)[middle] ?? 0, -edge, edge, 121) },
        { tone: "plain", name: "Q(c|x)", isDashed: true, points: curveOf((x) => guessOf(x, at, trust)[middle] ?? 0, -edge, edge, 121) },
      ],
    },
  ]
}

function boundPart(knobs: Knobs): Part {
  const { categories, apart, trust, entropy, information, bound } = infoOf(knobs)
  const top = Math.ceil(entropy * 2) / 2
  const clipped = (value: number): number => Math.max(-0.5, value)
  return row(
    [
      {
        kind: "bars",
        id: "nats",
        label: "In nats",
        width: 190,
        rows: [
          { label: "H(c)", value: entropy, text: entropy.toFixed(3), tone: "plain" },
          { label: "I(c; x), exact", value: information, text: information.toFixed(3), tone: "output" },
          { label: "bound by Q", value: Math.max(0, bound), text: bound.toFixed(3), tone: "third" },
        ],
      },
      {
        kind: "plot",
        id: "bound",
        label: "Never above, and equal where Q is right",
        width: 230,
        height: 150,
        x: { label: "trust of Q", from: 0, to: 3, ticks: [0, 1, 2, 3] },
        y: { label: "", from: -0.5, to: top, ticks: [-0.5, 0, top] },
        curves: [
          { tone: "third", name: "bound", points: curveOf((t) => clipped(boundOf(categories, apart, t).bound), 0, 3, 31) },
          {
            tone: "output",
            name: "I(c; x)",
            isDashed: true,
            points: [
              [0, information],
              [3, information],
            ],
          },
        ],
        dots: [{ x: Math.min(3, trust), y: clipped(bound), tone: "third", radius: 5, hint: "the example's Q" }],
      },
    ],
    30,
  )
}

/** One example, a little right of the first code's place. */
function examplePart(knobs: Knobs): Part {
  const { categories, apart, trust } = infoOf(knobs)
  const at = places(categories, apart)
  const x = (at[0] ?? 0) + 0.4 * apart
  const [truth, guess] = [guessOf(x, at, 1), guessOf(x, at, trust)]
  const line = (id: string, label: string, tone: Tone, values: readonly number[], strength: boolean): Part => ({
    kind: "grid",
    id,
    tone,
    label,
    side: 26,
    cellWidth: 52,
    cells: [values.slice(0, 10).map((value) => ({ text: value.toFixed(3), ...(strength && { strength: Math.min(1, value) }) }))],
  })
  const logs = guess.map((each) => Math.log(Math.max(1e-30, each)))
  const mean = truth.reduce((sum, each, which) => sum + each * (logs[which] ?? 0), 0)
  return column(
    [
      line("truth", `p(c | x = ${x.toFixed(1)})`, "output", truth, true),
      line("guess", "Q(c | x)", "third", guess, true),
      line("logs", "log Q(c | x)", "plain", logs, false),
      words(`On average over p: ${mean.toFixed(3)}. H(c) = ${Math.log(categories).toFixed(3)} is added to the mean over all x.`),
    ],
    12,
  )
}

export function infoDiagram(knobs: Knobs, selection: Selection): Scene {
  const { information, bound, entropy, trust, recovery } = infoOf(knobs)
  const both = adversaries(knobs)
  const moment = Math.max(0, Math.min(TURNS.length, selection.moment))
  const says = moment < TURNS.length ? TURN_WORDS[turnAt(moment)] : RECOVERS
  const [densities, guesses] = plots(knobs)
  return {
    title: "InfoGAN",
    description: `A GAN whose generator also reads a code; Q, one more last layer of ${grouped(recovery)} parameters, reads it out of what was made. ${says} Of ${entropy.toFixed(3)} nats an example holds ${information.toFixed(3)}; with trust ${trust} Q's bound is ${bound.toFixed(3)}.`,
    content: column([
      frame(
        selection,
        "game",
        "A code goes in, and is read out again",
        column(
          [
            // The gradient goes back above the boxes.
            column([words(" "), adversariesPart(both)], 12),
            column(
              [
                words(says),
                words(
                  `The live check plays ${numberOf(knobs, "rounds")} rounds without the bound, and as many with ${numberOf(knobs, "weight")} times the bound.`,
                  { isQuiet: true },
                ),
              ],
              12,
            ),
          ],
          56,
        ),
      ),
      frame(selection, "seen", "What an example says about its code", row([densities, guesses], 30, "start")),
      frame(selection, "bounded", "The bound", boundPart(knobs)),
      frame(selection, "example", "One example in numbers", examplePart(knobs)),
    ]),
    edges: gameEdges(both, moment),
    moments: { count: TURNS.length + 1, perRow: 1, names: "turn" },
  }
}
