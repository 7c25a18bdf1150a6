/** Edges: arrows from part to part, and cones from a window to what it becomes. */
import type { Edge } from "../concepts/scene.ts"
import { bottom, centre, type Place, right } from "./box.ts"
import type { Palette } from "./palette.ts"
import { element, tenth } from "./svg.ts"

const HEAD = 5

/** An edge one of whose ends is hidden in a closed frame is not drawn. */
export function drawEdges(edges: readonly Edge[], places: ReadonlyMap<string, Place>, palette: Palette, kind: Edge["kind"]): string {
  return edges
    .filter((edge) => edge.kind === kind)
    .map((edge) => {
      const [from, to] = [places.get(edge.from), places.get(edge.to)]
      if (!from || !to) return ""
      return kind === "cone" ? cone(edge, from, to, palette) : flow(edge, from, to, palette)
    })
    .join("")
}

const rounded = (...numbers: readonly number[]): string => numbers.map(tenth).join(" ")

function flow(edge: Edge, from: Place, to: Place, palette: Palette): string {
  const colour = edge.tone ? palette.tones[edge.tone] : palette.quiet
  const path = PATHS[edge.direction ?? "right"](from, to)
  return (
    element("path", { d: path.line, stroke: colour, "stroke-width": 1.4, fill: "none" }) + element("path", { d: path.head, fill: colour })
  )
}

function rightwards(from: Place, to: Place) {
  const [x1, y1, x2, y2] = [right(from) + 3, centre(from)[1], to.x - 3, centre(to)[1]]
  const bend = (x2 - x1) / 2
  return {
    line: `M${rounded(x1, y1)}C${rounded(x1 + bend, y1)} ${rounded(x2 - HEAD - bend, y2)} ${rounded(x2 - HEAD, y2)}`,
    head: `M${rounded(x2, y2)}l${-HEAD - 2} ${-HEAD + 1}v${2 * HEAD - 2}z`,
  }
}

function upwards(from: Place, to: Place) {
  const [x1, y1, x2, y2] = [centre(from)[0], from.y - 2, centre(to)[0], bottom(to) + 3]
  return { line: `M${rounded(x1, y1)}L${rounded(x2, y2 + HEAD)}`, head: `M${rounded(x2, y2)}l${-HEAD + 1} ${HEAD + 2}h${2 * HEAD - 2}z` }
}

/** A long way goes straight down first, so that it crosses nothing beside it. */
const LONGEST_BEND = 44

/** Leaves a wide part where that is nearest to the target. */
const nearest = (from: Place, target: number): number =>
  Math.max(from.x + Math.min(8, from.width / 2), Math.min(right(from) - Math.min(8, from.width / 2), target))

function downwards(from: Place, to: Place) {
  const [x2, y1, y2] = [centre(to)[0], bottom(from) + 2, to.y - 3]
  const x1 = nearest(from, x2)
  const turn = Math.max(y1, y2 - LONGEST_BEND)
  const bend = (y2 - turn) / 2
  return {
    line: `M${rounded(x1, y1)}V${rounded(turn)}C${rounded(x1, turn + bend)} ${rounded(x2, y2 - HEAD - bend)} ${rounded(x2, y2 - HEAD)}`,
    head: `M${rounded(x2, y2)}l${-HEAD + 1} ${-HEAD - 2}h${2 * HEAD - 2}z`,
  }
}

const PATHS = { right: rightwards, down: downwards, up: upwards } as const

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
