/** The subject "few-shot learning": classes known by one or a few examples each, told apart by the nearest prototype in an embedding. */
import { exampleNumber } from "../convolution/sliding.ts"
import { grouped, numberOf, texNumber as tex } from "../knobs.ts"
import { type Cell, column, frame, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { checkFewShot } from "./few-shot-check.ts"
import { sharedEncodersIn } from "./shared-encoder.ts"

const KNOBS: readonly Knob[] = [
  { ...countKnob("ways", "Ways N", 4, 12, "Classes of an episode."), minimum: 2, limit: 20 } as Knob,
  { ...countKnob("shots", "Shots K", 3, 10, "Examples of each class; one is one-shot learning."), limit: 20 } as Knob,
  { ...countKnob("dimension", "Embedding", 64, 256, "Numbers each input becomes."), limit: 512 } as Knob,
  {
    kind: "number",
    name: "spread",
    label: "Spread of a class",
    initial: 0.35,
    minimum: 0.05,
    maximum: 1,
    limit: 2,
    step: 0.05,
    help: "How far examples of a class lie from its middle; a good encoder makes it small.",
  },
  {
    kind: "choice",
    name: "distance",
    label: "Distance",
    initial: "euclidean",
    help: "How a query is compared with a prototype.",
    choices: [
      { value: "euclidean", label: "squared Euclidean" },
      { value: "cosine", label: "cosine" },
    ],
  },
]

type Point = readonly [number, number]

export const settingsOf = (knobs: Knobs) => ({
  ways: numberOf(knobs, "ways"),
  shots: numberOf(knobs, "shots"),
  dimension: numberOf(knobs, "dimension"),
  spread: numberOf(knobs, "spread"),
  isCosine: knobs["distance"] === "cosine",
})

/** From −1.5 to 1.5, the same for the same place: some spread of a class. */
const noise = (...place: readonly number[]): number => exampleNumber(-150, 150, ...place) / 100

const near = (way: number, ways: number, spread: number, seed: number): Point => {
  const angle = (2 * Math.PI * way) / ways + 0.4
  return [Math.cos(angle) + spread * noise(way, seed, 3), Math.sin(angle) + spread * noise(seed, way, 8)]
}

/** An episode in two dimensions: classes around a circle, their examples, and a query of each. */
export function episodeOf(knobs: Knobs) {
  const { ways, shots, spread } = settingsOf(knobs)
  const support = Array.from({ length: ways }, (_, way) => Array.from({ length: shots }, (__, shot) => near(way, ways, spread, shot + 1)))
  const prototypes = support.map(
    (points): Point => [0, 1].map((axis) => points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / shots) as unknown as Point,
  )
  const queries = Array.from({ length: ways }, (_, way) => near(way, ways, spread, 91))
  return { support, prototypes, queries }
}

const euclidean = ([x, y]: Point, [toX, toY]: Point): number => (x - toX) ** 2 + (y - toY) ** 2
const cosine = ([x, y]: Point, [toX, toY]: Point): number => 1 - (x * toX + y * toY) / (Math.hypot(x, y) * Math.hypot(toX, toY))

/** Distances of the query to all prototypes, and the softmax of their negatives. */
function judged(knobs: Knobs, query: number) {
  const { prototypes, queries } = episodeOf(knobs)
  const point = queries[query] ?? [0, 0]
  const distances = prototypes.map((prototype) => (settingsOf(knobs).isCosine ? cosine : euclidean)(point, prototype))
  const powers = distances.map((distance) => Math.exp(-distance))
  const sum = powers.reduce((total, power) => total + power, 0)
  const probabilities = powers.map((power) => power / sum)
  return { distances, probabilities, chosen: probabilities.indexOf(Math.max(...probabilities)) }
}

function numbers(knobs: Knobs): Numbers {
  const { ways, shots, dimension } = settingsOf(knobs)
  const right = Array.from({ length: ways }, (_, query) => judged(knobs, query).chosen === query).filter(Boolean).length
  return {
    quantities: [
      { name: "episode", label: "Episode", value: `${ways}-way ${shots}-shot` },
      { name: "support", label: "Labelled examples", value: ways * shots },
      { name: "prototypes", label: "Prototypes", value: [ways, dimension], note: "means, no weights" },
      { name: "chance", label: "Guessing is right", value: `${(100 / ways).toFixed(1)} %` },
      { name: "macs", label: "MACs to compare a query", value: ways * dimension, note: "besides the encoder's" },
      { name: "right", label: "Right in the example", value: `${right} of ${ways}` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { ways, shots, dimension, isCosine } = settingsOf(knobs)
  const { distances, probabilities } = judged(knobs, 0)
  const distance = isCosine ? "1 - \\cos(f(x), c_k)" : "|f(x) - c_k|^2"
  return [
    {
      label: "Prototype",
      tex: `c_k = \\frac{1}{K} \\sum_{i=1}^{${shots}} f_\\theta(x_i) \\in \\mathbb{R}^{${tex(dimension)}}, \\quad k = 1, \\dots, ${ways}`,
    },
    { label: "Distance", tex: `d_k = ${distance}, \\quad d_1 = ${(distances[0] ?? 0).toFixed(3)}` },
    {
      label: "Query 1 is of class 1",
      tex: `p = \\frac{e^{-d_1}}{\\sum_k e^{-d_k}} = \\frac{${Math.exp(-(distances[0] ?? 0)).toFixed(3)}}{${distances.reduce((sum, each) => sum + Math.exp(-each), 0).toFixed(3)}} = ${(probabilities[0] ?? 0).toFixed(3)}`,
    },
  ]
}

const TONES: readonly Tone[] = ["first", "second", "third", "fourth"]
const toneOf = (way: number): Tone => TONES[way % TONES.length] as Tone
const nameOf = (way: number): string => String.fromCharCode(65 + way)

/** Classes by row, examples by column. */
function supportTable(knobs: Knobs): Part {
  const { ways, shots } = settingsOf(knobs)
  const cells = Array.from({ length: ways }, (_, way) =>
    Array.from({ length: shots }, (__, shot): Cell => ({ text: `${nameOf(way)}${shot + 1}`, tone: toneOf(way), strength: 0.3 })),
  )
  return {
    kind: "grid",
    id: "support",
    tone: "input",
    label: "Support set",
    detail: `${ways} classes × ${shots}`,
    cells,
    side: ways > 8 ? 18 : 26,
    cellWidth: 30,
  }
}

function embedding(knobs: Knobs, query: number): Plot {
  const { support, prototypes, queries } = episodeOf(knobs)
  const { chosen } = judged(knobs, query)
  const point = queries[query] ?? [0, 0]
  const all = [...support.flat(), ...queries].flat()
  const edge = Math.ceil(10 * Math.max(1.2, ...all.map(Math.abs))) / 10
  return {
    kind: "plot",
    id: "embedding",
    label: "Embedding, in two dimensions",
    width: 240,
    height: 240,
    x: { label: "", from: -edge, to: edge, ticks: [0] },
    y: { label: "", from: -edge, to: edge, ticks: [0] },
    curves: prototypes.map((prototype, way) => ({
      tone: way === chosen ? ("output" as const) : ("plain" as const),
      isDashed: way !== chosen,
      points: [point, prototype],
    })),
    dots: [
      ...support.flatMap((points, way) =>
        points.map(([x, y], shot) => ({ x, y, tone: toneOf(way), radius: 3, hint: `${nameOf(way)}${shot + 1}` })),
      ),
      ...prototypes.map(([x, y], way) => ({ x, y, tone: toneOf(way), radius: 7, hint: `prototype ${nameOf(way)}` })),
      { x: point[0], y: point[1], tone: "warning" as const, radius: 6, hint: `query of class ${nameOf(query)}` },
    ],
  }
}

function verdict(knobs: Knobs, query: number): Part {
  const { distances, probabilities, chosen } = judged(knobs, query)
  const bars = (id: string, label: string, values: readonly number[]): Part => ({
    kind: "bars",
    id,
    label,
    width: 120,
    rows: values.map((value, way) => ({ label: nameOf(way), value, text: value.toFixed(3), tone: way === chosen ? "output" : "plain" })),
  })
  const said = `query of class ${nameOf(query)}: nearest is ${nameOf(chosen)}`
  return column([
    row([bars("distances", "Distance d", distances), bars("probabilities", "softmax(−d)", probabilities)], 26, "start"),
    words(chosen === query ? `${said}, right` : `${said}, wrong`, { size: "large" }),
  ])
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { ways, shots, dimension } = settingsOf(knobs)
  const query = Math.max(0, Math.min(ways - 1, selection.moment))
  const { chosen, probabilities } = judged(knobs, query)
  return {
    title: "Few-shot learning",
    description: `An episode of ${ways} classes with ${shots} labelled examples each. The mean of a class's embeddings is its prototype; the query of class ${nameOf(query)} is nearest to ${nameOf(chosen)}, with probability ${(probabilities[chosen] ?? 0).toFixed(3)}.`,
    content: column([
      frame(
        selection,
        "episode",
        `An episode: ${ways}-way ${shots}-shot`,
        row(
          [
            supportTable(knobs),
            { kind: "box", id: "encoder", tone: "kernel", label: "encoder", detail: "trained on other classes", width: 140 },
            column(
              [
                {
                  kind: "box",
                  id: "mean",
                  tone: "output",
                  label: "prototypes",
                  detail: `mean of ${shots}, ${ways} × ${grouped(dimension)}`,
                  width: 150,
                },
                { kind: "box", id: "query", tone: "warning", label: "query", detail: `${grouped(dimension)} numbers`, width: 150 },
              ],
              20,
            ),
          ],
          40,
        ),
      ),
      frame(selection, "nearest", "The nearest prototype decides", row([embedding(knobs, query), verdict(knobs, query)], 30)),
    ]),
    edges: [
      { from: "support", to: "encoder", kind: "flow" },
      { from: "encoder", to: "mean", kind: "flow", tone: "output" },
      { from: "encoder", to: "query", kind: "flow", tone: "warning" },
    ],
    moments: { count: ways, perRow: 1, names: "query" },
  }
}

export const fewShot: Subject = {
  id: "few-shot",
  title: "Few-shot and one-shot learning",
  group: "few-examples",
  summary: "New classes from one or a few examples: an encoder trained on other classes places them, and the nearest prototype decides.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Plays random episodes in TensorFlow.js: how far prototypes lie from the true middle, accuracy with one and with more shots, and that nearest prototype is a linear layer.",
  check: checkFewShot,
  /** Twins of which one side is averaged. */
  recognise: (model) =>
    sharedEncodersIn(model)
      .filter(({ isPrototype }) => isPrototype)
      .map(({ match }) => ({ ...match, label: "Few-shot · queries compared with means of examples", knobs: {} })),
  fromLayer: () => undefined,
}
