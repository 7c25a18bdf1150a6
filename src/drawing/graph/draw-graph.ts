/** A placed graph as SVG text: boxes coloured by what they cost, edges with the shapes that flow. */
import { textWidth } from "../box.ts"
import { lettering } from "../mark.ts"
import type { Palette } from "../palette.ts"
import { element, escaped, opacity, tenth } from "../svg.ts"
import type { GraphNode, Measure, ModelGraph } from "./graph.ts"
import { DETAIL, detailOf, HEADING, headingOf, type PlacedEdge, type PlacedNode, type Plan } from "./plan.ts"

export interface GraphDrawing {
  readonly measure: Measure
  readonly selected?: string
  /** Boxes a search found. */
  readonly found?: ReadonlySet<string>
  /** Boxes can be opened and pointed at. */
  readonly isLive?: boolean
}

const MARGIN = 16

export function drawGraph(graph: ModelGraph, plan: Plan, palette: Palette, drawing: GraphDrawing): string {
  const hottest = Math.max(1, ...plan.nodes.filter(({ isOpen }) => !isOpen).map(({ node }) => node[drawing.measure] ?? 0))
  const [width, height] = [Math.ceil(plan.width + 2 * MARGIN), Math.ceil(plan.height + 2 * MARGIN)]
  const open = plan.nodes.filter(({ isOpen }) => isOpen)
  const closed = plan.nodes.filter(({ isOpen }) => !isOpen)
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
      width,
      height,
      "font-family": palette.font,
      role: drawing.isLive ? "group" : "img",
      "aria-label": `The graph of ${graph.name}: ${plan.nodes.length} parts, ${plan.edges.length} connections.`,
    },
    ...open.map((placed) => drawBox(placed, graph, palette, drawing, hottest)),
    ...plan.edges.map((edge) => drawEdge(edge, palette, drawing)),
    ...closed.map((placed) => drawBox(placed, graph, palette, drawing, hottest)),
    ...drawLabels(plan, palette),
  )
}

const CHANGES = { added: "output", removed: "warning", changed: "fourth" } as const
const SIGNS = { added: "+", removed: "−", changed: "~" } as const

/** In words, for pointers and for those who do not see it. */
export function describe(node: GraphNode, { parameters, macs }: ModelGraph): string {
  const share = (own: number | null, all: number | null): string =>
    own === null || !all ? "" : ` (${Number(((100 * own) / all).toPrecision(2))} %)`
  const count = (own: number | null): string => (own === null ? "not known" : own.toLocaleString("en-US"))
  const lines = [
    headingOf(node),
    node.path,
    node.shape ? `output ${node.shape}` : "",
    node.kind === "input" || node.kind === "output" ? "" : `${count(node.parameters)} parameters${share(node.parameters, parameters)}`,
    node.kind === "input" || node.kind === "output" ? "" : `${count(node.macs)} MACs${share(node.macs, macs)}`,
    node.change ? `${node.change.kind}: ${node.change.text}` : "",
  ]
  return lines.filter(Boolean).join("\n")
}

function drawBox(placed: PlacedNode, graph: ModelGraph, palette: Palette, drawing: GraphDrawing, hottest: number): string {
  const { node, x, y, width, height, isOpen, isOpenable } = placed
  const isEnd = node.kind === "input" || node.kind === "output"
  const isSelected = drawing.selected === node.id
  const tone = node.change ? CHANGES[node.change.kind] : isEnd ? "input" : "kernel"
  const heat = isOpen || isEnd ? 0.03 : 0.05 + 0.55 * Math.sqrt(Math.max(0, node[drawing.measure] ?? 0) / hottest)
  const isFound = drawing.found?.has(node.id)
  const outline = node.change || isFound || isSelected ? palette.tones[node.change ? tone : isSelected ? "input" : "fourth"] : palette.line
  const box = element("rect", {
    x,
    y,
    width,
    height,
    rx: isEnd ? height / 2 : 6,
    fill: palette.tones[tone],
    "fill-opacity": opacity(heat),
    stroke: outline,
    "stroke-width": isSelected || isFound || node.change ? 2.2 : 1,
    "stroke-dasharray": node.change?.kind === "removed" ? "5 3" : node.kind === "operation" ? "3 2" : undefined,
  })
  const live = drawing.isLive
    ? {
        "data-node": node.id,
        class: isOpenable ? "node openable" : "node",
        role: "button",
        tabindex: 0,
        "aria-label": describe(node, graph).replaceAll("\n", ", "),
        "aria-expanded": isOpenable ? String(isOpen) : undefined,
      }
    : {}
  return element("g", live, element("title", {}, escaped(describe(node, graph))), box, stackOf(placed, palette), ...text(placed, palette))
}

/** A repeat looks like several boxes. */
function stackOf({ node, isOpen, x, y, width, height }: PlacedNode, palette: Palette): string {
  if (node.kind !== "repeat" || isOpen) return ""
  const path = `M${tenth(x + 4)} ${tenth(y + height + 3)}h${width - 1}v${4 - height}M${tenth(x + 8)} ${tenth(y + height + 6)}h${width - 2}v${4 - height}`
  return element("path", { d: path, stroke: palette.line, "stroke-width": 1, fill: "none" })
}

