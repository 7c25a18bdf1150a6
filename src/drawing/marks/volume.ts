/** A stack of feature maps, seen slightly from the side. */
import type { Volume } from "../../concepts/scene.ts"
import { type Place, textWidth } from "../box.ts"
import { caption, captionHeight, type Mark } from "../mark.ts"
import type { Palette } from "../palette.ts"
import { element, tenth } from "../svg.ts"

/** From one map to the next, to the right and up. */
const STEP = 5
/** More maps than this are not told apart by eye. */
const MOST_SHEETS = 9

/** All of few maps; of many a number that grows with their logarithm. */
export const sheetCount = (channels: number): number =>
  channels <= 4 ? Math.max(1, channels) : Math.min(MOST_SHEETS, 2 + Math.floor(Math.log2(channels)))

const cellWidth = ({ width, columns }: Volume): number => width / Math.max(1, columns)
const cellHeight = ({ height, rows }: Volume): number => height / Math.max(1, rows)

function ring(part: Volume) {
  const { top = 0, right = 0, bottom = 0, left = 0 } = part.padding ?? {}
  return { top: top * cellHeight(part), right: right * cellWidth(part), bottom: bottom * cellHeight(part), left: left * cellWidth(part) }
}

/** Of the front map. */
function front(part: Volume, { x, y, width }: Place): Place {
  const { top, right, left } = ring(part)
  const depth = (sheetCount(part.channels) - 1) * STEP
  const drawn = part.width + left + Math.max(depth, right)
  return { x: x + (width - drawn) / 2 + left, y: y + Math.max(depth, top), width: part.width, height: part.height }
}

export const volume: Mark<Volume> = {
  size: (part) => {
    const { top, right, bottom, left } = ring(part)
    const depth = (sheetCount(part.channels) - 1) * STEP
    const drawn = part.width + left + Math.max(depth, right)
    const text = Math.max(textWidth(part.label, 11) * 1.1, textWidth(part.detail ?? "", 11))
    return { width: Math.max(drawn, text), height: part.height + bottom + Math.max(depth, top) + captionHeight(part.detail) + 4 }
  },
  anchors: (part, at) => {
    const face = front(part, at)
    const depth = (sheetCount(part.channels) - 1) * STEP
    const area = (row: number, column: number, rows: number, columns: number): Place => ({
      x: face.x + column * cellWidth(part),
      y: face.y + row * cellHeight(part),
      width: columns * cellWidth(part),
      height: rows * cellHeight(part),
    })
    return {
      "": { x: face.x, y: face.y - depth, width: face.width + depth, height: face.height + depth, below: captionHeight(part.detail) + 4 },
      front: face,
      ...(part.window && { window: area(part.window.row, part.window.column, part.window.rows, part.window.columns) }),
      ...(part.cell && { cell: area(part.cell.row, part.cell.column, 1, 1) }),
    }
  },
  draw: (part, at, palette) => {
    const face = front(part, at)
    const { bottom } = ring(part)
    return element(
      "g",
      {},
      ...sheets(part, face, palette),
      dashes(part, face, palette),
      lines(part, face, palette),
      marked(part, face, palette),
      caption(part.label, part.detail, at.x + at.width / 2, face.y + face.height + bottom + 4, palette),
    )
  },
}

/** From the back to the front. */
function sheets(part: Volume, face: Place, palette: Palette): string[] {
  const count = sheetCount(part.channels)
  return Array.from({ length: count }, (_, index) => {
    const depth = count - 1 - index
    const colour = palette.tones[part.tones?.[depth % part.tones.length] ?? part.tone]
    const place = { x: face.x + depth * STEP, y: face.y - depth * STEP, width: face.width, height: face.height, rx: 2 }
    return (
      element("rect", { ...place, fill: palette.background }) +
      element("rect", { ...place, fill: colour, "fill-opacity": palette.fill, stroke: colour, "stroke-width": depth === 0 ? 1.3 : 0.8 })
    )
  })
}

function dashes(part: Volume, face: Place, palette: Palette): string {
  if (!part.padding) return ""
  const { top, right, bottom, left } = ring(part)
  if (top + right + bottom + left === 0) return ""
  return element("rect", {
    x: face.x - left,
    y: face.y - top,
    width: face.width + left + right,
    height: face.height + top + bottom,
    fill: "none",
    stroke: palette.quiet,
    "stroke-dasharray": "3 3",
    "stroke-width": 0.9,
  })
}

function lines(part: Volume, { x, y, width, height }: Place, palette: Palette): string {
  const down = Array.from(
    { length: part.columns - 1 },
    (_, index) => `M${tenth(x + (index + 1) * cellWidth(part))} ${tenth(y)}v${tenth(height)}`,
  )
  const across = Array.from(
    { length: part.rows - 1 },
    (_, index) => `M${tenth(x)} ${tenth(y + (index + 1) * cellHeight(part))}h${tenth(width)}`,
  )
  const path = [...down, ...across].join("")
  return path === ""
    ? ""
    : element("path", { d: path, stroke: palette.tones[part.tone], "stroke-opacity": 0.35, "stroke-width": 0.6, fill: "none" })
}

function marked(part: Volume, { x, y }: Place, palette: Palette): string {
  const { window, cell } = part
  const [wide, high] = [cellWidth(part), cellHeight(part)]
  const pane =
    window &&
    element("rect", {
      class: "slides",
      x: x + window.column * wide,
      y: y + window.row * high,
      width: window.columns * wide,
      height: window.rows * high,
      fill: palette.tones.kernel,
      "fill-opacity": 0.28,
      stroke: palette.tones.kernel,
      "stroke-width": 1.8,
      rx: 1,
    })
  const spot =
    cell &&
    element("rect", {
      class: "slides",
      x: x + cell.column * wide,
      y: y + cell.row * high,
      width: wide,
      height: high,
      fill: palette.tones[part.tone],
      "fill-opacity": 0.9,
      stroke: palette.tones[part.tone],
      "stroke-width": 1.6,
    })
  return (pane ?? "") + (spot ?? "")
}
