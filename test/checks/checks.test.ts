/** Live checks are executed for real, on every engine that is here: what TensorFlow.js makes agrees with what was predicted. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Engine } from "../../src/checks/messages.ts"
import { probeNative } from "../../src/checks/native.ts"
import { type Runner, startChecks } from "../../src/checks/runner.ts"
import { SUBJECTS, subjectOf } from "../../src/concepts/catalogue.ts"
import { initialKnobs, type Knobs, type Subject } from "../../src/concepts/subject.ts"
import { isBuilt, LIBRARY } from "../native/build.ts"
import { WASM_FOLDER, workerFile } from "./worker-file.ts"

/** The native library is there where it was built. */
const ENGINES: readonly Engine[] = isBuilt() ? ["native", "wasm", "cpu"] : ["wasm", "cpu"]

const runners: Partial<Record<Engine, Runner>> = {}
let file = ""

before(async () => {
  file = await workerFile()
  for (const engine of ENGINES)
    runners[engine] = startChecks({
      workerFile: file,
      wasmFolder: WASM_FOLDER,
      only: [engine],
      ...(engine === "native" && { nativeFolder: LIBRARY }),
    })
})

after(() => {
  for (const runner of Object.values(runners)) runner.dispose()
})

async function checked(engine: Engine, subject: Subject, knobs: Knobs = {}) {
  const outcome = await (runners[engine] as Runner).run(subject.id, { ...initialKnobs(subject), ...knobs })
  assert.equal(outcome.kind, "result", "reason" in outcome ? outcome.reason : "")
  return (outcome as Extract<typeof outcome, { kind: "result" }>).result
}

const NAMES: Readonly<Record<Engine, RegExp>> = { wasm: /WebAssembly/, cpu: /plain JavaScript/, native: /native \(tensorflow\)/ }

for (const engine of ENGINES)
  for (const subject of SUBJECTS)
    test(`${subject.id}: predicted and executed agree (${engine})`, async () => {
      const result = await checked(engine, subject, engine === "cpu" ? { image: 8 } : {})
      assert.match(result.backend, NAMES[engine])
      assert(result.rows.length >= 1)
      for (const row of result.rows) assert(row.agrees, `${row.what}: predicted ${row.predicted}, measured ${row.measured}`)
      for (const timing of result.timings) assert(timing.milliseconds > 0 && timing.runs >= 3)
    })

const CONVOLUTIONS: readonly Knobs[] = [
  { stride: 2, padding: 3, kernel_size: 7 },
  { padding: "same", stride: 2, image: [33, 20], kernel_size: [3, 5] },
  { padding: "valid", dilation: 2 },
  { dilation: 2, stride: 3, padding: 2, image: 21 },
  { groups: 4, in_channels: 8, out_channels: 12, bias: false },
  { groups: 8, in_channels: 8, out_channels: 8 },
  { image: [1, 40], kernel_size: [1, 5], padding: [0, 2] },
]

for (const engine of ENGINES)
  for (const knobs of CONVOLUTIONS)
    test(`convolution with ${JSON.stringify(knobs)} agrees (${engine})`, async () => {
      const { rows } = await checked(engine, subjectOf("convolution") as Subject, knobs)
      for (const row of rows) assert(row.agrees, `${row.what}: predicted ${row.predicted}, measured ${row.measured}`)
    })

if (!isBuilt())
  console.log(
    `LEFT OUT: ${SUBJECTS.length + CONVOLUTIONS.length} live checks on the native library; npm run native builds it and runs them`,
  )

test("a large layer is run on a smaller image, in about two seconds, and says so", async () => {
  const start = performance.now()
  const { note, rows } = await checked("wasm", subjectOf("convolution") as Subject, { image: 512, in_channels: 64, out_channels: 128 })
  assert.match(note, /instead of 512 × 512/)
  assert.equal(rows[1]?.measured, "73,856")
  assert(performance.now() - start < 10_000)
})

test("a layer that is too large is refused with advice", async () => {
  const knobs = { ...initialKnobs(subjectOf("convolution") as Subject), in_channels: 8192, out_channels: 8192 }
  const outcome = await (runners.wasm as Runner).run("convolution", knobs)
  assert.equal(outcome.kind, "refused")
  assert("reason" in outcome && /fewer channels/.test(outcome.reason))
})

test("without WebAssembly files the checks run in plain JavaScript", async () => {
  const runner = startChecks({ workerFile: file, wasmFolder: "/nowhere/" })
  const subject = subjectOf("convolution") as Subject
  const outcome = await runner.run("convolution", { ...initialKnobs(subject), image: 8 })
  runner.dispose()
  assert(outcome.kind === "result" && NAMES.cpu.test(outcome.result.backend))
})

test("a check that does not end is ended, and the next one runs", async () => {
  const runner = startChecks({ workerFile: file, wasmFolder: WASM_FOLDER, patience: 1 })
  const subject = subjectOf("convolution") as Subject
  const outcome = await runner.run("convolution", initialKnobs(subject))
  runner.dispose()
  assert(outcome.kind === "failed" && /was ended/.test(outcome.reason))
})

test("a folder without a native library does not pass the probe", async () => {
  const probed = await probeNative("/nowhere/tfjs-node")
  assert.equal(probed.works, false)
})
