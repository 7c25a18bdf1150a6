/** Problems that are known and accepted: a file to commit, which names those that `layerscope check` no longer reports. */
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import type { Finding } from "./finding.ts"

/**
 * One place where a rule is broken. Neither its line's number nor the message tells it from others: code moves, and messages change with the sizes around
 * them and with our wording.
 */
interface Entry {
  /** from the baseline's own folder, so that it holds wherever the command runs */
  readonly file: string
  readonly code: string
  /** the code in the problem's line */
  readonly text: string
  /** how often; lines may be alike */
  readonly count: number
  /** for those who read the file */
  readonly message: string
}

export interface Baseline {
  /** Those it does not hold; each of its entries answers for so many problems as it counts. */
  unknown(findings: readonly Finding[]): Finding[]
  /** How many of its problems the files no longer have. */
  gone(files: readonly string[]): number
}

const keyOf = ({ file, code, text }: Pick<Entry, "file" | "code" | "text">): string => JSON.stringify([file, code, text])

/** A path as it is named in the baseline. */
const nameFrom = (baseline: string, file: string): string => relative(dirname(resolve(baseline)), resolve(file)).replaceAll("\\", "/")

/** A text says what is wrong with the file. */
export function readBaseline(path: string): Baseline | string {
  let entries: readonly Entry[]
  try {
    const { version, problems } = JSON.parse(readFileSync(path, "utf8")) as { version: unknown; problems: readonly Entry[] }
    if (version !== 1 || !Array.isArray(problems)) return `${path}: is no baseline; write one with --write-baseline`
    entries = problems
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT"
    return `${path}: ${isMissing ? "no such file" : "cannot be read as a baseline"}; write one with --write-baseline`
  }
  return baselineOf(entries, (file) => nameFrom(path, file))
}

function baselineOf(entries: readonly Entry[], nameOf: (file: string) => string): Baseline {
  const left = new Map(entries.map((entry) => [keyOf(entry), { ...entry }]))
  return {
    unknown: (findings) =>
      findings.filter((finding) => {
        const entry = left.get(keyOf({ ...finding, file: nameOf(finding.file) }))
        if (!entry || entry.count < 1) return true
        entry.count--
        return false
      }),
    gone(files) {
      const checked = new Set(files.map(nameOf))
      return [...left.values()].reduce((sum, { file, count }) => sum + (checked.has(file) ? count : 0), 0)
    },
  }
}

/** In an order that the lines' numbers do not change, so that its differences are those of the problems. */
export function writeBaseline(path: string, findings: readonly Finding[]): void {
  const entries = new Map<string, Entry>()
  for (const { file, code, text, message } of findings) {
    const entry = { file: nameFrom(path, file), code, text, count: 1, message }
    const known = entries.get(keyOf(entry))
    entries.set(keyOf(entry), known ? { ...known, count: known.count + 1 } : entry)
  }
  const problems = [...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry)
  writeFileSync(path, `${JSON.stringify({ version: 1, problems }, null, 1)}\n`)
}
