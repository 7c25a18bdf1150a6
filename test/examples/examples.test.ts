// Every program of media/examples: our totals, shapes, MACs and rows against what the framework itself measured.
import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { test } from "node:test"
import { type Answer, summarize } from "../oracle/command.ts"
import { differences, inputTexts, type MeasuredModel, readMeasured, table } from "../oracle/measured.ts"

const EXAMPLES = fileURLToPath(new URL("../../media/examples", import.meta.url))

// Torch's paths are the program's own names; those of Keras and TensorFlow.js depend on the run.
const MEASURED = [
  { name: "../oracle/examples_torch.json", byPath: true },
  { name: "../oracle/examples_keras.json", byPath: false },
  { name: "../oracle/examples_tfjs.json", byPath: false },
].flatMap(({ name, byPath }) => readMeasured(name, import.meta.url).map((model, index) => ({ id: `${name}#${index}`, model, byPath })))

const answers = summarize(
  MEASURED.map(({ id, model }) => ({ id, file: `${EXAMPLES}/${model.file}`, entry: model.entry, inputs: inputTexts(model) })),
)

const title = (model: MeasuredModel) =>
  `${model.file}: ${model.entry} on ${inputTexts(model)
    .map((text) => `(${text})`)
    .join(", ")}`

for (const { id, model, byPath } of MEASURED) {
  test(title(model), () => {
    const answer = answers.get(id) as Answer
    const [got] = answer.models ?? []
    assert(got, `no model: ${answer.error ?? JSON.stringify(answer.problems)}`)
    const found = differences(model, got, byPath)
    assert.equal(
      found.length,
      0,
      `${found.length} differences\n${table(found)}\n${got.unknowns.map(({ reason }) => `  unknown: ${reason}`).join("\n")}`,
    )
    assert.deepEqual(answer.problems, [], "a program that runs has no problems")
  })
}

test("every example is measured", () => {
  const files = readdirSync(EXAMPLES).filter((name) => /\.(py|ipynb|js|ts)$/.test(name))
  assert.deepEqual(files, [...new Set(MEASURED.map(({ model }) => model.file))].sort())
})
