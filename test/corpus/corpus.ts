/**
 * Scores Layerscope on public repositories: npm run corpus -- [--only TEXT] [--sample N] [--list ID] [--write] [--repositories DIR] [--processes N] [--cli FILE]
 *
 *   --only      records whose repository or id has the text; may repeat
 *   --sample    every N-th record
 *   --list      what differs in records whose id has the text
 *   --write     keeps the score in score.json, with which later runs compare
 */
import { join } from "node:path"
import { parseArgs } from "node:util"
import { progress } from "../../src/cli/progress.ts"
import { writeBlock } from "./blocks.ts"
import { compare, NOTHING, type Result } from "./compare.ts"
import { jobFor, type Planned } from "./jobs.ts"
import { notebookRecords } from "./notebooks.ts"
import { compareProgram, type ProgramResult, writeProgram } from "./programs.ts"
import { folderOf, provide } from "./repositories.ts"
import { runJobs } from "./run.ts"
import { lineOf, movedIn, programLine, readScore, type Score, writeScore } from "./score.ts"
import { modelTable, programTable, reasonTable } from "./table.ts"
import { type ModelRecord, type ProgramRecord, readModels, readPrograms } from "./truth.ts"

const ROOT = join(import.meta.dirname, "../..")
const REASONS_SHOWN = 25
const MOVES_SHOWN = 40

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    sample: { type: "string", default: "1" },
    list: { type: "string" },
    write: { type: "boolean", default: false },
    repositories: { type: "string", default: join(ROOT, ".cache/corpus") },
    processes: { type: "string", default: "2" },
    cli: { type: "string", default: join(ROOT, "dist/cli.js") },
  },
})

const isWanted = ({ id, repo }: { id: string; repo: string }): boolean =>
  [options.only, options.list === undefined ? [] : [options.list]].every(
    (texts) => texts.length === 0 || texts.some((text) => id.includes(text) || repo.includes(text)),
  )

const chosen = <T extends { id: string; repo: string }>(records: readonly T[]): T[] =>
  records.filter(isWanted).filter((_, index) => index % Number(options.sample) === 0)

const notRun = (record: ModelRecord, reason: string): Result => {
  const unknown = compare(record, { id: record.id, version: 1, models: [], problems: [], unknowns: [] }, false)
  return { ...unknown, reason }
}

const files = chosen(readModels())
const programs = chosen(readPrograms())
const missing = provide(options.repositories, [...files, ...programs])
const models = [...files, ...notebookRecords(options.repositories, files)]

/** Other repositories build on it. */
const torchvision = folderOf(options.repositories, { repo: "pytorch/vision", commit: "" })

/** Records of a file stand together, so that a process reads it once. */
const ordered = [...models].sort((one, other) => (one.repo + one.path < other.repo + other.path ? -1 : 1))
const planned = new Map(ordered.map((record) => [record.id, plan(record)]))
const written = new Map(programs.map((record) => [record.id, planProgram(record)]))

function plan(record: ModelRecord): Planned | string {
  const folder = folderOf(options.repositories, record)
  // Files that use Keras' own models are run beside an installed Keras.
  const keras = record.framework === "keras" && folderOf(options.repositories, { repo: "keras-team/keras", commit: "" })
  const code = record.code && folderOf(options.repositories, { repo: (record.code.split("/")[0] as string).replace("+", "/"), commit: "" })
  if (folder === undefined) return "the repository is missing"
  const block = writeBlock(record, folder, join(options.repositories, ".blocks"))
  return jobFor(record, folder, code || keras || folder, block, torchvision && record.framework === "pytorch" ? [torchvision] : [])
}

function planProgram(record: ProgramRecord): { id: string; file: string } | string {
  const folder = folderOf(options.repositories, record)
  return folder === undefined ? "the repository is missing" : writeProgram(record, folder, join(options.repositories, ".programs"))
}

const jobs = [
  ...[...planned.values()].flatMap((each) => (typeof each === "string" ? [] : [each.job])),
  ...[...written.values()].flatMap((each) => (typeof each === "string" ? [] : [each])),
]
const bar = progress(jobs.length)
const start = Date.now()
const answers = await runJobs(options.cli, jobs, Number(options.processes), bar.show)
bar.clear()

const results = models.map((record): [ModelRecord, Result] => {
  const each = planned.get(record.id) as Planned | string
  const answer = answers.get(record.id)
  return [record, typeof each === "string" || !answer ? notRun(record, String(each)) : compare(record, answer, each.hasInputs)]
})
const programResults = programs.flatMap((record): [ProgramRecord, ProgramResult][] => {
  const answer = answers.get(record.id)
  return answer ? [[record, compareProgram(record, answer)]] : []
})

const modelScore: Score = Object.fromEntries(results.map(([{ id }, result]) => [id, lineOf(result)]))
const programScore: Score = Object.fromEntries(programResults.map(([{ id }, result]) => [id, programLine(result)]))
const now = { ...modelScore, ...programScore }
const before = readScore()

/** Public figures of timm are a matter of their own: rounded, and many for one model. */
const groupOf = ({ repo, path, source }: ModelRecord): string =>
  path.endsWith(".ipynb") ? `${repo} (notebooks)` : source.startsWith("published") ? `${repo} (published)` : repo
const groups = new Map(models.map((record) => [record.id, groupOf(record)]))
const print = (text: string): void => void process.stdout.write(text)

print(modelTable(modelScore, (id) => groups.get(id) as string))
if (programResults.length > 0) print(`\n${programTable(programScore)}`)
const isOpen = ({ verdicts, rows }: Result): boolean => Object.values(verdicts).includes("unknown") || rows.unknown > 0
const reasons = results.flatMap(([, result]) => (isOpen(result) ? [result.reason ?? "no reason is given"] : []))
if (reasons.length > 0) print(`\nwhy something is unknown\n${reasonTable(reasons, REASONS_SHOWN)}`)
if (options.list !== undefined) print(`\n${listing()}`)
showMoves(movedIn(before, now))
const unplaced = [...written.values()].filter((each) => typeof each === "string")
if (unplaced.length > 0) print(`\n${unplaced.length} programs are left out: ${[...new Set(unplaced)].join("; ")}\n`)
print(`\n${jobs.length} jobs in ${((Date.now() - start) / 1000).toFixed(0)} s\n`)
for (const text of missing) process.stderr.write(`MISSING ${text}\n`)
if (options.write) writeScore(before, now)
if (missing.length > 0) process.exitCode = 1

function listing(): string {
  return [...results, ...programResults]
    .map(([{ id, path }, result]) => {
      const verdicts = result.verdicts === NOTHING ? "" : lineOf(result)
      const lines = [result.reason ? `unknown: ${result.reason}` : "", ...result.details].filter(Boolean)
      return `${id} (${path}) ${verdicts}\n${lines.map((line) => `  ${line}\n`).join("")}`
    })
    .join("")
}

function showMoves(moves: readonly string[]): void {
  print(`\n${moves.length} records moved since the committed score\n`)
  for (const move of moves.slice(0, MOVES_SHOWN)) print(`  ${move}\n`)
  if (moves.length > MOVES_SHOWN) print(`  … ${moves.length - MOVES_SHOWN} more\n`)
}
