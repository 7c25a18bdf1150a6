/** `layerscope summary`: models of files as tables, JSON, CSV or Markdown, and whole batches. */
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import type { Analysis } from "../facts/analyze.ts"
import { parseInput, type StatedInput } from "../facts/inputs.ts"
import { readCall } from "../facts/stated.ts"
import { severityOf } from "../facts/problems.ts"
import { type Summary, summaryOf } from "../facts/summary.ts"
import type { Options } from "./arguments.ts"
import { progress } from "./progress.ts"
import { type Job, openSession } from "./session.ts"
import { csvText, gapLines, type Look, markdownText, problemLines, tableText } from "./table.ts"

export interface Output {
  write(text: string): void
  error(text: string): void
  /** of the terminal that is written to */
  readonly look?: Look
}

/** Answers the exit status. */
export function summarise(options: Options, output: Output): number {
  const inputs = readInputs(options.inputs)
  if (typeof inputs === "string") return refuse(output, inputs)
  const session = openSession(options.timeout)
  const bar = progress(options.files.length)
  const done: Analysis[] = []
  let status = 0
  const files: readonly (string | undefined)[] = options.files.length > 0 ? options.files : [undefined]
  for (const file of files) {
    bar.show(file ?? options.entry ?? "")
    const analysis = session.run({ file, entry: options.entry, inputs, paths: options.paths })
    bar.clear()
    const wrong = typeof analysis === "string" ? analysis : analysis.failure
    if (wrong !== undefined) status = refuse(output, wrong)
    if (typeof analysis === "string") continue
    done.push(analysis)
    if (options.format !== "json") output.write(textOf(analysis, options, done.length === 1, output.look))
    if (status === 0 && analysis.problems.some((problem) => severityOf(problem) === "error")) status = 1
  }
  if (options.format === "json") output.write(`${JSON.stringify(merged(done), null, 1)}\n`)
  return status
}

function readInputs(texts: readonly string[]): readonly StatedInput[] | string {
  const inputs = texts.map(parseInput)
  return inputs.find((input) => typeof input === "string") ?? (inputs as StatedInput[])
}

function refuse(output: Output, message: string): number {
  output.error(`layerscope: ${message.replaceAll("\n", " ")}\n`)
  return 2
}

const merged = (analyses: readonly Analysis[]): Summary => {
  const summaries = analyses.map(summaryOf)
  return {
    version: 1,
    models: summaries.flatMap(({ models }) => models),
    problems: summaries.flatMap(({ problems }) => problems),
    unknowns: summaries.flatMap(({ unknowns }) => unknowns),
  }
}

function textOf(analysis: Analysis, { format, depth }: Options, isFirst: boolean, look: Look | undefined): string {
  if (format === "csv") return isFirst ? csvText(analysis.models) : csvText(analysis.models).slice(csvText([]).length)
  if (format === "markdown") return analysis.models.map(markdownText).join("\n")
  const problems = problemLines(analysis).map((line) => `${line}\n`)
  const models = analysis.models.map((model) => tableText(model, depth, look))
  if (models.length > 0) return `${models.join("\n")}${problems.join("")}\n`
  const gaps = gapLines(analysis.gaps).map((line) => `${line}\n`)
  return `${analysis.file.uri}: no model found\n${gaps.join("")}${problems.join("")}`
}

interface BatchLine {
  readonly id?: unknown
  readonly file?: unknown
  readonly entry?: unknown
  readonly inputs?: unknown
  /** inputs that go by name */
  readonly keywords?: unknown
  readonly path?: unknown
}

/** One job a line, one JSON line each, in order, as soon as it is there. */
export async function summariseBatch(options: Options, output: Output): Promise<number> {
  const session = openSession(options.timeout)
  const lines = createInterface({ input: createReadStream(options.batch as string), crlfDelay: Number.POSITIVE_INFINITY })
  let status = 0
  for await (const line of lines) {
    if (line.trim() === "") continue
    const answer = answerTo(line, session, options)
    if ("error" in answer) status = 2
    output.write(`${JSON.stringify(answer)}\n`)
  }
  return status
}

function answerTo(line: string, session: ReturnType<typeof openSession>, options: Options): object {
  const empty = { version: 1, models: [], problems: [], unknowns: [] }
  const job = readJob(line, options)
  if ("error" in job) return { id: job.id ?? null, ...empty, error: job.error }
  const { id } = job
  try {
    const analysis = session.run(job)
    if (typeof analysis === "string") return { id, ...empty, error: analysis }
    return { id, ...summaryOf(analysis), ...(analysis.failure !== undefined && { error: analysis.failure }) }
  } catch (thrown) {
    // Our own bug costs this job, not the batch.
    return { id, ...empty, error: `internal error: ${(thrown as Error).message}` }
  }
}

function readJob(line: string, options: Options): (Job & { id: unknown }) | { id?: unknown; error: string } {
  let read: BatchLine
  try {
    read = JSON.parse(line) as BatchLine
  } catch {
    return { error: 'the line is no JSON; write {"id": …, "file": …}' }
  }
  const { id = null, file, entry, inputs = [], keywords = {}, path = [] } = read
  if (typeof file !== "string" && typeof entry !== "string") return { id, error: "the job names neither file nor entry" }
  const listed = Array.isArray(inputs) ? inputs : [inputs]
  if (typeof keywords !== "object" || keywords === null || Array.isArray(keywords))
    return { id, error: 'keywords are an object: {"mask": "2,16:bool"}' }
  const hasCall = listed.length > 0 || Object.keys(keywords).length > 0
  const call = hasCall ? readCall(listed, keywords as Record<string, unknown>) : undefined
  if (typeof call === "string") return { id, error: call }
  const paths = [...(Array.isArray(path) ? path : [path]).map(String), ...options.paths]
  return {
    id,
    file: typeof file === "string" ? file : undefined,
    call,
    paths,
    entry: typeof entry === "string" ? entry : undefined,
  }
}
