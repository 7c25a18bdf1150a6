// Lightning modules are evaluated without Lightning: its numbers were measured with lightning 2.6.6 and torch 2.13.
import assert from "node:assert/strict"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { summarize } from "../oracle/command.ts"

const FILE = fileURLToPath(new URL("./programs/lightning_models.py", import.meta.url))

const MEASURED: readonly (readonly [
  entry: string,
  inputs: readonly string[],
  parameters: number,
  macs: number,
  output: readonly number[],
])[] = [
  // Its input is the module's own `example_input_array`.
  ["LitNet()", [], 50890, 203264, [4, 10]],
  ["whole()", [], 25450, 101632, [4, 10]],
  ["Second(width=4)", ["1,3,28,28"], 114, 73008, [1, 4, 26, 26]],
  ['Wrap(LitNet(), {"out": 3})', ["4,1,28,28"], 50923, 203384, [4, 3]],
]

const answers = await summarize(MEASURED.map(([entry, inputs]) => ({ id: entry, file: FILE, entry, inputs })))

for (const [entry, , parameters, macs, output] of MEASURED)
  test(entry, () => {
    const answer = answers.get(entry)
    const [model] = answer?.models ?? []
    assert.deepEqual(answer?.problems, [])
    assert.deepEqual(model?.unknowns, [])
    assert.deepEqual([model?.parameters.total, model?.parameters.trainable, model?.macs], [parameters, parameters, macs])
    assert.deepEqual(
      model?.outputs.map(({ shape }) => shape),
      [output],
    )
  })
