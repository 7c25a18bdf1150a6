/** Draws a map that becomes larger: the four old numbers of each new one with their shares, and one line of it as a curve. */
import { grouped, sizesText } from "../knobs.ts"
import {
  type Cell,
  column,
  frame,
  type Grid,
  type Part,
  type Plot,
  row,
  type Scene,
  type Selection,
  sign,
  type Volume,
  words,
} from "../scene.ts"
import type { Knobs } from "../subject.ts"
import {
  type Corners,
  drawnPixel,
  drawnStretch,
  type Mixed,
  type Mode,
  mixedAt,
  placeOf,
  readUpsampling,
  type Stretch,
  upsampledShape,
} from "./upsampling.ts"

interface Drawn {
  readonly rows: Stretch & { readonly isReal: boolean }
  readonly columns: Stretch & { readonly isReal: boolean }
}

function drawnOf(knobs: Knobs): Drawn {
  const { image, scale, mode, corners } = readUpsampling(knobs)
  return { rows: drawnStretch(image[0], scale[0], { mode, corners }), columns: drawnStretch(image[1], scale[1], { mode, corners }) }
}

export function upsamplingScene(knobs: Knobs, selection: Selection): Scene {
  const { channels, image, mode, scale } = readUpsampling(knobs)
  const drawn = drawnOf(knobs)
  const output = upsampledShape(knobs)
  const count = drawn.rows.to * drawn.columns.to
  const moment = Math.min(selection.moment, count - 1)
  const [at, across] = [Math.floor(moment / drawn.columns.to), moment % drawn.columns.to]
  const how = mode === "nearest" ? "a copy of the nearest old one" : "mixed from the four old ones around it"
  return {
    title: mode === "nearest" ? "Nearest-neighbour upsampling" : "Bilinear upsampling",
    description: `${grouped(channels)} maps of ${sizesText(image)} become ${sizesText(scale)} times larger: ${sizesText(output)}. Each new number is ${how}.`,
    content: column(
      [
        overview(knobs, drawn, mixed(drawn, at, across), { row: at, column: across }),
        frame(selection, "cell", "How one new number is made", arithmetic(knobs, drawn, at, across, moment)),
        frame(selection, "line", "One line of the map", lines(drawn.columns)),
      ],
      18,
    ),
    edges: [{ from: "input.window", to: "output.cell", kind: "cone", tone: "output" }],
    moments: { count, perRow: drawn.columns.to, names: "new number" },
  }
}

const mixed = ({ rows, columns }: Drawn, at: number, across: number): Mixed => mixedAt(rows, columns, drawnPixel, at, across)

function overview(
  knobs: Knobs,
  { rows, columns }: Drawn,
  { rows: down, columns: along }: Mixed,
  spot: { row: number; column: number },
): Part {
  const { channels, image } = readUpsampling(knobs)
  const volume = (
    id: string,
    tone: Volume["tone"],
    shape: readonly number[],
    lines: readonly [number, number],
    unit: number,
    more: Partial<Volume>,
  ): Volume => ({
    kind: "volume",
    id,
    tone,
    label: id,
    detail: sizesText(shape),
    channels,
    rows: lines[0],
    columns: lines[1],
    width: Math.max(14, unit * lines[1]),
    height: Math.max(14, unit * lines[0]),
    ...more,
  })
  const window = { row: down.first, column: along.first, rows: down.second - down.first + 1, columns: along.second - along.first + 1 }
  const unit = 120 / Math.max(rows.to, columns.to)
  const old = Math.min(22, (unit * Math.max(rows.to, columns.to)) / Math.max(rows.from, columns.from))
  return row(
    [
      volume("input", "input", [channels, ...image], [rows.from, columns.from], Math.min(old, 20), { window }),
      volume("output", "output", upsampledShape(knobs), [rows.to, columns.to], unit, { cell: spot }),
    ],
    110,
  )
}

const part = (value: number): string => String(Number(value.toFixed(2)))

