/** The table fits the terminal that it is written to. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { PLAIN, tableText } from "../../src/cli/table.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { sourceFile } from "../../src/text/source.ts"

const path = fileURLToPath(new URL("../../media/examples/gpt.py", import.meta.url))
const host = { importRoots: [], readFile: () => ({ state: "absent" as const }) }
const budget = { fuel: 5_000_000, cancelled: () => false }
const { models } = analyze(sourceFile("gpt.py", "python", readFileSync(path, "utf8")), path, host, { budget })
const [model] = models
assert(model)

const table = (width: number, hasColours = false): string[] => tableText(model, 99, { width, hasColours }).split("\n")
const numbers = (lines: readonly string[]): string[] => lines.join("\n").match(/\d[\d,]{3,}(?= *\n)/g) ?? []

test("every line fits 80 columns; layers and types give way, numbers do not", () => {
  const [narrow, plain] = [table(80), tableText(model, 99, PLAIN).split("\n")]
  assert(Math.max(...plain.map((line) => line.length)) > 80)
  for (const line of narrow) assert(line.length <= 80, line)
  assert.deepEqual(numbers(narrow), numbers(plain))
  assert(narrow.some((line) => line.includes("…")))
})

test("a wide terminal changes nothing", () => {
  assert.deepEqual(table(200), tableText(model, 99).split("\n"))
})

test("colours are escapes around the same text", () => {
  const escape = String.fromCharCode(27)
  const coloured = table(120, true)
  assert(coloured[0]?.startsWith(`${escape}[1mGPT`))
  assert.deepEqual(
    coloured.map((line) => line.replaceAll(new RegExp(`${escape}\\[\\d+m`, "g"), "")),
    table(120),
  )
})
