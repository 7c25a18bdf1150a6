/** `layerscope check`: the problems of files and folders, for people, programs and code scanners. */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { severityOf } from "../facts/problems.ts"
import { RULES } from "../facts/rules/catalogue.ts"
import { problemSummary, type ProblemSummary } from "../facts/summary.ts"
import { languageOf } from "../syntax/parse.ts"
import type { Options } from "./arguments.ts"
import { progress } from "./progress.ts"
import { openSession } from "./session.ts"
import type { Output } from "./summary.ts"
import { problemLines } from "./table.ts"

/** Folders that hold other people's code. */
const SKIPPED = new Set(["node_modules", "__pycache__", "site-packages", "venv", "env", "dist", "build"])

export function check(options: Options, output: Output): number {
  const session = openSession(options.timeout)
  const found: ProblemSummary[] = []
  let status = 0
  const files = options.files.flatMap(filesBelow)
  const bar = progress(files.length)
  for (const file of files) {
    bar.show(file)
    const analysis = session.run({ file, paths: options.paths })
    bar.clear()
    if (typeof analysis === "string") {
      output.error(`layerscope: ${analysis}\n`)
      status = 2
      continue
    }
    found.push(...analysis.problems.map(problemSummary))
    if (options.format === "text") for (const line of problemLines(analysis)) output.write(`${line}\n`)
    if (status === 0 && analysis.problems.some((problem) => severityOf(problem) === "error")) status = 1
  }
  if (options.format === "json") output.write(`${JSON.stringify({ version: 1, problems: found }, null, 1)}\n`)
  if (options.format === "sarif") output.write(`${JSON.stringify(sarif(found), null, 1)}\n`)
  return status
}

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

const LEVELS: Record<string, string> = { error: "error", warning: "warning", hint: "note" }

/** Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sarif(problems: readonly ProblemSummary[]): object {
  const rules = RULES.map(({ code, severity, title, what, why, fix }) => ({
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: `${what} ${why}` },
    help: { text: fix },
    defaultConfiguration: { level: LEVELS[severity] ?? "warning" },
  }))
  const results = problems.map(({ code, severity, message, file, span: { start, end } }) => ({
    ruleId: code,
    level: LEVELS[severity] ?? "warning",
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.replaceAll("\\", "/") },
          region: { startLine: start.line, startColumn: start.character, endLine: end.line, endColumn: end.character },
        },
      },
    ],
  }))
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "layerscope", rules } }, columnKind: "utf16CodeUnits", results }],
  }
}
