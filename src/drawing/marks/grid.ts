/** A table of numbers with a window that slides over it. */
import type { Cell, Grid } from "../../concepts/scene.ts"
import { type Place, textWidth } from "../box.ts"
import { BELOW_TEXT, LINE, lettering, type Mark } from "../mark.ts"
import type { Palette } from "../palette.ts"
import { element, escaped, opacity } from "../svg.ts"

const rowsOf = ({ cells }: Grid): number => cells.length
const columnsOf = ({ cells }: Grid): number => cells[0]?.length ?? 0
const widthOf = ({ cellWidth, side }: Grid): number => cellWidth ?? side

/** Of the cells, without label. */
function table(part: Grid, { x, y, width }: Place): Place {
  const drawn = columnsOf(part) * widthOf(part)
  return { x: x + (width - drawn) / 2, y: y + LINE + 4, width: drawn, height: rowsOf(part) * part.side }
}

export const grid: Mark<Grid> = {
  size: (part) => ({
    width: Math.max(columnsOf(part) * widthOf(part), textWidth(part.label, 11) * 1.1, textWidth(part.detail ?? "", 11)),
    height: rowsOf(part) * part.side + LINE + 6 + (part.detail === undefined ? 0 : LINE + 2),
  }),
  anchors: (part, at) => {
    const { x, y, ...size } = table(part, at)
    const cell = markedCell(part)
    const [wide, high] = [widthOf(part), part.side]
    const { window } = part
    return {
      "": { x, y, ...size, above: part.label.trim() === "" ? 0 : LINE + 2, below: part.detail === undefined ? 0 : LINE + 2 },
      ...(window && {
        window: { x: x + window.column * wide, y: y + window.row * high, width: window.columns * wide, height: window.rows * high },
      }),
      ...(cell && { cell: { x: x + cell.column * wide, y: y + cell.row * high, width: wide, height: high } }),
    }
  },
  draw: (part, at, palette) => {
    const place = table(part, at)
    const middle = at.x + at.width / 2
    const detail =
      part.detail === undefined ? "" : lettering(part.detail, middle, place.y + place.height + LINE, palette, { fill: palette.quiet })
    const cells = part.cells.map((line, row) =>
      element(
        "g",
        {},
        ...line.map((cell, column) => drawCell(part, cell, place.x + column * widthOf(part), place.y + row * part.side, palette)),
      ),
    )
    return element(
      "g",
      {},
      lettering(part.label, middle, at.y + LINE - 4, palette, { isStrong: true }),
      ...cells,
      pane(part, place, palette),
      detail,
    )
  },
}

function markedCell({ cells }: Grid): { row: number; column: number } | undefined {
  for (const [row, line] of cells.entries()) {
    const column = line.findIndex(({ isMarked }) => isMarked)
    if (column >= 0) return { row, column }
  }
  return undefined
}

/** Smaller text is left out. */
const SMALLEST = 6
/** Opacity of the strongest fill where nothing is written. */
const STRONGEST = 0.85

function drawCell(part: Grid, cell: Cell, x: number, y: number, palette: Palette): string {
  const [width, tone] = [widthOf(part), palette.tones[cell.tone ?? part.tone]]
  const size = Math.min(12, part.side * 0.5, (width / Math.max(2.2, textWidth(cell.text, 1))) * 0.95)
  const isWritten = size >= SMALLEST && cell.text !== ""
  const fill = cell.isRead
    ? { fill: palette.tones.kernel, "fill-opacity": 0.26 }
    : cell.strength !== undefined
      ? { fill: tone, "fill-opacity": opacity(cell.strength * (isWritten ? BELOW_TEXT : STRONGEST)) }
      : cell.isMarked
        ? { fill: tone, "fill-opacity": BELOW_TEXT }
        : cell.isPadding
          ? { fill: palette.background, "fill-opacity": 0 }
          : { fill: tone, "fill-opacity": cell.isFaint ? 0.03 : palette.fill }
  const rectangle = element(
    "rect",
    {
      x,
      y,
      width,
      height: part.side,
      ...fill,
      stroke: cell.isPadding ? palette.quiet : tone,
      "stroke-opacity": cell.isMarked ? 1 : 0.55,
      "stroke-width": cell.isMarked ? 1.6 : 0.7,
      "stroke-dasharray": cell.isPadding ? "2 2" : undefined,
    },
    ...(cell.hint ? [element("title", {}, escaped(cell.hint))] : []),
  )
  const isStrong = cell.isMarked || cell.isRead || cell.strength !== undefined
  const isFaded = cell.isFaint || cell.isPadding
  const text =
    size < SMALLEST
      ? ""
      : lettering(cell.text, x + width / 2, y + part.side / 2 + size * 0.36, palette, {
          size,
          isStrong: cell.isMarked === true,
          fill: isStrong ? palette.ink : isFaded ? palette.quiet : palette.foreground,
        })
  return cell.moment === undefined ? rectangle + text : element("g", { class: "moment", "data-moment": cell.moment }, rectangle, text)
}

function pane(part: Grid, { x, y }: Place, palette: Palette): string {
  const { window } = part
  if (!window) return ""
  const [wide, high] = [widthOf(part), part.side]
  return element("rect", {
    class: "slides",
    x: x + window.column * wide,
    y: y + window.row * high,
    width: window.columns * wide,
    height: window.rows * high,
    fill: "none",
    stroke: palette.tones.kernel,
    "stroke-width": 2.4,
    rx: 2,
    "pointer-events": "none",
  })
}
