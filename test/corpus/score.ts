/** The committed score: one short line a record, so that a change shows which records it moved. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ASPECTS, type Result, type Verdict } from "./compare.ts"
import type { ProgramResult } from "./programs.ts"

/** By id: "eeewu 10/0/2 0" is five verdicts, rows exact/wrong/unknown, false errors; of programs "reported", "on line", "missed", "clean", "false". */
export type Score = Readonly<Record<string, string>>

const FILE = join(import.meta.dirname, "score.json")
const LETTERS: Record<Verdict, string> = { exact: "e", wrong: "w", unknown: "u", "-": "-" }

export const lineOf = ({ verdicts, rows, falseErrors }: Result): string =>
  `${ASPECTS.map((aspect) => LETTERS[verdicts[aspect]]).join("")} ${rows.exact}/${rows.wrong}/${rows.unknown} ${falseErrors}`

export function programLine({ fails, falseErrors, isReported, isOnLine }: ProgramResult): string {
  if (!fails) return falseErrors > 0 ? "false" : "clean"
  return isOnLine ? "on line" : isReported ? "reported" : "missed"
}

export const readScore = (): Score => (existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Score) : {})

/** Records that were not run keep what they had. */
export function writeScore(before: Score, now: Score): void {
  const merged = Object.entries({ ...before, ...now }).sort(([one], [other]) => (one < other ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(merged), null, 0).replaceAll('","', '",\n"')}\n`)
}

/** Ids whose line is another one than before. */
export const movedIn = (before: Score, now: Score): string[] =>
  Object.entries(now).flatMap(([id, line]) => (before[id] !== undefined && before[id] !== line ? [`${id}: ${before[id]} → ${line}`] : []))
