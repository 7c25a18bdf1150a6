/** Edges: arrows from part to part, and cones from a window to what it becomes. */
import type { Edge } from "../concepts/scene.ts"
import { bottom, centre, over, type Place, right, under } from "./box.ts"
import { lettering } from "./mark.ts"
import type { Palette } from "./palette.ts"
import { element, opacity, tenth } from "./svg.ts"

const HEAD = 5

/** An edge one of whose ends is hidden in a closed frame is not drawn. Labels lie above all lines. */
export function drawEdges(edges: readonly Edge[], places: ReadonlyMap<string, Place>, palette: Palette, kind: Edge["kind"]): string {
  const drawn = edges
    .filter((edge) => edge.kind === kind)
    .map((edge) => {
      const [from, to] = [places.get(edge.from), places.get(edge.to)]
      if (!from || !to) return { line: "", label: "" }
      return kind === "cone" ? { line: cone(edge, from, to, palette), label: "" } : flow(edge, from, to, palette)
    })
  return [...drawn.map(({ line }) => line), ...drawn.map(({ label }) => label)].join("")
}

const rounded = (...numbers: readonly number[]): string => numbers.map(tenth).join(" ")

function flow(edge: Edge, from: Place, to: Place, palette: Palette): { line: string; label: string } {
  const colour = edge.tone ? palette.tones[edge.tone] : palette.quiet
  const path = edge.from === edge.to ? loop(from) : PATHS[edge.direction ?? "right"](from, to)
  const line = element("path", {
    d: path.line,
    stroke: colour,
    "stroke-width": 0.6 + 2.6 * (edge.strength ?? 0.3),
    "stroke-opacity": edge.strength === undefined ? undefined : opacity(0.15 + 0.85 * edge.strength),
    "stroke-dasharray": edge.isDashed ? "4 3" : undefined,
    fill: "none",
  })
  const head = element("path", {
    d: path.head,
    fill: colour,
    "fill-opacity": edge.strength === undefined ? undefined : opacity(0.15 + 0.85 * edge.strength),
  })
  const [x, y, anchor = "middle"] = path.label
  const label =
    edge.label === undefined ? "" : lettering(edge.label, x, y, palette, { size: 10.5, fill: palette.quiet, anchor, hasHalo: true })
  return { line: line + head, label }
}

function rightwards(from: Place, to: Place) {
  const [x1, y1, x2, y2] = [right(from) + 3, centre(from)[1], to.x - 3, centre(to)[1]]
  const bend = (x2 - x1) / 2
  return {
    line: `M${rounded(x1, y1)}C${rounded(x1 + bend, y1)} ${rounded(x2 - HEAD - bend, y2)} ${rounded(x2 - HEAD, y2)}`,
    head: `M${rounded(x2, y2)}l${-HEAD - 2} ${-HEAD + 1}v${2 * HEAD - 2}z`,
    label: [(x1 + x2) / 2, (y1 + y2) / 2 - 5] as const,
  }
}

function leftwards(from: Place, to: Place) {
  const [x1, y1, x2, y2] = [from.x - 3, centre(from)[1], right(to) + 3, centre(to)[1]]
  const bend = (x1 - x2) / 2
  return {
    line: `M${rounded(x1, y1)}C${rounded(x1 - bend, y1)} ${rounded(x2 + HEAD + bend, y2)} ${rounded(x2 + HEAD, y2)}`,
    head: `M${rounded(x2, y2)}l${HEAD + 2} ${-HEAD + 1}v${2 * HEAD - 2}z`,
    label: [(x1 + x2) / 2, (y1 + y2) / 2 - 5] as const,
  }
}

/** Room between a shortcut and what it passes. */
const CLEARANCE = 18

