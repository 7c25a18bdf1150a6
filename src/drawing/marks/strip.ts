/** Channels as one band whose segments are as wide as they have channels. */
import type { Strip } from "../../concepts/scene.ts"
import { type Place, textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import { element } from "../svg.ts"

const HEIGHT = 24
const LABEL = LINE + 4

const isAbove = ({ label, labelSide }: Strip): boolean => label !== undefined && labelSide === "above"

/** Of the band, without label. */
function bandOf(part: Strip, { x, y, width }: Place): Place {
  return { x: x + (width - part.width) / 2, y: y + (isAbove(part) ? LABEL : 0), width: part.width, height: HEIGHT }
}

/** A text too wide for its only segment stands beside it. */
const overhang = ({ segments: parts, width }: Strip): number => {
  const needed = parts.length === 1 ? textWidth(parts[0]?.text ?? "", 11) * 1.1 : 0
  return needed + 4 > width ? 2 * (needed + 6) : 0
}

export const strip: Mark<Strip> = {
  size: (part) => ({
    width: Math.max(part.width + overhang(part), textWidth(part.label ?? "", 11) * 1.1),
    height: HEIGHT + (part.label === undefined ? 0 : LABEL),
  }),
  anchors: (part, at) => {
    const { x, y, ...size } = bandOf(part, at)
    const label = part.label === undefined ? 0 : LABEL
    return {
      "": { x, y, ...size, ...(isAbove(part) ? { above: label } : { below: label }) },
      ...Object.fromEntries(segments(part, x).map(({ from, wide }, index) => [String(index), { x: from, y, width: wide, height: HEIGHT }])),
    }
  },
  draw: (part, at, palette) => {
    const { x, y } = bandOf(part, at)
    const pieces = segments(part, x).map(({ from, wide, tone, text }) => {
      const shape = element("rect", {
        x: from,
        y,
        width: wide,
        height: HEIGHT,
        fill: palette.tones[tone],
        "fill-opacity": palette.fill * 2,
        stroke: palette.tones[tone],
        "stroke-width": 1.1,
      })
      const isWithin = textWidth(text, 11) * 1.1 + 4 <= wide
      if (!isWithin && part.segments.length > 1) return shape
      return (
        shape +
        (isWithin
          ? lettering(text, from + wide / 2, y + 16, palette, { isStrong: true })
          : lettering(text, from + wide + 6, y + 16, palette, { isStrong: true, anchor: "start" }))
      )
    })
    const label =
      part.label === undefined
        ? ""
        : lettering(part.label, at.x + at.width / 2, isAbove(part) ? at.y + LINE - 2 : y + HEIGHT + LINE, palette, { fill: palette.quiet })
    return element("g", {}, ...pieces, label)
  },
}

function segments({ segments: parts, width }: Strip, left: number) {
  const whole = parts.reduce((sum, { size }) => sum + size, 0) || 1
  let from = left
  return parts.map(({ size, tone, text }) => {
    const wide = (size / whole) * width
    from += wide
    return { from: from - wide, wide, tone, text }
  })
}
