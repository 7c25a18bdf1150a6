/** The command `layerscope`. */
import { existsSync } from "node:fs"
import packageJson from "../../package.json"
import { readArguments, USAGE } from "./arguments.ts"
import { check } from "./check.ts"
import { explain } from "./explain.ts"
import type { Look } from "./table.ts"
import { type Output, summarise, summariseBatch } from "./summary.ts"

// https://no-color.org: set to anything but nothing, it wants no colours.
const LOOK: Look | undefined = process.stdout.isTTY
  ? { width: process.stdout.columns || 80, hasColours: !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb" }
  : undefined

const OUTPUT: Output = {
  write: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  ...(LOOK && { look: LOOK }),
}

async function run(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) return said(USAGE)
  if (argv.includes("--version")) return said(`${packageJson.version}\n`)
  const options = readArguments(argv)
  if (typeof options === "string") return refused(options)
  if (options.command === "check") return check(options, OUTPUT)
  if (options.command === "explain") return explain(options, OUTPUT)
  if (options.batch === undefined) return summarise(options, OUTPUT)
  return existsSync(options.batch) ? summariseBatch(options, OUTPUT) : refused(`${options.batch}: no such file; name a file of jobs`)
}

function said(text: string): number {
  OUTPUT.write(text)
  return 0
}

function refused(message: string): number {
  OUTPUT.error(`layerscope: ${message}\n`)
  return 2
}

/** A defect of ours: said in one line instead of a page of compiled code. */
function failed(error: unknown): number {
  const [what = "", where = ""] = error instanceof Error ? (error.stack ?? error.message).split("\n") : [String(error)]
  return refused(`this is a defect of Layerscope, please report it with the file: ${what} ${where.trim()}`)
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2))
// What was written is handed over first; then nothing is left to wait for, such as the collection of garbage.
void run(process.argv.slice(2))
  .catch(failed)
  .then((status) => process.stdout.write("", () => process.exit(status)))
