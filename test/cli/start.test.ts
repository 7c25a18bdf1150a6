// The built command remembers its compiled code; whatever becomes of that memory, it does its work.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { before, test } from "node:test"
import { fileURLToPath } from "node:url"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))
const cache = mkdtempSync(join(tmpdir(), "layerscope-cache-"))
const folder = join(cache, "layerscope")

// Elsewhere than on Linux the folder is found by other variables.
const LINUX_ONLY = { skip: process.platform === "linux" ? false : "the folder is another one" }

function summary(more: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, XDG_CACHE_HOME: cache, ...more }
  const run = spawnSync(process.execPath, ["dist/cli.js", "summary", "media/examples/lenet5.py"], {
    cwd: REPOSITORY,
    encoding: "utf8",
    env,
  })
  assert.equal(run.stderr, "")
  assert.equal(run.status, 0)
  assert.match(run.stdout, /61,706/)
}

const remembered = () => readdirSync(folder).filter((name) => name.endsWith(".code"))

before(() => {
  const build = spawnSync(process.execPath, ["src/build.mjs"], { cwd: REPOSITORY, encoding: "utf8" })
  assert.equal(build.status, 0, build.stderr)
})

test("a first run remembers, a second one reads it", LINUX_ONLY, () => {
  summary()
  const [name, ...others] = remembered()
  assert.ok(name)
  assert.deepEqual(others, [])
  const written = readFileSync(join(folder, name))
  summary()
  assert.deepEqual(readFileSync(join(folder, name)), written)
})

for (const [damage, spoiled] of [
  ["cut off", (code: Buffer) => code.subarray(0, code.length >> 1)],
  ["empty", () => Buffer.alloc(0)],
  ["overwritten in a sector", (code: Buffer) => Buffer.from(code).fill(7, 4096, 8192)],
] as const)
  test(`code that was ${damage} is not used, and made again`, LINUX_ONLY, () => {
    summary()
    const path = join(folder, remembered()[0] ?? "")
    const good = readFileSync(path)
    writeFileSync(path, spoiled(good))
    summary()
    assert.notDeepEqual(readFileSync(path), spoiled(good))
    summary()
  })

test("where nothing can be written, nothing is remembered", () => {
  const file = join(cache, "a file")
  writeFileSync(file, "")
  summary({ XDG_CACHE_HOME: file })
})

test("nothing is remembered for those who do not want it", LINUX_ONLY, () => {
  const other = join(cache, "unwanted")
  mkdirSync(other)
  summary({ XDG_CACHE_HOME: other, NODE_DISABLE_COMPILE_CACHE: "1" })
  assert.deepEqual(readdirSync(other), [])
})
