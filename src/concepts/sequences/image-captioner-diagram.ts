/** The picture of the image captioner: from the image to words, where it looks for each of them, and what the parts cost. */
import { grouped, percent, short, sizesText } from "../knobs.ts"
import { column, type Edge, frame, type Grid, type Part, row, type Scene, type Selection, sign, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { captionerParts, contextOf, PLACES, readCaptioner, SCORES, softmax, WORDS } from "./captioner-parts.ts"
import { vector } from "./cell-parts.ts"

export function captionerScene(knobs: Knobs, selection: Selection): Scene {
  const at = Math.min(selection.moment, WORDS.length - 1)
  const { map, places, parts, macs } = captionerParts(knobs)
  const { length, side } = readCaptioner(knobs)
  return {
    title: "Image captioner",
    description: `A convolutional network makes a map of ${sizesText(map)} from an image of ${side} × ${side} pixels. For each of ${length} words attention weighs its ${places} places; an LSTM reads the weighted sum and the word before. The word drawn is "${WORDS[at]}". ${percent(parts[0]?.macs ?? 0, macs)} of ${grouped(macs)} multiply-accumulates are in the encoder.`,
    content: column([
      frame(selection, "flow", "From the image to the next word", network(knobs, at)),
      frame(selection, "attention", `Where it looks for "${WORDS[at]}": an example of four places`, arithmetic(at)),
      frame(selection, "costs", "What the parts cost", costs(knobs)),
    ]),
    edges: EDGES,
    moments: { count: WORDS.length, perRow: 1, names: "word" },
  }
}

const EDGES: readonly Edge[] = [
  { from: "image", to: "cnn", kind: "flow" },
  { from: "cnn", to: "map", kind: "flow" },
  { from: "map", to: "look", kind: "flow", tone: "third" },
  { from: "look", to: "lstm", kind: "flow", tone: "second", label: "z" },
  { from: "before", to: "lstm", kind: "flow", direction: "up", tone: "input" },
  { from: "lstm", to: "word", kind: "flow", direction: "up", tone: "output" },
]

function network(knobs: Knobs, at: number): Part {
  const { map, parts } = captionerParts(knobs)
  const { side } = readCaptioner(knobs)
  const [channels = 1, height = 1, width = 1] = map
  const volume = (id: string, label: string, detail: string, count: number, lines: number, size: number): Part => ({
    kind: "volume",
    id,
    tone: id === "image" ? "input" : "kernel",
    label,
    detail,
    channels: count,
    rows: lines,
    columns: lines,
    width: size,
    height: size,
  })
  return row(
    [
      volume("image", "image", sizesText([3, side, side]), 3, 8, 76),
      { kind: "box", id: "cnn", tone: "kernel", label: "CNN", detail: `${short(parts[0]?.macs ?? 0)} MACs` },
      volume("map", "feature map", sizesText([channels, height, width]), channels, Math.min(14, height), 62),
      looking(at, height),
      column(
        [
          { kind: "node", id: "word", tone: "output", text: WORDS[at] ?? "", radius: 20, strength: 0.4 },
          { kind: "box", id: "lstm", tone: "third", label: "LSTM", width: 64 },
          { kind: "node", id: "before", tone: "input", text: at === 0 ? "start" : (WORDS[at - 1] ?? ""), radius: 20 },
        ],
        24,
      ),
    ],
    30,
  )
}

const HEAT = 7
/** Middle of what each word looks at, and how wide, in cells. */
const GAZES = [
  [3, 3, 3],
  [1.6, 2.2, 1.1],
  [3, 2.8, 2],
  [5.2, 3.6, 1.8],
] as const

/** Softmax of scores that fall with the distance from a place. */
function looking(at: number, height: number): Grid {
  const [middle, across, wide] = GAZES[at] ?? GAZES[0]
  const count = Math.min(HEAT, height)
  const indices = Array.from({ length: count }, (_, index) => index)
  const scores = indices.map((line) => indices.map((place) => -((line - middle) ** 2 + (place - across) ** 2) / (2 * wide * wide)))
  const weights = softmax(scores.flat())
  const most = Math.max(...weights)
  return {
    kind: "grid",
    id: "look",
    tone: "second",
    label: "attention",
    side: 13,
    cells: indices.map((line) =>
      indices.map((place) => ({
        text: "",
        strength: (weights[line * count + place] ?? 0) / most,
        hint: percent(weights[line * count + place] ?? 0, 1),
      })),
    ),
    detail: "weighed by the state before",
  }
}

/** Scores → softmax → the weighted sum of what the places hold. */
function arithmetic(at: number): Part {
  const scores = SCORES[at] ?? []
  const weights = softmax(scores)
  const places: Part = {
    kind: "grid",
    id: "places",
    tone: "kernel",
    label: "places a",
    side: 24,
    cellWidth: 46,
    cells: PLACES.map(({ name, values }) => [
      { text: name, tone: "plain" as const },
      ...values.map((value) => ({ text: value.toFixed(1).replace("-", "−") })),
    ]),
  }
  return row(
    [
      vector("scores", "scores e", scores, "plain"),
      words("softmax →"),
      {
        ...vector("weights", "weights α", weights, "second"),
        cells: weights.map((weight) => [{ text: weight.toFixed(2), strength: weight }]),
      },
      sign("·"),
      places,
      sign("="),
      vector("context", "context z", contextOf(weights), "second", { isNow: true }),
      words(["a mixture of what", "the places hold"], { isQuiet: true, size: "small", align: "start" }),
    ],
    12,
  )
}

function costs(knobs: Knobs): Part {
  const { parts, parameters, macs } = captionerParts(knobs)
  const bars = (id: string, label: string, of: "parameters" | "macs", all: number): Part => ({
    kind: "bars",
    id,
    label,
    width: 130,
    rows: parts.map((part) => ({
      label: part.name,
      value: part[of],
      text: `${short(part[of])} · ${percent(part[of], all)}`,
      tone: "output" as const,
    })),
  })
  return row([bars("parameter-bars", "Parameters", "parameters", parameters), bars("mac-bars", "MACs of one caption", "macs", macs)], 24)
}