function arithmetic(knobs: Knobs, drawn: Drawn, at: number, across: number, moment: number): Part {
  const { rows, columns } = drawn
  const { image, scale } = readUpsampling(knobs)
  const here = mixed(drawn, at, across)
  const counts = ({ first, second, share }: Mixed["rows"], place: number): boolean => place === first || (place === second && share > 0)
  const isRead = (row: number, column: number): boolean => counts(here.rows, row) && counts(here.columns, column)
  const old: Grid = {
    kind: "grid",
    id: "old",
    tone: "input",
    label: "old map",
    side: 30,
    cells: table(rows.from, columns.from, (row, column) => ({
      text: String(drawnPixel(row, column)),
      ...(isRead(row, column) && { isRead: true }),
    })),
  }
  const side = Math.max(15, Math.min(26, Math.floor(250 / Math.max(rows.to, columns.to))))
  const made: Grid = {
    kind: "grid",
    id: "new",
    tone: "output",
    label: "new map",
    side,
    cellWidth: Math.max(side, 32),
    cells: table(rows.to, columns.to, (row, column) => {
      const own = row * columns.to + column
      return {
        text: part(mixed(drawn, row, column).value),
        moment: own,
        ...(own === moment && { isMarked: true }),
        ...(own > moment && { isFaint: true }),
      }
    }),
  }
  const isReal = rows.isReal && columns.isReal
  const note = isReal
    ? "Example numbers."
    : `Example numbers, ${sizesText([rows.from, columns.from])} to ${sizesText([rows.to, columns.to])} instead of ${sizesText(image)} times ${sizesText(scale.map((factor) => Number(factor.toFixed(3))))}.`
  return column(
    [
      row([old, sign("→"), shares(here), sign("→"), made], 16),
      words(equation(here), { size: "large" }),
      words(note, { size: "small", isQuiet: true }),
    ],
    14,
  )
}

const table = (rows: number, columns: number, cell: (row: number, column: number) => Cell): Cell[][] =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => cell(row, column)))

/** The old numbers that count, each with its share; those with none are left out. */
function terms({ rows, columns }: Mixed): readonly { readonly value: number; readonly share: number }[] {
  const along = (own: Mixed["rows"]) => [
    { at: own.first, share: 1 - own.share },
    ...(own.share > 0 ? [{ at: own.second, share: own.share }] : []),
  ]
  return along(rows).flatMap((down) =>
    along(columns).map((side) => ({ value: drawnPixel(down.at, side.at), share: down.share * side.share })),
  )
}

const equation = (here: Mixed): string =>
  `${terms(here)
    .map(({ value, share }) => (share === 1 ? `a copy of ${value}` : `${part(share)}·${value}`))
    .join(" + ")}${terms(here).length > 1 ? ` = ${part(here.value)}` : ""}`

function shares({ rows, columns }: Mixed): Grid {
  const cell = (down: number, along: number): Cell => ({ text: part(down * along), strength: 0.75 * down * along })
  const cells = [1 - rows.share, rows.share].map((down) => [1 - columns.share, columns.share].map((along) => cell(down, along)))
  return { kind: "grid", id: "shares", tone: "kernel", label: "shares", side: 30, cellWidth: 40, cells }
}

const LINE: readonly number[] = [4, 16, 8, 12]

/** The same line enlarged in the ways there are. */
function lines({ to, from, mode, corners }: Stretch): Part {
  const size = LINE.length
  const length = Math.max(2, Math.round((size * to) / from))
  const made = (ownMode: Mode, ownCorners: Corners) => {
    const stretch = { from: size, to: length, mode: ownMode, corners: ownCorners }
    const flat = { from: 1, to: 1, mode: ownMode, corners: ownCorners }
    return Array.from(
      { length },
      (_, at) => [placeOf(stretch, at), mixedAt(flat, stretch, (__, column) => LINE[column] ?? 0, 0, at).value] as const,
    )
  }
  const own = made(mode, corners)
  const others = (["half-pixel", "aligned", "asymmetric"] as const).filter((each) => each !== corners || mode === "nearest").slice(0, 2)
  const plot: Plot = {
    kind: "plot",
    id: "line-plot",
    label: `${size} old numbers, ${length} new ones`,
    width: 330,
    height: 140,
    x: { label: "place in the old map", from: -0.5, to: size - 0.5, ticks: [0, 1, 2, 3] },
    y: { label: "", from: 0, to: 20 },
    curves: [{ tone: "output", name: "new", points: own }],
    dots: [
      ...LINE.map((y, x) => ({ x, y, tone: "input" as const, radius: 5, hint: `old ${y}` })),
      ...own.map(([x, y]) => ({ x, y, tone: "output" as const, radius: 2.5, hint: part(y) })),
    ],
  }
  const list = (label: string, points: readonly (readonly [number, number])[]): string =>
    `${label}: ${points.map(([, y]) => part(y)).join(", ")}`
  const names = { "half-pixel": "squares", aligned: "aligned", asymmetric: "from the first" } as const
  return row(
    [
      plot,
      words(
        [
          list(mode === "nearest" ? "copies" : names[corners], own.slice(0, 8)),
          ...(mode === "nearest"
            ? [list("bilinear", made("bilinear", corners).slice(0, 8))]
            : others.map((each) => list(names[each], made("bilinear", each).slice(0, 8)))),
          "",
          "Large dots are the old numbers.",
          mode === "nearest" ? "Copies make steps." : "Between them lie straight lines.",
        ],
        { align: "start", isQuiet: true, size: "small" },
      ),
    ],
    26,
  )
}
