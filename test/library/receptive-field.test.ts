// What one value of a late layer sees of the image, against the gradient that torch really sends there.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { summarize } from "../oracle/command.ts"
import { fetchLibrary } from "./fetch.ts"

interface Measured {
  readonly entry: string
  readonly layer: string
  readonly side: number
  readonly sizes: readonly number[]
}

const MODELS = (JSON.parse(readFileSync(new URL("../oracle/receptive_fields.json", import.meta.url), "utf8")) as { models: Measured[] })
  .models
const library = fetchLibrary()

if ("missing" in library) test("torchvision's source is there", () => assert(!process.env.CI, library.missing))
else {
  const jobs = MODELS.map(({ entry, side }) => ({ id: entry, entry, inputs: [`1,3,${side},${side}`], path: [library.path] }))
  const answers = await summarize(jobs, "--timeout", "60")
  for (const { entry, layer, sizes } of MODELS)
    test(`${layer} of ${entry} sees ${sizes.join(" × ")}`, () => {
      const found = answers.get(entry)?.models?.[0]?.layers.find(({ path }) => path === layer)
      assert.deepEqual(found?.receptiveField?.sizes, sizes)
    })
}
