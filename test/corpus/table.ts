/** The table of a run: a line per repository, and what stops the rest. */
import { ASPECTS } from "./compare.ts"
import type { Score } from "./score.ts"

interface Tally {
  exact: number
  wrong: number
  unknown: number
}

interface Line {
  records: number
  falseErrors: number
  readonly counts: Record<string, Tally>
}

const COLUMNS = [...ASPECTS, "rows"]
const LETTERS = { e: "exact", w: "wrong", u: "unknown" } as const

/** One line a repository: exact / wrong / unknown. `groupOf` names the repository of an id. */
export function modelTable(score: Score, groupOf: (id: string) => string): string {
  const lines = new Map<string, Line>()
  for (const [id, text] of Object.entries(score)) {
    add(line(lines, groupOf(id)), text)
    add(line(lines, "all"), text)
  }
  const sorted = [...lines].sort(([one], [other]) => Number(one === "all") - Number(other === "all") || (one < other ? -1 : 1))
  const body = sorted.map(([name, { records, counts, falseErrors }]) => [
    name,
    String(records),
    ...COLUMNS.map((column) => tallyText(counts[column] as Tally)),
    String(falseErrors),
  ])
  return aligned([["repository", "models", ...COLUMNS.map((column) => `${column} e/w/u`), "false errors"], ...body])
}

function line(lines: Map<string, Line>, name: string): Line {
  const known = lines.get(name)
  if (known) return known
  const made: Line = {
    records: 0,
    falseErrors: 0,
    counts: Object.fromEntries(COLUMNS.map((each) => [each, { exact: 0, wrong: 0, unknown: 0 }])),
  }
  lines.set(name, made)
  return made
}

function add(into: Line, text: string): void {
  const [verdicts = "", rows = "", falseErrors = "0"] = text.split(" ")
  into.records++
  into.falseErrors += Number(falseErrors)
  ASPECTS.forEach((aspect, index) => {
    const kind = LETTERS[verdicts[index] as keyof typeof LETTERS]
    if (kind) (into.counts[aspect] as Tally)[kind]++
  })
  const [exact = 0, wrong = 0, unknown = 0] = rows.split("/").map(Number)
  const tally = into.counts["rows"] as Tally
  tally.exact += exact
  tally.wrong += wrong
  tally.unknown += unknown
}

function tallyText({ exact, wrong, unknown }: Tally): string {
  const total = exact + wrong + unknown
  return total === 0 ? "–" : `${((100 * exact) / total).toFixed(1)} % ${exact}/${wrong}/${unknown}`
}

export function programTable(score: Score): string {
  const count = (...lines: string[]): number => Object.values(score).filter((line) => lines.includes(line)).length
  const [fine, failing] = [count("clean", "false"), count("on line", "reported", "missed")]
  const share = (part: number): string => (failing === 0 ? "–" : `${part} (${((100 * part) / failing).toFixed(1)} %)`)
  return aligned([
    ["programs", "that run", "with false errors", "that fail", "reported", "on the right line"],
    ["WhiteFox", String(fine), String(count("false")), String(failing), share(count("on line", "reported")), share(count("on line"))],
  ])
}

/** The most frequent reasons, numbers and names taken out. */
export function reasonTable(reasons: readonly string[], length: number): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) {
    const kind = reason.replaceAll(/\d+/g, "#").slice(0, 120)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one)
  return sorted
    .slice(0, length)
    .map(([reason, count]) => `${String(count).padStart(5)}  ${reason}\n`)
    .join("")
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`).join("")
}
