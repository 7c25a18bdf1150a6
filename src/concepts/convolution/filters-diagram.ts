/** What filters learn, drawn: a filter and a pattern that turns under it, filters of first layers, and how much deeper layers see. */
import { numberOf, pairOf, percent } from "../knobs.ts"
import { type Cell, column, frame, type Grid, type Part, row, type Scene, type Selection, sign, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { blobOf, filterOf, patchOf, type Square } from "./filter-shapes.ts"
import { convolutionsOf, readFilters, tuningOf } from "./filters-sizes.ts"

export function filtersScene(knobs: Knobs, selection: Selection): Scene {
  const tuning = tuningOf(knobs)
  const { pattern, orientation } = readFilters(knobs)
  const layers = convolutionsOf(knobs)
  const last = layers.at(-1)?.sees ?? 1
  const moment = selection.moment % tuning.length
  return {
    title: "What filters learn",
    description: `A first-layer filter for ${pattern === "edge" ? "an edge" : "a bar"} at ${orientation} degrees answers most to its own direction. One number of convolution ${layers.length} sees ${last} × ${last} pixels.`,
    content: column(
      [
        frame(selection, "tuning", "One filter, and what turns under it", tuningPart(knobs, moment)),
        frame(selection, "first", "What first layers come to hold", firstPart(knobs)),
        frame(selection, "deeper", "Deeper layers see more", deeperPart(knobs)),
      ],
      18,
    ),
    moments: { count: tuning.length, perRow: 1, names: "direction" },
  }
}

const shownNumber = (value: number): string => String(Number(value.toFixed(1)) || 0)

function numbersGrid(id: string, label: string, values: Square, tones: readonly [Tone, Tone]): Grid {
  const most = Math.max(1e-6, ...values.flat().map(Math.abs))
  return {
    kind: "grid",
    id,
    tone: tones[0],
    label,
    side: values.length > 7 ? 24 : 30,
    cells: values.map((line) =>
      line.map(
        (value): Cell => ({ text: shownNumber(value), tone: value < 0 ? tones[1] : tones[0], strength: (0.8 * Math.abs(value)) / most }),
      ),
    ),
  }
}

/** Without numbers: what is above nothing in one colour, what is below in the other. */
export function kernelPicture(id: string, label: string, values: Square, side: number, tones: readonly [Tone, Tone]): Grid {
  const most = Math.max(1e-6, ...values.flat().map(Math.abs))
  return {
    kind: "grid",
    id,
    tone: tones[0],
    label,
    side,
    cells: values.map((line) =>
      line.map((value): Cell => ({ text: "", tone: value < 0 ? tones[1] : tones[0], strength: Math.abs(value) / most })),
    ),
  }
}

function tuningPart(knobs: Knobs, moment: number): Part {
  const { pattern, orientation, size } = readFilters(knobs)
  const tuning = tuningOf(knobs)
  const { degrees = 0, response = 0 } = tuning[moment] ?? {}
  const all = tuning.map((each) => each.response)
  const sums = column(
    [
      row(
        [
          numbersGrid("patch", `patch at ${degrees}°`, patchOf(pattern, size, degrees), ["input", "input"]),
          sign("∗"),
          numbersGrid("filter", `filter for ${orientation}°`, filterOf(pattern, size, orientation), ["kernel", "second"]),
        ],
        14,
      ),
      words(`sum of all products = ${response.toFixed(2)}, after ReLU ${Math.max(0, response).toFixed(2)}`),
    ],
    10,
  )
  const most = Math.max(1, Math.ceil(Math.max(...all)))
  const plot: Part = {
    kind: "plot",
    id: "curve",
    label: "Answer to each direction, after ReLU",
    width: 200,
    height: 130,
    x: { label: "degrees", from: 0, to: tuning.length * 15, ticks: [0, tuning.length * 7.5, tuning.length * 15] },
    y: { label: "", from: 0, to: most },
    curves: [{ tone: "output", points: all.map((each, index) => [index * 15, Math.max(0, each)] as const) }],
    dots: [{ x: degrees, y: Math.max(0, response), tone: "output", radius: 5, hint: `${degrees}°` }],
  }
  return row([sums, plot], 26)
}

/** Around the circle, in steps that show well. */
const DIRECTIONS = [0, 45, 90, 135] as const

/** Drawn by formula: what published pictures of first layers show. */
function firstPart(knobs: Knobs): Part {
  const { size } = readFilters(knobs)
  const small = 66 / size
  const edges = DIRECTIONS.map((degrees) =>
    kernelPicture(`edge.${degrees}`, `edge ${degrees}°`, filterOf("edge", size, degrees), small, ["kernel", "second"]),
  )
  const bars = DIRECTIONS.map((degrees) =>
    kernelPicture(`bar.${degrees}`, `bar ${degrees}°`, filterOf("bar", size, degrees), small, ["kernel", "second"]),
  )
  const colours = (
    [
      ["first", "fourth"],
      ["third", "input"],
    ] as const
  ).map((tones, index) => kernelPicture(`colour.${index}`, "colour", blobOf(size), small, tones))
  return column(
    [
      row([...edges, colours[0] as Part], 18),
      row([...bars, colours[1] as Part], 18),
      words("Drawn by formula. One colour adds, the other takes away; the live check learns such filters from random ones.", {
        isQuiet: true,
        size: "small",
      }),
    ],
    10,
  )
}

/** Of the plane's side, in units of the drawing. */
const PLANE = 190
const MOST_SQUARES = 8
const TONES: readonly Tone[] = ["kernel", "second", "output", "first"]

function deeperPart(knobs: Knobs): Part {
  const layers = convolutionsOf(knobs)
  const [high, wide] = pairOf(knobs, "image")
  const side = Math.max(1, ...layers.map(({ sees }) => sees))
  const shown = layers.slice(-MOST_SQUARES)
  const plane: Part = {
    kind: "plane",
    id: "sees",
    label: `${side} × ${side} pixels of the picture`,
    columns: side,
    rows: side,
    scale: PLANE / side,
    rectangles: shown.toReversed().map(({ sees }, index) => ({
      id: `sees.${index}`,
      tone: TONES[(shown.length - 1 - index) % TONES.length] as Tone,
      label: "",
      x: (side - sees) / 2,
      y: (side - sees) / 2,
      width: sees,
      height: sees,
    })),
  }
  const bars: Part = {
    kind: "bars",
    id: "sees-bars",
    label: "One number of convolution … sees",
    width: 150,
    rows: shown.map(({ name, sees }, index) => ({
      label: name.replace("convolution ", ""),
      value: sees,
      text: `${sees} × ${sees} · ${percent(Math.min(sees, high) * Math.min(sees, wide), high * wide)}`,
      tone: TONES[index % TONES.length] as Tone,
    })),
  }
  const hidden = numberOf(knobs, "layers") - shown.length
  const lines = ["Edges and colours first, then corners and textures,", "then parts, at last whole objects."]
  const note = hidden > 0 ? [...lines, `The first ${hidden} are not drawn.`] : lines
  return row([plane, column([bars, words(note, { isQuiet: true, size: "small" })], 12)], 30)
}
