/** Writes SVG as text, everything escaped. Neither `style` nor script: a strict content-security policy takes it as it is. */

export type Attributes = Readonly<Record<string, string | number | undefined>>

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "")

/** Coordinates to a tenth of a unit. */
export const tenth = (value: number): number => Math.round(value * 10) / 10

const written = (value: string | number): string => (typeof value === "number" ? String(tenth(value)) : escaped(value))

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const list = Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${written(value)}"`]))
  return children.length > 0 ? `<${name}${list.join("")}>${children.join("")}</${name}>` : `<${name}${list.join("")}/>`
}

/** Of a filling, to a hundredth, where a tenth would be too coarse. */
export const opacity = (value: number): string => String(Math.round(Math.max(0, Math.min(1, value)) * 100) / 100)
