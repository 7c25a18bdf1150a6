// Runs a batch of the command line: jobs in, one JSON line for each out. In this process, since the start of another takes longer than most batches.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { readArguments } from "../../src/cli/arguments.ts"
import { summariseBatch } from "../../src/cli/summary.ts"
import type { ModelSummary, ProblemSummary } from "../../src/facts/summary.ts"

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

/** `layerscope summary --batch`, straight from the sources; `test/cli` starts it as other programs do. */
export async function summarize(jobs: readonly Job[], ...options: string[]): Promise<Map<string, Answer>> {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-`)
  try {
    writeFileSync(`${folder}/jobs.jsonl`, jobs.map((job) => `${JSON.stringify(job)}\n`).join(""))
    const read = readArguments(["summary", "--batch", `${folder}/jobs.jsonl`, ...options])
    if (typeof read === "string") throw new Error(read)
    const answers: Answer[] = []
    await summariseBatch(read, {
      write: (line) => void answers.push(JSON.parse(line) as Answer),
      error: (text) => void process.stderr.write(text),
    })
    if (answers.length < jobs.length) throw new Error(`${answers.length} answers to ${jobs.length} jobs`)
    return new Map(answers.map((answer) => [answer.id, answer]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
