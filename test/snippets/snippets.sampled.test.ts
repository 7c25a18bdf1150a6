// Every snippet, with its own defaults filled in, is a layer or a model that our engine reads completely and finds nothing wrong with.
import assert from "node:assert/strict"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { sampled } from "../sampling.ts"
import { programOf, snippetsOf } from "./programs.ts"

for (const language of ["python", "javascript"] as const)
  for (const snippet of sampled(snippetsOf(language), 3))
    test(`${snippet.title} analyses clean`, () => {
      const program = programOf(snippet)
      const file = sourceFile("/snippet", language, program)
      const analysis = analyze(file, "/snippet", memoryHost({}), { budget: { fuel: 1e7, cancelled: () => false } })
      const [model] = analysis.models
      assert.deepEqual(analysis.problems, [], program)
      assert.ok(model, program)
      assert.deepEqual(model.unknowns, [])
      assert.ok(typeof model.parameters.total === "number" && model.parameters.total > 0)
    })
