/** Channels as one band whose segments are as wide as they have channels. */
import type { Strip } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import { element } from "../svg.ts"

const HEIGHT = 24

export const strip: Mark<Strip> = {
  size: ({ width, label }) => ({ width: Math.max(width, textWidth(label, 11) * 1.06), height: HEIGHT + LINE + 4 }),
  anchors: (part, { x, y, width }) => {
    const left = x + (width - part.width) / 2
    return { "": { x: left, y, width: part.width, height: HEIGHT }, ...Object.fromEntries(segments(part, left).map(({ at, wide }, index) => [String(index), { x: at, y, width: wide, height: HEIGHT }])) }
  },
  draw: (part, { x, y, width }, palette) => {
    const pieces = segments(part, x + (width - part.width) / 2).map(({ at, wide, tone, text }) => {
      const shape = element("rect", { x: at, y, width: wide, height: HEIGHT, fill: palette.tones[tone], "fill-opacity": palette.fill * 2, stroke: palette.tones[tone], "stroke-width": 1.1 })
      return shape + (textWidth(text, 11) < wide ? lettering(text, at + wide / 2, y + 16, palette, { isStrong: true }) : "")
    })
    return element("g", {}, ...pieces, lettering(part.label, x + width / 2, y + HEIGHT + LINE, palette, { fill: palette.quiet }))
  },
}

function segments({ segments: parts, width }: Strip, left: number) {
  const whole = parts.reduce((sum, { size }) => sum + size, 0) || 1
  let at = left
  return parts.map(({ size, tone, text }) => {
    const wide = (size / whole) * width
    at += wide
    return { at: at - wide, wide, tone, text }
  })
}
