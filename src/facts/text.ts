/** Numbers and shapes as people read them. */
import type { TensorFact } from "../model/model.ts"
import { type Dim, dimText, isConcrete, isUnknown, substitute } from "../values/dim.ts"

/** Thousands separated by commas; "?" when not known; "416,520·N" when it hangs on sizes. */
export function countText(count: Dim | undefined): string {
  if (count === undefined || isUnknown(count)) return "?"
  return grouped(isConcrete(count) ? String(count) : dimText(count))
}

const grouped = (text: string): string => text.replace(/\d{4,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","))

/** "(N, 1, 32, 32)", "?" in place of sizes nobody knows; "unknown shape" without a rank. */
export function tensorText({ shape }: TensorFact): string {
  if (!shape) return "unknown shape"
  return `(${shape.map((size) => (isUnknown(size) ? "?" : dimText(size))).join(", ")}${shape.length === 1 ? "," : ""})`
}

const UNITS = ["", "K", "M", "G", "T", "P"]

/** "25.6M": three significant digits. */
export function shortCount(count: Dim | undefined): string {
  if (count === undefined || !isConcrete(count)) return countText(count)
  let value = Number(count)
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return unit === 0 ? String(count) : `${value.toPrecision(3)}${UNITS[unit]}`
}

/** A count for one example: the batch symbol N becomes 1. */
export function perExample(count: Dim | undefined): Dim | undefined {
  return count === undefined ? undefined : substitute(count, (symbol) => (symbol.name === "N" ? 1 : undefined))
}
