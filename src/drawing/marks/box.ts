/** A rounded box: one operation. */
import type { Box } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { lettering, type Mark } from "../mark.ts"
import { element } from "../svg.ts"

const heightOf = ({ detail }: Box): number => (detail === undefined ? 28 : 42)

export const box: Mark<Box> = {
  size: (part) => ({
    width: Math.max(part.width ?? 0, textWidth(part.label, 12) * 1.1 + 18, textWidth(part.detail ?? "", 10.5) + 14),
    height: heightOf(part),
  }),
  draw: (part, at, palette) => {
    const colour = palette.tones[part.tone]
    const middle = at.x + at.width / 2
    const dashed = part.isCrossedOut ? "4 3" : undefined
    const shape = element("rect", {
      ...at,
      rx: 6,
      fill: colour,
      "fill-opacity": part.isCrossedOut ? 0 : palette.fill,
      stroke: colour,
      "stroke-width": 1.2,
      "stroke-dasharray": dashed,
    })
    const label = lettering(part.label, middle, at.y + (part.detail === undefined ? 18 : 18), palette, {
      size: 12,
      isStrong: true,
      ...(part.isCrossedOut && { fill: palette.quiet }),
    })
    const detail = part.detail === undefined ? "" : lettering(part.detail, middle, at.y + 33, palette, { size: 10.5, fill: palette.quiet })
    return element("g", {}, shape, label, detail)
  },
}
