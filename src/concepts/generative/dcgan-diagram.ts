/** DCGAN drawn: noise that grows to an image, an image that shrinks to a verdict, and one cell that a transposed convolution paints. */
import { grouped, short, sizesText } from "../knobs.ts"
import { column, type Edge, frame, type Grid, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import type { CountedLayer } from "./counted-layers.ts"
import { type ConvolutionalGan, dcganOf, PAINTED, paintedCells, paintsOf } from "./dcgan-networks.ts"

/** Sides differ a hundredfold: drawn by their logarithm. */
const drawn = (side: number): number => 16 + 9 * Math.log2(Math.max(1, side))

function maps(id: string, tone: Tone, shape: readonly number[], label: string): Part {
  const [channels = 1, rows = 1, columns = 1] = shape
  const lines = Math.min(rows, 16)
  return {
    kind: "volume",
    id,
    tone,
    label: sizesText([channels, rows, columns]),
    channels,
    rows: lines,
    columns: Math.min(columns, lines),
    width: drawn(columns),
    height: drawn(rows),
    detail: label,
  }
}

interface Step {
  readonly from: string
  readonly to: string
  readonly says: string
}

/** All layers in the order in which a number passes them. */
function stepsOf({ generator, discriminator }: ConvolutionalGan): readonly Step[] {
  const says = (who: string, { label, shape, parameters }: CountedLayer, kind: string): string =>
    `${who}: ${kind} ${label} makes ${sizesText(shape)} with ${grouped(parameters)} parameters.`
  return [
    ...generator.map((layer, at) => ({
      from: at === 0 ? "noise" : `g${at - 1}`,
      to: `g${at}`,
      says: says("The generator", layer, "a transposed convolution"),
    })),
    ...discriminator.map((layer, at) => ({
      from: at === 0 ? "image" : `d${at - 1}`,
      to: `d${at}`,
      says: says("The discriminator", layer, "a convolution"),
    })),
  ]
}

function generatorPart({ latent, generator }: ConvolutionalGan): Part {
  const last = generator.length - 1
  return row(
    [
      { kind: "box", id: "noise", tone: "fourth", label: "noise z", detail: `${grouped(latent)} numbers`, width: 92 },
      ...generator.map(({ shape }, at) => maps(`g${at}`, at === last ? "output" : "kernel", shape, at === last ? "tanh" : "norm, ReLU")),
    ],
    34,
  )
}

function discriminatorPart({ channels, image, discriminator }: ConvolutionalGan): Part {
  return row(
    [
      maps("image", "input", [channels, image, image], "real or made"),
      ...discriminator.slice(0, -1).map(({ shape }, at) => maps(`d${at}`, "third", shape, at === 0 ? "leaky ReLU" : "norm, leaky ReLU")),
      { kind: "box", id: `d${discriminator.length - 1}`, tone: "plain", label: "real?", detail: "one logit", width: 76 },
    ],
    34,
  )
}

const number = (value: number): string => String(Number(value.toFixed(3)))

function paintGrid(id: string, tone: Tone, label: string, values: readonly number[], isRead: (at: number) => boolean): Grid {
  return {
    kind: "grid",
    id,
    tone,
    label,
    side: 30,
    cellWidth: 46,
    cells: [values.map((value, at) => ({ text: number(value), ...(isRead(at) && { isRead: true, isMarked: true }) }))],
  }
}

function paintingPart(moment: number): Part {
  const made = paintedCells()
  const cell = moment % made.length
  const paints = paintsOf(cell)
  const sum = paints.map(({ at, weight }) => `${number(PAINTED.input[at] ?? 0)} · ${number(weight)}`).join(" + ")
  return column(
    [
      row(
        [
          paintGrid("paint-input", "input", "four numbers", PAINTED.input, (at) => paints.some((paint) => paint.at === at)),
          paintGrid("paint-kernel", "kernel", "kernel of four", PAINTED.kernel, () => false),
        ],
        40,
      ),
      paintGrid("paint-output", "output", "eight: stride 2, one cut away at each end", made, (at) => at === cell),
      words([
        `cell ${cell + 1} = ${sum} = ${number(made[cell] ?? 0)}`,
        "Each number paints the kernel, two cells further each time; where paintings overlap, they add.",
      ]),
    ],
    22,
  )
}

export function dcganDiagram(knobs: Knobs, selection: Selection): Scene {
  const networks = dcganOf(knobs)
  const steps = stepsOf(networks)
  const now = steps[Math.max(0, Math.min(steps.length - 1, selection.moment))] as Step
  const { latent, image, channels, made, judged } = networks
  return {
    title: "DCGAN",
    description: `A generator of ${made} parameters grows ${latent} random numbers to an image of ${sizesText([channels, image, image])} by transposed convolutions; a discriminator of ${judged} shrinks images by strided ones to one verdict. ${now.says}`,
    content: column([
      frame(selection, "generator", `Generator · ${short(made)} parameters`, generatorPart(networks)),
      frame(selection, "discriminator", `Discriminator · ${short(judged)} parameters`, discriminatorPart(networks)),
      words(now.says),
      frame(selection, "painting", "How a transposed convolution doubles a side", paintingPart(selection.moment)),
    ]),
    edges: steps.map(
      (step): Edge => ({
        from: step.from,
        to: step.to,
        kind: "flow",
        ...(step === now ? { tone: step.to.startsWith("g") ? "kernel" : "third" } : { isDashed: true }),
      }),
    ),
    moments: { count: steps.length, perRow: networks.generator.length, names: "layer" },
  }
}