function text({ node, x, y, width, height, isOpen, isOpenable }: PlacedNode, palette: Palette): string[] {
  const sign = node.change ? `${SIGNS[node.change.kind]} ` : ""
  const heading = `${sign}${headingOf(node)}`
  if (isOpen)
    return [
      lettering(`▾ ${heading}${node.kind === "repeat" ? ` × ${node.count}` : ""}`, x + 10, y + 20, palette, {
        size: HEADING,
        anchor: "start",
        isStrong: true,
      }),
    ]
  const middle = x + width / 2
  const detail = detailOf(node)
  const top = detail === "" ? y + height / 2 + 4.5 : y + 19
  const lines = [lettering(heading, middle, top, palette, { size: HEADING, isStrong: node.kind !== "operation" })]
  if (detail !== "") lines.push(lettering(detail, middle, y + 35, palette, { size: DETAIL, fill: palette.quiet }))
  if (isOpenable) lines.push(element("path", { d: `M${tenth(x + width - 11)} ${tenth(y + 6)}l5 4l-5 4z`, fill: palette.quiet }))
  return lines
}

function drawEdge({ points, from, to, label }: PlacedEdge, palette: Palette, { selected, isLive }: GraphDrawing): string {
  const isTouched = selected === from || selected === to
  const colour = isTouched ? palette.tones.input : palette.quiet
  const line = element("path", {
    d: rounded(points),
    stroke: colour,
    "stroke-width": isTouched ? 2 : 1.1,
    fill: "none",
    "stroke-opacity": isTouched ? undefined : "0.75",
  })
  const [x, y] = points.at(-1) ?? [0, 0]
  const [before] = [points.at(-2) ?? [x, y - 1]]
  const isDown = y >= (before[1] ?? 0)
  const head = element("path", { d: `M${tenth(x)} ${tenth(y)}l-4 ${isDown ? -7 : 7}h8z`, fill: colour })
  const title = label === undefined || !isLive ? "" : element("title", {}, escaped(label))
  return element("g", {}, title, line, head)
}

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const meets = (one: Area, other: Area): boolean =>
  one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height

const LABEL = 10

/** Shapes beside their edges, as many as find a free place; the others are told when one points there. */
function drawLabels(plan: Plan, palette: Palette): string[] {
  const headings = plan.nodes.filter(({ isOpen }) => isOpen).map(({ x, y, width }) => ({ x, y, width, height: 30 }))
  const taken: Area[] = [...plan.nodes.filter(({ isOpen }) => !isOpen), ...headings]
  return plan.edges.flatMap(({ points, label }) => {
    if (label === undefined) return []
    const place = placesFor(points, label).find(
      (area) => area.x >= 0 && area.x + area.width <= plan.width && !taken.some((other) => meets(area, other)),
    )
    if (!place) return []
    taken.push(place)
    return [lettering(label, place.x + 2, place.y + LABEL, palette, { size: LABEL, anchor: "start", fill: palette.quiet })]
  })
}

/** To the right of a way down, or above a way to the side. */
function placesFor(points: PlacedEdge["points"], label: string): Area[] {
  const [width, height] = [textWidth(label, LABEL) + 4, LABEL + 4]
  const found: Area[] = []
  for (let index = 0; index + 1 < points.length; index++) {
    const [[x1, y1], [x2, y2]] = [points[index] as readonly [number, number], points[index + 1] as readonly [number, number]]
    if (Math.abs(x1 - x2) < 0.5 && Math.abs(y2 - y1) > height + 8) found.push({ x: x1 + 4, y: (y1 + y2 - height) / 2, width, height })
    if (Math.abs(y1 - y2) < 0.5 && Math.abs(x2 - x1) > width + 16) found.push({ x: (x1 + x2 - width) / 2, y: y1 - height, width, height })
  }
  return found
}

const CORNER = 6

/** Right angles with soft corners. */
function rounded(points: PlacedEdge["points"]): string {
  const [first, ...rest] = points
  if (!first) return ""
  let path = `M${tenth(first[0])} ${tenth(first[1])}`
  let [x, y] = first
  rest.forEach((point, index) => {
    const next = rest[index + 1]
    if (!next) {
      path += `L${tenth(point[0])} ${tenth(point[1])}`
      return
    }
    const [inX, inY] = toward(point, [x, y])
    const [outX, outY] = toward(point, next)
    path += `L${tenth(inX)} ${tenth(inY)}Q${tenth(point[0])} ${tenth(point[1])} ${tenth(outX)} ${tenth(outY)}`
    ;[x, y] = point
  })
  return path
}

/** A little way from a corner. */
function toward(corner: readonly [number, number], other: readonly [number, number]): readonly [number, number] {
  const [dx, dy] = [other[0] - corner[0], other[1] - corner[1]]
  const length = Math.hypot(dx, dy) || 1
  const step = Math.min(CORNER, length / 2)
  return [corner[0] + (dx / length) * step, corner[1] + (dy / length) * step]
}
