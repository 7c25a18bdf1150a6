/** WGAN drawn: a critic that scores instead of judging, two distances of the same two heaps, their slopes, and what holds the critic. */
import { grouped, numberOf, short } from "../knobs.ts"
import { type Cell, column, type Edge, frame, type Part, type Plot, row, type Scene, type Selection, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { type Adversaries, adversariesEdges, adversariesPart } from "./adversarial-diagram.ts"
import { curveOf } from "./gaussian.ts"
import { divergenceOf, steepest, wassersteinOf } from "./wgan-example.ts"

const TURNS = ["real", "made", "held", "generator"] as const
type Turn = (typeof TURNS)[number]

const said = (turn: Turn, knobs: Knobs): string =>
  ({
    real: "The critic learns: scores of real examples are to rise.",
    made: "The critic learns: scores of what was made are to fall. Only the gap counts.",
    held: "The critic is held, by clipping or by a penalty: without a limit on its slope the gap could grow without end.",
    generator: `After ${grouped(numberOf(knobs, "steps"))} steps of the critic, the generator learns: scores of what it makes are to rise.`,
  })[turn]

function adversaries(knobs: Knobs): Adversaries {
  const { latent, size, generator, critic } = wassersteinOf(knobs)
  return {
    given: [{ label: "noise z", detail: `${grouped(latent)} numbers` }],
    generator: { label: "generator G", detail: `${short(generator)} parameters` },
    fake: { label: "made G(z)", detail: `${grouped(size)} numbers` },
    real: { label: "real x", detail: `${grouped(size)} numbers` },
    discriminator: { label: "critic f", detail: `${short(critic)} parameters` },
    verdicts: [{ label: "score", detail: "any number" }],
  }
}

function gameEdges(both: Adversaries, turn: Turn, clip: number, penalty: number): readonly Edge[] {
  const edges = adversariesEdges(both, turn === "made" || turn === "held" ? "fake" : turn)
  const [back] = edges.slice(-1)
  if (turn === "generator" && back) return [...edges.slice(0, -1), { ...back, label: "gradient, through the critic" }]
  if (turn !== "held") return edges
  const hold: Edge = {
    from: "discriminator",
    to: "discriminator",
    kind: "flow",
    tone: "warning",
    label: `±${clip} or λ = ${penalty}`,
  }
  return [...edges.slice(0, -1), hold]
}

const edgeOf = ({ apart, width }: { readonly apart: number; readonly width: number }): number => Math.max(2, Math.ceil(apart + width + 0.5))

/** Two heaps of the same height; without a width they are lines. */
function heap(tone: "input" | "output", name: string, from: number, width: number): Plot["curves"][number] {
  const [left, right] = [from, from + Math.max(0.04, width)]
  return {
    tone,
    name,
    isFilled: true,
    points: [
      [left, 0],
      [left, 1],
      [right, 1],
      [right, 0],
    ],
  }
}

function distancesPart(knobs: Knobs): Part {
  const { apart, width, divergence } = wassersteinOf(knobs)
  const edge = edgeOf({ apart, width })
  const most = 6
  const against = (id: string, label: string, tone: "warning" | "third", top: number, value: (apart: number) => number): Plot => ({
    kind: "plot",
    id,
    label,
    width: 200,
    height: 130,
    x: { label: "distance θ", from: 0, to: most, ticks: [0, 2, 4, 6] },
    y: { label: "", from: 0, to: top, ticks: [0, top / 2, top] },
    curves: [{ tone, points: curveOf(value, 0, most, 121) }],
    dots: [{ x: Math.min(most, apart), y: Math.min(top, value(apart)), tone, radius: 5, hint: "the example" }],
  })
  return row(
    [
      {
        kind: "plot",
        id: "heaps",
        label: "Made and real",
        width: 220,
        height: 130,
        x: { label: "x", from: -0.5, to: edge, ticks: [0, edge] },
        y: { label: "", from: 0, to: 1.4, ticks: [] },
        curves: [heap("output", "made", 0, width), heap("input", "real", apart, width)],
      },
      against("divergence", `Jensen–Shannon: ${divergence.toFixed(3)}`, "warning", 0.8, (each) => divergenceOf({ apart: each, width })),
      against("wasserstein", `Wasserstein: ${apart.toFixed(3)}`, "third", most, (each) => each),
    ],
    26,
    "start",
  )
}

/** Sorted points, pair by pair; the moment's pair is read, and the sum runs along. */
function pairsPart(knobs: Knobs, moment: number): Part {
  const { pairing } = wassersteinOf(knobs)
  const line = (id: string, label: string, tone: "input" | "output" | "third", values: readonly number[]): Part => ({
    kind: "grid",
    id,
    tone,
    label,
    side: 28,
    cellWidth: 64,
    cells: [
      values.map(
        (value, at): Cell => ({
          text: value.toFixed(2),
          moment: at,
          ...(at === moment && { isRead: true }),
          ...(at > moment && id === "moves" && { isFaint: true }),
        }),
      ),
    ],
  })
  const moved = pairing.moves.slice(0, moment + 1)
  const sum = moved.reduce((total, move) => total + move, 0)
  return column(
    [
      line("sorted-made", "made, sorted", "output", pairing.made),
      line("sorted-real", "real, sorted", "input", pairing.real),
      line("moves", "how far each is moved", "third", pairing.moves),
      words(`${moved.map((move) => move.toFixed(2)).join(" + ")} = ${sum.toFixed(2)}`),
      words(`The mean of all ${pairing.moves.length} is the Wasserstein distance of these points: ${pairing.mean.toFixed(2)}`, {
        isQuiet: true,
      }),
    ],
    14,
  )
}

/** Where there is only one of the two it is sure; between them nobody tells it anything. */
function verdictCurves({ apart, width }: { readonly apart: number; readonly width: number }, edge: number): Plot["curves"] {
  const isApart = apart > width
  return [
    {
      tone: "warning",
      name: "best D",
      points: isApart
        ? [
            [-0.5, 0],
            [width, 0],
          ]
        : [
            [-0.5, 0],
            [apart, 0],
            [apart, 0.5],
            [width, 0.5],
            [width, 1],
            [edge, 1],
          ],
    },
    {
      tone: "warning",
      points: isApart
        ? [
            [apart, 1],
            [edge, 1],
          ]
        : [],
    },
    {
      tone: "warning",
      ...(isApart && { name: "not determined" }),
      isDashed: true,
      points: isApart
        ? [
            [width, 0],
            [apart, 1],
          ]
        : [],
    },
  ]
}

function slopeWords(apart: number, overlap: number): readonly string[] {
  if (apart === 0) return ["Made and real are alike: D is ½,", "and every critic's gap is 0.", "There is nothing left to learn."]
  return [
    "Slope at what is made:",
    ...(overlap > 0
      ? ["D's steps are flat between them,", "though a real D is smoother."]
      : ["D is flat: nothing says where to go.", "log(1 − D) teaches nothing there."]),
    "The critic's is 1, wherever it is.",
  ]
}

function slopesPart(knobs: Knobs): Part {
  const { apart, width, overlap } = wassersteinOf(knobs)
  const edge = edgeOf({ apart, width })
  const middle = (apart + width) / 2
  const reach = Math.max(1, Math.ceil(edge - middle))
  const x = { label: "x", from: -0.5, to: edge, ticks: [0, edge] }
  return row(
    [
      {
        kind: "plot",
        id: "verdicts",
        label: "The best discriminator",
        width: 210,
        height: 130,
        x,
        y: { label: "", from: 0, to: 1, ticks: [0, 0.5, 1] },
        curves: verdictCurves({ apart, width }, edge),
        dots: [{ x: width / 2, y: overlap > 0 && width / 2 >= apart ? 0.5 : 0, tone: "output", radius: 5, hint: "what is made" }],
      },
      {
        kind: "plot",
        id: "scores",
        label: "The best critic",
        width: 210,
        height: 130,
        x,
        y: { label: "", from: -reach, to: reach, ticks: [-reach, 0, reach] },
        curves: [{ tone: "third", name: "f, slope 1", points: curveOf((at) => at - middle, -0.5, edge, 3) }],
        dots: [{ x: width / 2, y: Math.max(-reach, width / 2 - middle), tone: "output", radius: 5, hint: "what is made" }],
      },
      words(slopeWords(apart, overlap), { align: "start", isQuiet: true }),
    ],
    26,
  )
}

function penaltyPlot(knobs: Knobs): Plot {
  const { apart, penalty, slope } = wassersteinOf(knobs)
  const value = (s: number): number => apart * s - penalty * (s - 1) ** 2
  const [widest, top] = [Math.max(2, Math.ceil(2 * slope - 1)), Math.max(1, Math.ceil(value(slope)))]
  return {
    kind: "plot",
    id: "penalised",
    label: "Gradient penalty: gap − penalty",
    width: 250,
    height: 140,
    x: { label: "critic's slope s", from: 0, to: widest, ticks: [0, 1, widest] },
    y: { label: "", from: -top, to: top, ticks: [-top, 0, top] },
    curves: [
      { tone: "third", name: "θ s − λ (s − 1)²", points: curveOf(value, 0, widest, 161).filter(([, y]) => Math.abs(y) <= top) },
      {
        tone: "plain",
        name: "θ s",
        isDashed: true,
        points: curveOf((s) => apart * s, 0, widest, 161).filter(([, y]) => y <= top),
      },
    ],
    dots: [{ x: slope, y: value(slope), tone: "third", radius: 5, hint: `best at ${slope.toFixed(3)}` }],
  }
}

const LOGARITHMS = { from: -6, to: 6 } as const

function clippingPlot(knobs: Knobs): Plot {
  const { clip, hidden, depth } = wassersteinOf(knobs)
  const within = (value: number): number => Math.max(LOGARITHMS.from, Math.min(LOGARITHMS.to, value))
  const bound = (logarithm: number, layers: number): number => within(Math.log10(steepest(10 ** logarithm, hidden, layers)))
  const depths = [...new Set([1, depth, 4])].toSorted((left, right) => left - right)
  const tones = { 1: "first", 4: "fourth" } as const
  return {
    kind: "plot",
    id: "clipped",
    label: "Clipping: steepest slope, powers of ten",
    width: 250,
    height: 140,
    x: { label: "limit c, powers of ten", from: -3, to: 0, ticks: [-3, -2, -1, 0] },
    y: { label: "", from: LOGARITHMS.from, to: LOGARITHMS.to, ticks: [-6, -3, 0, 3, 6] },
    curves: depths.map((layers) => ({
      tone: layers === depth ? "third" : layers === 1 ? tones[1] : tones[4],
      name: `${layers} hidden`,
      isDashed: layers !== depth,
      points: curveOf((logarithm) => bound(logarithm, layers), -3, 0, 121).filter(([, y]) => y > LOGARITHMS.from && y < LOGARITHMS.to),
    })),
    dots: [{ x: Math.log10(clip), y: bound(Math.log10(clip), depth), tone: "third", radius: 5, hint: "the example" }],
  }
}

const RAISED = ["", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸"]

const small = (value: number): string => (value >= 0.01 && value < 10_000 ? String(Number(value.toPrecision(3))) : value.toExponential(1))

function heldPart(knobs: Knobs): Part {
  const { clip, hidden, depth, slope, apart, penalty } = wassersteinOf(knobs)
  return column(
    [
      row([clippingPlot(knobs), penaltyPlot(knobs)], 40),
      words([
        `clipping: ${clip} · (${grouped(hidden)} · ${clip})${RAISED[depth - 1] ?? ""} = ${small(steepest(clip, hidden, depth))} by one input number; the gap is so many times the distance, at most`,
        `penalty: steepest at 1 + θ ÷ 2λ = ${slope.toFixed(3)}; the gap is ${(apart * slope).toFixed(3)}, for a distance of ${apart.toFixed(3)} and λ = ${penalty}`,
      ]),
    ],
    16,
  )
}

export function wganDiagram(knobs: Knobs, selection: Selection): Scene {
  const { apart, width, divergence, critic, steps, clip, penalty } = wassersteinOf(knobs)
  const moment = Math.max(0, Math.min(TURNS.length - 1, selection.moment))
  const turn = TURNS[moment] as Turn
  const both = adversaries(knobs)
  return {
    title: "Wasserstein GAN",
    description: `A critic of ${critic} parameters gives scores without a sigmoid, ${steps} steps for each of the generator's. ${said(turn, knobs)} Two heaps ${width} wide and ${apart} apart: Jensen–Shannon ${divergence.toFixed(3)}, Wasserstein ${apart.toFixed(3)}.`,
    content: column([
      frame(selection, "game", "A critic instead of a judge", column([adversariesPart(both), words(said(turn, knobs))], 18)),
      frame(selection, "distances", "How far apart are they?", distancesPart(knobs)),
      frame(selection, "pairs", "Wasserstein's distance of four points each", pairsPart(knobs, moment)),
      frame(selection, "slopes", "What the generator gets to learn from", slopesPart(knobs)),
      frame(selection, "held", "What holds the critic", heldPart(knobs)),
    ]),
    edges: selection.toggled.includes("game") ? [] : gameEdges(both, turn, clip, penalty),
    moments: { count: TURNS.length, perRow: 1, names: "turn" },
  }
}
