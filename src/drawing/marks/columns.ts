/** Neurons as dots, every layer joined to the next. */
import type { Columns } from "../../concepts/scene.ts"
import { type Place, textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import { element, tenth } from "../svg.ts"

const APART = 92
const HEIGHT = 66
/** More dots than this are left out, and an ellipsis says so. */
const MOST_DOTS = 5

const dotCount = (count: number): number => Math.min(count, MOST_DOTS)

function spots({ layers }: Columns, { x, y, width }: Place): { x: number; y: number }[][] {
  const left = x + (width - (layers.length - 1) * APART) / 2
  return layers.map(({ count }, layer) => {
    const shown = dotCount(count)
    const step = Math.min(16, (HEIGHT - 10) / shown)
    return Array.from({ length: shown }, (_, index) => ({
      x: left + layer * APART,
      y: y + (HEIGHT - 8) / 2 + (index - (shown - 1) / 2) * step,
    }))
  })
}

export const columns: Mark<Columns> = {
  size: ({ layers }) => ({
    width: (layers.length - 1) * APART + Math.max(24, ...layers.map(({ label }) => textWidth(label, 11))),
    height: HEIGHT + LINE + 8,
  }),
  draw: (part, at, palette) => {
    const dots = spots(part, at)
    const links = dots
      .slice(1)
      .flatMap((layer, index) =>
        layer.flatMap((to) => (dots[index] ?? []).map((from) => `M${tenth(from.x)} ${tenth(from.y)}L${tenth(to.x)} ${tenth(to.y)}`)),
      )
    const wires = element("path", {
      d: links.join(""),
      stroke: palette.tones.kernel,
      "stroke-opacity": 0.45,
      "stroke-width": 0.8,
      fill: "none",
    })
    const nodes = part.layers.map(({ tone, label, count }, layer) => {
      const circles = (dots[layer] ?? []).map(
        ({ x, y }) =>
          element("circle", { cx: x, cy: y, r: 5, fill: palette.background, stroke: palette.tones[tone], "stroke-width": 1.4 }) +
          element("circle", { cx: x, cy: y, r: 5, fill: palette.tones[tone], "fill-opacity": palette.fill * 2 }),
      )
      const middle = dots[layer]?.[0]?.x ?? at.x
      const more = count > MOST_DOTS ? lettering("⋮", middle, at.y + HEIGHT + 1, palette, { fill: palette.quiet }) : ""
      return circles.join("") + more + lettering(label, middle, at.y + HEIGHT + LINE + 6, palette)
    })
    return element("g", {}, wires, ...nodes)
  },
}
