/** Curves and dots on labelled axes. */
import type { Axis, Plot } from "../../concepts/scene.ts"
import { type Place, textWidth } from "../box.ts"
import { LINE, lettering, type Mark } from "../mark.ts"
import type { Palette } from "../palette.ts"
import { element, escaped, opacity, tenth } from "../svg.ts"

const TICK = 10
const ticksOf = ({ from, to, ticks = [from, to] }: Axis): readonly number[] => ticks
const tickText = (value: number): string =>
  Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(0).replace("e+", "e")
    : String(Number(value.toPrecision(4)))
const namesOf = ({ curves }: Plot) => curves.flatMap(({ name, tone, isDashed }) => (name === undefined ? [] : [{ name, tone, isDashed }]))

const leftOf = ({ y }: Plot): number => 8 + Math.max(0, ...ticksOf(y).map((tick) => textWidth(tickText(tick), TICK)))
const ABOVE = LINE + 16
const widthOf = (part: Plot): number => Math.max(leftOf(part) + part.width + 14, titleWidth(part))
const titleWidth = ({ label }: Plot): number => textWidth(label, 11) * 1.1

/** A name of the upward axis that reaches under the title stands lower. */
function aboveOf(part: Plot): number {
  if (part.y.label === "") return ABOVE
  const ends = (widthOf(part) - part.width - leftOf(part) - 14) / 2 + 6 + textWidth(part.y.label, TICK)
  return ends > (widthOf(part) - titleWidth(part)) / 2 - 4 ? ABOVE + 8 : ABOVE
}
const BELOW = 2 * LINE + 6

/** Names that fill a line start another one. */
function legendLines(part: Plot): ReturnType<typeof namesOf>[] {
  const lines: ReturnType<typeof namesOf>[] = []
  let room = 0
  for (const entry of namesOf(part)) {
    const width = textWidth(entry.name, TICK) + 34
    if (lines.length === 0 || width > room) {
      lines.push([])
      room = part.width + leftOf(part)
    }
    lines.at(-1)?.push(entry)
    room -= width
  }
  return lines
}

/** Within the axes. */
const areaOf = (part: Plot, at: Place): Place => ({
  x: at.x + (at.width - part.width - leftOf(part) - 14) / 2 + leftOf(part),
  y: at.y + aboveOf(part),
  width: part.width,
  height: part.height,
})

export const plot: Mark<Plot> = {
  size: (part) => ({
    width: widthOf(part),
    height: aboveOf(part) + part.height + BELOW + legendLines(part).length * LINE,
  }),
  anchors: (part, at) => ({ "": areaOf(part, at) }),
  draw: (part, at, palette) => {
    const area = areaOf(part, at)
    return element(
      "g",
      {},
      lettering(part.label, at.x + at.width / 2, at.y + LINE - 3, palette, { isStrong: true }),
      axes(part, area, palette),
      ...part.curves.map((curve) => drawCurve(part, curve, area, palette)),
      ...(part.dots ?? []).map((dot) => drawDot(part, dot, area, palette)),
      legend(part, area, palette),
    )
  },
}

const share = ({ from, to }: Axis, value: number): number => (to === from ? 0.5 : (value - from) / (to - from))
const across = ({ x }: Plot, { x: left, width }: Place, value: number): number => left + share(x, value) * width
const down = ({ y }: Plot, { y: top, height }: Place, value: number): number => top + (1 - share(y, value)) * height

function axes(part: Plot, area: Place, palette: Palette): string {
  const lines = [
    ...ticksOf(part.x).map((tick) => `M${tenth(across(part, area, tick))} ${tenth(area.y + area.height)}v4`),
    ...ticksOf(part.y).map((tick) => `M${tenth(area.x)} ${tenth(down(part, area, tick))}h${area.width}`),
  ]
  const zero = part.x.from < 0 && part.x.to > 0 ? `M${tenth(across(part, area, 0))} ${tenth(area.y)}v${area.height}` : ""
  const grid = element("path", {
    d: lines.join("") + zero,
    stroke: palette.line,
    "stroke-width": 0.7,
    "stroke-opacity": "0.6",
    fill: "none",
  })
  const frame = element("path", {
    d: `M${tenth(area.x)} ${tenth(area.y)}v${area.height}h${area.width}`,
    stroke: palette.quiet,
    "stroke-width": 1,
    fill: "none",
  })
  const quiet = { size: TICK, fill: palette.quiet }
  const numbers = [
    ...ticksOf(part.x).map((tick) => lettering(tickText(tick), across(part, area, tick), area.y + area.height + LINE, palette, quiet)),
    ...ticksOf(part.y).map((tick) =>
      lettering(tickText(tick), area.x - 4, down(part, area, tick) + 3.5, palette, { ...quiet, anchor: "end" }),
    ),
  ]
  const names = [
    lettering(part.x.label, area.x + area.width / 2, area.y + area.height + 2 * LINE, palette, quiet),
    lettering(part.y.label, area.x - leftOf(part) + 6, area.y - 10, palette, { ...quiet, anchor: "start" }),
  ]
  return grid + frame + numbers.join("") + names.join("")
}

/** What leaves the axes is cut off at their ends. */
function drawCurve(part: Plot, { tone, points, isDashed, isFilled }: Plot["curves"][number], area: Place, palette: Palette): string {
  const within = (value: number): number => Math.max(area.y, Math.min(area.y + area.height, value))
  const placed = points
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => [across(part, area, x), within(down(part, area, y))] as const)
  const [first, last] = [placed[0], placed.at(-1)]
  if (!first || !last) return ""
  const line = `M${placed.map(([x, y]) => `${tenth(x)} ${tenth(y)}`).join("L")}`
  const floor = tenth(within(down(part, area, Math.max(0, part.y.from))))
  const filling = isFilled
    ? element("path", {
        d: `${line}L${tenth(last[0])} ${floor}L${tenth(first[0])} ${floor}z`,
        fill: palette.tones[tone],
        "fill-opacity": opacity(palette.fill),
      })
    : ""
  return (
    filling +
    element("path", {
      d: line,
      stroke: palette.tones[tone],
      "stroke-width": 1.8,
      "stroke-dasharray": isDashed ? "5 3" : undefined,
      fill: "none",
      "stroke-linejoin": "round",
    })
  )
}

function drawDot(part: Plot, { x, y, tone, radius = 3, hint }: NonNullable<Plot["dots"]>[number], area: Place, palette: Palette): string {
  const title = hint === undefined ? [] : [element("title", {}, escaped(hint))]
  return element(
    "circle",
    {
      cx: across(part, area, x),
      cy: down(part, area, y),
      r: radius,
      fill: palette.tones[tone],
      stroke: palette.background,
      "stroke-width": 0.6,
    },
    ...title,
  )
}

function legend(part: Plot, area: Place, palette: Palette): string {
  const top = area.y + area.height + BELOW + LINE - 6
  return legendLines(part)
    .flatMap((line, index) => {
      let x = area.x - leftOf(part) + 6
      const y = top + index * LINE
      return line.map(({ name, tone, isDashed }) => {
        const sample = element("path", {
          d: `M${tenth(x)} ${tenth(y - 3.5)}h16`,
          stroke: palette.tones[tone],
          "stroke-width": 2,
          "stroke-dasharray": isDashed ? "5 3" : undefined,
        })
        const text = lettering(name, x + 20, y, palette, { size: TICK, anchor: "start" })
        x += textWidth(name, TICK) + 34
        return sample + text
      })
    })
    .join("")
}
