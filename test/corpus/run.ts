/** Runs jobs through the real command line, in some processes at once. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Summary } from "../../src/facts/summary.ts"

export type Answer = Summary & { readonly id: string; readonly error?: string }

interface Job {
  readonly id: string
}

// A process keeps the modules it has read: a fresh one now and then keeps memory small.
const JOBS_PER_PROCESS = 150
// Other programs on the machine must not turn numbers into unknowns; speed has a bench of its own.
const SECONDS_PER_FILE = "10"

/** Answers by id. A job whose process died answers with an error of its own. */
export async function runJobs(
  cli: string,
  jobs: readonly Job[],
  processes: number,
  told: (id: string) => void,
): Promise<Map<string, Answer>> {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-corpus-"))
  const answers = new Map<string, Answer>()
  const waiting = chunks(jobs, JOBS_PER_PROCESS)
  const work = async (): Promise<void> => {
    for (let chunk = waiting.shift(); chunk; chunk = waiting.shift())
      await runChunk(cli, chunk, join(folder, `${waiting.length}.jsonl`), (answer) => {
        answers.set(answer.id, answer)
        told(answer.id)
      })
  }
  try {
    await Promise.all(Array.from({ length: processes }, work))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return answers
}

/** The job at which a process dies fails; those behind it get a process of their own. */
async function runChunk(cli: string, jobs: readonly Job[], file: string, told: (answer: Answer) => void): Promise<void> {
  let rest = jobs
  while (rest.length > 0) {
    const done = await runProcess(cli, rest, file, told)
    const broken = rest[done]
    if (broken) told({ id: broken.id, version: 1, models: [], problems: [], unknowns: [], error: "the process ended" })
    rest = rest.slice(done + 1)
  }
}

function runProcess(cli: string, jobs: readonly Job[], file: string, told: (answer: Answer) => void): Promise<number> {
  writeFileSync(file, jobs.map((job) => `${JSON.stringify(job)}\n`).join(""))
  const child = spawn(process.execPath, [cli, "summary", "--timeout", SECONDS_PER_FILE, "--batch", file], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  let done = 0
  createInterface({ input: child.stdout }).on("line", (line) => {
    done++
    told(JSON.parse(line) as Answer)
  })
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", () => resolve(done))
  })
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