/** Above what lies between, or below it. */
function around(from: Place, to: Place, side: -1 | 1) {
  const [x1, x2] = [centre(from)[0], centre(to)[0]]
  const [y1, y2] = side < 0 ? [over(from) - 2, over(to) - 3] : [under(from) + 2, under(to) + 3]
  const height =
    (side < 0 ? Math.min(over(from), over(to)) : Math.max(under(from), under(to))) + side * (CLEARANCE + Math.abs(x2 - x1) * 0.04)
  const turn = Math.min(10, Math.abs(x2 - x1) / 2) * Math.sign(x2 - x1 || 1)
  return {
    line: `M${rounded(x1, y1)}Q${rounded(x1, height)} ${rounded(x1 + turn, height)}L${rounded(x2 - turn, height)}Q${rounded(x2, height)} ${rounded(x2, y2 + side * HEAD)}`,
    head: `M${rounded(x2, y2)}l${-HEAD + 1} ${side * (HEAD + 2)}h${2 * HEAD - 2}z`,
    label: [(x1 + x2) / 2, height + (side < 0 ? -4 : 12)] as const,
  }
}

/** Back to where it began: out of the top right, in at the top left. */
function loop(at: Place) {
  const [x1, x2, high] = [right(at) - at.width * 0.25, at.x + at.width * 0.25, at.y - CLEARANCE - 6]
  return {
    line: `M${rounded(x1, at.y - 2)}C${rounded(x1 + 14, high)} ${rounded(x2 - 14, high)} ${rounded(x2, at.y - 2 - HEAD)}`,
    head: `M${rounded(x2, at.y - 2)}l${-HEAD + 1} ${-HEAD - 2}h${2 * HEAD - 2}z`,
    label: [(x1 + x2) / 2, high - 2] as const,
  }
}

function upwards(from: Place, to: Place) {
  const [x1, y1, x2, y2] = [centre(from)[0], over(from) - 2, centre(to)[0], under(to) + 3]
  return {
    line: `M${rounded(x1, y1)}L${rounded(x2, y2 + HEAD)}`,
    head: `M${rounded(x2, y2)}l${-HEAD + 1} ${HEAD + 2}h${2 * HEAD - 2}z`,
    label: [(x1 + x2) / 2 + 6, (y1 + y2) / 2 + 3, "start"] as const,
  }
}

/** A long way goes straight down first, so that it crosses nothing beside it. */
const LONGEST_BEND = 44

/** Leaves a wide part where that is nearest to the target. */
const nearest = (from: Place, target: number): number =>
  Math.max(from.x + Math.min(8, from.width / 2), Math.min(right(from) - Math.min(8, from.width / 2), target))

function downwards(from: Place, to: Place) {
  const [x2, y1, y2] = [centre(to)[0], under(from) + 2, over(to) - 3]
  const x1 = nearest(from, x2)
  const turn = Math.max(y1, y2 - LONGEST_BEND)
  const bend = (y2 - turn) / 2
  return {
    line: `M${rounded(x1, y1)}V${rounded(turn)}C${rounded(x1, turn + bend)} ${rounded(x2, y2 - HEAD - bend)} ${rounded(x2, y2 - HEAD)}`,
    head: `M${rounded(x2, y2)}l${-HEAD + 1} ${-HEAD - 2}h${2 * HEAD - 2}z`,
    label: [(x1 + x2) / 2 + 6, (y1 + y2) / 2 + 3, "start"] as const,
  }
}

type Path = (
  from: Place,
  to: Place,
) => { readonly line: string; readonly head: string; readonly label: readonly [x: number, y: number, anchor?: "start"] }

const PATHS: Readonly<Record<NonNullable<Edge["direction"]>, Path>> = {
  right: rightwards,
  left: leftwards,
  down: downwards,
  up: upwards,
  over: (from, to) => around(from, to, -1),
  under: (from, to) => around(from, to, 1),
}

/** Two lines from the window's right corners to the target's left ones, with a faint filling. */
function cone({ tone = "kernel" }: Edge, from: Place, to: Place, palette: Palette): string {
  const colour = palette.tones[tone]
  const [upper, lower] = [
    `${rounded(right(from), from.y)}L${rounded(to.x, to.y)}`,
    `${rounded(right(from), bottom(from))}L${rounded(to.x, bottom(to))}`,
  ]
  const area = `M${upper}L${rounded(to.x, bottom(to))}L${rounded(right(from), bottom(from))}z`
  return (
    element("path", { class: "cone", "pointer-events": "none", d: area, fill: colour, "fill-opacity": 0.1 }) +
    element("path", { class: "cone", d: `M${upper}M${lower}`, stroke: colour, "stroke-width": 1, "stroke-opacity": 0.8, fill: "none" })
  )
}
