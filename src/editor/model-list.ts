/** The list of models: in which order, which of them, and their numbers in few characters. */
import type { Amount } from "../facts/model-rows.ts"
import type { FileModels, PlacedRow } from "./protocol.ts"

export interface ListedModel {
  readonly uri: string
  /** the file as people name it */
  readonly path: string
  readonly row: PlacedRow
}

export type Order = "name" | "parameters" | "macs" | "memory" | "file"

type Compare = (one: ListedModel, other: ListedModel) => number

const collator = new Intl.Collator("en", { numeric: true })

export const numberOf = ({ size }: Amount): number | undefined =>
  typeof size === "number" ? size : size !== null && /^\d+$/.test(size) ? Number(size) : undefined

/** The largest first; what has no number stands last. */
const byAmount =
  (amount: (row: PlacedRow) => Amount): Compare =>
  ({ row: one }, { row: other }) => {
    const [left, right] = [numberOf(amount(one)), numberOf(amount(other))]
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
    return right - left
  }

const byFile: Compare = (one, other) =>
  collator.compare(one.path, other.path) ||
  (one.row.cell ?? 0) - (other.row.cell ?? 0) ||
  one.row.at.line - other.row.at.line ||
  one.row.ordinal - other.row.ordinal

export const ORDERS: Readonly<Record<Order, Compare>> = {
  name: (one, other) => collator.compare(one.row.name, other.row.name),
  parameters: byAmount(({ parameters }) => parameters),
  macs: byAmount(({ macs }) => macs),
  memory: byAmount(({ memory }) => memory),
  file: byFile,
}

/** `pathOf` names files as people do. Models that are equal in the order stand as in their files. */
export function listed(
  files: ReadonlyMap<string, FileModels>,
  pathOf: (uri: string) => string,
  order: Order,
  filter: string,
): ListedModel[] {
  const all = [...files].flatMap(([uri, { rows }]) => {
    const path = rows.length > 0 ? pathOf(uri) : ""
    return rows.map((row): ListedModel => ({ uri, path, row }))
  })
  const isWanted = wantedBy(filter)
  return all.filter(isWanted).sort((one, other) => ORDERS[order](one, other) || byFile(one, other))
}

const LIMIT = /^(params|parameters|macs|memory)(<=|>=|<|>)(\d+(?:\.\d+)?)([kmgbt]?)b?$/i
const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, b: 1e9, t: 1e12 }
const MEASURES: Readonly<Record<string, (row: PlacedRow) => Amount>> = {
  params: ({ parameters }) => parameters,
  parameters: ({ parameters }) => parameters,
  macs: ({ macs }) => macs,
  memory: ({ memory }) => memory,
}
const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
}

/** Every word has to be in the name, the class, the framework or the path; `params>1M` compares. What is not known is neither more nor less. */
function wantedBy(filter: string): (model: ListedModel) => boolean {
  const words = filter
    .replace(/\s*([<>]=?)\s*/g, "$1")
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
  return (model) => words.every((word) => fits(model, word))
}

function fits({ row, path }: ListedModel, word: string): boolean {
  const [, measure = "", sign = "", limit = "", unit = ""] = LIMIT.exec(word) ?? []
  if (measure === "") return `${row.name} ${row.class} ${row.framework} ${path}`.toLowerCase().includes(word)
  const value = numberOf((MEASURES[measure] as (row: PlacedRow) => Amount)(row))
  return value !== undefined && Boolean(COMPARISONS[sign]?.(value, Number(limit) * (UNITS[unit] ?? 1)))
}

/** Formulas longer than this are cut: the whole one stands in the tooltip. */
const FORMULA = 16

const STEPS: readonly (readonly [size: number, unit: string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
]

/** "61.7k", "129M", "9·in_ch + 64", "?". */
export function brief(amount: Amount): string {
  const value = numberOf(amount)
  if (value === undefined) return amount.text.length > FORMULA ? `${amount.text.slice(0, FORMULA - 1)}…` : amount.text
  const step = STEPS.find(([size]) => value >= size)
  return step ? `${threeDigits(value / step[0])}${step[1]}` : String(value)
}

/** "1.23", "12.3", "123" */
const threeDigits = (value: number): string => value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)

/** "543 MB" */
export function briefBytes(amount: Amount): string {
  const value = numberOf(amount)
  if (value === undefined) return brief(amount)
  return value < 1000 ? amount.text : `${brief(amount).slice(0, -1)} ${brief(amount).slice(-1)}B`
}
