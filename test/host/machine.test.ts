/** What the host does about programs that a machine has or lacks; the programs stand in, what they are asked is real. */

import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type TestContext, test } from "node:test"
import { findChromium } from "./chromium.ts"
import { ROOT } from "./install.ts"

/** A PATH of one folder with these shell programs, as long as the test runs. Each notes its parameters in `NAME.asked`. */
function onPath(context: TestContext, programs: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-path-"))
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "$*" >> "${join(folder, name)}.asked"\n${body}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const { PATH, LAYERSCOPE_CHROMIUM } = process.env
  process.env["PATH"] = folder
  delete process.env["LAYERSCOPE_CHROMIUM"]
  context.after(() => {
    process.env["PATH"] = PATH
    if (LAYERSCOPE_CHROMIUM) process.env["LAYERSCOPE_CHROMIUM"] = LAYERSCOPE_CHROMIUM
  })
  return folder
}

const isDebian = existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"))

test("where Chromium is missing it is installed on Debian as root; elsewhere one line says what to install", async (context) => {
  const folder = onPath(context, { "apt-get": `[ "$1" = install ] && /bin/cp "$0" "\${0%apt-get}chromium" || true` })
  if (isDebian && process.getuid?.() === 0) {
    assert.equal(await findChromium(), join(folder, "chromium"))
    assert.equal(readFileSync(join(folder, "apt-get.asked"), "utf8"), "update\ninstall -y --no-install-recommends chromium\n")
  } else await assert.rejects(findChromium(), /^Error: Chromium is missing: install [^\n]+$/)
})

test("without Debian's installer one line says what to install", async (context) => {
  onPath(context, {})
  await assert.rejects(findChromium(), /^Error: Chromium is missing: install [^\n]+$/)
})

test("npm start hands the examples to the `code` on PATH: the extension, the folder, the file", (context) => {
  const folder = onPath(context, { code: "exit 0" })
  const started = spawnSync(process.execPath, ["--import", "tsx", join(import.meta.dirname, "start.ts")], { cwd: ROOT, encoding: "utf8" })
  assert.equal(started.status, 0, started.stderr)
  const examples = join(ROOT, "media/examples")
  // No desktop was seen by this: what is proven is what `code` is asked to do.
  assert.equal(
    readFileSync(join(folder, "code.asked"), "utf8"),
    `--new-window --extensionDevelopmentPath=${ROOT} ${examples} --goto ${join(examples, "lenet5.py")}\n`,
  )
})
