/**
 * Runs tests in one process, which spares each file the start of its own: node --import tsx test/run.ts [fast|slow|library|structure] [part of a path]…
 * Node's reporter writes the closing lines.
 */

import { readdirSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { pathToFileURL } from "node:url"

// The slow part drives a browser and starts processes; the library part fetches a package; the structure is part of `npm run check`; the VS Code part has its own host.
const PARTS: Record<string, (path: string) => boolean> = {
  fast: (path) => !isSlow(path) && !/^(library|structure|vscode)\//.test(path),
  slow: isSlow,
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
const files = readdirSync(import.meta.dirname, { recursive: true })
  .map((path) => String(path).replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".test.ts") && belongs(path) && filters.every((filter) => path.includes(filter)))
  .sort()
if (!files.length) throw new Error(`No test file of "${part}" has ${filters.join(" and ")} in its path`)
for (const file of files) await load(file)

/** A file that does not load is a failed test, not the end of the others. */
async function load(file: string): Promise<void> {
  try {
    await import(pathToFileURL(join(import.meta.dirname, file)).href)
  } catch (error) {
    test(`${file} loads`, () => Promise.reject(error))
  }
}
