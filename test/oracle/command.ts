// Runs the command line as another program would: jobs in, one JSON line for each out.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import type { ModelSummary, ProblemSummary } from "../../src/facts/summary.ts"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))

export interface Job {
  readonly id: string
  readonly file?: string
  readonly entry?: string
  readonly inputs?: readonly string[]
  readonly path?: readonly string[]
}

export interface Answer {
  readonly id: string
  readonly models?: readonly ModelSummary[]
  readonly problems?: readonly ProblemSummary[]
  readonly error?: string
}

/** `layerscope summary --batch`, straight from the sources. */
export function summarize(jobs: readonly Job[], ...options: string[]): Map<string, Answer> {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-`)
  try {
    writeFileSync(`${folder}/jobs.jsonl`, jobs.map((job) => `${JSON.stringify(job)}\n`).join(""))
    const command = ["--import", "tsx", "src/cli/main.ts", "summary", "--batch", `${folder}/jobs.jsonl`, ...options]
    const run = spawnSync(process.execPath, command, { cwd: REPOSITORY, encoding: "utf8", maxBuffer: 1 << 30 })
    const answers = run.stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Answer)
    if (answers.length < jobs.length) throw new Error(`${answers.length} answers to ${jobs.length} jobs; ${run.stderr.slice(0, 2000)}`)
    return new Map(answers.map((answer) => [answer.id, answer]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
