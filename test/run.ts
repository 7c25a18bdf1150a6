/**
 * Runs tests in one process, which spares each file the start of its own: node --import tsx test/run.ts [fast|slow|library|structure] [part of a path]…
 * The fast part takes two processes. Node's reporter writes the closing lines.
 */

import { spawn } from "node:child_process"
import { readdirSync } from "node:fs"
import { text } from "node:stream/consumers"
import { join } from "node:path"
import { test } from "node:test"
import { pathToFileURL } from "node:url"

// The slow part drives a browser and starts processes, and looks at all of what the fast part looks at a sample of (`sampling.ts`); the library part fetches a package; the structure is part of `npm run check`; the VS Code part has its own host.
const PARTS: Record<string, (path: string) => boolean> = {
  fast: (path) => !isSlow(path) && !/^(library|structure|vscode)\//.test(path),
  slow: (path) => isSlow(path) || path.includes(".sampled."),
  library: (path) => path.startsWith("library/"),
  structure: (path) => path.startsWith("structure/"),
}

/** Real browsers, whole processes and live checks take their time. */
function isSlow(path: string): boolean {
  return /^(panel|checks|concepts|cli|host)\/|\.slow\./.test(path)
}

const [part = "fast", ...filters] = process.argv.slice(2)
const belongs = PARTS[part]
if (!belongs) throw new Error(`No part "${part}"; say ${Object.keys(PARTS).join(", ")}`)
// A process that this one starts inherits it.
if (part === "slow") process.env["LAYERSCOPE_TEST_WHOLE"] = "1"
const files = readdirSync(import.meta.dirname, { recursive: true })
  .map((path) => String(path).replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".test.ts") && belongs(path) && filters.every((filter) => path.includes(filter)))
  .sort()
if (!files.length) throw new Error(`No test file of "${part}" has ${filters.join(" and ")} in its path`)

/** About half of the fast part's time. */
const FIRST = /^(drawing|examples|facts|networks)\//

/** Which of two processes this is; neither, when it starts them. */
const SHARE = process.env["LAYERSCOPE_TEST_SHARE"]
if (SHARE === undefined && part === "fast" && filters.length === 0) await runShares()
else for (const file of files) if (SHARE === undefined || FIRST.test(file) === (SHARE === "0")) await load(file)

/** The second process says what it has to say when the first is done. */
async function runShares(): Promise<void> {
  const [first, second] = ["0", "1"].map((share) =>
    spawn(process.execPath, [...process.execArgv, import.meta.filename, part], {
      env: { ...process.env, LAYERSCOPE_TEST_SHARE: share },
      stdio: ["ignore", share === "0" ? "inherit" : "pipe", "inherit"],
    }),
  )
  if (!first || !second?.stdout) throw new Error("No process could be started")
  const ended = [first, second].map((child) => new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1))))
  const said = text(second.stdout)
  const statuses = await Promise.all(ended)
  process.stdout.write(await said)
  process.exitCode = Math.max(...statuses)
}

/** A file that does not load is a failed test, not the end of the others. */
async function load(file: string): Promise<void> {
  try {
    await import(pathToFileURL(join(import.meta.dirname, file)).href)
  } catch (error) {
    test(`${file} loads`, () => Promise.reject(error))
  }
}
