/** CycleGAN drawn: both ways round, a generator's layers, why matching alone is not enough, and one cycle in numbers. */
import { grouped, numberOf, short, sizesText } from "../knobs.ts"
import { column, type Edge, frame, type Grid, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { anyhow, cycleOf, domainsOf, EXAMPLE, meanError, thereAndAnyhowBack } from "./cyclegan-networks.ts"
import { type Points, type PointSet, scatter } from "./plane-points.ts"

const QUARTERS: readonly { readonly tone: Tone; readonly name: string }[] = [
  { tone: "first", name: "1st" },
  { tone: "output", name: "2nd" },
  { tone: "warning", name: "3rd" },
  { tone: "third", name: "4th" },
]

/** By the place of a point in its list. */
export const colouredByPlace = (points: Points): readonly PointSet[] =>
  QUARTERS.map((quarter, which) => ({
    ...quarter,
    points: points.filter((_, at) => Math.floor((4 * at) / points.length) === which),
  }))

interface Turn {
  readonly way: "forth" | "back"
  readonly isCycle: boolean
  readonly says: string
}

export const TURNS: readonly Turn[] = [
  { way: "forth", isCycle: false, says: "G(x) is to look like a y: the discriminator of y judges it." },
  { way: "forth", isCycle: true, says: "Forth and back: F(G(x)) is to be x again, number by number." },
  { way: "back", isCycle: false, says: "F(y) is to look like an x: the discriminator of x judges it." },
  { way: "back", isCycle: true, says: "Back and forth: G(F(y)) is to be y again, number by number." },
]
export const turnAt = (moment: number): Turn => TURNS[Math.max(0, Math.min(TURNS.length - 1, moment))] as Turn

const box = (id: string, tone: Tone, label: string, detail: string, width = 104): Part => ({ kind: "box", id, tone, label, detail, width })

function wayPart(way: "forth" | "back", knobs: Knobs): Part {
  const { parameters, judge, image, channels } = cycleOf(knobs)
  const [from, to, first, second] = way === "forth" ? ["x", "y", "G", "F"] : ["y", "x", "F", "G"]
  const [own, other]: readonly [Tone, Tone] = way === "forth" ? ["input", "output"] : ["output", "input"]
  const [ownMap, otherMap]: readonly [Tone, Tone] = way === "forth" ? ["kernel", "second"] : ["second", "kernel"]
  return row(
    [
      box(`${way}-given`, own, `real ${from}`, sizesText([channels, image, image])),
      box(`${way}-first`, ownMap, `generator ${first}`, `${short(parameters)} parameters`, 118),
      column(
        [
          box(`${way}-made`, other, `${first}(${from})`, `looks like ${to}?`),
          box(`${way}-judge`, "third", `discriminator of ${to}`, `${short(judge)} parameters`, 134),
        ],
        30,
      ),
      box(`${way}-second`, otherMap, `generator ${second}`, way === "forth" ? "the one below" : "the one above", 118),
      box(`${way}-returned`, own, `${second}(${first}(${from}))`, `is it ${from}?`),
    ],
    40,
    "start",
  )
}

function wayEdges(way: "forth" | "back", { way: lit, isCycle }: Turn, weight: number): readonly Edge[] {
  const flow = (from: string, to: string, isLit: boolean, more: Partial<Edge> = {}): Edge => ({
    from: `${way}-${from}`,
    to: `${way}-${to}`,
    kind: "flow",
    isDashed: !isLit,
    ...(isLit && { tone: "kernel" as const }),
    ...more,
  })
  const isHere = lit === way
  return [
    flow("given", "first", isHere),
    flow("first", "made", isHere),
    flow("made", "judge", isHere && !isCycle, { direction: "down" }),
    flow("made", "second", isHere && isCycle),
    flow("second", "returned", isHere && isCycle),
    ...(isHere && isCycle
      ? [flow("returned", "given", true, { direction: "over", tone: "warning", isDashed: true, label: `${weight} · mean |difference|` })]
      : []),
    ...(isHere && !isCycle
      ? [flow("judge", "first", true, { direction: "left", tone: "warning", isDashed: true, label: "gradient" })]
      : []),
  ]
}

function layersPart(knobs: Knobs): Part {
  const { generator, blocks, verdicts, patch } = cycleOf(knobs)
  const shown = [...generator.slice(0, 3), ...generator.slice(-3)]
  const parts = shown.map((layer, at) => box(`layer${at}`, at < 3 ? "kernel" : "output", layer.label, sizesText(layer.shape), 112))
  const wide = generator[2]
  const middle = box("blocks", "third", `${blocks} × residual`, `3×3, 3×3, + · ${sizesText(wide?.shape ?? [])}`, 190)
  return column(
    [
      row(parts.slice(0, 3), 30),
      middle,
      row(parts.slice(3), 30),
      words(
        [
          "Residual blocks change an image step by step; its size stays.",
          `A discriminator gives ${sizesText(verdicts)} verdicts, each on ${patch} × ${patch} pixels.`,
        ],
        { isQuiet: true },
      ),
    ],
    26,
  )
}

const layerEdges: readonly Edge[] = [
  { from: "layer0", to: "layer1", kind: "flow" },
  { from: "layer1", to: "layer2", kind: "flow" },
  { from: "layer2", to: "blocks", kind: "flow", direction: "down" },
  { from: "blocks", to: "layer3", kind: "flow", direction: "down" },
  { from: "layer3", to: "layer4", kind: "flow" },
  { from: "layer4", to: "layer5", kind: "flow" },
]

function whyPart(knobs: Knobs): Part {
  const { from, to } = domainsOf(String(knobs["shape"]))
  const made = from.map((_, at) => to[anyhow(at)] as readonly [number, number])
  const returned = from.map((_, at) => from[thereAndAnyhowBack(at)] as readonly [number, number])
  return column([
    row(
      [
        scatter("why-x", "x", colouredByPlace(from)),
        scatter("why-made", "G(x), anyhow", colouredByPlace(made)),
        scatter("why-back", "F(G(x))", colouredByPlace(returned)),
      ],
      18,
    ),
    words(
      [
        "G hits every y exactly once, and F every x: no discriminator finds anything wrong. But colours are mixed:",
        `what returns is ${meanError(returned, from).toFixed(2)} from where it began, and the cycle's loss says so. A map that keeps neighbours, undone by F, has 0.`,
        `The live check lets both play ${numberOf(knobs, "rounds")} rounds without the cycle, and as many with it.`,
      ],
      { isQuiet: true },
    ),
  ])
}

function cyclePart(knobs: Knobs): Part {
  const { forth, back, weight, error, loss } = cycleOf(knobs)
  const grid = (id: string, tone: Tone, label: string, of: (x: number) => number): Grid => ({
    kind: "grid",
    id,
    tone,
    label,
    side: 30,
    cellWidth: 50,
    cells: [EXAMPLE.map((x) => ({ text: String(Number(of(x).toFixed(3))) }))],
  })
  return column([
    row([grid("x", "input", "x", (x) => x), grid("gx", "output", `G(x) = ${forth} · x`, (x) => forth * x)], 40),
    row(
      [
        grid("fgx", "input", `F(G(x)) = ${back} · G(x)`, (x) => forth * back * x),
        grid("error", "warning", "|F(G(x)) − x|", (x) => Math.abs(forth * back * x - x)),
      ],
      40,
    ),
    words(`mean ${error.toFixed(3)}, times λ = ${weight}: ${loss.toFixed(3)}`),
  ])
}

export function cycleDiagram(knobs: Knobs, selection: Selection): Scene {
  const { parameters, judge, weight, loss } = cycleOf(knobs)
  const turn = turnAt(selection.moment)
  return {
    title: "CycleGAN",
    description: `Two generators of ${grouped(parameters)} parameters each translate images of one kind into the other and back; two discriminators of ${grouped(judge)} judge them. ${turn.says} In the worked example the cycle costs ${loss.toFixed(3)}.`,
    content: column([
      frame(
        selection,
        "ways",
        "Forth and back",
        // Between words and lanes the way back passes.
        column([words(turn.says), column([wayPart("forth", knobs), wayPart("back", knobs)], 76)], 72),
      ),
      frame(selection, "why", "Why the cycle: matching is not enough", whyPart(knobs)),
      frame(selection, "cycle", "One cycle in numbers", cyclePart(knobs)),
      frame(selection, "layers", "A generator's layers", layersPart(knobs), false),
    ]),
    edges: [
      ...(selection.toggled.includes("ways") ? [] : [...wayEdges("forth", turn, weight), ...wayEdges("back", turn, weight)]),
      ...(selection.toggled.includes("layers") ? layerEdges : []),
    ],
    moments: { count: TURNS.length, perRow: 2, names: "turn" },
  }
}
