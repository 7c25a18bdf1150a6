/** Small machine-made programs: those that run must not be blamed, those that fail must be, on the right line. */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { NOTHING, type Result } from "./compare.ts"
import type { Answer } from "./run.ts"
import type { ProgramRecord } from "./truth.ts"

const HEADER = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nimport math\n"

/** Writes the program as it was executed below `folder`; a text says why it cannot be put together. */
export function writeProgram(record: ProgramRecord, repository: string, folder: string): { id: string; file: string } | string {
  const source = join(repository, record.path)
  if (!existsSync(source)) return "the file is not in the repository"
  const text = versions(record, HEADER + readFileSync(source, "utf8")).find((version) => digest(version) === record.code_sha256)
  if (text === undefined) return "the program cannot be put together as it was executed"
  const file = join(folder, `${record.id}.py`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return { id: record.id, file }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex")

/** The lines that make and call the model stand behind the file, where they are needed. */
function versions({ module_var = "_m", module_class, inputs = [] }: ProgramRecord, text: string): string[] {
  const make = `_m = ${module_class}()\n`
  const call = `__out__ = ${module_var}(${inputs.join(", ")})\n`
  const bodies = [text, `${text}\n`, `${text.trimEnd()}\n`]
  return bodies.flatMap((body) => ["", make, call, make + call].flatMap((end) => [body + end, (body + end).trimEnd()]))
}

export interface ProgramResult extends Result {
  readonly fails: boolean
  readonly isReported: boolean
  readonly isOnLine: boolean
}

export function compareProgram(record: ProgramRecord, answer: Answer): ProgramResult {
  const errors = answer.problems.filter(({ severity }) => severity === "error")
  const isReported = !record.ok && errors.length > 0
  const texts = errors.map(({ message, span }) => `line ${span.start.line}: ${message}`)
  const details = record.ok
    ? texts.map((text) => `false error: ${text}`)
    : isReported
      ? [`${texts.join("; ")}; torch: ${record.error} (lines ${record.lines})`]
      : [`not reported: ${record.error} (lines ${record.lines})`]
  return {
    verdicts: NOTHING,
    rows: { exact: 0, wrong: 0, unknown: 0 },
    falseErrors: record.ok ? errors.length : 0,
    fails: !record.ok,
    isReported,
    isOnLine: isReported && errors.some(({ span }) => span.start.line === record.lines?.at(-1)),
    details,
  }
}
