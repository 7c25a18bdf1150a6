/** What every mark tells of itself: how large it is, where others may join it, how it looks. */
import type { Part } from "../concepts/scene.ts"
import type { Place, Size } from "./box.ts"
import type { Palette } from "./palette.ts"
import { element, escaped } from "./svg.ts"

export interface Mark<Kind extends Part> {
  size(part: Kind): Size
  /** Places within it that edges may name: `id.name`; the empty name is the whole. */
  anchors?(part: Kind, at: Place): Readonly<Record<string, Place>>
  draw(part: Kind, at: Place, palette: Palette): string
}

export interface Lettering {
  readonly size?: number
  readonly anchor?: "start" | "middle" | "end"
  readonly fill?: string
  readonly isStrong?: boolean
  /** Lines below it do not run through it. */
  readonly hasHalo?: boolean
}

/** One line of text; `y` is its base line. */
export function lettering(
  text: string,
  x: number,
  y: number,
  palette: Palette,
  { size = 11, anchor = "middle", fill = palette.foreground, isStrong, hasHalo }: Lettering = {},
): string {
  const halo = hasHalo ? { stroke: palette.background, "stroke-width": 3.5, "paint-order": "stroke" } : {}
  const weight = isStrong ? 600 : undefined
  return element("text", { x, y, "font-size": size, "text-anchor": anchor, fill, "font-weight": weight, ...halo }, escaped(withMinus(text)))
}

/** A hyphen before a number is a minus. */
const withMinus = (text: string): string => text.replace(/(^|[\s([,·×+÷])-(?=[\d.])/g, "$1−")

/** Opacity of the strongest fill below text: `ink` stays to be read on it, in dark themes and light ones. */
export const BELOW_TEXT = 0.5

/** Between the lines of a label. */
export const LINE = 14

/** A name and, below it, its numbers. */
export function caption(label: string, detail: string | undefined, middle: number, top: number, palette: Palette): string {
  const second = detail === undefined ? "" : lettering(detail, middle, top + LINE * 2 - 3, palette, { size: 11, fill: palette.quiet })
  return lettering(label, middle, top + LINE - 3, palette, { isStrong: true }) + second
}

export const captionHeight = (detail: string | undefined): number => (detail === undefined ? LINE : LINE * 2) + 3
