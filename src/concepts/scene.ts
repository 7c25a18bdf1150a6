/** The vocabulary of diagrams: what is to be seen, as data; where it goes and how it looks is drawing's business. */

/** What a thing means, from which drawing takes its colour. */
export type Tone = "input" | "kernel" | "output" | "first" | "second" | "third" | "fourth" | "warning" | "plain"

export interface Scene {
  readonly title: string
  /** The picture in words, for those who do not see it. */
  readonly description: string
  readonly content: Part
  readonly edges?: readonly Edge[]
  /** How many moments an animation has, and how many of them make a row, for the up and down keys. */
  readonly moments?: { readonly count: number; readonly perRow: number; readonly names: string }
}

/** What the reader points at: the moment of the animation, and the frames that are not as they were at first. */
export interface Selection {
  readonly moment: number
  readonly toggled: readonly string[]
}

export const NOTHING_SELECTED: Selection = { moment: 0, toggled: [] }

export type Part = Arrangement | Frame | Volume | Grid | Box | Node | Strip | Bars | Words | Sign | Columns | Wave | Plot | Plane

/** Parts side by side or one below the other. */
export interface Arrangement {
  readonly kind: "row" | "column"
  readonly parts: readonly Part[]
  readonly gap?: number
  /** Across the direction; the middle unless given. */
  readonly align?: "start" | "middle" | "end"
}

/** A titled frame that opens and closes when it is clicked. */
export interface Frame {
  readonly kind: "frame"
  readonly id: string
  readonly title: string
  readonly content: Part
  readonly isOpen: boolean
}

/** A stack of feature maps. */
export interface Volume {
  readonly kind: "volume"
  readonly id: string
  readonly tone: Tone
  readonly label: string
  readonly channels: number
  /** Lines on the front map. */
  readonly rows: number
  readonly columns: number
  /** Of the front map, in units of the drawing. */
  readonly width: number
  readonly height: number
  /** Cells with a border: the kernel's window. Counted as the lines are. */
  readonly window?: Area
  /** One filled cell. */
  readonly cell?: { readonly row: number; readonly column: number }
  /** A ring of padding around the front map, in cells. */
  readonly padding?: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }
  /** One colour for each map instead of one for all. */
  readonly tones?: readonly Tone[]
  /** Below the label. */
  readonly detail?: string
}

export interface Area {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
}

export interface Cell {
  readonly text: string
  /** Outside the image: zeros that padding adds. */
  readonly isPadding?: boolean
  readonly isMarked?: boolean
  /** Multiplied at this moment: one of the cells under the kernel. */
  readonly isRead?: boolean
  /** Not computed yet at this moment. */
  readonly isFaint?: boolean
  /** Pointing here goes to this moment. */
  readonly moment?: number
  readonly hint?: string
  /** Instead of the grid's. */
  readonly tone?: Tone
  /** How strongly it is filled, from 0 to 1: a heat map. */
  readonly strength?: number
}

/** A table of numbers. */
export interface Grid {
  readonly kind: "grid"
  readonly id: string
  readonly tone: Tone
  readonly label: string
  readonly cells: readonly (readonly Cell[])[]
  /** Side of a cell, in units of the drawing. */
  readonly side: number
  readonly window?: Area
  readonly detail?: string
  /** A wider cell, for text longer than a number. */
  readonly cellWidth?: number
}

/** An operation. */
export interface Box {
  readonly kind: "box"
  readonly id: string
  readonly tone: Tone
  readonly label: string
  readonly detail?: string
  readonly width?: number
  readonly isCrossedOut?: boolean
}

/** A small circle: an operation with a sign (+, ×, σ), a neuron, a state. */
export interface Node {
  readonly kind: "node"
  readonly id: string
  readonly tone: Tone
  readonly text: string
  /** Below it. */
  readonly label?: string
  /** 14 unless given. */
  readonly radius?: number
  readonly isFaint?: boolean
  /** How strongly it is filled, from 0 to 1. */
  readonly strength?: number
}

/** Channels as one band: each segment as wide as it has channels. */
export interface Strip {
  readonly kind: "strip"
  readonly id: string
  readonly label?: string
  /** Where edges do not cross it. */
  readonly labelSide?: "above" | "below"
  readonly width: number
  readonly segments: readonly { readonly size: number; readonly tone: Tone; readonly text: string }[]
}

