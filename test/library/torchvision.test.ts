// Models of torchvision, evaluated from their own source as pip fetched it, against what torch measured of the same release.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type Answer, summarize } from "../oracle/command.ts"
import { differences, inputTexts, readMeasured, table } from "../oracle/measured.ts"
import { fetchLibrary } from "./fetch.ts"

const MODELS = readMeasured("./torchvision.json", import.meta.url)
const library = fetchLibrary()

if ("missing" in library) withoutLibrary(library.missing)
else compareAll(library.path)

/** A developer's machine may lack pip; it is told so. Continuous integration must have it. */
function withoutLibrary(why: string) {
  const line = `LEFT OUT: ${MODELS.length} models of torchvision were not compared: ${why}`
  console.error(line)
  test("torchvision's source is there", () => assert(!process.env.CI, line))
}

function compareAll(path: string) {
  const jobs = MODELS.map(({ entry, ...model }) => ({ id: entry, entry, inputs: inputTexts({ entry, ...model }), path: [path] }))
  const answers = summarize(jobs, "--timeout", "60")
  for (const model of MODELS) {
    test(`${model.entry}${model.inputs ? ` on (${inputTexts(model).join("), (")})` : ": parameters"}`, () => {
      const answer = answers.get(model.entry) as Answer
      const [got] = answer.models ?? []
      assert(got, `no model: ${answer.error ?? JSON.stringify(answer.problems)}`)
      const found = differences(model, got, true)
      assert.equal(found.length, 0, `${found.length} differences\n${table(found)}\n${got.unknowns.slice(0, 20).map(({ reason }) => `  unknown: ${reason}`).join("\n")}`)
    })
  }
}
