/** Rectangles and dots on a plane, such as boxes on an image; some of them can be dragged. */
import type { Plane } from "../../concepts/scene.ts"
import { type Place, textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import type { Palette } from "../palette.ts"
import { element, escaped, opacity, tenth } from "../svg.ts"

const areaOf = ({ columns, rows, scale }: Plane, { x, y, width }: Place): Place => ({
  x: x + (width - columns * scale) / 2,
  y: y + LINE + 4,
  width: columns * scale,
  height: rows * scale,
})

export const plane: Mark<Plane> = {
  size: (part) => ({
    width: Math.max(part.columns * part.scale, textWidth(part.label, 11) * 1.1),
    height: part.rows * part.scale + LINE + 6,
  }),
  anchors: (part, at) => {
    const area = areaOf(part, at)
    return { "": area, ...Object.fromEntries(part.rectangles.map((rectangle) => [rectangle.id, placeOf(part, rectangle, area)])) }
  },
  draw: (part, at, palette) => {
    const area = areaOf(part, at)
    return element(
      "g",
      {},
      lettering(part.label, at.x + at.width / 2, at.y + LINE - 4, palette, { isStrong: true }),
      element("rect", { ...area, fill: palette.background, stroke: palette.line, "stroke-width": 1 }),
      shades(part, area, palette),
      lines(part, area, palette),
      ...part.rectangles.map((rectangle) => drawRectangle(part, rectangle, area, palette)),
      ...(part.dots ?? []).map(({ x, y, tone, hint }) =>
        element(
          "circle",
          { cx: area.x + x * part.scale, cy: area.y + y * part.scale, r: 3, fill: palette.tones[tone] },
          ...(hint === undefined ? [] : [element("title", {}, escaped(hint))]),
        ),
      ),
    )
  },
}

type Rectangle = Plane["rectangles"][number]

const placeOf = ({ scale }: Plane, { x, y, width, height }: Rectangle, area: Place): Place => ({
  x: area.x + x * scale,
  y: area.y + y * scale,
  width: width * scale,
  height: height * scale,
})

/** Cells wide enough to be told apart get a line. */
function lines({ columns, rows, scale }: Plane, { x, y, width, height }: Place, palette: Palette): string {
  if (scale < 6) return ""
  const path = [
    ...Array.from({ length: columns - 1 }, (_, index) => `M${tenth(x + (index + 1) * scale)} ${tenth(y)}v${height}`),
    ...Array.from({ length: rows - 1 }, (_, index) => `M${tenth(x)} ${tenth(y + (index + 1) * scale)}h${width}`),
  ]
  return element("path", { d: path.join(""), stroke: palette.line, "stroke-width": 0.5, "stroke-opacity": "0.6", fill: "none" })
}

function shades({ shades: rows = [], scale }: Plane, { x, y }: Place, palette: Palette): string {
  return rows
    .flatMap((line, row) =>
      line.map((strength, column) =>
        element("rect", {
          x: x + column * scale,
          y: y + row * scale,
          width: scale,
          height: scale,
          fill: palette.foreground,
          "fill-opacity": opacity(strength * 0.75),
        }),
      ),
    )
    .join("")
}

/** What the page needs to turn a drag into knobs: their names, and how long a unit is. */
function drawRectangle(part: Plane, rectangle: Rectangle, area: Place, palette: Palette): string {
  const { id, tone, label, isDashed, isFilled, knobs } = rectangle
  const place = placeOf(part, rectangle, area)
  const colour = palette.tones[tone]
  const drag = knobs && { class: "drag", "data-drag": id, "data-x": knobs.x, "data-y": knobs.y, "data-scale": part.scale }
  const shape = element("rect", {
    ...place,
    ...drag,
    fill: colour,
    "fill-opacity": opacity(isFilled ? 0.35 : knobs ? palette.fill : 0.04),
    stroke: colour,
    "stroke-width": 2,
    "stroke-dasharray": isDashed ? "5 3" : undefined,
  })
  const text = lettering(label, place.x + 4, place.y + 13, palette, { anchor: "start", isStrong: true, fill: palette.ink })
  const handle =
    knobs?.width === undefined
      ? ""
      : element("rect", {
          x: place.x + place.width - 5,
          y: place.y + place.height - 5,
          width: 10,
          height: 10,
          class: "drag handle",
          "data-drag": id,
          "data-x": knobs.width,
          "data-y": knobs.height,
          "data-scale": part.scale,
          fill: colour,
        })
  return element("g", {}, shape, text, handle)
}