/** Quantities compared by length. */
export interface Bars {
  readonly kind: "bars"
  readonly id: string
  readonly label: string
  readonly width: number
  readonly rows: readonly { readonly label: string; readonly value: number; readonly text: string; readonly tone: Tone }[]
}

export interface Words {
  readonly kind: "words"
  readonly lines: readonly string[]
  readonly size?: "small" | "normal" | "large"
  readonly isQuiet?: boolean
  readonly align?: "start" | "middle"
}

/** One large sign between parts, such as ∗ or =. */
export interface Sign {
  readonly kind: "sign"
  readonly text: string
}

/** Neurons as dots: one column for each layer, all joined to all of the next. */
export interface Columns {
  readonly kind: "columns"
  readonly id: string
  readonly layers: readonly { readonly count: number; readonly tone: Tone; readonly label: string }[]
}

/** A curve through points of [0, 1]², for activation functions and distributions. */
export interface Wave {
  readonly kind: "wave"
  readonly id: string
  readonly label: string
  readonly width: number
  readonly height: number
  readonly curves: readonly { readonly tone: Tone; readonly points: readonly (readonly [number, number])[] }[]
}

export interface Axis {
  readonly label: string
  readonly from: number
  readonly to: number
  /** Where numbers stand; the ends unless given. */
  readonly ticks?: readonly number[]
}

/** Curves and dots in the units of labelled axes, with a legend where curves have names. */
export interface Plot {
  readonly kind: "plot"
  readonly id: string
  readonly label: string
  readonly width: number
  readonly height: number
  readonly x: Axis
  readonly y: Axis
  readonly curves: readonly {
    readonly tone: Tone
    readonly name?: string
    readonly points: readonly (readonly [number, number])[]
    readonly isDashed?: boolean
    /** Filled down to y = 0. */
    readonly isFilled?: boolean
  }[]
  readonly dots?: readonly {
    readonly x: number
    readonly y: number
    readonly tone: Tone
    readonly radius?: number
    readonly hint?: string
  }[]
}

/** Rectangles on a plane with a grid, such as boxes on an image; those with knobs can be dragged. */
export interface Plane {
  readonly kind: "plane"
  readonly id: string
  readonly label: string
  /** In its own units; y points down. */
  readonly columns: number
  readonly rows: number
  /** Of one unit, in units of the drawing. */
  readonly scale: number
  readonly rectangles: readonly {
    readonly id: string
    readonly tone: Tone
    readonly label: string
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly isDashed?: boolean
    readonly isFilled?: boolean
    /** Names of the knobs that hold its place; dragging turns them. */
    readonly knobs?: { readonly x: string; readonly y: string; readonly width?: string; readonly height?: string }
  }[]
  readonly dots?: readonly { readonly x: number; readonly y: number; readonly tone: Tone; readonly hint?: string }[]
  /** How strongly each cell is filled, row by row. */
  readonly shades?: readonly (readonly number[])[]
}

/** From one part to another, by id; `input.window` and `output.cell` name places within a part. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** A flow has an arrowhead; a cone joins the corners of two areas. */
  readonly kind: "flow" | "cone"
  readonly tone?: Tone
  /**
   * Leaves from the right and arrives from the left, or the other way; from the bottom and at the top, or the other way. `over` and `under`
   * go around what lies between, as shortcuts do. From a part to itself it is a loop.
   */
  readonly direction?: "right" | "left" | "down" | "up" | "over" | "under"
  readonly label?: string
  readonly isDashed?: boolean
  /** From 0 to 1: thickness, such as an attention weight. */
  readonly strength?: number
}

export const row = (parts: readonly Part[], gap = 20, align: Arrangement["align"] = "middle"): Part => ({ kind: "row", parts, gap, align })
export const column = (parts: readonly Part[], gap = 16, align: Arrangement["align"] = "middle"): Part => ({
  kind: "column",
  parts,
  gap,
  align,
})
export const words = (text: string | readonly string[], more: Partial<Omit<Words, "kind" | "lines">> = {}): Part => ({
  kind: "words",
  lines: typeof text === "string" ? [text] : text,
  ...more,
})
export const sign = (text: string): Part => ({ kind: "sign", text })
export const frame = (selection: Selection, id: string, title: string, content: Part, opensAtFirst = true): Part => ({
  kind: "frame",
  id,
  title,
  content,
  isOpen: selection.toggled.includes(id) !== opensAtFirst,
})

export const isArrangement = (part: Part): part is Arrangement => part.kind === "row" || part.kind === "column"
