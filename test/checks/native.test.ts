/**
 * A library of the user's runs in a process of its own, which may die. The real one is not here: plain TensorFlow.js stands in its place, so that
 * the way to it is tested, not the library.
 */
import assert from "node:assert/strict"
import { mkdtempSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { before, test } from "node:test"
import { probeNative } from "../../src/checks/native.ts"
import { startChecks } from "../../src/checks/runner.ts"
import { convolution } from "../../src/concepts/convolution/convolution.ts"
import { initialKnobs } from "../../src/concepts/subject.ts"
import { WASM_FOLDER, workerFile } from "./worker-file.ts"

let file = ""
before(async () => {
  file = await workerFile()
})

/** A package folder with this as its program. */
function libraryOf(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-library-"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stand-in", main: "index.js" }))
  writeFileSync(join(folder, "index.js"), program)
  return folder
}

const require = createRequire(import.meta.url)
const TFJS = JSON.stringify(require.resolve("@tensorflow/tfjs"))
const knobs = { ...initialKnobs(convolution), image: 8 }

async function runWith(nativeFolder: string) {
  const runner = startChecks({ workerFile: file, wasmFolder: WASM_FOLDER, nativeFolder })
  const outcome = await runner.run("convolution", knobs)
  runner.dispose()
  return outcome
}

test("a library that works passes the probe and runs the check", async () => {
  const folder = libraryOf(`module.exports = require(${TFJS})`)
  const probed = await probeNative(folder)
  assert.equal(probed.works, true)
  const outcome = await runWith(folder)
  assert(outcome.kind === "result" && /native/.test(outcome.result.backend) && outcome.result.rows.every(({ agrees }) => agrees))
})

test("a library that does not load leaves the check to WebAssembly", async () => {
  const folder = libraryOf("throw new Error('libtensorflow.so.2: cannot open shared object file')")
  const probed = await probeNative(folder)
  assert(!probed.works && /cannot open shared object/.test(probed.reason))
  const outcome = await runWith(folder)
  assert(outcome.kind === "result" && /WebAssembly/.test(outcome.result.backend))
})

test("a library that dies takes only its own process with it", async () => {
  const folder = libraryOf("process.kill(process.pid, 'SIGKILL')")
  assert.equal((await probeNative(folder)).works, false)
  const outcome = await runWith(folder)
  assert(outcome.kind === "failed" && /ended \(SIGKILL\)/.test(outcome.reason))
})
