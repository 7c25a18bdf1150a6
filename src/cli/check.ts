/** `layerscope check`: the problems of files and folders, for people, programs and code scanners. */
import { readdirSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { levelled } from "../facts/levels.ts"
import { languageOf } from "../syntax/parse.ts"
import type { Options } from "./arguments.ts"
import { type Baseline, readBaseline, writeBaseline } from "./baseline.ts"
import { type Finding, findingOf } from "./finding.ts"
import { progress } from "./progress.ts"
import { sarifOf } from "./sarif.ts"
import { openSession } from "./session.ts"
import type { Output } from "./summary.ts"
import { problemLine } from "./table.ts"

/** Folders that hold other people's code. */
const SKIPPED = new Set(["node_modules", "__pycache__", "site-packages", "venv", "env", "dist", "build"])

export function check(options: Options, output: Output): number {
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline)
  if (typeof baseline === "string") return refuse(output, baseline)
  const files = options.files.flatMap(filesBelow)
  const text = options.format === "text" && options.writeBaseline === undefined
  const { all, reported, unread } = findings(files, options, baseline, (finding) => text && output.write(`${problemLine(finding)}\n`))
  for (const message of unread) refuse(output, message)
  if (options.writeBaseline !== undefined) return accept(options.writeBaseline, all, unread, output)
  if (options.format === "json") output.write(`${JSON.stringify({ version: 1, problems: reported.map(withoutText) }, null, 1)}\n`)
  if (options.format === "sarif") output.write(`${JSON.stringify(sarifOf(reported, unread), null, 1)}\n`)
  const gone = baseline?.gone(files) ?? 0
  if (gone > 0) output.error(`layerscope: ${gone} of the baseline's problems are gone; write it anew with --write-baseline\n`)
  if (unread.length > 0) return 2
  return reported.some(({ severity }) => severity === "error") ? 1 : 0
}

/** Everything found is known from now on. */
function accept(path: string, all: readonly Finding[], unread: readonly string[], output: Output): number {
  try {
    writeBaseline(path, all)
  } catch (error) {
    return refuse(output, `${path}: cannot be written (${(error as Error).message})`)
  }
  output.error(`layerscope: ${path} holds ${all.length} ${all.length === 1 ? "problem" : "problems"}\n`)
  return unread.length > 0 ? 2 : 0
}

function refuse(output: Output, message: string): number {
  output.error(`layerscope: ${message}\n`)
  return 2
}

interface Found {
  readonly all: readonly Finding[]
  /** those the baseline does not hold */
  readonly reported: readonly Finding[]
  /** what could not be read, and why */
  readonly unread: readonly string[]
}

function findings(
  files: readonly string[],
  options: Options,
  baseline: Baseline | undefined,
  report: (finding: Finding) => unknown,
): Found {
  const session = openSession(options.timeout)
  const bar = progress(files.length)
  const all: Finding[] = []
  const reported: Finding[] = []
  const unread: string[] = []
  const places = new Set<string>()
  for (const file of files) {
    bar.show(file)
    const analysis = session.run({ file, paths: options.paths })
    bar.clear()
    if (typeof analysis === "string") {
      unread.push(analysis)
      continue
    }
    // What an imported file does wrong is found with each file that imports it.
    const found = levelled(analysis.problems.map(findingOf), options.levels).filter((finding) => isNew(placeOf(finding), places))
    const unknown = baseline?.unknown(found) ?? found
    all.push(...found)
    reported.push(...unknown)
    unknown.forEach(report)
  }
  return { all, reported, unread }
}

const placeOf = ({ file, code, message, span }: Finding): string => JSON.stringify([resolve(file), code, message, span])

function isNew(place: string, places: Set<string>): boolean {
  if (places.has(place)) return false
  places.add(place)
  return true
}

const withoutText = ({ text, ...problem }: Finding): object => problem

/** The file itself, or the sources below a folder. */
function filesBelow(path: string): string[] {
  let isFolder = false
  try {
    isFolder = statSync(path).isDirectory()
  } catch {
    return [path]
  }
  if (!isFolder) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && !SKIPPED.has(entry.name))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : languageOf(entry.name) ? [join(path, entry.name)] : []))
}
