/** Scene to SVG, as text. The same for the panel, hovers, export and the gallery. */
import { type Frame, isArrangement, type Scene } from "../concepts/scene.ts"
import type { Place } from "./box.ts"
import { drawEdges } from "./edges.ts"
import { anchors, FRAME, markOf, type Placed, place, sizeOf } from "./layout.ts"
import { lettering } from "./mark.ts"
import type { Palette } from "./palette.ts"
import { element, escaped } from "./svg.ts"

export interface Drawing {
  readonly svg: string
  readonly width: number
  readonly height: number
}

export interface DrawingOptions {
  /** Frames can be clicked. */
  readonly isLive?: boolean
  readonly margin?: number
  /** A picture of just this size, the scene in its middle, made smaller when it must be. */
  readonly size?: { readonly width: number; readonly height: number }
}

export function drawScene(scene: Scene, palette: Palette, { isLive = false, margin = 12, size }: DrawingOptions = {}): Drawing {
  const inner = sizeOf(scene.content)
  const [width, height] = [Math.ceil(inner.width + 2 * margin), Math.ceil(inner.height + 2 * margin)]
  const placed = place(scene.content, margin, margin)
  const places = anchors(placed)
  const edges = scene.edges ?? []
  const body = [drawPlaced(placed, palette, isLive), drawEdges(edges, places, palette, "cone"), drawEdges(edges, places, palette, "flow")]
  const view = size
    ? `${(width - Math.max(width, size.width)) / 2} ${(height - Math.max(height, size.height)) / 2} ${Math.max(width, size.width)} ${Math.max(height, size.height)}`
    : `0 0 ${width} ${height}`
  const shown = size ?? { width, height }
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: view,
      width: shown.width,
      height: shown.height,
      role: isLive ? "group" : "img",
      "aria-label": `${scene.title}. ${scene.description}`,
      "font-family": palette.font,
    },
    // Browsers would show it wherever the pointer rests.
    isLive ? "" : element("title", {}, escaped(scene.title)),
    element("desc", {}, escaped(scene.description)),
    ...body,
  )
  return { svg, ...shown }
}

function drawPlaced({ part, at, inside }: Placed, palette: Palette, isLive: boolean): string {
  if (!isArrangement(part) && part.kind !== "frame") return markOf(part).draw(part, at, palette)
  const children = inside.map((child) => drawPlaced(child, palette, isLive))
  return part.kind === "frame" ? drawFrame(part, at, children, palette, isLive) : element("g", {}, ...children)
}

function drawFrame({ id, title, isOpen }: Frame, at: Place, children: readonly string[], palette: Palette, isLive: boolean): string {
  const middle = at.y + FRAME.title / 2
  const turn = isOpen ? `M${at.x + 12} ${middle - 2}l4 5l4 -5z` : `M${at.x + 13} ${middle - 4}l5 4l-5 4z`
  const bar = element("rect", { x: at.x, y: at.y, width: at.width, height: FRAME.title, fill: "transparent", rx: 6 })
  const heading = lettering(title, at.x + 26, middle + 4, palette, { size: 12, anchor: "start", isStrong: true })
  const role = isLive
    ? { class: "frame", "data-frame": id, role: "button", tabindex: 0, "aria-expanded": String(isOpen), "aria-label": title }
    : {}
  const outline = element("rect", { ...at, rx: 6, fill: "none", stroke: palette.line, "stroke-width": 1 })
  return element("g", {}, outline, element("g", role, bar, element("path", { d: turn, fill: palette.quiet }), heading), ...children)
}
