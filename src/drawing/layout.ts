/** Scene to positions: sizes from the inside out, places from the outside in. */
import { type Arrangement, type Frame, isArrangement, type Part } from "../concepts/scene.ts"
import type { Place, Size } from "./box.ts"
import type { Mark } from "./mark.ts"
import { bars } from "./marks/bars.ts"
import { box } from "./marks/box.ts"
import { columns } from "./marks/columns.ts"
import { grid } from "./marks/grid.ts"
import { node } from "./marks/node.ts"
import { plane } from "./marks/plane.ts"
import { plot } from "./marks/plot.ts"
import { strip } from "./marks/strip.ts"
import { volume } from "./marks/volume.ts"
import { wave } from "./marks/wave.ts"
import { sign, words } from "./marks/words.ts"

export type Leaf = Exclude<Part, Arrangement | Frame>

// A new kind of mark is one line here and one file.
const MARKS: { readonly [Kind in Leaf["kind"]]: Mark<Extract<Leaf, { kind: Kind }>> } = {
  bars,
  box,
  columns,
  grid,
  node,
  plane,
  plot,
  sign,
  strip,
  volume,
  wave,
  words,
}

export const markOf = (part: Leaf): Mark<Leaf> => MARKS[part.kind] as unknown as Mark<Leaf>

export interface Placed {
  readonly part: Part
  readonly at: Place
  readonly inside: readonly Placed[]
}

/** Around what a frame holds, and its title's height. */
export const FRAME = { margin: 14, title: 30 }

/** Parts are data that nobody changes, and their sizes are asked for again at every level around them. */
const SIZES = new WeakMap<Part, Size>()

export function sizeOf(part: Part): Size {
  const known = SIZES.get(part)
  if (known) return known
  const size = measured(part)
  SIZES.set(part, size)
  return size
}

function measured(part: Part): Size {
  if (isArrangement(part)) return arrangedSize(part)
  if (part.kind === "frame") return frameSize(part)
  return markOf(part).size(part)
}

function arrangedSize(part: Arrangement): Size {
  const { kind, parts, gap = 0 } = part
  const sizes = parts.map(sizeOf)
  const gaps = gap * Math.max(0, parts.length - 1)
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, gaps)
  const [widths, heights] = [sizes.map(({ width }) => width), sizes.map(({ height }) => height)]
  if (kind === "column") return { width: Math.max(0, ...widths), height: sum(heights) }
  return { width: sum(widths), height: isOnAxis(part) ? axisOf(part) + hangingOf(part) : Math.max(0, ...heights) }
}

const isOnAxis = ({ kind, align = "middle" }: Arrangement): boolean => kind === "row" && align === "middle"
/** How far what lies below the common axis reaches. */
const hangingOf = ({ parts }: Arrangement): number => Math.max(0, ...parts.map((part) => sizeOf(part).height - axisOf(part)))

/** Where neighbours in a row are joined: the middle of what is drawn, captions left out, so that arrows run straight. */
function axisOf(part: Part): number {
  // A row's own height is made of its axis.
  if (isArrangement(part) && isOnAxis(part)) return Math.max(0, ...part.parts.map(axisOf))
  const { width, height } = sizeOf(part)
  if (part.kind === "frame") return height / 2
  if (isArrangement(part)) return part.kind === "row" ? height / 2 : axisOfColumn(part, height)
  const body = markOf(part).anchors?.(part, { x: 0, y: 0, width, height })[""]
  return body ? body.y + body.height / 2 : height / 2
}

/** Of the only part that is not words, where there is one. */
function axisOfColumn({ parts, gap = 0 }: Arrangement, height: number): number {
  const drawn = parts.filter(({ kind }) => kind !== "words")
  const [only] = drawn
  if (drawn.length !== 1 || !only) return height / 2
  const before = parts.slice(0, parts.indexOf(only))
  return before.reduce((sum, each) => sum + sizeOf(each).height + gap, 0) + axisOf(only)
}

function frameSize({ content, isOpen, title }: Frame): Size {
  const inner = sizeOf(content)
  const wide = Math.max(inner.width, title.length * 7 + 24) + 2 * FRAME.margin
  return { width: wide, height: FRAME.title + (isOpen ? inner.height + FRAME.margin + 4 : 0) }
}

const ALIGNED = { start: 0, middle: 0.5, end: 1 } as const

/** Places a part at a corner; `width` stretches frames. */
export function place(part: Part, x: number, y: number, width?: number): Placed {
  const size = sizeOf(part)
  if (part.kind === "row") return { part, at: { x, y, ...size }, inside: inRow(part, x, y, size) }
  if (part.kind === "column")
    return { part, at: { x, y, ...size, width: width ?? size.width }, inside: inColumn(part, x, y, width ?? size.width) }
  if (part.kind === "frame") return placedFrame(part, { x, y, ...size, width: width ?? size.width })
  return { part, at: { x, y, ...size }, inside: [] }
}

function inRow(row: Arrangement, x: number, y: number, { height }: Size): Placed[] {
  const { parts, gap = 0, align = "middle" } = row
  const axis = isOnAxis(row) ? axisOf(row) : undefined
  let at = x
  return parts.map((part) => {
    const own = sizeOf(part)
    const lower = axis === undefined ? (height - own.height) * ALIGNED[align] : axis - axisOf(part)
    const placed = place(part, at, y + lower)
    at += own.width + gap
    return placed
  })
}

function inColumn({ parts, gap = 0, align = "middle" }: Arrangement, x: number, y: number, width: number): Placed[] {
  let at = y
  return parts.map((part) => {
    const own = sizeOf(part)
    // Frames below one another are equally wide.
    const placed = part.kind === "frame" ? place(part, x, at, width) : place(part, x + (width - own.width) * ALIGNED[align], at)
    at += own.height + gap
    return placed
  })
}

function placedFrame(part: Frame, at: Place): Placed {
  if (!part.isOpen) return { part, at, inside: [] }
  const inner = sizeOf(part.content)
  return { part, at, inside: [place(part.content, at.x + (at.width - inner.width) / 2, at.y + FRAME.title)] }
}

/** Everything edges may name. */
export function anchors(placed: Placed, found = new Map<string, Place>()): Map<string, Place> {
  const { part, at, inside } = placed
  if (part.kind === "frame") found.set(part.id, at)
  else if (!isArrangement(part) && "id" in part) {
    found.set(part.id, at)
    for (const [name, spot] of Object.entries(markOf(part).anchors?.(part, at) ?? {}))
      found.set(name === "" ? part.id : `${part.id}.${name}`, spot)
  }
  for (const child of inside) anchors(child, found)
  return found
}
