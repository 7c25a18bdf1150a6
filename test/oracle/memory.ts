// What measured memory looks like, and how ours is compared with it.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { type Job, summarize } from "./command.ts"

interface Measured {
  readonly file?: string
  readonly entry: string
  readonly inputs: readonly string[]
  readonly weights: Readonly<Record<string, number>>
  readonly peak: number
  readonly training: number
}

const MODELS = (JSON.parse(readFileSync(new URL("./memory.json", import.meta.url), "utf8")) as { models: Measured[] }).models

/** Random layers leave out a block by a number of four bytes, and constants take some; nothing else may differ. */
const SCALARS = 512

/** Models of an own attention: which of their matrices are copied depends on strides, which we do not follow. */
const UNKNOWN = /^GPT\(|swin_t/

export async function compareMemory(
  isWanted: (model: { readonly file?: string; readonly entry: string }) => boolean,
  place: Partial<Job>,
): Promise<void> {
  const models = MODELS.filter(isWanted)
  const jobs = models.map(({ file, entry, inputs }) => ({
    id: entry,
    entry,
    inputs,
    ...(file !== undefined && { file: `media/examples/${file}` }),
    ...place,
  }))
  const answers = await summarize(jobs, "--timeout", "60")
  for (const { entry, inputs, weights, peak, training } of models)
    test(`memory of ${entry} on (${inputs.join("), (")})`, () => {
      const memory = answers.get(entry)?.models?.[0]?.memory
      assert(memory, answers.get(entry)?.error)
      assert.deepEqual(memory.weights.byType, weights)
      assert(Math.abs(Number(memory.activations.peak) - peak) <= SCALARS, `at once: ${memory.activations.peak}, measured ${peak}`)
      if (UNKNOWN.test(entry)) assert.equal(memory.activations.training, null)
      else
        assert(
          Math.abs(Number(memory.activations.training) - training) <= SCALARS,
          `kept: ${memory.activations.training}, measured ${training}`,
        )
    })
}
