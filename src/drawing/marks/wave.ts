/** Curves on a small pair of axes. */
import type { Wave } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import { element } from "../svg.ts"

export const wave: Mark<Wave> = {
  size: ({ width, height, label }) => ({ width: Math.max(width, textWidth(label, 11)), height: height + LINE + 4 }),
  draw: (part, at, palette) => {
    const left = at.x + (at.width - part.width) / 2
    const axes = element("path", { d: `M${left} ${at.y + part.height}h${part.width}M${left + part.width / 2} ${at.y}v${part.height}`, stroke: palette.line, "stroke-width": 0.8, fill: "none" })
    const curves = part.curves.map(({ tone, points }) => {
      const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${Math.round((left + x * part.width) * 10) / 10} ${Math.round((at.y + (1 - y) * part.height) * 10) / 10}`).join("")
      return element("path", { d: path, stroke: palette.tones[tone], "stroke-width": 2, fill: "none", "stroke-linejoin": "round" })
    })
    return element("g", {}, axes, ...curves, lettering(part.label, at.x + at.width / 2, at.y + part.height + LINE, palette))
  },
}
