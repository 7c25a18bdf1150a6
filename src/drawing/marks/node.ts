/** A small circle with a sign or a number: one operation, one neuron, one state. */
import type { Node } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { BELOW_TEXT, LINE, lettering, type Mark } from "../mark.ts"
import { element, opacity } from "../svg.ts"

const radiusOf = ({ radius = 14 }: Node): number => radius

export const node: Mark<Node> = {
  size: (part) => ({
    width: Math.max(2 * radiusOf(part), textWidth(part.label ?? "", 11)),
    height: 2 * radiusOf(part) + (part.label === undefined ? 0 : LINE),
  }),
  anchors: (part, at) => {
    const radius = radiusOf(part)
    const below = part.label === undefined ? 0 : LINE
    return { "": { x: at.x + at.width / 2 - radius, y: at.y, width: 2 * radius, height: 2 * radius, below } }
  },
  draw: (part, at, palette) => {
    const [radius, middle] = [radiusOf(part), at.x + at.width / 2]
    const colour = palette.tones[part.tone]
    const size = Math.min(13, (radius * 1.7) / Math.max(1, textWidth(part.text, 1)))
    const circle = element("circle", {
      cx: middle,
      cy: at.y + radius,
      r: radius - 0.6,
      fill: colour,
      "fill-opacity": opacity(
        part.isFaint ? 0.03 : part.strength === undefined ? palette.fill : part.strength * (part.text === "" ? 1 : BELOW_TEXT),
      ),
      stroke: colour,
      "stroke-width": 1.3,
      "stroke-opacity": part.isFaint ? 0.4 : undefined,
    })
    const fill = part.isFaint ? palette.quiet : part.strength === undefined ? palette.foreground : palette.ink
    const text = lettering(part.text, middle, at.y + radius + size * 0.36, palette, { size, fill })
    const label =
      part.label === undefined ? "" : lettering(part.label, middle, at.y + 2 * radius + LINE - 3, palette, { fill: palette.quiet })
    return element("g", {}, circle, text, label)
  },
}
