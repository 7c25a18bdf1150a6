/** Quantities compared by length. */
import type { Bars } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import { element } from "../svg.ts"

const ROW = 22
const GAP = 8

const labelsWidth = ({ rows }: Bars): number => Math.max(...rows.map(({ label }) => textWidth(label, 11)))
const textsWidth = ({ rows }: Bars): number => Math.max(...rows.map(({ text }) => textWidth(text, 11) * 1.1))

export const bars: Mark<Bars> = {
  size: (part) => ({ width: labelsWidth(part) + part.width + textsWidth(part) + 2 * GAP, height: LINE + 4 + part.rows.length * ROW }),
  draw: (part, { x, y }, palette) => {
    const start = x + labelsWidth(part) + GAP
    const most = Math.max(...part.rows.map(({ value }) => value)) || 1
    const rows = part.rows.map(({ label, value, text, tone }, index) => {
      const top = y + LINE + 4 + index * ROW
      const length = Math.max(1.5, (value / most) * part.width)
      const bar = element("rect", {
        class: "grows",
        x: start,
        y: top + 3,
        width: length,
        height: ROW - 8,
        rx: 2,
        fill: palette.tones[tone],
        "fill-opacity": 0.75,
      })
      return (
        lettering(label, start - GAP, top + 14, palette, { anchor: "end" }) +
        bar +
        lettering(text, start + length + GAP, top + 14, palette, { anchor: "start", isStrong: true })
      )
    })
    return element("g", {}, lettering(part.label, start, y + LINE - 3, palette, { anchor: "start", isStrong: true }), ...rows)
  },
}
