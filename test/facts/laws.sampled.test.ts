// Laws that hold of all facts, whatever the file: they are plain data, and making them never throws.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { type Analysis, analyze } from "../../src/facts/analyze.ts"
import { hintsIn } from "../../src/facts/hints.ts"
import { hoverAt } from "../../src/facts/hover.ts"
import { lensesOf } from "../../src/facts/lenses.ts"
import { patternLensesOf } from "../../src/facts/pattern-lenses.ts"
import { problemsOf } from "../../src/facts/problems.ts"
import { subjectAt } from "../../src/facts/subject.ts"
import { languageOf } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { sampled } from "../sampling.ts"

const EXAMPLES = fileURLToPath(new URL("../../media/examples/", import.meta.url))

function factsOf(analysis: Analysis): unknown[] {
  const offsets = sampled(
    analysis.file.lineStarts.flatMap((start) => [start, start + 8, start + 14, start + 22]),
    3,
  )
  return [
    lensesOf(analysis),
    patternLensesOf(analysis),
    hintsIn(analysis),
    problemsOf(analysis),
    ...offsets.flatMap((offset) => [
      hoverAt(analysis, offset),
      hoverAt(analysis, offset, { isWholeLine: true }),
      subjectAt(analysis, offset),
    ]),
  ]
}

for (const name of readdirSync(EXAMPLES).filter((file) => !file.endsWith(".ipynb"))) {
  const language = languageOf(name)
  if (!language) continue
  const text = readFileSync(EXAMPLES + name, "utf8")
  test(`facts of ${name} survive JSON, whole and cut short`, () => {
    for (const part of sampled([0.8, 0.45, 1], 3)) {
      const analysis = analyze(sourceFile(name, language, text.slice(0, text.length * part)), `/${name}`, memoryHost({}), {
        budget: { fuel: 2_000_000, cancelled: () => false },
      })
      for (const fact of factsOf(analysis)) if (fact !== undefined) assert.deepEqual(JSON.parse(JSON.stringify(fact)), fact)
    }
  })
}
