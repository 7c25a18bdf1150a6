/** The same live checks on every engine, their times side by side. */

import type { Engine } from "../../src/checks/messages.ts"
import { startChecks } from "../../src/checks/runner.ts"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { type CheckResult, initialKnobs, type Subject } from "../../src/concepts/subject.ts"
import { WASM_FOLDER, workerFile } from "../checks/worker-file.ts"
import { LIBRARY } from "./build.ts"

const ENGINES: readonly Engine[] = ["native", "wasm", "cpu"]

// The sides of an image small enough for plain JavaScript too: each engine otherwise takes the largest that it does in a moment.
const IMAGES = { "depthwise-separable": 14, "inception-block": 7 }

/** One line for each variant that a check times. Throws where an engine disagrees with the prediction. */
export async function printTimes(): Promise<void> {
  const file = await workerFile()
  const results = new Map<Engine, CheckResult[]>()
  for (const engine of ENGINES) results.set(engine, await resultsOf(engine, file))
  const measured = new Set([...results.values()].map(measuredText))
  if (measured.size > 1) throw new Error(`The engines made different things:\n${[...measured].join("\n")}`)
  console.log("\nMilliseconds of one run, median".padEnd(56) + ENGINES.map((engine) => engine.padStart(10)).join(""))
  for (const [index, [subject, image]] of Object.entries(IMAGES).entries()) {
    const variants = results.get("cpu")?.[index]?.timings ?? []
    for (const [row, { what }] of variants.entries()) {
      const times = ENGINES.map((engine) => results.get(engine)?.[index]?.timings[row]?.milliseconds.toPrecision(3).padStart(10))
      console.log(`${subject}, ${image} × ${image}: ${what}`.padEnd(55) + times.join(""))
    }
  }
}

/** Shapes and counts; single numbers come from random images and differ. */
const measuredText = (results: readonly CheckResult[]): string =>
  results
    .flatMap(({ rows }) => rows.filter(({ measured }) => !measured.includes(".")))
    .map(({ what, measured }) => `${what} ${measured}`)
    .join("; ")

async function resultsOf(engine: Engine, workerFile: string): Promise<CheckResult[]> {
  const runner = startChecks({ workerFile, wasmFolder: WASM_FOLDER, nativeFolder: LIBRARY, only: [engine] })
  const results: CheckResult[] = []
  for (const [id, image] of Object.entries(IMAGES)) {
    const outcome = await runner.run(id, { ...initialKnobs(subjectOf(id) as Subject), image })
    if (outcome.kind !== "result") throw new Error(`${id} on ${engine}: ${outcome.reason}`)
    if (!outcome.result.rows.every(({ agrees }) => agrees)) throw new Error(`${id} on ${engine}: predicted and executed differ`)
    if (!outcome.result.note.includes(`of ${image} × ${image}.`))
      throw new Error(`${id} on ${engine} ran something else: ${outcome.result.note}`)
    results.push(outcome.result)
  }
  runner.dispose()
  return results
}
