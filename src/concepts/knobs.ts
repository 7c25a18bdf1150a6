/** Reads knobs, whatever form their values have. */
import type { Dim } from "../values/dim.ts"
import type { Knob, Knobs } from "./subject.ts"

export function numberOf(knobs: Knobs, name: string): number {
  const value = knobs[name]
  return typeof value === "number" ? value : Number(Array.isArray(value) ? value[0] : 0)
}

/** Height and width. */
export function pairOf(knobs: Knobs, name: string): readonly [number, number] {
  const value = knobs[name]
  if (Array.isArray(value)) return [value[0] ?? 1, value[1] ?? value[0] ?? 1]
  return [Number(value), Number(value)]
}

/** As many numbers as were given; one number is a list of one. */
export function listOf(knobs: Knobs, name: string): readonly number[] {
  const value = knobs[name]
  return Array.isArray(value) ? value : [Number(value)]
}

export const flagOf = (knobs: Knobs, name: string): boolean => knobs[name] === true

/** How many numbers the knob may hold. */
const mostOf = (knob: Knob): number => (knob.kind === "sizes" ? (knob.most ?? 2) : 1)

/** What a person typed, as the knob's value; undefined when it is none. "3", "3, 1", "3×1", "same". */
export function parseKnob(knob: Knob, text: string): Knobs[string] | undefined {
  if (knob.kind === "flag") return text === "true"
  if (knob.kind === "choice") return knob.choices.find(({ value }) => value === text)?.value
  const word = text.trim().toLowerCase()
  if (knob.kind === "sizes" && knob.words?.includes(word)) return word
  const parts = word.split(/[,×x\s]+/).filter((part) => part !== "")
  const numbers = parts.map(Number)
  const isRight = numbers.length > 0 && numbers.every((number) => isStep(knob, number) && number >= knob.minimum && number <= knob.limit)
  const [first, second] = numbers
  if (!isRight || first === undefined || numbers.length > mostOf(knob)) return undefined
  if (mostOf(knob) > 2) return numbers
  return second === undefined || second === first ? first : [first, second]
}

/** Whole numbers, unless the knob has steps of its own; those are for the slider, and any number between them may be typed. */
const isStep = (knob: Knob, value: number): boolean =>
  knob.kind === "number" && knob.step !== undefined && !Number.isInteger(knob.step) ? Number.isFinite(value) : Number.isInteger(value)

/** "3", "3, 1", "same": as `parseKnob` reads it. */
export function knobText(value: Knobs[string], knob?: Knob): string {
  if (!Array.isArray(value)) return String(value)
  return !(knob && mostOf(knob) > 2) && value.every((size) => size === value[0]) ? String(value[0]) : value.join(", ")
}

/** "1,234,567" */
export const grouped = (dim: Dim): string => (typeof dim === "object" ? "?" : dim.toLocaleString("en-US"))

/** "1.23 M" for pictures, where room is short. */
export function short(dim: Dim): string {
  const value = Number(typeof dim === "object" ? Number.NaN : dim)
  const [divisor, unit] =
    value >= 1e12 ? [1e12, " T"] : value >= 1e9 ? [1e9, " G"] : value >= 1e6 ? [1e6, " M"] : value >= 1e4 ? [1e3, " k"] : [1, ""]
  return divisor === 1 ? grouped(value) : `${Number((value / divisor).toPrecision(3))}${unit}`
}

/** A number within TeX, where a bare comma would be set as punctuation. */
export const texNumber = (dim: Dim): string => grouped(dim).replaceAll(",", "{,}")

export const percent = (part: Dim, whole: Dim): string => `${Number(((100 * Number(part)) / Number(whole)).toPrecision(3))} %`

/** "3 × 32 × 32" */
export const sizesText = (sizes: readonly Dim[]): string => sizes.map(grouped).join(" × ")

const WRITTEN = {
  torch: { true: "True", false: "False", open: "(", close: ")" },
  keras: { true: "True", false: "False", open: "(", close: ")" },
  numpy: { true: "True", false: "False", open: "(", close: ")" },
  tfjs: { true: "true", false: "false", open: "[", close: "]" },
} as const

/** A value as the framework's language writes it: `3`, `(3, 1)`, `True`, `"same"`. */
export function literal(value: Knobs[string], framework: keyof typeof WRITTEN): string {
  const { open, close, ...words } = WRITTEN[framework]
  if (typeof value === "boolean") return words[`${value}`]
  if (typeof value === "string") return JSON.stringify(value)
  return typeof value === "number" ? String(value) : `${open}${value.join(", ")}${close}`
}
