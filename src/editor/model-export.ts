/** The list of models as CSV and as a Markdown table. Numbers are exact; what is not known is left empty. */
import type { Amount } from "../facts/model-rows.ts"
import type { ListedModel } from "./model-list.ts"

const COLUMNS: readonly (readonly [title: string, isNumber: boolean, text: (model: ListedModel) => string])[] = [
  ["model", false, ({ row }) => row.name],
  ["class", false, ({ row }) => row.class],
  ["framework", false, ({ row }) => row.framework],
  ["file", false, ({ path }) => path],
  ["cell", true, ({ row }) => (row.cell === undefined ? "" : String(row.cell + 1))],
  ["line", true, ({ row }) => String(row.at.line + 1)],
  ["parameters", true, ({ row }) => exact(row.parameters)],
  ["MACs", true, ({ row }) => exact(row.macs)],
  ["weights in bytes", true, ({ row }) => exact(row.weights)],
  ["inference peak in bytes", true, ({ row }) => exact(row.peak)],
  ["input", false, ({ row }) => row.input],
  ["input is", false, ({ row }) => row.origin ?? ""],
  ["output", false, ({ row }) => row.output],
  ["not known", false, ({ row }) => row.gaps.join("; ")],
]

const exact = ({ size }: Amount): string => (size === null ? "" : String(size))

export function csvOf(models: readonly ListedModel[]): string {
  // A table program would run what begins like a formula.
  const cell = (text: string) => (/[",\n\r]|^[=+@\t-]/.test(text) ? `"${text.replace(/^(?=[=+@\t-])/, "'").replaceAll('"', '""')}"` : text)
  const rows = models.map((model) => COLUMNS.map(([, , text]) => cell(text(model))).join(","))
  return [COLUMNS.map(([title]) => title).join(","), ...rows, ""].join("\n")
}

/** Columns that are empty everywhere are left out. */
export function markdownOf(models: readonly ListedModel[]): string {
  const columns = COLUMNS.filter(([, , text]) => models.length === 0 || models.some((model) => text(model) !== ""))
  const cell = (text: string) => text.replace(/[\\|`*<>[\]]|(?<!\w)_|_(?!\w)/g, "\\$&").replace(/\s+/g, " ")
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  const grouped = (text: string, isNumber: boolean) => (isNumber && /^\d+$/.test(text) ? Number(text).toLocaleString("en-US") : text)
  return [
    line(columns.map(([title]) => title)),
    `|${columns.map(([, isNumber]) => (isNumber ? "---:" : "---")).join("|")}|`,
    ...models.map((model) => line(columns.map(([, isNumber, text]) => cell(grouped(text(model), isNumber))))),
    "",
  ].join("\n")
}
