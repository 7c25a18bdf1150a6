// What the engine says of every snippet is what the framework itself measured: PyTorch and Keras in the oracle, TensorFlow.js here and now.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import * as tf from "@tensorflow/tfjs"
import { analyze } from "../../src/facts/analyze.ts"
import { readCall } from "../../src/facts/stated.ts"
import type { Model } from "../../src/model/model.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { leftToSlow, sampled } from "../sampling.ts"
import { digestOf, entryOf, frameworkOf, programOf, type Snippet, type SnippetLanguage, snippetsOf } from "./programs.ts"

interface Executed {
  /** The variable that holds it. */
  readonly name: string
  readonly inputs: readonly string[]
  readonly parameters: number
  readonly outputs: readonly (readonly number[])[]
}

interface Measured {
  readonly title: string
  readonly digest: string
  readonly models: readonly Executed[]
}

const measuredBy = (name: string): ReadonlyMap<string, Measured> => {
  const { snippets } = JSON.parse(readFileSync(new URL(`../oracle/${name}`, import.meta.url), "utf8")) as { snippets: readonly Measured[] }
  return new Map(snippets.map((each) => [each.title, each]))
}

const MEASURED = { PyTorch: measuredBy("snippets_torch.json"), Keras: measuredBy("snippets_keras.json") }
const COMMAND = ".cache/oracle/venv/bin/python test/oracle/measure_snippets.py"

function modelsOf(language: SnippetLanguage, program: string, entry?: string, inputs: readonly string[] = []): readonly Model[] {
  const file = sourceFile("/snippet", language, program)
  const call = entry === undefined ? undefined : readCall(inputs, {})
  assert.notEqual(typeof call, "string")
  const asked = typeof call === "function" && entry !== undefined ? { entry, call } : {}
  const { models, problems } = analyze(file, "/snippet", memoryHost({}), { budget: { fuel: 1e7, cancelled: () => false }, ...asked })
  assert.deepEqual(problems, [], program)
  return models
}

function agrees(snippet: Snippet, { name, inputs, parameters, outputs }: Executed): void {
  const program = programOf(snippet)
  const model = modelsOf("python", program, entryOf(snippet, name), inputs).at(-1)
  assert.equal(model?.parameters.total, parameters, program)
  assert.deepEqual(
    model?.outputs.map(({ shape }) => shape),
    outputs,
    program,
  )
}

for (const snippet of sampled(snippetsOf("python"), 3))
  test(`${snippet.title}: as executed`, () => {
    const framework = frameworkOf(snippet) as keyof typeof MEASURED
    const measured = MEASURED[framework].get(snippet.title)
    assert.equal(measured?.digest, digestOf(snippet), `new or changed since it was executed; run ${COMMAND}`)
    assert.ok((measured?.models.length ?? 0) > 0)
    for (const executed of measured?.models ?? []) agrees(snippet, executed)
  })

test("nothing is kept of snippets that are gone", () => {
  const titles = new Set(snippetsOf("python").map(({ title }) => title))
  for (const measured of Object.values(MEASURED))
    assert.deepEqual(
      [...measured.keys()].filter((title) => !titles.has(title)),
      [],
    )
})

const flat = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value])

/** The orthogonal first weights of recurrent layers take plain JavaScript ten seconds; zeros have the same shapes. */
const zeroed = (layer: "gru" | "lstm") => (given: object) => tf.layers[layer]({ ...given, recurrentInitializer: "zeros" } as never)
const QUICK = { ...tf, layers: { ...tf.layers, gru: zeroed("gru"), lstm: zeroed("lstm") } }

/** Runs the program; its models by the variables that hold them. */
function executed(snippet: Snippet): Map<string, tf.LayersModel> {
  const program = programOf(snippet).replace(/^import .*$/m, "")
  const names = [...program.matchAll(/^const (\w+) =/gm)].map(([, name]) => name as string)
  const values = new Function("tf", `${program}\nreturn { ${names.join(", ")} }`)(QUICK) as Record<string, unknown>
  return new Map(Object.entries(values).flatMap(([name, value]) => (value instanceof tf.LayersModel ? [[name, value] as const] : [])))
}

/** Plain JavaScript takes a minute for a generator of such images: their shapes are what TensorFlow.js itself worked out when it built the model. */
const LARGE_IMAGE = 100_000

/** Two examples, and seven of whatever else is open. */
function outputsOf(model: tf.LayersModel): readonly (readonly (number | null)[])[] {
  const isLarge = model.inputs.some(({ shape }) => shape.reduce((total: number, size) => total * (size ?? 1), 1) > LARGE_IMAGE)
  if (isLarge) return model.outputs.map(({ shape }) => shape.slice(1))
  const inputs = model.inputs.map(({ shape }) => tf.ones(shape.map((size, axis) => size ?? (axis === 0 ? 2 : 7))))
  const outputs = flat(model.predict(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs) as tf.Tensor | tf.Tensor[])
  return outputs.map(({ shape }) => shape.slice(1))
}

/** Plain JavaScript executes these for seconds. */
const isLong = ({ title }: Snippet) => /Encoder block|Transformer|attention/.test(title)
const scripts = snippetsOf("javascript")
const [long, short] = [scripts.filter(isLong), scripts.filter((snippet) => !isLong(snippet))]

for (const snippet of [...sampled(short, 3), ...leftToSlow(long)])
  test(`${snippet.title}: as executed here`, () => {
    const models = executed(snippet)
    assert.ok(models.size > 0, "it makes no model")
    const ours = modelsOf("javascript", programOf(snippet))
    for (const [name, model] of models) {
      const found = ours.find((each) => each.name === name)
      assert.ok(found, name)
      assert.equal(found.parameters.total, model.countParams())
      assert.deepEqual(
        found.outputs.map(({ shape }) => shape?.slice(1)),
        outputsOf(model),
      )
    }
    tf.disposeVariables()
  })
