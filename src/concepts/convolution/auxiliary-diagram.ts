/** Auxiliary classifiers drawn: GoogLeNet with its heads, a head inside, gradients layer by layer, and the parameters counted. */
import { grouped, percent, short, sizesText } from "../knobs.ts"
import { column, type Edge, frame, type Part, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { type Auxiliary, auxiliaryOf, followed, readAuxiliary } from "./auxiliary-sizes.ts"
import type { Stage } from "./googlenet.ts"

const HEAD_TONES: readonly Tone[] = ["second", "third"]
const BLOCK = /^\d[a-e]$/

export function auxiliaryScene(knobs: Knobs, selection: Selection): Scene {
  const network = auxiliaryOf(knobs)
  const { weight, depth } = readAuxiliary(knobs)
  const passes = passesOf(network)
  const moment = Math.min(selection.moment, passes.length - 1)
  const pass = passes[moment] as Pass
  const places = network.heads.map(({ place }) => place)
  return {
    title: "GoogLeNet and its auxiliary classifiers",
    description: `GoogLeNet has ${network.depth} layers with weights one behind the other and ${grouped(network.parameters)} parameters. ${places.length === 0 ? "It has no auxiliary head." : `Auxiliary heads behind ${places.join(" and ")} add ${grouped(network.added)} while training; their losses count ${weight}.`} A small network of ${depth} layers shows how much gradient reaches its first layer.`,
    content: column(
      [
        frame(selection, "network", "Where the heads are", overview(network, pass, weight)),
        ...network.heads
          .slice(0, 1)
          .map(({ place, stages, maps }) => frame(selection, "head", `Inside the head behind ${place}`, headPart(stages, maps))),
        frame(selection, "gradients", "What reaches the first layers of a small network", gradientsPart(knobs)),
        frame(selection, "counts", "Parameters, counted", counts(network)),
      ],
      18,
    ),
    edges: [...networkEdges(network, pass), ...headEdges(network, selection)],
    moments: { count: passes.length, perRow: 1, names: "pass" },
  }
}

interface Pass {
  readonly words: string
  readonly tone: Tone
  /** Back from this head, or from the main one. */
  readonly from?: string
}

/** Forward, then back from each loss. */
function passesOf({ heads, depth }: Auxiliary): readonly Pass[] {
  return [
    { words: "Forward: every head gives scores, and every head has a loss.", tone: "kernel" },
    { words: `Back from the main loss: ${depth} layers with weights until the first one learns.`, tone: "output", from: "main" },
    ...heads.toReversed().map(({ place, depth: before, stages }): Pass => {
      const own = stages.reduce((sum, each) => sum + each.depth, 0)
      return {
        words: `Back from the head behind ${place}: ${own} layers of its own, then ${before} to the first one, ${before + own} instead of ${depth}.`,
        tone: HEAD_TONES[heads.findIndex((head) => head.place === place)] as Tone,
        from: place,
      }
    }),
  ]
}

/** Blocks in one line; the layers before the first are one box. */
const blocksOf = ({ trunk }: Auxiliary): readonly Stage[] => trunk.filter(({ name }) => BLOCK.test(name))

function overview(network: Auxiliary, pass: Pass, weight: number): Part {
  const blocks = blocksOf(network)
  const end = pass.from && pass.from !== "main" ? pass.from : blocks.at(-1)?.name
  const last = blocks.findIndex(({ name }) => name === end)
  const box = (id: string, label: string, isOn: boolean): Part => ({ kind: "box", id, tone: isOn ? pass.tone : "plain", label })
  const line = row([box("stem", "stem · 3", true), ...blocks.map(({ name }, index) => box(`block.${name}`, name, index <= last))], 16)
  const heads = network.heads.map(({ place, parameters }, index): Part => {
    const isOn = pass.from === undefined || pass.from === place
    return lossPart(place, `head behind ${place}`, `${short(parameters)} parameters`, isOn ? (HEAD_TONES[index] as Tone) : "plain")
  })
  const isMain = pass.from === undefined || pass.from === "main"
  const main = lossPart("main", "average · FC", "the classifier that stays", isMain ? "output" : "plain")
  const sum = [`loss = main`, ...network.heads.map(({ place }) => `${weight} · head ${place}`)].join(" + ")
  const said = column([words(sum), words(pass.words, { isQuiet: true, size: "small" })], 4)
  return column([column([line, row([...heads, main], 60, "start")], 34), said], 12)
}

const lossPart = (id: string, label: string, detail: string, tone: Tone): Part =>
  column(
    [
      { kind: "box", id: `head.${id}`, tone, label, detail },
      { kind: "node", id: `loss.${id}`, tone, text: "L" },
    ],
    22,
  )

function networkEdges(network: Auxiliary, pass: Pass): Edge[] {
  const names = ["stem", ...blocksOf(network).map(({ name }) => `block.${name}`)]
  const isBack = pass.from !== undefined
  const flow = (from: string, to: string, direction: Edge["direction"], tone?: Tone): Edge => ({
    ...(isBack ? { from: to, to: from, direction: BACK[direction ?? "right"] ?? "left" } : { from, to, direction: direction ?? "right" }),
    kind: "flow",
    ...(tone && { tone }),
  })
  const ends = [...network.heads.map(({ place }) => [place, `block.${place}`] as const), ["main", names.at(-1) ?? "stem"] as const]
  const shown = ends.filter(([id]) => !isBack || id === pass.from)
  const stop = isBack ? names.indexOf(shown[0]?.[1] ?? "") : names.length - 1
  return [
    ...names.slice(0, stop).map((name, index) => flow(name, names[index + 1] as string, "right", isBack ? pass.tone : undefined)),
    ...shown.flatMap(([id, from], index) => {
      const tone = isBack ? pass.tone : id === "main" ? "output" : (HEAD_TONES[index] as Tone)
      return [flow(from, `head.${id}`, "down", tone), flow(`head.${id}`, `loss.${id}`, "down", tone)]
    }),
  ]
}

const BACK: Readonly<Partial<Record<string, Edge["direction"]>>> = { right: "left", down: "up" }

/** What comes out of each step stands below it. */
function headPart(stages: readonly Stage[], maps: readonly number[]): Part {
  const step = (id: string, tone: Tone, label: string, detail: string, output: readonly number[]): Part =>
    column([{ kind: "box", id, tone, label, detail }, words(sizesText(output), { size: "small" })], 6)
  const steps = stages.map(({ name, parameters, output }, index) =>
    step(
      `inside.${index}`,
      parameters > 0 ? "second" : "plain",
      name,
      parameters > 0 ? `${short(parameters)} weights` : "no weights",
      output,
    ),
  )
  return column(
    [
      row([step("inside.maps", "kernel", "maps", "of the block", maps), ...steps], 22),
      words("ReLU behind the convolution and the first FC; between the two FC, training drops 70 % of the numbers.", {
        isQuiet: true,
        size: "small",
      }),
    ],
    14,
  )
}

function headEdges({ heads: [head] }: Auxiliary, { toggled }: Selection): Edge[] {
  if (!head || toggled.includes("head")) return []
  const ids = ["inside.maps", ...head.stages.map((_, index) => `inside.${index}`)]
  return ids.slice(1).map((to, index) => ({ from: ids[index] as string, to, kind: "flow" }))
}

const LEAST = -12
const tens = (value: number): number => Math.max(LEAST, Math.log10(Math.max(10 ** LEAST, value)))
const scientific = (value: number): string => (value === 0 ? "0" : Math.abs(value) >= 0.01 ? value.toFixed(4) : value.toExponential(2))

export function gradientPlot(
  id: string,
  label: string,
  layers: readonly { readonly main: number; readonly both: number }[],
  weight: number,
): Part {
  const points = (of: "main" | "both") => layers.map((each, index) => [index + 1, tens(each[of])] as const)
  const lowest = Math.floor(Math.min(-1, ...layers.map(({ main }) => tens(main))))
  return {
    kind: "plot",
    id,
    label,
    width: 300,
    height: 150,
    x: { label: "layer", from: 1, to: Math.max(2, layers.length) },
    y: { label: "10 to the power of", from: lowest, to: 1, ticks: [lowest, Math.round(lowest / 2), 0] },
    curves: [
      { tone: "plain", name: "main loss alone", isDashed: true, points: points("main") },
      { tone: "second", name: `with ${weight} · head`, points: points("both") },
    ],
  }
}

function gradientsPart(knobs: Knobs): Part {
  const { weight, attached } = readAuxiliary(knobs)
  const layers = followed(knobs)
  const { oneMain = 0, oneSide = 0 } = layers[0] ?? {}
  const cell = (text: string, isMarked = false) => ({ text, isMarked })
  const table: Part = {
    kind: "grid",
    id: "one-weight",
    tone: "second",
    label: "One weight of layer 1",
    side: 30,
    cellWidth: 96,
    cells: [
      [cell("by main loss"), cell(scientific(oneMain))],
      [cell(`by head's loss`), cell(scientific(oneSide))],
      [cell(`× ${weight}`), cell(scientific(weight * oneSide))],
      [cell("sum"), cell(scientific(oneMain + weight * oneSide), true)],
    ],
    detail: "its gradient, back-propagated by hand",
  }
  return row([gradientPlot("by-hand", `Length of each layer's gradient; the head is behind layer ${attached}`, layers, weight), table], 30)
}

function counts({ parameters, added, alexNet, depth }: Auxiliary): Part {
  const bars: Part = {
    kind: "bars",
    id: "parameter-bars",
    label: "Parameters",
    width: 240,
    rows: [
      { label: "AlexNet", value: alexNet, text: short(alexNet), tone: "plain" },
      { label: "GoogLeNet, training", value: parameters + added, text: short(parameters + added), tone: "second" },
      { label: "GoogLeNet, in use", value: parameters, text: `${short(parameters)} · ${percent(parameters, alexNet)}`, tone: "output" },
    ],
  }
  const lines = [
    `${Number((alexNet / parameters).toPrecision(2))} times fewer than AlexNet;`,
    "the paper says 12 times.",
    `${depth} layers with weights.`,
  ]
  return row([bars, words(lines, { align: "start" })], 40)
}
