/** Numbers and shapes as people read them. */
import type { TensorFact } from "../model/model.ts"
import { type Dim, dimText, isConcrete, isUnknown, substitute } from "../values/dim.ts"

/** Thousands separated by commas; "?" when not known; "416,520·N" when it hangs on sizes. */
export function countText(count: Dim | undefined): string {
  if (count === undefined || isUnknown(count)) return "?"
  return grouped(isConcrete(count) ? String(count) : dimText(count))
}

/** Thousands separated by commas, in any text. */
export const grouped = (text: string): string => text.replace(/\d{4,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","))

/** "(N, 1, 32, 32)", "?" in place of sizes nobody knows; "unknown shape" without a rank. */
export function tensorText({ shape }: TensorFact): string {
  if (!shape) return "unknown shape"
  return `(${shape.map((size) => (isUnknown(size) ? "?" : dimText(size))).join(", ")}${shape.length === 1 ? "," : ""})`
}

/** A count for one example: the batch symbol N becomes 1. */
export function perExample(count: Dim | undefined): Dim | undefined {
  return count === undefined ? undefined : substitute(count, (symbol) => (symbol.name === "N" ? 1 : undefined))
}

/** "512 B", "12.3 kB", "102.2 MB": decimal units; "?" when not known. */
export function bytesText(bytes: Dim | undefined): string {
  if (bytes === undefined || isUnknown(bytes)) return "?"
  if (!isConcrete(bytes)) return `${grouped(dimText(bytes))} B`
  const step = BYTE_STEPS.find(([size]) => Number(bytes) >= size)
  return step ? `${(Number(bytes) / step[0]).toFixed(1)} ${step[1]}` : `${bytes} B`
}

const BYTE_STEPS: readonly (readonly [size: number, unit: string])[] = [
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
]

/** "28.2%": a part of a whole; undefined when one of them is not a number, or nothing is there to share. */
export function shareText(part: Dim | undefined, whole: Dim | undefined): string | undefined {
  if (part === undefined || whole === undefined || !isConcrete(part) || !isConcrete(whole) || Number(whole) === 0 || Number(part) === 0)
    return undefined
  const percent = (Number(part) / Number(whole)) * 100
  return percent < 0.1 ? "under 0.1%" : `${percent >= 99.95 ? 100 : percent.toFixed(1)}%`
}
