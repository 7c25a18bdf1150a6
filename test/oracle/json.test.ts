// The committed JSON is what the cases ask for, and sums up: a case added without measuring, or a hand-edited number, shows here.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { readMeasured } from "./measured.ts"
import { type Case, readCases } from "./programs.ts"

const SUITES = [
  { json: "./torch_layers.json", texts: ["./torch_layers.txt"], least: 600 },
  { json: "./torch_functions.json", texts: ["./torch_functions.txt"], least: 800 },
  { json: "./keras_layers.json", texts: ["./keras_layers.txt", "./keras_functions.txt"], least: 400 },
  { json: "./tfjs_layers.json", texts: ["./tfjs_layers.txt", "./tfjs_functions.txt"], least: 300 },
]

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8")

/** The expression that a line asks for: the constructor of a layer case, the whole line of a function case. */
const asked = (name: string): string[] =>
  read(name)
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith("#") && !line.startsWith("with "))
    .map((line) => (name.includes("_layers") ? (line.split("|")[0] ?? "").trim() : line))

for (const { json, texts, least } of SUITES) {
  test(`${json} answers each case of ${texts.join(" and ")}`, () => {
    const cases = readCases(json)
    assert(cases.length >= least, `${cases.length} cases`)
    assert.deepEqual(
      cases.map(({ layer, expr }: Case) => layer ?? expr),
      texts.flatMap(asked),
    )
    assert(read(json).length < 400_000, "compact enough to read in a difference")
  })
}

for (const name of ["./examples_torch.json", "./examples_keras.json", "./examples_tfjs.json", "../library/torchvision.json"]) {
  test(`${name}: rows sum to the totals`, () => {
    for (const { entry, layers, macs, parameters } of readMeasured(name, import.meta.url)) {
      if (!layers) continue
      assert.equal(
        layers.reduce((sum, layer) => sum + layer.macs, 0),
        macs,
        entry,
      )
      // A weight with two owners is in both rows, but once in the total.
      assert(layers.reduce((sum, layer) => sum + layer.parameters, 0) >= parameters.total, entry)
    }
  })
}
