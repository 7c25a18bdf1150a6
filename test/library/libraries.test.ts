// Models of transformers, vit-pytorch, timm and PEFT, evaluated from their own source, against what torch measured of the same releases.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { test } from "node:test"
import { type Answer, summarize } from "../oracle/command.ts"
import { differences, inputTexts, type MeasuredModel, readMeasured, table } from "../oracle/measured.ts"
import { fetchPureLibraries } from "./fetch.ts"

const MODELS = readMeasured("./libraries.json", import.meta.url) as readonly (MeasuredModel & { readonly imports: string })[]
const library = fetchPureLibraries()

if ("missing" in library) withoutLibraries(library.missing)
else await compareAll(library.path)

function withoutLibraries(why: string) {
  const line = `LEFT OUT: ${MODELS.length} models of other libraries were not compared: ${why}`
  console.error(line)
  test("the libraries' sources are there", () => assert(!process.env.CI, line))
}

/** Each model stands in a file as a user would write it. */
async function compareAll(path: string) {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-libraries-`)
  const jobs = MODELS.map((model, index) => {
    const file = `${folder}/model_${index}.py`
    writeFileSync(file, `${model.imports.replaceAll("; ", "\n")}\n`)
    return { id: `${index}`, file, entry: model.entry, inputs: inputTexts(model), path: [path] }
  })
  const answers = await summarize(jobs, "--timeout", "60")
  rmSync(folder, { recursive: true })
  for (const [index, model] of MODELS.entries()) test(model.entry, () => compare(model, answers.get(`${index}`)))
}

function compare(model: MeasuredModel, answer: Answer | undefined) {
  const [got] = answer?.models ?? []
  assert(got, `no model: ${answer?.error ?? JSON.stringify(answer?.problems)}`)
  const found = differences(model, got, true)
  assert.equal(
    found.length,
    0,
    `${found.length} differences\n${table(found)}\n${got.unknowns.map(({ reason }) => `  unknown: ${reason}`).join("\n")}`,
  )
  assert.deepEqual(answer?.problems, [])
}
