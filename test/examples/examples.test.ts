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

const answers = await summarize(
  MEASURED.map(({ id, model }) => ({ id, file: `${EXAMPLES}/${model.file}`, entry: model.entry, inputs: inputTexts(model) })),
)

/** Hints on practice are no flaws: VGG's convolutions have a bias before their normalisation, as their paper has it. */
const beyondHints = ({ problems = [] }: Answer) => problems.filter(({ severity }) => severity !== "hint")

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
    assert.deepEqual(beyondHints(answer), [], "a program that runs has no problems")
  })
}

test("every example is measured", () => {
  const files = readdirSync(EXAMPLES).filter((name) => /\.(py|ipynb|js|ts)$/.test(name))
  assert.deepEqual(files, [...new Set(MEASURED.map(({ model }) => model.file))].sort())
})

// Without an entry the models of a file are those that it makes itself, in its order, with the sizes that it calls them on.
const MADE: Record<string, readonly [name: string, total: number][]> = {
  "lenet5.py": [["model", 61_706]],
  "vgg.py": [["model", 129_181_540]],
  "resnet.py": [["net", 23_528_522]],
  "gpt.py": [["model", 26_496_384]],
  "vae.py": [["vae", 229_097]],
  "dcgan.py": [
    ["netG", 3_576_704],
    ["netD", 2_765_568],
  ],
  "notebook.ipynb": [["model", 421_738]],
  "inception_keras.py": [["model", 677_754]],
  "subclassed_keras.py": [["model", 78_506]],
  "siamese_keras.py": [
    ["encoder", 19_888],
    ["siamese", 19_937],
  ],
  "sequential_tfjs.js": [["model", 6_058]],
  "functional_tfjs.ts": [["detector", 83_352]],
}

const whole = await summarize(Object.keys(MADE).map((file) => ({ id: file, file: `${EXAMPLES}/${file}` })))

for (const [file, expected] of Object.entries(MADE)) {
  test(`${file} alone has ${expected.map(([name]) => name).join(" and ")}`, () => {
    const { models = [], error } = whole.get(file) as Answer
    assert.equal(error, undefined)
    const totals = new Set(expected.map(([, total]) => total))
    const found = models.map(({ parameters }) => parameters.total).filter((total) => totals.has(total as number))
    assert.deepEqual(
      [...new Set(found)],
      [...totals],
      `found ${models.map((model) => `${model.name} ${model.parameters.total}`).join(", ")}`,
    )
    assert.deepEqual(beyondHints(whole.get(file) as Answer), [])
  })
}
