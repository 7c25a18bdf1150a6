/** Curves on a small pair of axes. */
import type { Wave } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import { element, tenth } from "../svg.ts"

export const wave: Mark<Wave> = {
  size: ({ width, height, label }) => ({ width: Math.max(width, textWidth(label, 11)), height: height + LINE + 4 }),
  draw: (part, at, palette) => {
    const left = at.x + (at.width - part.width) / 2
    const axes = element("path", {
      d: `M${tenth(left)} ${tenth(at.y + part.height)}h${part.width}M${tenth(left + part.width / 2)} ${tenth(at.y)}v${part.height}`,
      stroke: palette.line,
      "stroke-width": 0.8,
      fill: "none",
    })
    const curves = part.curves.map(({ tone, points }) => {
      const path = points
        .map(([x, y], index) => `${index === 0 ? "M" : "L"}${tenth(left + x * part.width)} ${tenth(at.y + (1 - y) * part.height)}`)
        .join("")
      return element("path", { d: path, stroke: palette.tones[tone], "stroke-width": 2, fill: "none", "stroke-linejoin": "round" })
    })
    return element("g", {}, axes, ...curves, lettering(part.label, at.x + at.width / 2, at.y + part.height + LINE, palette))
  },
}
