/** Coupled GANs drawn: layers that both sides share in the middle of two lanes, every layer counted, and one shared weight's slope. */
import { grouped, numberOf, short } from "../knobs.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { type CoupledPair, coupledOf, EXAMPLE } from "./cogan-example.ts"
import { pointsOf, scatter } from "./plane-points.ts"

const TURNS = [
  "The first generator makes an example, and the first discriminator judges it. Layers in purple serve both.",
  "The same noise, the second pair: what is shared decides what is shown, each one's own layers how.",
  "Both losses reach the shared layers: their slopes are added there.",
] as const

const box = (id: string, tone: Tone, label: string, detail: string, width = 92): Part => ({ kind: "box", id, tone, label, detail, width })

function lanesPart(knobs: Knobs): Part {
  const { generators, discriminators, first, last, depth, latent, size } = coupledOf(knobs)
  const layers = (count: number): string => (count === 1 ? "1 layer" : `${count} layers`)
  const lanes = (id: string, tone: Tone, label: (which: string) => string, detail: string, width?: number): Part =>
    column(
      ["₁", "₂"].map((which, at) => box(`${id}${at}`, tone, label(which), detail, width)),
      34,
    )
  return row(
    [
      box("noise", "fourth", "noise z", `${grouped(latent)} numbers`),
      ...(first > 0 ? [box("trunk", "second", "shared", `${layers(first)}, ${short(generators.shared)}`, 112)] : []),
      lanes("own", "kernel", (which) => `generator ${which}`, layers(depth - first)),
      lanes("made", "output", (which) => `made x${which}`, `${grouped(size)} numbers`),
      lanes("eye", "third", (which) => `discriminator ${which}`, layers(depth - last), 118),
      ...(last > 0 ? [box("judge", "second", "shared", `${layers(last)}, ${short(discriminators.shared)}`, 112)] : []),
      box("verdict", "plain", "real?", "of its own set", 86),
    ],
    30,
  )
}

function laneEdges(knobs: Knobs, moment: number): readonly Edge[] {
  const { first, last } = coupledOf(knobs)
  const [start, end] = [first > 0 ? "trunk" : "noise", last > 0 ? "judge" : "verdict"]
  const flow = (from: string, to: string, isLit: boolean): Edge => ({
    from,
    to,
    kind: "flow",
    isDashed: !isLit,
    ...(isLit && { tone: "kernel" as const }),
  })
  const lanes = [0, 1].flatMap((which) => {
    const isLit = moment === which || moment === 2
    return [
      flow(start, `own${which}`, isLit),
      flow(`own${which}`, `made${which}`, isLit),
      flow(`made${which}`, `eye${which}`, isLit),
      flow(`eye${which}`, end, isLit),
    ]
  })
  const back: Edge = {
    from: "verdict",
    to: start,
    kind: "flow",
    tone: "warning",
    direction: "over",
    isDashed: true,
    label: "both gradients",
  }
  return [
    ...(first > 0 ? [flow("noise", "trunk", true)] : []),
    ...lanes,
    ...(last > 0 ? [flow("judge", "verdict", true)] : []),
    ...(moment === 2 ? [back] : []),
  ]
}

function layerTable(id: string, label: string, { layers, sizes, isShared }: CoupledPair): Part {
  return {
    kind: "grid",
    id,
    tone: "plain",
    label,
    side: 24,
    cellWidth: 104,
    cells: layers.map(({ parameters }, at) => [
      { text: `${grouped(sizes[at] ?? 0)} → ${grouped(sizes[at + 1] ?? 0)}` },
      {
        text: isShared(at) ? `1 × ${short(parameters)}` : `2 × ${short(parameters)}`,
        tone: isShared(at) ? "second" : "kernel",
        strength: 0.5,
      },
    ]),
  }
}

function countPart(knobs: Knobs): Part {
  const { generators, discriminators, together, apart } = coupledOf(knobs)
  return column(
    [
      row([layerTable("generators", "Generators", generators), layerTable("discriminators", "Discriminators", discriminators)], 40),
      {
        kind: "bars",
        id: "totals",
        label: "Parameters of all four",
        width: 260,
        rows: [
          { label: "apart", value: apart, text: grouped(apart), tone: "plain" },
          { label: "coupled", value: together, text: grouped(together), tone: "second" },
        ],
      },
    ],
    20,
  )
}

function slopePart(knobs: Knobs): Part {
  const { weight, slopes } = coupledOf(knobs)
  const { z, a, b, first, second } = EXAMPLE
  const said = (value: number): string => String(Number(value.toFixed(3)))
  const line = (id: string, tone: Tone, label: string, cells: readonly string[]): Part => ({
    kind: "grid",
    id,
    tone,
    label,
    side: 28,
    cellWidth: 118,
    cells: [cells.map((text) => ({ text }))],
  })
  return column(
    [
      words(`z = ${z}, shared weight w = ${weight}: h = w · z = ${said(weight * z)}`),
      line("one", "first", "x₁ = a · h, target, slope (x₁ − target) · a · z", [
        `${a} · ${said(weight * z)} = ${said(a * weight * z)}`,
        String(first),
        said(slopes[0]),
      ]),
      line("two", "output", "x₂ = b · h, target, slope (x₂ − target) · b · z", [
        `${b} · ${said(weight * z)} = ${said(b * weight * z)}`,
        String(second),
        said(slopes[1]),
      ]),
      words(`w hears both: ${said(slopes[0])} + ${said(slopes[1])} = ${said(slopes[0] + slopes[1])}`),
    ],
    14,
  )
}

export function coupledDiagram(knobs: Knobs, selection: Selection): Scene {
  const { together, apart, first, last, depth } = coupledOf(knobs)
  const moment = Math.max(0, Math.min(TURNS.length - 1, selection.moment))
  const points = pointsOf(String(knobs["shape"]), 96)
  return {
    title: "Coupled GANs",
    description: `Two GANs of ${depth} layers in each network; the generators share their first ${first}, the discriminators their last ${last}. All four have ${together} parameters instead of ${apart}. ${TURNS[moment]}`,
    content: column([
      frame(selection, "lanes", "Two GANs, coupled", column([lanesPart(knobs), words(TURNS[moment] as string)], 26)),
      frame(selection, "count", "What is there once, and what twice", countPart(knobs)),
      frame(selection, "slope", "One shared weight in numbers", slopePart(knobs)),
      frame(
        selection,
        "points",
        "What the live check imitates",
        row(
          [
            scatter("sets", "Two sets, no pairs", [
              { points, tone: "first", name: "first" },
              { points: points.map(([x, y]) => [0.6 * x, 0.6 * y] as const), tone: "output", name: "second set" },
            ]),
            words(
              [`${numberOf(knobs, "rounds")} rounds coupled, and as many`, "apart: the check draws what both", "make of the same noise."],
              {
                align: "start",
                isQuiet: true,
              },
            ),
          ],
          30,
        ),
        false,
      ),
    ]),
    edges: selection.toggled.includes("lanes") ? [] : laneEdges(knobs, moment),
    moments: { count: TURNS.length, perRow: 1, names: "turn" },
  }
}
