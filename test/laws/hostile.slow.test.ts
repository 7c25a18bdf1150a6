// Laws of hostile programs: whatever a file says, its analysis ends within the time limit, reports nothing false and leaves the memory free.
import assert from "node:assert/strict"
import { test } from "node:test"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { analyze } from "../../src/facts/analyze.ts"
import { summaryOf } from "../../src/facts/summary.ts"
import { languageOf } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { HOSTILE_JAVASCRIPT } from "./hostile-javascript.ts"
import { HOSTILE_MODELS } from "./hostile-models.ts"
import { HOSTILE_PYTHON } from "./hostile-python.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const SECONDS = 1
/** What may come on top of the limit: parsing, the last step, and other programs on the same machine. */
const GRACE = 1.5
const MEGABYTES = 700

const LAST = "\nimport torch.nn as nn\nlast = nn.Sequential(nn.Linear(2, 3))\n"

function holds(path: string, text: string): void {
  const language = languageOf(path)
  assert.ok(language)
  const start = Date.now()
  const spent = () => (Date.now() - start) / (SECONDS * 1000)
  const budget = { fuel: 60_000_000, spent, cancelled: () => spent() > 1 }
  const analysis = analyze(sourceFile(path, language, text), `/${path}`, memoryHost({}), { budget })
  const seconds = spent() * SECONDS
  assert.ok(seconds < SECONDS + GRACE, `it took ${seconds.toFixed(1)} seconds; the limit was ${SECONDS}`)
  assert.deepEqual(analysis.problems, [])
  collectGarbage()
  const used = process.memoryUsage().heapUsed / 1e6
  assert.ok(used < MEGABYTES, `${used.toFixed(0)} MB are in use`)
  JSON.stringify(summaryOf(analysis))
}

for (const [name, text] of Object.entries({ ...HOSTILE_PYTHON, ...HOSTILE_MODELS }))
  test(`it ends: ${name}`, () => holds("hostile.py", text + LAST))
for (const [name, text] of Object.entries(HOSTILE_JAVASCRIPT)) test(`it ends: ${name}`, () => holds("hostile.js", text))
