/** Conditional GANs drawn: a label that both networks are told, how it gets in, and what it adds to one hidden number. */
import { grouped, numberOf, percent, short } from "../knobs.ts"
import { type Cell, column, frame, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { type Adversaries, adversariesEdges, adversariesPart, type Turn, TURNS, turnAt } from "./adversarial-diagram.ts"
import { clusterCount, conditionalOf, labelled, WORKED } from "./conditional-example.ts"
import { scatter } from "./plane-points.ts"

const TURN_WORDS: Readonly<Record<Turn, string>> = {
  real: "The discriminator learns: a real example with its own label is to get a 1.",
  fake: "The discriminator learns: what was made for a label is to get a 0, with that label beside it.",
  generator: "The generator learns: what it makes is to get a 1 as an example of its label, not of just anything.",
}

function adversaries(knobs: Knobs): Adversaries {
  const { latent, label, width, isEmbedded, size, side, channels, generator, discriminator } = conditionalOf(knobs)
  const told = { label: `label y = ${label}`, detail: isEmbedded ? `embedded: ${width} numbers` : `one-hot: ${width} numbers` }
  return {
    given: [{ label: "noise z", detail: `${grouped(latent)} numbers` }, told],
    generator: { label: "generator G", detail: `${short(generator)} parameters` },
    fake: { label: "made G(z, y)", detail: `${side} × ${side}${channels > 1 ? ` × ${channels}` : ""}` },
    real: { label: "real x of class y", detail: `${grouped(size)} numbers` },
    isTold: true,
    discriminator: { label: "discriminator D", detail: `${short(discriminator)} parameters` },
    verdicts: [{ label: "real, and a y?", detail: "one number" }],
  }
}

const TONE_OF_LABEL: Tone = "second"

/** Widths follow the numbers, but what is small stays to be seen. */
function joinedStrip(id: string, label: string, [name, count, tone]: readonly [string, number, Tone], width: number): Part {
  const share = Math.max(0.16, Math.min(0.84, width / (count + width)))
  return {
    kind: "strip",
    id,
    label,
    labelSide: "above",
    width: 330,
    segments: [
      { size: 1 - share, tone, text: `${name}: ${grouped(count)}` },
      { size: share, tone: TONE_OF_LABEL, text: grouped(width) },
    ],
  }
}

const signed = (value: number): string => {
  const text = String(Number(value.toFixed(2)))
  return text === "-0" ? "0" : text.replace("-", "−")
}

/** The table of which the label picks a row; more classes than fit are left out, and said. */
function tablePart(knobs: Knobs): Part {
  const { worked, classes, width, isEmbedded } = conditionalOf(knobs)
  const cells = worked.rows.map((values, which) =>
    values.map((value): Cell => ({ text: signed(value), ...(which === worked.own ? { isRead: true } : { isFaint: true }) })),
  )
  const isWhole = worked.rows.length === classes && worked.width === width
  return {
    kind: "grid",
    id: "table",
    tone: TONE_OF_LABEL,
    label: isEmbedded ? "Table: a row for each class" : "One-hot: a row for each class",
    side: 24,
    cellWidth: 44,
    cells,
    ...(!isWhole && {
      detail: `${worked.rows.length} of ${grouped(classes)} rows, ${worked.width} of ${grouped(width)} numbers`,
    }),
  }
}

function inPart(knobs: Knobs): Part {
  const { latent, size, width, hidden, table, isEmbedded } = conditionalOf(knobs)
  return row(
    [
      tablePart(knobs),
      column(
        [
          joinedStrip("to-generator", "What the generator reads", ["noise", latent, "fourth"], width),
          joinedStrip("to-discriminator", "What the discriminator reads", ["picture", size, "input"], width),
          words(
            [
              isEmbedded
                ? `The row is learned; both networks have a table of their own, ${grouped(table)} numbers.`
                : "Nothing is learned here: a one where the class is.",
              `First layers grow by ${grouped(width)} · ${grouped(hidden)} = ${grouped(width * hidden)} weights each.`,
            ],
            { align: "start", isQuiet: true },
          ),
        ],
        18,
        "start",
      ),
    ],
    40,
  )
}

/** Noise, then the label's row: each number times a weight. */
function cellPart(knobs: Knobs): Part {
  const { worked } = conditionalOf(knobs)
  const values = [...WORKED.noise, ...(worked.rows[worked.own] ?? [])]
  const weights = [...WORKED.weights, ...worked.weights]
  const tone = (at: number): Tone => (at < WORKED.noise.length ? "fourth" : TONE_OF_LABEL)
  const line = (id: string, label: string, numbers: readonly number[]): Part => ({
    kind: "grid",
    id,
    tone: "plain",
    label,
    side: 26,
    cellWidth: 52,
    cells: [numbers.map((value, at): Cell => ({ text: signed(value), tone: tone(at), strength: 0.35 }))],
  })
  const added = worked.adds[worked.own] ?? 0
  return column(
    [
      line("joined", "noise and label, joined", values),
      line("weights", "weights of one hidden number", weights),
      line(
        "products",
        "products",
        values.map((value, at) => value * (weights[at] ?? 0)),
      ),
      words(
        `noise ${signed(worked.noise)} + label ${signed(added)} + bias ${WORKED.bias} = ${signed(worked.before)}, before the activation`,
      ),
    ],
    12,
  )
}

function addsPart(knobs: Knobs): Part {
  const { worked } = conditionalOf(knobs)
  return column(
    [
      {
        kind: "grid",
        id: "adds",
        tone: TONE_OF_LABEL,
        label: "What each label adds",
        side: 26,
        cellWidth: 64,
        cells: worked.adds.map((value, which) => [
          { text: `y = ${worked.shown[which] ?? which}`, ...(which === worked.own && { isRead: true }) },
          { text: signed(value), ...(which === worked.own && { isRead: true }) },
        ]),
      },
      words(["To a first layer a label", "is a bias of its own."], { isQuiet: true }),
    ],
    12,
  )
}

function costPart(knobs: Knobs): Part {
  const { told, plain, width, hidden, table } = conditionalOf(knobs)
  const rows = (["generator", "discriminator"] as const).flatMap((which) => [
    { label: which, value: plain[which], text: grouped(plain[which]), tone: "plain" as const },
    { label: "for the label", value: told, text: `${grouped(told)}, ${percent(told, plain[which])} more`, tone: TONE_OF_LABEL },
  ])
  const from = table > 0 ? `${grouped(table)} in the table + ` : ""
  return row(
    [
      { kind: "bars", id: "cost", label: "Parameters", width: 240, rows },
      words([`${from}${grouped(width)} · ${grouped(hidden)} weights`, `= ${grouped(told)} in each network`], {
        align: "start",
        isQuiet: true,
      }),
    ],
    30,
  )
}

const TONES: readonly Tone[] = ["first", "output", "warning", "third", "second", "fourth"]

function pointsPart(knobs: Knobs): Part {
  const { classes } = conditionalOf(knobs)
  const count = clusterCount(classes)
  const { points, labels } = labelled(96, count)
  const sets = Array.from({ length: count }, (_, which) => ({
    points: points.filter((_point, at) => labels[at] === which),
    tone: TONES[which % TONES.length] as Tone,
    name: `${which}`,
  }))
  return row(
    [
      scatter("classes", "Points of classes", sets, 2.6),
      words(
        [
          `${grouped(numberOf(knobs, "rounds"))} rounds of a game that is told`,
          "the class, and as many of one",
          "that is not: the check draws",
          "what both make when asked.",
        ],
        { align: "start", isQuiet: true },
      ),
    ],
    30,
  )
}

export function conditionalDiagram(knobs: Knobs, selection: Selection): Scene {
  const { label, classes, told, generator, discriminator, worked } = conditionalOf(knobs)
  const turn = turnAt(selection.moment)
  const both = adversaries(knobs)
  return {
    title: "Conditional GAN",
    description: `Generator (${generator} parameters) and discriminator (${discriminator}) are both told the label ${label} of ${classes} classes, which costs ${told} parameters in each. ${TURN_WORDS[turn]} In the example the label adds ${signed(worked.adds[worked.own] ?? 0)} to a hidden number.`,
    content: column([
      frame(selection, "game", "Both are told what is wanted", column([adversariesPart(both), words(TURN_WORDS[turn])], 60)),
      frame(selection, "in", "How a label gets in", inPart(knobs)),
      frame(selection, "cell", "One hidden number hears it", row([cellPart(knobs), addsPart(knobs)], 50)),
      frame(selection, "cost", "What it costs", costPart(knobs)),
      frame(selection, "points", "What the live check imitates", pointsPart(knobs)),
    ]),
    edges: selection.toggled.includes("game") ? [] : adversariesEdges(both, turn),
    moments: { count: TURNS.length, perRow: 1, names: "turn" },
  }
}
